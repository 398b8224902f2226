"""A list whose things the mouse carries elsewhere: pressed, moved beyond a click, dropped or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.message import Message
from textual.strip import Strip

from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.spans import fit

if TYPE_CHECKING:
    from textual import events

_SLACK = 2
"""Cells that the pointer may move before a click becomes a drag."""
_GHOST = 32


class Carried(Lines):
    """Lines of which those that `may_carry` allows follow the mouse; the page decides where they may fall."""

    class Moved(Message):
        """Something is carried over a cell of the screen; None where it is given up."""

        def __init__(self, line: Line, over: Offset | None) -> None:
            super().__init__()
            self.line = line
            self.over = over

    class Dropped(Message):
        """Something was let go over a cell of the screen."""

        def __init__(self, line: Line, over: Offset) -> None:
            super().__init__()
            self.line = line
            self.over = over

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._pressed: Line | None = None
        self._from = self._pointer = Offset()
        self.going = False
        self._just_ended = False

    def may_carry(self, line: Line) -> bool:
        """Tell whether a line is a thing that can have another place: a task."""
        return line.key is not None and line.key[0] == "t"

    def cancel(self) -> bool:
        """Give up what is carried; tell whether there was anything."""
        line, carried = self._pressed, self.going
        if line is not None:
            self.release_mouse()
        self._pressed = None
        self.going = False
        if carried and line is not None:
            self.refresh()
            self.post_message(self.Moved(line, None))
        return carried

    def on_mouse_down(self, event: events.MouseDown) -> None:
        super().on_mouse_down(event)
        at = event.y + self.scroll_offset.y
        self._just_ended = False
        if 0 <= at < len(self.lines) and self.may_carry(self.lines[at]):
            self._pressed = self.lines[at]
            self._from = self._pointer = Offset(event.x, event.y)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is None:
            return
        self._pointer = Offset(event.x, event.y)
        away = self._pointer - self._from
        self.going = self.going or abs(away.x) + abs(away.y) >= _SLACK
        if self.going:
            self.refresh()
            self.post_message(self.Moved(self._pressed, event.screen_offset))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        line = self._pressed
        self._just_ended = self.cancel()
        if self._just_ended and line is not None:
            self.post_message(self.Dropped(line, event.screen_offset))

    def on_hide(self) -> None:
        self.cancel()

    def on_click(self, event: events.Click) -> None:
        if not self._just_ended:
            super().on_click(event)

    def render_line(self, y: int) -> Strip:
        """Return a line, what is carried over it just below the pointer."""
        line = super().render_line(y)
        if not self.going or self._pressed is None or y != self._pointer.y + 1:
            return line
        wide = min(_GHOST, line.cell_length)
        at = max(0, min(self._pointer.x + 1, line.cell_length - wide))
        words = fit(f" {self._pressed.held.text}", wide)
        carried = self.app.inks.strip([(words, "strong")], wide, "carried")
        return Strip.join([line.crop(0, at), carried, line.crop(at + wide, line.cell_length)])
