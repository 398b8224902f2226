"""What ordinary rows say of a pursuit, column by column; a row that says anything else of it is odd.

Every cell means here what `lead_cells` makes of it, which reads the odd rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.imports import cells, lead_columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.lead_cells import LeadCells
    from petitcrm.imports.plain_cells import PlainCells, Texts

ONCE = frozenset(
    ("lead.direction", "lead.source", "lead.campaign", "lead.product", "lead.online", "lead.partner", "lead.owner",
     "lead.state", "lead.list", "lead.created_at", "lead.requalify_on", "lead.external_id", "lead.reason")
)  # fmt: skip
WORDS = "lead.words"
REPEATED = frozenset(
    ("lead.direction", "lead.source", "lead.campaign", "lead.product", "lead.online", "lead.partner", "lead.owner",
     "lead.state")
)  # fmt: skip


class PlainLeadCells:
    """Reads the columns of the pursuit of one piece into `PlainCells.texts`, under their fields."""

    def __init__(self, plain: PlainCells, known: LeadCells, desk: Desk) -> None:
        self._plain = plain
        self._known = known
        self._desk = desk
        self.readers: dict[str, Callable[[Texts], None]] = {
            "lead.direction": lambda texts: self._read("lead.direction", texts, _direction),
            "lead.state": lambda texts: self._read("lead.state", texts, _state),
            "lead.online": lambda texts: self._read("lead.online", texts, lambda text: int(cells.says_yes(text))),
            "lead.owner": lambda texts: self._read("lead.owner", texts, desk.owner_id),
            "lead.partner": lambda texts: self._read("lead.partner", texts, self._partner),
            "lead.list": self._blank, "lead.requalify_on": self._blank, "lead.created_at": self._created_at,
            "lead.external_id": self._external_id,
        }  # fmt: skip

    def _read(self, field: str, texts: Texts, read: Callable[[str], Any]) -> None:
        """Read a column of which a row is odd that says something nobody here knows."""
        found = self._plain.mapped(field, texts, lambda text: read(text) if text else "")
        self._plain.mark([value is None for value in found])
        self._plain.texts[field] = found

    def _partner(self, cell: str) -> int | str | None:
        return "" if cells.is_nothing(cell) else self._known.partner_id(cell)

    def _blank(self, texts: Texts) -> None:
        """Leave every row that says anything to the general way: a touch to plan, a day to wait for."""
        self._plain.mark([bool(text) for text in texts])

    def _created_at(self, texts: Texts) -> None:
        reader, now_text = self._desk.reader, self._desk.now_text
        month_first = reader.month_first.get("lead.created_at", False)

        def read(text: str) -> str | None:
            try:
                moment = cells.read_moment(text, now=reader.now, month_first=month_first)
            except UsageProblem:
                return None
            return None if moment[:10] > now_text[:10] else min(moment, now_text)

        self._read("lead.created_at", texts, read)

    def _external_id(self, texts: Texts) -> None:
        told = [self._desk.external_id(text) if text else None for text in texts]
        self._plain.texts["lead.external_id"] = told


def _direction(cell: str) -> str | None:
    return "" if cells.is_nothing(cell) else lead_columns.direction_of(cell) or None


def _state(cell: str) -> str | None:
    """Return the state that a cell tells; closing somebody for good has a bearing on other rows."""
    found = "" if cells.is_nothing(cell) else lead_columns.state_of(cell) or None
    return None if found == "never" else found


def joined(columns: list[Texts]) -> Texts:
    """Return what several columns say, one below the other."""
    if len(columns) == 1:
        return columns[0]
    return ["\n\n".join(filter(None, told)) for told in zip(*columns, strict=True)]
