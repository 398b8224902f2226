"""Who of several gets the next lead: the one furthest behind their share, never who is away or has enough."""

from __future__ import annotations

from petitcrm.i18n import figure
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

WINDOW_DAYS = 28
"""Days over which what each person received is compared."""


class Seat(Row):
    """A person who may get leads. `weight` is 100 for full time; `capacity` None where there is no limit.

    `received` counts the leads given in the window and `days` the days of it on which they were there: who comes back
    from leave, or has just joined, is not flooded to catch up.
    """

    user_id: int
    key: str
    weight: int = 100
    capacity: int | None = None
    open_leads: int = 0
    received: int = 0
    days: int = WINDOW_DAYS
    is_away: bool = False

    @property
    def is_full(self) -> bool:
        """Tell whether they have as many open leads as they can look after."""
        return self.capacity is not None and self.open_leads >= self.capacity


class Pool:
    """The people of the firm while leads are being given, one after the other."""

    def __init__(self, seats: Iterable[Seat]) -> None:
        self.seats = {seat.user_id: seat for seat in seats}

    def give(self, shares: dict[int, int]) -> Seat | None:
        """Give one lead to one of some people (id → percentage of their usual share); None when nobody can take it.

        It goes to who is furthest behind what they are due of all that these people received, this lead included; so
        nobody is ever ahead by a whole lead. The same leads in the same order always go to the same people: equals are
        told apart by their short names.
        """
        able: list[tuple[Seat, int]] = []
        received = owed = 0
        for user_id, share in shares.items():
            seat = self.seats.get(user_id)
            if seat is None or seat.is_away or seat.is_full:
                continue
            due = seat.weight * share * (seat.days or 1)
            if due > 0:
                able.append((seat, due))
                received += seat.received
                owed += due
        if not able:
            return None
        each = (received + 1) / owed
        chosen, _due = min(able, key=lambda one: (one[0].received - each * one[1], one[0].key))
        self.take(chosen.user_id)
        return chosen

    def take(self, user_id: int) -> None:
        """Count one more lead of a person, whoever gave it."""
        seat = self.seats.get(user_id)
        if seat is not None:
            self.seats[user_id] = seat._replace(open_leads=seat.open_leads + 1, received=seat.received + 1)


def gini(counts: Iterable[float]) -> float:
    """Return how unequally something is shared out: 0 for equal parts, towards 1 when one has everything.

    The mean difference of all pairs by twice the mean (Gini 1912); 0 where there is nothing to share.
    """
    ordered = sorted(counts)
    total, number = sum(ordered), len(ordered)
    if number < 2 or total <= 0:
        return 0.0
    ranked = sum(place * count for place, count in enumerate(ordered, 1))
    return 2 * ranked / (number * total) - (number + 1) / number


def max_min(counts: Iterable[float]) -> float | None:
    """Return how many times more the first has than the last; None where the last has nothing."""
    listed = list(counts)
    if not listed or min(listed) <= 0:
        return None
    return max(listed) / min(listed)


def show_ratio(value: float) -> str:
    """Return a measure of equality as people read it: "0,27" in French."""
    return figure(value, 2)
