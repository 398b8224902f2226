"""How a CSV file is laid out: what separates its cells, where its headers are, how many columns it has."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.rows import Row

if TYPE_CHECKING:
    import _csv
    from collections.abc import Iterable

CANDIDATES = ";,\t|"
ALONE = "\x1f"
"""The delimiter given to a file of one column: a character that its text does not hold."""

_ANNOUNCED = re.compile(r'"?sep=(.)"?[ ;,\t]*(\r\n|\n|\r)', re.IGNORECASE)
_QUOTED = re.compile(r'(?:(?<=[;,\t|\r\n])|\A) *+"(?:[^"]++|"")*+"(?=[ ]*+(?:[;,\t|\r\n]|\Z))')
_OPEN_AT_END = re.compile(r'(?:(?<=[;,\t|\r\n])|\A) *+"(?:[^"]++|"")*+\Z')
_LINE_END = re.compile(r"\r\n|\n|\r")
_BACKSLASHED = re.compile(r'(?<!\\)\\"(?!")(?=[^;,\t|\r\n])')
_DOUBLED = re.compile(r'[^;,\t|\r\n]""|""[^;,\t|\r\n]')
_DATA = re.compile(
    r"[^\s@]+@[^\s@]+\.\w+|https?://\S+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|\d{4}-\d\d?-\d\d?([T ].*)?|\d\d?[/.]\d\d?[/.]\d{2,4}( .*)?|\+?\(?\d[\d .()-]{7,}",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(sous[- ]?|grand )?tot(al|aux|als)\b.*", re.IGNORECASE)


class Dialect(Row):
    """What the csv module has to be told."""

    delimiter: str
    spaces_after: bool = False
    backslashes: bool = False

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> _csv.Reader:
        """Return a `csv.reader` over physical lines; a strict one raises `csv.Error` at a quote amiss."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            skipinitialspace=self.spaces_after,
            doublequote=not self.backslashes,
            escapechar="\\" if self.backslashes else None,
            strict=strict,
        )


def announced(sample: str) -> tuple[str, int]:
    """Return the delimiter that a first line `sep=;` announces and the length of that line, or an empty text and 0."""
    found = _ANNOUNCED.match(sample)
    return (found.group(1), found.end()) if found else ("", 0)


def sniff(sample: str, *, complete: bool, delimiter: str = "") -> Dialect:
    """Guess the dialect from the first lines; `complete` tells that `sample` is the whole file."""
    bare = _QUOTED.sub("x", sample)
    if not complete:
        bare = _OPEN_AT_END.sub("x", bare)
    lines = _LINE_END.split(bare)
    if not complete and len(lines) > 1:
        lines.pop()
    chosen = delimiter or _best_delimiter([line for line in lines if line.strip(" ")])
    spaced = re.search(rf'{re.escape(chosen)} +"', sample) is not None
    backslashes = _BACKSLASHED.search(sample) is not None and not _DOUBLED.search(sample)
    return Dialect(chosen, spaced, backslashes)


def _best_delimiter(lines: list[str]) -> str:
    """Choose the delimiter whose table begins first, among those that cut most lines into the same number of cells.

    The line of headers rarely holds another candidate, whereas notes and decimal commas fill the rows below.
    """
    best, best_key = ALONE, (0, 0, 0.0)
    for candidate in CANDIDATES:
        widths = [line.count(candidate) + 1 for line in lines]
        width, start, share = _most_constant(widths)
        if width < 2:
            continue
        constancy = 2 if share >= 0.9 else 1 if share >= 0.6 else 0
        key = (constancy, -start if constancy else 0, share * (1 - 1 / width))
        if best is ALONE or key > best_key:
            best, best_key = candidate, key
    return best


def _most_constant(widths: list[int]) -> tuple[int, int, float]:
    """Return the usual number of cells, the first line that has it, and the share of lines that follow and have it."""
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 1, 0, 0.0
    width = max(counted, key=lambda each: (counted[each], -widths.index(each)))
    start = widths.index(width)
    share = counted[width] / (len(widths) - start)
    lonely = counted[width] == 1 and start > 0
    if lonely or share < 0.3 or counted[width] < 0.2 * len(widths):
        return 1, 0, 0.0
    return width, start, share


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
        return next(index for index, count in enumerate(filled) if count)
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
    named = []
    wanted = [" ".join(name.split()) for name in names] + [""] * (width - len(names))
    for place, name in enumerate(wanted, start=1):
        base = name or _("Column {n}", n=place)
        given, times = base, 1
        while given.casefold() in seen or (given != name and given in wanted):
            times += 1
            given = f"{base} ({times})"
        seen.add(given.casefold())
        named.append(given)
    return tuple(named)


def is_total(row: list[str]) -> bool:
    """Tell whether a last row sums up the table instead of belonging to it."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and _TOTAL.fullmatch(filled[0]) is not None and 2 * len(filled) <= len(row) + 1
