"""A base copied as it is, and put back later over what it has become, as a person does with a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


class Copy:
    """The copy of a base at `location`; `keep` takes it, `put_back` puts it over the base."""

    def __init__(self, location: str, folder: Path) -> None:
        self.location = location
        self.file = folder / "older.db"

    def keep(self) -> None:
        """Copy the base as it is now."""
        if "://" in self.location:
            self._make(f"{self._name}_older", self._name)
            return
        with closing(sqlite3.connect(self.location)) as driver:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.file.write_bytes(Path(self.location).read_bytes())

    def put_back(self) -> None:
        """Put the copy in the place of the base, which forgets what came since."""
        if "://" in self.location:
            self._make(self._name, f"{self._name}_older")
            return
        for more in ("-wal", "-shm"):
            Path(self.location + more).unlink(missing_ok=True)
        Path(self.location).write_bytes(self.file.read_bytes())

    def forget(self) -> None:
        """Remove the copy that a server holds."""
        if "://" in self.location:
            self._run(f"DROP DATABASE IF EXISTS {self._name}_older WITH (FORCE)")

    @property
    def _name(self) -> str:
        return urlsplit(self.location).path[1:]

    def _make(self, name: str, template: str) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy",
        )

    def _run(self, *statements: str) -> None:
        import psycopg

        server = urlunsplit(urlsplit(self.location)._replace(path="/postgres"))
        with psycopg.connect(server, autocommit=True) as driver:
            for statement in statements:
                driver.execute(statement)  # type: ignore[arg-type]
