"""A list and, beside or below it, what is known of the line under its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen

from petitcrm.errors import NotFound
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.spans import Span, cut, wrap
from petitcrm.watch import Stopped, Watch

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface
    from petitcrm.tui.target import Target

_WIDE = 130
"""Cells from which on the two stand beside each other: the longest line of the map needs 78 of them."""
_LOW = 12
"""Lines under which one of the two is shown alone."""

PANE_KEYS = [
    Binding("tab", "other_pane", N_("Other pane"), id="panes.other", show=False),
    Binding("escape,left,h,backspace", "leave", N_("back"), id="panes.back", tooltip=N_("One step back"),
            key_display="esc"),
]  # fmt: skip
"""The keys of every screen of two panes."""


class PanesScreen(Screen[Any]):
    """A page of two panes, read anew whenever the base has changed."""

    app: Interface
    NAME: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.found: Any = None
        self.reading = Watch()
        """Told to what reads long, so that it is given up when the page is left."""
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="")
        self._list = Lines(id="items")
        self._beside = Lines(id="beside")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        with Vertical(id="body", classes="-panes"):
            yield self._list
            yield self._beside
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._bar.crumb = self._bar.crumb or _(self.NAME)
        self._lay_out()
        self.face(self._list)

    def on_unmount(self) -> None:
        self.reading.stop()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._lay_out()
        self.face(self._beside if self._beside.has_focus else self._list)
        if self.found is not None:
            self.call_after_refresh(self.show_beside)

    async def reread(self) -> None:
        """Read again what the page shows."""
        try:
            self.shown, self.found = await self.app.desk.read(self.question())
        except Stopped:
            return
        self._list.show(self.list_lines())
        self._status.counts = self.counts()
        self.show_beside()
        self.refresh_bindings()

    def target(self) -> Target | None:
        """Return whom a gesture is for: nobody, on a page about the firm itself."""
        return None

    # ------------------------------------------------------------------------------------- what each page says

    def question(self) -> Any:
        """Return what is asked of the base."""
        raise NotImplementedError

    def list_lines(self) -> list[Line]:
        """Return the lines of the list."""
        raise NotImplementedError

    def beside_lines(self) -> list[Line]:
        """Return what is known of the line under the cursor."""
        raise NotImplementedError

    def counts(self) -> str:
        """Return what the status line says while nothing was done."""
        return ""

    # --------------------------------------------------------------------------------------------------- moving

    @property
    def chosen(self) -> Any:
        """What stands under the cursor of the list."""
        return self._list.line.held if self._list.line else None

    @property
    def beside_width(self) -> int:
        """The cells of the second pane."""
        return self._beside.room.width or self.size.width - 1

    def show_beside(self) -> None:
        """Show what is known of the line under the cursor."""
        if self.found is not None:
            self._beside.show(self.beside_lines())

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._list:
            self.show_beside()

    def action_other_pane(self) -> None:
        if self._list.has_focus and self._beside.lines:
            self.face(self._beside)
        else:
            self.face(self._list)

    def action_leave(self) -> None:
        if self._beside.has_focus:
            self.face(self._list)
        else:
            self.app.action_step_back()

    def face(self, pane: Lines) -> None:
        """Go to one of the panes; where there is no room for two, it takes the place of the other."""
        is_low = self.size.height < _LOW
        self._list.display = pane is self._list or not is_low
        self._beside.display = pane is self._beside or not is_low
        pane.focus()

    def _lay_out(self) -> None:
        self.set_class(self.size.width >= _WIDE and not self.app.is_linear, "-beside")
        self.set_class(self.size.height < _LOW, "-single")


class NamedPanes(PanesScreen):
    """Two panes about one thing, which has a name and may be gone."""

    @property
    def called(self) -> str:
        """Its name, once it was read."""
        raise NotImplementedError

    def on_resize(self) -> None:
        if self.found is not None:
            self.call_after_refresh(lambda: self._list.show(self.list_lines()))

    async def reread(self) -> None:
        """Read it again; leave it when it is gone."""
        try:
            await super().reread()
        except NotFound as problem:
            self.app.leave_gone(self, problem)
            return
        if self.found is not None:
            self._bar.crumb = safe(self.called)


def head(words: str, aside: str = "") -> Line:
    """Return the title of a part."""
    return Line(
        lambda width: cut([(" ", "text"), (words, "title"), (f"  {aside}" if aside else "", "dim")], width)
    )


def blank() -> Line:
    """Return an empty line."""
    return Line(lambda width: cut([], width))


def prose(words: str, width: int, role: str = "dim") -> list[Line]:
    """Return sentences on as many lines as they need."""
    return [spans_line([(f" {piece}", role)]) for piece in wrap(words, max(width - 2, 10))]


def spans_line(spans: list[Span], key: tuple[str, int] | None = None, held: Any = None) -> Line:
    """Return a line of spans, cut where there is no room."""
    return Line(lambda width: cut(spans, width), key, held)
