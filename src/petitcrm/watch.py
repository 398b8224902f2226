"""How far a long gesture has come, and the word that stops it and leaves everything as it was."""

from __future__ import annotations

from petitcrm.errors import CrmError
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    One = TypeVar("One")


class Stopped(CrmError):
    """Somebody stopped a long gesture, of which nothing is left."""

    exit_code = 5


class Watch:
    """How far a long gesture has come, seen from another thread, which may also stop it.

    `total` is 0 where it is not known how much there is to do.
    """

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.done = 0
        self.is_stopped = False

    def stop(self) -> None:
        """Ask that it leave everything as it was."""
        self.is_stopped = True

    def step(self, number: int = 1) -> None:
        """Note that so many more are done; Stopped where that is asked for."""
        if self.is_stopped:
            raise Stopped(_("Stopped: nothing was changed."))
        self.done += number


def watched(them: Iterable[One], watch: Watch | None) -> Iterator[One]:
    """Yield each of many, noted by whoever watches; Stopped where that is asked for."""
    for one in them:
        if watch:
            watch.step()
        yield one
