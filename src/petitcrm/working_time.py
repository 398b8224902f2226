"""When the firm works: its hours, its days, and the public holidays of its part of France.

`holidays` knows the calendar (Code du travail, article L3133-1; Alsace-Moselle, L3134-13; the overseas days of 27 May
and others) and is imported when the first day is asked for.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from petitcrm.dates import local_instant, zone_of
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CALENDARS = ("", "57", "6AE", "971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "WF")
"""Where holidays differ: Moselle, Alsace, overseas; empty for the rest of France."""

_FAR = 366 * 3


class Hours(Row):
    """When the firm works: spans of the day, weekdays (Monday is 0), and whose holidays are kept."""

    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    calendar: str = ""


USUAL = Hours()
_known: dict[tuple[int, str, str], dict[date, str]] = {}


def holiday(on: date, calendar: str = "") -> str:
    """Return the name of the public holiday that a day is, in the reader's language; empty on any other day."""
    key = (on.year, calendar, language())
    if key not in _known:
        from holidays import country_holidays

        told = {"fr": "fr", "en": "en_US"}.get(
            language(), "en_US"
        )  # else the environment would choose the language
        _known[key] = dict(country_holidays("FR", subdiv=calendar or None, years=on.year, language=told))
    return _known[key].get(on, "")


def is_working_day(on: date, hours: Hours = USUAL) -> bool:
    """Tell whether the firm works on a day."""
    return on.weekday() in hours.weekdays and not holiday(on, hours.calendar)


def add_working_days(on: date, days: int, hours: Hours = USUAL) -> date:
    """Return the working day that comes `days` working days after `on`; with 0 the first one from `on` on."""
    found, left = on, days
    if left <= 0:
        return _first_working_day(on, hours)
    while left:
        found = _first_working_day(found + timedelta(days=1), hours)
        left -= 1
    return found


def add_working_minutes(at: datetime, minutes: int, hours: Hours = USUAL) -> datetime:
    """Return the instant (aware, in the zone of `at`) at which so many working minutes after `at` have passed."""
    left = timedelta(minutes=minutes)
    begin = end = at
    for begin, end in _spans_from(at, hours):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    raise UsageProblem(_("The firm's hours leave no time to work in."))


def working_minutes(start: datetime, end: datetime, hours: Hours = USUAL) -> int:
    """Return how many whole working minutes lie between two instants; 0 where the second is not later."""
    total = timedelta()
    if end > start:
        for begin, until in _spans_from(start, hours):
            if begin >= end:
                break
            total += min(until, end) - begin
    return int(total.total_seconds() // 60)


def read_hours(told: str) -> tuple[tuple[time, time], ...]:
    """Return the spans of a day written like `9-12, 14-18` or `8:30-17:00`; UsageProblem for anything else."""
    try:
        spans = tuple(_span(part) for part in told.split(","))
    except ValueError:
        raise _no_hours(told) from None
    flat = [hour for span in spans for hour in span]
    if flat != sorted(set(flat)):
        raise _no_hours(told)
    return spans


def show_hours(spans: tuple[tuple[time, time], ...]) -> str:
    """Return spans as they are written: `09:00-12:00, 14:00-18:00`."""
    return ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in spans)


def _span(part: str) -> tuple[time, time]:
    begin, _dash, end = part.replace("–", "-").partition("-")
    return _hour(begin), _hour(end)


def _hour(told: str) -> time:
    hour, _colon, minute = told.strip().lower().replace("h", ":").partition(":")
    return time(int(hour), int(minute or 0))


def _no_hours(told: str) -> UsageProblem:
    return UsageProblem(_("“{value}” are no hours of work: write 9-12, 14-18.", value=told))


def _first_working_day(on: date, hours: Hours) -> date:
    for number in range(_FAR):
        day = on + timedelta(days=number)
        if is_working_day(day, hours):
            return day
    raise UsageProblem(_("The firm's hours leave no time to work in."))


def _spans_from(at: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans of work from an instant on, as instants; each day's hours are those of its own clock."""
    zone = zone_of(at)
    for number in range(_FAR):
        on = at.date() + timedelta(days=number)
        if not is_working_day(on, hours):
            continue
        for begin, end in hours.spans:
            opens, closes = local_instant(on, begin, zone), local_instant(on, end, zone)
            if closes > at:
                yield max(opens, at), closes
