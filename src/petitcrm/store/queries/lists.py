"""What lists of contacts, companies and deals have in common: filters, order, pages, tags, custom fields."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.store.queries import listed, search
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.store.queries.browse import Span
    from petitcrm.store.reader import Reader

_TABLES = {"contact": "contacts", "company": "companies", "deal": "deals"}
_CHUNK = 500
_MANY = 5000
NOBODY = 0
"""Among owners: the rows that have none."""


class Query:
    """A list being described. `select` names its table `alias`; every other name here is our own, every value bound."""

    def __init__(self, noun: str, select: str, alias: str) -> None:
        self._noun = noun
        self._select = select
        self._alias = alias
        self._conditions: list[str] = []
        self._values: dict[str, Any] = {}

    def narrow(self, only: Mapping[str, Any], allowed: Iterable[str]) -> None:
        """Keep the rows whose fields have the values of `only`; UsageProblem on a field that is not `allowed`."""
        for name, value in only.items():
            if name not in tuple(allowed):
                raise UsageProblem(_("This list cannot be narrowed by {name}.", name=name))
            if value is not None and value != "":
                self._conditions.append(f"{self._alias}.{name} = :{name}")
                self._values[name] = value

    def matching(self, crm: Reader, typed: str) -> None:
        """Keep the rows that answer to the words `typed`, as search finds them."""
        if typed.strip():
            condition, values = search.answering(crm, self._noun, f"{self._alias}.id", typed)
            self._conditions.append(condition)
            self._values.update(values)

    def meeting(self, condition: tuple[str, Mapping[str, Any]] | None) -> None:
        """Keep the contacts who meet a condition, told as SQL of `conditions` with its values."""
        if condition is not None:
            self._conditions.append(condition[0])
            self._values.update(condition[1])

    def tagged(self, tag: str) -> None:
        """Keep the rows that bear a tag."""
        if tag:
            self._conditions.append(
                f"{self._alias}.id IN (SELECT g.{self._noun}_id FROM taggings g JOIN tags t ON t.id = g.tag_id"
                " WHERE t.folded = :tag)"
            )
            self._values["tag"] = fold(tag)

    def page(self, crm: Reader, *, sort: str, after: int | None, limit: int | None) -> list[tuple[Any, ...]]:
        """Return the rows by `sort` ("name" or "newest"), those after the row of id `after`, `limit` at most."""
        if sort not in ("name", "newest"):
            raise UsageProblem(_("Lists are sorted by name or newest, not by {sort}.", sort=sort))
        conditions, values = [*self._conditions], {**self._values}
        if after is not None and sort == "newest":
            conditions.append(f"{self._alias}.id < :after")
            values["after"] = after
        elif after is not None:
            last = crm.rows(f"SELECT sort_name FROM {_TABLES[self._noun]} WHERE id = :id", id=after)
            conditions.append(f"({self._alias}.sort_name, {self._alias}.id) > (:after_name, :after)")
            values |= {"after": after, "after_name": last[0][0] if last else ""}
        sql = self._select
        if conditions:
            sql += " WHERE " + " AND ".join(conditions)
        sql += f" ORDER BY {self._alias}." + (
            "id DESC" if sort == "newest" else f"sort_name, {self._alias}.id"
        )
        if limit is not None:
            sql += " LIMIT :limit"
            values["limit"] = limit
        return crm.rows(sql, **values)


def owned(column: str, owners: Iterable[int]) -> str:
    """Return the condition that a row belongs to one of `owners`, among whom may be `NOBODY`."""
    told = tuple(owners)
    nobody = f" OR {column} IS NULL" if NOBODY in told else ""
    return f"({column} IN ({listed(told)}){nobody})"


def within(column: str, span: Span) -> str:
    """Return the condition that a day or an instant is in a span, whose ends are our own texts."""
    if span.is_unknown:
        return f"{column} IS NULL"
    ends = [f"{column} >= '{span.begins}'"] * bool(span.begins) + [f"{column} < '{span.ends}'"] * bool(
        span.ends
    )
    return " AND ".join(ends)


def tags_of(crm: Reader, noun: str, row_id: int) -> list[str]:
    """Return the tags of one row, in alphabetical order."""
    return tags_by_row(crm, noun, [row_id]).get(row_id, [])


def tags_by_row(crm: Reader, noun: str, ids: list[int]) -> dict[int, list[str]]:
    """Return the tags of the rows of these ids, in alphabetical order."""
    subject = f"{noun}_id"
    if noun not in _TABLES:
        raise UsageProblem(_("Only contacts, companies and deals bear tags."))
    tags: dict[int, list[str]] = {}
    for part in _parts(subject, ids):
        found = crm.rows(
            f"SELECT g.{subject}, t.name FROM taggings g JOIN tags t ON t.id = g.tag_id WHERE g.{part}"
            " ORDER BY t.folded"
        )
        for row_id, name in found:
            tags.setdefault(row_id, []).append(name)
    return tags


def first_by_row(crm: Reader, select: str, ids: list[int]) -> dict[int, str]:
    """Return the first value of each contact of these ids; `select` gives (contact, value) from a table of ours."""
    first: dict[int, str] = {}
    for part in _parts("contact_id", ids):
        first |= dict(crm.rows(f"{select} WHERE {part} ORDER BY position DESC, id DESC"))
    return first


def _parts(column: str, ids: list[int]) -> list[str]:
    """Return conditions that together hold for all `ids`; one that holds for every row where they are many."""
    if len(ids) > _MANY:
        return [f"{column} IS NOT NULL"]
    chunks = (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
    return [f"{column} IN ({', '.join(str(int(row_id)) for row_id in chunk)})" for chunk in chunks]


def custom(values: str) -> dict[str, str]:
    """Return the firm's own fields of a row, by key."""
    if values == "{}":
        return {}
    import json

    found: dict[str, str] = json.loads(values)
    return found


USED_AGAIN: dict[str, tuple[str, ...]] = {
    "contact": ("civility", "job_title", "source", "country", "city"),
    "company": ("legal_form", "source", "country", "city"),
    "deal": ("source",),
}
"""Columns in which the same few words come back."""
_MOST_USED = 200


def used_values(crm: Reader, noun: str, column: str) -> list[str]:
    """Return what the rows of a noun have in one of the columns of USED_AGAIN, the most frequent first."""
    if column not in USED_AGAIN[noun]:
        raise ValueError(column)
    found = crm.rows(
        f"SELECT {column} FROM {_USED_IN[noun]} WHERE {column} <> '' GROUP BY {column}"
        f" ORDER BY count(*) DESC, {column} LIMIT :limit",
        limit=_MOST_USED,
    )
    return [row[0] for row in found]


_USED_IN = {"contact": "contacts", "company": "companies", "deal": "deals"}
