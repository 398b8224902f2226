"""Mails that came back: of which address, for good or not, and complaints."""

from __future__ import annotations

import json
from typing import Any

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
        ("failed", "4.4.1", "connect to mx.bois.fr: Connection timed out", "soft"),
        ("delayed", "4.4.1", "connection timed out", "soft"),
        ("failed", "5.1.1", "550 5.1.1 <zoe@bois.fr>: inactive email address", "hard"),
        ("failed", "5.1.6", "551 5.1.6 The user has moved", "hard"),
        ("failed", "5.2.1", "550 5.2.1 Utilisateur inconnu (in reply to RCPT TO command)", "hard"),
        ("failed", "5.3.2", "521 5.3.2 System not accepting network messages", "hard"),
        ("failed", "5.0.0", "550 5.0.0 User unknown (in reply to RCPT TO command)", "hard"),
        ("failed", "5.0.0", "550 zoe@bois.fr... No such user", "soft"),
        ("failed", "5.0.0", "550 5.1.1 User unknown (in reply to end of DATA command)", "soft"),
        ("failed", "5.2.0", "550 : User unknown", "soft"),
        ("failed", "5.7.1", "550 5.7.1 User unknown", "soft"),
        ("failed", "5.1.1", "550 5.1.1 User unknown: the account is disabled", "soft"),
        ("failed", "5.1.8", "553 5.1.8 Domain of sender address devis@firme.fr does not exist", "soft"),
        ("failed", "5.2.2", "552 Boîte aux lettres du destinataire pleine", "soft"),
        ("failed", "5.7.26", "550 5.7.26 unauthenticated email is not accepted due to DMARC policy", "soft"),
    ],
)  # fmt: skip
def test_only_an_address_that_does_not_exist_is_refused_for_good(
    action: str, status: str, said: str, kind: str
) -> None:
    report = read(DSN.format(action=action, status=status, said=said).encode()).report
    assert report is not None
    assert (report.kind, report.address, report.original) == (kind, "zoe@bois.fr", "devis-12@firme.fr")


def test_what_an_address_is_called_says_nothing_of_it() -> None:
    said = "550 5.1.1 <{}>: User unknown"
    for address in ("spam@bois.fr", "policy-locked@bois.fr"):
        raw = DSN.format(action="failed", status="5.1.1", said=said.format(address)).replace(
            "zoe@bois.fr", address
        )
        report = read(raw.encode()).report
        assert report is not None
        assert (report.kind, report.address) == ("hard", address)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("zoe@bois.fr\n  User unknown", "soft"),
        ("zoe@bois.fr\n  550 5.1.1 User unknown", "hard"),
        (
            "zoe@bois.fr on Monday\n  The recipient name is not recognized\n  (000C05A6) Unknown Recipient",
            "hard",
        ),
        ("zoe@bois.fr\n  Unrouteable address", "hard"),
        ("zoe@bois.fr\n  La boîte de réception du destinataire est pleine.", "soft"),
    ],
)
def test_words_without_the_answer_of_a_server_refuse_nobody_for_good(said: str, kind: str) -> None:
    raw = f"From: MAILER-DAEMON@firme.fr\nSubject: Undeliverable\n\nYour mail did not reach:\n\n{said}\n"
    report = read(raw.encode()).report
    assert report is not None
    assert (report.kind, report.address) == (kind, "zoe@bois.fr")


def test_a_button_that_unsubscribes_is_a_complaint_of_who_pressed_it() -> None:
    report = read(b"From: Zoe <zoe@bois.fr>\nSubject: unsubscribe\nX-Apple-Unsubscribe: true\n\nx").report
    assert report is not None
    assert (report.kind, report.address, report.diagnostic) == ("complaint", "zoe@bois.fr", "opt-out")


def test_a_report_on_how_mails_are_signed_is_no_complaint() -> None:
    raw = (
        b"From: dmarc@fournisseur.example\nContent-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n\n--b--"
    )
    assert read(raw).report is None


@pytest.mark.parametrize("how", ["written below", "as a file"])
def test_a_failure_that_a_person_forwards_is_of_nobody(how: str) -> None:
    failure = DSN.format(action="failed", status="5.1.1", said="550 5.1.1 User unknown")
    if how == "written below":
        raw = f"From: paul@bois.fr\nSubject: Tr: votre devis\n\nVoici ce que je reçois.\n\n{failure}"
    else:
        raw = (
            "From: paul@bois.fr\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nVoici.\n--a\n"
            f"Content-Type: message/rfc822\n\n{failure}\n--a--"
        )
    assert read(raw.encode()).report is None


def test_a_failure_told_in_utf_8_is_one() -> None:
    raw = DSN.format(action="failed", status="5.1.1", said="550 5.1.1 User unknown")
    report = read(raw.replace("message/delivery-status", "message/global-delivery-status").encode()).report
    assert report is not None
    assert (report.kind, report.address) == ("hard", "zoe@bois.fr")


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
        b"From: Postmaster Durand <durand@bois.fr>\nSubject: devis\n\nL'adresse jean@bois.fr est introuvable ?",
        b"From: zoe@bois.fr\nSubject: Re: Undelivered Mail Returned to Sender\n\njean@bois.fr : 550 5.1.1 User unknown",
        b"From: zoe@bois.fr\nSubject: Returned mail: see below\n\njean@bois.fr : 550 5.1.1 User unknown",
        b"From: colis@x.fr\nSubject: Your parcel could not be delivered\n\n550 5.1.1 zoe@bois.fr user unknown",
        b"From: bounce@x.fr\nSubject: Soldes\nList-Id: <x>\n\n-50 % zoe@bois.fr",
        b"From: zoe@bois.fr\nSubject: Lu : devis\nReturn-Path: <>\n\nVotre message a jean@bois.fr a ete lu.",
        b"From: agenda@x.fr\nSubject: Rappel\nReturn-Path: <>\nAuto-Submitted: auto-generated\n\nContact jean@bois.fr",
        b"From: boutique@x.fr\nSubject: Votre commande\nReturn-Path: <bounce-12@x.fr>\n\nMerci de votre commande.",
    ],
)
def test_the_letter_of_a_person_is_no_bounce(raw: bytes) -> None:
    assert read(raw).report is None


@pytest.mark.corpora
def test_no_ordinary_mail_of_others_is_a_failure() -> None:
    paths = sorted((FOLDER / "mail").glob("*/*.eml"))
    assert paths
    assert [path.name for path in paths if read(path.read_bytes()).report is not None] == []


@pytest.mark.corpora
def test_the_bounces_of_others_are_told_as_their_makers_do() -> None:
    expected = json.loads((FOLDER / "bounces" / "expected.json").read_text(encoding="utf-8"))
    right, hard_for_nothing = 0, 0
    for name, told in expected.items():
        report = read((FOLDER / "bounces" / name).read_bytes()).report
        found = report.kind if report else "none"
        want = {_kind(one) for one in told}
        right += found in want
        hard_for_nothing += found == "hard" and "hard" not in want
    assert right / len(expected) >= 0.95
    assert hard_for_nothing == 0


def _kind(told: dict[str, Any]) -> str:
    """Return what a bounce is to us; reports on signatures, which they count with complaints, are of no person."""
    if told["reason"] in ("vacation", "delivered") or told.get("feedback") == "auth-failure":
        return "none"
    return "complaint" if told["reason"] == "feedback" else "hard" if told["hardbounce"] else "soft"
