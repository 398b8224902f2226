"""Addresses pasted from a mail are a list; what only looks like one stays what it is."""

from __future__ import annotations

import io
import time

import pytest

from petitcrm.connectors.address_lists import open_addresses
from petitcrm.exchange import Source


def pasted(text: str | bytes) -> Source | None:
    return open_addresses(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "pasted")


def people(text: str | bytes) -> list[tuple[str, ...]]:
    source = pasted(text)
    assert source is not None
    return [record.values for record in source.records]


@pytest.mark.parametrize("mark", [", ", ";", "\n", ";\r\n", ",\n\n", " ;\n  "])
def test_addresses_are_cut_at_commas_semicolons_and_line_ends(mark: str) -> None:
    text = mark.join(['"Dupont, Jean" <j@d.fr>', "Zoé <z@x.fr>", "<a@b.fr>", "c@d.fr"])
    assert people(text) == [("Dupont, Jean", "j@d.fr"), ("Zoé", "z@x.fr"), ("", "a@b.fr"), ("", "c@d.fr")]


def test_the_address_is_what_the_last_brackets_hold() -> None:
    assert people("a@good.fr <b@evil.fr>, X <y> <c@d.fr>") == [("", "b@evil.fr"), ("X <y>", "c@d.fr")]


def test_a_name_with_its_own_comma_is_put_together_again() -> None:
    assert people("Dupont, Jean <j@d.fr>, Zoé <z@x.fr>") == [("Dupont, Jean", "j@d.fr"), ("Zoé", "z@x.fr")]


def test_the_field_of_the_mail_is_no_name_and_encoded_names_are_decoded() -> None:
    assert people("To: =?utf-8?q?Zo=C3=A9_L?= <z@x.fr>\nCc : 'Jean' <mailto:j@d.fr>\nÀ: =?utf-8?b?x?= <k@d.fr>") == [
        ("Zoé L", "z@x.fr"), ("Jean", "j@d.fr"), ("=?utf-8?b?x?=", "k@d.fr"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_accents_are_read_in_the_alphabet_of_the_text(encoding: str) -> None:
    assert people("Zoé <z@x.fr>;Léa <l@x.fr>".encode(encoding))[0] == ("Zoé", "z@x.fr")


def test_what_is_no_address_among_many_is_refused_with_its_line() -> None:
    source = pasted("A <a@b.fr>\nZoé <zoé chez x>\n" + "B <b@b.fr>\n" * 20)
    assert source is not None
    assert len(list(source.records)) == len(list(source.records)) == 21
    assert [(one.line, one.value) for one in source.refused] == [(2, "Zoé <zoé chez x>")]


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "bonjour", "a@b.fr\nc@d.fr\n", "e-mail\na@b.fr\n", "Nom;E-mail\nJean;a@b.fr\nLéa;b@b.fr\n",
        "Nom,E-mail\nJean,Jean <a@b.fr>\n", "Bonjour Jean,\nvoici a@b.fr, et c'est tout.\n", "x" * 200_000 + "@",
        '{"email": "a@b.fr"}\n',
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_list_of_addresses_is_left_as_it_was(text: str) -> None:
    stream = io.BytesIO(text.encode())
    assert open_addresses(stream, "pasted") is None
    assert stream.tell() == 0


@pytest.mark.parametrize(
    "text",
    ["<" * 65_000 + "@", '"' * 65_000 + "@", "a@b.fr <" * 20_000, "<a@b.fr>," * 100_000, ",@" * 60_000],
)
def test_no_text_holds_up_the_reader(text: str) -> None:
    started = time.monotonic()
    source = pasted(text)
    if source:
        assert all(len(record.values) == 2 for record in source.records)
    assert time.monotonic() - started < 3
