"""What somebody agreed to and refused, on their sheet: read in words, written down with its proof, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.marketing import lists, subscriptions
from petitcrm.tui.app import Interface
from petitcrm.tui.consents import ConsentScreen
from petitcrm.tui.marketing.members_screen import MembersScreen
from tests.tui.mails import make_mail
from tests.tui.screens import held_back, lines, opened, rows, said, text_of, typed, until

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


async def test_a_reason_is_told_whole_at_eighty_columns(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        await pilot.press("C")
        await said(pilot, "May we reach them?")
        shown = text_of(app)
        assert "measuring opens and clicks, measuring visits of the" in shown  # alike: told once
        assert "…" not in "".join(line for line in shown.split("\n") if "│" in line)


@pytest.fixture
def listed(mailed: Config) -> Config:
    """Return the small firm with a list of two topics, on which the first contact is."""
    with open_crm(mailed) as crm:
        told = lists.Told(
            "Lettre du mois", wording="Recevoir la lettre", confirms=False, topics=("Bois", "Gaz & fioul")
        )
        lists.add(crm, told)
        subscriptions.subscribe(crm, "lettre-du-mois", 1, proof=subscriptions.Proof("Oui", "au salon"))
    return mailed


async def test_somebody_is_put_on_a_list_from_their_sheet_with_the_proof(listed: Config) -> None:
    async with opened(listed) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        await pilot.press("C")
        await said(pilot, "not on the list")
        await pilot.press("enter")
        await said(pilot, "How did they agree?")
        await typed(pilot, "au téléphone, été")
        await pilot.press("enter")
        await said(pilot, "✓ yes  Lettre du mois  on the list")
        assert rows(listed, "SELECT how FROM consents WHERE contact_id = 2") == [("au téléphone, été",)]
        await pilot.press("u")
        await said(pilot, "not on the list")


async def test_a_question_that_is_left_puts_nobody_on_a_list(listed: Config) -> None:
    async with opened(listed) as (app, pilot):
        app.action_open("contact", 2)
        await said(pilot, "paul@martin.example")
        await pilot.press("C")
        await said(pilot, "not on the list")
        await pilot.press("enter")
        await said(pilot, "How did they agree?")
        await pilot.press("escape")
        await said(pilot, "not on the list")
        assert rows(listed, "SELECT count(*) FROM subscriptions WHERE contact_id = 2") == [(0,)]


async def test_topics_are_chosen_one_by_one_and_the_sheet_says_them(listed: Config) -> None:
    async with opened(listed) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "Lettre du mois")
        await pilot.press("C")
        await said(pilot, "May we reach them?")
        await pilot.press("enter", "t")
        await said(pilot, "✓ all of them")
        await pilot.press("3")
        await said(pilot, "✓ Gaz & fioul")
        await pilot.press("escape")
        await said(pilot, "on the list · Gaz & fioul")
        await pilot.press("escape")
        await said(pilot, "Lettre du mois (on the list · Gaz & fioul)")
        assert rows(listed, "SELECT topics FROM subscriptions") == [('["gaz-fioul"]',)]


async def test_somebody_is_taken_off_a_list_from_their_sheet(listed: Config) -> None:
    async with opened(listed) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "Lettre du mois")
        await pilot.press("C")
        await said(pilot, "May we reach them?")
        await pilot.press("enter", "x")
        await said(pilot, "left the list")
        assert rows(listed, "SELECT state FROM subscriptions") == [("unsubscribed",)]


async def _ask_topics(app: Interface, pilot: Pilot[None]) -> None:
    """Ask, among the people of the list, which of its topics the first one wants."""
    app.push_screen(MembersScreen("list", "lettre-du-mois"))
    await said(pilot, "1 on it")
    await pilot.press("t")
    await said(pilot, "✓ all of them")


async def test_topics_are_chosen_among_the_people_of_a_list(listed: Config) -> None:
    async with opened(listed) as (app, pilot):
        await _ask_topics(app, pilot)
        await pilot.press("2")
        await said(pilot, "✓ Bois")
        await pilot.press("escape")
        await said(pilot, "Bois · jeanne@dupont.example")


async def test_a_key_behind_an_answer_waits_for_the_question_after_it(listed: Config) -> None:
    async with opened(listed) as (app, pilot):
        await _ask_topics(app, pilot)
        async with held_back(app):
            await pilot.press("2", "escape")
        await said(pilot, "Bois · jeanne@dupont.example")
        assert isinstance(app.page, MembersScreen)
