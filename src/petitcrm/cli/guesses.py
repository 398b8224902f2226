"""How the columns of an imported file were read, and how surely, in words; the doubtful ones marked."""

from __future__ import annotations

from petitcrm.cli import output
from petitcrm.cli.output import Column, Painted
from petitcrm.i18n import N_, _, ngettext
from petitcrm.imports.column import PROBABLE, is_doubtful

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.imports.column import Column as Read

_SHOWN_ROWS = 5
_CERTAIN = 0.95
_BY_REASON = {
    "asked": N_("you said so"),
    "saved": N_("as last time"),
    "vendor": N_("sure"),
    "taken": N_("another gives it"),
    "values": N_("by its values"),
}


def show(columns: Sequence[Read], sample: Sequence[Any]) -> None:
    """Show how each column is read, how surely, and what it holds in the first rows."""
    firsts = [record.values for record in sample[:_SHOWN_ROWS]]

    def values(place: int) -> str:
        return " | ".join(row[place] for row in firsts if place < len(row))

    output.table(
        [
            Column("column", _("Column"), lambda one: one.header, shrink=True),
            Column("field", _("Read as"), lambda one: one.field or "—"),
            Column("sure", _("How surely"), surety, shown=_painted),
            Column("rows", _("First rows"), lambda one: values(one.place), shrink=True, least=20),
        ],
        columns,
    )
    doubtful = sum(map(_doubtful, columns))
    if doubtful:
        output.say(
            ngettext(
                '{n} column to look at, marked with “?”: --map "Column=field" corrects it.',
                '{n} columns to look at, marked with “?”: --map "Column=field" corrects them.',
                doubtful,
            )
        )


def surety(column: Read) -> str:
    """Return in words how surely a column is what it is read as."""
    mark = "? " if _doubtful(column) else ""
    if column.reason == "values" and column.field == "custom":
        return mark + _("denied by its values")
    if column.reason in _BY_REASON:
        return mark + _(_BY_REASON[column.reason])
    if column.field == "custom":
        return _("as it is")
    if column.confidence >= _CERTAIN:
        return _("sure")
    return mark + (_("probable") if column.confidence >= PROBABLE else _("perhaps"))


def _doubtful(column: Read) -> bool:
    return is_doubtful(column.field, column.reason, column.confidence)


def _painted(column: Read) -> Painted:
    kept = column.field == "custom" and not _doubtful(column)
    return Painted(surety(column), "yellow" if _doubtful(column) else "dim" if kept else "")
