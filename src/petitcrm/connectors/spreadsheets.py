"""A list of customers in a workbook (XLSX, XLSB, XLS, ODS): the sheet that holds it, read as a file of text is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from petitcrm.connectors import containers, tables
from petitcrm.connectors.spreadsheet_child import FOOTER
from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem, Source
from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from contextlib import AbstractContextManager

    Familiar = Callable[[Sequence[str]], int]

SECONDS = 2
"""Time that a workbook may take, and one second more for each of its megabytes."""

_MOST_SECONDS = 30
_PATIENCE = 5
_NAMES = 10
_CHILD = "petitcrm.connectors.spreadsheet_child"
# All that a Python needs to find its modules; nothing that names a base or holds a password.
_ENVIRONMENT = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMPDIR")


def open_spreadsheet(
    stream: BinaryIO, name: str, format: str, *, sheet: str = "", familiar: Familiar = len
) -> Source:
    """Open a workbook, a seekable stream of which `signatures.format_of` told the format.

    `sheet` is the one wanted, else the one with the list is found: `familiar` tells how many headers of a sheet are
    those of a list. Raises UsageProblem where the workbook is locked, damaged, has no such sheet, or would take more
    time or memory than a list does.
    """
    if format == "xls":
        if containers.is_enciphered(stream):
            raise containers.locked(name)
    else:
        containers.refuse_bomb(stream, name)
    output = _read_apart(stream, name, sheet)
    sheets = _sheets(output, name)
    chosen = _wanted(sheets, sheet, name) if sheet else _with_list(sheets, familiar)
    if chosen is None:
        if any(one.is_damaged for one in sheets):
            raise containers.damaged(name)
        return Source(name, format, "", "", (), 0, (), (), [], [])
    table = tables.Table(chosen.rows, chosen.layout, [] if sheet else _left_aside(sheets, chosen), [])
    return Source(
        name, format, "", "", chosen.layout.headers, chosen.layout.header_line, table.sample(), table, table.refused,
        table.notes, chosen.name, tuple(one.name for one in sheets if one.is_filled or sheet),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the other process


def _read_apart(stream: BinaryIO, name: str, sheet: str) -> BinaryIO:
    """Have a process of its own read the workbook into a file that nobody else sees."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the source
    seconds = min(SECONDS + (stream.seek(0, os.SEEK_END) >> 20), _MOST_SECONDS)
    # The system counts the child's work; the clock on the wall, which a busy machine slows, is for those that do not.
    patience = seconds * (_PATIENCE if os.name == "posix" else 1)
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    with _as_file(stream) as given:
        # The child goes on where the file stands, which is not where our own buffer does.
        os.lseek(given.fileno(), 0, os.SEEK_SET)
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", _CHILD, str(seconds), sheet],
                stdin=given, stdout=output, stderr=subprocess.DEVNULL, timeout=patience, env=environment, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _too_much(name) from None
    if done.returncode == 1:
        raise RuntimeError(f"{_CHILD} could not start")
    if done.returncode:
        raise _too_much(name)
    return output


def _as_file(stream: BinaryIO) -> AbstractContextManager[BinaryIO]:
    """Return the stream as a file of the system, whose number another process can be given."""
    try:
        stream.fileno()
    except OSError:  # bytes in memory
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
        stream.seek(0)
        while piece := stream.read(1 << 20):
            copy.write(piece)
        copy.flush()
        return copy
    return nullcontext(stream)


def _too_much(name: str) -> UsageProblem:
    return containers.excessive(name, _("time or memory to read it"))


# -------------------------------------------------------------------------------------------------------- its sheets


class _Sheet:
    """One sheet among the lines that the other process wrote."""

    def __init__(self, output: BinaryIO, told: dict[str, Any]) -> None:
        self._output = output
        self._told = told
        self._columns: list[int] = []
        self._are_first = False
        self.name: str = told["name"]
        self.is_hidden: bool = told["hidden"]
        self.is_damaged: bool = told.get("damaged", False)
        self.is_filled: bool = told["rows"] > 0
        self.layout = tables.Layout(None, 0, (), ())
        if self.is_filled:
            self._settle()

    def _settle(self) -> None:
        """Find the headers, and the columns that hold anything from there on."""
        first = list(islice(self._lines(), tables.SAMPLE_ROWS))
        cells = [row for _line, row in first]
        at = self._below_groups(first, tables.find_headers(cells))
        names, line = (cells[at], first[at][0]) if at >= 0 else ([], 0)
        self._columns = [
            column
            for column, last in self._told["last"]
            if last > line or (column < len(names) and names[column].strip())
        ]
        self._are_first = self._columns == list(range(len(self._columns)))
        headers = tables.distinct(self._of_columns(names), len(self._columns))
        self.layout = tables.laid_out([(line, self._of_columns(row)) for line, row in first], at, headers)

    def _below_groups(self, first: list[tuple[int, list[str]]], at: int) -> int:
        """Go down one row where the headers found are those of groups of columns: merged, and the names below."""
        if not 0 <= at < len(first) - 1 or first[at][0] not in self._told["spans"]:
            return at
        groups, names = first[at][1], first[at + 1][1]
        is_fuller = sum(map(bool, names)) > sum(map(bool, groups))
        return at + 1 if is_fuller and not tables.looks_like_data(names) else at

    def _of_columns(self, row: list[str]) -> list[str]:
        width = len(row)
        if width <= len(self._columns) and self._are_first:
            return row + [""] * (len(self._columns) - width)
        return [row[column] if column < width else "" for column in self._columns]

    def _lines(self) -> Generator[tuple[int, list[str]], None, None]:
        self._output.seek(self._told["begins"])
        for line in islice(self._output, self._told["rows"]):
            number, *row = json.loads(line)
            yield number, row

    def rows(self) -> Generator[tuple[int, list[str]], None, None]:
        """Yield the rows with a cell for every column of the list, but one alone for what may be a note below it.

        Such a note stands in the first column, below an empty row, a total, or another note.
        """
        before, is_below = 0, False
        for line, cells in self._lines():
            row = self._of_columns(cells)
            filled = len(row) - row.count("")
            is_note = filled == 1 and row[0] != ""
            is_below = (is_note and (is_below or line > before + 1)) or (
                2 * filled < len(row) + 2 and tables.is_total(row)
            )
            before = line
            yield line, row[:1] if is_below and is_note else row

    def weight(self, familiar: Familiar) -> tuple[bool, bool, int, int]:
        """Tell how much this looks like the sheet with the list: the greater the more."""
        headers = self.layout.headers if self.layout.header else ()
        return (
            not self.is_hidden,
            familiar(headers) >= min(2, len(headers)) > 0,
            self._told["tabular"],
            self._told["rows"],
        )


def _sheets(output: BinaryIO, name: str) -> list[_Sheet]:
    output.seek(-FOOTER, os.SEEK_END)
    output.seek(int(output.readline()))
    told = json.loads(output.readline())
    if told["is_damaged"]:
        raise containers.damaged(name)
    return [_Sheet(output, one) for one in told["sheets"]]


def _wanted(sheets: list[_Sheet], wanted: str, name: str) -> _Sheet | None:
    """Return the sheet that the person named; None where it is empty."""
    alike = [one for one in sheets if one.name.strip().casefold() == wanted.strip().casefold()]
    found = next((one for one in sheets if one.name == wanted), next(iter(alike), None))
    if found is None:
        raise UsageProblem(
            _("“{name}” has no sheet “{sheet}”.", name=name, sheet=wanted),
            advice=_("Its sheets: {names}.", names=_listed([one.name for one in sheets])),
        )
    if found.is_damaged:
        raise containers.damaged(name)
    return found if found.is_filled else None


def _with_list(sheets: list[_Sheet], familiar: Familiar) -> _Sheet | None:
    """Return the sheet that is most surely the list: in sight, with familiar headers, with most rows."""
    return max((one for one in sheets if one.is_filled), key=lambda one: one.weight(familiar), default=None)


def _left_aside(sheets: list[_Sheet], chosen: _Sheet) -> list[Problem]:
    others = [one.name for one in sheets if one is not chosen and (one.is_filled or one.is_damaged)]
    if not others:
        return []
    told = _(
        "The sheet “{sheet}” is read; left aside: {others}. --sheet NAME reads another.",
        sheet=chosen.name,
        others=_listed(others),
    )
    return [Problem(0, "", "", told)]


def _listed(names: list[str]) -> str:
    return ", ".join(names if len(names) <= _NAMES else [*names[:_NAMES], "…"])
