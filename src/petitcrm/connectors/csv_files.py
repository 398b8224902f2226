"""A list of customers in a CSV file, of whatever country, program and decade it comes."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from petitcrm.connectors import csv_shape, encodings, signatures, tables
from petitcrm.connectors.csv_shape import Dialect
from petitcrm.connectors.encodings import Encoding
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.exchange import Problem, Source
from petitcrm.i18n import _
from petitcrm.i18n import ngettext as n_

if TYPE_CHECKING:
    from collections.abc import Generator

LONGEST_CELL = 1 << 25
"""Characters in one cell beyond which a quote must have been left open (32 million)."""

_SAMPLE = 1 << 16
_IN_MEMORY = 1 << 25


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
    file = _File(stream, found)
    layout = tables.settle(file.look(delimiter))
    file.width = len(layout.headers)
    table = tables.Table(file.rows, layout, file.notes(), file.refused)
    sample = table.sample()
    return Source(
        name, "csv", found.name, file.delimiter, layout.headers, layout.header_line, sample, table,
        table.refused, table.notes,
    )  # fmt: skip


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


class _File:
    """The rows of an opened file; `width` is how many cells they usually have, once that is known."""

    def __init__(self, stream: BinaryIO, encoding: Encoding) -> None:
        self._stream = stream
        self._encoding = encoding
        self._dialect = Dialect(csv_shape.ALONE)
        self._skipped_head = 0
        self._last = ""
        self.width = 0
        self.refused: list[Problem] = []

    @property
    def delimiter(self) -> str:
        """What separates the cells; nothing where there is one column."""
        return "" if self._dialect.delimiter == csv_shape.ALONE else self._dialect.delimiter

    def look(self, delimiter: str) -> list[tuple[int, list[str]]]:
        """Find out how the file is written, and return its first rows."""
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
        beginning = self.rows()
        rows = list(islice(beginning, tables.SAMPLE_ROWS))
        beginning.close()
        return rows

    def notes(self) -> list[Problem]:
        """Tell what is odd about the text itself."""
        notes = []
        if self._encoding.doubt:
            notes.append(Problem(0, "", "", _(self._encoding.doubt)))
        if self._encoding.holds_nul:
            notes.append(Problem(0, "", "", _("NUL characters were left out.")))
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

    def rows(self) -> Generator[tuple[int, list[str]], None, None]:
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
        if row and len(row) == self.width:
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
