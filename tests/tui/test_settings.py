"""The settings: each changed where it stands, in force at once, and written into the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm import config as choices
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import users
from tests.tui.screens import opened, said, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def mine(firm: Config, tmp_path: Path) -> Config:
    """Return a founder's choices with a file that has a comment in it."""
    i18n.use("en")
    path = tmp_path / "config.toml"
    path.write_text("# mine\n")
    return firm._replace(file=str(path))


def _written(config: Config) -> Config:
    return choices.load(file=config.file, environment={"LANG": "en_GB.UTF-8"})


async def test_another_language_holds_at_once_and_next_time(mine: Config) -> None:
    async with opened(mine) as (_app, pilot):
        await pilot.press("comma")
        await said(pilot, "File of choices")
        await pilot.press("enter", "1")
        await said(pilot, "Écrit, et en vigueur.")
        await said(pilot, "Couleurs")
        await said(pilot, "Tunnel")
        await pilot.press("escape")
        await said(pilot, "Rappeler Mme Nord")
    assert _written(mine).lang == "fr"
    assert Path(mine.file).read_text().startswith("# mine\n")


async def test_other_colours_hold_at_once(mine: Config) -> None:
    async with opened(mine) as (app, pilot):
        await pilot.press("comma", "down", "enter", "2")
        await until(pilot, lambda: app.theme == "petitcrm-light")
        await said(pilot, "it holds from now on")
    assert _written(mine).theme == "light"
    async with opened(_written(mine)._replace(db=mine.db, now=mine.now)) as (app, _pilot):
        assert app.theme == "petitcrm-light"


async def test_the_first_screen_is_for_the_next_time(mine: Config) -> None:
    async with opened(mine) as (app, pilot):
        await pilot.press("comma", "down", "down", "enter", "2")
        await said(pilot, "the next time on")
        await pilot.press("escape", "2", "1")
        await until(pilot, lambda: app.ground == "day")
    assert _written(mine).screen == "funnel"


async def test_one_says_who_one_is(mine: Config) -> None:
    with open_crm(mine) as crm:
        users.add(crm, "helene", name="Hélène [red]")
    async with opened(mine) as (app, pilot):
        await pilot.press("comma", "down", "down", "down", "enter")
        await said(pilot, "Hélène [red]")
        await pilot.press("2")
        await until(pilot, lambda: app.config.user == "helene")
    assert _written(mine).user == "helene"


async def test_the_firm_is_named_and_unnamed(mine: Config) -> None:
    async with opened(mine) as (app, pilot):
        await pilot.press("comma", *["down"] * 4, "enter")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "Dupont")
        await pilot.press("enter")
        await until(pilot, lambda: app.firm == "Dupont")
        await said(pilot, "u takes it back")


async def test_a_file_that_cannot_be_written_is_said_and_nothing_changes(mine: Config) -> None:
    Path(mine.file).write_text("lang = = 3\n")
    async with opened(mine) as (app, pilot):
        await pilot.press("comma", "enter", "1")
        await said(pilot, "line 1, column")
        assert app.config.lang == "en"
    assert Path(mine.file).read_text() == "lang = = 3\n"


async def test_leaving_a_question_changes_nothing_and_what_is_only_shown_says_so(mine: Config) -> None:
    async with opened(mine) as (app, pilot):
        await pilot.press("comma", "enter", "escape")
        await said(pilot, "File of choices")
        await pilot.press("end", "up", "enter")
        await said(pilot, "The base is chosen when")
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_asking)
    assert Path(mine.file).read_text() == "# mine\n"


async def test_a_click_changes_a_setting(mine: Config) -> None:
    async with opened(mine) as (app, pilot):
        await pilot.press("comma")
        await said(pilot, "File of choices")
        await pilot.click("#settings", offset=(3, 1))
        await said(pilot, "dark")
        await until(pilot, lambda: app.screen.query("#options"))
