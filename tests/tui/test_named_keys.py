"""Keys that texts name: whoever chose other keys reads those, on every screen."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import petitcrm.tui
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui import keymap, named_keys
from petitcrm.tui.frame import KeyBar
from petitcrm.tui.help import keys_of
from tests.tui.screens import WIDE, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")

SOURCES = Path(petitcrm.tui.__file__).parent
STALE = re.compile(
    r"\besc\b|\bF[1-9]\b|\^[a-z]\b|\bctrl\+(?![cp]\b)|\bpress [a-zA-Z/?]\b|· [b-zA-Z?/] [a-zé]"
)
"""How texts would name a key as it comes; `ctrl+p` and `ctrl+c` are Textual's own and cannot be others."""

# name: the ground, the action that opens it, what must be on the screen before it is read
SCREENS: dict[str, tuple[str, str, str]] = {
    "day": ("day", "", "Call back"),
    "funnel": ("funnel", "", "Closing"),
    "contacts": ("contacts", "", "Companies 8"),
    "sheet": ("day", "app.open('contact', 1)", "dupont.example"),
    "search": ("day", "app.search", "telephones"),
    "help": ("funnel", "app.help", "selects text"),
    "history": ("day", "app.history", "redo it"),
    "settings": ("day", "app.settings", "Colours"),
    "stages": ("funnel", "screen.stages", "silence"),
    "views": ("contacts", "screen.views", "built in"),
    "duplicates": ("day", "app.duplicates", "Nobody seems"),
    "add": ("day", "app.add", "In words"),
    "new": ("day", "app.new('contact')", "A new contact"),
    "log": ("day", "app.log('call')", "With words or none"),
    "filter": ("funnel", "screen.sift", "Which deals"),
    "tour": ("day", "app.tour", "Tour 1/"),
    "guide": ("day", "app.guide", "Langue"),
    "import": ("day", "app.import", "Which file"),
    "leads": ("leads", "", "No lead waits"),
    "new lead": ("leads", "app.new('lead')", "A new lead"),
    "team": ("day", "app.organise('team')", "You are alone"),
    "territories": ("day", "app.organise('territories')", "No territories yet"),
    "profiles": ("day", "app.organise('profiles')", "nothing is said yet"),
    "prospecting": ("day", "app.organise('prospecting')", "Nobody is being approached"),
}


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.fixture(scope="module")
def others() -> dict[str, str]:
    """Return a key for each binding that no other has: a letter of an alphabet that petitcrm does not use."""
    return {name: chr(0x1401 + nth) for nth, name in enumerate(sorted(keymap.known()))}


def _texts() -> dict[str, str]:
    """Return the texts of the interface, each with where it stands, but for the words of its bindings."""
    found: dict[str, str] = {}
    for path in SOURCES.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        for call in calls:
            if (
                call.func.id in ("_", "N_", "ngettext")
                and call.args
                and isinstance(call.args[0], ast.Constant)
            ):  # type: ignore[attr-defined]
                found[str(call.args[0].value)] = f"{path.name}:{call.lineno}"
    return found


def test_no_text_names_a_key_by_its_letter() -> None:
    stale = [
        f"{place} {text}"
        for text, place in _texts().items()
        if STALE.search(text) and "Write it like" not in text
    ]
    assert not stale, "write {id.of_the_binding} and pass it through keyed():\n" + "\n".join(stale)


def test_every_key_that_a_text_names_is_one_of_the_interface() -> None:
    for text, place in _texts().items():
        for name in re.findall(r"\{([a-z_]+\.[a-z_]+)\}", text):
            assert name in keymap.known(), f"{place} {name}"


def test_a_text_names_the_key_as_it_comes_or_the_one_that_was_chosen() -> None:
    named_keys.use({})
    assert named_keys.keyed("{app.undo} undo · {ask.leave} leave") == "u undo · esc leave"
    assert named_keys.key_of("funnel.forward") == "L"
    named_keys.use({"app.undo": "ctrl+z,f5"})
    assert named_keys.keyed("{app.undo} undo") == "^z undo"
    named_keys.use({})


def test_what_is_no_binding_is_left_as_it_is_written() -> None:
    assert named_keys.keyed("{no.such} {app} {}") == "{no.such} {app} {}"


@pytest.mark.parametrize("name", list(SCREENS))
async def test_no_screen_shows_a_key_that_was_given_up(
    firm: Config, others: dict[str, str], name: str
) -> None:
    ground, action, wanted = SCREENS[name]
    async with opened(firm._replace(keys=tuple(others.items())), size=WIDE, mode=ground) as (app, pilot):
        app.hush()
        if action:
            await app.run_action(action, app.screen)
        await said(pilot, wanted)
        shown = text_of(app)
        assert not [line for line in shown.splitlines() if STALE.search(line.replace("Esc", ""))]
        screen: Any = app.screen
        for bar in screen.query(KeyBar):
            shown_keys = bar.keys()
            assert {key for _action, _node, key, _words in shown_keys} <= set(others.values())
        for keys, words in keys_of(screen):
            assert set(keys) - {" "} <= set(others.values()), words


async def test_an_empty_day_and_an_empty_list_name_the_keys_of_ones_own(config: Config) -> None:
    keys = (("app.import", "B"), ("app.new", "f7"), ("app.tour", "f9"), ("lists.leave", "f8"))
    i18n.use("en")
    async with opened(config._replace(lang="en", keys=keys)) as (app, pilot):
        await said(pilot, "B   import a list")
        await said(pilot, "F7  add a first contact")
        await said(pilot, "F9  take the tour")
        await app.go("contacts")
        await said(pilot, "F7   add a first contact")


async def test_the_status_line_names_the_undo_of_ones_own(firm: Config) -> None:
    async with opened(firm._replace(keys=(("app.undo", "ctrl+z"),)), mode="funnel") as (_app, pilot):
        await pilot.press("L")
        await said(pilot, "^z undo")
        await pilot.press("ctrl+z")
        await said(pilot, "Undone")


async def test_the_first_line_shows_the_keys_of_the_screens(firm: Config) -> None:
    async with opened(firm._replace(keys=(("app.funnel", "f6"),))) as (app, pilot):
        assert "F6 Funnel" in text_of(app).splitlines()[0]
        await pilot.press("f6")
        await until(pilot, lambda: app.ground == "funnel")


async def test_leaving_jump_mode_can_have_another_key(firm: Config) -> None:
    async with opened(firm._replace(keys=(("jump.leave", "f4"),))) as (app, pilot):
        await pilot.press("ctrl+o")
        await said(pilot, "F4 leaves")
        await pilot.press("f4")
        await until(pilot, lambda: not app.is_asking)
