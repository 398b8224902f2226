"""Keys of one's own: they act, they are shown, and what is wrong with them is a sentence."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui import keymap
from tests.tui.screens import WIDE, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


async def test_a_key_of_ones_own_acts_and_the_old_one_no_more(firm: Config) -> None:
    async with opened(firm._replace(keys=(("app.add", "b"), ("app.undo", "ctrl+z,f5")))) as (app, pilot):
        await pilot.press("a")
        await pilot.pause()
        assert not app.is_asking
        await pilot.press("b")
        await said(pilot, "Add a task")


async def test_footer_help_and_the_word_of_undo_show_the_key_of_ones_own(firm: Config) -> None:
    keys = (("app.add", "b"), ("app.undo", "f5"), ("funnel.forward", "greater_than_sign"))
    async with opened(firm._replace(keys=keys), size=WIDE, mode="funnel") as (app, pilot):
        footer = text_of(app).splitlines()[-1]
        assert "b add" in footer and "> move" in footer
        await pilot.press("greater_than_sign")
        await said(pilot, "F5 undo")
        await pilot.press("question_mark")
        await said(pilot, "b Add a task")


async def test_a_key_that_is_not_known_is_told_with_the_nearest_and_the_others_hold(firm: Config) -> None:
    async with opened(firm._replace(keys=(("app.ad", "b"), ("app.search", "s")))) as (app, pilot):
        await said(pilot, "No key of the interface is called app.ad. Did you mean app.add?")
        await pilot.press("escape", "a")
        await until(pilot, lambda: app.is_asking)


@pytest.mark.parametrize(
    "keys", ["b", "B", "ctrl+b", "f5", "space", "comma", ",", "+", "é", "ctrl+b,f5", "shift+left"]
)
def test_what_a_terminal_can_send_is_a_key(keys: str) -> None:
    assert keymap.read({"app.add": keys}).problems == []


@pytest.mark.parametrize("keys", ["", "plop", "ctrl+plop", "b+ctrl", "\x1b[2J", "\u202e", "a,,b"])
def test_what_no_terminal_sends_is_told_and_left_as_it_comes(keys: str) -> None:
    read = keymap.read({"app.add": keys})
    assert len(read.problems) == 1
    assert read.keymap == {}


def test_a_key_for_two_things_of_one_screen_is_told_once() -> None:
    assert len(keymap.read({"app.add": "w"}).clashes) >= 1
    assert len(keymap.read({"funnel.win": "a"}).clashes) == 1
    assert keymap.read({"funnel.win": "x", "funnel.lose": "w"}).clashes == []
    assert keymap.read({"app.add": "B"}).clashes == []


def test_the_keys_of_the_lists_and_of_the_import_are_among_them() -> None:
    assert {"lists.act", "filter.keep", "views.save", "import.go"} <= set(keymap.known())
    assert len(keymap.read({"app.add": "b"}).clashes) == 1


def test_every_binding_has_an_id_of_its_own_and_a_key_that_is_one() -> None:
    for one in keymap.known().values():
        assert one.id and one.words
        assert keymap.read({one.id: ",".join(one.keys)}).problems == []
