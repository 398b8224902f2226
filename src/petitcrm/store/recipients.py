"""How far campaigns have come, and to whom: what the program does with them, outside the journal.

Who was written to cannot be taken back; the journal keeps what a person wanted, and to whom it was to go.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from petitcrm.store.database import Connection

STEPS = frozenset(("state", "winner", "reason", "started_at", "ended_at"))
"""The columns of a campaign that change outside the journal: what it says of them is how a person left them."""
SETTLED = frozenset(("state", "reason", "outgoing_id"))
"""The same of somebody whom it is for."""
HELD = "held"
"""What is said of a mail that waits for its campaign to be resumed."""
COLUMNS = ("campaign_id", "contact_id", "address", "name", "variant", "state", "reason")


def move(connection: Connection, campaign_id: int, states: Iterable[str], **changes: Any) -> bool:
    """Change a campaign that is in one of `states`; tell whether it was. Columns are named by our own code only."""
    settings = ", ".join(f"{name} = :{name}" for name in changes)
    listed = ", ".join(f"'{state}'" for state in states)
    sql = f"UPDATE campaigns SET {settings} WHERE id = :campaign_id AND state IN ({listed})"
    return connection.write(sql, {"campaign_id": campaign_id, **changes}) == 1


def choose(connection: Connection, people: Iterable[Sequence[Any]]) -> None:
    """Keep who a campaign is for, as rows of COLUMNS: once, when it begins."""
    connection.insert_many("recipients", COLUMNS, people)


def settle_all(connection: Connection, told: Iterable[tuple[int, str, str, int | None]]) -> None:
    """Say the same of many: their row, its state, the reason, the number of their mail."""
    sql = "UPDATE recipients SET state = :state, reason = :reason, outgoing_id = :mail WHERE id = :id"
    connection.write_many(
        sql,
        [{"id": one, "state": state, "reason": reason, "mail": mail} for one, state, reason, mail in told],
    )


def hold(connection: Connection, campaign_id: int) -> int:
    """Keep the mails of a campaign that wait in the outbox from leaving; return how many they were."""
    sql = (
        "UPDATE outbox SET state = 'withdrawn', reply = :held, claimed_by = '', claimed_at = NULL"
        " WHERE campaign_id = :id AND state IN ('due', 'claimed')"
    )
    return connection.write(sql, {"id": campaign_id, "held": HELD})


def let_go(connection: Connection, campaign_id: int) -> int:
    """Let the mails of a campaign that were held leave again, not those that a person withdrew; return how many."""
    sql = (
        "UPDATE outbox SET state = 'due', reply = ''"
        " WHERE campaign_id = :id AND state = 'withdrawn' AND reply = :held"
    )
    return connection.write(sql, {"id": campaign_id, "held": HELD})


def is_begun(table: str, row: Mapping[str, Any] | None, columns: Iterable[str]) -> bool:
    """Tell whether a change is of the text of a campaign that has begun: it stays as it was sent."""
    is_text = not set(columns) <= STEPS
    return table == "campaigns" and bool(row and row["started_at"]) and is_text
