"""Tasks: one, and lists."""

from __future__ import annotations

from petitcrm.naming import addressed, person, to_do
from petitcrm.rows import Row
from petitcrm.store.queries import CALLED, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.store.reader import Reader


class TaskLine(Row):
    """A task as lists and sheets show it; `words` is the task in a sentence."""

    id: int
    kind: str
    text: str
    words: str
    due_on: str | None
    due_time: str | None
    duration_minutes: int | None
    place: str
    recurrence: str
    snoozed_until: str | None
    done_at: str | None
    outcome: str
    contact_id: int
    contact: str
    company_id: int | None
    company: str | None
    deal_id: int | None
    deal: str | None
    owner: str | None
    created_at: str


_LINES = (
    "SELECT t.id, t.kind, t.text, t.due_on, t.due_time, t.duration_minutes, t.place, t.recurrence,"
    f" t.snoozed_until, t.done_at, t.outcome, c.id, c.civility, c.first_name, {CALLED}, f.id, f.name, d.id,"
    " d.title, u.name, t.created_at"
    " FROM tasks t JOIN contacts c ON c.id = t.contact_id LEFT JOIN companies f ON f.id = c.company_id"
    " LEFT JOIN deals d ON d.id = t.deal_id LEFT JOIN users u ON u.id = t.owner_id"
)


def sheet(crm: Reader, task_id: int) -> TaskLine | None:
    """Return one task, None where there is none."""
    found = crm.rows(_LINES + " WHERE t.id = :id", id=task_id)
    return _line(found[0]) if found else None


def listing(
    crm: Reader,
    *,
    status: str = "open",
    contact_id: int | None = None,
    company_id: int | None = None,
    deal_id: int | None = None,
    owner_id: int | None = None,
    limit: int | None = None,
) -> list[TaskLine]:
    """Return tasks (`status`: open, done or all), open ones by date, done ones the last done first."""
    tests = {"open": ["t.done_at IS NULL"], "done": ["t.done_at IS NOT NULL"], "all": []}[status]
    wanted = {
        "t.contact_id": contact_id,
        "c.company_id": company_id,
        "t.deal_id": deal_id,
        "t.owner_id": owner_id,
    }
    params: dict[str, Any] = {column[2:]: value for column, value in wanted.items() if value is not None}
    tests += [f"{column} = :{column[2:]}" for column, value in wanted.items() if value is not None]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    order = (
        "t.done_at DESC, t.id DESC"
        if status == "done"
        else "CASE WHEN t.due_on IS NULL THEN 1 ELSE 0 END, t.due_on, t.due_time NULLS LAST, t.id"
    )
    if status == "open" and not params:
        order = "t.due_on NULLS LAST, t.id"  # as the index has them, read twice
    sql = f"{_LINES}{where} ORDER BY {order}"
    if limit is not None:
        sql, params["limit"] = sql + " LIMIT :limit", limit
    return [_line(row) for row in crm.rows(sql, **params)]


def lines(crm: Reader, ids: Iterable[int]) -> list[TaskLine]:
    """Return the tasks of a few hundred ids, in any order; those that are gone are left out."""
    return [_line(row) for row in crm.rows(f"{_LINES} WHERE t.id IN ({listed(ids)})")]


def is_open(crm: Reader, task_id: int) -> bool:
    """Tell whether a task is there, and still to be done."""
    return bool(crm.rows("SELECT 1 FROM tasks WHERE id = :id AND done_at IS NULL", id=task_id))


def _line(row: tuple[Any, ...]) -> TaskLine:
    (task_id, kind, text, due_on, due_time, minutes, place, recurrence, snoozed, done_at, outcome, contact_id, civility,
     first, last, company_id, company, deal_id, deal, owner, created_at) = row  # fmt: skip
    words = to_do(kind, text, addressed(civility, first, last, company), company=company, deal=deal)
    return TaskLine(
        task_id, kind, text, words, due_on, due_time, minutes, place, recurrence, snoozed, done_at, outcome, contact_id,
        person(first, last, company), company_id, company, deal_id, deal, owner, created_at,
    )  # fmt: skip
