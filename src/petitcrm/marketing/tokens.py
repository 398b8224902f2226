"""Signed words that stand for an address, and a purpose or a list: what a mail or a page hands back to us.

`u-HASH-newsletter-SIGNATURE` is good for one thing alone (its letter) and cannot be guessed. It names an address by the
keyed hash by which objections are kept, and no row of the base: it means the same person in a base that was put back
from an older copy, and holds when they were deleted. What confirms, `k-l3-SIGNATURE`, comes back from the address that
it was sent to, and does not repeat it.
"""

from __future__ import annotations

import hmac
import re

from petitcrm.rows import Row
from petitcrm.sales import address_hashes
from petitcrm.store import token_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm

CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"
LONGEST = 111
"""Characters of the longest token: a line of a mail holds it, with the address that it is sent to."""
_LETTERS = {CONFIRM: "k", UNSUBSCRIBE: "u"}
_SIGNED = 32
_TOKEN = re.compile(
    r"(?<![\w-])(?:(u)-([0-9a-f]{64})-([a-z]{4,11})|(k)-(l\d{1,12}))-([0-9a-f]{32})(?![\w-])", re.I | re.A
)


class Token(Row):
    """What a token stands for. `scope` is a purpose (`newsletter`) or a list (`l3`).

    `hashed` is the address, as `address_hashes.address_hash` returns it; empty in a token that does not tell it.
    """

    hashed: str
    scope: str

    @property
    def list_id(self) -> int | None:
        """The list, None where the token is for a purpose."""
        told = self.scope[1:]
        return int(told) if self.scope[:1] == "l" and told.isdigit() else None


def make(crm: Crm, purpose: str, address: str, scope: str, *, once: str = "") -> str:
    """Return a token for one thing; `once` is what makes it worthless later (the instant at which it was asked)."""
    return signer(crm, purpose)(address, scope, once)


def signer(crm: Crm, purpose: str) -> Callable[[str, str, str], str]:
    """Return how tokens for one thing are made (address, scope, once), for many people: the keys are looked up here."""
    own, hashes = _own(token_key.made(crm.connection), purpose), address_hashes.any_hash_key(crm)
    begins, tells = f"{_LETTERS[purpose]}-", purpose != CONFIRM

    def signed(address: str, scope: str, once: str = "") -> str:
        hashed = address_hashes.address_hash(hashes, "email", address)
        return f"{begins}{f'{hashed}-' if tells else ''}{scope}-{_signature(own, Token(hashed, scope), once)}"

    return signed


def read(purpose: str, text: str) -> tuple[Token, str] | None:
    """Return the first thing in a text that looks like a token for `purpose`, with its signature: not checked yet."""
    for letter, hashed, scope, confirms, list_scope, signature in _TOKEN.findall(text):
        if (letter or confirms).lower() == _LETTERS[purpose]:
            return Token(hashed.lower(), (scope or list_scope).lower()), signature.lower()
    return None


def is_good(crm: Crm, purpose: str, found: tuple[Token, str], *, once: str = "") -> bool:
    """Tell whether a token was made by us for this purpose, compared in constant time."""
    key = token_key.known(crm.connection)
    token, signature = found
    return bool(key) and hmac.compare_digest(signature, _signature(_own(key, purpose), token, once))


def _own(key: str, purpose: str) -> bytes:
    """Return the key of one purpose: a token for one thing is good for nothing else."""
    return hmac.digest(bytes.fromhex(key), f"token:{purpose}".encode(), "sha256")


def _signature(own: bytes, token: Token, once: str) -> str:
    """Return 128 bits of HMAC-SHA-256 in hexadecimal: a program may write a subject in capitals."""
    return hmac.digest(own, f"{token.hashed}:{token.scope}:{once}".encode(), "sha256").hex()[:_SIGNED]
