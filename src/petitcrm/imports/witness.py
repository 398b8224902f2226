"""What each row of a list does to the base, seen while it is taken: the rows it means, and every value that changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from petitcrm.imports.drafts import MAIN
from petitcrm.rows import Row
from petitcrm.sales.references import show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.held import Held

NOUN_OF_PART = {"person": "contact", "firm": "company", "deal": "deal", "task": "task", "lead": "lead"}
_TABLE_OF_PART = {
    "person": "contacts",
    "firm": "companies",
    "deal": "deals",
    "task": "tasks",
    "lead": "leads",
}
_UNTOLD = frozenset(
    "id contact_id deal_id custom sort_name match_name commune_code departement_code region_code size_class touched_at"
    " entered_stage_at rank zone task_id step state_at given_at answer_due_at answered_at".split()
)
"""Columns that say who is meant, or that follow from the others."""

_NAMES = {
    "company_id": "SELECT name FROM companies WHERE id = :id",
    "owner_id": "SELECT key FROM users WHERE id = :id",
    "stage_id": "SELECT name FROM stages WHERE id = :id",
    "tag_id": "SELECT name FROM tags WHERE id = :id",
    "partner_id": "SELECT key FROM partners WHERE id = :id",
    "list_id": "SELECT key FROM prospecting_lists WHERE id = :id",
}
_MOMENTS = ("created_at", "closed_at", "done_at")


class Seen(Row):
    """A row of the base before a row of the file has filled it."""

    row: dict[str, Any]
    emails: frozenset[str]
    phones: frozenset[str]
    tags: frozenset[int]
    notes: frozenset[str]
    kept: dict[str, int]


class Step(Row):
    """What one row of the file does: to whom (`c12`, `@3` for what line 3 makes, or nobody), called how, with what.

    `told` has one line a value, in the same words whatever the language: `city: "" -> "Lyon"`.
    """

    reference: str
    name: str
    told: tuple[str, ...]


class Witness:
    """Looks at the rows of one import."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._main = MAIN[desk.mapping.noun]
        self._made: dict[tuple[str, int], int] = {}
        self._names: dict[tuple[str, int], str] = {}

    def look(self, held: Held) -> Seen:
        """Return what is known of a row of the base, before it is filled."""
        return Seen(
            dict(held.row), frozenset(held.emails), frozenset(held.phones), frozenset(held.tags),
            frozenset(held.notes), dict(self._desk.kept),
        )  # fmt: skip

    def note(self, draft: Draft, part: str, held: Held, seen: Seen | None) -> None:
        """Keep what a row of the file has changed in one of the base; `seen` is None for one that it makes."""
        firm = draft.held.get("firm")
        if firm and firm.id:  # it may not be written yet when its name is asked for
            self._names["company_id", firm.id] = str(firm.row["name"])
        prefix = "" if part == self._main else f"{NOUN_OF_PART[part]}."
        draft.told += [f"{prefix}{line}" for line in self._lines(part, held, seen)]
        if seen:
            draft.told += [f"{prefix}{line}" for line in self._kept(draft, part, held, seen)]

    def step(self, draft: Draft) -> Step:
        """Return what a row did, once its piece of the file is written."""
        parts = [part for part in (self._main, "person", "firm", "deal", "task") if part in draft.held]
        if not parts:
            return Step("", "", tuple(draft.told))
        held = draft.held[parts[0]]
        line = self._made.setdefault((parts[0], held.id), draft.line) if held.is_new else 0
        line = line or self._made.get((parts[0], held.id), 0)
        reference = f"@{line}" if line else show(NOUN_OF_PART[parts[0]], held.id)
        return Step("" if line == draft.line else reference, _called(held.row), tuple(draft.told))

    def _lines(self, part: str, held: Held, seen: Seen | None) -> Iterator[str]:
        is_new = seen is None or (held.is_new and not seen.row.get("sort_name") and part == "person")
        before = self._desk.bulk.blank(_TABLE_OF_PART[part]) if seen is None or is_new else seen.row
        for name, value in held.row.items():
            if name not in _UNTOLD and value != before.get(name) and not self._is_now(name, value):
                yield self._change(name, before.get(name), value)
        yield from _custom(before.get("custom") or "{}", held.row.get("custom") or "{}")
        for line in held.new_emails:
            if seen is None or line[0] not in seen.emails:
                yield f"email: {_quoted(line[0])}"
        for number, raw, label in held.new_phones:
            if seen is None or (number or raw) not in seen.phones:
                written = f" from {_quoted(raw)}" if number and raw != number else ""
                yield f"phone: {_quoted(number or raw)}{written}{f' ({label})' if label else ''}"
        for tag_id in held.tags:
            if seen is None or tag_id not in seen.tags:
                yield f"tag: {_quoted(self._name('tag_id', tag_id))}"
        for note in held.notes:
            if seen is None or note not in seen.notes:
                yield f"note: {_quoted(note)}"

    def _kept(self, draft: Draft, part: str, held: Held, seen: Seen) -> Iterator[str]:
        """Tell of what the list says otherwise than the base, which is believed."""
        for name, times in self._desk.kept.items():
            if times != seen.kept.get(name):
                firm = draft.held.get("firm") if name == "company_id" else None
                told = firm.row["name"] if firm else getattr(draft, part).get(_told(name))
                instead = f", not {_quoted(told)}" if isinstance(told, str) else ""
                yield f"{_told(name)}: {self._value(name, held.row.get(name))} kept{instead}"

    def _change(self, name: str, old: Any, new: Any) -> str:
        is_filled = old not in ("", None)
        change = (
            f"{self._value(name, old)} -> {self._value(name, new)}" if is_filled else self._value(name, new)
        )
        return f"{_told(name)}: {change}"

    def _value(self, name: str, value: Any) -> str:
        if name in _NAMES and value is not None:
            return _quoted(self._name(name, value))
        if name.endswith("_cents") and value is not None:
            return f"{value / 100:.2f}"
        return _quoted(value)

    def _name(self, column: str, row_id: int) -> str:
        key = (column, row_id)
        if key not in self._names:
            self._desk.bulk.wait()
            found = self._desk.crm.rows(_NAMES[column], id=row_id)
            self._names[key] = str(found[0][0]) if found else f"{row_id}"
        return self._names[key]

    def _is_now(self, name: str, value: Any) -> bool:
        """Tell whether a moment is that of the import: it says nothing of the row, and is another the next time."""
        return name in _MOMENTS and value == self._desk.now_text


def _custom(old: str, new: str) -> Iterator[str]:
    if old == new:
        return
    before, after = json.loads(old), json.loads(new)
    for key, value in after.items():
        if before.get(key) != value:
            yield (
                f"custom.{key}: {_quoted(before[key])} -> {_quoted(value)}"
                if key in before
                else (f"custom.{key}: {_quoted(value)}")
            )


def _called(row: dict[str, Any]) -> str:
    told = row.get("title") or row.get("text") or row.get("name")
    return str(
        told or f"{row.get('first_name', '')} {row.get('last_name', '')}".strip() or row.get("sort_name", "")
    )


def _told(name: str) -> str:
    """Return the name of a column as people say it: `owner` for `owner_id`, `amount` for `amount_cents`."""
    return name.removesuffix("_id").removesuffix("_cents") if name != "external_id" else name


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
