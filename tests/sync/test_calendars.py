"""Calendars are read into the day and the timelines, as often as one likes, and what a person did stays theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.connectors.calendars import Source, calendars
from petitcrm.crm import open_crm, read_crm
from petitcrm.dates import read_when
from petitcrm.errors import BaseUnavailable, UsageProblem
from petitcrm.sales import agenda, contacts, history, tasks, timeline, users
from petitcrm.sales.appointments import Kept
from petitcrm.store.turns import turn
from petitcrm.sync import calendars as sync
from tests.support.firm import Firm

sqlite_only = pytest.mark.engines("sqlite")
COMING, PAST = "20261124T130000Z", "20261116T130000Z"


def event(
    *lines: str, uid: str = "u1", at: str = COMING, who: str = "jean@acme.example", words: str = "Visite"
) -> str:
    """Return one event, of an hour unless it says otherwise."""
    guest = [f"ATTENDEE:mailto:{who}"] if who else []
    told = [f"UID:{uid}", "DTSTAMP:20261101T080000Z", f"DTSTART:{at}", f"SUMMARY:{words}", *guest, *lines]
    return "\r\n".join(["BEGIN:VEVENT", *told, "END:VEVENT", ""])


def calendar(path: Path, *events: str) -> Source:
    """Write a calendar, in place of what it said before."""
    path.write_bytes(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode())
    return Source(path.stem, str(path))


def read(config: Config, *sources: Source) -> Kept:
    """Read some calendars; return the sum of what was done."""
    total = Kept()
    for report in sync.sync(config, sources):
        total = total.and_also(report.kept)
    return total


def appointments(config: Config) -> list[str]:
    """Return the appointments that calendars told, in words."""
    with read_crm(config) as crm:
        return [
            f"{item.due} {item.time} {item.text} {item.place}".strip()
            for item in agenda.day(crm).items
            if item.calendar
        ]


def held(config: Config, contact_id: int) -> list[str]:
    """Return the words of the meetings on a contact's timeline."""
    with read_crm(config) as crm:
        where = "contact_id = :id AND kind = 'meeting.held' AND undone_by IS NULL"
        return [
            row[0] for row in crm.rows(f"SELECT text FROM events WHERE {where} ORDER BY id", id=contact_id)
        ]


def number(config: Config, table: str) -> int:
    with read_crm(config) as crm:
        return int(crm.rows(f"SELECT count(*) FROM {table}")[0][0])


def test_a_meeting_to_come_is_an_appointment_with_its_place_and_its_calendar(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    source = calendar(tmp_path / "pro.ics", event("LOCATION:Angers"))
    assert read(config, source) == Kept(added=1)
    assert appointments(config) == ["2026-11-24 14:00 Rendez-vous avec M. Dupont (Acmé SARL) — Visite Angers"]
    with read_crm(config) as crm:
        (item,) = [item for item in agenda.day(crm).items if item.calendar]
    assert (item.calendar, item.deal, item.kind) == ("pro", "Chaudière", "meeting")


def test_a_meeting_that_is_past_is_on_the_timelines_of_all_who_were_there(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    both = event("ATTENDEE:mailto:zoe@bois.example", "LOCATION:Angers", at=PAST)
    assert read(config, calendar(tmp_path / "pro.ics", both)) == Kept(held=2)
    assert held(config, firm.contact) == held(config, firm.other_contact) == ["Visite · Angers"]
    assert appointments(config) == []


@sqlite_only
def test_a_meeting_that_was_held_restarts_the_clock_of_silence(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    later = config._replace(now="2026-11-30T09:00:00+01:00")
    read(later, calendar(tmp_path / "pro.ics", event(at="20261126T130000Z")))
    with read_crm(later) as crm:
        (touched,) = crm.rows("SELECT touched_at FROM deals WHERE id = :id", id=firm.deal)
    assert touched == ("2026-11-26T13:00:00Z",)


def test_the_same_reading_twice_changes_nothing(firm: Firm, config: Config, tmp_path: Path) -> None:
    source = calendar(tmp_path / "pro.ics", event(), event(uid="u2", at=PAST))
    read(config, source)
    before = number(config, "batches"), number(config, "events")
    assert read(config, source) == Kept()
    assert (number(config, "batches"), number(config, "events")) == before


def test_an_appointment_follows_its_calendar(firm: Firm, config: Config, tmp_path: Path) -> None:
    path = tmp_path / "pro.ics"
    read(config, calendar(path, event()))
    assert read(config, calendar(path, event("SEQUENCE:1", at="20261125T090000Z"))) == Kept(moved=1)
    assert appointments(config)[0].startswith("2026-11-25 10:00")


@pytest.mark.parametrize(
    "events",
    [
        [],
        [event("STATUS:CANCELLED", "SEQUENCE:1")],
        [event("ATTENDEE;PARTSTAT=DECLINED:mailto:anne@firm.example")],
    ],
)
def test_an_appointment_that_is_off_is_taken_off_and_comes_back_with_its_meeting(
    firm: Firm, config: Config, tmp_path: Path, events: list[str]
) -> None:
    with open_crm(config) as crm:
        users.edit(crm, firm.user, {"email": "anne@firm.example"})
    path = tmp_path / "pro.ics"
    read(config, calendar(path, event()))
    assert read(config, calendar(path, *events)) == Kept(removed=1)
    assert appointments(config) == []
    assert read(config, calendar(path, event())) == Kept(added=1)
    assert read(config, calendar(path, event())) == Kept()


def test_an_appointment_is_done_by_itself_once_its_hour_is_past(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    source = calendar(tmp_path / "pro.ics", event())
    read(config, source)
    later = config._replace(now="2026-11-24T18:00:00+01:00")
    assert read(later, source) == Kept(held=1)
    assert appointments(later) == []
    assert held(later, firm.contact) == ["Visite"]
    assert read(later, source) == Kept()


# ----------------------------------------------------------------------------------------- what a person did is theirs


def _task(config: Config) -> int:
    with read_crm(config) as crm:
        return int(crm.rows("SELECT max(id) FROM tasks")[0][0])


@sqlite_only
def test_an_hour_that_a_person_chose_stays_and_a_place_still_follows(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "pro.ics"
    read(config, calendar(path, event()))
    with open_crm(config) as crm:
        tasks.edit(crm, _task(config), {"due": read_when("2026-11-26 16:00", now=crm.now)})
    assert read(config, calendar(path, event("LOCATION:Nantes", at="20261125T090000Z"))) == Kept(moved=1)
    assert appointments(config) == ["2026-11-26 16:00 Rendez-vous avec M. Dupont (Acmé SARL) — Visite Nantes"]
    assert read(config, calendar(path)) == Kept()


@sqlite_only
@pytest.mark.parametrize("gesture", [tasks.done, tasks.delete])
def test_what_a_person_did_or_deleted_does_not_come_back(
    firm: Firm, config: Config, tmp_path: Path, gesture: object
) -> None:
    path = tmp_path / "pro.ics"
    read(config, calendar(path, event()))
    with open_crm(config) as crm:
        gesture(crm, _task(config))  # type: ignore[operator]
    assert read(config, calendar(path, event(at="20261125T090000Z"))) == Kept()
    later = config._replace(now="2026-11-27T18:00:00+01:00")
    assert read(later, calendar(path, event())) == Kept()
    assert held(later, firm.contact) == []


@sqlite_only
def test_a_reading_is_taken_back_whole_and_does_not_come_again_by_itself(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    source = calendar(tmp_path / "pro.ics", event(), event(uid="u2", at=PAST))
    read(config, source)
    with open_crm(config) as crm:
        history.undo(crm, int(crm.rows("SELECT max(id) FROM batches")[0][0]))
    assert (appointments(config), held(config, firm.contact)) == ([], [])
    assert read(config, source) == Kept()


@sqlite_only
def test_a_plain_undo_passes_over_what_a_reading_did(firm: Firm, config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        timeline.log(crm, "note", firm.contact, "à moi")
    read(config, calendar(tmp_path / "pro.ics", event()))
    with open_crm(config) as crm:
        history.undo(crm)
    assert len(appointments(config)) == 1


@sqlite_only
def test_who_was_merged_has_not_met_twice(firm: Firm, config: Config, tmp_path: Path) -> None:
    source = calendar(tmp_path / "pro.ics", event(at=PAST, who="zoe@bois.example"))
    read(config, source)
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
    assert read(config, source) == Kept()
    assert held(config, firm.contact) == ["Visite"]


# ------------------------------------------------------------------------------------------------------ who it is with


@sqlite_only
@pytest.mark.parametrize(
    ("told", "is_theirs"),
    [
        (event(who="", words="RDV Jean Dupont chantier"), True),
        (event(who="", words="DUPONT Jean"), True),
        (event("DESCRIPTION:tél. ou jean@acme.example", who="", words="Point"), True),
        (event(who="", words="Dupont"), False),
        (event(who="", words="Jean Dupont et Zoé Noël"), False),
        (event(who="", words="Jean Duponteau"), False),
        (event("TRANSP:TRANSPARENT", who="", words="Anniversaire Jean Dupont"), False),
        (event("CLASS:PRIVATE", who="", words="Jean Dupont"), False),
        (event(who="inconnu@ailleurs.example", words="Jean Dupont"), False),
    ],
)
def test_without_guests_it_is_with_the_one_person_whom_it_surely_names(
    firm: Firm, config: Config, tmp_path: Path, told: str, is_theirs: bool
) -> None:
    assert read(config, calendar(tmp_path / "pro.ics", told)) == Kept(added=int(is_theirs))


@sqlite_only
def test_a_name_that_two_people_have_is_nobody_s(firm: Firm, config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"first_name": "Jean", "last_name": "Dupont"})
    assert read(config, calendar(tmp_path / "pro.ics", event(who="", words="Jean Dupont"))) == Kept()


@sqlite_only
def test_a_private_meeting_says_only_that_one_is_busy(firm: Firm, config: Config, tmp_path: Path) -> None:
    read(config, calendar(tmp_path / "pro.ics", event("CLASS:PRIVATE", "LOCATION:Hôpital", words="Secret")))
    assert appointments(config) == ["2026-11-24 14:00 Rendez-vous avec M. Dupont (Acmé SARL) — Occupé"]


@sqlite_only
def test_hostile_words_are_kept_as_words_and_a_crowd_is_no_meeting_with_each(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    crowd = "".join(f"\r\nATTENDEE:mailto:a{number}@foule.example" for number in range(3000))
    told = event("LOCATION:\x1b]0;x\x07" + "é" * 5000 + crowd, words="x'; DROP TABLE tasks;--" * 500)
    assert read(config, calendar(tmp_path / "pro.ics", told)) == Kept(added=1)
    with read_crm(config) as crm:
        ((text, place),) = crm.rows("SELECT text, place FROM tasks WHERE external_id IS NOT NULL")
    assert (len(text), len(place)) == (500, 300)


@sqlite_only
def test_our_own_tasks_that_come_back_are_not_read(firm: Firm, config: Config, tmp_path: Path) -> None:
    told = event(uid="task-1-20261101T080000Z@petitcrm")
    assert read(config, calendar(tmp_path / "pro.ics", told)) == Kept()


@sqlite_only
def test_a_meeting_that_lies_in_two_calendars_is_told_once(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    sources = [calendar(tmp_path / f"{name}.ics", event()) for name in ("pro", "perso")]
    assert read(config, *sources) == Kept(added=1)
    assert read(config, *sources) == Kept()


@sqlite_only
def test_a_repeated_meeting_is_an_appointment_each_time(firm: Firm, config: Config, tmp_path: Path) -> None:
    path = tmp_path / "pro.ics"
    assert read(config, calendar(path, event("RRULE:FREQ=WEEKLY;COUNT=3", at=PAST))) == Kept(added=2, held=1)
    fewer = event("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261123T130000Z", at=PAST)
    assert read(config, calendar(path, fewer)) == Kept(removed=1)


# ------------------------------------------------------------------------------------------------------- what is wrong


@sqlite_only
def test_a_file_that_is_wrong_is_told_and_takes_nothing_off(
    firm: Firm, config: Config, tmp_path: Path
) -> None:
    folder = tmp_path / "pro"
    folder.mkdir()
    calendar(folder / "a.ics", event())
    source = Source("pro", str(folder))
    read(config, source)
    (folder / "a.ics").write_bytes(b"\0 bonjour")
    calendar(folder / "b.ics", event(uid="u2", at="20261126T130000Z"))
    (report,) = sync.sync(config, [source])
    assert (report.kept, [bad.path for bad in report.troubles]) == (Kept(added=1), [str(folder / "a.ics")])
    assert len(appointments(config)) == 2


@sqlite_only
def test_a_calendar_that_is_not_there_takes_nothing_off(firm: Firm, config: Config, tmp_path: Path) -> None:
    source = calendar(tmp_path / "pro.ics", event())
    read(config, source)
    (tmp_path / "pro.ics").unlink()
    (report,) = sync.sync(config, [source])
    assert (report.kept, len(report.troubles), len(appointments(config))) == (Kept(), 1, 1)


@sqlite_only
def test_a_reading_that_stopped_midway_goes_on_where_it_was(
    firm: Firm, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "BATCH", 2)
    events = [event(uid=f"u{each}", at=f"202611{24 + each}T130000Z") for each in range(5)]
    source = calendar(tmp_path / "pro.ics", *events)
    with turn(config.db, sync.WORK, "calendar sync"), pytest.raises(BaseUnavailable):
        read(config, source)
    assert read(config, source) == Kept(added=5)
    assert number(config, "batches") - 5 == 3


@sqlite_only
@pytest.mark.parametrize(
    "told",
    ["calendars = 3", "[calendars]\npro = 3", "[calendars.pro]\n", '[calendars.pro]\npath = "a"\nhost = "b"',
     '[calendars."a:b"]\npath = "a"'],
)  # fmt: skip
def test_a_configuration_that_means_nothing_is_refused_with_its_line(tmp_path: Path, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(told)
    with pytest.raises(UsageProblem) as refused:
        calendars(str(path))
    assert "config.toml" in refused.value.message


@sqlite_only
def test_a_path_is_from_the_folder_of_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[calendars.pro]\npath = "agendas/pro"')
    assert calendars(str(path)) == (Source("pro", str(tmp_path / "agendas" / "pro")),)
