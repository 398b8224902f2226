"""The days on which a French firm works, and the next of them."""

from __future__ import annotations

from datetime import date, timedelta

_FIXED = frozenset(((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)))
"""Public holidays by month and day: article L. 3133-1 of the Code du travail."""
_AFTER_EASTER = (1, 39, 50)
"""Days from Easter Sunday to Easter Monday, Ascension and Whit Monday, holidays by the same article."""


def is_worked(on: date) -> bool:
    """Tell whether a day is neither of a week-end nor a public holiday of France."""
    if on.weekday() > 4 or (on.month, on.day) in _FIXED:
        return False
    return (on - easter(on.year)).days not in _AFTER_EASTER


def carried(due: date | None, step: int, *, today: date) -> date | None:
    """Return the day a task goes to, one working day later (1) or earlier (-1); None where it stays.

    One that is late or has no day comes to today when it is carried later; none goes before today.
    """
    if due is None or (due < today and step > 0):
        return today
    if step < 0 and due <= today:
        return None
    on = due + timedelta(days=step)
    while not is_worked(on) and on > today:
        on += timedelta(days=step)
    return on


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar, by the anonymous computation published in Nature in 1876."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
