"""The second screen: the deals of a pipeline, stage by stage."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, said_of
from petitcrm.tui import left
from petitcrm.tui.board import Board
from petitcrm.tui.cards import board_counts, card_in_words, forecast_in_words
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.peek import WIDE, Peek
from petitcrm.tui.readings import FIRST_CARDS, funnel
from petitcrm.tui.spans import as_many_as_fit
from petitcrm.tui.stages_bar import StagesBar
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.sales.deals import Moved
    from petitcrm.sales.forecast import Forecast
    from petitcrm.store.queries.deals import Board as Pipeline
    from petitcrm.tui.app import Interface

_ALL = 1_000_000
_TINY = 8
"""Lines of a screen below which the board takes those of the stages and of the keys."""


class FunnelScreen(Screen[Any]):
    """The board of one pipeline, the first one until another is chosen."""

    app: Interface
    BINDINGS = [
        Binding(
            "H,shift+left", "carry(-1)", N_("Card to the stage before or after"), id="funnel.back", show=False
        ),
        Binding(
            "L,shift+right",
            "carry(1)",
            N_("move"),
            id="funnel.forward",
            tooltip=N_("Card to the stage before or after"),
            key_display="HL",
        ),
        Binding("m", "to_stage", N_("stage"), id="funnel.stage", tooltip=N_("Card to any stage")),
        Binding("n,t", "app.next_task", N_("next"), id="funnel.next", tooltip=N_("Plan the next step")),
        Binding("w", "app.on_target('win')", N_("won"), id="funnel.win", tooltip=N_("Deal won")),
        Binding("x", "app.on_target('lose')", N_("lost"), id="funnel.lose", tooltip=N_("Deal lost, and why")),
        Binding("h,left", "go(-1, 0)", N_("Move the cursor"), id="funnel.left", show=False),
        Binding("l,right", "go(1, 0)", N_("Move the cursor"), id="funnel.right", show=False),
        Binding("j,down", "go(0, 1)", N_("Move the cursor"), id="funnel.down", show=False),
        Binding("k,up", "go(0, -1)", N_("Move the cursor"), id="funnel.up", show=False),
        Binding("pagedown", "go(0, 8)", N_("Move the cursor"), id="funnel.page_down", show=False),
        Binding("pageup", "go(0, -8)", N_("Move the cursor"), id="funnel.page_up", show=False),
        Binding("home,g", "go(0, -1000000)", N_("Move the cursor"), id="funnel.home", show=False),
        Binding("end,G", "go(0, 1000000)", N_("Move the cursor"), id="funnel.end", show=False),
        Binding(
            "J,shift+down",
            "reorder(1)",
            N_("Card lower or higher in its column"),
            id="funnel.lower",
            show=False,
        ),
        Binding(
            "K,shift+up",
            "reorder(-1)",
            N_("Card lower or higher in its column"),
            id="funnel.higher",
            show=False,
        ),
        Binding("z", "app.on_target('sleep')", N_("Let the deal sleep"), id="funnel.sleep", show=False),
        Binding("space", "app.on_target('done')", N_("Next step done"), id="funnel.done", show=False),
        Binding("s", "app.on_target('snooze')", N_("Snooze the next step"), id="funnel.snooze", show=False),
        Binding("enter", "open", N_("Open the deal"), id="funnel.open", show=False),
        Binding("e", "app.on_target('edit')", N_("Edit the deal"), id="funnel.edit", show=False),
        Binding("o", "app.new('deal')", N_("Open a new deal"), id="funnel.new", show=False),
        Binding("p", "pipeline", N_("Another pipeline"), id="funnel.pipeline", show=False),
        Binding(
            "left_curly_bracket",
            "turn(-1)",
            N_("The pipeline before"),
            id="funnel.before",
            show=False,
            tooltip=N_("Another pipeline"),
            key_display="{",
        ),
        Binding(
            "right_curly_bracket",
            "turn(1)",
            N_("The pipeline after"),
            id="funnel.after",
            show=False,
            tooltip=N_("Another pipeline"),
            key_display="}",
        ),
        Binding(
            "minus",
            "fold",
            N_("Fold the column, or open it for good"),
            id="funnel.fold",
            show=False,
            key_display="-",
        ),
        Binding("P", "peek", N_("Look at the deal beside the board"), id="funnel.peek", show=False),
        Binding("f", "sift", N_("Filter: words, #tag, @owner, ~ silent"), id="funnel.sift", show=False),
        Binding("S", "stages", N_("Change the stages"), id="funnel.stages", show=False),
        Binding("escape", "leave", N_("Give up a drag; back"), id="funnel.leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.pipeline: Pipeline | None = None
        self.forecast: Forecast | None = None
        self._base = ""
        self._pipeline_id: int | None = None
        self._one_at_a_time = asyncio.Lock()
        self._limits: dict[int, int] = {}
        self.sought = ""
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self.board = Board(id="board", on_chosen=self._follow)
        self._bar = Bar(mode="funnel")
        self._stages = StagesBar(id="stages")
        self._keys = KeyBar(id="keys")
        self._peek = Peek(id="peek")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        yield self._stages
        with Horizontal(id="body"):
            yield self.board
            self._peek.show_where_there_is_room(self.app.size.width)
            yield self._peek
        yield self._status
        yield self._keys

    def on_mount(self) -> None:
        if self.shown < 0:
            self._status.counts = _("Opening the base…")

    def on_resize(self) -> None:
        if self._peek.is_over:
            self._peek.lie_down()
        self._peek.show_where_there_is_room(self.size.width)
        is_tiny = self.size.height < _TINY
        if self._stages.display == is_tiny:  # the cards are what must be seen
            self._stages.display = self._keys.display = not is_tiny

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    async def reread(self) -> None:
        """Read the pipeline again; of another base than before, the one that was shown last there."""
        if self._base != self.app.config.db:
            self._base, self._pipeline_id, self._limits, self.sought = self.app.config.db, None, {}, ""
        asked = self._pipeline_id, dict(self._limits), self.sought
        as_at_first = asked == (None, {}, "")  # asked before there was a screen, then
        self.shown, self.pipeline = await self.app.desk.read(
            funnel if as_at_first else lambda crm: funnel(crm, *asked)
        )
        if self.pipeline is None:
            self._tell()
            return
        if self._pipeline_id is None:  # the first reading
            self._pipeline_id = self.pipeline.pipeline_id
            self.board.folded = set(left.read(self.app.config.db).folded)
        self.board.lesson = _("  No stage yet: S adds one.")
        self.board.show(self.pipeline, self.app.now.date())
        self._tell()
        self._look_forward(self.pipeline.pipeline_id)

    @work(group="forecast", exclusive=True)
    async def _look_forward(self, pipeline_id: int) -> None:
        """Say also when the deals are expected, once the board is there: it needs every deal of the pipeline."""
        from petitcrm.sales.forecast import forecast

        try:
            _version, self.forecast = await self.app.desk.read(lambda crm: forecast(crm, pipeline_id))
        except CrmError:
            return  # the base is away: the next reading says so
        self._tell()

    def target(self) -> Target | None:
        """Return the deal under the cursor, with its next step."""
        card = self.board.card
        if card is None:
            return None
        title = " · ".join(dict.fromkeys((card.company or card.contact, card.title)))
        return Target(
            title, card.contact_id, card.id, card.next_task_id, card.next_kind, card.company_id, card.contact
        )

    def on_board_opened(self, message: Board.Opened) -> None:
        self.app.action_open("deal", message.card.id)

    def on_board_more_wanted(self, message: Board.MoreWanted) -> None:
        self._limits[message.stage_id] = (
            _ALL if message.everything else 2 * self._limits.get(message.stage_id, FIRST_CARDS)
        )
        self.app.do(self.app.reread(), group="more")

    def on_board_dropped(self, message: Board.Dropped) -> None:
        self.app.do(self._move(message.card.id, lambda: (message.stage_id, message.before)))

    def on_board_unfolded(self) -> None:
        self._remember()

    def on_bar_crumb_clicked(self) -> None:
        self.action_pipeline()

    def on_stages_bar_wanted(self, message: StagesBar.Wanted) -> None:
        self.board.choose(message.column)

    def action_go(self, right: int, down: int) -> None:
        self.board.go(right, down)

    def action_open(self) -> None:
        if self.board.card:
            self.app.action_open("deal", self.board.card.id)

    def action_leave(self) -> None:
        if self.board.drag.cancel():
            return
        if self._peek.is_over:
            self._peek.lie_down()
            self._tell()
        elif self.sought and not self.app.said[0]:
            self.app.do(self._sift(""))
        else:
            self.app.action_step_back()

    def action_carry(self, step: int) -> None:
        self.app.do(self._carry(step))

    def action_reorder(self, step: int) -> None:
        self.app.do(self._reorder(step))

    def action_to_stage(self) -> None:
        self.app.do(self._to_stage())

    def action_pipeline(self) -> None:
        self.app.do(self._choose_pipeline())

    def action_turn(self, step: int) -> None:
        self.app.do(self._turn(step))

    def action_fold(self) -> None:
        if self.board.fold():
            self._remember()
        elif self.board.column:
            self.app.complain(_("One column stays open."))

    def action_peek(self) -> None:
        """Show or hide the sheet of the card: beside the board, or over it where there is no room beside."""
        if self._peek.is_over:
            self._peek.lie_down()
        elif self._peek.display or self.size.width >= WIDE:
            self._peek.display = not self._peek.display
        elif self.board.card:
            self._lay_peek_over()
        self._follow()

    def _lay_peek_over(self) -> None:
        self._peek.lay_over(self.board.size, self.board.span_of(self.board.at))

    def action_stages(self) -> None:
        from petitcrm.tui.stages import StagesScreen

        if self.pipeline is not None:
            self.app.push_screen(StagesScreen(self.pipeline.pipeline_id, self.pipeline.name))

    def action_sift(self) -> None:
        self.app.do(self._ask_what_is_sought())

    async def _ask_what_is_sought(self) -> None:
        """Ask in one line which deals to show; how many there are is said while it is typed."""
        from petitcrm.tui.ask import Ask, Question

        shown = self._pipeline_id

        def echo(crm: Crm, typed: str) -> str:
            found = funnel(crm, shown, sought=typed)
            return board_counts(found, is_sifted=True) if found else ""

        async def submit(typed: str, _turn: str) -> None:
            await self._sift(typed.strip())

        hint = keyed(
            _("Words, #tag, @owner, ~ silent, ? no next step · nothing: all of them · ⏎ · {ask.leave}")
        )
        question = Question(_("Which deals?"), submit, value=self.sought, hint=hint, echo=echo)
        await self.app.push_screen_wait(Ask(question))

    async def _sift(self, line: str) -> None:
        self.sought = line
        await self.app.attempt(self.reread())

    async def _carry(self, step: int) -> None:
        """Move the card to the next or the previous stage; a silent no-op at the ends."""
        async with self._one_at_a_time:  # so that a key pressed twice counts from where the first one led
            board = self.board
            place = board.at + step
            if board.card and 0 <= place < len(board.columns):
                await self._move_now(board.card.id, board.columns[place].stage.stage_id, None)

    async def _reorder(self, step: int) -> None:
        async with self._one_at_a_time:
            column = self.board.column
            if column is None or column.card is None or not 0 <= column.at + step < len(column.cards):
                return
            above = column.at + (2 if step > 0 else -1)
            before = column.cards[above].id if above < len(column.cards) else None
            await self._move_now(column.card.id, column.stage.stage_id, before)

    async def _to_stage(self) -> None:
        card = self.board.card
        if card is None:
            return
        from petitcrm.tui.deal_gestures import choose_stage

        place = await choose_stage(self.app, card)
        if place is not None:
            await self._move(card.id, lambda: (place.stage_id, None), pipeline=place.pipeline)

    async def _move(self, deal_id: int, where: Any, *, pipeline: str = "") -> None:
        async with self._one_at_a_time:
            await self._move_now(deal_id, *where(), pipeline=pipeline)

    async def _move_now(self, deal_id: int, stage_id: int, before: int | None, *, pipeline: str = "") -> None:
        from petitcrm.sales import deals

        self.board.find(deal_id)
        card = self.board.card
        name = (card.company or card.contact) if card and card.id == deal_id else ""

        def told(moved: Moved) -> str:
            if moved.old == moved.new and not pipeline:
                return _("{name}: place changed", name=name)
            return f"{name} → {said_of(pipeline, moved.new)}" if pipeline else f"{name} → {moved.new}"

        await self.app.gesture(lambda crm: deals.move(crm, deal_id, stage_id, before=before), told)

    async def _choose_pipeline(self) -> None:
        from petitcrm.store.queries import pipelines
        from petitcrm.tui.choose import Choose, Option
        from petitcrm.tui.deal_gestures import with_count

        _version, known = await self.app.desk.read(pipelines.listing)
        options = [Option(str(one.id), with_count(one)) for one in known]
        options.append(Option("new", _("another one…"), "n"))
        shown = str(self.pipeline.pipeline_id) if self.pipeline else ""
        chosen = await self.app.push_screen_wait(Choose(_("Which pipeline?"), options, chosen=shown))
        if chosen == "new":
            chosen = await self._new_pipeline()
        if chosen is not None:
            await self._show(int(chosen))

    async def _turn(self, step: int) -> None:
        """Show the pipeline before or after, round and round."""
        from petitcrm.store.queries import pipelines

        _version, known = await self.app.desk.read(lambda crm: list(pipelines.names(crm)))
        if len(known) > 1:
            at = known.index(self._pipeline_id) if self._pipeline_id in known else 0
            await self._show(known[(at + step) % len(known)])
        else:
            self.app.complain(_("There is only one pipeline: p adds another."))

    async def _show(self, pipeline_id: int) -> None:
        """Show another pipeline, and remember it for the next time."""
        if pipeline_id != self._pipeline_id:
            self.forecast = None
        self._pipeline_id = pipeline_id
        await self.app.reread()
        self._remember()

    def _remember(self) -> None:
        left.keep(self.app.config.db, left.Left(self._pipeline_id, frozenset(self.board.folded)))

    async def _new_pipeline(self) -> str | None:
        """Ask how the new pipeline sells, and add it; return its id."""
        from petitcrm.pipeline_templates import TEMPLATES
        from petitcrm.sales import pipelines
        from petitcrm.tui.choose import Choose, Option

        options = [Option(one.key, f"{_(one.name)} — {_(one.suits)}") for one in TEMPLATES.values()]
        template = await self.app.push_screen_wait(Choose(_("How do you sell?"), options))
        if template is None:
            return None
        told = _("Added: {what}", what=_(TEMPLATES[template].name))
        added = await self.app.gesture(lambda crm: pipelines.add(crm, template=template), lambda _id: told)
        return None if added is None else str(added)

    def _follow(self) -> None:
        """Say what the cursor stands on."""
        if self._peek.is_over:
            self._lay_peek_over()
        self._tell()
        self._peek.look_at(self.target())

    def _tell(self) -> None:
        """Say where one is, and as much of what the pipeline is worth as there is room for."""
        pipeline, board = self.pipeline, self.board
        if self.shown < 0:
            return  # nothing was read yet
        self._bar.crumb = self._crumb
        if pipeline is None:
            self._status.counts = _("No pipeline yet: p adds one")
            return
        self._stages.show(
            [(column.stage.name, column.stage.number) for column in board.columns],
            board.seen,
            board.at,
            is_cut=board.laid.slides,
        )
        pieces = [board_counts(pipeline, is_sifted=bool(self.sought))]
        card = board.card
        if card is not None and self.app.size.width >= 100 and not self._peek.display:
            pieces.append(card_in_words(card))
        if self.forecast is not None and not self.sought:
            pieces.append(forecast_in_words(self.forecast))
        self._status.counts = as_many_as_fit(pieces, self.app.size.width - 2)

    @property
    def _crumb(self) -> str:
        """What the title bar says: which pipeline of how many, and what alone is shown of it."""
        pipeline = self.pipeline
        only = _("only: {what}", what=self.sought) if self.sought else ""
        named = (
            f"{pipeline.place + 1}/{pipeline.among} {pipeline.name}"
            if pipeline and pipeline.among > 1
            else ""
        )
        return " · ".join(filter(None, (only, named)))
