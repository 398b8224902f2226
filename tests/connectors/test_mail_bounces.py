"""Mails that came back: of which address, for good or not, and complaints."""

from __future__ import annotations

import json

import pytest

from petitcrm.connectors.mail_message import read
from tests.support.corpora import FOLDER

DSN = """From: MAILER-DAEMON@firme.fr (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; firme.fr

Final-Recipient: rfc822; zoe@bois.fr
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: message/rfc822

Message-ID: <devis-12@firme.fr>
To: zoe@bois.fr
Subject: Devis

Bonjour

--b--
"""


@pytest.mark.parametrize(
    ("action", "status", "said", "kind"),
    [
        ("failed", "5.1.1", "550 5.1.1 <zoe@bois.fr>: Recipient address rejected: User unknown", "hard"),
        ("failed", "5.1.2", "550 5.1.2 Host unknown", "hard"),
        ("failed", "5.1.10", "556 5.1.10 Domain bois.fr does not accept mail (nullMX)", "hard"),
        ("failed", "5.2.2", "552 5.2.2 Mailbox full", "soft"),
        ("failed", "5.7.1", "550 5.7.1 Message rejected as spam by content filtering", "soft"),
        ("failed", "5.2.1", "550 5.2.1 <zoe@bois.fr>: account disabled", "soft"),
        ("failed", "5.1.8", "553 5.1.8 Domain of sender address contact@firme.fr does not exist", "soft"),
        ("failed", "5.3.2", "521 5.3.2 System not accepting network messages", "hard"),
        ("failed", "4.4.1", "connect to mx.bois.fr: Connection timed out", "soft"),
        ("delayed", "4.4.1", "connection timed out", "soft"),
        ("failed", "5.7.26", "550 5.7.26 unauthenticated email is not accepted due to DMARC policy", "soft"),
    ],
)  # fmt: skip
def test_only_an_address_that_does_not_exist_is_refused_for_good(
    action: str, status: str, said: str, kind: str
) -> None:
    report = read(DSN.format(action=action, status=status, said=said).encode()).report
    assert report is not None
    assert (report.kind, report.address, report.original) == (kind, "zoe@bois.fr", "devis-12@firme.fr")


def test_an_address_that_looks_like_a_verdict_is_none() -> None:
    raw = DSN.replace("zoe@bois.fr", "filtered-spam@bois.fr")
    report = read(
        raw.format(action="failed", status="5.1.1", said="550 <filtered-spam@bois.fr> User unknown").encode()
    )
    assert report.report is not None
    assert report.report.kind == "hard"


def test_who_unsubscribes_by_the_button_of_their_program_is_heard() -> None:
    report = read(
        b"From: zoe@bois.fr\nSubject: unsubscribe\nX-Apple-Unsubscribe: true\n\nApple Mail sent this."
    ).report
    assert report is not None
    assert (report.kind, report.address) == ("complaint", "zoe@bois.fr")


def test_a_mail_that_arrived_is_no_bounce() -> None:
    assert read(DSN.format(action="delivered", status="2.0.0", said="250 ok").encode()).report is None


def test_a_complaint_names_who_complains_and_of_what() -> None:
    raw = b"""From: <feedback@grand-fournisseur.example>
Subject: FW: Offre
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Original-Rcpt-To: <zoe@bois.fr>

--b
Content-Type: message/rfc822

Message-ID: <offre-1@firme.fr>
To: zoe@bois.fr

Offre

--b--
"""
    report = read(raw).report
    assert report is not None
    assert (report.kind, report.address, report.original) == ("complaint", "zoe@bois.fr", "offre-1@firme.fr")


@pytest.mark.parametrize(
    "raw",
    [
        b"From: zoe@bois.fr\nSubject: Re: devis\n\nLe destinataire inconnu du devis, c'est qui ? zoe@bois.fr",
        b"From: zoe@bois.fr\nSubject: Absence du bureau\nAuto-Submitted: auto-replied\n\nJe suis absente.",
        b"From: boutique@x.fr\nSubject: Votre commande\nReturn-Path: <bounce-12@x.fr>\n\nMerci de votre commande.",
    ],
)
def test_the_letter_of_a_person_is_no_bounce(raw: bytes) -> None:
    assert read(raw).report is None


@pytest.mark.corpora
def test_the_bounces_of_others_are_told_as_their_makers_do() -> None:
    expected = json.loads((FOLDER / "bounces" / "expected.json").read_text(encoding="utf-8"))
    right, hard_for_nothing = 0, 0
    for name, told in expected.items():
        report = read((FOLDER / "bounces" / name).read_bytes()).report
        found = report.kind if report else "none"
        want = {_kind(one["reason"], hard=one["hardbounce"]) for one in told}
        right += found in want
        hard_for_nothing += found == "hard" and "hard" not in want
    assert right / len(expected) >= 0.94
    assert hard_for_nothing / len(expected) <= 0.04


def _kind(reason: str, *, hard: bool) -> str:
    if reason in ("vacation", "delivered"):
        return "none"
    return "complaint" if reason == "feedback" else "hard" if hard else "soft"
