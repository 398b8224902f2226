"""One line above the board: all the stages, and which of them are seen."""

from __future__ import annotations

from rich.cells import cell_len
from textual.message import Message

from petitcrm.text import safe
from petitcrm.tui.spans import fit
from petitcrm.tui.tabs_line import Piece, TabsLine, cells

_LONGEST_NAME = 18


class StagesBar(TabsLine):
    """` Prospect 18 · [ Rendez-vous 12 · Devis 9 ] · Closing 5`; a click goes there."""

    class Wanted(Message):
        """A stage was clicked."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._stages: list[tuple[str, int]] = []
        self._seen: tuple[int, ...] = ()
        self._is_cut = False
        self._at = 0

    def show(self, stages: list[tuple[str, int]], seen: tuple[int, ...], at: int, *, is_cut: bool) -> None:
        """Show stages (name, number of deals), which are open, whether others are out of sight, where the cursor is."""
        if (stages, seen, at, is_cut) != (self._stages, self._seen, self._at, self._is_cut):
            self._stages, self._seen, self._at, self._is_cut = stages, seen, at, is_cut
            self.refresh()

    def wanted(self, to: int) -> StagesBar.Wanted:
        """Say that a stage was pointed at."""
        return self.Wanted(to)

    def pieces(self) -> list[Piece]:
        """Return the pieces of the line, names shortened until it fits."""
        for longest in (_LONGEST_NAME, 12, 8, 5, 3):
            pieces = self._named(longest)
            if cells(pieces) <= self.size.width:
                return pieces
        return self._named(3)

    def _named(self, longest: int) -> list[Piece]:
        pieces = [Piece(" ", "")]
        first, last = (self._seen[0], self._seen[-1]) if self._is_cut and self._seen else (-1, -1)
        for place, (name, number) in enumerate(self._stages):
            if place == first:
                pieces.append(Piece("[", "bold $primary"))
            shown = _shortened(safe(name), longest)
            look = "bold $primary" if place == self._at else "" if place in self._seen else "dim"
            pieces.append(Piece(f"{shown} {number}", look, place))
            if place == last:
                pieces.append(Piece("]", "bold $primary"))
            if place < len(self._stages) - 1:
                pieces.append(Piece(" · ", "dim"))
        return pieces


def _shortened(name: str, longest: int) -> str:
    """Return a name in few cells; its number stays: `Rendez… 2` is not `Rendez… 1`."""
    if cell_len(name) <= longest:
        return name
    last = name.rpartition(" ")[2]
    tail = f" {last}" if len(last) <= 2 and cell_len(last) + 4 < longest else ""
    return fit(name, longest - cell_len(tail)) + tail
