"""One property of a card: its name, what is told of it, and its value, as vCard 2.1, 3.0 and 4.0 write them.

Our own reader, in one pass over each line. vobject, the library for this, reads `NOTE:a, b` as `a`, takes a text with
another encoding's name for base64, and twenty-five commas in a parameter keep its regular expression busy for seconds,
each one more twice as long; it is the tests' second opinion instead.
"""

from __future__ import annotations

import binascii
import quopri
import re
from typing import TYPE_CHECKING

from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPED = re.compile(r"\\([\\,;:\"nN])")
_CARET = {"^n": "\n", "^^": "^", "^'": '"'}
_CARETS = re.compile(r"\^[n^']")
_APPLE = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)
# Some of Python’s codecs (punycode, idna…) take a time that grows with the square of the text, others (utf-7…) make
# halves of characters; no card is in them.
_CHARSETS = re.compile(
    r"(?:utf[-_]?(?:8|16|32)|us-|ascii|iso|latin|windows|cp|mac|koi|big5|gb|euc|shift|sjis)", re.IGNORECASE
)
_ENCODINGS = frozenset(("QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"))


class Property(Row):
    """A property as it was read. `told` holds its parameters in capitals, and under TYPE those without a name (2.1).

    `raw` is the value decoded but still escaped: whoever knows whether it has parts cuts it first.
    """

    name: str
    group: str
    told: dict[str, tuple[str, ...]]
    raw: str

    @property
    def types(self) -> frozenset[str]:
        """What kind of address, number… it is, in small letters: work, home, cell, pref…"""
        return frozenset(word.strip().lower() for one in self.told.get("TYPE", ()) for word in one.split(","))

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescape(self.raw).strip()

    def parts(self) -> list[str]:
        """Return the value cut at its semicolons."""
        return [unescape(part).strip() for part in split(self.raw, ";")]

    def members(self) -> list[str]:
        """Return the value cut at its commas."""
        return [member for part in split(self.raw, ",") if (member := unescape(part).strip())]


def read_property(line: str) -> Property | None:
    """Read one unfolded line; None where it is no property."""
    head, colon, value = _halves(line)
    name, *given = _cut(head, ";")
    if not colon or not name.strip():
        return None
    group, _dot, own = name.strip().rpartition(".")
    told: dict[str, tuple[str, ...]] = {}
    for one in given:
        key, equals, values = one.partition("=")
        if not equals:
            key, values = ("ENCODING" if one.strip().upper() in _ENCODINGS else "TYPE"), one
        key = key.strip().upper()
        listed = tuple(_parameter(each) for each in _cut(values, ","))
        told[key] = told.get(key, ()) + listed
    raw = _decoded(value, told)
    return None if raw is None else Property(own.upper().replace("_", "-"), group.lower(), told, raw)


def _halves(line: str) -> tuple[str, str, str]:
    """Cut at the first colon that is in no quotation marks, or where these are amiss, at the first one."""
    if '"' not in line:
        return line.partition(":")
    is_quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == ":" and not is_quoted:
            return line[:at], ":", line[at + 1 :]
    return line.partition(":")


def _cut(text: str, mark: str) -> list[str]:
    """Cut at every mark that is in no quotation marks."""
    if '"' not in text:
        return text.split(mark)
    pieces, start, is_quoted = [], 0, False
    for at, sign in enumerate(text):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == mark and not is_quoted:
            pieces.append(text[start:at])
            start = at + 1
    return [*pieces, text[start:]]


def _parameter(text: str) -> str:
    bare = text.strip().strip('"')
    return _CARETS.sub(lambda found: _CARET[found[0]], bare) if "^" in bare else bare


def _decoded(value: str, told: dict[str, tuple[str, ...]]) -> str | None:
    """Undo quoted-printable and base64 as the parameters tell; None where the bytes are no text."""
    encodings = {one.upper() for one in told.get("ENCODING", ())}
    charset = next(iter(told.get("CHARSET", ())), "")
    if "QUOTED-PRINTABLE" in encodings:
        # What stands there in letters already keeps them, whatever the bytes of the others mean.
        data = quopri.decodestring(value.encode("utf-8", "replace"))
        return _text(data, charset).replace("\r\n", "\n").replace("\r", "\n")
    if encodings & {"BASE64", "B"}:
        try:
            text = binascii.a2b_base64(value.encode("ascii", "ignore"))
        except binascii.Error:
            return None
        decoded = _text(text, charset)
        return decoded if decoded.replace("\n", "").replace("\t", "").isprintable() else None
    return value


def _text(data: bytes, charset: str) -> str:
    told = charset if _CHARSETS.match(charset) else "utf-8"
    for name in (told, "utf-8", "cp1252"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def unescape(text: str) -> str:
    """Return a value as it reads: its line ends, commas and semicolons without their backslashes."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def split(raw: str, mark: str) -> list[str]:
    """Cut a value at every mark that no backslash precedes; the parts are still escaped."""
    if "\\" not in raw:
        return raw.split(mark)
    parts, start, at = [], 0, 0
    while at < len(raw):
        if raw[at] == "\\":
            at += 1
        elif raw[at] == mark:
            parts.append(raw[start:at])
            start = at + 1
        at += 1
    return [*parts, raw[start:]]


def labels_of(properties: Iterable[Property], *, as_written: bool) -> dict[str, str]:
    """Return what each group is called (X-ABLabel), without the marks of Apple's own words unless `as_written`."""
    found = {one.group: one.text for one in properties if one.name == "X-ABLABEL" and one.group}
    if as_written:
        return found
    return {
        group: match[1] if (match := _APPLE.fullmatch(label)) else label for group, label in found.items()
    }
