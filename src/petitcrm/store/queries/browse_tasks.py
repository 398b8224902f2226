"""The list of tasks to walk through: which are wanted, in which order, and the rows that are seen."""

from __future__ import annotations

from petitcrm.store.queries import listed, lists, search
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.queries.browse import Narrowing
    from petitcrm.store.reader import Reader

SORTS = ("due", "name", "kind", "contact", "company", "deal", "owner", "state", "created")
"""What tasks may be sorted by; they come by the day when they are due."""
_STATUSES = {
    "": "x.done_at IS NULL", "open": "x.done_at IS NULL", "done": "x.done_at IS NOT NULL",
    "hidden": "x.done_at IS NULL AND x.snoozed_until > :today", "all": "",
}  # fmt: skip
STATUSES = tuple(filter(None, _STATUSES))
_HOUR = "CASE WHEN x.due_time IS NULL THEN '99:99' ELSE x.due_time END"


def matching(crm: Reader, narrowing: Narrowing, *, limit: int | None = None) -> list[int]:
    """Return the ids of the tasks that are wanted, by day and hour, those without a day last; the first `limit`."""
    conditions, values = _conditions(crm, narrowing)
    found: list[int] = []
    # Two questions, for each is answered in the order of its index; sorted together, all would have to be read.
    for dated in ("x.due_on IS NOT NULL", "x.due_on IS NULL"):
        left = None if limit is None else limit - len(found)
        if left != 0:
            found += _some(crm, [*conditions, dated], values, left)
    return found


def _some(crm: Reader, conditions: list[str], values: dict[str, Any], limit: int | None) -> list[int]:
    by = f"x.due_on, {_HOUR}, x.id" if conditions[-1].endswith("NOT NULL") else "x.id"
    sql = f"SELECT x.id FROM tasks x WHERE {' AND '.join(conditions)} ORDER BY {by}"
    if limit is not None:
        sql, values = f"{sql} LIMIT :limit", {**values, "limit": limit}
    return [row[0] for row in crm.rows(sql, **values)]


def count(crm: Reader) -> int:
    """Return how many tasks are to be done."""
    return int(crm.rows("SELECT count(*) FROM tasks WHERE done_at IS NULL")[0][0])


def _conditions(crm: Reader, narrowing: Narrowing) -> tuple[list[str], dict[str, Any]]:
    conditions = [_STATUSES[narrowing.status]]
    values: dict[str, Any] = {}
    for place, group in enumerate(narrowing.words):
        condition, bound = _having(crm, group, place)
        conditions.append(condition)
        values |= bound
    conditions += [_bearing(listed(tags)) for tags in narrowing.tags]
    conditions += [lists.owned("x.owner_id", owners) for owners in narrowing.owners]
    for place, kinds in enumerate(narrowing.kinds):
        named = {f"kind_{place}_{number}": kind for number, kind in enumerate(kinds)}
        conditions.append(f"x.kind IN ({', '.join(f':{name}' for name in named) or 'NULL'})")
        values |= named
    for span in narrowing.spans:
        conditions.append(lists.within(f"x.{span.column}", span))
        if span.is_shown:
            conditions.append("(x.snoozed_until IS NULL OR x.snoozed_until <= :today)")
    wanted = [condition for condition in conditions if condition]
    if any(":today" in condition for condition in wanted):
        values["today"] = crm.today
    return wanted, values


def _having(crm: Reader, group: tuple[str, ...], place: int) -> tuple[str, dict[str, Any]]:
    """Return the condition that a word of `group` is of the task, of whom it is for or of its deal."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for noun, column in (("task", "x.id"), ("contact", "x.contact_id"), ("deal", "x.deal_id")):
        part, bound = search.having(crm, noun, column, [list(group)], value=f"{noun}_{place}")
        parts.append(part)
        values |= bound
    return f"({' OR '.join(parts)})", values


def _bearing(tags: str) -> str:
    """Return the condition that one of the tags is on whom a task is for, or on its deal."""
    borne = "SELECT {noun}_id FROM taggings WHERE tag_id IN ({tags}) AND {noun}_id IS NOT NULL"
    asked = (f"x.{noun}_id IN ({borne.format(noun=noun, tags=tags)})" for noun in ("contact", "deal"))
    return f"({' OR '.join(asked)})"


# ------------------------------------------------------------------------------------------------------------- orders

_ORDERS = {
    "due": f"SELECT x.id FROM tasks x WHERE x.due_on IS NOT NULL ORDER BY x.due_on, {_HOUR}, x.id",
    "kind": "SELECT id FROM tasks ORDER BY kind, due_on NULLS LAST, id",
    "contact": "SELECT x.id FROM contacts c JOIN tasks x ON x.contact_id = c.id ORDER BY c.sort_name, c.id, x.id",
    "company": (
        "SELECT x.id FROM companies f JOIN contacts c ON c.company_id = f.id JOIN tasks x ON x.contact_id = c.id"
        " ORDER BY f.sort_name, f.id, x.id"
    ),
    "owner": "SELECT x.id FROM users u JOIN tasks x ON x.owner_id = u.id ORDER BY u.name, u.id, x.id",
    "state": "SELECT id FROM tasks WHERE done_at IS NOT NULL ORDER BY done_at, id",
    "created": "SELECT id FROM tasks ORDER BY created_at, id",
}
_TEXTS = {
    "name": "SELECT id, text FROM tasks WHERE text <> '' ORDER BY id",
    "deal": "SELECT x.id, d.title FROM tasks x JOIN deals d ON d.id = x.deal_id ORDER BY x.id",
}


def order(crm: Reader, sort: str) -> list[int]:
    """Return, in rising order of what `sort` names, the ids of the tasks that have it."""
    if sort in _TEXTS:  # without regard to accents, which no engine knows to do alike
        return [
            row_id
            for _text, row_id in sorted((fold(text), row_id) for row_id, text in crm.rows(_TEXTS[sort]))
        ]
    return [row[0] for row in crm.rows(_ORDERS[sort])]
