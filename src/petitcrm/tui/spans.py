"""What a line of the screen is made of: pieces of text, each with the role that gives it its colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[str, str]
"""A text and its role."""


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Return `text`, safe to show, in exactly `cells` cells: cut with an ellipsis, or filled."""
    shown = safe(text)
    taken = cell_len(shown)
    if taken > cells:
        return set_cell_size(shown, cells - 1) + "…" if cells > 0 else ""
    space = " " * (cells - taken)
    return space + shown if right else shown + space


def as_many_as_fit(pieces: Sequence[str], cells: int) -> str:
    """Return the first piece, and those after it that there is room for, with a line between them."""
    said = ""
    for piece in filter(None, pieces):
        longer = f"{said} │ {piece}" if said else piece
        if not said or cell_len(safe(longer)) <= cells:
            said = longer
    return said


def length(spans: Sequence[Span]) -> int:
    """Return the number of cells that spans take once they are safe to show."""
    return sum(cell_len(safe(text)) for text, _role in spans)


def pushed_apart(left: Sequence[Span], right: Sequence[Span], width: int) -> list[Span]:
    """Lay out a line: `right` whole at the right edge, `left` in what remains, its last piece cut if need be."""
    room = width - length(right)
    if room < 4:
        return cut(left, width)
    return [*cut(left, room), *right]


def cut(spans: Sequence[Span], width: int) -> list[Span]:
    """Return the spans in exactly `width` cells."""
    kept: list[Span] = []
    room = width
    for text, role in spans:
        shown = safe(text)
        taken = cell_len(shown)
        if taken >= room:
            kept.append((fit(shown, room), role))
            return kept
        kept.append((shown, role))
        room -= taken
    kept.append((" " * room, "text"))
    return kept


def wrap(text: str, width: int) -> list[str]:
    """Cut a text of several sentences into lines of at most `width` cells, at spaces where there are some."""
    lines: list[str] = []
    for paragraph in safe(text, lines=True).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if cell_len(candidate) <= width:
                line = candidate
                continue
            if line:
                lines.append(line)
            while cell_len(word) > width:
                head = set_cell_size(word, width).rstrip()
                lines.append(head)
                word = word[len(head) :]
            line = word
        lines.append(line)
    return lines
