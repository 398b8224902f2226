"""Approaching people of a list: touch after touch in the day, until they answer or the cadence is over."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.leads import leads, prospecting
from petitcrm.sales import consent, contacts, tasks, touches
from petitcrm.sales.consent import Wanted
from petitcrm.sales.touches import Touch
from petitcrm.store.queries import leads as queries
from petitcrm.store.queries import tasks as task_queries
from petitcrm.store.queries import touches as touch_queries
from petitcrm.watch import Stopped, Watch
from tests.leads.conftest import House


@pytest.fixture
def salon(at_work: Crm, house: House) -> int:
    """Return a list of three touches."""
    return prospecting.add(
        at_work, "Salon 2026", cadence="appel, +2 mail présentation, +3 courrier", owner_id=house.marie
    )


def touch_of(crm: Crm, lead_id: int) -> tuple[str, str, str | None] | None:
    """Return the touch that is planned for a lead: kind, words, day."""
    task_id = queries.line(crm, lead_id).task_id
    task = task_queries.sheet(crm, task_id) if task_id else None
    return (task.kind, task.text, task.due_on) if task and not task.done_at else None


def test_the_first_touch_is_in_the_day_at_once(at_work: Crm, house: House, salon: int) -> None:
    taken = prospecting.put(at_work, salon, [house.jeanne])
    assert touch_of(at_work, taken.lead_ids[0]) == ("call", "Salon 2026", "2026-11-23")


def test_a_touch_without_an_answer_plans_the_next_in_working_days(
    at_work: Crm, house: House, salon: int
) -> None:
    (lead_id,) = prospecting.put(at_work, salon, [house.jeanne]).lead_ids
    seen = []
    for _ in range(3):
        seen.append(touch_of(at_work, lead_id))
        tasks.done(at_work, queries.line(at_work, lead_id).task_id or 0, "no_answer")
    assert seen == [
        ("call", "Salon 2026", "2026-11-23"),
        ("email", "présentation", "2026-11-25"),
        ("letter", "Salon 2026", "2026-11-26"),
    ]  # fmt: skip
    assert (queries.line(at_work, lead_id).state, touch_of(at_work, lead_id)) == ("warm", None)


@pytest.mark.parametrize("outcome", ["reached", "refused"])
def test_an_answer_stops_the_touches(at_work: Crm, house: House, salon: int, outcome: str) -> None:
    (lead_id,) = prospecting.put(at_work, salon, [house.jeanne]).lead_ids
    done = tasks.done(at_work, queries.line(at_work, lead_id).task_id or 0, outcome)
    assert (done.next_id, queries.line(at_work, lead_id).state, touch_of(at_work, lead_id)) == (
        None,
        "working",
        None,
    )


def test_the_next_touch_takes_the_place_of_what_an_outcome_would_propose(
    at_work: Crm, house: House, salon: int
) -> None:
    (lead_id,) = prospecting.put(at_work, salon, [house.jeanne]).lead_ids
    done = tasks.done(at_work, queries.line(at_work, lead_id).task_id or 0, "voicemail")
    assert (done.proposal, done.next_id) == (None, queries.line(at_work, lead_id).task_id)


def test_who_is_pursued_or_never_to_be_is_left_out_with_the_reason(
    at_work: Crm, house: House, salon: int
) -> None:
    leads.add(at_work, house.jeanne)
    leads.disqualify(at_work, leads.add(at_work, house.bruno).lead_id, "concurrent")
    taken = prospecting.put(at_work, salon, [house.jeanne, house.bruno, 999])
    assert taken.lead_ids == []
    assert [contact_id for contact_id, _why in taken.left_out] == [house.jeanne, house.bruno, 999]


def test_who_refuses_every_way_of_a_list_is_left_out_with_the_reason(
    at_work: Crm, house: House, salon: int
) -> None:
    contacts.edit(at_work, house.jeanne, {}, phones=["06 12 34 56 78"])
    calls = prospecting.add(at_work, "Appels", cadence="call, +4 call")
    consent.object_to(at_work, house.jeanne, Wanted("phone"))
    taken = prospecting.put(at_work, calls, [house.jeanne, house.bruno])
    assert [contact_id for contact_id, _why in taken.left_out] == [house.jeanne]
    assert taken.left_out[0][1] == "has objected"
    assert len(taken.lead_ids) == 1


def test_a_touch_that_somebody_refuses_is_passed_over(at_work: Crm, house: House) -> None:
    contacts.edit(at_work, house.jeanne, {}, phones=["06 12 34 56 78"])
    both = prospecting.add(at_work, "Appels et lettre", cadence="call, +1 linkedin")
    consent.object_to(at_work, house.jeanne, Wanted("phone"))
    (lead_id,) = prospecting.put(at_work, both, [house.jeanne]).lead_ids
    assert [one.line.touch for one in prospecting.people(at_work, both)] == ["linkedin"]
    task_id = queries.line(at_work, lead_id).task_id or 0
    consent.object_to(at_work, house.jeanne, Wanted())
    assert tasks.done(at_work, task_id, "no_answer").next_id is None


def test_a_list_says_whom_the_law_does_not_let_us_call(at_work: Crm, house: House, salon: int) -> None:
    contacts.edit(at_work, house.jeanne, {}, phones=["06 12 34 56 78"])
    prospecting.put(at_work, salon, [house.jeanne])
    consent.settle(at_work, house.jeanne, "consumer")
    (line,) = prospecting.people(at_work, salon)
    assert (line.reason, line.refused) == ("no-consent", "has not agreed to it")


def test_putting_people_on_a_list_can_be_stopped_and_leaves_nothing(
    at_work: Crm, house: House, salon: int
) -> None:
    watch = Watch()
    watch.stop()
    with pytest.raises(Stopped):
        prospecting.put(at_work, salon, [house.jeanne, house.bruno], watch=watch)
    assert prospecting.people(at_work, salon) == []


def test_nobody_is_put_on_a_list_twice(at_work: Crm, house: House, salon: int) -> None:
    assert len(prospecting.put(at_work, salon, [house.jeanne, house.jeanne]).lead_ids) == 1
    assert prospecting.put(at_work, salon, [house.jeanne]).lead_ids == []


def test_closing_a_list_takes_its_touches_out_of_the_day(at_work: Crm, house: House, salon: int) -> None:
    prospecting.put(at_work, salon, [house.jeanne, house.bruno])
    assert prospecting.close(at_work, salon) == 2
    assert at_work.rows("SELECT 1 FROM tasks WHERE done_at IS NULL") == []
    with pytest.raises(RefusedByRule):
        prospecting.put(at_work, salon, [house.jeanne])


def test_a_lead_that_is_settled_is_touched_no_more(at_work: Crm, house: House, salon: int) -> None:
    (lead_id,) = prospecting.put(at_work, salon, [house.jeanne]).lead_ids
    task_id = queries.line(at_work, lead_id).task_id or 0
    leads.disqualify(at_work, lead_id, "concurrent")
    assert tasks.done(at_work, task_id, "no_answer").next_id is None


def test_a_list_has_a_name_of_its_own(at_work: Crm, salon: int) -> None:
    assert prospecting.named(at_work, "salon 2026").id == salon
    with pytest.raises(UsageProblem):
        prospecting.add(at_work, "SALON 2026")
    with pytest.raises(NotFound):
        prospecting.named(at_work, "Batimat")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("call", (Touch("call", 0),)),
        ("appel, mail", (Touch("call", 0), Touch("email", 1))),
        ("+1 linkedin, +10 courrier offre", (Touch("linkedin", 1), Touch("letter", 10, "offre"))),
    ],
)
def test_a_cadence_is_read_as_it_is_written(written: str, read: tuple[Touch, ...]) -> None:
    assert touches.read_cadence(written) == read
    assert touches.read_cadence(touches.show_cadence(read)) == read


@pytest.mark.parametrize("written", ["", " , ", "pigeon", "+2", "call, +3 fax"])
def test_a_cadence_that_means_nothing_is_refused(written: str) -> None:
    with pytest.raises(UsageProblem):
        touches.read_cadence(written)


@pytest.mark.parametrize(
    ("outcome", "reached"), [("voicemail", 0), ("no_answer", 0), ("reached", 1), ("refused", 1)]
)
def test_only_who_answered_counts_as_reached(
    at_work: Crm, house: House, salon: int, outcome: str, reached: int
) -> None:
    (lead_id,) = prospecting.put(at_work, salon, [house.jeanne]).lead_ids
    tasks.done(at_work, queries.line(at_work, lead_id).task_id or 0, outcome)
    assert [line.reached for line in touch_queries.lists(at_work)] == [reached]


def test_who_is_left_out_of_a_list_is_not_of_it_and_did_not_come_again(at_work: Crm, house: House) -> None:
    lead_id = leads.add(at_work, house.jeanne).lead_id
    before = (
        at_work.rows("SELECT * FROM leads"),
        at_work.rows("SELECT max(id) FROM events WHERE kind LIKE 'lead%'"),
    )
    list_id = prospecting.add(at_work, "Salon 2026")
    assert prospecting.put(at_work, list_id, [house.jeanne]).left_out == [
        (house.jeanne, f"they are pursued already: l{lead_id}")
    ]
    assert (
        at_work.rows("SELECT * FROM leads"),
        at_work.rows("SELECT max(id) FROM events WHERE kind LIKE 'lead%'"),
    ) == before
