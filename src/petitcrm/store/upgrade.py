"""Making a base, and bringing an older one up to date after a verified backup."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import suppress

from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _
from petitcrm.store.lock import WriterLock
from petitcrm.store.schema import HEAD
from petitcrm.store.sqlite import (
    APPLICATION_ID,
    SqliteConnection,
    read_only_uri,
    refuse_network_file_system,
    trouble,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Engine
    from sqlalchemy import Connection as CoreConnection

SCRIPTS = "petitcrm:store/migrations"


def make_embedded(path: str) -> None:
    """Make an empty base at `path`, whole or not at all; another process that makes it first wins."""
    try:
        _make_folder(os.path.dirname(os.path.abspath(path)))
        refuse_network_file_system(path)
        lock = WriterLock(path, who=_("the making of the base"))
        try:
            if not os.path.lexists(path):
                _make_beside(f"{path}.new", path)
        finally:
            lock.release()
    except (OSError, sqlite3.Error) as error:
        raise trouble(path, error) from error


def _make_beside(unfinished: str, path: str) -> None:
    """Make a base under another name, then let it appear; what a making that was killed has left is swept away."""
    _sweep(unfinished)
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        driver = sqlite3.connect(unfinished)
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        driver.close()
        _migrate_known(path, embedded_url(unfinished), "")
        if os.path.exists(f"{unfinished}-wal"):
            raise OSError(
                errno.ENOSPC, os.strerror(errno.ENOSPC), path
            )  # its log could not be folded into it
        os.link(unfinished, path)
        _make_durable(os.path.dirname(os.path.abspath(path)))
    finally:
        _sweep(unfinished)


def _sweep(unfinished: str) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.unlink(unfinished + suffix)


def _make_folder(path: str) -> None:
    """Make a folder and those above it, all closed to others: os.makedirs gives its mode to the last one only."""
    if os.path.isdir(path):
        return
    _make_folder(os.path.dirname(path))
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)


def _make_durable(folder: str) -> None:
    """Have the disk keep the names in a folder, so that a power cut does not take back a new base."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def bring_up_to_date(
    location: str, found: str | None, *, who: str, on_wait: Callable[[str], None] | None = None
) -> None:
    """Upgrade the schema of the base at `location` from revision `found` (None: no tables yet) to that of this program.

    The embedded base is copied to `backups/` beside it first, and the copy is checked.
    """
    from petitcrm.store.database import is_server, schema_version

    if is_server(location):
        _bring_server_up_to_date(location)
        return
    if found is None:
        raise BaseUnavailable(
            _("{path} has no tables of petitcrm: its making was cut short, or it is damaged.", path=location),
            advice=_("Put back a copy of the base, or choose another file with --db."),
        )
    connection = SqliteConnection(location, write=True, who=who, on_wait=on_wait)
    try:
        if schema_version(connection) != HEAD:  # else another process has done it meanwhile
            back_up(location, found)
            _migrate_known(location, embedded_url(location), found)
    except sqlite3.Error as error:
        raise trouble(location, error) from error
    finally:
        connection.close()


def _bring_server_up_to_date(location: str) -> None:
    from sqlalchemy.exc import DBAPIError

    from petitcrm.store.postgresql import hide_password

    try:
        _migrate_known(hide_password(location), "postgresql+psycopg://" + location.split("://", 1)[1], "")
    except DBAPIError as error:
        raise BaseUnavailable(
            _(
                "The tables of {path} cannot be made: {error}",
                path=hide_password(location),
                error=str(error.orig),
            ),
            advice=_("The role must own the database, or have been granted CREATE on its schema."),
        ) from error


def _migrate_known(path: str, url: str | URL, found: str) -> None:
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    try:
        migrate(url)
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise error.orig from error
        raise
    except CommandError as error:
        raise BaseUnavailable(
            _(
                "{path} has a schema that no petitcrm has made ({version}): it is damaged.",
                path=path,
                version=found,
            ),
            advice=_("Put back a copy of the base, or choose another file with --db."),
        ) from error


def back_up(path: str, label: str) -> str:
    """Copy the embedded base to `backups/` beside it, check the copy, and return its path."""
    folder = os.path.join(os.path.dirname(os.path.abspath(path)), "backups")
    try:
        _make_folder(folder)
        copy = _new_file(os.path.join(folder, f"{os.path.basename(path)}.{label}"))
    except OSError as error:
        raise trouble(folder, error) from error
    try:
        verdict = _copied(path, copy)
    except sqlite3.Error as error:
        os.unlink(copy)
        raise trouble(copy, error) from error
    if verdict:
        raise BaseUnavailable(
            _("The backup {copy} does not check out: the base is damaged. It was left as it is.", copy=copy),
            advice=_("Run `petitcrm check`, and put back an older backup."),
        )
    return copy


def _new_file(stem: str) -> str:
    number = 1
    while True:
        try:
            os.close(os.open(f"{stem}.{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            return f"{stem}.{number}"
        except FileExistsError:
            number += 1


def _copied(path: str, copy: str) -> list[tuple[str, ...]]:
    """Copy a base, in one file without a log of its own; return what is wrong with the copy."""
    source = sqlite3.connect(read_only_uri(path), uri=True)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        verdict = target.execute("PRAGMA integrity_check").fetchall()
        return [row for row in verdict if row != ("ok",)] + target.execute(
            "PRAGMA foreign_key_check"
        ).fetchall()
    finally:
        source.close()
        target.close()


def embedded_url(path: str) -> URL:
    """Return the address of a file for SQLAlchemy, whatever characters its path has."""
    from sqlalchemy import URL

    return URL.create("sqlite", database=path)


def migrate(url: str | URL) -> None:
    """Run every migration that the base at SQLAlchemy `url` lacks, in one transaction: all of it or nothing."""
    from alembic import command
    from alembic.config import Config

    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # one at a time; the version is read after the wait
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")
            config = Config()
            config.set_main_option("script_location", SCRIPTS)
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
            _check_keys(connection)
    finally:
        engine.dispose()


def migration_engine(url: str | URL) -> Engine:
    """Return an engine whose transactions hold DDL too, with foreign keys unchecked until the end.

    pysqlite would otherwise commit before each CREATE, and a table rebuilt by Alembic would cascade. While one is
    rebuilt, the views that read it have no table: SQLite's old way of renaming does not look at them.
    """
    from sqlalchemy import create_engine, event

    if not str(url).startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"isolation_level": None})
    event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA legacy_alter_table = ON"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _check_keys(connection: CoreConnection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise BaseUnavailable(_("The upgrade would leave rows without their parent: it was taken back."))
