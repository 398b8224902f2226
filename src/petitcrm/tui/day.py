"""The first screen: what must be done today, one line a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from petitcrm.i18n import N_, _
from petitcrm.tui import readings
from petitcrm.tui.day_lines import counts_text, day_lines, empty_lines
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines
from petitcrm.tui.peek import Peek
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.sales.agenda import Day, Item
    from petitcrm.tui.app import Interface

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
        Binding("z", "app.on_target('sleep')", N_("Let the deal sleep"), id="day.sleep", show=False),
        Binding("w", "app.on_target('win')", N_("Deal won"), id="day.win", show=False),
        Binding("x", "app.on_target('lose')", N_("Deal lost"), id="day.lose", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self._day: Day | None = None
        self._is_anybody_known = False
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._lines = Lines(id="day")
        self._peek = Peek(id="peek")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield Bar(mode="day")
        with Horizontal(id="body"):
            yield self._lines
            self._peek.show_where_there_is_room(self.app.size.width)
            yield self._peek
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        if self.shown < 0:
            self._status.counts = _("Opening the base…")

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._peek.show_where_there_is_room(self.size.width)
        if self._day:
            self._show()

    async def reread(self) -> None:
        """Read the day again."""
        self.shown, (self._day, self._is_anybody_known) = await self.app.desk.read(readings.day)
        self._show()

    def target(self) -> Target | None:
        """Return the task or the deal under the cursor."""
        line = self._lines.line
        item: Item | None = line.held if line and line.key and line.key[0] != "offer" else None
        if item is None:
            return None
        noun, row_id = item.id[0], int(item.id[1:])
        task_id = row_id if noun == "t" else None
        return Target(
            item.text, item.contact_id, item.deal_id, task_id, item.kind if task_id else "", whom=item.contact,
            lead_id=row_id if noun == "l" else None,
        )  # fmt: skip

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._lines:
            self._peek.look_at(self.target())

    async def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.line.key and message.line.key[0] == "offer":
            await self.app.run_action(message.line.held)
            return
        item: Item = message.line.held
        if item.deal_id is not None and item.id[0] != "l":
            self.app.action_open("deal", item.deal_id)
        else:
            self.app.action_open("contact", item.contact_id)

    def _show(self) -> None:
        day = self._day
        if day is None:
            return
        lines = day_lines(day, airy=self.size.height >= _AIRY_FROM)
        self._lines.show(lines or empty_lines(is_anybody_known=self._is_anybody_known))
        self._status.counts = counts_text(day)
