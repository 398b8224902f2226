"""Jump mode: letters over everything that can be pointed at, and typing them goes there."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from petitcrm.config import Config
from petitcrm.tui.app import Interface
from petitcrm.tui.choose import Choose
from petitcrm.tui.jump import LETTERS, JumpScreen, labels
from tests.tui.screens import WIDE, board, lines, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")


async def jumping(app: Interface, pilot: Pilot[None], key: str = "ctrl+o") -> dict[str, tuple[int, int]]:
    """Press the key of jump mode; return where each label stands."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, JumpScreen) and app.screen.labels)
    shown: Any = app.screen
    return {label: (spot.region.x, spot.region.y) for label, spot in shown.labels.items()}


def over(app: Interface, words: str, places: dict[str, tuple[int, int]], shown: str) -> str:
    """Return the label over some words, as they stood before the labels came."""
    row = next(y for y, line in enumerate(shown.splitlines()) if words in line)
    at = shown.splitlines()[row].index(words)
    on_the_row = [(x, label) for label, (x, y) in places.items() if y == row and x <= at]
    return max(on_the_row)[1]


@pytest.mark.parametrize("number", [0, 1, 22, 23, 24, 45, 46, 60, 200, 529])
def test_no_label_begins_another_and_there_are_enough(number: int) -> None:
    made = labels(number)
    assert len(made) == len(set(made)) == number
    assert not any(one != other and other.startswith(one) for one in made for other in made)
    assert all(len(label) <= 2 for label in made)


def test_labels_begin_on_the_home_row_and_have_no_look_alikes() -> None:
    assert set(labels(7)) <= set("qsdfghjklm") & set("asdfghjkl")
    assert not set("ilo10") & set(LETTERS)


async def test_typing_a_label_puts_the_cursor_on_its_line(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        shown = text_of(app)
        places = await jumping(app, pilot)
        label = over(app, "Call back Mme Dupont", places, shown)
        await pilot.press(*label)
        await until(pilot, lambda: not isinstance(app.screen, JumpScreen))
        assert lines(app, "day").line.held.text.startswith("Call back Mme Dupont")


async def test_nothing_moves_under_the_labels(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        before = text_of(app).splitlines()
        places = await jumping(app, pilot)
        after = text_of(app).splitlines()
        covered = {(x + nth, y) for label, (x, y) in places.items() for nth in range(len(label))}
        status = app.screen_stack[-2].query_one("#status").region.y
        for y, line in enumerate(before):
            for x, letter in enumerate(line):
                assert (x, y) in covered or y == status or after[y][x] == letter


async def test_the_screens_the_digits_open_and_the_keys_at_the_foot_are_clicked(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        shown = text_of(app)
        await pilot.press(*over(app, "2 Funnel", await jumping(app, pilot), shown))
        await until(pilot, lambda: app.ground == "funnel")
        await pilot.pause()
        shown = text_of(app)
        await pilot.press(*over(app, "? help", await jumping(app, pilot), shown))
        await until(pilot, lambda: type(app.screen).__name__ == "HelpScreen")


async def test_a_card_and_a_column_of_the_board_are_reached(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        await said(pilot, "Hôtel du Pa…")
        shown = text_of(app)
        await pilot.press(*over(app, "Hôtel du Pa…", await jumping(app, pilot), shown))
        await until(pilot, lambda: board(app).card and board(app).card.company == "Hôtel du Parc")
        await said(pilot, "· Closing 1")
        shown = text_of(app)
        await pilot.press(*over(app, "Closing 1", await jumping(app, pilot), shown))
        await until(pilot, lambda: board(app).at == 4)


async def test_the_days_to_come_are_reached(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await said(pilot, "Wed 25")
        shown = text_of(app)
        await pilot.press(*over(app, "Wed 25", await jumping(app, pilot), shown))
        await said(pilot, "[Wed 25")


async def test_a_row_and_a_title_of_the_list_are_reached(firm: Config) -> None:
    async with opened(firm, mode="contacts", size=WIDE) as (app, pilot):
        await said(pilot, "Companies 8")
        shown = text_of(app)
        await pilot.press(*over(app, "Martin", await jumping(app, pilot), shown))
        await until(pilot, lambda: app.screen.table.row and app.screen.table.row.name.endswith("Martin"))
        shown = text_of(app)
        await pilot.press(*over(app, "Company", await jumping(app, pilot), shown))
        await until(pilot, lambda: app.screen.shelf.sort == "company")


async def test_escape_leaves_everything_as_it_was(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        before = text_of(app)
        await jumping(app, pilot, "semicolon")
        await pilot.press("escape")
        await until(pilot, lambda: text_of(app) == before)


async def test_the_key_pressed_twice_leaves_too(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await jumping(app, pilot)
        await pilot.press("ctrl+o")
        await until(pilot, lambda: not app.is_asking)


async def test_letters_that_no_place_has_are_said_and_others_may_be_typed(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        places = await jumping(app, pilot)
        await pilot.press("o")
        await said(pilot, "! No place has the letters o.")
        await pilot.press(*next(iter(places)))
        await until(pilot, lambda: not app.is_asking)


async def test_it_works_over_a_question_with_answers(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await until(pilot, lambda: board(app).card)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        shown = text_of(app)
        await pilot.press(*over(app, "Rendez-vous 2", await jumping(app, pilot), shown))
        await until(pilot, lambda: isinstance(app.screen, Choose) and lines(app, "options").at == 3)


async def test_a_semicolon_is_typed_in_a_line_and_ctrl_o_jumps_from_it(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a", "semicolon")
        await until(pilot, lambda: app.screen.query("#typed") and app.screen.query_one("#typed").value == ";")
        await jumping(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query("#typed"))
        assert app.screen.query_one("#typed").value == ";"


async def test_the_labels_follow_when_the_terminal_changes_its_size(firm: Config) -> None:
    async with opened(firm, size=WIDE) as (app, pilot):
        await jumping(app, pilot)
        await pilot.resize_terminal(60, 12)
        await until(pilot, lambda: max(one.region.y for one in app.screen.labels.values()) == 11)
        assert all(one.region.x < 60 for one in app.screen.labels.values())
        await pilot.press(next(label for label in app.screen.labels if len(label) == 1))
        await until(pilot, lambda: not app.is_asking)


async def test_the_smallest_terminal_has_labels_too(firm: Config) -> None:
    async with opened(firm, size=(20, 5)) as (app, pilot):
        places = await jumping(app, pilot)
        assert all(x < 20 and y < 5 for x, y in places.values())


async def test_hostile_names_and_labels_stay_apart(hostile: Config) -> None:
    async with opened(hostile, mode="funnel") as (app, pilot):
        await jumping(app, pilot)
        assert "\x1b" not in text_of(app)


async def test_every_place_of_a_long_list_that_is_seen_has_a_label_of_its_own(firm: Config) -> None:
    async with opened(firm, mode="funnel", size=(200, 60)) as (app, pilot):
        places = await jumping(app, pilot)
        assert len(set(places.values())) == len(places)
