"""Beside a list, on wide screens: who and what is under the cursor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.geometry import Region

from petitcrm.errors import CrmError
from petitcrm.tui.lines import Lines

if TYPE_CHECKING:
    from textual.geometry import Size

    from petitcrm.tui.app import Interface
    from petitcrm.tui.target import Target

PAUSE = 0.08
"""Seconds that the cursor must rest before the base is asked: a held key does not queue readings."""
_ENTRIES = 20
_OVER, _LEAST = 46, 22
"""Cells that it takes at most where it lies over something, and without which it cannot be read."""
WIDE = 140
"""Cells of the screen from which there is room for it."""


class Peek(Lines, can_focus=False):
    """The sheet of what is under the cursor, to read only."""

    app: Interface
    room_from = WIDE
    """Cells of the screen from which there is room for it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.display = False

    def show_where_there_is_room(self, width: int) -> None:
        """Appear on a wide screen. Setting `display` lays everything out again, even to what it was."""
        has_room = width >= self.room_from and not self.app.is_linear
        if self.display != has_room:
            self.display = has_room

    @property
    def is_over(self) -> bool:
        """Whether it lies over a screen that has no room for it."""
        return self.has_class("-over")

    def lay_over(self, size: Size, beside: tuple[int, int]) -> None:
        """Lie over the larger side of a body of that size, so that the cells `beside` stay in sight."""
        start, end = beside
        room = max(start, size.width - end)
        x = 0 if start > size.width - end else size.width - min(room, _OVER)
        place = Region(x, 0, min(room, _OVER), size.height)
        if room < _LEAST:  # the column takes the whole screen: half of it, below
            place = Region(0, size.height // 2, size.width, size.height - size.height // 2)
        self.add_class("-over")
        self.styles.offset = place.offset
        self.styles.width, self.styles.height = place.width, place.height
        self.display = True

    def lie_down(self) -> None:
        """Lie over nothing any more."""
        self.remove_class("-over")
        for rule in ("offset", "width", "height"):
            self.styles.clear_rule(rule)
        self.display = False

    def look_at(self, target: Target | None) -> None:
        """Show the sheet of a target, once the cursor rests on it."""
        if not self.display:
            return
        if target is None:
            self.show([])
            return
        self._read(target)

    def _measure(self) -> None:
        """Never scroll: what is beyond its foot is on the sheet, one key away, and no layout is computed for it."""

    @work(group="peek", exclusive=True)
    async def _read(self, target: Target) -> None:
        from petitcrm.tui.facts import read_sheet
        from petitcrm.tui.sheet_lines import fact_lines, story_lines

        await asyncio.sleep(PAUSE)
        noun, row_id = ("deal", target.deal_id) if target.deal_id else ("contact", target.contact_id)
        if row_id is None:
            noun, row_id = "company", target.company_id
        if row_id is None:
            return
        try:
            _version, sheet = await self.app.desk.read(
                lambda crm: read_sheet(crm, noun, row_id, entries=_ENTRIES)
            )
        except CrmError:
            self.show([])  # gone since: the list will be read again and say so
            return
        width = self.room.width
        lines = fact_lines(sheet) + story_lines(sheet.entries, self.app.now, width)
        self.show([line._replace(key=None) for line in lines])
