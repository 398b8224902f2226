"""A card carried by the mouse: pressed, moved beyond a click, dropped between two cards or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from petitcrm.formats.money import show_money
from petitcrm.tui.spans import fit

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from petitcrm.store.queries.deals import Card
    from petitcrm.tui.board import Board
    from petitcrm.tui.inks import Inks

_SLACK = 2
"""Cells that the pointer may move before a click becomes a drag."""
_SCROLL_EVERY = 0.06
_SLIDE_EVERY = 8
"""Ticks of scrolling between two slides of the columns: slow enough to stop where one wants."""
_GHOST = 24


class Drag:
    """What the mouse carries over a board. Places are cells of the board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._card: Card | None = None
        self._from = (0, 0)
        self._now = (0, 0)
        self._timer: Timer | None = None
        self._ticks = 0
        self.going = False
        self.just_ended = False

    def press(self, card: Card, event: events.MouseDown) -> None:
        """Note where the button went down; it is a click until the pointer has moved."""
        self._card = card
        self._from = self._now = (event.x, event.y)
        self.going = self.just_ended = False
        self._board.capture_mouse()

    def move(self, event: events.MouseMove) -> None:
        """Carry the card to where the pointer is."""
        if self._card is None:
            return
        self._now = (event.x, event.y)
        moved = abs(self._now[0] - self._from[0]) + abs(self._now[1] - self._from[1])
        if not self.going and moved < _SLACK:
            return
        if not self.going:
            self.going = True
            self._timer = self._board.set_interval(_SCROLL_EVERY, self._slide_at_edges)
            for column in self._board.columns:
                column.dragged = self._card.id
        self._draw()

    def drop(self, event: events.MouseUp) -> tuple[Card, int, int | None] | None:
        """Let go; return the card, its stage and the card it falls above, None where nothing moves."""
        card, going = self._card, self.going
        if card is None:
            return None
        self._now = (event.x, event.y)
        place = self._gap() if going else None
        self.cancel()
        self.just_ended = going
        if place is None:
            return None
        column, gap = self._board.columns[place[0]], place[1]
        around = column.cards[max(0, gap - 1) : gap + 1]
        if any(one.id == card.id for one in around):
            return None
        return card, column.stage.stage_id, column.cards[gap].id if gap < len(column.cards) else None

    def cancel(self) -> bool:
        """Give up what is carried; tell whether there was anything."""
        carried = self.going
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._card is not None:
            self._board.release_mouse()
        for column in self._board.columns:
            column.dragged = column.drop_at = None
        if carried:
            self._board.refresh()
        self._card = None
        self.going = False
        return carried

    def over(self, line: Strip, y: int, inks: Inks) -> Strip:
        """Return line `y` of the board with the carried card over it, below the pointer, so that the mark is seen."""
        if not self.going or self._card is None or y != min(self._now[1] + 1, self._board.size.height - 1):
            return line
        card = self._card
        amount = "" if card.amount_cents is None else f" {show_money(card.amount_cents, card.currency)} "
        words = fit(f" {card.company or card.contact}", _GHOST - len(amount)) + amount
        at = max(0, min(self._now[0] + 1, line.cell_length - _GHOST))
        carried = inks.strip([(words, "strong")], _GHOST, "carried")
        return Strip.join([line.crop(0, at), carried, line.crop(at + _GHOST, line.cell_length)])

    def _gap(self) -> tuple[int, int] | None:
        """Return the column and the place between its cards where the pointer is."""
        x, y = self._now
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
        x, y = self._now
        board = self._board
        place = board.column_at(x)
        if place is not None and not board.is_folded(place) and (y <= 1 or y >= board.size.height - 2):
            board.scroll_column(place, -1 if y <= 1 else 1)
            self._draw()
        self._ticks += 1
        if self._ticks % _SLIDE_EVERY == 0 and (x <= 1 or x >= board.size.width - 2):
            board.slide(-1 if x <= 1 else 1)
            self._draw()
