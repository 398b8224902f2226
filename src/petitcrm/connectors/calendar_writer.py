"""Appointments and things to do written as iCalendar (RFC 5545), all in one calendar or each in its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Todo, vCalAddress, vDuration, vRecur, vText

from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PRODUCT = "-//petitcrm//FR"
USUAL_MINUTES = 60
_EVERY = timedelta(hours=1)
_END = b"END:VCALENDAR\r\n"


class Entry(Row):
    """One thing to do. With an hour it is an appointment, in its zone, or wherever one is where that is not known.

    `rule` is an RRULE. `stamp`, `created` and `done` are instants (aware); `hidden_until` a day before it is due.
    """

    uid: str
    stamp: datetime
    created: datetime
    summary: str
    description: str = ""
    place: str = ""
    on: date | None = None
    at: time | None = None
    zone: str = ""
    minutes: int | None = None
    rule: str = ""
    counts_itself: bool = True
    """Whether the first day is one of the rule's."""
    hidden_until: date | None = None
    done: datetime | None = None
    cancelled: bool = False
    sequence: int = 0
    """How many times it was changed: of two versions a program keeps the higher one."""
    alarm: int | None = None
    """Minutes before its hour at which a program should ring."""


class Guest(Row):
    """Somebody who is invited, or who invites."""

    address: str
    name: str = ""


def pieces(entries: Iterable[Entry], zones: Iterable[str], name: str = "") -> Iterator[bytes]:
    """Yield one calendar that holds all the entries, which may be in these zones; with a name, as a feed has one."""
    # Outlook knows the interval by one of these words, the other programs by the other.
    feed = (("x-wr-calname", name), ("x-published-ttl", "PT1H")) if name else ()
    yield _opening(tuple(sorted(set(zones))), feed)
    for entry in entries:
        yield _component(entry).to_ical()
    yield _END


def alone(entry: Entry) -> bytes:
    """Return a calendar that holds one entry, as a folder of such files (vdir) wants it."""
    zones = (entry.zone,) if entry.at and entry.zone else ()
    return b"".join((_opening(zones), _component(entry).to_ical(), _END))


def invitation(entry: Entry, organizer: Guest, guests: Iterable[Guest]) -> bytes:
    """Return what invites somebody to an appointment, or calls it off: a message of iTIP (RFC 5546)."""
    event = _event(entry)
    event.add("organizer", _person(organizer))
    for guest in guests:
        told = _person(guest)
        told.params |= {
            "ROLE": vText("REQ-PARTICIPANT"),
            "PARTSTAT": vText("NEEDS-ACTION"),
            "RSVP": vText("TRUE"),
        }
        event.add("attendee", told)
    zones = (entry.zone,) if entry.at and entry.zone else ()
    method = "CANCEL" if entry.cancelled else "REQUEST"
    return b"".join((_opening(zones, (("method", method),)), event.to_ical(), _END))


def _person(guest: Guest) -> vCalAddress:
    told = vCalAddress(f"mailto:{guest.address}")
    if guest.name:
        told.params["CN"] = vText(_text(guest.name).replace('"', ""))
    return told


@cache
def _opening(zones: tuple[str, ...], more: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Return the beginning of a calendar, with the definition of each zone that is known."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for name, value in more:
        calendar.add(name, value)
    if any(name == "x-published-ttl" for name, _value in more):
        calendar.add("refresh-interval", vDuration(_EVERY), {"VALUE": "DURATION"})
    for name in zones:
        zone = _zone(name)
        if zone:
            calendar.add_component(_somewhere(zone))
    calendar.add_missing_timezones()
    calendar.subcomponents = [each for each in calendar.subcomponents if each.name == "VTIMEZONE"]
    opening: bytes = calendar.to_ical()
    return opening.removesuffix(_END)


def _somewhere(zone: ZoneInfo) -> Event:
    event = Event()
    event.add("dtstart", datetime(2000, 1, 1, tzinfo=zone))
    return event


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _event(entry: Entry) -> Component:
    """Return an entry as an event, even one that takes a whole day."""
    event: Component = Event()
    _add_head(event, entry)
    if entry.on and entry.at:
        _add_hours(event, entry, entry.on, entry.at)
    elif entry.on:
        event.add("dtstart", entry.on)
        _add_rule(event, entry, entry.on)
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _component(entry: Entry) -> Component:
    component: Component = Event() if entry.on and entry.at else Todo()
    _add_head(component, entry)
    if entry.on and entry.at:
        _add_hours(component, entry, entry.on, entry.at)
        if entry.alarm is not None and not entry.done:
            component.add_component(_alarm(entry))
    else:
        _add_days(component, entry)
    return component


def _alarm(entry: Entry) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _text(entry.summary))
    alarm.add("trigger", timedelta(minutes=-(entry.alarm or 0)))
    return alarm


def _add_head(component: Component, entry: Entry) -> None:
    component.add("uid", entry.uid)
    component.add("dtstamp", entry.stamp)
    component.add("last-modified", entry.stamp)
    component.add("created", entry.created)
    component.add("summary", _text(entry.summary))
    for name, value in (("description", entry.description), ("location", entry.place)):
        if value:
            component.add(name, _text(value))
    if entry.sequence:
        component.add("sequence", entry.sequence)


def _add_hours(event: Component, entry: Entry, on: date, at: time) -> None:
    start = datetime.combine(on, at, _zone(entry.zone))
    event.add("dtstart", start)
    end = _after(start, entry.minutes or USUAL_MINUTES)
    if end:
        event.add("dtend", end)
    _add_rule(event, entry, start)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")


def _after(start: datetime, minutes: int) -> datetime | None:
    """Return when it ends, by the clock that runs on through a change of hour; None beyond the year 9999."""
    try:
        if start.tzinfo is None:
            return start + timedelta(minutes=minutes)
        return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)
    except OverflowError:
        return None


def _add_days(todo: Component, entry: Entry) -> None:
    if entry.on:
        # RFC 5545 wants a DTSTART where there is a rule, and says it comes before DUE; the programs that write
        # repeated to-dos give both the same day, and those that read them expect it.
        if entry.rule:
            todo.add("dtstart", entry.on)
        elif entry.hidden_until and entry.hidden_until < entry.on:
            todo.add("dtstart", entry.hidden_until)
        todo.add("due", entry.on)
        _add_rule(todo, entry, entry.on)
    if entry.done:
        todo.add("status", "CANCELLED" if entry.cancelled else "COMPLETED")
        if not entry.cancelled:
            todo.add("completed", entry.done)
            todo.add("percent-complete", 100)
    else:
        todo.add("status", "NEEDS-ACTION")


def _add_rule(component: Component, entry: Entry, start: date) -> None:
    if entry.rule:
        component.add("rrule", vRecur.from_ical(entry.rule))
        if not entry.counts_itself:
            component.add("rdate", start)


def _text(value: str) -> str:
    """Return a text as iCalendar may hold it: its line ends, no other control character."""
    told = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in told if character in "\n\t" or not _is_control(character))


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f"
