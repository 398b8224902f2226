"""A mail as the sales read it: whose it is, which exchange it belongs to, and whether it answers another one."""

from __future__ import annotations

import re

from petitcrm.rows import Row
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MOST_PARTIES = 100
"""Addresses kept of one mail: those of the base before the others. Some are sent to two thousand people."""
LONGEST_TEXT = 50_000
LONGEST_NAME = 500
"""Of a Message-ID, a subject or a name: what follows says nothing, and an index holds no more."""
_SHOWN = 20
_ANSWERED = re.compile(
    r"(?:(?:re|ré|rép|réf|ref|aw|antw|sv|vs|tr|fw|fwd|wg|rv)\s*(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]\s*)+", re.I
)


class Letter(Row):
    """A mail received or sent. People are pairs (name, address in lower case); `references` the oldest first.

    `is_sent`: it lies in a folder of sent mail. `attachments` is JSON. `digest` tells apart two mails that say that
    they are the same one, and names one that has no Message-ID.
    """

    message_id: str
    at: str
    subject: str
    sender: tuple[str, str]
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    reply_to: tuple[tuple[str, str], ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    attachments: str = "[]"
    is_automatic: bool = False
    is_bulk: bool = False
    is_sent: bool = False
    digest: str = ""


def is_ours(letter: Letter, ours: Collection[str]) -> bool:
    """Tell whether we wrote it: it comes from an address of ours, or lies where only what we send does."""
    return letter.sender[1] in ours or letter.is_sent


def ancestors(letter: Letter) -> tuple[str, ...]:
    """Return the mails that it says it comes after, the oldest first: the first, and the last ones."""
    told = [*letter.references, letter.in_reply_to]
    known = list(dict.fromkeys(one for one in told if one and one != letter.message_id))
    return tuple(known[:1] + known[max(1, len(known) - _SHOWN) :])


def base_subject(subject: str) -> str:
    """Return a subject without what answering and passing on put before it, folded to be compared."""
    return fold(_ANSWERED.sub("", subject.strip(), count=1))


def without_prefixes(subject: str) -> str:
    """Return a subject without what answering puts before it, to be read."""
    return _ANSWERED.sub("", subject.strip(), count=1).strip()


def parties(letter: Letter, *, ours: Collection[str], known: Collection[str]) -> list[tuple[str, str, str]]:
    """Return (role, name, address) of those who wrote and received it, without ourselves; each address once a role.

    Our own address is kept only as the sender of what we wrote. Of very many, those of the base come first.
    """
    told = [("from", *letter.sender)]
    told += [
        ("reply_to", *one) for one in letter.reply_to if one[1] not in ours and one[1] != letter.sender[1]
    ]
    others = [("to", *one) for one in letter.to if one[1] not in ours]
    others += [("cc", *one) for one in letter.cc if one[1] not in ours]
    if len(others) > MOST_PARTIES:
        others.sort(key=lambda one: one[2] not in known)
    kept: dict[tuple[str, str], tuple[str, str, str]] = {}
    for role, name, address in [*told, *others[:MOST_PARTIES]]:
        if address:
            kept.setdefault(
                (role, address), (role, clean(name)[:LONGEST_NAME], clean(address)[:LONGEST_NAME])
            )
    return list(kept.values())


def is_for_us(letter: Letter, ours: Collection[str]) -> bool:
    """Tell whether an answer is expected of us, not of others whose exchange we are shown in copy."""
    return any(address in ours for _name, address in letter.to) or not any(
        address in ours for _name, address in letter.cc
    )


class Told(Row):
    """What a mail says of the exchange it is of: its thread, when, about what, and the addresses of the other side."""

    id: int
    thread: str
    at: str
    subject: str
    addresses: frozenset[str]


def answers(sent: Told, received: Told) -> bool:
    """Tell whether what we sent answers what we received: later, in its thread or to its sender on its subject.

    Something passed on to ourselves answers nobody.
    """
    if sent.at < received.at or not sent.addresses:
        return False
    if sent.thread == received.thread:
        return True
    return bool(sent.addresses & received.addresses) and base_subject(sent.subject) == base_subject(
        received.subject
    )


def answered_by(received: Told, sent: Iterable[Told]) -> Told | None:
    """Return the first of what we sent that answers a mail."""
    return next((one for one in sent if answers(one, received)), None)
