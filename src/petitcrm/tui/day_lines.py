"""The day as lines: a title for each section, then one line a thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from petitcrm.dates import show_day, show_duration, show_relative
from petitcrm.i18n import N_, _, ngettext
from petitcrm.sales.agenda import SECTIONS, to_do_on
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.readings import MOST
from petitcrm.tui.spans import Span, cut, fit, pushed_apart
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.sales.agenda import Day, Item

_GAUGE = 8
"""Cells of the bar that says how far the day is."""
_LOOK = {"uncertain": "late", "no_next_step": "missing", "overdue": "late", "silent": "missing"}
_SIGNS = {"uncertain": "?", "no_next_step": "?", "overdue": "!", "silent": "~", "waiting": "~"}


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
    """Return what an empty day says: what is next, the keys that do it; ⏎ on a line does it too."""
    blank = Line(lambda width: cut([], width))
    if is_anybody_known:
        return [blank, _said("strong", _("Nothing to do today.")), blank, *offers(_QUIET)]
    return [
        blank,
        _said("strong", _("Welcome. Nobody is here yet.")),
        blank,
        *offers(_NEW),
    ]


_QUIET = (
    ("app.add", "add", N_("add a task: call back @dupont tomorrow 2pm")),
    ("app.funnel", "go('funnel')", N_("look at the funnel")),
    ("app.search", "search", N_("find somebody")),
    ("app.import", "import", N_("import a list")),
)
_NEW = (
    ("app.import", "import", N_("import a list: a spreadsheet, an address book, another program’s export")),
    ("app.new", "new('contact')", N_("add a first contact: Jeanne Dupont, Acme, jeanne@acme.example")),
    ("app.tour", "tour", N_("take the tour: a dozen gestures, two minutes")),
    ("app.guide", "guide", N_("open the start guide: your firm, how you sell, a file to bring in")),
    ("^p", "demo", N_("look at a made-up firm, on a base that is thrown away")),
    ("app.help", "help", N_("see every key")),
)


def offers(offered: Iterable[tuple[str, str, str]]) -> list[Line]:
    """Return a line for each thing that is offered: the id of its key, the action, the words."""
    return [_offer(place, *one) for place, one in enumerate(offered)]


def _offer(place: int, named: str, action: str, words: str) -> Line:
    key = key_of(named) or named

    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (f"{key:<3} ", "key"), (_(words), "text")], width)

    return Line(draw, ("offer", place), action)


def target_of(item: Item) -> Target:
    """Return whom and what the gestures on a thing of the day are for."""
    task_id = int(item.id[1:]) if item.id[0] == "t" else None
    kind = item.kind if task_id else ""
    number = int(item.id[1:])
    lead_id = number if item.id[0] == "l" else None
    mails = (
        {"message_id": number} if item.id[0] == "m" else {"outgoing_id": number} if item.id[0] == "o" else {}
    )
    return Target(
        item.text, item.contact_id, item.deal_id, task_id, kind, whom=item.contact, lead_id=lead_id, **mails
    )


def gauge(done: int, total: int, cells: int) -> str:
    """Return how far one is as a bar: full only when all is done, empty only when nothing is."""
    full = done * cells // total if total else 0
    full = min(max(full, 1), cells) if done else 0
    return "▰" * full + "▱" * (cells - full)


def counts_text(day: Day, done: int = 0) -> str:
    """Return the counts of a day in one line: how far one is, what is to do, and what is wrong with it."""
    left = to_do_on(day)
    said = [ngettext("{n} thing to do", "{n} things to do", left)]
    if done:
        told = ngettext("{n} done", "{n} done", done)
        said = [f"{gauge(done, done + left, _GAUGE)} {told}", ngettext("{n} left", "{n} left", left)]
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
    is_late_lead = item.section == "lead" and item.overdue
    look = "late" if is_late_lead else _LOOK.get(item.section, "text")
    sign = "!" if is_late_lead else _SIGNS.get(item.section, " ")

    def draw(width: int) -> list[Span]:
        hour = item.time or ""
        left = [(f" {sign} ", look), (f"{hour:6}", "amount"), (item.text, "text")]
        if item.recurrence:
            left.append((" ↻", "dim"))
        return pushed_apart(left, _right(item, on, width, look), width)

    return Line(draw, (item.id[0], int(item.id[1:])), item, lambda: _in_words(item, on))


def _in_words(item: Item, on: date) -> str:
    from petitcrm.tui.linear.words import item_in_words

    return item_in_words(item, on)


def _right(item: Item, on: date, width: int, look: str) -> list[Span]:
    """Return when, where or how long, as far as there is room for it."""
    pieces: list[str] = []
    if item.duration_minutes and width >= 100:
        pieces.append(show_duration(item.duration_minutes))
    if item.place:
        pieces.append(fit(item.place, max(14, width // 5)).rstrip())
    if item.calendar and width >= 60:
        pieces.append(f"▦ {fit(item.calendar, 12).rstrip()}")
    if item.owner and width >= 120:
        pieces.append(item.owner)
    if item.due and item.section == "next":
        pieces.append(show_day(date.fromisoformat(item.due), today=on))
    if item.due and (item.section == "overdue" or (look == "late" and item.due < on.isoformat())):
        pieces.append(show_relative(date.fromisoformat(item.due), today=on))
    said = " · ".join(pieces)
    return [(f"  {said} ", look if look == "late" else "dim")] if said else [(" ", "text")]
