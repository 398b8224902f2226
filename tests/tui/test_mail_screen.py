"""The screen of mail, one mail to read, and the mails of a timeline and of the day."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.store.queries import outbox as outgoing
from petitcrm.tui.help import HelpScreen
from petitcrm.tui.mail.letter import LetterScreen
from petitcrm.tui.mail.screen import MailScreen
from tests.support.mail import letter, take
from tests.support.mails import mail as bytes_of
from tests.tui.firm import ATTACKS
from tests.tui.mails import make_mail, with_accounts
from tests.tui.screens import MIDDLE, NARROW, WIDE, lines, opened, rows, said, text_of, typed, until

pytestmark = pytest.mark.engines("sqlite")
_HOSTILE_FILE = '[{"name": "\\u001b]52;c;x\\u0007.pdf", "kind": "", "size": 1}]'


@pytest.fixture
def mailed(firm: Config, tmp_path: Path) -> Config:
    """Return the small firm with its mail, in English."""
    told = make_mail(firm, tmp_path)
    i18n.use("en")
    return told


async def at(app: object, pilot: object, subject: str) -> None:
    """Put the cursor of the screen of mail on a subject."""
    listed = lines(app, "mail")  # type: ignore[arg-type]
    await until(pilot, lambda: listed.lines)  # type: ignore[arg-type]
    found = [n for n, one in enumerate(listed.lines) if subject in getattr(one.held, "subject", "")]
    listed.choose(found[0])


async def test_a_founder_without_mail_never_sees_its_screen(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: app.firm or not app.has_mail)
        await pilot.press("5")
        await pilot.pause()
        assert "Mail" not in text_of(app).splitlines()[0]
        assert app.ground == "day"


async def test_an_account_or_a_mail_makes_it_a_fifth_screen(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        await said(pilot, "5 Mail")
        await pilot.press("5")
        await until(pilot, lambda: isinstance(app.screen, MailScreen))
        await said(pilot, "Answers owed")
        for words in ("Mails that may not have left", "Of nobody known", "Waiting for an answer", "To leave"):
            assert words in text_of(app)


async def test_an_account_that_fails_is_said_first_and_on_the_day(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await said(pilot, "! Mail of perso fails (3 times)")
        assert "R reads it again" in text_of(app)
        await pilot.press("1")
        await said(pilot, "Mail is late: perso")


async def test_where_there_is_an_account_and_no_mail_it_says_that_nothing_waits(
    firm: Config, tmp_path: Path
) -> None:
    async with opened(with_accounts(firm, tmp_path), mode="mail") as (app, pilot):
        await said(pilot, "Nothing waits")
        assert "not read yet" in text_of(app)


async def test_a_sender_of_nobody_known_becomes_a_contact_by_one_key_and_undo_takes_it_back(
    mailed: Config,
) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Demande de devis")
        await pilot.press("c")
        await said(pilot, "1 contact made: Léa Bernard")
        assert rows(mailed, "SELECT count(*) FROM messages WHERE state = 'unmatched'") == [(2,)]
        await pilot.press("u")
        await said(pilot, "Undone")
        assert rows(mailed, "SELECT count(*) FROM messages WHERE state = 'unmatched'") == [(3,)]


async def test_those_that_are_marked_are_put_aside_together(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Vos références")
        await pilot.press("space", "space")
        await said(pilot, "2 marked")
        await pilot.press("k", "x")
        await said(pilot, "2 mails ignored")


async def test_a_domain_is_asked_no_more_about(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Partenariat")
        await pilot.press("X")
        await said(pilot, "of everybody at prestige.example")
        await pilot.press("d")
        await said(pilot, "Ignored from now on: prestige.example · 1 mail")


async def test_a_mail_is_given_to_somebody_known(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Vos références")
        await pilot.press("t")
        await said(pilot, "Whose address is it?")
        await typed(pilot, "roy")
        await said(pilot, "Claire Roy")
        await pilot.press("enter")
        await said(pilot, "achats@mairie.example is of Claire Roy now")
        found = rows(mailed, "SELECT address FROM contact_emails e WHERE contact_id = 7 ORDER BY position")
        assert found == [("claire@roy.example",), ("achats@mairie.example",)]


async def test_no_answer_is_expected_takes_the_task_away(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Question sur l")
        await pilot.press("x")
        await said(pilot, "No answer expected: Question")
        assert rows(mailed, "SELECT expects_none, task_id FROM messages WHERE subject LIKE 'Question%'") == [
            (1, None)
        ]


async def test_a_mail_that_may_have_left_is_settled_by_one_key(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Votre pont")
        await pilot.press("y")
        await said(pilot, "Taken as sent: Votre pont")
        with open_crm(mailed) as crm:
            assert outgoing.uncertain(crm) == []


async def test_a_mail_that_waits_is_withdrawn(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "la suite")
        await pilot.press("x")
        await said(pilot, "Withdrawn: Caisse tactile")


async def test_tab_goes_to_the_next_part(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Votre pont")
        await pilot.press("tab")
        await until(pilot, lambda: app.screen.piece.part == "owed")  # type: ignore[attr-defined]


async def test_a_mail_is_read_with_its_exchange(mailed: Config) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Re: Devis")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LetterScreen))
        await said(pilot, "plan.pdf")
        assert "Jeanne Dupont <jeanne@dupont.example>" in text_of(app)
        await pilot.press("o")
        await said(pilot, "2 mails")
        assert "Voici notre devis." in text_of(app)
        await pilot.press("o")
        await until(pilot, lambda: "Voici notre devis." not in text_of(app))


async def test_files_that_are_in_no_mailbox_any_more_are_told_so_and_the_folder_is_kept(
    mailed: Config,
) -> None:
    async with opened(mailed, mode="mail") as (app, pilot):
        await at(app, pilot, "Re: Devis")
        await pilot.press("enter")
        await said(pilot, "plan.pdf")
        await pilot.press("s")
        await said(pilot, "Write into which folder: plan.pdf")
        await pilot.press("enter")
        await said(pilot, "in none of the mailboxes")


async def test_a_timeline_opens_the_mail_under_the_cursor(mailed: Config) -> None:
    async with opened(mailed, size=WIDE) as (app, pilot):
        app.action_open("contact", 1)
        await said(pilot, "← Mail received: Re: Devis")
        story = lines(app, "story")
        story.focus()
        story.choose(
            next(n for n, one in enumerate(story.lines) if one.held and one.held.kind == "mail.received")
        )
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LetterScreen))
        await said(pilot, "plan.pdf")


async def test_the_day_asks_what_became_of_a_mail_that_may_have_left(mailed: Config) -> None:
    async with opened(mailed) as (app, pilot):
        await said(pilot, "Did it leave?")
        assert lines(app, "day").key == ("o", 1)
        await pilot.press("space")
        await said(pilot, "send it again")
        await pilot.press("x")
        await said(pilot, "Given up")
        assert rows(mailed, "SELECT state FROM outbox WHERE id = 1") == [("withdrawn",)]


async def test_the_day_waits_no_more_for_an_answer(mailed: Config) -> None:
    async with opened(mailed, size=WIDE) as (app, pilot):
        day = lines(app, "day")
        await until(pilot, lambda: any(one.key and one.key[0] == "m" for one in day.lines))
        day.choose(next(n for n, one in enumerate(day.lines) if one.key and one.key[0] == "m"))
        await pilot.press("space")
        await said(pilot, "no answer is expected")
        await pilot.press("x")
        await said(pilot, "No answer expected")
        await until(pilot, lambda: not any(one.key and one.key[0] == "m" for one in day.lines))


async def test_mail_is_read_beside_the_keys(firm: Config, tmp_path: Path) -> None:
    told = with_accounts(firm, tmp_path)
    (tmp_path / "Maildir" / "new" / "1").write_bytes(
        bytes_of(90, "Bonjour du salon", by="paul@martin.example")
    )
    (tmp_path / "Maildir" / "new" / "2").write_bytes(bytes_of(91, "Inconnu", by="x@inconnu.example"))
    async with opened(told, mode="mail") as (app, pilot):
        await pilot.press("R")
        await said(pilot, "2 new mails · 1 of nobody known")
        await said(pilot, "Bonjour du salon")
        assert not app.reader.is_busy


async def test_a_reading_that_is_stopped_keeps_what_was_read_and_is_no_failure(
    firm: Config, tmp_path: Path
) -> None:
    told = with_accounts(firm, tmp_path)
    for number in range(450):
        (tmp_path / "Maildir" / "new" / str(number)).write_bytes(bytes_of(number, f"Mail {number}"))
    async with opened(told, mode="mail") as (app, pilot):
        app.do(app.reader.read(), group="mail")
        while not app.reader.is_busy:
            await asyncio.sleep(0)
        app.reader.stop()
        await said(pilot, "Stopped: what was read stays")
        assert not app.reader.is_busy
    assert rows(told, "SELECT count(*) FROM mailboxes WHERE failures > 0") == [(0,)]
    assert rows(told, "SELECT count(*) FROM messages") == [(200,)]


@pytest.mark.parametrize("size", [(20, 5), NARROW, MIDDLE, WIDE])
async def test_hostile_mails_act_on_nothing(firm: Config, tmp_path: Path, size: tuple[int, int]) -> None:
    told = with_accounts(firm, tmp_path)
    with open_crm(told) as crm:
        for number, attack in enumerate(ATTACKS):
            shown = attack.encode("utf-8", "replace").decode()
            for by in ("jeanne@dupont.example", f"x{number}@evil.example"):
                sent_by = {"by": by, "sender": (shown, by), "attachments": _HOSTILE_FILE, "text": shown}
                take(crm, letter(1000 + 2 * number + by.startswith("x"), shown, **sent_by))
    async with opened(told, mode="mail", size=size) as (app, pilot):
        listed = lines(app, "mail")
        await until(pilot, lambda: listed.lines)
        for key in ("end", "tab", "tab", "enter", "o", "G"):
            await pilot.press(key)
            await pilot.pause()
            shown = text_of(app)
            assert not any(ord(sign) < 32 and sign != "\n" for sign in shown)
            assert not any("\x7f" <= sign <= "\x9f" or sign in "\u202e\u2066\u200f" for sign in shown)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("keys", [[], ["tab", "tab"], ["tab", "enter"], ["tab", "enter", "enter"]])
async def test_a_page_of_keys_fits_the_smallest_usual_screen(
    mailed: Config, keys: list[str], language: str
) -> None:
    i18n.use(language)
    async with opened(mailed._replace(lang=language), mode="mail") as (app, pilot):
        await said(pilot, "Votre pont")
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        assert app.screen.query_one("#help").max_scroll_y == 0
