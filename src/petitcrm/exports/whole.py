"""The whole base as lines: everything but the journal, one JSON object a line, always in the same order."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from petitcrm.imports.whole_base import ENTRIES, FIRST_LINE, as_told
from petitcrm.store.journal import dumps
from petitcrm.store.queries import exports as queries
from petitcrm.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm

PARTS = (*TABLES, ENTRIES)
"""What the base is made of, parents before children, then what people logged."""


def pieces(crm: Crm) -> Iterator[str]:
    """Yield the lines of the file: what it is, every table (rows by id), what people logged."""
    yield dumps(FIRST_LINE) + "\n"
    for part in PARTS:
        yield from lines(crm, part)


def lines(crm: Crm, part: str) -> Iterator[str]:
    """Yield the lines of a table, or of what people logged."""
    rows = _entries(crm) if part == ENTRIES else queries.table(crm, part)
    for row in rows:
        yield dumps({"type": part, **as_told(row)}) + "\n"


def _entries(crm: Crm) -> Iterator[dict[str, Any]]:
    """Yield the entries in an order that depends on nothing but what they hold: they have no id of their own.

    The engines do not agree on where a missing contact or company comes.
    """
    for _moment, found in groupby(queries.entries(crm), key=lambda entry: (entry["at"], entry["kind"])):
        yield from sorted(found, key=_content)


def _content(entry: dict[str, Any]) -> list[tuple[bool, Any]]:
    return [(value is not None, value) for value in entry.values()]
