"""Making a base, and bringing an older one up to date after a verified backup."""

from __future__ import annotations

import os
import sqlite3

from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _
from petitcrm.store.schema import HEAD
from petitcrm.store.sqlite import APPLICATION_ID, SqliteConnection, refuse_network_file_system, trouble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection as CoreConnection
    from sqlalchemy import Engine


def make_embedded(path: str) -> None:
    """Make an empty base at `path`, whole or not at all; another process that makes it first wins."""
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
        refuse_network_file_system(path)
        unfinished = f"{path}.{os.getpid()}.new"
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with sqlite3.connect(unfinished) as driver:
                driver.execute("PRAGMA journal_mode = WAL")
                driver.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            driver.close()
            migrate(f"sqlite:///{unfinished}")
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            for suffix in ("", "-wal", "-shm"):
                if os.path.exists(unfinished + suffix):
                    os.unlink(unfinished + suffix)
    except (OSError, sqlite3.Error) as error:
        raise trouble(path, error) from error


def bring_up_to_date(
    location: str, found: str | None, *, who: str, on_wait: Callable[[str], None] | None = None
) -> None:
    """Upgrade the schema of the base at `location` from revision `found` (None: no tables yet) to that of this program.

    The embedded base is copied to `backups/` beside it first, and the copy is checked.
    """
    from petitcrm.store.database import is_server

    if is_server(location):
        migrate("postgresql+psycopg://" + location.split("://", 1)[1])
        return
    if found is None:
        raise BaseUnavailable(
            _("{path} has no tables of petitcrm: its making was cut short, or it is damaged.", path=location),
            advice=_("Put back a copy of the base, or choose another file with --db."),
        )
    connection = SqliteConnection(location, write=True, who=who, on_wait=on_wait)
    try:
        back_up(location, found)
        migrate(f"sqlite:///{location}")
    finally:
        connection.close()


def back_up(path: str, label: str) -> str:
    """Copy the embedded base to `backups/` beside it, check the copy, and return its path."""
    folder = os.path.join(os.path.dirname(os.path.abspath(path)), "backups")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    number = 1
    while True:
        copy = os.path.join(folder, f"{os.path.basename(path)}.{label}.{number}")
        try:
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            break
        except FileExistsError:
            number += 1
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
        verdict = target.execute("PRAGMA integrity_check").fetchall()
        orphans = target.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        source.close()
        target.close()
    if verdict != [("ok",)] or orphans:
        raise BaseUnavailable(
            _("The backup {copy} does not check out: the base is damaged. It was left as it is.", copy=copy),
            advice=_("Run `petitcrm check`, and put back an older backup."),
        )
    return copy


def migrate(url: str) -> None:
    """Run every migration that the base at SQLAlchemy `url` lacks, in one transaction: all of it or nothing."""
    from alembic import command
    from alembic.config import Config

    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", "petitcrm:store/migrations")
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
            _check_keys(connection)
    finally:
        engine.dispose()


def migration_engine(url: str) -> Engine:
    """Return an engine whose transactions hold DDL too, with foreign keys unchecked until the end.

    pysqlite would otherwise commit before each CREATE, and a table rebuilt by Alembic would cascade.
    """
    from sqlalchemy import create_engine, event

    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"isolation_level": None})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _check_keys(connection: CoreConnection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise BaseUnavailable(_("The upgrade would leave rows without their parent: it was taken back."))
