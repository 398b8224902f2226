"""The ideal customer and the personae, tried on those who are there."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.errors import UsageProblem
from petitcrm.leads import criteria, leads, profiles
from petitcrm.sales import deals, tags
from petitcrm.tui.linear.app import LinearInterface
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, ask, lines, opened, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def known(firm: Config) -> Config:
    """Return the firm with two customers, a lead, an ideal customer by a tag, and a persona."""
    with open_crm(firm) as crm:
        deals.win(crm, 1)
        deals.win(crm, 2)
        leads.add(crm, 3)
        tags.put(crm, "contact", 1, "vip")
        profiles.describe_ideal(crm, {"must": {"tags": ["vip"]}})
        profiles.keep_persona(crm, {"name": "Dirigeant", "must": {"job_title": ["gérant*"]}})
    return firm


async def _open(app: Any, pilot: Any) -> None:
    await app.run_action("app.organise('profiles')")
    await until(pilot, lambda: getattr(app.page, "found", None) is not None)
    await pilot.pause()


@pytest.mark.parametrize(
    ("line", "field", "values"),
    [
        ("size = pme, eti", "size", ("pme", "eti")), ("taille: pme", "size", ("pme",)),
        ("headcount >= 10", "headcount", (">= 10",)), ("effectif = 10-49", "headcount", ("10-49",)),
        ("région=Bretagne", "region", ("Bretagne",)), ("custom.surface > 100", "custom.surface", ("> 100",)),
        ("job title = gérant*", "job_title", ("gérant*",)),
    ],
)  # fmt: skip
def test_a_condition_is_read_from_one_line_in_either_language(
    line: str, field: str, values: tuple[str, ...]
) -> None:
    read = criteria.read_line(line)
    assert (read.field, read.told) == (field, values)
    assert criteria.read_line(criteria.show_line(read)) == read


@pytest.mark.parametrize(
    "line", ["", "size", "size =", "sise = pme", "taille = énorme", "= pme", "headcount > beaucoup"]
)
def test_a_line_that_is_no_condition_is_refused(line: str) -> None:
    with pytest.raises(UsageProblem):
        criteria.read_line(line)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_profiles_are_shown_with_whom_they_match(known: Config, size: tuple[int, int]) -> None:
    async with opened(known, size=size) as (app, pilot):
        await _open(app, pilot)
        shown = text_of(app)
    for words in ("Ideal customer", "● must be             tags: vip", "Dirigeant", "1 persona",
                  "matches 1 of 2 customers, 0 of 1 leads", "They match", "Jeanne Dupont"):  # fmt: skip
        assert words in shown, shown


async def test_a_condition_is_tried_while_it_is_typed_and_refused_with_its_reason(known: Config) -> None:
    async with opened(known) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("a")
        await said(pilot, "takes a word")
        await typed(pilot, "sise = pme")
        await said(pilot, "A rule cannot look at “sise”")
        await pilot.press("ctrl+u")
        await typed(pilot, "tags = v")
        await until(pilot, lambda: "vip" in text_of(app).rpartition("tags = v")[2])
        await pilot.press("tab")
        await said(pilot, "tags: vip — matches 1 of 2 customers, 0 of 1 leads")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: not app.is_asking)
        await said(pilot, "Ideal customer: tags = vip")
    assert [one.field for one in ask(known, profiles.ideal).never] == ["tags"]


async def test_a_condition_is_changed_in_place_and_taken_back(known: Config) -> None:
    async with opened(known) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("down", "enter")
        await said(pilot, "takes a word")
        assert app.screen.line.value == "tags = vip"
        await pilot.press("ctrl+u")
        await typed(pilot, "headcount > 9")
        await pilot.press("enter")
        await said(pilot, "headcount: > 9")
        assert [one.field for one in ask(known, profiles.ideal).must] == ["headcount"]
        await pilot.press("u")
        await said(pilot, "tags: vip")


async def test_a_condition_and_a_persona_are_removed(known: Config) -> None:
    async with opened(known) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("x")
        await said(pilot, "The ideal customer stays")
        await pilot.press("down", "x")
        await said(pilot, "nothing is said yet: a adds a condition")
        await pilot.press("G", "k", "x")
        await said(pilot, "Removed: Dirigeant")
        await until(pilot, lambda: len(app.page.found.profiles) == 1)


async def test_a_persona_is_added_and_renamed(known: Config) -> None:
    async with opened(known) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("n")
        await said(pilot, "owner of a small firm")
        await typed(pilot, "dirigeant")
        await pilot.press("enter")
        await said(pilot, "There is a persona called dirigeant already.")
        await pilot.press("ctrl+u")
        await typed(pilot, "Acheteuse")
        await pilot.press("enter")
        await said(pilot, "2 personae")
        lines(app, "items").action_end(1)
        await pilot.press("r")
        await said(pilot, "Another name")
        await pilot.press("ctrl+u")
        await typed(pilot, "Élue")
        await pilot.press("enter")
        await said(pilot, "Acheteuse is called Élue now")
        await until(pilot, lambda: app.page.found.profiles[-1].name == "Élue")


async def test_on_an_empty_base_every_key_says_something(firm: Config) -> None:
    async with opened(firm, size=(20, 5)) as (app, pilot):
        await _open(app, pilot)
        for key in ("x", "r", "tab", "enter", "escape", "down", "a", "escape"):
            await pilot.press(key)
        await pilot.press("escape")


async def test_hostile_names_are_shown_as_they_are(hostile: Config) -> None:
    with open_crm(hostile) as crm:
        for nth, name in enumerate(HOSTILE):
            profiles.keep_persona(crm, {"key": f"p{nth}", "name": name, "must": {"tags": [name]}})
            leads.add(crm, 9 + nth)
    for size in (NARROW, WIDE, (20, 5)):
        async with opened(hostile, size=size) as (app, pilot):
            await _open(app, pilot)
            await pilot.press("down", "down", "tab", "down", "escape")
            assert "\x1b" not in text_of(app)
            assert "\u202e" not in text_of(app)


async def test_line_by_line_a_profile_says_whom_it_matches(known: Config) -> None:
    app = LinearInterface(known)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: app.page is not None and app.page.shown >= 0)
        await _open(app, pilot)
        await said(pilot, "Ideal customer: matches 1 of 2 customers, 0 of 1 leads.")


async def test_what_a_page_reads_is_given_up_when_the_page_is_left(known: Config) -> None:
    async with opened(known) as (app, pilot):
        await _open(app, pilot)
        page = app.page
        await pilot.press("escape")
        await until(pilot, lambda: app.page is not page and page.reading.is_stopped)
