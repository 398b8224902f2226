"""Who is being approached by a prospecting list, and where in its cadence they are."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import CALLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.store.reader import Reader


class Approached(Row):
    """A lead that a list approaches; `step` touches were planned so far, `cadence` is JSON."""

    lead_id: int
    contact_id: int
    owner_id: int | None
    step: int
    list_name: str
    cadence: str


def approached(crm: Reader, lead_id: int) -> Approached | None:
    """Return where a lead is in the cadence of its list; None where nobody approaches it (any more)."""
    sql = (
        "SELECT l.id, l.contact_id, COALESCE(l.owner_id, p.owner_id), l.step, p.name, p.cadence FROM leads l"
        " JOIN prospecting_lists p ON p.id = l.list_id"
        " WHERE l.id = :id AND l.state IN ('new', 'working') AND p.closed_at IS NULL"
    )
    found = crm.rows(sql, id=lead_id)
    return Approached(*found[0]) if found else None


def lead_of_task(crm: Reader, task_id: int) -> int | None:
    """Return the lead of which a task is the touch, None for any other task."""
    found = crm.rows("SELECT id FROM leads WHERE task_id = :task", task=task_id)
    return int(found[0][0]) if found else None


def unanswered(crm: Reader, contact_id: int, at: str) -> list[tuple[int, str]]:
    """Return the leads of a contact that nobody has answered by an instant, with their states."""
    sql = (
        "SELECT id, state FROM leads WHERE contact_id = :contact AND answered_at IS NULL AND created_at <= :at"
        " AND state IN ('new', 'working') ORDER BY id"
    )
    return [(int(row[0]), row[1]) for row in crm.rows(sql, contact=contact_id, at=at)]


class Answered(Row):
    """A lead whose first answer an act was; `was` is the state that it had before."""

    lead_id: int
    answered_at: str
    state: str
    was: str


def answered_by(crm: Reader, event_id: int) -> list[Answered]:
    """Return the leads that an act answered, and that still say so."""
    import json

    found = []
    told = crm.rows("SELECT changes FROM events WHERE id = :id", id=event_id)
    for sign, table, lead_id, fields in json.loads(told[0][0]) if told else []:
        if sign == "~" and table == "leads" and "answered_at" in fields:
            rows = crm.rows("SELECT answered_at, state FROM leads WHERE id = :id", id=lead_id)
            if rows and rows[0][0] == fields["answered_at"][1]:
                answered_at, state = rows[0]
                found.append(Answered(lead_id, answered_at, state, fields.get("state", [state])[0]))
    return found


def first_word(crm: Reader, lead_id: int, kinds: Iterable[str]) -> str | None:
    """Return when something of these kinds first stood on the timeline of a lead's contact after it came."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    sql = (
        "SELECT min(e.at) FROM leads l JOIN events e ON e.contact_id = l.contact_id AND e.at >= l.created_at"
        f" WHERE l.id = :id AND e.undone_by IS NULL AND e.kind IN ({listed})"
    )
    return crm.rows(sql, id=lead_id)[0][0]  # type: ignore[no-any-return]


class ListLine(Row):
    """A prospecting list with how far it is."""

    id: int
    key: str
    name: str
    cadence: str
    campaign: str
    owner_id: int | None
    owner: str | None
    closed_at: str | None
    created_at: str
    leads: int
    open: int
    reached: int
    qualified: int


_REACHED = (
    "EXISTS (SELECT 1 FROM tasks t WHERE t.contact_id = l.contact_id AND t.outcome IN ('reached', 'refused')"
    " AND t.done_at >= l.created_at)"
)
"""Somebody answered: a voicemail is a touch too, and reaches nobody."""
_LISTS = (
    "SELECT p.id, p.key, p.name, p.cadence, p.campaign, p.owner_id, u.key, p.closed_at, p.created_at, count(l.id),"
    " COALESCE(sum(CASE WHEN l.task_id IS NOT NULL THEN 1 ELSE 0 END), 0),"
    f" COALESCE(sum(CASE WHEN {_REACHED} THEN 1 ELSE 0 END), 0),"
    " COALESCE(sum(CASE WHEN l.state IN ('qualified', 'handed_over', 'accepted') THEN 1 ELSE 0 END), 0)"
    " FROM prospecting_lists p LEFT JOIN users u ON u.id = p.owner_id LEFT JOIN leads l ON l.list_id = p.id"
    " GROUP BY p.id, p.key, p.name, p.cadence, p.campaign, p.owner_id, u.key, p.closed_at, p.created_at"
    " ORDER BY CASE WHEN p.closed_at IS NULL THEN 0 ELSE 1 END, p.id DESC"
)


def lists(crm: Reader) -> list[ListLine]:
    """Return all prospecting lists, open ones first, then the newest."""
    return [ListLine(*row[:9], *(int(value) for value in row[9:])) for row in crm.rows(_LISTS)]


class PersonLine(Row):
    """Somebody on a prospecting list: the touches planned so far, the next one if any, where the pursuit is."""

    lead_id: int
    contact_id: int
    first_name: str
    last_name: str
    company: str | None
    step: int
    state: str
    touch: str | None
    due_on: str | None


def people(crm: Reader, list_id: int, limit: int) -> list[PersonLine]:
    """Return the people of a prospecting list, those whose next touch comes first before."""
    sql = (
        f"SELECT l.id, c.id, c.first_name, {CALLED}, f.name, l.step, l.state, t.kind, t.due_on FROM leads l"
        " JOIN contacts c ON c.id = l.contact_id LEFT JOIN companies f ON f.id = c.company_id"
        " LEFT JOIN tasks t ON t.id = l.task_id WHERE l.list_id = :list"
        " ORDER BY CASE WHEN t.due_on IS NULL THEN 1 ELSE 0 END, t.due_on, l.id LIMIT :limit"
    )
    return [PersonLine(*row) for row in crm.rows(sql, list=list_id, limit=limit)]
