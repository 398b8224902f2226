"""What was being typed: kept on this machine until it is acted on, whatever ends the question or the program.

One small file, readable by its owner only. Each process changes its own lines of it, under a lock, and whole.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from petitcrm.crm import clock
from petitcrm.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.config import Config

_PAUSE = 0.15
"""Seconds after a key until the file holds it, at the latest: what kill -9 may take."""
_OLDEST = 30 * 24 * 3600
_MOST = 60
_LARGEST = 1_000_000
"""Characters of all drafts together; the oldest go first."""


class Draft(NamedTuple):
    """A text that was not acted on yet."""

    key: str
    """What was asked, and for whom."""
    text: str
    title: str
    """What the person knows it by."""
    at: float
    """Seconds since 1970 of its last key."""
    turn: str = ""
    way: tuple[Any, ...] = ()
    """How the question is opened again; empty where only the person knows."""
    writer: int = 0
    """The process in which it is being typed; 0 once the question was left."""

    @property
    def hour(self) -> str:
        """Return when its last key was typed, as the clock showed it."""
        return time.strftime("%H:%M", time.localtime(self.at))


class Drafts:
    """The drafts of one base and one person."""

    def __init__(self, folder: str, config: Config) -> None:
        self._path = os.path.join(folder, "drafts.json")
        self._now = config.now
        self._whose = f"{config.user}\n{config.db}"
        self._waiting: dict[str, Draft | None] = {}
        self._turn = Lock()
        self._writing: asyncio.Task[None] | None = None

    def find(self, key: str) -> Draft | None:
        """Return the text that was left where this is asked, if there is one."""
        if key in self._waiting:
            return self._waiting[key]
        return next((draft for draft in self._own() if draft.key == key), None)

    def newest(self, *, cut_short: bool = False) -> Draft | None:
        """Return the last draft; with `cut_short`, the last one whose program ended while it was being typed."""
        found = [
            draft
            for draft in self._own()
            if draft.key not in self._waiting and not (cut_short and not _is_cut_short(draft))
        ]
        found += [] if cut_short else [draft for draft in self._waiting.values() if draft]
        return max(found, key=lambda draft: draft.at, default=None)

    def keep(self, draft: Draft) -> None:
        """Keep a text that is being typed; one of which nothing is left is dropped."""
        self._later(draft.key, draft if draft.text.strip() else None)

    def drop(self, key: str) -> None:
        """Forget a text that was acted on."""
        if key in self._waiting or self.find(key):
            self._later(key, None)

    def write(self) -> None:
        """Write what is not written yet, now. Where it cannot be, it is kept for as long as the program runs."""
        with self._turn:  # the end of the program may come while a thread is writing
            waiting = dict(self._waiting)
            if not waiting:
                return
            try:
                self._merge(waiting)
            except (OSError, CrmError):
                return
            for key, draft in waiting.items():
                if self._waiting.get(key) is draft:
                    self._waiting.pop(key, None)

    @cached_property
    def _mine(self) -> str:
        """What tells this base and this person from others: a URL may hold a password, which is not for a file."""
        from hashlib import sha256

        return sha256(self._whose.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def _oldest(self) -> float:
        return clock(self._now).timestamp() - _OLDEST

    def _later(self, key: str, draft: Draft | None) -> None:
        self._waiting[key] = draft
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        tried: dict[str, Draft | None] = {}
        while (
            self._waiting and self._waiting != tried
        ):  # a disk that is full is tried again with the next key
            await asyncio.sleep(_PAUSE)
            tried = dict(self._waiting)
            await asyncio.to_thread(self.write)

    def _merge(self, changed: dict[str, Draft | None]) -> None:
        """Put our own lines among those of others. The lock is of this file: nobody waits for the base."""
        from petitcrm.store.lock import WriterLock

        os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
        lock = WriterLock(self._path, who="petitcrm")
        try:
            told = [
                row for row in _rows(self._path) if row["base"] != self._mine or row["key"] not in changed
            ]
            told += [{"base": self._mine, **draft._asdict()} for draft in changed.values() if draft]
            _replace(self._path, list(_bounded(told, self._oldest)))
        finally:
            lock.release()

    def _own(self) -> Iterator[Draft]:
        for row in _rows(self._path):
            if row["base"] == self._mine and row["at"] >= self._oldest:
                yield Draft(**{**{name: row[name] for name in Draft._fields}, "way": tuple(row["way"])})


def _bounded(rows: list[dict[str, Any]], oldest: float) -> Iterator[dict[str, Any]]:
    """Yield the rows that are kept, newest first: neither too many, nor too old, nor too long."""
    room = _LARGEST
    for row in sorted(rows, key=lambda row: -float(row["at"]))[:_MOST]:
        room -= len(row["text"])
        if row["at"] >= oldest and room >= 0:
            yield row


_SHAPE: dict[str, tuple[type, ...]] = {
    "base": (str,), "key": (str,), "text": (str,), "title": (str,), "at": (int, float), "turn": (str,), "way": (list,),
    "writer": (int,),
}  # fmt: skip


def _rows(path: str) -> list[dict[str, Any]]:
    """Return what the file holds; what another program made of it is passed over."""
    try:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return []
    rows = told if isinstance(told, list) else []
    return [row for row in rows if isinstance(row, dict) and _is_whole(row)]


def _is_whole(row: dict[str, Any]) -> bool:
    return all(isinstance(row.get(name), kind) for name, kind in _SHAPE.items())


def _replace(path: str, rows: list[dict[str, Any]]) -> None:
    unfinished = f"{path}.{os.getpid()}"
    made = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(made, "w", encoding="utf-8", errors="replace") as file:
        json.dump(rows, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def _is_cut_short(draft: Draft) -> bool:
    return bool(draft.writer) and draft.writer != os.getpid() and not _is_alive(draft.writer)


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":
        return False  # there, asking a process whether it lives ends it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
