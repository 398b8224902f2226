"""Thousands of rows written at once, with the same journal, search and timeline as one written by hand.

A row costs a few microseconds instead of a few hundred: ids are allotted here, new rows stand in the journal as spans
of ids (`spans`), and go in by the engine's fastest way. `flush` writes what has been gathered; the caller's gesture
commits it. Only the holder of the writer's lock may use this, so that no other program allots the same ids.
"""

from __future__ import annotations

from itertools import groupby, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from petitcrm.store import derived, search_index
from petitcrm.store.behind import Behind
from petitcrm.store.blanks import blank_row
from petitcrm.store.journal import dumps
from petitcrm.store.schema import TABLES
from petitcrm.store.spans import Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.store.journal import Journal


IMPORTED = "file.imported"
"""The act that closes the bulk of an import, and gives its gesture its name."""


class _Gathered:
    """What is to be written to one table."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.lines: list[tuple[int, int, str, str, str, int]] = []
        self.blocks: list[tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]] = []
        self.updates: list[tuple[int, dict[str, Any]]] = []
        self.notes: list[tuple[int, str]] = []


class _Table:
    """One table's columns, the row that says nothing, the ids it gives, and what is to be written to it."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.name = name
        self.blank: dict[str, Any] = blank_row(connection, name)
        self.columns = tuple(self.blank)
        self.next_id = _last_id(connection, name) + 1
        self.first_free = self.next_id
        self.gathered = _Gathered()

    def take_ids(self, rows: int) -> int:
        """Allot the next ids; return the first."""
        first = self.next_id
        self.next_id += rows
        return first

    def says_something(self, column: str, values: Sequence[Any]) -> bool:
        """Tell whether any value is not what a new row holds anyhow."""
        blank = self.blank[column]
        return values.count(blank) < len(values)


class Bulk:
    """The rows, changes and events of one large gesture, gathered and then written together."""

    def __init__(self, connection: Connection, journal: Journal, kind: str = IMPORTED) -> None:
        self.connection = connection
        self.journal = journal
        self.kind = kind
        self._tables: dict[str, _Table] = {}
        self._names: list[tuple[int, str]] = []
        self._touched: dict[str, set[int]] = {}
        self._event: dict[str, Any] = {}
        self._behind = Behind()
        self._has_keys = False
        self._runs = Runs()
        connection.prepare_bulk()

    def blank(self, table: str) -> dict[str, Any]:
        """Return the row of `table` that says nothing: every column with its default."""
        return self._table(table).blank

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Gather a new row; return its id. An id that was never used may be given."""
        known = self._tables.get(table) or self._table(table)
        row_id: int = values.get("id") or known.next_id
        if row_id >= known.next_id:
            known.next_id = row_id + 1
        known.gathered.rows.append(tuple({**known.blank, **values, "id": row_id}.values()))
        self._runs.add(table, row_id, row_id)
        return row_id

    def insert_line(self, table: str, contact_id: int, place: int, line: tuple[str, str, str]) -> None:
        """Gather an e-mail or a telephone of a contact: as spelled, as written, label."""
        known = self._tables.get(table) or self._table(table)
        row_id = known.take_ids(1)
        known.gathered.lines.append((row_id, contact_id, *line, place))
        self._runs.add(table, row_id, row_id)

    def reserve(self, table: str, rows: int) -> int:
        """Allot ids to come, whether they are used or not; return the first."""
        return self._table(table).take_ids(rows)

    def insert_columns(self, table: str, ids: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
        """Gather new rows told by their columns, each with a value a row, under ids that were reserved for them."""
        known = self._table(table)
        known.next_id = max(known.next_id, ids[-1] + 1)
        self._runs.add_all(table, ids)
        told = {name: values for name, values in columns.items() if known.says_something(name, values)}
        known.gathered.blocks.append((("id", *told), zip(ids, *told.values(), strict=True)))

    def insert_lines(self, table: str, lines: Sequence[tuple[int, str, str, str, int]]) -> None:
        """Gather e-mails or telephones: contact, as spelled, as written, label, place."""
        if lines:
            known = self._table(table)
            first = known.take_ids(len(lines))
            self._runs.add(table, first, known.next_id - 1)
            known.gathered.lines += [(row_id, *line) for row_id, line in enumerate(lines, first)]

    def update(self, table: str, row_id: int, changed: Mapping[str, tuple[Any, Any]]) -> str:
        """Gather changes of one row, each field as (old, new); return the image of the change."""
        self._table(table).gathered.updates.append(
            (row_id, {name: new for name, (_old, new) in changed.items()})
        )
        return dumps(["~", table, row_id, {name: list(pair) for name, pair in changed.items()}])

    def event(self, kind: str, changes: Sequence[str], **told: Any) -> int:
        """Gather one event with the images of its changes; `told` are other columns, `details` already as text."""
        known = self._events()
        row_id = known.take_ids(1)
        row = {**self._event, **told, "kind": kind, "changes": f"[{','.join(changes)}]", "id": row_id}
        known.gathered.rows.append(tuple(row.values()))
        return row_id

    def event_all(self, kind: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Gather events of one kind that changed no row, told by their columns, each with a value an event."""
        known = self._events()
        rows = len(next(iter(columns.values())))
        ids = range(first := known.take_ids(rows), first + rows)
        alike = {**self._event, "kind": kind, "changes": "[]"}
        alike = {
            name: value for name, value in alike.items() if value != known.blank[name] and name not in columns
        }
        told = {name: values for name, values in columns.items() if known.says_something(name, values)}
        rows_told = zip(ids, *map(repeat, alike.values()), *told.values(), strict=False)
        known.gathered.blocks.append((("id", *alike, *told), rows_told))
        texts = zip(ids, columns.get("text", ()), strict=False)
        known.gathered.notes += [(row_id, text) for row_id, text in texts if text]

    def _events(self) -> _Table:
        """Return the table of events, once the batch that they belong to is begun."""
        known = self._tables.get("events") or self._table("events")
        if not self._event:
            at, user_id = self.journal.at, self.journal.user_id
            self._behind.wait()
            batch_id = self.journal.open_batch(self.kind)
            self._event = {
                **known.blank,
                "batch_id": batch_id,
                "at": at,
                "recorded_at": at,
                "user_id": user_id,
            }
        return known

    def index(self, noun: str, row_id: int, parts: Iterable[str | None]) -> None:
        """Gather the words by which a new row is found."""
        self._names.append((search_index.place(noun, row_id), search_index.indexed_text(parts)))

    def index_all(self, noun: str, ids: Iterable[int], bodies: Iterable[str]) -> None:
        """Gather the words of new rows, already as `search_index.indexed_text`."""
        self._names += [
            (search_index.place(noun, row_id), body) for row_id, body in zip(ids, bodies, strict=True)
        ]

    def reindex(self, noun: str, row_id: int) -> None:
        """Ask that a changed row be indexed anew when it is written."""
        self._touched.setdefault(noun, set()).add(row_id)

    def found(self, sql: str, keys: Iterable[str]) -> list[tuple[Any, ...]]:
        """Return the rows of a query that joins `import_keys`, a table made of `keys`."""
        return self.connection.rows(self._in_order(sql)) if self._lay_out(keys) else []

    def found_rows(self, sql: str, keys: Iterable[str]) -> list[dict[str, Any]]:
        """Do the same, each row by column name."""
        return self.connection.dicts(self._in_order(sql)) if self._lay_out(keys) else []

    def _in_order(self, sql: str) -> str:
        """Have SQLite start from the keys: knowing no better, it would read all contacts for each piece of a file."""
        if self.connection.dialect != "sqlite":
            return sql
        return sql.replace(" JOIN ", " CROSS JOIN ").replace("LEFT CROSS JOIN", "LEFT JOIN")

    def _lay_out(self, keys: Iterable[str]) -> bool:
        self._behind.wait()
        if not self._has_keys:
            self.connection.write("CREATE TEMPORARY TABLE IF NOT EXISTS import_keys (key TEXT NOT NULL)")
            self._has_keys = True
        rows = [(key,) for key in sorted(keys)]
        if rows:
            self.connection.write("DELETE FROM import_keys")
            self.connection.insert_many("import_keys", ("key",), rows)
        return bool(rows)

    def flush(self) -> None:
        """Write what was gathered, parents before children, and bring the indexes up to date."""
        self._behind.wait()
        self._take()()

    def flush_behind(self) -> None:
        """Do the same while the caller goes on; whatever asks the base next waits for it."""
        self._behind.wait()
        self._behind.start(self._take())

    def wait(self) -> None:
        """Return when what was gathered is written: the base may be asked by other ways than `found`."""
        self._behind.wait()

    def leave(self) -> None:
        """See that nothing is written any more: all of it is, or the caller is about to roll back."""
        self._behind.finish()

    def _take(self) -> Callable[[], None]:
        """Return the writing of what was gathered, and begin anew."""
        tables = [self._tables[name] for name in (*TABLES, "events") if name in self._tables]
        lots = [(known, known.gathered) for known in tables]
        for known in tables:
            known.gathered = _Gathered()
        names, touched, self._names, self._touched = self._names, self._touched, [], {}

        def write() -> None:
            for known, lot in lots:
                _write(self.connection, known, lot)
            if names:
                search_index.add_names(self.connection, names)
            for noun, ids in touched.items():
                derived.refresh(
                    self.connection, (["~", search_index_table(noun), row_id, {}] for row_id in ids)
                )

        return write

    def settle(self) -> None:
        """Flush and give the engine its ids back, so that a verb may write before more is gathered."""
        self.flush()
        for name, known in self._tables.items():
            if known.next_id > known.first_free:
                _leave_ids(self.connection, name, known.next_id - 1)
        self._tables = {}

    def settle_under(self, event_id: int) -> None:
        """Settle, and let the new rows be those of an act that was gathered before."""
        self.settle()
        self._runs.write(self.connection, event_id)

    def new_ids(self, table: str) -> list[range]:
        """Return the ids of the rows that were gathered or written so far."""
        return self._runs.of(table)

    @property
    def has_changes(self) -> bool:
        """Tell whether anything was gathered, or written, that the journal must know of."""
        return bool(self._runs) or self.journal.batch_id is not None

    def close(self, told: Mapping[str, Any], changes: Sequence[str] = ()) -> None:
        """Settle, and leave the act that brought the new rows, told in words like its whole gesture."""
        words = dumps(dict(told))
        event_id = self.event(self.kind, changes, details=words)
        self.settle()
        self._runs.write(self.connection, event_id)
        self.connection.write(
            "UPDATE batches SET details = :details WHERE id = :id",
            {"details": words, "id": self.journal.batch_id},
        )

    def _table(self, name: str) -> _Table:
        found = self._tables.get(name)
        if found is None:
            self._behind.wait()
            found = self._tables[name] = _Table(self.connection, name)
        return found


def _write(connection: Connection, known: _Table, lot: _Gathered) -> None:
    for columns, told in lot.blocks:
        connection.insert_many(known.name, columns, told)
    if lot.rows:
        connection.insert_many(known.name, *_told_columns(known, lot.rows))
    if lot.lines:
        spelled = "address" if known.name == "contact_emails" else "number"
        columns = ("id", "contact_id", spelled, "raw", "label", "position")
        connection.insert_many(known.name, columns, lot.lines)
    lot.updates.sort(key=_names_of)
    for names, group in groupby(lot.updates, key=_names_of):
        settings = ", ".join(f"{name} = :{name}" for name in names)
        connection.write_many(
            f"UPDATE {known.name} SET {settings} WHERE id = :row_id",
            [{**changed, "row_id": row_id} for row_id, changed in group],
        )
    if known.name == "events":
        _index_notes(connection, known, lot)
    if known.name in ("deals", "tasks"):
        place = known.columns.index("id" if known.name == "deals" else "deal_id")
        derived.refresh_deals(connection, {row[place] for row in lot.rows if row[place] is not None})


def _index_notes(connection: Connection, known: _Table, lot: _Gathered) -> None:
    key, text = known.columns.index("id"), known.columns.index("text")
    notes = lot.notes + [(row[key], row[text]) for row in lot.rows if row[text]]
    if notes:
        search_index.add_notes(connection, notes)


def _told_columns(known: _Table, rows: list[tuple[Any, ...]]) -> tuple[list[str], Iterable[tuple[Any, ...]]]:
    """Return the columns that some row says something in, and the rows with those alone.

    The others take their default by themselves: binding twenty blanks costs more than the five values of a row.
    """
    blanks = list(known.blank.values())
    places = [place for place, values in enumerate(zip(*rows, strict=True)) if set(values) != {blanks[place]}]
    picked = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    return [known.columns[place] for place in places], map(picked, rows)


def search_index_table(noun: str) -> str:
    """Return the table of a noun that is searched by its names."""
    return {"contact": "contacts", "company": "companies", "deal": "deals", "task": "tasks"}[noun]


def _names_of(update: tuple[int, dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted(update[1]))


def _last_id(connection: Connection, table: str) -> int:
    """Return the highest id that `table` has ever given."""
    if connection.dialect == "sqlite":
        found = connection.rows("SELECT seq FROM sqlite_sequence WHERE name = :name", {"name": table})
        return int(found[0][0]) if found else 0
    sequence = connection.rows("SELECT pg_get_serial_sequence(:name, 'id')", {"name": table})[0][0]
    last, used = connection.rows(f"SELECT last_value, is_called FROM {sequence}")[0]
    return int(last) if used else int(last) - 1


def _leave_ids(connection: Connection, table: str, last: int) -> None:
    """Let the engine go on after `last`; SQLite has noticed by itself."""
    if connection.dialect != "sqlite":
        connection.rows(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), :last)", {"last": last})
