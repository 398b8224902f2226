"""The four questions about a lead, one key each: what the rules propose is accepted by ⏎, all is written at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.leads import leads, qualification
from petitcrm.text import safe
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.frame import KeyBar
from petitcrm.tui.leads.acts import day_to_come, never_question
from petitcrm.tui.leads.question_lines import lines_of
from petitcrm.tui.lines import Lines
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from datetime import date

    from textual import events
    from textual.app import ComposeResult

    from petitcrm.leads.inbox import Look
    from petitcrm.tui.app import Interface

_QUESTIONS = tuple(qualification.QUESTIONS)
_MOST_LINES, _LOW = 16, 14
"""Lines that the questions take at most, and of the screen under which what was said has no room."""


class Given(NamedTuple):
    """What a person answered, with their evidence, and what they decided beside the questions."""

    answers: dict[str, str]
    evidence: str = ""
    later: date | None = None
    is_warm: bool = False

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.answers or self.later or self.is_warm)


class Questions(ModalScreen[Given | None]):
    """The four questions in turn; gives what was answered, None where nothing was."""

    app: Interface
    CSS_PATH = "../questions.tcss"
    BINDINGS = [
        Binding("enter", "accept", N_("as proposed"), id="questions.accept", tooltip=N_("Answer as proposed")),
        Binding("y,o", "answer('yes')", N_("yes"), id="questions.yes", tooltip=N_("Answer yes")),
        Binding("n", "answer('no')", N_("no"), id="questions.no", tooltip=N_("Answer no")),
        Binding("l", "later", N_("later"), id="questions.later", tooltip=N_("Not now: ask again on a day")),
        Binding("w", "warm", N_("warm"), id="questions.warm", tooltip=N_("Not now: keep them warm")),
        Binding("x", "never", N_("never"), id="questions.never", tooltip=N_("Never a customer, and why")),
        Binding("e", "evidence", N_("evidence"), id="questions.evidence", tooltip=N_("Say why in a line")),
        Binding("escape", "leave", N_("leave"), id="questions.leave", key_display="esc",
                tooltip=N_("Leave; what is answered is kept")),
        Binding("backspace,up,k", "step(-1)", N_("One question back"), id="questions.back", show=False),
        Binding("down,j", "step(1)", N_("Next question"), id="questions.next", show=False),
        Binding("question_mark", "app.help", N_("help"), id="questions.help", tooltip=N_("This page"), show=False),
    ]  # fmt: skip

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.at = next((at for at, one in enumerate(_QUESTIONS) if one not in look.answered), 0)
        self.given: dict[str, str] = {}
        self.evidence = ""
        self._lines = Lines(id="questions", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(safe(leads.label(self.look.line)))
            self._lines.can_focus = False
            self._lines.is_led = True
            yield self._lines
            yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    @property
    def asked(self) -> str:
        """The question under the cursor."""
        return _QUESTIONS[self.at]

    def known(self) -> dict[str, str]:
        """Return the answers as they stand: those of before, and those given now."""
        return {**{name: one.answer for name, one in self.look.answered.items()}, **self.given}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say yes and no only where they are answers: a persona is named by its digit."""
        return not (action == "answer" and parameters[0] == "yes" and self.asked == "persona")

    # ------------------------------------------------------------------------------------------------------ keys

    def action_accept(self) -> None:
        """Take the answer that is shown: the one of before, else the one the rules propose."""
        answer = self.known().get(self.asked) or self.look.proposed[self.asked].answer
        if answer:
            self._take(answer)
        else:
            self.app.complain(_("The rules cannot tell: answer this one yourself."))

    def action_answer(self, answer: str) -> None:
        if self.asked == "persona":
            answer = qualification.NONE
        self._take(answer)

    def on_key(self, event: events.Key) -> None:
        if self.asked == "persona" and (event.character or "") in "0123456789":
            keys = [qualification.NONE, *self.look.personae]
            place = int(event.character or 0)
            if event.character and place < len(keys):
                event.stop()
                self._take(keys[place])

    def action_step(self, step: int) -> None:
        self.at = min(max(self.at + step, 0), len(_QUESTIONS) - 1)
        self._show()

    def action_leave(self) -> None:
        self.dismiss(Given(self.given, self.evidence) if self.given else None)

    def action_later(self) -> None:
        self.app.do(self._later())

    def action_warm(self) -> None:
        self.dismiss(Given(self.given, self.evidence, is_warm=True))

    def action_never(self) -> None:
        self.app.do(self._never())

    def action_evidence(self) -> None:
        self.app.do(self._ask_evidence())

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_leave()
        elif event.widget is self._lines and self._lines.line:
            noun, place = self._lines.line.key or ("", 0)
            if noun == "answer":
                self._take(self._lines.line.held)
            elif noun == "question":
                self.at = place
                self._show()

    # --------------------------------------------------------------------------------------------------- answers

    def _take(self, answer: str) -> None:
        """Note an answer and go to the next question; after the last one, end."""
        if answer != self.look_answer or self.asked not in self.look.answered:
            self.given[self.asked] = answer
        if self.at < len(_QUESTIONS) - 1:
            self.at += 1
            self._show()
            return
        self._show()
        self.app.do(self._end())

    @property
    def look_answer(self) -> str:
        """The answer that was given before to the question under the cursor."""
        answered = self.look.answered.get(self.asked)
        return answered.answer if answered else ""

    async def _end(self) -> None:
        """Ask what the answers leave open: why never, or what becomes of somebody who is not for now."""
        led_to = qualification.outcome(self.known())
        if led_to == "never":
            await self._never()
        elif led_to == "warm":
            await self._ask_not_now()
        else:
            self.action_leave()

    async def _ask_not_now(self) -> None:
        options = [
            Option("warm", _("keep them warm, without a day"), "w"),
            Option("later", _("ask again on a day…"), "l"),
            Option("back", _("look at the answers again"), "b"),
        ]
        title = _("Not now. Then what? {title}", title=leads.label(self.look.line))
        chosen = await self.app.push_screen_wait(Choose(title, options))
        if chosen == "warm":
            self.action_warm()
        elif chosen == "later":
            await self._later()

    async def _later(self) -> None:
        async def take(on: date) -> None:
            if on <= self.app.now.date():
                raise UsageProblem(_("A day to come, please."))
            self.dismiss(Given(self.given, self.evidence, later=on))

        await day_to_come(self.app, _("Ask again when? {title}", title=leads.label(self.look.line)), take)

    async def _never(self) -> None:
        """Ask why somebody will never be a customer, then end."""
        told: list[str] = []

        async def take(typed: str, _turn: str) -> None:
            if not typed.strip():
                raise UsageProblem(_("Why will they never be a customer? Say it in a few words."))
            told.append(typed)

        who = leads.label(self.look.line)
        question = never_question(who, take, draft=f"never l{self.look.line.id}")._replace(
            value=self.evidence
        )
        if await self.app.push_screen_wait(Ask(question)):
            self.dismiss(Given({**self.given, "never": "yes"}, told[0]))

    async def _ask_evidence(self) -> None:
        async def take(typed: str, _turn: str) -> None:
            self.evidence = typed.strip()

        hint = keyed(_("What they said, what you saw: kept with the answers · ⏎ · {ask.leave}"))
        title = _("What makes you say so? {title}", title=leads.label(self.look.line))
        await self.app.push_screen_wait(
            Ask(Question(title, take, value=self.evidence, hint=hint, draft=f"evidence l{self.look.line.id}"))
        )
        self._show()

    def _show(self) -> None:
        self.refresh_bindings()
        width = max(self.size.width - 4, 10)
        lines = lines_of(
            self.look, self.given, self.asked, self.evidence, 0 if self.size.height < _LOW else width
        )
        self._lines.show(lines, choose=("question", self.at))
        self._lines.styles.height = max(1, min(len(self._lines.lines), _MOST_LINES, self.size.height - 3))
