"""Pairs that may be one as lines, and the two of a pair side by side, marked with what a merge would keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, pushed_apart, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.sales.comparison import Compared, Comparison
    from petitcrm.sales.matching import Candidate

BANDS = {"certain": N_("certain"), "possible": N_("possible"), "unlikely": N_("unlikely")}
_LABEL = 12
_LINES_OF_A_VALUE = 3
_KEPT, _NOT_KEPT, _DIFFERS = "●", " ", "≠"


def pair_line(at: int, pair: Candidate) -> Line:
    """Return one pair: its score and band, both names, the strongest reasons as far as there is room."""

    def draw(width: int) -> list[Span]:
        role = "good" if pair.band == "certain" else "text"
        band = fit(_(BANDS[pair.band]), 9)
        left: list[Span] = [(f" {pair.score:>3} ", "strong"), (f"{band} ", role), (pair.first_name, "strong")]
        return cut([*left, (" = ", "dim"), (pair.second_name, "strong"), (f"  {pair.because}", "dim")], width)

    return Line(draw, ("pair", at), pair)


def empty_lines(noun: str) -> list[Line]:
    """Return what is said where nothing is there twice: what would come here, and what to try."""
    nobody = (
        _(" Nobody seems to be here twice.")
        if noun == "contact"
        else _(" No company seems to be here twice.")
    )
    other = (
        _(" {duplicates.noun} shows companies")
        if noun == "contact"
        else _(" {duplicates.noun} shows contacts")
    )
    told = [
        (nobody, "strong"), ("", "text"),
        (_(" Two records that share an address, a telephone, a name and a place come here,"), "dim"),
        (_(" the surest first, with every reason for and against."), "dim"), ("", "text"),
        (keyed(other), "dim"),
    ]  # fmt: skip
    return [_said(words, role) for words, role in told]


def _said(words: str, role: str) -> Line:
    return Line(lambda width: pushed_apart([(words, role)], [], width))


def side_lines(told: Comparison, width: int) -> list[Line]:
    """Return both of a pair, field by field; what a merge keeps has a dot, what differs another mark and a key."""
    weighed = told.weighed
    told_why = {"score": weighed.score, "band": _(BANDS[weighed.band]), "because": weighed.because}
    because = _("{score}/100 {band}: {because}", **told_why) if weighed.because else _("nothing in common")
    lines = [_said(f" {line}", "dim") for line in wrap(because, max(width - 2, 10))]
    lines.append(_heading(told))
    choices = told.choices
    for at, field in enumerate(told.fields):
        lines += _field_lines(at, field, width, may_choose=field.key in choices)
    return lines


def _column(width: int) -> int:
    return max((width - _LABEL - 8) // 2, 8)


def _heading(told: Comparison) -> Line:
    def draw(width: int) -> list[Span]:
        column = _column(width)
        kept, merged = _("kept"), _("merged")
        first = fit(f"{told.first_name} ({kept})", column)
        second = fit(f"{told.second_name} ({merged})", column)
        return cut(
            [(" " * (_LABEL + 4), "text"), (first, "title"), ("   ", "text"), (second, "title")], width
        )

    return Line(draw)


def _field_lines(at: int, field: Compared, width: int, *, may_choose: bool) -> list[Line]:
    column = _column(width)
    first, second = (wrap(value, column)[:_LINES_OF_A_VALUE] for value in (field.first, field.second))
    lines = []
    for row in range(max(len(first), len(second))):
        pieces = (first[row] if row < len(first) else "", second[row] if row < len(second) else "")
        key = ("field", at) if row == 0 and may_choose else None
        lines.append(Line(_drawing(field, pieces, column, is_first=row == 0), key, field))
    return lines


def _drawing(
    field: Compared, pieces: tuple[str, str], column: int, *, is_first: bool
) -> Callable[[int], list[Span]]:
    mark = _DIFFERS if field.differs and is_first else " "
    label = field.label if is_first else ""
    both = field.kept not in (field.first, field.second)
    keeps_first = field.differs and is_first and bool(field.first) and (both or field.kept == field.first)
    keeps_second = field.differs and is_first and bool(field.second) and (both or field.kept == field.second)

    def draw(width: int) -> list[Span]:
        role = "strong" if field.differs else "dim"
        return cut(
            [
                (f" {mark} ", "key"), (fit(label, _LABEL), "dim"),
                (_KEPT if keeps_first else _NOT_KEPT, "good"), (fit(pieces[0], column), role), ("  ", "text"),
                (_KEPT if keeps_second else _NOT_KEPT, "good"), (fit(pieces[1], column), role),
            ],
            width,
        )  # fmt: skip

    return draw
