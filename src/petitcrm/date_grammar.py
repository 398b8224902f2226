"""The grammar of dates: each way of saying a day, an hour or a moment, and what makes it one.

A row is a pattern over tokens and the function that makes the day or the hour. In a pattern a word in lower case is
itself (`a|b` for either), a word in capitals is a class of tokens, `?` marks what may be missing. The longest pattern
wins; between equals the first.
"""

from __future__ import annotations

from petitcrm import calendar_days as days
from petitcrm.calendar_days import Said
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, time

    Maker = Callable[[Said, dict[str, int]], date | time | datetime]


class Pattern(Row):
    """One row of the grammar; `loose` when it is too vague to be looked for inside a sentence."""

    elements: tuple[tuple[str, bool], ...]
    make: Maker
    loose: bool


def _pattern(text: str, make: Maker, *, loose: bool = False) -> Pattern:
    elements = tuple((word.removesuffix("?"), word.endswith("?")) for word in text.split())
    return Pattern(elements, make, loose)


DAYS = (
    _pattern("mar DAY", days.tuesday_or_march, loose=True),
    _pattern("aujourd'hui|auj|ajd|today", days.shifted(0)),
    _pattern("aujourd hui", days.shifted(0)),
    _pattern("demain|tomorrow|tmrw", days.shifted(1)),
    _pattern("apres -? demain", days.shifted(2)),
    _pattern("surlendemain", days.shifted(2)),
    _pattern("the? day after tomorrow", days.shifted(2)),
    _pattern("hier|yesterday", days.shifted(-1)),
    _pattern("avant -? hier", days.shifted(-2)),
    _pattern("the? day before yesterday", days.shifted(-2)),
    _pattern("aujourd'hui|today en|in huit|8", days.shifted(7)),
    _pattern("demain en huit|8", days.shifted(8)),
    _pattern("WEEKDAY", days.weekday),
    _pattern("SHORTDAY .?", days.weekday, loose=True),
    _pattern("SHORTDAY .", days.weekday),
    _pattern("ANYDAY .? prochain|suivant", days.weekday),
    _pattern("next|coming ANYDAY", days.weekday),
    _pattern("ce|this ANYDAY", days.this_weekday),
    _pattern("ANYDAY .? dernier|passe", days.last_weekday),
    _pattern("last ANYDAY", days.last_weekday),
    _pattern("ANYDAY .? prochain? en huit|8", days.weekday_in_a_week),
    _pattern("WEEKDAY week", days.weekday_in_a_week),
    _pattern("ANYDAY .? en quinze|15", days.weekday_in_two_weeks),
    _pattern("ANYDAY .? de? la? semaine prochaine", days.weekday_of_next_week),
    _pattern("ANYDAY next week", days.weekday_of_next_week),
    _pattern("next week ,? on? ANYDAY", days.weekday_of_next_week),
    _pattern("semaine prochaine ,? le? ANYDAY", days.weekday_of_next_week),
    _pattern("dans|in|d'ici|sous|within|under COUNT UNIT", days.in_units),
    _pattern("d'ici a? COUNT UNIT", days.in_units),
    _pattern("il y a COUNT UNIT", days.units_ago),
    _pattern("ya|y'a COUNT UNIT", days.units_ago),
    _pattern("COUNT UNIT ago", days.units_ago),
    _pattern("COUNT UNIT plus tard", days.in_units),
    _pattern("COUNT UNIT from now|today", days.in_units),
    _pattern("COUNT UNIT later", days.in_units),
    _pattern("+ DIGITS UNIT", days.in_units),
    _pattern("- DIGITS UNIT", days.units_ago),
    _pattern("j|d + DIGITS", days.in_days),
    _pattern("j|d - DIGITS", days.days_ago),
    _pattern("DIGITS UNIT", days.in_units, loose=True),
    _pattern("COUNT LONGUNIT", days.in_units, loose=True),
    _pattern("la? fin de|du|ce|le? ce? mois", days.end_of_month),
    _pattern("fin mois", days.end_of_month),
    _pattern("eom", days.end_of_month),
    _pattern("end of the|this? month", days.end_of_month),
    _pattern("month -? end", days.end_of_month),
    _pattern("fin du? mois prochain", days.end_of_next_month),
    _pattern("end of next month", days.end_of_next_month),
    _pattern("debut? du? mois prochain", days.next_month),
    _pattern("beginning|start? of? next month", days.next_month),
    _pattern("mi|milieu -? du? mois prochain", days.middle_of_next_month),
    _pattern("fin de|cette|la? la|cette? semaine", days.end_of_week),
    _pattern("eow", days.end_of_week),
    _pattern("end of the|this? week", days.end_of_week),
    _pattern("cette|this semaine|week", days.end_of_week, loose=True),
    _pattern("fin de? la? semaine prochaine", days.end_of_next_week),
    _pattern("end of next week", days.end_of_next_week),
    _pattern("debut? de? la? semaine prochaine", days.next_week),
    _pattern("beginning|start|early? of? next week", days.next_week),
    _pattern("ce|this|le? week - end", days.weekend),
    _pattern("ce|this|le? weekend", days.weekend),
    _pattern("fin d'annee", days.end_of_year),
    _pattern("fin de? l'annee|l'an", days.end_of_year),
    _pattern("eoy", days.end_of_year),
    _pattern("end of the|this? year", days.end_of_year),
    _pattern("l'annee|annee prochaine", days.next_year),
    _pattern("l'an|an prochain", days.next_year),
    _pattern("next year", days.next_year),
    _pattern("fin du|de|ce trimestre", days.end_of_quarter),
    _pattern("eoq", days.end_of_quarter),
    _pattern("end of the|this? quarter", days.end_of_quarter),
    _pattern("t|q QUARTER YEAR", days.quarter),
    _pattern("t|q QUARTER", days.quarter, loose=True),
    _pattern("QUARTER ORDINAL trimestre|quarter YEAR?", days.quarter),
    _pattern("fin t|q QUARTER YEAR?", days.quarter),
    _pattern("semaine|week WEEK", days.week),
    _pattern("semaine|week WEEK YEAR", days.week),
    _pattern("s|w|sem WEEK YEAR?", days.week, loose=True),
    _pattern("mi -? MONTH YEAR?", days.middle_of),
    _pattern("mid -? MONTH YEAR?", days.middle_of),
    _pattern("milieu|courant MONTH YEAR?", days.middle_of),
    _pattern("debut|early MONTH YEAR?", days.start_of),
    _pattern("beginning|start of MONTH YEAR?", days.start_of),
    _pattern("fin|late MONTH YEAR?", days.end_of),
    _pattern("end of MONTH YEAR?", days.end_of),
    _pattern("DAY / MONTHNUM", days.day_month),
    _pattern("DAY / MONTHNUM / ANYYEAR", days.day_month),
    _pattern("DAY . MONTHNUM . ANYYEAR", days.day_month),
    _pattern("DAY - MONTHNUM - ANYYEAR", days.day_month),
    _pattern("YEAR - MONTHNUM - DAY", days.day_month),
    _pattern("YEAR / MONTHNUM / DAY", days.day_month),
    _pattern("ANYDAY? .? ,? le|the? DAY ORDINAL? of|de? MONTH .? ,? YEAR?", days.day_month),
    _pattern("ANYDAY? .? ,? MONTH .? DAY ORDINAL? ,? YEAR?", days.day_month),
    _pattern("ANYDAY .? le? DAY / MONTHNUM", days.day_month),
    _pattern("ANYDAY .? le? DAY / MONTHNUM / ANYYEAR", days.day_month),
    _pattern("WEEKDAY le|the? DAY ORDINAL?", days.day_of_month, loose=True),
    _pattern("SHORTDAY . le? DAY ORDINAL?", days.day_of_month, loose=True),
    _pattern("le|the DAY ORDINAL?", days.day_of_month, loose=True),
)
SHORT_DAYS_ALONE = (_pattern("SHORTDAY .?", days.weekday),)
HOURS = (
    _pattern("HOUR h|heure|heures MINUTE?", days.clock),
    _pattern("HOUR : MINUTE", days.clock),
    _pattern("HOUR : MINUTE : SECOND", days.clock),
    _pattern("HOUR am", days.morning_clock),
    _pattern("HOUR a . m .?", days.morning_clock),
    _pattern("HOUR : MINUTE am", days.morning_clock),
    _pattern("HOUR pm", days.afternoon_clock),
    _pattern("HOUR p . m .?", days.afternoon_clock),
    _pattern("HOUR : MINUTE pm", days.afternoon_clock),
    _pattern("HOUR h MINUTE? du soir", days.afternoon_clock),
    _pattern("HOUR heures du soir", days.afternoon_clock),
    _pattern("HOUR h|heures du matin", days.morning_clock),
    _pattern("midi|noon", days.noon),
    _pattern("midi et demi", days.half_past_noon),
    _pattern("minuit|midnight", days.midnight),
)
DAYPARTS = (
    _pattern("in|au|le? the? DAYPART", days.part),
    _pattern("apres - midi", days.afternoon),
    _pattern("l'apres - midi", days.afternoon),
)
TODAY_PARTS = (
    _pattern("ce|cet|cette|this DAYPART", days.part),
    _pattern("ce|cet|cette apres - midi", days.afternoon),
    _pattern("tonight", days.evening),
)
MOMENTS = (
    _pattern("dans|in|d'ici|sous|within COUNT CLOCKUNIT", days.in_minutes),
    _pattern("dans|in une|half demi|an -? heure|hour", days.in_half_an_hour),
    _pattern("il y a COUNT CLOCKUNIT", days.minutes_ago),
    _pattern("COUNT CLOCKUNIT ago", days.minutes_ago),
    _pattern("+ DIGITS CLOCKUNIT", days.in_minutes),
    _pattern("maintenant|now", days.present, loose=True),
)
