"""A mail to send, as bytes: headers that hold one line each, a text, the same as HTML where asked, files.

The standard library's `EmailMessage`, but for one header: it folds a long List-Unsubscribe as encoded words
(CPython 3.11 to 3.13), in which a mail program sees no address to unsubscribe at.
"""

from __future__ import annotations

import mimetypes
import os
import re
from email.headerregistry import Address as Header
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, cast

from petitcrm.connectors.mail_addresses import Address
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
MOST_BYTES = 25_000_000
"""Bytes of the files of a mail: what the usual providers take."""


class File(Row):
    """A file to send along: its name, as the reader sees it, and its bytes."""

    name: str
    content: bytes


class Letter(Row):
    """A mail to one person. Ids stand without their brackets; `unsubscribe` are addresses to leave a list by."""

    message_id: str
    at: datetime
    sender: Address
    to: Address
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    unsubscribe: tuple[str, ...] = ()
    list_id: str = ""
    is_automatic: bool = False
    own_id: str = ""
    """What petitcrm calls it, for mails that come back to be told apart (`X-Petitcrm-Id`)."""


class _AsItIs(UnstructuredHeader):
    """A header of addresses between brackets: folded between them, never inside."""

    max_count = 1

    def fold(self, *, policy: Any) -> str:  # noqa: ARG002 - the library's own signature
        """Return the header on as many lines as it has addresses."""
        name = getattr(self, "name")  # noqa: B009 - given by the class that the registry makes of this one
        return f"{name}: {str(self).replace(', ', ',' + chr(13) + chr(10) + ' ')}\r\n"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", cast("Any", _AsItIs))
_POLICY = SMTP.clone(header_factory=_HEADERS, cte_type="7bit")


def write(letter: Letter) -> bytes:
    """Return the bytes of a mail, with CRLF; UsageProblem where a header or a file cannot be sent as it is."""
    mail = EmailMessage(policy=_POLICY)
    for name, value in _headers_of(letter):
        _check(name, str(value))
        mail[name] = value
    mail.set_content(letter.text or "\n")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    for file in checked_files(letter.files):
        main, _slash, sub = _kind_of(file.name).partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return mail.as_bytes()


def new_message_id(address: str) -> str:
    """Return an id for a new mail, in the domain of whom it is from: the name of this machine is nobody's business."""
    import secrets

    return f"{secrets.token_hex(16)}@{address.rpartition('@')[2]}"


def checked_files(files: tuple[File, ...]) -> tuple[File, ...]:
    """Return files under names that are safe to save; UsageProblem where they are more than a provider takes."""
    total = sum(len(file.content) for file in files)
    if total > MOST_BYTES:
        raise UsageProblem(
            _("These files are {size} MB: a mail may hold 25.", size=total // 1_000_000),
            advice=_("Send a link, or make them smaller."),
        )
    return tuple(file._replace(name=safe_name(file.name)) for file in files)


def safe_name(name: str) -> str:
    """Return the name under which a file may be saved in a folder, whatever it was called: no path, nothing hidden."""
    from petitcrm.text import clean

    bare = _UNSAFE_NAME.sub("_", clean(name).replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, kind = bare.rpartition(".")
    told = f"{stem[: 120 - len(kind[:20])]}{dot}{kind[:20]}" if dot else bare[:120]
    return told.encode()[:200].decode("utf-8", "ignore") or _("file")


def _headers_of(letter: Letter) -> list[tuple[str, Any]]:
    from email.utils import format_datetime

    found: list[tuple[str, Any]] = [
        ("Date", format_datetime(letter.at)),
        ("Message-ID", f"<{letter.message_id}>"),
        ("From", _mailbox("From", letter.sender)),
        ("To", _mailbox("To", letter.to)),
        ("Subject", letter.subject),
    ]
    ids = [one for one in (*letter.references, letter.in_reply_to) if one]
    optional = {
        "Reply-To": letter.reply_to,
        "In-Reply-To": f"<{letter.in_reply_to}>" if letter.in_reply_to else "",
        "References": " ".join(f"<{one}>" for one in dict.fromkeys(ids)),
        "List-Unsubscribe": ", ".join(f"<{one}>" for one in letter.unsubscribe),
        "List-Id": letter.list_id,
        "Auto-Submitted": "auto-generated" if letter.is_automatic else "",
        "X-Petitcrm-Id": letter.own_id,
    }
    found += [(name, value) for name, value in optional.items() if value]
    if any(one.startswith("https:") for one in letter.unsubscribe):
        found.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return found


def _mailbox(name: str, one: Address) -> Header:
    _check(name, f"{one.name} {one.address}")
    try:
        return Header(one.name, addr_spec=one.address)
    except (ValueError, IndexError) as error:
        raise UsageProblem(
            _("“{value}” is not an address that can be written to.", value=one.address)
        ) from error


def _check(name: str, value: str) -> None:
    """Refuse what would be another header, or another mail."""
    found = _FORBIDDEN.search(value)
    if found:
        raise UsageProblem(
            _(
                "{header} holds a character that no header may: U+{code:04X}.",
                header=name,
                code=ord(found.group()),
            ),
            advice=_("Write it on one line."),
        )


def _kind_of(name: str) -> str:
    kind, encoding = mimetypes.guess_type(os.path.basename(name))
    return kind if kind and not encoding else "application/octet-stream"
