"""Calendars on the command line: read, written, an invitation, and what is said of what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

MEETING = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:u1
DTSTAMP:20261101T080000Z
DTSTART:20261124T130000Z
SUMMARY:Point d’été \x1b[31m
ATTENDEE:mailto:jean@acme.example
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def jean(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell on a base with somebody of a firm, and a calendar in the configuration."""
    (tmp_path / "pro.ics").write_text(MEETING)
    (tmp_path / "config.toml").write_text('[calendars.pro]\npath = "pro.ics"\n')
    monkeypatch.setenv("PETITCRM_CONFIG", str(tmp_path / "config.toml"))
    words = ("--first", "Jean", "--last", "Dupont", "--email", "jean@acme.example", "--company", "Acme")
    assert shell("contact", "add", *words).code == 0
    return shell


def test_a_reading_tells_what_it_did_and_the_day_tells_the_calendar(jean: Shell) -> None:
    told = jean("calendar", "sync", "--json")
    assert told.code == 0
    assert told.json == [
        {"calendar": "pro", "meetings": 1, "added": 1, "changed": 0, "removed": 0, "held": 0, "troubles": []}
    ]
    assert jean("calendar", "sync").out == "pro\t1\t0\t0\t0\t0\n"
    (item,) = [item for item in jean("today", "--json").json["items"] if item["calendar"]]
    assert (item["calendar"], item["due"], item["kind"]) == ("pro", "2026-11-24", "meeting")


def test_text_from_outside_gives_the_terminal_no_order(jean: Shell) -> None:
    jean("calendar", "sync")
    assert "\x1b[31m" not in jean("today").out


def test_what_cannot_be_read_is_told_by_file_and_line_and_the_rest_is_done(
    jean: Shell, tmp_path: Path
) -> None:
    bad = "BEGIN:VEVENT\nUID:u2\nDTSTART:jamais\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n"
    (tmp_path / "pro.ics").write_text(MEETING.replace("END:VCALENDAR\n", bad))
    told = jean("calendar", "sync", "--ndjson")
    assert told.code == 3
    assert f"pro: {tmp_path / 'pro.ics'}:11: " in told.err
    assert told.json["added"] == 1


def test_without_a_calendar_one_is_told_how_to_name_it(shell: Shell, tmp_path: Path) -> None:
    refused = shell("calendar", "sync")
    assert refused.code == 2
    assert "[calendars.pro]" in refused.err


def test_the_tasks_are_kept_in_a_folder_of_one_file_each(jean: Shell, tmp_path: Path) -> None:
    jean("add", "call @dupont tomorrow 2pm")
    folder = tmp_path / "petitcrm"
    assert jean("calendar", "write", str(folder), "--json").json["written"] == 1
    assert jean("calendar", "write", str(folder), "--json").json["unchanged"] == 1
    jean("task", "delete", "t1")
    assert jean("calendar", "write", str(folder), "--json").json["removed"] == 1
    assert not list(folder.glob("*.ics"))


def test_a_place_that_cannot_be_written_is_said(jean: Shell, tmp_path: Path) -> None:
    refused = jean("calendar", "write", str(tmp_path / "none" / "a.ics"))
    assert refused.code == 2
    assert "none" in refused.err


def test_an_invitation_needs_who_invites(jean: Shell, tmp_path: Path) -> None:
    jean("add", "meeting @dupont tomorrow 2pm")
    assert jean("calendar", "invite", "t1").code == 5
    jean("user", "add", "anne", "--name", "Anne Martin", "--email", "anne@firm.example")
    path = tmp_path / "invitation.ics"
    assert jean("--as", "anne", "calendar", "invite", "t1", "-o", str(path)).code == 0
    assert b"METHOD:REQUEST" in path.read_bytes()
    assert "METHOD:CANCEL" in jean("--as", "anne", "calendar", "invite", "t1", "--cancel").out
