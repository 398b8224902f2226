"""The embedded base: one SQLite file, read and written on the driver."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from _thread import allocate_lock  # without the cost of importing threading
from itertools import chain

from petitcrm.errors import BaseUnavailable, CrmError, UsageProblem
from petitcrm.i18n import _
from petitcrm.store.lock import WriterLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

APPLICATION_ID = 0x50435231
_HEADER = b"SQLite format 3\x00"
_BULK_CACHE_KIB = 120_000
_AT_ONCE = (2048, 512, 128, 32, 8, 1)
"""How many rows one statement may hold: few sizes, so that each is compiled once."""
_MOST_VALUES = 32_000
_FAULTS = (sqlite3.Error, OverflowError, UnicodeDecodeError)

_guard = allocate_lock()
_open_files: dict[tuple[int, int], int] = {}


class SqliteConnection:
    """One open connection to the file at `path`; with `write`, holder of the base's writer lock."""

    dialect = "sqlite"
    refusals: tuple[type[Exception], ...] = (sqlite3.IntegrityError,)
    """What is raised where a row breaks a rule of its table: a fault of ours, but for a file that a person changed."""

    def __init__(
        self, path: str, *, write: bool, who: str = "", on_wait: Callable[[str], None] | None = None
    ) -> None:
        self._lock: WriterLock | None = None
        self.path, self._who = path, who
        self._file: tuple[int, int] | None = _enter(path)
        try:
            if write:
                refuse_network_file_system(path)
                self._lock = WriterLock(path, who=who, on_wait=on_wait)
            self._driver = _connect(path, write=write)
        except (OSError, sqlite3.Error) as error:
            self._release()
            raise trouble(path, error) from error
        except BaseException:
            self._release()
            raise

    def rows(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        try:
            return self._driver.execute(sql, params).fetchall()
        except _FAULTS as error:
            raise trouble(self.path, error) from error

    def dicts(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query by column name."""
        try:
            cursor = self._driver.execute(sql, params)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except _FAULTS as error:
            raise trouble(self.path, error) from error

    def stream(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        """Yield the rows of a query too large to hold."""
        try:
            for row in self._driver.execute(sql, params):  # noqa: UP028 - it would close a cursor after its base
                yield row
        except _FAULTS as error:
            raise trouble(self.path, error) from error

    def write(self, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> int:
        """Run one change; return the number of rows it touched. For store/ only: verbs write through an act."""
        try:
            return self._driver.execute(sql, params).rowcount
        except _FAULTS as error:
            raise trouble(self.path, error) from error

    def write_many(self, sql: str, many: Iterable[Mapping[str, Any]]) -> None:
        """Run one change for each set of parameters. For store/ only."""
        try:
            self._driver.executemany(sql, many)
        except _FAULTS as error:
            raise trouble(self.path, error) from error

    def insert_many(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows by the fastest way of the engine: many with one statement. For store/ only."""
        given = list(rows)
        marks = f"({', '.join('?' * len(columns))})"
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        start = 0
        try:
            for size in _AT_ONCE:
                if size * len(columns) > _MOST_VALUES:
                    continue
                statement = sql + ", ".join([marks] * size) if len(given) - start >= size else ""
                while len(given) - start >= size:
                    self._driver.execute(statement, list(chain.from_iterable(given[start : start + size])))
                    start += size
        except _FAULTS as error:
            raise trouble(self.path, error) from error

    def prepare_bulk(self) -> None:
        """Give a large import room: a large cache, so that the log is not spilled to while it runs."""
        self._driver.execute(f"PRAGMA cache_size = -{_BULK_CACHE_KIB}")

    def begin(self) -> None:
        """Start a transaction that sees, and holds, the last state of the base."""
        self.write("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the changes last, also through a power cut."""
        self.write("COMMIT")

    def rollback(self) -> None:
        """Forget the changes of the transaction."""
        if self._driver.in_transaction:
            self.write("ROLLBACK")

    def version_of_data(self) -> int:
        """Return a number that changes whenever another connection has committed."""
        return int(self.rows("PRAGMA data_version")[0][0])

    def end_turn(self) -> None:
        """Let the next writer in, and stay open."""
        if self._lock:
            self._lock.release()
            self._lock = None

    def take_turn(self) -> bool:
        """Be the writer again; tell whether the file at this path is still the one that is open."""
        if self._lock is None:
            self._lock = WriterLock(self.path, who=self._who)
        try:
            found = os.stat(self.path)
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self._file

    def close(self) -> None:
        """Close, and let the next writer in."""
        self._driver.close()
        self._release()

    def _release(self) -> None:
        self.end_turn()
        if self._file:
            _leave(self._file)
            self._file = None


def _enter(path: str) -> tuple[int, int]:
    """Count one more connection of this process to the file at `path`, whose header is checked at the first.

    Closing any handle on a file drops all the locks of the process on it (sqlite.org/howtocorrupt.html, 2.2): while an
    interface has the base open, looking at its header would let another process delete the log under it.
    """
    with _guard:
        try:
            found = os.stat(path)
        except FileNotFoundError:
            raise MissingBase(path) from None
        except OSError as error:
            raise trouble(path, error) from error
        file = (found.st_dev, found.st_ino)
        if file not in _open_files:
            check_header(path)
        _open_files[file] = _open_files.get(file, 0) + 1
        return file


def _leave(file: tuple[int, int]) -> None:
    with _guard:
        _open_files[file] -= 1
        if not _open_files[file]:
            del _open_files[file]


def _connect(path: str, *, write: bool) -> sqlite3.Connection:
    mode = "rw" if write else "ro"
    if not write and not os.access(os.path.dirname(os.path.abspath(path)), os.W_OK) and not _has_log(path):
        mode = "ro&immutable=1"  # a read-only disk has no room for the index of the write-ahead log
    driver = sqlite3.connect(_uri(path, mode), uri=True, isolation_level=None, check_same_thread=False)
    driver.execute("PRAGMA busy_timeout = 5000")
    if write:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA synchronous = FULL")
    else:
        driver.execute("PRAGMA query_only = ON")
    return driver


def read_only_uri(path: str) -> str:
    """Return the address by which SQLite opens a file without the right to write to it."""
    return _uri(path, "ro")


def _uri(path: str, mode: str) -> str:
    quoted = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{quoted}?mode={mode}"


def _has_log(path: str) -> bool:
    """Tell whether changes wait in the write-ahead log: whoever opens the file without it does not see them."""
    try:
        return os.stat(path + "-wal").st_size > 0
    except OSError:
        return False


def check_header(path: str) -> None:
    """Refuse a file that is not a base of petitcrm, before SQLite touches it; say which case it is.

    Only for a file that this process has not open (see `_enter`).
    """
    try:
        with open(path, "rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        raise MissingBase(path) from None
    except OSError as error:
        raise trouble(path, error) from error
    if not header:
        raise BaseUnavailable(_("{path} is an empty file, not a base.", path=path), advice=_restore_advice())
    if header[:16] != _HEADER:
        raise BaseUnavailable(
            _("{path} is not a base of petitcrm, or its beginning is damaged.", path=path),
            advice=_restore_advice(),
        )
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise BaseUnavailable(
            _("{path} is the SQLite file of another program.", path=path),
            advice=_("Choose another file with --db."),
        )
    if _is_cut_short(path):
        raise BaseUnavailable(
            _("{path} is damaged: its end is missing.", path=path), advice=_restore_advice()
        )


def _is_cut_short(path: str) -> bool:
    """Tell whether the file has fewer pages than its header says, and no log that brings the others.

    Asked again before it is believed: another process may just be folding its log into the file, header first.
    """
    for _attempt in range(5):
        if _has_log(path) or _pages_missing(path) <= 0:
            return False
        time.sleep(0.02)
    return True


def _pages_missing(path: str) -> int:
    """Return how many pages of the header's count the file lacks (sqlite.org/fileformat2.html, 1.3)."""
    with open(path, "rb") as file:
        header = file.read(100)
        length = os.fstat(file.fileno()).st_size
    size, told = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    counted = header[24:28] == header[92:96]
    return told - length // (65536 if size == 1 else max(size, 512)) if counted else 0


class MissingBase(BaseUnavailable):
    """There is no file at this path yet."""

    def __init__(self, path: str) -> None:
        super().__init__(_("There is no base at {path}.", path=path), advice=_("Check --db and PETITCRM_DB."))


def trouble(path: str, error: Exception) -> CrmError:
    """Say in a sentence what went wrong with the base at `path`."""
    words = str(error)
    if isinstance(error, OverflowError):
        return UsageProblem(_("A number is too large to be kept."))
    if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError):
        raise error
    if isinstance(error, sqlite3.OperationalError) and "syntax" in words and "schema" not in words:
        raise error
    if "no such" in words or isinstance(error, UnicodeDecodeError):
        return BaseUnavailable(
            _("{path} is not as petitcrm has made it: {error}.", path=path, error=words),
            advice=_restore_advice(),
        )
    if "locked" in words or "busy" in words:
        return BaseUnavailable(_("The base {path} is busy.", path=path), advice=_("Try again in a moment."))
    if "full" in words or getattr(error, "errno", 0) in _NO_ROOM:
        return BaseUnavailable(
            _("The disk is full: nothing was written to {path}.", path=path),
            advice=_("Make room and try again."),
        )
    if (
        "readonly" in words
        or isinstance(error, PermissionError)
        or "unable to open" in words
        or getattr(error, "errno", 0) == errno.EROFS
    ):
        return BaseUnavailable(
            _("{path} may not be written or read here.", path=path),
            advice=_("Check the rights of the file and of its folder, or choose another with --db."),
        )
    if "I/O error" in words:
        return BaseUnavailable(
            _("The disk refused to read or write {path}.", path=path),
            advice=_("Nothing was changed. Check that it has room and is in order."),
        )
    if "malformed" in words or "not a database" in words or "encrypted" in words:
        return BaseUnavailable(
            _("{path} is damaged: {error}.", path=path, error=words), advice=_restore_advice()
        )
    return BaseUnavailable(
        _("{path} cannot be used: {error}.", path=path, error=words), advice=_restore_advice()
    )


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _restore_advice() -> str:
    return _(
        "Nothing was changed. Put back a copy of the base (folder backups beside it), or choose another with --db."
    )


_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "fuse.rclone", "glusterfs", "ceph")
)


def refuse_network_file_system(path: str, mounts: str = "/proc/self/mounts") -> None:
    """Refuse a base on a network disk, where locks are not to be trusted (sqlite.org/useovernet.html)."""
    try:
        with open(mounts, encoding="utf-8", errors="replace") as file:
            lines = [line.split() for line in file]
    except OSError:
        return
    folder = os.path.realpath(path)
    best = max(
        (
            (line[1], line[2])
            for line in lines
            if len(line) > 2 and f"{folder}/".startswith(line[1].rstrip("/") + "/")
        ),
        key=lambda mount: len(mount[0]),
        default=("", ""),
    )
    if best[1] in _NETWORK:
        raise BaseUnavailable(
            _(
                "{path} is on a network disk ({kind}), where two writers could damage it.",
                path=path,
                kind=best[1],
            ),
            advice=_("Keep the base on this machine, or use PostgreSQL: --db postgresql://…"),
        )
