"""Bytes of mails, as they lie in mailboxes."""

from __future__ import annotations

from email.message import EmailMessage


def mail(
    number: int,
    subject: str = "Devis",
    *,
    by: str = "jean@acme.example",
    to: str = "contact@firm.example",
    date: str = "Mon, 23 Nov 2026 08:30:00 +0100",
    text: str = "Bonjour,\n\nVoici.\n",
    after: int | None = None,
    **headers: str,
) -> bytes:
    """Return a mail as it lies in a mailbox."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Date"] = by, to, subject, date
    made["Message-ID"] = f"<{number}@mail.example>"
    if after is not None:
        made["In-Reply-To"] = made["References"] = f"<{after}@mail.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def many(first: int, last: int) -> list[bytes]:
    """Return as many mails as are asked for, quickly made."""
    return [
        (
            f"From: p{number % 97}@acme.example\r\nTo: contact@firm.example\r\nSubject: Devis {number}\r\n"
            f"Date: Mon, 02 Nov 2026 08:{number // 60 % 60:02}:{number % 60:02} +0100\r\n"
            f"Message-ID: <{number}@mail.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            f"Bonjour,\r\n\r\nCeci est le mail {number}.\r\n"
        ).encode()
        for number in range(first, last + 1)
    ]
