"""Beside what there is of marketing, on wide screens: the steps of a sequence, the figures of a campaign, a list."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from petitcrm.errors import CrmError
from petitcrm.i18n import _
from petitcrm.tui.marketing import lines as drawn
from petitcrm.tui.peek import PAUSE, Peek

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.tui.lines import Line
    from petitcrm.tui.marketing.reading import Piece


class BesideMarketing(Peek, can_focus=False):
    """What stands under the cursor."""

    room_from = 120

    def look_at_piece(self, piece: Piece | None) -> None:
        """Show something, once the cursor rests on it."""
        if not self.display:
            return
        if piece is None:
            self.show([])
            return
        self._read_piece(piece)

    @work(group="peek", exclusive=True)
    async def _read_piece(self, piece: Piece) -> None:
        await asyncio.sleep(PAUSE)
        width = max(self.room.width, 20)
        try:
            _version, lines = await self.app.desk.read(lambda crm: _READ[piece.part](crm, piece, width))
        except CrmError:
            lines = []  # gone since: the list will be read again and say so
        self.show([line._replace(key=None) for line in lines])


def _sequence(crm: Crm, piece: Piece, width: int) -> list[Line]:
    from petitcrm.tui.marketing import sequence_lines, sequence_reading

    return sequence_lines.whole(sequence_reading.read(crm, piece.id), width)


def _campaign(crm: Crm, piece: Piece, width: int) -> list[Line]:
    from petitcrm.marketing import campaign_results, campaigns

    found = campaigns.of(crm, piece.key)
    told = campaign_results.results(crm, found)
    whole = told.whole
    lines = [
        drawn.said("strong", f" {found.name}"),
        drawn.said("dim", f"   {piece.how} · {piece.numbers}".rstrip(" ·")),
    ]
    lines += drawn.labelled(_("Subject"), found.subject, width)
    figures = (
        (_("Chosen"), told.chosen), (_("Left out"), sum(number for _why, number in told.left_out)),
        (_("Sent"), whole.sent), (_("Answered"), whole.replied), (_("Came back"), whole.bounced),
        (_("Objected"), whole.unsubscribed), (_("Refused"), whole.refused), (_("Uncertain"), whole.uncertain),
    )  # fmt: skip
    lines += [
        one
        for label, number in figures
        if number
        for one in drawn.labelled(label, str(number), width, "amount")
    ]
    return [*lines, drawn.blank(), *drawn.paragraph("text", found.body, width)]


def _list(crm: Crm, piece: Piece, width: int) -> list[Line]:
    from petitcrm.marketing import lists

    return list_lines(lists.of(crm, piece.key), width)


def list_lines(line: object, width: int) -> list[Line]:
    """Return what is said of a list: what people agree to, whether they confirm, the topics, who writes."""
    from petitcrm.marketing import lists
    from petitcrm.naming import PURPOSES
    from petitcrm.store.queries.audiences import ListLine

    assert isinstance(line, ListLine)
    told = [drawn.said("strong", f" {line.name}")]
    if line.description:
        told += drawn.paragraph("text", line.description, width)
    told += drawn.labelled(_("For"), _(PURPOSES[line.purpose]), width)
    told += drawn.labelled(_("They agree to"), _("“{text}”", text=line.wording), width)
    confirms = _("they confirm by a mail") if line.confirms else _("no mail to confirm: a proof is asked")
    told += drawn.labelled(_("To be on it"), confirms, width)
    if topics := ", ".join(lists.topics(line.topics).values()):
        told += drawn.labelled(_("Topics"), topics, width)
    told += drawn.labelled(_("Writes"), line.account or _("no account yet"), width)
    return [*told, *drawn.labelled(_("Key"), line.key, width, "dim")]


def _segment(crm: Crm, piece: Piece, width: int) -> list[Line]:
    from petitcrm.marketing import segments
    from petitcrm.store.queries import audiences

    line = segments.of(crm, piece.key)
    told = [
        drawn.said("strong", f" {line.name}"),
        *drawn.paragraph("text", line.condition, width),
        drawn.blank(),
    ]
    names = [f"{one.first_name} {one.last_name}".strip() or one.address
             for one in audiences.people(crm, segments.members(crm, piece.key)[:_SOME])]  # fmt: skip
    return [*told, *(drawn.said("text", f"   {name}") for name in names)]


_SOME = 30
"""People of a segment that are named beside it."""
_READ: dict[str, Callable[[Crm, Piece, int], list[Line]]] = {
    "sequence": _sequence, "campaign": _campaign, "list": _list, "segment": _segment,
}  # fmt: skip
