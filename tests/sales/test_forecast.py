"""What a pipeline may bring in, by the month in which its deals are expected."""

from __future__ import annotations

from datetime import date

from petitcrm.crm import Crm
from petitcrm.sales import deals, stages
from petitcrm.sales.forecast import Forecast, Period, by_month, forecast
from petitcrm.store.queries.deals import Hoped, board
from tests.support.firm import Firm


def test_each_deal_counts_at_the_chances_of_its_stage_in_the_month_when_it_is_expected(
    firm: Firm, crm: Crm
) -> None:
    first, last = firm.stages[0], firm.stages[-1]
    stages.edit(crm, first, {"probability": 10})
    stages.edit(crm, last, {"probability": 80})
    for stage, cents, day in (
        (first, 1000, "2026-11-02"),
        (last, 1000, "2026-11-30"),
        (last, 500, "2026-12-24"),
    ):
        deals.add(crm, "Poêle", firm.contact, stage_id=stage, amount_cents=cents, fields={"expected_on": day})
    told = forecast(crm, 1)
    assert told.this_month == Period(2, 2000, 900)
    assert told.next_month == Period(1, 500, 400)
    assert told.late == told.later == Period()


def test_what_was_expected_in_a_month_that_is_over_is_late_and_what_has_no_day_is_apart() -> None:
    rows = [
        Hoped(None, 50, 2, 300),
        Hoped("2026-10", 50, 1, 100),
        Hoped("2027-02", 100, 1, 7),
        Hoped("2026-12", 0, 1, 9),
    ]
    assert by_month(rows, date(2026, 11, 30)) == Forecast(
        late=Period(1, 100, 50), this_month=Period(), next_month=Period(1, 9, 0), later=Period(1, 7, 7),
        some_day=Period(2, 300, 150),
    )  # fmt: skip


def test_january_follows_december() -> None:
    assert by_month([Hoped("2027-01", 50, 1, 100)], date(2026, 12, 31)).next_month == Period(1, 100, 50)


def test_won_deals_and_those_of_other_pipelines_are_not_expected(firm: Firm, crm: Crm) -> None:
    deals.win(crm, firm.deal)
    deals.win(crm, firm.other_deal)
    assert forecast(crm, 1) == Forecast(*[Period()] * 5)
    assert forecast(crm, 999) == forecast(crm, 1)


def test_the_periods_add_up_to_the_board(firm: Firm, crm: Crm) -> None:
    deals.edit(crm, firm.deal, {"amount_cents": 12_345, "expected_on": "2026-12-01"})
    told = forecast(crm, 1)
    assert sum(period.total_cents for period in told) == board(crm, 1).total_cents
    assert sum(period.number for period in told) == sum(column.number for column in board(crm, 1).columns)
