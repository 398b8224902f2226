"""What the cells of a column say that it holds, whatever its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENOUGH = 3
"""Filled cells from which the values of a sample weigh against the name of its column."""

_EMAIL = re.compile(r"\s*(?:[^<>@]*<)?[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]{2,}>?\s*")
_PHONE = re.compile(r"\s*(?:(?:\+|00)[1-9]\d{0,2}[\s.()-]*(?:\(0\))?|0)[1-9](?:[\s.()-]*\d){7,11}\s*")
_LINKEDIN = re.compile(r"\s*(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/\S+\s*", re.IGNORECASE)
_WEB = re.compile(r"\s*(?:https?://)?(?:[\w-]+\.)+[a-z]{2,12}(?:/\S*)?\s*", re.IGNORECASE)
_SPACES = re.compile(r"[\s.\u00a0\u202f]+")
_DATE = re.compile(r"\s*(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4})(?:[T\s].*)?")
_DAY_IN_WORDS = re.compile(
    r"(?:\w+ )?\d\d?(?:er|st|nd|rd|th)? [a-z]{3,9}\.?,? \d{4}.*|[a-z]{3,9} \d\d?, \d{4}.*"
)
CIVILITIES = frozenset(
    "m mr mme mlle mle mrs ms miss monsieur madame mademoiselle dr docteur me mtre maitre pr prof professeur mm"
    " herr frau sr sra".split()
)
ANSWERS_YES = frozenset(
    "oui yes true vrai 1 o y x on ok opt-in optin subscribe subscribed abonne abonnee inscrit inscrite accepte si"
    " ja".split()
)
ANSWERS_NO = frozenset(
    "non no false faux 0 n off opt-out optout unsubscribe unsubscribed desabonne desabonnee desinscrit desinscrite"
    " refuse cleaned bounced non-subscribed nein".split()
)


def is_email(value: str) -> bool:
    """Tell whether a cell holds one address, alone or as `Name <address>`."""
    return _EMAIL.fullmatch(value) is not None


def is_phone(value: str) -> bool:
    """Tell whether a cell holds one French or international telephone number."""
    return _PHONE.fullmatch(value) is not None


def is_linkedin(value: str) -> bool:
    """Tell whether a cell is the address of a LinkedIn page."""
    return _LINKEDIN.fullmatch(value) is not None


def is_siret(value: str) -> bool:
    """Tell whether a cell is 14 figures with the check figure of a SIRET (Luhn; La Poste's own sum)."""
    figures = _SPACES.sub("", value)
    return len(figures) == 14 and figures.isdecimal() and _checked(figures)


def is_siren(value: str) -> bool:
    """Tell whether a cell is 9 figures with the check figure of a SIREN (Luhn)."""
    figures = _SPACES.sub("", value)
    return len(figures) == 9 and figures.isdecimal() and _checked(figures)


def _checked(figures: str) -> bool:
    total = 0
    for place, figure in enumerate(reversed(figures)):
        doubled = int(figure) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    of_the_post = figures.startswith("356000000") and sum(map(int, figures)) % 5 == 0
    return total % 10 == 0 or of_the_post


def is_website(value: str) -> bool:
    """Tell whether a cell is a web address."""
    return _WEB.fullmatch(value) is not None


def is_web_address(value: str) -> bool:
    """Tell whether a cell is a web address that says so, by its http or its www."""
    return value.strip().lower().startswith(("http://", "https://", "www.")) and is_website(value)


def is_postcode(value: str) -> bool:
    """Tell whether a cell is a postcode that La Poste serves."""
    from petitcrm.geo import communes_of

    figures = value.strip()
    return len(figures) == 5 and figures.isdecimal() and bool(communes_of(figures))


def is_civility(value: str) -> bool:
    """Tell whether a cell is Monsieur, Mme, Dr…"""
    return fold(value).strip(" .") in CIVILITIES


def is_answer(value: str) -> bool:
    """Tell whether a cell answers yes or no, or gives the date of an answer."""
    said = fold(value).strip(" .")
    return said in ANSWERS_YES or said in ANSWERS_NO or _DATE.fullmatch(value) is not None


def is_word_of_answer(value: str) -> bool:
    """Tell whether a cell says yes or no in so many words."""
    said = fold(value).strip(" .")
    return said in ANSWERS_YES or said in ANSWERS_NO


def is_day(value: str) -> bool:
    """Tell whether a cell is a date, written in figures or with the name of its month."""
    return _DATE.fullmatch(value) is not None or _DAY_IN_WORDS.fullmatch(fold(value).strip()) is not None


def is_subscription(value: str) -> bool:
    """Tell whether a cell says `subscribed`, `désabonné`…: an answer that needs no question."""
    said = fold(value).strip(" .")
    return len(said) > 5 and (said in ANSWERS_YES or said in ANSWERS_NO)


def share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    """Return the part of the filled cells for which `holds` is true; 0 where none is filled."""
    filled = [cell for cell in cells if cell.strip()]
    return sum(map(holds, filled)) / len(filled) if filled else 0.0


def hold(field: str, cells: Sequence[str], holds: Callable[[str], bool]) -> bool:
    """Tell whether the cells of a sample cannot but be `field`, each being one where `holds` is true."""
    if field not in _OF_FIGURES:
        return share(cells, holds) >= 0.7
    distinct = {_SPACES.sub("", cell) for cell in cells} - {""}
    return len(distinct) >= _OF_FIGURES[field] and share(list(distinct), holds) >= 0.9


# One number in ten has the right check figure by chance, and a column often repeats one: how many others must agree.
_OF_FIGURES = {"siret": 2, "siren": 3, "postcode": 3}

BY_VALUES: tuple[tuple[str, str, Callable[[str], bool], float], ...] = (
    ("contacts", "email", is_email, 0.8),
    ("contacts", "linkedin_url", is_linkedin, 0.9),
    ("companies", "siret", is_siret, 0.9),
    ("contacts", "phone", is_phone, 0.7),
    ("companies", "siren", is_siren, 0.7),
    ("contacts", "opt_in", is_subscription, 0.8),
    ("contacts", "civility", is_civility, 0.8),
    ("companies", "website", is_web_address, 0.7),
    ("contacts", "postcode", is_postcode, 0.6),
)
"""What is unmistakable by itself: whose field, which, its test, and how sure it makes.

A date or an amount is none: without a name, nobody knows what it is the date or the amount of.
"""
NAMELESS_ONLY = frozenset(("civility", "website", "postcode"))
"""Seen by their values only where the file has no headers: a name, understood or not, says that it is another thing."""

_EXPECTED: dict[str, Callable[[str], bool]] = {
    "email": lambda cell: "@" in cell,
    "phone": lambda cell: sum(map(str.isdigit, cell)) >= 4,
    "siret": lambda cell: sum(map(str.isdigit, cell)) >= 9 or "E+" in cell.upper(),
    "siren": lambda cell: sum(map(str.isdigit, cell)) >= 9 or "E+" in cell.upper(),
    "amount": lambda cell: any(map(str.isdigit, cell)),
    "revenue": lambda cell: any(map(str.isdigit, cell)),
    "postcode": lambda cell: any(map(str.isdigit, cell)),
    "website": lambda cell: "." in cell,
    "linkedin_url": lambda cell: "linkedin" in cell.lower() or "/" in cell,
    "expected_on": lambda cell: any(map(str.isdigit, cell)),
    "opt_out": is_answer,
    "opt_in": is_answer,
    "civility": is_civility,
}


def contradict(field: str, cells: Sequence[str]) -> bool:
    """Tell whether the cells of a sample cannot be what the name of their column promised."""
    expected = _EXPECTED.get(field.rpartition(".")[2])
    filled = [cell for cell in cells if cell.strip()]
    return expected is not None and len(filled) >= ENOUGH and share(filled, expected) < 0.2
