"""Notes of several lines: written, timed, logged, mended and taken off the timeline."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from petitcrm.config import Config
from petitcrm.tui.ask import Ask
from petitcrm.tui.written import LONGEST_TEXT
from tests.tui.screens import NARROW, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")
LAST = "SELECT text, at FROM events WHERE kind LIKE '%.logged' ORDER BY id DESC LIMIT 1"
NOTE = "Devis reçu.\nVeut deux options :\n\tgaz ou bois"


async def _asked(app, pilot, key: str = "N") -> Ask:
    await pilot.press("down", key)
    await until(pilot, lambda: isinstance(app.screen, Ask))
    return app.screen


async def _logged(app, pilot) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(app.screen, Ask))


async def test_ctrl_j_begins_a_line_and_enter_logs_all(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _asked(app, pilot)
        await typed(pilot, "one")
        await pilot.press("ctrl+j")
        await typed(pilot, "two")
        await pilot.press("shift+enter")
        await typed(pilot, "three")
        await _logged(app, pilot)
    assert rows(firm, LAST)[0][0] == "one\ntwo\nthree"


async def test_a_paste_keeps_its_lines(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot)
        ask.line.post_message(events.Paste(NOTE.replace("\n", "\r\n")))
        await said(pilot, "gaz ou bois")
        await _logged(app, pilot)
    assert rows(firm, LAST)[0][0] == NOTE.replace("\t", " ")


@pytest.mark.parametrize("size", [NARROW, (20, 5)])
async def test_the_text_grows_and_then_scrolls(firm: Config, size: tuple[int, int]) -> None:
    async with opened(firm, size=size) as (app, pilot):
        ask = await _asked(app, pilot)
        assert ask.line.size.height == 1
        for number in range(30):
            await typed(pilot, str(number))
            await pilot.press("ctrl+j")
        await until(pilot, lambda: ask.line.size.height > 1 or size[1] < 6)
        assert ask.line.size.height <= 12
        await typed(pilot, "end")
        await said(pilot, "end")


async def test_a_book_that_is_pasted_is_cut_and_said(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot)
        ask.line.post_message(events.Paste("é \x1b[31m" * 150_000))
        await said(pilot, "room for 0 characters more")
        assert len(ask.line.value) == LONGEST_TEXT
        assert "\x1b" not in ask.line.value
        await _logged(app, pilot)


async def test_emoji_and_accents_made_of_two_signs_are_kept(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot)
        ask.line.post_message(events.Paste("Zoe\u0301 🎂 Œuvre\u202e"))
        await said(pilot, "🎂")
        await _logged(app, pilot)
    assert rows(firm, LAST)[0][0] == "Zoé 🎂 Œuvre<U+202E>"


async def test_a_moment_in_front_of_the_text_is_said_back_and_holds(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _asked(app, pilot, "c")
        await typed(pilot, "yesterday 2pm: agreed")
        await said(pilot, "happened Sun 22 Nov 14:00")
        await _logged(app, pilot)
    assert rows(firm, LAST) == [("agreed", "2026-11-22T13:00:00Z")]


async def test_ctrl_t_asks_when_and_refuses_what_is_to_come(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot, "c")
        await typed(pilot, "agreed")
        await pilot.press("ctrl+t")
        await typed(pilot, "tomorrow 2pm")
        await pilot.press("enter")
        await said(pilot, "still to come")
        assert ask.line.value == "agreed"
        await pilot.press("ctrl+u")
        await typed(pilot, "Friday 10am")
        await said(pilot, "happened Fri 20 Nov 10:00")
        await _logged(app, pilot)
    assert rows(firm, LAST) == [("agreed", "2026-11-20T09:00:00Z")]


async def test_tab_walks_the_kinds_and_a_click_chooses_one(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot, "c")
        await pilot.press("tab", "tab")
        assert ask.turn == "email"
        await pilot.press("shift+tab")
        assert ask.turn == "note"
        await pilot.click("#turns", offset=(1, 0))
        await until(pilot, lambda: ask.turn == "call")


async def test_two_enters_log_once(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _asked(app, pilot)
        await typed(pilot, "only once")
        for _time in range(3):
            app.screen.submit()
        await until(pilot, lambda: not isinstance(app.screen, Ask))
        await pilot.pause()
    assert rows(firm, "SELECT count(*) FROM events WHERE text = 'only once'") == [(1,)]


async def test_an_editor_that_cannot_open_leaves_the_text(
    firm: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot)
        await typed(pilot, "kept")
        await pilot.press("ctrl+e")
        await said(pilot, "Name your editor first")
        monkeypatch.setenv("EDITOR", "true")
        await pilot.press("ctrl+e")
        await said(pilot, "no terminal here")
        assert ask.line.value == "kept"


async def test_a_base_that_goes_keeps_the_text(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot)
        await typed(pilot, "kept")
        base = Path(firm.db)
        held = base.read_bytes()
        base.write_bytes(b"no base at all" * 1000)
        await pilot.press("enter")
        await until(pilot, lambda: not ask.busy)
        assert app.screen is ask
        assert ask.line.value == "kept"
        base.write_bytes(held)
        await pilot.press("escape")


async def test_hostile_text_shows_and_does_not_act(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _asked(app, pilot)
        ask.line.post_message(events.Paste("\x1b]52;c;cHduZWQ=\x07[red]\u202eabc[/]"))
        await said(pilot, "␛]52")
        assert "\x1b" not in text_of(app)
        await _logged(app, pilot)
