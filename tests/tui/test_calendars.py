"""Calendars within the interface: what they tell is in the day, and the palette reads and writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.connectors.calendars import calendars
from petitcrm.crm import read_crm
from petitcrm.sales import agenda
from petitcrm.sync import calendars as sync
from petitcrm.tui.linear.words import item_in_words
from tests.tui.screens import opened, said, typed, until

pytestmark = pytest.mark.engines("sqlite")
MEETING = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:u1
DTSTAMP:20261101T080000Z
DTSTART:20261123T130000Z
SUMMARY:Réunion d’été
LOCATION:Café de la Gare
ATTENDEE:mailto:{address}
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def mine(firm: Config, tmp_path: Path) -> Config:
    """Return choices that name a calendar."""
    with read_crm(firm) as crm:
        ((address,),) = crm.rows("SELECT address FROM contact_emails ORDER BY id LIMIT 1")
    (tmp_path / "pro.ics").write_text(MEETING.format(address=address).replace("\n", "\r\n"))
    (tmp_path / "config.toml").write_text('[calendars.pro]\npath = "pro.ics"\n')
    return firm._replace(file=str(tmp_path / "config.toml"))


async def test_the_palette_reads_the_calendars_and_the_day_shows_place_and_calendar(mine: Config) -> None:
    async with opened(mine) as (_app, pilot):
        await pilot.press("ctrl+p")
        await typed(pilot, "calendars read")
        await pilot.press("enter")
        await said(pilot, "pro: 1 appointment added")
        await said(pilot, "Café de la Gare")
        await said(pilot, "▦ pro")


async def test_without_a_calendar_it_is_said_where_to_name_one(firm: Config, tmp_path: Path) -> None:
    async with opened(firm._replace(file=str(tmp_path / "none.toml"))) as (_app, pilot):
        await pilot.press("ctrl+p")
        await typed(pilot, "calendars read")
        await pilot.press("enter")
        await said(pilot, "No calendar is told")


async def test_a_calendar_that_cannot_be_read_is_said(mine: Config, tmp_path: Path) -> None:
    (tmp_path / "pro.ics").write_text("bonjour")
    async with opened(mine) as (_app, pilot):
        await pilot.press("ctrl+p")
        await typed(pilot, "calendars read")
        await pilot.press("enter")
        await said(pilot, "pro.ics: this is not a calendar")


async def test_the_palette_writes_the_tasks_where_one_says(mine: Config, tmp_path: Path) -> None:
    async with opened(mine) as (_app, pilot):
        await pilot.press("ctrl+p")
        await typed(pilot, "calendars write")
        await pilot.press("enter")
        await said(pilot, "Write the tasks as a calendar")
        await pilot.press("ctrl+u")
        await typed(pilot, str(tmp_path / "out.ics"))
        await pilot.press("enter")
        await until(pilot, lambda: (tmp_path / "out.ics").exists())
        await said(pilot, "1 written")
    assert (tmp_path / "out.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_line_by_line_the_calendar_is_said(mine: Config) -> None:
    sync.sync(mine, calendars(mine.file))
    with read_crm(mine) as crm:
        (item,) = [item for item in agenda.day(crm).items if item.calendar]
    assert "Café de la Gare. Calendar pro" in item_in_words(item, date(2026, 11, 23))


async def test_on_the_smallest_terminal_nothing_breaks(mine: Config) -> None:
    async with opened(mine, size=(20, 5)) as (app, pilot):
        await pilot.press("ctrl+p")
        await typed(pilot, "calendars read")
        await pilot.press("enter")
        await until(pilot, lambda: "1 appointment" in app.said[0])
