"""A mail is read from its bytes, whatever they are: who, when, what they wrote; nothing raises, nothing explodes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.connectors.mail_addresses import MOST, Address, read_addresses
from petitcrm.connectors.mail_message import part_bytes, read
from petitcrm.connectors.mail_parts import LONGEST_FIELD, MOST_PARTS
from tests.support.corpora import FOLDER


def mail(headers: str, body: str = "Bonjour") -> bytes:
    """Return the bytes of a mail."""
    return f"{headers.strip()}\n\n{body}\n".encode()


@pytest.mark.parametrize(
    ("header", "people"),
    [
        ("a@good.fr <b@evil.fr>", [("a@good.fr", "b@evil.fr")]),
        ('"Durand, Zoé" <zoe@bois.fr>, P <P@Bois.FR>', [("Durand, Zoé", "zoe@bois.fr"), ("P", "p@bois.fr")]),
        ("=?utf-8?b?SsOpcsO0bWU=?= <j@bois.fr>", [("Jérôme", "j@bois.fr")]),
        ('"=?iso-8859-1?Q?Andr=E9?=" <a@bois.fr>', [("André", "a@bois.fr")]),
        ("Équipe: a@bois.fr, C <c@bois.fr>;", [("", "a@bois.fr"), ("C", "c@bois.fr")]),
        ("a@bois.fr; c@bois.fr", [("", "a@bois.fr"), ("", "c@bois.fr")]),
        ("x@bois.fr (Jean Dupont)", [("Jean Dupont", "x@bois.fr")]),
        ("Jean <x@café.fr>", [("Jean", "x@xn--caf-dma.fr")]),
        ("root <root@serveur.local>", [("root", "root@serveur.local")]),
        ("undisclosed-recipients:;", []), ("", []), ("personne", []), ("a@bois.fr, A@Bois.fr", [("", "a@bois.fr")]),
    ],
)  # fmt: skip
def test_who_a_header_names_is_who_a_reply_would_go_to(header: str, people: list[tuple[str, str]]) -> None:
    assert read_addresses(header) == tuple(Address(*one) for one in people)


def test_what_is_in_the_headers_is_read() -> None:
    told = read(
        mail(
            "From: Zoé <zoe@bois.fr>\nTo: contact@firme.fr\nCc: paul@bois.fr\nReply-To: devis@bois.fr\n"
            "Subject: =?utf-8?q?Devis_n=C2=B0_12?=\nDate: Mon, 23 Nov 2026 10:00:00 +0100\nMessage-ID: <1@bois.fr>\n"
            "In-Reply-To: <0@firme.fr>\nReferences: <a@firme.fr>\n <0@firme.fr>"
        )
    )
    assert (told.message_id, told.at, told.subject) == ("1@bois.fr", "2026-11-23T09:00:00Z", "Devis n° 12")
    assert (told.sender, told.to[0].address) == (Address("Zoé", "zoe@bois.fr"), "contact@firme.fr")
    assert (told.cc[0].address, told.reply_to[0].address) == ("paul@bois.fr", "devis@bois.fr")
    assert (told.in_reply_to, told.references) == ("0@firme.fr", ("a@firme.fr", "0@firme.fr"))
    assert (told.text, told.problems) == ("Bonjour", ())


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "x-inconnu", "us-ascii"])
def test_accents_are_read_in_the_charset_that_they_really_are_in(charset: str) -> None:
    real = "utf-8" if charset in ("x-inconnu", "us-ascii") else charset
    raw = f"Content-Type: text/plain; charset={charset}\n\nÀ bientôt, Zoé".encode(real)
    assert read(raw).text == "À bientôt, Zoé"


def test_a_mail_without_message_id_has_one_made_of_its_bytes() -> None:
    one, same, other = (read(mail("From: a@b.fr", body)) for body in ("x", "x", "y"))
    assert one.message_id == same.message_id != other.message_id
    assert one.message_id.endswith("@sha256.invalid")


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0100 (CET)", "2026-11-23T09:00:00Z"),
        ("23 Nov 2026 10:00 GMT", "2026-11-23T10:00:00Z"),
        ("hier", ""), ("Mon, 01 Jan 1900 00:00:00 +0000", ""), ("Mon, 99 Nov 2026 10:00:00 +0100", ""),
    ],
)  # fmt: skip
def test_a_date_is_read_or_left_out(date: str, at: str) -> None:
    assert read(mail(f"Date: {date}")).at == at


def test_without_a_date_the_last_machine_says_when() -> None:
    told = read(mail("Received: from a by b; Mon, 23 Nov 2026 10:00:05 +0100\nFrom: a@b.fr"))
    assert told.at == "2026-11-23T09:00:05Z"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply",
        "Subject: Réponse automatique : Devis",
        "Subject: Absence du bureau", "Subject: Absente du bureau jusqu'à lundi",
        "Subject: Accusé de réception : devis",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n"
        "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n--b--",
        "Content-Type: text/calendar; method=REPLY", "Subject: Out of Office: Re: devis", "From: MAILER-DAEMON@b.fr",
        "From: no-reply@boutique.fr", "Return-Path: <>",
    ],
)  # fmt: skip
def test_what_no_person_wrote_is_recognised(header: str) -> None:
    assert read(mail(header)).is_automatic


def test_what_a_person_wrote_is_not_taken_for_a_robot() -> None:
    for headers in (
        "Auto-Submitted: no\nSubject: Absence de réponse à mon devis", "Subject: Lu et approuvé : devis",
        "Content-Type: text/calendar; method=REQUEST",
    ):  # fmt: skip
        assert not read(mail(f"From: zoe@bois.fr\n{headers}")).is_automatic


@pytest.mark.parametrize(
    "header", ["List-Id: <x.fr>", "Precedence: bulk", "List-Unsubscribe: <mailto:u@x.fr>"]
)
def test_lists_are_recognised(header: str) -> None:
    assert read(mail(header)).is_bulk


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Tue, 31 Dec 2099 10:00:00 +0000", "2026-11-23T09:00:05Z"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "2026-11-23T09:00:05Z"),
        ("Mon, 23 Nov 2026 23:00:00 +0100", "2026-11-23T22:00:00Z"),
        ("Sun, 22 Nov 2026 10:00:00 +0100", "2026-11-22T09:00:00Z"),
    ],
)
def test_a_mail_from_the_days_to_come_is_of_when_it_was_received(date: str, at: str) -> None:
    told = read(mail(f"Received: from a by b; Mon, 23 Nov 2026 10:00:05 +0100\nDate: {date}"))
    assert told.at == at


def test_a_picture_in_the_text_is_told_from_one_that_was_attached() -> None:
    raw = (
        b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=cid:1>\n--b\n"
        b"Content-Type: image/png; name=logo.png\nContent-ID: <1>\n\nx\n--b\n"
        b"Content-Type: image/png\nContent-ID: <2>\nContent-Disposition: attachment; filename=plan.png\n\nx\n--b--"
    )
    assert [(file.name, file.is_inline) for file in read(raw).attachments] == [
        ("logo.png", True),
        ("plan.png", False),
    ]


def test_the_mark_of_a_signature_outlives_lines_that_flow() -> None:
    raw = (
        b"Content-Type: text/plain; format=flowed\n\nUne phrase \nqui continue.\n\n-- \nZoe\n06 12 34 56 78\n"
    )
    assert read(raw).text == "Une phrase qui continue."


def test_files_are_listed_with_their_names_and_given_when_asked() -> None:
    letter = EmailMessage()
    letter["Subject"] = "Plan"
    letter.set_content("Voici le plan.")
    letter.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="plan d'étage.pdf")
    raw = letter.as_bytes()
    (file,) = read(raw).attachments
    assert (file.name, file.kind, file.size) == ("plan d'étage.pdf", "application/pdf", 6)
    assert part_bytes(raw, 0) == b"%PDF-1"
    with pytest.raises(IndexError):
        part_bytes(raw, 1)


def test_html_is_read_as_text_without_what_hides_in_it() -> None:
    html = (
        "<style>p{color:red}</style><p>Bonjour&nbsp;Zoé,</p><div style='display: none'>caché</div>"
        "<ul><li>un<li>deux</ul>"
        "<script>alert(1)</script><img src='http://evil.fr/pixel.gif'><blockquote>Ancien</blockquote>"
    )
    told = read(f"Content-Type: text/html; charset=utf-8\n\n{html}".encode())
    assert told.text == "Bonjour Zoé,\n\n- un\n- deux"


HOSTILE: dict[str, bytes] = {
    "a header of 8 MB": b"Subject: " + b"a" * 8_000_000 + b"\n\nx",
    "100,000 recipients": b"To: " + b", ".join(b"a%d@b.fr" % n for n in range(100_000)) + b"\n\nx",
    "10,000 parts": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nbonjour\n" * 10_000,
    "10,000 parts in each other": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(10_000)
    ),
    "50 parts in each other": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(50)
    ),
    "60 parts in each other, 10 MB": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(60)
    ) + b"bonjour\n" * 1_250_000,
    "parts that have each the same parts": b"Content-Type: multipart/mixed; boundary=a\n\n"
    + (b"--a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000) * 40,
    "a million lines that are nearly a boundary":
    b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--xy\n" * 1_000_000,
    "a header folded a million times": b"Subject: a\n" + b" a\n" * 1_000_000 + b"\nx",
    "a million headers": b"Received: a; b\n" * 500_000 + b"X-A: b\n" * 500_000 + b"\nx",
    "100,000 headers To": b"To: a@b.fr\n" * 100_000 + b"\nx",
    "mails in each other": b"Content-Type: message/rfc822\n\n" * 10_000,
    "UTF-7": b"Content-Type: text/plain; charset=utf-7\n\n" + b"+AGE-" * 1_000_000,
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=41" * 3_000_000,
    "parameters": b"Content-Type: text/plain; a*" + b"9" * 5_000 + b"=b" + b"; c=d" * 10_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 4_000 + b"=?" * 2_000 + b"\n\nx",
    "parentheses": b"From: " + b"(" * 60_000 + b"\nDate: " + b"(" * 60_000 + b"\n\nx",
    "letters with many accents": "\n\ne{}".format("\u0301" * 100_000).encode(),
    "what hides in names": "From: \u202egro.live\u202c\u200b <a@b.fr>\nSubject: \x1b]52;c;x\x07\n\n\u202ex".encode(),
    "a million tags": b"Content-Type: text/html\n\n" + b"<div>" * 1_000_000,
    "base64 without end": b"Content-Transfer-Encoding: base64\n\n" + b"QUFB" * 2_000_000,
    "broken base64": b"Content-Transfer-Encoding: base64\n\nQUF$\x00B\nQ",
    "quotes without end": b"From: " + b'"' * 60_000 + b"\n\n",
    "lines of dashes": b"\n\n" + (b"-" * 450 + b"\n") * 4_000,
    "hours and addresses": b"\n\n" + (b"le 12:30 a@b.fr " * 28 + b":\n") * 4_000,
    "nothing": b"", "NUL": b"\0" * 1_000, "bare CR": b"From: a@b.fr\rTo: c@d.fr\r\rbonjour",
    "a charset of a codec": b"Content-Type: text/plain; charset=base64\n\nbonjour",
    "surrogates": b"Subject: \xed\xa0\x80\nFrom: \xff\xfe <a@b.fr>\n\n\xed\xa0\x80",
}  # fmt: skip


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in HOSTILE.items()])
def test_a_mail_made_to_cost_costs_little(raw: bytes) -> None:
    told = read(raw)
    assert len(told.to) <= MOST
    assert len(told.attachments) <= MOST_PARTS
    assert len(told.whole_text) <= 200_000
    assert told.message_id
    assert "\0" not in told.whole_text + told.subject
    json.dumps(told, ensure_ascii=False).encode()


def test_two_message_ids_and_two_senders_are_read_as_mail_programs_do() -> None:
    told = read(mail("From: a@b.fr\nFrom: c@d.fr\nMessage-ID: <1@b.fr>\nMessage-ID: <2@b.fr>"))
    assert (told.sender.address, told.message_id) == ("a@b.fr", "1@b.fr")


def _want(path: Path) -> dict[str, Any]:
    """Return what the makers of the corpus say of a mail: the headers of the mail itself, by name."""
    told: dict[str, Any] = {}
    for header in json.loads(path.read_text(encoding="utf-8"))["parts"][0]["headers"]:
        if isinstance(header["name"], str) and isinstance(header["value"], dict):
            told.setdefault(header["name"], header["value"])
    return told


def _all_addresses(told: Any) -> list[str]:
    if isinstance(told, dict):
        own = [told["address"].lower()] if isinstance(told.get("address"), str) else []
        return own + [one for value in told.values() for one in _all_addresses(value)]
    return [one for value in told for one in _all_addresses(value)] if isinstance(told, list) else []


def _when(told: dict[str, Any]) -> str:
    away = timedelta(hours=told["tz_hour"], minutes=told["tz_minute"]) * (-1 if told["tz_before_gmt"] else 1)
    moment = datetime(*(told[part] for part in ("year", "month", "day", "hour", "minute", "second")))
    return (moment - away).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pairs(path: Path) -> Iterator[tuple[str, object, object]]:
    """Yield what is asked of a mail, what its makers say, and what is read."""
    raw = path.with_name(path.name.removesuffix(".json").removesuffix(".crlf") + ".eml").read_bytes()
    if path.name.endswith(".crlf.json"):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    want, told = _want(path), read(raw)
    parts = json.loads(path.read_text(encoding="utf-8"))
    if "subject" in want:
        yield "subject", " ".join(want["subject"]["Text"].split()), told.subject
    if "from" in want:
        yield "from", _all_addresses(want["from"])[:1], [one for one in (told.sender.address,) if one]
    for name, people in (("to", told.to), ("cc", told.cc), ("reply_to", told.reply_to)):
        if name in want:
            yield name, list(dict.fromkeys(_all_addresses(want[name]))), [one.address for one in people]
    if "message_id" in want:
        yield "message id", want["message_id"]["Text"], told.message_id
    if "DateTime" in want.get("date", {}):
        yield "date", _when(want["date"]["DateTime"]), told.at
    bodies = [parts["parts"][number]["body"] for number in parts["text_body"]]
    if any("Text" in body for body in bodies):
        text = "".join(body["Text"] for body in bodies if "Text" in body)
        yield "text", "".join(text.split()), "".join(told.whole_text.split())
    yield "files", len(parts["attachments"]), len(told.attachments)


JUDGED = {
    ("rfc/000", "files"), ("rfc/003", "files"),  # the same text enriched is no file
    ("thirdparty/000", "text"),  # a NUL is left out on purpose
    ("thirdparty/002", "text"), ("thirdparty/002", "files"),  # what no base64 is; no file to them, no letters to us
    ("thirdparty/005", "text"),  # `invalid--1--` on one line is no boundary
    ("thirdparty/007", "from"),  # `moderator` is no address
    ("thirdparty/015", "files"),  # three mails in it, one to them: they miss a boundary
}  # fmt: skip
"""Where they say one thing of a mail and we another, each looked at."""


@pytest.mark.corpora
def test_the_mails_of_others_are_read_as_their_makers_say() -> None:
    asked, others = 0, set()
    for path in sorted((FOLDER / "mail").glob("*/*.json")):
        for what, want, told in _pairs(path):
            asked += 1
            if want != told:
                others.add((f"{path.parent.name}/{path.name.split('.')[0]}", what))
    assert asked > 250
    assert others == JUDGED


def corpus() -> list[bytes]:
    """Return mails to spoil."""
    paths = [*FOLDER.glob("mail/*/*.eml"), *FOLDER.glob("bounces/*.eml")]
    return [path.read_bytes() for path in sorted(paths)[::5]]


def spoiled(data: st.DataObject, raw: bytes) -> bytes:
    """Return a mail with some of its bytes and lines changed, lost, moved or twice there."""
    lines = raw.splitlines(keepends=True)
    for _number in range(data.draw(st.integers(0, 4))):
        at, other = (data.draw(st.integers(0, len(lines))) for _end in range(2))
        lines[at:at] = lines[other : other + data.draw(st.integers(0, 5))]
    spoilt = bytearray(
        b"".join(lines[: data.draw(st.integers(0, len(lines)))] if data.draw(st.booleans()) else lines)
    )
    for _number in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(spoilt)))
        spoilt[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    return bytes(spoilt)


def assert_is_read(raw: bytes) -> None:
    """Read a mail twice alike; what is of it can be kept and shown, and its files be had."""
    told = read(raw)
    assert told == read(raw)
    assert told.message_id
    assert "\0" not in json.dumps(told, ensure_ascii=False).encode().decode()
    for number, file in enumerate(told.attachments):
        assert len(part_bytes(raw, number)) <= len(raw)
        assert file.size >= 0


@pytest.mark.corpora
@settings(max_examples=1_000, deadline=None)
@given(data=st.data())
def test_no_mutation_of_a_mail_raises(data: st.DataObject) -> None:
    assert_is_read(spoiled(data, data.draw(st.sampled_from(corpus()))))


LINES = (
    "From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "References: ", "Content-Type: ", "Content-Disposition: ",
    "Content-Transfer-Encoding: ", "multipart/mixed; boundary=b", "multipart/digest", "message/rfc822", "text/html",
    "message/delivery-status", "message/feedback-report", "base64", "quoted-printable", "x-uuencode", "--b", "--b--",
    "\n", "\n", "\r", "\r\n", "\n\n", " ", "<a@b.fr>", '"', "(", "=?utf-8?b?w6k=?=", "=?x?q?=",
    "Final-Recipient: rfc822;",
    "Action: failed", "5.1.1", "> ", "-- \n", "a écrit :", "Cordialement\n", "De : ", "begin 644 x", "; charset=utf-16",
    "; filename*0*=''%", "<blockquote>", "<script>", "<!--", "&#0;", "é", "\0", "\u202e", "x",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(LINES) | st.text(max_size=5), max_size=60))
def test_no_bytes_made_of_what_mails_are_made_of_raise(pieces: list[str]) -> None:
    assert_is_read("".join(pieces).encode("utf-8", "surrogatepass"))


def test_the_header_is_read_up_to_its_bound() -> None:
    raw = b"From: a@b.fr\nX-Long: " + b"x" * (8 * LONGEST_FIELD) + b"\n\nbonjour"
    told = read(raw)
    assert (told.sender.address, told.text) == ("a@b.fr", "bonjour")
