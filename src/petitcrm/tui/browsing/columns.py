"""The columns of a list: which there is room for, and what each says of a row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from petitcrm.dates import days_since, show_day, show_relative
from petitcrm.formats.money import show_money
from petitcrm.formats.phones import show_phone
from petitcrm.i18n import N_, _
from petitcrm.naming import TASK_KINDS
from petitcrm.tui.spans import Span, cut, pushed_apart

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from petitcrm.store.queries.browse import Listed


class Column(NamedTuple):
    """One column: what it is sorted by ("" where it cannot be), its title, the cells it takes, what it says."""

    sort: str
    title: str
    least: int
    most: int
    says: Callable[[Listed, int, datetime], list[Span]]


class Placed(NamedTuple):
    """A column with the cells it got, and where it begins."""

    column: Column
    width: int
    start: int


GAP = 1
"""Cells between columns."""
MARGIN = 2
"""Cells before the first column: the cursor and the mark."""


def laid_out(noun: str, width: int, sort: str, *, without: str = "") -> list[Placed]:
    """Return the columns that fit in `width` cells, the one that the list is sorted by among them.

    The column that sorts by `without` is left out: a founder alone needs none for owners.
    """
    columns = [column for column in _COLUMNS[noun] if not without or column.sort != without]
    by_need = sorted(columns, key=lambda column: (_NEED[noun].index(column.title), column.title))
    sorted_by = [column for column in by_need if column.sort == sort]
    chosen: list[Column] = []
    room = width - MARGIN
    for column in dict.fromkeys([by_need[0], *sorted_by, *by_need]):
        if column.least + GAP <= room:
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


def row_spans(row: Listed, columns: list[Placed], now: datetime, *, marked: bool) -> list[Span]:
    """Return the line of a row; its first cell is left to the cursor."""
    spans: list[Span] = [(" ", "text"), ("✓" if marked else " ", "mark")]
    for column, width, _start in columns:
        spans += column.says(row, width, now)
        spans.append((" " * GAP, "text"))
    return spans


def row_in_words(row: Listed) -> str:
    """Return what a narrow list had to leave out of a row, in one line."""
    said = [row.job_title, row.email, _phone(row.phone), row.city, " ".join(f"#{tag}" for tag in row.tags)]
    return " · ".join(piece for piece in said if piece)


def _phone(number: str) -> str:
    return show_phone(number) if number.startswith("+") else number


def _plain(field: str, role: str = "text") -> Callable[[Listed, int, datetime], list[Span]]:
    def says(row: Listed, width: int, _now: datetime) -> list[Span]:
        return cut([(str(getattr(row, field) or ""), role)], width)

    return says


def _telephone(row: Listed, width: int, _now: datetime) -> list[Span]:
    return cut([(_phone(row.phone), "text")], width)


def _tags(row: Listed, width: int, _now: datetime) -> list[Span]:
    return cut([(" ".join(f"#{tag}" for tag in row.tags), "amount")], width)


def _people(row: Listed, width: int, _now: datetime) -> list[Span]:
    return pushed_apart(
        [], [(str(row.people) if row.people else "–", "text" if row.people else "dim")], width
    )


def _amount(row: Listed, width: int, _now: datetime) -> list[Span]:
    if not row.deals:
        return pushed_apart([], [("–", "dim")], width)
    return pushed_apart([], [(show_money(row.amount_cents), "amount")], width)


def _last(row: Listed, width: int, now: datetime) -> list[Span]:
    if not row.last_at:
        return cut([("–", "dim")], width)
    return cut([(_ago(row.last_at, now), "text")], width)


def _created(row: Listed, width: int, now: datetime) -> list[Span]:
    on = now.date().toordinal() - days_since(now, row.created_at)
    return cut([(show_day(date.fromordinal(on), today=now.date()), "dim")], width)


def _ago(instant: str, now: datetime) -> str:
    on = date.fromordinal(now.toordinal() - days_since(now, instant))
    return show_relative(on, today=now.date())


def _next(row: Listed, width: int, now: datetime) -> list[Span]:
    if row.next_id is None:  # with nothing to sell, nothing is missing
        return cut([(_("? no next step"), "missing")] if row.deals else [], width)
    kind = _(TASK_KINDS.get(row.next_kind, row.next_kind))
    words = row.next_text if row.next_kind == "other" and row.next_text else kind
    if row.next_text and row.next_kind != "other":
        words = f"{kind} · {row.next_text}"
    today = now.date()
    if row.next_on is None:
        return cut([("  ", "text"), (words, "dim")], width)
    on = date.fromisoformat(row.next_on)
    sign, role = ("! ", "late") if on < today else ("• ", "amount") if on == today else ("  ", "dim")
    when = row.next_time if on == today and row.next_time else _day(on, today)
    right: list[Span] = [(f" {when}", role)] if width >= 20 else []
    return pushed_apart([(sign, role), (words, "dim" if on > today else "text")], right, width)


def _day(on: date, today: date) -> str:
    days = (on - today).days
    if days < 0:
        return _("-{n} d", n=-days)
    return show_relative(on, today=today) if days < 2 else show_day(on, today=today)


_CONTACT = (
    Column("name", N_("Name"), 17, 30, _plain("name", "strong")),
    Column("company", N_("Company"), 16, 28, _plain("company")),
    Column("", N_("E-mail"), 24, 34, _plain("email")),
    Column("", N_("Phone"), 14, 17, _telephone),
    Column("town", N_("Town"), 12, 18, _plain("city")),
    Column("", N_("Tags"), 12, 24, _tags),
    Column("owner", N_("Owner"), 10, 14, _plain("owner")),
    Column("amount", N_("Open deals"), 12, 14, _amount),
    Column("created", N_("Added"), 12, 15, _created),
    Column("next", N_("Next step"), 26, 44, _next),
    Column("last", N_("Last contact"), 14, 15, _last),
)
_COMPANY = (
    Column("name", N_("Name"), 20, 34, _plain("name", "strong")),
    Column("people", N_("Contacts"), 9, 9, _people),
    *(column for column in _CONTACT if column.sort not in ("name", "company")),
)
_COLUMNS = {"contact": _CONTACT, "company": _COMPANY}
_NEED = {
    "contact": ("Name", "Company", "Next step", "Last contact", "E-mail", "Phone", "Town", "Tags", "Owner",
                "Open deals", "Added"),
    "company": ("Name", "Contacts", "Next step", "Last contact", "Town", "Open deals", "Phone", "E-mail", "Tags",
                "Owner", "Added"),
}  # fmt: skip
"""Which columns come first where there is not room for all."""
SORT_NAMES = {column.sort: column.title for columns in _COLUMNS.values() for column in columns if column.sort}
"""What a list may be sorted by, as its column is called."""
