"""The stages of a pipeline changed from the funnel, by the verbs that the commands call."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import read_crm
from petitcrm.store.queries import pipelines
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, board, opened, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


def _stages(config: Config) -> list:
    with read_crm(config) as crm:
        return pipelines.stages(crm, 1)


def _names(config: Config) -> list[str]:
    return [stage.name for stage in _stages(config)]


async def _answer(app, pilot, text: str) -> None:
    await until(pilot, lambda: app.screen.query("#typed"))
    app.screen.query_one("#typed").value = ""
    await typed(pilot, text)
    await pilot.press("enter")
    await until(pilot, lambda: app.screen.query("#stage-lines"))


async def _open(app, pilot) -> None:
    await pilot.press("S")
    await said(pilot, "~14 d")


async def test_a_stage_is_renamed_here_and_on_the_board(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _open(app, pilot)
        await pilot.press("enter")
        await _answer(app, pilot, "Piste")
        await until(pilot, lambda: board_name(app) == "Piste")
        await pilot.press("u")
        await until(pilot, lambda: board_name(app) == "Prospect")


def board_name(app) -> str:
    """Return the name of the first column of the board under the stages."""
    return app.page.board.columns[0].stage.name


async def test_a_stage_is_added_after_the_one_under_the_cursor(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _open(app, pilot)
        await pilot.press("down", "a")
        await _answer(app, pilot, "Devis")
        await said(pilot, "Added: Devis")
    assert _names(firm)[1:3] == ["Rendez-vous téléphonique", "Devis"]


async def test_chances_silence_and_the_usual_task_are_told_in_a_line_each(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _open(app, pilot)
        await pilot.press("percent_sign")
        await _answer(app, pilot, "35")
        await said(pilot, "35%")
        await pilot.press("s")
        await _answer(app, pilot, "")
        await until(pilot, lambda: _stages(firm)[0].rot_days is None)
        await pilot.press("n")
        await _answer(app, pilot, "4 about the quote")
        await said(pilot, "about the quote · +4 d")
        await pilot.press("n")
        await _answer(app, pilot, "")
        await until(pilot, lambda: _stages(firm)[0].next_task_kind == "")


async def test_a_stage_changes_its_place(firm: Config) -> None:
    before = _names(firm)
    async with opened(firm, mode="funnel") as (app, pilot):
        await _open(app, pilot)
        await pilot.press("K")
        await pilot.press("J")
        await until(pilot, lambda: _names(firm)[1] == before[0])
        await until(pilot, lambda: app.screen._held[1].stage.name == before[0])
        await pilot.press("K")
        await until(pilot, lambda: _names(firm) == before)


async def test_removing_a_stage_asks_where_its_deals_go(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _open(app, pilot)
        await pilot.press("x")
        await said(pilot, "Where do its 2 deals go?")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query("#stage-lines"))
        assert len(_names(firm)) == 5
        await pilot.press("x")
        await said(pilot, "Where do its 2 deals go?")
        await pilot.press("1")
        await said(pilot, "Removed: Prospect")
        await pilot.press("escape")
        await until(pilot, lambda: len(board(app).columns) == 4)


async def test_what_means_nothing_is_refused_and_the_line_stays(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await _open(app, pilot)
        await pilot.press("percent_sign")
        await until(pilot, lambda: app.screen.query("#typed"))
        app.screen.query_one("#typed").value = "120"
        await pilot.press("enter")
        await said(pilot, "is not a whole number from 0 to 100")
        await pilot.press("escape", "a", "enter")
        await said(pilot, "A name is needed")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_hostile_names_of_stages_only_show(hostile: Config, size: tuple[int, int]) -> None:
    async with opened(hostile, mode="funnel", size=size) as (app, pilot):
        await _open(app, pilot)
        for name in HOSTILE:
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.query("#typed"))
            app.screen.query_one("#typed").value = name
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.query("#stage-lines"))
            shown = text_of(app)
            assert "\x1b" not in shown and "\u202e" not in shown


async def test_a_pipeline_is_added_from_the_funnel_and_shown(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("p")
        await said(pilot, "Which pipeline?")
        await pilot.press("n")
        await said(pilot, "How do you sell?")
        await pilot.press("2")
        await until(pilot, lambda: app.page.pipeline.name == "Services")
        assert "Quote sent" in text_of(app) or "Need understood" in text_of(app)
        await pilot.press("u")
        await until(pilot, lambda: app.page.pipeline.name != "Services")
