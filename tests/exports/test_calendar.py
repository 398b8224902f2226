"""Tasks go out as a calendar that other programs read, in one file or one a task, the same twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from petitcrm import demo, exports
from petitcrm.config import Config
from petitcrm.connectors.calendar_writer import Guest
from petitcrm.connectors.calendars import Source
from petitcrm.crm import open_crm, read_crm
from petitcrm.dates import When
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.exports import calendar, folders
from petitcrm.sales import companies, contacts, deals, history, tasks, users
from petitcrm.sync import calendars as sync

sqlite_only = pytest.mark.engines("sqlite")
TUESDAY = date(2026, 11, 24)


def written(config: Config) -> bytes:
    with read_crm(config) as crm:
        return b"".join(exports.export(crm, "tasks", "ics"))  # type: ignore[arg-type]


def read(config: Config) -> list[Any]:
    found = Calendar.from_ical(written(config))
    assert not found.get_missing_tzids()
    return [part for part in found.subcomponents if part.name != "VTIMEZONE"]


def planned(config: Config, due: When | date | None, text: str = "devis", **fields: Any) -> int:
    with open_crm(config) as crm:
        company = companies.add(crm, {"name": "Acmé, SARL; Nord"})
        who = contacts.add(
            crm, {"civility": "M.", "first_name": "Jean", "last_name": "Dupont", "company_id": company},
            emails=["jean@acme.example"], phones=["06 12 34 56 78"],
        )  # fmt: skip
        fields["deal_id"] = deals.add(crm, "Chaudière", who)
        return tasks.add(crm, text, who, kind=fields.pop("kind", "quote"), due=due, fields=fields)


def kept(config: Config, path: Path) -> folders.Kept:
    with read_crm(config) as crm:
        return exports.export_folder(crm, "tasks", "vdir", str(path))


def test_a_task_with_an_hour_is_an_appointment_in_its_zone(config: Config) -> None:
    planned(
        config,
        When(TUESDAY, time(14, 0)),
        kind="visit",
        place="12, rue des Lilas; Angers",
        duration_minutes=90,
    )
    (event,) = read(config)
    assert event.name == "VEVENT"
    assert event["dtstart"].dt == datetime(2026, 11, 24, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=90)
    assert (event["location"], event["status"]) == ("12, rue des Lilas; Angers", "CONFIRMED")
    assert event["summary"] == "Se rendre chez Acmé, SARL; Nord (M. Dupont) — devis"
    assert event["description"].split("\n") == [
        "Jean Dupont (Acmé, SARL; Nord)", "06 12 34 56 78", "jean@acme.example", "Chaudière", "petitcrm t1",
    ]  # fmt: skip


@sqlite_only
def test_an_appointment_lasts_an_hour_unless_told_otherwise(config: Config) -> None:
    planned(config, When(TUESDAY, time(23, 30)))
    (event,) = read(config)
    assert event["dtend"].dt.replace(tzinfo=None) == datetime(2026, 11, 25, 0, 30)


@sqlite_only
def test_an_appointment_through_the_change_of_hour_lasts_what_it_lasts(config: Config) -> None:
    planned(config, When(date(2026, 10, 25), time(1, 30)), duration_minutes=120)
    (event,) = read(config)
    assert event["dtend"].dt.replace(tzinfo=None) == datetime(2026, 10, 25, 2, 30)


@sqlite_only
def test_a_task_with_a_day_is_a_thing_to_do(config: Config) -> None:
    planned(config, TUESDAY)
    (todo,) = read(config)
    assert (todo.name, todo["due"].dt, todo["status"]) == ("VTODO", TUESDAY, "NEEDS-ACTION")
    assert "dtstart" not in todo


@sqlite_only
def test_a_task_without_a_day_is_not_lost(config: Config) -> None:
    planned(config, None)
    (todo,) = read(config)
    assert (todo.name, "due" in todo) == ("VTODO", False)


@sqlite_only
def test_a_task_that_is_hidden_begins_when_it_shows(config: Config) -> None:
    task = planned(config, date(2026, 12, 24))
    with open_crm(config) as crm:
        tasks.snooze(crm, task, date(2026, 12, 1))
    (todo,) = read(config)
    assert (todo["dtstart"].dt, todo["due"].dt) == (date(2026, 12, 1), date(2026, 12, 24))


@sqlite_only
@pytest.mark.parametrize(
    ("due", "outcome", "status"),
    [
        (TUESDAY, "reached", "COMPLETED"),
        (TUESDAY, "refused", "COMPLETED"),
        (TUESDAY, "postponed", "CANCELLED"),
        (When(TUESDAY, time(14, 0)), "done", "CONFIRMED"),
        (When(TUESDAY, time(14, 0)), "absent", "CONFIRMED"),
        (When(TUESDAY, time(14, 0)), "refused", "CANCELLED"),
    ],
)
def test_what_became_of_it_is_told(config: Config, due: When | date, outcome: str, status: str) -> None:
    task = planned(config, due)
    with open_crm(config) as crm:
        tasks.done(crm, task, outcome)
    (component,) = read(config)
    assert component["status"] == status
    assert ("completed" in component) == (status == "COMPLETED")


@sqlite_only
def test_what_comes_back_has_its_rule_until_it_is_done(config: Config) -> None:
    task = planned(config, When(date(2026, 11, 30), time(9, 0)), recurrence="FREQ=MONTHLY;BYMONTHDAY=31")
    (event,) = read(config)
    assert event["rrule"].to_ical() == b"FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"
    with open_crm(config) as crm:
        tasks.done(crm, task)
    done, following = read(config)
    assert ("rrule" in done, "rrule" in following) == (False, True)


@sqlite_only
def test_a_thing_to_do_that_comes_back_says_from_when(config: Config) -> None:
    planned(config, TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    (todo,) = read(config)
    assert (todo["dtstart"].dt, todo["due"].dt) == (TUESDAY, TUESDAY)
    assert todo["rrule"]["BYDAY"] == ["MO", "TU", "WE", "TH", "FR"]


@sqlite_only
def test_a_first_day_that_is_not_one_of_the_rule_is_added_to_it(config: Config) -> None:
    planned(config, TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=MO")
    assert read(config)[0]["rdate"].dts[0].dt == TUESDAY


@sqlite_only
@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "nonsense", "FREQ=WEEKLY;COUNT=2", "FREQ=MONTHLY;BYMONTHDAY=x"]
)
def test_a_rule_that_is_none_of_ours_is_left_out(config: Config, rule: str) -> None:
    with open_crm(config) as crm:
        who = contacts.add(crm, {"last_name": "Dupont"})
        tasks.add(crm, "devis", who, due=TUESDAY)
        crm.connection.write(f"UPDATE tasks SET recurrence = '{rule}'")
    assert "rrule" not in read(config)[0]


@sqlite_only
@pytest.mark.parametrize("zone", ["", "UTC+0100", "Nowhere/Land", "../../etc/passwd", "a\r\nb"])
def test_an_hour_in_a_zone_that_is_not_known_is_the_hour_of_wherever_one_is(
    config: Config, zone: str
) -> None:
    planned(config, When(TUESDAY, time(14, 0)))
    with open_crm(config) as crm:
        crm.connection.write("UPDATE tasks SET zone = :zone", {"zone": zone})
    assert read(config)[0]["dtstart"].dt == datetime(2026, 11, 24, 14, 0)


@sqlite_only
def test_hostile_texts_stay_texts(config: Config, tmp_path: Path) -> None:
    hostile = "a\\;b,c:d\r\nEND:VEVENT\nBEGIN:VALARM\x1b[31m\x00\x9b" + "é" * 200
    planned(config, When(TUESDAY, time(14, 0)), text=hostile, place=hostile)
    (event,) = read(config)
    assert "a\\;b,c:d\nEND:VEVENT\nBEGIN:VALARM[31mé" in event["location"]
    text = written(config)
    assert b"\x1b" not in text and b"\x9b" not in text.replace("é".encode(), b"")
    assert max(map(len, text.split(b"\r\n"))) <= 75
    assert text.count(b"\n") == text.count(b"\r\n")


@sqlite_only
def test_the_last_day_of_time_is_no_obstacle(config: Config) -> None:
    planned(config, When(date(9999, 12, 31), time(23, 59)), duration_minutes=10**9)
    assert "dtend" not in read(config)[0]


def test_two_exports_are_equal_and_a_change_moves_the_stamp(config: Config) -> None:
    task = planned(config, TUESDAY)
    later = config._replace(now="2026-12-01T09:00:00+01:00")
    before = written(config)
    assert written(later) == before
    with open_crm(later) as crm:
        tasks.edit(crm, task, {"text": "autre"})
    (todo,) = read(config)
    assert todo["dtstamp"].dt.isoformat() == "2026-12-01T08:00:00+00:00"
    assert (todo["uid"], todo["created"].dt.isoformat()) == (
        "task-1-20261123T080000Z@petitcrm", "2026-11-23T08:00:00+00:00",
    )  # fmt: skip


def test_a_firm_is_read_back_whole(config: Config) -> None:
    demo.seed(config, seed=7)
    found = read(config)
    with read_crm(config) as crm:
        ((count, hours),) = crm.rows("SELECT count(*), count(due_time) FROM tasks")
    assert (len(found), sum(part.name == "VEVENT" for part in found)) == (count, hours)
    assert len({part["uid"] for part in found}) == count
    assert Calendar.from_ical(written(config))["prodid"] == "-//petitcrm//FR"


@sqlite_only
def test_an_empty_base_is_an_empty_calendar(config: Config, tmp_path: Path) -> None:
    assert read(config) == []
    assert kept(config, tmp_path / "vdir").written == 0


def test_a_folder_has_one_calendar_a_task(config: Config, tmp_path: Path) -> None:
    planned(config, When(TUESDAY, time(14, 0)))
    planned(config, TUESDAY)
    assert kept(config, tmp_path / "vdir").written == 2
    names = sorted(entry.name for entry in (tmp_path / "vdir").iterdir() if not entry.name.startswith("."))
    assert names == ["task-1.ics", "task-2.ics"]
    for name in names:
        found = Calendar.from_ical((tmp_path / "vdir" / name).read_bytes())
        assert not found.get_missing_tzids()
        assert len([part for part in found.subcomponents if part.name != "VTIMEZONE"]) == 1


@sqlite_only
def test_a_task_that_is_gone_takes_its_file_along_and_no_other(config: Config, tmp_path: Path) -> None:
    task = planned(config, TUESDAY)
    kept(config, tmp_path / "vdir")
    (tmp_path / "vdir" / "task-99.ics").write_text("mine")
    (tmp_path / "vdir" / "birthday.ics").write_text("mine")
    with open_crm(config) as crm:
        tasks.delete(crm, task)
    assert kept(config, tmp_path / "vdir").removed == 1
    left = {entry.name for entry in (tmp_path / "vdir").iterdir()}
    assert left == {"task-99.ics", "birthday.ics", ".petitcrm.json"}


@sqlite_only
def test_only_the_task_that_changed_is_written(config: Config, tmp_path: Path) -> None:
    planned(config, TUESDAY)
    task = planned(config, TUESDAY)
    kept(config, tmp_path / "vdir")
    with open_crm(config) as crm:
        tasks.edit(crm, task, {"text": "autre"})
    done = kept(config, tmp_path / "vdir")
    assert (done.written, done.unchanged, done.left) == (1, 1, ())


@sqlite_only
def test_a_file_that_another_program_changed_is_left_and_told(config: Config, tmp_path: Path) -> None:
    first, second = planned(config, TUESDAY), planned(config, TUESDAY)
    kept(config, tmp_path / "vdir")
    for number in (first, second):
        (tmp_path / "vdir" / f"task-{number}.ics").write_text("changed on a telephone")
    with open_crm(config) as crm:
        tasks.delete(crm, first)
        tasks.edit(crm, second, {"text": "autre"})
    for _time in range(2):
        done = kept(config, tmp_path / "vdir")
        assert (done.written, done.removed, sorted(done.left)) == (0, 0, ["task-1.ics", "task-2.ics"])
    assert (tmp_path / "vdir" / "task-1.ics").read_text() == "changed on a telephone"


@sqlite_only
def test_a_file_of_another_calendar_is_not_written_over(config: Config, tmp_path: Path) -> None:
    planned(config, TUESDAY)
    (tmp_path / "vdir").mkdir()
    (tmp_path / "vdir" / "task-1.ics").write_text("mine")
    with pytest.raises(UsageProblem):
        kept(config, tmp_path / "vdir")
    assert (tmp_path / "vdir" / "task-1.ics").read_text() == "mine"


# ---------------------------------------------------------------------------------------- kept for other programs


def feed(config: Config, path: Path, **wanted: Any) -> folders.Kept:
    with read_crm(config) as crm:
        return calendar.write(crm, str(path), calendar.Wanted(**wanted))


def events(path: Path) -> list[Any]:
    return [each for each in Calendar.from_ical(path.read_bytes()).walk() if each.name in ("VEVENT", "VTODO")]


@sqlite_only
def test_a_feed_says_its_name_and_how_often_to_ask_and_the_same_twice_is_left_untouched(
    config: Config, tmp_path: Path
) -> None:
    planned(config, When(TUESDAY, time(14, 0)))
    path = tmp_path / "petitcrm.ics"
    assert feed(config, path).written == 1
    told = path.read_bytes()
    assert b"X-WR-CALNAME:petitcrm\r\n" in told
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in told
    assert b"BEGIN:VTIMEZONE" in told
    at = path.stat().st_mtime_ns
    assert feed(config, path) == (0, 1, 0, ())
    assert path.stat().st_mtime_ns == at


@sqlite_only
def test_a_calendar_that_is_not_ours_is_never_written_over(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "perso.ics"
    path.write_text("BEGIN:VCALENDAR\r\nPRODID:-//Mozilla//FR\r\nEND:VCALENDAR\r\n")
    with pytest.raises(UsageProblem):
        feed(config, path)
    assert "Mozilla" in path.read_text()


@sqlite_only
def test_only_the_days_and_the_person_that_are_asked_for_are_written(config: Config, tmp_path: Path) -> None:
    for due in (TUESDAY, date(2027, 3, 1), None):
        planned(config, due)
    with open_crm(config) as crm:
        anne, paul = users.add(crm, "anne"), users.add(crm, "paul")
        tasks.edit(crm, 1, {"owner_id": anne})
    path = tmp_path / "petitcrm.ics"
    feed(config, path, days=60)
    assert [each["due"].dt for each in events(path)] == [TUESDAY]
    feed(config, path, owner_id=paul)
    assert len(events(path)) == 2


@sqlite_only
def test_what_a_calendar_told_is_not_written_back(config: Config, tmp_path: Path) -> None:
    planned(config, TUESDAY, external_id="calendar:pro:u1")
    feed(config, tmp_path / "petitcrm.ics")
    assert events(tmp_path / "petitcrm.ics") == []


@sqlite_only
def test_an_appointment_rings_where_it_is_asked_for(config: Config, tmp_path: Path) -> None:
    planned(config, When(TUESDAY, time(14, 0)))
    feed(config, tmp_path / "petitcrm.ics", alarm=15)
    (event,) = events(tmp_path / "petitcrm.ics")
    assert [each["trigger"].dt for each in event.subcomponents] == [timedelta(minutes=-15)]


@sqlite_only
def test_each_change_is_a_later_version_and_one_taken_back_too(config: Config) -> None:
    task, seen = planned(config, When(TUESDAY, time(14, 0))), []
    for gesture in (None, lambda crm: tasks.edit(crm, task, {"place": "Angers"}), history.undo):
        if gesture:
            with open_crm(config) as crm:
                gesture(crm)
        (event,) = read(config)
        seen.append(int(event.get("sequence", 0)))
    assert seen == [0, 1, 2]


@sqlite_only
def test_an_invitation_says_who_invites_whom_and_nothing_that_is_for_us(config: Config) -> None:
    task = planned(config, When(TUESDAY, time(14, 0)), text="Visite d’été", kind="visit", place="Angers")
    with read_crm(config) as crm:
        told = calendar.invitation(crm, task, Guest("anne@firm.example", "Anne Martin"))
    found = Calendar.from_ical(told)
    (event,) = found.walk("VEVENT")
    assert found["method"] == "REQUEST"
    assert (event["organizer"], event["organizer"].params["CN"]) == (
        "mailto:anne@firm.example",
        "Anne Martin",
    )
    assert event["attendee"] == "mailto:jean@acme.example"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert (event["summary"], event["location"]) == ("Visite d’été", "Angers")
    assert "Chaudière" not in told.decode()
    assert "06 12" not in told.decode()


@sqlite_only
def test_calling_it_off_is_a_later_version_of_the_same_meeting(config: Config) -> None:
    task = planned(config, When(TUESDAY, time(14, 0)))
    with read_crm(config) as crm:
        both = [
            Calendar.from_ical(calendar.invitation(crm, task, Guest("a@firm.example"), cancels=is_off))
            for is_off in (False, True)
        ]
    first, second = (each.walk("VEVENT")[0] for each in both)
    assert (both[1]["method"], second["status"]) == ("CANCEL", "CANCELLED")
    assert first["uid"] == second["uid"]
    assert int(second["sequence"]) == int(first.get("sequence", 0)) + 1


@sqlite_only
def test_nobody_is_invited_to_what_has_no_day(config: Config) -> None:
    task = planned(config, None)
    with read_crm(config) as crm, pytest.raises(RefusedByRule):
        calendar.invitation(crm, task, Guest("a@firm.example"))


@sqlite_only
def test_what_is_written_is_read_again_as_ours(config: Config, tmp_path: Path) -> None:
    planned(config, When(TUESDAY, time(14, 0)))
    path = tmp_path / "petitcrm.ics"
    feed(config, path)
    (report,) = sync.sync(config, [Source("mine", str(path))])
    assert (report.meetings, report.troubles) == (0, ())
