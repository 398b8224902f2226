"""The sixth screen: sequences, campaigns, lists and segments, with the people in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.tui.beside_screen import AIRY_FROM, BesideScreen
from petitcrm.tui.lines import Lines
from petitcrm.tui.marketing import lines as drawn
from petitcrm.tui.marketing import reading
from petitcrm.tui.marketing.beside import BesideMarketing
from petitcrm.tui.marketing.reading import PARTS, Piece
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.tui.target import Target

_LEAST = 20


class MarketingScreen(BesideScreen):
    """What there is of marketing, part by part, and beside it what stands under the cursor."""

    MODE = "marketing"
    _beside: BesideMarketing
    BINDINGS = [
        Binding("n", "begin", N_("new"), id="marketing.begin",
                tooltip=N_("Begin a sequence, a campaign, a list, a segment")),
        Binding("p", "pause", N_("pause"), id="marketing.pause", tooltip=N_("Let it rest, or let it go on")),
        Binding("s", "people", N_("enrol"), id="marketing.people",
                tooltip=N_("Begin the sequence for people; put somebody on the list")),
        Binding("e", "edit", N_("edit"), id="marketing.edit", tooltip=N_("Edit it")),
        Binding("x", "away", N_("Put it away, or take it back; forget a segment"), id="marketing.away", show=False),
        Binding("tab", "part(1)", N_("Next part, the one above"), id="marketing.part", show=False),
        Binding("shift+tab", "part(-1)", N_("Next part, the one above"), id="marketing.part_up", show=False),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__(BesideMarketing(id="peek"))
        self.pieces: list[Piece] | None = None
        self._counted: dict[int, Piece] = {}

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)  # its columns are as wide as the lines will be

    async def reread(self) -> None:
        """Read again what there is; segments are counted after the rest is shown."""
        self.shown, self.pieces = await self.app.desk.read(reading.shown)
        self.app.has_marketing = bool(self.pieces)
        self.show()
        self._count(self.shown)

    @work(group="count", exclusive=True)
    async def _count(self, version: int) -> None:
        for piece in self.pieces or []:
            if piece.part != "segment":
                continue
            try:
                _version, told = await self.app.desk.read(partial(reading.counted, piece=piece))
            except CrmError:
                return  # the next look at the base says what is wrong with it
            if version != self.shown:
                return
            self._counted[piece.id] = told
            self.show()

    @property
    def piece(self) -> Piece | None:
        """What stands under the cursor."""
        held = self._lines.line.held if self._lines.line else None
        return held if isinstance(held, Piece) else None

    def target(self) -> Target | None:
        """Return whom a gesture is for: nobody, here."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """Offer what can be done with what stands under the cursor."""
        part = self.piece.part if self.piece else ""
        parts = {"pause": ("sequence",), "people": ("sequence", "list"), "edit": ("sequence", "list", "segment"),
                 "away": ("sequence", "list", "segment")}  # fmt: skip
        return part in parts.get(action, (part,))

    # ------------------------------------------------------------------------------------------------------ keys

    def action_begin(self) -> None:
        from petitcrm.tui.marketing import beginning

        self.app.do(beginning.begin(self.app))

    def action_pause(self) -> None:
        from petitcrm.tui.marketing import sequence_acts

        if self.piece:
            self.app.do(sequence_acts.rest_or_go_on(self.app, self.piece.id))

    def action_people(self) -> None:
        from petitcrm.tui.marketing import audience_acts, starting

        if self.piece and self.piece.part == "sequence":
            self.app.do(starting.begin_for_people(self.app, self.piece.id))
        elif self.piece:
            self.app.do(audience_acts.subscribe_somebody(self.app, self.piece.key))

    def action_edit(self) -> None:
        from petitcrm.tui.marketing import audience_acts, sequence_acts

        if self.piece and self.piece.part == "sequence":
            self.app.do(sequence_acts.edit(self.app, self.piece.id))
        elif self.piece:
            self.app.do(audience_acts.edit(self.app, self.piece.part, self.piece.key))

    def action_away(self) -> None:
        from petitcrm.tui.marketing import audience_acts, sequence_acts

        if self.piece and self.piece.part == "sequence":
            self.app.do(sequence_acts.put_away(self.app, self.piece.id))
        elif self.piece:
            self.app.do(audience_acts.put_away(self.app, self.piece.part, self.piece.key))

    def action_part(self, step: int) -> None:
        """Go to the first line of the next part, or of the one above."""
        self._lines.turn_part(step, lambda line: line.key[0] if line.key else "")

    def on_lines_opened(self, message: Lines.Opened) -> None:
        from petitcrm.tui.marketing import beginning

        if isinstance(message.line.held, Piece):
            beginning.open_piece(self.app, message.line.held)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._lines:
            self._beside.look_at_piece(self.piece)
            self.refresh_bindings()
            self._tell_counts()

    def show(self) -> None:
        """Draw anew what there is."""
        if self.pieces is None:
            return
        pieces = [self._counted.get(one.id, one)._replace(name=one.name, how=one.how) if one.part == "segment" else one
                  for one in self.pieces]  # fmt: skip
        width = max(self._lines.outer_size.width - 1, _LEAST)  # with a scroll bar or without one
        self._lines.show(drawn.screen_lines(pieces, width, airy=self.size.height >= AIRY_FROM))
        self._tell_counts()

    def _tell_counts(self) -> None:
        if self.piece:
            self._status.counts = keyed(_(drawn.TAUGHT[self.piece.part]))
        elif self.pieces is not None:
            numbers = [(part, sum(one.part == part for one in self.pieces)) for part in PARTS]
            self._status.counts = " · ".join(
                f"{_(PARTS[part])} {number}" for part, number in numbers if number
            )
