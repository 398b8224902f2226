"""How far the mails that leave have come: what the program does with them, outside the journal.

A mail that left cannot be undone; the journal keeps that it was wanted, and the event that it was sent.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.store.database import Connection

_FEW = 400


def advance(connection: Connection, outgoing_id: int, states: Iterable[str], **changes: Any) -> bool:
    """Change one mail that is in one of `states`; tell whether it was. Columns are named by our own code only."""
    settings = ", ".join(f"{name} = :{name}" for name in changes)
    listed = ", ".join(f"'{state}'" for state in states)
    sql = f"UPDATE outbox SET {settings} WHERE id = :outgoing_id AND state IN ({listed})"
    return connection.write(sql, {"outgoing_id": outgoing_id, **changes}) == 1


def mark_copied(connection: Connection, outgoing_id: int) -> None:
    """Note that the copy of a mail lies in the folder of sent mail."""
    connection.write("UPDATE outbox SET copied = 1 WHERE id = :id", {"id": outgoing_id})


def settle_found(connection: Connection, message_ids: Iterable[str], at: str) -> int:
    """Take as sent the uncertain mails of which somebody has seen the Message-ID; return how many they were."""
    given = list(message_ids)
    settled = 0
    for start in range(0, len(given), _FEW):
        some = given[start : start + _FEW]
        marks = ", ".join(f":m{place}" for place in range(len(some)))
        settled += connection.write(
            "UPDATE outbox SET state = 'sent', settled_at = :at, copied = 1"
            f" WHERE state IN ('intent', 'unknown') AND message_id IN ({marks})",
            {"at": at, **{f"m{place}": value for place, value in enumerate(some)}},
        )
    return settled
