"""The four questions about a lead, and the hand-over that follows."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.leads import qualification
from petitcrm.tui.leads.questions import Questions
from tests.tui.pursuits import ANSWERS, make_pursuits, make_team
from tests.tui.screens import lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def pursuits(config: Config) -> Config:
    """Return the firm of a founder alone with leads 1 to 7, in English."""
    make_pursuits(config)
    i18n.use("en")
    return config._replace(lang="en")


@pytest.fixture
def several(config: Config) -> Config:
    """Return the same firm worked by Marie, who looks, and by Paul and Zoé, who sell."""
    make_team(config)
    i18n.use("en")
    return config._replace(lang="en", user="marie")


def _answers(config: Config, lead_id: int = 1) -> dict[str, str]:
    return dict(rows(config, "SELECT question, answer FROM lead_answers WHERE lead_id = :id", id=lead_id))


def _state(config: Config, lead_id: int = 1) -> str:
    return str(rows(config, "SELECT state FROM leads WHERE id = :id", id=lead_id)[0][0])


async def _ask(pilot: Any) -> None:
    await pilot.press("space")
    await said(pilot, "Are they our ideal customer?")


async def test_enter_takes_what_the_rules_propose_and_four_keys_qualify(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await said(pilot, "✓ size: SME")
        await pilot.press("enter", "enter", "y", "n")
        await said(pilot, "Qualified. And now?")
        assert _answers(pursuits) == ANSWERS
        assert _state(pursuits) == "qualified"


async def test_one_undo_takes_all_answers_back(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("enter", "enter", "y", "n")
        await said(pilot, "Qualified. And now?")
        await pilot.press("x", "u")
        await said(pilot, "Undone")
        assert _answers(pursuits) == {}
        assert _state(pursuits) == "new"


async def test_digits_name_a_persona_and_0_none(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("y", "2", "backspace", "backspace", "n", "0")
        await until(pilot, lambda: "3 Could what we offer" in text_of(pilot.app))
        await pilot.press("escape")
        await said(pilot, "in hand")
        assert _answers(pursuits) == {"ideal": "no", "persona": "none"}


async def test_escape_keeps_what_was_answered_and_the_next_time_goes_on_from_there(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await _ask(pilot)
        await pilot.press("y", "1", "escape")
        await said(pilot, "in hand")
        assert _answers(pursuits) == {"ideal": "yes", "persona": "dirigeant"}
        lines(app, "leads").choose([line.key for line in lines(app, "leads").lines].index(("lead", 1)))
        await _ask(pilot)
        asked = app.screen
        assert isinstance(asked, Questions)
        assert asked.asked == "interested"


async def test_escape_before_any_answer_writes_nothing(pursuits: Config) -> None:
    before = rows(pursuits, "SELECT count(*) FROM events")
    async with opened(pursuits, mode="leads") as (app, pilot):
        await _ask(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_asking)
        assert rows(pursuits, "SELECT count(*) FROM events") == before


async def test_where_the_rules_cannot_tell_enter_asks_for_a_person(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await _ask(pilot)
        await pilot.press("enter", "enter", "enter")
        await until(pilot, lambda: "cannot tell" in app.said[0])
        assert isinstance(app.screen, Questions)


async def test_not_now_asks_what_becomes_of_them(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("n", "1", "y", "n")
        await said(pilot, "Not now. Then what?")
        await pilot.press("l")
        await said(pilot, "Ask again when?")
        await pilot.press("4")
        await said(pilot, "later")
        assert rows(pursuits, "SELECT state, requalify_on FROM leads WHERE id = 1") == [
            ("later", "2026-12-21")
        ]
        assert len(_answers(pursuits)) == 4


async def test_not_now_without_a_day_is_kept_warm(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("n", "1", "y", "n")
        await said(pilot, "Not now. Then what?")
        await pilot.press("w")
        await said(pilot, "kept warm")
        assert _state(pursuits) == "warm"


async def test_l_asks_again_on_a_day_in_words(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("y", "l", "d")
        await said(pilot, "A day in words")
        await typed(pilot, "in 3 weeks")
        await pilot.press("enter")
        await until(pilot, lambda: _state(pursuits) == "later")
        assert _answers(pursuits) == {"ideal": "yes"}


async def test_w_keeps_warm_at_once(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("w")
        await until(pilot, lambda: _state(pursuits) == "warm")


async def test_x_closes_for_good_with_a_reason(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("x")
        await said(pilot, "Why never?")
        await typed(pilot, "concurrent")
        await pilot.press("enter")
        await until(pilot, lambda: _state(pursuits) == "never")
        assert rows(pursuits, "SELECT reason FROM leads WHERE id = 1") == [("concurrent",)]


async def test_yes_to_the_fourth_question_asks_why_too(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("y", "1", "y", "y")
        await said(pilot, "Why never?")
        await typed(pilot, "déménage")
        await pilot.press("enter")
        await until(pilot, lambda: _state(pursuits) == "never")


async def test_evidence_is_kept_with_the_answers(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("e")
        await said(pilot, "What makes you say so?")
        await typed(pilot, "vu au salon")
        await pilot.press("enter")
        await said(pilot, "✎ vu au salon")
        await pilot.press("y", "escape")
        await until(pilot, lambda: _answers(pursuits))
        assert rows(pursuits, "SELECT evidence FROM lead_answers WHERE lead_id = 1") == [("vu au salon",)]


async def test_an_answer_is_clicked(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await _ask(pilot)
        asked = lines(app, "questions")
        at = next(at for at, line in enumerate(asked.lines) if line.key == ("answer", 1))
        await pilot.click("#questions", offset=(8, at))
        await pilot.press("escape")
        await until(pilot, lambda: _answers(pursuits) == {"ideal": "no"})


async def test_a_lead_that_somebody_deleted_meanwhile_is_refused_in_words(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await _ask(pilot)
        with open_crm(pursuits) as crm:
            qualification.leads.delete(crm, 1)
        await pilot.press("y", "escape")
        await until(pilot, lambda: "There is no lead l1" in app.said[0])


# ---------------------------------------------------------------------------------------------------- the hand-over


async def test_a_founder_alone_is_asked_only_what_the_deal_is_called(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("enter", "enter", "y", "n")
        await said(pilot, "Qualified. And now?")
        await pilot.press("h")
        await said(pilot, "A new deal, or one that is open?")
        await pilot.press("n")
        await said(pilot, "What is the deal called?")
        await pilot.press("enter")
        await said(pilot, "In the funnel: Mme Dupont")
        assert _state(pursuits) == "accepted"
        title = "Veut un devis pour une chaudière, si possible avant Noël"
        assert rows(pursuits, "SELECT title FROM deals ORDER BY id DESC LIMIT 1") == [(title,)]


async def test_a_lead_joins_a_deal_that_is_open(pursuits: Config) -> None:
    number = rows(pursuits, "SELECT count(*) FROM deals")
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await _ask(pilot)
        await pilot.press("enter", "enter", "y", "n")
        await said(pilot, "Qualified. And now?")
        await pilot.press("h")
        await said(pilot, "Chaudière gaz · €4,200")
        await pilot.press("1")
        await said(pilot, "In the funnel")
        assert rows(pursuits, "SELECT count(*) FROM deals") == number
        assert rows(pursuits, "SELECT deal_id FROM leads WHERE id = 1") == [(1,)]


async def test_where_several_sell_the_fairest_stands_first(several: Config) -> None:
    async with opened(several, mode="leads") as (app, pilot):
        keys = [line.key for line in lines(app, "leads").lines]
        lines(app, "leads").choose(keys.index(("lead", 7)))
        await said(pilot, "h hand over")
        await pilot.press("h")
        await said(pilot, "paul · 0 received in 4 weeks")
        await pilot.press("1")
        await said(pilot, "A new deal, or one that is open?")
        await pilot.press("n", "enter")
        await said(pilot, "Handed over to paul")
        assert rows(several, "SELECT state, owner_id FROM leads WHERE id = 7") == [("handed_over", 2)]
        await pilot.press("u")
        await said(pilot, "Undone")
        assert _state(several, 7) == "qualified"


async def test_leaving_the_hand_over_half_way_writes_nothing(several: Config) -> None:
    async with opened(several, mode="leads") as (app, pilot):
        keys = [line.key for line in lines(app, "leads").lines]
        lines(app, "leads").choose(keys.index(("lead", 7)))
        await pilot.press("h")
        await said(pilot, "Hand over to whom?")
        await pilot.press("1")
        await said(pilot, "A new deal, or one that is open?")
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_asking)
        assert _state(several, 7) == "qualified"
