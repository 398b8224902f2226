"""The hours of a day from top to bottom: what is at a fixed hour at its place, what is free, and where one is now."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, NamedTuple

from textual.strip import Strip

from petitcrm.dates import show_duration
from petitcrm.i18n import _, ngettext
from petitcrm.tui.carried import Carried
from petitcrm.tui.lines import Line
from petitcrm.tui.spans import Span, cut, fit, pushed_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from petitcrm.sales.agenda import Day, Item

FIRST, LAST = 8 * 60, 19 * 60
"""Minutes of the day that are always shown."""
_MIDNIGHT = 24 * 60
_UNTOLD = 30
"""Minutes that something takes of which nobody said how long it is."""
_STEPS = (30, 60)
"""Minutes of one line: the first that fits, else the last."""
_WORTH_TELLING = 60
"""Minutes of a free time that is told in words."""
_MOST_LANES = 3
_ROOMY = 60
"""Cells from which what is beside the words is told whole."""
_LOOK_EVERY = 20
"""Seconds between two looks at the clock."""


class Slot(NamedTuple):
    """Something at a fixed hour, in minutes of the day; `lane` sets it apart from what is at the same time."""

    item: Item
    start: int
    end: int
    lane: int = 0
    others: int = 0


class Hours(Carried):
    """The time line of a day. Its lines are those of things; the hours between them only tell the time."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._slots: list[Slot] = []
        self._now: int | None = None
        self._is_today = False
        self._minutes: list[int] = []
        self._over: int | None = None
        self._height = 0

    def on_mount(self) -> None:
        self.set_interval(_LOOK_EVERY, self.look_at_the_clock)

    def show_day(self, day: Day, *, is_today: bool) -> None:
        """Show the hours of a day, where they are shown."""
        if not self.display:
            return
        self._slots = slots(day)
        self._is_today = is_today
        self._now = self._minute
        self._draw_anew()

    def look_at_the_clock(self) -> None:
        """Move the line of the present."""
        if self._minute != self._now and self.display:
            self._now = self._minute
            self._draw_anew()

    def on_resize(self) -> None:
        super().on_resize()
        if self.size.height != self._height:
            self._draw_anew()

    def hour_at(self, y: int) -> time | None:
        """Return the hour, to the quarter, at line `y` of what is seen."""
        at = y + self.scroll_offset.y
        if not 0 <= at < len(self._minutes):
            return None
        hour, minute = divmod(self._minutes[at], 60)
        return time(hour, minute // 15 * 15)

    def mark(self, y: int | None) -> None:
        """Show at which line what is carried by the mouse would fall."""
        if y != self._over:
            self._over = y
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the day, marked where what is carried would fall."""
        line = super().render_line(y)
        if y != self._over:
            return line
        return Strip.join([self.app.inks.mark("▸", "mark"), line.crop(1, line.cell_length)])

    @property
    def _minute(self) -> int | None:
        now = self.app.now
        return now.hour * 60 + now.minute if self._is_today else None

    def _draw_anew(self) -> None:
        self._height = self.size.height
        rows = hour_lines(self._slots, self._now, self._height)
        self._minutes = [minute for minute, _line in rows]
        self.show([line for _minute, line in rows])


def slots(day: Day) -> list[Slot]:
    """Return what is at a fixed hour of a day, by hour, each in a lane in which nothing else is at that time."""
    timed = [_slot(item) for item in day.items if item.due == day.on and item.time]
    placed: list[Slot] = []
    for slot in sorted(timed, key=lambda one: (one.start, one.end)):
        others = [one for one in timed if one.item.id != slot.item.id and _meet(one, slot)]
        taken = {one.lane for one in placed if _meet(one, slot)}
        lane = next(lane for lane in range(len(placed) + 1) if lane not in taken)
        placed.append(slot._replace(lane=lane, others=len(others)))
    return placed


def hour_lines(told: Sequence[Slot], now: int | None, height: int) -> list[tuple[int, Line]]:
    """Return the lines of a day with the minute of each, as fine as the height lets them be."""
    rows: list[tuple[int, Line]] = []
    for step in _STEPS:
        rows = list(_rows(told, now, step))
        if len(rows) <= height:
            break
    return rows


def free_times(told: Sequence[Slot], now: int | None) -> list[tuple[int, int]]:
    """Return when there is nothing, from now on, within the hours that are shown."""
    first, last = _bounds(told)
    free = []
    at = max(first, now or 0)
    for slot in told:
        if slot.start > at:
            free.append((at, slot.start))
        at = max(at, slot.end)
    if at < last:
        free.append((at, last))
    return free


def _slot(item: Item) -> Slot:
    hour, minute = (item.time or "0:0").split(":")[:2]
    start = int(hour) * 60 + int(minute)
    return Slot(item, start, min(start + (item.duration_minutes or _UNTOLD), _MIDNIGHT))


def _meet(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end


def _bounds(told: Iterable[Slot]) -> tuple[int, int]:
    first, last = FIRST, LAST
    for slot in told:
        first, last = min(first, slot.start // 60 * 60), max(last, -(-slot.end // 60) * 60)
    return first, last


def _rows(told: Sequence[Slot], now: int | None, step: int) -> Iterator[tuple[int, Line]]:
    first, last = _bounds(told)
    free = [(start, end) for start, end in free_times(told, now) if end - start >= _WORTH_TELLING]
    for at in range(first, last, step):
        starting = [slot for slot in told if at <= slot.start < at + step]
        rows = [(slot.start, _slot_line(slot, told)) for slot in starting]
        if not starting or starting[0].start > at:
            gap = next((gap for gap in free if gap[0] <= at < gap[1]), None)
            if gap:
                free.remove(gap)
            rows.insert(0, (at, _hour_line(at, told, gap, is_past=now is not None and at + step <= now)))
        if now is not None and at <= now < at + step:
            place = sum(minute <= now for minute, _line in rows)
            rows.insert(place, (now, _now_line(now, told)))
        yield from rows


def _slot_line(slot: Slot, told: Sequence[Slot]) -> Line:
    item = slot.item

    def draw(width: int) -> list[Span]:
        asides = [show_duration(item.duration_minutes)] if item.duration_minutes else []
        if slot.others:
            words = ngettext("overlaps {n} other", "overlaps {n} others", slot.others)
            asides = [*asides, words] if width >= _ROOMY else [_("overlaps")]
        said = f" {' · '.join(asides)} " if asides else " "
        place = f" · {item.place}" if item.place else ""
        hour = (f" {_clock(slot.start)} ", "amount")
        left = [hour, *_bars(slot.start, told, slot), (item.text, "text"), (place, "dim")]
        return pushed_apart(left, [(said, "missing" if slot.others else "dim")], width)

    return Line(draw, (item.id[0], int(item.id[1:])), item)


def _hour_line(at: int, told: Sequence[Slot], gap: tuple[int, int] | None, *, is_past: bool) -> Line:
    def draw(width: int) -> list[Span]:
        clock = _clock(at) if at % 60 == 0 else "     "
        words = _("free · {duration}", duration=show_duration(gap[1] - gap[0])) if gap else ""
        role = "good" if gap else "ghost" if is_past else "dim"
        return cut([(f" {clock} ", "dim"), *_bars(at, told, None), (words, role)], width)

    return Line(draw)


def _now_line(now: int, told: Sequence[Slot]) -> Line:
    coming = next((slot for slot in told if slot.start > now), None)

    def draw(width: int) -> list[Span]:
        words = _("now")
        if coming:
            words = _("now · next in {duration}", duration=show_duration(coming.start - now))
        said = f" {_clock(now)} ━ {words} "
        return [(fit(said + "━" * max(0, width - len(said)), width), "mark")]

    return Line(draw)


def _bars(at: int, told: Sequence[Slot], starting: Slot | None) -> list[Span]:
    """Return a mark for each thing that goes on at a minute, each in its lane."""
    lanes = min(max((slot.lane for slot in told), default=0) + 1, _MOST_LANES)
    marks = [" "] * lanes
    for slot in told:
        if slot.lane < lanes and slot.start <= at < slot.end:
            marks[slot.lane] = "┃"
    if starting and starting.lane < lanes:
        marks[starting.lane] = "●"
    shown = "".join(marks)
    return [("┊", "edge"), (shown, "title"), (" ", "text")]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
