"""The screen of what is there twice."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import companies, contacts
from petitcrm.tui import quick_hand
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, held_back, lines, opened, rest, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def twins(firm: Config) -> Config:
    """Return the firm with Jeanne Dupont (1) there again (9), certainly, and Paul Martin (2), possibly (10)."""
    with open_crm(firm) as crm:
        contacts.add(
            crm, {"first_name": "JEANNE", "last_name": "DUPONT", "job_title": "manager", "city": "Angers"},
            emails=["jeanne@dupont.example"], phones=["0612345678"],
        )  # fmt: skip
        contacts.add(crm, {"first_name": "P.", "last_name": "Martin"}, emails=["paul@martin.example"])
    return firm


async def _open(app: Any, pilot: Any) -> None:
    await pilot.press("D")
    await until(pilot, lambda: getattr(app.page, "compared", None) is not None)
    await pilot.pause()


def _people(config: Config) -> list[int]:
    return [row[0] for row in rows(config, "SELECT id FROM contacts ORDER BY id")]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_pairs_are_listed_and_the_first_one_shown_side_by_side(
    twins: Config, size: tuple[int, int]
) -> None:
    async with opened(twins, size=size) as (app, pilot):
        await _open(app, pilot)
        shown = text_of(app)
    for words in ("100 certain", "Jeanne Dupont = JEANNE DUPONT", "83 possible", "same e-mail address", "≠", "kept",
                  "(merged)", "●manager", "1 certain · 1 possible", "m merge"):  # fmt: skip
        assert words in shown, shown


async def test_a_pair_is_merged_and_undone(twins: Config) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("m")
        await said(pilot, "JEANNE DUPONT was merged into Jeanne Dupont")
        await until(pilot, lambda: len(app.page.pairs) == 1)
        assert 9 not in _people(twins)
        await pilot.press("u")
        await until(pilot, lambda: len(app.page.pairs) == 2)
    assert 9 in _people(twins)


async def test_the_other_one_is_kept_when_they_are_swapped(twins: Config) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("s")
        await until(pilot, lambda: app.page.compared.first == 9)
        await pilot.press("m")
        await said(pilot, "Jeanne Dupont was merged into JEANNE DUPONT")
    assert 1 not in _people(twins)


@pytest.mark.parametrize("way", ["space", "double click"])
async def test_the_other_value_of_a_field_is_chosen(twins: Config, way: str) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("tab")
        sides = lines(app, "sides")
        at = next(at for at, line in enumerate(sides.lines) if line.held and line.held.key == "first_name")
        if way == "space":
            sides.choose(at)
            await pilot.press("space")
        else:
            await pilot.click("#sides", offset=(5, at - sides.scroll_offset.y), times=2)
        await until(pilot, lambda: _kept(app, "first_name") == "JEANNE")
        await pilot.press("m")
        await said(pilot, "was merged into")
    assert rows(twins, "SELECT first_name, last_name FROM contacts WHERE id = 1") == [("JEANNE", "Dupont")]


def _kept(app: Any, key: str) -> str:
    return next(field.kept for field in app.page.compared.fields if field.key == key)


async def test_merging_at_once_waits_for_the_pairs_and_says_so(
    twins: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_hand, "_PATIENCE", 0.1)
    async with opened(twins) as (app, pilot):
        async with held_back(app):
            await pilot.press("D", "m")
            await until(pilot, lambda: not app._quick_hand.is_busy, passes=True)  # it waits no more
            await said(pilot, "Looking for what is there twice…", passes=True)
            assert "There is no pair" not in text_of(app)
        await until(pilot, lambda: app.page.pairs)
        assert len(_people(twins)) == 10


async def test_the_pair_that_is_merged_is_the_one_under_the_cursor_however_quick_the_hand(
    twins: Config,
) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        lines(app, "pairs").action_move(1)
        app.page.action_merge()
        await said(pilot, "was merged into")
        assert 9 in _people(twins) and not {2, 10} <= set(_people(twins))


async def test_two_who_are_not_the_same_are_shown_no_more(twins: Config) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("x")
        await said(pilot, "not the same")
        await until(pilot, lambda: len(app.page.pairs) == 1)
    assert rows(twins, "SELECT first_id, second_id FROM distinctions") == [(1, 9)]


async def test_all_that_is_certain_is_merged_after_a_question(twins: Config) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("M")
        await said(pilot, "Merge 1 record into another one?")
        await pilot.press("l")
        assert len(_people(twins)) == 10
        await pilot.press("M")
        await said(pilot, "Merge 1 record into another one?")
        await pilot.press("m")
        await said(pilot, "1 record was merged")
        await until(pilot, lambda: len(app.page.pairs) == 1)
        await pilot.press("M")
        await said(pilot, "No two records are certainly one.")
    assert len(_people(twins)) == 9


async def test_companies_have_their_own_pairs(twins: Config) -> None:
    with open_crm(twins) as crm:
        for name in ("Zinc", "SARL ZINC"):
            companies.add(crm, {"name": name, "siren": "732829320"})
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("f")
        await said(pilot, "Zinc = SARL ZINC")
        await until(pilot, lambda: app.page.compared is not None and app.page.compared.noun == "company")
        await pilot.press("m")
        await said(pilot, "SARL ZINC was merged into Zinc")


@pytest.mark.parametrize("key", ["m", "s", "space", "x", "M", "tab", "enter", "f"])
async def test_where_nothing_is_there_twice_it_is_said_and_no_key_breaks(firm: Config, key: str) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("D")
        await said(pilot, "Nobody seems to be here twice.")
        await pilot.press(key)
        await pilot.pause()
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_another_person_s_merge_is_seen(twins: Config) -> None:
    async with opened(twins) as (app, pilot):
        await _open(app, pilot)
        with open_crm(twins) as crm:
            contacts.merge(crm, 1, 9)
        await until(pilot, lambda: len(app.page.pairs) == 1)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_hostile_names_are_shown_as_they_are(firm: Config, size: tuple[int, int]) -> None:
    with open_crm(firm) as crm:
        for name in (*HOSTILE, *HOSTILE):
            contacts.add(crm, {"first_name": name, "last_name": name, "city": name, "job_title": name},
                         emails=["h@h.example"], phones=[name])  # fmt: skip
    async with opened(firm, size=size) as (app, pilot):
        await _open(app, pilot)
        for _turn in range(6):
            await pilot.press("j", "s")
            await rest(pilot)
            shown = text_of(app)
            assert "\x1b" not in shown
            assert "\u202e" not in shown


async def test_whom_a_newcomer_may_be_is_told_while_one_types(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("A", "c")
        await typed(pilot, "Jeanne Dupond, 06 12 34 56 78")
        await said(pilot, "It may be Jeanne Dupont (c1)")
    assert len(_people(firm)) == 8
