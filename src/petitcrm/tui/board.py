"""The columns side by side: where the cursor is, which columns are seen, and cards dragged with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from petitcrm.tui.column import Column
from petitcrm.tui.drag import Drag

if TYPE_CHECKING:
    from datetime import date

    from textual import events
    from textual.app import ComposeResult

    from petitcrm.store.queries.deals import Board as Pipeline
    from petitcrm.store.queries.deals import Card

MIN_COLUMN = 24
"""Cells below which a column is not squeezed: fewer are shown, and they slide."""


class Board(Horizontal, can_focus=True):
    """All the stages of a pipeline."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """The cursor stands on another card, or other columns are seen."""

    class Opened(Message):
        """A card is opened."""

        def __init__(self, card: Card) -> None:
            super().__init__()
            self.card = card

    class Dropped(Message):
        """A card was dragged into a stage, above card `before` (None: after the last)."""

        def __init__(self, card: Card, stage_id: int, before: int | None) -> None:
            super().__init__()
            self.card = card
            self.stage_id = stage_id
            self.before = before

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.columns: list[Column] = []
        self.at = 0
        self.first = 0
        self.drag = Drag(self)
        self._ghost = Static(Content(""), id="ghost")

    def compose(self) -> ComposeResult:
        yield self._ghost

    # ---------------------------------------------------------------------------------------------------- content

    async def show(self, pipeline: Pipeline, today: date) -> None:
        """Show a pipeline; the cursor follows its card wherever it is now, else keeps its place."""
        followed = self.card
        self.drag.cancel()
        if [column.stage_id for column in self.columns] != [stage.stage_id for stage in pipeline.columns]:
            await self._make_columns(pipeline)
        with self.app.batch_update():
            for column, stage in zip(self.columns, pipeline.columns, strict=True):
                column.show(stage, today)
            if followed is not None:
                self._find(followed.id)
            elif not self.card:
                self.at = next((at for at, column in enumerate(self.columns) if column.cards), self.at)
            self._settle()

    async def _make_columns(self, pipeline: Pipeline) -> None:
        for column in self.columns:
            await column.remove()
        self.columns = [Column(stage.stage_id) for stage in pipeline.columns]
        self.at = min(self.at, max(0, len(self.columns) - 1))
        await self.mount(*self.columns, before=self._ghost)

    def _find(self, deal_id: int) -> None:
        for place, column in enumerate(self.columns):
            for at, card in enumerate(column.cards):
                if card.id == deal_id:
                    self.at = place
                    column.at = at
                    return

    @property
    def column(self) -> Column | None:
        """The column the cursor is in."""
        return self.columns[self.at] if 0 <= self.at < len(self.columns) else None

    @property
    def card(self) -> Card | None:
        """The card under the cursor."""
        column = self.column
        return column.card if column else None

    # ----------------------------------------------------------------------------------------------------- cursor

    def go(self, right: int, down: int) -> None:
        """Move the cursor by columns or by cards; it stops at the edges."""
        if right:
            self.choose(max(0, min(self.at + right, len(self.columns) - 1)))
        elif self.column:
            self.choose(self.at, self.column.at + down)

    def choose(self, column: int, card: int | None = None) -> None:
        """Put the cursor in a column, on a card of it."""
        if not 0 <= column < len(self.columns):
            return
        slides = column != self.at
        self.at = column
        if card is not None:
            self.columns[column].place(card)
        if slides:
            self._settle()
        else:
            self.post_message(self.Chosen())

    @property
    def seen(self) -> range:
        """The columns that are seen."""
        return range(self.first, min(self.first + self._fit, len(self.columns)))

    @property
    def _fit(self) -> int:
        return max(1, min(self.size.width // MIN_COLUMN, len(self.columns) or 1))

    def slide(self, step: int) -> None:
        """Show the columns next to those that are seen, the cursor staying where it is."""
        last = max(0, len(self.columns) - self._fit)
        self._show_from(max(0, min(self.first + step, last)))

    def on_resize(self) -> None:
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Bring the column of the cursor into view, and give it the cursor."""
        fits = self._fit
        first = min(max(self.first, self.at - fits + 1), self.at)
        self._show_from(max(0, min(first, len(self.columns) - fits)))
        for place, column in enumerate(self.columns):
            column.enter(place == self.at)
        if self.column:
            self.column.keep_in_view()

    def _show_from(self, first: int) -> None:
        self.first = first
        for place, column in enumerate(self.columns):
            column.display = place in self.seen
        self.post_message(self.Chosen())

    # ------------------------------------------------------------------------------------------------------ mouse

    def column_at(self, x: int) -> int | None:
        """Return the number of the column that is drawn at column `x` of the screen."""
        for place in self.seen:
            region = self.columns[place].region
            if region.x <= x < region.right:
                return place
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        self.focus()
        place = self.column_at(event.screen_x)
        if place is None:
            return
        column = self.columns[place]
        card = column.place_under(event.screen_y - column.content_region.y)
        self.choose(place, card)
        if card < len(column.cards):
            self.drag.press(column.cards[card], event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.drag.move(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        dropped = self.drag.drop(event)
        if dropped is not None:
            self.post_message(self.Dropped(*dropped))

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2 and self.card and not self.drag.just_ended:
            self.post_message(self.Opened(self.card))

    def on_blur(self) -> None:
        self.drag.cancel()

    def show_ghost(self, words: str, x: int, y: int) -> None:
        """Show the dragged card as one line beside the pointer, at a place of the screen."""
        self._ghost.update(Content(words))
        self._ghost.styles.offset = (
            max(0, min(x + 1 - self.region.x, self.size.width - MIN_COLUMN)),
            max(0, min(y - self.region.y, self.size.height - 1)),
        )
        self._ghost.add_class("-shown")

    def hide_ghost(self) -> None:
        """Take the ghost away."""
        self._ghost.remove_class("-shown")
