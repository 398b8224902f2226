"""Lines in columns of fixed widths, one click to open them, and a row of choices that keys and mouse turn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from petitcrm.text import safe
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.spans import Span, cut, fit
from petitcrm.tui.spots import Spot, point, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events

Cell = tuple[str, str]
"""A text and its role."""


class OneClick(Lines):
    """Lines that one click opens: a person who uses the mouse here means what they point at."""

    def on_click(self, event: events.Click) -> None:
        event.prevent_default()  # the double click of other lists would open it twice
        at = event.y + self.scroll_offset.y
        if at == self.at:
            self.action_open()


class Choice:
    """One of the choices of a row: its key, what it is about, what is chosen, and the action that turns it."""

    def __init__(self, key: str, words: str, chosen: str, action: str) -> None:
        self.key = key
        self.words = words
        self.chosen = chosen
        self.action = action

    @property
    def wide(self) -> int:
        """Cells that it takes, with the space after it."""
        return cell_len(self.key) + cell_len(safe(self.chosen)) + cell_len(self.words) + 5


class ChoicesRow(Widget):
    """Choices side by side; a click on one does what its key does."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._choices: list[Choice] = []

    def show(self, choices: list[Choice]) -> None:
        """Show these choices instead."""
        self._choices = choices
        self.refresh()

    def render(self) -> Content:
        pieces: list[tuple[str, str] | str] = [" "]
        room = self.size.width - 1
        for one in self._choices:
            if one.wide > room + 3:
                break
            room -= one.wide
            pieces += [
                (one.key, "bold $accent"),
                " ",
                (f"{one.words} ", "dim"),
                (safe(one.chosen), "bold"),
                "   ",
            ]
        return Content.assemble(*pieces)

    def spots(self) -> Iterator[Spot]:
        """Yield the choices."""
        at = 1
        for one in self._choices:
            yield from side_by_side([(at, one.wide - 2, partial(self.run_action, one.action))])
            at += one.wide

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)


def in_columns(cells: Sequence[Cell], widths: Sequence[int], width: int) -> list[Span]:
    """Lay out cells side by side, each cut or filled to its width, with a space between."""
    spans: list[Span] = [(" ", "text")]
    for (text, role), wide in zip(cells, widths, strict=False):
        spans += [(fit(text.replace("\n", " "), wide), role), (" ", "text")]
    return cut(spans, width)


def plain(text: str, role: str = "text") -> Line:
    """Return a line that can only be read."""
    return Line(lambda width: cut([(" ", "text"), (text.replace("\n", " "), role)], width))
