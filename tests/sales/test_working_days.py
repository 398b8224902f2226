"""The days on which a French firm works."""

from __future__ import annotations

from datetime import date

import pytest

from petitcrm.sales.working_days import carried, easter, is_worked

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "on", ["2026-04-06", "2026-05-14", "2026-05-25", "2026-07-14", "2026-11-11", "2026-12-25", "2026-11-28"]
)
def test_week_ends_and_public_holidays_are_not_worked(on: str) -> None:
    assert not is_worked(date.fromisoformat(on))


@pytest.mark.parametrize("on", ["2026-11-23", "2026-04-03", "2026-05-15", "2026-12-24"])
def test_other_days_are(on: str) -> None:
    assert is_worked(date.fromisoformat(on))


@pytest.mark.parametrize("on", ["2000-04-23", "2008-03-23", "2011-04-24", "2026-04-05", "2038-04-25"])
def test_easter_is_the_one_of_the_calendar(on: str) -> None:
    assert easter(int(on[:4])) == date.fromisoformat(on)


@pytest.mark.parametrize(
    ("due", "step", "goes_to"),
    [
        ("2026-11-27", 1, "2026-11-30"), ("2026-11-30", -1, "2026-11-27"), ("2026-12-24", 1, "2026-12-28"),
        ("2026-11-10", 1, "2026-11-23"), ("2026-11-24", -1, "2026-11-23"), (None, 1, "2026-11-23"),
        (None, -1, "2026-11-23"), ("2026-11-23", -1, None), ("2026-11-10", -1, None),
    ],
)  # fmt: skip
def test_a_task_goes_to_the_next_working_day_and_never_before_today(
    due: str | None, step: int, goes_to: str | None
) -> None:
    on = carried(date.fromisoformat(due) if due else None, step, today=TODAY)
    assert (on.isoformat() if on else None) == goes_to


def test_a_task_carried_earlier_on_a_sunday_stops_at_today() -> None:
    assert carried(date(2026, 11, 30), -1, today=date(2026, 11, 29)) == date(2026, 11, 29)
