"""What a pipeline may bring in: when its deals are expected, each at the chances of its stage."""

from __future__ import annotations

from petitcrm.dates import add_months
from petitcrm.rows import Row
from petitcrm.store.queries import deals as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from petitcrm.crm import Crm


class Period(Row):
    """Open deals that are expected in a period: how many, what they are worth, and at the chances of their stages."""

    number: int = 0
    total_cents: int = 0
    weighted_cents: int = 0


class Forecast(Row):
    """Open deals by when they are expected. `late`: in a month that is over; `some_day`: no day is known."""

    late: Period
    this_month: Period
    next_month: Period
    later: Period
    some_day: Period


def forecast(crm: Crm, pipeline_id: int) -> Forecast:
    """Return what a pipeline may bring in, by month."""
    return by_month(queries.hoped(crm, pipeline_id), crm.now.date())


def by_month(rows: Iterable[queries.Hoped], today: date) -> Forecast:
    """Add up what is hoped for, seen from `today`."""
    this, following = f"{today:%Y-%m}", f"{add_months(today, 1):%Y-%m}"
    found = dict.fromkeys(Forecast._fields, Period())
    for row in rows:
        name = _period(row.month, this, following)
        known = found[name]
        found[name] = Period(
            known.number + row.number,
            known.total_cents + row.total_cents,
            known.weighted_cents + row.total_cents * row.probability // 100,
        )
    return Forecast(**found)


def _period(month: str | None, this: str, following: str) -> str:
    if month is None:
        return "some_day"
    if month <= this:
        return "this_month" if month == this else "late"
    return "next_month" if month == following else "later"
