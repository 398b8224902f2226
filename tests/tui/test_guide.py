"""The first minute: four questions, each of which may be passed over, and nothing lost when it is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm import config as choices
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import read_crm
from petitcrm.store.queries import firm as queries
from petitcrm.tui.app import Interface
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, rest, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def new(config: Config, tmp_path: Path) -> Config:
    """Return the choices of somebody who opens petitcrm for the first time, in English."""
    i18n.use("en")
    return config._replace(lang="en", file=str(tmp_path / "config" / "config.toml"))


def _stages(config: Config) -> list[str]:
    return [row[0] for row in rows(config, "SELECT name FROM stages WHERE pipeline_id = 1 ORDER BY position")]


def _name(config: Config) -> str:
    with read_crm(config) as crm:
        return queries.name(crm)


async def test_a_new_base_opens_on_the_guide_and_four_answers_are_kept(new: Config) -> None:
    async with Interface(new, greets=True).run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("e")
        await said(pilot, "What is your firm called?")
        await typed(pilot, "Plomberie Dupont")
        await pilot.press("enter")
        await said(pilot, "How do you sell?")
        await pilot.press("down")
        await said(pilot, "Quote sent")
        await pilot.press("enter")
        await said(pilot, "What first?")
        await pilot.press("x")
        await until(pilot, lambda: pilot.app.screen is pilot.app.page)
        assert "Plomberie Dupont" in text_of(pilot.app).splitlines()[0]
    assert _name(new) == "Plomberie Dupont"
    assert _stages(new)[:2] == ["First contact", "Need understood"]
    assert choices.load(file=new.file, environment={}).lang == "en"


async def test_it_opens_neither_on_a_base_in_use_nor_unless_asked(firm: Config, new: Config) -> None:
    for config, greets in ((firm, True), (new, False)):
        async with Interface(config, greets=greets).run_test(size=NARROW) as pilot:
            await until(pilot, lambda pilot=pilot: pilot.app.page.shown >= 0)
            await rest(pilot)
            assert pilot.app.screen is pilot.app.page


async def test_every_question_can_be_passed_over_and_nothing_is_written(new: Config) -> None:
    async with Interface(new, greets=True).run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("tab", "tab", "tab")
        await said(pilot, "What first?")
        await pilot.press("tab")
        await until(pilot, lambda: pilot.app.screen is pilot.app.page)
    assert rows(new, "SELECT count(*) FROM events") == [(0,)]
    assert not Path(new.file).exists()


async def test_escape_leaves_and_keeps_what_was_answered(new: Config) -> None:
    async with Interface(new, greets=True).run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("tab")
        await typed(pilot, "Dupont")
        await pilot.press("enter")
        await said(pilot, "How do you sell?")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is pilot.app.page)
        assert _name(new) == "Dupont"
        await pilot.press("u")
        await said(pilot, "Undone")
    assert _name(new) == ""


async def test_one_goes_back_to_a_question_and_finds_the_answer(new: Config) -> None:
    async with Interface(new, greets=True).run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("tab")
        await typed(pilot, "Dupont")
        await pilot.press("enter")
        await said(pilot, "How do you sell?")
        await pilot.press("shift+tab")
        await said(pilot, "What is your firm called?")
        assert pilot.app.screen.query_one("#typed").value == "Dupont"


async def test_the_mouse_answers_and_passes_over(new: Config) -> None:
    async with Interface(new, greets=True).run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.click("#options", offset=(4, 0))
        await said(pilot, "Comment s’appelle")
        shown = text_of(pilot.app).splitlines()
        line = next(at for at, text in enumerate(shown) if "passer" in text)
        await pilot.click(offset=(shown[line].index("passer") + 1, line))
        await said(pilot, "Comment vendez-vous")
    assert choices.load(file=new.file, environment={}).lang == "fr"


async def test_another_language_names_the_stages_of_an_untouched_base_anew(new: Config) -> None:
    assert _stages(new)[1] == "Rendez-vous téléphonique"
    i18n.use("fr")
    async with Interface(new._replace(lang="fr"), greets=True).run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("e")
        await said(pilot, "What is your firm called?")
        await said(pilot, "Funnel")
    assert _stages(new)[1] == "Phone meeting"


async def test_on_a_base_in_use_another_way_of_selling_is_added_beside(firm: Config) -> None:
    before = _stages(firm)
    async with Interface(firm).run_test(size=NARROW) as pilot:
        await until(pilot, lambda: pilot.app.page.shown >= 0)
        await pilot.press("f2")
        await said(pilot, "Langue · Language")
        await pilot.press("tab", "tab")
        await said(pilot, "How do you sell?")
        await pilot.press("2")
        await said(pilot, "What first?")
    assert _stages(firm) == before
    assert rows(firm, "SELECT count(*) FROM pipelines") == [(2,)]


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_of_the_firm_is_only_shown(
    new: Config, name: str, size: tuple[int, int]
) -> None:
    app = Interface(new, greets=True)
    async with app.run_test(size=size) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("tab")
        await said(pilot, "What is your firm called?")
        app.screen.query_one("#typed").value = name
        await pilot.press("enter")
        await said(pilot, "How do you sell?")
        shown = text_of(app)
        assert "\x1b" not in shown and "\u202e" not in shown
        assert len(shown.splitlines()[0]) <= size[0]


async def test_the_demo_is_looked_at_and_left_without_a_trace(new: Config) -> None:
    app = Interface(new, greets=True)
    async with app.run_test(size=NARROW) as pilot:
        await said(pilot, "Langue · Language")
        await pilot.press("tab", "tab", "tab")
        await said(pilot, "What first?")
        await pilot.press("d")
        await until(pilot, lambda: "A made-up firm" in text_of(app), seconds=30)
        folder = Path(app.trial.folder)
        assert folder.exists()
        assert "the demo" in text_of(app).splitlines()[0]
        await pilot.press("space")
        await pilot.pause()
        await pilot.press("escape")
        await app.run_action("demo")
        await said(pilot, "Back in your own base")
        await said(pilot, "Nobody is here yet")
        assert not folder.exists()
    assert rows(new, "SELECT count(*) FROM events") == [(0,)]


async def test_leaving_the_program_throws_the_demo_away(new: Config) -> None:
    app = Interface(new)
    async with app.run_test(size=NARROW) as pilot:
        await app.run_action("demo")
        await until(pilot, lambda: app.trial, seconds=30)
        folder = Path(app.trial.folder)
    assert not folder.exists()


async def test_an_empty_day_does_what_it_says_when_its_line_is_opened(new: Config) -> None:
    async with Interface(new).run_test(size=NARROW) as pilot:
        await said(pilot, "Nobody is here yet")
        await pilot.press("down", "enter")
        await said(pilot, "A new contact")
        await pilot.press("escape", "down", "enter")
        await said(pilot, "Tour 1/")
