"""The hours of the day: what is at a fixed hour at its place, what is free, what overlaps, where one is now."""

from __future__ import annotations

from datetime import date, time

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.dates import When
from petitcrm.sales import tasks
from tests.tui.screens import MIDDLE, WIDE, lines, opened, rows, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")
TODAY = date(2026, 11, 23)


def _plan(firm: Config, *hours: tuple[int, int, int | None], words: str = "x") -> None:
    with open_crm(firm) as crm:
        for hour, minute, long in hours:
            fields = {"duration_minutes": long}
            tasks.add(crm, words, 1, kind="meeting", due=When(TODAY, time(hour, minute)), fields=fields)


def _line(app, words: str) -> str:
    return next((line for line in text_of(app).splitlines() if words in line), "")


async def test_t_shows_the_hours_on_a_narrow_screen_and_comes_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("T")
        await said(pilot, "14:30 ┊●")
        assert not lines(app, "day").display
        await pilot.press("escape")
        await until(pilot, lambda: lines(app, "day").display)
        assert "┊" not in text_of(app)


async def test_a_day_without_any_hour_is_free_from_now_on(firm: Config) -> None:
    with open_crm(firm) as crm:
        for task in [row[0] for row in crm.rows("SELECT id FROM tasks WHERE due_time IS NOT NULL")]:
            tasks.delete(crm, task)
    async with opened(firm) as (_app, pilot):
        await pilot.press("T")
        await said(pilot, "free · ")
        await said(pilot, "━ now ━")


async def test_things_at_the_same_time_say_so_in_words(firm: Config) -> None:
    _plan(firm, (10, 0, 90), (11, 0, 30))
    async with opened(firm) as (_app, pilot):
        await pilot.press("T")
        await said(pilot, "1 h 30 · overlaps 1 other")
        await said(pilot, "11:00 ┊┃●")


async def test_twenty_things_at_once_are_all_there(firm: Config) -> None:
    _plan(firm, *[(10, 0, 60)] * 20)
    async with opened(firm) as (app, pilot):
        await pilot.press("T")
        await said(pilot, "overlaps 19 others")
        held = [line.held for line in lines(app, "hours").lines if line.held]
        assert sum(item.time == "10:00" for item in held) == 20


async def test_the_hours_grow_for_what_is_early_or_late_and_stop_at_midnight(firm: Config) -> None:
    _plan(firm, (6, 15, 30), (23, 30, 120))
    async with opened(firm, size=(80, 40)) as (_app, pilot):
        await pilot.press("T")
        await said(pilot, "06:15 ┊●")
        await said(pilot, "23:30 ┊●")
        await until(pilot, lambda: "24:00" not in text_of(pilot.app))


async def test_the_line_of_the_present_moves_with_the_clock(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("T")
        await said(pilot, "━ now · next in ")
        app.config = app.config._replace(now="2026-11-23T13:30:00+01:00")
        lines(app, "hours").look_at_the_clock()
        await said(pilot, "13:30 ━ now · next in 1 h ")


async def test_another_day_has_no_line_of_the_present(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("]", "]", "]", "]", "T")
        await said(pilot, "10:00 ┊●")
        await until(pilot, lambda: "now" not in text_of(pilot.app))


async def test_the_keys_of_the_day_act_on_the_thing_at_an_hour(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: lines(app, "hours").line)
        await pilot.press("L")
        await said(pilot, "→ Tue 24 Nov")
    assert rows(firm, "SELECT due_on, due_time FROM tasks WHERE kind = 'visit'") == [("2026-11-24", "14:30")]


async def test_there_is_room_for_the_hours_or_the_sheet_at_120_cells_and_for_both_at_160(
    firm: Config,
) -> None:
    async with opened(firm, size=MIDDLE) as (app, pilot):
        hours, peek = app.screen.query_one("#hours"), app.screen.query_one("#peek")
        assert (hours.display, peek.display) == (True, False)
        await pilot.press("p")
        await until(pilot, lambda: (hours.display, peek.display) == (False, True))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: (hours.display, peek.display) == (True, True))


async def test_hostile_words_stay_on_their_line(hostile: Config) -> None:
    _plan(hostile, (10, 0, 60), words="[/foo]\x1b[31m\u202eevil\nline")
    async with opened(hostile, size=(20, 5)) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: lines(app, "hours").display)
        assert "\x1b" not in text_of(app)
    async with opened(hostile, size=MIDDLE) as (app, pilot):
        assert "[/foo]" in _line(app, "10:00")
