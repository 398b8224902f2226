"""One writer at a time on an embedded base, and the name of the one who writes.

SQLite before 3.51.3 can corrupt a write-ahead log that several processes write and checkpoint at once, so writing
and checkpointing are serialised by a lock beside the base. The lock dies with its process, even by kill -9.
"""

from __future__ import annotations

import os
import time

from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SAY_AFTER_SECONDS = 5.0
GIVE_UP_AFTER_SECONDS = 60.0
_PAUSE_SECONDS = 0.002


class WriterLock:
    """Hold the right to write to the base at `path`; waits for it, says after 5 s who has it, gives up after 60 s."""

    def __init__(self, path: str, *, who: str, on_wait: Callable[[str], None] | None = None) -> None:
        self._file = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            self._wait(on_wait)
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{who} ({os.getpid()})".encode(), 0)
        except BaseException:
            os.close(self._file)
            raise

    def _wait(self, on_wait: Callable[[str], None] | None) -> None:
        start, said = time.monotonic(), False
        while not try_lock(self._file):
            waited = time.monotonic() - start
            if waited > GIVE_UP_AFTER_SECONDS:
                raise BaseUnavailable(
                    _("The base is busy: {holder} has been writing for a minute.", holder=self._holder()),
                    advice=_("Wait for it to end, or stop it, then try again. Nothing was changed."),
                )
            if waited > SAY_AFTER_SECONDS and not said and on_wait:
                said = True
                on_wait(self._holder())
            time.sleep(_PAUSE_SECONDS)

    def _holder(self) -> str:
        return os.pread(self._file, 200, 0).decode("utf-8", "replace") or _("another program")

    def release(self) -> None:
        """Let the next writer in."""
        os.close(self._file)


def try_lock(file: int) -> bool:
    """Take the lock of an open file, which dies with its process; tell whether it was free."""
    try:
        import fcntl
    except ImportError:
        return _try_lock_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_on_windows(file: int) -> bool:
    import importlib

    msvcrt = importlib.import_module("msvcrt")
    try:
        os.lseek(file, 1000, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
