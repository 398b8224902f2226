"""Opening a base: a file by its path, or PostgreSQL by its URL, made or brought up to date when needed."""

from __future__ import annotations

import os

from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _
from petitcrm.store.schema import HEAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol

    class Connection(Protocol):
        """What both engines offer; parameters are `:name`, the SQL is common to both."""

        dialect: str
        path: str
        refusals: tuple[type[Exception], ...]

        def rows(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...
        def dicts(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[dict[str, Any]]: ...
        def stream(
            self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()
        ) -> Iterable[tuple[Any, ...]]: ...
        def write(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> int: ...
        def write_many(self, sql: str, many: Iterable[Mapping[str, Any]]) -> None: ...
        def insert_many(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None: ...
        def prepare_bulk(self) -> None: ...
        def begin(self) -> None: ...
        def commit(self) -> None: ...
        def rollback(self) -> None: ...
        def version_of_data(self) -> int: ...
        def end_turn(self) -> None: ...
        def take_turn(self) -> bool: ...
        def close(self) -> None: ...


def is_server(location: str) -> bool:
    """Tell whether `location` is a PostgreSQL URL rather than a file."""
    return location.startswith(("postgresql://", "postgres://"))


def connect(
    location: str, *, write: bool = False, who: str = "petitcrm", on_wait: Callable[[str], None] | None = None
) -> Connection:
    """Open the base at `location` and check that its schema is the one of this program.

    A missing embedded base is made, an older one is upgraded after a verified backup, a newer one is refused.
    """
    connection = _connect_as_it_is(location, write=write, who=who, on_wait=on_wait)
    found: str | None = None
    try:
        found = schema_version(connection)
    finally:
        if found != HEAD:
            connection.close()
    if found == HEAD:
        return connection
    from petitcrm.store import upgrade

    upgrade.bring_up_to_date(location, found, who=who, on_wait=on_wait)
    return _connect_as_it_is(location, write=write, who=who, on_wait=on_wait)


def _connect_as_it_is(
    location: str, *, write: bool, who: str, on_wait: Callable[[str], None] | None
) -> Connection:
    if is_server(location):
        from petitcrm.store.postgresql import PostgresConnection

        return PostgresConnection(location, write=write, who=who, on_wait=on_wait)
    from petitcrm.store.sqlite import SqliteConnection

    if not os.path.exists(location):
        _make(location)
    return SqliteConnection(location, write=write, who=who, on_wait=on_wait)


def _make(path: str) -> None:
    from petitcrm.store import upgrade

    upgrade.make_embedded(path)


def take_turn_again(connection: Connection) -> bool:
    """Be the writer again on a connection that stayed open; tell whether it still is the base, of this schema."""
    return connection.take_turn() and schema_version(connection) == HEAD


def schema_version(connection: Connection) -> str | None:
    """Return the revision of the base's schema, None where it has none yet. Refuse a newer one."""
    if connection.dialect == "postgresql":
        if connection.rows("SELECT to_regclass('alembic_version')")[0][0] is None:
            return None
    elif not connection.rows("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"):
        return None
    found = connection.rows("SELECT version_num FROM alembic_version")
    version = str(found[0][0]) if found else None
    if version and version > HEAD:
        raise BaseUnavailable(
            _(
                "{path} was written by a newer petitcrm (schema {version}, known here: {head}).",
                path=connection.path,
                version=version,
                head=HEAD,
            ),
            advice=_("Upgrade petitcrm on this machine: pipx upgrade petitcrm"),
        )
    return version
