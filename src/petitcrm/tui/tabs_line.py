"""One line of pieces, some of which lead somewhere: the same by a click and by jump mode."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from petitcrm.tui.spots import Spot, point, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.message import Message


class Piece(NamedTuple):
    """A piece of the line, how it looks, and where it leads; None for what only stands between."""

    text: str
    look: str
    to: Any = None


def cells(pieces: list[Piece]) -> int:
    """Return how wide pieces are."""
    return sum(cell_len(piece.text) for piece in pieces)


class TabsLine(Widget):
    """A line above a page; what it says and what pointing at it means is told by each kind."""

    ALLOW_SELECT = False

    def pieces(self) -> list[Piece]:
        """Return the line from its left end."""
        raise NotImplementedError

    def wanted(self, to: Any) -> Message:
        """Return what is said where a piece is pointed at."""
        raise NotImplementedError

    def render(self) -> Content:
        return Content.assemble("", *((piece.text, piece.look) for piece in self.pieces()))

    def at(self, x: int) -> Any:
        """Return where the piece at a cell of the line leads."""
        end = 0
        for piece in self.pieces():
            end += cell_len(piece.text)
            if x < end:
                return piece.to
        return None

    def spots(self) -> Iterator[Spot]:
        """Yield the pieces that lead somewhere."""
        x = 0
        for piece in self.pieces():
            wide = cell_len(piece.text)
            if piece.to is not None:
                yield from side_by_side([(x, wide, partial(self.post_message, self.wanted(piece.to)))])
            x += wide

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)
