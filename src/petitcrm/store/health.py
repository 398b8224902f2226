"""Is the base sound? The engine's own checks, every key, the journal against the rows, and what is derived."""

from __future__ import annotations

from itertools import chain

from petitcrm.errors import BaseUnavailable, CrmError
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store import derived, outgoing, recipients, running, spans
from petitcrm.store.schema import PARENTS, TABLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from petitcrm.store.database import Connection

    Image = dict[str, Any]

EVENTS_CHECKED = 100_000
"""How many of the last events are compared with the rows when not all are."""
_BESIDE = {
    "outbox": outgoing.STEPS, "campaigns": recipients.STEPS, "recipients": recipients.SETTLED,
    "enrolments": running.STEPS,
}  # fmt: skip
"""What changes outside the journal, by table."""
_CHUNK = 1_000
_SHOWN = 100


class Problem(Row):
    """Something wrong: which check found it, and where."""

    check: str
    detail: str


CHECKS = ("file", "keys", "journal", "search", "derived")


def problems(connection: Connection, *, all_events: bool = False) -> dict[str, list[Problem]]:
    """Return what each of CHECKS found, at most a hundred problems each; empty lists in a sound base."""
    return {
        "file": _few(_file(connection)),
        "keys": _few(_keys(connection)),
        "journal": _few(
            chain(
                _unreadable(connection),
                _journal(connection, None if all_events else EVENTS_CHECKED),
                (_missing(*key) for key in spans.lost(connection)),
            )
        ),
        "search": _few(_search(connection)),
        "derived": _few(_derived(connection)),
    }


def damage(connection: Connection) -> BaseUnavailable | None:
    """Return the sentence for an error that comes of the base itself; None where the base is sound."""
    try:
        found = [problem.detail for listed in problems(connection).values() for problem in listed]
    except (CrmError, ValueError) as error:
        found = [str(error)]
    if not found:
        return None
    return BaseUnavailable(
        _("{path} is damaged: {error}.", path=connection.path, error=found[0]),
        advice=_("Nothing was changed. See `petitcrm check`, and put back a copy of the base."),
    )


def _few(found: Iterable[Problem]) -> list[Problem]:
    listed = []
    for problem in found:
        listed.append(problem)
        if len(listed) == _SHOWN:
            break
    return listed


def _file(connection: Connection) -> Iterator[Problem]:
    if connection.dialect != "sqlite":
        return
    for (words,) in connection.rows(f"PRAGMA integrity_check({_SHOWN})"):
        if words != "ok":
            yield Problem("file", str(words))


def _keys(connection: Connection) -> Iterator[Problem]:
    for table, columns in PARENTS.items():
        for column, parent in columns:
            sql = (
                f"SELECT t.id, t.{column} FROM {table} t LEFT JOIN {parent} p ON p.id = t.{column}"
                f" WHERE t.{column} IS NOT NULL AND p.id IS NULL LIMIT {_SHOWN}"
            )
            for row_id, missing in connection.rows(sql):
                detail = _("{table} {id} points at {parent} {missing}, which is not there", table=table, id=row_id,
                           parent=parent, missing=missing)  # fmt: skip
                yield Problem("keys", detail)


def _unreadable(connection: Connection) -> Iterator[Problem]:
    """Find texts that only petitcrm writes, and that are no longer what it writes."""
    import json

    for table, column in _JSON:
        sql = f"SELECT id, {column} FROM {table} WHERE {column} <> '{{}}' ORDER BY id DESC LIMIT {EVENTS_CHECKED}"
        for row_id, text in connection.stream(sql):
            try:
                json.loads(text)
            except ValueError:
                yield Problem(
                    "journal",
                    _("{table} {id}: its {column} cannot be read", table=table, id=row_id, column=column),
                )


_JSON = (
    ("batches", "details"), ("events", "details"), ("contacts", "custom"), ("companies", "custom"), ("deals", "custom"),
)  # fmt: skip


def _journal(connection: Connection, limit: int | None) -> Iterator[Problem]:
    """Compare the rows with what the journal says they have become, newest events first.

    The last act that stands on a field tells its value; a row that was added is known in full, one that was deleted
    must be gone. Acts that were undone count for nothing.
    """
    settled: dict[tuple[str, int], set[str] | None] = {}
    for chunk in _events(connection, limit):
        wanted: dict[tuple[str, int], Image | None] = {}
        for sign, table, row_id, fields in chunk:
            _expect(wanted, settled, (table, row_id), sign, fields)
        yield from _compare(connection, wanted)


def _events(connection: Connection, limit: int | None) -> Iterator[list[list[Any]]]:
    import json

    last = None
    read = 0
    while limit is None or read < limit:
        sql = "SELECT id, changes FROM events WHERE undone_by IS NULL"
        sql += (" AND id < :last" if last is not None else "") + f" ORDER BY id DESC LIMIT {_CHUNK}"
        rows = connection.rows(sql, {"last": last} if last is not None else {})
        if not rows:
            return
        read, last = read + len(rows), rows[-1][0]
        yield [change for _id, changes in rows if changes != "[]" for change in json.loads(changes)]


def _expect(
    wanted: dict[tuple[str, int], Image | None],
    settled: dict[tuple[str, int], set[str] | None],
    key: tuple[str, int],
    sign: str,
    fields: Image,
) -> None:
    """Add to `wanted` what a change says of a row, unless a newer one has said it already."""
    if key in settled and settled[key] is None:
        if sign == "+":
            del settled[key]  # older events know nothing of this row
        return
    known = settled.setdefault(key, set())
    if sign == "-":
        wanted[key], settled[key] = None, None
        return
    values = fields if sign == "+" else {name: pair[1] for name, pair in fields.items()}
    fresh = {name: value for name, value in values.items() if name not in (known or ())}
    wanted[key] = {**fresh, **(wanted.get(key) or {})}
    if sign == "+":
        settled.pop(key, None)
    elif known is not None:
        known.update(fresh)


def _compare(connection: Connection, wanted: dict[tuple[str, int], Image | None]) -> Iterator[Problem]:
    by_table: dict[str, list[int]] = {}
    for table, row_id in wanted:
        by_table.setdefault(table, []).append(row_id)
    for table, ids in by_table.items():
        current: dict[int, Image] = {}
        for start in range(0, len(ids), 500):
            listed = ", ".join(str(int(row_id)) for row_id in ids[start : start + 500])
            for row in connection.dicts(f"SELECT * FROM {table} WHERE id IN ({listed})"):
                current[row["id"]] = row
        for row_id in ids:
            yield from _differences(table, row_id, wanted[table, row_id], current.get(row_id))


def _missing(table: str, row_id: int) -> Problem:
    return Problem("journal", _("{table} {id} is missing: the journal has it", table=table, id=row_id))


def _differences(table: str, row_id: int, wanted: Image | None, row: Image | None) -> Iterator[Problem]:
    if wanted is None and row is not None:
        yield Problem(
            "journal", _("{table} {id} is there, but the journal deleted it", table=table, id=row_id)
        )
    elif wanted and row is None:
        yield _missing(table, row_id)
    elif wanted and row is not None:
        apart = _BESIDE.get(table, frozenset())
        names = [
            name for name, value in wanted.items() if name in row and name not in apart and row[name] != value
        ]
        if names:
            words = _(
                "{table} {id} is not as the journal left it: {names}",
                table=table,
                id=row_id,
                names=", ".join(names),
            )
            yield Problem("journal", words)


def _search(connection: Connection) -> Iterator[Problem]:
    named = "UNION ALL SELECT count(*) FROM ".join(("contacts ", "companies ", "deals ", "tasks"))
    ((rows,),) = connection.rows(f"SELECT sum(n) FROM (SELECT count(*) AS n FROM {named}) AS counts")
    ((indexed,),) = connection.rows("SELECT count(*) FROM search_names")
    if rows != indexed:
        yield Problem(
            "search", _("{n} records, but {indexed} in the index of names", n=rows, indexed=indexed)
        )
    ((notes,),) = connection.rows("SELECT count(*) FROM events WHERE text <> ''")
    ((indexed,),) = connection.rows("SELECT count(*) FROM search_notes")
    if notes != indexed:
        yield Problem("search", _("{n} notes, but {indexed} in their index", n=notes, indexed=indexed))


def _derived(connection: Connection) -> Iterator[Problem]:
    kept = connection.rows("SELECT deal_id, planned, touched_at FROM loose_deals ORDER BY deal_id")
    if [tuple(row) for row in kept] != derived.loose_deals(connection):
        yield Problem("derived", _("the list of deals that nothing holds is not up to date"))


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table holds."""
    return {
        table: int(connection.rows(f"SELECT count(*) FROM {table}")[0][0])
        for table in (*TABLES, "batches", "events")
    }


def engine(connection: Connection) -> str:
    """Return the engine and its version."""
    if connection.dialect == "sqlite":
        return f"SQLite {connection.rows('SELECT sqlite_version()')[0][0]}"
    return f"PostgreSQL {connection.rows('SHOW server_version')[0][0]}"
