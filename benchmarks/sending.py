"""Mails that leave, each committed before and after its server has it, beside a bare loop that sends ready bytes."""

from __future__ import annotations

import multiprocessing
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import importing
from benchmarks.verdicts import Line, Part
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.connectors import mail_accounts
from petitcrm.crm import open_crm
from petitcrm.marketing import outbox
from petitcrm.sales import contacts
from petitcrm.sync import envelopes, sending
from tests.support.smtp_sink import Sink, configured

_TEXT = "Bonjour,\n\nVotre chaudière est prête, quand puis-je passer ?\n\nBien à vous\n"


def out(mails: int, rounds: int, work: Path) -> Part:
    """Time the sending of `mails` waiting mails on one connection; the server is a process of its own."""
    i18n.use("fr")
    base = work / "sending.db"
    times: dict[str, list[float]] = {"outbox": [], "bare": [], "naive": [], "commits": []}
    port, server = _server()
    folder = work / "sending"
    folder.mkdir(exist_ok=True)
    config = Config(db=str(base), user="", lang="fr", file=str(configured(folder, port)))
    try:
        for _round in range(rounds):
            importing.forget(base)
            ready = _wait(config, mails)
            times["bare"].append(_timed(lambda ready=ready: _bare(port, ready)))
            times["naive"].append(_timed(lambda: _naive(port, mails)))
            times["commits"].append(_timed(lambda: _commits(config, mails)))
            times["outbox"].append(_timed(lambda: sending.send_due(config)))
    finally:
        server.terminate()
        importing.forget(base)
    told = {name: median(found) for name, found in times.items()}
    lines = [
        Line("outbox → sent", told["outbox"], "ready bytes on smtplib", told["bare"], at_least=True),
        Line("outbox → sent", told["outbox"], "EmailMessage + smtplib", told["naive"], at_least=True),
        Line("outbox → sent", told["outbox"], "two empty gestures a mail", told["commits"]),
    ]
    rates = ", ".join(f"{name} {mails / seconds:,.0f}/s" for name, seconds in told.items())
    return Part(f"{mails:,} mails that leave, one connection", lines, [f"{rates}."])


def _server() -> tuple[int, Any]:
    context = multiprocessing.get_context("fork")
    theirs, ours = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    return int(ours.recv()), server


def _serve(pipe: Any) -> None:
    with Sink() as sink:
        pipe.send(sink.port)
        while True:
            time.sleep(60)


def _wait(config: Config, mails: int) -> list[bytes]:
    """Let so many mails wait; return their bytes."""
    account = mail_accounts.named(config.file, "shop")
    ready = []
    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Dupont"}, emails=["dupont@acme.example"])
        for number in range(mails):
            letter = outbox.Letter("shop", contact, "dupont@acme.example", f"Mail {number}", _TEXT, "Dupont")
            outbox.queue(crm, letter)
            ready.append(envelopes.raw(account, letter, f"<{number}@firme.example>", crm.now))
    return ready


def _bare(port: int, ready: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for content in ready:
            smtp.sendmail("contact@firme.example", ["dupont@acme.example"], content)


def _naive(port: int, mails: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(mails):
            made = EmailMessage()
            made["From"], made["To"], made["Subject"] = (
                "contact@firme.example",
                "dupont@acme.example",
                f"Mail {number}",
            )
            made.set_content(_TEXT)
            smtp.send_message(made)


def _commits(config: Config, mails: int) -> None:
    """Open and commit two gestures a mail, as the contract wants, and do nothing in them but one change."""
    for number in range(mails * 2):
        with open_crm(config) as crm:
            crm.connection.write("UPDATE outbox SET tries = 0 WHERE id = :id", {"id": 1 + number // 2})


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
