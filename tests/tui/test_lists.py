"""The lists of contacts and companies, driven as a person drives them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import contacts, tags, users
from petitcrm.store.bulk import Bulk
from petitcrm.tui.app import Interface
from petitcrm.tui.browsing.progress import watched
from petitcrm.tui.browsing.shelf import Shelf
from petitcrm.tui.browsing.table import Headings, Table
from petitcrm.watch import Watch
from tests.tui.screens import NARROW, WIDE, lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


def _table(app: Interface) -> Table:
    return app.screen.query_one(Table)


def _here(app: Interface) -> str:
    row = _table(app).row
    return row.name if row else ""


def _names(app: Interface) -> list[str]:
    table = _table(app)
    found = [table.row_of(row_id) for row_id in table.ids]
    return [row.name for row in found if row]


async def _filtered(app: Any, pilot: Any, text: str, left: int) -> None:
    await pilot.press("slash")
    await until(pilot, lambda: app.screen.line.is_typed_in)
    await typed(pilot, text)
    await until(pilot, lambda: len(_table(app).ids) == left and app.screen.shelf.filter == text)


async def test_all_contacts_are_there_by_name_with_what_comes_next(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Contacts 8")
        assert _names(app)[:3] == ["Jeanne Dupont", "Zoé Éléphant", "Bruno Lebon"]
        shown = text_of(app)
        assert "Plomberie Dupont" in shown
        assert "! Call" in shown
        assert "jeanne@dupont.example" in shown  # what the columns leave out stands below


async def test_a_wide_screen_has_more_columns(firm: Config) -> None:
    async with opened(firm, mode="contacts", size=WIDE) as (app, pilot):
        await said(pilot, "Contacts 8")
        heading = text_of(app).split("\n")[3]
        assert all(title in heading for title in ("Name", "Company", "E-mail", "Phone", "Town", "Tags"))
        assert "Owner" not in heading  # a founder alone owns all


async def test_owners_have_a_column_once_there_are_some(firm: Config) -> None:
    with open_crm(firm) as crm:
        contacts.edit(crm, 1, {"owner_id": users.add(crm, "paul", name="Paul Petit")})
    async with opened(firm, mode="contacts", size=WIDE) as (app, pilot):
        await said(pilot, "Owner")
        await said(pilot, "Paul Petit")
        assert not _table(app).without


async def test_typing_narrows_the_list_and_escape_shows_all_again(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await _filtered(app, pilot, "elephant", 1)
        await said(pilot, "1 of 8")
        assert _here(app) == "Zoé Éléphant"
        await pilot.press("escape")
        await until(pilot, lambda: len(_table(app).ids) == 8)
        await pilot.press("escape")
        await until(pilot, lambda: _table(app).has_focus)


async def test_a_typing_error_is_forgiven_and_said(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await _filtered(app, pilot, "boulangreie", 1)
        await said(pilot, "≈ boulangerie")


async def test_a_slash_typed_in_the_filter_is_a_character(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("slash")
        await until(pilot, lambda: app.screen.line.is_typed_in)
        await pilot.press("slash", "a")
        await until(pilot, lambda: app.screen.shelf.filter == "/a")


async def test_what_a_quick_hand_types_after_the_slash_is_no_command(firm: Config) -> None:
    before = rows(firm, "SELECT count(*) FROM events")
    async with opened(firm, mode="contacts") as (app, pilot):
        app.post_message(events.Key("slash", "/"))
        for character in "duD":
            app.post_message(events.Key(character, character))
        await until(pilot, lambda: app.screen.shelf.filter == "duD")
    assert rows(firm, "SELECT count(*) FROM events") == before


async def test_the_cursor_walks_the_list_while_one_types_and_enter_goes_there(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("slash")
        await until(pilot, lambda: app.screen.line.is_typed_in)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: _table(app).has_focus)
        assert _here(app) == "Bruno Lebon"
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert app.screen.sheet.title == "Bruno Lebon"


async def test_tab_completes_a_tag(firm: Config) -> None:
    with open_crm(firm) as crm:
        tags.put(crm, "contact", 1, "installateur")
    async with opened(firm, mode="contacts") as (app, pilot):
        await _filtered(app, pilot, "#inst", 1)
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.shelf.filter == "#installateur")


async def test_an_empty_answer_says_what_may_be_typed(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await _filtered(app, pilot, "xyzzy", 0)
        await said(pilot, "Nothing answers to “xyzzy”.")
        await said(pilot, "#vip")
        await pilot.press("enter", "enter", "space", "b", "c")
        await pilot.pause()


async def test_an_empty_base_says_how_to_fill_it(config: Config) -> None:
    i18n.use("en")
    async with opened(config._replace(lang="en"), mode="contacts") as (_app, pilot):
        await said(pilot, "Nobody is here yet.")
        await said(pilot, "i    import a list")
        await pilot.press("j", "G", "space", "V", "asterisk", "s", "escape", "tab")
        await said(pilot, "No company is here yet.")


async def test_companies_are_one_key_away_and_each_list_keeps_its_place(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("j", "j", "tab")
        await until(pilot, lambda: "Boulangerie Roy" in _names(app))
        await said(pilot, "Contacts ")
        await pilot.press("enter")
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert app.screen.sheet.noun == "company"
        await pilot.press("escape", "shift+tab")
        await until(pilot, lambda: _here(app) == "Bruno Lebon")


# ------------------------------------------------------------------------------------------------------------ sorting


async def test_a_key_sorts_and_the_arrow_says_how(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Name ▲")
        await pilot.press("S")
        await said(pilot, "Name ▼")
        assert _names(app)[0] == "Claire Roy"
        await pilot.press("s")
        await until(pilot, lambda: app.screen.query("#options"))
        await pilot.press("7")
        await said(pilot, "Open deals ▼")
        assert _names(app)[:2] == ["Hugo Parc", "Paul Martin"]


async def test_a_click_on_a_title_sorts_and_a_second_turns_it_round(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        place = next(one for one in _table(app).columns if one.column.sort == "company")
        await pilot.click(Headings, offset=(place.start + 1, 0))
        await said(pilot, "Company ▲")
        assert _names(app)[0] == "Claire Roy"
        await pilot.click(Headings, offset=(place.start + 1, 0))
        await said(pilot, "Company ▼")


async def test_the_order_is_remembered_for_another_day(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (_app, pilot):
        await pilot.press("S")
        await said(pilot, "Name ▼")
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Name ▼")
        assert _names(app)[0] == "Claire Roy"


@pytest.mark.parametrize("told", ["", "[]", '{"contact": 3}', '{"contact": {"sort": "nothing"}}'])
async def test_what_cannot_be_read_of_the_order_is_forgotten(firm: Config, home: Path, told: str) -> None:
    folder = home / ".local/share/petitcrm/state"
    folder.mkdir(parents=True)
    (folder / "lists.json").write_text(told)
    async with opened(firm, mode="contacts") as (_app, pilot):
        await said(pilot, "Name ▲")


# -------------------------------------------------------------------------------------------------------------- views


async def test_a_view_is_kept_picked_renamed_deleted_and_brought_back(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await _filtered(app, pilot, "dupont", 1)
        await pilot.press("enter", "f")
        await until(pilot, lambda: app.screen.query("#views"))
        await pilot.press("s")
        await until(pilot, lambda: app.screen.query("#typed"))
        assert app.screen.query_one("#typed").value == "dupont"
        await typed(pilot, "duponts")
        await pilot.press("enter")
        await said(pilot, "View kept: duponts")
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: app.screen is app.page and len(_table(app).ids) == 8)
        await pilot.press("f", "end", "enter")
        await until(pilot, lambda: app.screen is app.page and len(_table(app).ids) == 1)
        await said(pilot, "duponts")
        await pilot.press("f", "end", "r")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "Les Dupont")
        await pilot.press("enter")
        await said(pilot, "View renamed")
        await pilot.press("end", "d")
        await said(pilot, "View deleted")
        assert rows(firm, "SELECT count(*) FROM settings WHERE key LIKE 'view:%'") == [(0,)]
        await pilot.press("u")
        await until(pilot, lambda: rows(firm, "SELECT count(*) FROM settings") == [(1,)])


async def test_a_view_that_comes_with_petitcrm_is_used_and_stays(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("f", "down", "d")
        await said(pilot, "it stays as it is")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.page and app.screen.shelf.filter == "no next step")
        await until(pilot, lambda: _names(app) == ["Anne Nord"] or len(_table(app).ids) < 8)
        await said(pilot, "Open deals ▼")


# -------------------------------------------------------------------------------------------------- many at one time


async def test_space_marks_and_a_tag_goes_on_all_in_one_gesture(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("space", "space", "down", "space")
        await said(pilot, "✓ 3 marked")
        await pilot.press("plus")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "vip")
        await pilot.press("enter")
        await said(pilot, "Tagged #vip — 3 contacts")
        assert rows(firm, "SELECT count(*) FROM taggings") == [(3,)]
        await pilot.press("u")
        await said(pilot, "Undone")
        assert rows(firm, "SELECT count(*) FROM taggings") == [(0,)]
        assert len(_table(app).marks) == 3


async def test_without_marks_a_gesture_is_for_the_row_under_the_cursor(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("down", "plus")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "vip")
        await pilot.press("enter")
        await said(pilot, "Tagged #vip — 1 contact")
        assert rows(firm, "SELECT c.last_name FROM taggings g JOIN contacts c ON c.id = g.contact_id") == [
            ("Éléphant",)
        ]


async def test_a_range_follows_the_cursor_and_shrinks_with_it(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("V", "j", "j", "j")
        assert len(_table(app).marks) == 4
        await pilot.press("k")
        assert len(_table(app).marks) == 3
        await pilot.press("V", "j")
        assert len(_table(app).marks) == 3
        await pilot.press("escape")
        assert not _table(app).marks
        await pilot.press("shift+down", "shift+down")
        assert len(_table(app).marks) == 3


async def test_a_star_marks_all_that_the_filter_leaves_and_marks_outlive_it(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await _filtered(app, pilot, "pa", 2)
        await pilot.press("enter", "asterisk")
        await said(pilot, "✓ 2 marked")
        await pilot.press("slash", "escape", "escape")
        await until(pilot, lambda: len(_table(app).ids) == 8)
        assert len(_table(app).marks) == 2
        await pilot.press("asterisk")
        assert len(_table(app).marks) == 8
        await pilot.press("asterisk")
        assert not _table(app).marks


async def test_the_menu_plans_a_task_for_each(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("asterisk", "b")
        await said(pilot, "Plan a task for each")
        await pilot.press("n")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "call back tomorrow 2pm")
        await said(pilot, "14:00")
        await pilot.press("enter")
        await said(pilot, "— 8 contacts")
        assert rows(firm, "SELECT count(*) FROM tasks WHERE due_time = '14:00' AND kind = 'call'") == [(8,)]


async def test_a_call_is_logged_for_each_and_n_and_c_are_for_all_that_is_marked(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        before = rows(firm, "SELECT count(*) FROM events WHERE kind = 'email.logged'")[0][0]
        await pilot.press("space", "space", "E")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "voeux")
        await pilot.press("enter")
        await said(pilot, "Logged: E-mail — 2 contacts")
        assert rows(firm, "SELECT count(*) FROM events WHERE kind = 'email.logged'") == [(before + 2,)]
        await pilot.press("escape", "n")
        await said(pilot, "2 contacts")


async def test_owners_are_chosen_among_the_people_of_the_firm(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("o")
        await said(pilot, "Nobody of the firm is known yet")
        with open_crm(firm) as crm:
            users.add(crm, "paul", name="Paul Petit")
        await pilot.press("asterisk", "o")
        await said(pilot, "Paul Petit")
        await pilot.press("1")
        await said(pilot, "Owner Paul Petit — 8 contacts")
        assert rows(firm, "SELECT count(*) FROM contacts WHERE owner_id = 1") == [(8,)]
        assert _table(app).marks


async def test_who_has_deals_is_not_deleted_and_undo_brings_the_others_back(firm: Config) -> None:
    with open_crm(firm) as crm:
        alone = contacts.add(crm, {"first_name": "Aa", "last_name": "Aaron"})
    async with opened(firm, mode="contacts") as (app, pilot):
        await until(pilot, lambda: _here(app) == "Aa Aaron")
        await pilot.press("space", "space", "D")
        await said(pilot, "Deleted — 1 contact · 1 left as they were")
        assert rows(firm, "SELECT count(*) FROM contacts") == [(8,)]
        assert alone not in _table(app).marks
        await pilot.press("u")
        await until(pilot, lambda: rows(firm, "SELECT count(*) FROM contacts") == [(9,)])


async def test_what_is_marked_is_written_to_a_file_that_is_never_overwritten(
    firm: Config, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("space", "space", "x")
        await until(pilot, lambda: app.screen.query("#typed"))
        app.screen.query_one("#typed").value = str(path)
        await pilot.press("enter")
        await said(pilot, "2 contacts written to")
        text = path.read_text()
        assert "Dupont" in text
        assert "Éléphant" in text
        assert "Martin" not in text
        assert path.stat().st_mode & 0o777 == 0o600
        await pilot.press("escape", "x")
        await until(pilot, lambda: app.screen.query("#typed"))
        app.screen.query_one("#typed").value = str(path)
        await pilot.press("enter")
        await said(pilot, "is there already")
        assert path.read_text() == text


async def test_two_that_are_marked_become_one_and_undo_parts_them(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("M")
        await said(pilot, "Mark exactly two")
        await pilot.press("escape", "space", "space", "M")
        await said(pilot, "Which one stays?")
        await pilot.press("2")
        await said(pilot, "Jeanne Dupont was merged into Zoé Éléphant")
        assert rows(firm, "SELECT count(*) FROM contacts") == [(7,)]
        await until(pilot, lambda: len(_table(app).marks) == 1)
        await pilot.press("u")
        await until(pilot, lambda: rows(firm, "SELECT count(*) FROM contacts") == [(8,)])


# -------------------------------------------------------------------------------------------------------------- mouse


async def test_the_mouse_chooses_marks_extends_and_opens(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.click(Table, offset=(8, 2))
        assert _here(app) == "Bruno Lebon"
        await pilot.click(Table, offset=(1, 2))
        assert len(_table(app).marks) == 1
        await pilot.click(Table, offset=(8, 4), shift=True)
        assert len(_table(app).marks) == 3
        await pilot.click(Table, offset=(8, 6), control=True)
        assert len(_table(app).marks) == 4
        await pilot.click(Table, offset=(8, 1), times=2)
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        assert app.screen.sheet.title == "Zoé Éléphant"


async def test_a_click_leads_to_companies_to_the_filter_and_to_the_views(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Companies 8")
        await pilot.click("#shelves", offset=(16, 0))
        await until(pilot, lambda: app.screen.noun == "company" and _table(app).noun == "company")
        await pilot.click("#filter", offset=(10, 0))
        await until(pilot, lambda: app.screen.line.is_typed_in)
        await pilot.press("escape")
        await pilot.click("#shelves", offset=(70, 0))
        await until(pilot, lambda: app.screen.query("#views"))
        assert lines(app, "views").lines


# -------------------------------------------------------------------------------------------------- the base changes


async def test_who_is_added_elsewhere_appears_and_the_cursor_stays_on_its_row(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("j", "j")
        with open_crm(firm) as crm:
            contacts.add(crm, {"first_name": "Aa", "last_name": "Aaron"})
        await until(pilot, lambda: len(_table(app).ids) == 9)
        assert _here(app) == "Bruno Lebon"
        await said(pilot, "Contacts 9")


@pytest.fixture
def crowd(firm: Config) -> Config:
    """Return a firm with three thousand more contacts."""
    with open_crm(firm) as crm:
        assert crm.journal is not None
        bulk = Bulk(crm.connection, crm.journal)
        for number in range(3000):
            name = f"Foule {number:04}"
            row = {"last_name": name, "sort_name": name.lower(), "created_at": crm.now_text}
            bulk.index("contact", bulk.insert("contacts", row), [name])
        bulk.close({})
    return firm


async def test_a_long_list_is_read_around_what_is_seen(crowd: Config) -> None:
    async with opened(crowd, mode="contacts") as (app, pilot):
        await until(pilot, lambda: len(_table(app).ids) == 3008)
        await said(pilot, "Contacts 3,008")
        await pilot.press("G")
        await said(pilot, "Claire Roy")
        for _page in range(3):
            await pilot.press("pageup")
        await until(pilot, lambda: _here(app).startswith("Foule 29"))
        assert len(_table(app)._rows) < 1000
        _table(app).scroll_to(y=1500, animate=False)
        await said(pilot, "Foule 15")


async def test_a_long_gesture_shows_how_far_it_is_and_can_be_stopped(firm: Config) -> None:
    watch = Watch(3000)

    async def gesture() -> None:
        while True:
            watch.step()
            await asyncio.sleep(0.01)

    async with opened(firm, mode="contacts") as (app, pilot):
        app.do(watched(app, "Tag", watch, gesture()))
        await said(pilot, "/ 3,000")
        await pilot.press("escape")
        await said(pilot, "Stopped: nothing was changed.")
        await until(pilot, lambda: app.screen is app.page)


async def test_three_thousand_are_tagged_by_one_key_and_one_undo(crowd: Config) -> None:
    async with opened(crowd, mode="contacts") as (app, pilot):
        await until(pilot, lambda: len(_table(app).ids) == 3008)
        await pilot.press("asterisk", "plus")
        await until(pilot, lambda: app.screen.query("#typed"))
        await typed(pilot, "vip")
        await pilot.press("enter")
        # What is under way says how many they are too: only the base tells that it is done.
        tagged = "SELECT count(*) FROM taggings"
        await until(pilot, lambda: rows(crowd, tagged) == [(3008,)], seconds=60)
        await until(pilot, lambda: "Tagged #vip" in text_of(app) and not app.is_asking, seconds=60)
        await pilot.press("u")
        await until(pilot, lambda: "Undone" in text_of(app), seconds=60)
        assert rows(crowd, "SELECT count(*) FROM taggings") == [(0,)]


# --------------------------------------------------------------------------------------------------------- hostile


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_hostile_names_only_show(hostile: Config, size: tuple[int, int]) -> None:
    from tests.tui.test_hostile_text import _is_shown_safely

    async with opened(hostile, mode="contacts", size=size) as (app, pilot):
        for key in ("asterisk", "minus", "escape", "tab", "f", "escape", "p", "s", "escape", "b"):
            await pilot.press(key)
            await pilot.pause()
            assert _is_shown_safely(text_of(app)), key


def test_sorting_by_the_same_again_turns_it_round_and_amounts_begin_with_the_largest() -> None:
    shelf = Shelf("contact")
    shelf.sort_by("name")
    assert (shelf.sort, shelf.descending) == ("name", True)
    shelf.sort_by("town")
    assert (shelf.sort, shelf.descending) == ("town", False)
    shelf.sort_by("amount")
    assert (shelf.sort, shelf.descending) == ("amount", True)


async def test_the_line_of_contacts_takes_a_condition(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Contacts 8")
        await _filtered(app, pilot, "open deals > 0 and first name = Zoé", 1)
        assert _here(app) == "Zoé Éléphant"
        assert "1 of 8" in text_of(app)


async def test_what_is_wrong_with_a_condition_is_said_where_the_rows_were(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Contacts 8")
        await _filtered(app, pilot, "cty = Lyon", 0)
        await said(pilot, "there is no field “cty”")
        assert "Did you mean city?" in text_of(app)
        await pilot.press("enter", "asterisk")
        assert app.screen.chosen() is None  # nothing can be done to all of them by mistake
        await pilot.press("escape")
        await until(pilot, lambda: len(_table(app).ids) == 8)


async def test_one_key_keeps_a_condition_as_a_segment_which_is_among_the_views(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Contacts 8")
        await _filtered(app, pilot, "open deals > 0 and first name = Zoé", 1)
        await said(pilot, "^s segment")
        await pilot.press("ctrl+s")
        await said(pilot, "What is it called?")
        await typed(pilot, "Éléphants")
        await pilot.press("enter")
        await said(pilot, "The segment Éléphants is kept.")
        assert rows(firm, "SELECT name, condition FROM segments") == [
            ("Éléphants", "open deals > 0 and first name = Zoé")
        ]
        await pilot.press("enter", "escape", "escape")
        await until(pilot, lambda: len(_table(app).ids) == 8)
        await pilot.press("f")
        await said(pilot, "segment = elephants")
        await pilot.press("end", "d")
        await said(pilot, "This is a segment")
        await pilot.press("enter")
        await until(pilot, lambda: len(_table(app).ids) == 1)
        assert _here(app) == "Zoé Éléphant"
        assert "^s segment" not in text_of(app)  # it has its name already


async def test_words_and_other_lists_have_nothing_to_keep_as_a_segment(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await said(pilot, "Contacts 8")
        await _filtered(app, pilot, "zoe", 1)
        assert "segment" not in text_of(app)


async def test_what_is_being_typed_is_not_taken_back_by_an_answer_of_the_base(firm: Config) -> None:
    async with opened(firm, mode="contacts") as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "dup")
        app.screen.line.query_one(Input).value = "dupont"
        app.screen._tell()  # an answer to what was typed before
        await said(pilot, "/ dupont")
        await until(pilot, lambda: app.screen.shelf.filter == "dupont")
