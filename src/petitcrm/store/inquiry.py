"""A question in SQL that a person asks: the engine itself refuses everything but reading."""

from __future__ import annotations

import sqlite3

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from petitcrm.store.database import Connection

LONGEST_SECONDS = 60
_READING = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
)
_DESCRIBING = frozenset(
    (
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "foreign_key_list",
        "data_version",
    )  # data_version: the full-text search asks for it
)
_FORBIDDEN_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer", "edit", "readfile", "writefile"))
_STEPS_BETWEEN_LOOKS = 200_000


def ask(connection: Connection, question: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Run one question on a connection open to read; return the names of the columns and the rows as they come.

    Raise RefusedByRule (`sql-only-reads`) for anything that would change or reach outside the base, UsageProblem for
    what the engine does not understand or what takes more than LONGEST_SECONDS.
    """
    if connection.dialect == "sqlite":
        return _ask_sqlite(connection._driver, question)  # type: ignore[attr-defined]
    return _ask_postgresql(connection._driver, question)  # type: ignore[attr-defined]


def _ask_sqlite(driver: sqlite3.Connection, question: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    import time

    for index in ("search_names", "search_notes"):  # opened before: opening one looks like making a table
        driver.execute(f"SELECT 1 FROM {index} LIMIT 0")
    end = time.monotonic() + LONGEST_SECONDS
    driver.set_authorizer(_authorise)
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)

    def refused(error: sqlite3.Error) -> BaseException:
        if "interrupted" in str(error) and time.monotonic() <= end:
            return KeyboardInterrupt()  # Ctrl-C fell while the engine was asking us the time
        return _refused(error)

    try:
        cursor = driver.execute(question)
    except sqlite3.Error as error:
        raise refused(error) from error
    names = [column[0] for column in cursor.description or ()]
    return names, _rows(cursor, refused)


def _rows(
    cursor: sqlite3.Cursor, refused: Callable[[sqlite3.Error], BaseException]
) -> Iterator[Sequence[Any]]:
    try:
        for row in cursor:  # noqa: UP028 - it would close a cursor after its base
            yield row
    except sqlite3.Error as error:
        raise refused(error) from error


def _authorise(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if second in _FORBIDDEN_FUNCTIONS else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first in _DESCRIBING else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _refused(error: sqlite3.Error) -> Exception:
    words = str(error)
    if "not authorized" in words or "prohibited" in words or "readonly" in words:
        return _only_reads()
    if "interrupted" in words:
        return _too_long()
    return _not_understood(words)


def _ask_postgresql(driver: Any, question: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    import psycopg

    driver.execute(f"SET statement_timeout = '{LONGEST_SECONDS}s'")
    try:
        cursor = driver.execute(question.replace("%", "%%"), (), prepare=True)  # prepared: one statement only
    except psycopg.errors.QueryCanceled as error:
        raise _too_long() from error
    except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege) as error:
        raise _only_reads() from error
    except psycopg.Error as error:
        raise _not_understood(str(error).partition("\n")[0]) from error
    names = [column.name for column in cursor.description or ()]
    return names, iter(cursor if cursor.description else ())


def _only_reads() -> RefusedByRule:
    return RefusedByRule(
        "sql-only-reads",
        _("Only questions are answered: this would change the base, or reach outside it."),
        advice=_("Change records with their own commands: petitcrm contact edit, petitcrm deal move…"),
    )


def _too_long() -> UsageProblem:
    return UsageProblem(_("The question took more than {n} seconds.", n=LONGEST_SECONDS))


def _not_understood(words: str) -> UsageProblem:
    return UsageProblem(
        _("The base does not understand: {error}", error=words),
        advice=_("Views to ask: {names}", names="v_contacts, v_companies, v_deals, v_tasks, v_timeline"),
    )
