"""Lists to walk through: the ids that are wanted, their order, the rows that are seen.

A list of 100,000 is its ids; rows are read a screen at a time. An order is read once for a state of the base, so that
a list that narrows while one types is only narrowed.
"""

from __future__ import annotations

from petitcrm.kinds import HUMAN
from petitcrm.rows import Row
from petitcrm.store.queries import browse_deals, browse_tasks, contacts, listed, lists, search, tasks
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from petitcrm.store.reader import Reader

_TABLES = {"contact": "contacts", "company": "companies", "deal": "deals", "task": "tasks"}
COMES_BY = {"contact": "name", "company": "name", "deal": "stage", "task": "due"}
"""In which order the rows of each noun come when they are not sorted."""
_HUMAN = ", ".join(f"'{name}'" for name in HUMAN)


class Span(Row):
    """Days, or instants, from one that is in it to one that is not; "" is no end."""

    column: str
    begins: str = ""
    ends: str = ""
    is_unknown: bool = False
    """Those that have none."""
    is_shown: bool = False
    """Not those that are hidden until another day."""


class Narrowing(Row):
    """What rows must have to be in a list; nothing narrows what is not said."""

    words: tuple[tuple[str, ...], ...] = ()
    """A word of each group, or one that begins so."""
    tags: tuple[tuple[int, ...], ...] = ()
    """One tag of each group."""
    owners: tuple[tuple[int, ...], ...] = ()
    """An owner of each group, who may be `NOBODY`."""
    without_next_step: bool = False
    silent_since: str = ""
    """Known before that instant, and nothing was done with them since."""
    rotten: tuple[tuple[int, str], ...] | None = None
    """Told silent on the board: for each stage that rots, the instant since when nothing was done."""
    status: str = ""
    """Of deals and tasks, one of their `STATUSES`; where none is said, those that are open."""
    stages: tuple[tuple[int, ...], ...] = ()
    kinds: tuple[tuple[str, ...], ...] = ()
    """Kinds of task."""
    spans: tuple[Span, ...] = ()
    meeting: tuple[str, dict[str, Any]] | None = None
    """A condition on contacts, and its values."""


class Listed(Row):
    """A contact or a company as a line of a list; what the other noun alone has is left blank."""

    id: int
    name: str
    company_id: int | None
    company: str
    job_title: str
    city: str
    email: str
    phone: str
    owner: str
    created_at: str
    people: int
    """How many contacts a company has."""
    tags: list[str]
    last_at: str
    """When something was last done with them; an empty text for never."""
    next_id: int | None
    next_kind: str
    next_text: str
    next_on: str | None
    next_time: str | None
    deals: int
    amount_cents: int
    """How many open deals there are, and what they are worth."""


def matching(crm: Reader, noun: str, narrowing: Narrowing, *, limit: int | None = None) -> list[int]:
    """Return the ids of the rows that are wanted, as `COMES_BY` says; the first `limit` of them."""
    if noun == "deal":
        return browse_deals.matching(crm, narrowing, limit=limit)
    if noun == "task":
        return browse_tasks.matching(crm, narrowing, limit=limit)
    conditions, values = _conditions(crm, noun, narrowing)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT x.id FROM {_TABLES[noun]} x{where} ORDER BY x.sort_name, x.id"
    if limit is not None:
        sql, values["limit"] = f"{sql} LIMIT :limit", limit
    return [row[0] for row in crm.rows(sql, **values)]


def count(crm: Reader, noun: str) -> int:
    """Return how many rows there are in all; of deals and tasks, those that are open."""
    if noun == "deal":
        return browse_deals.count(crm)
    if noun == "task":
        return browse_tasks.count(crm)
    return int(crm.rows(f"SELECT count(*) FROM {_TABLES[noun]}")[0][0])


def has_owners(crm: Reader, noun: str) -> bool:
    """Tell whether any row belongs to somebody of the firm."""
    return bool(crm.rows(f"SELECT 1 FROM {_TABLES[noun]} WHERE owner_id IS NOT NULL LIMIT 1"))


def _conditions(crm: Reader, noun: str, narrowing: Narrowing) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if narrowing.words:
        condition, values = search.having(crm, noun, "x.id", [list(group) for group in narrowing.words])
        conditions.append(condition)
    for tags in narrowing.tags:
        conditions.append(f"x.id IN (SELECT {noun}_id FROM taggings WHERE tag_id IN ({listed(tags)}))")
    conditions += [lists.owned("x.owner_id", owners) for owners in narrowing.owners]
    # Told as a set: asked for each row in turn, 100,000 of them take five times as long.
    if narrowing.without_next_step:
        conditions.append(f"x.id NOT IN ({_with_a_task(noun)})")
    if narrowing.silent_since:
        touched = f"SELECT {noun}_id FROM events WHERE {_done_with(noun)} AND at >= :since"
        conditions += [f"x.id NOT IN ({touched})", "x.created_at < :since"]
        values["since"] = narrowing.silent_since
    if narrowing.meeting:
        condition, bound = narrowing.meeting
        conditions.append(f"x.id IN (SELECT c.id FROM contacts c WHERE {condition})")
        values |= bound
    return conditions, values


def _with_a_task(noun: str) -> str:
    if noun == "contact":
        return "SELECT contact_id FROM tasks WHERE done_at IS NULL"
    return (
        "SELECT c.company_id FROM tasks t JOIN contacts c ON c.id = t.contact_id"
        " WHERE t.done_at IS NULL AND c.company_id IS NOT NULL"
    )


def _done_with(noun: str) -> str:
    """Return the condition that an event tells of something done with a contact or a company, and still stands.

    `+`: where all are asked for, walking the table beats looking each event up by whom it is about.
    """
    return f"+{noun}_id IS NOT NULL AND undone_by IS NULL AND kind IN ({_HUMAN})"


# ------------------------------------------------------------------------------------------------------------- orders


def order(crm: Reader, noun: str, sort: str) -> list[int]:
    """Return, in rising order of what `sort` names, the ids of the rows that have it. `sort` is one of `SORTS`."""
    if noun == "deal":
        return browse_deals.order(crm, sort)
    if noun == "task":
        return browse_tasks.order(crm, sort)
    if sort == "town":
        return _by_town(crm, noun)
    return [row[0] for row in crm.rows(_ORDERS[sort](noun))]


def _by_town(crm: Reader, noun: str) -> list[int]:
    """Sort by town without regard to accents, which no engine knows to do alike."""
    found: dict[str, list[int]] = {}
    sql = f"SELECT id, city FROM {_TABLES[noun]} WHERE city <> '' ORDER BY sort_name, id"
    for row_id, city in crm.rows(sql):
        found.setdefault(fold(city), []).append(row_id)
    return [row_id for city in sorted(found) for row_id in found[city]]


def _by_company(_noun: str) -> str:
    return (
        "SELECT c.id FROM companies f JOIN contacts c ON c.company_id = f.id"
        " ORDER BY f.sort_name, f.id, c.sort_name, c.id"
    )


def _by_people(_noun: str) -> str:
    return (
        "SELECT company_id FROM contacts WHERE company_id IS NOT NULL GROUP BY company_id"
        " ORDER BY count(*), company_id"
    )


def _by_last(noun: str) -> str:
    return (
        f"SELECT {noun}_id FROM events WHERE {_done_with(noun)} GROUP BY +{noun}_id, {noun}_id"
        f" ORDER BY max(at), {noun}_id"
    )


def _by_next(noun: str) -> str:
    if noun == "contact":
        return (
            "SELECT contact_id FROM tasks WHERE done_at IS NULL AND due_on IS NOT NULL GROUP BY contact_id"
            " ORDER BY min(due_on), contact_id"
        )
    return (
        "SELECT c.company_id FROM tasks t JOIN contacts c ON c.id = t.contact_id WHERE t.done_at IS NULL"
        " AND t.due_on IS NOT NULL AND c.company_id IS NOT NULL GROUP BY c.company_id"
        " ORDER BY min(t.due_on), c.company_id"
    )


def _by_amount(noun: str) -> str:
    return (
        f"SELECT {noun}_id FROM deals WHERE status = 'open' AND amount_cents IS NOT NULL AND {noun}_id IS NOT NULL"
        f" GROUP BY {noun}_id ORDER BY sum(amount_cents), {noun}_id"
    )


def _by_creation(noun: str) -> str:
    return f"SELECT id FROM {_TABLES[noun]} ORDER BY created_at, id"


def _by_owner(noun: str) -> str:
    return f"SELECT x.id FROM users u JOIN {_TABLES[noun]} x ON x.owner_id = u.id ORDER BY u.name, x.sort_name, x.id"


_ORDERS: dict[str, Callable[[str], str]] = {
    "company": _by_company, "people": _by_people, "last": _by_last, "next": _by_next, "amount": _by_amount,
    "created": _by_creation, "owner": _by_owner,
}  # fmt: skip
SORTS = {
    "contact": ("name", "company", "next", "last", "created", "town", "amount", "owner"),
    "company": ("name", "people", "next", "last", "created", "town", "amount", "owner"),
    "deal": browse_deals.SORTS,
    "task": browse_tasks.SORTS,
}
"""What a list may be sorted by."""

# --------------------------------------------------------------------------------------------------------------- rows

_CONTACTS = (
    "SELECT c.id, c.first_name, c.last_name, c.sort_name, c.company_id, COALESCE(f.name, ''), c.job_title, c.city,"
    " COALESCE(u.name, ''), c.created_at FROM contacts c LEFT JOIN companies f ON f.id = c.company_id"
    " LEFT JOIN users u ON u.id = c.owner_id WHERE c.id IN ({ids})"
)
_COMPANIES = (
    "SELECT f.id, f.name, f.city, f.email, CASE WHEN f.phone_number = '' THEN f.phone ELSE f.phone_number END,"
    " COALESCE(u.name, ''), f.created_at, (SELECT count(*) FROM contacts c WHERE c.company_id = f.id)"
    " FROM companies f LEFT JOIN users u ON u.id = f.owner_id WHERE f.id IN ({ids})"
)
_LAST = (
    "SELECT {noun}_id, max(at) FROM events WHERE {noun}_id IN ({ids}) AND undone_by IS NULL"
    f" AND kind IN ({_HUMAN}) GROUP BY {{noun}}_id"
)
_NEXT = (
    "SELECT {subject}, t.id, t.kind, t.text, t.due_on, t.due_time FROM tasks t JOIN contacts c ON c.id = t.contact_id"
    " WHERE {subject} IN ({ids}) AND t.done_at IS NULL"
    " ORDER BY CASE WHEN t.due_on IS NULL THEN 1 ELSE 0 END DESC, t.due_on DESC, t.due_time DESC NULLS FIRST, t.id DESC"
)
_OPEN = (
    "SELECT {noun}_id, count(*), COALESCE(sum(amount_cents), 0) FROM deals"
    " WHERE {noun}_id IN ({ids}) AND status = 'open' GROUP BY {noun}_id"
)


def rows(crm: Reader, noun: str, ids: Sequence[int]) -> list[Any]:
    """Return the rows of a few hundred ids, in any order; those that are gone are left out.

    `Listed` of contacts and companies, `browse_deals.Pursued`, `tasks.TaskLine`.
    """
    if noun == "deal":
        return browse_deals.rows(crm, list(ids))
    if noun == "task":
        return tasks.lines(crm, ids)
    told = listed(ids)
    facts = _Facts(crm, noun, list(ids), told)
    if noun == "company":
        return [
            Listed(
                row_id, name, None, "", "", city, email, phone, owner, created_at, people, *facts.of(row_id)
            )
            for row_id, name, city, email, phone, owner, created_at, people in crm.rows(
                _COMPANIES.format(ids=told)
            )
        ]
    emails = lists.first_by_row(crm, contacts.FIRST_EMAILS, list(ids))
    phones = lists.first_by_row(crm, contacts.FIRST_PHONES, list(ids))
    found = []
    for row_id, first, last, sort_name, company_id, company, job, city, owner, created_at in crm.rows(
        _CONTACTS.format(ids=told)
    ):
        name = contacts.name_of(first, last, sort_name)
        email, phone = emails.get(row_id, ""), phones.get(row_id, "")
        found.append(
            Listed(
                row_id, name, company_id, company, job, city, email, phone, owner, created_at, 0, *facts.of(row_id)
            )
        )  # fmt: skip
    return found


class _Facts:
    """What is known of rows from other tables: tags, what was last done, what comes next, deals."""

    def __init__(self, crm: Reader, noun: str, ids: list[int], told: str) -> None:
        subject = "c.company_id" if noun == "company" else "t.contact_id"
        self._tags = lists.tags_by_row(crm, noun, ids)
        self._last = dict(crm.rows(_LAST.format(noun=noun, ids=told)))
        self._next = {row[0]: row[1:] for row in crm.rows(_NEXT.format(subject=subject, ids=told))}
        self._open = {row[0]: (row[1], int(row[2])) for row in crm.rows(_OPEN.format(noun=noun, ids=told))}

    def of(self, row_id: int) -> tuple[Any, ...]:
        """Return them for one row, in the order of `Listed`."""
        next_step = self._next.get(row_id, (None, "", "", None, None))
        return (
            self._tags.get(row_id, []), self._last.get(row_id, ""), *next_step, *self._open.get(row_id, (0, 0)),
        )  # fmt: skip
