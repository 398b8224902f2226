"""What must outlive a base that is put back from an older copy: who objected, and which mails have left.

A small file of its own, `BASE.kept`; for a base on a server, one of this machine. It holds no address and no text:
mails are known by keyed hashes of their occasions, objections by the hashes of the base. What a base that was put
back no longer knows is told it again (`reconcile`), and a mail that left before is not sent by it a second time.
"""

from __future__ import annotations

import json
import os

from petitcrm.contexts import contextmanager
from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Any, Protocol

    from petitcrm.store.database import Connection
    from petitcrm.store.journal import Act
    from petitcrm.store.reader import Reader

    class Writer(Reader, Protocol):
        """A base that may be changed: `crm.Crm`, opened for a gesture."""

        @property
        def now_text(self) -> str: ...

        def act(self, kind: str, **told: Any) -> AbstractContextManager[Act]: ...


HASH_KEY = "privacy.key"
"""The setting that holds the key of the hashes of objections: it belongs to the base, and goes with its backups."""
SIGNING_KEY = "tokens:key"
"""What the program remembers the key of the ways out by (`store/token_key.py`)."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS objections (hash TEXT NOT NULL, channel TEXT NOT NULL, purpose TEXT NOT NULL,"
    " at TEXT NOT NULL, lifted_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (hash, channel, purpose)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS withdrawals (hash TEXT NOT NULL, channel TEXT NOT NULL, purpose TEXT NOT NULL,"
    " line INTEGER NOT NULL, at TEXT NOT NULL, recorded_at TEXT NOT NULL, PRIMARY KEY (hash, channel, purpose))"
    " WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS mails (occasion BLOB PRIMARY KEY, whose BLOB, step TEXT NOT NULL DEFAULT '',"
    " message_id TEXT NOT NULL, at TEXT NOT NULL, has_left INTEGER NOT NULL DEFAULT 0, path TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS ix_mails_whose ON mails (whose) WHERE whose IS NOT NULL",
)
_KEY, _SEEN = "mail.key", "objections.seen"
_BEHIND = "?"
"""Seen of no base: an older copy that is put back now may look like the one that was seen last."""
_LIFT = "UPDATE objections SET lifted_at = ? WHERE hash = ? AND channel = ? AND purpose = ?"
_NOTE = "INSERT OR REPLACE INTO mails (occasion, whose, step, message_id, at, path) VALUES (?, ?, ?, ?, ?, ?)"
_AT_ONCE = 500
_REMEMBERED = 1_000
_RUNS = 20
"""Times that somebody is in a sequence, as far as they are tried."""


class Leaving(Row):
    """A mail that is about to leave, or has: why (its occasion), its Message-ID, when, and the decisions before it."""

    occasion: str
    message_id: str
    at: str
    path: str = "[]"


class Withdrawal(Row):
    """An agreement that an address took back, as a line of the ledger says it; `at` and `recorded_at` are instants."""

    hash: str
    channel: str
    purpose: str
    line: int
    at: str
    recorded_at: str


class Standing(Row):
    """What somebody refuses as the base says it now: hashes, each with its channel and purpose."""

    objected: tuple[tuple[str, str, str], ...] = ()
    free: tuple[tuple[str, str, str], ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    agreed: tuple[tuple[str, str, str], ...] = ()


class Left(Row):
    """What is known of a mail that was given to a server, or was about to be; `has_left` where the server took it."""

    message_id: str
    at: str
    has_left: bool


class Beside:
    """The file beside a base, open."""

    def __init__(self, path: str) -> None:
        import sqlite3

        self.path = path
        self._hashes: dict[str, bytes] = {}  # a mail is asked about, noted and settled
        self.faults: tuple[type[Exception], ...] = (sqlite3.Error, OSError)
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._driver: sqlite3.Connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=10
            )
            for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_TABLES):
                self._driver.execute(statement)
            self._secret = bytes.fromhex(self._own_key())
        except (sqlite3.Error, OSError, ValueError) as error:
            raise BaseUnavailable(
                _("{path} cannot be used: {error}", path=path, error=error),
                advice=_("It keeps what was sent and who objected. Put back a copy of it, or move it away."),
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._driver.close()

    def note(self, mails: Iterable[Leaving]) -> None:
        """Note, durably, that mails are about to be given to their server."""
        self.turn(mails, (), ())

    def settle(self, left: Iterable[str], stayed: Iterable[str]) -> None:
        """Note which mails a server took, and forget those that surely did not leave; both by their occasions."""
        self.turn((), left, stayed)

    def turn(self, mails: Iterable[Leaving], left: Iterable[str], stayed: Iterable[str]) -> None:
        """Do both at once: a server is about to be given `mails`, took `left`, and surely has none of `stayed`."""
        noted = [
            (self._hash(one.occasion), *self._whose(one.occasion), one.message_id, one.at, one.path) for one in mails
        ]  # fmt: skip
        self._write(
            ("UPDATE mails SET has_left = 1 WHERE occasion = ?", [(self._hash(one),) for one in left]),
            ("DELETE FROM mails WHERE occasion = ?", [(self._hash(one),) for one in stayed]),
            (_NOTE, noted),
        )

    def known(self, occasions: Sequence[str]) -> dict[str, Left]:
        """Return those of some mails that were given to a server, or about to be, by their occasions."""
        hashes = {self._hash(one): one for one in occasions}
        told = list(hashes)
        found = {}
        for start in range(0, len(told), _AT_ONCE):
            some = told[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT occasion, message_id, at, has_left FROM mails WHERE occasion IN ({marks})"
            for hashed, message_id, at, has_left in self._driver.execute(sql, some):
                found[hashes[hashed]] = Left(message_id, at, bool(has_left))
        return found

    def steps(self, whose: str) -> dict[str, tuple[str, str]]:
        """Return when each step of somebody's run of a sequence left, and the decisions that had led to it."""
        sql = "SELECT step, at, path FROM mails WHERE whose = ? ORDER BY at"
        return {step: (at, path) for step, at, path in self._driver.execute(sql, [self._hash(whose)])}

    def since(self, place: int) -> list[tuple[int, str]]:
        """Return the mails noted after a place in the file: their places and their Message-IDs, in this order."""
        sql = "SELECT rowid, message_id FROM mails WHERE rowid > ? ORDER BY rowid"
        return [tuple(row) for row in self._driver.execute(sql, [place])]

    def is_to(
        self, message_id: str, address: str, sequences: Sequence[str], campaigns: Sequence[str]
    ) -> bool:
        """Tell whether a mail that was noted is one of these sequences, or campaigns, to an address."""
        found = self._driver.execute(
            "SELECT occasion, whose FROM mails WHERE message_id = ?", [message_id]
        ).fetchone()
        if found is None:
            return False
        occasion, whose = found
        if whose is None:
            return any(self._hash(f"campaign:{key}:{address}") == occasion for key in campaigns)
        runs = range(1, _RUNS + 1)
        return any(self._hash(_run_of(key, str(run), address)) == whose for key in sequences for run in runs)

    def value(self, key: str) -> str:
        """Return what is kept under a key, empty where nothing is."""
        found = self._driver.execute("SELECT value FROM kept WHERE key = ?", [key]).fetchone()
        return str(found[0]) if found else ""

    def keep(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        if self.value(key) != value:
            self._driver.execute("INSERT OR REPLACE INTO kept (key, value) VALUES (?, ?)", (key, value))

    def keep_signing_key(self, key: str) -> str:
        """Keep a new key of the ways out, unless there is one: mails that left were signed with it. Return the one."""
        self.keep(SIGNING_KEY, self.value(SIGNING_KEY) or key)
        self.keep(_SEEN, _BEHIND)
        return self.value(SIGNING_KEY)

    def keep_objections(self, objections: Iterable[tuple[str, str, str, str]]) -> None:
        """Keep objections: hash, channel, purpose, instant; one that was lifted before stands again, said later."""
        self._write(
            (
                "INSERT INTO objections (hash, channel, purpose, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " at = excluded.at, lifted_at = CASE WHEN lifted_at < excluded.at THEN '' ELSE lifted_at END",
                list(objections),
            )
        )

    def lift(self, objections: Iterable[tuple[str, str, str]], at: str) -> None:
        """Note that some were taken back (hash, channel, purpose): they are not put back into an older base."""
        self._write((_LIFT, [(at, *one) for one in objections]))

    def stand(self, told: Standing, at: str) -> None:
        """Let what is kept be what the base says now: of objections those that are known here, and all withdrawals."""
        self._write(
            (_LIFT, [("", *one) for one in told.objected]),
            (_LIFT, [(at, *one) for one in told.free]),
            ("INSERT OR REPLACE INTO withdrawals VALUES (?, ?, ?, ?, ?, ?)", told.withdrawn),
            ("DELETE FROM withdrawals WHERE hash = ? AND channel = ? AND purpose = ?", told.agreed),
        )

    def withdrawals(self) -> list[Withdrawal]:
        """Return the agreements that were taken back, and not given again."""
        return [
            Withdrawal(*row) for row in self._driver.execute("SELECT * FROM withdrawals ORDER BY line, hash")
        ]

    def standing(self) -> list[tuple[str, str, str, str]]:
        """Return the objections that nobody took back: hash, channel, purpose, instant."""
        sql = "SELECT hash, channel, purpose, at FROM objections WHERE lifted_at = '' ORDER BY at, hash"
        return [tuple(row) for row in self._driver.execute(sql)]

    def _own_key(self) -> str:
        import secrets

        self._driver.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (_KEY, secrets.token_hex(32)))
        return self.value(_KEY)

    def _hash(self, text: str) -> bytes:
        found = self._hashes.get(text)
        if found is None:
            import hmac

            if len(self._hashes) >= _REMEMBERED:
                self._hashes.clear()
            found = self._hashes[text] = hmac.digest(self._secret, text.encode(), "sha256")
        return found

    def _whose(self, occasion: str) -> tuple[bytes | None, str]:
        """Return in whose run of a sequence a mail is, and its step; "sequence:KEY:RUN:STEP:ADDRESS"."""
        kind, _colon, rest = occasion.partition(":")
        told = rest.split(":", 3)
        if kind != "sequence" or len(told) != 4:
            return None, ""
        key, run, step, address = told
        return self._hash(_run_of(key, run, address)), step

    def _write(self, *changes: tuple[str, Sequence[Sequence[object]]]) -> None:
        """Run each change for each of its rows, in one durable transaction."""
        if not any(rows for _sql, rows in changes):
            return
        try:
            self._driver.execute("BEGIN IMMEDIATE")
            try:
                for sql, rows in changes:
                    self._driver.executemany(sql, rows)
                self._driver.execute("COMMIT")
            except BaseException:
                self._driver.execute("ROLLBACK")
                raise
        except self.faults as error:
            raise BaseUnavailable(_("{path} cannot be used: {error}", path=self.path, error=error)) from error


@contextmanager
def opened(connection: Connection) -> Iterator[Beside]:
    """Open the file beside a base; it is made where there is none."""
    beside = Beside(path_of(connection))
    try:
        yield beside
    finally:
        beside.close()


def path_of(connection: Connection) -> str:
    """Return where the file beside a base lies; for one on a server, in the data folder of this machine."""
    if connection.dialect == "sqlite":
        return f"{connection.path}.kept"
    import hashlib

    from petitcrm.config import state_folder

    os.makedirs(state_folder(), mode=0o700, exist_ok=True)
    return os.path.join(state_folder(), f"{hashlib.sha256(connection.path.encode()).hexdigest()[:24]}.kept")


def steps_of(crm: Reader, runs: Mapping[int, tuple[str, int, str]]) -> dict[int, dict[str, tuple[str, str]]]:
    """Return the steps of some runs (sequence, run, address) whose mail left, by the numbers that they are asked under.

    Of each step: when, and the decisions before it (JSON).
    """
    if not os.path.exists(path_of(crm.connection)):
        return {}
    with opened(crm.connection) as beside:
        return {
            number: known
            for number, (key, run, address) in runs.items()
            if (known := beside.steps(_run_of(key, str(run), address.lower())))
        }


def was_sent_to(crm: Reader, message_id: str, address: str) -> bool:
    """Tell whether a mail of a sequence or a campaign is known to have left to an address, whatever the base forgot."""
    if not os.path.exists(path_of(crm.connection)):
        return False
    keys = [row[0] for row in crm.rows("SELECT key FROM sequences")]
    campaigns = [row[0] for row in crm.rows("SELECT key FROM campaigns")]
    with opened(crm.connection) as beside:
        return beside.is_to(message_id, address.lower(), keys, campaigns)


def kept_key(connection: Connection, name: str = HASH_KEY) -> str:
    """Return the key that the hashes of this base had before it was put back, empty where it had none; or another."""
    if not os.path.exists(path_of(connection)):
        return ""
    try:
        with opened(connection) as beside:
            return beside.value(name)
    except BaseUnavailable:
        return ""  # an objection is taken whatever became of the file; the next sending tells of it


def signing_key(connection: Connection) -> str:
    """Return the key of the ways out that the base itself has, empty where it has none."""
    found = connection.rows("SELECT value FROM automation WHERE key = :key", {"key": SIGNING_KEY})
    return str(found[0][0]) if found else ""


def take_signing_key(connection: Connection, key: str) -> str:
    """Let the base have a key of the ways out, unless it has one; return the one that it has."""
    connection.write(
        "INSERT INTO automation (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING",
        {"key": SIGNING_KEY, "value": key},
    )
    return signing_key(connection)


def keep_objections(
    connection: Connection, key: str, objections: Iterable[tuple[str, str, str, str]]
) -> None:
    """Keep objections that were just committed. Where it fails, `reconcile` does it before the next mail leaves."""
    with opened(connection) as beside:
        beside.keep(_SEEN, _BEHIND)
        beside.keep(HASH_KEY, key)
        beside.keep_objections(objections)


def stand(connection: Connection, key: str, told: Standing, at: str) -> None:
    """Keep what a gesture that was just committed made of somebody's refusals; `key` is that of the hashes."""
    with opened(connection) as beside:
        beside.keep(_SEEN, _BEHIND)
        beside.keep(HASH_KEY, key)
        beside.stand(told, at)


def is_behind(crm: Reader) -> bool:
    """Tell whether the base and the file beside it may know of different objections."""
    with opened(crm.connection) as beside:
        return beside.value(_SEEN) != _seen(crm)


def reconcile(crm: Writer) -> list[tuple[str, str, str, str]]:
    """Let the base and the file beside it know the same objections; return those that the base had forgotten.

    One that a person took back by undo is forgotten here too; one that the base lost with an older copy is put back.
    """
    with opened(crm.connection) as beside:
        if beside.value(_SEEN) == _seen(crm):
            return []
        _take_key(crm, beside)
        listed = crm.rows("SELECT hash, channel, purpose, at FROM objections ORDER BY id")
        here = {row[:3] for row in listed}
        lost = [one for one in beside.standing() if one[:3] not in here]
        undone = _undone(crm, [one[0] for one in lost])
        beside.keep_objections(tuple(row) for row in listed)
        beside.lift([one[:3] for one in lost if one[0] in undone], crm.now_text)
        missing = [one for one in lost if one[0] not in undone]
        for hashed, channel, purpose, at in missing:
            with crm.act("objection.put_back", channel=channel) as act:
                act.insert("objections", hash=hashed, channel=channel, purpose=purpose, reason="", at=at)
        beside.keep(_SEEN, _seen(crm))
        return missing


def path_told(steps: Iterable[tuple[str, str, str]]) -> str:
    """Return the decisions that led to a mail (step, instant, outcome) as they are kept beside it."""
    return json.dumps([list(one) for one in steps], ensure_ascii=False, separators=(",", ":"))


def _take_key(crm: Writer, beside: Beside) -> None:
    """Let the base have its keys again; those that it made since are the ones that count."""
    signing = signing_key(crm.connection) or beside.value(SIGNING_KEY)
    if signing:
        beside.keep(SIGNING_KEY, take_signing_key(crm.connection, signing))
    found = crm.rows("SELECT value FROM settings WHERE key = :key", key=HASH_KEY)
    if found:
        beside.keep(HASH_KEY, str(found[0][0]))
    elif beside.value(HASH_KEY) and beside.standing():
        with crm.act("objection.put_back", channel="*") as act:
            act.insert("settings", key=HASH_KEY, value=beside.value(HASH_KEY))


def _undone(crm: Reader, hashes: Sequence[str]) -> set[str]:
    """Return those of some objections that the journal says were taken back: a hash stands nowhere by chance."""
    sql = "SELECT 1 FROM events WHERE undone_by IS NOT NULL AND changes LIKE :mark LIMIT 1"
    return {one for one in dict.fromkeys(hashes) if crm.rows(sql, mark=f'%"objections"%"{one}"%')}


def _seen(crm: Reader) -> str:
    ((number,),) = crm.rows("SELECT count(*) FROM objections")
    last = crm.rows("SELECT id, hash FROM objections ORDER BY id DESC LIMIT 1")
    said = crm.rows("SELECT id, contact_id, recorded_at FROM consents ORDER BY id DESC LIMIT 1")
    told = [number, *(last[0] if last else ()), signing_key(crm.connection)[:8], *(said[0] if said else ())]
    return ":".join(map(str, told))


def _run_of(key: str, run: str, address: str) -> str:
    return f"run:{key}:{run}:{address}"
