"""The funnel narrowed by one line: which deals are left, what they are worth, and how all of them come back."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import deals, tags, users
from petitcrm.tui.readings import funnel
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, ask, board, opened, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


def _left(config: Config, line: str) -> set[int]:
    shown = ask(config, lambda crm: funnel(crm, sought=line))
    for column in shown.columns:
        assert column.number == len(column.cards)
        assert column.total_cents == sum(card.amount_cents or 0 for card in column.cards)
    return {card.id for column in shown.columns for card in column.cards}


def test_words_are_looked_for_in_titles_contacts_and_companies_without_accents(firm: Config) -> None:
    assert _left(firm, "elephant") == {3}
    assert _left(firm, "MARTIN ent") == {9}
    assert _left(firm, "martin dev") == {2}
    assert _left(firm, "nobody") == set()
    assert len(_left(firm, "   ")) == 9


def test_a_tag_of_the_deal_its_contact_or_its_company_counts(firm: Config) -> None:
    with open_crm(firm) as crm:
        tags.put(crm, "deal", 1, "Salon-2026")
        tags.put(crm, "contact", 2, "VIP")
        tags.put(crm, "company", 8, "VIP")
    assert _left(firm, "#salon-2026") == {1}
    assert _left(firm, "#vip") == {2, 9, 8}
    assert _left(firm, "#vip devis") == {2}
    assert _left(firm, "#none") == set()


def test_an_owner_is_named_by_a_beginning(firm: Config) -> None:
    with open_crm(firm) as crm:
        deals.edit(crm, 4, {"owner_id": users.add(crm, "helene", name="Hélène Brun")})
    assert _left(firm, "@hel") == {4}
    assert _left(firm, "@paul") == set()


def test_deals_without_a_next_step_and_silent_ones_are_found(firm: Config) -> None:
    assert _left(firm, "?") == {6, 9}
    assert _left(firm, "~") == set()
    later = firm._replace(now="2027-01-23T09:00:00+01:00")
    assert _left(later, "~") == set(range(1, 10))


def test_a_sign_alone_leaves_all(firm: Config) -> None:
    assert len(_left(firm, "# @")) == 9


def test_the_line_is_that_of_the_list_of_deals(firm: Config) -> None:
    assert _left(firm, 'stage:"rendez-vous 2"') == {2, 8}
    assert _left(firm, "stage:prospect ?") == set()
    assert _left(firm, "lyon no next step") == {6, 9}


async def test_the_board_shows_what_is_left_and_escape_brings_all_back(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("f")
        await typed(pilot, "martin")
        await said(pilot, "2 open deals · €12,900")
        await pilot.press("enter")
        await said(pilot, "only: martin")
        assert sum(len(column.cards) for column in board(app).columns) == 2
        await pilot.press("escape")
        await said(pilot, "9 open deals")
        await until(pilot, lambda: "only:" not in text_of(pilot.app))


async def test_leaving_the_question_keeps_the_filter_and_an_empty_line_takes_it_off(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("f")
        await typed(pilot, "nobody")
        await pilot.press("enter")
        await said(pilot, "esc shows all of them")
        await pilot.press("f", "escape")
        await until(pilot, lambda: not app.is_asking)
        assert app.page.sought == "nobody"
        await pilot.press("f")
        await until(pilot, lambda: app.screen.query("#typed"))
        app.screen.query_one("#typed").value = ""
        await pilot.press("enter")
        await said(pilot, "9 open deals")


async def test_a_card_that_moves_stays_in_what_is_left(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("f")
        await typed(pilot, "elephant")
        await pilot.press("enter")
        await said(pilot, "1 open deal")
        await pilot.press("L")
        await until(pilot, lambda: board(app).at == 1 and board(app).card)
        assert board(app).card.id == 3


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_hostile_line_only_looks(hostile: Config, size: tuple[int, int]) -> None:
    async with opened(hostile, mode="funnel", size=size) as (app, pilot):
        for line in (*HOSTILE, "%", "_", "'; --", "#[/x]", "@\x1b[2J"):
            await pilot.press("f")
            await until(pilot, lambda: app.screen.query("#typed"))
            app.screen.query_one("#typed").value = line
            await pilot.press("enter")
            await until(pilot, lambda: not app.is_asking)
            assert "\x1b" not in text_of(app) and "\u202e" not in text_of(app)
