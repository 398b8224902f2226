"""Leads in the day: who waits for a first answer, whose day has come, what was handed over."""

from __future__ import annotations

from datetime import date

from petitcrm import i18n
from petitcrm.crm import Crm
from petitcrm.leads import handover, leads, prospecting, qualification
from petitcrm.sales import agenda, timeline
from tests.leads.conftest import House
from tests.leads.test_qualification import GOOD


def pursued(crm: Crm, **asked: object) -> list[tuple[str, str, str | None, str]]:
    """Return the leads of the day: kind, reference, hour, words."""
    day = agenda.day(crm, **asked)  # type: ignore[arg-type]
    return [(one.kind, one.id, one.time, one.text) for one in day.items if one.section == "lead"]


def test_an_inbound_lead_is_in_the_day_with_the_hour_of_its_answer(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.jeanne, fields={"words": "Chaudière\nen panne"})
    assert pursued(at_work) == [
        ("lead", "l1", "15:00", "Answer Jeanne Dupont, and qualify (Acme) — Chaudière en panne")
    ]


def test_once_answered_it_is_still_to_be_qualified(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.jeanne)
    timeline.log(at_work, "call", house.jeanne)
    assert pursued(at_work) == [("lead", "l1", None, "Qualify Jeanne Dupont (Acme)")]


def test_each_sees_their_own_leads_and_those_of_nobody(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.jeanne)
    assert [one[1] for one in pursued(at_work, owner_id=house.marie)] == ["l1"]
    assert pursued(at_work, owner_id=house.paul) == []
    leads.assign(at_work, 1, None)
    assert [one[1] for one in pursued(at_work, owner_id=house.paul)] == ["l1"]


def test_what_was_put_off_comes_on_its_day(at_work: Crm, house: House) -> None:
    leads.put_off(at_work, leads.add(at_work, house.jeanne).lead_id, date(2026, 12, 14))
    assert pursued(at_work) == []
    assert pursued(at_work, on=date(2026, 12, 14))[0][0] == "requalify"


def test_what_is_handed_over_waits_in_the_day_of_who_receives_it(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    qualification.qualify(at_work, lead_id, GOOD)
    handover.hand_over(at_work, lead_id, to_user_id=house.paul)
    assert [one[0] for one in pursued(at_work, owner_id=house.paul)] == ["handover"]
    assert pursued(at_work, owner_id=house.marie) == []
    handover.accept(at_work, lead_id)
    assert pursued(at_work) == []


def test_who_is_approached_by_a_list_is_in_the_day_once_as_a_touch(at_work: Crm, house: House) -> None:
    prospecting.put(at_work, prospecting.add(at_work, "Salon"), [house.jeanne])
    assert pursued(at_work) == []
    assert [one.kind for one in agenda.day(at_work).items if one.contact_id == house.jeanne] == ["call"]


def test_a_late_answer_says_so(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.jeanne)
    at_work.connection.write("UPDATE leads SET answer_due_at = '2026-11-20T10:00:00Z'", {})
    (late,) = [one for one in agenda.day(at_work).items if one.section == "lead"]
    assert (late.overdue, late.due, late.age_days) == (True, "2026-11-20", 3)


def test_the_day_speaks_french(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.jeanne)
    i18n.use("fr")
    assert pursued(at_work)[0][3] == "Répondre à Jeanne Dupont et qualifier (Acme)"
