"""A workbook (XLSX) that a spreadsheet opens: texts stay texts, amounts and counts are numbers, dates are dates.

Rows are written as they come and never held: a list of any length takes the same memory.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language
from petitcrm.rows import Row
from petitcrm.text import width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXT, NUMBER, AMOUNT, DAY, INSTANT = "text", "number", "amount", "day", "instant"
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767
"""What a sheet can hold, in rows (its headers among them), in columns, and in UTF-16 units of one cell."""

_EXACT = 10**15
_FORMATS = {
    "fr": {AMOUNT: "#,##0.00", NUMBER: "0", DAY: "dd/mm/yyyy", INSTANT: "dd/mm/yyyy hh:mm"},
    "en": {AMOUNT: "#,##0.00", NUMBER: "0", DAY: "yyyy-mm-dd", INSTANT: "yyyy-mm-dd hh:mm"},
}
_WIDTHS = {AMOUNT: 14, NUMBER: 10, DAY: 12, INSTANT: 18}
_NARROWEST, _WIDEST = 6, 60
_FIRST_YEAR = 1900


class Sheet(Row):
    """One list: its name, its columns as (header, kind), how many rows there are in all, and the rows."""

    name: str
    columns: Sequence[tuple[str, str]]
    total: int
    rows: Iterable[Sequence[Any]]


def write_workbook(stream: BinaryIO, sheets: Iterable[Sheet], *, at: datetime) -> None:
    """Write sheets on a binary stream, as made at an instant.

    A cell of a `day` or `instant` column is a date or a datetime (without a zone), of an `amount` a number; anything
    else there is written as text. Raises UsageProblem where a sheet cannot hold what there is.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(stream, options)
    workbook.set_properties({"created": at.replace(tzinfo=None)})
    for sheet in sheets:
        _check(sheet)
        _Writer(workbook, sheet).write()
    workbook.close()


def _check(sheet: Sheet) -> None:
    advice = _("CSV and NDJSON have no such limit.")
    if sheet.total >= MOST_ROWS:
        raise UsageProblem(
            _("A spreadsheet holds {most} rows, and there are {count} {what}.", most=MOST_ROWS - 1, count=sheet.total,
              what=sheet.name),
            advice=advice,
        )  # fmt: skip
    if len(sheet.columns) > MOST_COLUMNS:
        raise UsageProblem(_("A spreadsheet holds {most} columns.", most=MOST_COLUMNS), advice=advice)


class _Writer:
    """One sheet being written, which learns how wide its columns are to be."""

    def __init__(self, workbook: Any, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page = workbook.add_worksheet(sheet.name)
        self.bold = workbook.add_format({"bold": True})
        self.plain = workbook.add_format({})
        self.formats = {
            kind: workbook.add_format({"num_format": told}) for kind, told in _FORMATS[language()].items()
        }
        self.widths = [width(header) + 3 for header, _kind in sheet.columns]  # 3: the arrow of the filter

    def write(self) -> None:
        """Write the headers and the rows; the headers stay in sight, and filter."""
        for place, (header, _kind) in enumerate(self.sheet.columns):
            self._text(0, place, header, self.bold)
        last = 0
        for last, row in enumerate(self.sheet.rows, 1):
            for place, ((_header, kind), value) in enumerate(zip(self.sheet.columns, row, strict=True)):
                if value is not None and value != "":
                    self._cell(last, place, kind, value)
        self.page.freeze_panes(1, 0)
        if self.sheet.columns:
            self.page.autofilter(0, 0, last, len(self.sheet.columns) - 1)
        for place, cells in enumerate(self.widths):
            self.page.set_column(place, place, max(_NARROWEST, min(cells, _WIDEST)))

    def _cell(self, row: int, place: int, kind: str, value: Any) -> None:
        if kind in (AMOUNT, NUMBER) and isinstance(value, int | float) and abs(value) < _EXACT:
            self.page.write_number(row, place, value, self.formats[kind])
        elif kind in (DAY, INSTANT) and isinstance(value, date) and value.year >= _FIRST_YEAR:
            self.page.write_datetime(row, place, value, self.formats[kind])
        else:
            return self._text(row, place, str(value), None)
        self.widths[place] = max(self.widths[place], _WIDTHS[kind])
        return None

    def _text(self, row: int, place: int, value: str, shape: Any) -> None:
        if len(value) * 2 > LONGEST_CELL and len(value.encode("utf-16-le")) > 2 * LONGEST_CELL:
            raise UsageProblem(
                _("A cell of a spreadsheet holds {most} characters: row {row} of {what} has more.", most=LONGEST_CELL,
                  row=row + 1, what=self.sheet.name),
                advice=_("CSV and NDJSON have no such limit."),
            )  # fmt: skip
        if value.startswith("<r>") and value.endswith("</r>"):
            # XlsxWriter takes such a text for its own rich text and would copy it into the file as it is.
            self.page.write_rich_string(row, place, value[:1], self.plain, value[1:])
        else:
            self.page.write_string(row, place, value, shape)
        longest = max(map(width, value.split("\n"))) if "\n" in value else width(value)
        self.widths[place] = max(self.widths[place], longest + 2)
