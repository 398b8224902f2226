"""Prospecting lists, who is on them, and partners."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.leads import partners, prospecting
from petitcrm.tui.linear.app import LinearInterface
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def approached(firm: Config) -> Config:
    """Return the firm with a list of three people, and a partner."""
    with open_crm(firm) as crm:
        salon = prospecting.add(crm, "Salon de Rennes", cadence="call, +1 email, +3 linkedin")
        prospecting.put(crm, salon, [1, 2, 3])
        partners.add(crm, "Négoce de l’Ouest", fields={"commission_bp": 750})
    return firm


async def _open(app: Any, pilot: Any) -> None:
    await app.run_action("app.organise('prospecting')")
    await until(pilot, lambda: getattr(app.page, "found", None) is not None)
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_list_shows_how_far_it_is_and_who_is_on_it(approached: Config, size: tuple[int, int]) -> None:
    async with opened(approached, size=size) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "touch 1 of 3")
        shown = text_of(app)
    for words in ("Salon de Rennes", "3 people · 3 under way · 0 reached", "Jeanne Dupont", "Call Mon 23 Nov",
                  "Call → E-mail after 1 day → LinkedIn after 3 days", "Négoce de l’Ouest", "1 partner"):  # fmt: skip
        assert words in shown, shown


async def test_a_list_is_begun_in_one_line_with_its_cadence_in_words(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "Nobody is being approached.")
        await pilot.press("n")
        await said(pilot, "without touches")
        await typed(pilot, "Salon")
        await pilot.press("colon")
        await typed(pilot, "appel, +2 pigeon")
        await said(pilot, "“+2 pigeon”: it begins with call")
        await pilot.press(*["backspace"] * 6)
        await typed(pilot, "mail")
        await said(pilot, "Salon — Call → E-mail after 2 days")
        await pilot.press("enter")
        await said(pilot, "List begun: Salon")
        await said(pilot, "Nobody yet")
        await pilot.press("u")
        await said(pilot, "Nobody is being approached.")


async def test_a_list_is_closed_and_its_touches_leave_the_day(approached: Config) -> None:
    async with opened(approached, size=WIDE) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("x")
        await said(pilot, "Salon de Rennes is closed · 3 touches taken out of the day")
        await pilot.press("x")
        await said(pilot, "The list Salon de Rennes is closed.")


async def test_contacts_that_are_marked_are_put_on_a_list(approached: Config) -> None:
    async with opened(approached, mode="contacts", size=WIDE) as (_app, pilot):
        await said(pilot, "Companies 8")
        await pilot.press("asterisk", "b")
        await said(pilot, "Approach: put them on a prospecting list")
        await pilot.press("a")
        await said(pilot, "Which list?")
        await pilot.press("1")
        await said(pilot, "Put on Salon de Rennes — 5 contacts · 3 left as they were")
        assert rows(approached, "SELECT count(*) FROM leads") == [(8,)]
        await pilot.press("u")
        await until(pilot, lambda: rows(approached, "SELECT count(*) FROM leads") == [(3,)])


async def test_contacts_are_put_on_a_list_that_is_begun_for_them(firm: Config) -> None:
    async with opened(firm, mode="contacts", size=WIDE) as (_app, pilot):
        await said(pilot, "Companies 8")
        await pilot.press("space", "b")
        await said(pilot, "Approach: put them on a prospecting list")
        await pilot.press("a")
        await said(pilot, "A new list…")
        await pilot.press("n")
        await said(pilot, "without touches")
        await typed(pilot, "Été 2027")
        await pilot.press("enter")
        await said(pilot, "Put on Été 2027 — 1 contact")


async def test_a_partner_is_added_with_a_commission(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot)
        await pilot.press("p")
        await said(pilot, "then the commission")
        await typed(pilot, "Agence Nord")
        await pilot.press("space", "1", "2", "0", "percent_sign")
        await said(pilot, "is no commission")
        await pilot.press("backspace", "backspace", "percent_sign", "tab", "enter")
        await said(pilot, "Added: Agence Nord")
        await said(pilot, "0 leads")
    assert rows(firm, "SELECT name, kind, commission_bp FROM partners") == [("Agence Nord", "agent", 1200)]


async def test_somebody_of_a_list_is_opened_and_called(approached: Config) -> None:
    async with opened(approached) as (app, pilot):
        await _open(app, pilot)
        await said(pilot, "Jeanne Dupont")
        await pilot.press("tab")
        assert app.page.target().contact_id == 1
        await pilot.press("enter")
        await said(pilot, "jeanne@dupont.example")


async def test_hostile_names_are_shown_as_they_are(hostile: Config) -> None:
    with open_crm(hostile) as crm:
        for nth, name in enumerate(HOSTILE):
            list_id = prospecting.add(crm, f"{nth} {name}")
            prospecting.put(crm, list_id, [9 + nth])
            partners.add(crm, name, key=f"p{nth}")
    for size in (NARROW, WIDE, (20, 5)):
        async with opened(hostile, size=size) as (app, pilot):
            await _open(app, pilot)
            await pilot.press("down", "down", "tab", "down", "escape", "G", "x")
            assert "\x1b" not in text_of(app)
            assert "\u202e" not in text_of(app)


async def test_line_by_line_a_list_is_a_sentence(approached: Config) -> None:
    app = LinearInterface(approached)
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: app.page is not None and app.page.shown >= 0)
        await _open(app, pilot)
        await said(pilot, "Salon de Rennes: 3 people")
