"""A mail is cut into its parts as the standard library cuts it, and where that loses something, without losing it."""

from __future__ import annotations

import binascii
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

import pytest

from petitcrm.connectors.mail_parts import MOST_PARTS, Part, leaves, params
from tests.support.corpora import corpora, name_of

MIXED = "Content-Type: multipart/mixed; boundary={}\n\npreamble\n{}\nepilogue\n"


def parts(raw: str | bytes) -> list[Part]:
    """Return the parts of a mail, without the mail."""
    return leaves(raw.encode() if isinstance(raw, str) else raw)[1:]


def test_what_stands_between_the_boundaries_is_a_part_without_the_end_of_line_before_them() -> None:
    raw = MIXED.format("b", "--b\n\none\n\n--b\nContent-Type: text/html\n\ntwo\n--b--")
    assert [(part.kind, part.body) for part in parts(raw)] == [
        ("text/plain", b"one\n"),
        ("text/html", b"two"),
    ]
    crlf = parts(raw.replace("\n", "\r\n"))
    assert [part.body for part in crlf] == [b"one\r\n", b"two"]


def test_a_boundary_that_another_one_begins_with_does_not_cut_it() -> None:
    inner = "Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb\n\ntwo\n--bb--"
    raw = MIXED.format("b", f"--b\n{inner}\n--b\n\nthree\n--b--")
    assert [part.body for part in parts(raw)] == [b"one", b"two", b"three"]


def test_words_that_look_like_a_boundary_within_a_line_cut_nothing() -> None:
    assert [part.body for part in parts(MIXED.format("b", "--b\n\nsee --b and\n--bis\n--b--"))] == [
        b"see --b and\n--bis"
    ]


def test_a_boundary_folded_over_two_lines_is_one() -> None:
    assert [part.body for part in parts(MIXED.format('"foo\n bar"', "--foo bar\n\none\n--foo bar--"))] == [
        b"one"
    ]


def test_a_mail_cut_short_keeps_what_came() -> None:
    assert [part.body for part in parts("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none")] == [
        b"one"
    ]


def test_a_multipart_whose_boundary_is_nowhere_is_one_part() -> None:
    (part,) = parts("Content-Type: multipart/mixed; boundary=b\n\nBonjour")
    assert (part.kind, part.body) == ("multipart/mixed", b"Bonjour")


def test_a_mail_in_a_mail_is_one_part_as_it_came() -> None:
    inner = "From: zoe@bois.fr\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--"
    (part,) = parts(MIXED.format("b", f"--b\nContent-Type: message/rfc822\n\n{inner}\n--b--"))
    assert (part.kind, part.body) == ("message/rfc822", inner.encode())
    (part,) = parts(MIXED.replace("mixed", "digest").format("b", f"--b\n\n{inner}\n--b--"))
    assert (part.kind, part.body) == ("message/rfc822", inner.encode())


def test_headers_end_where_a_line_is_none() -> None:
    top, part = leaves(
        b"From zoe Mon Nov 23\nFrom: a@b.fr\nSubject: un\n deux\nSUBJECT: trois\nBonjour, voici\n"
    )
    assert top.headers == {"from": "a@b.fr", "subject": "un deux"}
    assert part.body == b"Bonjour, voici\n"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="plan; étage.pdf"', "plan; étage.pdf"),
        ("attachment; filename*=utf-8''plan%20d%27%C3%A9tage.pdf", "plan d'étage.pdf"),
        ("attachment; filename*=iso-8859-1'fr'%E9t%E9.pdf", "été.pdf"),
        ("attachment; filename*1*=tage.pdf; filename*0*=utf-8''plan%20%C3%A9", "plan étage.pdf"),
        ("attachment; filename*0=long; filename*1=name.pdf", "longname.pdf"),
        ('attachment; filename="=?utf-8?q?=C3=A9t=C3=A9?=.pdf"', "été.pdf"),
        ("attachment; filename=bare name.pdf", "bare name.pdf"),
        ('attachment; filename="open.pdf', "open.pdf"),
        (r'attachment; filename="a \"b\".pdf"', 'a "b".pdf'),
        ("attachment", ""),
    ],
)
def test_the_name_of_a_file_is_read_however_it_is_written(header: str, name: str) -> None:
    assert leaves(f"Content-Disposition: {header}\n\nx".encode())[0].name == name


def test_parameters_say_what_they_can() -> None:
    assert params("text/plain; charset=utf-8; =x; format = flowed ; charset=late") == {
        "charset": "utf-8",
        "format": "flowed",
    }


@pytest.mark.parametrize(
    ("way", "sent", "content"),
    [
        ("base64", b"QsOpYg==\n", b"B\xc3\xa9b"), ("base64", b"QsO pYg\n!", b"B\xc3\xa9b"), ("base64", b"Q", b""),
        ("base64", b"QsOpYg==QQ", b"B\xc3\xa9b"), ("base64", b"QsOpY=g", b"B\xc3\xa9"), ("base64", b"=Q=", b""),
        ("Quoted-Printable ", b"B=C3=A9b=\nx", b"B\xc3\xa9bx"), ("8bit", b"B\xc3\xa9b", b"B\xc3\xa9b"),
        ("unknown", b"=41", b"=41"),
        ("x-uuencode", b"begin 644 x\n" + binascii.b2a_uu(b"Bonjour") + b"`\nend\n", b"Bonjour"),
        ("x-uuencode", b"no such thing", b""),
    ],
)  # fmt: skip
def test_what_was_sent_is_decoded_as_far_as_it_goes(way: str, sent: bytes, content: bytes) -> None:
    part = Part({"content-transfer-encoding": way.lower()}, "text/plain", sent)
    assert part.content() == content


def test_the_size_of_a_file_is_told_without_decoding_it() -> None:
    for length in range(200, 260):
        sent = binascii.b2a_base64(bytes(length))
        assert Part({"content-transfer-encoding": "base64"}, "application/pdf", sent.rstrip()).size == length


def test_parts_without_end_are_counted_up_to_a_bound() -> None:
    assert len(parts(MIXED.format("b", "--b\n\nx\n" * 10_000))) == MOST_PARTS


def _walk(mail: Message) -> list[Message]:
    held = mail.get_payload()
    if not isinstance(held, list) or mail.get_content_maintype() == "message":
        return [mail]
    return [part for one in held if isinstance(one, Message) for part in _walk(one)]


FOLDED = {"012.eml"}
"""Its boundary is folded over two lines: the library reads no part of it."""


@pytest.mark.corpora
@pytest.mark.parametrize("path", [*corpora("mail/*/*.eml"), *corpora("bounces/*.eml")], ids=name_of)
def test_the_mails_of_others_are_cut_as_the_library_cuts_them(path: Path) -> None:
    if path.name in FOLDED:
        return
    raw = path.read_bytes()
    theirs = _walk(BytesParser(policy=compat32).parsebytes(raw))
    ours = leaves(raw)[1:]
    assert [part.kind for part in ours] == [part.get_content_type() for part in theirs]
    for part, other in zip(ours, theirs, strict=True):
        held = other.get_payload(decode=True)
        if isinstance(held, bytes) and b"=" not in held[:200]:  # it leaves some quoted-printable as it came
            assert part.content().split() == held.split()
