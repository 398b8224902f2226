"""What is kept beside the rows so that the day and the search need not look at all of them.

Every act, undo and import brings it up to date in its own transaction; `check` compares it with the rows.
"""

from __future__ import annotations

from petitcrm.store import search_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.store.database import Connection

_CHUNK = 500
_LOOSE = (
    "SELECT d.id, CASE WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.deal_id = d.id AND t.done_at IS NULL)"
    " THEN 1 ELSE 0 END, d.touched_at FROM deals d WHERE d.status = 'open' AND NOT EXISTS (SELECT 1 FROM tasks t"
    " WHERE t.deal_id = d.id AND t.done_at IS NULL AND t.due_on IS NOT NULL AND t.snoozed_until IS NULL)"
)


def refresh(connection: Connection, changes: Iterable[list[Any]]) -> None:
    """Bring up to date what depends on the rows that `changes` touched."""
    listed = list(changes)
    search_index.refresh(connection, listed)
    refresh_deals(connection, _deals_of(connection, listed))


def refresh_deals(connection: Connection, deal_ids: Iterable[int]) -> None:
    """Find out anew which of these deals nothing holds."""
    ordered = sorted(deal_ids)
    for start in range(0, len(ordered), _CHUNK):
        ids = ", ".join(str(int(deal_id)) for deal_id in ordered[start : start + _CHUNK])
        connection.write(f"DELETE FROM loose_deals WHERE deal_id IN ({ids})")
        connection.write(
            f"INSERT INTO loose_deals (deal_id, planned, touched_at) {_LOOSE} AND d.id IN ({ids})"
        )


def loose_deals(connection: Connection) -> list[tuple[int, int, str]]:
    """Return what `loose_deals` must hold, worked out from the rows."""
    return [(row[0], row[1], row[2]) for row in connection.rows(f"{_LOOSE} ORDER BY d.id")]


def _deals_of(connection: Connection, changes: list[list[Any]]) -> set[int]:
    found: set[int | None] = set()
    for sign, table, row_id, fields in changes:
        if table == "deals":
            found.add(row_id)
        elif table == "tasks" and sign != "~":
            found.add(fields["deal_id"])
        elif table == "tasks":
            told = fields.get("deal_id")
            found.update(told if isinstance(told, list) else [told])
            found.update(
                row[0] for row in connection.rows("SELECT deal_id FROM tasks WHERE id = :id", {"id": row_id})
            )
    return {deal_id for deal_id in found if deal_id is not None}
