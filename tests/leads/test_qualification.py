"""The four questions: what the rules propose, what people answer, what the answers decide."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.leads import handover, leads, qualification
from petitcrm.leads.qualification import outcome
from petitcrm.sales import companies, tags
from petitcrm.store.queries import leads as queries
from tests.leads.conftest import House

GOOD = {"ideal": "yes", "persona": "dirigeant", "interested": "yes", "never": "no"}


@pytest.fixture
def lead(at_work: Crm, house: House) -> int:
    """Return a lead of Jeanne."""
    return leads.add(at_work, house.jeanne).lead_id


def test_the_rules_propose_an_answer_with_their_reasons(at_work: Crm, lead: int) -> None:
    proposed = qualification.proposals(at_work, lead)
    assert proposed["ideal"].answer == "yes"
    assert "✓ size: SME" in proposed["ideal"].because
    assert (proposed["persona"].answer, proposed["persona"].because) == (
        "dirigeant",
        ("✓ job title: Gérante",),
    )
    assert (proposed["interested"].answer, proposed["never"].answer) == ("", "")


def test_what_is_not_known_is_proposed_by_nobody(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.bruno).lead_id
    companies.edit(at_work, house.acme, {"headcount": None})
    assert qualification.proposals(at_work, lead_id)["ideal"].answer == "no"  # overseas, whatever its size
    assert qualification.proposals(at_work, leads.add(at_work, house.jeanne).lead_id)["ideal"].answer == ""


def test_what_must_not_be_makes_a_no(at_work: Crm, lead: int, house: House) -> None:
    tags.put(at_work, "company", house.acme, "Concurrent")
    assert qualification.proposals(at_work, lead)["ideal"].answer == "no"


def test_four_good_answers_qualify(at_work: Crm, lead: int) -> None:
    decided = qualification.qualify(at_work, lead, GOOD, evidence="au téléphone")
    assert (decided.state, decided.left) == ("qualified", ())


def test_each_answer_keeps_who_gave_it_when_why_and_what_was_proposed(
    at_work: Crm, lead: int, house: House
) -> None:
    at_work.user_id = house.marie
    qualification.qualify(at_work, lead, {"ideal": "no"}, evidence="ils ferment")
    kept = queries.answers(at_work, lead)["ideal"]
    assert kept == ("ideal", "no", "yes", "ils ferment", "marie", at_work.now_text)


def test_answers_may_come_one_after_the_other(at_work: Crm, lead: int) -> None:
    states = [
        qualification.qualify(at_work, lead, {question: answer}).state for question, answer in GOOD.items()
    ]
    assert states == ["working", "working", "working", "qualified"]


def test_an_answer_may_be_changed_until_the_hand_over(at_work: Crm, lead: int, house: House) -> None:
    qualification.qualify(at_work, lead, GOOD)
    assert qualification.qualify(at_work, lead, {"interested": "non"}).state == "warm"
    qualification.qualify(at_work, lead, {"interested": "oui"})
    handover.hand_over(at_work, lead, to_user_id=house.paul)
    with pytest.raises(RefusedByRule):
        qualification.qualify(at_work, lead, {"interested": "non"})


def test_not_now_with_a_day_is_asked_again_on_it(at_work: Crm, lead: int) -> None:
    decided = qualification.qualify(at_work, lead, {"interested": "no"}, later=date(2026, 12, 14))
    line = queries.line(at_work, lead)
    assert (decided.state, line.requalify_on) == ("later", "2026-12-14")


def test_never_closes_at_once_whatever_else_is_answered(at_work: Crm, lead: int) -> None:
    decided = qualification.qualify(at_work, lead, {"never": "oui"}, evidence="concurrent")
    assert (decided.state, decided.left, queries.line(at_work, lead).reason) == ("never", (), "concurrent")


@pytest.mark.parametrize(
    ("ideal", "persona", "interested", "never", "has_day"),
    list(product(("yes", "no"), ("dirigeant", "none"), ("yes", "no"), ("yes", "no"), (True, False))),
)
def test_every_combination_of_answers_decides(
    ideal: str, persona: str, interested: str, never: str, has_day: bool
) -> None:
    answers = {"ideal": ideal, "persona": persona, "interested": interested, "never": never}
    good = (ideal, persona, interested) == ("yes", "dirigeant", "yes")
    expected = "never" if never == "yes" else "later" if has_day else "qualified" if good else "warm"
    assert outcome(answers, has_day=has_day) == expected


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({}, UsageProblem), ({"colour": "yes"}, UsageProblem), ({"ideal": "peut-être"}, UsageProblem),
        ({"persona": "astronaute"}, NotFound),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_nothing_kept(
    at_work: Crm, lead: int, answers: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        qualification.qualify(at_work, lead, {"ideal": "yes", **answers} if answers else {})
    assert queries.answers(at_work, lead) == {}


def test_a_warm_lead_is_taken_up_again(at_work: Crm, lead: int) -> None:
    qualification.qualify(at_work, lead, {**GOOD, "interested": "no"})
    leads.requalify(at_work, lead)
    assert queries.line(at_work, lead).state == "working"
