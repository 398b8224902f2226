"""Whom a mail to many people is for: who is on lists or in segments, or meets a condition, without some others."""

from __future__ import annotations

from petitcrm.errors import NotFound
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.reader import Reader


class Member(Row):
    """Somebody whom a mail is for, at their first address; empty where they have none."""

    contact_id: int
    address: str
    name: str


def members(crm: Reader, told: dict[str, Any]) -> list[Member]:
    """Return whom an audience names, each once, whether they may be written to or not."""
    wanted = {one for key in told.get("lists", ()) for one in _on_list(crm, key)}
    barred = {one for key in told.get("except", {}).get("lists", ()) for one in _on_list(crm, key)}
    sql = (
        "SELECT c.id, COALESCE((SELECT e.address FROM contact_emails e WHERE e.contact_id = c.id"
        " ORDER BY e.position, e.id LIMIT 1), ''), c.first_name, c.last_name FROM contacts c ORDER BY c.id"
    )
    return [
        Member(row[0], row[1], f"{row[2]} {row[3]}".strip())
        for row in crm.rows(sql)
        if row[0] in wanted - barred
    ]


def _on_list(crm: Reader, key: str) -> list[int]:
    found = crm.rows("SELECT id FROM mailing_lists WHERE key = :key", key=key)
    if not found:
        raise NotFound(_("There is no list {key}.", key=key))
    sql = "SELECT contact_id FROM subscriptions WHERE list_id = :id AND state = 'subscribed'"
    return [row[0] for row in crm.rows(sql, id=found[0][0])]
