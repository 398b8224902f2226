"""The interface that is read line by line: nothing beside anything, nothing moves, nothing is told by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.control import Control
from textual import events
from textual.geometry import Offset
from textual.widgets import Input

from petitcrm.tui.app import Interface
from petitcrm.tui.linear.words import told

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    from petitcrm.tui.lines import Line

_SHOW_CURSOR = "\x1b[?25h"
"""Textual hides the terminal's cursor; readers follow it, and magnifiers too."""


def _funnel() -> Screen[Any]:
    from petitcrm.tui.linear.funnel import LinearFunnel

    return LinearFunnel()


class LinearInterface(Interface):
    """petitcrm in sentences, one column, with the terminal's cursor on what is read."""

    CSS_PATH = "../styles.tcss"
    SCREENS = {**Interface.SCREENS, "funnel": _funnel}
    is_linear = True

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.animation_level = "none"
        self.add_class("-linear")
        self._told_since_key = False

    async def on_mount(self) -> None:
        await super().on_mount()
        self._write(_SHOW_CURSOR)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._told_since_key = False
        await super().on_event(event)

    def tell(self, words: str, *, hint: str = "") -> None:
        """Say what was done after what was said since the last key: nothing is replaced before it can be read."""
        before = self.said[0] if self._told_since_key else ""
        super().tell(words, hint=hint)
        self._keep(before)

    def complain(self, words: str) -> None:
        """Say what could not be done, after what was said since the last key."""
        before = self.said[0] if self._told_since_key else ""
        super().complain(words)
        self._keep(before)

    def _keep(self, before: str) -> None:
        words, look = self.said
        if before and before != words:
            self.said = (f"{before} · {words}", look)
        self._told_since_key = True

    def in_its_way(self, lines: list[Line], width: int) -> list[Line]:
        """Return lines as sentences."""
        return told(lines, width or self.size.width)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        signal = event.widget.screen.screen_layout_refresh_signal
        signal.subscribe(
            self, self._laid_out_anew, immediate=True
        )  # a line typed in moves up as its echo grows
        self.point_at(event.widget)

    def _laid_out_anew(self, screen: Screen[Any]) -> None:
        if screen is self.screen and screen.focused:
            self.point_at(screen.focused)

    def point_at(self, widget: Widget) -> None:
        """Lead the terminal's own cursor to the line that is read, once it is drawn."""
        self.call_after_refresh(self._point_now, widget)

    def _point_now(self, widget: Any) -> None:
        if not widget.has_focus or not widget.is_attached or widget.screen is not self.screen:
            return  # a page below a question is read again too, and keeps its focus
        if isinstance(widget, Input):
            place = widget.cursor_screen_offset
        elif hasattr(widget, "at"):
            line = max(widget.at, 0) * getattr(widget, "tall", 1)
            place = Offset(widget.region.x, widget.region.y + line - widget.scroll_offset.y)
        else:
            place = widget.region.offset
        self.cursor_position = place
        self._write(Control.move_to(*place).segment.text)

    def _write(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
            self._driver.flush()
