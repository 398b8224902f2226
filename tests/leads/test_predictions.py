"""How answers predicted wins: shares with intervals, and none of too few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petitcrm.crm import Crm
from petitcrm.leads import handover, leads, predictions, qualification
from petitcrm.sales import contacts, deals, habits
from petitcrm.store.queries import tasks as task_queries
from tests.leads.conftest import House
from tests.leads.test_qualification import GOOD


@given(
    some.integers(1, 10_000).flatmap(lambda number: some.tuples(some.integers(0, number), some.just(number)))
)
def test_an_interval_holds_the_share_and_stays_between_none_and_all(drawn: tuple[int, int]) -> None:
    won, number = drawn
    low, high = predictions.wilson(won, number)
    assert 0 <= low <= won / number + 1e-12
    assert won / number - 1e-12 <= high <= 1


@pytest.mark.parametrize(("won", "number", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634)])
def test_an_interval_is_the_one_of_the_textbook(won: int, number: int, low: float, high: float) -> None:
    assert predictions.wilson(won, number) == pytest.approx((low, high), abs=1e-4)


def test_answers_are_compared_with_what_became_of_the_leads(at_work: Crm, house: House) -> None:
    for number in range(12):
        contact = contacts.add(at_work, {"last_name": f"P{number}"})
        lead_id = leads.add(at_work, contact).lead_id
        qualification.qualify(at_work, lead_id, GOOD)
        made = handover.hand_over(at_work, lead_id, to_user_id=house.paul)
        handover.accept(at_work, lead_id)
        if number < 9:
            deals.win(at_work, made.deal_id)
        elif number < 11:
            deals.lose(at_work, made.deal_id, "price")
    qualification.qualify(
        at_work, leads.add(at_work, house.bruno).lead_id, {"never": "yes"}, evidence="concurrent"
    )
    told = {(one.question, one.answer): one for one in predictions.predictions(at_work)}
    ideal, never = told["ideal", "yes"], told["never", "yes"]
    assert (ideal.number, ideal.won, ideal.share) == (11, 9, 9 / 11)
    assert (never.number, never.won, never.share) == (1, 0, None)


def test_a_win_plans_what_is_set_up_for_who_looks_after_customers(at_work: Crm, house: House) -> None:
    habits.say(at_work, "checklist", "Poser la chaudière; Mettre en service")
    deal_id = deals.add(at_work, "Chaudière", house.jeanne)
    deals.win(at_work, deal_id)
    planned = task_queries.listing(at_work, deal_id=deal_id)
    assert [(task.text, task.due_on, task.owner) for task in planned] == [
        ("Poser la chaudière", "2026-11-24", "luc"), ("Mettre en service", "2026-11-25", "luc"),
    ]  # fmt: skip
