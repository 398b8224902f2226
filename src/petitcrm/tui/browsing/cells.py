"""A column of a list, and the cells that several lists have: a text, an amount, tags, a day, the next step."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from petitcrm.dates import days_since, show_day, show_relative
from petitcrm.formats.money import show_money
from petitcrm.i18n import _
from petitcrm.naming import TASK_KINDS
from petitcrm.tui.spans import Span, cut, fit, pushed_apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Says = Callable[[Any, int, datetime], list[Span]]


class Column(NamedTuple):
    """One column: what it is sorted by ("" where it cannot be), its title, the cells it takes, what it says."""

    sort: str
    title: str
    least: int
    most: int
    says: Says
    is_right: bool = False
    """Whether it says numbers, which stand to the right, under their title."""
    beyond: int = 0
    """Cells that must be left beside it: it comes only where the others have room."""


class Step(NamedTuple):
    """What comes next: the kind of task, its text, its day and its hour."""

    kind: str
    text: str
    on: str | None
    time: str | None


def plain(field: str, role: str = "text") -> Says:
    """Return a column's cell for a text of the row."""

    def says(row: Any, width: int, _now: datetime) -> list[Span]:
        return cut([(str(getattr(row, field) or ""), role)], width)

    return says


def tags(row: Any, width: int, _now: datetime) -> list[Span]:
    """Say the tags of a row."""
    return cut([(" ".join(f"#{tag}" for tag in row.tags), "amount")], width)


def created(row: Any, width: int, now: datetime) -> list[Span]:
    """Say the day when a row was added."""
    return cut([(day_of(row.created_at, now), "dim")], width)


def money(cents: int | None, width: int, currency: str = "EUR") -> list[Span]:
    """Say an amount, to the right."""
    return (
        at_right("–", "dim", width)
        if cents is None
        else at_right(show_money(cents, currency), "amount", width)
    )


def at_right(text: str, role: str, width: int) -> list[Span]:
    """Say a text at the right edge of its cells."""
    return [(fit(text, width, right=True), role)]


def day_of(instant: str, now: datetime) -> str:
    """Return the day of an instant, as a person says it."""
    on = now.date().toordinal() - days_since(now, instant)
    return show_day(date.fromordinal(on), today=now.date())


def next_step(step: Step, width: int, now: datetime) -> list[Span]:
    """Say what comes next, and when: a sign before what is late and what is for today."""
    kind = _(TASK_KINDS.get(step.kind, step.kind))
    words = step.text if step.kind == "other" and step.text else kind
    if step.text and step.kind != "other":
        words = f"{kind} · {step.text}"
    today = now.date()
    if step.on is None:
        return cut([("  ", "text"), (words, "dim")], width)
    on = date.fromisoformat(step.on)
    sign, role = signed(on, today)
    when = step.time if on == today and step.time else near_day(on, today)
    right: list[Span] = [(f" {when}", role)] if width >= 20 else []
    return pushed_apart([(sign, role), (words, "dim" if on > today else "text")], right, width)


def signed(on: date, today: date) -> tuple[str, str]:
    """Return the sign before a day and the role of its words: late, today, to come."""
    return ("! ", "late") if on < today else ("• ", "amount") if on == today else ("  ", "dim")


def near_day(on: date, today: date) -> str:
    """Return a day in few cells: how late it is, or when it comes."""
    days = (on - today).days
    if days < 0:
        return _("-{n} d", n=-days)
    return show_relative(on, today=today) if days < 2 else show_day(on, today=today)
