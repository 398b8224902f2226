"""The clock of silence of a deal and its place in a column: what the acts that stand have made of them.

Many acts move them on, and are taken back and brought again in any order: none is kept for their sake. So undo and redo
work them out from the journal, instead of putting back the value that one act had found.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.store.revisions import Key, Revision

    Values = dict[tuple[int, str], Any]


_MOVING = {"deals": ("touched_at", "rank")}
"""Every change of a moving field is in the journal, so that what it must be follows from the acts that stand."""


def fields_of(table: str, revision: Revision) -> frozenset[str]:
    """Return the moving fields that a revision changes in a row that is there before and after it."""
    if revision.expected is None or revision.wanted is None:
        return frozenset()
    return frozenset(_MOVING.get(table, ())) & revision.wanted.keys()


def settle(connection: Connection, revisions: dict[Key, Revision]) -> None:
    """Want of every moving field what the acts that stand now make of it.

    Acts that are about to be struck out, or to stand again, are among the revisions themselves.
    """
    struck = {
        row_id: revision.wanted["undone_by"] is not None
        for (of, row_id), revision in revisions.items()
        if of == "events" and revision.wanted is not None and "undone_by" in revision.wanted
    }
    for table in _MOVING:
        moved = {
            row_id: revision.wanted
            for (of, row_id), revision in revisions.items()
            if of == table and revision.wanted is not None and fields_of(table, revision)
        }
        values = _worked_out(connection, table, moved, struck) if moved else {}
        for (row_id, name), value in values.items():
            if name in moved[row_id]:
                moved[row_id][name] = value


def clocks(connection: Connection, changes: str) -> dict[int, str]:
    """Return what the clocks of silence that these changes moved are, by the acts that stand now, of each deal."""
    moved = {
        row_id
        for _sign, table, row_id, fields in json.loads(changes)
        if table == "deals" and "touched_at" in fields
    }
    listed = ", ".join(str(int(row_id)) for row_id in moved)
    there = connection.rows(f"SELECT id FROM deals WHERE id IN ({listed})") if moved else []
    values = _worked_out(connection, "deals", [row_id for (row_id,) in there], {}) if there else {}
    return {row_id: value for (row_id, name), value in values.items() if name == "touched_at"}


def _worked_out(
    connection: Connection, table: str, row_ids: Iterable[int], struck: Mapping[int, bool]
) -> Values:
    """Return the moving fields of these rows: what the first act had found, then what each standing one made of it."""
    wanted = dict.fromkeys(row_ids)
    values: Values = {}
    for event_id, undone, (sign, of, row_id, fields) in _changes(connection, table, list(wanted)):
        if of != table or row_id not in wanted or sign == "-":
            continue
        for name in _MOVING[table]:
            if sign == "+":
                values[row_id, name] = fields[name]
            elif name in fields:
                old, new = fields[name]
                known = values.setdefault((row_id, name), old)
                if not struck.get(event_id, undone):
                    values[row_id, name] = _made_of(name, known, old, new)
    return values


def _made_of(name: str, known: Any, old: Any, new: Any) -> Any:
    """Return what an act that once had put `new` for `old` makes of the value `known` until then.

    A clock goes on to the latest of what stands; one that an act did set back (a base read again) is set back.
    """
    return max(known, new) if name == "touched_at" and new > old else new


def _changes(connection: Connection, table: str, row_ids: list[int]) -> Iterator[tuple[int, bool, list[Any]]]:
    """Yield the changes among which those of these rows are, oldest first, with their act and whether it is undone."""
    # One pattern: of many, each would be looked for in every act, which costs more than reading the acts found.
    told = f'%"{table}",{row_ids[0]},%' if len(row_ids) == 1 else f'%"{table}",%'
    for event_id, undone_by, changes in connection.rows(
        "SELECT id, undone_by, changes FROM events WHERE changes LIKE :told ORDER BY id", {"told": told}
    ):
        for change in json.loads(changes):
            yield event_id, undone_by is not None, change
