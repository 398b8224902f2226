"""Addresses pasted as they stand in the To: of a mail: `"Dupont, Jean" <j@d.fr>; Zoé <z@x.fr>`, on one line or many.

The address is what stands between the last angle brackets, whatever the name before it looks like: the standard
library's parseaddr takes the first address of `a@good.fr <b@evil.fr>`.
"""

from __future__ import annotations

import contextlib
import io
import re
from itertools import islice
from typing import TYPE_CHECKING

from petitcrm.connectors import encodings
from petitcrm.exchange import Problem, Record, Source
from petitcrm.i18n import _
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_SAMPLE = 1 << 16
_SAMPLE_ROWS = 200
_LONGEST_ENTRY = 1_000
_MOST_AMISS = 0.1
_HEADERS = ("Name", "E-mail")
_FIELD = re.compile(
    r"[ \t]*(?:to|cc|bcc|from|reply-to|à|a|cci|de|pour|destinataires?)[ \t]*:[ \t]*", re.IGNORECASE
)
_BARE = re.compile(r"[^\s@<>\"(),:;]+@[^\s@<>\"(),:;]+\.[^\s@<>\"(),:;]+")
_ENCODED = re.compile(r"=\?[\w-]+\?[bBqQ]\?[^?\s]*\?=")


class _Entry(Row):
    line: int
    text: str
    mark: str


class _Lines:
    """The entries of a text as records; iterating reads it again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.refused: list[Problem] = []

    def __iter__(self) -> Iterator[Record]:
        """Yield the records; `refused` is complete at the end."""
        self.refused.clear()
        for entry in _entries(self._text):
            name, address = _halves(entry.text)
            if address:
                yield Record(entry.line, (name, address))
            else:
                message = _("“{value}” is not an e-mail address.", value=entry.text[:200])
                self.refused.append(Problem(entry.line, _HEADERS[1], entry.text[:200], message))


def open_addresses(stream: BinaryIO, name: str, *, encoding: str = "") -> Source | None:
    """Open a seekable stream if it is a list of addresses, several of which stand on a line or bear a name; else None.

    The stream is left where it was when it is something else.
    """
    start = stream.tell()
    sample = stream.read(_SAMPLE)
    stream.seek(start)
    if b"@" not in sample:
        return None
    head = io.BytesIO(sample)
    guessed = encodings.named(encoding, head) if encoding else encodings.detect(head)
    shown = sample[guessed.mark :].decode(guessed.name, "replace")
    if not _is_list(shown, complete=len(sample) < _SAMPLE):
        return None
    found = guessed if len(sample) < _SAMPLE or encoding else encodings.detect(stream)
    stream.seek(start + found.mark)
    lines = _Lines(stream.read().decode(found.name, found.errors))
    first = tuple(islice(lines, _SAMPLE_ROWS))
    lines.refused.clear()
    return Source(name, "addresses", found.name, "", _HEADERS, 0, first, lines, lines.refused, [])


def _is_list(text: str, *, complete: bool) -> bool:
    """Tell whether nearly every entry is an address, and one of them what no table of one column is."""
    good = amiss = 0
    is_told = False
    for entry in _entries(text if complete else text[: text.rfind("\n") + 1] or text):
        if _halves(entry.text)[1]:
            good += 1
            is_told = is_told or "<" in entry.text or entry.mark in (",", ";")
        else:
            amiss += 1
            if amiss > 1 and amiss > _MOST_AMISS * (good + amiss):
                return False
    return is_told and amiss <= _MOST_AMISS * (good + amiss)


def _entries(text: str) -> Iterator[_Entry]:
    """Cut a text at its commas, semicolons and line ends; a name cut at its own comma is put together again."""
    held: _Entry | None = None
    for entry in _cut(text):
        if held:
            if held.mark == "," and "@" not in held.text and _named(entry.text):
                entry = _Entry(held.line, f"{held.text}, {entry.text}", entry.mark)
            else:
                yield held
            held = None
        if entry.mark == "," and "@" not in entry.text:
            held = entry
        else:
            yield entry
    if held:
        yield held


def _cut(text: str) -> Iterator[_Entry]:
    line, start, at, is_quoted, in_brackets = 1, 0, 0, False, False
    for at, sign in enumerate(text):
        if sign == "\n" or at - start > _LONGEST_ENTRY:
            is_quoted = in_brackets = False  # nothing that was left open goes beyond its line
        elif sign == '"' and not in_brackets:
            is_quoted = not is_quoted
            continue
        elif sign in "<>" and not is_quoted:
            in_brackets = sign == "<"
            continue
        if sign in ",;\n" and not (is_quoted or in_brackets):
            said = (
                _FIELD.sub("", text[start:at], count=1).strip()
                if ":" in text[start:at]
                else text[start:at].strip()
            )
            if said:
                yield _Entry(line, said, sign)
            start = at + 1
            line += sign == "\n"
    rest = _FIELD.sub("", text[start:], count=1).strip()
    if rest:
        yield _Entry(line, rest, "")


def _halves(entry: str) -> tuple[str, str]:
    """Return the name and the address of an entry, the address empty where there is none."""
    named = _named(entry)
    if named:
        told, address = named
        return _name(told, address), address if _BARE.fullmatch(address) else ""
    return ("", entry) if len(entry) <= _LONGEST_ENTRY and _BARE.fullmatch(entry) else ("", "")


def _named(entry: str) -> tuple[str, str] | None:
    """Cut an entry at its last angle brackets, which end it; None where there are none."""
    bare = entry.rstrip(" \t.")
    if len(bare) > _LONGEST_ENTRY or not bare.endswith(">"):
        return None
    told, bracket, address = bare[:-1].rpartition("<")
    return (told, address.strip().removeprefix("mailto:")) if bracket and ">" not in address else None


def _name(told: str, address: str) -> str:
    """Return a name without its quotation marks, decoded (RFC 2047); an address in its place is no name."""
    name = told.strip().strip("'").strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    if _ENCODED.search(name):
        from email.errors import HeaderParseError
        from email.header import decode_header, make_header

        with contextlib.suppress(HeaderParseError, LookupError, ValueError):
            name = str(make_header(decode_header(name)))
    name = " ".join(name.split())
    return "" if name.lower() == address.lower() or _BARE.fullmatch(name) else name
