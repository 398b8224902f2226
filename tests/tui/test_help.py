"""`?` shows the keys of what is open, wherever it is no letter of a text; elsewhere a line says them."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui.help import HelpScreen
from tests.tui.screens import NARROW, opened, said, text_of, until
from tests.tui.test_named_keys import SCREENS

pytestmark = pytest.mark.engines("sqlite")

# name: what its page of keys says and no other's does
PAGES = {
    "day": "Show it another day",
    "funnel": "Card to any stage",
    "contacts": "Narrow the list while typing",
    "sheet": "Edit the field under the cursor",
    "history": "Leave",
    "settings": "Leave",
    "stages": "Chances of winning",
    "views": "Rename the view",
    "duplicates": "Keep the other one of the two",
    "team": "Away from a day to another",
    "territories": "Rule up, down",
    "profiles": "Rename the persona",
    "prospecting": "Begin a prospecting list",
}
HINTS = {
    "add": "⏎ add · esc", "new": "esc leave", "log": "tab kind", "filter": "esc", "search": "esc leave",
    "settings": "esc closes", "history": "esc closes", "views": "r rename", "guide": "esc leave", "stages": "esc",
}  # fmt: skip


@pytest.mark.parametrize("name", list(PAGES))
async def test_a_question_mark_shows_the_keys_of_what_is_open(firm: Config, name: str) -> None:
    ground, action, wanted = SCREENS[name]
    async with opened(firm, mode=ground, size=NARROW) as (app, pilot):
        if action:
            await app.run_action(action, app.screen)
        await said(pilot, wanted if name != "stages" else "Prospect")
        below = app.screen
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await said(pilot, PAGES[name][:24])
        assert app.screen.query_one("#help").max_scroll_y == 0
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is below)


async def test_a_question_with_answers_has_its_page_of_keys_too(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await said(pilot, "Closing")
        await pilot.press("m")
        await said(pilot, "⏎ chooses · esc leaves")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


@pytest.mark.parametrize("name", list(HINTS))
async def test_where_a_question_mark_is_text_a_line_says_the_keys(firm: Config, name: str) -> None:
    ground, action, _wanted = SCREENS[name]
    async with opened(firm, mode=ground, size=NARROW) as (app, pilot):
        await app.run_action(action, app.screen)
        await said(pilot, HINTS[name])


async def test_a_question_mark_that_is_typed_is_typed(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a", "question_mark")
        await until(pilot, lambda: app.screen.query("#typed") and app.screen.query_one("#typed").value == "?")


@pytest.mark.parametrize("name", ["sheet", "duplicates"])
async def test_in_french_the_way_back_is_at_the_foot_of_a_narrow_screen(firm: Config, name: str) -> None:
    i18n.use("fr")
    ground, action, _wanted = SCREENS[name]
    async with opened(firm._replace(lang="fr"), mode=ground, size=NARROW) as (app, pilot):
        await app.run_action(action, app.screen)
        await until(pilot, lambda: "esc retour" in text_of(app))
        assert text_of(app).splitlines()[-1].endswith("? aide")
