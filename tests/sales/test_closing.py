"""A deal is won for an amount on a day, lost for a reason and perhaps not for ever."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.sales import deals
from petitcrm.sales.closing import Lost, Won, read_lost, read_won
from tests.support.firm import Firm

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", Won()), ("4200", Won(4200_00)), ("4\u202f200\u00a0€", Won(4200_00)),
        ("hier", Won(None, date(2026, 11, 22))),
        ("4 200 yesterday", Won(4200_00, date(2026, 11, 22))), ("12k 3 nov", Won(12_000_00, date(2026, 11, 3))),
        ("12 000 20 nov", Won(12_000_00, date(2026, 11, 20))),
    ],
)  # fmt: skip
def test_an_amount_and_a_day_are_read_in_one_line(typed: str, read: Won) -> None:
    assert read_won(typed, now=NOW) == read


@pytest.mark.parametrize("typed", ["lots", "4200 once", "12,345.678,9"])
def test_what_is_neither_is_refused(typed: str) -> None:
    with pytest.raises(UsageProblem):
        read_won(typed, now=NOW)


def test_words_and_a_day_to_come_back_are_told_apart_by_a_sign() -> None:
    assert read_lost("budget gelé en mars", now=NOW) == Lost("budget gelé en mars")
    assert read_lost("budget gelé > dans 3 mois", now=NOW) == Lost("budget gelé", date(2027, 2, 23))
    assert read_lost("", now=NOW) == Lost()
    for typed in ("gelé >", "gelé > jamais"):
        with pytest.raises(UsageProblem):
            read_lost(typed, now=NOW)


def test_a_deal_is_won_on_a_day_that_was_for_another_amount(firm: Firm, crm: Crm) -> None:
    deals.win(crm, firm.deal, amount_cents=777_00, on=date(2026, 11, 20))
    found = crm.rows("SELECT status, amount_cents, closed_at FROM deals WHERE id = :id", id=firm.deal)
    assert found == [("won", 777_00, "2026-11-20T08:00:00Z")]


def test_a_deal_is_not_won_tomorrow(firm: Firm, crm: Crm) -> None:
    with pytest.raises(RefusedByRule) as refused:
        deals.win(crm, firm.deal, on=date(2026, 11, 24))
    assert refused.value.rule == "won-day-not-to-come"


def test_a_lost_deal_may_plan_a_call_to_come_back(firm: Firm, crm: Crm) -> None:
    task_id = deals.lose(crm, firm.deal, "price", "budget gelé", again_on=date(2027, 2, 23))
    due = crm.rows("SELECT kind, due_on, done_at FROM tasks WHERE id = :id", id=task_id)
    assert due == [("call", "2027-02-23", None)]


def test_one_does_not_come_back_today(firm: Firm, crm: Crm) -> None:
    with pytest.raises(RefusedByRule) as refused:
        deals.lose(crm, firm.deal, "price", again_on=crm.now.date())
    assert refused.value.rule == "come-back-on-a-day-to-come"
    assert crm.rows("SELECT status FROM deals WHERE id = :id", id=firm.deal) == [("open",)]
