"""The first screen: what must be done today, one line a thing."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from petitcrm.dates import show_day
from petitcrm.i18n import N_, _
from petitcrm.sales.agenda import to_do_on
from petitcrm.tui import readings
from petitcrm.tui.carried import Carried
from petitcrm.tui.day_lines import counts_text, day_lines, empty_lines, target_of
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.hours import Hours
from petitcrm.tui.lines import Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.peek import Peek
from petitcrm.tui.target import Target
from petitcrm.tui.week_bar import Tab, WeekBar

if TYPE_CHECKING:
    from datetime import datetime, time

    from textual.app import ComposeResult
    from textual.geometry import Offset

    from petitcrm.sales.agenda import Ahead, Item
    from petitcrm.tui.app import Interface

_LEARN_AFTER = 0.3
"""Seconds after the first picture when the calendar of holidays is imported: it takes more time than the day itself."""
_WORKED = range(5)
"""The days of the week on which people work."""
_BESIDE_FROM, _BOTH_FROM = 120, 160
"""Cells of the screen from which the hours stand beside the list, and the sheet of who is under the cursor too."""
_AIRY_FROM = 34
"""Lines of the screen from which sections are set apart by an empty line."""


class DayScreen(Screen[Any]):
    """The day of the person who is there."""

    app: Interface
    BINDINGS = [
        Binding(
            "space", "app.on_target('done')", N_("done"), id="day.done", tooltip=N_("Done; asks how it went")
        ),
        Binding(
            "s", "app.on_target('snooze')", N_("snooze"), id="day.snooze", tooltip=N_("Show it another day")
        ),
        Binding("n,t", "app.next_task", N_("next"), id="day.next", tooltip=N_("Plan the next step")),
        Binding(
            "c", "app.log('call')", N_("log"), id="day.log", tooltip=N_("Log a call; tab for another kind")
        ),
        Binding("L,shift+right", "carry(1)", N_("Task a day sooner, later"), id="day.later", show=False),
        Binding("H,shift+left", "carry(-1)", N_("Task a day sooner, later"), id="day.earlier", show=False),
        Binding(
            "right_square_bracket",
            "day(1)",
            N_("Another day"),
            id="day.after",
            show=False,
            key_display="]",
        ),
        Binding(
            "left_square_bracket",
            "day(-1)",
            N_("Another day"),
            id="day.before",
            show=False,
            key_display="[",
        ),
        Binding("escape", "leave", N_("Back to today"), id="day.leave", show=False),
        Binding("F", "one_by_one", N_("one by one"), id="day.focus", tooltip=N_("One thing at a time")),
        Binding("T", "hours", N_("The hours of the day"), id="day.hours", show=False),
        Binding("p", "side", N_("Hours or sheet beside"), id="day.side", show=False),
        Binding("z", "app.on_target('sleep')", N_("Let the deal sleep"), id="day.sleep", show=False),
        Binding("w", "app.on_target('win')", N_("Deal won"), id="day.win", show=False),
        Binding("x", "app.on_target('lose')", N_("Deal lost"), id="day.lose", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.on: date | None = None
        self._read: readings.Shown | None = None
        self._holidays: dict[date, str] | None = None
        self._is_full = False
        self._side = "hours"
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._one_at_a_time = asyncio.Lock()
        self._bar = Bar(mode="day")
        self._week = WeekBar(id="week")
        self._lines = Carried(id="day")
        self._hours = Hours(id="hours")
        self._peek = Peek(id="peek")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        yield self._week
        with Horizontal(id="body"):
            self._lay_out(self.app.size.width)
            yield self._lines
            yield self._hours
            yield self._peek
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        if self.shown < 0:
            self._status.counts = _("Opening the base…")

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._lay_out(self.size.width)
        if self._read:
            self._show()

    async def reread(self) -> None:
        """Read the day again."""
        if self.on is not None and self.on <= self.app.now.date():
            self.on = None  # midnight has passed: it is today, or gone
        on = self.on
        question = readings.day if on is None else lambda crm: readings.day(crm, on)
        shown, read = await self.app.desk.read(question)
        if on != self.on:  # another day was asked for meanwhile: its answer comes
            return
        self.shown, self._read = shown, read
        self._show()
        if self._holidays is None:
            self._holidays = {}
            self.set_timer(_LEARN_AFTER, lambda: self.app.do(self._learn_holidays(), group="holidays"))

    async def show_day(self, on: date | None) -> None:
        """Show another day, None for today."""
        self.on = None if on == self.app.now.date() else on
        await self.app.attempt(self.reread())

    def action_day(self, step: int) -> None:
        on = self._week.step(step)
        if on is not None:
            self.app.do(self.show_day(on), group="days")

    @property
    def _led(self) -> Lines:
        """The list or the hours: those whose cursor is led."""
        return self._hours if self._is_full or self._hours.has_focus else self._lines

    def action_hours(self) -> None:
        """Show nothing but the hours, the cursor on the same thing where it has an hour; or the list again."""
        key = self._led.key
        self._is_full = not self._is_full
        self._lay_out(self.size.width)
        self._show()
        self._led.focus() if self._is_full else self._lines.focus()
        self._led.show(self._led.lines, choose=key)

    def action_one_by_one(self) -> None:
        from petitcrm.tui.focus import FocusScreen

        key = self._led.key
        self.app.push_screen(FocusScreen(f"{key[0]}{key[1]}" if key and self.on is None else ""))

    def action_side(self) -> None:
        self._side = "peek" if self._side == "hours" else "hours"
        self._lay_out(self.size.width)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        return _BESIDE_FROM <= self.size.width < _BOTH_FROM if action == "side" else True

    def _lay_out(self, width: int) -> None:
        """Show what there is room for. Setting `display` lays everything out again, even to what it was."""
        is_wide = not self.app.is_linear  # line by line nothing stands beside anything
        is_beside, are_both = is_wide and width >= _BESIDE_FROM, is_wide and width >= _BOTH_FROM
        self._hours.set_class(self._is_full, "-full")
        for widget, is_shown in (
            (self._lines, not self._is_full),
            (self._hours, self._is_full or are_both or (is_beside and self._side == "hours")),
            (self._peek, are_both or (is_beside and self._side == "peek")),
        ):
            if widget.display != is_shown:
                widget.display = is_shown

    def action_leave(self) -> None:
        if self._lines.cancel() or self._hours.cancel():
            return
        if self._is_full and not self.app.said[0]:
            self.action_hours()
        elif self.on is not None and not self.app.said[0]:
            self.app.do(self.show_day(None), group="days")
        else:
            self.app.action_step_back()

    def action_carry(self, step: int) -> None:
        self.app.do(self._carry(step))

    async def _carry(self, step: int) -> None:
        """Plan the task a working day later or earlier; the cursor goes with it."""
        from petitcrm.sales import tasks
        from petitcrm.tui import gestures

        async with self._one_at_a_time:  # so that a key pressed twice counts from where the first one led
            if target := self.target():
                await gestures.plan_on(self.app, target, lambda crm, task_id: tasks.carry(crm, task_id, step))

    def on_carried_moved(self, message: Carried.Moved) -> None:
        """Show where what is carried would fall, on the bar of days or among the hours, and say it."""
        over = message.over
        place = self._place_under(over) if over is not None else None
        is_on_a_day = place is not None and place[1] is None
        self._week.mark(place[0] if place is not None and is_on_a_day else None)
        self._hours.mark(over.y - self._hours.region.y if over and place and not is_on_a_day else None)
        self._status.counts = f"{message.line.held.text} → {_placed(place, self.app.now)}" if place else ""
        if over is None:
            self._tell_counts()

    def on_carried_dropped(self, message: Carried.Dropped) -> None:
        place = self._place_under(message.over)
        self._tell_counts()
        if place is not None:
            self.app.do(self._move(target_of(message.line.held), *place))

    async def _move(self, target: Target, on: date, at: time | None) -> None:
        from petitcrm.sales import tasks
        from petitcrm.tui import gestures

        async with self._one_at_a_time:
            await gestures.plan_on(self.app, target, lambda crm, task_id: tasks.move(crm, task_id, on, at))

    def _place_under(self, over: Offset) -> tuple[date, time | None] | None:
        """Return the day, or today's hour, at a cell of the screen."""
        if self._week.region.contains_point(over):
            on = self._week.day_at(over.x - self._week.region.x)
            return (on, None) if on else None
        if self._hours.display and self._hours.region.contains_point(over):
            at = self._hours.hour_at(over.y - self._hours.region.y)
            return (self.on or self.app.now.date(), at) if at else None
        return None

    def on_week_bar_wanted(self, message: WeekBar.Wanted) -> None:
        self.app.do(self.show_day(message.on), group="days")

    async def _learn_holidays(self) -> None:
        if self._read is None:
            return
        days = [one.on for one in self._read.ahead]

        def holidays(_crm: object) -> dict[date, str]:
            from petitcrm.working_time import holiday

            return {on: holiday(on) for on in days}

        _version, self._holidays = await self.app.desk.read(holidays)
        self._show_week()

    def target(self) -> Target | None:
        """Return the task or the deal under the cursor."""
        line = self._led.line
        item: Item | None = line.held if line and line.key and line.key[0] != "offer" else None
        return target_of(item) if item else None

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._led:
            self._peek.look_at(self.target())

    def on_descendant_focus(self) -> None:
        self._peek.look_at(self.target())

    async def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.line.key and message.line.key[0] == "offer":
            await self.app.run_action(message.line.held)
            return
        item: Item = message.line.held
        if item.id[0] in "mo":
            from petitcrm.tui.mail.letter import LetterScreen

            self.app.push_screen(LetterScreen("mail" if item.id[0] == "m" else "out", int(item.id[1:])))
        elif item.deal_id is not None and item.id[0] != "l":
            self.app.action_open("deal", item.deal_id)
        else:
            self.app.action_open("contact", item.contact_id)

    def _show(self) -> None:
        if self._read is None:
            return
        day = self._read.day
        lines = day_lines(day, airy=self.size.height >= _AIRY_FROM)
        self._lines.show(lines or empty_lines(is_anybody_known=self._read.is_anybody_known))
        self._hours.show_day(day, is_today=self.on is None)
        self._tell_counts()
        told = show_day(self.on, today=self.app.now.date()) if self.on else ""
        self._bar.crumb = f"{told} · " + keyed(_("{day.leave}: today")) if told else ""
        self._show_week()

    def _tell_counts(self) -> None:
        if self._read is not None:
            counts = counts_text(self._read.day, 0 if self.on else self._read.done)
            self._status.counts = " · ".join(filter(None, (self._read.mail, counts)))

    def _show_week(self) -> None:
        if self._read is not None:
            today = date.fromisoformat(self._read.today.on)
            shown = self.on or today
            tabs = [Tab(today, to_do_on(self._read.today))]
            tabs += [
                self._tab(one) for one in self._read.ahead if self._is_worth_showing(one) or one.on == shown
            ]
            self._week.show(tabs, shown)

    def _is_worth_showing(self, day: Ahead) -> bool:
        return bool(day.number) or day.on.weekday() in _WORKED

    def _tab(self, day: Ahead) -> Tab:
        holiday = (self._holidays or {}).get(day.on, "")
        return Tab(day.on, day.number, day.on.weekday() in _WORKED and not holiday, holiday)


def _placed(place: tuple[date, time | None], now: datetime) -> str:
    on, at = place
    return f"{at:%H:%M}" if at else show_day(on, today=now.date())
