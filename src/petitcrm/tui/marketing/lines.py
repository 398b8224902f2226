"""Marketing as lines: what there is, part by part, and what each part is for where it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Line
from petitcrm.tui.marketing.reading import PARTS
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, pushed_apart, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.tui.marketing.reading import Piece

_STATE, _NAME = 16, 34
"""Cells of the state and of the name, at most."""
TAUGHT = {
    "sequence": N_("{list.open} its steps and people · {marketing.pause} pause · {marketing.people} begin it for people"
                   " · {marketing.edit} edit"),
    "campaign": N_("{list.open} its mail, its people, what came of it"),
    "list": N_("{list.open} who is on it · {marketing.people} subscribe somebody · {marketing.edit} edit"),
    "segment": N_("{list.open} who is in it · {marketing.edit} edit its condition"),
}  # fmt: skip
"""What can be done with a line of a part, said at the foot of the screen while the cursor is there."""
_MEANT = {
    "sequence": N_(
        "mails and tasks one after the other, by what each person did: a welcome, a quote to chase"
    ),
    "campaign": N_("one mail to many people, once: an offer, the news of the month"),
    "list": N_("people who asked to be written to, with the proof of it"),
    "segment": N_(
        "people by a condition, looked up whenever it is used: customers of Rennes silent for a year"
    ),
}


def screen_lines(pieces: Sequence[Piece], width: int, *, airy: bool) -> list[Line]:
    """Return the screen: the parts with what is in them, or what each is for where there is nothing at all."""
    if not pieces:
        return _empty(width)
    lines: list[Line] = []
    widths = _widths(pieces, width)
    for part in PARTS:
        inside = [one for one in pieces if one.part == part]
        if lines and airy:
            lines.append(blank())
        lines.append(_part_line(part, len(inside)))
        lines += [_piece_line(one, *widths) for one in inside]
        if not inside and airy:
            lines += [said("dim", f"   {line}") for line in wrap(_(_MEANT[part]), max(width - 4, 10))]
    return lines


def _widths(pieces: Sequence[Piece], width: int) -> tuple[int, int]:
    """Return the cells of the names and of the states: a name gives way to the numbers, down to a quarter."""
    counting = [one for one in pieces if one.part != "segment"]
    numbers = max((cell_len(one.numbers) for one in counting), default=0)
    state = min(_STATE, max((cell_len(one.how) for one in counting), default=0) + 2)
    wanted = max(cell_len(one.name) for one in pieces)
    return max(16, min(_NAME, wanted, max(width // 4, width - numbers - state - 6))), state


def said(role: str, words: str) -> Line:
    """Return a line to read."""
    return Line(lambda width: cut([(words, role)], width))


def blank() -> Line:
    """Return an empty line."""
    return Line(lambda width: cut([], width))


def paragraph(role: str, words: str, width: int, *, indent: int = 3) -> list[Line]:
    """Return a text as the lines that it needs."""
    return [said(role, f"{' ' * indent}{line}") for line in wrap(words, max(width - indent - 1, 10))]


def labelled(label: str, words: str, width: int, role: str = "text") -> list[Line]:
    """Return what is said of something, on as many lines as it needs, its label before the first."""
    wide = 14

    def line(named: str, told: str) -> Line:
        return Line(lambda room: cut([("   ", "text"), (fit(named, wide), "dim"), (told, role)], room))

    return [
        line(label if not at else "", told) for at, told in enumerate(wrap(words, max(width - wide - 4, 10)))
    ]


def _empty(width: int) -> list[Line]:
    lines = [blank(), said("strong", "   " + _("Nothing of marketing yet.")), blank()]
    for part, words in _MEANT.items():
        lines.append(said("title", f"   {_(PARTS[part])}"))
        lines += paragraph("text", _(words), width, indent=5)
    told = keyed(_("{marketing.begin} begins one: five sequences are there to begin with, yours to change."))
    return [*lines, blank(), *paragraph("strong", told, width)]


def _part_line(part: str, number: int) -> Line:
    return Line(
        lambda width: cut([(f" {_(PARTS[part])}", "title"), (f" {number}" if number else "", "dim")], width)
    )


def _piece_line(piece: Piece, name: int, state: int) -> Line:
    look = "late" if piece.is_wrong else "dim" if piece.state in ("archived", "cancelled") else "text"

    def draw(width: int) -> list[Span]:
        left: list[Span] = [(f" {piece.sign} ", look if piece.is_wrong else _sign_look(piece.state)),
                            (fit(piece.name, name), look), ("  ", "text")]  # fmt: skip
        if piece.part == "segment":
            return pushed_apart([*left, (piece.how, "dim")], [(f"  {piece.numbers} ", look)], width)
        how: list[Span] = [(fit(piece.how, state), "dim")] if width >= 60 else []
        return cut([*left, *how, (piece.numbers, look)], width)

    return Line(draw, (piece.part, piece.id), piece)


def _sign_look(state: str) -> str:
    return {"active": "good", "sending": "good", "sent": "good", "paused": "missing"}.get(state, "dim")
