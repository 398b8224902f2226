"""Beside the mails that wait, on wide screens: the one under the cursor, to read only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from petitcrm.errors import CrmError
from petitcrm.tui.mail import reading
from petitcrm.tui.mail.lines import view_lines
from petitcrm.tui.mail.reading import LEAVES
from petitcrm.tui.peek import PAUSE, Peek

if TYPE_CHECKING:
    from petitcrm.tui.mail.reading import Piece


class BesideMail(Peek, can_focus=False):
    """The mail under the cursor."""

    room_from = 120

    def look_at_mail(self, piece: Piece | None) -> None:
        """Show a mail, once the cursor rests on it."""
        if not self.display:
            return
        if piece is None:
            self.show([])
            return
        self._read_mail(piece)

    @work(group="peek", exclusive=True)
    async def _read_mail(self, piece: Piece) -> None:
        await asyncio.sleep(PAUSE)
        ask = reading.outgoing_view if piece.part in LEAVES else reading.mail_view
        try:
            _version, view = await self.app.desk.read(lambda crm: ask(crm, piece.id))
        except CrmError:
            self.show([])  # gone since: the list will be read again and say so
            return
        lines = view_lines(view, self.app.now, self.room.width, whole=view.text)
        self.show([line._replace(key=None) for line in lines])
