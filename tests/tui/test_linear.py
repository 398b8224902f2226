"""The interface for screen readers: sentences in one column, and the terminal's cursor where one reads."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from petitcrm import config as choices
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.errors import UsageProblem
from petitcrm.tui.linear.app import LinearInterface
from petitcrm.tui.linear.words import in_sentences, sentence
from tests.conftest import NOW
from tests.tui.marketing import make_marketing
from tests.tui.pseudo_terminal import Terminal
from tests.tui.screens import NARROW, WIDE, lines, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")
DRAWN = re.compile(r"[\u2500-\u259f▸●○→▲▼]")
"""What is drawn rather than said: boxes, bars, arrows."""


@asynccontextmanager
async def read_aloud(
    config: Config, *, size: tuple[int, int] = NARROW, mode: str = "day"
) -> AsyncIterator[tuple[Any, Pilot[None]]]:
    """Open the interface line by line, with its first page read."""
    spoken = config._replace(linear="yes")
    async with opened(spoken, size=size, mode=mode, kind=LinearInterface) as (app, pilot):
        yield app, pilot


def line_of_the_cursor(app: Any) -> str:
    """Return the line of the screen on which the terminal's own cursor stands."""
    return text_of(app).splitlines()[app.cursor_position.y]


async def test_the_day_is_told_in_sentences(firm: Config) -> None:
    async with read_aloud(firm) as (app, _pilot):
        shown = text_of(app)
        assert "Overdue. 2." in shown
        assert "2 days late. Call back Mme Dupont, Plomberie Dupont, Chaudière gaz." in shown
        assert "14:30. Go and see Café Éléphant, Mme Éléphant, Caisse tactile." in shown


async def test_the_funnel_is_one_list_with_the_stage_of_each_deal(firm: Config) -> None:
    async with read_aloud(firm, mode="funnel", size=WIDE) as (app, _pilot):
        shown = text_of(app)
        assert "Stage Closing: 1 deal, €3,500." in shown
        assert "Hôtel du Parc. Hugo Parc. Rénovation hall. €22,000. Rendez-vous 2." in shown
        assert "Entretien annuel. €900. Rendez-vous téléphonique. Nothing planned." in shown


async def test_a_key_of_the_funnel_acts_on_the_deal_that_is_read(firm: Config) -> None:
    async with read_aloud(firm, mode="funnel", size=WIDE) as (app, pilot):
        await pilot.press("j", "j")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Transports Lebon"))
        await pilot.press("L")
        await said(pilot, "Transports Lebon → Rendez-vous 1")
        await until(pilot, lambda: "Rendez-vous 1" in line_of_the_cursor(app))
        assert line_of_the_cursor(app).startswith("Transports Lebon")


@pytest.mark.parametrize("size", [NARROW, WIDE, (20, 5)])
@pytest.mark.parametrize("mode", ["day", "funnel", "contacts"])
async def test_nothing_is_drawn_and_nothing_stands_beside(
    firm: Config, mode: str, size: tuple[int, int]
) -> None:
    async with read_aloud(firm, mode=mode, size=size) as (app, _pilot):
        body = text_of(app).splitlines()[1:-2]
        assert not [line for line in body if DRAWN.search(line)]
        assert not app.screen.query_one("#peek").display if app.screen.query("#peek") else True


@pytest.mark.parametrize("keys", ["a", "comma", "question_mark", "U", "A", "slash", "f2", "c"])
async def test_questions_have_no_boxes(firm: Config, keys: str) -> None:
    async with read_aloud(firm) as (app, pilot):
        await pilot.press(keys)
        await until(pilot, lambda: app.is_asking)
        await pilot.pause()
        assert not DRAWN.search(text_of(app))


async def test_the_cursor_of_the_terminal_follows_the_line(firm: Config) -> None:
    async with read_aloud(firm) as (app, pilot):
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Decide the next step with M. Lebon"))
        await pilot.press("j", "j")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("14:30. Go and see"))


async def test_the_cursor_of_the_terminal_follows_in_the_lists_and_in_questions(firm: Config) -> None:
    async with read_aloud(firm, mode="contacts") as (app, pilot):
        await pilot.press("j")
        await until(pilot, lambda: "Éléphant" in line_of_the_cursor(app))
        await pilot.press("comma")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Language"))
        await pilot.press("j")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Colours"))


async def test_the_cursor_of_the_terminal_stands_where_one_types(firm: Config) -> None:
    async with read_aloud(firm) as (app, pilot):
        await pilot.press("a", "x", "y")
        await until(
            pilot, lambda: line_of_the_cursor(app).strip() == "xy" and app.cursor_position.x in (2, 3)
        )


async def test_a_long_line_is_read_to_its_end(firm: Config) -> None:
    async with read_aloud(firm, size=(30, 24)) as (app, pilot):
        await said(pilot, "12 rue de la")
        await until(pilot, lambda: "…" not in text_of(app).splitlines()[2])
        await said(pilot, "Lyon")


async def test_the_cursor_goes_from_sentence_to_sentence(firm: Config) -> None:
    async with read_aloud(firm, size=(30, 40)) as (app, pilot):
        first = lines(app, "day").key
        await pilot.press("j")
        assert lines(app, "day").key != first


@pytest.mark.parametrize("size", [(40, 24), NARROW, (20, 12)])
async def test_a_row_of_a_list_is_read_to_its_end(firm: Config, size: tuple[int, int]) -> None:
    async with read_aloud(firm, mode="contacts", size=size) as (app, pilot):
        table = app.screen.table
        await until(pilot, lambda: table.tall > 1)
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Jeanne Dupont"))
        await until(pilot, lambda: "jeanne@dupont.example" in "".join(text_of(app).split()))
        await pilot.press("j")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Zoé Éléphant"))
        await pilot.press("space")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Bruno Lebon"))
        await pilot.press("end", "home")
        await until(pilot, lambda: line_of_the_cursor(app).startswith("Jeanne Dupont"))


async def test_what_was_said_since_the_last_key_is_not_replaced(firm: Config) -> None:
    async with read_aloud(firm) as (app, pilot):
        app.tell("Won: the deal")
        app.complain("the mail was not sent")
        await said(pilot, "Won: the deal")
        await said(pilot, "the mail was not sent")
        await pilot.press("j")
        app.complain("another thing")
        assert app.said[0] == "! another thing"


async def test_hostile_text_is_read_safely(hostile: Config) -> None:
    async with read_aloud(hostile, mode="funnel", size=WIDE) as (app, pilot):
        await said(pilot, "[red]Garage[/red]")
        assert "\x1b" not in text_of(app) and "\u202e" not in text_of(app)


async def test_it_is_told_in_french_with_accents(firm: Config) -> None:
    i18n.use("fr")
    async with read_aloud(firm._replace(lang="fr"), mode="funnel", size=WIDE) as (app, _pilot):
        assert "Étape Prospect : 2 affaires" in text_of(app).replace("\u00a0", " ")


async def test_an_empty_day_says_what_to_do(config: Config) -> None:
    i18n.use("en")
    async with read_aloud(config._replace(lang="en")) as (_app, pilot):
        await said(pilot, "Welcome. Nobody is here yet.")
        await said(pilot, "i. import a list")


def test_pieces_become_sentences() -> None:
    assert in_sentences(["late", "call (Acme) — quote", "", "Lyon."]) == "Late. Call, Acme, quote. Lyon."
    assert sentence([("▸1", "key"), ("    ", "text"), ("Prospect", "text")]) == "1. Prospect."
    assert sentence([("alone", "text")]) == "alone"


@pytest.mark.parametrize(
    ("told", "means"), [("1", "yes"), ("true", "yes"), ("oui", "yes"), ("0", "no"), ("", "no")]
)
def test_it_is_chosen_by_the_environment(told: str, means: str) -> None:
    assert choices.load(environment={"PETITCRM_LINEAR": told}).linear == means


def test_a_choice_that_means_nothing_is_refused() -> None:
    with pytest.raises(UsageProblem, match="yes or no"):
        choices.load(environment={"PETITCRM_LINEAR": "perhaps", "LANG": "en"})


@pytest.mark.parametrize(("written", "means"), [("true", "yes"), ("false", "no"), ('"yes"', "yes")])
def test_it_is_chosen_in_the_file(tmp_path: Any, written: str, means: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f"linear = {written}\n", encoding="utf-8")
    assert choices.load(file=str(file)).linear == means


async def test_it_is_chosen_in_the_settings_for_the_next_time(firm: Config, tmp_path: Any) -> None:
    file = tmp_path / "config.toml"
    app = LinearInterface(firm._replace(linear="yes", file=str(file)))
    async with app.run_test() as pilot:
        await app.choose("linear", "no")
        await pilot.pause()
    assert choices.load(file=str(file)).linear == "no"


def test_on_a_terminal_the_cursor_is_shown_and_stands_on_the_line(firm: Config) -> None:
    environment = {
        **os.environ, "PETITCRM_DB": firm.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en", "PETITCRM_LINEAR": "1"
    }  # fmt: skip
    with Terminal(environment, lines=24, columns=80) as terminal:
        terminal.until(b"Overdue")
        terminal.until(b"\x1b[?25h")
        terminal.press(b"j")
        terminal.until(b"\x1b[4;1H")
        terminal.press(b"q")
        assert terminal.end() == 0


async def test_marketing_and_the_steps_of_a_sequence_are_told_in_sentences(firm: Config) -> None:
    make_marketing(firm)
    async with read_aloud(firm, mode="marketing") as (app, pilot):
        await said(pilot, "Follow up by another subject. running. 2 people in it")
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.page, "found", None) and "In it now" in text_of(app))
        steps = [line.draw(200)[0][0] for line in app.page._list.lines]
        assert any("subject-a" in one and "2 now, 2 came." in one for one in steps)
