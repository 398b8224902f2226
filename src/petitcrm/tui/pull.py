"""What the mouse has hold of: pressed, moved beyond a click, and what is drawn of it over the lines it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from rich.cells import cell_len
from textual.geometry import Offset
from textual.strip import Strip

if TYPE_CHECKING:
    from textual import events

    from petitcrm.tui.inks import Inks

_SLACK = 2
"""Cells that the pointer may move before a click becomes a drag."""

Thing = TypeVar("Thing")


class Pull(Generic[Thing]):
    """One press of the button on a thing; places are cells of the widget."""

    def __init__(self, thing: Thing, event: events.MouseEvent) -> None:
        self.thing = thing
        self._from = self.at = Offset(event.x, event.y)
        self.is_going = False

    def move(self, event: events.MouseEvent) -> bool:
        """Follow the pointer; tell whether this is more than a click."""
        self.at = Offset(event.x, event.y)
        away = self.at - self._from
        self.is_going = self.is_going or abs(away.x) + abs(away.y) >= _SLACK
        return self.is_going

    def over(self, line: Strip, words: str, inks: Inks) -> Strip:
        """Return a line with the thing carried over it, beside the pointer."""
        wide = min(cell_len(words), line.cell_length)
        at = max(0, min(self.at.x + 1, line.cell_length - wide))
        carried = inks.strip([(words, "strong")], wide, "carried")
        return Strip.join([line.crop(0, at), carried, line.crop(at + wide, line.cell_length)])
