"""E-mail addresses: one spelling, and the proof that the quick way agrees with the library."""

from __future__ import annotations

import random

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.formats import emails
from petitcrm.formats.emails import domain_of, is_free_mail, is_generic, read_email, read_emails


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("jean@acme.fr", "jean@acme.fr"),
        (" Jean.Dupont@ACME.Fr ", "Jean.Dupont@acme.fr"),
        ("J <a@b.fr>", "a@b.fr"),
        ('"Dupont, Jean" <a@b.fr>', "a@b.fr"),
        ("mailto:a@b.fr", "a@b.fr"),
        ("MAILTO:a@b.fr?subject=x", "a@b.fr"),
        ("<a@b.fr>", "a@b.fr"),
        ("a@b.fr;", "a@b.fr"),
        ("\u200ba@b.fr", "a@b.fr"),
        ("a@société.fr", "a@xn--socit-esab.fr"),
        ("o'neil@acme.fr", "o'neil@acme.fr"),
        ("a+tag@b.co.uk", "a+tag@b.co.uk"),
        ("a@b-c.fr", "a@b-c.fr"),
        ("a@xn--socit-esab.fr", "a@xn--socit-esab.fr"),
        ("a_b-c@d.example", "a_b-c@d.example"),
    ],
)
def test_an_address_is_read_in_its_one_spelling(raw, expected):
    assert read_email(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "jean",
        "jean@",
        "@acme.fr",
        "jean@acme",
        "a b@c.fr",
        "a..b@c.fr",
        ".a@b.fr",
        "a@b..fr",
        "a@-b.fr",
        "a@b-.fr",
        "a@b.test",
        "a@localhost",
        "a@b.local",
        "a@[127.0.0.1]",
        "x" * 65 + "@b.fr",
        "a@b.fr\nBcc: x",
        "a@b.fr c@d.fr",
        "a@b@c.fr",
        "a@" + "b" * 64 + ".fr",
        "n/a",
    ],
)
def test_what_is_not_an_address_gives_none(raw):
    assert read_email(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a@b.fr ; c@d.fr", ["a@b.fr", "c@d.fr"]),
        ("a@b.fr, A <c@d.fr>", ["a@b.fr", "c@d.fr"]),
        ("a@b.fr\nc@d.fr", ["a@b.fr", "c@d.fr"]),
        ("a@b.fr c@d.fr", ["a@b.fr", "c@d.fr"]),
        ("a@b.fr;a@b.fr", ["a@b.fr"]),
        ("néant", []),
        ("", []),
        ("a@b.fr ; zzz", ["a@b.fr"]),
    ],
)
def test_every_address_of_a_cell_is_read(raw, expected):
    assert read_emails(raw) == expected


def _by_the_library(text: str) -> str | None:
    try:
        checked = validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return checked.ascii_email or checked.normalized


def test_the_quick_way_and_the_library_agree_on_twenty_thousand_addresses():
    chance = random.Random(7)
    for _address in range(20_000):
        local = "".join(
            chance.choices(
                "abcXYZ019._-+'é @", weights=[9] * 9 + [3, 2, 2, 1, 1, 1, 0.3, 0.3], k=chance.randint(1, 12)
            )
        )
        domain = "".join(
            chance.choices("abcXYZ019.-_é", weights=[9] * 9 + [3, 2, 0.3, 0.5], k=chance.randint(1, 12))
        )
        text = (
            f"{local}@{domain}{chance.choice(['.fr', '.COM', '.test', '.x1', '.museum', '', '.fr.'])}".strip()
        )
        quick = emails._fast(text)
        assert quick is None or quick == _by_the_library(text), text


@given(st.from_regex(emails._SHAPE, fullmatch=True))
def test_the_quick_way_never_says_more_than_the_library(text):
    quick = emails._fast(text)
    assert quick is None or quick == _by_the_library(text)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_none(raw):
    read_emails(raw)
    address = read_email(raw)
    assert address is None or read_email(address) == address


@pytest.mark.parametrize(
    "address",
    ["contact@acme.fr", "INFO@acme.fr", "compta@acme.fr", "contact2@acme.fr", "service-client@acme.fr"],
)
def test_the_address_of_a_firm_is_generic(address):
    assert is_generic(address)


@pytest.mark.parametrize("address", ["jean.dupont@acme.fr", "contessa@acme.fr", "j@acme.fr"])
def test_the_address_of_a_person_is_not_generic(address):
    assert not is_generic(address)


def test_a_free_mail_says_nothing_of_a_company():
    assert is_free_mail("Orange.fr")
    assert not is_free_mail(domain_of("jean@Acme.fr"))
