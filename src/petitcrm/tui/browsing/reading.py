"""What a list asks of the base: the first rows at once, then all ids, then the rows that come near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from petitcrm.formats.money import show_money
from petitcrm.i18n import _, figure
from petitcrm.sales import browsing, views
from petitcrm.sales.views import View
from petitcrm.store.queries import audiences, browse
from petitcrm.tui.browsing.counts import cut_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.sales.browsing import Orders
    from petitcrm.tui.browsing.shelf import Shelf

FIRST_ROWS = 60
"""Rows that are read at first: more than a tall terminal shows."""
_AROUND = 60
SEGMENT = "segment = "
"""How a filter names a segment, in either language."""


class Asked(NamedTuple):
    """A list: of what, narrowed by which line, in which order."""

    noun: str
    typed: str = ""
    sort: str = "name"
    descending: bool = False

    @property
    def comes_sorted(self) -> bool:
        """Whether its first rows can be had without reading all."""
        return self.sort == browsing.COMES_BY[self.noun] and not self.descending


class Sheaf(NamedTuple):
    """A list as it was read: its ids (all, or the first), how many there are (-1: not known), rows that are near."""

    ids: Sequence[int]
    number: int
    rows: list[Any]
    spelled: str = ""
    are_open: bool = True
    worth_cents: int | None = None
    """What the deals are worth together, once all are read."""
    problem: str = ""
    """What is wrong with the condition that is typed."""


def first(crm: Crm, asked: Asked) -> Sheaf:
    """Return the first rows of a list that comes sorted."""
    found = browsing.browse(crm, asked.noun, asked.typed, limit=FIRST_ROWS)
    rows = browse.rows(crm, asked.noun, found.ids)
    return Sheaf(found.ids, found.number, rows, found.spelled, found.are_open, problem=found.problem)


def whole(crm: Crm, asked: Asked, orders: Orders, here: int | None) -> Sheaf:
    """Return all ids of a list, with the rows around row `here` where it is among them, else its first rows."""
    found = browsing.browse(crm, asked.noun, asked.typed)
    ids = orders.arrange(crm, asked.noun, found.ids, asked.sort, descending=asked.descending)
    at = 0
    if here is not None and here in ids:
        at = ids.index(here)
    near = ids[max(0, at - _AROUND) : at + _AROUND]
    worth = orders.worth(crm, ids) if asked.noun == "deal" else None
    rows = browse.rows(crm, asked.noun, near)
    return Sheaf(ids, len(ids), rows, found.spelled, found.are_open, worth, found.problem)


class Whole(NamedTuple):
    """What is said of all lists: how many rows each has in all, and whether rows belong to people of the firm."""

    totals: dict[str, int]
    has_owners: bool
    views: list[View]


def around(crm: Crm, noun: str) -> Whole:
    """Return what is said around a list, with its views."""
    totals = {noun: browse.count(crm, noun) for noun in browsing.SORTS}
    return Whole(totals, browse.has_owners(crm, noun), known_views(crm, noun))


def known_views(crm: Crm, noun: str) -> list[View]:
    """Return the views of a list; of contacts, the segments too: each is a condition with a name."""
    known = views.listing(crm, noun)
    if noun == "contact":
        known += [View(None, noun, one.name, SEGMENT + one.key) for one in audiences.segments(crm)]
    return known


def is_segment(view: View) -> bool:
    """Tell whether a view is a segment, which is changed where segments are."""
    return view.built_in and view.filter.startswith(SEGMENT)


def counted(sheaf: Sheaf, shelf: Shelf, totals: dict[str, int]) -> str:
    """Return how many rows a filter leaves and what they are worth, with the words found for those typed."""
    if sheaf.problem:
        return "–"
    said = "…" if sheaf.number < 0 else figure(sheaf.number)
    total = totals.get(shelf.noun)
    if total is not None and sheaf.are_open and not shelf.is_all:
        said = _("{n} of {total}", n=said, total=figure(total))
    if sheaf.worth_cents:
        said = f"{said} · {show_money(sheaf.worth_cents)}"
    return f"≈ {cut_short(sheaf.spelled)} · {said}" if sheaf.spelled else said


def contacts(crm: Crm) -> Sheaf:
    """Return the first contacts by name: what the screen shows when it is opened."""
    return first(crm, Asked("contact"))
