"""One line to type, at the foot of the screen: what is understood is shown while typing, and nothing typed is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from textual import work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from petitcrm.errors import CrmError
from petitcrm.i18n import N_
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual import events
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface

_PAUSE = 0.06
"""Seconds without a key after which what was typed is read: less than a person notices, more than between keys."""


class Question(NamedTuple):
    """What is asked: `submit` acts on the text (and on the turn chosen with tab); a CrmError leaves the line open."""

    title: str
    submit: Callable[[str, str], Awaitable[None]]
    value: str = ""
    hint: str = ""
    echo: Callable[[Crm, str], str] | None = None
    turns: tuple[tuple[str, str], ...] = ()
    """Keys and names that tab walks through."""


class Typed(Input):
    """An input whose text can be shown: what is pasted or read from the base acts on nothing."""

    def validate_value(self, value: str) -> str:
        return safe(value)


class Ask(ModalScreen[bool]):
    """A question at the foot of the screen; gives True once its answer was acted on."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("escape", "leave", N_("Leave"), id="ask.leave", key_display="esc"),
        Binding("tab", "turn(1)", N_("Other kind"), id="ask.turn", show=False),
        Binding("shift+tab", "turn(-1)", N_("Other kind"), id="ask.turn_back", show=False),
    ]

    def __init__(self, question: Question, *, turn: str = "") -> None:
        super().__init__()
        self.question = question
        self.turn = turn or (question.turns[0][0] if question.turns else "")
        self.busy = False
        # Held, not looked for: an answer of the base may come when it is no longer mounted.
        self._echo = Static(Content(""), id="echo")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(safe(self.question.title))
            if self.question.turns:
                yield Static(self._turns(), id="turns")
            yield Typed(self.question.value, id="typed", compact=True)
            yield self._echo
            yield Static(Content(self.question.hint), id="hint")

    def on_mount(self) -> None:
        typed = self.query_one(Typed)
        typed.cursor_blink = False
        typed.focus()
        if self.question.value:
            self._read_again(self.question.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._read_again(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.busy:
            self.busy = True
            self.run_worker(self._act(event.value), group="act")

    def action_leave(self) -> None:
        self.dismiss(False)

    def action_turn(self, step: int) -> None:
        keys = [key for key, _name in self.question.turns]
        if keys:
            self.turn = keys[(keys.index(self.turn) + step) % len(keys)]
            self.query_one("#turns", Static).update(self._turns())

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_leave()

    def _turns(self) -> Content:
        pieces: list[str | tuple[str, str]] = []
        for key, name in self.question.turns:
            pieces += [(f" {safe(name)} ", "reverse" if key == self.turn else ""), " "]
        return Content.assemble(*pieces)

    def _read_again(self, text: str) -> None:
        if self.question.echo is not None:
            self._understand(text)

    @work(group="understand", exclusive=True)
    async def _understand(self, text: str) -> None:
        await asyncio.sleep(_PAUSE)
        echo = self.question.echo
        if echo is None:
            return
        if not text.strip():
            self._say("", "")
            return
        try:
            _version, words = await self.app.desk.read(lambda crm: echo(crm, text))
        except CrmError as problem:
            self._say(problem.message, "dim")
            return
        self._say(words, "")

    async def _act(self, text: str) -> None:
        try:
            await self.question.submit(text, self.turn)
        except CrmError as problem:
            self.busy = False
            self._say(str(problem), "bold $text-error")
            return
        if self.is_current:  # not left meanwhile
            self.dismiss(True)

    def _say(self, words: str, look: str) -> None:
        self._echo.update(Content.styled(safe(words, lines=True), look))
