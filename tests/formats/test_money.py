"""Amounts: every usual way of writing them, and what is refused."""

from __future__ import annotations

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from petitcrm import i18n
from petitcrm.errors import UsageProblem
from petitcrm.formats.money import read_money, short_money, show_money


@pytest.mark.parametrize(
    ("raw", "cents"),
    [
        ("1200", 120000),
        ("1 200,50 €", 120050),
        ("1\u202f200,50\u00a0€", 120050),
        ("1\u00a0200,50", 120050),
        ("1.200,50", 120050),
        ("1,200.50", 120050),
        ("1.200", 120000),
        ("1,200", 120000),
        ("1.200.300", 120030000),
        ("1,200,300.5", 120030050),
        ("1'200.50", 120050),
        ("1’200", 120000),
        ("1200,5", 120050),
        ("1200.50", 120050),
        ("0,5", 50),
        (",5", 50),
        ("0,500", 50),
        ("0", 0),
        ("12k", 1200000),
        ("12 k€", 1200000),
        ("12,5k", 1250000),
        ("1.5M", 150000000),
        ("2 m€", 200000000),
        ("(45,00)", -4500),
        ("-45", -4500),
        ("−45,00 €", -4500),
        ("45-", -4500),
        ("+45", 4500),
        ("€45", 4500),
        ("€ 45.5", 4550),
        ("45 EUR", 4500),
        ("$1,200.50", 120050),
        ("45 euros", 4500),
        ("1200,00 € HT", 120000),
        ("1200.3000000000002", 120030),
        ("1234,560", 123456),
        ("12345.67", 1234567),
        ("- 1 200,50 €", -120050),
        ("(1 200,50 €)", -120050),
    ],
)
def test_an_amount_is_read_in_cents(raw, cents):
    assert read_money(raw) == cents


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "abc",
        "€",
        "k",
        "1 2",
        "12 00",
        "1.20.30",
        "1,2,3",
        "1.2,3.4",
        "1,200.50.3",
        "12,345,6",
        "1e5",
        "1E+05",
        "NaN",
        "inf",
        "12,3456",
        "0,001",
        "--5",
        "1/2",
        "10%",
        "12kk",
        "1.200k",
        "١٢",
        "1_000",
        "9" * 40,
        "12 € 13",
        "0x10",
        "(",
        "()",
        ".",
        ",",
    ],
)
def test_what_is_not_one_amount_is_refused_by_name(raw):
    with pytest.raises(UsageProblem) as refusal:
        read_money(raw)
    assert raw in refusal.value.message


@given(st.text(max_size=25) | st.text(alphabet="0123456789.,' €k-()Ee", max_size=15))
def test_any_text_is_an_amount_or_a_refusal(raw):
    try:
        assert isinstance(read_money(raw), int)
    except UsageProblem as refusal:
        assert refusal.exit_code == 2


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from(["EUR", "USD", "GBP", "CHF"]),
    st.sampled_from(["fr", "en"]),
)
def test_what_is_shown_reads_back(cents, currency, spoken):
    i18n.use(spoken)
    assert read_money(show_money(cents, currency)) == cents


@given(
    st.integers(-(10**12), 10**12).filter(lambda cents: cents % 100),
    st.sampled_from([("fr", "fr_FR"), ("en", "en_GB")]),
)
def test_an_amount_is_shown_as_the_locale_writes_it(cents, locale):
    i18n.use(locale[0])
    from decimal import Decimal

    assert show_money(cents) == format_currency(Decimal(cents) / 100, "EUR", locale=locale[1])


def test_a_whole_amount_has_no_decimals():
    i18n.use("fr")
    assert show_money(120000) == "1\u202f200\u00a0€"
    i18n.use("en")
    assert show_money(120000) == "€1,200"
    assert show_money(120050) == "€1,200.50"


@pytest.mark.parametrize(
    ("euros", "french", "english"),
    [
        (0, "0\u00a0€", "€0"), (999, "999\u00a0€", "€999"), (1000, "1\u00a0k€", "€1k"), (4800, "4,8\u00a0k€", "€4.8k"),
        (9960, "10\u00a0k€", "€10k"), (12_400, "12\u00a0k€", "€12k"), (999_499, "999\u00a0k€", "€999k"),
        (999_500, "1\u00a0M€", "€1M"), (1_240_000, "1,2\u00a0M€", "€1.2M"), (-4800, "-4,8\u00a0k€", "-€4.8k"),
    ],
)  # fmt: skip
def test_an_amount_is_said_in_few_cells(euros, french, english):
    i18n.use("fr")
    assert short_money(euros * 100) == french
    i18n.use("en")
    assert short_money(euros * 100) == english
