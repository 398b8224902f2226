"""The calendar's vocabulary in French and English, and a line of text cut into tokens that point back into it."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def _indexed(*spellings: str, first: int = 0) -> dict[str, int]:
    return {word: first + at for at, words in enumerate(spellings) for word in words.split()}


WEEKDAYS = _indexed(
    "lundi lundis lun monday mondays mon",
    "mardi mardis mar tuesday tuesdays tue tues",
    "mercredi mercredis mer wednesday wednesdays wed",
    "jeudi jeudis jeu thursday thursdays thu thur thurs",
    "vendredi vendredis ven friday fridays fri",
    "samedi samedis sam saturday saturdays sat",
    "dimanche dimanches dim sunday sundays sun",
)
MONTHS = _indexed(
    "janvier janv jan january",
    "fevrier fevr fev february feb",
    "mars mar march",
    "avril avr april apr",
    "mai may",
    "juin june jun",
    "juillet juil jul july",
    "aout august aug",
    "septembre sept sep september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
    first=1,
)
NUMBERS = _indexed(
    "un une a an one",
    "deux two",
    "trois three",
    "quatre four",
    "cinq five",
    "six",
    "sept seven",
    "huit eight",
    "neuf nine",
    "dix ten",
    "onze eleven",
    "douze twelve",
    first=1,
) | {"quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30}
# A unit is a number of days or, negative, a number of months.
UNITS = {
    **dict.fromkeys(("j", "jr", "jrs", "jour", "jours", "d", "day", "days"), 1),
    **dict.fromkeys(("s", "sem", "semaine", "semaines", "w", "wk", "wks", "week", "weeks"), 7),
    **dict.fromkeys(("quinzaine", "quinzaines", "fortnight", "fortnights"), 14),
    **dict.fromkeys(("m", "mois", "mo", "month", "months"), -1),
    **dict.fromkeys(("trimestre", "trimestres", "quarter", "quarters"), -3),
    **dict.fromkeys(("semestre", "semestres"), -6),
    **dict.fromkeys(("an", "ans", "annee", "annees", "y", "yr", "year", "years"), -12),
}
# A unit of the clock, in minutes.
CLOCK_UNITS = {
    **dict.fromkeys(("min", "mn", "mins", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "hr", "hrs", "heure", "heures", "hour", "hours"), 60),
}
# The hour meant by a part of the day.
DAYPARTS = {
    "matin": 9,
    "morning": 9,
    "midi": 12,
    "noon": 12,
    "aprem": 14,
    "afternoon": 14,
    "soir": 18,
    "soiree": 18,
    "evening": 18,
    "night": 18,
}
ORDINALS = frozenset(("er", "ere", "st", "nd", "rd", "th", "e", "eme", "ieme"))
# Said before a date without changing it.
FILLERS = frozenset(
    (
        "le",
        "la",
        "l'",
        "on",
        "the",
        "for",
        "pour",
        "au",
        "a",
        "at",
        "avant",
        "by",
        "before",
        "d'ici",
        "vers",
        "around",
        "d'",
    )
)
# After one of these a date inside a sentence tells about something else ("le devis du 3/12").
BELONGING = frozenset(("de", "du", "des", "of", "from", "depuis", "since", "dated", "date"))


class Token(Row):
    """A run of letters (folded), a run of digits or one other sign, and where it stands in the text."""

    text: str
    start: int
    end: int
    kind: str


def tokens(text: str) -> list[Token]:
    """Cut `text` into tokens; an apostrophe between letters belongs to the word ("aujourd'hui")."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        kind = _kind(text[at])
        end = at + 1
        while kind in "nw" and end < len(text) and _continues(text, end, kind):
            end += 1
        if kind != " ":
            yield Token(fold(text[at:end]), at, end, kind)
        at = end


def _kind(character: str) -> str:
    if character in "0123456789":
        return "n"
    if character.isalpha():
        return "w"
    return " " if character.isspace() else "p"


def _continues(text: str, at: int, kind: str) -> bool:
    if _kind(text[at]) == kind:
        return True
    if kind == "n":
        return False
    joined = text[at] in "'’" and at + 1 < len(text) and text[at + 1].isalpha()
    return joined or ("\u0300" <= text[at] <= "\u036f")
