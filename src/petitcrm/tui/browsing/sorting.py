"""The question by which column a list is sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.sales.browsing import SORTS
from petitcrm.tui.browsing.columns import sort_name
from petitcrm.tui.choose import Choose, Option

if TYPE_CHECKING:
    from collections.abc import Collection

    from petitcrm.tui.app import Interface
    from petitcrm.tui.browsing.shelf import Shelf


async def choose_sort(app: Interface, shelf: Shelf, *, without: Collection[str]) -> str | None:
    """Ask by what a list is sorted; an arrow says how it is now."""
    options = []
    for sort in SORTS[shelf.noun]:
        if sort not in without:
            arrow = ("  ▼" if shelf.descending else "  ▲") if sort == shelf.sort else ""
            options.append(Option(sort, sort_name(shelf.noun, sort) + arrow))
    title = _("Sort by; the same again turns it round")
    return await app.push_screen_wait(Choose(title, options, chosen=shelf.sort))
