"""The frame of a screen that lists what there is, with what is known of the line under the cursor beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Horizontal
from textual.screen import Screen

from petitcrm.i18n import _
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget

    from petitcrm.tui.app import Interface
    from petitcrm.tui.peek import Peek

AIRY_FROM = 34
"""Lines of the screen from which parts are set apart by an empty line."""


class BesideScreen(Screen[Any]):
    """Lines, and what stands under their cursor where there is room; both are read by the screen that it is."""

    app: Interface
    MODE: ClassVar[str] = ""

    def __init__(self, beside: Peek) -> None:
        super().__init__()
        self.shown = -1
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._lines = Lines(id=self.MODE)
        self._beside = beside
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield Bar(mode=self.MODE)
        yield from self.above()
        with Horizontal(id="body"):
            yield self._lines
            self._beside.show_where_there_is_room(self.app.size.width)
            yield self._beside
        yield self._status
        yield KeyBar(id="keys")

    def above(self) -> Iterable[Widget]:
        """Return what stands over the lines."""
        return ()

    def on_mount(self) -> None:
        self._lines.focus()
        if self.shown < 0:
            self._status.counts = _("Opening the base…")

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._beside.show_where_there_is_room(self.size.width)
        self.show()

    def show(self) -> None:
        """Draw anew what was read."""
        raise NotImplementedError
