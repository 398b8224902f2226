"""From who qualified to who sells: one deal, one first task, an answer, and the way back."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.leads import handover, leads, profiles, qualification, team
from petitcrm.sales import contacts, deals, history, stages, tasks
from petitcrm.store.queries import deals as deal_queries
from petitcrm.store.queries import handovers
from petitcrm.store.queries import leads as queries
from petitcrm.store.queries import tasks as task_queries
from tests.leads.conftest import House
from tests.leads.test_qualification import GOOD


@pytest.fixture
def lead(at_work: Crm, house: House) -> int:
    """Return a qualified lead of Jeanne, owned by Marie."""
    lead_id = leads.add(at_work, house.jeanne, fields={"words": "Remplacer la chaudière\navant Noël"}).lead_id
    qualification.qualify(at_work, lead_id, GOOD)
    return lead_id


def test_a_hand_over_opens_a_deal_with_its_first_task_for_the_seller(
    at_work: Crm, lead: int, house: House
) -> None:
    made = handover.hand_over(at_work, lead, to_user_id=house.paul)
    deal = deal_queries.sheet(at_work, made.deal_id)
    task = task_queries.sheet(at_work, made.task_id)
    assert deal is not None and task is not None
    assert (deal.card.title, deal.card.owner, task.owner) == ("Remplacer la chaudière", "paul", "paul")
    assert (task.kind, task.due_on) == ("call", "2026-11-24")
    assert queries.line(at_work, lead).state == "handed_over"


def test_the_usual_task_of_the_first_stage_gives_way_to_the_first_task(
    at_work: Crm, lead: int, house: House
) -> None:
    stages.edit(
        at_work,
        deals.first_stage(at_work),
        {"next_task_kind": "call", "next_task_text": "hello", "next_task_days": 2},
    )
    made = handover.hand_over(at_work, lead, to_user_id=house.paul)
    assert at_work.rows("SELECT id FROM tasks WHERE deal_id = :deal", deal=made.deal_id) == [(made.task_id,)]
    handover.refuse(at_work, lead, "not now")
    assert at_work.rows("SELECT id FROM tasks WHERE deal_id = :deal", deal=made.deal_id) == []


def test_without_a_name_it_goes_to_the_seller_furthest_behind(at_work: Crm, house: House) -> None:
    receivers = []
    for number in range(6):
        contact = contacts.add(
            at_work, {"last_name": f"Prospect {number}", "postcode": "56000", "city": "Vannes"}
        )
        lead_id = leads.add(at_work, contact).lead_id
        qualification.qualify(at_work, lead_id, GOOD)
        receivers.append(handover.hand_over(at_work, lead_id).to_user_id)
    assert (receivers.count(house.paul), receivers.count(house.zoe)) == (4, 2)


def test_only_a_qualified_lead_is_handed_over(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    with pytest.raises(RefusedByRule) as refusal:
        handover.hand_over(at_work, lead_id, to_user_id=house.paul)
    assert refusal.value.rule == "qualify-first"


def test_an_open_deal_may_be_joined(at_work: Crm, lead: int, house: House) -> None:
    deal_id = deals.add(at_work, "Entretien", house.jeanne)
    made = handover.hand_over(at_work, lead, to_user_id=house.paul, deal_id=deal_id)
    assert (made.deal_id, made.joined) == (deal_id, True)
    assert len(at_work.rows("SELECT 1 FROM deals")) == 1


def test_a_deal_of_others_is_not_joined(at_work: Crm, lead: int, house: House) -> None:
    deal_id = deals.add(at_work, "Poêle", house.bruno)
    with pytest.raises(RefusedByRule):
        handover.hand_over(at_work, lead, to_user_id=house.paul, deal_id=deal_id)


def test_a_closed_deal_is_not_joined(at_work: Crm, lead: int, house: House) -> None:
    deal_id = deals.add(at_work, "Poêle", house.jeanne)
    deals.win(at_work, deal_id)
    with pytest.raises(RefusedByRule):
        handover.hand_over(at_work, lead, to_user_id=house.paul, deal_id=deal_id)


def test_accepting_ends_the_pursuit(at_work: Crm, lead: int, house: House) -> None:
    handover.hand_over(at_work, lead, to_user_id=house.paul)
    handover.accept(at_work, lead)
    assert queries.line(at_work, lead).state == "accepted"
    assert handovers.waiting(at_work, lead) is None


def test_sending_back_returns_the_lead_and_leaves_nothing_behind(
    at_work: Crm, lead: int, house: House
) -> None:
    made = handover.hand_over(at_work, lead, to_user_id=house.paul)
    handover.refuse(at_work, lead, "hors zone")
    line = queries.line(at_work, lead)
    assert (line.state, line.owner_id, line.reason, line.deal_id) == (
        "refused",
        house.marie,
        "hors zone",
        None,
    )
    deal = deal_queries.sheet(at_work, made.deal_id)
    assert deal is not None and deal.card.status == "cancelled"
    assert task_queries.sheet(at_work, made.task_id) is None


def test_a_joined_deal_survives_the_refusal(at_work: Crm, lead: int, house: House) -> None:
    deal_id = deals.add(at_work, "Entretien", house.jeanne)
    handover.hand_over(at_work, lead, to_user_id=house.paul, deal_id=deal_id)
    handover.refuse(at_work, lead, "déjà client")
    deal = deal_queries.sheet(at_work, deal_id)
    assert deal is not None and deal.card.status == "open"


def test_a_refusal_says_why(at_work: Crm, lead: int, house: House) -> None:
    handover.hand_over(at_work, lead, to_user_id=house.paul)
    with pytest.raises(UsageProblem):
        handover.refuse(at_work, lead, "")


def test_what_was_sent_back_can_be_qualified_and_handed_over_again(
    at_work: Crm, lead: int, house: House
) -> None:
    handover.hand_over(at_work, lead, to_user_id=house.paul)
    handover.refuse(at_work, lead, "hors zone")
    assert qualification.qualify(at_work, lead, {"interested": "yes"}).state == "qualified"
    assert handover.hand_over(at_work, lead, to_user_id=house.zoe).to_user_id == house.zoe


def test_there_is_no_hand_over_to_answer_twice(at_work: Crm, lead: int, house: House) -> None:
    handover.hand_over(at_work, lead, to_user_id=house.paul)
    handover.accept(at_work, lead)
    with pytest.raises(RefusedByRule):
        handover.refuse(at_work, lead, "trop tard")


def test_pairs_of_people_are_measured(at_work: Crm, lead: int, house: House) -> None:
    made = handover.hand_over(at_work, lead, to_user_id=house.paul)
    handover.accept(at_work, lead)
    deals.edit(at_work, made.deal_id, {"amount_cents": 450_000})
    deals.win(at_work, made.deal_id)
    assert handovers.pairs(at_work) == [("marie", "paul", 1, 1, 0, 0, 1, 450_000)]


def test_a_hand_over_is_one_undo(config: Config, house: House) -> None:
    with open_crm(config) as crm:
        lead_id = leads.add(crm, house.jeanne).lead_id
        qualification.qualify(crm, lead_id, GOOD)
    with open_crm(config) as crm:
        handover.hand_over(crm, lead_id, to_user_id=house.paul)
    with open_crm(config) as crm:
        history.undo(crm)
        assert queries.line(crm, lead_id).state == "qualified"
        assert crm.rows("SELECT 1 FROM deals") == crm.rows("SELECT 1 FROM handovers") == []


def test_a_founder_alone_has_accepted_what_they_hand_over_to_themselves(config: Config) -> None:
    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Dupont", "job_title": "Gérant"})
        profiles.keep_persona(crm, {"name": "Dirigeant", "must": {"job_title": ["gérant*"]}})
        lead_id = leads.add(crm, contact).lead_id
        qualification.qualify(crm, lead_id, GOOD)
        handover.hand_over(crm, lead_id)
        assert queries.line(crm, lead_id).state == "accepted"


def test_nobody_who_sells_is_a_refusal_with_what_to_do(at_work: Crm, lead: int, house: House) -> None:
    for user in (house.paul, house.zoe):
        team.place(at_work, user, roles=["cs"])
    with pytest.raises(RefusedByRule) as refusal:
        handover.hand_over(at_work, lead)
    assert "petitcrm user role" in str(refusal.value)


def test_the_first_task_done_is_no_touch_of_a_list(at_work: Crm, lead: int, house: House) -> None:
    made = handover.hand_over(at_work, lead, to_user_id=house.paul)
    assert tasks.done(at_work, made.task_id, "reached").next_id is None
