"""A mail to send, as bytes: headers that hold one line each, a text, the same as HTML where asked, files.

Headers are our own lines (`mail_headers`), the body is the standard library's.
"""

from __future__ import annotations

import mimetypes
import os
import re
from functools import lru_cache

from petitcrm.connectors import mail_bodies, mail_headers
from petitcrm.connectors.mail_addresses import Address
from petitcrm.connectors.mail_bodies import lines_of
from petitcrm.errors import UsageProblem
from petitcrm.formats.emails import read_email
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

_WAY_OUT = re.compile(r"(?:https?://|mailto:)[!-;=?-~]{1,800}")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
"""Names under which Windows saves nothing."""
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


def write(letter: Letter) -> bytes:
    """Return the bytes of a mail, with CRLF; UsageProblem where a header or a file cannot be sent as it is."""
    return headers(letter).encode("ascii") + _body(letter)


def headers(letter: Letter) -> str:
    """Return the headers of a mail but those of its body: a mailing writes them anew for each, and the rest once."""
    ids = [one for one in (*letter.references, letter.in_reply_to) if one]
    told = [
        mail_headers.unstructured("Date", _date(letter.at)),
        _own_id(letter.message_id),
        mail_headers.mailbox("From", letter.sender),
        mail_headers.mailbox("To", letter.to),
        mail_headers.unstructured("Subject", letter.subject),
        mail_headers.mailbox("Reply-To", Address("", letter.reply_to)) if letter.reply_to else "",
        mail_headers.bracketed("In-Reply-To", [letter.in_reply_to] if letter.in_reply_to else []),
        mail_headers.bracketed("References", dict.fromkeys(ids)),
        *_ways_out(letter.unsubscribe),
        mail_headers.named("List-Id", letter.list_id) if letter.list_id else "",
        mail_headers.unstructured("Auto-Submitted", "auto-generated") if letter.is_automatic else "",
        mail_headers.unstructured("X-Petitcrm-Id", letter.own_id) if letter.own_id else "",
    ]
    return "".join(told)


class Head:
    """The headers of the mails of a batch, of one instant and one sender: those that are alike are laid out once."""

    def __init__(self, at: datetime, sender: Address, list_id: str) -> None:
        self._date = mail_headers.unstructured("Date", _date(at))
        self._sender = mail_headers.mailbox("From", sender)
        self._list = mail_headers.named("List-Id", list_id)

    def headers(self, message_id: str, to: Address, subject: str, unsubscribe: tuple[str, ...]) -> str:
        """Return what `headers` does of a letter to one of them; what is theirs is looked at as strictly."""
        return "".join(
            (
                self._date, _own_id(message_id), self._sender, mail_headers.mailbox("To", to),
                mail_headers.unstructured("Subject", subject), *_ways_out(unsubscribe), self._list,
                mail_headers.token("X-Petitcrm-Id", message_id.partition("@")[0]),
            )
        )  # fmt: skip


@lru_cache(maxsize=4)  # the mails of a batch are of one instant
def _date(at: datetime) -> str:
    from email.utils import format_datetime

    return format_datetime(at)


def _own_id(message_id: str) -> str:
    told = mail_headers.bracketed("Message-ID", [message_id])
    if not told:
        raise UsageProblem(_("“{value}” is not the id of a mail.", value=message_id))
    return told


def _ways_out(unsubscribe: tuple[str, ...]) -> list[str]:
    for one in unsubscribe:
        mail_headers.check("List-Unsubscribe", one)
        if not _WAY_OUT.fullmatch(one):
            raise UsageProblem(_("“{value}” is not an address to unsubscribe at.", value=one))
    told = [mail_headers.bracketed("List-Unsubscribe", unsubscribe, ",")]
    if any(one.startswith("https:") for one in unsubscribe):
        told.append(mail_headers.unstructured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return told


def _body(letter: Letter) -> bytes:
    """Return what is written, with the headers that say how, and files."""
    if not letter.files:
        return mail_bodies.written(lines_of(letter.text) or "\n", lines_of(letter.html))
    from email.message import EmailMessage
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail.set_content(lines_of(letter.text) or "\n")
    if letter.html:
        mail.add_alternative(lines_of(letter.html), subtype="html")
    for file in checked_files(letter.files):
        main, _slash, sub = _kind_of(file.name).partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return mail.as_bytes()


def new_message_id(address: str) -> str:
    """Return an id for a new mail, in the domain of whom it is from: the name of this machine is nobody's business."""
    import secrets

    domain = (read_email(address) or address).rpartition("@")[2]
    return f"{secrets.token_hex(16)}@{domain}"


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
    bare = _UNSAFE_NAME.sub("_", clean(name).replace("\\", "/").rpartition("/")[2])
    bare = "".join(character for character in bare if character.isprintable()).strip(" .")
    bare = f"_{bare}" if _RESERVED.match(bare) else bare
    stem, dot, kind = bare.rpartition(".")
    told = f"{stem[: 120 - len(kind[:20])]}{dot}{kind[:20]}" if dot else bare[:120]
    return told.encode()[:200].decode("utf-8", "ignore") or _("file")


def _kind_of(name: str) -> str:
    kind, encoding = mimetypes.guess_type(os.path.basename(name))
    return kind if kind and not encoding else "application/octet-stream"
