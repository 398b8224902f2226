"""Telephones: what a cell holds, and the proof that the quick way agrees with the library."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberFormat, format_number, parse

from petitcrm.formats import phones
from petitcrm.formats.phone_plans import PLANS
from petitcrm.formats.phones import read_phone, read_phones, show_phone

KINDS = (
    "mobile",
    "fixed_line",
    "voip",
    "toll_free",
    "shared_cost",
    "premium_rate",
    "uan",
    "personal_number",
    "pager",
    "voicemail",
)


def _plan(country: int) -> str:
    regions = []
    for region in COUNTRY_CODE_TO_REGION_CODE[country]:
        metadata = PhoneMetadata.metadata_for_region(region)
        described = [getattr(metadata, kind) for kind in KINDS]
        patterns = [
            each.national_number_pattern for each in described if each and each.national_number_pattern
        ]
        regions.append(f"(?=(?:{metadata.general_desc.national_number_pattern})$)(?:{'|'.join(patterns)})")
    return "|".join(regions)


@pytest.mark.parametrize("country", sorted(PLANS))
def test_the_plans_are_those_of_the_installed_library(country):
    assert PLANS[country] == _plan(int(country))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("06\u00a012\u00a034\u00a056\u00a078", "+33612345678"),
        ("06\u202f12\u202f34\u202f56\u202f78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33612345678", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("06 12 34 56 78 (perso)", "+33612345678"),
        ("Tél. : 06 12 34 56 78", "+33612345678"),
        ("01 99 00 12 34 poste 12", "+33199001234"),
        ("01 99 00 12 34 ext. 7", "+33199001234"),
        ("612345678", "+33612345678"),
        ("612345678.0", "+33612345678"),
        ("33612345678", "+33612345678"),
        ("0262 20 20 20", "+262262202020"),
        ("0692 12 34 56", "+262692123456"),
        ("0590 20 12 34", "+590590201234"),
        ("0596 60 12 34", "+596596601234"),
        ("0594 30 12 34", "+594594301234"),
        ("0269 61 12 34", "+262269611234"),
        ("0696 12 34 56", "+596696123456"),
        ("+262 692 12 34 56", "+262692123456"),
        ("+687 26 12 34", "+687261234"),
        ("+689 40 50 12 34", "+68940501234"),
        ("+32 475 12 34 56", "+32475123456"),
        ("0049 30 901820", "+4930901820"),
        ("0800 12 34 56", "+33800123456"),
        ("09 72 12 34 56", "+33972123456"),
        ("01 99 00 00 00 / 06 12 34 56 78", "+33199000000"),
    ],
)
def test_a_number_is_read(raw, expected):
    assert read_phone(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "abc",
        "3949",
        "06 39 98 12 34",
        "06 12 34 56",
        "06 12 34 56 78 90",
        "261234",
        "n/a",
        "-",
        "0",
        "12/05/2024",
        "SIRET 73282932000074",
        "1234567890123456789",
        "appeler",
    ],
)
def test_what_is_not_a_valid_number_gives_none(raw):
    assert read_phone(raw) is None


def test_letters_are_never_dialled():
    assert read_phone("06 12 34 56 78 perso") == "+33612345678"


@pytest.mark.parametrize(
    ("raw", "departement", "expected"),
    [
        ("26 12 34", "988", "+687261234"),
        ("40 50 12 34", "987", "+68940501234"),
        ("41 12 34", "975", "+508411234"),
        ("0692 12 34 56", "974", "+262692123456"),
    ],
)
def test_a_short_number_is_read_where_the_address_says_so(raw, departement, expected):
    assert read_phone(raw, departement_code=departement) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("01 99 00 12 34 / 06 12 34 56 78", ["+33199001234", "+33612345678"]),
        ("06 12 34 56 78, 0692 12 34 56", ["+33612345678", "+262692123456"]),
        ("fixe 01 99 00 12 34 mobile 06 12 34 56 78", ["+33199001234", "+33612345678"]),
        ("06 12 34 56 78 ou 06 12 34 56 78", ["+33612345678"]),
        ("612345678", ["+33612345678"]),
        ("néant", []),
        ("", []),
    ],
)
def test_every_number_of_a_cell_is_read(raw, expected):
    assert read_phones(raw) == expected


def _generated(count: int) -> list[str]:
    """Numbers as cells hold them: right and wrong plans, every usual grouping, prefix and separator."""
    chance = random.Random(7)
    cells = []
    for _number in range(count):
        kind = chance.random()
        if kind < 0.5:
            national = str(chance.randint(1, 9)) + "".join(chance.choices("0123456789", k=8))
        else:
            national = chance.choice(
                [
                    "262",
                    "263",
                    "269",
                    "590",
                    "594",
                    "596",
                    "692",
                    "693",
                    "690",
                    "694",
                    "696",
                    "639",
                    "709",
                    "976",
                    "639",
                    "800",
                    "806",
                    "891",
                    "939",
                    "947",
                    "612",
                    "199",
                ]
            )
            national += "".join(chance.choices("0123456789", k=9 - len(national)))
        prefix = chance.choice(
            [
                "0",
                "0",
                "0",
                "+33",
                "+33 ",
                "0033",
                "+262 ",
                "+590",
                "+596",
                "00594",
                "+33 (0)",
                "+33.",
                "",
                "33",
            ]
        )
        separator = chance.choice(["", " ", ".", "-", "\u00a0", " "])
        cuts = chance.choice([(1, 3, 5, 7), (3, 5, 7), (3, 6), (1, 4, 7), ()])
        grouped = separator.join(national[a:b] for a, b in zip((0, *cuts), (*cuts, 9), strict=True))
        cells.append(prefix + grouped)
    return cells


def test_the_quick_way_and_the_library_agree_on_twenty_thousand_numbers():
    by_the_library = [(cell, phones._slow(cell, "")) for cell in _generated(20_000)]
    wrong = [(cell, read_phone(cell), slow) for cell, slow in by_the_library if read_phone(cell) != slow]
    assert wrong == []
    assert sum(slow is not None for _cell, slow in by_the_library) > 8_000


def test_the_quick_way_agrees_for_a_number_of_reunion():
    wrong = [
        cell
        for cell in _generated(2_000)
        if read_phone(cell, departement_code="974") != phones._slow(cell, "974")
    ]
    assert wrong == []


@given(st.text(alphabet="0123456789 .-+()/\u00a0", max_size=20))
def test_any_heap_of_signs_gives_what_the_library_says(raw):
    assert read_phone(raw) == (phones._slow(raw.strip(), "") if raw.strip() else None)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(raw):
    read_phones(raw)
    assert read_phone(raw) is None or read_phone(raw).startswith("+")


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("+262692123456", "0692 12 34 56"),
        ("+32475123456", "+32 475 12 34 56"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_it_is_read_aloud(e164, shown):
    assert show_phone(e164) == shown


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["+33", "+262", "+590", "+594", "+596"]))
def test_a_french_number_is_shown_as_the_library_shows_it(national, prefix):
    e164 = f"{prefix}{national}"
    if read_phone(e164) == e164 and str(national)[0] != "8":
        assert show_phone(e164) == format_number(parse(e164, None), PhoneNumberFormat.NATIONAL)


def test_a_cell_that_never_ends_is_read_at_its_beginning_only() -> None:
    assert read_phones("06 12 34 56 78, " * 5_000 + "06 87 65 43 21") == ["+33612345678"]
    assert read_phone("x" * 100_000 + " 06 12 34 56 78") is None
