"""One thing of the day as a calm page: how far one is, what it is, why now, how to reach them, the last events."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from petitcrm.dates import show_day, show_duration
from petitcrm.i18n import N_, _, ngettext
from petitcrm.tui.day_lines import gauge
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.sheet_lines import story_lines
from petitcrm.tui.spans import Span, cut, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from petitcrm.sales.agenda import Item
    from petitcrm.tui.facts import Sheet

_WIDE = 76
"""Cells of the longest line: longer ones are not read in one look."""
_GAUGE = 20
_LABEL = 12
_WHY = {
    "no_next_step": N_("Nothing is planned with them: this deal would be forgotten."),
    "answer": N_("They wait for your answer."),
    "call": N_("This call is planned for today."),
    "quote": N_("This quote is promised for today."),
    "task": N_("It is planned for today."),
    "lead": N_("A lead waits to be qualified."),
    "silent": N_("This deal has been silent for too long."),
    "undated": N_("It has no day: now may be the moment."),
}


def thing_lines(
    item: Item, sheet: Sheet | None, now: datetime, progress: tuple[int, int], width: int
) -> list[Line]:
    """Return the page of one thing; `progress` is its place and how many there are."""
    room = min(_WIDE, max(width - 4, 10))
    place, total = progress
    told = _("{place} of {total}", place=place, total=total)
    lines = [
        _spans([]),
        _spans([(gauge(place - 1, total, min(_GAUGE, room // 2)), "title"), (f"  {told}", "dim")]),
        _spans([]),
        *(_spans([(line, "strong")]) for line in wrap(item.text, room)),
        _spans([]),
        *_labelled(_("Why now"), why(item, now), "late" if item.overdue else "missing", room),
    ]
    lines += _labelled(_("Where"), item.place, "text", room) if item.place else []
    if sheet:
        lines += _about(sheet, room)
        lines += [_spans([]), *(_padded(line, room) for line in story_lines(sheet.entries, now, room))]
    return _centred(lines, room, width)


def why(item: Item, now: datetime) -> str:
    """Return in words why a thing is in the day."""
    if item.section == "overdue" and item.due:
        day = show_day(date.fromisoformat(item.due), today=now.date())
        return ngettext(
            "Late by {n} day: it was for {day}.",
            "Late by {n} days: it was for {day}.",
            item.age_days,
            day=day,
        )
    if item.section == "appointment" and item.time:
        return _hour_near(item.time, now)
    if item.section == "appointment":
        return _(_WHY["task"])
    return _(_WHY[item.section])


def end_lines(settled: int, left: int, width: int) -> list[Line]:
    """Return what is said when nothing comes next: a kind word, or what was left for later."""
    room = min(_WIDE, max(width - 4, 10))
    done = ngettext("{n} thing settled.", "{n} things settled.", settled)
    if left:
        later = ngettext(
            "{n} thing is left for later: ← shows it again.",
            "{n} things are left for later: ← shows them again.",
            left,
        )
        said = [(done, "text"), (later, "missing")]
    else:
        said = [(_("That was everything. The day is yours."), "good"), (done, "text")]
    said.append((keyed(_("{focus.leave} goes back to the day.")), "dim"))
    lines = [_spans([])]
    for text, role in said if settled else said[1:] if left else [said[0], said[2]]:
        lines += [*(_spans([(line, role)]) for line in wrap(text, room)), _spans([])]
    return _centred(lines, room, width)


def _hour_near(told: str, now: datetime) -> str:
    hour, minute = told.split(":")[:2]
    minutes = int(hour) * 60 + int(minute) - now.hour * 60 - now.minute
    if minutes > 0:
        return _("At {hour}, in {duration}.", hour=told, duration=show_duration(minutes))
    if minutes == 0:
        return _("At {hour}: now.", hour=told)
    return _("At {hour}, {duration} ago.", hour=told, duration=show_duration(-minutes))


def _about(sheet: Sheet, room: int) -> Iterable[Line]:
    wanted = ("company_id", "phones", "emails", "stage_id", "amount_cents")
    for fact in sheet.facts:
        if fact.field in wanted and fact.value:
            yield from _labelled(fact.label, fact.shown or fact.value, "text", room)


def _labelled(label: str, words: str, role: str, room: int) -> list[Line]:
    first, *others = wrap(words, max(room - _LABEL, 10))
    return [
        _spans([(f"{label:<{_LABEL}}", "dim"), (first, role)]),
        *(_spans([(" " * _LABEL, "text"), (line, role)]) for line in others),
    ]


def _spans(spans: list[Span]) -> Line:
    return Line(lambda width: cut(spans, width))


def _padded(line: Line, room: int) -> Line:
    return Line(lambda _width: line.draw(room))


def _centred(lines: list[Line], room: int, width: int) -> list[Line]:
    margin = " " * max((width - room) // 2, 1)

    def moved(line: Line) -> Line:
        return Line(lambda whole: cut([(margin, "text"), *line.draw(min(room, whole))], whole))

    return [moved(line) for line in lines]
