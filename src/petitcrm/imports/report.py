"""What an import did, row by row accounted for, and the rows that it refused."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.exchange import Problem
    from petitcrm.imports.column import Column
    from petitcrm.imports.likely import Likely
    from petitcrm.imports.tidied import Normalised

MOST_PROBLEMS = 10_000
"""Problems listed in a report; all rows refused are in the file of rejects."""


class Report(Row):
    """What became of a file: read = created + updated + unchanged + rejected.

    `mapping` is the field of each column by its header, `columns` says how each was recognised; `problems` are what
    could not be read, of rows refused and of rows taken all the same; `notes` are lines left aside. `batch` is what
    `undo` takes back, None where nothing was changed. `likely` are new rows that may be somebody known.
    `normalised` are the cells kept otherwise than they were written.
    """

    file: str
    format: str
    vendor: str
    noun: str
    encoding: str
    mapping: dict[str, str]
    columns: tuple[Column, ...]
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    batch: int | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    likely: tuple[Likely, ...] = ()
    normalised: tuple[Normalised, ...] = ()


class Rejects:
    """The file of refused rows: the original columns, then the line and the reason. Made at the first one."""

    LINE, REASON = "petitcrm line", "petitcrm reason"

    def __init__(self, path: str, headers: Sequence[str]) -> None:
        self._path = path
        self._headers = headers
        self._stream: TextIO | None = None

    def add(self, values: Sequence[str], line: int, reason: str) -> None:
        """Write one refused row, as it was; nothing where no file was asked for."""
        if not self._path:
            return
        if self._stream is None:
            self._stream = open(self._path, "w", encoding="utf-8-sig", newline="", opener=_private)  # noqa: SIM115 - see close
            csv.writer(self._stream).writerow([*self._headers, self.LINE, self.REASON])
        filled = [*values, *[""] * (len(self._headers) - len(values))]
        csv.writer(self._stream).writerow([*filled, line, reason])

    def close(self) -> None:
        """End the file."""
        if self._stream:
            self._stream.close()


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner may read: it holds people's addresses."""
    import os

    return os.open(path, flags, 0o600)
