"""Each screen and dialog in windows of any size: none is refused, and the first picture comes back as it was."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import contacts, users
from petitcrm.tui.app import Interface
from petitcrm.tui.lines import Lines
from tests.tui.marketing import make_marketing
from tests.tui.screens import NARROW, opened, rest, said, strips_of, text_of, until

pytestmark = pytest.mark.engines("sqlite")
SIZES = ((20, 5), (1, 1), (200, 60), (80, 24), (3, 40), (200, 2), (80, 24))
WAYS: dict[str, tuple[str, list[str]]] = {
    "day": ("day", []),
    "funnel": ("funnel", []),
    "contacts": ("contacts", []),
    "companies": ("contacts", ["tab"]),
    "sheet": ("day", ["down", "enter"]),
    "ask": ("day", ["a"]),
    "log": ("day", ["c"]),
    "choose": ("day", ["s"]),
    "search": ("day", ["slash"]),
    "history": ("day", ["U"]),
    "help": ("funnel", ["question_mark"]),
    "settings": ("day", ["comma"]),
    "guide": ("day", ["f2"]),
    "tour": ("day", ["f1"]),
    "stages": ("funnel", ["S"]),
    "views": ("contacts", ["f"]),
    "marketing": ("marketing", []),
    "what is begun": ("marketing", ["n"]),
    "duplicates": ("day", ["D"]),
    "import": ("day", ["i"]),
    "palette": ("day", ["ctrl+p"]),
}


def rows_are_whole(app: Interface) -> bool:
    """Tell whether each line of the screen has exactly its width."""
    wide, high = app.size
    strips = strips_of(app)
    return len(strips) == high and all(cell_len(strip.text) == wide for strip in strips)


def cursor_is_seen(app: Interface) -> bool:
    """Tell whether the line under the cursor of what has the focus is in view, where there is room for two."""
    focused = app.focused
    if not isinstance(focused, Lines) or focused.at < 0 or focused.size.height < 2:
        return True
    return 0 <= focused.at - focused.scroll_offset.y < focused.size.height


@pytest.mark.parametrize(
    ("mode", "line"),
    [
        ("funnel", "  1   2 Funnel   3   4   6            "),
        ("marketing", "  1   2   3   4   6 Marketing         "),
    ],
)
async def test_on_few_columns_the_screens_are_digits_and_the_one_that_is_shown_is_named(
    firm: Config, mode: str, line: str
) -> None:
    make_marketing(firm)
    i18n.use("en")
    async with opened(firm, size=(38, 12), mode=mode) as (app, pilot):
        await until(pilot, lambda: app.has_marketing)
        await until(pilot, lambda: line.rstrip() in text_of(app).splitlines()[0])


@pytest.mark.parametrize("name", WAYS)
async def test_a_screen_takes_any_size_and_comes_back(firm: Config, name: str) -> None:
    mode, keys = WAYS[name]
    async with opened(firm, size=NARROW, mode=mode) as (app, pilot):
        await pilot.press(*keys)
        await rest(pilot)
        first = text_of(app)
        for wide, high in SIZES:
            await pilot.resize_terminal(wide, high)
            await until(pilot, lambda wide=wide, high=high: app.size == (wide, high))
            await pilot.pause()
            assert rows_are_whole(app), (wide, high)
            if high >= 5:
                await until(pilot, lambda: cursor_is_seen(app))
        await until(pilot, lambda: text_of(app) == first)


async def test_a_storm_of_sizes_while_the_base_is_read(firm: Config) -> None:
    async with opened(firm, size=NARROW) as (app, pilot):
        first = text_of(app)
        for turn in range(40):
            app.do(app.reread())
            await pilot.resize_terminal(20 + 13 * turn % 150, 5 + 7 * turn % 45)
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: text_of(app) == first)


async def test_what_was_done_is_read_before_who_did_it_on_few_columns(firm: Config) -> None:
    with open_crm(firm) as crm:
        users.add(crm, "marie", name="Marie Curie")
    with open_crm(firm._replace(user="marie")) as crm:
        contacts.add(crm, {"last_name": "Tardif"})
    for size, is_said in (((40, 12), False), (NARROW, True)):
        async with opened(firm, size=size) as (app, pilot):
            await pilot.press("U")
            await said(pilot, "Contact crea")
            assert ("Marie Curie" in text_of(app)) == is_said
