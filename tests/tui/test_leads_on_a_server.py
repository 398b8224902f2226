"""The pages of leads on a PostgreSQL server: each is opened and acted on once, what they mean is tested on SQLite."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.leads import prospecting, territories
from tests.tui.pursuits import hand_to_paul, make_team
from tests.tui.screens import WIDE, lines, opened, rows, said, until

pytestmark = pytest.mark.engines("postgresql")


@pytest.fixture
def several(config: Config) -> Config:
    """Return the firm of Marie, Paul and Zoé, in the hands of Marie, in English."""
    make_team(config)
    i18n.use("en")
    return config._replace(lang="en", user="marie")


def _state(config: Config, lead_id: int) -> str:
    return str(rows(config, "SELECT state FROM leads WHERE id = :id", id=lead_id)[0][0])


async def _on(app: Any, pilot: Any, lead_id: int) -> None:
    await until(pilot, lambda: any(line.key == ("lead", lead_id) for line in lines(app, "leads").lines))
    lines(app, "leads").choose([line.key for line in lines(app, "leads").lines].index(("lead", lead_id)))
    await pilot.pause()


async def test_the_inbox_keeps_a_lead_warm_and_takes_it_back(several: Config) -> None:
    async with opened(several, mode="leads") as (app, pilot):
        await _on(app, pilot, 1)
        await pilot.press("W")
        await said(pilot, "Kept warm")
        assert _state(several, 1) == "warm"
        await pilot.press("u")
        await until(pilot, lambda: _state(several, 1) == "new")


async def test_the_questions_are_answered(several: Config) -> None:
    async with opened(several, mode="leads") as (app, pilot):
        await _on(app, pilot, 1)
        await pilot.press("space")
        await said(pilot, "Are they our ideal customer?")
        await pilot.press("y", "1", "y", "n")
        await said(pilot, "Qualified. And now?")
        assert _state(several, 1) == "qualified"


async def test_a_hand_over_is_accepted_by_who_receives_it(several: Config) -> None:
    hand_to_paul(several)
    async with opened(several._replace(user="paul"), mode="leads") as (app, pilot):
        await _on(app, pilot, 7)
        await pilot.press("y")
        await said(pilot, "Accepted")
        assert _state(several, 7) == "accepted"


async def test_a_set_of_territories_is_simulated_and_put_in_force(several: Config) -> None:
    with open_crm(several) as crm:
        territories.keep(crm, "Essai", [{"name": "Tout", "to": ["marie", "paul:50"]}])
    async with opened(several, size=WIDE) as (app, pilot):
        await app.run_action("app.organise('territories')")
        await said(pilot, "Simulation")
        await pilot.press("a")
        await said(pilot, "In force: Essai")
    assert rows(several, "SELECT state FROM territory_sets") == [("active",)]


async def test_a_prospecting_list_is_shown_and_closed(several: Config) -> None:
    with open_crm(several) as crm:
        prospecting.put(crm, prospecting.add(crm, "Salon"), [2])
    async with opened(several) as (app, pilot):
        await app.run_action("app.organise('prospecting')")
        await said(pilot, "Salon")
        await pilot.press("x")
        await until(pilot, lambda: rows(several, "SELECT closed_at FROM prospecting_lists") != [(None,)])
