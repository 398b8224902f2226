"""The whole base in one file: everything but the journal, one JSON object a line, always in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.whole_base import ENTRIES, FIRST_LINE, as_told
from petitcrm.store.journal import dumps
from petitcrm.store.queries import exports as queries
from petitcrm.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.crm import Crm


def pieces(crm: Crm) -> Iterator[str]:
    """Yield the lines of the file: what it is, every table (parents first, rows by id), what people logged."""
    yield dumps(FIRST_LINE) + "\n"
    for table in TABLES:
        for row in queries.table(crm, table):
            yield dumps({"type": table, **as_told(row)}) + "\n"
    for entry in queries.entries(crm):
        yield dumps({"type": ENTRIES, **as_told(entry)}) + "\n"
