"""What is told at length over a screen: lines to read, and one thing that may be done about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.i18n import N_
from petitcrm.text import safe
from petitcrm.tui.lines import Lines
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface
    from petitcrm.tui.lines import Line


class Told(ModalScreen[bool]):
    """Lines to read; gives True where the person goes on to what they lead to."""

    app: Interface
    CSS_PATH = "../questions.tcss"
    BINDINGS = [
        Binding("enter,y", "go_on", N_("Go on"), id="told.go_on", priority=True),
        Binding("escape,q,n", "leave", N_("Leave"), id="told.leave"),
        Binding("question_mark", "app.help", N_("help"), id="told.help", tooltip=N_("This page"), show=False),
    ]  # fmt: skip

    def __init__(
        self, title: str, lines: Callable[[int], list[Line]], *, hint: str, leads: bool = False
    ) -> None:
        """`lines` gives them for a width; `hint` says what the keys do, `leads` whether there is more than to read."""
        super().__init__()
        self.question, self._told, self._hint, self._leads = title, lines, hint, leads
        self._lines = Lines(id="told", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(safe(self.question))
            panel.border_subtitle = Content(keyed(self._hint))
            yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def action_go_on(self) -> None:
        self.dismiss(self._leads)

    def action_leave(self) -> None:
        self.dismiss(False)

    def _show(self) -> None:
        lines = self._told(max(self.size.width - 6, 10))
        self._lines.styles.height = min(max(len(lines), 1), max(3, self.size.height - 5))
        self._lines.show(lines)
