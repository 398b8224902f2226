"""Who is in a sequence, and what has been since: one query a kind of fact, however many people it is asked for."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import among
from petitcrm.store.queries import since as ago
from petitcrm.store.queries.mail import DONE
from petitcrm.store.queries.outbox import HELD_UNTIL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from petitcrm.store.reader import Reader


class Enrolled(Row):
    """Somebody in a sequence. Instants are texts of the base."""

    id: int
    sequence_id: int
    version_id: int
    contact_id: int
    deal_id: int | None
    lead_id: int | None
    owner_id: int | None
    run: int
    state: str
    step: str
    due_at: str | None
    source: str
    exit: str
    entered_at: str
    paused_at: str | None
    ended_at: str | None


class Went(Row):
    """A step that somebody went through, and how far its mail is: `mail` is its state, `left_at` when it settled."""

    enrolment_id: int
    step: str
    at: str
    settled_at: str | None
    outcome: str
    outgoing_id: int | None
    task_id: int | None
    mail: str | None
    left_at: str | None


class Did(Row):
    """Something that somebody did, and the step of which run it is about, where it is about a mail of one."""

    contact_id: int
    kind: str
    at: str
    target: str
    is_machine: int
    enrolment_id: int | None
    step: str | None


class Standing(Row):
    """Somebody at a step of a sequence, as they are named."""

    id: int
    contact_id: int
    first_name: str
    last_name: str
    company: str | None
    state: str
    step: str
    due_at: str | None
    entered_at: str
    version: int


_COLUMNS = ", ".join(f"e.{name}" for name in Enrolled._fields)
_ALL = f"SELECT {_COLUMNS} FROM enrolments e"
_NOT_RESTING = "JOIN sequences s ON s.id = e.sequence_id AND s.state <> 'paused'"


def due(crm: Reader, now: str, after: tuple[str, int], limit: int) -> Iterator[tuple[int, str]]:
    """Yield those who are to be looked at the longest due, after a place in that order, and since when; by number."""
    sql = (
        f"SELECT id, due_at FROM (SELECT e.id, e.due_at FROM enrolments e {_NOT_RESTING}"
        " WHERE e.state = 'active' AND e.due_at <= :now AND (e.due_at, e.id) > (:due_at, :id)"
        " ORDER BY e.due_at, e.id LIMIT :limit) AS longest ORDER BY id"
    )
    told = {"now": now, "due_at": after[0], "id": after[1], "limit": limit}
    for row in crm.connection.stream(sql, told):
        yield row[0], row[1]


def still_due(crm: Reader, enrolment_ids: Iterable[int], now: str) -> list[Enrolled]:
    """Return those of some numbers who are to be looked at now, none of a resting sequence, the longest due first."""
    sql = f"{_ALL} {_NOT_RESTING} WHERE e.id IN ({{among}}) AND e.state = 'active' AND e.due_at <= :now"
    found = [Enrolled(*row) for row in among(crm, sql, enrolment_ids, now=now)]
    return sorted(found, key=lambda one: (one.due_at or "", one.id))


def some(crm: Reader, enrolment_ids: Iterable[int]) -> list[Enrolled]:
    """Return those of some numbers."""
    return [Enrolled(*row) for row in among(crm, f"{_ALL} WHERE e.id IN ({{among}})", enrolment_ids)]


def of_contacts(crm: Reader, contact_ids: Iterable[int]) -> list[Enrolled]:
    """Return every time that some contacts were in a sequence, the first time first."""
    sql = f"{_ALL} WHERE e.contact_id IN ({{among}}) ORDER BY e.id"
    return [Enrolled(*row) for row in among(crm, sql, contact_ids)]


def of_sequence(
    crm: Reader, sequence_id: int, states: Iterable[str] = ("active", "paused")
) -> list[Enrolled]:
    """Return who is in a sequence, in some states, in the order in which they came."""
    marks = ", ".join(f"'{state}'" for state in states)
    sql = f"{_ALL} WHERE e.sequence_id = :sequence AND e.state IN ({marks}) ORDER BY e.id"
    return [Enrolled(*row) for row in crm.rows(sql, sequence=sequence_id)]


def standing(crm: Reader, sequence_id: int, step: str | None, limit: int) -> list[Standing]:
    """Return who stands at a step of a sequence, or at any of them (None), those whom something is due for first."""
    sql = (
        "SELECT e.id, e.contact_id, c.first_name, c.last_name, o.name, e.state, e.step, e.due_at, e.entered_at,"
        " v.version FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
        " LEFT JOIN companies o ON o.id = c.company_id JOIN sequence_versions v ON v.id = e.version_id"
        " WHERE e.sequence_id = :sequence"
        " AND e.state IN ('active', 'paused')"
    )
    values: dict[str, str] = {}
    if step is not None:
        sql += " AND e.step = :step"
        values["step"] = step
    sql += " ORDER BY e.due_at IS NULL, e.due_at, e.id LIMIT :limit"
    return [Standing(*row) for row in crm.rows(sql, sequence=sequence_id, limit=limit, **values)]


def due_numbers(crm: Reader, until: str) -> dict[int, int]:
    """Return for how many people of each sequence something is due by an instant; of none that rests."""
    sql = (
        f"SELECT e.sequence_id, count(*) FROM enrolments e {_NOT_RESTING} WHERE e.state = 'active'"
        " AND e.due_at <= :until GROUP BY e.sequence_id"
    )
    return {row[0]: row[1] for row in crm.rows(sql, until=until)}


def coming(crm: Reader, limit: int) -> list[Enrolled]:
    """Return who is to be looked at next, the first first; of no sequence that rests."""
    sql = (
        f"{_ALL} {_NOT_RESTING} WHERE e.state = 'active' AND e.due_at IS NOT NULL"
        " ORDER BY e.due_at, e.id LIMIT :limit"
    )
    return [Enrolled(*row) for row in crm.rows(sql, limit=limit)]


def went(crm: Reader, enrolment_ids: Iterable[int]) -> list[Went]:
    """Return the steps that some people went through, in the order in which they came to them.

    A pause, `~` and the gesture that ended it, counts as long as that gesture stands.
    """
    sql = (
        "SELECT p.enrolment_id, p.step, p.at, p.settled_at, p.outcome, p.outgoing_id, p.task_id, o.state, o.settled_at"
        " FROM passages p LEFT JOIN outbox o ON o.id = p.outgoing_id WHERE p.enrolment_id IN ({among}) ORDER BY p.id"
    )
    found = [Went(*row) for row in among(crm, sql, enrolment_ids)]
    ended = {row.step: int(row.step.lstrip("~s")) for row in found if row.step[:1] == "~"}
    if not ended:
        return found
    taken_back = "SELECT id FROM batches WHERE id IN ({among}) AND undone_by IS NOT NULL"
    undone = {row[0] for row in among(crm, taken_back, set(ended.values()))}
    return [row for row in found if ended.get(row.step) not in undone]


def signals(crm: Reader, contact_ids: Iterable[int], since: str) -> list[Did]:
    """Return what some contacts did with mails and on the site since an instant."""
    sql = (
        "SELECT s.contact_id, s.kind, s.at, s.target, s.is_machine, o.enrolment_id, o.step FROM signals s"
        " LEFT JOIN outbox o ON o.id = s.outgoing_id WHERE s.contact_id IN ({among}) AND s.at >= :since"
    )
    return [Did(*row) for row in among(crm, sql, contact_ids, since=since)]


def replies(crm: Reader, contact_ids: Iterable[int], since: str) -> list[Did]:
    """Return the answers of some contacts since an instant, and the step that each is to; those of machines as such.

    A mail that only asks to receive no more, or confirms, is no answer.
    """
    sql = (
        "SELECT c.contact_id, 'replied', m.at, '', CASE WHEN m.is_automatic = 1 OR m.is_bulk = 1 THEN 1 ELSE 0 END,"
        " o.enrolment_id, o.step FROM correspondents c JOIN messages m ON m.id = c.message_id AND m.direction = 'in'"
        " LEFT JOIN outbox o ON o.message_id = m.in_reply_to AND m.in_reply_to <> ''"
        f" WHERE c.contact_id IN ({{among}}) AND c.role = 'from' AND m.at >= :since AND m.expects_none <> {DONE}"
    )
    # Whoever answers a mail of theirs from another address, or by a clock that is behind, has answered it.
    named = (
        "SELECT e.contact_id, 'replied', CASE WHEN m.at < o.intent_at THEN o.intent_at ELSE m.at END, '',"
        " CASE WHEN m.is_automatic = 1 OR m.is_bulk = 1 THEN 1 ELSE 0 END, o.enrolment_id, o.step FROM enrolments e"
        " JOIN outbox o ON o.enrolment_id = e.id AND o.message_id IS NOT NULL"
        " JOIN messages m ON m.thread = o.message_id AND m.in_reply_to = o.message_id AND m.direction = 'in'"
        f" WHERE e.contact_id IN ({{among}}) AND o.intent_at >= :since AND m.expects_none <> {DONE}"
    )
    asked = list(contact_ids)
    return [Did(*row) for one in (sql, named) for row in among(crm, one, asked, since=since)]


def outcomes(crm: Reader, enrolment_ids: Iterable[int]) -> list[Did]:
    """Return what came of the tasks of sequences that are done."""
    sql = (
        "SELECT t.contact_id, 'outcome', t.done_at, t.outcome, 0, p.enrolment_id, p.step FROM passages p"
        " JOIN tasks t ON t.id = p.task_id AND t.done_at IS NOT NULL WHERE p.enrolment_id IN ({among})"
    )
    return [Did(*row) for row in among(crm, sql, enrolment_ids)]


def closed(crm: Reader, contact_ids: Iterable[int], since: str) -> list[tuple[int, int, str, str]]:
    """Return the deals of some contacts that were won or lost since an instant: contact, deal, how, when."""
    sql = (
        "SELECT contact_id, id, status, closed_at FROM deals WHERE contact_id IN ({among})"
        " AND status IN ('won', 'lost') AND closed_at >= :since"
    )
    return [(row[0], row[1], row[2], row[3]) for row in among(crm, sql, contact_ids, since=since)]


def refused(
    crm: Reader, contact_ids: Iterable[int], purpose: str
) -> dict[int, tuple[str | None, str | None]]:
    """Return since when some contacts refuse mail for a purpose, and since when they are said to be private persons.

    A refusal is the first of their words that none took back: an agreement takes back what was withdrawn before it, and
    an objection only where it was given to do so.
    """
    sql = (
        "SELECT k.contact_id, min(CASE WHEN k.act <> 'consumer' THEN k.at END),"
        " max(CASE WHEN k.act = 'consumer' THEN k.at END) FROM consents k"
        " WHERE k.contact_id IN ({among}) AND (k.act = 'consumer' OR k.act IN ('withdrawn', 'objected')"
        " AND k.channel IN ('email', '*') AND k.purpose IN (:purpose, '*'))"
        " AND NOT EXISTS (SELECT 1 FROM consents y WHERE y.contact_id = k.contact_id AND y.act = 'given'"
        " AND y.channel = 'email' AND y.purpose = :purpose AND (k.act <> 'objected' OR y.source = 'asked')"
        " AND (y.at > k.at OR y.at = k.at AND y.id > k.id)) GROUP BY k.contact_id"
    )
    return {row[0]: (row[1], row[2]) for row in among(crm, sql, contact_ids, purpose=purpose)}


def came_back(crm: Reader, contact_ids: Iterable[int]) -> dict[int, str]:
    """Return when the last mail to some contacts came back, of those that nobody lifted."""
    sql = (
        "SELECT e.contact_id, max(b.at) FROM contact_emails e JOIN bounces b ON b.address = e.address"
        " WHERE e.contact_id IN ({among}) AND b.lifted_at IS NULL GROUP BY e.contact_id"
    )
    return dict(among(crm, sql, contact_ids))


def mailed(crm: Reader, contact_ids: Iterable[int], since: str) -> list[tuple[int, str]]:
    """Return when the marketing mails of some contacts left since an instant, or are to leave: a late one, now."""
    asked = list(contact_ids)
    left = "o.purpose <> 'service' AND o.state IN ('due', 'claimed', 'intent', 'sent', 'unknown')"
    # One that is held may be let go at any moment too.
    waits = f"CASE WHEN o.due_at < :now OR o.due_at = '{HELD_UNTIL}' THEN :now ELSE o.due_at END"
    when = f"COALESCE(o.settled_at, o.intent_at, {waits})"
    of_sequences = (
        f"SELECT e.contact_id, {when} FROM enrolments e JOIN outbox o ON o.enrolment_id = e.id"
        f" WHERE e.contact_id IN ({{among}}) AND {left} AND {when} >= :since"
    )
    # CROSS JOIN: SQLite would read every recipient there ever was, rather than those of the campaigns of these days
    of_campaigns = (
        f"SELECT {{whose}}, {when} FROM {{people}}campaigns c CROSS JOIN recipients r"
        " JOIN outbox o ON o.id = r.outgoing_id"
        " WHERE r.campaign_id = c.id AND (c.ended_at IS NULL OR c.ended_at >= :since)"
        f" AND {{whose}} IN ({{{{among}}}}) AND {left} AND {when} >= :since"
    )
    mine = of_campaigns.format(whose="r.contact_id", people="")
    # Who was merged into somebody had mails of the same campaigns, which count for the one that they are now.
    of_merged = of_campaigns.format(whose="a.new_id", people="aliases a CROSS JOIN ")
    of_merged += " AND a.noun = 'contact' AND r.contact_id = a.old_id"
    # Of the mails that a base forgot when it was put back, only the steps are known.
    forgotten = (
        "SELECT e.contact_id, p.settled_at FROM enrolments e JOIN passages p ON p.enrolment_id = e.id"
        " WHERE e.contact_id IN ({among}) AND p.outgoing_id IS NULL AND p.outcome = 'sent' AND p.settled_at >= :since"
    )
    return [
        (row[0], row[1])
        for sql in (of_sequences, mine, of_merged, forgotten)
        for row in among(crm, sql, asked, since=since, now=ago(crm.now, 0))
    ]


def addresses(crm: Reader, contact_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the first e-mail of some contacts, and what they are called; nothing of who has none."""
    sql = (
        "SELECT c.id, e.address, c.first_name, c.last_name FROM contacts c JOIN contact_emails e ON e.contact_id = c.id"
        " WHERE c.id IN ({among}) ORDER BY c.id, e.position DESC, e.id DESC"
    )
    return {
        row[0]: (row[1], f"{row[2]} {row[3]}".strip()) for row in among(crm, sql, contact_ids)
    }  # the last one read is the first of theirs


def moved(crm: Reader, after_batch: int, kinds: Iterable[str]) -> list[int]:
    """Return whom something happened with, of some kinds, in the gestures after one."""
    marks = ", ".join(f"'{kind}'" for kind in kinds)
    sql = (
        f"SELECT DISTINCT contact_id FROM events WHERE batch_id > :after AND kind IN ({marks})"
        " AND contact_id IS NOT NULL ORDER BY contact_id"
    )
    return [row[0] for row in crm.rows(sql, after=after_batch)]


def last_batch(crm: Reader) -> int:
    """Return the number of the last gesture."""
    return int(crm.rows("SELECT COALESCE(max(id), 0) FROM batches")[0][0])


def read_until(crm: Reader) -> str | None:
    """Return up to when every inbox was read to its end, empty where one never was; None where none is read.

    A file that a person handed over once, which goes by its path, is no inbox that is read.
    """
    sql = (
        "SELECT count(*), min(read_at) FROM mailboxes WHERE role = 'inbox' AND folder <> ''"
        " AND account NOT LIKE '/%' AND account NOT LIKE '_:%'"
    )
    number, read = crm.rows(sql)[0]
    return str(read) if number else None


def there(crm: Reader, message_ids: Iterable[str]) -> set[str]:
    """Return those of some Message-IDs that a mail of ours has."""
    sql = "SELECT message_id FROM outbox WHERE message_id IN ({among})"
    return {row[0] for row in among(crm, sql, message_ids)}


_FREE = (
    "NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.contact_id = {contact} AND e.sequence_id = :sequence"
    " AND (e.state <> 'ended' OR e.exit = 'by_hand' OR :once = 1))"
)


def newcomers(
    crm: Reader, sequence_id: int, source: tuple[str, str], after: int, limit: int, *, once: bool = False
) -> list[int]:
    """Return who is on a list in use, or in a segment (`list` or `segment`, and its key), and could begin a sequence.

    Not those who are in it, whom a person took out of it, or, where one is in it `once`, who ever were. In the order
    of their numbers, after one.
    """
    kind, key = source
    members = (
        "SELECT u.contact_id FROM mailing_lists l JOIN subscriptions u ON u.list_id = l.id AND u.state = 'subscribed'"
        " AND l.is_archived = 0"
        if kind == "list"
        else "SELECT u.contact_id FROM segments l JOIN segment_members u ON u.segment_id = l.id"
    )
    sql = (
        f"{members} WHERE l.key = :key AND u.contact_id > :after AND {_FREE.format(contact='u.contact_id')}"
        " ORDER BY u.contact_id LIMIT :limit"
    )
    told = {"key": key, "after": after, "sequence": sequence_id, "limit": limit, "once": int(once)}
    return [row[0] for row in crm.rows(sql, **told)]


def meeting(
    crm: Reader, sequence_id: int, condition: tuple[str, Mapping[str, Any]], after: int, limit: int, *, once: bool
) -> list[int]:  # fmt: skip
    """Return the same of who meets a condition, SQL about a contact `c` with the values bound in it."""
    sql, values = condition
    told = {"after": after, "sequence": sequence_id, "limit": limit, "once": int(once)}
    sql = (
        f"SELECT c.id FROM contacts c WHERE c.id > :after AND {_FREE.format(contact='c.id')} AND ({sql})"
        " ORDER BY c.id LIMIT :limit"
    )
    return [row[0] for row in crm.rows(sql, **values, **told)]


def traces(crm: Reader) -> str:
    """Return what is another once anything has happened: the last gestures, and what people did."""
    # On a server a gesture may be committed after one that began later: the last hundred are counted.
    sql = (
        "SELECT count(*), max(id), (SELECT COALESCE(max(id), 0) FROM signals) FROM batches"
        " WHERE id > (SELECT COALESCE(max(id), 0) FROM batches) - 100"
    )
    return ":".join(str(one or 0) for one in crm.rows(sql)[0])
