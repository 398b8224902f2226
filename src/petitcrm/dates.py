"""Days, hours and delays: shown as people say them, moved as the calendar and the clocks allow.

Nothing here imports `re` or `typing`: the morning's list shows dates before anything else. Dates in words are read
by `petitcrm.date_words`, repetitions by `petitcrm.recurrence`; `read_when` and its sisters are called from here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from petitcrm.i18n import language
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
SHORT_WEEKDAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
SHORT_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_NEAR = {
    "fr": {-2: "avant-hier", -1: "hier", 0: "aujourd'hui", 1: "demain", 2: "après-demain"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_FAR = {"fr": ("il y a {}", "dans {}"), "en": ("{} ago", "in {}")}
_UNITS = {"fr": (" j", " mois", " an", " ans"), "en": (" d", " mo", " y", " y")}


class When(Row):
    """A day and perhaps an hour, in the zone of the person who said them."""

    on: date
    at: time | None = None


# ------------------------------------------------------------------------------------------------------- reading


def read_when(words: str, *, now: datetime, past: bool = False) -> When:
    """Read a date in French or English words ("demain 14h", "next Thursday", "3/12", "+6j").

    `now` is aware, in the user's zone. A date without a year is the next one (the last one with `past`).
    Raise UsageProblem, naming the value, for anything that is not surely a date.
    """
    from petitcrm import date_words

    return date_words.read_when(words, now=now, past=past)


def find_when(text: str, *, now: datetime) -> tuple[When | None, str]:
    """Take the date said inside a line of text out of it; return the date, if any, and the rest of the line."""
    from petitcrm import date_words

    return date_words.find_when(text, now=now)


def read_instant(words: str, *, now: datetime, past: bool = False) -> datetime:
    """Read a date in words as an instant of `now`'s zone.

    Without an hour: the present hour for today, noon for another day (still that day in every French zone).
    """
    when = read_when(words, now=now, past=past)
    if when.at is None and when.on == now.date():
        return now.replace(microsecond=0)
    return local_instant(when.on, when.at or time(12), zone_of(now))


def read_recurrence(words: str) -> str:
    """Read "tous les lundis" or "every 2 weeks" as the text of an RFC 5545 rule; UsageProblem if it is not one."""
    from petitcrm import recurrence

    return recurrence.read_recurrence(words)


def show_recurrence(rule: str) -> str:
    """Say a stored rule in words."""
    from petitcrm import recurrence

    return recurrence.show_recurrence(rule)


def next_occurrence(rule: str, after: date, *, anchor: date) -> date:
    """Return the first day of the rule after `after`, counting from `anchor`, its first day."""
    from petitcrm import recurrence

    return recurrence.next_occurrence(rule, after, anchor=anchor)


# ------------------------------------------------------------------------------------------------------- showing


def show_day(on: date, *, today: date) -> str:
    """Return "mar. 24 nov.", with the year when it is another year or more than six months away."""
    spoken = language()
    shown = f"{SHORT_WEEKDAYS[spoken][on.weekday()]} {_day(on, spoken)} {SHORT_MONTHS[spoken][on.month - 1]}"
    if on.year != today.year or abs((on - today).days) > 183:
        return f"{shown} {on.year}"
    return shown


def show_long_day(on: date) -> str:
    """Return "mardi 24 novembre 2026"."""
    spoken = language()
    return f"{WEEKDAYS[spoken][on.weekday()]} {_day(on, spoken)} {MONTHS[spoken][on.month - 1]} {on.year}"


def show_relative(on: date, *, today: date) -> str:
    """Return how far `on` is: "aujourd'hui", "demain", "il y a 3 j", "dans 6 j", "dans 3 mois"."""
    spoken = language()
    days = (on - today).days
    if days in _NEAR[spoken]:
        return _NEAR[spoken][days]
    return _FAR[spoken][days > 0].format(_distance(abs(days), _UNITS[spoken]))


def show_instant(at: datetime, *, now: datetime) -> str:
    """Return "mar. 24 nov. 14:00" in the zone of `now`."""
    local = at.astimezone(now.tzinfo)
    return f"{show_day(local.date(), today=now.date())} {show_time(local.time())}"


def show_when(when: When, *, today: date) -> str:
    """Return what was understood, "mar. 24 nov. 14:00", without the hour where there is none."""
    shown = show_day(when.on, today=today)
    return shown if when.at is None else f"{shown} {show_time(when.at)}"


def show_time(at: time) -> str:
    """Return "14:00"."""
    return f"{at.hour:02}:{at.minute:02}"


def show_duration(minutes: int) -> str:
    """Return a duration given in minutes: "45 min", "2 h", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _day(on: date, spoken: str) -> str:
    return "1er" if on.day == 1 and spoken == "fr" else str(on.day)


def _distance(days: int, units: tuple[str, str, str, str]) -> str:
    if days <= 45:
        return f"{days}{units[0]}"
    months = round(days / 30.4375)
    if months < 24:
        return f"{months}{units[1]}"
    years = months // 12
    return f"{years}{units[2] if years == 1 else units[3]}"


# ---------------------------------------------------------------------------------------------- instants and days


def instant_text(at: datetime) -> str:
    """Return an aware instant as it is stored, `YYYY-MM-DDTHH:MM:SSZ`; ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant has a zone")
    return at.astimezone(UTC).isoformat()[:19] + "Z"


def read_instant_text(stored: str) -> datetime:
    """Return the aware UTC instant of a stored text; ValueError if it is not one."""
    at = datetime.fromisoformat(stored)
    if at.tzinfo is None:
        raise ValueError(f"an instant has a zone: {stored}")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def zone_of(local: datetime) -> tzinfo:
    """Return the zone of an aware datetime; ValueError if it has none."""
    if local.tzinfo is None:
        raise ValueError("a local time has a zone")
    return local.tzinfo


def local_instant(on: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant at which a clock of `zone` shows `at` on `on`.

    An hour skipped in spring gives the first valid instant after it; an hour lived twice in autumn, the first.
    """
    wanted = datetime.combine(on, at.replace(fold=0), tzinfo=zone)
    if _exists(wanted):
        return wanted
    low = wanted.replace(fold=1).astimezone(UTC).replace(microsecond=0)
    high = wanted.astimezone(UTC)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.astimezone(zone)


def add_days(local: datetime, days: int) -> datetime:
    """Return the same hour on the clock `days` calendar days later (TRUST: "2 days" is not 48 hours)."""
    return local_instant(local.date() + timedelta(days=days), local.time(), zone_of(local))


def add_months(on: date, months: int) -> date:
    """Return the same day `months` months later, or the last of that month: 29 February + 12 = 28 February."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, month_days(year, month + 1)))


def month_days(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)


def days_since(now: datetime, stored: str) -> int:
    """Return the whole days of the calendar between a stored instant and the user's today.

    The user's offset of today serves for both: an hour of summer time is not worth a zone look-up for each card.
    """
    at = read_instant_text(stored) + (now.utcoffset() or timedelta())
    return max(0, now.toordinal() - at.toordinal())
