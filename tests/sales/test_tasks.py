"""Tasks are planned, done with an outcome, repeated, put off, and say what comes next."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.dates import When
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import habits, tasks
from petitcrm.store.queries import browse, deals
from petitcrm.store.queries import tasks as queries
from tests.support.firm import Firm


def task(crm: Crm, task_id: int) -> dict[str, Any]:
    """Return a task as the base has it."""
    return crm.connection.dicts("SELECT * FROM tasks WHERE id = :id", {"id": task_id})[0]


def on(day: str) -> date:
    """Return the date of a text."""
    return date.fromisoformat(day)


def test_a_task_has_a_day_and_no_hour_unless_told(firm: Firm, crm: Crm) -> None:
    found = task(crm, tasks.add(crm, "ramoner", firm.contact, due=on("2026-12-01")))
    assert (found["due_on"], found["due_time"], found["zone"]) == ("2026-12-01", None, "")


def test_a_task_with_an_hour_keeps_the_zone_it_was_meant_in(firm: Firm, crm: Crm) -> None:
    found = task(
        crm, tasks.add(crm, "", firm.contact, kind="visit", due=When(on("2026-12-01"), time(14, 30)))
    )
    assert (found["due_on"], found["due_time"], found["zone"]) == ("2026-12-01", "14:30", "Europe/Paris")


def test_a_task_may_have_no_day(firm: Firm, crm: Crm) -> None:
    assert task(crm, tasks.add(crm, "un jour", firm.contact))["due_on"] is None


def test_a_task_without_words_needs_a_kind(firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        tasks.add(crm, "  ", firm.contact)
    assert task(crm, tasks.add(crm, "", firm.contact, kind="call"))["text"] == ""


@pytest.mark.parametrize(
    ("told", "kind"), [("call", "call"), ("Appel", "call"), ("Devis", "quote"), ("Visit", "visit")]
)
def test_a_kind_is_understood_in_both_languages(told: str, kind: str, firm: Firm, crm: Crm) -> None:
    assert task(crm, tasks.add(crm, "x", firm.contact, kind=told))["kind"] == kind


def test_an_unknown_kind_or_field_is_refused(firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        tasks.add(crm, "x", firm.contact, kind="dream")
    with pytest.raises(UsageProblem):
        tasks.edit(crm, firm.task, {"done_at": "2026-11-23T08:00:00Z"})


def test_a_task_for_what_is_not_there_is_refused(firm: Firm, crm: Crm) -> None:
    with pytest.raises(NotFound):
        tasks.add(crm, "x", 999)
    for fields in ({"deal_id": 999}, {"owner_id": 999}, {"contact_id": 999}):
        with pytest.raises(NotFound):
            tasks.edit(crm, firm.task, fields)
    with pytest.raises(NotFound):
        tasks.done(crm, 999)


def test_doing_a_task_keeps_when_and_how(firm: Firm, crm: Crm) -> None:
    tasks.done(crm, firm.task, "reached")
    found = task(crm, firm.task)
    assert (found["done_at"], found["outcome"]) == (crm.now_text, "reached")


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("no_answer", "no_answer"),
        ("no answer", "no_answer"),
        ("no-answer", "no_answer"),
        ("Reached", "reached"),
    ],
)
def test_an_outcome_is_understood(told: str, key: str, firm: Firm, crm: Crm) -> None:
    tasks.done(crm, firm.task, told)
    assert task(crm, firm.task)["outcome"] == key


def test_an_unknown_outcome_is_refused_and_nothing_is_done(firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        tasks.done(crm, firm.task, "perhaps")
    assert task(crm, firm.task)["done_at"] is None


def test_a_task_is_done_once(firm: Firm, crm: Crm) -> None:
    tasks.done(crm, firm.task)
    for attempt in (
        lambda: tasks.done(crm, firm.task),
        lambda: tasks.snooze(crm, firm.task, on("2026-12-01")),
    ):
        with pytest.raises(RefusedByRule) as refused:
            attempt()
        assert refused.value.rule == "task-is-done"


@pytest.mark.parametrize(
    ("outcome", "kind", "day"),
    [
        ("no_answer", "call", "2026-11-24"),
        ("voicemail", "call", "2026-11-25"),
        ("absent", "quote", "2026-11-26"),
        ("postponed", "quote", "2026-11-30"),
    ],
)
def test_an_outcome_proposes_what_comes_next(outcome: str, kind: str, day: str, firm: Firm, crm: Crm) -> None:
    proposal = tasks.done(crm, firm.task, outcome).proposal
    assert proposal is not None
    assert (proposal.kind, proposal.text, proposal.on) == (kind, "devis chaudière", on(day))


@pytest.mark.parametrize("outcome", ["done", "reached", "refused", ""])
def test_an_end_proposes_nothing(outcome: str, firm: Firm, crm: Crm) -> None:
    assert tasks.done(crm, firm.task, outcome).proposal is None


def test_a_proposal_does_not_fall_on_a_week_end(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now="2026-11-27T17:00:00+01:00")) as crm:
        proposal = tasks.done(crm, firm.task, "no_answer").proposal
    assert proposal is not None
    assert proposal.on == on("2026-11-30")


def test_a_repeated_task_that_is_done_comes_again_as_it_was(firm: Firm, crm: Crm) -> None:
    done = tasks.done(crm, firm.repeated)
    assert done.next_id is not None
    before, after = task(crm, firm.repeated), task(crm, done.next_id)
    assert (after["due_on"], after["due_time"], after["done_at"]) == ("2026-12-25", "14:00", None)
    same = ("kind", "text", "contact_id", "place", "recurrence", "zone")
    assert [after[name] for name in same] == [before[name] for name in same]


def test_a_repeated_task_proposes_nothing_besides(firm: Firm, crm: Crm) -> None:
    assert tasks.done(crm, firm.repeated, "absent").proposal is None


def test_a_repeated_task_done_late_skips_what_is_past(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now="2027-02-10T09:00:00+01:00")) as crm:
        done = tasks.done(crm, firm.repeated)
        assert done.next_id is not None
        assert task(crm, done.next_id)["due_on"] == "2027-02-25"


def test_the_thirty_first_of_each_month_stays_the_last_day(firm: Firm, crm: Crm) -> None:
    fields = {"recurrence": "FREQ=MONTHLY"}
    first = tasks.add(crm, "loyer", firm.contact, due=on("2027-01-31"), fields=fields)
    second = tasks.done(crm, first).next_id
    assert second is not None
    third = tasks.done(crm, second).next_id
    assert third is not None
    assert [task(crm, one)["due_on"] for one in (second, third)] == ["2027-02-28", "2027-03-31"]


def test_a_snoozed_task_keeps_the_day_it_is_due(firm: Firm, crm: Crm) -> None:
    tasks.snooze(crm, firm.task, on("2026-12-01"))
    found = task(crm, firm.task)
    assert (found["due_on"], found["snoozed_until"]) == ("2026-11-24", "2026-12-01")


def test_a_task_is_not_snoozed_until_today(firm: Firm, crm: Crm) -> None:
    with pytest.raises(RefusedByRule) as refused:
        tasks.snooze(crm, firm.task, on("2026-11-23"))
    assert refused.value.rule == "snooze-date-to-come"


def test_another_day_ends_the_snooze(firm: Firm, crm: Crm) -> None:
    tasks.snooze(crm, firm.task, on("2026-12-01"))
    tasks.edit(crm, firm.task, {"due": on("2026-11-30")})
    found = task(crm, firm.task)
    assert (found["due_on"], found["snoozed_until"]) == ("2026-11-30", None)


def test_an_edit_without_a_day_leaves_the_day(firm: Firm, crm: Crm) -> None:
    assert tasks.edit(crm, firm.task, {"text": "devis poêle"})
    assert not tasks.edit(crm, firm.task, {"text": "devis poêle"})
    found = task(crm, firm.task)
    assert (found["text"], found["due_on"]) == ("devis poêle", "2026-11-24")


@pytest.mark.parametrize(
    ("due", "step", "expected"),
    [
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-30", -1, "2026-11-27"),
        ("2026-11-24", -1, "2026-11-23"),
        ("2026-12-24", 1, "2026-12-28"),
        ("2026-12-28", -1, "2026-12-24"),
        ("2026-11-12", 1, "2026-11-23"),
        (None, 1, "2026-11-23"),
        (None, -1, "2026-11-23"),
    ],
    ids=[
        "the day after", "over a week-end", "back over it", "back to today", "over Christmas",
        "back over Christmas", "late", "undated", "undated earlier",
    ],
)  # fmt: skip
def test_a_task_is_carried_by_working_days(
    due: str | None, step: int, expected: str, firm: Firm, crm: Crm
) -> None:
    task_id = tasks.add(crm, "x", firm.contact, due=on(due) if due else None)
    assert tasks.carry(crm, task_id, step) == on(expected)
    assert task(crm, task_id)["due_on"] == expected


def test_a_task_that_is_carried_keeps_its_hour_and_is_not_hidden_any_more(firm: Firm, crm: Crm) -> None:
    task_id = tasks.add(crm, "x", firm.contact, due=When(on("2026-11-24"), time(14, 30)))
    tasks.snooze(crm, task_id, on("2026-12-01"))
    tasks.carry(crm, task_id, 1)
    found = task(crm, task_id)
    assert (found["due_on"], found["due_time"], found["snoozed_until"]) == ("2026-11-25", "14:30", None)


def test_a_task_is_moved_to_another_hour(firm: Firm, crm: Crm) -> None:
    tasks.move(crm, firm.task, on("2026-11-23"), time(9, 15))
    assert (task(crm, firm.task)["due_on"], task(crm, firm.task)["due_time"]) == ("2026-11-23", "09:15")


@pytest.mark.parametrize("due", ["2026-11-23", "2026-11-20"], ids=["today", "late"])
def test_no_task_is_carried_to_a_day_that_is_gone(due: str, firm: Firm, crm: Crm) -> None:
    task_id = tasks.add(crm, "x", firm.contact, due=on(due))
    with pytest.raises(RefusedByRule) as refused:
        tasks.carry(crm, task_id, -1)
    assert refused.value.rule == "task-day-to-come"


def test_a_task_that_is_done_is_not_carried(firm: Firm, crm: Crm) -> None:
    tasks.done(crm, firm.task)
    with pytest.raises(RefusedByRule) as refused:
        tasks.carry(crm, firm.task, 1)
    assert refused.value.rule == "task-is-done"


def test_a_deleted_task_is_gone(firm: Firm, crm: Crm) -> None:
    tasks.delete(crm, firm.task)
    with pytest.raises(NotFound):
        tasks.edit(crm, firm.task, {"text": "x"})


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "2026-11-23"), (4, "2026-11-27"), (5, "2026-11-30"), (6, "2026-11-30"), (7, "2026-11-30")],
)
def test_a_week_end_is_put_off_to_the_monday(days: int, expected: str, crm: Crm) -> None:
    assert tasks.in_days(crm, days) == on(expected)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, "2026-12-24"), (2, "2026-12-28"), (9, "2027-01-04")],
    ids=["eve", "Christmas", "new year"],
)
def test_a_holiday_is_put_off_to_the_next_day_of_work(days: int, expected: str, config: Config) -> None:
    with open_crm(config._replace(now="2026-12-23T09:00:00+01:00")) as crm:
        assert tasks.in_days(crm, days) == on(expected)


def test_a_firm_that_works_on_saturdays_is_proposed_one(crm: Crm) -> None:
    habits.say(crm, "days", "2,3,4,5,6")
    assert (tasks.in_days(crm, 5), tasks.in_days(crm, 7)) == (on("2026-11-28"), on("2026-12-01"))


def test_a_task_is_carried_by_the_days_of_the_firm(firm: Firm, crm: Crm) -> None:
    habits.say(crm, "days", "2,3,4,5,6")
    task_id = tasks.add(crm, "x", firm.contact, due=on("2026-11-27"))
    assert tasks.carry(crm, task_id, 1) == on("2026-11-28")


def test_what_has_a_day_comes_before_what_has_none_and_what_has_an_hour_before_the_rest_of_the_day(
    firm: Firm, crm: Crm
) -> None:
    on = date(2026, 11, 20)
    never = tasks.add(crm, "un jour", firm.contact, fields={"deal_id": firm.deal})
    whenever = tasks.add(crm, "dans la journée", firm.contact, due=When(on), fields={"deal_id": firm.deal})
    early = tasks.add(
        crm, "à neuf heures", firm.contact, due=When(on, time(9)), fields={"deal_id": firm.deal}
    )
    every = [one.id for one in queries.listing(crm)]
    assert every[-1] == never and set(every[:2]) == {whenever, early}
    assert [one.id for one in queries.listing(crm, deal_id=firm.deal)][:2] == [early, whenever]
    assert [one.id for one in queries.listing(crm, limit=1)] != [never]
    (card,) = [
        one for one in deals.listing(crm, contact_id=firm.contact, status="open") if one.id == firm.deal
    ]
    assert card.next_task_id == early
    (row,) = browse.rows(crm, "contact", [firm.contact])
    assert row.next_id == early
