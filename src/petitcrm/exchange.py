"""What enters and leaves the firm in files: rows as they were written, and what is wrong with them."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Record(Row):
    """One row of a file, its cells as text in the order of the headers.

    `line` is the physical line where the row begins, or the row of its sheet (1 = first). `surplus` holds the cells
    for which the file has no header: such a row is probably shifted, and whoever imports it decides.
    """

    line: int
    values: tuple[str, ...]
    surplus: tuple[str, ...] = ()


class Problem(Row):
    """One thing to tell about a file: where it is, what was found there, and a sentence for the person."""

    line: int
    column: str
    value: str
    message: str


class Source(Row):
    """A file opened for reading.

    `records` may be iterated several times and holds one row at a time in memory; `sample` is its first rows.
    `refused` (rows that could not be read) and `notes` (lines left aside on purpose: a title above the headers,
    a total below) are complete once `records` has been read to its end: rows of the file = records + refused.
    `sheet` is the one read of a workbook, `sheets` are those that another could be chosen among.
    """

    name: str
    format: str
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    header_line: int
    sample: tuple[Record, ...]
    records: Iterable[Record]
    refused: list[Problem]
    notes: list[Problem]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
