"""What is typed is never lost: not by esc, not by a refusal, not by the end of the program."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config, state_folder
from petitcrm.tui.ask import Ask
from petitcrm.tui.drafts import Draft, Drafts
from tests.tui.screens import opened, rows, said, typed, until

pytestmark = pytest.mark.engines("sqlite")
NOBODY = 2**22 + 1  # above the largest process id of Linux
HOSTILE = "a\x1b]52;c;cHduZWQ=\x07 \u202egnp e\u0301 🎂"


def _file() -> Path:
    return Path(state_folder()) / "drafts.json"


def _kept() -> list[dict[str, Any]]:
    return json.loads(_file().read_text(encoding="utf-8")) if _file().exists() else []


def _texts() -> list[str]:
    return [row["text"] for row in _kept()]


async def test_a_note_left_by_escape_is_found_again_and_dropped_when_it_is_logged(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("down", "N")
        await typed(pilot, "likes tea")
        await pilot.press("escape", "N")
        await said(pilot, "found again (")
        assert app.screen.line.value == "likes tea"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, Ask))
        await until(pilot, lambda: _texts() == [])
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert app.screen.line.value == ""
    assert rows(firm, "SELECT text FROM events WHERE kind = 'note.logged' AND text = 'likes tea'")


async def test_emptied_by_ctrl_u_it_is_gone_for_good(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "call @roy")
        await until(pilot, lambda: _texts() == ["call @roy"])
        await pilot.press("ctrl+u", "escape")
        await until(pilot, lambda: _texts() == [])
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert app.screen.line.value == ""


async def test_each_question_has_its_own(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "call")
        await pilot.press("escape", "down", "N")
        await until(pilot, lambda: isinstance(app.screen, Ask) and app.screen.question.several)
        assert app.screen.line.value == ""


async def test_what_is_refused_is_kept(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "call tomorrow")
        await pilot.press("enter")
        await said(pilot, "Whom is it for?")
        await until(pilot, lambda: _texts() == ["call tomorrow"])
        assert app.screen.line.value == "call tomorrow"


async def test_the_file_is_for_its_owner_only_and_holds_no_address_of_a_base(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("a")
        await typed(pilot, "call")
        await until(pilot, lambda: _texts() == ["call"])
    assert stat.S_IMODE(os.stat(_file()).st_mode) == 0o600
    assert firm.db not in _file().read_text(encoding="utf-8")


async def test_another_base_does_not_show_it(firm: Config, tmp_path: Path) -> None:
    draft = Draft("add", "call", "Add a task", 9e9)
    mine, other = (Drafts(state_folder(), firm._replace(db=str(tmp_path / name))) for name in ("a", "b"))
    mine._merge({"add": draft})
    other._merge({"add": draft._replace(text="visit")})
    assert (mine.find("add"), other.find("add")) == (draft, draft._replace(text="visit"))
    mine._merge({"add": None})
    assert (mine.find("add"), other.find("add")) == (None, draft._replace(text="visit"))


async def test_old_drafts_and_too_many_of_them_are_forgotten(firm: Config) -> None:
    drafts = Drafts(state_folder(), firm)
    drafts._merge({"old": Draft("old", "x", "", 1.0)})
    assert _kept() == []
    drafts._merge({str(at): Draft(str(at), "x", "", 9e9 + at) for at in range(80)})
    assert len(_kept()) == 60
    assert drafts.find("79")
    assert drafts.find("0") is None
    drafts._merge(
        {"long": Draft("long", "y" * 900_000, "", 9.1e9), "too": Draft("too", "y" * 900_000, "", 9e9)}
    )
    assert drafts.find("long")
    assert drafts.find("too") is None


@pytest.mark.parametrize("held", ["", "{", "[1, {}]", '[{"base": 1}]', "\x00", '{"a": 1}'])
async def test_a_file_that_is_spoilt_is_begun_anew(firm: Config, held: str) -> None:
    _file().parent.mkdir(parents=True)
    _file().write_text(held, encoding="utf-8")
    async with opened(firm) as (_app, pilot):
        await pilot.press("a")
        await typed(pilot, "call")
        await until(pilot, lambda: _file().read_text(encoding="utf-8") != held)
        await until(pilot, lambda: _texts() == ["call"])


async def test_where_no_file_can_be_written_typing_goes_on(firm: Config) -> None:
    _file().parent.parent.mkdir(parents=True)
    _file().parent.write_text("in the way")
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "call @roy")
        await pilot.press("escape", "a")
        await said(pilot, "found again (")
        assert app.screen.line.value == "call @roy"


async def test_what_was_cut_short_is_said_at_the_start_and_opened_by_a_key(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("down", "N")
        await typed(pilot, "likes tea")
        await until(pilot, lambda: _texts() == ["likes tea"])
        kept = _kept()
    told = json.dumps([{**kept[0], "writer": NOBODY}])
    _file().write_text(told, encoding="utf-8")
    async with opened(firm) as (app, pilot):
        await said(pilot, "opens it again")
        assert rows(firm, "SELECT count(*) FROM events WHERE text = 'likes tea'") == [(0,)]
        await pilot.press("ctrl+g")
        await said(pilot, "found again (")
        assert app.screen.line.value == "likes tea"
        assert app.screen.turn == "note"


async def test_nothing_is_said_of_what_another_window_is_typing(firm: Config) -> None:
    Drafts(state_folder(), firm)._merge({"add": Draft("add", "call", "Add", 9e9, writer=os.getppid())})
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: app.firm is not None and not app.workers._workers)
        assert app.said == ("", "")


async def test_ctrl_g_says_where_there_is_nothing(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("ctrl+g")
        await said(pilot, "Nothing that was typed is waiting")


async def test_hostile_text_comes_back_as_it_was_shown(firm: Config) -> None:
    Drafts(state_folder(), firm)._merge({"add": Draft("add", HOSTILE, HOSTILE, 9e9, writer=NOBODY)})
    async with opened(firm) as (app, pilot):
        await said(pilot, "opens it again")
        assert "\x1b" not in app.said[0]
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert "\x1b" not in app.screen.line.value
        assert "🎂" in app.screen.line.value
