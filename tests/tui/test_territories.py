"""The territories: sets, rules, the map, the simulation, and who gets somebody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.leads import territories
from petitcrm.leads.facts import Facts
from petitcrm.sales import deals, users
from petitcrm.tui.app import Interface
from petitcrm.tui.linear.app import LinearInterface
from petitcrm.tui.organising import territory_gestures
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")
RULES = [
    {"name": "Grand Ouest", "where": {"region": ["Bretagne", "Normandie"]}, "to": ["marie"]},
    {"name": "Grandes", "where": {"size": ["ge"]}, "to": ["zoe"]},
    {"name": "Le reste", "to": ["marie", "zoe:50"]},
]


@pytest.fixture
def shared(firm: Config) -> Config:
    """Return the firm with Marie and Zoé, a set in force and a draft; one deal is won."""
    with open_crm(firm) as crm:
        users.add(crm, "marie", name="Marie Curie")
        users.add(crm, "zoe", name="Zoé Éléphant")
        territories.keep(crm, "France", RULES)
        territories.activate(crm, "france")
        territories.keep(crm, "Essai", RULES[:2])
        deals.win(crm, 1)
    return firm


async def _open(app: Any, pilot: Any) -> None:
    await app.run_action("app.organise('territories')")
    await until(pilot, lambda: getattr(app.page, "found", None) is not None)
    await until(pilot, lambda: app.page.outcome is not None or not app.page.found)
    await pilot.pause()


async def _open_draft(app: Any, pilot: Any) -> None:
    await _open(app, pilot)
    items = lines(app, "items")
    items.choose(next(at for at, line in enumerate(items.lines) if line.held and line.key[0] == "set"
                      and line.held.key == "essai"))  # fmt: skip
    await pilot.press("enter")
    await until(pilot, lambda: app.page.open_set.key == "essai" and app.page.outcome is not None)


def _names(config: Config, key: str) -> list[str]:
    import json

    return [
        one["name"]
        for one in json.loads(rows(config, "SELECT rules FROM territory_sets WHERE key = :k", k=key)[0][0])
    ]


def test_a_departement_falls_to_the_first_rule_that_asks_for_no_more_than_the_place() -> None:
    rules = [territories.read(number, table) for number, table in enumerate(RULES[:2], 1)]
    found = territories.by_departement(rules)
    assert found["35"] is not None and found["35"].name == "Grand Ouest"
    assert found["2A"] is None
    assert len(found) == 109
    assert territories.by_departement([territories.read(1, {"name": "56", "where": {"postcode": "56*"}})])[
        "56"
    ]
    assert Facts().departement == ""


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_sets_rules_and_the_map_are_shown(shared: Config, size: tuple[int, int]) -> None:
    async with opened(shared, size=size) as (app, pilot):
        await _open(app, pilot)
        shown = text_of(app)
    for words in ("France  in force  3 rules", "Essai  draft  2 rules", "A Grand Ouest", "→ marie, zoe:50",
                  "Bretagne             22A 29A 35A 56A", "Corse                2AC 2BC"):  # fmt: skip
        assert words in shown, shown


async def test_the_simulation_says_who_would_get_what(shared: Config) -> None:
    async with opened(shared, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "1 lead or customer shared out · from nothing, by the rules alone")
        await said(pilot, "Gini 0.50 by number")
        await pilot.press("s")
        await said(pilot, "whoever has a customer keeps them")


async def test_rules_of_a_draft_change_places_and_the_cursor_goes_with_them(shared: Config) -> None:
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("down", "J")
        await said(pilot, "Grand Ouest is rule 2 now")
        assert app.page.place == 1
        assert _names(shared, "essai") == ["Grandes", "Grand Ouest"]
        await pilot.press("J")
        await said(pilot, "the first or the last one already")
        await pilot.press("K")
        await said(pilot, "Grand Ouest is rule 1 now")
    assert _names(shared, "essai") == ["Grand Ouest", "Grandes"]


async def test_rules_in_force_are_not_changed_but_copied(shared: Config) -> None:
    async with opened(shared) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("down", "J")
        await said(pilot, "draw up a new set")
        await pilot.press("d")
        await said(pilot, "Drawn up: France (2)")
        await until(pilot, lambda: app.page.open_set.name == "France (2)")
        await pilot.press("d")
        await said(pilot, "Drawn up: France (2) (2)")


async def test_people_of_a_rule_are_said_in_one_line(shared: Config) -> None:
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("down", "e")
        await said(pilot, "Who shares “Grand Ouest”")
        await pilot.press("ctrl+u")
        await typed(pilot, "personne")
        await pilot.press("enter")
        await said(pilot, "nobody of the firm is called personne")
        await pilot.press("ctrl+u")
        await typed(pilot, "marie, z")
        await said(pilot, "Zoé Éléphant")
        await pilot.press("tab", "enter")
        await said(pilot, "→ marie, zoe")


async def test_a_draft_is_put_in_force_and_the_old_set_archived(shared: Config) -> None:
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("a")
        await said(pilot, "In force: Essai")
        await said(pilot, "France  archived")
        await pilot.press("u")
        await said(pilot, "France  in force")


async def test_a_draft_is_thrown_away_and_a_set_in_force_archived(shared: Config) -> None:
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("z")
        await said(pilot, "Thrown away: Essai")
        await until(pilot, lambda: len(app.page.found) == 1)
        await pilot.press("z")
        await said(pilot, "Archived: France")
        await pilot.press("z")
        await said(pilot, "archived already")


async def test_a_text_that_is_refused_names_the_rule_and_is_kept(shared: Config) -> None:
    wrong = 'name = "Essai"\n[[rule]]\nname = "Nord"\nwhere = { region = ["Nulle part"] }\n'
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        line = app.page.open_set
        app.do(territory_gestures.take(app.page, line, wrong))
        await said(pilot, "Rule 1, Nord")
        await said(pilot, "Your text is kept: E")
        assert app.drafts.find("rules essai").text == wrong
        app.do(territory_gestures.take(app.page, line, wrong.replace("Nulle part", "Corse")))
        await said(pilot, "Kept: Essai")
        assert app.drafts.find("rules essai") is None
    assert _names(shared, "essai") == ["Nord"]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return what makes an editor that leaves a text; it notes the one that it was given."""

    def leaving(text: str) -> Path:
        (tmp_path / "left").write_text(text, encoding="utf-8")
        script = tmp_path / "editor"
        script.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/given; cp {tmp_path}/left "$1"\n')
        script.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(script))
        monkeypatch.setattr(
            Interface, "suspend", lambda _app: nullcontext()
        )  # a test has no terminal to lend
        return tmp_path / "given"

    return leaving


WRONG = 'name = "Essai"\n[[rule]]\nname = "Été \u202e"\nwhere = { region = ["Nulle part"] }'


async def test_a_text_that_is_refused_is_gone_on_with_another_day(
    shared: Config, editor: Callable[[str], Path]
) -> None:
    editor(WRONG)
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("E")
        await said(pilot, "Your text is kept: E")
    given = editor(WRONG.replace("Nulle part", "Corse"))
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("E")
        await said(pilot, "Kept: Essai")
        assert app.drafts.find("rules essai") is None
    assert given.read_text(encoding="utf-8") == WRONG


async def test_a_refused_text_is_the_one_that_ctrl_g_opens_again(
    shared: Config, editor: Callable[[str], Path]
) -> None:
    given = editor(WRONG)
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("E")
        await said(pilot, "Your text is kept")
    async with opened(shared) as (app, pilot):
        given.unlink()
        await pilot.press("ctrl+g")
        await said(pilot, "Your text is kept")
        assert app.page.open_set.key == "essai"
    assert given.read_text(encoding="utf-8") == WRONG


@pytest.mark.parametrize("left", ["", "as it is"])
async def test_a_refused_text_that_is_emptied_is_forgotten_and_the_rules_stay(
    shared: Config, editor: Callable[[str], Path], left: str
) -> None:
    editor(WRONG)
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("E")
        await said(pilot, "Your text is kept")
        editor(left and territory_gestures._text_of(app.page.open_set))
        await pilot.press("E")
        await said(pilot, "the rules are as they were")
        assert app.drafts.find("rules essai") is None
    assert _names(shared, "essai") == ["Grand Ouest", "Grandes"]


async def test_the_refused_text_of_a_set_that_is_gone_is_told_as_gone(
    shared: Config, editor: Callable[[str], Path]
) -> None:
    editor(WRONG)
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        await pilot.press("E")
        await said(pilot, "Your text is kept")
        await pilot.press("escape", "z")
        await said(pilot, "Thrown away: Essai")
        await pilot.press("ctrl+g")
        await said(pilot, "no set of territories called essai")
        await pilot.press("escape", "u")
        await said(pilot, "Undone: Territories deleted")
        await pilot.press("ctrl+g")
        await said(pilot, "Your text is kept")


@pytest.mark.parametrize("text", ["[[rule", 'rule = "x"', "rules = []", "name = 3\nrule = [3]"])
async def test_a_text_that_is_no_set_is_refused(shared: Config, text: str) -> None:
    async with opened(shared) as (app, pilot):
        await _open_draft(app, pilot)
        app.do(territory_gestures.take(app.page, app.page.open_set, text))
        await said(pilot, "Your text is kept")


async def test_somebody_is_explained(shared: Config) -> None:
    async with opened(shared, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("slash")
        await said(pilot, "A name begun")
        await typed(pilot, "jeanne")
        await said(pilot, "Jeanne Dupont")
        await pilot.press("enter")
        await said(pilot, "Who gets Jeanne Dupont?")
        await said(pilot, "rule “Le reste”")


async def test_without_territories_a_key_draws_some_up(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "No territories yet")
        for key in ("J", "e", "a", "z", "d", "E", "s", "tab", "enter"):
            await pilot.press(key)
        await pilot.press("n")
        await said(pilot, "Its name")
        await typed(pilot, "Été")
        await pilot.press("enter")
        await said(pilot, "Été  draft  0 rules")


async def test_hostile_names_are_shown_as_they_are(shared: Config) -> None:
    with open_crm(shared) as crm:
        named = [{"name": name, "where": {"tags": [name]}, "to": ["*"]} for name in HOSTILE]
        territories.keep(crm, HOSTILE[1], named, key="hostile")
        territories.activate(crm, "hostile")
    for size in (NARROW, WIDE, (20, 5)):
        async with opened(shared, size=size) as (app, pilot):
            await _open(app, pilot)
            await pilot.press("down", "down", "tab", "down", "escape")
            assert "\x1b" not in text_of(app)
            assert "\u202e" not in text_of(app)


async def test_line_by_line_a_region_is_a_sentence(shared: Config) -> None:
    app = LinearInterface(shared)
    async with app.run_test(size=(80, 60)) as pilot:
        await until(pilot, lambda: app.page is not None and app.page.shown >= 0)
        await _open(app, pilot)
        await said(pilot, "Bretagne: marie 22, 29, 35, 56.")
        await said(pilot, "France, in force.")
