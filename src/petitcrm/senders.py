"""Who sends mail: the name by which a process claims what it sends, and whether the one of a name is still there."""

from __future__ import annotations

import os


def me() -> str:
    """Return the name by which this process claims mails: its machine, its number, and one that is only its own."""
    import secrets
    import socket

    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(who: str) -> bool:
    """Tell whether a sender of this machine is surely no longer there; of another machine nobody can say."""
    import socket

    host, _colon, rest = who.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
