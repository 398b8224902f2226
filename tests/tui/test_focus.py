"""One thing of the day at a time, in its order, until there is none."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import agenda, contacts, tasks
from petitcrm.tui.day_lines import gauge
from petitcrm.tui.focus import FocusScreen
from tests.tui.screens import ask, opened, rows, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")


async def test_the_first_thing_of_the_day_is_alone_with_why_it_is_next(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("F")
        await said(pilot, "1 of 8")
        await said(pilot, "Decide the next step with M. Lebon")
        await said(pilot, "this deal would be forgotten")
        assert "M. Martin" not in text_of(app)


async def test_the_order_is_that_of_the_day(firm: Config) -> None:
    day = ask(firm, lambda crm: agenda.day(crm))
    wanted = [item.id for item in day.items if item.section != "next"]
    seen = []
    async with opened(firm) as (app, pilot):
        await pilot.press("F")
        for place in range(len(wanted)):
            await said(pilot, f"{place + 1} of {len(wanted)}")
            seen.append(app.page._item.id)
            await pilot.press("right")
        await said(pilot, "8 things are left for later")
    assert seen == wanted


async def test_what_is_done_gives_way_to_what_comes_after_it(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("F", "l", "l", "l")
        await said(pilot, "4 of 8")
        await said(pilot, "Late by 2 days: it was for Sat 21 Nov.")
        await said(pilot, "06 12 34 56 78")
        await pilot.press("space")
        await said(pilot, "How did it go?")
        await pilot.press("2")
        await said(pilot, "And next?")
        await pilot.press("p")
        await said(pilot, "Send a quote")
        await said(pilot, "5 of 8")
    assert rows(firm, "SELECT outcome FROM tasks WHERE done_at IS NOT NULL") == [("no_answer",)]


async def test_a_thing_put_off_is_settled_and_undo_brings_it_back(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("F", "j", "j", "j")
        await said(pilot, "Call back Mme Dupont")
        await pilot.press("s", "1")
        await said(pilot, "5 of 8")
        await pilot.press("u")
        await said(pilot, "Undone")
        await said(pilot, "5 of 8")
        await pilot.press("k")
        await said(pilot, "Late by 2 days")


async def test_a_skipped_thing_comes_back_with_one_key(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("F", "right")
        await said(pilot, "2 of 8")
        await pilot.press("left")
        await said(pilot, "1 of 8")
        await pilot.press("left")
        await said(pilot, "1 of 8")


async def test_the_last_thing_settled_ends_with_a_kind_word(config: Config) -> None:
    i18n.use("en")
    with open_crm(config) as crm:
        tasks.add(crm, "arroser", contacts.add(crm, {"last_name": "Seul"}), due=crm.now.date())
    async with opened(config) as (app, pilot):
        await pilot.press("F")
        await said(pilot, "1 of 1")
        await pilot.press("space")
        await said(pilot, "The day is yours.")
        await said(pilot, "1 thing settled.")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.page, FocusScreen))
        await said(pilot, "▰▰▰▰▰▰▰▰ 1 done")


async def test_an_empty_day_is_said_to_be_done(config: Config) -> None:
    i18n.use("en")
    async with opened(config) as (_app, pilot):
        await pilot.press("F")
        await said(pilot, "The day is yours.")
        await until(pilot, lambda: "settled" not in text_of(pilot.app))


async def test_a_thing_without_telephone_says_so(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("F")
        await said(pilot, "1 of 8")
        await pilot.press("o")
        await said(pilot, "! No telephone is known here.")


async def test_what_somebody_else_settles_meanwhile_gives_way(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("F", "j", "j", "j")
        await said(pilot, "4 of 8")
        with open_crm(firm) as crm:
            tasks.delete(crm, int(app.page._item.id[1:]))
        await until(pilot, lambda: "Send a quote" in text_of(app))


async def test_hostile_words_are_drawn_and_do_nothing(hostile: Config) -> None:
    async with opened(hostile, size=(20, 5)) as (app, pilot):
        await pilot.press("F")
        for _press in range(12):
            await pilot.press("right")
            await pilot.pause()
            assert "\x1b" not in text_of(app)


def test_the_bar_is_full_only_at_the_end_and_empty_only_at_the_beginning() -> None:
    assert [gauge(done, 1000, 4) for done in (0, 1, 500, 999, 1000)] == [
        "▱▱▱▱", "▰▱▱▱", "▰▰▱▱", "▰▰▰▱", "▰▰▰▰",
    ]  # fmt: skip
    assert gauge(0, 0, 4) == "▱▱▱▱"
