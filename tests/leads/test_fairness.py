"""Who gets the next lead: nobody ahead of their share, nobody beyond their limit, nobody who is away."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petitcrm import i18n
from petitcrm.leads.fairness import Pool, Seat, gini, max_min, show_ratio

weights = some.lists(some.integers(10, 300), min_size=1, max_size=6)


def everybody(pool: Pool) -> dict[int, int]:
    """Return full shares for all."""
    return dict.fromkeys(pool.seats, 100)


@given(weights, some.integers(0, 200))
def test_nobody_is_ever_a_whole_lead_ahead_of_their_share(shares: list[int], number: int) -> None:
    pool = Pool(Seat(place, f"p{place}", weight) for place, weight in enumerate(shares))
    for given_so_far in range(1, number + 1):
        pool.give(everybody(pool))
        for seat in pool.seats.values():
            due = given_so_far * seat.weight / sum(shares)
            assert seat.received - due < 1
            assert due - seat.received < max(1, len(shares) - 1) + 1e-9


@given(weights, some.lists(some.integers(0, 5), min_size=6, max_size=6), some.integers(0, 60))
def test_no_limit_is_ever_passed(shares: list[int], limits: list[int], number: int) -> None:
    pool = Pool(
        Seat(place, f"p{place}", weight, capacity=limits[place]) for place, weight in enumerate(shares)
    )
    told = [pool.give(everybody(pool)) for _ in range(number)]
    assert all(seat.open_leads <= (seat.capacity or 0) for seat in pool.seats.values())
    assert sum(one is not None for one in told) == min(number, sum(limits[: len(shares)]))


@given(weights, some.sets(some.integers(0, 5)))
def test_who_is_away_gets_nothing(shares: list[int], away: set[int]) -> None:
    pool = Pool(
        Seat(place, f"p{place}", weight, is_away=place in away) for place, weight in enumerate(shares)
    )
    for _ in range(20):
        pool.give(everybody(pool))
    assert all(pool.seats[place].received == 0 for place in away if place in pool.seats)


@given(weights, some.integers(1, 40))
def test_the_same_leads_go_to_the_same_people(shares: list[int], number: int) -> None:
    def shared_out(order: int) -> list[int]:
        seats = [Seat(place, f"p{place}", weight) for place, weight in enumerate(shares)]
        pool = Pool(seats[::order])
        return [seat.user_id for _ in range(number) if (seat := pool.give(everybody(pool)))]

    assert shared_out(1) == shared_out(-1)


def test_who_comes_back_from_leave_is_not_flooded() -> None:
    pool = Pool([Seat(1, "anne", received=20, days=20), Seat(2, "paul", received=2, days=2)])
    got = Counter(seat.key for _ in range(22) if (seat := pool.give({1: 100, 2: 100})))
    assert got == {"anne": 20, "paul": 2}


def test_half_a_share_gets_half_as_much() -> None:
    pool = Pool([Seat(1, "anne"), Seat(2, "paul")])
    got = Counter(seat.key for _ in range(30) if (seat := pool.give({1: 100, 2: 50})))
    assert got == {"anne": 20, "paul": 10}


def test_nobody_can_take_what_nobody_is_there_for() -> None:
    assert Pool([]).give({7: 100}) is None


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], 0), ([5], 0), ([0, 0], 0), ([3, 3, 3], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)],
)
def test_gini_tells_how_unequal_a_share_is(counts: list[float], expected: float) -> None:
    assert gini(counts) == pytest.approx(expected)


@pytest.mark.parametrize(("counts", "expected"), [([], None), ([0, 4], None), ([2, 6], 3.0)])
def test_the_most_is_compared_with_the_least(counts: list[float], expected: float | None) -> None:
    assert max_min(counts) == expected


@pytest.mark.parametrize(("lang", "shown"), [("fr", "0,27"), ("en", "0.27")])
def test_a_measure_is_shown_with_the_comma_of_the_reader(lang: str, shown: str) -> None:
    i18n.use(lang)
    assert show_ratio(0.2666) == shown
