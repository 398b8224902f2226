"""Where an address is, however it is spelled."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.geo import Place, communes_of, departements, naf_label, place_of, regions


@pytest.mark.parametrize(
    ("postcode", "city", "commune_code", "departement", "region"),
    [
        ("01400", "L'Abergement-Clémenciat", "01001", "01", "84"),
        ("01400", "labergement clemenciat", "", "01", "84"),
        ("1400", "L ABERGEMENT CLEMENCIAT", "01001", "01", "84"),
        ("35400", "ST MALO", "35288", "35", "53"),
        ("35400", "St-Malo", "35288", "35", "53"),
        ("94100", "ST MAUR DES FOSSES", "94068", "94", "11"),
        ("76600", "HAVRE (LE)", "76351", "76", "28"),
        ("76600", "le havre", "76351", "76", "28"),
        ("75008", "Paris", "75108", "75", "11"),
        ("75008", "PARIS 08", "75108", "75", "11"),
        ("75001", "Paris 1er", "75101", "75", "11"),
        ("75116", "Paris 16e arrondissement", "75116", "75", "11"),
        ("69003", "Lyon 3ème", "69383", "69", "84"),
        ("13001", "MARSEILLE 01", "13201", "13", "93"),
        ("20000", "Ajaccio", "2A004", "2A", "94"),
        ("20200", "BASTIA", "2B033", "2B", "94"),
        ("97400", "St Denis", "97411", "974", "04"),
        ("97110", "Pointe-à-Pitre", "97120", "971", "01"),
        ("98800", "Noumea", "98818", "988", "988"),
        ("97133", "Saint Barthélemy", "97701", "977", "977"),
        ("01200", "Éloise", "74109", "74", "84"),
        ("F-67000", "Strasbourg", "67482", "67", "44"),
        ("35 000", "Rennes", "35238", "35", "53"),
        ("35000", "", "35238", "35", "53"),
        ("1400.0", "", "", "01", "84"),
    ],
)
def test_an_address_is_placed(postcode, city, commune_code, departement, region):
    place = place_of(postcode, city)
    assert place is not None
    assert (place.departement_code, place.region_code) == (departement, region)
    assert commune_code in (place.commune_code, "")


@pytest.mark.parametrize(
    ("postcode", "city", "commune", "departement"),
    [
        ("44047", "NANTES CEDEX 1", "Nantes", "44"),
        ("92974", "PARIS LA DEFENSE CEDEX", "", "92"),
        ("20179", "AJACCIO CEDEX", "Ajaccio", "2A"),
        ("35000", "La Poterie", "", "35"),
        ("51300", "", "", "51"),
        ("97491", "STE CLOTILDE CEDEX", "", "974"),
    ],
)
def test_what_is_deduced_is_flagged(postcode, city, commune, departement):
    place = place_of(postcode, city)
    assert place is not None
    assert (place.commune, place.departement_code, place.is_exact) == (commune, departement, False)


@pytest.mark.parametrize(
    ("postcode", "city"),
    [
        ("", ""),
        ("", "Paris"),
        ("SW1A 1AA", "London"),
        ("1000", "Bruxelles"),
        ("10115", "Berlin"),
        ("28001", "Madrid"),
        ("98000", "Monaco"),
        ("1234567", "X"),
        ("ABCDE", "X"),
        ("99999", "X"),
        ("00000", ""),
        ("1201", "Genève"),
        ("٧٥٠٠١", "Paris"),
    ],
)
def test_a_foreign_or_unknown_address_is_nowhere(postcode, city):
    assert place_of(postcode, city) is None


def test_the_country_decides_when_it_is_known():
    assert place_of("75008", "Paris", country="Belgique") is None
    assert place_of("75008", "Paris", country="FRANCE").commune_code == "75108"


def test_a_postcode_lists_its_communes():
    assert [place.commune for place in communes_of("75001")] == ["Paris", "Paris 1er Arrondissement"]
    assert len(communes_of("51300")) == 46
    assert communes_of("00000") == []


def test_the_areas_are_complete():
    assert len(departements()) == 110 or len(departements()) > 101
    assert departements()["2A"].region_code == "94"
    assert regions()["53"] == "Bretagne"
    assert {area.region_code for area in departements().values()} <= set(regions())


def test_an_activity_has_its_label():
    assert naf_label("01.12Z") == "Culture du riz"
    assert naf_label("99.99A") is None


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4,5}", fullmatch=True), st.text(max_size=30))
def test_any_text_is_a_place_or_none(postcode, city):
    place = place_of(postcode, city)
    assert place is None or (isinstance(place, Place) and place.departement_code in departements())


def test_the_tables_are_not_opened_by_the_import():
    done = subprocess.run(
        [sys.executable, "-c", "import petitcrm.geo as g; print(len(g._postcodes))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "0"


def test_sources_and_licences_are_named():
    import petitcrm

    with open(petitcrm.__path__[0] + "/data/SOURCE.txt", encoding="utf-8") as lines:
        source = lines.read()
    assert "Licence Ouverte 2.0" in source
    assert "millésime 2026" in source
