"""The lists of deals and of tasks, driven as a person drives them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import contacts, deals, pipelines, stages, tags, tasks, users
from petitcrm.store.queries import browse
from petitcrm.tui.app import Interface
from petitcrm.tui.browsing.nouns import NOUNS
from petitcrm.tui.browsing.table import Headings, Table
from petitcrm.tui.help import keys_of
from tests.tui.firm import stages as stages_of
from tests.tui.screens import NARROW, WIDE, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")
TINY = (20, 5)


def _table(app: Interface) -> Table:
    return app.screen.query_one(Table)


def _names(app: Interface) -> list[str]:
    table = _table(app)
    return [row.name if table.noun == "deal" else row.text for row in map(table.row_of, table.ids) if row]


@asynccontextmanager
async def _shelf(
    config: Config, noun: str, *, size: tuple[int, int] = NARROW
) -> AsyncIterator[tuple[Interface, Any]]:
    async with opened(config, mode="contacts", size=size) as (app, pilot):
        await pilot.press("tab", "tab", *(["tab"] if noun == "task" else []))
        await until(pilot, lambda: _table(app).noun == noun and app.screen.sheaf is not None)
        await until(pilot, lambda: app.screen.sheaf.number == len(_table(app).ids))
        yield app, pilot


async def _filtered(app: Any, pilot: Any, text: str, left: int) -> None:
    await pilot.press("slash")
    await until(pilot, lambda: app.screen.line.is_typed_in)
    app.screen.line._input.value = text
    await until(pilot, lambda: len(_table(app).ids) == left and app.screen.shelf.filter == text)
    await pilot.press("enter")
    await until(pilot, lambda: _table(app).has_focus)


# ------------------------------------------------------------------------------------------------------------ shelves


async def test_tab_walks_the_four_lists_and_each_tells_how_many_it_has(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Deals 9   Tasks 8")
        for noun, _name in [*NOUNS[1:], NOUNS[0]]:
            await pilot.press("tab")
            await until(pilot, lambda noun=noun: _table(app).noun == noun)
        await pilot.press("shift+tab")
        await until(pilot, lambda: _table(app).noun == "task")


@pytest.mark.parametrize(("noun", "name"), NOUNS)
async def test_the_palette_opens_each_list_from_anywhere(firm: Config, noun: str, name: str) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: app.screen.query("CommandPalette, CommandInput"))
        await typed(pilot, f"List {name}")
        await said(pilot, f"List: {name}")
        await pilot.press("enter")
        await until(pilot, lambda: not app.is_asking and app.ground == "contacts" and app.screen.noun == noun)
        await until(pilot, lambda: _table(app).noun == noun)


async def test_a_click_on_its_name_opens_a_list(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Tasks 8")
        at = text_of(app).split("\n")[1].index("Tasks")
        await pilot.click("#shelves", offset=(at + 1, 0))
        await until(pilot, lambda: _table(app).noun == "task")


@pytest.mark.parametrize("noun", [noun for noun, _name in NOUNS])
async def test_the_keys_of_a_list_hold_on_one_page_and_name_no_key_of_another(
    firm: Config, noun: str
) -> None:
    async with opened(firm, mode="contacts") as (app, _pilot):
        app.screen.turn_to(noun)
        keys = keys_of(app.screen)
        assert len(keys) <= 40
        told = " ".join(words for _key, words in keys)
        assert ("Task done" in told) == (noun == "task")
        assert ("Deal won" in told or "deal won" in told) == (noun == "deal")
        assert ("Merge" in told) == (noun in ("contact", "company"))


# ---------------------------------------------------------------------------------------------------------- the rows


async def test_open_deals_are_there_by_stage_with_what_comes_next(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        assert _names(app)[:2] == ["Caisse tactile", "Vitrine réfrigérée"]
        shown = text_of(app)
        assert all(title in shown for title in ("Customer", "Deal", "Stage ▲", "Amount", "Next step"))
        assert "Status" not in shown  # all are open
        await said(pilot, "• Visit")
        await said(pilot, "? no next step")
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert app.screen.sheet.title == "Caisse tactile"


async def test_a_wide_list_tells_what_deals_are_worth_at_their_stage_and_when(firm: Config) -> None:
    with open_crm(firm) as crm:
        deals.edit(crm, 2, {"expected_on": "2026-12-20"})
    async with _shelf(firm, "deal", size=WIDE) as (_app, pilot):
        await said(pilot, "Weighted")
        await said(pilot, "Sun 20 Dec")
        await said(pilot, "60%")


async def test_the_amount_is_shown_however_wide_it_is(firm: Config) -> None:
    with open_crm(firm) as crm:
        for deal_id, cents in ((1, 123_456_700), (2, -5_00), (3, 0), (4, 98_765_432_100)):
            deals.edit(crm, deal_id, {"amount_cents": cents})
    async with _shelf(firm, "deal") as (app, pilot):
        await said(pilot, "€1,234,567")
        assert "-€5" in text_of(app) or "€-5" in text_of(app) or "−€5" in text_of(app)
        await said(pilot, "€987,654,3")  # cut with a sign, never left out


async def test_what_the_listed_deals_are_worth_is_told_with_their_number(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await said(pilot, "9 · €52,000")
        await _filtered(app, pilot, "martin", 2)
        await said(pilot, "2 of 9 · €12,900")
        with open_crm(firm) as crm:
            deals.edit(crm, 9, {"amount_cents": None})
        await said(pilot, "2 of 9 · €12,000")


async def test_stages_tell_their_pipeline_where_there_are_several(firm: Config) -> None:
    with open_crm(firm) as crm:
        stages.add(crm, pipelines.add(crm, "Entretien"), "Relance")
    async with _shelf(firm, "deal", size=WIDE) as (_app, pilot):
        await said(pilot, "Prospect · ")


async def test_tasks_come_by_their_day_in_words_and_open_what_they_are_for(firm: Config) -> None:
    async with _shelf(firm, "task") as (app, pilot):
        shown = text_of(app)
        assert all(title in shown for title in ("Due ▲", "Kind", "Task", "For", "Deal"))
        assert "! Sat 21 Nov" in shown
        assert "• today 14:30" in shown
        assert "no day" in shown
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert (app.screen.sheet.noun, app.screen.sheet.title) == ("deal", "Chaudière gaz")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.page and _table(app).noun == "task")
        await pilot.press("G", "enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert app.screen.sheet.noun == "contact"  # a task without a deal


async def test_each_column_sorts_both_ways_by_a_click(firm: Config) -> None:
    for noun in ("deal", "task"):
        async with _shelf(firm, noun, size=WIDE) as (app, pilot):
            for place in [place for place in _table(app).columns if place.column.sort]:
                await pilot.click(Headings, offset=(place.start + 1, 0))
                await until(pilot, lambda place=place: _table(app).sort == place.column.sort)
                was = app.screen.shelf.descending
                await pilot.click(Headings, offset=(place.start + 1, 0))
                await until(pilot, lambda was=was: app.screen._headings.descending is not was)
                assert len(_table(app).ids) == (9 if noun == "deal" else 8)


# ------------------------------------------------------------------------------------------------------ filter, views


@pytest.mark.parametrize(
    ("noun", "line", "left"),
    [
        ("deal", "martin", 2), ("deal", "?", 2), ("deal", "stage:prospect", 2), ("deal", "status:won", 0),
        ("task", "due:late", 2), ("task", "due:today", 3), ("task", "kind:call", 2), ("task", "elephant", 1),
    ],
)  # fmt: skip
async def test_a_line_narrows_the_list(firm: Config, noun: str, line: str, left: int) -> None:
    async with _shelf(firm, noun) as (app, pilot):
        await _filtered(app, pilot, line, left)


async def test_tab_completes_a_key_and_a_stage(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("slash")
        await until(pilot, lambda: app.screen.line.is_typed_in and app.screen.line.complete("st"))
        await typed(pilot, "st")
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.shelf.filter == "stage:")
        await typed(pilot, "clo")
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.shelf.filter == "stage:closing")
        await until(pilot, lambda: _names(app) == ["Site web"])


async def test_a_view_shows_what_was_won_with_its_day(firm: Config) -> None:
    with open_crm(firm) as crm:
        deals.win(crm, 1)
        deals.lose(crm, 2, "other", "parti à la retraite")
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("f", *["down"] * 4, "enter")
        await until(pilot, lambda: _names(app) == ["Chaudière gaz"])
        await said(pilot, "✓ won 23 Nov")
        await said(pilot, "Won this month")
        await pilot.press("f", "down", "down", "enter")
        await until(pilot, lambda: _names(app) == ["Devis atelier"])
        await said(pilot, "parti à la retraite")


async def test_a_list_of_deals_is_kept_as_a_view_for_all(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await _filtered(app, pilot, "stage:closing", 1)
        await pilot.press("f", "s")
        await until(pilot, lambda: app.screen.query("#typed"))
        await pilot.press("enter")
        await said(pilot, "View kept: stage:closing")
    assert rows(firm, "SELECT key FROM settings WHERE key LIKE 'view:deal:%'") == [
        ("view:deal:stage:closing",)
    ]


@pytest.mark.parametrize(
    ("noun", "words", "key"),
    [
        ("deal", "No deal is open.", "A    open one"),
        ("task", "Nothing is to be done.", "a    add a task"),
    ],
)  # fmt: skip
async def test_an_empty_list_teaches_which_key_fills_it(
    config: Config, noun: str, words: str, key: str
) -> None:
    i18n.use("en")
    async with _shelf(config._replace(lang="en"), noun) as (_app, pilot):
        await said(pilot, words)
        await said(pilot, key)
        await pilot.press("j", "G", "space", "V", "asterisk", "e", "z", "b", "enter", "X", "d", "m", "w", "x")
        await pilot.pause()
        await said(pilot, words)


async def test_what_is_said_around_a_list_is_of_that_list_however_fast_one_turns_to_it(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Companies 8")
        app.screen.turn_to("deal")
        await said(pilot, "9 · €52,000")
        await app.screen._read_around(app.screen.shown, "contact")  # an answer that comes late
        await said(pilot, "Open deals")


async def test_one_row_is_a_list_too(config: Config) -> None:
    i18n.use("en")
    with open_crm(config) as crm:
        deals.add(crm, "Été à Noël", contacts.add(crm, {"last_name": "Œuvrard"}))
    async with _shelf(config._replace(lang="en"), "deal") as (app, pilot):
        assert _names(app) == ["Été à Noël"]
        await said(pilot, "Œuvrard")
        await pilot.press("J", "K", "G", "g", "S")
        await said(pilot, "Stage ▼")
        await said(pilot, "✓ 1 marked")
        await pilot.press("asterisk")
        await until(pilot, lambda: "marked" not in text_of(app))


# -------------------------------------------------------------------------------------------------- many at one time


async def test_marked_deals_go_to_a_stage_in_one_gesture_and_one_undo_takes_them_back(firm: Config) -> None:
    before = rows(firm, "SELECT id, stage_id FROM deals ORDER BY id")
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("asterisk", "m")
        await said(pilot, "Closing")
        await pilot.press("5")
        await said(pilot, "→ Closing — 8 deals · 1 already so")
        assert rows(firm, "SELECT count(DISTINCT stage_id) FROM deals") == [(1,)]
        await pilot.press("u")
        await said(pilot, "Undone")
        assert rows(firm, "SELECT id, stage_id FROM deals ORDER BY id") == before
        assert len(_table(app).marks) == 9


async def test_marked_deals_are_won_and_leave_the_list_of_open_ones(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("space", "space", "w")
        await said(pilot, "Deal won — 2 deals")
        await until(pilot, lambda: len(_table(app).ids) == 7)
        await until(pilot, lambda: not _table(app).marks)
        await pilot.press("u")
        await until(pilot, lambda: len(_table(app).ids) == 9)


async def test_marked_deals_are_lost_for_a_reason_or_in_words(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("space", "space", "x", "1")
        await said(pilot, "Lost: too expensive — 2 deals")
        await until(pilot, lambda: len(_table(app).ids) == 7)
        await pilot.press("asterisk", "x", "7")
        await until(pilot, lambda: app.screen.query("#typed"))
        await pilot.press("enter")
        await said(pilot, "Nothing is typed yet.")
        await typed(pilot, "faillite")
        await pilot.press("enter")
        await said(pilot, "Lost: faillite — 7 deals")
    assert rows(firm, "SELECT lost_words, count(*) FROM deals GROUP BY lost_words ORDER BY 1") == [
        ("", 2),
        ("faillite", 7),
    ]


async def test_marked_deals_sleep_until_a_day_in_words_and_wake(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("space", "space", "z", "d")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "yesterday")
        await said(pilot, "Sun 22 Nov")
        await pilot.press("enter")
        await said(pilot, "! A deal sleeps until a day to come, not Sun 22 Nov.")
        assert "u undo" not in app.said[0]
        await pilot.press("escape", "space", "z", "d")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "in 2 weeks")
        await pilot.press("enter")
        await until(
            pilot, lambda: rows(firm, "SELECT count(*) FROM deals WHERE sleep_until = '2026-12-07'")[0][0]
        )
        await pilot.press("asterisk", "asterisk", "asterisk", "z", "0")
        await said(pilot, "Awake")
    assert rows(firm, "SELECT count(*) FROM deals WHERE sleep_until IS NOT NULL") == [(0,)]


async def test_deals_get_a_day_when_they_may_be_won_and_lose_it(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        for words, told, days in (
            ("15/12", "Expected on Tue 15 Dec — 9 deals", 9),
            ("none", "Expected on no day", 0),
        ):
            await pilot.press(
                "asterisk" if not _table(app).marks else "e", *(["e"] if not _table(app).marks else [])
            )
            await until(pilot, lambda: app.screen.query("#typed"))
            await typed(pilot, words)
            await pilot.press("enter")
            await said(pilot, told)
            assert rows(firm, "SELECT count(*) FROM deals WHERE expected_on = '2026-12-15'") == [(days,)]


async def test_what_is_no_day_stays_typed_and_is_told(firm: Config) -> None:
    async with _shelf(firm, "task") as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "blorp")
        await pilot.press("enter")
        await said(pilot, "blorp")
        assert app.is_asking


async def test_a_task_is_planned_for_each_deal_with_its_contact(firm: Config) -> None:
    before = rows(firm, "SELECT count(*) FROM tasks")[0][0]
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("asterisk", "b", "n")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "call back Friday")
        await pilot.press("enter")
        await said(pilot, "— 9 deals")
    assert rows(firm, "SELECT count(*) FROM tasks") == [(before + 9,)]
    wrong = "SELECT count(*) FROM tasks t JOIN deals d ON d.id = t.deal_id WHERE t.contact_id <> d.contact_id"
    assert rows(firm, wrong) == [(0,)]


async def test_deals_are_tagged_given_and_deleted_each_in_one_undo(firm: Config) -> None:
    with open_crm(firm) as crm:
        users.add(crm, "paul", name="Paul Petit")
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("asterisk", "plus")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "urgent")
        await pilot.press("enter")
        await said(pilot, "Tagged #urgent — 9 deals")
        await pilot.press("o", "1")
        await said(pilot, "Owner Paul Petit — 9 deals")
        await pilot.press("D")
        await said(pilot, "Deleted — 9 deals")
        await said(pilot, "No deal is open.")
        for left in ((9,), (9,), (9,)):
            await pilot.press("u")
            await until(pilot, lambda left=left: rows(firm, "SELECT count(*) FROM deals") == [left])
    assert rows(firm, "SELECT count(*) FROM taggings WHERE deal_id IS NOT NULL") in ([(0,)], [(9,)])


async def test_the_menu_of_each_list_has_one_key_for_one_thing(firm: Config) -> None:
    for noun in ("deal", "task"):
        async with _shelf(firm, noun) as (app, pilot):
            await pilot.press("space", "space", "b")
            await until(pilot, lambda: app.screen.query("#options"))
            keys = [option.key for option in app.screen.options]
            assert len(set(keys)) == len(keys) > 4


async def test_without_marks_a_key_does_what_it_does_elsewhere(firm: Config) -> None:
    async with _shelf(firm, "task") as (_app, pilot):
        await pilot.press("d")
        await said(pilot, "How did it go?")
        await pilot.press("1")
        await said(pilot, "Next task — Call back Mme Dupont")  # its deal has no next step any more
        await until(
            pilot, lambda: rows(firm, "SELECT count(*) FROM tasks WHERE done_at IS NOT NULL") == [(1,)]
        )


async def test_marked_tasks_are_ticked_off_put_off_and_hidden(firm: Config) -> None:
    async with _shelf(firm, "task") as (app, pilot):
        await pilot.press("space", "space", "d", "1")
        await said(pilot, "Done — 2 tasks")
        await until(pilot, lambda: len(_table(app).ids) == 6)
        await pilot.press("asterisk", "e")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "Thursday 10am")
        await said(pilot, "Thu 26 Nov 10:00")
        await pilot.press("enter")
        await said(pilot, "Due on Thu 26 Nov 10:00 — 6 tasks")
        await pilot.press("z", "2")
        await said(pilot, "Hidden until Thu 26 Nov — 6 tasks")
        await said(pilot, "z Thu 26 Nov 10:00")
        for _turn in range(3):
            await pilot.press("u")
            await said(pilot, "Undone")
            await pilot.press("escape")
        await until(pilot, lambda: len(_table(app).ids) == 8)


async def test_what_only_others_have_is_no_key_here(firm: Config) -> None:
    async with _shelf(firm, "task") as (app, pilot):
        await pilot.press("plus", "minus", "m", "w", "x", "M")
        await pilot.pause()
        assert not app.is_asking


async def test_deals_and_tasks_are_written_to_a_file(firm: Config, tmp_path: Any) -> None:
    for noun in ("deal", "task"):
        async with _shelf(firm, noun) as (app, pilot):
            path = tmp_path / f"{noun}.csv"
            await pilot.press("space", "space", "X")
            await until(pilot, lambda: app.screen.query("#typed"))
            app.screen.query_one("#typed").value = str(path)
            await pilot.press("enter")
            await said(pilot, f"2 {noun}s written to")
            assert len(path.read_text(encoding="utf-8").splitlines()) == 3


# ------------------------------------------------------------------------------------------- others, huge, interrupted


async def test_a_row_that_another_deleted_while_it_was_marked_is_told_and_the_rest_is_done(
    firm: Config,
) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("asterisk", "m")
        await said(pilot, "Closing")
        with open_crm(firm) as crm:
            deals.delete(crm, 1)
        await pilot.press("1")
        await until(pilot, lambda: "1 left as they were: There is no deal d1." in app.said[0])
        await until(pilot, lambda: len(_table(app).ids) == 8)


@asynccontextmanager
async def _writer_held(app: Interface, pilot: Any) -> AsyncIterator[None]:
    """Keep the one who writes busy, so that what is asked next takes as long as one wants."""
    gate, loop = asyncio.Event(), asyncio.get_running_loop()

    def slow(_crm: Any) -> None:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()

    app.do(app.gesture(slow, lambda _none: "Finished"))
    await said(pilot, "At work…", passes=True)
    try:
        yield
    finally:
        gate.set()


async def test_a_gesture_that_takes_long_says_that_it_is_at_work_and_the_keys_go_on(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        async with _writer_held(app, pilot):
            await pilot.press("j")
            assert _table(app).at == 1
        await said(pilot, "Finished")
        await until(pilot, lambda: "At work…" not in text_of(pilot.app))


async def test_a_stopped_gesture_on_many_deals_loses_nothing(firm: Config) -> None:
    before = rows(firm, "SELECT id, stage_id, rank, status FROM deals ORDER BY id")
    events = rows(firm, "SELECT count(*) FROM events")
    async with _shelf(firm, "deal") as (app, pilot):
        await pilot.press("asterisk")
        async with _writer_held(app, pilot):
            await pilot.press("w")
            await said(pilot, "0 / 9", passes=True)
            await pilot.press("escape")
            await said(pilot, "Stopping…", passes=True)
        await said(pilot, "Stopped: nothing was changed.")
        assert len(_table(app).marks) == 9
    assert rows(firm, "SELECT id, stage_id, rank, status FROM deals ORDER BY id") == before
    assert rows(firm, "SELECT count(*) FROM events") == events


async def test_an_undo_that_takes_long_shows_itself_and_can_be_stopped_then_done(firm: Config) -> None:
    with open_crm(firm) as crm:
        for number in range(5):
            tasks.add(crm, f"Foule {number}", 1, due=date(2026, 12, 1))
    async with _shelf(firm, "task") as (app, pilot):
        async with _writer_held(app, pilot):
            await pilot.press("u")
            await said(pilot, "Undoing…", passes=True)
            await pilot.press("escape")
            await said(pilot, "Stopping…", passes=True)
        await said(pilot, "Stopped: nothing was changed.")
        assert len(_table(app).ids) == 13
        await pilot.press("u")
        await said(pilot, "Undone")
        await until(pilot, lambda: len(_table(app).ids) == 8)


async def test_hidden_tasks_and_tags_are_told_where_they_are(firm: Config) -> None:
    with open_crm(firm) as crm:
        tasks.snooze(crm, 1, date(2026, 12, 2))
        tags.put(crm, "deal", 3, "été")
    async with _shelf(firm, "task", size=WIDE) as (_app, pilot):
        await said(pilot, "z until Wed 2 Dec")
    async with _shelf(firm, "deal", size=WIDE) as (_app, pilot):
        await said(pilot, "#été")


# --------------------------------------------------------------------------------------------------------- hostile


@pytest.mark.parametrize("noun", ["deal", "task"])
@pytest.mark.parametrize("size", [TINY, NARROW, WIDE])
async def test_hostile_names_only_show(hostile: Config, noun: str, size: tuple[int, int]) -> None:
    from tests.tui.test_hostile_text import _is_shown_safely

    async with _shelf(hostile, noun, size=size) as (app, pilot):
        keys = (
            "G",
            "asterisk",
            "m",
            "escape",
            "z",
            "escape",
            "e",
            "escape",
            "f",
            "escape",
            "p",
            "s",
            "escape",
            "b",
        )
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            assert _is_shown_safely(text_of(app)), key


async def test_a_hostile_filter_only_looks(firm: Config) -> None:
    before = rows(firm, "SELECT count(*) FROM events")
    async with _shelf(firm, "deal") as (app, pilot):
        for line in (
            "stage:'; DROP TABLE deals --",
            'status:"',
            "expected:\x1b[2J",
            "closed:%",
            "#[/x] ~ ? @",
        ):
            await pilot.press("slash")
            await until(pilot, lambda: app.screen.line.is_typed_in)
            app.screen.line._input.value = line
            await pilot.press("enter")
            await until(pilot, lambda: _table(app).has_focus)
    assert rows(firm, "SELECT count(*) FROM events") == before


async def test_colour_is_not_the_only_sign(firm: Config) -> None:
    async with _shelf(firm, "deal") as (app, pilot):
        app.theme = "ansi-dark"
        await pilot.pause()
        shown = text_of(app)
        assert "! " in shown
        assert "• " in shown
        assert "? no next step" in shown


async def test_a_long_list_of_deals_is_read_around_what_is_seen(firm: Config) -> None:
    with open_crm(firm) as crm:
        place = stages_of(crm)[4]
        for number in range(300):
            deals.add(crm, f"Foule {number:03}", 1, stage_id=place, amount_cents=number)
    async with _shelf(firm, "deal") as (app, pilot):
        assert len(_table(app).ids) == 309
        await pilot.press("G")
        await said(pilot, "Foule 299")
        assert browse.COMES_BY["deal"] == _table(app).sort
