"""One mail, from its bytes: who wrote to whom, when, in answer to what, and what they wrote.

The standard library's parser, with its `compat32` policy: three times as quick as the other one, and it takes anything.
What it leaves undecoded (charsets, encoded words, broken dates) is decoded here, so that no mail raises.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from email.errors import MessageError
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from petitcrm.connectors.mail_addresses import Address, decode, decode_bytes, read_addresses
from petitcrm.connectors.mail_bounces import Bounce, read_bounce
from petitcrm.connectors.mail_text import LONGEST, from_html, visible
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Parsed

MOST_BYTES = 50_000_000
"""Bytes of a mail that are read; of a larger one, its header."""
MOST_HEADER = 256_000
MOST_PARTS = 500
_MOST_DEPTH = 60
_MOST_REFERENCES = 50
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)
_ID = re.compile(r"<([^<>\s]{1,250})>")
_PARSER = BytesParser(policy=compat32)
_REPORTS = ("message/delivery-status", "message/feedback-report", "message/rfc822")
_AUTOMATIC = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response)|réponse auto(?:matique)?|absen(?:ce|t) du bureau|absence\s*:"
    r"|out of (?:the )?office|automatische antwort|abwesenheitsnotiz|respuesta automática|risposta automatica"
    r"|automatisch antwoord|message d['’]absence|en congés?\b|vacation reply|auto\s*:)",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre|nepasrepondre|do-?not-?reply)\b"
)


class Attachment(Row):
    """A file of a mail: its name as it came, its kind (`application/pdf`) and its size in bytes."""

    name: str
    kind: str
    size: int


class Message(Row):
    """A mail. `message_id` and those it answers stand without their brackets; `at` is when it was written, or empty.

    `text` is what the person wrote, without quotes and signature; `whole_text` all that can be read.
    """

    message_id: str
    at: str
    subject: str
    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    whole_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_automatic: bool = False
    is_bulk: bool = False
    report: Bounce | None = None
    problems: tuple[str, ...] = ()


def read(raw: bytes) -> Message:
    """Return the mail that these bytes are; whatever they are, something is returned, and nothing raised."""
    problems: list[str] = []
    mail = _parsed(_bounded(raw, problems), problems)
    try:
        return _message(mail, raw, problems)
    except (MessageError, ValueError, LookupError, RecursionError, OverflowError) as error:
        problems.append(f"body: {type(error).__name__}")
        return _message(_parsed(_header_of(raw)[:MOST_HEADER], problems), raw, problems)


def part_bytes(raw: bytes, number: int) -> bytes:
    """Return the bytes of the attachment at `number` in `Message.attachments`; IndexError where there is none."""
    found = [part for part in _leaves(_parsed(raw, [])) if _is_attachment(part)]
    return _payload(found[number])


def _message(mail: Parsed, raw: bytes, problems: list[str]) -> Message:
    headers = _headers_of(mail)
    subject = decode(headers.get("subject", ""))[:500]
    senders = read_addresses(headers.get("from", "")) or read_addresses(headers.get("sender", ""))
    sender = senders[0] if senders else Address(decode(headers.get("from", ""))[:200], "")
    leaves = list(_leaves(mail))
    whole = _text_of(leaves)
    ids = _ID.findall(headers.get("message-id", "")) or _bare_id(headers.get("message-id", ""))
    answers = _ID.findall(headers.get("in-reply-to", "")[:MOST_HEADER])
    references = tuple(dict.fromkeys(_ID.findall(headers.get("references", "")[:MOST_HEADER])))
    report = _report(mail, leaves, subject, sender)
    return Message(
        message_id=ids[0] if ids else f"{hashlib.sha256(raw).hexdigest()[:40]}@sha256.invalid",
        at=_moment(headers, problems),
        subject=subject,
        sender=sender,
        to=read_addresses(headers.get("to", "")),
        cc=read_addresses(headers.get("cc", "")),
        reply_to=read_addresses(headers.get("reply-to", "")),
        in_reply_to=answers[0] if answers else "",
        references=references[:1] + references[1:][-_MOST_REFERENCES:],
        text=visible(whole),
        whole_text=whole,
        attachments=tuple(_attachment(part) for part in leaves if _is_attachment(part)),
        is_automatic=report is not None or _is_automatic(headers, subject, sender.address),
        is_bulk=_is_bulk(headers),
        report=report,
        problems=tuple(problems),
    )


def _bounded(raw: bytes, problems: list[str]) -> bytes:
    """Return what is parsed of a mail: all of an ordinary one, the header of one that is made to cost."""
    header = _header_of(raw)
    if len(header) > MOST_HEADER:
        problems.append("header: too long")
        raw = (
            header[:MOST_HEADER].rpartition(b"\n")[0] + b"\n\n" + raw[len(header) : len(header) + MOST_BYTES]
        )
    if len(raw) > MOST_BYTES or raw.count(b"boundary=") + raw.count(b"Boundary=") > 2 * _MOST_DEPTH:
        problems.append("body: too large")
        return _header_of(raw)
    return raw


def _header_of(raw: bytes) -> bytes:
    ends = [at for at in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if at >= 0]
    return raw[: min(ends)] if ends else raw


def _parsed(raw: bytes, problems: list[str]) -> Parsed:
    try:
        return _PARSER.parsebytes(raw)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        problems.append(f"mail: {type(error).__name__}")
        return _PARSER.parsebytes(_header_of(raw)[:MOST_HEADER], headersonly=True)


def _headers_of(mail: Parsed) -> dict[str, str]:
    """Return the headers by name, each as text on one line; of several alike the first, as mail programs show."""
    found: dict[str, str] = {}
    for name, value in mail.raw_items():
        key = name.lower()
        if key not in found:
            text = str(value)
            if not text.isascii():
                text = decode_bytes(text.encode("utf-8", "surrogateescape"))
            found[key] = text.replace("\r", "").replace("\n", " ")
    return found


def _leaves(mail: Parsed) -> Iterator[Parsed]:
    """Walk the parts of a mail that hold something, at most `MOST_PARTS`, without recursion."""
    waiting = [mail]
    for _number in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        held = part.get_payload()
        if part.get_content_type() == "message/rfc822":
            yield part
        elif isinstance(held, list) and part.get_content_maintype() != "message":
            waiting += [one for one in reversed(held) if not isinstance(one, str)]
        else:
            yield part


def _text_of(leaves: list[Parsed]) -> str:
    """Return what is to be read: the plain parts, or else the HTML ones as text."""
    inline = [part for part in leaves if not _is_attachment(part)]
    plain = [_decoded(part) for part in inline if part.get_content_type() == "text/plain"]
    text = "\n\n".join(part for part in plain if part.strip())
    if not text:
        html = [from_html(_decoded(part)) for part in inline if part.get_content_type() == "text/html"]
        text = "\n\n".join(html)
    if not text:
        others = (
            part
            for part in inline
            if part.get_content_maintype() in ("text", "multipart") and part.get_content_type() != "text/html"
        )
        text = "\n\n".join(_decoded(part) for part in others)
    return clean(text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")).strip()


def _decoded(part: Parsed) -> str:
    """Return the text of a part in whatever charset it really is."""
    raw = _payload(part)
    told = part.get_param("charset") or ""
    charset = str(told[2] if isinstance(told, tuple) else told)
    text = decode_bytes(raw[: 4 * LONGEST], charset)
    if "format=flowed" in str(part.get("Content-Type", "")).lower():
        text = re.sub(r"(?<=\S) \r?\n(?=[^>\s])", " ", text)
    return text


def _payload(part: Parsed) -> bytes:
    """Return the bytes of a part; of a mail in a mail, that mail."""
    held = part.get_payload()
    if isinstance(held, list):
        return b"\n".join(one.as_bytes() for one in held if not isinstance(one, str))[:MOST_BYTES]
    way = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if way == "quoted-printable":
        return binascii.a2b_qp(str(held or "").encode("utf-8", "surrogateescape"))
    if way == "base64":
        return _from_base64(str(held or "").encode("utf-8", "surrogateescape"))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _from_base64(raw: bytes) -> bytes:
    """Return what is decoded of base64 that may be cut or dirty; the library's own decoding gives such a part up."""
    kept = raw.translate(None, delete=_NO_BASE64).rstrip(b"=")
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _is_attachment(part: Parsed) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_content_type() == "message/rfc822":
        return True
    return part.get_content_maintype() not in ("text", "message", "multipart") or (
        part.get_content_type() not in ("text/plain", "text/html", "text/rfc822-headers", "text/enriched")
        and _name_of(part) != ""
    )


def _attachment(part: Parsed) -> Attachment:
    held = part.get_payload()
    size = 0
    if isinstance(held, str):
        base64 = str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"
        size = len(held) * 3 // 4 if base64 else len(held)
    elif isinstance(held, list):
        size = len(_payload(part))
    return Attachment(_name_of(part), part.get_content_type()[:100], size)


def _name_of(part: Parsed) -> str:
    try:
        told = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    if not told.isascii():
        told = decode_bytes(told.encode("utf-8", "surrogateescape"))
    return decode(told)[:200]


def _report(mail: Parsed, leaves: list[Parsed], subject: str, sender: Address) -> Bounce | None:
    parts = []
    for part in leaves if leaves else [mail]:
        kind = part.get_content_type()
        if kind.startswith(("text/", "multipart/")) or kind in _REPORTS:
            parts.append((kind, from_html(_decoded(part)) if kind == "text/html" else _decoded(part)))
    return read_bounce(mail, parts, subject=subject, sender=f"{sender.name} {sender.address}")


def _is_automatic(headers: dict[str, str], subject: str, sender: str) -> bool:
    told = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    marked = any(
        name in headers for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
    )
    empty = headers.get("return-path", "").strip() == "<>"
    return (
        told not in ("no", "")
        or marked
        or empty
        or precedence in ("auto_reply", "auto-reply")
        or bool(_AUTOMATIC.match(subject))
        or bool(_ROBOT.match(sender))
    )


def _is_bulk(headers: dict[str, str]) -> bool:
    precedence = headers.get("precedence", "").strip().lower()
    return precedence in ("bulk", "list", "junk") or "list-id" in headers or "list-unsubscribe" in headers


def _moment(headers: dict[str, str], problems: list[str]) -> str:
    """Return when a mail was written, or else when the last machine had it; empty where neither can be read."""
    from datetime import UTC

    received = headers.get("received", "").rpartition(";")[2]
    for told in (headers.get("date", ""), received):
        try:
            at = parsedate_to_datetime(re.sub(r"\([^()]*\)", " ", told[:200]).strip())
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
        if 1980 <= at.year <= 2200:
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if "date" in headers:
        problems.append("date: unreadable")
    return ""


def _bare_id(told: str) -> list[str]:
    """Read a Message-ID that lacks its brackets, as some programs write it."""
    told = told.strip(" <>\t")
    return [told] if "@" in told and len(told) <= 250 and not any(c.isspace() for c in told) else []
