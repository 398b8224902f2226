"""Sequences, their versions, and how many people are at each step."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries.mail import DONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class Sequence(Row):
    """One sequence; `active`, `paused` and `ended` are how many people are in it, or were."""

    id: int
    key: str
    name: str
    state: str
    version: int
    paused_at: str | None
    created_at: str
    active: int
    paused: int
    ended: int


class Version(Row):
    """The file of a sequence as it was at some time."""

    id: int
    sequence_id: int
    version: int
    text: str
    created_at: str


class AtStep(Row):
    """How many people of a version are at a step, or have left from it, and why."""

    version: int
    state: str
    step: str
    exit: str
    people: int


class DoneWithMails(Row):
    """Mails that left, how many were answered, opened and clicked, and how many went to who agreed to be measured."""

    mails: int
    replied: int
    opened: int
    clicked: int
    measured: int


_DID = (
    "CASE WHEN EXISTS (SELECT 1 FROM signals s WHERE s.outgoing_id = o.id AND s.kind = '{kind}'"
    " AND s.is_machine = 0) THEN 1 ELSE 0 END"
)
_ONE = (
    "SELECT s.id, s.key, s.name, s.state, s.version, s.paused_at, s.created_at,"
    " (SELECT count(*) FROM enrolments e WHERE e.sequence_id = s.id AND e.state = 'active'),"
    " (SELECT count(*) FROM enrolments e WHERE e.sequence_id = s.id AND e.state = 'paused'),"
    " (SELECT count(*) FROM enrolments e WHERE e.sequence_id = s.id AND e.state = 'ended') FROM sequences s"
)


def listing(crm: Reader) -> list[Sequence]:
    """Return every sequence, those that are put away last."""
    sql = f"{_ONE} ORDER BY CASE WHEN s.state = 'archived' THEN 1 ELSE 0 END, s.name, s.id"
    return [Sequence(*row) for row in crm.rows(sql)]


def of_key(crm: Reader, key: str) -> Sequence | None:
    """Return one sequence by its key, None where there is none."""
    found = crm.rows(f"{_ONE} WHERE s.key = :key", key=key)
    return Sequence(*found[0]) if found else None


def by_id(crm: Reader, sequence_id: int) -> Sequence | None:
    """Return one sequence by its number, None where there is none."""
    found = crm.rows(f"{_ONE} WHERE s.id = :id", id=sequence_id)
    return Sequence(*found[0]) if found else None


def versions(crm: Reader, sequence_id: int) -> list[Version]:
    """Return every version of a sequence, the first one first."""
    sql = (
        "SELECT id, sequence_id, version, text, created_at FROM sequence_versions WHERE sequence_id = :sequence"
        " ORDER BY version"
    )
    return [Version(*row) for row in crm.rows(sql, sequence=sequence_id)]


def version(crm: Reader, version_id: int) -> Version | None:
    """Return one version by its number in the base, None where there is none."""
    sql = "SELECT id, sequence_id, version, text, created_at FROM sequence_versions WHERE id = :id"
    found = crm.rows(sql, id=version_id)
    return Version(*found[0]) if found else None


def people(crm: Reader, sequence_id: int) -> list[AtStep]:
    """Return how many people are where, by version, state and step."""
    sql = (
        "SELECT v.version, e.state, e.step, e.exit, count(*) FROM enrolments e"
        " JOIN sequence_versions v ON v.id = e.version_id WHERE e.sequence_id = :sequence"
        " GROUP BY v.version, e.state, e.step, e.exit ORDER BY v.version, e.state, e.step, e.exit"
    )
    return [AtStep(*row) for row in crm.rows(sql, sequence=sequence_id)]


def came(crm: Reader, sequence_id: int) -> list[tuple[int, str, str, int]]:
    """Return how many people came to each step: (version, step, its outcome, people); who is at it now has none."""
    sql = (
        "SELECT e.version_id, p.step, p.outcome, count(*) FROM enrolments e JOIN passages p ON p.enrolment_id = e.id"
        " WHERE e.sequence_id = :sequence GROUP BY e.version_id, p.step, p.outcome"
        " UNION ALL SELECT e.version_id, e.step, '', count(*) FROM enrolments e WHERE e.sequence_id = :sequence"
        " AND e.state <> 'ended' AND NOT EXISTS (SELECT 1 FROM passages p"
        " WHERE p.enrolment_id = e.id AND p.step = e.step) GROUP BY e.version_id, e.step"
    )
    return [(row[0], row[1], row[2], row[3]) for row in crm.rows(sql, sequence=sequence_id)]


def done_with_mails(crm: Reader, since: str) -> DoneWithMails:
    """Return what people did with the marketing mails that left since an instant."""
    sql = (
        "SELECT count(*), COALESCE(sum(CASE WHEN EXISTS (SELECT 1 FROM messages m WHERE m.in_reply_to = o.message_id"
        f" AND m.direction = 'in' AND m.expects_none <> {DONE}) THEN 1 ELSE 0 END), 0),"
        f" COALESCE(sum({_DID.format(kind='opened')}), 0), COALESCE(sum({_DID.format(kind='clicked')}), 0),"
        " COALESCE(sum(CASE WHEN EXISTS (SELECT 1 FROM consents c WHERE c.contact_id = o.contact_id"
        " AND c.purpose = 'measure' AND c.act = 'given') THEN 1 ELSE 0 END), 0)"
        " FROM outbox o WHERE o.state = 'sent' AND o.purpose IN ('newsletter', 'prospecting') AND o.intent_at >= :since"
    )
    return DoneWithMails(*(int(value) for value in crm.rows(sql, since=since)[0]))


def remembered(crm: Reader, key: str) -> str:
    """Return what the program remembers of its own work by a key; empty where it does not."""
    found = crm.rows("SELECT value FROM automation WHERE key = :key", key=key)
    return str(found[0][0]) if found else ""


def all_remembered(crm: Reader, beginning: str) -> dict[str, str]:
    """Return the same for every key that begins so, by what follows."""
    sql = "SELECT key, value FROM automation WHERE key >= :beginning AND key < :end"
    found = crm.rows(sql, beginning=beginning, end=f"{beginning}\U0010ffff")
    return {key.removeprefix(beginning): value for key, value in found}
