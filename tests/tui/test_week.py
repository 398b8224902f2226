"""The days above the list: how much each holds, and another one instead of today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import agenda, contacts, tasks
from petitcrm.tui.day import DayScreen
from tests.tui.screens import WIDE, ask, lines, opened, rows, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")
AT_CHRISTMAS = "2026-12-22T09:00:00+01:00"


def _held(app) -> list[str]:
    return [line.held.id for line in lines(app, "day").lines if line.held is not None]


async def test_each_day_to_come_says_how_much_is_planned_on_it(firm: Config) -> None:
    async with opened(firm) as (app, _pilot):
        bar = text_of(app).splitlines()[1]
    assert "[today (8)] Tue 24 –  Wed 25 (1)  Thu 26 –  Fri 27 (1)  Mon 30 –" in bar


async def test_a_chosen_day_shows_what_the_command_shows_for_it_and_the_title_says_so(firm: Config) -> None:
    on = date(2026, 11, 25)
    async with opened(firm) as (app, pilot):
        await pilot.press("]", "]")
        await said(pilot, "[Wed 25 (1)]")
        await until(pilot, lambda: "Wed 25 Nov · esc: today" in text_of(app).splitlines()[0])
        assert _held(app) == [item.id for item in ask(firm, lambda crm: agenda.day(crm, on=on)).items]
        await pilot.press("escape")
        await said(pilot, "[today (8)]")
        await until(pilot, lambda: "esc: today" not in text_of(pilot.app))


async def test_a_click_on_a_day_shows_it_and_one_on_today_comes_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        bar = text_of(app).splitlines()[1]
        await pilot.click("#week", offset=(bar.index("Fri 27"), 0))
        await said(pilot, "[Fri 27 (1)]")
        await pilot.click("#week", offset=(3, 0))
        await said(pilot, "[today (8)]")


async def test_the_bar_follows_a_day_that_is_far_away_and_stops_at_its_end(firm: Config) -> None:
    async with opened(firm, size=(40, 12)) as (app, pilot):
        for _press in range(30):
            await pilot.press("]")
        await said(pilot, "[Mon 14")
        await until(pilot, lambda: text_of(app).splitlines()[1].startswith("‹"))


async def test_today_is_said_where_there_is_room_for_nothing_else(firm: Config) -> None:
    async with opened(firm, size=(20, 5)) as (app, pilot):
        assert "[today (8)]" in text_of(app).splitlines()[1]
        await pilot.press("]")
        await said(pilot, "‹ [Tue 24 –]")


async def test_five_hundred_late_tasks_are_told_by_a_plus_and_today_comes_first(firm: Config) -> None:
    with open_crm(firm) as crm:
        for _number in range(500):
            tasks.add(crm, "relance", 1, due=date(2026, 11, 10))
    async with opened(firm) as (app, _pilot):
        assert "Overdue 200+" in text_of(app)
        assert "[today (206)]" in text_of(app)


async def test_a_day_with_more_than_can_be_done_is_told_by_a_plus(firm: Config) -> None:
    with open_crm(firm) as crm:
        for _number in range(60):
            tasks.add(crm, "relance", 1, due=date(2026, 11, 24))
    async with opened(firm) as (app, _pilot):
        assert "Tue 24 (50+)" in text_of(app)


async def test_a_holiday_is_named_and_an_empty_week_end_left_out(config: Config) -> None:
    i18n.use("fr")
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Seul"})
    async with opened(config._replace(now=AT_CHRISTMAS, lang="fr"), size=WIDE) as (app, pilot):
        await said(pilot, "ven. 25 Noël –")
        bar = text_of(app).splitlines()[1]
        assert "ven. 1 Jour de l'an" in bar
        assert "sam. 26" not in bar


async def test_a_task_on_a_sunday_brings_that_day_into_the_bar(firm: Config) -> None:
    with open_crm(firm) as crm:
        tasks.add(crm, "marché", 1, due=date(2026, 11, 29))
    async with opened(firm, size=WIDE) as (app, _pilot):
        assert "Sun 29 (1)" in text_of(app)


async def test_a_snoozed_task_is_counted_on_no_day_on_which_it_is_hidden(firm: Config) -> None:
    with open_crm(firm) as crm:
        task = tasks.add(crm, "plus tard", 1, due=date(2026, 11, 24))
        tasks.snooze(crm, task, date(2026, 11, 26))
    async with opened(firm) as (app, _pilot):
        assert "Tue 24 –" in text_of(app)


async def test_when_midnight_passes_the_chosen_day_becomes_today(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("]")
        await said(pilot, "[Tue 24 –]")
        config = app.config._replace(now="2026-11-24T00:00:30+01:00")
        app.config = config
        app.desk.use(config)
        await until(pilot, lambda: isinstance(app.page, DayScreen) and app.page.on is None)
        await said(pilot, "[today (")
        await until(pilot, lambda: "Tue 24" not in text_of(app).splitlines()[1])


def test_the_number_of_a_day_is_that_of_the_tasks_that_the_day_shows_as_its_own(firm: Config) -> None:
    def differences(crm) -> list[agenda.Ahead]:
        return [
            one
            for one in agenda.ahead(crm)
            if one.number != sum(item.due == one.on.isoformat() for item in agenda.day(crm, on=one.on).items)
        ]

    assert ask(firm, differences) == []
    assert ask(firm, lambda crm: agenda.ahead(crm)[0].on) == date(2026, 11, 23) + timedelta(days=1)


def _cell(app, words: str) -> tuple[int, int]:
    shown = text_of(app).splitlines()
    y = next(y for y, line in enumerate(shown) if words in line and y > 1)
    return shown[y].index(words) + 2, y


async def test_a_line_is_dragged_onto_a_day(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        start = _cell(app, "Answer M. Petit")
        end = (text_of(app).splitlines()[1].index("Thu 26") + 1, 1)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=(start[0], start[1] - 3))
        await pilot.hover(offset=end)
        await said(pilot, "▸Thu 26 –◂")
        await said(pilot, "→ Thu 26 Nov")
        await pilot.mouse_up(offset=end)
        await said(pilot, "Answer M. Petit (Garage Petit) — Pont élévateur → Thu 26 Nov")
        await said(pilot, "Thu 26 (1)")
        assert "Answer M. Petit" in app.page.target().title
        await pilot.press("u")
        await said(pilot, "Thu 26 –")


async def test_a_line_is_dragged_onto_an_hour(firm: Config) -> None:
    async with opened(firm, size=WIDE) as (app, pilot):
        start = _cell(app, "Answer M. Petit")
        end = (_cell(app, "16:00 ┊")[0], _cell(app, "16:00 ┊")[1])
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=(start[0] + 5, start[1]))
        await pilot.hover(offset=end)
        await said(pilot, "→ 16:00")
        await pilot.mouse_up(offset=end)
        await said(pilot, "16:00 ┊●")
    assert rows(firm, "SELECT due_on, due_time FROM tasks WHERE kind = 'email'") == [("2026-11-23", "16:00")]


async def test_a_drag_is_given_up_with_escape_and_a_click_moves_nothing(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        start = _cell(app, "Answer M. Petit")
        end = (text_of(app).splitlines()[1].index("Thu 26") + 1, 1)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=end)
        await said(pilot, "▸Thu 26 –◂")
        await pilot.press("escape")
        await until(pilot, lambda: not lines(app, "day").going)
        await pilot.mouse_up(offset=end)
        await pilot.click(offset=start)
        await until(pilot, lambda: "Answer M. Petit" in app.page.target().title)
        assert "▸Thu" not in text_of(app)
    assert rows(firm, "SELECT due_on FROM tasks WHERE kind = 'email'") == [("2026-11-23",)]


async def test_a_line_dropped_elsewhere_stays_where_it_was(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        start = _cell(app, "Answer M. Petit")
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=(start[0] + 8, start[1]))
        await pilot.hover(offset=(20, 20))
        await pilot.mouse_up(offset=(20, 20))
        await until(pilot, lambda: not lines(app, "day").going)
        await said(pilot, "8 things to do")
    assert rows(firm, "SELECT due_on FROM tasks WHERE kind = 'email'") == [("2026-11-23",)]


async def test_a_double_click_still_opens_a_line(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.click(offset=_cell(app, "Answer M. Petit"), times=2)
        await until(pilot, lambda: app.screen.query("#facts"))


async def test_what_somebody_else_deletes_during_a_drag_is_refused_in_words(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        start = _cell(app, "Answer M. Petit")
        end = (text_of(app).splitlines()[1].index("Thu 26") + 1, 1)
        await pilot.mouse_down(offset=start)
        await pilot.hover(offset=end)
        await said(pilot, "▸Thu 26 –◂")
        with open_crm(firm) as crm:
            tasks.delete(crm, crm.rows("SELECT id FROM tasks WHERE kind = 'email'")[0][0])
        await pilot.mouse_up(offset=end)
        await said(pilot, "! There is no task")
