"""How a person said that the columns of a program's exports are to be read, remembered for the next export."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from petitcrm.imports.column_names import is_named
from petitcrm.imports.recognition import Mapping, fingerprint
from petitcrm.rows import Row
from petitcrm.store.journal import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.imports.desk import Desk


class Saved(Row):
    """What was said the last time of files with these headers: the noun, and fields by header."""

    noun: str
    fields: dict[str, str]


def find(crm: Crm, headers: Sequence[str]) -> Saved | None:
    """Return what a person said of a file with these headers, or None: nothing is known of lists without headers."""
    if not any(map(is_named, headers)):
        return None
    found = crm.rows("SELECT value FROM settings WHERE key = :key", key=_key(headers))
    if not found:
        return None
    told = json.loads(found[0][0])
    return Saved(told["noun"], told["fields"])


def save(desk: Desk, mapping: Mapping, headers: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Gather what the person said of this file, when it is new; return the images of the change of a row."""
    if not asked or not any(map(is_named, headers)):
        return []
    fields = {
        column.header: f"{column.field}:{column.label}" if column.label else column.field
        for column in mapping.columns
        if column.reason in ("asked", "saved")
    }
    value = dumps({"noun": mapping.noun, "fields": fields})
    known = desk.crm.rows("SELECT id, value FROM settings WHERE key = :key", key=_key(headers))
    if known and known[0][1] == value:
        return []
    desk.open_batch()
    if known:
        return [desk.bulk.update("settings", known[0][0], {"value": (known[0][1], value)})]
    desk.bulk.insert("settings", {"key": _key(headers), "value": value})
    return []


def _key(headers: Sequence[str]) -> str:
    return f"import.mapping.{fingerprint(headers)}"
