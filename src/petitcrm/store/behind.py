"""One piece of writing done by a thread while the next piece is read.

SQLite lets go of the interpreter for as long as a statement runs, so that two processors work on one import: a
statement of thousands of rows is long enough. Never are two pieces written at once, nor anything else beside them.
"""

from __future__ import annotations

import _thread
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_TURN = 0.0001
"""Seconds after which a thread that computes lets another go on: the writer asks for its turn after each statement."""


class Behind:
    """The writing that goes on behind the caller, if any.

    Its thread is of the plain kind: an interruption that falls while a `threading.Thread` is started leaves one that
    cannot be waited for, and writes all the same.
    """

    def __init__(self) -> None:
        self._written: _thread.LockType | None = None
        self._failure: BaseException | None = None
        self._writing = _thread.allocate_lock()
        self._is_over = False

    def start(self, write: Callable[[], None]) -> None:
        """Begin a piece; the one before must have been waited for, and nothing is begun after the end."""
        if self._is_over:
            raise RuntimeError("writing begun after the end")
        usual = sys.getswitchinterval()
        written = _thread.allocate_lock()
        written.acquire()

        def run() -> None:
            sys.setswitchinterval(_TURN)
            try:
                with self._writing:
                    if not self._is_over:
                        write()
            except BaseException as failure:
                self._failure = failure
            finally:
                sys.setswitchinterval(usual)
                written.release()

        self._written = written
        _thread.start_new_thread(run, ())

    def wait(self) -> None:
        """Return when the piece is written; raise what went wrong with it."""
        if self._written is not None:
            self._written.acquire()
            self._written = None
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def finish(self) -> None:
        """Return when nothing is written any more, even if the person is in a hurry; what went wrong is forgotten.

        A rollback under a writer's feet would let its next row be a transaction of its own. A writer that an
        interruption has kept from beginning, or from being known, comes too late to write anything.
        """
        while True:
            try:
                self._is_over = True
                with self._writing:
                    return
            except KeyboardInterrupt:
                continue
