"""A list whose things the mouse carries elsewhere: pressed, moved beyond a click, dropped or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.pull import Pull
from petitcrm.tui.spans import fit

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Offset
    from textual.strip import Strip

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
        self._pull: Pull[Line] | None = None
        self._just_ended = False

    @property
    def going(self) -> bool:
        """Whether something is being carried."""
        return self._pull is not None and self._pull.is_going

    def may_carry(self, line: Line) -> bool:
        """Tell whether a line is a thing that can have another place: a task."""
        return line.key is not None and line.key[0] == "t"

    def cancel(self) -> bool:
        """Give up what is carried; tell whether there was anything."""
        pull, self._pull = self._pull, None
        if pull is None:
            return False
        self.release_mouse()
        if pull.is_going:
            self.refresh()
            self.post_message(self.Moved(pull.thing, None))
        return pull.is_going

    def on_mouse_down(self, event: events.MouseDown) -> None:
        super().on_mouse_down(event)
        at = event.y + self.scroll_offset.y
        self._just_ended = False
        if 0 <= at < len(self.lines) and self.may_carry(self.lines[at]):
            self._pull = Pull(self.lines[at], event)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pull is not None and self._pull.move(event):
            self.refresh()
            self.post_message(self.Moved(self._pull.thing, event.screen_offset))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        pull = self._pull
        self._just_ended = self.cancel()
        if self._just_ended and pull is not None:
            self.post_message(self.Dropped(pull.thing, event.screen_offset))

    def on_hide(self) -> None:
        self.cancel()

    def on_click(self, event: events.Click) -> None:
        if not self._just_ended:
            super().on_click(event)

    def render_line(self, y: int) -> Strip:
        """Return a line, what is carried over it just below the pointer."""
        line = super().render_line(y)
        pull = self._pull
        if pull is None or not pull.is_going or y != pull.at.y + 1:
            return line
        return pull.over(line, fit(f" {pull.thing.held.text}", min(_GHOST, line.cell_length)), self.app.inks)
