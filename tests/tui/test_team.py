"""The team: people, what they do, their share, when they are away."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.leads import team
from petitcrm.sales import users
from petitcrm.tui.linear.app import LinearInterface
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def several(firm: Config) -> Config:
    """Return the firm with Marie, who works leads, and Zoé, who sells half time."""
    with open_crm(firm) as crm:
        marie = users.add(crm, "marie", name="Marie Curie")
        zoe = users.add(crm, "zoe", name="Zoé Éléphant")
        team.place(crm, marie, roles=["sdr", "mrr"], capacity=40)
        team.place(crm, zoe, roles=["ae"], weight=50)
    return firm


async def _open(app: Any, pilot: Any) -> None:
    await app.run_action("app.organise('team')")
    await until(pilot, lambda: getattr(app.page, "found", None) is not None)
    await pilot.pause()


async def test_a_founder_alone_reads_what_a_second_person_switches_on(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "You are alone")
        for key in ("space", "x", "enter", "tab", "a"):
            await pilot.press(key)
        await said(pilot, "There is nobody under the cursor.")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_people_are_listed_with_share_leads_and_roles(several: Config, size: tuple[int, int]) -> None:
    async with opened(several, size=size) as (app, pilot):
        await _open(app, pilot)
        shown = text_of(app)
    for words in (
        "Marie Curie",
        "0/40",
        "50%",
        "outbound leads (SDR)",
        "☑ inbound leads",
        "☐ manager",
        "2 people",
    ):
        assert words in shown, shown


async def test_a_person_is_added_in_one_line_and_taken_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("n")
        await said(pilot, "The short name")
        await typed(pilot, "luc Luc Petit")
        await pilot.press("enter")
        await said(pilot, "Added: Luc Petit")
        await until(pilot, lambda: len(app.page.found.members) == 1)
        await pilot.press("u")
        await until(pilot, lambda: not app.page.found.members)


async def test_a_name_that_is_taken_leaves_the_line_open(several: Config) -> None:
    async with opened(several) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("n")
        await said(pilot, "The short name")
        await typed(pilot, "marie")
        await pilot.press("enter")
        await said(pilot, "Somebody is called marie already.")
        assert app.screen.line.value == "marie"


@pytest.mark.parametrize("way", ["space", "double click"])
async def test_a_role_is_taken_up_and_laid_down_where_it_stands(several: Config, way: str) -> None:
    async with opened(several, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        beside = lines(app, "beside")
        at = next(at for at, line in enumerate(beside.lines) if line.held == ("role", "manager"))
        if way == "space":
            await pilot.press("tab")
            beside.choose(at)
            await pilot.press("space")
        else:
            await pilot.click("#beside", offset=(6, at), times=2)
        await said(pilot, "☑ manager")
        assert rows(several, "SELECT roles FROM members ORDER BY id") == [
            ('["mrr", "sdr", "manager"]',), ('["ae"]',),
        ]  # fmt: skip
        await pilot.press("u")
        await said(pilot, "☐ manager")


async def test_a_share_that_is_no_number_is_refused(several: Config) -> None:
    async with opened(several, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        await _change(app, pilot, "weight", "beaucoup")
        await said(pilot, "“beaucoup” is no whole number.")
        await pilot.press("ctrl+u")
        await typed(pilot, "80")
        await pilot.press("enter")
        await said(pilot, "Marie Curie: changed")
    assert rows(several, "SELECT weight FROM members ORDER BY id") == [(80,), (50,)]


async def _change(app: Any, pilot: Any, fact: str, words: str) -> None:
    beside = lines(app, "beside")
    beside.focus()
    beside.choose(next(at for at, line in enumerate(beside.lines) if line.held == (fact, "")))
    await pilot.press("space")
    await until(pilot, lambda: app.is_asking)
    await typed(pilot, words)
    await pilot.press("enter")


async def test_the_limit_is_taken_away_by_a_word(several: Config) -> None:
    async with opened(several, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        await _change(app, pilot, "capacity", "none")
        await said(pilot, "no limit")


async def test_somebody_is_away_and_back(several: Config) -> None:
    async with opened(several, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("a")
        await said(pilot, "Two days in words")
        await typed(pilot, "tomorrow Friday ski")
        await pilot.press("enter")
        await said(pilot, "Marie Curie away")
        beside = lines(app, "beside")
        await until(pilot, lambda: any(line.held and line.held[0] == "absence" for line in beside.lines))
        beside.focus()
        beside.choose(
            next(at for at, line in enumerate(beside.lines) if line.held and line.held[0] == "absence")
        )
        await pilot.press("x")
        await said(pilot, "Marie Curie: here")
    assert rows(several, "SELECT * FROM absences") == []


async def test_somebody_leaves(several: Config) -> None:
    async with opened(several) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("x")
        await said(pilot, "No longer here")
        await typed(pilot, "today")
        await pilot.press("enter")
        await said(pilot, "Marie Curie leaves on")
        await until(pilot, lambda: app.page.found.members[0].left_on)


async def test_hostile_names_are_shown_as_they_are(firm: Config) -> None:
    with open_crm(firm) as crm:
        for nth, name in enumerate(HOSTILE):
            users.add(crm, f"p{nth}", name=name)
    for size in (NARROW, WIDE, (20, 5)):
        async with opened(firm, size=size) as (app, pilot):
            await _open(app, pilot)
            await pilot.press("down", "down", "tab", "down", "escape")
            assert "\x1b" not in text_of(app)
            assert "\u202e" not in text_of(app)


async def test_line_by_line_people_are_sentences(several: Config) -> None:
    app = LinearInterface(several)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.page is not None and app.page.shown >= 0)
        await _open(app, pilot)
        await said(pilot, "Marie Curie. outbound leads (SDR), inbound leads (MRR).")
        await said(pilot, "0 received in 28 days.")


async def test_the_settings_lead_to_the_team(several: Config) -> None:
    async with opened(several) as (app, pilot):
        await pilot.press("comma")
        await said(pilot, "when you are several: t")
        await pilot.press("t")
        await said(pilot, "Marie Curie")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_where_there_is_no_room_for_two_panes_one_takes_the_place_of_the_other(several: Config) -> None:
    async with opened(several, size=(20, 5)) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "Marie Curie")
        await pilot.press("down", "tab", "down", "down")
        await said(pilot, "outbound leads")
        await pilot.press("escape")
        await said(pilot, "Zoé Éléphant")
