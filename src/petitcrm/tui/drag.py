"""A card carried by the mouse: pressed, moved beyond a click, dropped between two cards or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.formats.money import show_money
from petitcrm.tui.pull import Pull
from petitcrm.tui.spans import fit

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip
    from textual.timer import Timer

    from petitcrm.store.queries.deals import Card
    from petitcrm.tui.board import Board
    from petitcrm.tui.inks import Inks

_SCROLL_EVERY = 0.06
_SLIDE_EVERY = 8
"""Ticks of scrolling between two slides of the columns: slow enough to stop where one wants."""
_GHOST = 24


class Drag:
    """What the mouse carries over a board. Places are cells of the board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._pull: Pull[Card] | None = None
        self._timer: Timer | None = None
        self._ticks = 0
        self.just_ended = False

    @property
    def going(self) -> bool:
        """Whether a card is being carried."""
        return self._pull is not None and self._pull.is_going

    def press(self, card: Card, event: events.MouseDown) -> None:
        """Note where the button went down; it is a click until the pointer has moved."""
        self._pull = Pull(card, event)
        self.just_ended = False
        self._board.capture_mouse()

    def move(self, event: events.MouseMove) -> None:
        """Carry the card to where the pointer is."""
        if self._pull is None or not self._pull.move(event):
            return
        if self._timer is None:
            self._timer = self._board.set_interval(_SCROLL_EVERY, self._slide_at_edges)
            for column in self._board.columns:
                column.dragged = self._pull.thing.id
        self._draw()

    def drop(self, event: events.MouseUp) -> tuple[Card, int, int | None] | None:
        """Let go; return the card, its stage and the card it falls above, None where nothing moves."""
        pull = self._pull
        if pull is None:
            return None
        place = self._gap() if pull.is_going and pull.move(event) else None
        self.just_ended = self.cancel()
        if place is None:
            return None
        card = pull.thing
        column, gap = self._board.columns[place[0]], place[1]
        around = column.cards[max(0, gap - 1) : gap + 1]
        if any(one.id == card.id for one in around):
            return None
        return card, column.stage.stage_id, column.cards[gap].id if gap < len(column.cards) else None

    def cancel(self) -> bool:
        """Give up what is carried; tell whether there was anything."""
        pull, self._pull = self._pull, None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if pull is not None:
            self._board.release_mouse()
        for column in self._board.columns:
            column.dragged = column.drop_at = None
        if pull is None or not pull.is_going:
            return False
        self._board.refresh()
        return True

    def over(self, line: Strip, y: int, inks: Inks) -> Strip:
        """Return line `y` of the board with the carried card over it, below the pointer, so that the mark is seen."""
        pull = self._pull
        if pull is None or not pull.is_going or y != min(pull.at.y + 1, self._board.size.height - 1):
            return line
        card = pull.thing
        amount = "" if card.amount_cents is None else f" {show_money(card.amount_cents, card.currency)} "
        words = fit(f" {card.company or card.contact}", _GHOST - len(amount)) + amount
        return pull.over(line, words, inks)

    def _gap(self) -> tuple[int, int] | None:
        """Return the column and the place between its cards where the pointer is."""
        if self._pull is None:
            return None
        x, y = self._pull.at
        place = self._board.column_at(x)
        if place is None or not 0 <= y < self._board.size.height:
            return None
        column = self._board.columns[place]
        return place, len(column.cards) if self._board.is_folded(place) else column.gap_under(y - 1)

    def _draw(self) -> None:
        gap = self._gap()
        for place, column in enumerate(self._board.columns):
            column.drop_at = gap[1] if gap and gap[0] == place else None
        self._board.refresh()

    def _slide_at_edges(self) -> None:
        """Scroll the column, or slide the columns, that the pointer pushes against."""
        if self._pull is None:
            return
        x, y = self._pull.at
        board = self._board
        place = board.column_at(x)
        if place is not None and not board.is_folded(place) and (y <= 1 or y >= board.size.height - 2):
            board.scroll_column(place, -1 if y <= 1 else 1)
            self._draw()
        self._ticks += 1
        if self._ticks % _SLIDE_EVERY == 0 and (x <= 1 or x >= board.size.width - 2):
            board.slide(-1 if x <= 1 else 1)
            self._draw()
