"""A card carried by the mouse: pressed, moved beyond a click, dropped between two cards or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.formats.money import show_money
from petitcrm.tui.spans import fit

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from petitcrm.store.queries.deals import Card
    from petitcrm.tui.board import Board

_SLACK = 2
"""Cells that the pointer may move before a click becomes a drag."""
_EDGE = 1
"""Lines from the edge of a column, and cells from the side of the board, where what is there slides by itself."""
_SCROLL_EVERY = 0.06
_SLIDE_EVERY = 8
"""Ticks of scrolling between two slides of the columns: slow enough to stop where one wants."""
_GHOST = 24


class Drag:
    """What the mouse carries over a board."""

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
        self._from = self._now = (event.screen_x, event.screen_y)
        self.going = self.just_ended = False
        self._board.capture_mouse()

    def move(self, event: events.MouseMove) -> None:
        """Carry the card to where the pointer is."""
        if self._card is None:
            return
        self._now = (event.screen_x, event.screen_y)
        moved = abs(self._now[0] - self._from[0]) + abs(self._now[1] - self._from[1])
        if not self.going and moved < _SLACK:
            return
        if not self.going:
            self.going = True
            self._timer = self._board.set_interval(_SCROLL_EVERY, self._scroll_at_edges)
            for column in self._board.columns:
                column.dragged = self._card.id
                column.refresh()
        self._draw()

    def drop(self, event: events.MouseUp) -> tuple[Card, int, int | None] | None:
        """Let go; return the card, its stage and the card it falls above, None where nothing moves."""
        card, going = self._card, self.going
        if card is None:
            return None
        self._now = (event.screen_x, event.screen_y)
        place = self._gap() if going else None
        self.cancel()
        self.just_ended = going
        if place is None:
            return None
        column, gap = self._board.columns[place[0]], place[1]
        if gap < len(column.cards) and column.cards[gap].id == card.id:
            return None
        if gap > 0 and column.cards[gap - 1].id == card.id:
            return None
        return card, column.stage_id, column.cards[gap].id if gap < len(column.cards) else None

    def cancel(self) -> bool:
        """Give up what is carried; tell whether there was anything."""
        carried = self.going
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._card is not None:
            self._board.release_mouse()
        if carried:
            for column in self._board.columns:
                column.dragged = None
                column.show_drop(None)
                column.refresh()
            self._board.hide_ghost()
        self._card = None
        self.going = False
        return carried

    def _gap(self) -> tuple[int, int] | None:
        """Return the column and the place between its cards where the pointer is."""
        place = self._board.column_at(self._now[0])
        inside = self._board.region.y <= self._now[1] < self._board.region.bottom
        if place is None or not inside:
            return None
        column = self._board.columns[place]
        return place, column.gap_under(self._now[1] - column.content_region.y)

    def _draw(self) -> None:
        if self._card is None:
            return
        gap = self._gap()
        for place, column in enumerate(self._board.columns):
            column.show_drop(gap[1] if gap and gap[0] == place else None)
        card = self._card
        amount = "" if card.amount_cents is None else f" {show_money(card.amount_cents, card.currency)} "
        words = fit(f" {card.company or card.contact}", _GHOST - len(amount)) + amount
        self._board.show_ghost(words, *self._now)

    def _scroll_at_edges(self) -> None:
        x, y = self._now
        place = self._board.column_at(x)
        if place is not None:
            column = self._board.columns[place]
            inside = column.content_region
            step = -1 if y <= inside.y + _EDGE - 1 else 1 if y >= inside.bottom - _EDGE else 0
            if step:
                column.scroll_relative(y=step, animate=False)
                self._draw()
        self._ticks += 1
        if self._ticks % _SLIDE_EVERY == 0:
            region = self._board.region
            side = -1 if x <= region.x + _EDGE else 1 if x >= region.right - _EDGE - 1 else 0
            if side:
                self._board.slide(side)
                self._draw()
