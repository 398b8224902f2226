"""What a person types when a deal is won or lost: an amount and a day; a word and a day to come back."""

from __future__ import annotations

from petitcrm.dates import read_when, show_day
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.formats.money import read_money
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date, datetime

COME_BACK = ">"
"""What stands between the words and the day to come back: a month may be one of the words."""


class Won(Row):
    """What a deal was won for and when; None: what is known of it stays, and today."""

    amount_cents: int | None = None
    on: date | None = None


class Lost(Row):
    """Why a deal was lost, in words, and the day to come back to the customer, if any."""

    words: str = ""
    again_on: date | None = None


def read_won(typed: str, *, now: datetime) -> Won:
    """Read "4 200 € yesterday": an amount, a day, both or nothing. Raise UsageProblem for anything else, RefusedByRule
    for a day to come.

    The amount is as long as can be: "4 200 3/12" is 4,200 on 3 December.
    """
    words = typed.split()
    for size in range(len(words), 0, -1):
        try:
            cents = read_money(" ".join(words[:size]))
        except UsageProblem:
            continue
        return _checked(Won(cents, _day(words[size:], now)), now)
    return _checked(Won(None, _day(words, now)), now)


def read_lost(typed: str, *, now: datetime) -> Lost:
    """Read "budget frozen > March": words, and behind the sign a day to come. UsageProblem where that is no day."""
    words, sign, day = typed.rpartition(COME_BACK)
    if not sign:
        return Lost(typed.strip())
    if not day.strip():
        raise UsageProblem(_("When to come back? A day in words after {sign}.", sign=COME_BACK))
    on = read_when(day, now=now).on
    check_return(on, now.date())
    return Lost(words.strip(), on)


def check_day(on: date | None, today: date) -> None:
    """Raise RefusedByRule where a deal would be won on a day to come."""
    if on is not None and on > today:
        raise RefusedByRule(
            "won-day-not-to-come", _("{day} is still to come.", day=show_day(on, today=today))
        )


def check_return(on: date | None, today: date) -> None:
    """Raise RefusedByRule where one would come back to a customer on a day that is not to come."""
    if on is not None and on <= today:
        raise RefusedByRule(
            "come-back-on-a-day-to-come",
            _("One comes back on a day to come, not {day}.", day=show_day(on, today=today)),
        )


def _checked(read: Won, now: datetime) -> Won:
    check_day(read.on, now.date())
    return read


def _day(words: list[str], now: datetime) -> date | None:
    if not words:
        return None
    try:
        return read_when(" ".join(words), now=now, past=True).on
    except UsageProblem as problem:
        raise UsageProblem(
            _("“{words}” is no amount and no day.", words=" ".join(words)),
            advice=_("Write it like: 4 200 · yesterday · 4 200 yesterday"),
        ) from problem
