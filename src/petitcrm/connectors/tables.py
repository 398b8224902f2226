"""A list among the rows of a file: where its headers are, which rows are its own, and what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from petitcrm.exchange import Problem, Record
from petitcrm.i18n import _
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Rows = Callable[[], Generator[tuple[int, list[str]], None, None]]

SAMPLE_ROWS = 200
"""Rows looked at to understand a list."""

_HELD = 20
_PERHAPS_TOTAL = frozenset(["", *"TtSsGg"])
_DATA = re.compile(
    r"[^\s@]+@[^\s@]+\.\w+|https?://\S+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|\d{4}-\d\d?-\d\d?([T ].*)?|\d\d?[/.]\d\d?[/.]\d{2,4}( .*)?|\+?\(?\d[\d .()-]{7,}",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(sous[- ]?|grand )?tot(al|aux|als)\b.*", re.IGNORECASE)


class Layout(Row):
    """Where the list begins: its row of headers as it stands (None where it has none) and its line, and the columns.

    `notes` tell of the lines above.
    """

    header: list[str] | None
    header_line: int
    headers: tuple[str, ...]
    notes: tuple[Problem, ...]


def settle(rows: list[tuple[int, list[str]]]) -> Layout:
    """Decide from the first rows where the headers are and how many columns there are."""
    cells = [row for _line, row in rows]
    at = find_headers(cells)
    names = cells[at] if at >= 0 else []
    below = [len(row) for row in cells[at + 1 :] if is_filled(row)]
    usual = max(set(below), key=lambda each: (below.count(each), each)) if below else 0
    while names and not names[-1].strip() and len(names) > max(usual, 1):
        names = names[:-1]
    headers = distinct(names, max(len(names), usual))
    return laid_out(rows, at, headers)


def laid_out(rows: list[tuple[int, list[str]]], at: int, headers: tuple[str, ...]) -> Layout:
    """Return the layout of a list whose headers are the row `at` of its first rows; -1 where there are none."""
    notes = []
    if at < 0 and headers:
        notes.append(
            Problem(0, "", "", _("The file has no line of headers: columns are named by their place."))
        )
    for line, row in rows[: max(at, 0)]:
        if is_filled(row):
            notes.append(Problem(line, "", shown(row), _("Line above the headers, left aside.")))
    return Layout(rows[at][1] if at >= 0 else None, rows[at][0] if at >= 0 else 0, headers, tuple(notes))


class Table:
    """The records of a list; iterating reads its rows again from the start (one iteration at a time).

    `refused` is where `rows` puts what it cannot read; it is emptied first. It and `notes` are complete at the end.
    """

    def __init__(self, rows: Rows, layout: Layout, notes: list[Problem], refused: list[Problem]) -> None:
        self._rows = rows
        self._layout = layout
        self._first_notes = [*notes, *layout.notes]
        self.refused = refused
        self.notes: list[Problem] = []

    def sample(self) -> tuple[Record, ...]:
        """Return the first records."""
        beginning = iter(self)
        sample = tuple(islice(beginning, SAMPLE_ROWS))
        beginning.close()
        return sample

    def __iter__(self) -> Generator[Record, None, None]:
        """Yield the records; `refused` and `notes` are complete at the end."""
        self.refused.clear()
        self.notes[:] = self._first_notes
        header, header_line, width = self._layout.header, self._layout.header_line, len(self._layout.headers)
        held: list[tuple[int, list[str]]] = []
        if not width:
            return
        for line, row in self._rows():
            if len(row) != width or row[0][:1] in _PERHAPS_TOTAL or line <= header_line:
                if line > header_line and is_filled(row):
                    held.append((line, row))
                    if len(held) <= _HELD and (len(row) < width or is_total(row)):
                        continue
                    yield from self._released(held)
                continue
            if held:
                yield from self._released(held)
            if row == header:
                self.notes.append(Problem(line, "", shown(row), _("The headers again, left aside.")))
            elif row[0].strip() or is_filled(row):
                yield Record(line, tuple(row))
        while held and self._is_footer(held[-1][1]):
            line, row = held.pop()
            self.notes.append(Problem(line, "", shown(row), _("Line below the table, left aside.")))
        yield from self._released(held)

    def _is_footer(self, row: list[str]) -> bool:
        return is_total(row) or (len(row) == 1 and len(self._layout.headers) > 2)

    def _released(self, held: list[tuple[int, list[str]]]) -> Generator[Record, None, None]:
        """Give back the rows that were kept until it was known that the table goes on; short ones are filled."""
        width = len(self._layout.headers)
        for line, row in held:
            if row == self._layout.header:
                self.notes.append(Problem(line, "", shown(row), _("The headers again, left aside.")))
                continue
            row += [""] * (width - len(row))
            surplus = tuple(row[width:])
            yield Record(line, tuple(row[:width]), surplus if any(surplus) else ())
        held.clear()


def find_headers(rows: list[list[str]]) -> int:
    """Return the index of the row of headers among the first rows, or -1 when the file has none.

    Titles above are narrower than the table; a row that holds an e-mail address, a date or a telephone number
    is data, unless a fuller row of words follows.
    """
    widths = Counter(len(row) for row in rows if is_filled(row))
    if not widths:
        return -1
    usual = max(widths, key=lambda each: (widths[each], each))
    needed = max(1 if usual == 1 else 2, 0.6 * usual)
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    full = [index for index in range(len(rows)) if filled[index] >= needed]
    if not full:
        first = next(index for index, count in enumerate(filled) if count)
        return -1 if looks_like_data(rows[first]) else first
    words = next((index for index in full if not looks_like_data(rows[index])), -1)
    if words == full[0] or (words > 0 and filled[words] > max(filled[:words])):
        return words
    return -1


def is_filled(row: list[str]) -> bool:
    """Tell whether a row holds anything but spaces."""
    return any(cell.strip() for cell in row)


def looks_like_data(row: list[str]) -> bool:
    """Tell whether a row holds what no header is: an address, a date, an identifier, a long number."""
    return any(_DATA.fullmatch(cell.strip()) for cell in row)


def distinct(names: list[str], width: int) -> tuple[str, ...]:
    """Name `width` columns: the unnamed by their place, the homonyms by a number."""
    seen: set[str] = set()
    times: dict[str, int] = {}
    named = []
    wanted = [" ".join(name.split()) for name in names] + [""] * (width - len(names))
    given_by_file = set(wanted)
    for place, name in enumerate(wanted, start=1):
        base = name or _("Column {n}", n=place)
        given = base
        while given.casefold() in seen or (given != name and given in given_by_file):
            times[base] = times.get(base, 1) + 1
            given = f"{base} ({times[base]})"
        seen.add(given.casefold())
        named.append(given)
    return tuple(named)


def is_total(row: list[str]) -> bool:
    """Tell whether a last row sums up the table instead of belonging to it."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and _TOTAL.fullmatch(filled[0]) is not None and 2 * len(filled) <= len(row) + 1


def shown(row: list[str]) -> str:
    """Return the filled cells of a row on one short line."""
    return " · ".join(cell.strip() for cell in row if cell.strip())[:200]
