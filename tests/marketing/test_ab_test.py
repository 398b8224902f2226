"""Which subject wins is decided exactly: against a computation with fractions, table by table."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.marketing.ab_test import Arm, decide, split


def likely(a: Arm, b: Arm) -> Fraction:
    """Return how likely chance alone is, worked out table by table with fractions."""
    reacted, sent = a.reacted + b.reacted, a.sent + b.sent

    def one(on_a: int) -> Fraction:
        return Fraction(comb(a.sent, on_a) * comb(b.sent, reacted - on_a), comb(sent, reacted))

    every = [one(on_a) for on_a in range(max(0, reacted - b.sent), min(reacted, a.sent) + 1)]
    assert sum(every) == 1
    return sum((each for each in every if each <= one(a.reacted)), Fraction(0))


@st.composite
def arms(draw: st.DrawFn) -> Arm:
    """Return a side of a test."""
    sent = draw(st.integers(1, 60))
    return Arm(sent, draw(st.integers(0, sent)))


@given(arms(), arms())
def test_the_rule_is_fishers_exact_test(a: Arm, b: Arm) -> None:
    told, p = decide(a, b), likely(a, b)
    assert told.p == pytest.approx(float(p))
    assert (told.why == "better") == (p <= Fraction(1, 20))
    if told.why == "too_few":
        reacted = a.reacted + b.reacted
        splits = range(max(0, reacted - b.sent), min(reacted, a.sent) + 1)
        assert all(decide(Arm(a.sent, n), Arm(b.sent, reacted - n)).why != "better" for n in splits)
    better = Fraction(b.reacted, b.sent) > Fraction(a.reacted, a.sent)
    assert told.winner == ("b" if told.why == "better" and better else "a")


@pytest.mark.parametrize(
    ("a", "b", "winner", "why", "p"),
    [
        # The example of many textbooks: 1 of 10 against 11 of 14.
        (Arm(10, 1), Arm(14, 11), "b", "better", 0.002759),
        (Arm(4, 3), Arm(4, 1), "a", "not_sure", 0.485714),
        (Arm(5, 0), Arm(5, 5), "b", "better", 0.007937),
        (Arm(5, 5), Arm(5, 0), "a", "better", 0.007937),
        (Arm(24, 0), Arm(24, 5), "b", "better", 0.049645),
        (Arm(25, 0), Arm(25, 5), "a", "too_few", 0.050152),
        (Arm(500, 10), Arm(500, 10), "a", "not_sure", 1.0),
        (Arm(500, 25), Arm(500, 10), "a", "better", 0.014848),
        (Arm(500, 10), Arm(500, 25), "b", "better", 0.014848),
        (Arm(500, 0), Arm(500, 5), "a", "too_few", 0.061876),
        (Arm(500, 0), Arm(500, 6), "b", "better", 0.030782),
        (Arm(20, 20), Arm(20, 20), "a", "not_sure", 1.0),
        (Arm(100, 0), Arm(0, 0), "a", "too_few", 1.0),
        (Arm(10, 8), Arm(0, 0), "a", "not_sure", 1.0),
    ],
)
def test_cases_of_the_table(a: Arm, b: Arm, winner: str, why: str, p: float) -> None:
    told = decide(a, b)
    assert (told.winner, told.why) == (winner, why)
    assert told.p == pytest.approx(p, abs=1e-5)


def test_a_great_number_of_people_is_decided_without_waiting() -> None:
    assert decide(Arm(25_000, 900), Arm(25_000, 1_100)).winner == "b"


@given(st.lists(st.emails(), max_size=60), st.integers(0, 100))
def test_the_halves_are_equal_and_as_large_as_was_said(addresses: list[str], percent: int) -> None:
    found = split("rentree", addresses, percent)
    people = {one.lower() for one in addresses}
    half = len(people) * percent // 200
    assert sorted(found.values()) == ["a"] * half + ["b"] * half
    assert found.keys() <= people


def test_the_same_people_are_split_alike_whatever_their_order_and_otherwise_in_another_campaign() -> None:
    people = [f"p{number}@acme.example" for number in range(200)]
    found = split("rentree", people, 50)
    assert split("rentree", [one.upper() for one in reversed(people)], 50) == found
    assert split("noel", people, 50) != found
