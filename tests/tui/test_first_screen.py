"""What the interface opens on, and that the digits and escape are the same whichever comes first."""

from __future__ import annotations

import asyncio
import threading

import pytest
from textual.color import Color

from petitcrm import i18n
from petitcrm.config import SCREENS, Config
from petitcrm.tui import readings
from petitcrm.tui.app import Interface
from petitcrm.tui.desk import Desk
from petitcrm.tui.themes import DARK
from tests.tui.screens import NARROW, board, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.mark.parametrize(
    ("lang", "shown"), [("en", "9 open deals"), ("fr", "9 affaires ouvertes")], ids=["en", "fr"]
)
async def test_it_opens_on_the_funnel_for_who_lives_there_and_the_day_is_not_read(
    firm: Config, lang: str, shown: str
) -> None:
    i18n.use(lang)
    app = Interface(firm._replace(screen="funnel", lang=lang))
    async with app.run_test(size=NARROW) as pilot:
        await said(pilot, shown)
        assert board(app).card
        assert app.ground == "funnel"
        assert not [screen for screen in app.screen_stack if screen.query("#day")]
        await pilot.press("1")
        await said(pilot, "Mme Dupont")
        assert app.ground == "day"
        assert app.page.shown >= 0


@pytest.mark.parametrize("first", SCREENS)
async def test_the_digits_lead_to_their_screen_whichever_is_first(firm: Config, first: str) -> None:
    async with opened(firm._replace(screen=first), mode=first) as (app, pilot):
        for key, name, wanted in (
            ("2", "funnel", "#board"),
            ("4", "leads", "#leads"),
            ("3", "contacts", "#table"),
            ("1", "day", "#day"),
        ) * 2:
            await pilot.press(key, key)
            await until(pilot, lambda wanted=wanted: app.screen.query(wanted))
            assert app.ground == name
            assert len(app.screen_stack) == (1 if name == first else 2)


@pytest.mark.parametrize("first", SCREENS)
@pytest.mark.parametrize("ground", SCREENS)
async def test_escape_leaves_a_question_and_neither_the_day_nor_the_funnel(
    firm: Config, first: str, ground: str
) -> None:
    async with opened(firm._replace(screen=first), mode=ground) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen.query("#help"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.page)
        await pilot.press("escape", "escape")
        assert app.ground == ground
        shown = {"funnel": "#board", "contacts": "#table", "leads": "#leads"}
        assert app.screen.query(shown.get(ground, "#day"))


@pytest.mark.parametrize("first", SCREENS)
async def test_the_cursor_of_the_board_is_where_it_was_left(firm: Config, first: str) -> None:
    async with opened(firm._replace(screen=first), mode="funnel") as (app, pilot):
        await pilot.press("l")
        left_on = board(app).card.id
        await pilot.press("1")
        await until(pilot, lambda: app.screen.query("#day"))
        await pilot.press("2")
        await until(pilot, lambda: app.screen.query("#board"))
        assert board(app).card.id == left_on


async def test_an_empty_base_opens_on_a_funnel_without_cards(config: Config) -> None:
    i18n.use("en")
    async with opened(config._replace(lang="en", screen="funnel"), mode="funnel") as (app, pilot):
        await said(pilot, "0 open deal")
        assert board(app).card is None
        await said(pilot, "╭─ ")
        await pilot.press("j", "L", "w", "enter")
        await pilot.pause()


# ------------------------------------------------------------------------------------ read before there is a screen


async def test_what_was_read_before_there_is_a_screen_is_in_its_first_picture(firm: Config) -> None:
    config = firm._replace(screen="funnel")
    desk = Desk(config)
    desk.ask_ahead(readings.FIRST["funnel"])
    while not desk.is_ahead:
        await asyncio.sleep(0.01)
    app = Interface(config, desk)
    async with app.run_test(size=NARROW):
        assert board(app).card
        assert "Opening the base" not in text_of(app)


@pytest.mark.parametrize("first", SCREENS)
async def test_a_slow_base_does_not_keep_the_interface_from_opening(firm: Config, first: str) -> None:
    config = firm._replace(screen=first)
    desk = Desk(config)
    held = threading.Event()
    desk.ask_ahead(lambda _crm: held.wait(10))  # one thread reads: what is asked next waits for it
    desk.ask_ahead(readings.FIRST[first])
    app = Interface(config, desk)
    async with app.run_test(size=NARROW) as pilot:
        await said(pilot, "Opening the base")
        held.set()
        shown = {"funnel": "open deals", "contacts": "Jeanne Dupont", "leads": "No lead waits"}
        await said(pilot, shown.get(first, "Mme Dupont"))


async def test_a_base_that_refuses_the_first_reading_is_told(firm: Config) -> None:
    config = firm._replace(screen="funnel", user="nobody")
    desk = Desk(config)
    desk.ask_ahead(readings.FIRST["funnel"])
    async with Interface(config, desk).run_test(size=NARROW) as pilot:
        await said(pilot, "Nobody is called nobody")


async def test_the_first_picture_has_the_colours_of_petitcrm(firm: Config) -> None:
    async with opened(firm) as (app, _pilot):
        assert app.screen.styles.background == Color.parse(DARK.background)
