"""The funnel as one list: the stage of each deal is said, and the keys of the board act on the one that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.tui.frame import Bar, KeyBar
from petitcrm.tui.funnel import FunnelScreen
from petitcrm.tui.linear.words import funnel_lines
from petitcrm.tui.lines import Lines

if TYPE_CHECKING:
    from textual.app import ComposeResult

_ALL = 1_000_000


class LinearFunnel(FunnelScreen):
    """The board stays, unseen: it knows which deal is meant; the list leads it."""

    def __init__(self) -> None:
        super().__init__()
        self._list = Lines(id="deals")
        self.board.display = False

    def compose(self) -> ComposeResult:
        yield Bar(mode="funnel")
        yield self._list
        yield self.board
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        super().on_mount()
        self._list.focus()

    async def reread(self) -> None:
        """Read the pipeline again, with all its deals: a list has no other columns in which to wait."""
        await super().reread()
        lacking = self.pipeline and any(len(column.cards) < column.number for column in self.pipeline.columns)
        if self.pipeline and lacking and not self.sought:
            self._limits = {column.stage_id: _ALL for column in self.pipeline.columns}
            await super().reread()
        self._show_deals()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        line = message.lines.line
        if line and line.key and self.board.find(line.key[1]):
            self._follow()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.line.key:
            self.app.action_open("deal", message.line.key[1])

    def _show_deals(self) -> None:
        if self.pipeline is not None:
            card = self.board.card
            lines = funnel_lines(self.pipeline, self.app.now.date())
            self._list.show(lines, choose=("deal", card.id) if card else None)
