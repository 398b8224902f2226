"""Telephones: what people write in a cell, and the international number (E.164) behind it.

French numbers are read by the library's own numbering plans kept as text (`phone_plans`); everything else asks the
library itself, which finds numbers in the cell and never guesses from letters.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match

_REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT")
# Six and eight digit numbers mean something only where the address says so.
_REGION_OF = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "977": "GP",
    "978": "GP",
    "987": "PF",
    "988": "NC",
}
_COUNTRIES = ("33", "262", "590", "596", "594")
# 0262… to 0596… are islands, although the plan of mainland France has some of them too.
_ISLAND_STARTS = ("262", "263", "269", "590", "594", "596")
_COUNTRY_OF = {"FR": "33", "RE": "262", "YT": "262", "GP": "590", "MQ": "596", "GF": "594"}
_LONGEST = 1_000
"""Characters of a cell in which the library looks for numbers: it takes a millisecond for every hundred."""
_SPACES = str.maketrans(dict.fromkeys("\u202f\u2009\u2007\t", " "))
_DIGITS_ONLY = str.maketrans(dict.fromkeys(" .-\u00a0\u202f"))
_SHAPE = r"(?:(?:\+|00)(33|262|59[046])[ .\u00a0\u202f]?(?:\(0\) ?)?|0)([1-9](?:[ .\-\u00a0\u202f]?[0-9]){8})"

_shape: Callable[[str], Match[str] | None] | None = None
_plans: dict[str, Callable[[str], Match[str] | None]] = {}


def read_phone(raw: str, *, departement_code: str = "") -> str | None:
    """Return the first telephone number of a cell in E.164 ("+33612345678"), or None when there is none valid.

    Words around it are ignored, an extension too. A leading zero lost by a spreadsheet is put back. Numbers of six
    or eight digits (New Caledonia, Polynesia, Saint-Pierre) need `departement_code` or their country prefix.
    """
    text = raw.strip()
    return _fast(text, departement_code) or (
        _slow(text[:_LONGEST].translate(_SPACES), departement_code) if text else None
    )


def read_phones(raw: str) -> list[str]:
    """Return every valid number of a cell, in order, without repeats."""
    text = raw.strip()[:_LONGEST].translate(_SPACES)
    alone = _fast(text, "")
    if alone or not text:
        return [alone] if alone else []
    found = [number for _start, number in sorted(_found(text).items())]
    if not found:
        zero_lost = _slow(text, "")
        found = [zero_lost] if zero_lost else []
    return list(dict.fromkeys(found))


def show_phone(e164: str) -> str:
    """Return the number as it is read aloud: "06 12 34 56 78", "0692 12 34 56", "+32 475 12 34 56"."""
    if e164.startswith("+33") and len(e164) == 12:
        return f"0{e164[3]} {e164[4:6]} {e164[6:8]} {e164[8:10]} {e164[10:]}"
    if e164[1:4] in _COUNTRIES and len(e164) == 13:
        return f"0{e164[4:7]} {e164[7:9]} {e164[9:11]} {e164[11:]}"
    return _show_by_library(e164)


def _fast(text: str, departement_code: str) -> str | None:
    if _shape is None:
        _compile()
    found = _shape(text)  # type: ignore[misc]
    if found is None:
        return None
    country, national = found[1], found[2]
    if len(national) != 9:
        national = national.translate(_DIGITS_ONLY)
    if country:
        return f"+{country}{national}" if _plans[country](national) else None
    return _in_a_plan(national, departement_code)


def _in_a_plan(national: str, departement_code: str) -> str | None:
    island = national.startswith(_ISLAND_STARTS)
    if not island and departement_code not in _REGION_OF and _plans["33"](national):
        return "+33" + national
    home = _COUNTRY_OF.get(_REGION_OF.get(departement_code, ""))
    usual = (*_COUNTRIES[1:], "33") if island else _COUNTRIES
    for country in (home, *usual) if home else usual:
        if _plans[country](national):
            return f"+{country}{national}"
    return None


def _compile() -> None:
    """Compile the patterns once, at the first number read: `re` is not for those who only show."""
    global _shape
    import re

    from petitcrm.formats.phone_plans import PLANS

    _shape = re.compile(_SHAPE).fullmatch
    _plans.update({country: re.compile(plan).fullmatch for country, plan in PLANS.items()})


# --------------------------------------------------------------------------------------------------- the library


def _slow(text: str, departement_code: str) -> str | None:
    """Ask the library, then ask again with the zero or the prefix that a spreadsheet or a habit dropped."""
    hinted = _REGION_OF.get(departement_code, "")
    found = _first(text, hinted)
    if found:
        return found
    digits = text.removesuffix(".0").translate(_DIGITS_ONLY)
    if not digits.isascii() or not digits.isdigit():
        return None
    if len(digits) == 9:
        return _first("0" + digits, hinted)
    if len(digits) == 6 and hinted == "PM":
        return _first("+508" + digits, hinted)
    if len(digits) >= 11 and digits.startswith(_COUNTRIES):
        return _first("+" + digits, hinted)
    return None


def _first(text: str, hinted: str) -> str | None:
    from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

    for region in _regions(text, hinted):
        for match in PhoneNumberMatcher(text, region):
            match.number.extension = None
            return format_number(match.number, PhoneNumberFormat.E164)
    return None


def _regions(text: str, hinted: str) -> tuple[str, ...]:
    digits = "".join(sign for sign in text if sign in "0123456789")
    island = digits[:1] == "0" and digits[1:].startswith(_ISLAND_STARTS)
    usual = (*_REGIONS[1:], "FR") if island else _REGIONS
    return (hinted, *usual) if hinted else usual


def _found(text: str) -> dict[int, str]:
    from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

    found: dict[int, tuple[int, str]] = {}
    for region in _regions(text, ""):
        for match in PhoneNumberMatcher(text, region):
            if all(match.end <= start or end <= match.start for start, (end, _number) in found.items()):
                found[match.start] = (match.end, format_number(match.number, PhoneNumberFormat.E164))
    return {start: number for start, (_end, number) in found.items()}


def _show_by_library(e164: str) -> str:
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

    try:
        return format_number(parse(e164, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return e164
