"""Amounts of money: read as people type them, kept in whole cents, shown in the language of the reader."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " ") | {"−": "-", "’": "'"})
_WORDS = ("euros", "euro", "eur", "usd", "gbp", "chf", "€", "$", "£", "ht", "ttc")
_SAID = {"EUR": ("€", "eur"), "USD": ("$", "usd"), "GBP": ("£", "gbp"), "CHF": ("chf",)}
_MULTIPLES = {"k": 3, "m": 6}
_HIGHEST = 10**15


def read_money(raw: str) -> int:
    """Read an amount as cents: "1 200,50 €", "1,200.50", "12k", "(45,00)"; never through a float.

    A dot or a comma followed by exactly three digits separates thousands, as prices have two decimals. Raise
    UsageProblem for anything else than one amount, including fractions of a cent.
    """
    if raw.isascii() and raw.isdigit() and len(raw) < 14:
        return int(raw) * 100
    text = _without_currency(raw.translate(_SPACES).strip().lower())
    text, negative = _sign(text)
    text = _without_currency(text)
    power = _MULTIPLES.get(text[-1:], 0)
    if power:
        text = text[:-1].rstrip()
    whole, decimals = _split(text, power, raw)
    cents = _cents(whole, decimals, power, raw)
    if cents > _HIGHEST:
        raise _refused(raw)
    return -cents if negative else cents


def plain_amount(cents: int) -> str:
    """Return the amount in figures alone, as a program would write it: "1200.50"."""
    sign, units, rest = "-" if cents < 0 else "", *divmod(abs(cents), 100)
    return f"{sign}{units}.{rest:02}" if rest else f"{sign}{units}"


def currency_in(raw: str) -> str:
    """Return the currency that an amount names besides its figures (EUR, USD, GBP, CHF), or an empty text."""
    said = raw.lower()
    return next((code for code, signs in _SAID.items() if any(sign in said for sign in signs)), "")


def show_money(cents: int, currency: str = "EUR") -> str:
    """Return the amount as it is printed: "1 200,50 €" in French, "€1,200.50" in English, no decimals when whole.

    The French spaces are the narrow no-break one between thousands and the no-break one before the symbol.
    """
    units, rest = divmod(abs(cents), 100)
    sign, symbol = "-" if cents < 0 else "", _SYMBOLS.get(currency, currency)
    if language() == "fr":
        decimals = f",{rest:02}" if rest else ""
        return f"{sign}{units:,}".replace(",", "\u202f") + f"{decimals}\u00a0{symbol}"
    space = "\u00a0" if symbol == currency else ""
    return f"{sign}{symbol}{space}{units:,}" + (f".{rest:02}" if rest else "")


def short_money(cents: int, currency: str = "EUR") -> str:
    """Return the amount in few cells, two figures or more of it: "4,8 k€", "12 k€", "1,2 M€"; "€4.8k" in English."""
    sign, units = "-" if cents < 0 else "", (abs(cents) + 50) // 100
    if units < 1_000:
        return show_money((-units if sign else units) * 100, currency)
    size, letter = (1_000, "k") if units < 999_500 else (1_000_000, "M")
    tenths = (units * 10 + size // 2) // size
    figures = (
        f"{tenths // 10}.{tenths % 10}"
        if tenths < 100 and tenths % 10
        else f"{(units + size // 2) // size:,}"
    )
    symbol = _SYMBOLS.get(currency, currency)
    if language() == "fr":
        return sign + figures.replace(",", "\u202f").replace(".", ",") + f"\u00a0{letter}{symbol}"
    space = "\u00a0" if symbol == currency else ""
    return f"{sign}{symbol}{space}{figures}{letter}"


def _without_currency(text: str) -> str:
    while not (text[:1].isdigit() and text[-1:].isdigit()):
        shorter = text
        for word in _WORDS:
            shorter = shorter.removesuffix(word).rstrip().removeprefix(word).lstrip()
        if shorter == text:
            return text
        text = shorter
    return text


def _sign(text: str) -> tuple[str, bool]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith(("-", "+")):
        return text[1:].strip(), text[0] == "-"
    if text.endswith("-"):
        return text[:-1].strip(), True
    return text, False


def _split(text: str, power: int, raw: str) -> tuple[str, str]:
    """Return the whole digits and the decimals."""
    separators = [sign for sign in text if sign in ".,"]
    if not separators:
        return _ungrouped(text, "", raw), ""
    last = separators[-1]
    whole, decimals = text.rsplit(last, 1)
    thousands = separators.count(last) > 1 or (len(decimals) == 3 and len(set(separators)) == 1)
    if thousands and len(separators) == 1:
        thousands = whole.lstrip("0") != "" and len(whole) <= 3
        if thousands and power:
            raise _refused(raw)
    if thousands:
        return _ungrouped(text, last, raw), ""
    return _ungrouped(whole, "".join({".", ","} - {last}), raw), decimals


def _ungrouped(text: str, separator: str, raw: str) -> str:
    for mark in (separator, " ", "'"):
        if mark and mark in text:
            first, *groups = text.split(mark)
            if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
                raise _refused(raw)
            return first + "".join(groups)
    return text


def _cents(whole: str, decimals: str, power: int, raw: str) -> int:
    digits = (whole or "0") + decimals
    if not (whole or decimals) or not (digits.isascii() and digits.isdigit()) or len(digits) > 30:
        raise _refused(raw)
    shift = 2 + power - len(decimals)
    scale: int = 10 ** abs(shift)
    if shift >= 0:
        return int(digits) * scale
    cents, rest = divmod(int(digits), scale)
    if rest and len(decimals) - power < 7:  # longer is the noise of a spreadsheet's binary fraction
        raise UsageProblem(_("“{value}” has fractions of a cent.", value=raw))
    return cents + (1 if rest * 2 >= scale else 0)


def _refused(raw: str) -> UsageProblem:
    return UsageProblem(
        _("“{value}” is not an amount that can be read.", value=raw),
        advice=_("Examples: {examples}.", examples="1200, 1 200,50, 1,200.50 €, 12k"),
    )
