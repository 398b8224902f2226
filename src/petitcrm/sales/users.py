"""The people of the firm: who owns what, who did what. A founder alone needs none."""

from __future__ import annotations

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.sales.fields import told
from petitcrm.store.queries import users as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from petitcrm.crm import Crm

FIELDS = ("key", "name", "email")


def add(crm: Crm, key: str, *, name: str = "", email: str = "") -> int:
    """Add a person of the firm, called `key` by `--as` and `--for`; return the id."""
    row = _told(crm, {"key": key, "name": name or key, "email": email})
    with crm.act("user.added", name=row["name"]) as act:
        return act.insert("users", **row, created_at=crm.now_text)


def edit(crm: Crm, user_id: int, fields: Mapping[str, Any]) -> bool:
    """Change what is said of a person of the firm; tell whether anything is different now."""
    known = {user.id: user for user in queries.listing(crm)}
    if user_id not in known:
        raise NotFound(_("There is no user u{id}.", id=user_id))
    row = _told(crm, fields, but=user_id)
    with crm.act("user.edited", name=row.get("name", known[user_id].name)) as act:
        return act.update("users", user_id, **row)


def _told(crm: Crm, fields: Mapping[str, Any], *, but: int | None = None) -> dict[str, Any]:
    row = told(fields, FIELDS)
    if "key" in row:
        row["key"] = _free_key(crm, fold(row["key"]), but)
    if row.get("name") == "":
        raise UsageProblem(_("A person of the firm needs a name."))
    if row.get("email"):
        from petitcrm.formats.emails import read_email

        address = read_email(row["email"])
        if address is None:
            raise UsageProblem(_("“{value}” is not an e-mail address.", value=row["email"]))
        row["email"] = address.lower()
    return row


def _free_key(crm: Crm, key: str, but: int | None) -> str:
    if not key or not key.replace("-", "").replace(".", "").replace("_", "").isalnum() or key.isdigit():
        raise UsageProblem(
            _("“{value}” cannot be the short name of a person.", value=key),
            advice=_("Use letters and numbers, without spaces: marie, jean-luc"),
        )
    if any(user.key == key and user.id != but for user in queries.listing(crm)):
        raise UsageProblem(_("Somebody is called {user} already.", user=key))
    return key
