"""The repetitions of an event of a calendar, within a span of days, by the clock of its own zone.

A rule may be anything that somebody has sent: what would be counted for hours is refused with a sentence.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from dateutil import rrule  # type: ignore[import-untyped] # it has no types of its own

from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MOST = 20_000
"""Repetitions that are counted from the first one on: fifty years, every day."""
_BY_DAYS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_YEARLY_ONLY = ("BYYEARDAY", "BYWEEKNO", "BYEASTER")
_WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Unreadable(ValueError):
    """A rule that is not followed, and why."""


def starts(event: Any, first: date, last: date) -> list[date]:
    """Return when an event begins, each time from `first` to `last` and a day around, as its DTSTART is written.

    All is counted on the clock of the event's zone: nine o'clock stays nine o'clock through a change of hour.
    """
    begins = event["dtstart"].dt
    zone = begins.tzinfo if isinstance(begins, datetime) else None
    clock = _Clock(zone)
    lower = datetime.combine(first, time()) - timedelta(days=1)
    upper = datetime.combine(last, time.max) + timedelta(days=1)
    found = {clock.bare(begins)} if lower <= clock.bare(begins) <= upper else set()
    for told in _listed(event.get("rrule")):
        found |= set(_followed(told, clock, clock.bare(begins), lower, upper))
    found |= {at for at in clock.dates(event.get("rdate")) if lower <= at <= upper}
    without = set(clock.dates(event.get("exdate")))
    days = {at.date() for at in without if at.time() == time()}
    kept = sorted(at for at in found if at not in without and at.date() not in days)
    return [at.replace(tzinfo=zone) if isinstance(begins, datetime) else at.date() for at in kept]


class _Clock:
    """The clock of an event: instants as it shows them, without their zone."""

    def __init__(self, zone: Any) -> None:
        self.zone = zone

    def bare(self, at: date) -> datetime:
        if not isinstance(at, datetime):
            return datetime.combine(at, time())
        if at.tzinfo is not None and self.zone is not None:
            at = at.astimezone(self.zone)
        return at.replace(tzinfo=None)

    def dates(self, told: Any) -> Iterator[datetime]:
        """Yield the days and instants of a list of them; of a period, its beginning."""
        for some in _listed(told):
            for one in getattr(some, "dts", ()):
                at = one.dt[0] if isinstance(one.dt, tuple) else one.dt
                if isinstance(at, date):
                    yield self.bare(at)


def _followed(
    told: Any, clock: _Clock, begins: datetime, lower: datetime, upper: datetime
) -> Iterator[datetime]:
    rule = {name.upper(): values for name, values in told.items()}
    _check(rule)
    until = _listed(rule.pop("UNTIL", None))
    text = ";".join(f"{name}={_value(values)}" for name, values in rule.items())
    end = clock.bare(until[0]) if until else upper
    if until and not isinstance(until[0], datetime):
        end = datetime.combine(until[0], time.max)
    for number, at in enumerate(rrule.rrulestr(text, dtstart=begins)):
        if at > min(end, upper):
            return
        if number >= MOST:
            raise Unreadable(_("an event that is repeated more than {most} times", most=MOST))
        if at >= lower:
            yield at


def _check(rule: dict[str, Any]) -> None:
    """Refuse what would be counted for hours, and what the standard does not allow either."""
    frequency = str((_listed(rule.get("FREQ")) or [""])[0]).upper()
    if frequency not in _BY_DAYS:
        raise Unreadable(_("an event that is repeated several times a day"))
    wrong = frequency == "DAILY" and any(name in rule for name in _YEARLY_ONLY)
    months, days = _listed(rule.get("BYMONTH")), _listed(rule.get("BYMONTHDAY"))
    if months and days:
        longest = max(_LAST_DAYS[(int(month) - 1) % 12] for month in months)
        wrong = wrong or all(abs(int(day)) > longest for day in days)
    often = 1
    for name in _WITHIN_A_DAY:
        often *= max(len(set(map(str, _listed(rule.get(name))))), 1)
    if wrong or often > 24:
        raise Unreadable(_("an event whose repetition makes no sense"))


def _value(values: Any) -> str:
    return ",".join(
        str(one.to_ical().decode() if hasattr(one, "to_ical") else one) for one in _listed(values)
    )


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]
