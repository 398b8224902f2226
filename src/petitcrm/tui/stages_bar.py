"""One line above the board: all the stages, and which of them are seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from petitcrm.text import safe
from petitcrm.tui.spans import fit
from petitcrm.tui.spots import Spot, point, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events

_LONGEST_NAME = 18


class _Tab(NamedTuple):
    text: str
    column: int | None
    look: str


class StagesBar(Widget):
    """` Prospect 18 · [ Rendez-vous 12 · Devis 9 ] · Closing 5`; a click goes there."""

    ALLOW_SELECT = False

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

    def render(self) -> Content:
        tabs = self._tabs()
        return Content.assemble(*((tab.text, tab.look) for tab in tabs)) if tabs else Content("")

    def spots(self) -> Iterator[Spot]:
        """Yield the stages."""
        x = 0
        for tab in self._tabs():
            wide = Content(tab.text).cell_length
            if tab.column is not None:
                yield from side_by_side([(x, wide, partial(self.post_message, self.Wanted(tab.column)))])
            x += wide

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)

    def _tabs(self) -> list[_Tab]:
        """Return the pieces of the line, names shortened until it fits."""
        for longest in (_LONGEST_NAME, 12, 8, 5, 3):
            tabs = self._named(longest)
            if sum(Content(tab.text).cell_length for tab in tabs) <= self.size.width:
                return tabs
        return self._named(3)

    def _named(self, longest: int) -> list[_Tab]:
        tabs = [_Tab(" ", None, "")]
        first, last = (self._seen[0], self._seen[-1]) if self._is_cut and self._seen else (-1, -1)
        for place, (name, number) in enumerate(self._stages):
            if place == first:
                tabs.append(_Tab("[", None, "bold $primary"))
            shown = _shortened(safe(name), longest)
            look = "bold $primary" if place == self._at else "" if place in self._seen else "dim"
            tabs.append(_Tab(f"{shown} {number}", place, look))
            if place == last:
                tabs.append(_Tab("]", None, "bold $primary"))
            if place < len(self._stages) - 1:
                tabs.append(_Tab(" · ", None, "dim"))
        return tabs


def _shortened(name: str, longest: int) -> str:
    """Return a name in few cells; its number stays: `Rendez… 2` is not `Rendez… 1`."""
    if cell_len(name) <= longest:
        return name
    last = name.rpartition(" ")[2]
    tail = f" {last}" if len(last) <= 2 and cell_len(last) + 4 < longest else ""
    return fit(name, longest - cell_len(tail)) + tail
