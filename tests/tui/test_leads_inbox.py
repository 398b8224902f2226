"""The inbox of leads: what waits, in which order, whose, narrowed, and what its keys do."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.leads import leads
from petitcrm.sales import contacts
from petitcrm.tui.leads.screen import LeadsScreen
from petitcrm.tui.linear.app import LinearInterface
from tests.tui.firm import HOSTILE
from tests.tui.pursuits import hand_to_paul, make_pursuits, make_team
from tests.tui.screens import WIDE, held_back, lines, opened, rest, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def pursuits(config: Config) -> Config:
    """Return the firm of a founder alone with leads 1 to 7, in English."""
    make_pursuits(config)
    i18n.use("en")
    return config._replace(lang="en")


@pytest.fixture
def several(config: Config) -> Config:
    """Return the same firm worked by Marie, who looks, and by Paul and Zoé, who sell."""
    make_team(config)
    i18n.use("en")
    return config._replace(lang="en", user="marie")


def _state(config: Config, lead_id: int) -> str:
    return str(rows(config, "SELECT state FROM leads WHERE id = :id", id=lead_id)[0][0])


async def _on(app: Any, pilot: Any, lead_id: int) -> None:
    """Put the cursor on a lead."""
    await until(pilot, lambda: any(line.key == ("lead", lead_id) for line in lines(app, "leads").lines))
    held = [line.key for line in lines(app, "leads").lines]
    lines(app, "leads").choose(held.index(("lead", lead_id)))
    await pilot.pause()


async def test_the_key_4_opens_the_leads_with_the_latest_answer_first(pursuits: Config) -> None:
    async with opened(pursuits) as (app, pilot):
        await pilot.press("4")
        await said(pilot, "First answer due")
        shown = text_of(app)
        assert shown.index("2 d late") < shown.index("15:00") < shown.index("To qualify again")
        assert lines(app, "leads").key == ("lead", 1)


async def test_the_tab_of_the_leads_is_clicked(pursuits: Config) -> None:
    async with opened(pursuits) as (app, pilot):
        await pilot.click("#bar", offset=(text_of(app).index("4 Leads") + 1, 0))
        await until(pilot, lambda: isinstance(app.screen, LeadsScreen))


async def test_what_rests_is_counted_until_it_is_asked_for(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        assert "Kept warm 1 · Never 1" in text_of(app)
        assert "Later" not in text_of(app)  # its day has come: it is to be qualified again
        assert "Simple curiosité" not in text_of(app)
        await pilot.press("f")
        await said(pilot, "Simple curiosité")
        await said(pilot, "concurrent")
        await pilot.press("f")
        await until(pilot, lambda: "Simple curiosité" not in text_of(app))


async def test_an_empty_inbox_says_how_leads_come_in(firm: Config) -> None:
    async with opened(firm, mode="leads") as (_app, pilot):
        await said(pilot, "No lead waits.")
        await said(pilot, "petitcrm lead add")
        await pilot.press("enter")
        await said(pilot, "A new lead")


async def test_typing_narrows_the_inbox_by_words_source_and_accents_forgiven(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "elephant ete")
        await until(pilot, lambda: "Dupont" not in text_of(app))
        await said(pilot, "1 lead")
        await said(pilot, "Éléphant")
        await pilot.press("escape")
        await said(pilot, "Dupont")
        await pilot.press("enter")
        assert lines(app, "leads").has_focus


async def test_keys_behind_a_filter_are_for_the_leads_that_it_leaves(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await pilot.press("slash")
        async with held_back(app):
            await typed(pilot, "elephant")
            await pilot.press("enter", "enter")
        await until(pilot, lambda: "Éléphant" in app.page.sheet.title)


async def test_nothing_found_says_so(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await pilot.press("slash")
        await typed(pilot, "zzz")
        await said(pilot, "No lead answers to “zzz”")


async def test_an_owner_after_an_at_narrows(several: Config) -> None:
    async with opened(several, mode="leads") as (app, pilot):
        await said(pilot, "@marie")
        await pilot.press("slash")
        await typed(pilot, "@paul")
        await until(pilot, lambda: "Dupont" not in text_of(app))


async def test_a_founder_alone_sees_no_owner(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads", size=WIDE) as (app, pilot):
        await pilot.press("o", "m")
        await pilot.pause()
        assert "@" not in text_of(app).split("\n", 2)[2].replace("jeanne@dupont", "")


async def test_enter_opens_the_contact_whose_sheet_has_the_lead(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await pilot.press("enter")
        await said(pilot, "jeanne@dupont.example")
        await said(pilot, "Veut un devis pour une chaudière")
        facts = lines(app, "facts")
        facts.choose([line.key for line in facts.lines].index(("lead", 1)))
        await pilot.press("space")
        await said(pilot, "Are they our ideal customer?")


async def test_a_call_logged_stops_the_clock(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await pilot.press("c", *"vu", "enter")
        await said(pilot, "Logged")
        await until(pilot, lambda: rows(pursuits, "SELECT answered_at FROM leads WHERE id = 1")[0][0])
        await said(pilot, "In hand")


async def test_z_puts_a_lead_off_and_u_takes_it_back(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await pilot.press("z")
        await said(pilot, "Ask again when?")
        await pilot.press("2")
        await said(pilot, "Put off until")
        assert _state(pursuits, 1) == "later"
        await until(pilot, lambda: "Dupont" not in "\n".join(text_of(app).split("\n")[:-2]))
        await pilot.press("u")
        await said(pilot, "Undone")
        assert _state(pursuits, 1) == "new"


async def test_a_day_that_is_gone_is_refused_and_the_line_stays(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await pilot.press("z", "d")
        await said(pilot, "A day in words")
        await typed(pilot, "20/11/2026")
        await pilot.press("enter")
        await said(pilot, "a day to come")
        assert _state(pursuits, 1) == "new"


async def test_w_in_capitals_keeps_warm_and_x_in_capitals_closes_with_a_reason(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await pilot.press("W")
        await said(pilot, "Kept warm: Mme Dupont")
        assert _state(pursuits, 1) == "warm"
        await pilot.press("X")
        await said(pilot, "Why never?")
        await pilot.press("enter")
        await said(pilot, "Say it in a few words")
        await typed(pilot, "trop petit")
        await pilot.press("enter")
        await said(pilot, "Never a customer: M. Lebon")
        assert rows(pursuits, "SELECT state, reason FROM leads WHERE id = 2") == [("never", "trop petit")]


async def test_o_gives_a_lead_to_a_colleague(several: Config) -> None:
    async with opened(several, mode="leads") as (_app, pilot):
        await pilot.press("o")
        await said(pilot, "paul · 0 leads in hand")
        await pilot.press("2")
        await said(pilot, "given to paul")
        assert rows(several, "SELECT owner_id FROM leads WHERE id = 1") == [(2,)]


async def test_m_shows_the_leads_of_everybody(several: Config) -> None:
    with open_crm(several) as crm:
        leads.assign(crm, 2, 2)
    async with opened(several, mode="leads") as (_app, pilot):
        await said(pilot, "mine and nobody’s")
        await until(pilot, lambda: "Lebon" not in text_of(pilot.app))
        await pilot.press("m")
        await said(pilot, "Lebon")
        await said(pilot, "everybody’s")


async def test_the_receiver_accepts_with_y(several: Config) -> None:
    hand_to_paul(several)
    async with opened(several._replace(user="paul"), mode="leads") as (app, pilot):
        await said(pilot, "Handed over to you")
        await _on(app, pilot, 7)
        await said(pilot, "y accept")
        await pilot.press("y")
        await said(pilot, "Accepted: M. Parc")
        assert _state(several, 7) == "accepted"


async def test_the_receiver_sends_back_with_a_reason_and_the_sender_reads_it(several: Config) -> None:
    hand_to_paul(several)
    async with opened(several._replace(user="paul"), mode="leads") as (app, pilot):
        await _on(app, pilot, 7)
        await pilot.press("n")
        await said(pilot, "Why is it sent back?")
        await typed(pilot, "pas de budget")
        await pilot.press("enter")
        await said(pilot, "Sent back: M. Parc")
    async with opened(several, mode="leads") as (_app, pilot):
        await said(pilot, "pas de budget")


async def test_the_day_of_the_receiver_asks_for_the_answer(several: Config) -> None:
    hand_to_paul(several)
    async with opened(several._replace(user="paul"), mode="day") as (app, pilot):
        await until(pilot, lambda: any(line.key == ("l", 7) for line in lines(app, "day").lines))
        lines(app, "day").choose([line.key for line in lines(app, "day").lines].index(("l", 7)))
        await pilot.press("space")
        await said(pilot, "y  accept")
        await pilot.press("y")
        await said(pilot, "Accepted")


async def test_a_lead_of_the_day_opens_its_questions_and_its_contact(pursuits: Config) -> None:
    async with opened(pursuits) as (app, pilot):
        day = lines(app, "day")
        day.choose([line.key for line in day.lines].index(("l", 3)))
        await pilot.press("space")
        await said(pilot, "Are they our ideal customer?")
        await pilot.press("escape", "enter")
        await said(pilot, "luc@petit.example")


async def test_one_line_adds_a_lead_with_its_words_and_source(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await pilot.press("A")
        await said(pilot, "A new lead")
        await pilot.press(*_keys("René Çelik, Acme, 02 97 00 11 22: une serre < foire"))
        await said(pilot, "une serre · from: foire")
        await pilot.press("enter")
        await said(pilot, "Added: René Çelik")
        sql = "SELECT c.last_name, l.words, l.source FROM leads l JOIN contacts c ON c.id = l.contact_id"
        assert rows(pursuits, f"{sql} ORDER BY l.id DESC LIMIT 1") == [("Çelik", "une serre", "foire")]


async def test_somebody_who_is_there_already_is_said_while_typing_and_not_added_twice(
    pursuits: Config,
) -> None:
    before = rows(pursuits, "SELECT count(*) FROM contacts")
    async with opened(pursuits, mode="leads") as (_app, pilot):
        await pilot.press("A")
        await pilot.press(*_keys("Jeanne Dupont, jeanne@dupont.example: rappelle"))
        await said(pilot, "It may be Jeanne Dupont (c1)")
        await pilot.press("enter")
        await said(pilot, "Pursued already, noted")
        assert rows(pursuits, "SELECT count(*) FROM contacts") == before


async def test_beside_a_wide_inbox_stand_the_questions_the_score_and_the_telephone(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads", size=(120, 36)) as (_app, pilot):
        await said(pilot, "Dirigeant?")
        await said(pilot, "✓ size: SME")
        await said(pilot, "100/100")
        await said(pilot, "06 12 34 56 78")


async def test_hostile_words_do_nothing_but_show(firm: Config) -> None:
    with open_crm(firm) as crm:
        for nasty in HOSTILE:
            contact_id = contacts.add(crm, {"first_name": nasty, "last_name": nasty})
            leads.add(crm, contact_id, fields={"words": nasty, "source": nasty, "product": nasty})
    async with opened(firm, mode="leads", size=WIDE) as (app, pilot):
        await said(pilot, "[/foo] SARL")
        for _turn in HOSTILE:
            await pilot.press("down")
            await rest(pilot)
            assert "\x1b" not in text_of(app)
            assert "\u202e" not in text_of(app)
        await pilot.press("space")
        await said(pilot, "Are they our ideal customer?")


async def test_on_20_by_5_the_leads_are_still_named(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads", size=(20, 5)) as (app, pilot):
        await said(pilot, "! Mme Dupont")
        await pilot.press("space")
        await said(pilot, "1 Id")
        await pilot.press("escape")
        assert lines(app, "leads").key == ("lead", 1)


async def test_a_thousand_leads_are_read_as_far_as_a_day_needs_and_all_are_found(firm: Config) -> None:
    with open_crm(firm) as crm:
        for number in range(1000):
            contact_id = contacts.add(crm, {"last_name": f"Numéro{number}"})
            leads.add(crm, contact_id, fields={"words": "foire"})
    async with opened(firm, mode="leads") as (_app, pilot):
        await said(pilot, "200+")
        await pilot.press("slash", *"numero999")
        await said(pilot, "1 lead")
        await said(pilot, "Numéro999")


async def test_the_page_of_keys_fits(pursuits: Config) -> None:
    async with opened(pursuits, mode="leads") as (app, pilot):
        await pilot.press("question_mark")
        await said(pilot, "Ask the four questions")
        assert app.screen.query_one("#help").max_scroll_y == 0


async def test_line_by_line_a_lead_is_a_sentence(pursuits: Config) -> None:
    app = LinearInterface(pursuits)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.go("leads")
        await said(pilot, "Mme Dupont, Plomberie Dupont. 2 d late. Veut un devis pour une chaudière")


def _keys(text: str) -> list[str]:
    """Return the keys that type a text, signs by the names that Textual gives them."""
    from textual.keys import _character_to_key

    return [_character_to_key(character) for character in text]
