"""Names that try to act on the terminal, on the markup or on the layout only show."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from petitcrm.config import Config
from petitcrm.tui.spans import cut, fit, wrap
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, opened, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


def _is_shown_safely(text: str) -> bool:
    return all(character == "\n" or unicodedata.category(character)[0] != "C" for character in text)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("mode", ["day", "funnel"])
async def test_lists_show_hostile_names_as_they_are(
    hostile: Config, mode: str, size: tuple[int, int]
) -> None:
    async with opened(hostile, mode=mode, size=size) as (app, pilot):
        for _turn in range(14):
            await pilot.press("j")
        shown = text_of(app)
    assert _is_shown_safely(shown)
    assert "[" in shown


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("noun", ["contact", "company", "deal"])
async def test_sheets_and_their_questions_show_hostile_names(
    hostile: Config, noun: str, size: tuple[int, int]
) -> None:
    async with opened(hostile, size=size) as (app, pilot):
        for row_id in range(9, 9 + len(HOSTILE)):
            app.action_open(noun, row_id + (noun == "deal"))
            await until(pilot, lambda: getattr(app.screen, "sheet", None))
            for key in ("c", "n", "e", "m"):
                await pilot.press(key)
                await pilot.pause()
                assert _is_shown_safely(text_of(app)), key
                await pilot.press("escape")
            await pilot.press("escape")


async def test_search_and_history_show_hostile_names(hostile: Config) -> None:
    async with opened(hostile) as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "foo")
        await said(pilot, "[/foo] SARL")
        assert _is_shown_safely(text_of(app))
        await pilot.press("escape", "U")
        await until(pilot, lambda: app.screen.query("#gestures"))
        await pilot.pause()
        assert _is_shown_safely(text_of(app))


async def test_a_pipeline_with_a_hostile_name_is_shown(hostile: Config) -> None:
    async with opened(hostile, mode="funnel") as (app, pilot):
        await pilot.press("p")
        await said(pilot, "[red]Garage[/red]")
        await pilot.press("2")
        await until(pilot, lambda: app.page.pipeline.name == "[red]Garage[/red]")
        assert _is_shown_safely(text_of(app))


async def test_a_hostile_value_left_as_it_is_is_not_changed(hostile: Config) -> None:
    async with opened(hostile) as (app, pilot):
        app.action_open("contact", 11)
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        before = app.screen.sheet
        facts = app.screen.query_one("#facts")
        facts.choose(
            next(at for at, line in enumerate(facts.lines) if line.held and line.held.label == "City")
        )
        await pilot.press("e")
        await until(pilot, lambda: app.screen.query("#typed"))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query("#facts"))
        assert app.screen.sheet.facts == before.facts


async def test_what_is_pasted_acts_on_nothing(firm: Config) -> None:
    from textual import events

    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        app.screen.query_one("#typed").post_message(events.Paste("\x1b]52;c;AA\x07\u202eabc"))
        await pilot.pause()
        assert _is_shown_safely(app.screen.query_one("#typed").value)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("cells", [0, 1, 2, 7, 40])
def test_any_text_fits_in_exactly_the_cells_it_is_given(text: str, cells: int) -> None:
    assert cell_len(fit(text, cells)) == cells
    assert sum(cell_len(piece) for piece, _role in cut([(text, "text"), (text, "dim")], cells)) == cells


@pytest.mark.parametrize("text", [*HOSTILE, "", "\n\n", "a" * 100 + " b"])
def test_wrapped_lines_lose_nothing_and_are_never_too_wide(text: str) -> None:
    lines = wrap(text, 20)
    assert all(cell_len(line) <= 20 for line in lines)
    assert "".join("".join(lines).split()) == "".join(fit(text.replace("\n", " "), 2000).split())
