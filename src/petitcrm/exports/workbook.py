"""Lists as a workbook (XLSX), one sheet a list, under the headers that an import knows again."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from typing import TYPE_CHECKING

from petitcrm.connectors import workbook_writer
from petitcrm.connectors.workbook_writer import AMOUNT, DAY, INSTANT, NUMBER, TEXT, Sheet
from petitcrm.exports.formats import NOUNS
from petitcrm.exports.lists import Teller
from petitcrm.store.queries import exports as queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from petitcrm.crm import Crm

_KINDS = {
    **dict.fromkeys(("amount", "revenue", "balance"), AMOUNT),
    **dict.fromkeys(("headcount", "duration_minutes", "step"), NUMBER),
    **dict.fromkeys(("expected_on", "sleep_until", "due_on", "snoozed_until", "requalify_on"), DAY),
    **dict.fromkeys(("created_at", "closed_at", "entered_stage_at", "touched_at", "done_at"), INSTANT),
    **dict.fromkeys(("received_at", "answer_due_at", "answered_at", "given_at", "state_at"), INSTANT),
}
"""What is no text, by the name of its column: telephones, SIRET and postcodes are, so that no zero is lost."""

_IN_MEMORY = 1 << 24
_PIECE = 1 << 16


def pieces(crm: Crm, what: str, *, for_spreadsheet: bool) -> Iterator[bytes]:  # noqa: ARG001 - no cell of it ever acts
    """Yield the workbook of one list, or of all of them."""
    sheets = (_sheet(crm, noun) for noun in (NOUNS if what == "all" else (what,)))
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        workbook_writer.write_workbook(file, sheets, at=crm.now)  # type: ignore[arg-type] # it is one, but is not said to be
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _sheet(crm: Crm, noun: str) -> Sheet:
    teller = Teller(crm, noun)
    columns = [(header, _KINDS.get(header, TEXT)) for header in teller.headers()]
    readers = {AMOUNT: _amount, DAY: _day, INSTANT: lambda told: _instant(crm, told)}
    reading = [(place, readers[kind]) for place, (_header, kind) in enumerate(columns) if kind in readers]
    ((count,),) = crm.rows(f"SELECT count(*) FROM {noun}")
    rows = (_row(teller.cells(row), reading) for row in queries.table(crm, noun))
    return Sheet(noun, columns, count, rows)


def _row(cells: list[Any], reading: list[tuple[int, Callable[[str], Any]]]) -> list[Any]:
    for place, read in reading:
        if cells[place]:
            cells[place] = read(cells[place])
    return cells


def _amount(told: str) -> float | str:
    """Return an amount as a number, where a spreadsheet holds it to the cent."""
    value = float(told)
    return value if f"{value:.2f}" == told else told


def _day(told: str) -> date | str:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return told


def _instant(crm: Crm, told: str) -> datetime | str:
    """Return an instant as the clock of the person showed it: a spreadsheet knows no zones."""
    try:
        return crm.local(told).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return told
