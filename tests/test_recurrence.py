"""Repetitions: read in words, kept as a rule, counted without drifting."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm import i18n, recurrence
from petitcrm.dates import next_occurrence, read_recurrence, show_recurrence
from petitcrm.errors import UsageProblem

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))
RULES = (
    st.builds(
        lambda frequency, every, end: f"FREQ={frequency}" + (f";INTERVAL={every}" if every > 1 else "") + end,
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        st.integers(1, 40),
        st.just(""),
    )
    | st.builds(
        lambda every, days: (
            f"FREQ=WEEKLY;INTERVAL={every};BYDAY="
            + ",".join(sorted(days, key=["MO", "TU", "WE", "TH", "FR", "SA", "SU"].index))
        ),
        st.integers(1, 8),
        st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1),
    )
    | st.builds(lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day}", st.sampled_from([-1, *range(1, 32)]))
    | st.builds(
        lambda rank, day: f"FREQ=MONTHLY;BYDAY={rank}{day}",
        st.sampled_from([1, 2, 3, 4, -1]),
        st.sampled_from(["MO", "WE", "FR", "SU"]),
    )
)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("tous les jours", "FREQ=DAILY"),
        ("every day", "FREQ=DAILY"),
        ("daily", "FREQ=DAILY"),
        ("tous les 3 jours", "FREQ=DAILY;INTERVAL=3"),
        ("every 10 days", "FREQ=DAILY;INTERVAL=10"),
        ("tous les lundis", "FREQ=WEEKLY;BYDAY=MO"),
        ("chaque lundi", "FREQ=WEEKLY;BYDAY=MO"),
        ("every Monday", "FREQ=WEEKLY;BYDAY=MO"),
        ("tous les jeudis et lundis", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("un lundi sur deux", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("toutes les semaines", "FREQ=WEEKLY"),
        ("weekly", "FREQ=WEEKLY"),
        ("hebdomadaire", "FREQ=WEEKLY"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("toutes les deux semaines", "FREQ=WEEKLY;INTERVAL=2"),
        ("tous les 15 jours", "FREQ=WEEKLY;INTERVAL=2"),
        ("tous les quinze jours", "FREQ=WEEKLY;INTERVAL=2"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2"),
        ("une semaine sur deux", "FREQ=WEEKLY;INTERVAL=2"),
        ("tous les jours ouvrés", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("chaque mois", "FREQ=MONTHLY"),
        ("monthly", "FREQ=MONTHLY"),
        ("tous les 3 mois", "FREQ=MONTHLY;INTERVAL=3"),
        ("chaque trimestre", "FREQ=MONTHLY;INTERVAL=3"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3"),
        ("tous les six mois", "FREQ=MONTHLY;INTERVAL=6"),
        ("le 15 de chaque mois", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("le 1er du mois", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("fin de chaque mois", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("le dernier jour du mois", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("le premier lundi du mois", "FREQ=MONTHLY;BYDAY=1MO"),
        ("the last friday of the month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("on the 15th of every month", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("tous les ans", "FREQ=YEARLY"),
        ("every year", "FREQ=YEARLY"),
        ("chaque année", "FREQ=YEARLY"),
        ("every 2 years", "FREQ=YEARLY;INTERVAL=2"),
    ],
)
def test_a_repetition_is_read(words, rule):
    assert read_recurrence(words) == rule


@pytest.mark.parametrize(
    "words",
    [
        "",
        "lundi",
        "souvent",
        "tous les",
        "every",
        "tous les 0 jours",
        "tous les zèbres",
        "le 32 du mois",
        "every 9999 days",
        "tous les lundis demain",
        "le 0 du mois",
    ],
)
def test_what_is_not_a_repetition_is_refused_with_examples(words):
    with pytest.raises(UsageProblem) as refusal:
        read_recurrence(words)
    assert "tous les lundis" in str(refusal.value)


@given(st.text(max_size=30))
def test_any_text_is_a_repetition_or_a_refusal(words):
    try:
        assert next_occurrence(read_recurrence(words), date(2026, 11, 23), anchor=date(2026, 11, 23))
    except UsageProblem as refusal:
        assert refusal.message


@pytest.mark.parametrize(
    ("rule", "french", "english"),
    [
        ("FREQ=DAILY", "tous les jours", "every day"),
        ("FREQ=WEEKLY;BYDAY=MO", "tous les lundis", "every Monday"),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "tous les lundis, mercredis et vendredis",
            "every Monday, Wednesday and Friday",
        ),
        ("FREQ=WEEKLY;INTERVAL=2", "toutes les 2 semaines", "every 2 weeks"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "le lundi, toutes les 2 semaines", "on Monday, every 2 weeks"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "tous les jours ouvrés", "every working day"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "le dernier jour du mois", "on the last day of the month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "le 1er de chaque mois", "on day 1 of every month"),
        ("FREQ=MONTHLY;BYDAY=1MO", "le premier lundi du mois", "on the first Monday of the month"),
    ],
)
def test_a_rule_is_said_in_both_languages(rule, french, english):
    i18n.use("fr")
    assert show_recurrence(rule) == french
    i18n.use("en")
    assert show_recurrence(rule) == english


@given(RULES, st.sampled_from(["fr", "en"]))
def test_most_rules_said_in_words_read_back_to_themselves(rule, spoken):
    i18n.use(spoken)
    shown = show_recurrence(rule)
    if "BYDAY" in rule and "INTERVAL=" in rule:
        return
    again = read_recurrence(shown)
    assert again == rule or (
        rule in ("FREQ=DAILY;INTERVAL=8", "FREQ=DAILY;INTERVAL=15") and "WEEKLY" in again
    )


def test_the_31st_comes_back_after_a_short_month():
    first, rule = date(2026, 1, 31), "FREQ=MONTHLY"
    second = next_occurrence(rule, first, anchor=first)
    assert (second, next_occurrence(rule, second, anchor=first)) == (date(2026, 2, 28), date(2026, 3, 31))


def test_29_february_every_year_is_28_february_until_the_next_leap_year():
    first = date(2028, 2, 29)
    assert next_occurrence("FREQ=YEARLY", first, anchor=first) == date(2029, 2, 28)
    assert next_occurrence("FREQ=YEARLY", date(2031, 12, 1), anchor=first) == date(2032, 2, 29)


@given(RULES, DAYS, DAYS)
def test_an_occurrence_is_after_the_day_and_not_before_the_anchor(rule, after, anchor):
    following = next_occurrence(rule, after, anchor=anchor)
    assert following > after
    assert following >= anchor


@given(RULES, DAYS, st.integers(0, 2000), st.integers(0, 400))
def test_no_occurrence_is_skipped(rule, anchor, away, inside):
    after = anchor + timedelta(days=away)
    following = next_occurrence(rule, after, anchor=anchor)
    between = after + timedelta(days=inside)
    if between < following:
        assert next_occurrence(rule, between, anchor=anchor) == following


def test_a_rule_of_another_calendar_is_a_mistake():
    with pytest.raises(ValueError, match="not a rule"):
        next_occurrence("FREQ=HOURLY", date(2026, 1, 1), anchor=date(2026, 1, 1))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "FREQ=MONTHLY",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=29", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=4", "FREQ=YEARLY;BYMONTHDAY=30", "FREQ=MONTHLY;INTERVAL=6",
    ],
)  # fmt: skip
def test_a_rule_told_to_other_programs_gives_the_same_days(rule: str) -> None:
    from dateutil.rrule import rrulestr

    for anchor in (
        date(2026, 11, 24),
        date(2026, 1, 31),
        date(2028, 2, 29),
        date(2027, 12, 30),
        date(2026, 11, 30),
    ):
        told, counts_itself = recurrence.standard(rule, anchor=anchor)
        start = datetime.combine(anchor, time())
        found = [day.date() for day in itertools.islice(rrulestr(told, dtstart=start), 60)]
        ours, on = [], anchor - timedelta(days=1)
        for _time in range(60):
            on = recurrence.next_occurrence(rule, on, anchor=anchor)
            ours.append(on)
        assert found == ours, (rule, anchor, told)
        assert counts_itself == (ours[0] == anchor)
