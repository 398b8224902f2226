"""One question at the foot of the screen: what is understood is shown while typing, and nothing typed is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from petitcrm.errors import CrmError, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.drafts import Draft
from petitcrm.tui.lines import Lines
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.offers import Offer, offer_line
from petitcrm.tui.written import Typed, Written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual import events
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface

_PAUSE = 0.06
"""Seconds without a key after which what was typed is read: less than a person notices, more than between keys."""
_NOTICED_AFTER = 0.5
"""Seconds of writing after which a person is told that it is still going on."""
_LOW = 14
"""Lines of a screen under which only what is typed and what is understood has room."""


class Question(NamedTuple):
    """What is asked: `submit` acts on the text (and on the turn chosen with tab); a CrmError leaves the line open.

    Where `moment` asks when it happened, `submit` is also given these words.
    """

    title: str
    submit: Callable[..., Awaitable[None]]
    value: str = ""
    hint: str = ""
    echo: Callable[[Crm, str], str] | None = None
    turns: tuple[tuple[str, str], ...] = ()
    """Keys and names that tab walks through."""
    several: bool = False
    """Whether the text may have several lines."""
    moment: Callable[[str], str] | None = None
    """What is understood of the words that say when it happened."""
    offers: Callable[[Crm, str, int], list[Offer]] | None = None
    """What the text may become, of the text and the place in it."""
    closed: bool = False
    """Whether the answer is one of the offers, and nothing else."""
    draft: str | None = None
    """What the text is kept under until it was acted on: the title unless told; "" does not keep it."""
    way: tuple[Any, ...] = ()
    """How it is opened again from its draft (`petitcrm.tui.again`)."""


class Ask(ModalScreen[bool]):
    """A question at the foot of the screen; gives True once its answer was acted on."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("escape", "leave", N_("Leave"), id="ask.leave", key_display="esc"),
        Binding("tab", "turn(1)", N_("Other kind"), id="ask.turn", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", N_("Other kind"), id="ask.turn_back", show=False, priority=True),
        Binding("ctrl+t", "moment", N_("When it happened"), id="ask.moment", show=False, priority=True),
        Binding("ctrl+e", "editor", N_("Write in the editor"), id="ask.editor", show=False, priority=True),
        Binding("down", "walk(1)", N_("Next one"), id="ask.down", show=False, priority=True),
        Binding("up", "walk(-1)", N_("One above"), id="ask.up", show=False, priority=True),
    ]

    def __init__(self, question: Question, *, turn: str = "") -> None:
        super().__init__()
        self.question = question
        self.turn = turn or (question.turns[0][0] if question.turns else "")
        self.busy = False
        self.draft_key = question.title if question.draft is None else question.draft
        self._offered: list[Offer] = []
        self._offered_for = ""
        self._found: Draft | None = None
        # Held, not looked for: an answer of the base may come when it is no longer mounted.
        self._echo = Static(Content(""), id="echo")
        self._turns = Static(id="turns")
        self._hint = Static(Content(question.hint), id="hint")
        self._offers = Lines(id="offers", ground="panel")
        self._panel = Vertical(id="panel")
        self._when = Typed("", id="when", compact=True)
        self.line = (
            Written(id="typed")
            if question.several
            else Typed(id="typed", compact=True, select_on_focus=False)
        )

    @property
    def holds_a_line(self) -> bool:
        """Whether what is understood has its line before there is any: where it has not, the panel would jump."""
        return self.size.height >= _LOW

    def compose(self) -> ComposeResult:
        if isinstance(self.line, Typed):  # there before it is seen: a quick hand types as soon as it is
            self.line.value = self._first_text()
        with self._panel:
            self._panel.border_title = Content(safe(self.question.title))
            yield self._turns
            yield self.line
            yield self._when
            yield self._offers
            yield self._echo
            yield self._hint

    def on_mount(self) -> None:
        self._turns.display = bool(self.question.turns)
        self._turns.update(self._named_turns())
        self._when.display = self._offers.display = False
        self._echo.display = self.holds_a_line
        self._when.placeholder = _("when: yesterday 2pm, Monday, 3/12…")
        self._offers.can_focus = False
        self._offers.is_led = True
        for line in (self.line, self._when):
            line.cursor_blink = False
        if isinstance(self.line, Written):
            self.line.value = self._first_text()
        self.line.focus()
        if self._found is None:  # what was found again goes on, what is there already is typed over
            self.line.select_whole()
        self._read_again(self.line.value)

    def on_resize(self) -> None:
        is_low = self.size.height < _LOW
        self._hint.display = not is_low
        self.set_class(is_low, "-low")

    def on_unmount(self) -> None:
        if self._is_kept and (draft := self.app.drafts.find(self.draft_key)):
            self.app.drafts.keep(draft._replace(writer=0))

    # --------------------------------------------------------------------------------------------------- typing

    @on(Input.Changed, "#typed")
    @on(TextArea.Changed, "#typed")
    def _typed(self) -> None:
        text = self.line.value
        if self._found and text != self._found.text:
            self._found = None
        self._keep(text)
        self._read_again(text)

    @on(Input.Changed, "#when")
    def _timed(self) -> None:
        self._read_again(self.line.value)

    @on(Input.Submitted)
    @on(Written.Submitted)
    def _submitted(self, event: Input.Submitted | Written.Submitted) -> None:
        event.stop()
        self.submit()

    def submit(self) -> None:
        """Act on what is typed, once: a second ⏎ while that goes on is passed over."""
        if self.question.closed and self._is_as_it_was:
            self.dismiss(False)
        elif not self.busy:
            self.busy = True
            self.run_worker(self._act(self.line.value), group="act")

    @property
    def _is_as_it_was(self) -> bool:
        """Whether nothing else was typed or chosen than what is there already."""
        chosen = self._under_cursor
        return self.line.value == safe(self.question.value, lines=True) and (
            chosen is None or chosen.is_chosen
        )

    def action_leave(self) -> None:
        self.dismiss(False)

    async def action_turn(self, step: int) -> None:
        if await self._take_offer():
            return
        keys = [key for key, _name in self.question.turns]
        if keys:
            self.turn = keys[(keys.index(self.turn) + step) % len(keys)]
            self._turns.update(self._named_turns())
            self._keep(self.line.value)

    def action_walk(self, step: int) -> None:
        self._offers.action_move(step)

    def action_moment(self) -> None:
        """Go to the words that say when it happened, or back from them."""
        self._when.display = self._when.display or not self._when.has_focus
        (self.line if self._when.has_focus else self._when).focus()

    def action_editor(self) -> None:
        """Go on in the editor of the person, and bring back what it leaves."""
        from petitcrm.tui import editor

        try:
            self.line.value = editor.edit(self.app, self.line.value)
        except CrmError as problem:
            self._refuse(problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        if action == "walk":
            return bool(self._offered)
        if action == "moment":
            return self.question.moment is not None
        return self.question.several if action == "editor" else True

    async def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_leave()
        elif event.widget is self._turns:
            self._turn_to(event.x)
        elif event.widget is self._offers and self._offers.line:
            event.stop()
            if self.question.closed:
                self.submit()
            else:
                await self._take_offer()

    # -------------------------------------------------------------------------------------------------- drafts

    @property
    def _is_kept(self) -> bool:
        return bool(self.draft_key)

    def _first_text(self) -> str:
        """Return what was left here, if anything was, else what the question begins with."""
        found = self.app.drafts.find(self.draft_key) if self._is_kept else None
        if found is None or found.text == self.question.value:
            return self.question.value
        self._found = found
        if found.turn in dict(self.question.turns):
            self.turn = found.turn
            self._turns.update(self._named_turns())
        return found.text

    def _keep(self, text: str) -> None:
        if not self._is_kept or self.busy:
            return
        if text.strip() and text != safe(self.question.value, lines=True):
            import os

            way, turn = self.question.way, self.turn
            self.app.drafts.keep(
                Draft(
                    self.draft_key,
                    text,
                    self.question.title,
                    self.app.now.timestamp(),
                    turn,
                    way,
                    os.getpid(),
                )
            )
        else:
            self.app.drafts.drop(self.draft_key)

    # --------------------------------------------------------------------------------------------------- turns

    def _named_turns(self) -> Content:
        pieces: list[str | tuple[str, str]] = []
        for key, name in self.question.turns:
            pieces += [(f" {safe(name)} ", "reverse" if key == self.turn else ""), " "]
        return Content.assemble(*pieces)

    def _turn_to(self, x: int) -> None:
        at = 0
        for step, (_key, name) in enumerate(self.question.turns):
            wide = Content(safe(name)).cell_length + 2
            if at <= x < at + wide:
                self.turn = self.question.turns[step][0]
                self._turns.update(self._named_turns())
                self._keep(self.line.value)
                return
            at += wide + 1

    # ------------------------------------------------------------------------------------------- understanding

    def _read_again(self, text: str) -> None:
        self._understand(text)

    @work(group="understand", exclusive=True)
    async def _understand(self, text: str) -> None:
        if self._found:
            self._say(
                _("found again ({hour}) · {key} empties", hour=self._found.hour, key=key_of("text.empty")),
                "dim",
            )
        await asyncio.sleep(_PAUSE)
        try:
            told = [self._moment_told()] if self._when.display else []
            _version, (words, offered) = await self.app.desk.read(lambda crm: self._read(crm, text))
        except CrmError as problem:
            self._say(problem.message, "dim")
            return
        self._offer(text, offered)
        if offered and not self.question.closed:
            words = ""  # a word that is being chosen is not understood yet
        found = (
            [_("found again ({hour}) · {key} empties", hour=self._found.hour, key=key_of("text.empty"))]
            if self._found
            else []
        )
        self._say("\n".join(filter(None, [*told, words, self.line.room_left(), *found])), "")

    def _read(self, crm: Crm, text: str) -> tuple[str, list[Offer]]:
        echo, offers = self.question.echo, self.question.offers
        offered = offers(crm, text, self.line.place) if offers else []
        return echo(crm, text) if echo and text.strip() else "", offered

    def _moment_told(self) -> str:
        told = self._when.value.strip()
        return self.question.moment(told) if told and self.question.moment else ""

    def _offer(self, text: str, offered: list[Offer]) -> None:
        self._offered, self._offered_for = offered, text
        self._offers.display = bool(offered)
        self._offers.styles.height = min(len(offered), 6)
        chosen = next((at for at, one in enumerate(offered) if one.is_chosen), 0)
        self._offers.show([offer_line(at, one) for at, one in enumerate(offered)], choose=("offer", chosen))

    async def _catch_up(self, text: str) -> None:
        """Read what is offered for a text, where a key came before it was read."""
        offers, place = self.question.offers, self.line.place
        if offers and self._offered_for != text:
            _version, offered = await self.app.desk.read(lambda crm: offers(crm, text, place))
            self._offer(text, offered)

    @property
    def _under_cursor(self) -> Offer | None:
        return self._offered[self._offers.at] if 0 <= self._offers.at < len(self._offered) else None

    async def _take_offer(self) -> bool:
        """Let the text become what is offered; tell whether it is different now."""
        if self.question.closed or self.question.offers is None:
            return False
        await self._catch_up(self.line.value)
        offer = self._under_cursor
        if offer is None or offer.value == self.line.value:
            return False
        self.line.value = offer.value
        self.line.place = len(offer.value) if offer.place is None else offer.place
        return True

    # --------------------------------------------------------------------------------------------------- acting

    async def _act(self, text: str) -> None:
        slow = self.set_timer(_NOTICED_AFTER, lambda: self._say(_("Being written…"), "dim"))
        try:
            answers = [await self._answer(text), self.turn]
            await self.question.submit(*answers, *([self._when.value] if self.question.moment else []))
        except CrmError as problem:
            self.busy = False
            self._keep(text)
            self._refuse(problem)
            return
        finally:
            slow.stop()
        if self._is_kept:
            self.app.drafts.drop(self.draft_key)
        if self.is_current:  # not left meanwhile
            self.dismiss(True)

    async def _answer(self, text: str) -> str:
        if not self.question.closed:
            return text
        await self._catch_up(text)
        if self._under_cursor is None:
            raise UsageProblem(_("“{value}” is none of them.", value=text))
        return self._under_cursor.value

    def _refuse(self, problem: CrmError) -> None:
        self.workers.cancel_group(self, "understand")  # an answer on its way would cover it
        if self.is_current:
            self._say(str(problem), "bold $text-error")
            self.line.point_at(problem.message)
        else:
            self.app.complain(str(problem))

    def _say(self, words: str, look: str) -> None:
        self._echo.display = bool(words) or self.holds_a_line
        self._echo.update(Content.styled(safe(words, lines=True), look))
