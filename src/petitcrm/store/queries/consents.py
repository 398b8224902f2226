"""What people said about being written to and called, and what else the rule must know of them."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import among, since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petitcrm.store.reader import Reader

_WAYS = {"email": ("contact_emails", "address"), "phone": ("contact_phones", "number")}
SOFT_MOST, SOFT_DAYS = 3, 30
"""An address that could not take so many mails in so many days rests."""


class Said(Row):
    """One line of the ledger. `at` is when it was said, an instant text; `user` who wrote it down."""

    id: int
    contact_id: int
    act: str
    channel: str
    purpose: str
    wording: str
    how: str
    source: str
    at: str
    user: str | None


class Known(Row):
    """What the rule must know of a contact beside the ledger; `email` is their first one."""

    id: int
    email: str
    is_placed: bool
    works_somewhere: bool
    is_customer: bool


def lines(crm: Reader, numbers: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Return some lines of the ledger by their number: act, when it was said, when it was written down."""
    sql = "SELECT id, act, at, recorded_at FROM consents WHERE id IN ({among})"
    return {row[0]: (row[1], row[2], row[3]) for row in among(crm, sql, numbers)}


def ledger(crm: Reader, contact_ids: Sequence[int]) -> list[Said]:
    """Return every line about some contacts, in the order in which things were said."""
    sql = (
        "SELECT k.id, k.contact_id, k.act, k.channel, k.purpose, k.wording, k.how, k.source, k.at, u.name"
        " FROM consents k LEFT JOIN users u ON u.id = k.user_id WHERE k.contact_id IN ({among}) ORDER BY k.at, k.id"
    )
    return [Said(*row) for row in among(crm, sql, contact_ids)]


def known(crm: Reader, contact_ids: Sequence[int]) -> list[Known]:
    """Return what is known of some contacts; a won deal makes a customer."""
    sql = (
        "SELECT c.id, COALESCE((SELECT e.address FROM contact_emails e WHERE e.contact_id = c.id"
        " ORDER BY e.position, e.id LIMIT 1), ''),"
        " CASE WHEN c.street <> '' OR c.postcode <> '' THEN 1 ELSE 0 END,"
        " CASE WHEN c.company_id IS NULL THEN 0 ELSE 1 END,"
        " CASE WHEN EXISTS (SELECT 1 FROM deals d WHERE d.contact_id = c.id AND d.status = 'won') THEN 1 ELSE 0 END"
        " FROM contacts c WHERE c.id IN ({among}) ORDER BY c.id"
    )
    return [
        Known(row[0], row[1], bool(row[2]), bool(row[3]), bool(row[4]))
        for row in among(crm, sql, contact_ids)
    ]


def reached(crm: Reader, contact_ids: Sequence[int], channel: str) -> dict[int, list[str]]:
    """Return the addresses (`email`) or the dialable numbers (`phone`) of some contacts, each in their order."""
    table, column = _WAYS[channel]
    sql = (
        f"SELECT contact_id, {column} FROM {table} WHERE contact_id IN ({{among}}) AND {column} <> ''"
        " ORDER BY contact_id, position, id"
    )
    found: dict[int, list[str]] = {}
    for contact_id, value in among(crm, sql, contact_ids):
        found.setdefault(contact_id, []).append(value)
    return found


def everybody_reached(crm: Reader, channel: str) -> Iterator[tuple[int, str]]:
    """Yield every address (`email`) or dialable number (`phone`) and whose it is, some thousands at a time."""
    table, column = _WAYS[channel]
    sql = f"SELECT id, contact_id, {column} FROM {table} WHERE id > :after ORDER BY id LIMIT 5000"
    after = 0
    while rows := crm.rows(sql, after=after):
        yield from ((row[1], row[2]) for row in rows)
        after = rows[-1][0]


def objections(crm: Reader, hashes: Sequence[str], purpose: str) -> dict[str, str]:
    """Return those of some hashes that objected to a purpose, with the instant of the last time."""
    sql = "SELECT hash, max(at) FROM objections WHERE hash IN ({among}) AND purpose IN ('*', :purpose) GROUP BY hash"
    return {row[0]: row[1] for row in among(crm, sql, hashes, purpose=purpose)}


def bounced(crm: Reader, addresses: Sequence[str]) -> set[str]:
    """Return those of some addresses that mail came back from, for good or too often, unless a person lifted it."""
    ago = since(crm.now, SOFT_DAYS * 24 * 60)
    hard = "SELECT DISTINCT address FROM bounces WHERE address IN ({among}) AND kind = 'hard' AND lifted_at IS NULL"
    soft = (
        "SELECT address FROM bounces WHERE address IN ({among}) AND kind = 'soft' AND lifted_at IS NULL"
        f" AND at >= :since GROUP BY address HAVING count(*) >= {SOFT_MOST}"
    )
    found = {row[0] for row in among(crm, hard, addresses)}
    return found | {row[0] for row in among(crm, soft, addresses, since=ago)}


def subscriptions(crm: Reader, contact_id: int, purpose: str) -> list[int]:
    """Return the subscriptions of a contact that have not ended, to lists of one purpose or (`*`) of any."""
    sql = (
        "SELECT s.id FROM subscriptions s JOIN mailing_lists l ON l.id = s.list_id WHERE s.contact_id = :id"
        " AND s.state <> 'unsubscribed' AND (:purpose = '*' OR l.purpose = :purpose) ORDER BY s.id"
    )
    return [row[0] for row in crm.rows(sql, id=contact_id, purpose=purpose)]


class OnList(Row):
    """Where a contact stands with a list: `topics` (JSON) are those that they chose of `list_topics`."""

    key: str
    name: str
    state: str
    topics: str
    list_topics: str
    changed_at: str


def lists_of(crm: Reader, contact_id: int) -> list[OnList]:
    """Return the lists that a contact is on, was asked for or left, by name."""
    sql = (
        "SELECT l.key, l.name, s.state, s.topics, l.topics, s.changed_at FROM subscriptions s"
        " JOIN mailing_lists l ON l.id = s.list_id WHERE s.contact_id = :id ORDER BY l.name, l.id"
    )
    return [OnList(*row) for row in crm.rows(sql, id=contact_id)]


def is_objection_kept(crm: Reader, key: str, channel: str, purpose: str) -> bool:
    """Tell whether a hash is kept already."""
    sql = "SELECT 1 FROM objections WHERE hash = :key AND channel = :channel AND purpose = :purpose"
    return bool(crm.rows(sql, key=key, channel=channel, purpose=purpose))
