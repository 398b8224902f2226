"""What many mails have in common is encoded once, and each is the mail that it would be by itself."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from petitcrm.connectors import mail_bodies
from petitcrm.connectors.mail_addresses import Address
from petitcrm.connectors.mail_bodies import Cast, lines_of, written
from petitcrm.connectors.mail_writer import Head, Letter, headers
from petitcrm.errors import UsageProblem

WORDS = st.text(st.sampled_from("aeé .=\t\r\n\0-—œ\u0301\u00a0\u2028😀"), max_size=30) | st.text(max_size=90)
VALUES = st.text(st.sampled_from("aeé =.'’-\u00a0œ😀"), min_size=1, max_size=8).filter(str.strip)
AT = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
SENDER = Address("Bois & Fils, menuiserie", "contact@firme.fr")
LIST = "Lettre d'été <ete.firme.fr>"


def cut(words: list[str], values: list[str]) -> list[str | int]:
    """Return words with the place of a value after each."""
    places = range(len(values))
    return [part for pair in zip_longest(words, places) for part in pair if part is not None]


def filled(parts: list[str | int], values: list[str]) -> str:
    """Return the text that parts make with their values."""
    return "".join(part if isinstance(part, str) else values[part] for part in parts)


@given(
    st.lists(WORDS, min_size=1, max_size=6),
    st.lists(WORDS, min_size=1, max_size=6),
    st.lists(VALUES, max_size=5),
)
@example(["Bonjour ", "\n\nÀ bientôt\n"], ["<p>", "</p>"], ["Zoé"])
@example(["x" * 70 + "é", "\r", "\n."], ["", "\n.\n"], [" ", "e"])
@example(["", ""], ["From "], ["."])
def test_a_text_whose_lines_were_encoded_before_is_the_text_encoded_whole(
    text: list[str], html: list[str], values: list[str]
) -> None:
    told, page = cut(text, values), cut(html, values)
    whole = written(lines_of(filled(told, values)) or "\n", lines_of(filled(page, values)) or "\n")
    assert Cast(told, page).filled(values) == whole


def test_lines_that_are_alike_are_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    encode = mail_bodies._quoted
    monkeypatch.setattr(mail_bodies, "_quoted", lambda line: encoded.append(line) or encode(line))
    cast = Cast(["Été\n" * 50, 0, "\nFin\n"], ["<p>Été</p>\n", 0, "\n"])
    made = len(encoded)
    for number in range(20):
        cast.filled([f"Zoé {number}"])
    assert (made, len(encoded) - made) == (52, 40)


NAMES = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90) | st.text(
    'aé ,;:"\\()<>@=?_.', max_size=90
)


@given(
    NAMES, NAMES, st.sampled_from([(), ("mailto:a@b.fr",), ("https://b.fr/x", "mailto:a@b.fr?subject=u-c1")])
)
def test_headers_of_a_batch_are_those_of_each_letter(name: str, subject: str, ways: tuple[str, ...]) -> None:
    to = Address(name, "zoe@bois.fr")
    for own in ("r1.ab", "r" * 70, "=?utf-8?q?a?="):
        alone = Letter(
            f"{own}@firme.fr", AT, SENDER, to, subject, "x", unsubscribe=ways, list_id=LIST, own_id=own
        )
        assert Head(AT, SENDER, LIST).headers(f"{own}@firme.fr", to, subject, ways) == headers(alone)


@pytest.mark.parametrize("bad", ["\r", "\n", "\0", "\u2028", "\x85", "\x0b"])
def test_headers_of_a_batch_hold_no_other_header_either(bad: str) -> None:
    head, to, hostile = Head(AT, SENDER, LIST), Address("Zoé", "zoe@bois.fr"), f"a{bad}Bcc: evil@evil.fr"
    for told in (
        ("1@firme.fr", Address(hostile, to.address), "Été", ()),
        ("1@firme.fr", Address("Zoé", f"zoe@bois.fr{bad}"), "Été", ()),
        ("1@firme.fr", to, hostile, ()),
        (f"1{bad}@firme.fr", to, "Été", ()),
        ("1@firme.fr", to, "Été", (f"mailto:a@b.fr{bad}",)),
    ):
        with pytest.raises(UsageProblem):
            head.headers(*told)
    with pytest.raises(UsageProblem):
        Head(AT, SENDER, hostile)
