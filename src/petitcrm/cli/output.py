"""What is printed: data on stdout, talk on stderr, and nothing from the base that a terminal would act on.

The only place that prints. On a terminal, lines fit the width and may have colour; in a pipe, one row a line with
tabs between and nothing cut. Numbers, dates and ids keep their machine form in a pipe.
"""

from __future__ import annotations

import os
import sys
from itertools import zip_longest

from petitcrm.rows import Row
from petitcrm.text import fit, safe, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TextIO

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36", "late": "1;31"}
_GAP = "  "
_NARROWEST = 40
_LEAST = 6


class Painted(Row):
    """A piece of a line with a style, shown where colours are wanted."""

    text: str
    style: str


class Column(Row):
    """One column of a list: its key in CSV, its heading, and what it shows of a line.

    `plain` gives the machine's text; `shown` the person's, where it differs. On a narrow terminal the columns that may
    `shrink` give way down to `least` cells, and before that those with the highest `spare` are left out. What does not
    fit is cut, or goes on below in a column that `wraps`: for what the command exists to tell.
    """

    key: str
    heading: str
    plain: Callable[[Any], Any]
    shown: Callable[[Any], str | Painted] | None = None
    right: bool = False
    shrink: bool = False
    least: int = 12
    spare: int = 0
    wraps: bool = False


class Style(Row):
    """How a command was asked to answer."""

    json: bool = False
    ndjson: bool = False
    csv: bool = False


def style(asked: Mapping[str, Any]) -> Style:
    """Return the style among all that a list was asked."""
    return Style(asked["json"], asked["ndjson"], asked["csv"])


def check(asked: Style) -> None:
    """Refuse two styles at once: a program would read one as the other."""
    if asked.json + asked.ndjson + asked.csv > 1:
        from petitcrm.errors import UsageProblem
        from petitcrm.i18n import _

        raise UsageProblem(_("One of --json, --ndjson and --csv, not several."))


def on_terminal() -> bool:
    """Tell whether a person reads stdout."""
    return bool(sys.stdout and sys.stdout.isatty())


def talk_on_terminal() -> bool:
    """Tell whether a person reads stderr."""
    return bool(sys.stderr and sys.stderr.isatty())


def may_ask() -> bool:
    """Tell whether there is somebody to answer a question."""
    return (
        bool(sys.stdin and sys.stdin.isatty())
        and talk_on_terminal()
        and not os.environ.get("PETITCRM_NO_INPUT")
    )


def screen_width() -> int:
    """Return the number of cells of a line of this terminal."""
    try:
        told = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        told = 0
    if told > 0:
        return max(told, _NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, _NARROWEST)
    except (OSError, ValueError, AttributeError):
        return 80


def screen_height() -> int:
    """Return the number of lines of this terminal."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines
    except (OSError, ValueError, AttributeError):
        return 24


# ---------------------------------------------------------------------------------------------------------- data


def line(*parts: str | Painted) -> None:
    """Print one line of data made of parts, on one line whatever they hold."""
    _write(sys.stdout, _joined(parts, coloured=_colours(sys.stdout)) + "\n")


def hanging(*start: str | Painted, text: str) -> None:
    """Print a start and a text for a person, cut between words where the line ends, each line under the first."""
    taken = sum(width(part.text if isinstance(part, Painted) else part) for part in start)
    room = max(screen_width() - taken, 20)
    first, *others = _wrapped(safe(text), room)
    line(*start, first)
    for each in others:
        line(" " * taken, each)


def folded(text: str, room: int) -> list[str]:
    """Return a line as the lines that it takes within so many cells, cut between words."""
    return _wrapped(safe(text), room)


def wrapped(cells: Sequence[str], widths: Sequence[int], *, style: str = "") -> None:
    """Print cells side by side for a person, each cut into as many lines as it needs; the first one has the style."""
    columns = [_pieces(safe(cell), room) for cell, room in zip(cells, widths, strict=True)]
    for at, pieces in enumerate(zip_longest(*columns, fillvalue="")):
        first, *others = map(fit, pieces, widths)
        line(Painted(first, style if at == 0 else ""), _GAP, _GAP.join(others).rstrip())


def _cut(text: str, room: int) -> list[str]:
    """Cut a word that is wider than its column; a wide letter counts for two cells."""
    if width(text) <= room:
        return [text]
    pieces, taken = [""], 0
    for letter in text:
        if taken + width(letter) > room:
            pieces, taken = [*pieces, ""], 0
        pieces[-1] += letter
        taken += width(letter)
    return pieces


def paragraph(value: str, *, indent: str = "") -> None:
    """Print the text of a person, with its own line ends."""
    shown = safe(value, lines=True)
    _write(sys.stdout, "".join(f"{indent}{each}\n" for each in shown.split("\n")))


def tabbed(rows: Iterable[Sequence[Any]]) -> None:
    """Print rows for a program: one a line, a tab between cells."""
    _write(sys.stdout, "".join("\t".join(safe(_plain(cell)) for cell in row) + "\n" for row in rows))


def listing(
    columns: Sequence[Column], items: Sequence[Any], shape: Callable[[Any], dict[str, Any]], style: Style
) -> None:
    """Print a list in the style asked for, as a table on a terminal, as rows with tabs in a pipe."""
    check(style)
    if style.json:
        document([shape(item) for item in items])
    elif style.ndjson:
        ndjson(shape(item) for item in items)
    elif style.csv:
        csv(
            [column.key for column in columns], ([column.plain(item) for column in columns] for item in items)
        )
    elif on_terminal():
        table(columns, items)
    else:
        tabbed([column.plain(item) for column in columns] for item in items)


def table(columns: Sequence[Column], items: Sequence[Any]) -> None:
    """Print a list for a person: headings, and columns fitted to the terminal."""
    if items:
        tables(columns, [([], items)], headings=True)


def tables(
    columns: Sequence[Column],
    parts: Sequence[tuple[Sequence[str | Painted], Sequence[Any]]],
    *,
    headings: bool = False,
) -> None:
    """Print several lists under titles, their columns aligned through all of them."""
    shown = [
        (title, [[_shown(column, item) for column in columns] for item in items]) for title, items in parts
    ]
    every = [row for _title, rows in shown for row in rows]
    kept = _fitted(columns, every, headings=headings)
    heads = [Painted(column.heading, "dim") for column in columns]
    coloured = _colours(sys.stdout)
    written = []
    for title, rows in shown:
        if title:
            written.append("\n" + _joined(title, coloured=coloured) + "\n")
        for row in [*([heads] if headings else []), *rows]:
            written += _laid(columns, row, kept, coloured=coloured)
    _write(sys.stdout, "".join(written))


def document(value: Any) -> None:
    """Print one JSON document."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2 if on_terminal() else None)
    _write(sys.stdout, harmless_json(text) + "\n", data=True)


def ndjson(values: Iterable[Any]) -> None:
    """Print one JSON document a line."""
    import json

    for value in values:
        _write(sys.stdout, harmless_json(json.dumps(value, ensure_ascii=False)) + "\n", data=True)


def csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV, with a header; line ends are kept inside quotes."""
    import csv as library
    import io

    held = io.StringIO()
    writer = library.writer(held, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([safe(_plain(cell), lines=True) for cell in row] for row in rows)
    _write(sys.stdout, held.getvalue(), data=True)


def copy(chunks: Iterable[bytes]) -> None:
    """Print the bytes of an export as they are."""
    stream = sys.stdout.buffer
    for chunk in chunks:
        stream.write(chunk)
    stream.flush()


# ---------------------------------------------------------------------------------------------------------- talk


def say(*parts: str | Painted) -> None:
    """Tell the person something that is not data."""
    if sys.stderr:
        _write(sys.stderr, _joined(parts, coloured=_colours(sys.stderr)) + "\n")


def if_none(items: Sequence[Any], words: str) -> None:
    """Tell a person that a list is empty, and how to begin; a program reads nothing, which says so already."""
    if not items and talk_on_terminal():
        say(words)


def complain(message: str) -> None:
    """Tell the person what went wrong, first line in red, the lines that follow as they are."""
    first, *others = safe(message, lines=True).split("\n")
    say(Painted(first, "red"))
    for each in others:
        say(each)


def script(text: str) -> None:
    """Print what a shell will read: its own separators are kept, nothing a terminal would act on."""
    _write(sys.stdout, "".join(c if c.isprintable() or c in "\n\t" else " " for c in text) + "\n")


def help_page(text: str) -> None:
    """Show a page of help to somebody who did not say what to do."""
    _write(sys.stderr, safe(text, lines=True).rstrip("\n") + "\n")


def waiting(holder: str) -> None:
    """Say who is keeping the base busy."""
    from petitcrm.i18n import _

    say(_("Waiting: {holder} is writing to the base.", holder=holder))


def ask(question: str) -> str:
    """Ask the person one line, on stderr; an empty answer when nobody is there."""
    if not may_ask():
        return ""
    _write(sys.stderr, safe(question) + " ")
    return sys.stdin.readline().strip()


class Progress:
    """A line on the terminal that tells how far a long work is; nothing at all in a pipe."""

    def __init__(self) -> None:
        self._shows = talk_on_terminal() and os.environ.get("TERM") != "dumb"
        self._told = False

    def tell(self, words: str) -> None:
        """Replace the line."""
        if self._shows:
            self._told = True
            _write(sys.stderr, "\r\x1b[K" + fit(safe(words), min(width(words), screen_width() - 1)))

    def end(self) -> None:
        """Wipe the line."""
        if self._told:
            _write(sys.stderr, "\r\x1b[K")
            self._told = False


# ---------------------------------------------------------------------------------------------------- underneath


def harmless_json(text: str) -> str:
    """Return the same JSON with the characters a terminal would act on, or hide, written as escapes."""
    if text.isprintable():
        return text
    return "".join(_escaped(c) if not c.isprintable() and c not in _HARMLESS else c for c in text)


_HARMLESS = frozenset(" \n\u00a0\u202f\u2009\u3000")


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _shown(column: Column, item: Any) -> Painted:
    value = column.shown(item) if column.shown else column.plain(item)
    if isinstance(value, Painted):
        return Painted(safe(value.text), value.style)
    return Painted(safe(_plain(value)), "")


def _fitted(
    columns: Sequence[Column], rows: Sequence[Sequence[Painted]], *, headings: bool
) -> list[tuple[int, int]]:
    """Return the columns to show, by their places, each with its width: what fits, and what matters most."""
    wanted: dict[int, int] = {}
    for at, column in enumerate(columns):
        widest = max((width(row[at].text) for row in rows), default=0)
        if column.heading and widest:
            wanted[at] = max(widest, width(column.heading)) if headings else widest
    room = screen_width()
    while _least(columns, wanted) > room:
        spare = max(wanted, key=lambda at: (columns[at].spare, at))
        if not columns[spare].spare:
            break
        del wanted[spare]
    return list(_shrunk(columns, wanted, room - len(_GAP) * (len(wanted) - 1)).items())


def _laid(
    columns: Sequence[Column], row: Sequence[Painted], kept: Sequence[tuple[int, int]], *, coloured: bool
) -> Iterator[str]:
    """Yield the lines of a row: one, or as many as what wraps needs."""
    told = [_pieces(row[at].text, room) if columns[at].wraps else [row[at].text] for at, room in kept]
    for pieces in zip_longest(*told, fillvalue=""):
        cells = [
            _paint(fit(piece, room, right=columns[at].right), row[at].style, coloured=coloured)
            for piece, (at, room) in zip(pieces, kept, strict=True)
        ]
        yield _GAP.join(cells).rstrip() + "\n"


def _pieces(text: str, room: int) -> list[str]:
    """Return a text as lines of so many cells at most, cut between words where that can be."""
    return [piece for line in _wrapped(text, room) for piece in _cut(line, room)]


def _least(columns: Sequence[Column], wanted: dict[int, int]) -> int:
    cells = [min(columns[at].least, cells) if columns[at].shrink else cells for at, cells in wanted.items()]
    return sum(cells) + len(_GAP) * (len(cells) - 1)


def _shrunk(columns: Sequence[Column], wanted: dict[int, int], room: int) -> dict[int, int]:
    """Take what is missing from the widest of the columns that may shrink, again and again."""
    fitted = dict(wanted)
    missing = sum(fitted.values()) - room
    while missing > 0:
        flexible = [at for at, cells in fitted.items() if columns[at].shrink and cells > columns[at].least]
        flexible = flexible or [at for at, cells in fitted.items() if cells > _LEAST]
        if not flexible:
            break
        widest = max(flexible, key=lambda at: fitted[at])
        below = max((fitted[at] for at in flexible if fitted[at] < fitted[widest]), default=0)
        least = columns[widest].least if fitted[widest] > columns[widest].least else _LEAST
        cut = min(missing, fitted[widest] - max(below, least))
        fitted[widest] -= cut
        missing -= cut
    return fitted


def _wrapped(text: str, room: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and width(lines[-1]) + 1 + width(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _joined(parts: Sequence[str | Painted], *, coloured: bool) -> str:
    return "".join(
        _paint(safe(part.text), part.style, coloured=coloured) if isinstance(part, Painted) else safe(part)
        for part in parts
    )


def _paint(text: str, style: str, *, coloured: bool) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if style and coloured and text.strip() else text


def _colours(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write(stream: TextIO, text: str, *, data: bool = False) -> None:
    """Write text; JSON and CSV in UTF-8 always, the rest in what the terminal can show."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text)
        return
    stream.flush()
    buffer.write(text.encode("utf-8" if data or not stream.isatty() else stream.encoding, "replace"))
    buffer.flush()
