"""A mail written in the interface: to whom and whether they may be, from a template, kept, looked at, and sent once."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.marketing import templates
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from petitcrm.tui.mail.compose import ComposeScreen
from petitcrm.tui.mail.preview import Preview
from tests.support.smtp_sink import Sink
from tests.tui.mails import make_mail
from tests.tui.screens import NARROW, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")
_TEMPLATE = templates.Text(
    "relance", "Relance", "Votre projet", "Bonjour {{ contact.first_name }},\n\nÀ bientôt\n", "en"
)
_WANTING = templates.Text("offre", "Offre", "Offre", "Pour {{ deal.amount }}\n", "en")


@pytest.fixture
def mailed(firm: Config, tmp_path: Path) -> Config:
    """Return the small firm with its mail, in English."""
    told = make_mail(firm, tmp_path)
    i18n.use("en")
    return told


async def answer(app: object, pilot: object) -> ComposeScreen:
    """Answer the mail of Jeanne Dupont."""
    app.action_open("contact", 1)  # type: ignore[attr-defined]
    await said(pilot, "jeanne@dupont.example")  # type: ignore[arg-type]
    await pilot.press("r")  # type: ignore[attr-defined]
    await until(pilot, lambda: isinstance(app.screen, ComposeScreen) and app.screen.shown >= 0)  # type: ignore
    return app.screen  # type: ignore[attr-defined,no-any-return]


async def test_a_mail_begins_with_whom_it_is_for_and_whether_they_may_be_written_to(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        await answer(app, pilot)
        await said(pilot, "✓ is an answer, or part of what they asked for")
        assert "Jeanne Dupont <jeanne@dupont.example>" in text_of(app)


async def test_another_purpose_is_asked_about_at_once_and_a_refusal_keeps_the_mail(mailed: Config) -> None:
    with open_crm(mailed) as crm:
        consent.object_to(crm, 1, Wanted("email", "prospecting"), how="au téléphone")
    async with opened(mailed) as (app, pilot):
        await answer(app, pilot)
        await typed(pilot, "Offre")
        await pilot.press("enter")
        await typed(pilot, "Bonjour")
        app.screen.action_change("purpose")  # type: ignore[attr-defined]
        await said(pilot, "a commercial offer")
        await pilot.press("2")
        await said(pilot, "✗ no — has objected")
        await pilot.press("ctrl+s")
        await said(pilot, "is not written to: has objected")
        assert isinstance(app.screen, ComposeScreen)
        assert rows(mailed, "SELECT count(*) FROM outbox WHERE contact_id = 1") == [(0,)]


async def test_a_mail_is_kept_when_it_is_left_and_opened_again_where_it_was(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        await answer(app, pilot)
        await typed(pilot, "Rendez-vous")
        await pilot.press("enter")
        await typed(pilot, "Lundi")
        await pilot.press("enter", "v", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ComposeScreen))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        await said(pilot, "Rendez-vous")
        assert app.screen._body.value == "Lundi\nv"  # type: ignore[attr-defined]


async def test_a_template_fills_the_subject_and_the_text(mailed: Config) -> None:
    with open_crm(mailed) as crm:
        templates.add(crm, _TEMPLATE)
    async with opened(mailed) as (app, pilot):
        await answer(app, pilot)
        await pilot.press("ctrl+t")
        await said(pilot, "Relance  (en)")
        await pilot.press("1")
        await said(pilot, "Bonjour Jeanne,")
        assert "Votre projet" in text_of(app)


async def test_a_field_that_is_empty_is_named_and_nothing_is_filled(mailed: Config) -> None:
    with open_crm(mailed) as crm:
        templates.add(crm, _WANTING)
    async with opened(mailed) as (app, pilot):
        await answer(app, pilot)
        await pilot.press("ctrl+t")
        await said(pilot, "Offre  (en)")
        await pilot.press("1")
        await said(pilot, "deal.amount")
        assert app.screen._body.value == ""  # type: ignore[attr-defined]


async def test_a_file_is_attached_and_one_that_is_not_there_is_refused_in_its_line(
    mailed: Config, tmp_path: Path
) -> None:
    (tmp_path / "devis.pdf").write_bytes(b"%PDF")
    async with opened(mailed) as (app, pilot):
        await answer(app, pilot)
        await pilot.press("ctrl+b")
        await said(pilot, "Attach a file")
        line = app.screen.query_one("#typed")
        line.value = str(tmp_path / "rien.pdf")
        await pilot.press("enter")
        await said(pilot, "There is no file")
        line.value = str(tmp_path / "devis.pdf")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        await said(pilot, "devis.pdf")


async def test_it_is_shown_once_more_and_sent_now(firm: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        told = make_mail(firm, tmp_path, port=sink.port)
        i18n.use("en")
        async with opened(told, size=NARROW) as (app, pilot):
            screen = await answer(app, pilot)
            await typed(pilot, "Rendez-vous")
            screen._body.value = "Lundi à 9 h ?"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, Preview))
            await said(pilot, "La Boutique, Lyon")
            await pilot.press("enter")
            await said(pilot, "1 mail sent")
            assert not isinstance(app.screen, ComposeScreen)
            assert app.drafts.newest() is None
    assert len(sink.mails) == 1
    assert rows(told, "SELECT state FROM outbox WHERE contact_id = 1") == [("sent",)]


async def test_where_the_server_is_not_there_the_mail_waits_and_is_said(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        screen = await answer(app, pilot)
        await typed(pilot, "Rendez-vous")
        screen._body.value = "Lundi ?"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        await pilot.press("enter")
        await said(pilot, "It waits among the mails to leave.")
        assert rows(mailed, "SELECT state FROM outbox WHERE contact_id = 1") == [("due",)]


async def test_it_leaves_at_another_moment_told_in_words(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        screen = await answer(app, pilot)
        await typed(pilot, "Rendez-vous")
        screen._body.value = "Lundi ?"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        await pilot.press("l")
        await said(pilot, "When does it leave?")
        await typed(pilot, "tomorrow 9am")
        await said(pilot, "leaves Tue 24 Nov 09:00")
        await pilot.press("enter")
        await said(pilot, "Rendez-vous · leaves")
        assert rows(mailed, "SELECT due_at, state FROM outbox WHERE contact_id = 1") == [
            ("2026-11-24T08:00:00Z", "due")
        ]


async def test_a_mail_without_a_subject_is_not_sent_and_the_cursor_goes_there(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        screen = await answer(app, pilot)
        screen._body.value = "Lundi ?"
        await pilot.press("ctrl+s")
        await said(pilot, "A mail needs a subject.")
        assert screen._subject.has_focus


async def test_without_an_account_that_sends_it_says_what_sets_one_up(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "jeanne@dupont.example")
        await pilot.press("r")
        await said(pilot, "petitcrm mail setup")


async def test_an_answer_goes_into_its_exchange(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await said(pilot, "Re: Devis")
        await pilot.press("tab", "r")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        await said(pilot, "Re: Devis chaudi")
        assert app.screen.begun.answered.message_id == "<2@mail.example>"  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(20, 5), (80, 24)])
async def test_it_can_be_written_on_the_smallest_screen(mailed: Config, size: tuple[int, int]) -> None:
    async with opened(mailed, size=size) as (app, pilot):
        app.action_open("contact", 1)
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        await typed(pilot, "Bonjour")
        await said(pilot, "Bonjour")
