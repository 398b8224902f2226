"""Address books are read whatever wrote them, and what no card should be ends in a row refused."""

from __future__ import annotations

import io
import random
import time

import pytest

from petitcrm.connectors.vcard_cards import cards
from petitcrm.connectors.vcards import open_vcards
from petitcrm.exchange import Source
from tests.connectors.hostile_cards import HOSTILE, card


def book(text: str | bytes, encoding: str = "") -> Source:
    data = text if isinstance(text, bytes) else text.encode()
    return open_vcards(io.BytesIO(data), "book.vcf", encoding=encoding)


def rows(source: Source) -> list[dict[str, str]]:
    """Return the filled cells of each row, by header."""
    return [
        {name: cell for name, cell in zip(source.headers, record.values, strict=True) if cell}
        for record in source.records
    ]


def row(*lines: str, version: str = "3.0") -> dict[str, str]:
    (only,) = rows(book(card(*lines, version=version)))
    return only


# ----------------------------------------------------------------------------------------------------------- the file


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_cards_stand_one_after_the_other_whatever_ends_their_lines(end: str) -> None:
    text = (card("FN:Léa Dupont") + card("FN:Zoé Martin")).replace("\r\n", end).rstrip("\r\n")
    assert [one["Full name"] for one in rows(book(text))] == ["Léa Dupont", "Zoé Martin"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_are_read_in_the_alphabet_of_the_file(encoding: str) -> None:
    source = book(card("N:Lefèvre;Zoé", "NOTE:déjà vue à l’été").encode(encoding))
    assert rows(source)[0]["Last name"] == "Lefèvre"


def test_an_empty_file_has_no_row() -> None:
    assert rows(book("")) == []


def test_folded_lines_are_joined_and_the_mark_of_the_fold_goes() -> None:
    assert row("NOTE:une phr", " ase", "\t entière", "FN:A B")["Note"] == "une phrase entière"


def test_a_line_end_that_nobody_escaped_is_still_of_the_note() -> None:
    assert (
        row("FN:A B", "NOTE:première", "seconde ligne", "TEL:0241000000")["Note"] == "première\nseconde ligne"
    )


def test_a_card_that_is_not_closed_is_read_and_told() -> None:
    source = book("BEGIN:VCARD\nFN:Léa Dupont\nBEGIN:VCARD\nFN:Zoé Martin\n")
    assert [one["Full name"] for one in rows(source)] == ["Léa Dupont", "Zoé Martin"]
    assert [note.line for note in source.notes] == [1, 3]


def test_a_card_of_nobody_is_refused_with_its_line() -> None:
    source = book(card("FN:Léa Dupont") + card("NOTE:rien"))
    assert len(rows(source)) == 1
    assert [(one.line, "names nobody" in one.message) for one in source.refused] == [(5, True)]


def test_records_are_read_as_often_as_wanted() -> None:
    source = book(card("FN:A B") * 300)
    half = iter(source.records)
    next(half)
    assert len(list(source.records)) == len(list(source.records)) == 300
    assert next(half).line == 5


# --------------------------------------------------------------------------------------------------------- the person


def test_a_name_is_taken_apart_and_nothing_of_it_is_lost() -> None:
    told = row("N:de La Tour;Jean Pierre;Marie;M.;fils", "FN:M. Jean Pierre Marie de La Tour fils")
    assert (told["First name"], told["Last name"], told["Prefix"]) == ("Jean Pierre", "de La Tour", "M.")
    assert (told["Middle name"], told["Suffix"]) == ("Marie", "fils")
    assert "FN" not in told


def test_a_displayed_name_that_says_more_is_kept() -> None:
    assert row("N:Dupont;Jean", "FN:Jeannot le plombier")["FN"] == "Jeannot le plombier"


def test_quoted_printable_is_read_in_its_own_alphabet_with_or_without_its_name() -> None:
    for given in (
        "CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE",
        "ENCODING=Quoted-Printable",
        "QUOTED-PRINTABLE",
    ):
        assert row(f"N;{given}:Lef=E8vre;Zo=E9", version="2.1")["Last name"] == "Lefèvre"


def test_an_alphabet_that_makes_halves_of_characters_is_not_believed() -> None:
    told = row("FN:A B", "NOTE;CHARSET=utf-7;QUOTED-PRINTABLE:+2AA-", version="2.1")
    assert told["Note"] == "+2AA-"


def test_soft_line_ends_of_quoted_printable_are_joined() -> None:
    told = row(
        "FN:A B", "NOTE;ENCODING=QUOTED-PRINTABLE:deux=0D=0A=", "lignes =C3=A9t=", "=C3=A9", version="2.1"
    )
    assert told["Note"] == "deux\nlignes été"


def test_commas_that_nobody_escaped_are_kept() -> None:
    told = row("FN:Doe, John, Jr", "NOTE:a, b\\, c\\; d\\nune autre ligne\\\\", "ORG:Company, The;Sales")
    assert told["Full name"] == "Doe, John, Jr"
    assert told["Note"] == "a, b, c; d\nune autre ligne\\"
    assert (told["Company"], told["ORG unit"]) == ("Company, The", "Sales")


def test_addresses_and_numbers_have_their_labels_the_preferred_first() -> None:
    told = row(
        "FN:A B", "TEL;HOME:02 41 00 00 01", 'TEL;VALUE=uri;TYPE="cell,voice";PREF=1:tel:+33-6-12-34-56-78',
        "TEL;TYPE=WORK,FAX:02 41 00 00 02", "item1.EMAIL;TYPE=INTERNET:a@b.fr", "item1.X-ABLabel:Atelier",
        "EMAIL;type=WORK;type=pref:mailto:c@b.fr", "item2.TEL:02 41 00 00 03", "item2.X-ABLabel:_$!<Mobile>!$_",
    )  # fmt: skip
    assert (told["Phone"], told["Phone label"]) == ("+33-6-12-34-56-78", "mobile")
    assert (told["Phone 2"], told["Phone 2 label"]) == ("02 41 00 00 01", "home")
    assert (told["Phone 3 label"], told["FAX"]) == ("mobile", "02 41 00 00 02")
    assert [told[name] for name in ("E-mail", "E-mail label", "E-mail 2", "E-mail 2 label")] == [
        "c@b.fr", "work", "a@b.fr", "Atelier",
    ]  # fmt: skip


def test_the_address_of_work_is_the_address_and_the_other_is_kept_in_full() -> None:
    told = row(
        "FN:A B", "ADR;TYPE=HOME,PREF:;;1 rue A;Angers;;49000;France",
        "ADR;TYPE=WORK:BP 3;Bât. B;2 rue B;Cholet;Pays de la Loire;49300;France",
    )  # fmt: skip
    assert (told["Street"], told["Postcode"], told["City"]) == ("2 rue B\nBât. B\nBP 3", "49300", "Cholet")
    assert (told["Region"], told["ADR (home)"]) == ("Pays de la Loire", "1 rue A, 49000 Angers, France")


def test_a_site_is_the_company_s_when_it_is_of_work_or_of_its_mail() -> None:
    told = row(
        "FN:A B", "ORG:Acme", "EMAIL:a@acme.fr", "URL:https://www.acme.fr", "URL;TYPE=HOME:https://blog.example",
        "URL:https://www.linkedin.com/in/ab", "X-SOCIALPROFILE;TYPE=twitter:https://twitter.com/ab",
    )  # fmt: skip
    assert (told["Company website"], told["URL"]) == ("https://www.acme.fr", "https://blog.example")
    assert told["LinkedIn"] == "https://www.linkedin.com/in/ab"
    assert told["X-SOCIALPROFILE (twitter)"] == "https://twitter.com/ab"


def test_what_has_no_field_is_kept_under_its_own_name() -> None:
    told = row(
        "FN:A B", "BDAY:1980-03-22", "NICKNAME:Jo", "X-SPOUSE:Maria", "item1.X-ABDATE:1975-03-01", "X-SIRET:123",
        "item1.X-ABLabel:_$!<Anniversary>!$_", "TITLE:Gérant", "ROLE:Artisan", "CATEGORIES:vip,salon",
    )  # fmt: skip
    assert (told["BDAY"], told["NICKNAME"], told["X-SPOUSE"]) == ("1980-03-22", "Jo", "Maria")
    assert (told["X-ABDATE (Anniversary)"], told["Job title"], told["ROLE"]) == (
        "1975-03-01",
        "Gérant",
        "Artisan",
    )
    assert (told["Tags"], told["SIRET"]) == ("vip\nsalon", "123")


@pytest.mark.parametrize(
    "lines",
    [
        ("KIND:org", "FN:Acme"),
        ("FN:Acme", "ORG:Acme"),
        ("N:;Acme", "FN:Acme", "ORG:Acme", "X-ABShowAs:COMPANY"),
    ],
)
def test_the_card_of_a_company_is_of_nobody(lines: tuple[str, ...]) -> None:
    told = row(
        *lines, "EMAIL:contact@acme.fr", "TEL:02 41 00 00 00", "URL:https://acme.fr", "ADR:;;1 rue A;Angers"
    )
    assert told["Company"] == "Acme"
    assert not {"First name", "Last name", "Full name", "E-mail", "Phone", "Street"} & told.keys()
    assert (told["Company e-mail"], told["Company city"]) == ("contact@acme.fr", "Angers")


def test_a_group_becomes_the_tag_of_its_members() -> None:
    group = card(
        "FN:Fournisseurs", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:u1"
    )
    source = book(card("FN:A B", "UID:u1", "CATEGORIES:vip") + group + card("FN:C D", "UID:u2"))
    assert [one.get("Tags", "") for one in rows(source)] == ["vip\nFournisseurs", ""]
    assert "Fournisseurs" in source.notes[0].message


def test_an_agent_s_card_within_a_card_is_kept_as_words() -> None:
    lines = (
        "N:Dupont;Jean",
        "AGENT:",
        "BEGIN:VCARD",
        "N:Petit;Susan",
        "TEL:0241",
        "END:VCARD",
        "TEL:0242000000",
    )
    told = row(*lines, version="2.1")
    assert (told["AGENT"], told["Phone"]) == ("Petit;Susan\n0241", "0242000000")


# ---------------------------------------------------------------------------------------------------- pictures, bombs


@pytest.mark.parametrize("indent", ["", " "])
def test_a_picture_is_passed_over_folded_or_not_and_counted(indent: str) -> None:
    data = "\r\n".join(indent + "QUJD" * 18 for _line in range(1000))
    source = book(card("FN:A B", f"PHOTO;ENCODING=BASE64;JPEG:{data}", "", "TEL:0241000000"))
    assert rows(source)[0]["Phone"] == "0241000000"
    assert source.notes[0].message.startswith("1 picture")


def test_a_picture_of_ten_megabytes_on_one_line_is_passed_over() -> None:
    started = time.monotonic()
    source = book(card("FN:A B", "PHOTO;ENCODING=b:" + "QUJD" * 2_500_000, "TEL:0241000000"))
    assert rows(source)[0]["Phone"] == "0241000000"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_card_holds_up_the_reader(text: str | bytes) -> None:
    started = time.monotonic()
    source = book(text)
    assert len(source.headers) < 400
    for record in source.records:
        assert len(record.values) == len(source.headers)
    for refused in source.refused:
        assert refused.line > 0 and refused.message
    assert time.monotonic() - started < 5


def test_every_card_is_a_row_or_is_refused() -> None:
    text = "".join(one if isinstance(one, str) else "" for one in HOSTILE.values())
    source = book(text)
    assert len(rows(source)) + len(source.refused) == sum(1 for _card in cards(io.StringIO(text, newline="")))


def test_a_book_spoilt_anywhere_is_still_read_or_refused() -> None:
    lines = (
        "N:Dupont;Zoé",
        "TEL;TYPE=CELL:06",
        "NOTE;ENCODING=QUOTED-PRINTABLE:a=",
        "b",
        "PHOTO;ENCODING=b:QUJD",
        "AGENT:",
    )
    whole = (card(*lines, card("FN:C")) * 2).encode()
    bits = (
        b"\r",
        b"\n",
        b"=",
        b'"',
        b";",
        b":",
        b",",
        b"\\",
        b"\0",
        b"\xff",
        b"BEGIN:VCARD\n",
        b"END:VCARD\n",
        b" ",
    )
    chance = random.Random(7)
    for _time in range(300):
        data = bytearray(whole)
        for _bit in range(chance.randint(1, 20)):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((0, 1, 9))] = chance.choice(bits)
        source = book(bytes(data))
        assert all(len(record.values) == len(source.headers) for record in source.records)
