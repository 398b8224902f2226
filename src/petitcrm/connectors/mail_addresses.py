"""The addresses of a mail's header: who it is really from, whatever their name pretends.

Written here because no library may be asked: of `a@good.fr <b@evil.fr>`, which mail programs show and answer as
b@evil.fr, the standard library's `getaddresses` makes two people and its `headerregistry` makes a@good.fr.
"""

from __future__ import annotations

import re

from petitcrm.formats.emails import read_email
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 200
"""Addresses read of one header: a mail to more is a mailing, and who else got it says nothing."""
LONGEST = 64_000
"""Characters of a header that are read."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\\.|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^"\\(<,;:]+|.', re.DOTALL)
_ENCODED = re.compile(r"=\?([^?\s*]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=(?:[ \t\r\n]+(?==\?))?")


class Address(Row):
    """Somebody a mail is from or to; `address` in its one spelling, without capitals."""

    name: str
    address: str


def read_addresses(header: str) -> tuple[Address, ...]:
    """Return the people that a header lists, at most `MOST`; what is no address is left out."""
    found: dict[str, Address] = {}
    for parts in _listed(header[:LONGEST]):
        one = _address_of(parts)
        if one is not None:
            found.setdefault(one.address, one)
            if len(found) == MOST:
                break
    return tuple(found.values())


def decode(value: str) -> str:
    """Return a header as people read it: encoded words decoded (RFC 2047, and what is often made of it), one line."""
    if "=?" in value:
        value = _ENCODED.sub(_word, value)
    return " ".join(clean(value).split())


def decode_bytes(raw: bytes, charset: str = "") -> str:
    """Return bytes in the charset that is told where they are in it, else as UTF-8, else as cp1252."""
    for told in dict.fromkeys((charset.strip().lower(), "utf-8")):
        if told and told not in ("unknown-8bit", "default", "us-ascii"):
            try:
                return raw.decode(told)
            except (UnicodeError, LookupError, ValueError):
                continue
    return raw.decode("cp1252", "replace")


def _word(found: re.Match[str]) -> str:
    import binascii

    charset, way, text = found.groups()
    raw = text.encode("ascii", "ignore")
    try:
        if way in "bB":
            raw = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
        else:
            raw = binascii.a2b_qp(raw.replace(b"_", b" "), header=True)
    except (binascii.Error, ValueError):
        return found.group()
    return decode_bytes(raw, charset)


def _listed(header: str) -> Iterator[list[str]]:
    """Cut a list at its commas (and at semicolons, as Outlook writes them), and forget the names of groups."""
    parts: list[str] = []
    for token in _TOKEN.findall(header):
        if token in (",", ";"):
            yield parts
            parts = []
        elif token == ":" and not any(part.startswith("<") for part in parts):
            parts = []
        else:
            parts.append(token)
    yield parts


def _address_of(parts: list[str]) -> Address | None:
    """Read one of the list: what stands between angle brackets is the address, and what goes before it the name."""
    angles = [part for part in parts if part.startswith("<")]
    comments = [part.strip("()") for part in parts if part.startswith("(")]
    bare = [part for part in parts if part[0] not in "<("]
    if angles:
        spelled, name = _spelled(angles[-1].strip("<> \t\r\n")), "".join(bare)
    else:
        words = "".join(bare).split()
        at = next((word for word in words if "@" in word), "")
        spelled, name = _spelled(at), " ".join(word for word in words if word != at)
    if not spelled:
        return None
    name = decode(_unquoted(name)) or decode(" ".join(comments))
    return Address(name[:200], spelled)


def _spelled(told: str) -> str:
    """Return the one spelling of an address; one that the library refuses (a host of the house) stays as it is."""
    told = clean(told).rpartition(":")[2]  # a route before it (RFC 5322, 4.4)
    known = read_email(told)
    if known:
        return known.lower()
    local, at, domain = told.rpartition("@")
    if not (at and local and domain) or len(told) > 254 or any(c.isspace() or c in '<>,;:"' for c in told):
        return ""
    return told.lower()


def _unquoted(name: str) -> str:
    """Return a name without the quotes around its words, and without the apostrophes that Outlook puts around it."""
    bare = re.sub(
        r'"((?:[^"\\]|\\.)*)"?', lambda found: re.sub(r"\\(.)", r"\1", found.group(1)), name
    ).strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] == "'" else bare
