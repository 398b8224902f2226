"""What somebody agreed to and refused, on their sheet: read in words, written down with its proof, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui.consents import ConsentScreen
from tests.tui.mails import make_mail
from tests.tui.screens import lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def mailed(firm: Config, tmp_path: Path) -> Config:
    """Return the small firm with its mail, in English."""
    told = make_mail(firm, tmp_path)
    i18n.use("en")
    return told


async def test_a_sheet_tells_it_in_words_with_the_proof(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "E-mail: newsletter yes (agreed Mon 23 Nov, bulletin du salon)")
        assert "Phone: no (objected Mon 23 Nov, par téléphone)" in text_of(app)


async def test_where_nobody_said_anything_the_sheet_says_nothing(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        assert "Consent" not in text_of(app)


async def test_an_agreement_is_kept_with_its_words_and_how_and_is_undone(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, ConsentScreen))
        await pilot.press("y")
        await said(pilot, "What did they agree to?")
        await pilot.press("1")
        await said(pilot, "Which words did they agree to?")
        await typed(pilot, "La lettre")
        await pilot.press("enter")
        await said(pilot, "How was it said?")
        await typed(pilot, "au salon")
        await pilot.press("enter")
        await said(pilot, "“La lettre”")
        assert rows(mailed, "SELECT act, wording, how FROM consents WHERE contact_id = 2") == [
            ("given", "La lettre", "au salon")
        ]
        await pilot.press("u")
        await said(pilot, "nothing yet")


async def test_an_agreement_without_how_is_refused_and_the_line_stays(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        await pilot.press("C", "y")
        await said(pilot, "What did they agree to?")
        await pilot.press("1")
        await typed(pilot, "La lettre")
        await pilot.press("enter")
        await said(pilot, "How was it said?")
        await pilot.press("enter")
        await said(pilot, "A consent needs its proof")


async def test_who_objected_comes_back_only_by_their_own_wish(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "jeanne@dupont.example")
        await pilot.press("C", "y")
        await said(pilot, "What did they agree to?")
        await pilot.press("5")
        await said(pilot, "Which words")
        await typed(pilot, "Oui")
        await pilot.press("enter")
        await said(pilot, "They objected once")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, ConsentScreen))
        assert rows(mailed, "SELECT count(*) FROM consents WHERE act = 'given'") == [(1,)]


async def test_an_objection_holds_from_now_on(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        await pilot.press("C", "o")
        await said(pilot, "What do they object to?")
        await pilot.press("1")
        await said(pilot, "How was it said?")
        await typed(pilot, "par courrier")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConsentScreen))
        await said(pilot, "has objected")
        assert "✓ yes" not in text_of(app)


async def test_the_line_of_the_sheet_opens_it(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "E-mail: newsletter yes")
        facts = lines(app, "facts")
        facts.choose(next(n for n, one in enumerate(facts.lines) if getattr(one.held, "asks", "")))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConsentScreen))
