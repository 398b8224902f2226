"""Resellers and agents: who brings leads, and what they are due of what is won."""

from __future__ import annotations

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.sales.fields import told
from petitcrm.store.queries import partners as queries
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.partners import PartnerLine
    from petitcrm.store.reader import Reader

KINDS = {"reseller": N_("reseller"), "agent": N_("agent")}
FIELDS = ("name", "kind", "email", "commission_bp")


def add(crm: Crm, name: str, *, key: str = "", fields: Mapping[str, Any] | None = None) -> int:
    """Add a partner; rules and leads call them by `key`. `commission_bp` is in hundredths of a percent."""
    row = _told({"kind": "reseller", **(fields or {}), "name": name})
    row["key"] = fold(key) or "-".join(words(row["name"]))[:40]
    if any(one.key == row["key"] for one in queries.listing(crm)):
        raise UsageProblem(_("There is a partner called {key} already.", key=row["key"]))
    with crm.act("partner.added", name=row["name"]) as act:
        return act.insert("partners", **row, created_at=crm.now_text)


def edit(crm: Crm, partner_id: int, fields: Mapping[str, Any]) -> bool:
    """Change what is said of a partner; tell whether anything is different now."""
    line = next((one for one in queries.listing(crm) if one.id == partner_id), None)
    if line is None:
        raise NotFound(_("There is no partner of id {id}.", id=partner_id))
    with crm.act("partner.edited", name=line.name) as act:
        return act.update("partners", partner_id, **_told(fields))


def named(crm: Reader, wanted: str) -> PartnerLine:
    """Return the partner of this key or name; NotFound with those that there are."""
    known = queries.listing(crm)
    for one in known:
        if fold(wanted) in (one.key, fold(one.name)):
            return one
    raise NotFound(
        _("There is no partner {partner}.", partner=wanted), advice=", ".join(one.key for one in known)
    )


def read_commission(written: str) -> int:
    """Return a commission (`7,5 %`) in hundredths of a percent; UsageProblem beyond 100 %."""
    try:
        value = round(
            float(written.replace("%", "").replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
            * 100
        )
    except ValueError:
        value = -1
    if not 0 <= value <= 10_000:
        raise UsageProblem(_("“{value}” is no commission: write 7,5 %.", value=written))
    return value


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    row = told(fields, FIELDS)
    if row.get("name") == "":
        raise UsageProblem(_("A partner needs a name."))
    if "kind" in row:
        row["kind"] = fold(row["kind"])
        if row["kind"] not in KINDS:
            raise UsageProblem(_("A partner is a reseller or an agent, not “{value}”.", value=row["kind"]))
    if row.get("email"):
        from petitcrm.formats.emails import read_email

        address = read_email(row["email"])
        if address is None:
            raise UsageProblem(_("“{value}” is not an e-mail address.", value=row["email"]))
        row["email"] = address
    return row
