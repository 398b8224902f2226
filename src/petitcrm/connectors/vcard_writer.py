"""Lines of vCard 3.0 (RFC 2426) as every address book reads them: escaped, folded, ended by CRLF."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLD = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def escaped(value: str) -> str:
    """Return a text as a value holds it: no line end of its own, so that nothing in it can begin a property."""
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPES)


def structured(parts: Iterable[str]) -> str:
    """Return a value made of parts, such as a name or an address."""
    return ";".join(map(escaped, parts))


def listed(members: Iterable[str]) -> str:
    """Return a value that is a list, such as categories."""
    return ",".join(map(escaped, members))


def property_line(name: str, value: str) -> str:
    """Return one property, its value already escaped, in lines of at most 75 octets; no letter is cut in two."""
    whole = f"{name}:{value}"
    if len(whole) <= _FOLD and whole.isascii():
        return whole + "\r\n"
    lines, line, length = [], "", 0
    for letter in whole:
        size = len(letter.encode("utf-8", "replace"))
        if length + size > _FOLD:
            lines.append(line)
            line, length = " ", 1
        line += letter
        length += size
    return "\r\n".join([*lines, line]) + "\r\n"
