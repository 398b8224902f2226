"""What the day is made of: open tasks by date, and open deals that nothing moves."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import CALLED, since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.store.reader import Reader

_LEAVING = 15
"""Minutes, as in `outbox.LEAVING`, which the day does not import."""


class Whose(Row):
    """Whose day is asked for (None: everybody's), and how many rows of each kind at most."""

    owner_id: int | None
    limit: int


class Due(Row):
    """An open task with whom and what it is about."""

    id: int
    kind: str
    text: str
    due_on: str | None
    due_time: str | None
    duration_minutes: int | None
    place: str
    recurrence: str
    contact_id: int
    civility: str
    first_name: str
    last_name: str
    company: str | None
    deal_id: int | None
    deal: str | None
    owner: str | None
    external_id: str | None = None


class Waiting(Row):
    """An open deal with whom it is about and how long it has been silent."""

    id: int
    title: str
    stage: str
    touched_at: str
    rot_days: int | None
    amount_cents: int | None
    currency: str
    contact_id: int
    civility: str
    first_name: str
    last_name: str
    company: str | None
    owner: str | None


class Pursued(Row):
    """A lead that somebody has to answer, to ask again, or to accept."""

    id: int
    state: str
    words: str
    direction: str
    answer_due_at: str | None
    answered_at: str | None
    requalify_on: str | None
    contact_id: int
    civility: str
    first_name: str
    last_name: str
    company: str | None
    deal_id: int | None
    deal: str | None
    owner: str | None


class Silence(Row):
    """A mail of ours that nobody answered, or (`at` is then when it was about to leave) one that may not have left."""

    id: int
    at: str
    subject: str
    contact_id: int
    civility: str
    first_name: str
    last_name: str
    company: str | None
    owner: str | None
    deal_id: int | None = None


_TASKS = (
    "SELECT t.id, t.kind, t.text, t.due_on, t.due_time, t.duration_minutes, t.place, t.recurrence, c.id, c.civility,"
    f" c.first_name, {CALLED}, f.name, d.id, d.title, u.name, t.external_id"
    " FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN companies f ON f.id = c.company_id"
    " LEFT JOIN deals d ON d.id = t.deal_id LEFT JOIN users u ON u.id = t.owner_id WHERE t.done_at IS NULL"
)
_SHOWN = " AND (t.snoozed_until IS NULL OR t.snoozed_until <= :on)"
# The last gestures are found by their number: an index of the tasks that are done would cost every one of them.
_DONE = (
    "SELECT COUNT(DISTINCT t.id) FROM (SELECT id, at, kind, user_id FROM batches ORDER BY id DESC LIMIT 500) b"
    " JOIN events e ON e.batch_id = b.id JOIN tasks t ON t.id = e.task_id"
    " WHERE b.kind = 'task.done' AND b.at >= :since AND e.kind = 'task.done' AND t.done_at >= :since{whose}"
)
_ANYBODY = " WHERE TRUE"
_OWNED = " JOIN contacts c ON c.id = t.contact_id LEFT JOIN deals d ON d.id = t.deal_id WHERE TRUE"
_ON_THE_DAY = (
    " AND t.done_at IS NULL AND t.due_on = :on AND (t.snoozed_until IS NULL OR t.snoozed_until <= :on)"
)
_MINE = " AND COALESCE(t.owner_id, d.owner_id, c.owner_id, 0) IN (0, :owner)"
_DEALS = (
    "SELECT d.id, d.title, s.name, d.touched_at, s.rot_days, d.amount_cents, d.currency, c.id, c.civility,"
    f" c.first_name, {CALLED}, f.name, u.name FROM loose_deals l JOIN deals d ON d.id = l.deal_id"
    " JOIN stages s ON s.id = d.stage_id JOIN contacts c ON c.id = d.contact_id"
    " LEFT JOIN companies f ON f.id = d.company_id"
    " LEFT JOIN users u ON u.id = d.owner_id WHERE d.status = 'open'"
    " AND (d.sleep_until IS NULL OR d.sleep_until <= :on)"
)
_MY_DEAL = " AND COALESCE(d.owner_id, c.owner_id, 0) IN (0, :owner)"


def overdue(crm: Reader, on: str, whose: Whose) -> list[Due]:
    """Return tasks due before `on`, oldest first."""
    return _due(crm, " AND t.due_on < :on" + _SHOWN, on=on, whose=whose)


def due(crm: Reader, on: str, whose: Whose) -> list[Due]:
    """Return tasks due on `on`."""
    return _due(crm, " AND t.due_on = :on" + _SHOWN, on=on, whose=whose)


def coming(crm: Reader, on: str, until: str, whose: Whose) -> list[Due]:
    """Return tasks due after `on`, up to `until` included, soonest first."""
    where = " AND t.due_on > :on AND t.due_on <= :until" + _SHOWN
    return _due(crm, where, on=on, until=until, whose=whose)


def undated(crm: Reader, on: str, whose: Whose) -> list[Due]:
    """Return tasks that have no day, oldest first."""
    return _due(crm, " AND t.due_on IS NULL" + _SHOWN, on=on, whose=whose)


def planned(crm: Reader, on: str, whose: Whose) -> int:
    """Return how many tasks a day to come will show as its own, no more than the limit."""
    mine = _OWNED + _MINE if whose.owner_id is not None else _ANYBODY
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM tasks t{mine}{_ON_THE_DAY} LIMIT :limit) shown"
    return int(crm.rows(sql, on=on, **_asked(whose))[0][0])


def done_since(crm: Reader, since: str, owner_id: int | None) -> int:
    """Return how many tasks somebody (or anybody) has ticked off from an instant on, as it stands now."""
    sql = _DONE.format(whose="" if owner_id is None else " AND b.user_id = :owner")
    owner = {} if owner_id is None else {"owner": owner_id}
    return int(crm.rows(sql, since=since, **owner)[0][0])


def _due(crm: Reader, where: str, *, whose: Whose, **params: str) -> list[Due]:
    sql = (
        _TASKS
        + where
        + (_MINE if whose.owner_id is not None else "")
        + " ORDER BY t.due_on, t.id LIMIT :limit"
    )
    return [*map(Due._make, crm.rows(sql, **params, **_asked(whose)))]


def _asked(whose: Whose) -> dict[str, int]:
    return (
        {"limit": whose.limit} if whose.owner_id is None else {"limit": whose.limit, "owner": whose.owner_id}
    )


def without_next_step(crm: Reader, on: str, whose: Whose) -> list[Waiting]:
    """Return open deals that have neither an open task nor a sleep date to come, the longest silent first."""
    return _waiting(crm, " AND l.planned = 0", on=on, whose=whose)


def silent(crm: Reader, on: str, limits: dict[int, str], whose: Whose) -> list[Waiting]:
    """Return open deals with tasks, none of them to come or shown on `on`, untouched since their stage's limit.

    `limits` gives, for each stage that rots, the instant before which its deals have been silent too long.
    """
    found: list[Waiting] = []
    for stage_id, before in limits.items():
        where = (
            " AND l.planned = 1 AND l.touched_at < :before AND d.stage_id = :stage"
            " AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.deal_id = d.id AND t.done_at IS NULL"
            " AND t.due_on IS NOT NULL AND (t.due_on >= :on OR t.snoozed_until IS NULL OR t.snoozed_until <= :on))"
        )
        found += _waiting(crm, where, on=on, stage=stage_id, before=before, whose=whose)
    return found


def leads(crm: Reader, on: str, whose: Whose) -> list[Pursued]:
    """Return leads that wait for their questions, their day, or who receives them; not those that a task holds."""
    mine = " AND COALESCE(l.owner_id, 0) IN (0, :owner)" if whose.owner_id is not None else ""
    sql = (
        "SELECT l.id, l.state,"
        " CASE WHEN l.words <> '' THEN l.words WHEN l.product <> '' THEN l.product ELSE l.source END,"
        f" l.direction, l.answer_due_at, l.answered_at, l.requalify_on, c.id, c.civility, c.first_name, {CALLED},"
        " f.name, d.id, d.title, u.name FROM leads l JOIN contacts c ON c.id = l.contact_id"
        " LEFT JOIN companies f ON f.id = c.company_id LEFT JOIN deals d ON d.id = l.deal_id"
        " LEFT JOIN users u ON u.id = l.owner_id WHERE l.state IN ('new', 'working', 'refused', 'later', 'handed_over')"
        " AND l.task_id IS NULL AND (l.state <> 'later' OR l.requalify_on <= :on)"
        f"{mine} ORDER BY l.answer_due_at NULLS LAST, l.id LIMIT :limit"
    )
    return [*map(Pursued._make, crm.rows(sql, on=on, **_asked(whose)))]


_WAITING = (
    f"SELECT m.id, m.at, m.subject, c.id, c.civility, c.first_name, {CALLED}, f.name, u.name FROM messages m"
    " JOIN correspondents p ON p.id = (SELECT min(x.id) FROM correspondents x WHERE x.message_id = m.id"
    " AND x.role = 'to' AND x.contact_id IS NOT NULL)"
    " JOIN contacts c ON c.id = p.contact_id LEFT JOIN companies f ON f.id = c.company_id"
    " LEFT JOIN users u ON u.id = c.owner_id WHERE m.direction = 'out' AND m.state = 'known' AND m.expects_none = 0"
    " AND m.is_automatic = 0 AND m.is_bulk = 0 AND m.at >= :since AND m.at < :before"
    " AND NOT EXISTS (SELECT 1 FROM messages n WHERE n.thread = m.thread"
    " AND (n.at > m.at OR (n.at = m.at AND n.id > m.id)))"
    # They may have begun another exchange, or said it aloud.
    " AND NOT EXISTS (SELECT 1 FROM events e WHERE e.contact_id = c.id AND e.at > m.at AND e.undone_by IS NULL"
    " AND e.kind IN ('mail.received', 'call.logged', 'meeting.logged', 'meeting.held', 'visit.logged', 'deal.won',"
    " 'deal.lost'))"
)
_MY_CONTACT = " AND COALESCE(c.owner_id, 0) IN (0, :owner)"


def unanswered(crm: Reader, since: str, before: str, whose: Whose) -> list[Silence]:
    """Return mails of ours, the last ones of their threads, sent in a span of time and not answered; oldest first."""
    mine = _MY_CONTACT if whose.owner_id is not None else ""
    sql = f"{_WAITING}{mine} ORDER BY m.at, m.id LIMIT :limit"
    return [Silence(*row) for row in crm.rows(sql, since=since, before=before, **_asked(whose))]


def uncertain(crm: Reader, whose: Whose, is_dead: Callable[[str], bool] | None = None) -> list[Silence]:
    """Return mails of which nobody knows whether they left: only a person may send them again.

    Those that are leaving have lost their sender where it is dead, or where they do for longer than any server takes.
    """
    mine = " AND COALESCE(o.owner_id, c.owner_id, 0) IN (0, :owner)" if whose.owner_id is not None else ""
    sql = (
        "SELECT o.id, COALESCE(o.intent_at, o.created_at), o.subject, c.id, c.civility, c.first_name,"
        f" {CALLED}, f.name, u.name, o.deal_id, o.state, o.claimed_by FROM outbox o"
        " JOIN contacts c ON c.id = o.contact_id"
        " LEFT JOIN companies f ON f.id = c.company_id LEFT JOIN users u ON u.id = o.owner_id"
        " WHERE o.state IN ('intent', 'unknown', 'refused')"  # which the index is of
        f" AND o.state IN ('intent', 'unknown'){mine} ORDER BY o.id LIMIT :limit"
    )
    long_ago = since(crm.now, _LEAVING)
    return [
        Silence(*row)
        for *row, state, sender in crm.rows(sql, **_asked(whose))
        if state == "unknown" or row[1] <= long_ago or (is_dead is not None and is_dead(sender))
    ]


def is_mail_late(crm: Reader, before: str) -> bool:
    """Tell whether the reading of some folder fails, is behind, or was last tried before an instant."""
    sql = "SELECT 1 FROM mailboxes WHERE failures > 0 OR behind > 0 OR checked_at < :before LIMIT 1"
    return bool(crm.rows(sql, before=before))


def stopped_campaigns(crm: Reader) -> list[tuple[str, str, str]]:
    """Return the campaigns that are paused for a reason that is told: key, name, reason."""
    sql = "SELECT key, name, reason FROM campaigns WHERE state = 'paused' AND reason <> '' ORDER BY id"
    return [(row[0], row[1], row[2]) for row in crm.rows(sql)]


def rotting_stages(crm: Reader) -> list[tuple[int, int]]:
    """Return the stages where silence rots deals, with their number of days."""
    return [
        (row[0], row[1]) for row in crm.rows("SELECT id, rot_days FROM stages WHERE rot_days IS NOT NULL")
    ]


def _waiting(crm: Reader, where: str, *, whose: Whose, **params: str | int) -> list[Waiting]:
    mine = _MY_DEAL if whose.owner_id is not None else ""
    sql = _DEALS + where + mine + " ORDER BY l.touched_at, l.deal_id LIMIT :limit"
    return [*map(Waiting._make, crm.rows(sql, **params, **_asked(whose)))]
