"""The hours and days on which the firm works, French holidays left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petitcrm import i18n, working_time
from petitcrm.errors import UsageProblem
from petitcrm.working_time import Hours

PARIS = ZoneInfo("Europe/Paris")


def at(day: str, hour: str) -> datetime:
    """Return an instant in Paris."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (("2026-11-23", "09:00"), 240, ("2026-11-23", "15:00")),
        (("2026-11-23", "11:30"), 60, ("2026-11-23", "14:30")),
        (("2026-11-23", "12:30"), 1, ("2026-11-23", "14:01")),
        (("2026-11-23", "17:30"), 240, ("2026-11-24", "14:30")),
        (("2026-11-28", "10:00"), 60, ("2026-11-30", "10:00")),  # a Saturday
        (("2026-12-24", "17:00"), 120, ("2026-12-28", "10:00")),  # Christmas, then a week-end
        (("2026-10-23", "17:00"), 120, ("2026-10-26", "10:00")),  # the clocks go back on the 25th
    ],
)
def test_minutes_of_work_pass_only_while_the_firm_works(
    start: tuple[str, str], minutes: int, end: tuple[str, str]
) -> None:
    assert working_time.add_working_minutes(at(*start), minutes) == at(*end)


@given(some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), some.integers(1, 5000))
def test_what_was_added_is_what_is_counted(start: datetime, minutes: int) -> None:
    begin = start.replace(microsecond=0, second=0, tzinfo=PARIS)
    end = working_time.add_working_minutes(begin, minutes)
    assert working_time.working_minutes(begin, end) == minutes


@pytest.mark.parametrize(
    ("on", "calendar", "name"),
    [
        ("2026-11-11", "", "Armistice"),
        ("2026-04-06", "", "Lundi de Pâques"),
        ("2026-04-03", "", ""),
        ("2026-04-03", "57", "Vendredi saint"),
        ("2026-12-26", "6AE", "Saint Étienne"),
        ("2026-05-22", "972", "Abolition de l'esclavage"),
        ("2026-05-22", "", ""),
    ],
)
def test_holidays_are_those_of_the_part_of_france(on: str, calendar: str, name: str) -> None:
    i18n.use("fr")
    found = working_time.holiday(date.fromisoformat(on), calendar)
    assert found.casefold().replace("-", " ") == name.casefold()


def test_holidays_are_named_in_the_language_of_the_reader_whatever_the_machine_speaks() -> None:
    i18n.use("en")
    assert working_time.holiday(date(2026, 7, 14)) == "National Day"
    i18n.use("fr")
    assert working_time.holiday(date(2026, 7, 14)) == "Fête nationale"


@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        ("2026-12-24", 1, "2026-12-28"),
        ("2026-12-25", 0, "2026-12-28"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_working_days_skip_week_ends_and_holidays(on: str, days: int, expected: str) -> None:
    assert working_time.add_working_days(date.fromisoformat(on), days).isoformat() == expected


@pytest.mark.parametrize(
    ("told", "shown"),
    [("9-12, 14-18", "09:00-12:00, 14:00-18:00"), ("8h30–17h", "08:30-17:00"), ("8:30-12", "08:30-12:00")],
)
def test_hours_are_read_as_people_write_them(told: str, shown: str) -> None:
    assert working_time.show_hours(working_time.read_hours(told)) == shown


@pytest.mark.parametrize("told", ["", "9", "18-9", "9-12, 11-18", "9-25", "neuf-douze", "9-9"])
def test_hours_that_mean_nothing_are_refused(told: str) -> None:
    with pytest.raises(UsageProblem, match="9-12"):
        working_time.read_hours(told)


def test_a_firm_that_never_works_is_told_so() -> None:
    never = Hours(weekdays=())
    with pytest.raises(UsageProblem):
        working_time.add_working_minutes(at("2026-11-23", "09:00"), 1, never)
    with pytest.raises(UsageProblem):
        working_time.add_working_days(date(2026, 11, 23), 1, never)


def test_time_that_has_not_passed_counts_nothing() -> None:
    start = at("2026-11-23", "10:00")
    assert working_time.working_minutes(start, start - timedelta(hours=3)) == 0
