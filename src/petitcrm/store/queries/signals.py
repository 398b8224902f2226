"""What people did with mails and on the site."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import among

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.store.reader import Reader


class Signal(Row):
    """One thing that somebody did; `is_machine` where a scanner did it in their place."""

    contact_id: int
    kind: str
    at: str
    target: str
    amount_cents: int | None
    is_machine: int


def of_contacts(crm: Reader, contact_ids: Iterable[int], since: str) -> list[Signal]:
    """Return what some contacts did since an instant, the last thing first for each."""
    sql = (
        "SELECT contact_id, kind, at, target, amount_cents, is_machine FROM signals"
        " WHERE contact_id IN ({among}) AND at >= :since ORDER BY contact_id, at DESC, id DESC"
    )
    return [Signal(*row) for row in among(crm, sql, contact_ids, since=since)]


class Left(Row):
    """A mail that left: its number, whom it was for, None for who is no longer there, and when."""

    id: int
    contact_id: int | None
    at: str


def left(crm: Reader, message_ids: Iterable[str]) -> dict[str, Left]:
    """Return the mails that left of some Message-IDs; nothing of those that the base has not, or has forgotten."""
    sql = (
        "SELECT message_id, id, contact_id, COALESCE(settled_at, intent_at) FROM outbox"
        " WHERE message_id IN ({among}) AND intent_at IS NOT NULL"
    )
    return {row[0]: Left(*row[1:]) for row in among(crm, sql, message_ids)}
