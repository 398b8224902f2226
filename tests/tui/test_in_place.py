"""Fields of a sheet, typed on their own line."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import tags, timeline, users
from petitcrm.tui.ask import Ask
from petitcrm.tui.inplace import InPlace
from petitcrm.tui.sheet import SheetScreen
from tests.tui.screens import NARROW, WIDE, lines, opened, rows, said, typed, until

pytestmark = pytest.mark.engines("sqlite")


async def _on_field(app, pilot, noun: str, row_id: int, field: str, key: str = "e") -> Ask:
    app.action_open(noun, row_id)
    await until(pilot, lambda: getattr(app.screen, "sheet", None))
    await pilot.press("f")
    await pilot.pause()
    facts = lines(app, "facts")
    facts.choose(max(at for at, line in enumerate(facts.lines) if getattr(line.held, "field", "") == field))
    await pilot.press(key)
    await until(pilot, lambda: isinstance(app.screen, Ask))
    await pilot.pause()
    return app.screen


async def _kept(app, pilot, *keys: str) -> None:
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, SheetScreen))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_field_is_typed_on_its_line_with_the_rest_in_view(
    firm: Config, size: tuple[int, int]
) -> None:
    async with opened(firm, size=size) as (app, pilot):
        ask = await _on_field(app, pilot, "contact", 1, "city")
        assert isinstance(ask, InPlace)
        await pilot.press("ctrl+u")
        await typed(pilot, "Angers")
        await said(pilot, "City         Angers")
        await said(pilot, "Jeanne Dupont")
        await _kept(app, pilot, "enter")
    assert rows(firm, "SELECT city FROM contacts WHERE id = 1") == [("Angers",)]


async def test_where_there_is_no_room_it_is_typed_at_the_foot(firm: Config) -> None:
    async with opened(firm, size=(20, 5)) as (app, pilot):
        ask = await _on_field(app, pilot, "contact", 1, "city")
        assert not isinstance(ask, InPlace)
        await typed(pilot, "Angers")
        await _kept(app, pilot, "enter")
    assert rows(firm, "SELECT city FROM contacts WHERE id = 1") == [("Angers",)]


async def test_tab_keeps_a_field_and_goes_on_to_the_next_one(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _on_field(app, pilot, "contact", 1, "street")
        await typed(pilot, "12 quai Nord")
        await pilot.press("tab")
        await until(pilot, lambda: "Postcode" in getattr(getattr(app.screen, "question", None), "title", ""))
        await typed(pilot, "49000")
        await said(pilot, "Angers")
        await pilot.press("shift+tab")
        await until(pilot, lambda: "Street" in getattr(getattr(app.screen, "question", None), "title", ""))
        await _kept(app, pilot, "escape")
    assert rows(firm, "SELECT street, postcode FROM contacts WHERE id = 1") == [("12 quai Nord", "49000")]


@pytest.mark.parametrize(
    ("noun", "field", "told", "echo"),
    [
        ("company", "siret", "73282932000074", "732 829 320 00074"),
        ("company", "siret", "73282932000075", "is not a SIRET number"),
        ("company", "vat_number", "fr 44 732829320", "FR44732829320"),
        ("company", "naf_rev2", "4322b", "43.22B"),
        ("company", "website", "www.ACME.fr/", "https://www.acme.fr"),
        ("company", "phone", "0612345678", "06 12 34 56 78"),
        ("company", "email", "nobody", "not an e-mail"),
        ("company", "headcount", "14", "10–19"),
        ("deal", "amount_cents", "12k", "€12,000"),
        ("deal", "expected_on", "in 2 weeks", "Mon 7 Dec"),
        ("contact", "postcode", "99999", "no French postcode"),
    ],
)
async def test_what_is_typed_is_said_back_in_its_normal_form(
    firm: Config, noun: str, field: str, told: str, echo: str
) -> None:
    async with opened(firm) as (app, pilot):
        await _on_field(app, pilot, noun, 1, field)
        await pilot.press("ctrl+u")
        await typed(pilot, told)
        await said(pilot, echo)


async def test_a_refusal_points_at_the_part_that_is_wrong(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        ask = await _on_field(app, pilot, "contact", 1, "emails")
        await pilot.press("ctrl+u")
        await typed(pilot, "a@b.example, wrong")
        await pilot.press("enter")
        await until(pilot, lambda: ask.line.selected_text == "wrong")
        await typed(pilot, "c@d.example")
        await _kept(app, pilot, "enter")
    assert len(rows(firm, "SELECT 1 FROM contact_emails WHERE contact_id = 1")) == 2


async def test_an_owner_is_chosen_by_typing_and_enter_alone_changes_nothing(firm: Config) -> None:
    with open_crm(firm) as crm:
        users.add(crm, "zoe", name="Zoé Martin")
    async with opened(firm) as (app, pilot):
        await _on_field(app, pilot, "contact", 1, "owner_id")
        await said(pilot, "nobody")
        await _kept(app, pilot, "enter")
        assert rows(firm, "SELECT owner_id FROM contacts WHERE id = 1") == [(None,)]
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await typed(pilot, "zo")
        await _kept(app, pilot, "enter")
    assert rows(firm, "SELECT owner_id FROM contacts WHERE id = 1") != [(None,)]


async def test_what_is_no_answer_of_a_list_is_refused(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _on_field(app, pilot, "deal", 1, "stage_id")
        await typed(pilot, "zzz")
        await pilot.press("enter")
        await said(pilot, "is none of them")


async def test_a_deal_is_moved_and_closed_from_its_sheet(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _on_field(app, pilot, "deal", 1, "stage_id")
        await typed(pilot, "clos")
        await _kept(app, pilot, "enter")
        await said(pilot, "Closing")
        await pilot.press("down", "e")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await typed(pilot, "lost exp")
        await _kept(app, pilot, "enter")
    assert rows(firm, "SELECT status, lost_reason FROM deals WHERE id = 1") == [("lost", "price")]


async def test_the_company_of_a_contact_is_chosen_or_made(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _on_field(app, pilot, "contact", 1, "company_id")
        await typed(pilot, "martin")
        await said(pilot, "SARL Martin")
        await _kept(app, pilot, "enter")
        assert rows(firm, "SELECT company_id FROM contacts WHERE id = 1") == [(2,)]
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await typed(pilot, "Neuve")
        await said(pilot, "create “Neuve”")
        await _kept(app, pilot, "enter")
    assert rows(
        firm, "SELECT f.name FROM contacts c JOIN companies f ON f.id = c.company_id WHERE c.id = 1"
    ) == [("Neuve",)]


async def test_known_tags_are_offered_and_taken_with_tab(firm: Config) -> None:
    with open_crm(firm) as crm:
        tags.put(crm, "contact", 2, "Rénovation")
    async with opened(firm) as (app, pilot):
        ask = await _on_field(app, pilot, "contact", 1, "tags")
        await typed(pilot, "salon, reno")
        await said(pilot, "Rénovation")
        await pilot.press("tab")
        assert ask.line.value == "salon, Rénovation"
        await _kept(app, pilot, "enter")
    assert len(rows(firm, "SELECT 1 FROM taggings WHERE contact_id = 1")) == 2


async def test_what_is_no_field_says_which_key_changes_it(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        app.action_open("deal", 1)
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        await pilot.press("x", "1")
        await said(pilot, "A word if you like")
        await pilot.press("enter")
        await said(pilot, "Lost:")
        await pilot.pause()
        facts = lines(app, "facts")
        facts.choose(
            next(at for at, one in enumerate(facts.lines) if getattr(one.held, "label", "") == "Why lost")
        )
        await pilot.press("e")
        await said(pilot, "then x")


async def test_a_note_is_mended_and_taken_off_and_both_are_undone(firm: Config) -> None:
    with open_crm(firm) as crm:
        event = timeline.log(crm, "note", 2, "veut du té")
    async with opened(firm, size=WIDE) as (app, pilot):
        app.action_open("contact", 2)
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        await pilot.press("tab", "e")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("backspace", "backspace")
        await typed(pilot, "thé")
        await _kept(app, pilot, "enter")
        await said(pilot, "veut du thé")
        await pilot.press("delete")
        await until(pilot, lambda: app.screen.sheet.entries[0].id != event)
        await pilot.press("u")
        await until(pilot, lambda: app.screen.sheet.entries[0].id == event)
        await pilot.press("u")
        await said(pilot, "veut du té")


async def test_quick_add_offers_people_and_tab_takes_one(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("a")
        await typed(pilot, "call @ro")
        await said(pilot, "Claire Roy")
        await pilot.press("tab")
        assert app.screen.line.value == 'call @"Claire Roy" '
        await typed(pilot, "Friday")
        await said(pilot, "Call back Mme Roy (Boulangerie Roy) · Fri 27 Nov")


async def test_a_company_that_is_there_already_is_said(firm: Config) -> None:
    async with opened(firm) as (_app, pilot):
        await pilot.press("A", "f")
        await typed(pilot, "plomberie dupont")
        await said(pilot, "It may be Plomberie Dupont (f1)")
