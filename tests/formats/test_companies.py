"""Company numbers, activity codes, headcounts and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import siren as siren_library
from stdnum.fr import siret as siret_library

from petitcrm.errors import UsageProblem
from petitcrm.formats.companies import (
    BAND_CODES,
    band_of,
    band_range,
    read_naf,
    read_siren,
    read_siret,
    read_vat,
    show_band,
    size_class,
    vat_number,
)

MILLION = 100_000_000


@pytest.mark.parametrize(
    "raw",
    [
        "73282932000074",
        "732 829 320 00074",
        "732.829.320.00074",
        "732\u00a0829\u00a0320\u00a000074",
        "73282932000074.0",
    ],
)
def test_a_siret_is_read_whatever_its_spaces(raw):
    assert read_siret(raw) == "73282932000074"


def test_a_siret_gives_its_siren():
    assert read_siren("732 829 320 00074") == read_siren("732829320") == "732829320"


def test_a_zero_lost_by_a_spreadsheet_is_put_back():
    whole = next(f"0552013{n:07}" for n in range(10**7) if siret_library.is_valid(f"0552013{n:07}"))
    assert read_siret(whole[1:]) == whole


@pytest.mark.parametrize("raw", ["35600000000048", "35600000049837"])
def test_the_establishments_of_la_poste_have_their_own_check(raw):
    assert read_siret(raw) == raw


@pytest.mark.parametrize(
    "raw", ["73282932000075", "7328293200007", "abc", "", "732829320", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "732829320000740"]
)
def test_a_wrong_siret_is_refused_by_name(raw):
    with pytest.raises(UsageProblem) as refusal:
        read_siret(raw)
    assert raw in refusal.value.message


@pytest.mark.parametrize("raw", ["3,62522E+13", "3.62522E+13", "3,62522e13"])
def test_a_number_rounded_by_a_spreadsheet_has_its_own_message(raw):
    with pytest.raises(UsageProblem) as refusal:
        read_siret(raw)
    assert refusal.value.advice


@given(st.from_regex(r"[0-9]{14}|356000000[0-9]{5}", fullmatch=True))
def test_the_check_of_a_siret_is_the_library_s(digits):
    try:
        assert read_siret(digits) == digits
        valid = True
    except UsageProblem:
        valid = False
    assert valid == siret_library.is_valid(digits)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_the_check_of_a_siren_and_its_vat_number_are_the_library_s(digits):
    try:
        assert read_siren(digits) == digits
        valid = True
    except UsageProblem:
        valid = False
    assert valid == siren_library.is_valid(digits)
    if valid:
        assert vat_number(digits) == "FR" + siren_library.to_tva(digits)
        assert read_vat(vat_number(digits)) == vat_number(digits)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("FR 44 732829320", "FR44732829320"),
        ("fr44732829320", "FR44732829320"),
        ("BE 0403.019.261", "BE0403019261"),
    ],
)
def test_a_vat_number_is_read(raw, expected):
    assert read_vat(raw) == expected


@pytest.mark.parametrize("raw", ["", "FR45732829320", "FR", "abc", "BE1"])
def test_a_wrong_vat_number_is_refused(raw):
    with pytest.raises(UsageProblem):
        read_vat(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("4322B", "43.22B"),
        ("43.22b", "43.22B"),
        ("43.22 B", "43.22B"),
        ("112Z", "01.12Z"),
        ("01.48G", "01.48G"),
        ("01.12Y", "01.12Y"),
    ],
)
def test_an_activity_code_is_written_one_way(raw, expected):
    assert read_naf(raw) == expected


@pytest.mark.parametrize("raw", ["", "4322", "43222", "B4322", "43.22BB", "plomberie"])
def test_what_is_not_an_activity_code_is_refused(raw):
    with pytest.raises(UsageProblem):
        read_naf(raw)


@given(st.integers(0, 1_000_000))
def test_a_headcount_is_inside_its_band(headcount):
    low, high = band_range(band_of(headcount))
    assert low <= headcount
    assert high is None or headcount <= high


def test_the_bands_are_those_of_insee():
    assert BAND_CODES == (
        "NN",
        "00",
        "01",
        "02",
        "03",
        "11",
        "12",
        "21",
        "22",
        "31",
        "32",
        "41",
        "42",
        "51",
        "52",
        "53",
    )
    assert band_of(None) == "NN"
    assert [show_band(code) for code in ("11", "53", "00", "NN")] == ["10–19", "10000+", "0", ""]


@pytest.mark.parametrize(
    ("headcount", "revenue", "balance", "expected"),
    [
        (None, None, None, None),
        (None, MILLION, None, None),
        (0, None, None, "micro"),
        (9, None, None, "micro"),
        (10, None, None, "pme"),
        (249, None, None, "pme"),
        (250, None, None, "eti"),
        (4999, None, None, "eti"),
        (5000, None, None, "ge"),
        (9, 2 * MILLION, None, "micro"),
        (9, 2 * MILLION + 1, None, "pme"),
        (9, 3 * MILLION, 2 * MILLION, "micro"),
        (9, 3 * MILLION, 3 * MILLION, "pme"),
        (9, 60 * MILLION, 44 * MILLION, "eti"),
        (249, 50 * MILLION, 100 * MILLION, "pme"),
        (249, 51 * MILLION, 43 * MILLION, "pme"),
        (249, 51 * MILLION, 44 * MILLION, "eti"),
        (9, 1501 * MILLION, 2001 * MILLION, "ge"),
        (4999, 1500 * MILLION, None, "eti"),
        (5000, 0, 0, "ge"),
    ],
)
def test_the_size_follows_the_decree(headcount, revenue, balance, expected):
    assert size_class(headcount, revenue, balance) == expected
