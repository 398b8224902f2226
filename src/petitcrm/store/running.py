"""How far people have come in sequences, and what the program remembers of its own work: written beside the journal.

A mail that left and a question that was decided cannot be undone; the journal keeps who began and who was taken out.
"""

from __future__ import annotations

from petitcrm.store.queries.outbox import HELD_UNTIL
from petitcrm.store.recipients import HELD
from petitcrm.store.revisions import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.store.revisions import Revision

STEPS = frozenset(("state", "step", "due_at", "exit", "ended_at"))
"""The columns of an enrolment that change outside the journal: what it says of them is how a person left them."""
_BY_PEOPLE = ("by_hand", "merged")
"""Why somebody left where a person, not the program, made them leave."""
_CHUNK = 400
_MAIL = (
    "account", "contact_id", "deal_id", "address", "name", "subject", "body", "template", "purpose", "occasion",
    "owner_id", "created_at", "due_at", "enrolment_id", "step",
)  # fmt: skip
_SIGNAL = (
    "contact_id", "outgoing_id", "kind", "target", "amount_cents", "is_machine", "source", "external_id", "at",
    "recorded_at",
)  # fmt: skip


def move(connection: Connection, moves: Iterable[Mapping[str, Any]]) -> None:
    """Bring enrolments to where they are now: `id`, `step`, `due_at`; one that has ended meanwhile stays so."""
    connection.write_many(
        "UPDATE enrolments SET step = :step, due_at = :due_at WHERE id = :id AND state <> 'ended'", moves
    )


def end(connection: Connection, ends: Iterable[Mapping[str, Any]]) -> None:
    """End enrolments: `id`, `step`, `exit`, `at`."""
    connection.write_many(
        "UPDATE enrolments SET state = 'ended', step = :step, due_at = NULL, exit = :exit, ended_at = :at"
        " WHERE id = :id AND state <> 'ended'",
        ends,
    )


def pass_by(connection: Connection, passages: Sequence[Sequence[Any]]) -> None:
    """Keep steps that were gone through: enrolment, step, at, settled_at, outcome, mail, task; each once."""
    columns = ("enrolment_id", "step", "at", "settled_at", "outcome", "outgoing_id", "task_id")
    connection.insert_many("passages", columns, passages)


def settle(connection: Connection, settled: Iterable[Mapping[str, Any]]) -> None:
    """Say when steps that were begun were over, and what came of them: `enrolment_id`, `step`, `at`, `outcome`."""
    connection.write_many(
        "UPDATE passages SET settled_at = :at, outcome = :outcome"
        " WHERE enrolment_id = :enrolment_id AND step = :step AND settled_at IS NULL",
        settled,
    )


def queue(connection: Connection, mail: Mapping[str, Any]) -> int | None:
    """Put a mail of a sequence among those that are to leave; None where its occasion has one already."""
    marks = ", ".join(f":{name}" for name in _MAIL)
    sql = (
        f"INSERT INTO outbox ({', '.join(_MAIL)}) VALUES ({marks})"
        " ON CONFLICT (occasion) WHERE occasion IS NOT NULL DO NOTHING RETURNING id"
    )
    found = connection.rows(sql, {name: mail[name] for name in _MAIL})
    return int(found[0][0]) if found else None


def rest(connection: Connection, sequence_id: int, began: str, over: str, how: str, name: str) -> None:
    """Keep, for all who are in a sequence, that it rested, and let them be looked at again."""
    told = {"sequence": sequence_id, "began": began, "over": over, "how": how, "name": name}
    connection.write(
        "INSERT INTO passages (enrolment_id, step, at, settled_at, outcome)"
        " SELECT id, :name, CASE WHEN entered_at > :began THEN entered_at ELSE :began END, :over, :how"
        " FROM enrolments WHERE sequence_id = :sequence AND state <> 'ended' AND entered_at < :over",
        told,
    )
    connection.write(
        "UPDATE enrolments SET due_at = :over WHERE sequence_id = :sequence AND state = 'active'"
        " AND due_at IS NOT NULL",
        {"sequence": sequence_id, "over": over},
    )


def look_again(connection: Connection, contact_ids: Iterable[int], at: str) -> int:
    """Let who is in a sequence be looked at again at an instant, where it is not sooner; return how many they are."""
    total = 0
    for contact_id in contact_ids:
        total += connection.write(
            "UPDATE enrolments SET due_at = :at WHERE contact_id = :contact AND state = 'active' AND due_at > :at",
            {"contact": contact_id, "at": at},
        )
    return total


def look_at_all(connection: Connection, at: str) -> int:
    """Let everybody who is in a sequence be looked at again at an instant, where it is not sooner."""
    return connection.write(
        "UPDATE enrolments SET due_at = :at WHERE state = 'active' AND due_at > :at", {"at": at}
    )


def left(connection: Connection, at: str) -> int:
    """Let those whose mail has left, or will not, be looked at again; return how many they are."""
    return connection.write(
        "UPDATE enrolments SET due_at = :at WHERE state = 'active' AND due_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM passages p JOIN outbox o ON o.id = p.outgoing_id WHERE p.enrolment_id = enrolments.id"
        " AND p.settled_at IS NULL AND o.state IN ('due', 'claimed', 'intent', 'unknown'))",
        {"at": at},
    )


def hold(connection: Connection) -> None:
    """Keep the mails of who rests, alone or with the whole sequence, from leaving until they go on."""
    connection.write(
        f"UPDATE outbox SET due_at = '{HELD_UNTIL}' WHERE state = 'due'"
        " AND enrolment_id IN (SELECT e.id FROM enrolments e JOIN sequences s ON s.id = e.sequence_id"
        " WHERE e.state = 'paused' OR s.state = 'paused')"
    )


def let_go(connection: Connection, at: str) -> None:
    """Let the mails leave that were held for people who go on, however that came about."""
    # Both states are those of the index of what waits, without which every mail there ever was would be read.
    connection.write(
        "UPDATE outbox SET due_at = :at WHERE state IN ('due', 'claimed') AND state = 'due'"
        f" AND due_at = '{HELD_UNTIL}' AND enrolment_id IN"
        " (SELECT e.id FROM enrolments e JOIN sequences s ON s.id = e.sequence_id"
        " WHERE e.state <> 'paused' AND s.state <> 'paused')",
        {"at": at},
    )


def withdraw(connection: Connection, enrolment_ids: Iterable[int]) -> int:
    """Keep the mails of people who are no longer in a sequence from leaving; return how many."""
    sql = "UPDATE outbox SET state = 'withdrawn', reply = :held WHERE enrolment_id = :id AND state = 'due'"
    return sum(connection.write(sql, {"id": one, "held": HELD}) for one in enrolment_ids)


def fields_of(table: str, row: Mapping[str, Any] | None, revision: Revision) -> frozenset[str]:
    """Return the fields of an enrolment that the program alone has moved since: they keep no gesture from being undone.

    Who has come to the end by themselves has still begun by a gesture, but cannot rest, or go on, any more.
    """
    if table != "enrolments" or row is None or not revision.expected:
        return frozenset()
    is_over = row["state"] == "ended" and row["exit"] not in _BY_PEOPLE
    if revision.wanted is None and is_over and revision.expected["state"] == "active":
        return STEPS
    return frozenset(("step", "due_at"))


def turned(connection: Connection, enrolment_ids: Sequence[int], at: str) -> None:
    """Let the mails follow people whom undo or redo put back into a sequence, out of it, at rest or on their way."""
    for start in range(0, len(enrolment_ids), _CHUNK):
        some = enrolment_ids[start : start + _CHUNK]
        _forget(connection, some)
        of_these = f"IN (SELECT id FROM enrolments WHERE id IN ({listed(some)})"
        connection.write(
            f"UPDATE outbox SET state = 'withdrawn', reply = :held WHERE state = 'due'"
            f" AND enrolment_id {of_these} AND state = 'ended')",
            {"held": HELD},
        )
        connection.write(
            f"UPDATE outbox SET state = 'due', reply = '' WHERE state = 'withdrawn' AND reply = :held"
            f" AND enrolment_id {of_these} AND state <> 'ended')",
            {"held": HELD},
        )
        connection.write(
            f"UPDATE enrolments SET due_at = :at WHERE id IN ({listed(some)}) AND state = 'active' AND due_at > :at",
            {"at": at},
        )
    hold(connection)
    let_go(connection, at)


def _forget(connection: Connection, enrolment_ids: Sequence[int]) -> None:
    """Forget the mails that have not left of people who are no longer said to have begun: they may begin again."""
    some = listed(enrolment_ids)
    gone = f"IN ({some}) AND enrolment_id NOT IN (SELECT id FROM enrolments WHERE id IN ({some}))"
    mails = f"SELECT id FROM outbox WHERE enrolment_id {gone} AND state = 'due'"
    connection.write(f"DELETE FROM passages WHERE settled_at IS NULL AND outgoing_id IN ({mails})")
    connection.write(f"DELETE FROM outbox WHERE id IN ({mails})")


def remember(connection: Connection, key: str, value: str) -> None:
    """Keep something that the program must know of its own work."""
    connection.write(
        "INSERT INTO automation (key, value) VALUES (:key, :value)"
        " ON CONFLICT (key) DO UPDATE SET value = :value",
        {"key": key, "value": value},
    )


def record(connection: Connection, signals: Iterable[Mapping[str, Any]]) -> int:
    """Keep what people did, each thing once by its source and its number there; return how many were new."""
    marks = ", ".join(f":{name}" for name in _SIGNAL)
    sql = (
        f"INSERT INTO signals ({', '.join(_SIGNAL)}) VALUES ({marks})"
        " ON CONFLICT (source, external_id) WHERE external_id IS NOT NULL DO NOTHING"
    )
    return sum(connection.write(sql, {name: one[name] for name in _SIGNAL}) for one in signals)
