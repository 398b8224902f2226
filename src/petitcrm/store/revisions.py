"""Rows put back as the journal tells: in an order that breaks no key, and none in the place that another has taken."""

from __future__ import annotations

from petitcrm.store.schema import CHILDREN, TABLES, UNIQUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.watch import Watch

    Key = tuple[str, int]
    Image = dict[str, Any] | None
    Claims = dict[tuple[Any, ...], int]

_CHUNK = 400
_MERGED = ("recipients", "events")
"""What is written outside the journal, but moved by a merge: people of campaigns, and lines of timelines."""


class Revision:
    """What one row must be now (`expected`) and shall become (`wanted`); None = no such row. `acts` are event ids."""

    __slots__ = ("acts", "expected", "wanted")

    def __init__(self, expected: Image, wanted: Image, act: int) -> None:
        self.expected = expected
        self.wanted = wanted
        self.acts = {act}

    def leave(self, name: str) -> None:
        """Let a field of a row that is there before and after be what it is now."""
        if self.expected is not None and self.wanted is not None:
            self.expected.pop(name, None)
            self.wanted.pop(name, None)


def apply(
    connection: Connection,
    revisions: dict[Key, Revision],
    watch: Watch,
    come: Callable[[], None] = lambda: None,
    go: Callable[[], None] = lambda: None,
) -> None:
    """Give every row what is wanted of it; at no moment does a key point at nothing, or stand twice.

    Rows that nobody points at go first and come last: they hold the pairs that may be there only once. `come` and `go`
    bring and take away others, when all parents are there: before any row points at those that come, and after the
    last one has let go of those that go.
    """
    tables = by_table(revisions)
    ordered = [table for table in (*TABLES, *_MERGED) if table in tables]
    _let_go_of_names(connection, revisions)
    for table in ordered:
        if table not in CHILDREN:
            _delete(connection, revisions, table, watch)
    for table in ordered:
        if table in CHILDREN:
            _insert(connection, revisions, table, watch)
    come()
    for table in ordered:
        _update(connection, revisions, table, watch)
    go()
    for table in ordered:
        if table not in CHILDREN:
            _insert(connection, revisions, table, watch)
    for table in reversed(ordered):
        if table in CHILDREN:
            _delete(connection, revisions, table, watch)


def keep_taken(connection: Connection, revisions: dict[Key, Revision], kept: dict[Key, str]) -> None:
    """Keep rows that would come back to a place that another row has taken since: the same tag, address or name."""
    for table, ids in by_table(revisions).items():
        for columns in UNIQUES.get(table, ()):
            coming = [row_id for row_id in ids if (table, row_id) not in kept]
            claims = _claims(connection, revisions, table, columns, coming)
            for taken_by, values in _standing(connection, table, columns, claims):
                holder = revisions.get((table, taken_by))
                goes = holder and (table, taken_by) not in kept and _leaves(holder, columns)
                if claims[values] != taken_by and not goes:
                    kept.setdefault((table, claims[values]), "changed")


def by_table(revisions: Iterable[Key]) -> dict[str, list[int]]:
    """Return the ids of each table's rows."""
    grouped: dict[str, list[int]] = {}
    for table, row_id in revisions:
        grouped.setdefault(table, []).append(row_id)
    return grouped


def listed(ids: Iterable[int]) -> str:
    """Return ids as SQL lists them."""
    return ", ".join(str(int(row_id)) for row_id in ids)


def rows_of(
    connection: Connection, table: str, ids: Iterable[int], columns: str = "*"
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by their ids, those that are there."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        some = listed(wanted[start : start + _CHUNK])
        yield from connection.dicts(f"SELECT {columns} FROM {table} WHERE id IN ({some})")


def _leaves(revision: Revision, columns: tuple[str, ...]) -> bool:
    return revision.wanted is None or any(column in revision.wanted for column in columns)


def _claims(
    connection: Connection,
    revisions: dict[Key, Revision],
    table: str,
    columns: tuple[str, ...],
    ids: list[int],
) -> Claims:
    """Return which row wants which values of `columns`; unknown values may stand as often as one likes."""
    claims: Claims = {}
    for row_id in ids:
        expected, wanted = revisions[table, row_id].expected, revisions[table, row_id].wanted
        if wanted is None or not any(column in wanted for column in columns):
            continue
        row = wanted
        if expected is not None and not all(column in wanted for column in columns):
            found = connection.dicts(f"SELECT * FROM {table} WHERE id = :id", {"id": row_id})
            row = {**(found[0] if found else {}), **wanted}
        values = tuple(row.get(column) for column in columns)
        if None not in values:
            claims[values] = row_id
    return claims


def _standing(
    connection: Connection, table: str, columns: tuple[str, ...], claims: Claims
) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the rows that have any of the claimed values, looked for by the column that tells most of them apart."""
    place = max(range(len(columns)), key=lambda number: len({values[number] for values in claims}))
    wanted = list(dict.fromkeys(values[place] for values in claims))
    found = []
    for start in range(0, len(wanted), _CHUNK):
        bound = {f"v{number}": value for number, value in enumerate(wanted[start : start + _CHUNK])}
        marks = ", ".join(f":{name}" for name in bound)
        sql = f"SELECT id, {', '.join(columns)} FROM {table} WHERE {columns[place]} IN ({marks})"
        found += [(row[0], tuple(row[1:])) for row in connection.rows(sql, bound) if tuple(row[1:]) in claims]
    return found


def _let_go_of_names(connection: Connection, revisions: dict[Key, Revision]) -> None:
    """Blank the imported names of rows that lose them to others, before the others get them."""
    for table, ids in by_table(revisions).items():
        if ("external_id",) not in UNIQUES.get(table, ()):
            continue
        images = {row_id: revisions[table, row_id] for row_id in ids}
        coming = {(image.wanted or {}).get("external_id") for image in images.values()} - {None}
        leaving = [
            row_id
            for row_id, image in images.items()
            if (image.expected or {}).get("external_id") in coming
            and (image.wanted is None or "external_id" in image.wanted)
        ]
        for start in range(0, len(leaving), _CHUNK):
            some = listed(leaving[start : start + _CHUNK])
            connection.write(f"UPDATE {table} SET external_id = NULL WHERE id IN ({some})")


def _insert(connection: Connection, revisions: dict[Key, Revision], table: str, watch: Watch) -> None:
    new = [rev.wanted for rev in _of(revisions, table) if rev.expected is None and rev.wanted is not None]
    if new:
        columns = list(new[0])
        for start in range(0, len(new), _CHUNK):
            some = new[start : start + _CHUNK]
            connection.insert_many(table, columns, ([row[name] for name in columns] for row in some))
            watch.step(len(some))


def _update(connection: Connection, revisions: dict[Key, Revision], table: str, watch: Watch) -> None:
    for (of, row_id), revision in revisions.items():
        if of == table and revision.expected is not None and revision.wanted:
            names = ", ".join(f"{name} = :{name}" for name in revision.wanted)
            connection.write(
                f"UPDATE {table} SET {names} WHERE id = :row_id", {**revision.wanted, "row_id": row_id}
            )
            watch.step()


def _delete(connection: Connection, revisions: dict[Key, Revision], table: str, watch: Watch) -> None:
    gone = [row_id for (of, row_id), revision in revisions.items() if of == table and revision.wanted is None]
    for start in range(0, len(gone), _CHUNK):
        some = gone[start : start + _CHUNK]
        connection.write(f"DELETE FROM {table} WHERE id IN ({listed(some)})")
        watch.step(len(some))


def _of(revisions: dict[Key, Revision], table: str) -> list[Revision]:
    return [revision for key, revision in revisions.items() if key[0] == table]
