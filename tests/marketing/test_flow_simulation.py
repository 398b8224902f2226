"""A sequence is tried on invented people: all are accounted for, and the same numbers give the same people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from petitcrm.errors import UsageProblem
from petitcrm.marketing import flow_file, flow_simulation, flow_templates
from petitcrm.marketing.flow_simulation import Plan, Rates, Simulated

BEGIN = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Paris"))
NOBODY = Rates(**dict.fromkeys(Rates._fields, 0.0))


def tried(
    key: str, rates: Rates | None = None, *, people: int = 200, days: int = 400, seed: int = 1
) -> Simulated:
    """Try a sequence that is offered."""
    flow = flow_file.read(flow_templates.text(key, "en"))
    return flow_simulation.simulate(flow, Plan(people, days, seed, BEGIN), rates)


@pytest.mark.parametrize("key", flow_templates.KEYS)
def test_everybody_is_accounted_for(key: str) -> None:
    found = tried(key)
    assert sum(found.exits.values()) + found.staying == 200


def test_the_answers_to_a_question_are_as_many_as_came_to_it() -> None:
    steps = tried("relance-sujet").steps
    assert steps["opened"] == sum(steps[f"opened:{answer}"] for answer in ("yes", "no", "unknown"))
    assert steps["opened:yes"] == steps["call"]


def test_the_same_seed_gives_the_same_people_and_another_others() -> None:
    assert tried("relance-sujet") == tried("relance-sujet")
    assert tried("relance-sujet").steps != tried("relance-sujet", seed=2).steps


def test_of_who_is_not_measured_nobody_knows_whether_they_opened() -> None:
    steps = tried("relance-sujet", NOBODY._replace(opened=1.0, scanned=1.0)).steps
    assert steps["opened:unknown"] == 200


def test_what_a_machine_opens_does_not_count() -> None:
    steps = tried("relance-sujet", NOBODY._replace(measured=1.0, scanned=1.0)).steps
    assert steps["opened:no"] == 200


def test_who_opens_goes_by_yes() -> None:
    steps = tried("relance-sujet", NOBODY._replace(measured=1.0, opened=1.0)).steps
    assert steps["opened:yes"] > 190


def test_who_replies_leaves() -> None:
    found = tried("relance-devis", NOBODY._replace(replied=1.0))
    assert found.exits["replied"] > 190


def test_mails_that_come_back_end_it_at_the_first() -> None:
    found = tried("relance-sujet", NOBODY._replace(bounced=1.0))
    assert (found.mails, found.exits) == (200, {"bounced": 200})


def test_no_more_mails_leave_in_a_day_than_the_sequence_says() -> None:
    text = flow_templates.text("relance-sujet", "en").replace("purpose", "per_day = 10\npurpose", 1)
    found = flow_simulation.simulate(flow_file.read(text), Plan(200, 10, 1, BEGIN), NOBODY)
    assert found.mails <= 100
    assert found.staying > 0


def test_who_has_not_ended_when_the_time_is_over_is_still_in_it() -> None:
    assert tried("apres-achat", NOBODY, days=30).staying == 200


def test_days_are_the_same_when_the_clocks_change() -> None:
    march = BEGIN.replace(year=2027, month=3, day=24)
    flow = flow_file.read(flow_templates.text("relance-sujet", "en"))
    found = flow_simulation.simulate(flow, Plan(50, 30, 1, march), NOBODY)
    assert found.steps["opened:unknown"] == 50


@pytest.mark.parametrize(("people", "days"), [(0, 10), (10, 0), (100_001, 10), (10, 3_661)])
def test_numbers_that_nobody_means_are_refused(people: int, days: int) -> None:
    with pytest.raises(UsageProblem):
        tried("relance-sujet", people=people, days=days)


def test_five_thousand_people_live_a_year() -> None:
    found = tried("relance-sujet", people=5_000, days=365)
    assert sum(found.exits.values()) == 5_000
