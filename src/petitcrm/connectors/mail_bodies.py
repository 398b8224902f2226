"""What a mail says as MIME parts: a text, the same as HTML, in lines that every server passes on unchanged.

Written here because `EmailMessage` takes a millisecond to do it; a mail with files is still the library's.
"""

from __future__ import annotations

import binascii

from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Parts = Sequence[str | int]
    """Words, and numbers of values that belong between them."""

_LONGEST = 76
_BETWEEN = "=_petitcrm_between_parts"
"""No quoted-printable text holds `=_`: an equals sign is followed there by two figures or the end of the line."""


_HEAD = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BETWEEN}"\r\n\r\n'.encode()
_LINE = f"--{_BETWEEN}\r\n".encode()
_END = f"--{_BETWEEN}--\r\n".encode()


def written(text: str, html: str = "") -> bytes:
    """Return the headers and the body of a text, with the same as HTML where there is one."""
    if not html:
        return b"MIME-Version: 1.0\r\n" + _part("plain", text)
    return b"".join((_HEAD, _LINE, _part("plain", text), _LINE, _part("html", html), _END))


class Cast:
    """A text and the same as HTML for many people: the lines that are alike for all of them are encoded once."""

    def __init__(self, text: Parts, html: Parts) -> None:
        self._text, self._html = _Alike("plain", text), _Alike("html", html)

    def filled(self, values: Sequence[str]) -> bytes:
        """Return what `written` does of both with these values, each of one line."""
        return b"".join((_HEAD, _LINE, self._text.filled(values), _LINE, self._html.filled(values), _END))


class _Alike:
    """One part of such a mail: runs of lines that are encoded, and lines that wait for values."""

    def __init__(self, kind: str, parts: Parts) -> None:
        self._kind, self._parts = kind, parts
        lines = _lines_of(parts)
        known = [part for part in parts if isinstance(part, str)]
        longest = max(sum(len(part) for part in line if isinstance(part, str)) for line in lines)
        self._is_quoted = longest > _LONGEST or not all(part.isascii() for part in known)
        self._pieces: list[bytes | list[str | int]] = [_head(kind, "quoted-printable")]
        for line in lines:
            if any(isinstance(part, int) for part in line):
                self._pieces.append(line)
            elif isinstance(self._pieces[-1], bytes):
                self._pieces[-1] += _quoted(_joined(line, ()))
            else:
                self._pieces.append(_quoted(_joined(line, ())))

    def filled(self, values: Sequence[str]) -> bytes:
        """Return the part as `_part` does. Only where the words alone tell how it is encoded, they were before."""
        if not self._is_quoted:
            return _part(self._kind, lines_of(_joined(self._parts, values)) or "\n")
        return b"".join(
            [piece if isinstance(piece, bytes) else _quoted(_joined(piece, values)) for piece in self._pieces]
        )


def lines_of(text: str) -> str:
    """Return a text as it may be sent, in lines that end alike."""
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


def _joined(parts: Parts, values: Sequence[str]) -> str:
    return "".join([part if isinstance(part, str) else values[part] for part in parts])


def _lines_of(parts: Parts) -> list[list[str | int]]:
    """Cut parts into the lines of the text that they make."""
    lines: list[list[str | int]] = [[]]
    for part in parts:
        if isinstance(part, int):
            lines[-1].append(part)
            continue
        first, *others = lines_of(part).split("\n")
        lines[-1].append(first)
        lines += [[other] for other in others]
    return lines[:-1] if len(lines) > 1 and all(part == "" for part in lines[-1]) else lines


def _quoted(line: str) -> bytes:
    """Return one line as quoted-printable: what the others say makes no difference to it."""
    return binascii.b2a_qp(clean(line).encode() + b"\r\n", istext=True)


def _part(kind: str, text: str) -> bytes:
    whole = text if text.endswith("\n") else f"{text}\n"
    raw = whole.replace("\n", "\r\n").encode()
    if raw.isascii() and all(len(line) <= _LONGEST for line in whole.split("\n")):
        return _head(kind, "7bit") + raw
    return _head(kind, "quoted-printable") + binascii.b2a_qp(raw, istext=True)


def _head(kind: str, encoding: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode()
