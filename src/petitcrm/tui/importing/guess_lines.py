"""How a file would be read, as lines: one a column, then its first rows as they will become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petitcrm.i18n import N_, _
from petitcrm.tui.importing.field_words import LEFT_OUT, NEIGHBOUR, OWN_FIELD, words_of
from petitcrm.tui.importing.rows import in_columns, plain
from petitcrm.tui.lines import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.tui.importing.told import ColumnRead, Guess
    from petitcrm.tui.spans import Span

_WIDE = 110
_HEADS = {
    "who": N_("Name"), "company": N_("Company"), "title": N_("What"), "amount": N_("Amount"), "stage": N_("Stage"),
    "when": N_("When"), "siret": N_("SIRET"), "email": N_("E-mail"), "phone": N_("Phone"), "city": N_("City"),
}  # fmt: skip
_ORDER = {
    "companies": ("company", "siret", "city", "phone", "email", "who"),
    "deals": ("title", "amount", "stage", "company", "who", "when", "email", "phone"),
    "tasks": ("title", "when", "who", "company", "email"),
}
_PEOPLE = ("who", "company", "email", "phone", "city", "title", "amount", "stage")
_SHARES = {"who": 5, "company": 5, "title": 6, "email": 6, "phone": 4, "siret": 4}
_USUAL_SHARE = 3
_LEAST = 9


def column_head(width: int) -> list[Span]:
    """Return the heads above the columns."""
    heads = ["", _("Column"), _("Read as"), _("Why"), _("First values")]
    return in_columns([(head, "title") for head in _kept(heads, width)], _widths(width), width)


def column_line(place: int, column: ColumnRead, *, wins: bool, noun: str) -> Line:
    """Return the line of one column; what is doubtful, and what is kept aside, does not look like the rest."""
    look = _look(column)
    mark, why = _why(column)
    field = words_of(column.field, column.label, noun=noun)
    if column.field == OWN_FIELD:
        field = _("own field")
    if wins:
        field = f"{field} ↻"

    def draw(width: int) -> list[Span]:
        values = (" | ".join(column.values), "ghost" if column.field == LEFT_OUT else "dim")
        mark_role = "mark" if column.reason in ("asked", "saved") else "missing"
        cells = [(mark, mark_role), (column.header, "text"), (field, look), (why, "dim"), values]
        return in_columns(_kept(cells, width), _widths(width), width)

    return Line(draw, ("column", place), column)


def row_lines(guess: Guess, width: int) -> list[Line]:
    """Return the first rows as they will become, below the names of what they hold."""
    told = {name for row in guess.rows for name in row}
    shown = [name for name in _ORDER.get(guess.noun, _PEOPLE) if name in told]
    while len(shown) > 2 and (width - len(shown)) // len(shown) < _LEAST:
        shown.pop()
    if not shown:
        return []
    shares = [_SHARES.get(name, _USUAL_SHARE) for name in shown]
    widths = [max(4, (width - len(shown) - 1) * share // sum(shares)) for share in shares]
    heads = [(_(_HEADS[name]), "title") for name in shown]
    return [
        Line(lambda width: in_columns(heads, widths, width)),
        *(_row_line(row, shown, widths) for row in guess.rows),
    ]


def _row_line(row: dict[str, str], shown: Sequence[str], widths: Sequence[int]) -> Line:
    if "refused" in row:
        return plain(row["refused"], "late")
    cells = [(row.get(name, "–"), "text" if name in row else "ghost") for name in shown]
    return Line(lambda width: in_columns(cells, widths, width))


def _look(column: ColumnRead) -> str:
    if column.field in (LEFT_OUT, NEIGHBOUR):
        return "ghost"
    if column.field == OWN_FIELD:
        return "dim"
    return "missing" if column.is_doubtful else "strong"


def _why(column: ColumnRead) -> tuple[str, str]:
    """Return the mark of a column, and why it is read so."""
    if column.reason == "asked":
        return "✓", _("you said so")
    if column.reason == "saved":
        return "✓", _("as last time")
    if column.reason == "taken":
        return "?", _("another gives it")
    if column.is_doubtful:
        if column.reason == "values":
            return "?", _("denied by its values") if column.field == OWN_FIELD else _("by its values")
        return "?", _("perhaps")
    return " ", ""


def _kept(cells: list[Any], width: int) -> list[Any]:
    return cells if width >= _WIDE else [*cells[:3], cells[4]]


def _widths(width: int) -> list[int]:
    if width >= _WIDE:
        return [1, 30, 34, 18, max(width - 90, 10)]
    header = max(12, width * 26 // 100)
    field = max(14, width * 30 // 100)
    return [1, header, field, max(width - header - field - 6, 8)]
