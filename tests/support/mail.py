"""Mails as the sales are told of them: what each test needs of one, and the taking in of some."""

from __future__ import annotations

import hashlib
from typing import Any

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.sales import receiving
from petitcrm.sales.letters import Letter
from petitcrm.sales.receiving import Arrived, Place, Received

OURS = ("contact@firme.example", "anne@firme.example")
JEAN = "jean@acme.example"
ZOE = "zoe@bois.example"
STRANGER = "lea@inconnu.example"


def letter(
    number: int,
    subject: str = "Devis",
    *,
    by: str = JEAN,
    to: tuple[str, ...] = OURS[:1],
    at: str = "2026-11-23T07:30:00Z",
    after: tuple[int, ...] = (),
    **more: Any,
) -> Letter:
    """Return a mail; `after` are the numbers of those it comes after."""
    references = tuple(f"<{one}@mail.example>" for one in after)
    told: dict[str, Any] = {
        "message_id": f"<{number}@mail.example>", "at": at, "subject": subject, "sender": ("", by),
        "to": tuple(("", one) for one in to), "references": references, "text": f"Texte de {subject}",
        "in_reply_to": references[-1] if references else "",
        "digest": hashlib.sha256(f"{number}{subject}{at}".encode()).hexdigest(), **more,
    }  # fmt: skip
    return Letter(**told)


def sent(number: int, subject: str = "Devis", *, to: tuple[str, ...] = (JEAN,), **more: Any) -> Letter:
    """Return a mail of ours."""
    return letter(number, subject, by=OURS[0], to=to, **more)


def take(crm: Crm, *letters: Letter, folder: str = "INBOX", first: int | None = None) -> Received:
    """Take mails in, as they lie in a folder one after the other."""
    start = first or int(crm.rows("SELECT COALESCE(max(uid), 0) + 1 FROM mail_copies")[0][0])
    arrived = [
        Arrived(Place("shop", folder, "1", str(uid), uid), one) for uid, one in enumerate(letters, start)
    ]
    return receiving.receive(crm, arrived, OURS, account="shop")


def take_in(config: Config, *letters: Letter, folder: str = "INBOX", first: int | None = None) -> Received:
    """Take mails in, in a gesture of their own."""
    with open_crm(config) as crm:
        return take(crm, *letters, folder=folder, first=first)
