"""Mails read, beside the standard library that only parses and decodes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from random import Random
from statistics import median

from benchmarks import bases
from benchmarks.verdicts import Line, Part
from petitcrm.connectors.mail_message import read

HEADERS = ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
_COMPAT = BytesParser(policy=policy.compat32)
_DEFAULT = BytesParser(policy=policy.default)


def parsed(mails: int, rounds: int) -> Part:
    """Time reading a mailbox: who, when, what they wrote without what they quote, files, robots, lists, bounces."""
    box = mailbox(mails)
    ways: dict[str, Callable[[bytes], object]] = {
        "read": read,
        "compat32": _decoded_old,
        "policy.default": _decoded_new,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():  # each once unmeasured: imports and patterns
        way(box[0])
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(_timed(way, box))
    ours, old, new = (median(times[name]) for name in ways)
    size = sum(map(len, box)) // len(box)
    return Part(
        f"{mails:,} mails read",
        [
            Line("mails read", ours, "header and body, compat32", old, 0.5, at_least=True),
            Line("mails read", ours, "header and body, policy.default", new, at_least=True),
        ],
        [f"{mails / ours:,.0f} mails/s of {size:,} bytes on average, in one process."],
    )


def mailbox(mails: int) -> list[bytes]:
    """Make an ordinary mailbox: of ten mails, six answer another as text and HTML, one is a mailing, one has a file."""
    random = Random(6)
    kinds: Sequence[Callable[[Random], EmailMessage]] = (*[_answer] * 6, _plain, _plain, _mailing, _with_file)
    return [_addressed(kinds[number % 10](random), random, number) for number in range(mails)]


def _timed(way: Callable[[bytes], object], box: list[bytes]) -> float:
    begin = time.perf_counter()
    for raw in box:
        way(raw)
    return time.perf_counter() - begin


def _decoded_old(raw: bytes) -> list[object]:
    """Parse, and decode the headers and every part that is text: what anybody has to do who reads a mail."""
    mail = _COMPAT.parsebytes(raw)
    told: list[object] = [
        str(make_header(decode_header(str(mail[name])))) for name in HEADERS if name in mail
    ]
    return told + [_text(part) for part in mail.walk() if part.get_content_maintype() == "text"]


def _text(part: Message) -> str:
    held = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    return held.decode(charset, "replace") if isinstance(held, bytes) else ""


def _decoded_new(raw: bytes) -> list[object]:
    mail = _DEFAULT.parsebytes(raw)
    told: list[object] = [str(mail[name]) for name in HEADERS if name in mail]
    return told + [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]


def _addressed(mail: EmailMessage, random: Random, number: int) -> bytes:
    first, last = random.choice(bases.FIRST), random.choice(bases.LAST)
    mail["From"] = f"{first} {last} <{number}@exemple{number % 90}.fr>"
    mail["To"] = "Société Générale de Menuiserie <contact@firme.fr>"
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    mail["Message-ID"] = f"<{number}.{random.random()}@exemple.fr>"
    mail["In-Reply-To"] = f"<{number - 1}@firme.fr>"
    mail["References"] = " ".join(f"<{one}.longue-reference@firme.fr>" for one in range(number % 6))
    for hop in range(4):
        mail.add_header(
            "Received",
            f"from mx{hop}.exemple.fr by mx{hop + 1}.firme.fr; Mon, 23 Nov 2026 10:00:0{hop} +0100",
        )
    mail["DKIM-Signature"] = "v=1; a=rsa-sha256; d=exemple.fr; s=k; b=" + "A" * 300
    return mail.as_bytes()


def _words(random: Random, lines: int) -> str:
    return "\n".join(" ".join(random.choices(bases.WORDS, k=10)).capitalize() + "." for _ in range(lines))


def _answer(random: Random) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Re: " + _words(random, 1) + " équipé"
    quoted = "\n".join("> " + line for line in _words(random, 30).split("\n"))
    said = f"Bonjour,\n\n{_words(random, 5)}\n\nCordialement,\nZoé Noël\nTél. 06 12 34 56 78\n\n"
    text = f"{said}Le lun. 23 nov. 2026 à 10:00, Jean <jean@firme.fr> a écrit :\n\n{quoted}\n"
    mail.set_content(text)
    rows = "".join(f"<div dir='ltr' style='color:#222'>{line}<br></div>" for line in text.split("\n"))
    mail.add_alternative(f"<html><body>{rows}</body></html>", subtype="html")
    return mail


def _plain(random: Random) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = _words(random, 1)
    mail.set_content(_words(random, 12) + "\nÀ bientôt\n-- \nZoé\n")
    return mail


def _mailing(random: Random) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Nos offres d'été : " + _words(random, 1)
    mail["List-Unsubscribe"] = "<https://exemple.fr/stop>"
    cells = "".join(
        f"<tr><td style='font:12px Arial;padding:4px' width=600><a href='https://exemple.fr/{number}'>{line}</a></td></tr>"
        for number, line in enumerate(_words(random, 120).split("\n"))
    )
    mail.set_content(
        f"<html><head><style>{'p{color:red}' * 200}</style></head><table>{cells}</table></html>",
        subtype="html",
    )
    return mail


def _with_file(random: Random) -> EmailMessage:
    mail = _plain(random)
    mail.add_attachment(
        random.randbytes(90_000), maintype="application", subtype="pdf", filename="devis été.pdf"
    )
    return mail
