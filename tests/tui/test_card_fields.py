"""A deal edited from the board, which stays in view."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import deals
from petitcrm.tui.ask import Ask
from tests.tui.firm import ATTACKS
from tests.tui.screens import NARROW, WIDE, board, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


async def _asked(pilot: Pilot[None], words: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, Ask) and words in pilot.app.screen.question.title)


def _deal(config: Config, deal_id: int) -> tuple[Any, ...]:
    return rows(config, "SELECT title, amount_cents FROM deals WHERE id = :id", id=deal_id)[0]


@pytest.mark.parametrize("size", [(20, 5), NARROW, WIDE])
async def test_a_title_is_corrected_with_e_and_enter_and_the_board_is_still_there(
    firm: Config, size: tuple[int, int]
) -> None:
    async with opened(firm, mode="funnel", size=size) as (app, pilot):
        deal_id = board(app).card.id
        await pilot.press("e")
        await _asked(pilot, "Title")
        await typed(pilot, "Été à Orléans")
        await pilot.press("enter")
        await until(pilot, lambda: _deal(firm, deal_id)[0] == "Été à Orléans")
        await until(pilot, lambda: not app.is_asking and board(app).card.title == "Été à Orléans")
        await pilot.press("u")
        await until(pilot, lambda: _deal(firm, deal_id)[0] != "Été à Orléans")


async def test_tab_goes_on_to_the_amount_and_back_and_each_is_kept(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        deal_id = board(app).card.id
        await pilot.press("e")
        await _asked(pilot, "Title")
        await typed(pilot, "Caisse")
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.screen, Ask) and "Title" not in app.screen.question.title)
        assert "Caisse" in app.screen.question.title
        await _asked(pilot, "Amount")
        await typed(pilot, "1 500,50")
        await pilot.press("shift+tab")
        await _asked(pilot, "Title")
        assert app.screen.line.value == "Caisse"
        await pilot.press("escape")
        await until(pilot, lambda: not app.is_asking)
    assert _deal(firm, deal_id) == ("Caisse", 150050)


async def test_escape_leaves_the_title_as_it_was_and_enter_alone_changes_nothing(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        before = _deal(firm, board(app).card.id)
        for key in ("enter", "escape"):
            await pilot.press("e")
            await _asked(pilot, "Title")
            await pilot.press(key)
            await until(pilot, lambda: not app.is_asking)
        assert _deal(firm, board(app).card.id) == before


async def test_a_title_that_is_emptied_is_refused_and_what_was_typed_stays(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("e")
        await _asked(pilot, "Title")
        await pilot.press("ctrl+u", "enter")
        await said(pilot, "title")
        assert app.is_asking


async def test_where_there_is_no_deal_it_is_said(config: Config) -> None:
    async with opened(config, mode="funnel") as (_app, pilot):
        await pilot.press("e")
        await said(pilot, "!")


async def test_a_hostile_title_is_edited_safely(firm: Config) -> None:
    with open_crm(firm) as crm:
        for deal_id, attack in enumerate(ATTACKS[:9], start=1):
            deals.edit(crm, deal_id, {"title": attack})
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("e")
        await _asked(pilot, "")
        assert "\x1b" not in text_of(app) and "\u202e" not in text_of(app)
