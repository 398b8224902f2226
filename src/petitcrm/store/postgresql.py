"""The base of a team: the same tables on a PostgreSQL server, on the driver `psycopg`."""

from __future__ import annotations

import re
from contextlib import contextmanager

import psycopg

from petitcrm.errors import BaseUnavailable, NetworkFailed, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

_WRITER = 0x50435231
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")
_translated: dict[str, str] = {}


def _own_style(sql: str) -> str:
    """Turn our `:name` parameters into psycopg's `%(name)s`."""
    found = _translated.get(sql)
    if found is None:
        found = _translated[sql] = _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
    return found


class PostgresConnection:
    """One open connection to the base at `url`; with `write`, writing gestures take their turn by an advisory lock."""

    dialect = "postgresql"
    refusals: tuple[type[Exception], ...] = (
        psycopg.IntegrityError, psycopg.DataError, psycopg.errors.DatatypeMismatch,
    )  # fmt: skip
    """What is raised where a row breaks a rule of its table: see `sqlite`."""

    def __init__(
        self, url: str, *, write: bool, who: str = "", on_wait: Callable[[str], None] | None = None
    ) -> None:
        self.path = hide_password(url)
        self._on_wait = on_wait
        self._streams = 0
        try:
            self._driver = psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=10,
                application_name=f"petitcrm {who}"[:60],
                client_encoding="utf8",
            )
            if not write:
                self._driver.execute("SET default_transaction_read_only = on")
        except psycopg.OperationalError as error:
            raise NetworkFailed(
                _("The base {url} does not answer: {error}", url=self.path, error=_first_line(error)),
                advice=_("Check the address, the server and the password (PGPASSWORD or ~/.pgpass)."),
            ) from error
        except psycopg.ProgrammingError as error:
            raise UsageProblem(
                _("{url} is no address of a base: {error}", url=self.path, error=_first_line(error)),
                advice="postgresql://user@host/database",
            ) from error

    def rows(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self._run(sql, params).fetchall()

    def dicts(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query by column name."""
        cursor = self._run(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def stream(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        """Yield the rows of a query too large to hold."""
        self._streams += 1
        name = f"petitcrm_stream_{self._streams}"
        with self._told(), self._driver.transaction(), self._driver.cursor(name=name) as cursor:
            cursor.itersize = 5_000
            yield from cursor.execute(_own_style(sql), params or None)

    def write(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> int:
        """Run one change; return the number of rows it touched. For store/ only: verbs write through an act."""
        return self._run(sql, params).rowcount

    def write_many(self, sql: str, many: Iterable[Mapping[str, Any]]) -> None:
        """Run one change for each set of parameters. For store/ only."""
        with self._told(), self._driver.cursor() as cursor:
            cursor.executemany(_own_style(sql), list(many))

    def insert_many(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows by the fastest way of the engine. For store/ only."""
        with (
            self._told(),
            self._driver.cursor() as cursor,
            cursor.copy(
                f"COPY {table} ({', '.join(columns)}) FROM STDIN"
            ) as copy,  # names come from our own code
        ):
            for row in rows:
                copy.write_row(row)

    def prepare_bulk(self) -> None:
        """Give a large import room. PostgreSQL needs nothing."""

    def begin(self) -> None:
        """Start a transaction that sees, and holds, the last state of the base."""
        with self._told():
            self._driver.execute("BEGIN")
            self._wait_for_turn("5s", last=False)

    def _wait_for_turn(self, patience: str, *, last: bool) -> None:
        try:
            self._driver.execute(f"SET LOCAL lock_timeout = '{patience}'")
            self._driver.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITER,))
        except psycopg.errors.LockNotAvailable:
            self._driver.execute("ROLLBACK")
            holder = self._holder()
            if last:
                raise BaseUnavailable(
                    _("The base is busy: {holder} has been writing for a minute.", holder=holder),
                    advice=_("Wait for it to end, or stop it, then try again. Nothing was changed."),
                ) from None
            if self._on_wait:
                self._on_wait(holder)
            self._driver.execute("BEGIN")
            self._wait_for_turn("55s", last=True)

    def _holder(self) -> str:
        found = self._driver.execute(
            "SELECT a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.objid = %s"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (_WRITER,),
        ).fetchone()
        return f"{found[0]} ({found[1]})" if found else _("another program")

    def commit(self) -> None:
        """Make the changes last, also through a power cut."""
        try:
            self._driver.execute("COMMIT")
        except psycopg.OperationalError as error:
            raise NetworkFailed(
                _(
                    "The base {url} was lost while it confirmed the change: it may have been made or not.",
                    url=self.path,
                ),
                advice=_("Look before you do it again: petitcrm history"),
            ) from error

    def rollback(self) -> None:
        """Forget the changes of the transaction."""
        if not self._driver.closed and self._driver.info.transaction_status != 0:
            self._driver.execute("ROLLBACK")

    def version_of_data(self) -> int:
        """Return a number that changes whenever another connection has committed."""
        return int(self.rows("SELECT COALESCE(max(id), 0) FROM batches")[0][0])

    def end_turn(self) -> None:
        """Let the next writer in: each transaction has done that."""

    def take_turn(self) -> bool:
        """Tell whether the server is still there; each transaction waits for its turn."""
        return not self._driver.closed

    def close(self) -> None:
        """Close the connection."""
        self._driver.close()

    def _run(self, sql: str, params: Mapping[str, Any] | Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        with self._told():
            return self._driver.execute(_own_style(sql), params or None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in a sentence what went wrong with the server, or with a number that it cannot keep."""
        try:
            yield
        except psycopg.OperationalError as error:
            raise NetworkFailed(
                _("The base {url} does not answer: {error}", url=self.path, error=_first_line(error)),
                advice=_("Nothing was changed. Try again when the server is back."),
            ) from error
        except psycopg.errors.NumericValueOutOfRange as error:
            raise UsageProblem(_("A number is too large to be kept.")) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def hide_password(url: str) -> str:
    """Return `url` as it may be shown."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", url)
