"""Calendars are read as Outlook, Google, Apple and Thunderbird write them, whatever is wrong with one event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from petitcrm.connectors import calendar_reader
from petitcrm.connectors.calendar_reader import Calendars, Meeting, Span

SPAN = Span(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("Europe/Paris"))
OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
DTSTAMP:20261010T083000Z
DTSTART;TZID="Romance Standard Time":20261012T090000
DTEND;TZID="Romance Standard Time":20261012T100000
RRULE:FREQ=WEEKLY;UNTIL=20261109T080000Z;BYDAY=MO
EXDATE;TZID="Romance Standard Time":20261019T090000
SUMMARY;LANGUAGE=fr:Point chantier\\, été
ORGANIZER;CN="Jean Dupont":mailto:Jean@Acme.example
ATTENDEE;CN=moi;PARTSTAT=ACCEPTED:mailto:contact@firm.example
ATTENDEE;CUTYPE=ROOM;CN="Salle B":mailto:salle-b@acme.example
ATTENDEE;PARTSTAT=DECLINED:mailto:zoe@bois.example
LOCATION:Réunion Microsoft Teams
UID:040000008200E00074C5B7101A82E008
END:VEVENT
BEGIN:VEVENT
DTSTAMP:20261011T083000Z
DTSTART;TZID="Romance Standard Time":20261103T140000
DTEND;TZID="Romance Standard Time":20261103T153000
RECURRENCE-ID;TZID="Romance Standard Time":20261102T090000
SUMMARY;LANGUAGE=fr:Point chantier (déplacé)
UID:040000008200E00074C5B7101A82E008
SEQUENCE:1
END:VEVENT
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
X-WR-CALNAME:pro
X-WR-TIMEZONE:Europe/Paris
BEGIN:VEVENT
DTSTART:20261124T130000Z
DTEND:20261124T133000Z
DTSTAMP:20261101T100000Z
UID:abc123@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=jean@acme.example;X-NUM-GUESTS=0:mailto:je
 an@acme.example
DESCRIPTION:<b>Ordre du jour</b>
LAST-MODIFIED:20261102T100000Z
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY:Devis
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
APPLE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//macOS 15.1//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
CREATED:20261101T080000Z
UID:7F1E2C3A-0000
DTSTART;VALUE=DATE:20261201
DTEND;VALUE=DATE:20261203
TRANSP:TRANSPARENT
SUMMARY:Salon du bois
X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Angers:geo:47.4,-0.5
DTSTAMP:20261101T080000Z
END:VEVENT
END:VCALENDAR
"""
THUNDERBIRD = """BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
BEGIN:VEVENT
DTSTAMP:20261101T080000Z
UID:tb-1
SUMMARY:Médecin
CLASS:PRIVATE
LOCATION:Hôpital
ORGANIZER;RSVP=TRUE;CN=Moi;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:contact@firm.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:jean@acme.example
DTSTART:20261125T090000
DURATION:PT45M
END:VEVENT
END:VCALENDAR
"""


def read(text: str, span: Span = SPAN) -> Calendars:
    return calendar_reader.read(text.replace("\n", "\r\n").encode(), span)


def event(*lines: str, uid: str = "u1", start: str = "DTSTART:20261124T130000Z") -> str:
    """Return a calendar of one event."""
    told = "\n".join([f"UID:{uid}", "DTSTAMP:20261101T080000Z", start, "SUMMARY:Devis", *lines])
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\n{told}\nEND:VEVENT\nEND:VCALENDAR\n"


def starts(found: Calendars) -> list[str]:
    assert not found.problems
    at = [one.start.astimezone(SPAN.zone) if one.start else one.on for one in found.meetings]
    return sorted(f"{one:%m-%d %H:%M}" if isinstance(one, datetime) else f"{one:%m-%d}" for one in at if one)


def one(text: str) -> Meeting:
    (found,) = read(text).meetings
    return found


def test_outlook_repeats_a_meeting_on_its_clock_without_the_one_that_was_left_out() -> None:
    assert starts(read(OUTLOOK)) == ["10-12 09:00", "10-26 09:00", "11-03 14:00", "11-09 09:00"]


def test_a_repetition_that_was_moved_keeps_its_name_and_says_its_own_words() -> None:
    (moved,) = [each for each in read(OUTLOOK).meetings if each.sequence == 1]
    assert (moved.occurrence, moved.summary, moved.minutes) == (
        "20261102T080000Z",
        "Point chantier (déplacé)",
        90,
    )


def test_who_takes_part_is_told_by_address_and_a_room_is_nobody() -> None:
    first = min(read(OUTLOOK).meetings, key=lambda each: each.occurrence)
    assert first.organizer == "jean@acme.example"
    assert first.guests == ("contact@firm.example", "zoe@bois.example")
    assert first.declined == ("zoe@bois.example",)
    assert first.summary == "Point chantier, été"


def test_google_folds_its_lines_and_speaks_in_utc() -> None:
    found = one(GOOGLE)
    assert found.start == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    assert (found.minutes, found.guests, found.sequence) == (30, ("jean@acme.example",), 2)


def test_a_whole_day_has_no_hour() -> None:
    found = one(APPLE)
    assert (found.on, found.start, found.minutes, found.is_free) == (date(2026, 12, 1), None, None, True)


def test_what_is_private_says_neither_subject_nor_place() -> None:
    found = one(THUNDERBIRD)
    assert (found.is_private, found.summary, found.place, found.minutes) == (True, "", "", 45)


def test_an_hour_without_a_zone_is_that_of_the_user() -> None:
    found = one(THUNDERBIRD)
    assert found.start is not None
    assert found.start.utcoffset() == timedelta(hours=1)


def test_nine_o_clock_stays_nine_o_clock_through_the_change_of_hour() -> None:
    daily = event("RRULE:FREQ=DAILY;COUNT=3", start="DTSTART;TZID=Europe/Paris:20261024T090000")
    assert starts(read(daily)) == ["10-24 09:00", "10-25 09:00", "10-26 09:00"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=2",), ["11-24 14:00", "11-27 14:00", "12-25 14:00"]),
        (("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261201T130000Z"), ["11-24 14:00", "12-08 14:00"]),
        (("RRULE:FREQ=WEEKLY;UNTIL=20261201",), ["11-24 14:00", "12-01 14:00"]),
        (("RDATE:20261125T130000Z,20261126T130000Z",), ["11-24 14:00", "11-25 14:00", "11-26 14:00"]),
        (("RDATE;VALUE=PERIOD:20261125T130000Z/PT1H",), ["11-24 14:00", "11-25 14:00"]),
    ],
)
def test_repetitions_are_followed(lines: tuple[str, ...], expected: list[str]) -> None:
    found = starts(read(event(*lines)))
    assert found == expected if "BYDAY" not in lines[0] else set(found) >= set(expected[:2])


def test_what_began_years_ago_is_repeated_in_the_span_only() -> None:
    yearly = event("RRULE:FREQ=YEARLY", start="DTSTART;VALUE=DATE:19990601")
    assert starts(read(yearly)) == ["06-01"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYYEARDAY=400", "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5;BYSECOND=1,2,3",
    ],
)  # fmt: skip
def test_a_rule_that_would_be_counted_for_hours_is_refused_and_said(rule: str) -> None:
    found = read(event(f"RRULE:{rule}"))
    assert found.meetings == ()
    assert [problem.line for problem in found.problems] == [5]


def test_of_one_meeting_in_several_files_the_newest_version_holds() -> None:
    old, new = one(event("SEQUENCE:1")), one(event("SEQUENCE:3", "LOCATION:Angers"))
    assert calendar_reader.newest([new, old]) == [new]


@pytest.mark.parametrize("text", ["", "bonjour", "\0\0\0", "<html>", "BEGIN:VCARD\nEND:VCARD\n"])
def test_what_is_no_calendar_is_said(text: str) -> None:
    found = read(text)
    assert (found.meetings, len(found.problems)) == ((), 1)


def test_an_event_that_is_cut_off_does_not_keep_the_others_from_being_read() -> None:
    broken = OUTLOOK.replace("END:VCALENDAR\n", "BEGIN:VEVENT\nUID:cut\nDTSTART:2026")
    found = read(broken)
    assert len(found.meetings) == 4
    assert [problem.line for problem in found.problems] == [44]


def test_an_event_whose_date_means_nothing_is_told_with_its_line() -> None:
    two = event(uid="bad", start="DTSTART:pas une date").replace("END:VCALENDAR\n", "")
    good = event(uid="good").replace("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n", "")
    found = read(two + good)
    assert [each.uid for each in found.meetings] == ["good"]
    assert [problem.line for problem in found.problems] == [5]


def test_several_calendars_in_one_file_are_all_read() -> None:
    assert len(read(GOOGLE + APPLE).meetings) == 2


def test_a_text_without_end_is_cut() -> None:
    found = one(event(f"LOCATION:{'é' * 5000}"))
    assert len(found.place) <= 300


def test_a_very_long_name_is_made_short_always_in_the_same_way() -> None:
    first, again = (one(event(uid="x" * 5000)).uid for _time in range(2))
    assert first == again
    assert len(first) == 64
