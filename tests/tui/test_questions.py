"""Quick add, search, help, history, the palette: what is asked over a screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.screen import Screen

from petitcrm.config import Config
from petitcrm.errors import CrmError
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.day import DayScreen
from petitcrm.tui.funnel import FunnelScreen
from petitcrm.tui.help import keys_of
from petitcrm.tui.history import HistoryScreen
from petitcrm.tui.search import SearchScreen
from petitcrm.tui.sheet import SheetScreen
from tests.tui.screens import lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


async def test_a_line_becomes_a_task_as_it_was_said_back(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("a")
        await typed(pilot, "call @roy Friday")
        await said(pilot, "Call back Mme Roy (Boulangerie Roy) · Fri 27 Nov")
        await pilot.press("enter")
        await said(pilot, "Planned: Call back Mme Roy")
    assert rows(firm, "SELECT due_on FROM tasks WHERE kind = 'call' AND contact_id = 7") == [("2026-11-27",)]


async def test_a_line_for_nobody_says_so_and_stays(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "call tomorrow")
        await pilot.press("enter")
        await said(pilot, "Whom is it for?")
        assert app.screen.query_one("#typed").value == "call tomorrow"


async def test_search_forgives_accents_and_letters_of_commands_are_letters(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "elephant")
        await until(pilot, lambda: lines(app, "hits").lines)
        await said(pilot, "Zoé Éléphant")
        await pilot.press("down", "up", "enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert "Éléphant" in text_of(app)


async def test_nothing_found_is_said(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "qqqqzzzz")
        await said(pilot, "nothing answers")
        await pilot.press("enter")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


@pytest.mark.parametrize("mode", ["day", "funnel", "contacts"])
async def test_help_holds_on_one_page_of_the_usual_terminal(firm: Config, mode: str) -> None:
    async with opened(firm, mode=mode) as (app, pilot):
        below = app.screen
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen.query("#help"))
        await pilot.pause()
        help_lines = lines(app, "help")
        assert help_lines.max_scroll_y == 0
        shown = text_of(app)
        for _keys, words in keys_of(below):
            assert words[:20] in shown
        await pilot.press("escape")
        assert app.screen is below


async def test_any_gesture_of_the_history_is_undone_and_redone(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("w")
        await said(pilot, "Won — ")
        await pilot.press("enter")
        await said(pilot, "Won: ")
        await pilot.press("U")
        await until(pilot, lambda: app.screen.query("#gestures") and lines(app, "gestures").lines)
        await pilot.press("enter")
        await until(pilot, lambda: rows(firm, "SELECT count(*) FROM deals WHERE status = 'won'") == [(0,)])
        await until(pilot, lambda: lines(app, "gestures").lines and "undone" in text_of(app))


async def test_the_palette_has_our_commands_with_their_keys(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (_app, pilot):
        await pilot.press("ctrl+p")
        await typed(pilot, "lost")
        await said(pilot, "Deal lost, and why  x")
        await pilot.press("enter")
        await said(pilot, "Why was it lost?")


async def test_the_footer_says_the_keys_that_matter_and_never_forgets_help(firm: Config) -> None:
    for mode in ("day", "funnel"):
        async with opened(firm, mode=mode) as (app, _pilot):
            last = text_of(app).splitlines()[-1]
        assert last.rstrip().endswith("? help")
        assert len(last) <= 80


async def test_a_contact_is_added_in_one_line(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("A", "c")
        await typed(pilot, "Ada King, Analytique, ada@king.example, 06 11 22 33 44")
        await said(pilot, "Ada King · Analytique · ada@king.example · 06 11 22 33 44")
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert app.screen.sheet.title == "Ada King"
    assert rows(firm, "SELECT number FROM contact_phones ORDER BY id DESC LIMIT 1") == [("+33611223344",)]


async def test_a_deal_is_opened_in_one_line(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("o")
        await typed(pilot, "New oven @roy 12k")
        await said(pilot, "New oven · Claire Roy · €12,000")
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
    assert rows(firm, "SELECT contact_id, amount_cents FROM deals WHERE title = 'New oven'") == [
        (7, 1_200_000)
    ]


async def test_letters_go_to_the_line_that_is_typed(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "quit u w x 2")
        assert app.screen.query_one("#typed").value == "quit u w x 2"
        assert app.ground == "day"


async def _nothing(_typed: str, _turn: str) -> None: ...


@pytest.mark.parametrize(
    ("screen", "answer"),
    [
        (lambda: SheetScreen("contact", 7), lambda screen: screen.reread()),
        (DayScreen, lambda screen: screen.reread()),
        (FunnelScreen, lambda screen: screen.reread()),
        (SearchScreen, lambda screen: screen._look("roy")),
        (HistoryScreen, lambda screen: screen._read()),
        (
            lambda: Ask(Question("?", _nothing, echo=lambda _crm, line: line)),
            lambda screen: screen._understand("words").wait(),
        ),
    ],
    ids=["sheet", "day", "funnel", "search", "history", "line"],
)
async def test_an_answer_may_come_before_its_screen_is_there_and_after_it_has_gone(
    firm: Config, screen: Callable[[], Screen[Any]], answer: Callable[[Any], Awaitable[object]]
) -> None:
    async with opened(firm) as (app, pilot):
        asked = screen()
        await answer(asked)
        app.push_screen(asked)
        await until(pilot, lambda: app.screen is asked and asked.is_mounted)
        app.pop_screen()
        await until(pilot, lambda: not asked.is_running)
        await answer(asked)


async def test_a_refusal_met_beside_the_keys_is_said(firm: Config) -> None:
    async def refused() -> None:
        raise CrmError("no such thing")

    async with opened(firm) as (app, pilot):
        app.do(refused())
        await said(pilot, "! no such thing")
