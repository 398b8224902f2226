"""What identifies and measures a French company: SIREN, SIRET, VAT number, NAF code, headcount, size."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

_SEPARATORS = str.maketrans(dict.fromkeys(" .-\u00a0\u202f\u2009\t'’"))
# Each digit doubled, its two digits added (Luhn).
_DOUBLED = str.maketrans("0123456789", "0246813579")
_LA_POSTE = "356000000"
# INSEE, "tranche d'effectif salarié": code, lowest and highest number of employees.
_BANDS = (
    ("00", 0, 0),
    ("01", 1, 2),
    ("02", 3, 5),
    ("03", 6, 9),
    ("11", 10, 19),
    ("12", 20, 49),
    ("21", 50, 99),
    ("22", 100, 199),
    ("31", 200, 249),
    ("32", 250, 499),
    ("41", 500, 999),
    ("42", 1000, 1999),
    ("51", 2000, 4999),
    ("52", 5000, 9999),
    ("53", 10000, None),
)
BAND_CODES = ("NN", *(code for code, _low, _high in _BANDS))


def read_siren(raw: str) -> str:
    """Return the nine digits of a company; UsageProblem, saying why, if the number is wrong."""
    digits = _digits(raw)
    if len(digits) == 14:
        return read_siret(raw)[:9]
    if len(digits) != 9:
        raise UsageProblem(_("“{value}” is not a SIREN number: it has 9 digits.", value=raw))
    if not _luhn(digits):
        raise UsageProblem(_("“{value}” is not a SIREN number: its last digit is wrong.", value=raw))
    return digits


def read_siret(raw: str) -> str:
    """Return the fourteen digits of an establishment; UsageProblem, saying why, if the number is wrong.

    The check is Luhn's; the establishments of La Poste follow another rule (the sum of the digits is a multiple
    of 5). A zero lost by a spreadsheet is put back when both checks then hold.
    """
    digits = _digits(raw)
    if len(digits) == 13 and _is_siret("0" + digits):
        return "0" + digits
    if len(digits) != 14:
        raise UsageProblem(_("“{value}” is not a SIRET number: it has 14 digits.", value=raw))
    if not _is_siret(digits):
        raise UsageProblem(_("“{value}” is not a SIRET number: its digits do not check.", value=raw))
    return digits


def vat_number(siren: str) -> str:
    """Return the French VAT number of a SIREN ("FR44732829320"); the key is (12 + 3 × (SIREN mod 97)) mod 97."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def read_vat(raw: str) -> str:
    """Return a European VAT number without its separators; UsageProblem if its check fails.

    French numbers with a numeric key are checked here, all others by python-stdnum.
    """
    text = raw.translate(_SEPARATORS).strip().upper()
    digits = text.removeprefix("FR")
    if (
        len(digits) == 11
        and digits.isascii()
        and digits.isdigit()
        and vat_number(digits[2:]) == "FR" + digits
    ):
        return "FR" + digits
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError

    try:
        return str(vat.validate(text))
    except ValidationError:
        raise UsageProblem(_("“{value}” is not a VAT number.", value=raw)) from None


def read_naf(raw: str) -> str:
    """Return an activity code as it is written, "43.22B"; the 2008 and 2025 nomenclatures have the same form."""
    text = raw.translate(_SEPARATORS).strip().upper()
    if len(text) == 4 and text[:3].isdigit():
        text = "0" + text
    if len(text) != 5 or not (text.isascii() and text[:4].isdigit() and text[4].isalpha()):
        raise UsageProblem(_("“{value}” is not an activity code (NAF) such as 43.22B.", value=raw))
    return f"{text[:2]}.{text[2:]}"


# --------------------------------------------------------------------------------------------------------- size


def band_of(headcount: int | None) -> str:
    """Return the INSEE headcount band of a number of employees; "NN" when it is not known."""
    if headcount is None:
        return "NN"
    return next(
        code for code, low, high in _BANDS if low <= headcount and (high is None or headcount <= high)
    )


def band_range(code: str) -> tuple[int, int | None]:
    """Return the lowest and highest headcount of a band; (0, None) for "NN"; KeyError for an unknown one."""
    if code == "NN":
        return 0, None
    return {band: (low, high) for band, low, high in _BANDS}[code]


def show_band(code: str) -> str:
    """Return a band as it is read, "10–19" or "10000+"; nothing for "NN"."""
    low, high = band_range(code)
    if code == "NN" or low == high:
        return "" if code == "NN" else str(low)
    return f"{low}+" if high is None else f"{low}–{high}"


def size_class(headcount: int | None, revenue_cents: int | None, balance_cents: int | None) -> str | None:
    """Return 'micro', 'pme', 'eti' or 'ge', as décret n° 2008-1354 of 18 December 2008, article 3, cuts them.

    Micro: under 10 people and turnover or balance sheet ≤ 2 M€; PME: under 250 and turnover ≤ 50 M€ or balance
    sheet ≤ 43 M€; ETI: under 5,000 and turnover ≤ 1,500 M€ or balance sheet ≤ 2,000 M€; else large. Amounts in cents
    of a year. With neither amount the headcount decides alone; without headcount the class is unknown (None).
    """
    if headcount is None:
        return None
    if headcount < 10 and _within(revenue_cents, 2, balance_cents, 2):
        return "micro"
    if headcount < 250 and _within(revenue_cents, 50, balance_cents, 43):
        return "pme"
    if headcount < 5000 and _within(revenue_cents, 1500, balance_cents, 2000):
        return "eti"
    return "ge"


def _within(
    revenue_cents: int | None, revenue_millions: int, balance_cents: int | None, balance_millions: int
) -> bool:
    if revenue_cents is None and balance_cents is None:
        return True
    small_revenue = revenue_cents is not None and revenue_cents <= revenue_millions * 100_000_000
    return small_revenue or (balance_cents is not None and balance_cents <= balance_millions * 100_000_000)


# ------------------------------------------------------------------------------------------------------- numbers


def _digits(raw: str) -> str:
    if raw.isascii() and raw.isdigit():
        return raw
    text = raw.strip()
    if text.endswith(".0"):  # a number read from a spreadsheet cell
        text = text[:-2]
    digits = text.translate(_SEPARATORS)
    if digits.isascii() and digits.isdigit():
        return digits
    mantissa, exponent, power = text.upper().partition("E")
    if exponent and mantissa[:1].isdigit() and power.lstrip("+").isdigit():
        raise UsageProblem(
            _("“{value}” was rounded by a spreadsheet: its last digits are lost.", value=raw),
            advice=_("Export the file again with this column as text."),
        )
    raise UsageProblem(_("“{value}” is not a company number: it has other signs than digits.", value=raw))


def _is_siret(digits: str) -> bool:
    if digits.startswith(_LA_POSTE) and digits != "35600000000048":
        return sum(map(int, digits)) % 5 == 0
    return _luhn(digits) and _luhn(digits[:9])


def _luhn(digits: str) -> bool:
    plain, doubled = digits[::-2], digits[-2::-2].translate(_DOUBLED)
    return (sum((plain + doubled).encode()) - 48 * len(digits)) % 10 == 0
