"""A list of customers in a CSV file, of whatever country, program and decade it comes."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from petitcrm.connectors import csv_shape, encodings, signatures
from petitcrm.connectors.csv_shape import Dialect
from petitcrm.connectors.encodings import Encoding
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.exchange import Problem, Record, Source
from petitcrm.i18n import _
from petitcrm.i18n import ngettext as n_

if TYPE_CHECKING:
    from collections.abc import Generator

LONGEST_CELL = 1 << 25
"""Characters in one cell beyond which a quote must have been left open (32 million)."""

_SAMPLE = 1 << 16
_SAMPLE_ROWS = 200
_IN_MEMORY = 1 << 25
_HELD = 20
_PERHAPS_TOTAL = frozenset(["", *"TtSsGg"])


def open_csv(
    origin: str | bytes | BinaryIO, *, name: str = "", encoding: str = "", delimiter: str = ""
) -> Source:
    """Open a CSV file: a path, `-` (standard input), its bytes, or a binary stream.

    Encoding, delimiter, headers and lines to leave aside are recognised; `encoding` and `delimiter` force them.
    Raises NotFound when there is no such file, UsageProblem when it is not a table in text.
    """
    stream, name = seekable(origin, name)
    signatures.refuse_other_than_table(stream, name)
    found = encodings.named(encoding, stream) if encoding else encodings.detect(stream)
    stream.seek(0)
    table = _Table(stream, found, name)
    return table.source(delimiter)


def seekable(origin: str | bytes | BinaryIO, name: str) -> tuple[BinaryIO, str]:
    """Return a stream that can be read several times, and its name; a pipe is copied (to disk beyond 32 MB)."""
    if isinstance(origin, bytes):
        return io.BytesIO(origin), name or _("the data")
    if isinstance(origin, str):
        if origin != "-":
            return _opened(origin), name or origin
        origin, name = sys.stdin.buffer, name or _("standard input")
    if origin.seekable():
        return origin, name or str(getattr(origin, "name", _("the data")))
    copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - lives as long as the source
    while piece := origin.read(1 << 20):
        copy.write(piece)
    copy.seek(0)
    return copy, name or _("the data")  # type: ignore[return-value]


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise NotFound(_("There is no file “{path}”.", path=path)) from None
    except IsADirectoryError:
        raise UsageProblem(_("“{path}” is a folder.", path=path), advice=_("Name the files in it.")) from None
    except OSError as error:
        raise UsageProblem(
            _("“{path}” cannot be read: {reason}.", path=path, reason=error.strerror or error)
        ) from None


class _Table:
    """The rows of an opened file; iterating reads it again from the start (one iteration at a time)."""

    def __init__(self, stream: BinaryIO, encoding: Encoding, name: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._name = name
        self._dialect = Dialect(csv_shape.ALONE)
        self._skipped_head = 0
        self._header: list[str] | None = None
        self._header_line = 0
        self._headers: tuple[str, ...] = ()
        self._head_notes: list[Problem] = []
        self._last = ""
        self.refused: list[Problem] = []
        self.notes: list[Problem] = []

    def source(self, delimiter: str) -> Source:
        """Look at the beginning of the file and describe it."""
        rows = self._look(delimiter)
        self._settle(rows)
        beginning = iter(self)
        sample = tuple(islice(beginning, _SAMPLE_ROWS))
        beginning.close()
        return Source(
            name=self._name,
            format="csv",
            encoding=self._encoding.name,
            delimiter="" if self._dialect.delimiter == csv_shape.ALONE else self._dialect.delimiter,
            headers=self._headers,
            header_line=self._header_line,
            sample=sample,
            records=self,
            refused=self.refused,
            notes=self.notes,
        )

    def _look(self, delimiter: str) -> list[tuple[int, list[str]]]:
        text = self._text()
        sample = text.read(_SAMPLE)
        complete = len(sample) < _SAMPLE
        text.detach()
        if self._encoding.holds_nul:
            sample = sample.replace("\0", "")
        told, self._skipped_head = csv_shape.announced(sample)
        self._dialect = csv_shape.sniff(
            sample[self._skipped_head :], complete=complete, delimiter=delimiter or told
        )
        beginning = self._rows()
        rows = list(islice(beginning, _SAMPLE_ROWS))
        beginning.close()
        return rows

    def _settle(self, rows: list[tuple[int, list[str]]]) -> None:
        """Decide where the headers are and how many columns there are."""
        cells = [row for _line, row in rows]
        at = csv_shape.find_headers(cells)
        self._header = cells[at] if at >= 0 else None
        self._header_line = rows[at][0] if at >= 0 else 0
        names = cells[at] if at >= 0 else []
        below = [len(row) for row in cells[at + 1 :] if csv_shape.is_filled(row)]
        usual = max(set(below), key=lambda each: (below.count(each), each)) if below else 0
        while names and not names[-1].strip() and len(names) > max(usual, 1):
            names = names[:-1]
        self._headers = csv_shape.distinct(names, max(len(names), usual))
        self._head_notes = self._notes_on_head(rows, at)

    def _notes_on_head(self, rows: list[tuple[int, list[str]]], at: int) -> list[Problem]:
        notes = []
        if self._encoding.doubt:
            notes.append(Problem(0, "", "", _(self._encoding.doubt)))
        if self._encoding.holds_nul:
            notes.append(Problem(0, "", "", _("NUL characters were left out.")))
        if at < 0 and self._headers:
            notes.append(
                Problem(0, "", "", _("The file has no line of headers: columns are named by their place."))
            )
        for line, row in rows[: max(at, 0)]:
            if csv_shape.is_filled(row):
                notes.append(Problem(line, "", _shown(row), _("Line above the headers, left aside.")))
        return notes

    def _text(self) -> io.TextIOWrapper:
        self._stream.seek(self._encoding.mark)
        return io.TextIOWrapper(self._stream, self._encoding.name, self._encoding.errors, newline="")

    def _lines(self) -> Generator[str, None, None]:
        """Yield physical lines with their ends; the last one is kept, to mend a row with a quote amiss."""
        text = self._text()
        try:
            if self._skipped_head:
                text.readline()
            for line in text:
                self._last = line.replace("\0", "") if self._encoding.holds_nul else line
                yield self._last
        finally:
            text.detach()

    def _rows(self) -> Generator[tuple[int, list[str]], None, None]:
        """Yield the first line and the cells of every row that can be cut; the others go to `refused`."""
        csv.field_size_limit(LONGEST_CELL)
        reader = self._dialect.reader(self._lines(), strict=True)
        shift = 2 if self._skipped_head else 1
        line = shift
        reading = True
        while reading:
            try:
                for row in reader:
                    yield line, row
                    line = reader.line_num + shift
                reading = False
            except csv.Error as error:
                last = reader.line_num + shift - 1
                row = self._mended(line, last, str(error))
                if row:
                    yield last, row
                line = last + 1

    def _mended(self, line: int, last: int, reason: str) -> list[str]:
        """Read again the line where a quote was amiss; refuse the lines above it that the quote had swallowed."""
        closed = "unexpected end" not in reason and "larger than" not in reason
        row = next(self._dialect.reader([self._last]), []) if closed else []
        if row and line == last:
            return row
        if row and len(row) == len(self._headers):
            last -= 1
        else:
            row = []
        message = n_(
            "A quote opened on this line is not closed.",
            "A quote opened on this line is not closed: the lines down to {last} are inside it.",
            last - line + 1,
            last=last,
        )
        self.refused.append(Problem(line, "", "", message))
        return row

    def __iter__(self) -> Generator[Record, None, None]:
        """Yield the records; `refused` and `notes` are complete at the end."""
        self.refused.clear()
        self.notes[:] = self._head_notes
        width, header, header_line = len(self._headers), self._header, self._header_line
        held: list[tuple[int, list[str]]] = []
        if not width:
            return
        for line, row in self._rows():
            if len(row) != width or row[0][:1] in _PERHAPS_TOTAL or line <= header_line:
                if line > header_line and csv_shape.is_filled(row):
                    held.append((line, row))
                    if len(held) <= _HELD and (len(row) < width or csv_shape.is_total(row)):
                        continue
                    yield from self._released(held)
                continue
            if held:
                yield from self._released(held)
            if row == header:
                self.notes.append(Problem(line, "", _shown(row), _("The headers again, left aside.")))
            elif row[0].strip() or csv_shape.is_filled(row):
                yield Record(line, tuple(row))
        while held and self._is_footer(held[-1][1]):
            line, row = held.pop()
            self.notes.append(Problem(line, "", _shown(row), _("Line below the table, left aside.")))
        yield from self._released(held)

    def _is_footer(self, row: list[str]) -> bool:
        return csv_shape.is_total(row) or (len(row) == 1 and len(self._headers) > 2)

    def _released(self, held: list[tuple[int, list[str]]]) -> Generator[Record, None, None]:
        """Give back the rows that were kept until it was known that the table goes on; short ones are filled."""
        width = len(self._headers)
        for line, row in held:
            if row == self._header:
                self.notes.append(Problem(line, "", _shown(row), _("The headers again, left aside.")))
                continue
            row += [""] * (width - len(row))
            surplus = tuple(row[width:])
            yield Record(line, tuple(row[:width]), surplus if any(surplus) else ())
        held.clear()


def _shown(row: list[str]) -> str:
    """Return the filled cells of a row on one short line."""
    return " · ".join(cell.strip() for cell in row if cell.strip())[:200]
