"""How an address or a number is known where it must not be told: by a keyed hash, which nobody can guess back."""

from __future__ import annotations

from petitcrm.store import beside, token_key
from petitcrm.store.queries import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

KEY = beside.HASH_KEY


def hash_key(crm: Reader) -> str:
    """Return the key of the hashes, in hexadecimal; empty where nobody ever objected."""
    found = settings.beginning(crm, KEY)
    return found[0].value if found else ""


def new_hash_key(crm: Reader) -> str:
    """Return a key for the hashes that nobody can guess; the one that the base had before it was put back.

    It follows from the key of the ways out, which name addresses by these hashes before anybody objected.
    """
    import hmac

    made = bytes.fromhex(token_key.made(crm.connection))
    return beside.kept_key(crm.connection) or hmac.digest(made, b"hashes of addresses", "sha256").hex()


def any_hash_key(crm: Reader) -> str:
    """Return the key of the hashes, the one that they would have where nobody ever objected."""
    return hash_key(crm) or new_hash_key(crm)


def address_hash(key: str, channel: str, value: str) -> str:
    """Return how a barred address or number is kept: HMAC-SHA-256 of its one spelling, in hexadecimal."""
    import hmac

    return hmac.digest(bytes.fromhex(key), f"{channel}:{value.lower()}".encode(), "sha256").hex()
