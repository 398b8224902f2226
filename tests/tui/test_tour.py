"""The tour follows what the person does, in an empty base as in a full one, and can be left and begun again."""

from __future__ import annotations

import asyncio

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui.tour import STEPS
from tests.tui.screens import NARROW, WIDE, held_back, opened, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


def _is_at(app, number: int) -> bool:
    return app.tour is not None and app.tour.at == number - 1


async def _walk(app, pilot) -> None:
    """Do what each step says, the last ones but two."""

    async def at(number: int) -> None:
        await until(pilot, lambda: _is_at(app, number))
        await until(pilot, lambda: f"Tour {number}/" in text_of(app))

    await at(1)
    await pilot.press("A", "c")
    await said(pilot, "A new contact")
    await typed(pilot, "Jane Sample, Sample Ltd, jane@sample.example")
    await pilot.press("enter")
    await at(2)
    await until(pilot, lambda: getattr(app.screen, "sheet", None))
    await pilot.press("escape")
    await at(3)
    await pilot.press("a")
    await typed(pilot, "call @sample tomorrow 2pm")
    await pilot.press("enter")
    await at(4)
    await pilot.press("2")
    await at(5)
    await pilot.press("o")
    await said(pilot, "A new deal")
    await typed(pilot, "Test order @sample 1200")
    await pilot.press("enter")
    await at(6)
    await until(pilot, lambda: getattr(app.screen, "sheet", None))
    await pilot.press("escape")
    await at(7)
    await until(pilot, lambda: app.page.target() is not None)
    await pilot.press("L")
    await at(8)
    await pilot.press("u")
    await at(9)
    await pilot.press("n")
    await typed(pilot, "send the quote Friday")
    await pilot.press("enter")
    await at(10)
    await pilot.press("slash")
    await at(11)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_every_step_is_ticked_off_by_the_gesture_it_names(
    config: Config, size: tuple[int, int]
) -> None:
    i18n.use("en")
    async with opened(config._replace(lang="en"), size=size) as (app, pilot):
        await pilot.press("f1")
        await _walk(app, pilot)
        await pilot.press("escape", "1")
        await until(pilot, lambda: _is_at(app, 12))
        await pilot.press("question_mark")
        await until(pilot, lambda: _is_at(app, 13))
        await pilot.press("escape", "U")
        await until(pilot, lambda: app.tour is None)
        await pilot.press("escape")
        assert not app.query("#tour")


async def test_a_step_is_passed_over_and_the_tour_left_and_begun_again(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("f1")
        await said(pilot, f"Tour 1/{len(STEPS)}")
        await pilot.press("f1")
        await said(pilot, "Tour 3/")  # on the day already: there is no step back to make
        await pilot.press("f3")
        await until(pilot, lambda: "Tour " not in text_of(app))
        await said(pilot, "F1 begins it again")
        await pilot.press("f1")
        await said(pilot, "Tour 1/")


async def test_the_mouse_passes_over_and_leaves(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("f1")
        await said(pilot, "Tour 1/")
        await pilot.click("#tour", offset=(72, 1))
        await said(pilot, "Tour 3/")  # on the day already: there is no step back to make
        await pilot.click("#tour", offset=(77, 1))
        await until(pilot, lambda: app.tour is None)


async def test_the_tour_can_be_passed_over_to_its_end(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("f1")
        for at, _step in enumerate(STEPS):
            await until(pilot, lambda at=at: app.tour and app.tour.at >= at)
            if app.tour.at == at:
                await app.tour.pass_over()
        await said(pilot, "That is the tour")
        assert app.tour is None


async def test_what_was_done_before_the_tour_makes_none_of_its_steps(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        async with held_back(app):
            await pilot.press("f1")
            await until(pilot, lambda: app.tour, passes=True)
            looking = asyncio.create_task(app.tour._look_now())
            await pilot.pause()
        await looking
        await said(pilot, "Tour 1/")
        assert _is_at(app, 1)


async def test_a_step_is_not_made_before_the_gesture_has_opened_what_it_leads_to(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("f1")
        await until(pilot, lambda: _is_at(app, 1))
        opened_at_last = asyncio.Event()
        app.do(opened_at_last.wait())
        app.tour.at = 1  # it is to go back to the day, which is still there for a moment
        await app.tour._look_now()
        assert _is_at(app, 2)
        opened_at_last.set()
        await until(pilot, lambda: _is_at(app, 3))


async def test_leaving_a_tour_that_is_not_on_is_nothing(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("f3")
        assert app.said == ("", "")
