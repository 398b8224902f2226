"""One line above the day: the days to come and how much each holds; one of them can be shown instead of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.message import Message

from petitcrm.dates import SHORT_WEEKDAYS
from petitcrm.i18n import _, language
from petitcrm.sales.agenda import FULL
from petitcrm.tui.spans import fit
from petitcrm.tui.tabs_line import Piece, TabsLine, cells

if TYPE_CHECKING:
    from datetime import date

_LONGEST_NAME = 14
"""Cells of the longest name of a holiday that is shown."""


class Tab(NamedTuple):
    """A day of the bar: how many things it holds, and what it is called where nobody works on it."""

    on: date
    number: int
    is_worked: bool = True
    holiday: str = ""


class WeekBar(TabsLine):
    """` today 12 · Thu 26 (3) · Fri 27 – · Mon 30 (5)`; a click shows that day."""

    class Wanted(Message):
        """A day was clicked."""

        def __init__(self, on: date) -> None:
            super().__init__()
            self.on = on

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._tabs: list[Tab] = []
        self._chosen = 0
        self._over: date | None = None

    def show(self, tabs: list[Tab], chosen: date) -> None:
        """Show the days, today first, and which of them the list below is of."""
        at = next((at for at, tab in enumerate(tabs) if tab.on == chosen), 0)
        if (tabs, at) != (self._tabs, self._chosen):
            self._tabs, self._chosen = tabs, at
            self.refresh()

    def step(self, step: int) -> date | None:
        """Go to the day `step` places from the one that is shown, and return it; None beyond the ends."""
        at = self._chosen + step
        if not 0 <= at < len(self._tabs):
            return None
        self._chosen = at  # now: a key pressed again goes on from there
        self.refresh()
        return self._tabs[at].on

    def mark(self, on: date | None) -> None:
        """Show on which day what is carried by the mouse would fall."""
        if on != self._over:
            self._over = on
            self.refresh()

    def day_at(self, x: int) -> date | None:
        """Return the day that is shown at a cell of the line."""
        on: date | None = self.at(x)
        return on

    def wanted(self, to: date) -> WeekBar.Wanted:
        """Say that a day was pointed at."""
        return self.Wanted(to)

    def pieces(self) -> list[Piece]:
        """Return the line: from today on, or as far ahead as the chosen day needs to be seen."""
        for first in range(self._chosen + 1):
            pieces, last = self._from(first)
            if last >= self._chosen or first == self._chosen:
                return pieces
        return []

    def _from(self, first: int) -> tuple[list[Piece], int]:
        pieces = [Piece("‹ " if first else " ", "dim")]
        for at in range(first, len(self._tabs)):
            piece = self._piece(at)
            if at > first and cells([*pieces, piece]) > self.size.width - 2:
                return [*pieces, Piece("›", "dim")], at - 1
            pieces.append(piece)
        return pieces, len(self._tabs) - 1

    def _piece(self, at: int) -> Piece:
        tab = self._tabs[at]
        number = f"({tab.number}{'+' if at and tab.number == FULL else ''})" if tab.number else "–"
        words = " ".join(filter(None, [_day_name(tab, at), _holiday_name(tab), number]))
        if tab.on == self._over:
            return Piece(f"▸{words}◂", "bold $text-success", tab.on)
        if at == self._chosen:
            return Piece(f"[{words}]", "bold $primary", tab.on)
        return Piece(f" {words} ", "" if tab.number and tab.is_worked else "dim", tab.on)


def _day_name(tab: Tab, at: int) -> str:
    return _("today") if at == 0 else f"{SHORT_WEEKDAYS[language()][tab.on.weekday()]} {tab.on.day}"


def _holiday_name(tab: Tab) -> str:
    return fit(tab.holiday, min(cell_len(tab.holiday), _LONGEST_NAME))
