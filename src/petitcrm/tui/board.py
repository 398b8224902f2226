"""The columns side by side, drawn as one: the cursor, the columns that are seen, the card the mouse carries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from petitcrm.tui.arrangement import Arrangement, arrange
from petitcrm.tui.cards import HEIGHT
from petitcrm.tui.column import Column
from petitcrm.tui.drag import Drag
from petitcrm.tui.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from textual import events

    from petitcrm.store.queries.deals import Board as Pipeline
    from petitcrm.store.queries.deals import Card
    from petitcrm.tui.app import Interface
    from petitcrm.tui.inks import Inks

_WHEEL = 2


class Board(Widget, can_focus=True):
    """All the stages of a pipeline. One widget: columns of widgets cost five times its first paint."""

    ALLOW_SELECT = False
    app: Interface

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

    class Unfolded(Message):
        """A folded column was clicked."""

    class MoreWanted(Message):
        """A column comes to the end of what was read of it; `all` when its last card is asked for."""

        def __init__(self, stage_id: int, *, everything: bool) -> None:
            super().__init__()
            self.stage_id = stage_id
            self.everything = everything

    def __init__(self, *, id: str, on_chosen: Callable[[], None]) -> None:
        """`on_chosen` is called when the cursor stands on another card or other columns are seen.

        At once, and not by a message: what is said of a card then comes in the same frame as its cursor.
        """
        super().__init__(id=id)
        self._on_chosen = on_chosen
        self.columns: list[Column] = []
        self.at = 0
        self.folded: set[int] = set()
        """The stages that the person folded, by their id."""
        self.laid = Arrangement((), 0, slides=False)
        self.lesson = ""
        """What to do where there is no column."""
        self.drag = Drag(self)
        self._today: date | None = None
        self._inks: Inks | None = None
        self._measured = Size(0, 0)
        self._pressed: tuple[int | None, int | None] = None, None

    # ---------------------------------------------------------------------------------------------------- content

    def show(self, pipeline: Pipeline, today: date) -> None:
        """Show a pipeline; the cursor follows its card wherever it is now, else keeps its place."""
        followed = self.card
        self.drag.cancel()
        self._today = today
        known = {column.stage.stage_id: column for column in self.columns}
        self.columns = [known.get(stage.stage_id) or Column(stage) for stage in pipeline.columns]
        self._measure()
        worth = pipeline.total_cents
        for column, stage in zip(self.columns, pipeline.columns, strict=True):
            column.show(stage, stage.total_cents / worth if worth > 0 else 0)
        self.at = max(0, min(self.at, len(self.columns) - 1))
        if not (followed and self.find(followed.id)) and not self.card:
            self.at = next((at for at, column in enumerate(self.columns) if column.cards), self.at)
        self._settle()

    def find(self, deal_id: int) -> bool:
        """Put the cursor on a deal, wherever it is; tell whether it is there."""
        for place, column in enumerate(self.columns):
            for at, card in enumerate(column.cards):
                if card.id == deal_id:
                    self.at, column.at = place, at
                    return True
        return False

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

    def choose(self, place: int, card: int | None = None) -> None:
        """Put the cursor in a column, on a card of it; only what changes is drawn again."""
        if not 0 <= place < len(self.columns):
            return
        before, column = self.at, self.columns[place]
        was_at, was_top, was_laid = column.at, column.top, self.laid
        self.at = place
        if card is not None:
            column.place(card)
            self._ask_for_more(column, everything=card >= column.stage.number)
        self._arrange()
        if self.laid != was_laid:
            self.refresh()
        elif column.top != was_top or before != place:
            self._refresh_columns(before, place)
        else:
            self._refresh_cards(place, was_at, column.at)
        self._on_chosen()

    @property
    def seen(self) -> tuple[int, ...]:
        """The columns whose cards are seen."""
        return self.laid.open

    def fold(self) -> bool:
        """Fold the column of the cursor, which goes to the nearest one, or open it for good; tell whether it could."""
        column = self.column
        if column is None:
            return False
        stage = column.stage.stage_id
        if stage in self.folded:
            self.unfold(self.at)
            return True
        left = [
            at
            for at, one in enumerate(self.columns)
            if at != self.at and one.stage.stage_id not in self.folded
        ]
        if not left:
            return False
        self.folded.add(stage)
        self.choose(min(left, key=lambda at: (abs(at - self.at), -at)))
        return True

    def unfold(self, place: int) -> None:
        """Open a column for good."""
        self.folded.discard(self.columns[place].stage.stage_id)
        self._settle()

    def slide(self, step: int) -> None:
        """Show the columns next to those that are seen, where some are out of sight; the cursor stays where it is."""
        before = self.laid
        if before.slides:
            self._arrange(before.first + step, follows=False)
        if self.laid != before:
            self.refresh()
            self._on_chosen()

    def on_resize(self) -> None:
        drawn = self._view
        self.drag.cancel()  # what was under the pointer no longer is
        self._measure()
        self._settle(drawn)

    def _measure(self) -> None:
        self._measured = self.size
        for column in self.columns:
            column.height = max(1, self.size.height - 2)

    @property
    def _view(self) -> tuple[Size, Arrangement, list[int]]:
        """What decides which cards are where."""
        return self._measured, self.laid, [column.top for column in self.columns]

    def _settle(self, drawn: object = None) -> None:
        """Bring the card of the cursor into view and draw everything again, unless it is `drawn` so already."""
        self._arrange()
        if self.column:
            self.column.keep_in_view()
        for column in self.columns:
            self._ask_for_more(column)
        if self._view != drawn:
            self.refresh()
        self._on_chosen()

    def _arrange(self, first: int | None = None, *, follows: bool = True) -> None:
        if not self.size.width:
            return  # read before it is laid out
        folded = [at for at, one in enumerate(self.columns) if one.stage.stage_id in self.folded]
        self.laid = arrange(
            len(self.columns), self.size.width, first=self.laid.first if first is None else first, at=self.at,
            folded=folded, follows=follows,
        )  # fmt: skip
        opened = [
            (self.columns[slot.place], slot.end - slot.start)
            for slot in self.laid.slots
            if not slot.is_folded
        ]
        has_sums_above = all(column.has_room_above(width) for column, width in opened)
        for column in self.columns:  # at the same height in all of them, so that the eye finds them
            column.has_sums_above = has_sums_above

    def _ask_for_more(self, column: Column, *, everything: bool = False) -> None:
        if column.wants_more:
            self.post_message(self.MoreWanted(column.stage.stage_id, everything=everything))

    # ---------------------------------------------------------------------------------------------------- drawing

    def span_of(self, place: int) -> tuple[int, int]:
        """Return where a column begins and ends, in cells of the board; nowhere where it is out of sight."""
        slot = self.laid.of(place)
        return (slot.start, slot.end) if slot else (0, 0)

    def render_line(self, y: int) -> Strip:
        if self._measured != self.size:  # its first picture is asked for before it is told of its size
            self._measure()
            self._arrange()
        inks = self.app.inks
        if inks is not self._inks:  # another theme
            self._inks = inks
            for column in self.columns:
                column.forget()
        if self._today is None:
            return inks.blank(self.size.width)
        if not self.columns:
            return inks.strip([(self.lesson if y == 1 else "", "text")], self.size.width)
        today, at = self._today, self.at
        pieces = []
        for (
            place,
            start,
            end,
            is_folded,
        ) in self.laid.slots:  # written out: this runs for each line of each key
            column = self.columns[place]
            if is_folded:
                pieces.append(column.strip_line(y, end - start, inks))
            else:
                pieces.append(column.line(y, end - start, inks, today, here=place == at))
        return self.drag.over(Strip.join(pieces), y, inks)

    def _refresh_columns(self, *places: int) -> None:
        for place in set(places):
            start, end = self.span_of(place)
            if end:
                self.refresh(Region(start, 0, end - start, self.size.height))

    def _refresh_cards(self, place: int, *cards: int) -> None:
        start, end = self.span_of(place)
        for card in set(cards):
            y = 1 + card * HEIGHT - self.columns[place].top
            self.refresh(Region(start, y, end - start, HEIGHT))

    def spots(self) -> Iterator[Spot]:
        """Yield the columns and the cards that are seen."""
        for place in self.seen:
            column, (start, end) = self.columns[place], self.span_of(place)
            yield Spot(Region(start + 1, 0, end - start - 2, 1), partial(self.choose, place))
            known = -1
            for y in range(column.height):
                card = column.place_under(y)
                if known < card < len(column.cards):
                    known = card
                    yield Spot(
                        Region(start + 1, y + 1, end - start - 2, 1), partial(self.choose, place, card)
                    )

    # ------------------------------------------------------------------------------------------------------ mouse

    def column_at(self, x: int) -> int | None:
        """Return the number of the column at cell `x` of the board."""
        slot = self.laid.under(x)
        return slot.place if slot else None

    def is_folded(self, place: int) -> bool:
        """Tell whether a column is seen as a strip."""
        return place not in self.seen

    def on_mouse_down(self, event: events.MouseDown) -> None:
        place = self.column_at(event.x)
        if event.button != 1 or place is None:
            return
        if self.is_folded(place):
            self._pressed = None, None
            self.choose(place)
            self.unfold(place)
            self.post_message(self.Unfolded())
            return
        column = self.columns[place]
        card = column.place_under(event.y - 1)
        self.choose(place, card)
        is_on_card = card < len(column.cards) and event.y > 0
        self._pressed = self._pressed[1], column.cards[card].id if is_on_card else None
        if is_on_card:
            self.drag.press(column.cards[card], event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.drag.move(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        dropped = self.drag.drop(event)
        if dropped is not None:
            self.post_message(self.Dropped(*dropped))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -_WHEEL)

    def on_click(self, event: events.Click) -> None:
        same, pressed = (
            self._pressed
        )  # a strip that opens under the pointer is not a card that was clicked twice
        if event.chain == 2 and self.card and same == pressed == self.card.id and not self.drag.just_ended:
            self.post_message(self.Opened(self.card))

    def on_blur(self) -> None:
        self.drag.cancel()

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        place = self.column_at(event.x)
        if place is not None and not self.is_folded(place):
            event.stop()
            self.scroll_column(place, lines)

    def scroll_column(self, place: int, lines: int) -> None:
        """Scroll one column, the cursor staying on its card."""
        self.columns[place].scroll(lines)
        self._ask_for_more(self.columns[place])
        self._refresh_columns(place)
