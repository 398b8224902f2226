"""The alphabet of a file: its mark, else UTF-8, else Windows."""

from __future__ import annotations

import io

import pytest

from petitcrm.connectors.encodings import Encoding, detect, named
from petitcrm.errors import UsageProblem

FRENCH = "Nom;Prénom;Ville\nÉtienne;Léa;Besançon — « là-bas »\n"


def found(content: bytes) -> Encoding:
    return detect(io.BytesIO(content))


def decoded(content: bytes) -> str:
    encoding = found(content)
    return content[encoding.mark :].decode(encoding.name, encoding.errors)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_french_text_is_decoded(encoding: str) -> None:
    assert decoded(FRENCH.encode(encoding)) == FRENCH


def test_a_mark_of_utf_16_before_utf_32_is_not_believed() -> None:
    assert decoded(b"\xfe\xff" + FRENCH.encode("utf-32-le")) == FRENCH


def test_the_euro_of_iso_8859_15_is_seen_behind_a_figure() -> None:
    assert decoded("Prix;5 €;œuvre\n".encode("iso-8859-15")) == "Prix;5 €;œuvre\n"


@pytest.mark.parametrize("word", ["œuvre", "œil", "œdème", "œcuménique", "œnologue"])
def test_a_word_that_begins_with_its_o_and_e_in_one_is_seen_in_iso_8859_15(word: str) -> None:
    assert decoded(f"Note;{word}\n".encode("iso-8859-15")) == f"Note;{word}\n"


@pytest.mark.parametrize("told", ["½ journée", "2½", "½kg", "1½ h", "½litre"])
def test_a_half_of_windows_stays_a_half(told: str) -> None:
    assert decoded(f"Durée;été;{told}\n".encode("cp1252")) == f"Durée;été;{told}\n"


def test_a_few_foreign_bytes_do_not_spoil_a_file_in_utf_8() -> None:
    content = ("Léa;Zoé;Éloïse\n" * 5).encode() + b"caf\xe9\n"
    assert decoded(content).endswith("Éloïse\ncafé\n")
    assert found(content).doubt


def test_the_five_bytes_that_windows_lacks_keep_their_number() -> None:
    assert decoded(b"\xe9t\xe9 \x81\x8d") == "été \x81\x8d"


def test_an_old_macintosh_is_suspected_and_read_when_named() -> None:
    content = "Prénom;Société;Élève;Très bientôt là\n".encode("mac_roman")
    assert "mac_roman" in found(content).doubt
    encoding = named("mac_roman", io.BytesIO(content))
    assert content.decode(encoding.name) == "Prénom;Société;Élève;Très bientôt là\n"


@pytest.mark.parametrize("name", ["klingon", "rot13", "zip", "", "utf-7", "unicode_escape", "punycode"])
def test_an_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(UsageProblem):
        named(name, io.BytesIO(b""))


def test_accents_after_the_first_megabyte_count() -> None:
    content = b"a;b\n" * 400_000 + "é;è\n".encode("cp1252")
    assert found(content).name == "cp1252"
