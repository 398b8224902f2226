"""A short list at the foot of the screen, answered with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from petitcrm.tui.spans import Span

_DIGITS = "123456789"


class Option(NamedTuple):
    """One answer: its value, its words, and the key that gives it at once (a digit by default)."""

    value: str
    words: str
    key: str = ""


class Choose(ModalScreen[str | None]):
    """A question with a few answers; gives the value of the one chosen, or None."""

    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("escape,q", "leave", N_("Leave"), id="choose.leave"),
        Binding(
            "question_mark", "app.help", N_("help"), id="choose.help", tooltip=N_("This page"), show=False
        ),
    ]

    def __init__(self, title: str, options: list[Option], *, chosen: str = "") -> None:
        super().__init__()
        self.question = title
        self.options = [
            option if option.key else option._replace(key=_DIGITS[at] if at < len(_DIGITS) else "")
            for at, option in enumerate(options)
        ]
        self.chosen = chosen
        # Held, not looked for: it may be left before it is mounted.
        self._lines = Lines(id="options", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(safe(self.question))
            panel.border_subtitle = Content(keyed(_("{list.open} chooses · {choose.leave} leaves")))
            yield self._lines

    def on_mount(self) -> None:
        lines = self._lines
        lines.styles.height = min(len(self.options), 14)
        at = next((at for at, option in enumerate(self.options) if option.value == self.chosen), 0)
        lines.show([option_line(at, option) for at, option in enumerate(self.options)], choose=("option", at))
        lines.focus()

    def on_key(self, event: events.Key) -> None:
        for option in self.options:
            if option.key and event.character == option.key:
                event.stop()
                event.prevent_default()
                self.dismiss(option.value)
                return

    def on_lines_opened(self, message: Lines.Opened) -> None:
        message.stop()
        if message.line.key:
            self.dismiss(self.options[message.line.key[1]].value)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self._lines and self._lines.key:
            self.dismiss(self.options[self._lines.key[1]].value)
        elif event.widget is self:
            self.dismiss(None)

    def action_leave(self) -> None:
        self.dismiss(None)


def option_line(at: int, option: Option) -> Line:
    """Return the line of an answer, the number `at` of its question."""

    def draw(_width: int) -> list[Span]:
        return [(" ", "text"), (f"{option.key:1}", "key"), ("  ", "text"), (option.words, "text")]

    return Line(draw, ("option", at))
