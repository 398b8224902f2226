"""The stages of a pipeline, changed in place by the verbs of `petitcrm stage`; undo takes each gesture back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, ngettext, percent, said_of
from petitcrm.naming import TASK_KINDS
from petitcrm.sales import stages
from petitcrm.text import safe
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.frame import KeyBar
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, fit, pushed_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual import events
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.store.queries.pipelines import StageLine
    from petitcrm.tui.app import Interface


class Held(NamedTuple):
    """A stage, how many open deals it holds, and its place from 0."""

    stage: StageLine
    deals: int
    place: int


class StagesScreen(ModalScreen[None]):
    """Each line one stage, in the order in which deals go through them."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("e,enter", "name", N_("rename"), id="stages.name", priority=True, key_display="⏎"),
        Binding("a", "add", N_("add"), id="stages.add", tooltip=N_("Add a stage after this one")),
        Binding("x", "remove", N_("remove"), id="stages.remove"),
        Binding("J,shift+down", "move(1)", N_("place"), id="stages.lower", key_display="JK"),
        Binding("K,shift+up", "move(-1)", N_("place"), id="stages.higher", show=False),
        Binding(
            "percent_sign",
            "chances",
            N_("chances"),
            id="stages.chances",
            tooltip=N_("Chances of winning"),
            key_display="%",
        ),
        Binding("n", "next", N_("next task"), id="stages.next", tooltip=N_("Its usual next task")),
        Binding("s", "silence", N_("silence"), id="stages.silence", tooltip=N_("Silent after so many days")),
        Binding("u", "undo", N_("undo"), id="stages.undo", show=False),
        Binding(
            "escape,q,S", "leave", N_("leave"), id="stages.leave", tooltip=N_("Leave"), key_display="esc"
        ),
        Binding(
            "question_mark",
            "app.help",
            N_("help"),
            id="stages.help",
            tooltip=N_("This page"),
            key_display="?",
        ),
    ]

    def __init__(self, pipeline_id: int, name: str) -> None:
        super().__init__()
        self.pipeline_id = pipeline_id
        self.pipeline = name
        self._held: list[Held] = []
        # Held, not looked for: an answer of the base may come when they are no longer mounted.
        self._lines = Lines(id="stage-lines", ground="panel")
        self._said = Static(Content(""), id="hint")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(safe(_("Stages — {title}", title=self.pipeline)))
            yield self._lines
            yield self._said
            yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._lines.focus()
        self._do(self._read())

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_add(self) -> None:
        self._do(self._add())

    def action_name(self) -> None:
        self._ask_for("name", _("its name"), lambda stage: stage.name)

    def action_chances(self) -> None:
        self._ask_for("probability", _("chances of winning, in %"), lambda stage: str(stage.probability))

    def action_silence(self) -> None:
        words = _("days of silence after which a deal rots; nothing: never")
        self._ask_for("rot_days", words, lambda stage: "" if stage.rot_days is None else str(stage.rot_days))

    def action_next(self) -> None:
        if held := self._under_cursor:
            self._do(self._plan(held.stage))

    def action_move(self, step: int) -> None:
        held = self._under_cursor
        if held and 0 <= held.place + step < len(self._held):
            told = _("{name}: place changed", name=held.stage.name)
            self._do(self._change(lambda crm: stages.move(crm, held.stage.id, held.place + step), told))

    def action_remove(self) -> None:
        if held := self._under_cursor:
            self._do(self._remove(held))

    def action_undo(self) -> None:
        self._do(self._undo())

    @property
    def _under_cursor(self) -> Held | None:
        return self._lines.line.held if self._lines.line else None

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self.run_worker(self._attempt(work), group="stages")

    async def _attempt(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except CrmError as problem:
            self._said.update(Content.styled(safe(str(problem), lines=True), "bold $text-error"))

    async def _change(self, change: Callable[[Crm], object], told: str) -> None:
        """Make one gesture, then show what is there now, here and on the board."""
        await self.app.desk.write(change)
        await self._show_again(told)

    async def _show_again(self, told: str) -> None:
        self.app.tell(told)
        self._said.update(Content.styled(safe(f"{told} · {keyed(_('{stages.undo} undo'))}"), "$text-success"))
        await self._read()
        await self.app.reread()

    async def _read(self) -> None:
        _version, self._held = await self.app.desk.read(lambda crm: _stages(crm, self.pipeline_id))
        self._lines.styles.height = max(1, min(len(self._held), self.size.height - 8))
        self._lines.show([_line(held) for held in self._held])

    async def _undo(self) -> None:
        from petitcrm.sales import history

        undone = await self.app.desk.write(history.undo)
        await self._show_again(_("Undone: {what}", what=undone.what))

    async def _asked(self, question: Question, *, turn: str = "") -> None:
        if await self.app.push_screen_wait(Ask(question, turn=turn)):
            await self._show_again(self.app.said[0].rpartition(" · ")[0] or self.pipeline)

    def _ask_for(self, field: str, words: str, value: Callable[[StageLine], str]) -> None:
        held = self._under_cursor
        if held is None:
            return

        async def submit(typed: str, _turn: str) -> None:
            await self.app.desk.write(lambda crm: stages.edit(crm, held.stage.id, {field: typed}))
            self.app.tell(f"{held.stage.name} · {said_of(words, typed or '–')}")

        hint = f"{words} · " + keyed(_("⏎ keep · {ask.leave} leave as it was"))
        self._do(self._asked(Question(held.stage.name, submit, value=value(held.stage), hint=hint)))

    async def _add(self) -> None:
        held = self._under_cursor
        place = held.place + 1 if held else None
        chances = held.stage.probability if held else 10

        async def submit(typed: str, _turn: str) -> None:
            fields = {"probability": chances}
            stage_id = await self.app.desk.write(
                lambda crm: stages.add(crm, self.pipeline_id, typed, position=place, fields=fields)
            )
            self._lines.at = -1
            self._lines.show(self._lines.lines, choose=("stage", stage_id))
            self.app.tell(_("Added: {what}", what=typed))

        await self._asked(
            Question(_("A new stage"), submit, hint=keyed(_("Its name · ⏎ add · {ask.leave} leave")))
        )

    async def _plan(self, stage: StageLine) -> None:
        """Ask for the usual next task: kind by tab, then `4 about the quote`; nothing takes it away."""

        async def submit(typed: str, turn: str) -> None:
            fields = _next_fields(typed, turn)
            await self.app.desk.write(lambda crm: stages.edit(crm, stage.id, fields))
            self.app.tell(f"{stage.name} · {_next_in_words(fields) or '–'}")

        days = "" if stage.next_task_days is None else f"{stage.next_task_days} "
        value = f"{days}{stage.next_task_text}" if stage.next_task_kind else ""
        hint = keyed(
            _(
                "Days, then words: 4 about the quote · {ask.turn} another kind · nothing: no task "
                "· ⏎ keep · {ask.leave} leave"
            )
        )
        turns = tuple((kind, _(words)) for kind, words in TASK_KINDS.items())
        question = Question(f"{stage.name} — {_('next task')}", submit, value=value, hint=hint, turns=turns)
        await self._asked(question, turn=stage.next_task_kind)

    async def _remove(self, held: Held) -> None:
        target: int | None = None
        if held.deals:
            options = [
                Option(str(one.stage.id), one.stage.name)
                for one in self._held
                if one.stage.id != held.stage.id
            ]
            words = ngettext("Where does its {n} deal go? {name}", "Where do its {n} deals go? {name}", held.deals,
                             name=held.stage.name)  # fmt: skip
            chosen = await self.app.push_screen_wait(Choose(words, options)) if options else ""
            if chosen is None:
                return
            target = int(chosen) if chosen else None
        told = _("Removed: {what}", what=held.stage.name)
        await self._change(lambda crm: stages.remove(crm, held.stage.id, deals_to=target), told)


def _stages(crm: Crm, pipeline_id: int) -> list[Held]:
    from petitcrm.store.queries import deals, pipelines

    numbers = {column.stage_id: column.number for column in deals.board(crm, pipeline_id, limit=0).columns}
    return [
        Held(one, numbers.get(one.id, 0), place)
        for place, one in enumerate(pipelines.stages(crm, pipeline_id))
    ]


def _next_fields(typed: str, kind: str) -> dict[str, object]:
    """Read `4 about the quote` as days and words; nothing typed is no task."""
    if not typed.strip():
        return {"next_task_kind": "", "next_task_text": "", "next_task_days": None}
    first, _space, rest = typed.strip().partition(" ")
    days = first.lstrip("+").removesuffix("j").removesuffix("d")
    if days.isascii() and days.isdigit():
        return {"next_task_kind": kind, "next_task_text": rest, "next_task_days": days}
    return {"next_task_kind": kind, "next_task_text": typed, "next_task_days": 1}


def _next_in_words(said: dict[str, object]) -> str:
    kind = str(said["next_task_kind"])
    if not kind:
        return ""
    days = said["next_task_days"]
    pieces = [
        _(TASK_KINDS.get(kind, kind)),
        str(said["next_task_text"]),
        "" if days is None else _("+{n} d", n=days),
    ]
    return " · ".join(piece for piece in pieces if piece)


def _line(held: Held) -> Line:
    stage = held.stage

    def draw(width: int) -> list[Span]:
        silence = "" if stage.rot_days is None else _("~{n} d", n=stage.rot_days)
        name = fit(stage.name, max(16, width // 3))
        left: list[Span] = [
            (f" {name}", "text"), (f"{percent(stage.probability / 100):>6}", "amount"), (f"{silence:>7}  ", "missing"),
            (_next_in_words(stage._asdict()), "dim"),
        ]  # fmt: skip
        deals = ngettext("{n} deal", "{n} deals", held.deals)
        return pushed_apart(left, [(f" {deals} ", "dim")], width)

    return Line(draw, ("stage", stage.id), held)
