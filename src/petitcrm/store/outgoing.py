"""How far the mails that leave have come: what the program does with them, outside the journal.

A mail that left cannot be undone; the journal keeps that it was wanted, and the event that it was sent.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from petitcrm.store.database import Connection

STEPS = frozenset(
    ("state", "due_at", "claimed_by", "claimed_at", "message_id", "intent_at", "settled_at", "reply_code", "reply",
     "tries", "copied")
)  # fmt: skip
"""The columns that change outside the journal: what it says of them is how they began."""


def advance(connection: Connection, outgoing_id: int, states: Iterable[str], **changes: Any) -> bool:
    """Change one mail that is in one of `states`; tell whether it was. Columns are named by our own code only."""
    settings = ", ".join(f"{name} = :{name}" for name in changes)
    listed = ", ".join(f"'{state}'" for state in states)
    sql = f"UPDATE outbox SET {settings} WHERE id = :outgoing_id AND state IN ({listed})"
    return connection.write(sql, {"outgoing_id": outgoing_id, **changes}) == 1


def begin_all(connection: Connection, at: str, mails: Iterable[tuple[int, str]]) -> None:
    """Note that claimed mails are about to be given to their server, each with its Message-ID."""
    sql = (
        "UPDATE outbox SET state = 'intent', message_id = :message_id, intent_at = :at, claimed_at = :at,"
        " tries = tries + 1 WHERE id = :id AND state = 'claimed'"
    )
    connection.write_many(sql, [{"id": number, "message_id": name, "at": at} for number, name in mails])


def insert_begun(connection: Connection, columns: Sequence[str], mails: Iterable[Sequence[Any]]) -> None:
    """Add mails of a campaign that are about to be given to their server, as rows of `columns`."""
    connection.insert_many("outbox", columns, mails)


def settle_sent(
    connection: Connection, who: str, at: str, mails: Iterable[tuple[int, int | None, str]]
) -> None:
    """Note which mails a server took: number, code, words."""
    sql = (
        "UPDATE outbox SET state = 'sent', settled_at = :at, reply_code = :code, reply = :reply"
        " WHERE id = :id AND claimed_by = :who AND state IN ('intent', 'unknown')"
    )
    connection.write_many(
        sql,
        [{"id": number, "code": code, "reply": words, "at": at, "who": who} for number, code, words in mails],
    )


def mark_copied(connection: Connection, outgoing_id: int) -> None:
    """Note that the copy of a mail lies in the folder of sent mail."""
    connection.write("UPDATE outbox SET copied = 1 WHERE id = :id", {"id": outgoing_id})
