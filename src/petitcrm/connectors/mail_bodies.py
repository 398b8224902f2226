"""What a mail says as MIME parts: a text, the same as HTML, in lines that every server passes on unchanged.

Written here because `EmailMessage` takes a millisecond to do it; a mail with files is still the library's.
"""

from __future__ import annotations

import binascii

_LONGEST = 76
_BETWEEN = "=_petitcrm_between_parts"
"""No quoted-printable text holds `=_`: an equals sign is followed there by two figures or the end of the line."""


def written(text: str, html: str = "") -> bytes:
    """Return the headers and the body of a text, with the same as HTML where there is one."""
    if not html:
        return b"MIME-Version: 1.0\r\n" + _part("plain", text)
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{_BETWEEN}"\r\n\r\n'
    line = f"--{_BETWEEN}\r\n".encode()
    end = f"--{_BETWEEN}--\r\n".encode()
    return b"".join((head.encode(), line, _part("plain", text), line, _part("html", html), end))


def _part(kind: str, text: str) -> bytes:
    whole = text if text.endswith("\n") else f"{text}\n"
    raw = whole.replace("\n", "\r\n").encode()
    if raw.isascii() and all(len(line) <= _LONGEST for line in whole.split("\n")):
        return _head(kind, "7bit") + raw
    return _head(kind, "quoted-printable") + binascii.b2a_qp(raw, istext=True)


def _head(kind: str, encoding: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode()
