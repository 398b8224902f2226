"""Mail that was read, in the interface: the day and the sheets, whatever the mail says."""

from __future__ import annotations

import unicodedata

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.store import mailboxes, recipients
from petitcrm.tui.mail.letter import LetterScreen
from tests.support.campaigns import scheduled
from tests.support.mail import letter, sent, take_in
from tests.tui.firm import HOSTILE
from tests.tui.screens import NARROW, WIDE, lines, opened, rows, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")
TINY = (20, 5)


def _address(firm: Config) -> str:
    return str(rows(firm, "SELECT address FROM contact_emails ORDER BY contact_id LIMIT 1")[0][0])


async def _stand_on(app, pilot, reference: str) -> None:
    day = lines(app, "day")
    for at, line in enumerate(day.lines):
        if line.held is not None and line.held.id == reference:
            day.choose(at)
    await pilot.pause()


async def test_an_answer_owed_is_done_with_the_key_of_every_task(firm: Config) -> None:
    take_in(firm, letter(1, "Chaudière en panne", by=_address(firm)))
    ((task_id,),) = rows(firm, "SELECT task_id FROM messages")
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: "Chaudière en panne" in text_of(app))
        await _stand_on(app, pilot, f"t{task_id}")
        await pilot.press("space")
        await until(pilot, lambda: rows(firm, "SELECT done_at FROM tasks WHERE id = :id", id=task_id)[0][0])


async def test_a_mail_waited_for_is_in_the_day_and_opens_there(firm: Config) -> None:
    take_in(firm, sent(1, "Devis signé ?", to=(_address(firm),), at="2026-11-10T07:00:00Z"))
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: "Devis signé" in text_of(app))
        assert "Waiting for an answer  1" in text_of(app)
        await _stand_on(app, pilot, "m1")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.page, LetterScreen))
        await said(pilot, "Devis signé ?")


async def test_a_mail_waited_for_is_no_task_that_could_be_done(firm: Config) -> None:
    take_in(firm, sent(1, "Devis signé ?", to=(_address(firm),), at="2026-11-10T07:00:00Z"))
    before = rows(firm, "SELECT count(*) FROM events")
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: "Devis signé" in text_of(app))
        await _stand_on(app, pilot, "m1")
        await pilot.press("space")
        await pilot.pause()
        assert app.is_running
    assert rows(firm, "SELECT count(*) FROM events") == before


async def test_mail_that_does_not_arrive_is_told_under_the_day(firm: Config) -> None:
    with open_crm(firm) as crm:
        mailboxes.note(crm.connection, "shop", "", checked_at=crm.now_text, problem="mot de passe refusé")
    async with opened(firm, size=NARROW) as (_app, pilot):
        await said(pilot, "Mail is late: shop")


async def test_a_campaign_that_stopped_by_itself_is_told_under_the_day(firm: Config) -> None:
    with open_crm(firm) as crm:
        scheduled(crm)
        recipients.move(crm.connection, 1, ["scheduled"], state="paused", reason="hard:6:100")
    async with opened(firm, size=NARROW) as (_app, pilot):
        await said(pilot, "The campaign La rentrée stopped by itself: 6 of 100")


@pytest.mark.parametrize("size", [TINY, NARROW, WIDE])
async def test_hostile_mail_only_shows(firm: Config, size: tuple[int, int]) -> None:
    address = _address(firm)
    take_in(
        firm,
        *(
            letter(number, name, by=address, text=name * 3, sender=(name, address), attachments="[]")
            for number, name in enumerate(HOSTILE, 1)
        ),
        sent(99, HOSTILE[0], to=(address,), at="2026-11-10T07:00:00Z"),
    )
    async with opened(firm, size=size) as (app, pilot):
        for _turn in range(8):
            await pilot.press("j")
            assert _is_shown_safely(text_of(app))
        app.action_open("contact", 1)
        await until(pilot, lambda: getattr(app.screen, "sheet", None))
        for _turn in range(8):
            await pilot.press("tab", "j")
            assert _is_shown_safely(text_of(app))


def _is_shown_safely(text: str) -> bool:
    return all(character == "\n" or unicodedata.category(character)[0] != "C" for character in text)
