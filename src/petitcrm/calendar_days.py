"""What each way of saying a day or an hour means: from the present and the numbers said to a date or a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from petitcrm.dates import add_months, month_days, show_long_day
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

Values = dict[str, int]
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


class Said(Row):
    """Some words, when they were said (aware, in the user's zone), and whether they look at the past."""

    words: str
    now: datetime
    past: bool = False

    @property
    def today(self) -> date:
        """Return the day on which the words were said."""
        return self.now.date()


def impossible(said: Said, day: str) -> UsageProblem:
    """Return the refusal of a day that is in no calendar."""
    return UsageProblem(_("“{words}”: {day} does not exist.", words=said.words, day=day))


def shifted(count: int) -> Callable[[Said, Values], date]:
    """Return what gives the day `count` days from today."""
    return lambda said, _values: moved(said, count, 1)


def moved(said: Said, count: int, unit: int) -> date:
    """Return the day `count` units away; a unit is days, or months where negative. UsageProblem out of reach."""
    try:
        on = said.today + timedelta(days=count * unit) if unit > 0 else add_months(said.today, -count * unit)
    except (OverflowError, ValueError):
        on = None
    if on is None or not _FIRST_YEAR <= on.year <= _LAST_YEAR:
        raise UsageProblem(_("“{words}” is too far away to be a date.", words=said.words))
    return on


def in_units(said: Said, values: Values) -> date:
    """Return the day so many days, weeks, months or years ahead."""
    return moved(said, values["count"], values["unit"])


def units_ago(said: Said, values: Values) -> date:
    """Return the day so many days, weeks, months or years back."""
    return moved(said, -values["count"], values["unit"])


def in_days(said: Said, values: Values) -> date:
    """Return the day so many days ahead."""
    return moved(said, values["count"], 1)


def days_ago(said: Said, values: Values) -> date:
    """Return the day so many days back."""
    return moved(said, -values["count"], 1)


# ------------------------------------------------------------------------------------------------------ weekdays


def weekday(said: Said, values: Values) -> date:
    """Return the next such day, never today; the last one when the words look at the past."""
    if said.past:
        return last_weekday(said, values)
    return moved(said, (values["weekday"] - said.today.weekday() - 1) % 7 + 1, 1)


def coming_weekday(said: Said, values: Values) -> date:
    """Return the next such day, never today."""
    return moved(said, (values["weekday"] - said.today.weekday() - 1) % 7 + 1, 1)


def this_weekday(said: Said, values: Values) -> date:
    """Return the next such day, today included."""
    return moved(said, (values["weekday"] - said.today.weekday()) % 7, 1)


def last_weekday(said: Said, values: Values) -> date:
    """Return the last such day, never today."""
    return moved(said, -((said.today.weekday() - values["weekday"] - 1) % 7 + 1), 1)


def weekday_in_a_week(said: Said, values: Values) -> date:
    """Return such a day, a week after the next one ("lundi en huit")."""
    return coming_weekday(said, values) + timedelta(days=7)


def weekday_in_two_weeks(said: Said, values: Values) -> date:
    """Return such a day, two weeks after the next one ("en quinze")."""
    return coming_weekday(said, values) + timedelta(days=14)


def weekday_of_next_week(said: Said, values: Values) -> date:
    """Return such a day of the week that begins next Monday."""
    return next_week(said, values) + timedelta(days=values["weekday"])


# ------------------------------------------------------------------------------------------------------- periods


def end_of_month(said: Said, _values: Values) -> date:
    """Return the last day of this month."""
    return last_day(said.today)


def end_of_next_month(said: Said, values: Values) -> date:
    """Return the last day of next month."""
    return last_day(next_month(said, values))


def next_month(said: Said, _values: Values) -> date:
    """Return the first day of next month."""
    return add_months(said.today.replace(day=1), 1)


def middle_of_next_month(said: Said, values: Values) -> date:
    """Return the fifteenth of next month."""
    return next_month(said, values).replace(day=15)


def end_of_week(said: Said, _values: Values) -> date:
    """Return this Friday: the week of a firm; the next one at the week-end."""
    return this_weekday(said, {"weekday": 4})


def next_week(said: Said, _values: Values) -> date:
    """Return next Monday."""
    return said.today + timedelta(days=7 - said.today.weekday())


def end_of_next_week(said: Said, values: Values) -> date:
    """Return the Friday of next week."""
    return next_week(said, values) + timedelta(days=4)


def weekend(said: Said, _values: Values) -> date:
    """Return the coming Saturday, today if it is one."""
    return this_weekday(said, {"weekday": 5})


def end_of_year(said: Said, _values: Values) -> date:
    """Return 31 December."""
    return said.today.replace(month=12, day=31)


def next_year(said: Said, _values: Values) -> date:
    """Return the first of next January."""
    return date(said.today.year + 1, 1, 1)


def end_of_quarter(said: Said, _values: Values) -> date:
    """Return the last day of this quarter."""
    return last_day(said.today.replace(day=1, month=(said.today.month - 1) // 3 * 3 + 3))


def quarter(said: Said, values: Values) -> date:
    """Return the last day of a quarter; without a year, of the next one to end."""
    return _in_year(said, values, lambda year: last_day(date(year, values["quarter"] * 3, 1)))


def week(said: Said, values: Values) -> date:
    """Return the Monday of an ISO week; UsageProblem for a 53rd week in a year of 52."""
    if "year" in values and date(values["year"], 12, 28).isocalendar().week < values["week"]:
        raise impossible(said, said.words)
    return _in_year(said, values, lambda year: _monday(year, values["week"]))


def start_of(said: Said, values: Values) -> date:
    """Return the first day of a month."""
    return _in_year(said, values, lambda year: date(year, values["month"], 1))


def middle_of(said: Said, values: Values) -> date:
    """Return the fifteenth of a month."""
    return _in_year(said, values, lambda year: date(year, values["month"], 15))


def end_of(said: Said, values: Values) -> date:
    """Return the last day of a month."""
    return _in_year(said, values, lambda year: last_day(date(year, values["month"], 1)))


def last_day(on: date) -> date:
    """Return the last day of the month of `on`."""
    return on.replace(day=month_days(on.year, on.month))


def _monday(year: int, number: int) -> date | None:
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None


# --------------------------------------------------------------------------------------------------------- dates


def day_month(said: Said, values: Values) -> date:
    """Return a day of the calendar; without a year the next one that exists. A weekday said must be right."""
    number, month = values["day"], values["month"]
    if not 1 <= number <= month_days(values.get("year", 2000), month):
        raise impossible(said, f"{number:02}/{month:02}" + (f"/{values['year']}" if "year" in values else ""))
    on = _in_year(
        said, values, lambda year: date(year, month, number) if number <= month_days(year, month) else None
    )
    if values.get("weekday", on.weekday()) != on.weekday():
        raise UsageProblem(_("“{words}”: that day is {day}.", words=said.words, day=show_long_day(on)))
    return on


def day_of_month(said: Said, values: Values) -> date:
    """Return the next day that has this number (and this weekday, when said)."""
    step = -1 if said.past else 1
    for months in range(0, 12 * 8 * step, step):
        month = add_months(said.today.replace(day=1), months)
        on = month.replace(day=min(values["day"], month_days(month.year, month.month)))
        right = on.day == values["day"] and values.get("weekday", on.weekday()) == on.weekday()
        if right and (on <= said.today if said.past else on >= said.today):
            return _soon(said, on)
    raise impossible(said, str(values["day"]))


def tuesday_or_march(said: Said, values: Values) -> date:
    """Refuse "mar 3", which is Tuesday the third to one reader and 3 March to another."""
    raise UsageProblem(
        _("“{words}” may be a Tuesday or a day of March.", words=said.words),
        advice=_("Write “mardi {day}” or “{day} mars”.", day=values["day"]),
    )


def _soon(said: Said, on: date) -> date:
    if abs((on - said.today).days) > 62:
        raise UsageProblem(
            _("“{words}” is {day}: give the month too.", words=said.words, day=show_long_day(on))
        )
    return on


def _in_year(said: Said, values: Values, day_of: Callable[[int], date | None]) -> date:
    if "year" in values:
        years = range(values["year"], values["year"] + 1)
    elif said.past:
        years = range(said.today.year, said.today.year - 9, -1)
    else:
        years = range(said.today.year, said.today.year + 9)
    for year in years:
        on = day_of(year)
        if on and ("year" in values or (on <= said.today if said.past else on >= said.today)):
            return on
    raise impossible(said, said.words)


# --------------------------------------------------------------------------------------------------------- hours


def clock(said: Said, values: Values) -> time:
    """Return an hour of the day; 24 h is midnight."""
    hour, minute = values["hour"], values.get("minute", 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59 or values.get("second", 0) > 59:
        raise UsageProblem(
            _(
                "“{words}”: {hour}:{minute} is not an hour.",
                words=said.words,
                hour=hour,
                minute=f"{minute:02}",
            )
        )
    return time(hour, minute)


def morning_clock(said: Said, values: Values) -> time:
    """Return an hour of a twelve-hour clock before noon."""
    _twelve(said, values)
    return clock(said, {**values, "hour": values["hour"] % 12})


def afternoon_clock(said: Said, values: Values) -> time:
    """Return an hour of a twelve-hour clock after noon."""
    _twelve(said, values)
    return clock(said, {**values, "hour": values["hour"] % 12 + 12})


def part(_said: Said, values: Values) -> time:
    """Return the hour meant by a part of the day."""
    return time(values["hour"])


def afternoon(_said: Said, _values: Values) -> time:
    """Return two o'clock in the afternoon."""
    return time(14)


def evening(_said: Said, _values: Values) -> time:
    """Return six in the evening."""
    return time(18)


def noon(_said: Said, _values: Values) -> time:
    """Return noon."""
    return time(12)


def half_past_noon(_said: Said, _values: Values) -> time:
    """Return half past noon."""
    return time(12, 30)


def midnight(_said: Said, _values: Values) -> time:
    """Return midnight, at which the day begins."""
    return time(0)


def in_minutes(said: Said, values: Values) -> datetime:
    """Return the instant so many real minutes from now, in the user's zone."""
    try:
        later = said.now.astimezone(UTC) + timedelta(minutes=values["count"] * values["unit"])
        return later.astimezone(said.now.tzinfo)
    except OverflowError:
        raise UsageProblem(_("“{words}” is too far away to be a date.", words=said.words)) from None


def minutes_ago(said: Said, values: Values) -> datetime:
    """Return the instant so many real minutes ago."""
    return in_minutes(said, {**values, "count": -values["count"]})


def in_half_an_hour(said: Said, _values: Values) -> datetime:
    """Return the instant half an hour from now."""
    return in_minutes(said, {"count": 30, "unit": 1})


def present(said: Said, _values: Values) -> datetime:
    """Return the present."""
    return said.now


def _twelve(said: Said, values: Values) -> None:
    if not 1 <= values["hour"] <= 12:
        raise UsageProblem(
            _(
                "“{words}”: {hour} is not an hour of a twelve-hour clock.",
                words=said.words,
                hour=values["hour"],
            )
        )
