"""One pursuit of a contact: where it begins, how it is answered in time, what closes it, what takes it up again."""

from __future__ import annotations

from datetime import date

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.leads import leads, team
from petitcrm.sales import contacts, deals, tasks, timeline
from petitcrm.sales.references import resolve
from petitcrm.store.queries import leads as queries
from tests.leads.conftest import House


def test_an_inbound_lead_is_due_its_answer_within_four_hours_of_work(at_work: Crm, house: House) -> None:
    added = leads.add(at_work, house.jeanne)
    assert queries.line(at_work, added.lead_id).answer_due_at == "2026-11-23T14:00:00Z"


def test_an_outbound_lead_is_due_no_answer(at_work: Crm, house: House) -> None:
    added = leads.add(at_work, house.jeanne, direction="outbound")
    assert queries.line(at_work, added.lead_id).answer_due_at is None


def test_a_lead_goes_to_whom_the_rules_say(at_work: Crm, house: House) -> None:
    added = leads.add(at_work, house.jeanne)
    assert (added.owner_id, added.rule) == (house.marie, "Bretagne")


def test_a_lead_that_no_rule_matches_waits_where_everybody_sees_it(at_work: Crm, house: House) -> None:
    stranger = contacts.add(at_work, {"last_name": "Martin", "postcode": "75011", "city": "Paris"})
    added = leads.add(at_work, stranger)
    assert (added.owner_id, added.rule) == (None, "")
    assert [line.id for line in queries.listing(at_work, states=("new",))] == [added.lead_id]


def test_somebody_who_is_pursued_is_not_pursued_twice(at_work: Crm, house: House) -> None:
    first = leads.add(at_work, house.jeanne)
    second = leads.add(at_work, house.jeanne, fields={"words": "Je relance"})
    assert (second.lead_id, second.joined) == (first.lead_id, True)
    assert [row[0] for row in at_work.rows("SELECT text FROM events WHERE kind = 'lead.returned'")] == [
        "Je relance"
    ]


def test_who_was_put_off_and_comes_back_is_taken_up_at_once(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne, direction="outbound").lead_id
    leads.put_off(at_work, lead_id, date(2026, 12, 14))
    leads.add(at_work, house.jeanne)
    line = queries.line(at_work, lead_id)
    assert (line.state, line.direction, line.requalify_on) == ("working", "inbound", None)
    assert line.answer_due_at == "2026-11-23T14:00:00Z"


def test_who_will_never_be_a_customer_is_never_proposed_again(at_work: Crm, house: House) -> None:
    leads.disqualify(at_work, leads.add(at_work, house.jeanne).lead_id, "concurrent")
    with pytest.raises(RefusedByRule) as refusal:
        leads.add(at_work, house.jeanne, direction="outbound")
    assert refusal.value.rule == "never-a-customer"


def test_a_customer_may_be_pursued_again_once_the_first_pursuit_is_over(at_work: Crm, house: House) -> None:
    first = leads.add(at_work, house.jeanne).lead_id
    at_work.connection.write("UPDATE leads SET state = 'accepted' WHERE id = :id", {"id": first})
    assert not leads.add(at_work, house.jeanne).joined


def test_closing_for_good_needs_a_reason(at_work: Crm, house: House) -> None:
    with pytest.raises(RefusedByRule):
        leads.disqualify(at_work, leads.add(at_work, house.jeanne).lead_id, "  ")


def test_a_lead_is_put_off_until_a_day_to_come(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    with pytest.raises(RefusedByRule):
        leads.put_off(at_work, lead_id, date(2026, 11, 23))


@pytest.mark.parametrize("kind", ["call", "email", "meeting"])
def test_the_first_answer_stops_its_clock(at_work: Crm, house: House, kind: str) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    timeline.log(at_work, kind, house.jeanne, "Rappelée")
    line = queries.line(at_work, lead_id)
    assert (line.answered_at, line.state) == (at_work.now_text, "working")


def test_an_answer_that_was_never_given_opens_the_clock_again(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    timeline.delete(at_work, timeline.log(at_work, "call", house.jeanne, "Mauvaise fiche"))
    line = queries.line(at_work, lead_id)
    assert (line.answered_at, line.state) == (None, "new")


def test_an_answer_taken_away_leaves_the_next_one(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    mistake = timeline.log(at_work, "call", house.jeanne, "Mauvaise fiche")
    timeline.log(at_work, "email", house.jeanne, "Devis envoyé")
    timeline.delete(at_work, mistake)
    line = queries.line(at_work, lead_id)
    assert (line.answered_at, line.state) == (at_work.now_text, "working")


def test_a_note_is_no_answer(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    timeline.log(at_work, "note", house.jeanne, "À rappeler")
    assert queries.line(at_work, lead_id).answered_at is None


def test_a_task_that_is_done_is_an_answer(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    tasks.done(at_work, tasks.add(at_work, "rappeler", house.jeanne, kind="call"))
    assert queries.line(at_work, lead_id).answered_at == at_work.now_text


def test_a_merge_keeps_the_leads_of_both(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.jeanne)
    leads.add(at_work, house.bruno)
    contacts.merge(at_work, house.jeanne, house.bruno)
    assert {line.contact_id for line in queries.listing(at_work)} == {house.jeanne}


def test_a_contact_that_is_deleted_takes_its_leads_along(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.bruno)
    contacts.delete(at_work, house.bruno)
    assert queries.listing(at_work) == []


def test_a_lead_of_nobody_is_refused(at_work: Crm) -> None:
    with pytest.raises(NotFound):
        leads.add(at_work, 999)


@pytest.mark.parametrize("fields", [{"colour": "red"}])
def test_what_is_no_field_of_a_lead_is_refused(at_work: Crm, house: House, fields: dict[str, str]) -> None:
    with pytest.raises(UsageProblem):
        leads.add(at_work, house.jeanne, fields=fields)


def test_the_owner_of_an_open_deal_comes_before_any_rule(at_work: Crm, house: House) -> None:
    deals.add(at_work, "Entretien", house.jeanne, fields={"owner_id": house.zoe})
    assert leads.add(at_work, house.jeanne).owner_id == house.zoe


def test_a_founder_alone_sees_no_owner(config: Config) -> None:
    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Dupont"})
        added = leads.add(crm, contact)
        assert (added.owner_id, team.has_owners(crm)) == (None, False)


def test_a_lead_is_named_by_its_id_or_by_whom_it_pursues(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    assert resolve(at_work, "lead", f"l{lead_id}") == resolve(at_work, "lead", "dupont") == lead_id


@pytest.mark.parametrize("told", ["l999", "999", "roy", "nobody"])
def test_a_lead_that_is_not_there_is_not_found(at_work: Crm, told: str) -> None:
    with pytest.raises(NotFound):
        resolve(at_work, "lead", told)


def test_who_is_pursued_is_known_by_their_address_in_any_case(crm: Crm) -> None:
    known = contacts.add(crm, {"first_name": "Léa", "last_name": "Dupont"}, emails=["lea@acme.example"])
    told = {"first_name": "Léa", "last_name": "Dupont"}
    assert leads.find_or_add_contact(crm, told, emails=["LEA@Acme.example"]) == known
