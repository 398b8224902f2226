"""The day as lines: a title for each section, then one line a thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from petitcrm.dates import show_day, show_duration, show_relative
from petitcrm.i18n import _, ngettext
from petitcrm.sales.agenda import SECTIONS
from petitcrm.tui.lines import Line
from petitcrm.tui.readings import MOST
from petitcrm.tui.spans import Span, cut, fit, pushed_apart

if TYPE_CHECKING:
    from petitcrm.sales.agenda import Day, Item

_LOOK = {"no_next_step": "missing", "overdue": "late", "silent": "missing"}
IMPORT = "import"
"""What the line of an empty base is about that opens the import."""
_SIGNS = {"no_next_step": "?", "overdue": "!", "silent": "~"}


def day_lines(day: Day, *, airy: bool) -> list[Line]:
    """Return the lines of a day; with `airy`, an empty one between sections."""
    lines: list[Line] = []
    section = ""
    on = date.fromisoformat(day.on)
    for item in day.items:
        if item.section != section:
            section = item.section
            if lines and airy:
                lines.append(Line(lambda width: cut([], width)))
            lines.append(_section_line(section, day.counts[section]))
        lines.append(_item_line(item, on))
    return lines


def empty_lines(*, is_anybody_known: bool) -> list[Line]:
    """Return what an empty day says: what is next, and the keys that fill it."""
    if is_anybody_known:
        words = [
            ("strong", _("Nothing to do today.")),
            ("text", ""),
            ("text", _("a    add a task: call back @dupont tomorrow 2pm")),
            ("text", _("2    look at the funnel")),
            ("text", _("/    find somebody")),
            ("text", _("i    import a list")),
        ]
    else:
        words = [
            ("strong", _("Welcome. Nobody is here yet.")),
            ("text", ""),
            (IMPORT, _("i    import a list: a spreadsheet, a CSV, an address book (⏎)")),
            (
                "text",
                _("A    add your first contact: Jeanne Dupont, Acme, jeanne@acme.example, 06 12 34 56 78"),
            ),
            ("text", _("     or look around on made-up data: petitcrm demo")),
            ("text", ""),
            ("dim", _("?    all keys")),
        ]
    blank = Line(lambda width: cut([], width))
    return [blank, *(_way_in(text) if role == IMPORT else _said(role, text) for role, text in words)]


def _way_in(text: str) -> Line:
    """Return the line that opens the import: the cursor of an empty base stands on it."""
    return Line(lambda width: cut([("   ", "text"), (text, "strong")], width), (IMPORT, 0))


def counts_text(day: Day) -> str:
    """Return the counts of a day in one line: what is to do, and what is wrong with it."""
    left = sum(number for section, number in day.counts.items() if section != "next")
    said = [ngettext("{n} thing to do", "{n} things to do", left)]
    for section in ("overdue", "no_next_step", "silent", "next"):
        if number := day.counts.get(section, 0):
            said.append(f"{_(SECTIONS[section])} {_number(number)}")
    return " · ".join(said)


def _said(role: str, text: str) -> Line:
    return Line(lambda width: cut([("   ", "text"), (text, role)], width))


def _section_line(section: str, number: int) -> Line:
    name = _(SECTIONS[section])
    role = _LOOK.get(section, "title")

    def draw(width: int) -> list[Span]:
        return cut([(f" {name} ", role), (f" {_number(number)} ", "dim")], width)

    return Line(draw)


def _number(number: int) -> str:
    return f"{number}+" if number == MOST else str(number)


def _item_line(item: Item, on: date) -> Line:
    look = _LOOK.get(item.section, "text")

    def draw(width: int) -> list[Span]:
        hour = item.time or ""
        left = [(f" {_SIGNS.get(item.section, ' ')} ", look), (f"{hour:6}", "amount"), (item.text, "text")]
        if item.recurrence:
            left.append((" ↻", "dim"))
        return pushed_apart(left, _right(item, on, width, look), width)

    return Line(draw, (item.id[0], int(item.id[1:])), item)


def _right(item: Item, on: date, width: int, look: str) -> list[Span]:
    """Return when, where or how long, as far as there is room for it."""
    pieces: list[str] = []
    if item.duration_minutes and width >= 100:
        pieces.append(show_duration(item.duration_minutes))
    if item.place:
        pieces.append(fit(item.place, max(14, width // 5)).rstrip())
    if item.owner and width >= 120:
        pieces.append(item.owner)
    if item.due and item.section == "next":
        pieces.append(show_day(date.fromisoformat(item.due), today=on))
    if item.due and item.section == "overdue":
        pieces.append(show_relative(date.fromisoformat(item.due), today=on))
    said = " · ".join(pieces)
    return [(f"  {said} ", look if item.section == "overdue" else "dim")] if said else [(" ", "text")]
