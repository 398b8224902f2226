"""Signed words that stand for a person and a list, or a purpose: what a mail or a page hands back to us.

`u-c12-l3-…` is good for one thing alone (its letter), for one person and one list, and cannot be guessed.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store import token_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm

CONFIRM, UNSUBSCRIBE, PREFERENCES = "confirm", "unsubscribe", "preferences"
_LETTERS = {CONFIRM: "k", UNSUBSCRIBE: "u", PREFERENCES: "p"}
_SIGNED = 26
_TOKEN = re.compile(r"(?<![\w-])([kup])-c(\d{1,12})-(l\d{1,12}|[a-z]{4,20})-([a-z2-7]{26})(?![\w-])", re.I)


class Token(Row):
    """Whom a token stands for; `scope` is a list (`l3`) or a purpose (`newsletter`)."""

    contact_id: int
    scope: str

    @property
    def list_id(self) -> int | None:
        """The list, None where the token is for a purpose."""
        told = self.scope[1:]
        return int(told) if self.scope[:1] == "l" and told.isdigit() else None


def make(crm: Crm, purpose: str, token: Token, *, once: str = "") -> str:
    """Return a token for one thing; `once` is what makes it worthless later (the instant at which it was asked)."""
    return signer(crm, purpose)(token, once)


def signer(crm: Crm, purpose: str) -> Callable[[Token, str], str]:
    """Return how tokens for one thing are made, for many people at once: the key is looked up here."""
    key = token_key.known(crm.connection)
    if not key:
        token_key.keep(crm.connection, secrets.token_hex(32))
        key = token_key.known(crm.connection)
    own, letter = _own_key(key, purpose), _LETTERS[purpose]

    def signed(token: Token, once: str = "") -> str:
        return f"{letter}-c{token.contact_id}-{token.scope}-{_signature(own, token, once)}"

    return signed


def read(purpose: str, text: str) -> tuple[Token, str] | None:
    """Return the first thing in a text that looks like a token for `purpose`, with its signature: not checked yet."""
    for letter, contact, scope, signature in _TOKEN.findall(text):
        if letter.lower() == _LETTERS[purpose]:
            return Token(int(contact), scope.lower()), signature.lower()
    return None


def is_good(crm: Crm, purpose: str, found: tuple[Token, str], *, once: str = "") -> bool:
    """Tell whether a token was made by us for this purpose, compared in constant time."""
    key = token_key.known(crm.connection)
    token, signature = found
    return bool(key) and hmac.compare_digest(signature, _signature(_own_key(key, purpose), token, once))


def checked(crm: Crm, purpose: str, text: str) -> Token:
    """Return whom a token stands for; UsageProblem where it is none of ours, whatever it looks like."""
    found = read(purpose, text)
    if found is None or not is_good(crm, purpose, found):
        raise UsageProblem(_("This link is not one of ours, or no longer good."))
    return found[0]


def _own_key(key: str, purpose: str) -> bytes:
    return hmac.digest(bytes.fromhex(key), f"token:{purpose}".encode(), "sha256")


def _signature(own: bytes, token: Token, once: str) -> str:
    """Return 130 bits of HMAC-SHA-256 as letters and digits that survive a subject: the purpose is part of the key."""
    told = f"{token.contact_id}:{token.scope}:{once}".encode()
    return base64.b32encode(hmac.digest(own, told, "sha256")[:20]).decode().lower()[:_SIGNED]
