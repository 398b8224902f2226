"""A question in SQL, answered."""

from __future__ import annotations

from petitcrm.cli import output
from petitcrm.cli import words as typed
from petitcrm.cli.output import Column
from petitcrm.crm import read_crm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.config import Config


def sql(config: Config, *, question: tuple[str, ...], json: bool, ndjson: bool, csv: bool) -> None:
    """Show the rows that answer a question in SQL."""
    from petitcrm.store import inquiry

    output.check(output.Style(json, ndjson, csv))
    text = typed.text_or_stdin(question)
    with read_crm(config) as crm:
        names, rows = inquiry.ask(crm.connection, text)
        if json:
            output.document([_record(names, row) for row in rows])
        elif ndjson:
            output.ndjson(_record(names, row) for row in rows)
        elif csv:
            output.csv(names, rows)
        elif output.on_terminal():
            output.table([_column(names, at) for at in range(len(names))], list(rows))
        else:
            output.tabbed(rows)


def _record(names: list[str], row: Any) -> dict[str, Any]:
    return dict(zip(names, (_plain(value) for value in row), strict=True))


def _plain(value: Any) -> Any:
    """Return a value that JSON knows; the bytes of a blob in hexadecimal, anything else as text."""
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _column(names: list[str], at: int) -> Column:
    return Column(names[at], names[at] or "?", lambda row: _plain(row[at]), shrink=True)
