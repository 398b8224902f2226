"""The third screen: all about one contact, company or deal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import contacts, deals, timeline
from tests.tui.screens import NARROW, WIDE, lines, opened, rest, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")


async def _open(app, pilot, noun: str, row_id: int) -> None:
    app.action_open(noun, row_id)
    await until(pilot, lambda: getattr(app.screen, "sheet", None) is not None)
    await pilot.pause()


async def _stand_on(app, pilot, label: str) -> None:
    facts = lines(app, "facts")
    for at, line in enumerate(facts.lines):
        if line.key and line.key[0] == "fact" and line.held.label == label:
            facts.choose(at)
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_contact_shows_its_numbers_deals_tasks_and_story(firm: Config, size: tuple[int, int]) -> None:
    async with opened(firm, size=size) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        shown = text_of(app)
    for words in (
        "Jeanne Dupont",
        "06 12 34 56 78",
        "jeanne@dupont.example",
        "Chaudière gaz",
        "€4,200",
        "Call back",
        "Timeline",
    ):
        assert words in shown, shown


async def test_a_deal_leads_to_its_contact_and_escape_leads_back(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "deal", 1)
        await _stand_on(app, pilot, "Contact")
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 3 and app.screen.sheet)
        assert app.screen.sheet.noun == "contact"
        await pilot.press("escape")
        assert app.screen.sheet.noun == "deal"
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_an_amount_is_edited_in_place(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "deal", 1)
        await _stand_on(app, pilot, "Amount")
        await pilot.press("e", "ctrl+u")
        await typed(pilot, "5k")
        await said(pilot, "€5,000")
        await pilot.press("enter")
        await said(pilot, "Amount: 5k")
    assert rows(firm, "SELECT amount_cents FROM deals WHERE id = 1") == [(500_000,)]


async def test_what_is_refused_stays_typed(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        await _stand_on(app, pilot, "E-mail")
        await pilot.press("e", "ctrl+u")
        await typed(pilot, "not an address")
        await pilot.press("enter")
        await until(pilot, lambda: "address" in str(app.screen.query_one("#echo").render()))
        assert app.screen.query_one("#typed").value == "not an address"
    assert rows(firm, "SELECT address FROM contact_emails WHERE contact_id = 1") == [
        ("jeanne@dupont.example",)
    ]


async def test_a_note_shows_at_the_top_of_the_story(firm: Config) -> None:
    async with opened(firm, size=WIDE) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        await pilot.press("N")
        await typed(pilot, "likes tea")
        await pilot.press("enter")
        await until(pilot, lambda: "likes tea" in text_of(app))
        assert app.screen.sheet.entries[0].text == "likes tea"


async def test_a_company_with_two_contacts_asks_with_whom(firm: Config) -> None:
    with open_crm(firm) as crm:
        contacts.add(crm, {"last_name": "Second", "company_id": 1})
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "company", 1)
        await pilot.press("c")
        await said(pilot, "With whom?")


async def test_the_story_is_read_on_before_its_end(firm: Config) -> None:
    with open_crm(firm) as crm:
        for number in range(130):
            timeline.log(crm, "note", 2, f"Note {number}", at=crm.now - timedelta(hours=number + 1))
    async with opened(firm, size=WIDE) as (app, pilot):
        await _open(app, pilot, "contact", 2)
        assert len(app.screen.sheet.entries) == 50
        await pilot.press("tab")
        for wanted in (100, 134):
            await pilot.press("G")
            await until(pilot, lambda wanted=wanted: len(app.screen.sheet.entries) >= wanted)
        await pilot.press("G")
        await said(pilot, "Note 129")


async def test_the_one_task_of_a_deal_is_done_wherever_the_cursor_is(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "deal", 4)
        await pilot.press("space")
        await said(pilot, "Next task")
    assert rows(firm, "SELECT count(*) FROM tasks WHERE deal_id = 4 AND done_at IS NOT NULL") == [(1,)]


async def test_a_sheet_that_is_gone_is_left_with_a_word(firm: Config) -> None:
    with open_crm(firm) as crm:
        contact_id = contacts.add(crm, {"last_name": "Brief"})
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "contact", contact_id)
        with open_crm(firm) as crm:
            contacts.delete(crm, contact_id)
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert "no contact" in app.said[0]


async def test_empty_fields_show_when_they_are_asked_for(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        assert "LinkedIn" not in text_of(app)
        await pilot.press("f")
        await said(pilot, "LinkedIn")


async def test_the_day_a_deal_is_expected_is_told_in_words_and_may_be_kept_as_it_is_shown(
    firm: Config,
) -> None:
    with open_crm(firm) as crm:
        deals.edit(crm, 1, {"expected_on": date(2026, 12, 6)})
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "deal", 1)
        assert "Sunday 6 December 2026" in text_of(app)
        await _stand_on(app, pilot, "Expected")
        await pilot.press("enter", "enter")
        await pilot.pause()
    with open_crm(firm) as crm:
        assert crm.rows("SELECT expected_on FROM deals WHERE id = 1") == [("2026-12-06",)]


async def test_the_parts_of_the_story_are_shown_one_after_the_other(firm: Config) -> None:
    with open_crm(firm) as crm:
        timeline.log(crm, "call", 1, "Wants two options")
        contacts.edit(crm, 1, {"city": "Angers"})
    async with opened(firm, size=WIDE) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        seen = []
        for _part in range(5):
            seen.append([line.held.kind for line in lines(app, "story").lines if line.key])
            await pilot.press("F")
            await rest(pilot)
    everything, exchanges, of_deals, of_tasks, changes = seen
    assert {kind.partition(".")[2] for kind in exchanges} == {"logged"}
    assert {kind.partition(".")[0] for kind in of_deals} == {"deal"}
    assert {kind.partition(".")[0] for kind in of_tasks} == {"task"}
    assert "contact.edited" in changes and "contact.edited" not in everything
    assert set(exchanges) | set(of_deals) | set(of_tasks) <= set(everything)


async def test_a_value_is_copied_as_text_and_the_sheet_too(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        await _stand_on(app, pilot, "E-mail")
        await pilot.press("y")
        assert app.clipboard == "jeanne@dupont.example"
        await pilot.press("Y")
        assert app.clipboard.splitlines()[0] == "Jeanne Dupont"
        assert "E-mail: jeanne@dupont.example" in app.clipboard.splitlines()


async def test_what_is_copied_cannot_act_where_it_is_pasted(firm: Config) -> None:
    with open_crm(firm) as crm:
        contacts.edit(crm, 1, {"job_title": "DG\nrm -rf ~\x1b]52;c;AA\x07"})
    async with opened(firm) as (app, pilot):
        await _open(app, pilot, "contact", 1)
        await pilot.press("Y")
        assert not {"\x1b", "\x07"} & set(app.clipboard)
        assert not any(line.startswith("rm") for line in app.clipboard.splitlines())


@pytest.mark.parametrize(
    ("label", "address"), [("E-mail", "mailto:jeanne@dupont.example"), ("Phone", "tel:+33612345678")]
)
async def test_the_system_opens_a_mail_or_a_call(
    firm: Config, label: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    async with opened(firm) as (app, pilot):
        monkeypatch.setattr(app, "open_url", asked.append)
        await _open(app, pilot, "contact", 1)
        await _stand_on(app, pilot, label)
        await pilot.press("o")
    assert asked == [address]


async def test_only_the_web_is_opened_as_a_site(firm: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_crm(firm) as crm:
        contacts.edit(crm, 1, {"linkedin_url": "file:///etc/passwd"})
    asked: list[str] = []
    async with opened(firm) as (app, pilot):
        monkeypatch.setattr(app, "open_url", asked.append)
        await _open(app, pilot, "contact", 1)
        await _stand_on(app, pilot, "LinkedIn")
        await pilot.press("o")
        assert "!" in app.said[0]
    assert asked == []
