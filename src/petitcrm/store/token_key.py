"""The key by which links and addresses of our mails are signed: outside the journal, for a mail that left cannot be.

Taking back the gesture that first needed it must not make the ways out of mails already sent worthless, nor must an
older copy of the base that is put back: the key is kept beside it too.
"""

from __future__ import annotations

from petitcrm.errors import BaseUnavailable
from petitcrm.store import beside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.database import Connection


def known(connection: Connection) -> str:
    """Return the key in hexadecimal, empty where none was needed yet."""
    return beside.signing_key(connection) or beside.kept_key(connection, beside.SIGNING_KEY)


def made(connection: Connection) -> str:
    """Return the key: the first time one is made, beside the base before it is in it."""
    key = beside.signing_key(connection)
    if not key:
        import secrets

        key = secrets.token_hex(32)
        try:
            with beside.opened(connection) as file:
                key = file.keep_signing_key(key)
        except BaseUnavailable:
            pass  # an objection is taken whatever became of the file; the next sending tells of it
        key = beside.take_signing_key(connection, key)
    return key
