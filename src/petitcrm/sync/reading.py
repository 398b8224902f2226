"""What a mailbox gives, turned into letters of the sales: one mail parsed, outside any transaction."""

from __future__ import annotations

import hashlib

from petitcrm.connectors.mail_message import read
from petitcrm.rows import Row
from petitcrm.sales.letters import Letter
from petitcrm.sales.receiving import Arrived, Place
from petitcrm.store.journal import dumps
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.connectors.mail_addresses import Address
    from petitcrm.connectors.mail_message import Message
    from petitcrm.connectors.mail_sources import Found

_NAMELESS = "@sha256.invalid"
"""How the reader names what has no Message-ID: by all its bytes, which differ from one mailbox to another."""


class Read(Row):
    """One mail that was found, as it arrives, and as the reader understood it (None where it could not)."""

    arrived: Arrived
    message: Message | None


def letter_of(message: Message, *, is_sent: bool = False) -> Letter:
    """Return a mail as the sales read it."""
    name = "" if message.message_id.endswith(_NAMELESS) else message.message_id
    told = "\0".join((message.sender.address, message.at, message.subject, message.whole_text[:100_000]))
    return Letter(
        message_id=f"<{name}>" if name else "",
        at=message.at,
        subject=message.subject,
        sender=_pair(message.sender),
        to=tuple(map(_pair, message.to)),
        cc=tuple(map(_pair, message.cc)),
        reply_to=tuple(map(_pair, message.reply_to)),
        in_reply_to=f"<{message.in_reply_to}>" if message.in_reply_to else "",
        references=tuple(f"<{one}>" for one in message.references),
        text=message.text,
        attachments=dumps(
            [
                {"name": clean(one.name), "kind": clean(one.kind), "size": one.size}
                for one in message.attachments
            ]
        ),
        is_automatic=message.is_automatic,
        is_bulk=message.is_bulk,
        is_sent=is_sent,
        digest=hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def arrived(found: Found, place: Place, *, is_sent: bool = False) -> Read:
    """Return what was found at a place; a mail of which nothing can be read keeps its place and its problem."""
    if not found.raw:
        return Read(Arrived(place, None, found.problem or "?"), None)
    try:
        message = read(found.raw)
    except Exception as error:  # whatever is wrong with it, one mail must not hold up those behind it
        return Read(Arrived(place, None, f"{type(error).__name__}: {error}"[:500]), None)
    if not message.at and not message.sender.address and not message.subject and not message.text:
        problem = found.problem or "; ".join(message.problems) or "?"
        return Read(Arrived(place, None, problem), None)
    problem = found.problem or "; ".join(message.problems)
    return Read(Arrived(place, letter_of(message, is_sent=is_sent), problem[:500]), message)


def _pair(one: Address) -> tuple[str, str]:
    return one.name, one.address.lower()
