"""The key by which links and addresses of our mails are signed: outside the journal, for a mail that left cannot be.

Taking back the gesture that first needed it must not make the ways out of mails already sent worthless.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.database import Connection

_NAME = "tokens:key"


def known(connection: Connection) -> str:
    """Return the key in hexadecimal, empty where none was needed yet."""
    found = connection.rows("SELECT value FROM automation WHERE key = :key", {"key": _NAME})
    return str(found[0][0]) if found else ""


def keep(connection: Connection, key: str) -> None:
    """Keep a new key; the one that is there stays."""
    connection.write(
        "INSERT INTO automation (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING",
        {"key": _NAME, "value": key},
    )
