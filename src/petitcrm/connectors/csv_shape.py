"""How a CSV file is written: what separates its cells, and how those that hold the separator are quoted."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

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
_DECIMAL = re.compile(r"(?<=[0-9]),(?=[0-9])")
_LINE_END = re.compile(r"\r\n|\n|\r")
_BACKSLASHED = re.compile(r'(?<!\\)\\"(?!")(?=[^;,\t|\r\n])')
_DOUBLED = re.compile(r'[^;,\t|\r\n]""|""[^;,\t|\r\n]')


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
        if candidate == "," and start and _are_decimal(lines):
            constancy = min(constancy, 1)
        key = (constancy, -start if constancy else 0, share * (1 - 1 / width))
        if best is ALONE or key > best_key:
            best, best_key = candidate, key
    return best


def _are_decimal(lines: list[str]) -> bool:
    """Tell whether the commas are those of amounts: half of them or more stand between two figures."""
    commas = sum(line.count(",") for line in lines)
    return 2 * sum(len(_DECIMAL.findall(line)) for line in lines) >= commas


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
