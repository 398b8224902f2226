"""A postcode that a spreadsheet took for a number gets its zero back where it is French, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.crm import Crm
from petitcrm.imports.importer import run
from petitcrm.imports.opening import open_file

HEADERS = "Nom;Code postal;Ville;Pays\n"


def postcodes(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "clients.csv"
    path.write_text(text, "utf-8")
    source = open_file(str(path))
    place = next(at for at, header in enumerate(source.headers) if "postal" in header or header == "CP")
    told = [record.values[place] for record in source.records]
    assert told == [record.values[place] for record in source.records], "read twice, the same"
    assert told == [record.values[place] for record in source.sample]
    return told


@pytest.mark.parametrize(
    ("cells", "postcode"),
    [
        ("1300;Belley;", "01300"),
        ("1300.0;Belley;", "01300"),
        ("75001.0;Paris;", "75001"),
        ("1300;BELLEY CEDEX;", "01300"),
        ("1400;Un hameau;France", "01400"),
        ("1400;;FR", "01400"),
        ("01300;Belley;", "01300"),
        ("69001;Lyon;", "69001"),
    ],
)
def test_a_french_postcode_gets_its_zero_back(tmp_path: Path, cells: str, postcode: str) -> None:
    assert postcodes(tmp_path, f"{HEADERS}Dupont;{cells}\n") == [postcode]


@pytest.mark.parametrize(
    "cells",
    ["1400;Yverdon;", "1000;Bruxelles;", "2000;Neuchâtel;Suisse", "1400;;Belgique", "12345;;", "140;;", ";;"],
)
def test_a_postcode_of_elsewhere_stays_as_it_is(tmp_path: Path, cells: str) -> None:
    assert postcodes(tmp_path, f"{HEADERS}Dupont;{cells}\n") == [cells.split(";")[0]]


def test_a_code_alone_is_french_where_others_of_its_column_are(tmp_path: Path) -> None:
    assert postcodes(tmp_path, "Nom;CP\nDupont;1400\nDurand;69001\n") == ["01400", "69001"]
    assert postcodes(tmp_path, "Nom;CP\nPeeters;1400\nMaes;1000\n") == ["1400", "1000"]


def test_four_figures_in_a_column_of_another_name_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("Nom;Ville;Effectif\nDupont;Belley;1300\n", "utf-8")
    assert [record.values for record in open_file(str(path)).records] == [("Dupont", "Belley", "1300")]


def test_a_company_beside_the_contact_has_a_postcode_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(
        "Nom;Code postal;Ville;Code postal société;Ville société\nDupont;1000;Bruxelles;1300;Belley\n",
        "utf-8",
    )
    assert [record.values[1::2] for record in open_file(str(path)).records] == [("1000", "01300")]


def test_the_contact_has_the_postcode_and_the_departement(crm: Crm, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("Prénom;Nom;E-mail;CP;Ville\nJean;Dupont;jean@dupont.example;1300;Belley\n", "utf-8")
    assert run(crm, str(path)).created == 1
    assert crm.rows("SELECT postcode, departement_code FROM contacts") == [("01300", "01")]
