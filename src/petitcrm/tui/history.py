"""What was done, gesture by gesture; any of them can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.dates import read_instant_text, show_instant
from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, fit, pushed_apart

if TYPE_CHECKING:
    from datetime import datetime

    from textual.app import ComposeResult

    from petitcrm.sales.history import Gesture
    from petitcrm.tui.app import Interface

_MOST = 200
_NAMED_FROM = 50
"""Cells from which who did it is said too: on fewer, what was done would not be read."""


class HistoryScreen(ModalScreen[None]):
    """The last gestures, newest first."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("escape,q,U", "leave", N_("Leave"), id="history.leave"),
        Binding(
            "question_mark", "app.help", N_("help"), id="history.help", tooltip=N_("This page"), show=False
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        # Held, not looked for: an answer of the base may come when it is no longer mounted.
        self._gestures = Lines(id="gestures", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel", classes="-tall") as panel:
            panel.border_title = Content(_("History"))
            panel.border_subtitle = Content(
                keyed(_("{list.open} undo this one, or redo it · {history.leave} closes"))
            )
            yield self._gestures

    def on_mount(self) -> None:
        self._gestures.focus()
        self.run_worker(self._read())

    def on_lines_opened(self, message: Lines.Opened) -> None:
        gesture: Gesture = message.line.held
        self.run_worker(self._turn(gesture))

    def action_leave(self) -> None:
        self.dismiss(None)

    async def _turn(self, gesture: Gesture) -> None:
        from petitcrm.tui import gestures

        turn = gestures.redo if gesture.undone else gestures.undo
        await turn(self.app, gesture.id)
        await self._read()

    async def _read(self) -> None:
        from petitcrm.sales import history

        try:
            _version, found = await self.app.desk.read(lambda crm: history.gestures(crm, _MOST))
        except CrmError as problem:
            self.app.complain(str(problem))
            return
        lines = self._gestures
        lines.styles.height = min(max(len(found), 1), max(3, self.size.height - 6))
        if found:
            lines.show([_line(one, self.app.now) for one in found])
        else:
            lines.show([Line(lambda width: pushed_apart([(_(" nothing was done yet"), "dim")], [], width))])


def _line(gesture: Gesture, now: datetime) -> Line:
    when = show_instant(read_instant_text(gesture.at), now=now)

    def draw(width: int) -> list[Span]:
        mark = _("undone") if gesture.undone else ""
        user = gesture.user if width >= _NAMED_FROM else ""
        right = [(f" {user} {mark} ".replace("  ", " "), "dim")]
        words: Span = (gesture.what, "ghost" if gesture.undone else "text")
        return pushed_apart([(f" {fit(when, 19)} ", "dim"), words], right, width)

    return Line(draw, ("batch", gesture.id), gesture)
