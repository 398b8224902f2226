"""Mails that are to leave, that left, and those of which nobody knows."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import among, listed, since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.store.reader import Reader


DAY = "day:"
"""What the occasion of a mail to ourselves begins with; its date follows (`sync/morning.py`)."""
HELD_UNTIL = "9999-12-31T00:00:00Z"
"""When a mail is due whose sequence, or whose person in it, rests: nobody knows when they go on."""


class Outgoing(Row):
    """One mail to send, to one person. `attachments` and `refs` are JSON; instants are texts of the base."""

    id: int
    account: str
    contact_id: int | None
    deal_id: int | None
    task_id: int | None
    address: str
    name: str
    subject: str
    body: str
    attachments: str
    in_reply_to: str
    refs: str
    template: str
    purpose: str
    owner_id: int | None
    created_at: str
    due_at: str
    state: str
    claimed_by: str
    claimed_at: str | None
    message_id: str | None
    intent_at: str | None
    settled_at: str | None
    reply_code: int | None
    reply: str
    tries: int
    copied: int
    occasion: str | None = None
    campaign_id: int | None = None
    enrolment_id: int | None = None
    step: str = ""

    @property
    def leaves_at(self) -> str | None:
        """The instant when it leaves; None while it is held by a sequence that rests."""
        return None if self.due_at == HELD_UNTIL else self.due_at

    @property
    def at(self) -> str | None:
        """The instant when it left, began to leave or is to leave; None while it is held."""
        return self.settled_at or self.intent_at or self.leaves_at

    @property
    def identity(self) -> str:
        """What the mail is known by beside the base, which may be put back: why it is sent, or when it was written."""
        return self.occasion or f"mail:{self.id}:{self.created_at}:{self.address}:{self.subject}"


_ALL = f"SELECT {', '.join(Outgoing._fields)} FROM outbox"

LEAVING = 15
"""Minutes that a sender of whom nothing is known is waited for; a server that answers at all does so in ten."""
_OPEN = "state IN ('intent', 'unknown', 'refused')"
"""What the index of open mails is made for: said beside the one state that is looked for, or it is not used."""


def one(crm: Reader, outgoing_id: int) -> Outgoing | None:
    """Return one mail, None where there is none."""
    found = crm.rows(f"{_ALL} WHERE id = :id", id=outgoing_id)
    return Outgoing(*found[0]) if found else None


def due(crm: Reader, now: str, limit: int) -> list[Outgoing]:
    """Return the mails whose hour has come and that nobody has claimed, the longest due first."""
    sql = (  # both tests on the state: the index is of those two
        f"{_ALL} WHERE state IN ('due', 'claimed') AND state = 'due' AND due_at <= :now"
        " ORDER BY due_at, id LIMIT :limit"
    )
    return [Outgoing(*row) for row in crm.rows(sql, now=now, limit=limit)]


def some_due(crm: Reader, ids: Iterable[int], now: str) -> list[Outgoing]:
    """Return those of some mails whose hour has come and that nobody has claimed."""
    sql = f"{_ALL} WHERE id IN ({listed(ids)}) AND state = 'due' AND due_at <= :now ORDER BY id"
    return [Outgoing(*row) for row in crm.rows(sql, now=now)]


def some(crm: Reader, ids: Iterable[int]) -> list[Outgoing]:
    """Return some mails, in the order of their numbers."""
    return [Outgoing(*row) for row in crm.rows(f"{_ALL} WHERE id IN ({listed(ids)}) ORDER BY id")]


def claimed_by(crm: Reader, ids: Iterable[int], who: str) -> list[Outgoing]:
    """Return those of some mails that a sender has claimed, or is sending, in the order of their numbers."""
    sql = f"{_ALL} WHERE id IN ({listed(ids)}) AND claimed_by = :who ORDER BY id"
    return [Outgoing(*row) for row in crm.rows(sql, who=who)]


def of_occasions(crm: Reader, occasions: Iterable[str]) -> dict[str, int]:
    """Return the numbers of the mails that there are for some occasions."""
    sql = "SELECT occasion, id FROM outbox WHERE occasion IN ({among})"
    return {row[0]: row[1] for row in among(crm, sql, occasions)}


def unsettled(crm: Reader, outgoing_ids: Iterable[int], who: str) -> dict[int, int | None]:
    """Return those of some mails that a sender began and nobody settled yet: whom each is for, None who is gone."""
    sql = (
        "SELECT id, contact_id FROM outbox WHERE id IN ({among}) AND claimed_by = :who"
        " AND state IN ('intent', 'unknown')"
    )
    return {row[0]: row[1] for row in among(crm, sql, outgoing_ids, who=who)}


def ways_to(crm: Reader, enrolment_ids: Iterable[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Return the steps that led to where some people are in a sequence: step, instant, what came of it."""
    sql = (
        "SELECT enrolment_id, step, settled_at, outcome FROM passages"
        f" WHERE enrolment_id IN ({listed(enrolment_ids)}) AND settled_at IS NOT NULL ORDER BY enrolment_id, id"
    )
    found: dict[int, list[tuple[str, str, str]]] = {}
    for enrolment_id, *step in crm.rows(sql):
        found.setdefault(enrolment_id, []).append((step[0], step[1], step[2]))
    return found


def in_hand(crm: Reader) -> list[Outgoing]:
    """Return the mails that a sender has claimed, or of which it has not said yet how it ended."""
    sql = f"{_ALL} WHERE state IN ('due', 'claimed') AND state = 'claimed' ORDER BY due_at, id"
    claimed = crm.rows(sql)
    begun = crm.rows(f"{_ALL} WHERE {_OPEN} AND state = 'intent' ORDER BY id")
    return [Outgoing(*row) for row in (*claimed, *begun)]


def leaving(crm: Reader) -> list[Outgoing]:
    """Return the mails of which nobody has said yet, or knows, whether they left."""
    sql = f"{_ALL} WHERE {_OPEN} AND state IN ('intent', 'unknown') ORDER BY id"
    return [Outgoing(*row) for row in crm.rows(sql)]


def uncertain(crm: Reader) -> list[Outgoing]:
    """Return the mails that may have left or not: their sender died, or the server never answered.

    A mail that has been leaving for so long is among them before anybody has taken it over.
    """
    before = since(crm.now, LEAVING)
    sql = f"{_ALL} WHERE {_OPEN} AND state = 'unknown' ORDER BY id"
    dead = f"{_ALL} WHERE {_OPEN} AND state = 'intent' AND intent_at <= :before ORDER BY id"
    return [Outgoing(*row) for row in (*crm.rows(sql), *crm.rows(dead, before=before))]


def waiting(crm: Reader, limit: int) -> list[Outgoing]:
    """Return the mails that have not left yet, the first to leave first."""
    sql = f"{_ALL} WHERE state IN ('due', 'claimed') ORDER BY due_at, id LIMIT :limit"
    return [Outgoing(*row) for row in crm.rows(sql, limit=limit)]


def refused(crm: Reader, limit: int) -> list[Outgoing]:
    """Return the mails that did not leave, the last first."""
    sql = f"{_ALL} WHERE {_OPEN} AND state = 'refused' ORDER BY id DESC LIMIT :limit"
    return [Outgoing(*row) for row in crm.rows(sql, limit=limit)]


def latest(crm: Reader, limit: int) -> list[Outgoing]:
    """Return the mails last written, whatever became of them, the last first."""
    return [Outgoing(*row) for row in crm.rows(f"{_ALL} ORDER BY id DESC LIMIT :limit", limit=limit)]


def of_message(crm: Reader, message_id: str) -> Outgoing | None:
    """Return the mail that bears a Message-ID, None where it is none of ours."""
    found = crm.rows(f"{_ALL} WHERE message_id = :message_id", message_id=message_id)
    return Outgoing(*found[0]) if found else None


def is_day(crm: Reader, message_id: str) -> bool:
    """Tell whether a mail of ours is the day that somebody here is told by mail."""
    sql = f"SELECT 1 FROM outbox WHERE message_id = :message_id AND occasion LIKE '{DAY}%'"
    return bool(crm.rows(sql, message_id=message_id))


def by_program(crm: Reader, message_ids: Iterable[str]) -> set[str]:
    """Return those of some Message-IDs that a mail has which the program wrote (`marketing.outbox.is_by_program`)."""
    sql = "SELECT message_id FROM outbox WHERE message_id IN ({among}) AND occasion IS NOT NULL"
    return {row[0] for row in among(crm, sql, message_ids)}


def last_to(crm: Reader, address: str) -> Outgoing | None:
    """Return the last mail that left for the address of a contact; None where none did."""
    sql = (
        f"{_ALL} WHERE contact_id IN (SELECT contact_id FROM contact_emails WHERE address = :address)"
        " AND address = :address AND state IN ('intent', 'unknown', 'sent', 'refused') ORDER BY id DESC LIMIT 1"
    )
    found = crm.rows(sql, address=address)
    return Outgoing(*found[0]) if found else None


def left_for(crm: Reader, address: str, since: str) -> list[tuple[str, str]]:
    """Return the Message-ID and the subject of what left for the address of a contact since an instant, last first."""
    sql = (
        "SELECT message_id, subject FROM outbox"
        " WHERE contact_id IN (SELECT contact_id FROM contact_emails WHERE address = :address)"
        " AND address = :address AND message_id IS NOT NULL AND state IN ('intent', 'unknown', 'sent')"
        " AND intent_at >= :since ORDER BY id DESC"
    )
    return [(row[0], row[1]) for row in crm.rows(sql, address=address, since=since)]


def counts(crm: Reader) -> dict[str, int]:
    """Return how many mails wait, are uncertain and were refused."""
    sql = (
        "SELECT (SELECT count(*) FROM outbox WHERE state IN ('due', 'claimed')),"
        f" (SELECT count(*) FROM outbox WHERE {_OPEN} AND state = 'unknown'),"
        f" (SELECT count(*) FROM outbox WHERE {_OPEN} AND state = 'refused')"
    )
    waiting, unknown, refused = crm.rows(sql)[0]
    return {"waiting": waiting, "uncertain": unknown, "refused": refused}


class Answered(Row):
    """A mail of somebody that is being answered. `refs` is JSON; `address` is where the answer goes."""

    id: int
    message_id: str
    thread: str
    refs: str
    subject: str
    task_id: int | None
    address: str
    contact_id: int | None


def answered(crm: Reader, message_id: int) -> Answered | None:
    """Return what answering a stored mail needs, None where there is none; a reply goes where it asks to."""
    sql = (
        "SELECT m.id, m.message_id, m.thread, m.refs, m.subject, m.task_id, c.address, c.contact_id FROM messages m"
        " JOIN correspondents c ON c.message_id = m.id AND c.role IN ('from', 'reply_to') WHERE m.id = :id"
        " ORDER BY CASE WHEN c.role = 'reply_to' THEN 0 ELSE 1 END, c.id LIMIT 1"
    )
    found = crm.rows(sql, id=message_id)
    return Answered(*found[0]) if found else None


def thread_of(crm: Reader, message_id: str) -> tuple[str, int | None] | None:
    """Return the thread of the stored mail of a Message-ID, and the task of answering it."""
    found = crm.rows(
        "SELECT thread, task_id FROM messages WHERE message_id = :message_id", message_id=message_id
    )
    return (found[0][0], found[0][1]) if found else None


def is_stored(crm: Reader, message_id: str) -> bool:
    """Tell whether a mail of this Message-ID is on the timeline already."""
    return bool(crm.rows("SELECT 1 FROM messages WHERE message_id = :message_id", message_id=message_id))


def is_sent_to(crm: Reader, message_id: str, address: str) -> bool:
    """Tell whether the stored mail of a Message-ID is one that we wrote to an address."""
    sql = (
        "SELECT 1 FROM messages m JOIN correspondents c ON c.message_id = m.id AND c.role IN ('to', 'cc')"
        " WHERE m.message_id = :message_id AND m.direction = 'out' AND c.address = :address LIMIT 1"
    )
    return bool(crm.rows(sql, message_id=message_id, address=address.lower()))


def has_occasion(crm: Reader, occasion: str) -> bool:
    """Tell whether there is a mail for an occasion already."""
    return bool(crm.rows("SELECT 1 FROM outbox WHERE occasion = :occasion", occasion=occasion))
