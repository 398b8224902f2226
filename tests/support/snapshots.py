"""What a base holds besides its journal, row by row, so that two states of it can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from petitcrm.store import derived, search_index
from petitcrm.store.schema import TABLES

if TYPE_CHECKING:
    from petitcrm.store.database import Connection

Snapshot: TypeAlias = dict[str, dict[int, dict[str, Any]]]
OF_NOUN = {"contact": "contacts", "company": "companies", "deal": "deals", "task": "tasks"}


def snapshot(connection: Connection) -> Snapshot:
    """Return every row of every table by its id, what is derived from them, and the acts that stand.

    The index of notes and the vocabulary are left out: like the journal, they only grow.
    """
    found = {
        table: {row["id"]: row for row in connection.dicts(f"SELECT * FROM {table} ORDER BY id")}
        for table in TABLES
    }
    return {
        **found,
        "search_names": _index(connection),
        "loose_deals": _loose(connection),
        "events": _standing(connection),
    }


def worked_out(connection: Connection) -> Snapshot:
    """Return what the derived tables must hold, from the rows alone."""
    index: dict[int, dict[str, Any]] = {}
    for noun, table in OF_NOUN.items():
        ids = [row[0] for row in connection.rows(f"SELECT id FROM {table}")]
        for row_id, parts in _parts(connection, noun, ids).items():
            index[search_index.place(noun, row_id)] = {"body": search_index.indexed_text(parts)}
    loose = {row[0]: {"planned": row[1], "touched_at": row[2]} for row in derived.loose_deals(connection)}
    return {"search_names": index, "loose_deals": loose}


def stale(connection: Connection) -> list[str]:
    """Return one line for each derived row that is not what the rows say."""
    kept = {"search_names": _index(connection), "loose_deals": _loose(connection)}
    return difference(kept, worked_out(connection))


def difference(before: Snapshot, after: Snapshot) -> list[str]:
    """Return one line for each row that is in only one of two states, or not the same in both."""
    lines = []
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        if old == new:
            continue
        for row_id in sorted({*old, *new}):
            if old.get(row_id) != new.get(row_id):
                lines.append(f"{table} {row_id}: {_changed(old.get(row_id), new.get(row_id))}")
    return lines


def _changed(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    if old is None or new is None:
        return f"added {new}" if old is None else f"gone {old}"
    return ", ".join(f"{name} {old[name]!r} → {new[name]!r}" for name in old if old[name] != new[name])


def _index(connection: Connection) -> dict[int, dict[str, Any]]:
    key = "rowid" if connection.dialect == "sqlite" else "id"
    found = connection.rows(f"SELECT {key}, body FROM search_names ORDER BY {key}")
    return {place: {"body": body} for place, body in found}


def _loose(connection: Connection) -> dict[int, dict[str, Any]]:
    found = connection.rows("SELECT deal_id, planned, touched_at FROM loose_deals ORDER BY deal_id")
    return {deal_id: {"planned": planned, "touched_at": at} for deal_id, planned, at in found}


def _standing(connection: Connection) -> dict[int, dict[str, Any]]:
    """Return the acts that are not undone, as timelines show them; an undo is itself no part of what is restored."""
    found = connection.dicts(
        "SELECT id, at, kind, contact_id, company_id, deal_id, task_id, text, details FROM events"
        " WHERE undone_by IS NULL AND kind NOT IN ('batch.undone', 'batch.redone') ORDER BY id"
    )
    return {row["id"]: row for row in found}


def _parts(connection: Connection, noun: str, ids: list[int]) -> dict[int, list[str]]:
    parts: dict[int, list[str]] = {}
    if ids:
        listed = ", ".join(map(str, ids))
        for sql in search_index._TEXTS[noun]:
            for row in connection.rows(sql.format(ids=listed)):
                parts.setdefault(row[0], []).extend(row[1:])
    return parts
