"""One piece of writing done by a thread while the next piece is read.

SQLite lets go of the interpreter for as long as a statement runs, so that two processors work on one import: a
statement of thousands of rows is long enough. Never are two pieces written at once, nor anything else beside them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Thread

_TURN = 0.0001
"""Seconds after which a thread that computes lets another go on: the writer asks for its turn after each statement."""


class Behind:
    """The writing that goes on behind the caller, if any."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._failure: BaseException | None = None

    def start(self, write: Callable[[], None]) -> None:
        """Begin a piece; the one before must have been waited for."""
        import sys
        from threading import Thread

        usual = sys.getswitchinterval()

        def run() -> None:
            sys.setswitchinterval(_TURN)
            try:
                write()
            except BaseException as failure:
                self._failure = failure
            finally:
                sys.setswitchinterval(usual)

        self._thread = Thread(target=run, name="petitcrm-import")
        self._thread.start()

    def wait(self) -> None:
        """Return when the piece is written; raise what went wrong with it."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def finish(self) -> None:
        """Return when nothing is written any more, even if the person is in a hurry; what went wrong is forgotten.

        A rollback under a writer's feet would let its next row be a transaction of its own.
        """
        while self._thread is not None:
            try:
                self._thread.join()
                self._thread = None
            except KeyboardInterrupt:
                continue
        self._failure = None
