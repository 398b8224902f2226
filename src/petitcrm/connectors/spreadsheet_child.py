"""The program that reads a workbook, run apart and limited: what a hostile file breaks is this process alone.

`python -m petitcrm.connectors.spreadsheet_child SECONDS [SHEET]` reads a workbook on its standard input, a file, and
writes on its standard output, one JSON array a line, the filled rows of its sheets: number of the row (1 = first), then
the cells as text. A last object tells where the sheets are among the lines; the 17 bytes after it, where it begins. It
ends with TOO_MUCH, or by a signal, where the workbook passes a limit.
"""

from __future__ import annotations

import datetime
import errno
import json
import math
import os
import sys
from operator import itemgetter
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet, CalamineWorkbook

DATA = 256 << 20
"""Bytes of memory that a workbook may take."""

FOOTER = 17
"""Bytes at the end that tell where the summary begins."""

TOO_MUCH = 4
"""The code with which this program ends where a workbook takes more memory, or more room on the disk."""

_FULL = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)
_WRITTEN = DATA
_LONGEST_ROW = 1 << 20
_TOP = 200
_SECOND = datetime.timedelta(seconds=1)


def main() -> None:
    """Read the workbook of standard input within limits, and write its sheets and a summary on standard output."""
    seconds, wanted = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    limit(seconds)
    output = sys.stdout.buffer
    told: dict[str, Any] = {"sheets": [], "is_damaged": False}
    try:
        for sheet in _sheets(sys.stdin.buffer, wanted, output):
            told["sheets"].append(sheet)
    except ImportError:
        raise
    except BaseException as error:
        # Not Exception: a fault of the library in Rust is a PanicException, which is none.
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _FULL):
            os._exit(TOO_MUCH)  # at once: what is left to write would fail too
        told["is_damaged"] = True
    begins = output.tell()
    output.write(json.dumps(told).encode() + b"\n%016d\n" % begins)


def limit(seconds: int) -> None:
    """Give this process so many seconds of work, and the memory of a list; nothing where the system knows no limits."""
    try:
        import resource
    except ImportError:
        return
    wanted = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, _WRITTEN)]
    wanted += [(resource.RLIMIT_DATA, DATA), (resource.RLIMIT_AS, 4 * DATA)]
    for which, most in wanted:
        _least, hardest = resource.getrlimit(which)
        most = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError):  # macOS refuses some of them
            continue


def _sheets(stream: BinaryIO, wanted: str, output: BinaryIO) -> Iterator[dict[str, Any]]:
    """Write the sheets that hold tables (or the wanted one), and tell of each what it is and where it was written."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(stream)
    sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    chosen = _named(wanted, [one.name for one in sheets])
    for sheet in sheets:
        told = {"name": sheet.name, "hidden": sheet.visible != SheetVisibleEnum.Visible, "rows": 0}
        if not wanted or sheet.name == chosen:
            told |= _written(workbook, sheet.name, output)
        yield told


def _named(wanted: str, names: list[str]) -> str:
    """Return the sheet so called, or so called but for its capitals and the spaces around."""
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    return wanted if wanted in names else next(iter(alike), "")


def _written(workbook: CalamineWorkbook, name: str, output: BinaryIO) -> dict[str, Any]:
    try:
        sheet = workbook.get_sheet_by_name(name)
        return _rows_written(sheet, output) if sheet.start else {}
    except (MemoryError, KeyboardInterrupt):
        raise
    except OSError as error:
        if error.errno:  # of writing: what the library cannot read ends in one too, without a number
            raise
    except BaseException:  # noqa: S110 - see main: one sheet is damaged, the others may be whole
        pass
    return {"damaged": True}


def _rows_written(sheet: CalamineSheet, output: BinaryIO) -> dict[str, Any]:
    begins = output.tell()
    rows, tabular, columns = 0, 0, _Columns(sheet.width)
    for number, row in _rows(sheet):
        rows += 1
        tabular += len(row) - row.count("") > 1
        columns.see(number, row)
        output.write(_line(number, row))
    spans = _spans(sheet)
    return {
        "rows": rows,
        "tabular": tabular,
        "last": sorted(columns.last.items()),
        "begins": begins,
        "spans": spans,
    }


class _Columns:
    """In which row each filled column last held anything; from row 201 on, in which it did for the first time."""

    def __init__(self, width: int) -> None:
        self.last: dict[int, int] = {}
        self._awaited = set(range(width))

    def see(self, number: int, row: list[str]) -> None:
        """Look at one more row. Headers stand among the first 200: of later rows it matters only that there are any."""
        seen = [column for column in self._awaited if column < len(row) and row[column].strip()]
        for column in seen:
            self.last[column] = number
        if seen and number > _TOP:
            self._awaited.difference_update(seen)


def _line(number: int, row: list[str]) -> bytes:
    line = json.dumps([number, *row])
    if "\\u0000" in line:
        line = json.dumps([number, *[cell.replace("\0", "") for cell in row]])
    if len(line) > _LONGEST_ROW:  # who reads it holds some hundreds of rows in memory
        raise MemoryError
    return line.encode() + b"\n"


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled rows as text, the cells merged downwards filled in each row that they stand beside."""
    merged = iter(_merged_down(sheet))
    coming = next(merged, None)
    going: list[list[Any]] = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [cell if cell.__class__ is str else shown(cell) for cell in cells]
        going = [one for one in going if one[1] >= number]
        is_filled = bool("".join(row).strip())
        for _first, _last, column, text in going:
            if is_filled and not row[column]:
                row[column] = text
        while coming and coming[0] <= number:
            if coming[0] == number and row[coming[2]]:
                going.append([*coming, row[coming[2]]])
            coming = next(merged, None)
        if is_filled:
            while not row[-1]:
                row.pop()
            yield number, row


def _merged_down(sheet: CalamineSheet) -> list[tuple[int, int, int]]:
    """Return first row, last row (1 = first) and place in the row of the cells merged over several rows."""
    left = sheet.start[1] if sheet.start else 0
    merged = [
        (top + 1, bottom + 1, column - left)
        for (top, column), (bottom, _column) in sheet.merged_cell_ranges or ()
        if bottom > top and left <= column < left + sheet.width
    ]
    return sorted(merged, key=itemgetter(0))


def _spans(sheet: CalamineSheet) -> list[int]:
    """Return the first rows (1 = first) that hold a cell merged over several columns, as the headers of groups are."""
    merged = sheet.merged_cell_ranges or ()
    return sorted({top + 1 for (top, left), (_row, right) in merged if right > left and top < _TOP})


def shown(cell: object) -> str:
    """Return a cell as its sheet shows it: no decimals that it has not, dates and hours as ISO 8601 writes them."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime.timedelta):
        return _duration(cell)
    if isinstance(cell, datetime.datetime):
        return _moment(cell)
    if isinstance(cell, datetime.time):
        return _hour((datetime.datetime.combine(datetime.date.min, cell) + _SECOND / 2).time())
    return str(cell)


def _number(value: float) -> str:
    """Write a number with the 15 figures that a spreadsheet keeps.

    1.234 is written 1.2340: three decimals and no more would be read as thousands. From 16 figures on the exponent is
    left, so that nobody takes for a number of an invoice or a firm what was rounded.
    """
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}".upper()
    whole, _point, decimals = text.lstrip("-").partition(".")
    return f"{text}0" if len(decimals) == 3 and whole != "0" and len(whole) < 4 else text


def _hour(at: datetime.time) -> str:
    return at.strftime("%H:%M:%S").removesuffix(":00")


def _moment(at: datetime.datetime) -> str:
    """Write a day, with its hour but at midnight, to the second: a sheet keeps a fraction, which is a little beside."""
    if at < datetime.datetime.max - _SECOND:
        at += _SECOND / 2
    hour = _hour(at.time())
    return f"{at.date().isoformat()} {hour}" if hour != "00:00" else at.date().isoformat()


def _duration(value: datetime.timedelta) -> str:
    """Write hours beyond a day as 26:30:00."""
    seconds = round(abs(value.total_seconds()))
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


if __name__ == "__main__":
    main()
