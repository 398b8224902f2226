"""Lists, segments, and the people who meet a condition: `Compiled.sql` of `sales/where.py`, its values bound."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store import conditions
from petitcrm.store.queries import among

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from petitcrm.store.reader import Reader


class ListLine(Row):
    """A list, with how many are on it and how many have not confirmed yet."""

    id: int
    key: str
    name: str
    description: str
    purpose: str
    wording: str
    confirms: int
    topics: str
    lang: str
    account: str
    is_archived: int
    created_at: str
    subscribed: int = 0
    pending: int = 0


class SegmentLine(Row):
    """A segment, its condition as it was typed."""

    id: int
    key: str
    name: str
    description: str
    condition: str
    created_at: str


class Subscribed(Row):
    """Where a contact stands with a list. `topics` is JSON."""

    id: int
    list_id: int
    contact_id: int
    state: str
    topics: str
    source: str
    asked_at: str
    changed_at: str


class Person(Row):
    """A contact and their first address, "" where they have none."""

    id: int
    first_name: str
    last_name: str
    address: str


class Stands(Row):
    """Where a contact stands with a list, by its key and name. `topics` is JSON."""

    contact_id: int
    key: str
    name: str
    state: str
    topics: str
    changed_at: str


class Rolled(Row):
    """Somebody of a list: who they are, and where they stand. `topics` is JSON."""

    contact_id: int
    first_name: str
    last_name: str
    address: str
    state: str
    topics: str
    source: str
    asked_at: str
    changed_at: str


_FIRST = (
    "COALESCE((SELECT e.address FROM contact_emails e WHERE e.contact_id = c.id"
    " ORDER BY e.position, e.id LIMIT 1), '')"
)
_LIST = ", ".join(f"l.{name}" for name in ListLine._fields[:-2])
_SUBSCRIBED = f"SELECT {', '.join(Subscribed._fields)} FROM subscriptions"


def lists(crm: Reader) -> list[ListLine]:
    """Return every list, the archived ones last, with its numbers."""
    counted = "(SELECT count(*) FROM subscriptions s WHERE s.list_id = l.id AND s.state = '{}')"
    sql = (
        f"SELECT {_LIST}, {counted.format('subscribed')}, {counted.format('pending')} FROM mailing_lists l"
        " ORDER BY l.is_archived, l.name, l.id"
    )
    return [ListLine(*row) for row in crm.rows(sql)]


def is_marketing_there(crm: Reader) -> bool:
    """Tell whether there is a list, a segment, a campaign or a sequence."""
    tables = ("mailing_lists", "segments", "campaigns", "sequences")
    return bool(
        crm.rows(
            " UNION ALL ".join(f"SELECT * FROM (SELECT 1 FROM {one} LIMIT 1) AS {one}" for one in tables)
        )
    )


def segments(crm: Reader) -> list[SegmentLine]:
    """Return every segment by name."""
    sql = f"SELECT {', '.join(SegmentLine._fields)} FROM segments ORDER BY name, id"
    return [SegmentLine(*row) for row in crm.rows(sql)]


def subscriptions_of(crm: Reader, contact_id: int) -> list[Subscribed]:
    """Return where a contact stands with each list."""
    return [
        Subscribed(*row)
        for row in crm.rows(f"{_SUBSCRIBED} WHERE contact_id = :id ORDER BY id", id=contact_id)
    ]


def standings(crm: Reader, contact_ids: Iterable[int]) -> list[Stands]:
    """Return where some contacts stand with each list that they were ever on, or asked to be."""
    sql = (
        "SELECT s.contact_id, l.key, l.name, s.state, s.topics, s.changed_at FROM subscriptions s"
        " JOIN mailing_lists l ON l.id = s.list_id WHERE s.contact_id IN ({among})"
    )
    return [Stands(*row) for row in among(crm, sql, contact_ids)]


def subscription(crm: Reader, list_id: int, contact_id: int) -> Subscribed | None:
    """Return where a contact stands with a list; None where they were never asked."""
    found = crm.rows(
        f"{_SUBSCRIBED} WHERE list_id = :list AND contact_id = :contact", list=list_id, contact=contact_id
    )
    return Subscribed(*found[0]) if found else None


def roll(crm: Reader, list_id: int, state: str = "") -> list[Rolled]:
    """Return everybody of a list, or those who stand so with it, by name."""
    sql = (
        f"SELECT c.id, c.first_name, c.last_name, {_FIRST}, s.state, s.topics, s.source, s.asked_at, s.changed_at"
        " FROM subscriptions s JOIN contacts c ON c.id = s.contact_id WHERE s.list_id = :id"
        " AND (:state = '' OR s.state = :state) ORDER BY c.sort_name, c.id"
    )
    return [Rolled(*row) for row in crm.rows(sql, id=list_id, state=state)]


def proofs(crm: Reader, contact_ids: Sequence[int], purpose: str) -> dict[int, tuple[str, str, str]]:
    """Return the last agreement of some contacts to mail for a purpose: its wording, how, and when."""
    sql = (
        "SELECT contact_id, wording, how, at FROM consents WHERE contact_id IN ({among}) AND act = 'given'"
        " AND channel = 'email' AND purpose = :purpose ORDER BY at, id"
    )
    return {row[0]: (row[1], row[2], row[3]) for row in among(crm, sql, contact_ids, purpose=purpose)}


def people(crm: Reader, contact_ids: Sequence[int]) -> list[Person]:
    """Return some contacts with their first addresses, in their order by id."""
    sql = f"SELECT c.id, c.first_name, c.last_name, {_FIRST} FROM contacts c WHERE c.id IN ({{among}}) ORDER BY c.id"
    return [Person(*row) for row in among(crm, sql, contact_ids)]


def meeting(crm: Reader, sql: str, values: Mapping[str, Any]) -> list[int]:
    """Return the ids of the contacts who meet a condition."""
    return [row[0] for row in crm.rows(f"SELECT c.id FROM contacts c WHERE {sql} ORDER BY c.id", **values)]


def how_many(crm: Reader, sql: str, values: Mapping[str, Any]) -> int:
    """Return how many contacts meet a condition."""
    return int(crm.rows(f"SELECT count(*) FROM contacts c WHERE {sql}", **values)[0][0])


def judged(
    crm: Reader, sql: str, values: Mapping[str, Any], ids: Sequence[int]
) -> Iterator[tuple[int, bool | None]]:
    """Yield some contacts with whether they meet a condition; None where a fact is missing."""
    told = f"SELECT c.id, ({sql}) FROM contacts c WHERE c.id IN ({{among}})"
    for row in among(crm, told, ids, **values):
        yield row[0], None if row[1] is None else bool(row[1])


def spellings(crm: Reader, table: str, column: str) -> list[str]:
    """Return the different values of a column that a condition looks at."""
    if all((table, column) not in columns for _sql, columns in conditions.TEXTS.values()):
        raise ValueError(column)
    return [row[0] for row in crm.rows(f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> ''")]


def own_spellings(crm: Reader, key: str) -> list[str]:
    """Return the different values of a field of the firm's own."""
    dialect = crm.connection.dialect
    sql = f"SELECT DISTINCT {conditions.custom(dialect, ':key')} FROM contacts c WHERE c.custom <> '{{}}'"
    return [row[0] for row in crm.rows(sql, key=conditions.custom_key(dialect, key)) if row[0]]


def is_stored_at(crm: Reader, message_id: int, at: str) -> bool:
    """Tell whether a mail was stored at an instant: in this gesture, where that is now."""
    return bool(crm.rows("SELECT 1 FROM messages WHERE id = :id AND recorded_at = :at", id=message_id, at=at))


def occasions_of(crm: Reader, message_ids: Sequence[str]) -> list[tuple[str, str, int | None, str]]:
    """Return (Message-ID, occasion, contact, address) of those mails of ours that asked for a confirmation."""
    sql = (
        "SELECT message_id, occasion, contact_id, address FROM outbox WHERE message_id IN ({among})"
        " AND occasion LIKE 'confirm:%'"
    )
    return [(row[0], row[1], row[2], row[3]) for row in among(crm, sql, message_ids)]
