"""A campaign that leaves, every promise kept, beside a loop that sends ready bytes, and one written naively."""

from __future__ import annotations

import json
import multiprocessing
import resource
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from html import escape
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import importing
from benchmarks.verdicts import Line, Part
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.connectors import mail_accounts
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing.campaign_mails import Mailing
from petitcrm.store.bulk import Bulk
from petitcrm.store.queries import campaigns as queries
from petitcrm.sync import envelopes, mailing, sending
from tests.support.smtp_sink import Sink, configured

_BODY = """\
Bonjour {{ contact.prenom }},

Votre chaudière {% if contact.ville %}de {{ contact.ville }} {% endif %}a besoin d'être **révisée** avant l'hiver.

- le rendez-vous dure une heure ;
- [choisissez votre jour](https://firme.example/rendez-vous).

À bientôt,
L'équipe
"""
_TOWNS = ("Rennes", "Saint-Étienne", "L'Haÿ-les-Roses", "", "Bourg-en-Bresse")


def out(recipients: int, rounds: int, work: Path) -> Part:
    """Time a campaign to so many people on one connection, and see how much memory a tenth and all of them take."""
    i18n.use("fr")
    times: dict[str, list[float]] = {"campaign": [], "bare": [], "naive": []}
    port, server = _server()
    folder = work / "campaign"
    folder.mkdir(exist_ok=True)
    config = Config(db=str(folder / "base.db"), user="", lang="fr", file=str(configured(folder, port)))
    try:
        for _round in range(rounds):
            _fill(config, recipients)
            sample = min(recipients, 2_000)
            share = recipients / sample
            ready = _ready(config, sample)
            times["bare"].append(_timed(partial(_bare, port, ready)) * share)
            times["naive"].append(_timed(partial(_naive, port, sample)) * share)
            times["campaign"].append(_timed(partial(_all, config)))
        few, all_of_them = (_memory(config, number) for number in (max(recipients // 10, 500), recipients))
    finally:
        server.terminate()
        importing.forget(folder / "base.db")
    told = {name: median(found) for name, found in times.items()}
    lines = [
        Line("campaign", told["campaign"], "ready bytes on smtplib", told["bare"], 0.7, at_least=True),
        Line("campaign", told["campaign"], "EmailMessage + smtplib", told["naive"], 5, at_least=True),
        Line("memory of all", all_of_them, "memory of a tenth", few, 1.5, unit="KiB"),
    ]
    rates = ", ".join(f"{name} {recipients / seconds:,.0f}/s" for name, seconds in told.items())
    memory = f"peak {all_of_them / 1024:,.0f} MB for all, {few / 1024:,.0f} MB for a tenth"
    return Part(f"a campaign to {recipients:,} people, one connection", lines, [f"{rates}; {memory}."])


def _fill(config: Config, recipients: int) -> None:
    """Make a base with people who agreed, and a campaign that has begun for all of them."""
    importing.forget(Path(config.db))
    Path(f"{config.db}.kept").unlink(missing_ok=True)
    with open_crm(config) as crm:
        assert crm.journal is not None
        bulk = Bulk(crm.connection, crm.journal)
        for number in range(recipients):
            town = _TOWNS[number % len(_TOWNS)]
            name = {
                "first_name": f"Zoé{number}",
                "last_name": "Nöel",
                "city": town,
                "created_at": crm.now_text,
            }
            one = bulk.insert("contacts", {**name, "sort_name": f"noel zoe{number}"})
            bulk.insert_line(
                "contact_emails", one, 0, (f"p{number}@acme.example", f"p{number}@acme.example", "")
            )
            bulk.insert(
                "consents",
                {"contact_id": one, "act": "given", "channel": "email", "purpose": "newsletter", "wording": "Oui",
                 "how": "salon", "at": crm.now_text, "recorded_at": crm.now_text},
            )  # fmt: skip
        bulk.close({})
        bulk.leave()
        with crm.act("contact.edited") as act:
            act.insert(
                "campaigns", key="hiver", name="L'hiver", state="sending",
                subject="Votre chaudière, {{ contact.prenom }}",
                body=_BODY, account="shop", created_at=crm.now_text, scheduled_at=crm.now_text, started_at=crm.now_text,
            )  # fmt: skip
        crm.connection.write(
            "INSERT INTO recipients (campaign_id, contact_id, address, name)"
            " SELECT 1, e.contact_id, e.address, c.first_name || ' ' || c.last_name FROM contact_emails e"
            " JOIN contacts c ON c.id = e.contact_id ORDER BY e.contact_id"
        )


def _ready(config: Config, number: int) -> list[bytes]:
    """Return the bytes of so many mails of the campaign, as it writes them: those of its first batch, by turns."""
    account = mail_accounts.named(config.file, "shop")
    with open_crm(config) as crm:
        (found,) = queries.under_way(crm)
        made = Mailing(crm, found, account.address)
        drafts = made.begin(crm, "me", lambda _names: {}, number)
        many = envelopes.ToMany(account, made, crm.now)
        ready = [many.raw(one) for one in drafts]
        crm.connection.write("DELETE FROM outbox")
        crm.connection.write("UPDATE recipients SET state = 'waiting', outgoing_id = NULL")
    return [*islice(cycle(ready), number)]


def _all(config: Config) -> None:
    while sending.send_campaigns(config).told:
        continue
    mailing.tend(config)
    with read_crm(config) as crm:
        assert not crm.rows("SELECT 1 FROM recipients WHERE state = 'waiting'")


def _bare(port: int, ready: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for content in ready:
            smtp.sendmail("contact@firme.example", ["p@acme.example"], content)


def _naive(port: int, mails: int) -> None:
    """Write each mail by itself, as one does at first: filled, laid out, made by the library."""
    from jinja2 import Template
    from markdown_it import MarkdownIt

    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(mails):
            values = {"prenom": f"Zoé{number}", "ville": _TOWNS[number % len(_TOWNS)]}
            body = Template(_BODY).render(contact={key: escape(value) for key, value in values.items()})
            made = EmailMessage()
            made["From"], made["To"] = "contact@firme.example", f"Zoé{number} Nöel <p{number}@acme.example>"
            made["Subject"] = f"Votre chaudière, Zoé{number}"
            made.set_content(body)
            made.add_alternative(MarkdownIt().render(body), subtype="html")
            smtp.send_message(made)


def _memory(config: Config, recipients: int) -> int:
    """Return the peak of memory, in KB, of a process that sends a campaign to so many people."""
    _fill(config, recipients)
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe()
    child = context.Process(target=_measured, args=(theirs, config))
    child.start()
    theirs.close()
    try:
        return int(json.loads(ours.recv()))
    finally:
        child.join()


def _measured(pipe: Any, config: Config) -> None:
    _all(config)
    pipe.send(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def _server() -> tuple[int, Any]:
    context = multiprocessing.get_context("fork")
    theirs, ours = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    return int(ours.recv()), server


class _Forgetful(list[Any]):
    """What is taken is not kept: the memory of the server is not what is measured."""

    def append(self, _one: Any) -> None:
        return


def _serve(pipe: Any) -> None:
    with Sink(pipelining=True) as sink:
        sink.mails, sink.said = _Forgetful(), _Forgetful()
        pipe.send(sink.port)
        while True:
            time.sleep(60)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
