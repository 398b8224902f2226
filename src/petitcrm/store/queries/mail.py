"""What mail asks the base: what is known already, whose addresses these are, what waits for an answer."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import among, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.store.reader import Reader


DONE = 2
"""What `expects_none` is of a mail that only said yes, or no more, to a mailing: it is done, and answers nothing."""


class Known(Row):
    """A mail that the base has; `sender` is the address that it says it comes from."""

    message_id: str
    id: int
    thread: str
    at: str
    subject: str
    sender: str


class Whose(Row):
    """An address and the contact, or the company, that has it."""

    address: str
    id: int
    company_id: int | None = None
    owner_id: int | None = None


class Exchanged(Row):
    """One mail of an exchange, as far as answers are concerned; `task_id` is that of answering it, while it is open."""

    id: int
    thread: str
    at: str
    direction: str
    subject: str
    address: str
    task_id: int | None = None


class OpenDeal(Row):
    """An open deal of a contact, and its clock of silence."""

    contact_id: int
    id: int
    touched_at: str
    created_at: str


class Unanswered(Row):
    """A lead that nobody has answered yet."""

    contact_id: int
    id: int
    state: str
    state_at: str
    created_at: str


class Stranger(Row):
    """An address of a mail that turns out to be a contact's."""

    id: int
    message_id: int
    contact_id: int
    company_id: int | None


class Stored(Row):
    """A mail as the base has it; `attachments` and `refs` are JSON."""

    id: int
    message_id: str
    thread: str
    in_reply_to: str
    direction: str
    state: str
    at: str
    subject: str
    text: str
    attachments: str
    is_automatic: int
    is_bulk: int
    expects_none: int
    task_id: int | None


class Party(Row):
    """Somebody who wrote or received a mail; `contact` is their name in the base."""

    message_id: int
    role: str
    name: str
    address: str
    contact_id: int | None
    contact: str


class Lying(Row):
    """Where a mail lies."""

    account: str
    folder: str
    validity: str
    place: str
    uid: int


class Unmatched(Row):
    """A mail of which nobody knows whose it is: the address of the other side is what would say it."""

    id: int
    direction: str
    at: str
    subject: str
    name: str
    address: str


class Watched(Row):
    """How the reading of a folder goes."""

    account: str
    folder: str
    role: str
    validity: str
    checked_at: str
    read_at: str
    behind: int
    failures: int
    problem: str


def is_any(crm: Reader) -> bool:
    """Tell whether any mail was ever read."""
    return bool(crm.rows("SELECT 1 FROM messages LIMIT 1"))


def is_there(crm: Reader) -> bool:
    """Tell whether mail was ever read, written or looked for."""
    sql = "SELECT EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM mailboxes)"
    return bool(crm.rows(sql)[0][0])


def placed(crm: Reader, account: str, folder: str, validity: str, places: Iterable[str]) -> set[str]:
    """Return those of some places of a folder that have been read."""
    sql = (
        "SELECT place FROM mail_copies WHERE account = :account AND folder = :folder AND validity = :validity"
        " AND place IN ({among})"
    )
    where = {"account": account, "folder": folder, "validity": validity}
    return {row[0] for row in among(crm, sql, places, **where)}


def copies(crm: Reader, account: str, folder: str, validity: str) -> list[tuple[str, bool]]:
    """Return every place of a folder that has been read, and whether what lay there is accounted for."""
    sql = (
        "SELECT c.place, c.problem, m.id FROM mail_copies c LEFT JOIN messages m ON m.id = c.message_id"
        " WHERE c.account = :account AND c.folder = :folder AND c.validity = :validity"
    )
    found = crm.rows(sql, account=account, folder=folder, validity=validity)
    return [(place, bool(problem) or message_id is not None) for place, problem, message_id in found]


def empty_copies(crm: Reader, account: str, folder: str, validity: str, place: str) -> list[int]:
    """Return the note of a place that was read, of which the mail is no longer there."""
    sql = (
        "SELECT c.id FROM mail_copies c LEFT JOIN messages m ON m.id = c.message_id WHERE c.account = :account"
        " AND c.folder = :folder AND c.validity = :validity AND c.place = :place AND m.id IS NULL AND c.problem = ''"
    )
    found = crm.rows(sql, account=account, folder=folder, validity=validity, place=place)
    return [int(row[0]) for row in found]


def how_far(crm: Reader, account: str, folder: str, validity: str) -> int:
    """Return the highest number of a folder that has been read; 0 before the first."""
    sql = (
        "SELECT COALESCE(max(uid), 0) FROM mail_copies"
        " WHERE account = :account AND folder = :folder AND validity = :validity"
    )
    return int(crm.rows(sql, account=account, folder=folder, validity=validity)[0][0])


def by_message_id(crm: Reader, message_ids: Iterable[str]) -> list[Known]:
    """Return the mails that have one of these Message-IDs."""
    sql = (
        "SELECT m.message_id, m.id, m.thread, m.at, m.subject, COALESCE(c.address, '') FROM messages m"
        " LEFT JOIN correspondents c ON c.message_id = m.id AND c.role = 'from' WHERE m.message_id IN ({among})"
    )
    return [Known(*row) for row in among(crm, sql, message_ids)]


def threaded_under(crm: Reader, threads: Iterable[str]) -> list[tuple[int, str]]:
    """Return the mails of some threads, with the thread of each."""
    sql = "SELECT id, thread FROM messages WHERE thread IN ({among}) ORDER BY id"
    return [(row[0], row[1]) for row in among(crm, sql, threads)]


def contacts_at(crm: Reader, addresses: Iterable[str]) -> list[Whose]:
    """Return whose addresses these are, who has one first before who has it further down."""
    sql = (
        "SELECT e.address, c.id, c.company_id, c.owner_id FROM contact_emails e JOIN contacts c ON c.id = e.contact_id"
        " WHERE e.address IN ({among}) ORDER BY e.address, e.position, c.id"
    )
    return [Whose(*row) for row in among(crm, sql, addresses)]


def companies_at(crm: Reader, addresses: Iterable[str]) -> list[Whose]:
    """Return the companies of which these are the addresses."""
    sql = (
        "SELECT email, id, id FROM companies WHERE email <> '' AND email IN ({among}) ORDER BY email, id DESC"
    )
    return [Whose(*row) for row in among(crm, sql, addresses)]


def open_deals(crm: Reader, contact_ids: Iterable[int]) -> list[OpenDeal]:
    """Return the open deals of some contacts."""
    sql = (
        f"SELECT contact_id, id, touched_at, created_at FROM deals WHERE contact_id IN ({listed(contact_ids)})"
        " AND status = 'open' ORDER BY id"
    )
    return [OpenDeal(*row) for row in crm.rows(sql)]


def unanswered_leads(crm: Reader, contact_ids: Iterable[int]) -> list[Unanswered]:
    """Return the leads of some contacts that nobody has answered."""
    sql = (
        f"SELECT contact_id, id, state, state_at, created_at FROM leads WHERE contact_id IN ({listed(contact_ids)})"
        " AND answered_at IS NULL AND state IN ('new', 'working') ORDER BY id"
    )
    return [Unanswered(*row) for row in crm.rows(sql)]


_ANSWERS = (
    "m.direction = 'out' AND m.is_automatic = 0 AND m.is_bulk = 0 AND m.at >= :since"
    " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.message_id AND o.occasion IS NOT NULL)"
)
"""What we sent and may be an answer: no notice of absence is one, nor a mail that the program wrote."""


def sent_in(crm: Reader, threads: Iterable[str], since: str) -> list[Exchanged]:
    """Return what a person of ours sent in some threads from an instant on, a row for each address it went to."""
    sql = (
        "SELECT m.id, m.thread, m.at, m.direction, m.subject, COALESCE(c.address, '') FROM messages m"
        " LEFT JOIN correspondents c ON c.message_id = m.id AND c.role IN ('to', 'cc')"
        f" WHERE {_ANSWERS} AND m.thread IN ({{among}})"
    )
    return [Exchanged(*row) for row in among(crm, sql, threads, since=since)]


def sent_to(crm: Reader, addresses: Iterable[str], since: str) -> list[Exchanged]:
    """Return what a person of ours sent to some addresses from an instant on."""
    sql = (
        "SELECT m.id, m.thread, m.at, m.direction, m.subject, c.address FROM correspondents c"
        " JOIN messages m ON m.id = c.message_id WHERE c.address IN ({among}) AND c.role IN ('to', 'cc')"
        f" AND {_ANSWERS}"
    )
    return [Exchanged(*row) for row in among(crm, sql, addresses, since=since)]


def owed(crm: Reader) -> list[Exchanged]:
    """Return the mails that an open task is to answer, a row for each address that an answer may go to."""
    sql = (
        "SELECT m.id, m.thread, m.at, m.direction, m.subject, COALESCE(c.address, ''), t.id FROM tasks t"
        " JOIN messages m ON m.task_id = t.id"
        " LEFT JOIN correspondents c ON c.message_id = m.id AND c.role IN ('from', 'reply_to')"
        " WHERE t.done_at IS NULL ORDER BY m.at, m.id"
    )
    return [Exchanged(*row) for row in crm.rows(sql)]


def of_task(crm: Reader, task_id: int) -> int | None:
    """Return the last mail that a task is to answer."""
    found = crm.rows(
        "SELECT id FROM messages WHERE task_id = :task ORDER BY at DESC, id DESC LIMIT 1", task=task_id
    )
    return int(found[0][0]) if found else None


def task_contacts(crm: Reader, task_ids: Iterable[int]) -> dict[int, tuple[int, int | None]]:
    """Return whom some tasks are for: the contact, and their company."""
    sql = (
        "SELECT t.id, t.contact_id, c.company_id FROM tasks t JOIN contacts c ON c.id = t.contact_id"
        f" WHERE t.id IN ({listed(task_ids)})"
    )
    return {row[0]: (row[1], row[2]) for row in crm.rows(sql)}


def strangers_at(crm: Reader, first: int, last: int) -> list[Stranger]:
    """Return the addresses of mails that the e-mail lines from `first` to `last` have become the contact's of.

    Not the sender of what we wrote ourselves, nor who stands already in the mail under another address.
    """
    sql = (
        "SELECT c.id, c.message_id, k.id, k.company_id FROM contact_emails e JOIN contacts k ON k.id = e.contact_id"
        " JOIN correspondents c ON c.address = e.address JOIN messages m ON m.id = c.message_id"
        " WHERE e.id BETWEEN :first AND :last AND c.contact_id IS NULL"
        " AND NOT (m.direction = 'out' AND c.role = 'from') AND NOT EXISTS (SELECT 1 FROM correspondents o"
        " WHERE o.message_id = c.message_id AND o.contact_id = k.id) ORDER BY c.message_id, e.id"
    )
    return [Stranger(*row) for row in crm.rows(sql, first=first, last=last)]


def of_companies(crm: Reader, first: int, last: int) -> list[tuple[int, int]]:
    """Return mails of nobody known that have the address of a company from `first` to `last`, each with it."""
    sql = (
        "SELECT DISTINCT m.id, f.id FROM companies f JOIN correspondents c ON c.address = f.email"
        " JOIN messages m ON m.id = c.message_id WHERE f.id BETWEEN :first AND :last AND f.email <> ''"
        " AND c.contact_id IS NULL AND m.state <> 'known' AND NOT (m.direction = 'out' AND c.role = 'from')"
        " ORDER BY m.id, f.id"
    )
    return [(int(row[0]), int(row[1])) for row in crm.rows(sql, first=first, last=last)]


def lines_of(crm: Reader, contact_id: int) -> tuple[int, int] | None:
    """Return the first and the last id of the e-mail lines of a contact; None where it has none."""
    sql = "SELECT min(id), max(id) FROM contact_emails WHERE contact_id = :contact"
    first, last = crm.rows(sql, contact=contact_id)[0]
    return None if first is None else (first, last)


_STORED = (
    "SELECT id, message_id, thread, in_reply_to, direction, state, at, subject, text, attachments, is_automatic,"
    " is_bulk, expects_none, task_id FROM messages"
)


def stored(crm: Reader, ids: Iterable[int]) -> list[Stored]:
    """Return some mails, oldest first."""
    return [Stored(*row) for row in crm.rows(f"{_STORED} WHERE id IN ({listed(ids)}) ORDER BY at, id")]


def thread(crm: Reader, name: str, limit: int = 200) -> list[Stored]:
    """Return the last mails of a thread, oldest first."""
    sql = f"{_STORED} WHERE thread = :thread ORDER BY at DESC, id DESC LIMIT :limit"
    return [Stored(*row) for row in reversed(crm.rows(sql, thread=name, limit=limit))]


def newest_of(crm: Reader, contact_id: int) -> int | None:
    """Return the newest mail of a contact."""
    sql = (
        "SELECT m.id FROM correspondents c JOIN messages m ON m.id = c.message_id"
        " WHERE c.contact_id = :contact ORDER BY m.at DESC, m.id DESC LIMIT 1"
    )
    found = crm.rows(sql, contact=contact_id)
    return int(found[0][0]) if found else None


def parties(crm: Reader, ids: Iterable[int]) -> list[Party]:
    """Return who wrote and received some mails."""
    sql = (
        "SELECT c.message_id, c.role, c.name, c.address, c.contact_id,"
        " COALESCE(trim(k.first_name || ' ' || k.last_name), '')"
        " FROM correspondents c LEFT JOIN contacts k ON k.id = c.contact_id"
        f" WHERE c.message_id IN ({listed(ids)}) ORDER BY c.message_id, c.id"
    )
    return [Party(*row) for row in crm.rows(sql)]


def lying(crm: Reader, message_id: int) -> list[Lying]:
    """Return where a mail lies."""
    sql = "SELECT account, folder, validity, place, uid FROM mail_copies WHERE message_id = :message ORDER BY id"
    return [Lying(*row) for row in crm.rows(sql, message=message_id)]


_UNMATCHED = (
    "SELECT m.id, m.direction, m.at, m.subject, COALESCE(c.name, ''), COALESCE(c.address, '') FROM messages m"
    " LEFT JOIN correspondents c ON c.id = (SELECT min(x.id) FROM correspondents x WHERE x.message_id = m.id"
    " AND x.role = CASE WHEN m.direction = 'in' THEN 'from' ELSE 'to' END)"
)


def unmatched(crm: Reader, limit: int) -> list[Unmatched]:
    """Return mails of which a person should say whose they are, newest first."""
    sql = f"{_UNMATCHED} WHERE m.state = 'unmatched' ORDER BY m.at DESC, m.id DESC LIMIT :limit"
    return [Unmatched(*row) for row in crm.rows(sql, limit=limit)]


def other_side(crm: Reader, ids: Iterable[int]) -> list[Unmatched]:
    """Return some mails with the address of the other side."""
    return [Unmatched(*row) for row in crm.rows(f"{_UNMATCHED} WHERE m.id IN ({listed(ids)}) ORDER BY m.id")]


def unmatched_number(crm: Reader) -> int:
    """Return how many mails wait for a person to say whose they are."""
    return int(crm.rows("SELECT count(*) FROM messages WHERE state = 'unmatched'")[0][0])


def mailboxes(crm: Reader) -> list[Watched]:
    """Return how the reading of each folder goes."""
    sql = (
        "SELECT account, folder, role, validity, checked_at, read_at, behind, failures, problem FROM mailboxes"
        " ORDER BY account, folder"
    )
    return [Watched(*row) for row in crm.rows(sql)]
