"""Keys pressed in one breath: none of them is lost, and each does what it does alone."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic

import pytest
from textual._xterm_parser import XTermParser

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui import quick_hand
from petitcrm.tui.app import Interface
from petitcrm.tui.ask import Ask
from petitcrm.tui.focus import FocusScreen
from petitcrm.tui.mail.letter import LetterScreen
from petitcrm.tui.target import Target
from tests.conftest import NOW
from tests.tui.mails import make_mail
from tests.tui.pseudo_terminal import Terminal
from tests.tui.screens import held_back, lines, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")


def write(app: Interface, keys: str) -> None:
    """Give an interface what a terminal sends for keys, all at once."""
    for key in XTermParser().feed(keys):
        app.post_message(key)


def test_escape_and_a_screen_in_one_write_leave_the_question_and_open_the_screen(firm: Config) -> None:
    environment = {**os.environ, "PETITCRM_DB": firm.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en"}
    with Terminal(environment, lines=24, columns=80) as terminal:
        terminal.until(b"Overdue")
        terminal.press(b"a")
        terminal.until(b"Add a task")
        terminal.press(b"\x1b2")
        terminal.until(b"Prospect")
        terminal.press(b"q")
        assert terminal.end() == 0


async def test_what_follows_works_on_what_lay_under_the_question(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a", "x")
        await until(pilot, lambda: app.is_asking)
        write(app, "\x1b2")
        await until(pilot, lambda: app.ground == "funnel" and not app.is_asking)
        assert "™" not in text_of(app)


@pytest.mark.parametrize(
    ("key", "words"), [("U", "History"), ("?", "Keys"), ("/", "Search"), (",", "Settings")]
)
async def test_any_key_behind_escape_is_that_key(firm: Config, key: str, words: str) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: app.is_asking)
        write(app, f"\x1b{key}")
        await said(pilot, words)
        await until(pilot, lambda: not isinstance(app.screen, Ask))


@pytest.mark.parametrize(("key", "words"), [("\x06", "Search"), ("\x0f", "Type the letters")])
async def test_a_letter_with_ctrl_behind_escape_is_that_key(firm: Config, key: str, words: str) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: app.is_asking)
        write(app, f"\x1b{key}")
        await said(pilot, words)
        assert "Add a task" not in text_of(app)


async def test_what_is_typed_into_the_next_question_arrives_in_it(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("N")
        await until(pilot, lambda: app.is_asking)
        write(app, "\x1ba")
        await said(pilot, "Add a task")
        write(app, "£3")
        await said(pilot, "£3")


async def test_what_is_typed_right_behind_the_key_of_a_question_is_all_in_it(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        write(app, "axu2 thé")
        await said(pilot, "xu2 thé")
        assert app.ground == "funnel"


@pytest.mark.parametrize(("keys", "words"), [("Ac", "A new contact"), ("AlRoy", "Roy"), ("AdChai", "Chai")])
async def test_the_answer_right_behind_the_key_of_a_question_is_its_answer(
    firm: Config, keys: str, words: str
) -> None:
    async with opened(firm) as (app, pilot):
        write(app, keys)
        await said(pilot, words)


async def test_a_stage_right_behind_its_key_takes_the_card_there(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        write(app, "m3")
        await until(pilot, lambda: "→" in app.said[0])
        assert app.ground == "funnel" and not app.is_asking


async def test_twice_in_a_row_loses_nothing(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: app.is_asking)
        write(app, "\x1b2")
        write(app, "\x1b3")
        await until(pilot, lambda: app.ground == "contacts" and not app.is_asking)
        assert "Add a task" not in text_of(app)


async def test_a_key_with_alt_that_a_person_chose_is_theirs(firm: Config) -> None:
    async with opened(firm._replace(keys=(("app.funnel", "alt+2"),))) as (app, pilot):
        await pilot.press("[", "]")
        write(app, "\x1b2")
        await until(pilot, lambda: app.ground == "funnel")


async def test_an_arrow_and_a_lone_escape_are_what_they_were(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        first = lines(app, "day").at
        write(app, "\x1b[B")
        await until(pilot, lambda: lines(app, "day").at != first)
        await pilot.press("a", "escape")
        await until(pilot, lambda: not app.is_asking)


async def test_a_name_typed_at_once_behind_the_slash_of_a_list_arrives_in_its_filter(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        write(app, "/dupont")
        await until(pilot, lambda: app.page.shelf.filter == "dupont")
        await said(pilot, "Jeanne Dupont")
        await until(pilot, lambda: "Zoé" not in text_of(app))


async def test_keys_in_one_write_each_work_where_the_one_before_led(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        write(app, "2" + "j" * 30 + "\x1b[C1")
        await until(pilot, lambda: app.ground == "day")
        write(app, "?\x1b2")
        await until(pilot, lambda: app.ground == "funnel" and not app.is_asking)


async def test_a_key_that_never_comes_back_does_not_keep_the_others(
    firm: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_hand, "_LOST", 0.5)
    async with opened(firm) as (app, pilot):
        hand = app._quick_hand
        hand._come_after = lambda _nodes: None
        await pilot.press("j")
        del hand._come_after
        await until(pilot, lambda: monotonic() > hand._busy_until)
        await pilot.press("2")
        await until(pilot, lambda: app.ground == "funnel")


async def test_keys_behind_one_that_opens_a_page_wait_until_it_is_read(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        async with held_back(app):
            write(app, "Fjjj")
            await until(pilot, lambda: isinstance(app.page, FocusScreen), passes=True)
        await said(pilot, "4 of 8")


async def test_a_key_behind_one_that_opens_a_sheet_is_done_to_the_sheet(firm: Config, tmp_path: Path) -> None:
    mailed = make_mail(firm, tmp_path)
    i18n.use("en")
    async with opened(mailed, mode="mail") as (app, pilot):
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, LetterScreen))
        for _time in range(3):
            write(app, "\rC")
            await said(pilot, "What was said")
            await pilot.press("escape", "escape")
            await until(pilot, lambda: isinstance(app.screen, LetterScreen))


async def test_enter_opens_what_answers_to_the_last_letter_of_a_search_not_to_those_before(
    firm: Config,
) -> None:
    async with opened(firm) as (app, pilot):
        write(app, "/r")
        await until(
            pilot, lambda: [one.held.title for one in app.screen._hits.lines][:1] == ["Rénovation hall"]
        )
        async with held_back(app):
            write(app, "oy\r")
            await pilot.pause()
        await until(pilot, lambda: app.page.sheet and app.page.sheet.title == "Claire Roy")


async def test_keys_behind_a_filter_are_for_what_it_leaves(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        async with held_back(app):
            write(app, "/martin\r\r")
            await pilot.pause()
        await until(pilot, lambda: app.page.sheet and app.page.sheet.title.endswith("Martin"))


async def test_a_key_behind_the_tab_to_another_list_is_for_its_rows(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        async with held_back(app):
            write(app, "\t\r")
            await pilot.pause()
        await until(pilot, lambda: app.page.sheet and app.page.sheet.noun == "company")


async def test_a_list_is_passed_by_without_being_waited_for(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot), held_back(app):
        write(app, "\t\t")
        await until(pilot, lambda: app.page.noun == "deal", passes=True)
        assert app._quick_hand._wait is None


async def test_rows_that_were_waited_for_in_vain_keep_no_other_key(
    firm: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_hand, "_PATIENCE", 0.1)
    async with opened(firm, mode="contacts") as (app, pilot), held_back(app):
        hand = app._quick_hand
        write(app, "\tj")
        await until(pilot, lambda: hand._wait and hand._wait.done() and not hand.is_busy, passes=True)
        waited = hand._wait
        await pilot.press("k")
        assert hand._wait is waited


async def test_a_page_that_takes_its_time_keeps_no_key_from_leaving_it(
    firm: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_hand, "_PATIENCE", 0.1)
    async with opened(firm) as (app, pilot), held_back(app):
        write(app, "F")
        await until(pilot, lambda: isinstance(app.page, FocusScreen), passes=True)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.page, FocusScreen), passes=True)


async def test_days_are_gone_through_as_fast_as_the_key_is_pressed(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        async with held_back(app):
            await pilot.press("]", "]", "]", "]")
        await said(pilot, "Fri 27 Nov · esc: today")
        await said(pilot, "point mensuel")


async def test_a_key_behind_what_is_done_waits_for_what_is_proposed_next(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press(*["down"] * 6)
        await until(pilot, lambda: "Nord" in (app.page.target() or Target("")).whom)
        async with held_back(app):
            write(app, " 1send a quote")
        await said(pilot, "│ send a quote")
