"""What is remembered of a list: its filter and its order, its cursor and its marks; the order also for another day."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from petitcrm.sales.browsing import COMES_BY, SORTS
from petitcrm.sales.views import View

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    kept = _kept(folder)
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
    path = _path(folder)
    unfinished = f"{path}.{os.getpid()}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(told, file)
        os.replace(unfinished, path)
    except OSError:
        return


def _kept(folder: str) -> dict[str, object]:
    try:
        with open(_path(folder), encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _path(folder: str) -> str:
    return os.path.join(folder, "lists.json")
