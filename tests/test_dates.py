"""Dates as people say them: what is understood, what is refused, how it is shown and moved."""

from __future__ import annotations

import calendar
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm import i18n
from petitcrm.dates import (
    When,
    add_days,
    add_months,
    find_when,
    instant_text,
    local_instant,
    read_instant,
    read_instant_text,
    read_when,
    show_day,
    show_duration,
    show_instant,
    show_long_day,
    show_relative,
    show_when,
)
from petitcrm.errors import UsageProblem

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)  # a Monday
TODAY = NOW.date()
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))

# What is said on Monday 23 November 2026 at 9:00, and what is understood.
UNDERSTOOD = """
aujourd'hui = 2026-11-23 | aujourd’hui = 2026-11-23 | Aujourd'hui = 2026-11-23 | auj = 2026-11-23 | today = 2026-11-23
aujourd hui = 2026-11-23 | TODAY = 2026-11-23 | demain = 2026-11-24 | Demain = 2026-11-24 | tomorrow = 2026-11-24
après-demain = 2026-11-25 | apres-demain = 2026-11-25 | après demain = 2026-11-25 | apres demain = 2026-11-25
day after tomorrow = 2026-11-25 | the day after tomorrow = 2026-11-25 | hier = 2026-11-22 | yesterday = 2026-11-22
avant-hier = 2026-11-21 | avant hier = 2026-11-21 | day before yesterday = 2026-11-21
lundi = 2026-11-30 | mardi = 2026-11-24 | mercredi = 2026-11-25 | jeudi = 2026-11-26 | vendredi = 2026-11-27
samedi = 2026-11-28 | dimanche = 2026-11-29 | lun = 2026-11-30 | lun. = 2026-11-30 | mar = 2026-11-24
mer. = 2026-11-25 | jeu = 2026-11-26 | ven = 2026-11-27 | sam. = 2026-11-28 | dim = 2026-11-29
monday = 2026-11-30 | Tuesday = 2026-11-24 | wed = 2026-11-25 | thu = 2026-11-26 | thurs = 2026-11-26 | Fri = 2026-11-27
sat = 2026-11-28 | Sunday = 2026-11-29 | jeudi prochain = 2026-11-26 | lundi prochain = 2026-11-30
next thursday = 2026-11-26 | next mon = 2026-11-30 | ce jeudi = 2026-11-26 | ce lundi = 2026-11-23
this friday = 2026-11-27 | this monday = 2026-11-23 | lundi dernier = 2026-11-16 | jeudi dernier = 2026-11-19
last friday = 2026-11-20 | lundi en huit = 2026-12-07 | mardi en huit = 2026-12-01 | jeudi en quinze = 2026-12-10
monday week = 2026-12-07 | mardi de la semaine prochaine = 2026-12-01 | tuesday next week = 2026-12-01
le mardi = 2026-11-24 | pour jeudi = 2026-11-26 | on friday = 2026-11-27 | avant vendredi = 2026-11-27
by friday = 2026-11-27 | d'ici vendredi = 2026-11-27
dans 3 jours = 2026-11-26 | dans trois jours = 2026-11-26 | dans 1 jour = 2026-11-24 | dans 2 semaines = 2026-12-07
dans une semaine = 2026-11-30 | dans 15 jours = 2026-12-08 | dans 3 mois = 2027-02-23 | dans un an = 2027-11-23
d'ici 3 jours = 2026-11-26 | sous 10 jours = 2026-12-03 | in 6 days = 2026-11-29 | in two weeks = 2026-12-07
in a week = 2026-11-30 | in 3 months = 2027-02-23 | in a year = 2027-11-23 | in a fortnight = 2026-12-07
within 2 days = 2026-11-25 | 3 days from now = 2026-11-26
il y a 3 jours = 2026-11-20 | il y a une semaine = 2026-11-16 | il y a 2 mois = 2026-09-23 | 3 days ago = 2026-11-20
a week ago = 2026-11-16 | two months ago = 2026-09-23
+6j = 2026-11-29 | +6d = 2026-11-29 | + 6 j = 2026-11-29 | +2w = 2026-12-07 | +2sem = 2026-12-07 | +1m = 2026-12-23
+1a = refused | +1y = 2027-11-23 | +1an = 2027-11-23 | -3j = 2026-11-20 | j+3 = 2026-11-26 | J+3 = 2026-11-26
J-7 = 2026-11-16 | d+3 = 2026-11-26 | 3j = 2026-11-26 | 2w = 2026-12-07 | 2 semaines = 2026-12-07
fin du mois = 2026-11-30 | fin de mois = 2026-11-30 | la fin du mois = 2026-11-30 | eom = 2026-11-30
end of month = 2026-11-30 | end of the month = 2026-11-30 | fin du mois prochain = 2026-12-31
end of next month = 2026-12-31 | mois prochain = 2026-12-01 | le mois prochain = 2026-12-01 | next month = 2026-12-01
début du mois prochain = 2026-12-01 | fin de semaine = 2026-11-27 | fin de la semaine = 2026-11-27 | eow = 2026-11-27
end of week = 2026-11-27 | end of the week = 2026-11-27 | semaine prochaine = 2026-11-30
la semaine prochaine = 2026-11-30 | next week = 2026-11-30 | fin de semaine prochaine = 2026-12-04
end of next week = 2026-12-04 | week-end = 2026-11-28 | ce week-end = 2026-11-28 | this weekend = 2026-11-28
fin d'année = 2026-12-31 | fin de l'année = 2026-12-31 | eoy = 2026-12-31 | end of year = 2026-12-31
l'année prochaine = 2027-01-01 | next year = 2027-01-01 | fin du trimestre = 2026-12-31 | eoq = 2026-12-31
mi-décembre = 2026-12-15 | mi decembre = 2026-12-15 | mid-december = 2026-12-15 | mid December = 2026-12-15
mi-novembre = 2027-11-15 | début décembre = 2026-12-01 | early december = 2026-12-01 | fin décembre = 2026-12-31
late december = 2026-12-31 | end of december = 2026-12-31 | fin février 2028 = 2028-02-29
mi-mars 2027 = 2027-03-15 | beginning of january = 2027-01-01
T4 2026 = 2026-12-31 | Q4 2026 = 2026-12-31 | t1 2027 = 2027-03-31 | T2 = 2027-06-30 | Q4 = 2026-12-31
4e trimestre 2026 = 2026-12-31 | fin T1 2027 = 2027-03-31 | semaine 48 = 2026-11-23 | S49 = 2026-11-30
week 49 = 2026-11-30 | semaine 2 2027 = 2027-01-11
3/12 = 2026-12-03 | 03/12 = 2026-12-03 | 23/11 = 2026-11-23 | 22/11 = 2027-11-22 | 1/1 = 2027-01-01
29/2 = 2028-02-29 | 03/12/2026 = 2026-12-03 | 3/12/26 = 2026-12-03 | 3.12.2026 = 2026-12-03 | 03-12-2026 = 2026-12-03
3/2/2025 = 2025-02-03 | 3 déc = 2026-12-03 | 3 dec = 2026-12-03 | 3 déc. = 2026-12-03 | 3 décembre = 2026-12-03
3 DÉCEMBRE = 2026-12-03 | le 3 décembre = 2026-12-03 | 1er décembre = 2026-12-01 | 1er décembre 2026 = 2026-12-01
le 1er janvier = 2027-01-01 | 15 août 2027 = 2027-08-15 | 15 aout = 2027-08-15 | dec 3 = 2026-12-03 | Dec 3 = 2026-12-03
December 3rd = 2026-12-03 | December 3, 2026 = 2026-12-03 | 3 December 2026 = 2026-12-03
the 3rd of December = 2026-12-03 | mardi 24 novembre = 2026-11-24 | mardi 24 novembre 2026 = 2026-11-24
mar. 24 nov. = 2026-11-24 | Tue 24 Nov = 2026-11-24 | Tuesday, November 24 = 2026-11-24 | jeu 26/11 = 2026-11-26
jeudi 26 = 2026-11-26 | le 15 = 2026-12-15 | the 3rd = 2026-12-03 | 3 mars = 2027-03-03 | 3 mar = 2027-03-03
2026-12-01 = 2026-12-01 | 2026/12/01 = 2026-12-01 | 2025-02-28 = 2025-02-28
2026-12-01T09:30 = 2026-12-01 09:30 | 2026-12-01 09:30 = 2026-12-01 09:30 | 2026-12-01 09:30:00 = 2026-12-01 09:30
2026-12-01T09:30:00Z = 2026-12-01 10:30 | 2026-12-01T09:30:00+01:00 = 2026-12-01 09:30
demain 14h = 2026-11-24 14:00 | demain 14h30 = 2026-11-24 14:30 | demain à 14h = 2026-11-24 14:00
demain 14 h 30 = 2026-11-24 14:30 | demain 14:30 = 2026-11-24 14:30 | demain, 14h = 2026-11-24 14:00
demain vers 14h = 2026-11-24 14:00 | demain 14 heures = 2026-11-24 14:00 | demain 9h05 = 2026-11-24 09:05
tomorrow 2pm = 2026-11-24 14:00 | tomorrow at 2pm = 2026-11-24 14:00 | tomorrow at 2:30 pm = 2026-11-24 14:30
tomorrow 12am = 2026-11-24 00:00 | tomorrow 12pm = 2026-11-24 12:00 | tomorrow 9 a.m. = 2026-11-24 09:00
demain midi = 2026-11-24 12:00 | demain à midi = 2026-11-24 12:00 | tomorrow noon = 2026-11-24 12:00
demain minuit = 2026-11-24 00:00 | jeudi à midi et demi = 2026-11-26 12:30 | 14h demain = 2026-11-24 14:00
à 14h demain = 2026-11-24 14:00 | 2pm tomorrow = 2026-11-24 14:00 | 3/12 14h = 2026-12-03 14:00
le 3 décembre à 14h30 = 2026-12-03 14:30 | 3 déc 14h = 2026-12-03 14:00 | dec 3 2pm = 2026-12-03 14:00
jeudi prochain 9h = 2026-11-26 09:00 | lundi en huit à 10h = 2026-12-07 10:00 | dans 3 jours à 10h = 2026-11-26 10:00
+6j 9h = 2026-11-29 09:00 | mar. 24 nov. 14:00 = 2026-11-24 14:00 | hier 17h = 2026-11-22 17:00
14h = 2026-11-23 14:00 | à 14h = 2026-11-23 14:00 | 14h30 = 2026-11-23 14:30 | 14:30 = 2026-11-23 14:30
2pm = 2026-11-23 14:00 | at 2:30 pm = 2026-11-23 14:30 | midi = 2026-11-23 12:00 | noon = 2026-11-23 12:00
8h = 2026-11-24 08:00 | minuit = 2026-11-24 00:00 | 8h du soir = 2026-11-23 20:00
ce matin = 2026-11-23 09:00 | ce soir = 2026-11-23 18:00 | cet après-midi = 2026-11-23 14:00
tonight = 2026-11-23 18:00 | this morning = 2026-11-23 09:00 | this evening = 2026-11-23 18:00
ce soir à 19h = 2026-11-23 19:00 | demain matin = 2026-11-24 09:00 | demain soir = 2026-11-24 18:00
demain après-midi = 2026-11-24 14:00 | tomorrow morning = 2026-11-24 09:00 | jeudi matin à 10h = 2026-11-26 10:00
dans 2 heures = 2026-11-23 11:00 | dans une heure = 2026-11-23 10:00 | in 30 minutes = 2026-11-23 09:30
dans 45 min = 2026-11-23 09:45 | in an hour = 2026-11-23 10:00 | dans une demi-heure = 2026-11-23 09:30
il y a 2 heures = 2026-11-23 07:00 | 20 minutes ago = 2026-11-23 08:40 | +2h = 2026-11-23 11:00
in half an hour = 2026-11-23 09:30 | maintenant = 2026-11-23 09:00 | now = 2026-11-23 09:00
"""

REFUSED = [
    "",
    " ",
    "3444",
    "3",
    "12",
    "20261201",
    "31/02",
    "30 février",
    "31 avril",
    "feb 30",
    "31/04/2027",
    "29/02/2027",
    "2027-02-29",
    "32/01",
    "0/12",
    "12/13",
    "3/12/0026",
    "2026-13-01",
    "zzz",
    "demian",
    "bientôt",
    "un de ces jours",
    "asap",
    "demain 25h",
    "35h",
    "demain 14h75",
    "14:60",
    "demain 13pm",
    "0am",
    "demain hier",
    "demain demain",
    "demain 14h 15h",
    "3 mars avril",
    "lundi mardi",
    "mar 3",
    "mardi 3 décembre 2026",
    "lundi 24 novembre 2026",
    "décembre",
    "décembre 2026",
    "2026",
    "3 déc 26",
    "dans jours",
    "dans 3",
    "3 jours 14",
    "+j",
    "j+",
    "+",
    "-",
    "/",
    "3//12",
    "3/12/2026/4",
    "T5 2026",
    "Q0",
    "semaine 54",
    "semaine 53 2027",
    "dans 9999999 jours",
    "dans 999999 ans",
    "dans 99999 mois",
    "il y a 999999 jours",
    "e26",
    "1e3",
    "NaN",
    "2026-12-01T25:00",
    "prochain",
    "next",
    "à",
    "le",
    "demain; rm -rf",
    "\u202edemain x",
    "١٢/٣",
    "²/3",
    "99999999999999999999/1",
    "1/99999999999999999999",
]


def _phrases() -> list[tuple[str, str]]:
    pairs = (entry.split(" = ") for line in UNDERSTOOD.strip().splitlines() for entry in line.split(" | "))
    return [(words.strip(), expected.strip()) for words, expected in pairs]


@pytest.fixture
def french():
    before = i18n.language()
    i18n.use("fr")
    yield
    i18n.use(before)


@pytest.fixture
def english():
    before = i18n.language()
    i18n.use("en")
    yield
    i18n.use(before)


@pytest.mark.parametrize(("words", "expected"), [pair for pair in _phrases() if pair[1] != "refused"])
def test_a_phrase_is_understood(words, expected):
    when = read_when(words, now=NOW)
    assert " ".join([when.on.isoformat(), *([when.at.isoformat("minutes")] if when.at else [])]) == expected


def test_the_table_of_phrases_is_large():
    assert len(_phrases()) > 150


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_not_surely_a_date_is_refused(words):
    with pytest.raises(UsageProblem):
        read_when(words, now=NOW)


def test_a_refusal_names_the_value_and_gives_examples():
    with pytest.raises(UsageProblem) as refusal:
        read_when("demian", now=NOW)
    assert "demian" in str(refusal.value)
    assert "+6j" in str(refusal.value)


def test_an_impossible_date_is_named():
    with pytest.raises(UsageProblem, match="31/02"):
        read_when("31/02", now=NOW)


def test_a_weekday_that_does_not_match_is_told():
    with pytest.raises(UsageProblem, match=r"3 December 2026|3 décembre 2026"):
        read_when("lundi 3 décembre 2026", now=NOW)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3/12", "2025-12-03"),
        ("jeudi", "2026-11-19"),
        ("14h", "2026-11-23"),
        ("8h", "2026-11-23"),
        ("le 15", "2026-11-15"),
        ("lundi", "2026-11-16"),
    ],
)
def test_looking_at_the_past_a_date_without_year_is_the_last_one(words, expected):
    assert read_when(words, now=NOW, past=True).on.isoformat() == expected


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_refusal(words):
    try:
        assert 1900 <= read_when(words, now=NOW).on.year <= 2199
    except UsageProblem as refusal:
        assert refusal.exit_code == 2


@given(
    st.lists(
        st.sampled_from(
            "demain 14 h 3 / 12 dec jeudi prochain + - . : le fin mois de dans jours am 2026 mar t".split()
        ),
        max_size=8,
    )
)
def test_any_heap_of_date_words_is_a_date_or_a_refusal(words):
    try:
        read_when(" ".join(words), now=NOW)
        find_when("x " + " ".join(words), now=NOW)
    except UsageProblem as refusal:
        assert refusal.message


@given(DAYS, st.times().map(lambda at: at.replace(second=0, microsecond=0)), st.sampled_from(["fr", "en"]))
def test_what_is_shown_reads_back(on, at, spoken):
    before = i18n.language()
    i18n.use(spoken)
    try:
        shown = show_when(When(on, at), today=TODAY)
        assert read_when(shown, now=NOW, past=on < TODAY) == When(on, at)
        assert read_when(show_long_day(on), now=NOW).on == on
    finally:
        i18n.use(before)


# --------------------------------------------------------------------------------------------- inside a sentence


@pytest.mark.parametrize(
    ("line", "on", "at", "rest"),
    [
        ("rappeler @dupont demain 14h #d7", "2026-11-24", "14:00", "rappeler @dupont #d7"),
        ("demain rappeler Dupont", "2026-11-24", None, "rappeler Dupont"),
        ("appeler mon client jeudi", "2026-11-26", None, "appeler mon client"),
        ("envoyer le devis pour vendredi", "2026-11-27", None, "envoyer le devis"),
        ("relancer le devis du 3/12 vendredi", "2026-11-27", None, "relancer le devis du 3/12"),
        ("formation 3j à 10h30", "2026-11-23", "10:30", "formation 3j"),
        ("visite 2h lundi", "2026-11-30", None, "visite 2h"),
        ("à 14h rappeler Dupont demain", "2026-11-24", "14:00", "rappeler Dupont"),
        ("demain rappeler Dupont 14h", "2026-11-24", "14:00", "rappeler Dupont"),
        ("déjeuner avec Léa le 3 décembre à midi", "2026-12-03", "12:00", "déjeuner avec Léa"),
        ("call Smith next Thursday at 2pm #d7", "2026-11-26", "14:00", "call Smith #d7"),
        ("relancer dans 3 jours.", "2026-11-26", None, "relancer."),
        ("rappeler jeu.", "2026-11-26", None, "rappeler"),
        ("rappeler auj. pour le devis", "2026-11-23", None, "rappeler pour le devis"),
        ("auj. pour", "2026-11-23", None, "pour"),
        ("rappeler jeu. 14h. pour le devis", "2026-11-26", "14:00", "rappeler pour le devis"),
        ("rappeler demain. Puis relancer", "2026-11-24", None, "rappeler. Puis relancer"),
        ("rappeler ven 14h", "2026-11-27", "14:00", "rappeler"),
        ("relancer fin du mois", "2026-11-30", None, "relancer"),
        ("relancer +6j", "2026-11-29", None, "relancer"),
        ("rdv 03/12/2026 9h30 chez Acme", "2026-12-03", "09:30", "rdv chez Acme"),
        ("rappeler dans 2 heures", "2026-11-23", "11:00", "rappeler"),
    ],
)
def test_the_date_is_taken_out_of_the_line(line, on, at, rest):
    when, left = find_when(line, now=NOW)
    assert when is not None
    assert (when.on.isoformat(), when.at and when.at.isoformat("minutes"), left) == (on, at, rest)


@pytest.mark.parametrize(
    "line",
    [
        "rappeler Sam",
        "devis 1200 €",
        "appeler mon client",
        "appartement T4",
        "écrire à jean@demain.fr",
        "voir Mme Mars",
        "lire le n° 3444",
        "formation 3j",
        "le 3 rue de Paris",
        "semaine chargée",
        "contrat 35h",
        "#demain",
        "version 3.12",
        "appeler 06 12 34 56 78",
        "May Lee",
        "visite 2h",
    ],
)
def test_a_line_without_a_sure_date_is_left_whole(line):
    assert find_when(line, now=NOW) == (None, line)


def test_an_impossible_date_inside_a_line_is_refused():
    with pytest.raises(UsageProblem, match="31/02"):
        find_when("rappeler Dupont 31/02", now=NOW)


# ------------------------------------------------------------------------------------------------------- showing


def test_days_are_shown_in_french(french):
    assert show_day(date(2026, 11, 24), today=TODAY) == "mar. 24 nov."
    assert show_day(date(2026, 12, 1), today=TODAY) == "mar. 1er déc."
    assert show_day(date(2027, 1, 4), today=TODAY) == "lun. 4 janv. 2027"
    assert show_day(date(2026, 2, 3), today=TODAY) == "mar. 3 févr. 2026"
    assert show_long_day(date(2026, 12, 1)) == "mardi 1er décembre 2026"


def test_days_are_shown_in_english(english):
    assert show_day(date(2026, 11, 24), today=TODAY) == "Tue 24 Nov"
    assert show_long_day(date(2026, 12, 1)) == "Tuesday 1 December 2026"


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "aujourd'hui"),
        (1, "demain"),
        (2, "après-demain"),
        (-1, "hier"),
        (-3, "il y a 3 j"),
        (6, "dans 6 j"),
        (100, "dans 3 mois"),
        (-800, "il y a 2 ans"),
    ],
)
def test_distances_are_said_in_french(french, days, shown):
    assert show_relative(TODAY + timedelta(days=days), today=TODAY) == shown


def test_distances_are_said_in_english(english):
    assert [show_relative(TODAY + timedelta(days=n), today=TODAY) for n in (0, 1, -1, 6, -3)] == [
        "today",
        "tomorrow",
        "yesterday",
        "in 6 d",
        "3 d ago",
    ]


def test_an_instant_is_shown_in_the_zone_of_the_reader(french):
    assert show_instant(datetime(2026, 11, 24, 13, tzinfo=UTC), now=NOW) == "mar. 24 nov. 14:00"


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30"), (65, "1 h 05")]
)
def test_durations_are_shown_in_hours_and_minutes(minutes, shown):
    assert show_duration(minutes) == shown


# ------------------------------------------------------------------------------------------------- days and hours


def test_two_days_later_is_the_same_hour_across_the_change_of_hour():
    later = add_days(datetime(2026, 10, 24, 9, tzinfo=PARIS), 2)
    assert (later.isoformat(), later.utcoffset()) == ("2026-10-26T09:00:00+01:00", timedelta(hours=1))


def test_an_hour_that_does_not_exist_becomes_the_first_valid_instant():
    assert add_days(datetime(2027, 3, 27, 2, 30, tzinfo=PARIS), 1).isoformat() == "2027-03-28T03:00:00+02:00"


def test_an_hour_lived_twice_is_the_first_of_the_two():
    assert local_instant(date(2026, 10, 25), time(2, 30), PARIS).isoformat() == "2026-10-25T02:30:00+02:00"


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)),
    st.sampled_from(
        ["Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "Australia/Lord_Howe", "America/St_Johns"]
    ),
)
def test_a_local_instant_shows_the_hour_asked_or_the_next_valid_one(local, zone):
    at = local_instant(local.date(), local.time(), ZoneInfo(zone))
    shown = at.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown >= local
    if shown != local:
        second_before = (
            (at.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        )
        assert second_before < local


def test_a_year_after_29_february_is_28_february():
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)


@given(DAYS, st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_takes_the_last(on, months):
    later = add_months(on, months)
    assert (later.year - on.year) * 12 + later.month - on.month == months
    assert later.day == min(on.day, calendar.monthrange(later.year, later.month)[1])


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))
def test_instants_are_stored_to_the_second_in_utc(at):
    stored = instant_text(at)
    assert len(stored) == 20
    assert read_instant_text(stored) == at.astimezone(UTC).replace(microsecond=0)
    assert instant_text(read_instant_text(stored)) == stored


def test_an_instant_without_zone_is_a_mistake():
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="zone"):
        read_instant_text("2026-01-01T00:00:00")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("demain 14h", "2026-11-24T14:00:00+01:00"),
        ("demain", "2026-11-24T12:00:00+01:00"),
        ("aujourd'hui", "2026-11-23T09:00:00+01:00"),
        ("2026-07-01 09:30", "2026-07-01T09:30:00+02:00"),
        ("2026-12-01T09:30:00Z", "2026-12-01T10:30:00+01:00"),
    ],
)
def test_an_instant_is_read_in_the_zone_of_the_person(words, expected):
    assert read_instant(words, now=NOW).isoformat() == expected


def test_showing_and_reading_dates_import_neither_re_nor_typing():
    program = (
        "import sys; from datetime import *; from petitcrm.dates import *; "
        "now = datetime(2026, 11, 23, 9, tzinfo=timezone.utc); show_day(now.date(), today=now.date()); "
        "read_when('demain 14h', now=now); print([m for m in ('re', 'typing', 'enum', 'json') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", f"import sys; sys.path.insert(0, {_source()!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def _source() -> str:
    import petitcrm

    return petitcrm.__path__[0].rsplit("/petitcrm", 1)[0]
