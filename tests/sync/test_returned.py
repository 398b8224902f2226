"""What is read says what became of what left: copies, answers, failures, complaints; what is forged says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.connectors.mail_sources import Found
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import measuring, outbox, posting
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, receiving
from petitcrm.sales.receiving import Place
from petitcrm.store.queries import enrolments
from petitcrm.sync import reading, returned
from tests.support.firm import Firm
from tests.support.restoring import Copy
from tests.support.sending import intend
from tests.support.sequences import agree

OURS = frozenset({"contact@firme.example"})
NAME = "<o1.abc@firme.example>"


@pytest.fixture
def uncertain(config: Config, firm: Firm) -> int:
    """Return a mail to the first contact of which nobody knows whether it left."""
    with open_crm(config) as crm:
        number = outbox.queue(crm, Letter("shop", firm.contact, "jean@acme.example", "Chaudière", "Bonjour"))
    with open_crm(config) as crm:
        posting.claim(crm, "me", limit=1)
        intend(crm, number, "me", NAME)
        posting.unknown(crm, number, "me", "the server hung up")
    return number


def read(config: Config, raw: str, *, sent: bool = False, place: int = 1) -> None:
    """Read one mail, as the reading of a mailbox does."""
    found = Found(place, raw.replace("\n", "\r\n").encode())
    one = reading.arrived(found, Place("shop", "INBOX", "1", str(place), place), is_sent=sent)
    with open_crm(config) as crm:
        taken = receiving.receive(crm, [one.arrived], OURS, ignored=frozenset(), account="shop")
        returned.take(crm, [one], taken.ids)


def state(config: Config, number: int) -> str:
    """Return how far a mail is."""
    with read_crm(config) as crm:
        return outbox.of(crm, number).state


def mail(sender: str, more: str) -> str:
    """Return a mail from somebody."""
    return (
        f"From: {sender}\nTo: contact@firme.example\nDate: Mon, 23 Nov 2026 08:30:00 +0100\n{more}"
        "Subject: =?utf-8?q?Chaudi=C3=A8re?=\n\nBonjour\n"
    )


def report(kind: str, original: str, address: str = "jean@acme.example", status: str = "5.1.1") -> str:
    """Return the report of a failure, or of a complaint."""
    about = (
        f"Reporting-MTA: dns; mx.x.example\n\nFinal-Recipient: rfc822; {address}\nAction: failed\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} user unknown\n"
        if kind == "delivery-status"
        else f"Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\nOriginal-Rcpt-To: {address}\n"
    )
    return (
        "From: MAILER-DAEMON@x.example\nTo: contact@firme.example\nDate: Mon, 23 Nov 2026 08:40:00 +0100\n"
        f"Message-ID: <r{len(original)}@x.example>\nSubject: Undelivered\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n--b\n\nNot delivered.\n'
        f"--b\nContent-Type: message/{kind}\n\n{about}\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: contact@firme.example\nTo: {address}\n"
        f"Message-ID: {original}\nSubject: x\n\nx\n--b--\n"
    )


def test_a_copy_in_the_folder_of_sent_mail_makes_it_sent(config: Config, uncertain: int) -> None:
    copy = mail("contact@firme.example", f"Message-ID: {NAME}\n").replace(
        "To: contact@firme", "To: jean@acme"
    )
    read(config, copy, sent=True)
    assert state(config, uncertain) == "sent"
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM messages") == [(1,)]


def test_an_answer_makes_it_sent_and_puts_it_on_the_timeline(config: Config, uncertain: int) -> None:
    read(config, mail("jean@acme.example", f"Message-ID: <q@x>\nIn-Reply-To: {NAME}\n"))
    assert state(config, uncertain) == "sent"
    with read_crm(config) as crm:
        assert crm.rows("SELECT direction FROM messages ORDER BY id") == [("in",), ("out",)]


def test_another_mail_says_nothing_of_it(config: Config, uncertain: int) -> None:
    read(config, mail("jean@acme.example", "Message-ID: <q@x>\nIn-Reply-To: <other@x>\n"))
    assert state(config, uncertain) == "unknown"


def test_a_failure_bars_the_address_and_shows_that_the_mail_had_left(
    config: Config, firm: Firm, uncertain: int
) -> None:
    read(config, report("delivery-status", NAME))
    with read_crm(config) as crm:
        assert crm.rows("SELECT address, kind, outgoing_id FROM bounces") == [
            ("jean@acme.example", "hard", uncertain)
        ]
        assert (
            consent.verdict(crm, firm.contact, "email", "service", address="jean@acme.example").reason
            == "bounced"
        )
    assert state(config, uncertain) == "sent"


def test_a_failure_that_is_read_twice_counts_once(config: Config, uncertain: int) -> None:
    read(config, report("delivery-status", NAME))
    read(config, report("delivery-status", NAME), place=2)
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM bounces") == [(1,)]


def test_a_complaint_is_an_objection(config: Config, firm: Firm, uncertain: int) -> None:
    read(config, report("feedback-report", NAME))
    with read_crm(config) as crm:
        verdict = consent.verdict(crm, firm.contact, "email", "newsletter", address="jean@acme.example")
    assert verdict.reason == "objected"


def test_a_forged_report_bars_nobody(config: Config, firm: Firm, uncertain: int) -> None:
    read(config, report("delivery-status", "<made-up@firme.example>", address="zoe@bois.example"))
    read(
        config, report("feedback-report", "<made-up.too@firme.example>", address="zoe@bois.example"), place=2
    )
    with read_crm(config) as crm:
        assert crm.rows("SELECT 1 FROM bounces") == []
        assert consent.verdict(
            crm, firm.other_contact, "email", "service", address="zoe@bois.example"
        ).allowed


def test_a_report_of_a_mail_of_ours_bars_nobody_else(config: Config, firm: Firm, uncertain: int) -> None:
    read(config, report("delivery-status", NAME, address="zoe@bois.example"))
    with read_crm(config) as crm:
        assert crm.rows("SELECT address FROM bounces") == [("jean@acme.example",)]


def _left(config: Config, contact: int, address: str, name: str) -> int:
    """Let a mail leave; return its number."""
    with open_crm(config) as crm:
        told = Letter("shop", contact, address, "Chaudière", "Bonjour", purpose="newsletter")
        number = outbox.queue(crm, told)
        posting.claim(crm, "me", limit=5)
        intend(crm, number, "me", name)
    with open_crm(config) as crm:
        posting.sent(crm, number, "me", posting.Reply(250))
    return number


def test_what_is_told_of_a_mail_that_the_base_forgot_is_never_said_of_the_one_that_has_its_number(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    for contact in (firm.contact, firm.other_contact):
        for purpose in ("newsletter", "measure"):
            agree(config, contact, purpose)
    copy = Copy(config.db, tmp_path)
    copy.keep()
    forgotten = _left(config, firm.contact, "jean@acme.example", "<o1.aaaa@firme.example>")
    copy.put_back()
    now = config._replace(now="2026-11-23T10:00:00+01:00")
    assert _left(now, firm.other_contact, "zoe@bois.example", "<o1.bbbb@firme.example>") == forgotten
    later = config._replace(now="2026-11-23T11:00:00+01:00")
    read(later, report("delivery-status", "<o1.aaaa@firme.example>"), place=1)
    read(later, mail("jean@acme.example", "In-Reply-To: <o1.aaaa@firme.example>\n"), place=2)
    with open_crm(later) as crm:
        told = [
            measuring.Told("opened", None, crm.now, "site", f"{name}", f"<o1.{name}@firme.example>")
            for name in ("aaaa", "bbbb")
        ]
        assert measuring.record(crm, told) == measuring.Recorded(1, 0, 1)
    copy.forget()
    with read_crm(later) as crm:
        assert crm.rows("SELECT contact_id, outgoing_id FROM signals") == [(firm.other_contact, forgotten)]
        assert not crm.rows("SELECT 1 FROM bounces WHERE outgoing_id = :id", id=forgotten)
        assert consent.verdict(crm, firm.other_contact, "email", "newsletter").allowed
        (reply,) = enrolments.replies(crm, [firm.contact], "2026-11-01T00:00:00Z")
        assert reply.step is None


def test_a_signal_is_of_whom_the_mail_was_for_whoever_is_said(config: Config, firm: Firm) -> None:
    agree(config, firm.contact, "newsletter")
    agree(config, firm.contact, "measure")
    number = _left(config, firm.contact, "jean@acme.example", "<o1.aaaa@firme.example>")
    with open_crm(config._replace(now="2026-11-23T11:00:00+01:00")) as crm:
        told = measuring.Told("clicked", firm.other_contact, crm.now, "site", "1", "<o1.aaaa@firme.example>")
        measuring.record(crm, [told])
        assert crm.rows("SELECT contact_id, outgoing_id FROM signals") == [(firm.contact, number)]
