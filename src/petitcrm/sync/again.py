"""A mail looked at again where it lies: all that it says, and its attachments, which the base does not keep."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from petitcrm.connectors import mail_sources
from petitcrm.connectors.mail_message import part_bytes, read
from petitcrm.errors import CrmError, NotFound, UsageProblem
from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_message import Message
    from petitcrm.store.queries.mail import Lying

_LONGEST = 120
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
_KEPT = frozenset(" -_.,()+=@&'’éèêàâçùûîïôöüœæÉÈÊÀÂÇÙÛÎÏÔÖÜŒÆ")


def raw(accounts: Sequence[Account], places: Sequence[Lying]) -> bytes:
    """Return the bytes of a mail from the first of its places that still has it; NotFound where none has."""
    by_name = {account.name: account for account in accounts}
    problem: CrmError | None = None
    for lying in places:
        account = by_name.get(lying.account)
        if account is None:
            continue
        try:
            with mail_sources.opened(account) as source:
                if source.validity(lying.folder) == lying.validity:
                    return source.raw(lying.folder, lying.uid or lying.place)
        except CrmError as error:
            problem = error
    raise problem or NotFound(
        _("This mail is in none of the mailboxes of this machine any more."),
        advice=_("Look at them with: petitcrm mail status"),
    )


def whole(accounts: Sequence[Account], places: Sequence[Lying]) -> Message:
    """Return a mail as it is in its mailbox, quotes and signature included."""
    return read(raw(accounts, places))


def save_attachments(accounts: Sequence[Account], places: Sequence[Lying], folder: str) -> list[str]:
    """Write the attachments of a mail into a folder, under safe names that nothing had; return their paths."""
    told = raw(accounts, places)
    message = read(told)
    paths = []
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for number, attachment in enumerate(message.attachments):
            name = safe_name(attachment.name) or f"attachment-{number + 1}"
            paths.append(_written(folder, name, part_bytes(told, number)))
    except OSError as error:
        raise UsageProblem(
            _("{path} cannot be written: {error}", path=folder, error=error.strerror or error)
        ) from error
    return paths


def safe_name(told: str) -> str:
    """Return the name of a file as it may stand in a folder: no path, nothing hidden, nothing that acts; or nothing."""
    name = unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2])
    name = "".join(sign if sign in _KEPT or (sign.isalnum() and sign.isprintable()) else "_" for sign in name)
    name = name.strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    room = _LONGEST - len(ending) - 1
    name = f"{stem[:room]}.{ending[:20]}" if dot else stem[:_LONGEST]
    return f"_{name}" if stem.lower() in _RESERVED or name.startswith("-") else name


def _written(folder: str, name: str, content: bytes) -> str:
    """Write a new file; where the name is taken, beside it."""
    stem, dot, ending = name.rpartition(".")
    for number in range(1, 1_000):
        aside = "" if number == 1 else f" ({number})"
        path = os.path.join(folder, f"{stem}{aside}.{ending}" if dot else f"{name}{aside}")
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except FileExistsError:
            continue
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
        return path
    raise FileExistsError(17, "exists", folder)
