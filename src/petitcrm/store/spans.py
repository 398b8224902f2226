"""Rows that a large gesture brought all at once, told by their ids, from the first to the last.

An import leaves a few spans in the journal instead of an image of every row: the rows themselves say what they are,
and the acts that came after say what has changed since. Taken back, the rows are put aside as they were; brought
again, they come from there. `settled` holds what an undo must know before it takes any away.
"""

from __future__ import annotations

import json

from petitcrm.store import derived, search_index
from petitcrm.store.revisions import listed, rows_of
from petitcrm.store.schema import CHILDREN, PARENTS, TABLES, UNIQUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.store.revisions import Key
    from petitcrm.watch import Watch

    Ranges = dict[str, list[tuple[int, int]]]
    LetsGo = Callable[[Key, str], bool]

_CHUNK = 5_000
_FEW = 50
_FAMILY = {
    "contact_emails": (("contact_id", "contacts"),),
    "contact_phones": (("contact_id", "contacts"),),
    "stage_changes": (("deal_id", "deals"),),
    "taggings": (("contact_id", "contacts"), ("company_id", "companies"), ("deal_id", "deals")),
    "correspondents": (("message_id", "messages"),),
    "mail_copies": (("message_id", "messages"),),
}
"""What belongs to a row so closely that the two are taken back together, or stay together."""

_READ_AGAIN = ("messages", "mail_copies")
"""What the world brings again once it was taken back: the place of such a row may be taken when it is to come."""

_COUNTED = ("contacts", "companies", "deals", "tasks")


class Runs:
    """The ids of new rows, gathered as they are given: those that follow each other are one run."""

    def __init__(self) -> None:
        self._runs: dict[str, list[list[int]]] = {}

    def add(self, table: str, first: int, last: int) -> None:
        """Note the rows from `first` to `last`."""
        runs = self._runs.setdefault(table, [])
        if runs and runs[-1][1] + 1 == first:
            runs[-1][1] = last
        else:
            runs.append([first, last])

    def add_all(self, table: str, ids: Sequence[int]) -> None:
        """Note rows by their ids, which grow."""
        if ids[-1] - ids[0] == len(ids) - 1:
            self.add(table, ids[0], ids[-1])
        else:
            for row_id in ids:
                self.add(table, row_id, row_id)

    def of(self, table: str) -> list[range]:
        """Return the ids of the new rows of a table."""
        return [range(first, last + 1) for first, last in self._runs.get(table, ())]

    def __bool__(self) -> bool:
        return bool(self._runs)

    def write(self, connection: Connection, event_id: int) -> None:
        """Leave the runs in the journal as those of one act."""
        rows = [(event_id, table, *run) for table, runs in self._runs.items() for run in runs]
        connection.insert_many("spans", ("event_id", "table_name", "first_id", "last_id"), rows)
        self._runs = {}


class Brought:
    """The rows that some acts of a batch brought as spans, and those of them that must stay."""

    def __init__(self, connection: Connection, batch_id: int, acts: list[int]) -> None:
        self._connection = connection
        self._batch_id = batch_id
        self._ranges: Ranges = {}
        self.events: set[int] = set()
        self.kept: dict[Key, str] = {}
        self._outside: list[tuple[Key, Key, str]] = []
        standing = set(acts)
        for event_id, table, first, last in connection.rows(
            "SELECT s.event_id, s.table_name, s.first_id, s.last_id FROM spans s JOIN events e ON e.id = s.event_id"
            " WHERE e.batch_id = :batch AND s.taken = '' ORDER BY s.table_name, s.first_id",
            {"batch": batch_id},
        ):
            if event_id in standing:
                self.events.add(event_id)
                self._ranges.setdefault(table, []).append((first, last))

    def holds(self, table: str, row_id: int) -> bool:
        """Tell whether the row is one of them."""
        return any(first <= row_id <= last for first, last in self._ranges.get(table, ()))

    def goes(self, key: Key) -> bool:
        """Tell whether the row is one of them, and will be taken away."""
        return self.holds(*key) and key not in self.kept

    @property
    def named(self) -> dict[Key, str]:
        """The rows that stay, by their heads: who is told of a contact need not be told of its addresses."""
        return {key: why for key, why in self.kept.items() if key[0] not in _FAMILY}

    @property
    def acts_kept(self) -> set[int]:
        """The acts of which nothing at all goes."""
        return self.events if self.number == len(self.kept) else set()

    @property
    def number(self) -> int:
        """How many rows there are."""
        return sum(last - first + 1 for ranges in self._ranges.values() for first, last in ranges)

    def look(self) -> None:
        """Find which rows were changed since, and which rows of others point at these."""
        if self._ranges:
            self._keep_changed()
            self._outside = list(self._pointed_at())

    def settle(self, lets_go: LetsGo) -> None:
        """Keep what rows that stay depend on; `lets_go` tells whether a row will stop pointing at its parent."""
        for parent, child, column in self._outside:
            if not lets_go(child, column):
                self.kept.setdefault(parent, "depended on")
        size = -1
        while size != len(self.kept):
            size = len(self.kept)
            self._keep_families()
            self._keep_parents()

    def take_away(self, event_id: int, watch: Watch) -> int:
        """Put the rows aside with the act `event_id` and delete them; return how many records there were."""
        taken = 0
        deals: set[int] = set()
        for table in reversed(TABLES):
            for first, last in self._ranges.get(table, ()):
                for start in range(first, last + 1, _CHUNK):
                    end = min(last, start + _CHUNK - 1)
                    rows = self._put_aside(event_id, table, start, end)
                    watch.step(end - start + 1)
                    deals.update(_deals_of(table, rows))
                    taken += len(rows) if table in _COUNTED else 0
        derived.refresh_deals(self._connection, deals)
        return taken

    def _put_aside(self, event_id: int, table: str, first: int, last: int) -> list[dict[str, Any]]:
        staying = [row_id for (of, row_id) in self.kept if of == table and first <= row_id <= last]
        where = f"id BETWEEN {first} AND {last}"
        if staying:
            where += f" AND id NOT IN ({listed(staying)})"
        rows = self._connection.dicts(f"SELECT * FROM {table} WHERE {where} ORDER BY id")
        if rows:
            _write_aside(self._connection, event_id, table, rows)
            self._connection.write(f"DELETE FROM {table} WHERE {where}")
            search_index.forget(self._connection, table, [row["id"] for row in rows])
        return rows

    def _keep_changed(self) -> None:
        """Keep the rows that are not what they were: the first change since tells what that was."""
        before: dict[str, dict[int, dict[str, Any]]] = {}
        for sign, table, row_id, fields in self._changes_since():
            if sign == "+" or not self.holds(table, row_id):
                continue
            known = before.setdefault(table, {}).setdefault(row_id, {})
            for name, value in fields.items():
                known.setdefault(name, value[0] if sign == "~" else value)
        for table, rows in before.items():
            current = {row["id"]: row for row in rows_of(self._connection, table, rows)}
            for row_id, fields in rows.items():
                row = current.get(row_id)
                if row is None or any(row[name] != value for name, value in fields.items()):
                    self.kept[table, row_id] = "changed"

    def _changes_since(self) -> Iterator[list[Any]]:
        sql = (
            "SELECT changes FROM events WHERE batch_id > :batch AND undone_by IS NULL AND changes <> '[]'"
            " ORDER BY id"
        )
        for (changes,) in self._connection.stream(sql, {"batch": self._batch_id}):
            yield from json.loads(changes)

    def _pointed_at(self) -> Iterator[tuple[Key, Key, str]]:
        """Yield the rows that point at these without being of them: (parent, child, column of the child)."""
        for parent, ranges in self._ranges.items():
            for child, column in CHILDREN.get(parent, ()):
                aside = self._not_among("c.id", child)
                for first, last in ranges:
                    sql = (
                        f"SELECT c.{column}, c.id FROM {child} c"
                        f" WHERE c.{column} BETWEEN {first} AND {last}{aside}"
                    )
                    for parent_id, child_id in self._connection.rows(sql):
                        yield (parent, parent_id), (child, child_id), column

    def _not_among(self, column: str, table: str) -> str:
        """Return the condition that a row of `table` is none of these: in words where the ranges are few."""
        ranges = self._ranges.get(table, [])
        if len(ranges) <= _FEW:
            return "".join(f" AND NOT {column} BETWEEN {first} AND {last}" for first, last in ranges)
        return (
            f" AND NOT EXISTS (SELECT 1 FROM spans s WHERE s.table_name = '{table}' AND s.taken = ''"
            f" AND s.event_id IN ({listed(self.events)}) AND {column} BETWEEN s.first_id AND s.last_id)"
        )

    def _keep_families(self) -> None:
        for child, links in _FAMILY.items():
            for column, parent in links:
                heads = [row_id for (table, row_id) in self.kept if table == parent]
                for row_id, _parent_id in self._related(child, column, column, heads):
                    self.kept.setdefault((child, row_id), "changed")

    def _keep_parents(self) -> None:
        """Keep what kept rows point at: their heads, because one act made both, and what they depend on."""
        for child, links in PARENTS.items():
            ids = [row_id for (table, row_id) in self.kept if table == child]
            for column, parent in links if ids else ():
                is_family = (column, parent) in _FAMILY.get(child, ())
                for row_id, parent_id in self._related(child, column, "id", ids):
                    if parent_id is not None and self.holds(parent, parent_id):
                        why = self.kept[child, row_id] if is_family else "depended on"
                        self.kept.setdefault((parent, parent_id), why)

    def _related(self, table: str, column: str, by: str, ids: list[int]) -> Iterator[tuple[int, int | None]]:
        """Yield (id, value of `column`) of the rows of `table`, if they are of these, whose `by` is one of `ids`."""
        for start in range(0, len(ids) if table in self._ranges else 0, _CHUNK):
            some = listed(ids[start : start + _CHUNK])
            for row_id, value in self._connection.rows(
                f"SELECT id, {column} FROM {table} WHERE {by} IN ({some})"
            ):
                if self.holds(table, row_id):
                    yield row_id, value


class Aside:
    """The rows that an undo put aside, told by its batch; 0 for none."""

    def __init__(self, connection: Connection, last_undo: int) -> None:
        self._connection = connection
        self._last_undo = last_undo
        self._coming: dict[str, set[int]] = {}

    def will_come(self, table: str, row_id: int) -> bool:
        """Tell whether a row is one of them whose place is free, so that another may point at it."""
        if table not in self._coming:
            told = [row for _span_id, rows in self._spans(table) for row in rows]
            self._coming[table] = set(_that_may_come(self._connection, table, told))
        return row_id in self._coming[table]

    def bring_again(self) -> tuple[int, dict[Key, str]]:
        """Put them back; return how many records, and which cannot come.

        A row stays away whose parent is not there, or whose name in another program is another's by now: it is still
        put aside, and nothing is lost.
        """
        connection, brought = self._connection, 0
        refused: dict[Key, str] = {}
        deals: set[int] = set()
        named: list[list[Any]] = []
        for table in TABLES:
            for span_id, told in self._spans(table):
                coming = _that_may_come(connection, table, told)
                away = [row for row in told if row["id"] not in coming]
                refused |= {(table, row["id"]): "changed" for row in away}
                _keep_aside(connection, span_id, away)
                brought += len(coming) if table in _COUNTED else 0
                connection.insert_many(table, list(told[0]), [tuple(row.values()) for row in coming.values()])
                deals.update(_deals_of(table, coming.values()))
                named += [["~", table, row_id, {}] for row_id in coming if table in _COUNTED]
        search_index.refresh(connection, named)
        derived.refresh_deals(connection, deals)
        return brought, refused

    def _spans(self, table: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        sql = (
            "SELECT id, taken FROM spans WHERE taken <> '' AND table_name = :table"
            " AND event_id IN (SELECT id FROM events WHERE batch_id = :batch) ORDER BY first_id"
        )
        for span_id, taken in self._connection.rows(sql, {"batch": self._last_undo, "table": table}):
            columns, rows = json.loads(taken)
            yield span_id, [dict(zip(columns, row, strict=True)) for row in rows]


def _keep_aside(connection: Connection, span_id: int, away: list[dict[str, Any]]) -> None:
    """Let a span of rows put aside hold only those that stay away, if any."""
    if away:
        connection.write(
            "UPDATE spans SET taken = :taken WHERE id = :id", {"id": span_id, "taken": _told(away)}
        )
    else:
        connection.write("DELETE FROM spans WHERE id = :id", {"id": span_id})


def _that_may_come(
    connection: Connection, table: str, rows: list[dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    coming = {row["id"]: row for row in rows}
    for column, parent in PARENTS.get(table, ()):
        wanted = {row[column] for row in coming.values() if row[column] is not None}
        there = {row["id"] for row in rows_of(connection, parent, wanted, "id")}
        coming = {
            row_id: row for row_id, row in coming.items() if row[column] is None or row[column] in there
        }
    for columns in UNIQUES.get(table, ()):
        if columns == ("external_id",):
            names = {row["external_id"] for row in coming.values() if row["external_id"]}
            taken = {name for name in names if _has(connection, table, name)}
            coming = {row_id: row for row_id, row in coming.items() if row["external_id"] not in taken}
        elif table in _READ_AGAIN:
            coming = {
                row_id: row for row_id, row in coming.items() if not _stands(connection, table, columns, row)
            }
    return coming


def _stands(connection: Connection, table: str, columns: tuple[str, ...], row: dict[str, Any]) -> bool:
    where = " AND ".join(f"{name} = :{name}" for name in columns)
    return bool(
        connection.rows(f"SELECT 1 FROM {table} WHERE {where}", {name: row[name] for name in columns})
    )


def _has(connection: Connection, table: str, external_id: str) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE external_id = :name"
    return bool(connection.rows(sql, {"name": external_id}))


def _write_aside(connection: Connection, event_id: int, table: str, rows: list[dict[str, Any]]) -> None:
    connection.write(
        "INSERT INTO spans (event_id, table_name, first_id, last_id, taken)"
        " VALUES (:event, :table, :first, :last, :taken)",
        {
            "event": event_id,
            "table": table,
            "first": rows[0]["id"],
            "last": rows[-1]["id"],
            "taken": _told(rows),
        },
    )


def _told(rows: list[dict[str, Any]]) -> str:
    return json.dumps(
        [list(rows[0]), [list(row.values()) for row in rows]], ensure_ascii=False, separators=(",", ":")
    )


def lost(connection: Connection) -> Iterator[Key]:
    """Yield the rows that came as spans and are no longer there, though no act that stands took them away."""
    explained: set[Key] | None = None
    for table, first, last in connection.rows(
        "SELECT s.table_name, s.first_id, s.last_id FROM spans s JOIN events e ON e.id = s.event_id"
        " WHERE s.taken = '' AND e.undone_by IS NULL ORDER BY s.id"
    ):
        where = f"FROM {table} WHERE id BETWEEN :first AND :last"
        span = {"first": first, "last": last}
        if connection.rows(f"SELECT count(*) {where}", span)[0][0] <= last - first:
            there = {row[0] for row in connection.rows(f"SELECT id {where}", span)}
            explained = _taken_away(connection) if explained is None else explained
            missing = ((table, row_id) for row_id in range(first, last + 1) if row_id not in there)
            yield from (key for key in missing if key not in explained)


def _taken_away(connection: Connection) -> set[Key]:
    """Return the rows that acts which stand have deleted, and those that are put aside."""
    found = set()
    for (changes,) in connection.stream(
        """SELECT changes FROM events WHERE undone_by IS NULL AND changes LIKE '%["-",%'"""
    ):
        found |= {(table, row_id) for sign, table, row_id, _fields in json.loads(changes) if sign == "-"}
    for table, taken in connection.rows("SELECT table_name, taken FROM spans WHERE taken <> ''"):
        columns, rows = json.loads(taken)
        found |= {(table, row[columns.index("id")]) for row in rows}
    return found


def _deals_of(table: str, rows: Iterable[dict[str, Any]]) -> Iterator[int]:
    """Yield the deals whose being held may have changed with these rows."""
    column = {"deals": "id", "tasks": "deal_id"}.get(table)
    if column:
        yield from (row[column] for row in rows if row[column] is not None)
