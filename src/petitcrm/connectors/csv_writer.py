"""A list written as CSV: exact for programs, or made for a spreadsheet where no cell may act as a formula."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


class _Unix:
    """Ends rows by a line feed while the csv module believes in CRLF.

    It puts in quotes only the cells that hold a character of the row's end: with "\\n" alone a cell with a lone "\\r"
    would be written bare, and read back as two rows.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str) -> int:
        return self._stream.write(row[:-2] + "\n")


def write_csv(
    stream: TextIO,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    for_spreadsheet: bool = False,
    with_headers: bool = True,
) -> int:
    """Write headers and rows (None is an empty cell) on `stream`, opened with `newline=""`; return how many rows.

    By default: commas, line feeds, every character kept, so that reading it back gives the same cells. With
    `for_spreadsheet`: semicolons, CRLF and a byte order mark, as Excel in French wants it, and an apostrophe before
    the cells that begin with = + - @ (or their full-width forms), a tab or a line end, which would act as formulas.
    Without `with_headers`, only the rows: the next piece of a long list.
    """
    if for_spreadsheet:
        stream.write(BYTE_ORDER_MARK if with_headers else "")
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    else:
        writer = csv.writer(_Unix(stream), lineterminator="\r\n")
    shown = harmless if for_spreadsheet else _cell
    if with_headers:
        writer.writerow([shown(header) for header in headers])
    count = 0
    for row in rows:
        writer.writerow([shown(value) for value in row])
        count += 1
    return count


def _cell(value: object) -> object:
    return "" if value is None else value


def harmless(value: object) -> object:
    """Return a cell that a spreadsheet shows and does not compute; numbers are left as they are.

    A text that has the apostrophe already gets another, so that `as_it_was` can tell them apart.
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip("'").startswith(_ACTS):
        return "'" + value
    return value


def as_it_was(cell: str) -> str:
    """Return a cell that `harmless` wrote without the apostrophe it added."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(_ACTS) else cell
