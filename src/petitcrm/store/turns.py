"""Long works that one program at a time does on a base, and between whose gestures others may write."""

from __future__ import annotations

import os
import zlib

from petitcrm.contexts import contextmanager
from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _
from petitcrm.store.database import is_server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OURS = 0x50435231


@contextmanager
def turn(location: str, work: str, who: str) -> Iterator[None]:
    """Do a long work alone on the base at `location`; BaseUnavailable, with who does it, where another is at it.

    It ends with its process, even by kill -9.
    """
    taken = _on_server(location, work, who) if is_server(location) else _on_file(location, work, who)
    try:
        yield
    finally:
        taken()


def _on_file(path: str, work: str, who: str) -> Callable[[], None]:
    from petitcrm.store.lock import try_lock

    file = os.open(f"{path}.{work}.lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    if not try_lock(file):
        holder = os.pread(file, 200, 0).decode("utf-8", "replace")
        os.close(file)
        raise _busy(holder)
    os.ftruncate(file, 0)
    os.pwrite(file, f"petitcrm {who} ({os.getpid()})".encode(), 0)
    return lambda: os.close(file)


def _on_server(url: str, work: str, who: str) -> Callable[[], None]:
    from petitcrm.store.postgresql import PostgresConnection

    key = {"ours": _OURS, "work": zlib.crc32(work.encode()) & 0x7FFFFFFF}
    connection = PostgresConnection(url, write=True, who=who)
    if not connection.rows("SELECT pg_try_advisory_lock(:ours, :work)", key)[0][0]:
        found = connection.rows(
            "SELECT a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :ours AND l.objid = :work",
            key,
        )
        connection.close()
        raise _busy(f"{found[0][0]} ({found[0][1]})" if found else "")

    def let_go() -> None:
        # Said, not only meant by closing: the server would notice a moment later, and the next one be refused.
        connection.rows("SELECT pg_advisory_unlock(:ours, :work)", key)
        connection.close()

    return let_go


def _busy(holder: str) -> BaseUnavailable:
    return BaseUnavailable(
        _("{holder} is at it already.", holder=holder or _("another program")),
        advice=_("Wait for it to end. Nothing was changed."),
    )
