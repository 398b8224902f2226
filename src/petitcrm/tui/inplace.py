"""A field typed on its own line of a sheet, or at the foot of a board: tab goes on to the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from petitcrm.i18n import N_
from petitcrm.tui.ask import Ask, Question

if TYPE_CHECKING:
    from textual.geometry import Region

    from petitcrm.errors import CrmError


class Field(Ask):
    """A question for one of several fields; `step` says where the person went on to."""

    BINDINGS = [
        Binding("tab", "turn(1)", N_("Next field"), id="inplace.next", show=False, priority=True),
        Binding("shift+tab", "turn(-1)", N_("Field above"), id="inplace.above", show=False, priority=True),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.step = 0
        """Where the person went on to: the next field, the one above, or none."""

    async def action_turn(self, step: int) -> None:
        if await self._take_offer():
            return
        self.step = step
        if self._is_as_it_was:
            self.dismiss(False)
        else:
            self.submit()

    def action_leave(self) -> None:
        self.step = 0
        super().action_leave()

    def _refuse(self, problem: CrmError) -> None:
        self.step = 0
        super()._refuse(problem)


class InPlace(Field):
    """A question over the value that it asks for, at `place`; what is understood stands below."""

    def __init__(self, question: Question, place: Region) -> None:
        super().__init__(question)
        self._place = place

    def on_mount(self) -> None:
        panel = self._panel
        panel.border_title = None
        panel.styles.offset = (self._place.x, self._place.y)
        panel.styles.width = self._place.width
        panel.styles.max_height = self._place.height

    @property
    def holds_a_line(self) -> bool:
        """Whether what is understood has its line before there is any: here it would cover a field for nothing."""
        return False
