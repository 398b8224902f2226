"""A deal edited from the board, which stays in view: its title first, then with tab the amount and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.tui import edits
from petitcrm.tui.facts import Fact, Sheet, beside, read_sheet

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface

_WITH_KEYS = ("stage_id", "status", "sleep_until")
"""What keys of the board are for."""


class CardFields:
    """The fields of a deal, without its contact's."""

    def __init__(self, app: Interface, deal_id: int) -> None:
        self._app = app
        self._deal_id = deal_id
        self.sheet: Sheet | None = None

    async def reread(self) -> None:
        """Read the fields again."""
        deal_id = self._deal_id
        _version, self.sheet = await self._app.desk.read(
            lambda crm: read_sheet(crm, "deal", deal_id, entries=0)
        )

    def place_of(self, _fact: Fact) -> None:
        """Return None: a column is too narrow to type in."""
        return

    def beside(self, fact: Fact, step: int) -> Fact | None:
        """Return the field of the deal after (or before) another one."""
        own = [one for one in self.facts if one.of is None and one.field not in _WITH_KEYS]
        return beside(own, fact, step)

    @property
    def facts(self) -> list[Fact]:
        """The fields that were read."""
        return self.sheet.facts if self.sheet else []


async def edit(app: Interface, deal_id: int) -> None:
    """Ask for another title of a deal, and with tab for its other fields."""
    fields = CardFields(app, deal_id)
    await fields.reread()
    title = next(fact for fact in fields.facts if fact.field == "title")
    await edits.edit_facts(app, fields, title)
