"""One mail, from its bytes: who wrote to whom, when, in answer to what, and what they wrote.

Whatever the bytes are, something is returned: what cannot be decoded as it says (charsets, encoded words, dates) is
decoded as what it most likely is, or left out and told in `problems`.
"""

from __future__ import annotations

import hashlib
import re
from email.utils import parsedate_to_datetime

from petitcrm.connectors.mail_addresses import Address, decode, decode_bytes, read_addresses
from petitcrm.connectors.mail_bounces import Bounce, read_bounce
from petitcrm.connectors.mail_html import LONGEST, from_html
from petitcrm.connectors.mail_parts import LONGEST_FIELD, Part, leaves, params
from petitcrm.connectors.mail_text import visible
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

MOST_BYTES = 50_000_000
"""Bytes of a mail that are read."""
_MOST_REFERENCES = 50
_MOST_DAYS_AHEAD = 2
_COMMENT = re.compile(r"\([^()]*\)")
_ID = re.compile(r"<([^<>\s\x00-\x1f\x7f]{1,250})>")
_READ = ("text/", "multipart/", "message/")
_REPORTS = (
    "message/delivery-status", "message/feedback-report", "message/disposition-notification",
    "message/global-delivery-status",
)  # fmt: skip
_FLOWED = re.compile(r"(?<!^--)(?<=\S) \r?\n(?=[^>\s])", re.MULTILINE)
"""A line that goes on below (RFC 3676); the mark of a signature, which ends in a space too, does not."""
_NO_FILES = ("text/plain", "text/html", "text/enriched", "text/rfc822-headers", *_REPORTS)
"""What is read as text where it stands in the mail without a name: the rest are files."""
_AUTOMATIC = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response)|réponse auto(?:matique)?|absen(?:ce|te?) du bureau|absence\s*:"
    r"|accusé de (?:lecture|réception)\b"
    r"|out of (?:the )?office|automatische antwort|abwesenheitsnotiz|respuesta automática|risposta automatica"
    r"|automatisch antwoord|message d['’]absence|en congés?\b|vacation reply|auto\s*:)",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre|nepasrepondre|do-?not-?reply)\b"
)


class Attachment(Row):
    """A file of a mail: its name as it came, its kind (`application/pdf`) and its size in bytes.

    `is_inline`: a picture that stands in the text, as logos of signatures do, and photographs that were pasted.
    """

    name: str
    kind: str
    size: int
    is_inline: bool = False


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
    if len(raw) > MOST_BYTES:
        problems.append("body: too large")
    try:
        top, *parts = leaves(raw[:MOST_BYTES])
        return _message(top.headers, parts, raw, problems)
    except (ValueError, LookupError, RecursionError, OverflowError) as error:
        problems.append(f"mail: {type(error).__name__}")
        return _message({}, [], raw, problems)


def part_bytes(raw: bytes, number: int) -> bytes:
    """Return the bytes of the attachment at `number` in `Message.attachments`; IndexError where there is none."""
    _top, *parts = leaves(raw)
    return [part for part in parts if _is_file(part, alone=len(parts) == 1)][number].content()


def _message(headers: dict[str, str], parts: list[Part], raw: bytes, problems: list[str]) -> Message:
    subject = decode(headers.get("subject", ""))[:500]
    told = headers.get("from", "")
    senders = read_addresses(told) or read_addresses(headers.get("sender", ""))
    sender = senders[0] if senders else Address(decode(told)[:200], "")
    is_file = [_is_file(part, alone=len(parts) == 1) for part in parts]
    texts = [_decoded(part) if part.kind.startswith(_READ) else "" for part in parts]
    told_by = [(part.kind, text) for part, text in zip(parts, texts, strict=True)]
    whole = _text_of([told for told, file in zip(told_by, is_file, strict=True) if not file])
    ids = _ID.findall(headers.get("message-id", "")) or _bare_id(headers.get("message-id", ""))
    answers = _ID.findall(headers.get("in-reply-to", ""))
    references = tuple(dict.fromkeys(_ID.findall(headers.get("references", ""))))
    report = read_bounce(headers, told_by, subject=subject, sender=f"{sender.name} {sender.address}")
    if any(len(value) == LONGEST_FIELD for value in headers.values()):
        problems.append("header: too long")
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
        attachments=tuple(
            Attachment(part.name, part.kind[:100], part.size, _is_inline(part))
            for part, file in zip(parts, is_file, strict=True)
            if file
        ),
        is_automatic=report is not None
        or _is_automatic(headers, subject, sender.address)
        or _is_receipt(parts),
        is_bulk=_is_bulk(headers),
        report=report,
        problems=tuple(problems),
    )


def _is_file(part: Part, *, alone: bool) -> bool:
    """Tell whether a part is a file and no text to read; a mail that is one text of any kind is read."""
    if part.disposition == "attachment":
        return not (alone and part.kind in ("text/plain", "text/html"))
    if part.kind.startswith("multipart/") or part.kind in _NO_FILES:
        return False
    return not (alone and part.kind.startswith("text/") and not part.name)


def _is_inline(part: Part) -> bool:
    return (
        part.kind.startswith("image/") and "content-id" in part.headers and part.disposition != "attachment"
    )


def _text_of(told: list[tuple[str, str]]) -> str:
    """Return what is to be read: the plain parts, or else the HTML ones as text, or else any."""
    text = "\n\n".join(text for kind, text in told if kind == "text/plain" and text.strip())
    if not text:
        text = "\n\n".join(from_html(text) for kind, text in told if kind == "text/html")
    if not text:
        others = [(kind, text) for kind, text in told if kind not in ("text/plain", "text/html")]
        text = "\n\n".join(text for kind, text in others if kind.startswith(("text/", "multipart/")))
    return clean(text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")).strip()


def _decoded(part: Part) -> str:
    """Return the text of a part in whatever charset it really is."""
    text = decode_bytes(part.content(4 * LONGEST)[: 4 * LONGEST], part.charset)
    if "format=flowed" in part.headers.get("content-type", "").lower():
        text = _FLOWED.sub(" ", text)
    return text


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


def _is_receipt(parts: list[Part]) -> bool:
    """Tell whether a mail only says that another one was read, or that an invitation was answered."""
    return any(
        part.kind == "message/disposition-notification"
        or (
            part.kind == "text/calendar"
            and params(part.headers.get("content-type", "")).get("method", "").upper() == "REPLY"
        )
        for part in parts
    )


def _is_bulk(headers: dict[str, str]) -> bool:
    precedence = headers.get("precedence", "").strip().lower()
    return precedence in ("bulk", "list", "junk") or "list-id" in headers or "list-unsubscribe" in headers


def _moment(headers: dict[str, str], problems: list[str]) -> str:
    """Return when a mail was written; when the last machine had it, where that cannot be read or was later.

    Empty where neither can be read.
    """
    written = _utc(headers.get("date", ""))
    received = _utc(headers.get("received", "").rpartition(";")[2])
    if written is None:
        if "date" in headers:
            problems.append("date: unreadable")
        written = received
    elif received is not None and (written - received).days >= _MOST_DAYS_AHEAD:
        problems.append("date: after it was received")
        written = received
    return written.strftime("%Y-%m-%dT%H:%M:%SZ") if written else ""


def _utc(told: str) -> datetime | None:
    from datetime import UTC

    try:
        at = parsedate_to_datetime(_COMMENT.sub(" ", told[:200]).strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return at if 1980 <= at.year <= 2200 else None


def _bare_id(told: str) -> list[str]:
    """Read a Message-ID that lacks its brackets, as some programs write it."""
    told = told.strip(" <>\t")
    return [told] if "@" in told and len(told) <= 250 and not any(c.isspace() for c in told) else []
