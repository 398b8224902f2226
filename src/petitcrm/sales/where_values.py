"""The values of a condition on people: read as its field wants them, or refused with what to write."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.meant import did_you_mean
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from petitcrm.sales.where_grammar import Test

SIZES = {
    "micro": "micro", "tpe": "micro", "microentreprise": "micro", "pme": "pme", "sme": "pme", "eti": "eti", "ge": "ge",
    "large": "ge",
}  # fmt: skip
"""Classes of size as they are written, folded, in both languages."""


def wrong(message: str, advice: str = "") -> UsageProblem:
    """Return the refusal of a value; whoever reads the condition says where it stands."""
    return UsageProblem(message, advice=advice)


def named(value: str, known: Sequence[Any], noun: str) -> Any:
    """Return the list or segment of this key or name; UsageProblem with the nearest one."""
    wanted = fold(value)
    for one in known:
        if wanted in (one.key, fold(one.name)):
            return one
    keys = {one.key: one.key for one in known}
    raise UsageProblem(
        _("There is no {noun} {reference}.", noun=noun, reference=value),
        advice=did_you_mean(wanted, keys, ", ".join(keys)),
    )


def matching(test: Test, read: Callable[[str], str]) -> Callable[[str], bool]:
    """Return whether a text of the base answers to one of the values: the same, beginning so (`*`), or holding it."""
    wanted = [(read(value.rstrip("*")), value.endswith("*")) for value in test.values]
    if test.sign == "~":
        return lambda told: any(value in read(told) for value, _begins in wanted)
    if test.field == "naf":
        return lambda told: any(read(told).startswith(value) for value, _begins in wanted)
    if test.field == "postcode":
        return _in_ranges(test.values)
    return lambda told: any(
        read(told).startswith(value) if begins else read(told) == value for value, begins in wanted
    )


def _in_ranges(values: Sequence[str]) -> Callable[[str], bool]:
    """Return whether a postcode is one of some, begins so (`56*`), or lies between two (`35000-35999`)."""
    ranges = []
    for value in values:
        low, dash, high = (part.strip() for part in value.replace("–", "-").partition("-"))
        stem = low.rstrip("*")
        ranges.append((low, high) if dash else (stem, stem + "\uffff" if low.endswith("*") else stem))
    return lambda told: any(low <= told <= high for low, high in ranges)


def comparing(test: Test) -> Callable[[str], bool]:
    """Return whether a text of the base is a number that compares so; what is none is not."""
    wanted = decimal(",".join(test.values))
    if wanted is None:
        raise wrong(_("“{value}” is no number.", value=",".join(test.values)))
    signs: dict[str, Callable[[float, float], bool]] = {
        "<": float.__lt__, ">": float.__gt__, "<=": float.__le__, ">=": float.__ge__,
    }  # fmt: skip
    compare = signs[test.sign]
    return lambda told: (number := decimal(told)) is not None and compare(number, wanted)


def decimal(told: str) -> float | None:
    """Return the number that a text is, None where it is none."""
    bare = "".join(told.split()).replace(",", ".")
    try:
        number = float(bare)
    except ValueError:
        return None
    return number if number == number else None


def whole(value: str) -> int:
    """Return a whole number."""
    number = decimal(value)
    if number is None or not number.is_integer() or abs(number) >= 10**15:
        raise wrong(_("“{value}” is no whole number.", value=value))
    return int(number)


def cents(value: str) -> int:
    """Return an amount in cents."""
    from petitcrm.formats.money import read_money

    return read_money(value)


def pattern(value: str, *, within: bool) -> str:
    """Return a value as LIKE looks for it, `!` before what it takes for a sign."""
    told = value.rstrip("*")
    escaped = "".join(f"!{sign}" if sign in "!%_" else sign for sign in told)
    return f"%{escaped}%" if within else escaped + ("%" if value.endswith("*") else "")


def naf(value: str) -> str:
    """Return an activity code as it is compared."""
    return value.upper().replace(".", "").replace(" ", "").rstrip("*")


def country(value: str) -> str:
    """Return the code of a country."""
    from petitcrm.sales import places

    return places.country(value)


def size(value: str) -> str:
    """Return a class of size."""
    told = SIZES.get(fold(value))
    if told is None:
        raise wrong(_("“{value}” is no class of size.", value=value), "micro, pme, eti, ge")
    return told


def lead_state(value: str) -> str:
    """Return the state of a lead."""
    from petitcrm.sales.where_fields import LEAD_STATES

    told = fold(value).replace(" ", "_")
    found = LEAD_STATES.get(told)
    if found is None:
        raise wrong(
            _("“{value}” is no state of a lead.", value=value),
            did_you_mean(told, LEAD_STATES, ", ".join(LEAD_STATES)),
        )
    return found


def purpose(value: str) -> str:
    """Return what an agreement is for."""
    from petitcrm.sales.where_fields import PURPOSE_WORDS

    found = PURPOSE_WORDS.get(fold(value))
    if found is None:
        raise wrong(_("“{value}” is no purpose.", value=value), "newsletter, prospecting, measure, visits")
    return found


def day_advice() -> str:
    """Return how a day is written."""
    return _("Write it like 2026-01-31, 90 days ago, last month, or never.")


READINGS: dict[str, Callable[[str], str]] = {"naf": naf, "country": country, "postcode": str.strip}
"""How the texts of some fields are compared; the others without accents and case."""
