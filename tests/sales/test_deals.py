"""Deals are opened, moved, won, lost, put to sleep; what each of these does to the base."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from petitcrm import ranks
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import companies, contacts, deals, stages, tags, tasks
from petitcrm.store.queries.deals import board
from tests.support.firm import Firm

LATER = "2026-11-25T10:00:00+01:00"


def deal(crm: Crm, deal_id: int) -> dict[str, Any]:
    """Return a deal as the base has it."""
    return crm.connection.dicts("SELECT * FROM deals WHERE id = :id", {"id": deal_id})[0]


def column(crm: Crm, stage: int) -> list[int]:
    """Return the deals of a stage, in the order of the board."""
    return next([card.id for card in one.cards] for one in board(crm, 1).columns if one.stage_id == stage)


def rule_of(refused: pytest.ExceptionInfo[RefusedByRule]) -> str:
    """Return the stable name of the rule that refused."""
    return refused.value.rule


def test_a_deal_begins_open_in_the_first_stage_with_the_company_of_its_contact(firm: Firm, crm: Crm) -> None:
    found = deal(crm, deals.add(crm, "  Climatisation ", firm.contact, amount_cents=99_00))
    assert (found["title"], found["status"], found["stage_id"]) == ("Climatisation", "open", firm.stages[0])
    assert (found["company_id"], found["amount_cents"], found["currency"]) == (firm.company, 99_00, "EUR")
    assert found["created_at"] == found["touched_at"] == found["entered_stage_at"] == crm.now_text


def test_a_deal_may_begin_in_another_stage_and_keeps_its_fields(firm: Firm, crm: Crm) -> None:
    fields = {
        "amount_cents": 5,
        "expected_on": date(2026, 12, 24),
        "currency": "chf",
        "custom": {"surface": "80"},
    }
    found = deal(crm, deals.add(crm, "Poêle", firm.contact, stage_id=firm.stages[3], fields=fields))
    assert (found["stage_id"], found["amount_cents"], found["expected_on"]) == (
        firm.stages[3],
        5,
        "2026-12-24",
    )
    assert (found["currency"], found["custom"]) == ("CHF", '{"surface":"80"}')


def test_entering_the_first_stage_is_recorded(firm: Firm, crm: Crm) -> None:
    new = deals.add(crm, "Poêle", firm.contact)
    changes = crm.rows("SELECT from_stage_id, to_stage_id, at FROM stage_changes WHERE deal_id = :id", id=new)
    assert changes == [(None, firm.stages[0], crm.now_text)]


@pytest.mark.parametrize("title", ["", "   ", "\x00"])
def test_a_deal_without_a_title_is_refused(title: str, firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        deals.add(crm, title, firm.contact)
    with pytest.raises(UsageProblem):
        deals.edit(crm, firm.deal, {"title": title})


@pytest.mark.parametrize(
    "fields",
    [{"contact_id": 999}, {"company_id": 999}, {"owner_id": 999}],
)
def test_a_deal_with_somebody_who_is_not_there_is_refused(
    fields: dict[str, int], firm: Firm, crm: Crm
) -> None:
    with pytest.raises(NotFound):
        deals.edit(crm, firm.deal, fields)


def test_a_deal_for_nobody_or_in_no_stage_is_refused(firm: Firm, crm: Crm) -> None:
    with pytest.raises(NotFound):
        deals.add(crm, "Poêle", 999)
    with pytest.raises(NotFound):
        deals.add(crm, "Poêle", firm.contact, stage_id=999)
    with pytest.raises(UsageProblem):
        deals.edit(crm, firm.deal, {"contact_id": None})


@pytest.mark.parametrize("fields", [{"status": "won"}, {"rank": 1}, {"nonsense": 1}, {"currency": "euro"}])
def test_fields_that_are_not_to_be_said_are_refused(fields: dict[str, Any], firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        deals.edit(crm, firm.deal, fields)


def test_an_edit_tells_whether_anything_is_different(firm: Firm, crm: Crm) -> None:
    assert deals.edit(crm, firm.deal, {"title": "Chaudière gaz"})
    assert not deals.edit(crm, firm.deal, {"title": "Chaudière gaz"})


def test_an_edit_without_effect_leaves_no_event(firm: Firm, crm: Crm) -> None:
    count = "SELECT count(*) FROM events"
    before = crm.rows(count)
    deals.edit(crm, firm.deal, {"title": "Chaudière"})
    assert crm.rows(count) == before


def test_moving_a_deal_records_when_it_entered_and_from_where(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        moved = deals.move(crm, firm.deal, firm.stages[2])
        found = deal(crm, firm.deal)
        changes = crm.rows(
            "SELECT from_stage_id, to_stage_id, at FROM stage_changes ORDER BY id DESC LIMIT 1"
        )
    assert (moved.deal_id, moved.task_id) == (firm.deal, None)
    assert found["entered_stage_at"] == found["touched_at"] == "2026-11-25T09:00:00Z"
    assert changes == [(firm.stages[0], firm.stages[2], "2026-11-25T09:00:00Z")]


def test_moving_a_deal_adds_the_task_of_its_stage(firm: Firm, crm: Crm) -> None:
    stages.edit(
        crm, firm.stages[1], {"next_task_kind": "call", "next_task_text": "confirmer", "next_task_days": 2}
    )
    moved = deals.move(crm, firm.other_deal, firm.stages[1])
    task = crm.rows(
        "SELECT kind, text, due_on, deal_id, contact_id FROM tasks WHERE id = :id", id=moved.task_id
    )
    assert task == [("call", "confirmer", "2026-11-25", firm.other_deal, firm.other_contact)]


def test_the_usual_task_is_not_added_to_a_deal_that_has_a_next_step(firm: Firm, crm: Crm) -> None:
    stages.edit(crm, firm.stages[1], {"next_task_kind": "call", "next_task_days": 2})
    assert deals.move(crm, firm.deal, firm.stages[1]).task_id is None


def test_the_usual_task_of_a_friday_falls_on_the_monday(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now="2026-11-27T17:00:00+01:00")) as crm:
        stages.edit(crm, firm.stages[1], {"next_task_kind": "call", "next_task_days": 1})
        moved = deals.move(crm, firm.other_deal, firm.stages[1])
        assert crm.rows("SELECT due_on FROM tasks WHERE id = :id", id=moved.task_id) == [("2026-11-30",)]


def test_a_stage_may_require_fields(firm: Firm, crm: Crm) -> None:
    stages.edit(crm, firm.stages[4], {"requires": ["expected_on", "amount_cents"]})
    with pytest.raises(RefusedByRule) as refused:
        deals.move(crm, firm.deal, firm.stages[4])
    assert rule_of(refused) == "stage-requires-fields"
    assert "expected_on" in refused.value.message
    assert "amount_cents" not in refused.value.message
    deals.edit(crm, firm.deal, {"expected_on": "2026-12-24"})
    deals.move(crm, firm.deal, firm.stages[4])


def test_a_deal_is_put_at_the_end_of_a_column_or_above_another(firm: Firm, crm: Crm) -> None:
    third = deals.add(crm, "Insert", firm.contact)
    assert column(crm, firm.stages[0]) == [firm.deal, firm.other_deal, third]
    deals.move(crm, third, firm.stages[0], before=firm.deal)
    assert column(crm, firm.stages[0]) == [third, firm.deal, firm.other_deal]
    deals.move(crm, third, firm.stages[0], before=firm.other_deal)
    assert column(crm, firm.stages[0]) == [firm.deal, third, firm.other_deal]
    deals.move(crm, firm.deal, firm.stages[0])
    assert column(crm, firm.stages[0]) == [third, firm.other_deal, firm.deal]


def test_changing_place_neither_touches_the_clock_nor_enters_the_stage(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        before = deal(crm, firm.other_deal)
        deals.move(crm, firm.other_deal, firm.stages[0], before=firm.deal)
        after = deal(crm, firm.other_deal)
    assert {name for name in before if before[name] != after[name]} == {"rank"}


def test_there_is_always_room_between_two_deals(firm: Firm, crm: Crm) -> None:
    expected = [firm.deal, firm.other_deal]
    for _time in range(40):  # room is halved each time: 16 times without making any
        new = deals.add(crm, "Insert", firm.contact)
        deals.move(crm, new, firm.stages[0], before=firm.other_deal)
        expected.insert(-1, new)
        assert column(crm, firm.stages[0]) == expected
    assert ranks.GAP < 2**40


def test_a_deal_is_not_put_above_one_of_another_column(firm: Firm, crm: Crm) -> None:
    deals.move(crm, firm.other_deal, firm.stages[1])
    with pytest.raises(NotFound):
        deals.move(crm, firm.deal, firm.stages[2], before=firm.other_deal)


def test_a_won_deal_keeps_its_stage_and_leaves_the_board(firm: Firm, crm: Crm) -> None:
    deals.win(crm, firm.deal)
    found = deal(crm, firm.deal)
    assert (found["status"], found["stage_id"], found["closed_at"]) == ("won", firm.stages[0], crm.now_text)
    assert firm.deal not in column(crm, firm.stages[0])


@pytest.mark.parametrize("words", ["price", "too expensive", "prix", "PRIX", "expensive"])
def test_a_reason_is_understood_in_both_languages(words: str, firm: Firm, crm: Crm) -> None:
    deals.lose(crm, firm.deal, words, " 20 % au-dessus ")
    found = deal(crm, firm.deal)
    assert (found["status"], found["lost_reason"], found["lost_words"]) == ("lost", "price", "20 % au-dessus")


@pytest.mark.parametrize("words", ["", "because", "o"])
def test_a_deal_is_not_lost_for_an_unknown_reason(words: str, firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        deals.lose(crm, firm.deal, words)


def test_the_reason_other_needs_words(firm: Firm, crm: Crm) -> None:
    with pytest.raises(RefusedByRule) as refused:
        deals.lose(crm, firm.deal, "other", "  ")
    assert rule_of(refused) == "lost-reason-other-needs-words"


def test_a_cancelled_deal_is_neither_won_nor_lost(firm: Firm, crm: Crm) -> None:
    deals.cancel(crm, firm.deal)
    assert deal(crm, firm.deal)["status"] == "cancelled"


def test_a_closed_deal_neither_moves_nor_sleeps_nor_closes_again(firm: Firm, crm: Crm) -> None:
    deals.win(crm, firm.deal)
    attempts = [
        lambda: deals.move(crm, firm.deal, firm.stages[1]),
        lambda: deals.sleep(crm, firm.deal, date(2026, 12, 1)),
        lambda: deals.lose(crm, firm.deal, "price"),
        lambda: deals.win(crm, firm.deal),
        lambda: deals.cancel(crm, firm.deal),
    ]
    for attempt in attempts:
        with pytest.raises(RefusedByRule) as refused:
            attempt()
        assert rule_of(refused) == "deal-is-closed"


def test_a_deal_that_is_opened_again_forgets_why_it_was_lost(firm: Firm, crm: Crm) -> None:
    deals.lose(crm, firm.deal, "price", "trop")
    deals.reopen(crm, firm.deal)
    found = deal(crm, firm.deal)
    assert (found["status"], found["lost_reason"], found["lost_words"], found["closed_at"]) == (
        "open",
        "",
        "",
        None,
    )
    assert found["stage_id"] == firm.stages[0]


def test_an_open_deal_is_not_opened_again(firm: Firm, crm: Crm) -> None:
    with pytest.raises(RefusedByRule) as refused:
        deals.reopen(crm, firm.deal)
    assert rule_of(refused) == "deal-is-open"


def test_a_deal_sleeps_until_a_day_to_come_and_can_be_woken(firm: Firm, crm: Crm) -> None:
    deals.sleep(crm, firm.deal, date(2026, 11, 24))
    assert deal(crm, firm.deal)["sleep_until"] == "2026-11-24"
    deals.sleep(crm, firm.deal, None)
    assert deal(crm, firm.deal)["sleep_until"] is None


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 22)])
def test_a_deal_does_not_sleep_until_today(day: date, firm: Firm, crm: Crm) -> None:
    with pytest.raises(RefusedByRule) as refused:
        deals.sleep(crm, firm.deal, day)
    assert rule_of(refused) == "sleep-date-to-come"


def test_closing_a_deal_wakes_it(firm: Firm, crm: Crm) -> None:
    deals.sleep(crm, firm.deal, date(2026, 12, 1))
    deals.lose(crm, firm.deal, "price")
    assert deal(crm, firm.deal)["sleep_until"] is None


def test_a_deleted_deal_takes_its_tasks_tags_and_changes_with_it(firm: Firm, crm: Crm) -> None:
    tags.put(crm, "deal", firm.deal, "Vip")
    deals.delete(crm, firm.deal)
    for table in ("tasks", "stage_changes", "taggings"):
        assert crm.rows(f"SELECT 1 FROM {table} WHERE deal_id = :id", id=firm.deal) == []
    with pytest.raises(NotFound):
        deals.edit(crm, firm.deal, {"title": "x"})


def test_the_first_stage_is_that_of_the_first_pipeline(firm: Firm, crm: Crm) -> None:
    assert deals.first_stage(crm) == firm.stages[0]
    stages.move(crm, firm.stages[4], 0)
    assert deals.first_stage(crm) == firm.stages[4]


def test_a_deal_stays_when_its_company_is_deleted(firm: Firm, crm: Crm) -> None:
    companies.delete(crm, firm.company)
    assert deal(crm, firm.deal)["company_id"] is None


def test_a_deal_follows_its_contact_into_a_merge(firm: Firm, crm: Crm) -> None:
    contacts.merge(crm, firm.other_contact, firm.contact)
    assert deal(crm, firm.deal)["contact_id"] == firm.other_contact


def test_a_task_done_restarts_the_clock_of_its_deal(config: Config, firm: Firm) -> None:
    with open_crm(config._replace(now=LATER)) as crm:
        tasks.done(crm, firm.task)
        assert deal(crm, firm.deal)["touched_at"] == "2026-11-25T09:00:00Z"
        assert deal(crm, firm.other_deal)["touched_at"] == "2026-11-23T08:00:00Z"
