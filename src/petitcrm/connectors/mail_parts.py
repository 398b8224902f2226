"""The parts of a mail, cut from its bytes: headers, texts, files, mails in a mail.

Cut here and not by the standard library, which goes through every line of every file: its `policy.default` takes ten
times as long, its `compat32` twice, and both read a mail inside a mail only to write it anew, loses what follows a
folded boundary, and are as deep as the mail is. What a part holds stays the bytes that came, until it is asked for.
"""

from __future__ import annotations

import binascii
import re

from petitcrm.connectors.mail_addresses import decode, decode_bytes
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PARTS = 500
MOST_FIELDS = 2_000
LONGEST_FIELD = 64_000
"""Characters of a header that are read."""
_MOST_DEPTH = 20
_LONGEST_BOUNDARY = 200
_LONGEST_RAW = 2 * LONGEST_FIELD
_EOL = rb"(?:\r\n|[\n\r])"
_FIELD = re.compile(
    rb"([!-9;-~]{1,200}+)[ \t]*+:([^\r\n]*+(?:" + _EOL + rb"[ \t][^\r\n]*+)*+)(?:" + _EOL + rb"|\Z)"
)
_BLANK = re.compile(_EOL)
_ENVELOPE = re.compile(rb">?From [^\r\n]*(?:" + _EOL + rb"|\Z)")
"""The line that an mbox puts before a mail."""
_NO_FIELDS_MORE = re.compile(_EOL + _EOL)
_FOLD = re.compile(r"\r\n|[\r\n]")
_KIND = re.compile(r"\s*([\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80})", re.ASCII)
_PARAM = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)


class Part(Row):
    """What a mail holds at one place: its headers by name, each on one line, the first of several, and its bytes."""

    headers: dict[str, str]
    kind: str
    """`text/plain`, `application/pdf`… without its parameters."""
    body: bytes
    """As it was sent: encoded."""

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, or empty."""
        return self.headers.get("content-disposition", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The charset that it says it is in, or empty."""
        return params(self.headers.get("content-type", "")).get("charset", "")

    @property
    def name(self) -> str:
        """The name of the file that it is, or empty."""
        for header, param in (("content-disposition", "filename"), ("content-type", "name")):
            told = params(self.headers[header]).get(param) if header in self.headers else ""
            if told:
                return decode(told)[:200]
        return ""

    @property
    def size(self) -> int:
        """Bytes of the file, without decoding it."""
        if self._way() == "base64":
            told = len(self.body) - self.body.count(b"\n") - self.body.count(b"\r")
            return told * 3 // 4 - self.body[-4:].count(b"=")
        return len(self.body)

    def content(self, most: int = 0) -> bytes:
        """Return what was sent, decoded; with `most`, at least so many bytes of it where it has them."""
        body = self.body[: 4 * most] if most else self.body
        way = self._way()
        if way == "base64":
            return _from_base64(body)
        if way == "quoted-printable":
            return binascii.a2b_qp(body)
        return _from_uu(body) if way in ("x-uuencode", "uuencode", "uue", "x-uue") else body

    def _way(self) -> str:
        return self.headers.get("content-transfer-encoding", "").strip().lower()


def leaves(raw: bytes) -> list[Part]:
    """Return the mail's headers, then its parts that hold something, in their order; a mail in a mail is one part."""
    top = _span(raw, 0, len(raw), "text/plain")
    found: list[Part] = []
    waiting = [(top, 0)]
    while waiting and len(found) < MOST_PARTS:
        span, depth = waiting.pop()
        inside = _inside(raw, span) if span.kind.startswith("multipart/") and depth < _MOST_DEPTH else []
        if inside:
            waiting += [(one, depth + 1) for one in reversed(inside)]
        else:
            found.append(Part(span.headers, span.kind, raw[span.begin : span.end]))
    return [Part(top.headers, top.kind, b""), *found]


def params(header: str) -> dict[str, str]:
    """Return the parameters of a header, those in pieces or in a charset of their own (RFC 2231) put together."""
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, str]]] = {}
    for name, told in _PARAM.findall(header[:LONGEST_FIELD]):
        value = re.sub(r"\\(.)", r"\1", told[1:].removesuffix('"')) if told.startswith('"') else told.strip()
        bare, star, number = name.lower().partition("*")
        if star:
            number = number.rstrip("*")
            pieces.setdefault(bare, []).append(
                (int(number) if number.isascii() and number.isdigit() else 0, value)
            )
        else:
            found.setdefault(bare, value)
    for bare, several in pieces.items():
        found[bare] = _whole("".join(value for _number, value in sorted(several)))
    return found


def _whole(told: str) -> str:
    """Decode what RFC 2231 writes as `utf-8'fr'r%C3%A9sum%C3%A9.pdf`."""
    from urllib.parse import unquote_to_bytes

    charset, quote, rest = told.partition("'")
    language, second, value = rest.partition("'")
    if quote and second and len(charset) < 40 and len(language) < 40:
        return decode_bytes(unquote_to_bytes(value), charset)
    return decode_bytes(unquote_to_bytes(told)) if "%" in told else told


class _Span(Row):
    """A part by its place: what is nested is not copied at every depth."""

    headers: dict[str, str]
    kind: str
    begin: int
    end: int


def _span(raw: bytes, begin: int, end: int, kind: str) -> _Span:
    """Read the headers from `begin` on, as far as they are headers: what follows, or does not look so, is its body."""
    headers: dict[str, str] = {}
    envelope = _ENVELOPE.match(raw, begin, end)
    at = envelope.end() if envelope else begin
    for number in range(MOST_FIELDS + 1):
        field = _FIELD.match(raw, at, end)
        if field is None:
            break
        at = field.end()
        name = field.group(1).decode("ascii").lower()
        if name not in headers:
            headers[name] = _on_one_line(
                raw[field.start(2) : min(field.end(2), field.start(2) + _LONGEST_RAW)]
            )
        if number == MOST_FIELDS:
            rest = _NO_FIELDS_MORE.search(raw, at, end)
            return _Span(headers, _kind_of(headers, kind), rest.end() if rest else end, end)
    blank = _BLANK.match(raw, at, end)
    return _Span(headers, _kind_of(headers, kind), blank.end() if blank else at, end)


def _on_one_line(value: bytes) -> str:
    text = value.decode("ascii") if value.isascii() else decode_bytes(value)
    if "\n" in text or "\r" in text:
        text = _FOLD.sub("", text)
    return text.strip()[:LONGEST_FIELD]


def _kind_of(headers: dict[str, str], otherwise: str) -> str:
    told = headers.get("content-type")
    if told is None:
        return otherwise
    found = _KIND.match(told)
    return found.group(1).lower() if found else "text/plain"


def _inside(raw: bytes, whole: _Span) -> list[_Span]:
    """Return the parts of a multipart, at most `MOST_PARTS`; none where its boundary is nowhere."""
    boundary = params(whole.headers["content-type"]).get("boundary", "").rstrip()
    kind = "message/rfc822" if whole.kind == "multipart/digest" else "text/plain"
    found: list[_Span] = []
    begin = -1
    for line in _boundaries(boundary, raw, whole) if 0 < len(boundary) <= _LONGEST_BOUNDARY else ():
        if begin >= 0:
            found.append(_span(raw, begin, _without_eol(raw, begin, line.start()), kind))
        begin = -1 if line.group(1) else line.end()
        if begin < 0 or len(found) >= MOST_PARTS:
            return found
    return [*found, _span(raw, begin, whole.end, kind)] if begin >= 0 else found


def _boundaries(boundary: str, raw: bytes, whole: _Span) -> Iterator[re.Match[bytes]]:
    """Find the lines that are a boundary, and nothing more."""
    mark = re.escape(b"--" + boundary.encode("utf-8", "replace"))
    line = re.compile(mark + rb"(?<=[\r\n]" + mark + rb")(--)?[ \t]*+(?:" + _EOL + rb"|\Z)")
    return line.finditer(raw, whole.begin, whole.end)


def _without_eol(raw: bytes, begin: int, at: int) -> int:
    """Return where a part ends: the end of line before a boundary is the boundary's (RFC 2046, 5.1.1)."""
    return max(begin, at - 2 if raw[at - 2 : at] == b"\r\n" else at - 1)


def _from_base64(raw: bytes) -> bytes:
    """Return what is decoded of base64 that may be cut or dirty; the library's own decoding gives such a part up."""
    kept = raw.translate(None, delete=_NO_BASE64).rstrip(b"=")
    try:
        return _padded(kept)
    except binascii.Error:  # a sign of the end amid it, where none may be: what stands before it is sure
        return _padded(kept.partition(b"=")[0])


def _padded(kept: bytes) -> bytes:
    whole = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _from_uu(raw: bytes) -> bytes:
    """Decode what old programs send (`begin 644 name`), as far as it goes."""
    found = []
    for line in raw.partition(b"begin ")[2].splitlines()[1:]:
        if line.strip() == b"end":
            break
        try:
            found.append(binascii.a2b_uu(line[: 1 + (((line[0] - 32) & 63) * 4 + 5) // 3] if line else b"`"))
        except binascii.Error:
            break
    return b"".join(found)
