"""The columns of a list: which there is room for, and what each says of a row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from petitcrm.dates import days_since, show_relative
from petitcrm.formats.phones import show_phone
from petitcrm.i18n import N_, _
from petitcrm.tui.browsing.cells import Column, Step, at_right, created, money, next_step, plain, tags
from petitcrm.tui.browsing.sales_columns import DEAL, NEED, TASK, deal_in_words, task_in_words
from petitcrm.tui.spans import Span, cut

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from petitcrm.store.queries.browse import Listed


class Placed(NamedTuple):
    """A column with the cells it got, and where it begins."""

    column: Column
    width: int
    start: int


GAP = 1
"""Cells between columns."""
MARGIN = 2
"""Cells before the first column: the cursor and the mark."""


def laid_out(noun: str, width: int, sort: str, *, without: Collection[str] = ()) -> list[Placed]:
    """Return the columns that fit in `width` cells, the one that the list is sorted by among them.

    The columns that sort by any of `without` (or are called so) are left out: a founder alone needs none for owners.
    """
    columns = [
        column
        for column in _COLUMNS[noun]
        if (column.sort or column.title) not in without or column.sort == sort
    ]
    by_need = sorted(columns, key=lambda column: (_NEED[noun].index(column.title), column.title))
    sorted_by = [column for column in by_need if column.sort == sort]
    chosen: list[Column] = []
    room = width - MARGIN
    for column in dict.fromkeys([by_need[0], *sorted_by, *by_need]):
        if column.least + GAP + column.beyond <= room:
            chosen.append(column)
            room -= column.least + GAP
    shown = [column for column in columns if column in chosen]
    return _placed(shown, _shared(shown, max(room + GAP, 0)))


def _shared(columns: list[Column], room: int) -> list[int]:
    """Share the cells that are left among the columns that want more, as much to each."""
    widths = [column.least for column in columns]
    while room > 0:
        hungry = [at for at, column in enumerate(columns) if widths[at] < column.most]
        if not hungry:
            break
        for at in hungry[:room]:
            widths[at] += 1
        room -= len(hungry[:room])
    return widths


def _placed(columns: list[Column], widths: list[int]) -> list[Placed]:
    placed = []
    start = MARGIN
    for column, width in zip(columns, widths, strict=True):
        placed.append(Placed(column, width, start))
        start += width + GAP
    return placed


def row_spans(row: Any, columns: list[Placed], now: datetime, *, marked: bool) -> list[Span]:
    """Return the line of a row; its first cell is left to the cursor."""
    spans: list[Span] = [(" ", "text"), ("✓" if marked else " ", "mark")]
    for column, width, _start in columns:
        spans += column.says(row, width, now)
        spans.append((" " * GAP, "text"))
    return spans


def row_in_words(noun: str, row: Any, now: datetime) -> str:
    """Return what a narrow list had to leave out of a row, in one line."""
    if noun == "deal":
        return deal_in_words(row, now)
    if noun == "task":
        return task_in_words(row, now)
    said = [row.job_title, row.email, _phone(row.phone), row.city, " ".join(f"#{tag}" for tag in row.tags)]
    return " · ".join(piece for piece in said if piece)


def _phone(number: str) -> str:
    return show_phone(number) if number.startswith("+") else number


def _telephone(row: Listed, width: int, _now: datetime) -> list[Span]:
    return cut([(_phone(row.phone), "text")], width)


def _people(row: Listed, width: int, _now: datetime) -> list[Span]:
    return at_right(str(row.people), "text", width) if row.people else at_right("–", "dim", width)


def _next(row: Listed, width: int, now: datetime) -> list[Span]:
    if row.next_id is None:  # with nothing to sell, nothing is missing
        return cut([(_("? no next step"), "missing")] if row.deals else [], width)
    return next_step(Step(row.next_kind, row.next_text, row.next_on, row.next_time), width, now)


def _amount(row: Listed, width: int, _now: datetime) -> list[Span]:
    return money(row.amount_cents if row.deals else None, width)


def _last(row: Listed, width: int, now: datetime) -> list[Span]:
    if not row.last_at:
        return cut([("–", "dim")], width)
    return cut([(_ago(row.last_at, now), "text")], width)


def _ago(instant: str, now: datetime) -> str:
    on = date.fromordinal(now.toordinal() - days_since(now, instant))
    return show_relative(on, today=now.date())


_CONTACT = (
    Column("name", N_("Name"), 17, 30, plain("name", "strong")),
    Column("company", N_("Company"), 16, 28, plain("company")),
    Column("", N_("E-mail"), 24, 34, plain("email")),
    Column("", N_("Phone"), 14, 17, _telephone),
    Column("town", N_("Town"), 12, 18, plain("city")),
    Column("", N_("Tags"), 12, 24, tags),
    Column("owner", N_("Owner"), 10, 14, plain("owner")),
    Column("amount", N_("Open deals"), 12, 14, _amount, is_right=True),
    Column("created", N_("Added"), 12, 15, created),
    Column("next", N_("Next step"), 26, 44, _next),
    Column("last", N_("Last contact"), 14, 15, _last),
)
_COMPANY = (
    Column("name", N_("Name"), 20, 34, plain("name", "strong")),
    Column("people", N_("Contacts"), 9, 9, _people, is_right=True),
    *(column for column in _CONTACT if column.sort not in ("name", "company")),
)
_COLUMNS = {"contact": _CONTACT, "company": _COMPANY, "deal": DEAL, "task": TASK}
_NEED = {
    "contact": ("Name", "Company", "Next step", "Last contact", "E-mail", "Phone", "Town", "Tags", "Owner",
                "Open deals", "Added"),
    **NEED,
    "company": ("Name", "Contacts", "Next step", "Last contact", "Town", "Open deals", "Phone", "E-mail", "Tags",
                "Owner", "Added"),
}  # fmt: skip
"""Which columns come first where there is not room for all."""
_NAMES = {
    noun: {column.sort: column.title for column in columns if column.sort}
    for noun, columns in _COLUMNS.items()
}


def sort_name(noun: str, sort: str) -> str:
    """Return what a list is sorted by, as its column is called."""
    return _(_NAMES[noun][sort])
