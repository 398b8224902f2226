"""Campaigns, who they are for, and what came of them."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import among, listed
from petitcrm.store.queries.mail import DONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from petitcrm.store.reader import Reader


class Campaign(Row):
    """One campaign. `audience` is JSON; instants are texts of the base."""

    id: int
    key: str
    name: str
    state: str
    subject: str
    subject_b: str
    body: str
    lang: str
    account: str
    purpose: str
    audience: str
    per_hour: int
    ab_percent: int
    ab_hours: int
    winner: str
    reason: str
    owner_id: int | None
    created_at: str
    scheduled_at: str | None
    started_at: str | None
    ended_at: str | None


_ALL = f"SELECT {', '.join(Campaign._fields)} FROM campaigns"
_UNSUBSCRIBED_DAYS = 30
KINDS = {"bounced": "hard", "bounced_for_now": "soft", "complained": "complaint"}
"""What came of a mail → the kind of its coming back: for good, for now, with a complaint."""
_ANSWERED = (
    "FROM outbox o JOIN messages m ON m.thread = o.message_id AND m.direction = 'in' AND m.is_automatic = 0"
    f" AND m.is_bulk = 0 AND m.expects_none <> {DONE} AND o.message_id IS NOT NULL"
)
"""Mails that a person answered; neither absences nor a bare stop are answers."""
_OPEN = "state IN ('scheduled', 'sending')"
"""What the index of campaigns under way is made for."""


def listing(crm: Reader) -> list[Campaign]:
    """Return every campaign: drafts, then the last begun first."""
    sql = f"{_ALL} ORDER BY CASE WHEN started_at IS NULL THEN 0 ELSE 1 END, started_at DESC, id DESC"
    return [Campaign(*row) for row in crm.rows(sql)]


def of_key(crm: Reader, key: str) -> Campaign | None:
    """Return the campaign of a key, None where there is none."""
    found = crm.rows(f"{_ALL} WHERE key = :key", key=key)
    return Campaign(*found[0]) if found else None


def one(crm: Reader, campaign_id: int) -> Campaign | None:
    """Return one campaign, None where there is none."""
    found = crm.rows(f"{_ALL} WHERE id = :id", id=campaign_id)
    return Campaign(*found[0]) if found else None


def under_way(crm: Reader) -> list[Campaign]:
    """Return the campaigns that are to begin or are being sent, the first to begin first."""
    return [Campaign(*row) for row in crm.rows(f"{_ALL} WHERE {_OPEN} ORDER BY scheduled_at, id")]


class Waiting(Row):
    """Somebody who waits for the mail of a campaign; `variant` is the side of the test that they are on."""

    id: int
    contact_id: int
    address: str
    name: str
    variant: str


def next_waiting(crm: Reader, campaign_id: int, *, is_open: bool, limit: int) -> list[Waiting]:
    """Return those whose mail is to leave next: those of the test alone, both sides by turns, where it is not decided.

    Both in the order of the index: to sort who waits at each batch would cost the square of their number.
    """
    sql = (
        "SELECT id, contact_id, address, name, variant FROM recipients WHERE campaign_id = :id"
        " AND state = 'waiting'{side} ORDER BY variant, id LIMIT :limit"
    )
    if is_open:
        return [Waiting(*row) for row in crm.rows(sql.format(side=""), id=campaign_id, limit=limit)]
    sides = [
        crm.rows(sql.format(side=" AND variant = :side"), id=campaign_id, side=side, limit=(limit + 1) // 2)
        for side in ("a", "b")
    ]
    return [Waiting(*row) for row in sorted((*sides[0], *sides[1]))[:limit]]


def handed_over_since(crm: Reader, campaign_id: int, since: str) -> int:
    """Return how many mails of a campaign were handed to the outbox since an instant."""
    sql = "SELECT count(*) FROM outbox WHERE campaign_id = :id AND created_at > :since"
    return int(crm.rows(sql, id=campaign_id, since=since)[0][0])


def resting_with_mails(crm: Reader) -> list[int]:
    """Return the campaigns that are paused or called off and of which mails wait in the outbox all the same."""
    sql = (
        "SELECT DISTINCT c.id FROM outbox o"
        " JOIN campaigns c ON c.id = o.campaign_id AND c.state IN ('paused', 'cancelled')"
        " WHERE o.state IN ('due', 'claimed') ORDER BY c.id"
    )
    return [row[0] for row in crm.rows(sql)]


def refused_by_servers(crm: Reader, campaign_id: int) -> dict[str, int]:
    """Return how many mails of a campaign a server refused, by subject; not those that a rule of ours kept back."""
    sql = (
        "SELECT step, count(*) FROM outbox WHERE campaign_id = :id AND state = 'refused' AND reply_code IS NOT NULL"
        " GROUP BY step"
    )
    return {row[0]: row[1] for row in crm.rows(sql, id=campaign_id)}


class Share(Row):
    """How many people of a campaign are in one state, for one reason, with one subject."""

    state: str
    reason: str
    variant: str
    people: int


def shares(crm: Reader, campaign_id: int) -> list[Share]:
    """Return how many people of a campaign wait, were left out and have their mail."""
    sql = (
        "SELECT state, reason, variant, count(*) FROM recipients WHERE campaign_id = :id"
        " GROUP BY state, reason, variant ORDER BY state, reason, variant"
    )
    return [Share(*row) for row in crm.rows(sql, id=campaign_id)]


def still_there(crm: Reader, contact_ids: Iterable[int]) -> set[int]:
    """Return those of some contacts who were not deleted, or merged into another, since they were chosen."""
    return {row[0] for row in among(crm, "SELECT id FROM contacts WHERE id IN ({among})", contact_ids)}


def progress(crm: Reader) -> dict[int, dict[str, int]]:
    """Return how many mails of every campaign are in each state."""
    sql = "SELECT campaign_id, state, count(*) FROM outbox WHERE campaign_id IS NOT NULL GROUP BY campaign_id, state"
    found: dict[int, dict[str, int]] = {}
    for campaign_id, state, number in crm.rows(sql):
        found.setdefault(campaign_id, {})[state] = number
    return found


def received(crm: Reader, contact_id: int, limit: int) -> list[tuple[int, str, str]]:
    """Return the campaigns whose mail somebody was sent, the last first: number, name, when it left."""
    sql = (
        "SELECT c.id, c.name, o.intent_at FROM outbox o JOIN campaigns c ON c.id = o.campaign_id"
        " WHERE o.contact_id = :id AND o.state = 'sent' ORDER BY o.id DESC LIMIT :limit"
    )
    return [(row[0], row[1], row[2] or "") for row in crm.rows(sql, id=contact_id, limit=limit)]


def is_anybody_waiting(crm: Reader, campaign_id: int) -> bool:
    """Tell whether somebody of a campaign still waits for their mail, or for it to leave."""
    waits = "SELECT 1 FROM recipients WHERE campaign_id = :id AND state = 'waiting' LIMIT 1"
    leaves = "SELECT 1 FROM outbox WHERE campaign_id = :id AND state IN ('due', 'claimed', 'intent') LIMIT 1"
    return bool(crm.rows(waits, id=campaign_id) or crm.rows(leaves, id=campaign_id))


def is_test_under_way(crm: Reader, campaign_id: int) -> bool:
    """Tell whether a mail of the test of two subjects has still to leave."""
    waits = "SELECT 1 FROM recipients WHERE campaign_id = :id AND state = 'waiting' AND variant IN ('a', 'b') LIMIT 1"
    leaves = "SELECT 1 FROM outbox WHERE campaign_id = :id AND state IN ('due', 'claimed', 'intent') LIMIT 1"
    return bool(crm.rows(waits, id=campaign_id) or crm.rows(leaves, id=campaign_id))


def last_intent(crm: Reader, campaign_id: int) -> str:
    """Return the instant at which the last mail of the test of two subjects left; empty where none did."""
    sql = "SELECT max(intent_at) FROM outbox WHERE campaign_id = :id"
    return str(crm.rows(sql, id=campaign_id)[0][0] or "")


def mails(crm: Reader, campaign_id: int) -> dict[tuple[str, str], int]:
    """Return how many mails of a campaign are in each state, by subject and state."""
    sql = "SELECT step, state, count(*) FROM outbox WHERE campaign_id = :id GROUP BY step, state"
    return {(row[0], row[1]): row[2] for row in crm.rows(sql, id=campaign_id)}


def bounced(crm: Reader, campaign_id: int) -> dict[tuple[str, str], int]:
    """Return how many mails of a campaign came back, by subject and kind (`hard`, `soft`, `complaint`)."""
    sql = (
        "SELECT o.step, b.kind, count(DISTINCT o.id) FROM outbox o JOIN bounces b ON b.outgoing_id = o.id"
        " WHERE o.campaign_id = :id GROUP BY o.step, b.kind"
    )
    return {(row[0], row[1]): row[2] for row in crm.rows(sql, id=campaign_id)}


def replied(crm: Reader, campaign_id: int) -> dict[str, set[int]]:
    """Return which mails of a campaign were answered by a person, by subject; neither absences nor a bare stop are."""
    return _by_subject(crm.rows(f"SELECT o.step, o.id {_ANSWERED} WHERE o.campaign_id = :id", id=campaign_id))


def tested(crm: Reader, campaign_id: int) -> dict[str, set[int]]:
    """Return the mails of the test of two subjects that a server took, by subject: those of whom the hash chose."""
    sql = (
        "SELECT r.variant, o.id FROM recipients r JOIN outbox o ON o.id = r.outgoing_id AND o.state = 'sent'"
        " WHERE r.campaign_id = :id AND r.variant IN ('a', 'b')"
    )
    return _by_subject(crm.rows(sql, id=campaign_id))


def signalled(crm: Reader, campaign_id: int, kind: str) -> dict[str, set[int]]:
    """Return which mails of a campaign were `opened` or `clicked` by a person, by subject."""
    sql = (
        "SELECT o.step, o.id FROM outbox o JOIN signals s ON s.outgoing_id = o.id AND s.kind = :kind"
        " AND s.is_machine = 0 WHERE o.campaign_id = :id"
    )
    return _by_subject(crm.rows(sql, id=campaign_id, kind=kind))


def written_to(crm: Reader, campaign_id: int) -> list[tuple[str, int, int]]:
    """Return the subject, the number and the person of each mail of a campaign that left."""
    sql = (
        "SELECT step, id, contact_id FROM outbox WHERE campaign_id = :id AND state = 'sent'"
        " AND contact_id IS NOT NULL ORDER BY id"
    )
    return [(row[0], row[1], row[2]) for row in crm.rows(sql, id=campaign_id)]


def is_anybody_measured(crm: Reader) -> bool:
    """Tell whether anybody ever agreed to be measured."""
    sql = "SELECT 1 FROM consents WHERE act = 'given' AND purpose = 'measure' LIMIT 1"
    return bool(crm.rows(sql))


def unsubscribed(crm: Reader, campaign_id: int, purpose: str) -> dict[str, set[int]]:
    """Return who objected or withdrew within thirty days of their mail, by subject."""
    sql = (
        "SELECT o.step, o.contact_id, o.intent_at, k.at FROM outbox o JOIN consents k ON k.contact_id = o.contact_id"
        " AND k.act IN ('objected', 'withdrawn') AND k.channel IN ('email', '*') AND k.purpose IN (:purpose, '*')"
        " AND k.at >= o.intent_at WHERE o.campaign_id = :id AND o.state = 'sent' AND o.contact_id IS NOT NULL"
    )
    found: dict[str, set[int]] = {}
    for step, contact_id, left, at in crm.rows(sql, id=campaign_id, purpose=purpose):
        if at <= _later(left):
            found.setdefault(step, set()).add(contact_id)
    return found


def results_in_a_row(crm: Reader, campaign_id: int, many: int) -> list[str]:
    """Return how the last mails of a campaign ended that a server was given, the last first."""
    sql = (
        "SELECT state FROM outbox WHERE campaign_id = :id"
        " AND (state = 'sent' OR (state = 'refused' AND reply_code IS NOT NULL))"
        " ORDER BY settled_at DESC, id DESC LIMIT :many"
    )
    return [row[0] for row in crm.rows(sql, id=campaign_id, many=many)]


class Person(Row):
    """One person of a campaign, and what became of their mail: empty where there is none yet.

    What came of it, `came` and `said`, is found by `campaign_results.people`.
    """

    id: int
    contact_id: int
    name: str
    address: str
    variant: str
    state: str
    reason: str
    outgoing_id: int | None
    mail: str
    reply: str
    at: str | None
    came: tuple[str, ...] = ()
    """`replied`, `unsubscribed`, `bounced`, `bounced_for_now`, `complained`."""
    said: str = ""
    """What a server, or who complained, said of it."""


def people(
    crm: Reader, campaign_id: int, state: str = "", limit: int = 0, *, only: Iterable[int] | None = None
) -> Iterator[Person]:
    """Yield the people of a campaign in the order in which they were chosen; `only` some contacts of them.

    `state` is theirs, or their mail's, or what came of it: `replied`, or one of KINDS.
    """
    sql = (
        "SELECT r.id, r.contact_id, r.name, r.address, r.variant, r.state, r.reason, r.outgoing_id,"
        " COALESCE(o.state, ''), COALESCE(o.reply, ''), COALESCE(o.settled_at, o.intent_at) FROM recipients r"
        " LEFT JOIN outbox o ON o.id = r.outgoing_id WHERE r.campaign_id = :id"
    )
    sql += f" AND r.contact_id IN ({listed(only)})" if only is not None else ""
    if state == "replied":
        sql += f" AND r.outgoing_id IN (SELECT o.id {_ANSWERED} WHERE o.campaign_id = :id)"
    elif state in KINDS:
        back = "SELECT b.outgoing_id FROM bounces b JOIN outbox o ON o.id = b.outgoing_id WHERE o.campaign_id = :id"
        sql += f" AND r.outgoing_id IN ({back} AND b.kind = :state)"
    else:
        sql += " AND :state IN (r.state, o.state)" if state else ""
    sql += " ORDER BY r.id" + (" LIMIT :limit" if limit else "")
    told = {"id": campaign_id, "state": KINDS.get(state, state), "limit": limit}
    told = {name: value for name, value in told.items() if f":{name}" in sql}
    for row in crm.rows(sql, **told):
        yield Person(*row)


def answered(crm: Reader, outgoing_ids: Iterable[int]) -> set[int]:
    """Return those of some mails that a person answered."""
    return {row[0] for row in among(crm, f"SELECT o.id {_ANSWERED} WHERE o.id IN ({{among}})", outgoing_ids)}


def came_back(crm: Reader, outgoing_ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """Return those of some mails that came back or were complained of, the last first: mail, kind, what was said."""
    sql = "SELECT outgoing_id, kind, diagnostic FROM bounces WHERE outgoing_id IN ({among}) ORDER BY id DESC"
    return [(row[0], row[1], row[2]) for row in among(crm, sql, outgoing_ids)]


def _by_subject(rows: list[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for step, outgoing_id in rows:
        found.setdefault(step, set()).add(outgoing_id)
    return found


def _later(instant: str) -> str:
    from datetime import datetime, timedelta

    after = datetime.fromisoformat(instant) + timedelta(days=_UNSUBSCRIBED_DAYS)
    return after.strftime("%Y-%m-%dT%H:%M:%SZ")
