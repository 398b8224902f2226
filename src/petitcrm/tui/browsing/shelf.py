"""What is remembered of a list: its filter and its order, its cursor and its marks; the order also for another day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from petitcrm.sales.browsing import COMES_BY, SORTS
from petitcrm.sales.views import View
from petitcrm.tui.remembered import recall, remember

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = "lists"
FALLING = ("amount", "created", "people", "weighted", "silent", "status", "state")
"""What is looked for from the largest, or the last, downwards."""


@dataclass
class Shelf:
    """A list as it was left."""

    noun: str
    filter: str = ""
    sort: str = "name"
    descending: bool = False
    at: int | None = None
    marks: set[int] = field(default_factory=set)

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return not self.filter.strip()

    def sort_by(self, sort: str) -> None:
        """Sort by something else; by the same again, the other way round."""
        if sort == self.sort:
            self.descending = not self.descending
        else:
            self.sort, self.descending = sort, sort in FALLING

    def use(self, view: View) -> None:
        """Show what a view shows."""
        self.filter, self.sort, self.descending = view.filter, view.sort, view.descending
        self.at = None

    def is_view(self, view: View) -> bool:
        """Tell whether it shows what a view shows."""
        mine = (self.filter.strip(), self.sort, self.descending)
        return mine == (view.filter.strip(), view.sort, view.descending)


def shelves(folder: str) -> dict[str, Shelf]:
    """Return the lists by noun, each in the order it was last left in on this machine."""
    kept = recall(folder, _NAME)
    found = {}
    for noun in SORTS:
        shelf = Shelf(noun, sort=COMES_BY[noun])
        told = kept.get(noun)
        if isinstance(told, dict) and told.get("sort") in SORTS[noun]:
            shelf.sort, shelf.descending = told["sort"], told.get("descending") is True
        found[noun] = shelf
    return found


def keep(folder: str, left: Mapping[str, Shelf]) -> None:
    """Keep the orders for another day; where they cannot be, they are of this day only."""
    told = {noun: {"sort": shelf.sort, "descending": shelf.descending} for noun, shelf in left.items()}
    remember(folder, _NAME, told)
