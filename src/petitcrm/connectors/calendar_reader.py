"""Calendars read (RFC 5545): the meetings of a span of days, each repetition by itself, and what could not be read.

Outlook, Google, Apple, Thunderbird, Nextcloud write them, each in its own way; one event that is wrong never keeps the
others from being read. Who sends an invitation writes into our calendar: nothing of it is believed to be short or few.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from icalendar import Calendar
from icalendar.error import InvalidCalendar
from icalendar.timezone import tzp

from petitcrm.connectors import calendar_rules
from petitcrm.connectors.calendar_rules import Unreadable
from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.text import clean, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_LONGEST = {"summary": 500, "location": 300, "description": 20_000}
_LONGEST_NAME = 200
_MOST_PEOPLE = 200
_EVENT = re.compile(rb"^(BEGIN|END):(VEVENT|VTIMEZONE)\s*$", re.IGNORECASE)
_BEGINS = re.compile(rb"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
_CANCELS = re.compile(rb"^METHOD:CANCEL\s*$", re.IGNORECASE | re.MULTILINE)
_NOT_PEOPLE = ("RESOURCE", "ROOM")
_HIDDEN = ("PRIVATE", "CONFIDENTIAL")
_NO_CALENDAR = N_("this is not a calendar")


class Span(Row):
    """The days that are asked for, both included, and the zone of an hour that names none."""

    first: date
    last: date
    zone: tzinfo


class Meeting(Row):
    """One meeting. `uid` and `occurrence` (when it was first planned; empty unless it is repeated) name it for ever.

    `on` is its day where it takes whole days, else `start` is its beginning, aware. `declined` are the guests who said
    no. What is private says neither its subject nor its place.
    """

    uid: str
    occurrence: str
    sequence: int
    stamp: str
    on: date | None
    start: datetime | None
    minutes: int | None
    summary: str = ""
    place: str = ""
    description: str = ""
    organizer: str = ""
    guests: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    is_cancelled: bool = False
    is_private: bool = False
    is_free: bool = False
    """A reminder for oneself: it takes no time."""


class Problem(Row):
    """What could not be read, and the line where it begins (0: the file as a whole)."""

    line: int
    message: str


class Calendars(Row):
    """What a file holds of the span: meetings, cancelled ones too, and problems."""

    meetings: tuple[Meeting, ...]
    problems: tuple[Problem, ...]


def read(raw: bytes, span: Span) -> Calendars:
    """Return the meetings of a span of days, each repetition by itself; whatever is wrong is told, never raised."""
    reading = _Reading(raw, span)
    return reading.read()


class _Reading:
    """The reading of one file."""

    def __init__(self, raw: bytes, span: Span) -> None:
        self.raw = raw.removeprefix(b"\xef\xbb\xbf")
        self.span = span
        self.problems: list[Problem] = []

    def read(self) -> Calendars:
        # Outlook calls every zone of its own the same: what the file before this one meant by it is forgotten.
        tzp.use_default()
        series: dict[str, list[Any]] = {}
        for event in self._events():
            uid = _uid(event)
            if uid:
                series.setdefault(uid, []).append(event)
            else:
                self._tell(event, _("an event without a name (UID)"))
        meetings = [meeting for uid, events in series.items() for meeting in self._meetings(uid, events)]
        raw = self.raw.upper()
        if not self.problems and raw.count(b"BEGIN:VCALENDAR") > raw.count(b"END:VCALENDAR"):
            self.problems.append(Problem(0, _("the file ends too early")))
        return Calendars(tuple(meetings), tuple(self.problems))

    def _events(self) -> Iterator[Any]:
        """Yield the events; where the file as a whole cannot be read, those that can be one by one."""
        if b"BEGIN:VCALENDAR" not in self.raw[:1_000_000].upper():
            self.problems.append(Problem(0, _(_NO_CALENDAR)))
            return
        try:
            calendars = Calendar.from_ical(self.raw, multiple=True)
        except (ValueError, InvalidCalendar, RecursionError, KeyError, IndexError, AttributeError, TypeError):
            yield from self._one_by_one()
            return
        found = [event for calendar in calendars for event in _in_force(calendar)]
        # A file that ends too early is read without a word, as if nothing were in it.
        if len(found) < len(_BEGINS.findall(self.raw)):
            yield from self._one_by_one()
        else:
            yield from found

    def _one_by_one(self) -> Iterator[Any]:
        zones, events = _blocks(self.raw)
        method = b"METHOD:CANCEL\r\n" if _CANCELS.search(self.raw) else b""
        before = b"BEGIN:VCALENDAR\r\n" + method + b"".join(zones)
        for line, block in events:
            try:
                found = Calendar.from_ical(before + block + b"END:VCALENDAR\r\n", multiple=True)
                if not found:
                    raise ValueError(_("it is cut off"))
                yield from _in_force(found[0])
            except Exception as error:  # whatever is wrong with it, the events beside it are read
                self.problems.append(Problem(line, _why(error)))
        if not events:
            self.problems.append(Problem(0, _("this calendar cannot be read")))

    def _meetings(self, uid: str, events: list[Any]) -> Iterator[Meeting]:
        """Yield the meetings of one name: its repetitions, those that were changed by themselves in their place."""
        changed: dict[str, Any] = {}
        whole = None
        for event in sorted(events, key=_age):
            at = event.get("recurrence-id")
            if at is None:
                whole = event
                continue
            try:
                changed[_occurrence(at.dt, self.span.zone)] = event
            except Exception as error:  # one change that cannot be placed, of a series that can
                self._tell(event, _why(error))
        found: list[tuple[str, Any, Any]] = [(name, event, None) for name, event in changed.items()]
        if whole is not None:
            found += [one for one in self._repeated(whole) if one[0] not in changed]
        for name, event, start in found:
            try:
                meeting = _meeting(uid, name, event, start, self.span.zone)
            except (
                Exception
            ) as error:  # a date of the year 0, an address that is a list: it is one event of many
                self._tell(event, _why(error))
                continue
            if meeting and self.span.first <= _day(meeting, self.span.zone) <= self.span.last:
                yield meeting

    def _repeated(self, event: Any) -> list[tuple[str, Any, Any]]:
        try:
            if "dtstart" not in event:
                raise Unreadable(_("an event without a beginning"))
            begins = event["dtstart"].dt
            if "rrule" not in event and "rdate" not in event:
                return [("", event, begins)]
            starts = calendar_rules.starts(event, self.span.first, self.span.last)
            return [(_occurrence(start, self.span.zone), event, start) for start in starts]
        except Unreadable as error:
            self._tell(event, str(error))
        except Exception as error:
            self._tell(event, _why(error))
        return []

    def _tell(self, event: Any, message: str) -> None:
        self.problems.append(Problem(self._line(event), message))

    def _line(self, event: Any) -> int:
        """Return the line where an event is named; 0 where it is not found again."""
        at = self.raw.find(b"UID:" + str(event.get("uid", "")).encode("utf-8", "replace")[:60])
        return self.raw.count(b"\n", 0, at) + 1 if at >= 0 and event.get("uid") else 0


def _in_force(calendar: Any) -> list[Any]:
    """Return the events of a calendar; those of a cancellation (RFC 5546, 3.2.5) are cancelled whatever they say."""
    found = list(calendar.walk("VEVENT"))
    if str(calendar.get("method", "")).upper() == "CANCEL":
        for event in found:
            event["status"] = "CANCELLED"
    return found


def _why(error: Exception) -> str:
    """Return what a person is told: ours as it is, the library's without the names of its classes."""
    told = safe(str(error).rpartition("'): ")[2])[:120]
    return _("this event cannot be read ({error})", error=told) if told else _("this event cannot be read")


def _blocks(raw: bytes) -> tuple[list[bytes], list[tuple[int, bytes]]]:
    """Return the definitions of zones of a file, and its events with the line where each begins."""
    zones: list[bytes] = []
    events: list[tuple[int, bytes]] = []
    held: list[bytes] = []
    begun = 0
    for number, line in enumerate(raw.splitlines(keepends=True), 1):
        mark = _EVENT.match(line)
        if mark and mark[1].upper() == b"BEGIN":  # one that never ended is left with what it has
            if held:
                events.append((begun, b"".join(held)))
            held, begun = [], number
        if held or mark:
            held.append(line)
        if mark and mark[1].upper() == b"END" and held:
            block = b"".join(held)
            (zones.append(block) if mark[2].upper() == b"VTIMEZONE" else events.append((begun, block)))
            held = []
    return zones, events + ([(begun, b"".join(held))] if held else [])


# ---------------------------------------------------------------------------------------------------- one event


def _meeting(uid: str, name: str, event: Any, start: Any, zone: tzinfo) -> Meeting | None:
    if "dtstart" not in event:
        raise ValueError(_("an event without a beginning"))
    begins = event["dtstart"].dt
    lasts = _length(event, begins)
    begins = begins if start is None else start
    has_hour = isinstance(begins, datetime)
    is_private = str(event.get("class", "")).upper() in _HIDDEN
    people = _People(event)
    status = str(event.get("status", "")).upper()
    return Meeting(
        uid, name, _number(event.get("sequence", 0)), _stamp(event),
        None if has_hour else begins,
        _aware(begins, zone) if has_hour else None,
        max(int(lasts.total_seconds() // 60), 0) or None if has_hour and lasts else None,
        "" if is_private else _words(event, "summary"),
        "" if is_private else _words(event, "location"),
        "" if is_private else _words(event, "description"),
        people.organizer, people.guests, people.declined,
        status == "CANCELLED", is_private, str(event.get("transp", "")).upper() == "TRANSPARENT",
    )  # fmt: skip


class _People:
    """Who is at a meeting, by their addresses."""

    def __init__(self, event: Any) -> None:
        self.organizer = _address(event.get("organizer", ""))
        guests: dict[str, bool] = {}
        for one in _listed(event.get("attendee"))[:_MOST_PEOPLE]:
            told = getattr(one, "params", {})
            address = _address(one)
            if address and str(told.get("CUTYPE", "")).upper() not in _NOT_PEOPLE:
                guests[address] = str(told.get("PARTSTAT", "")).upper() == "DECLINED"
        self.guests = tuple(guests)
        self.declined = tuple(address for address, said_no in guests.items() if said_no)


def _address(told: Any) -> str:
    from petitcrm.formats.emails import known_as

    text = str(told).strip()
    bare = text[7:] if text[:7].lower() == "mailto:" else str(getattr(told, "params", {}).get("EMAIL", text))
    return known_as(bare) if "@" in bare and len(bare) < 320 else ""


def _length(event: Any, begins: date) -> timedelta | None:
    """Return how long an event lasts; None where it does not say, or nothing that can be read."""
    try:
        return _told_length(event, begins)
    except Exception:  # the library raises whatever it meets; the event is there all the same
        return None


def _told_length(event: Any, begins: date) -> timedelta | None:
    if "duration" in event:
        told = event["duration"].dt
        return told if isinstance(told, timedelta) else None
    if "dtend" not in event:
        return None
    ends = event["dtend"].dt
    if not (isinstance(begins, datetime) and isinstance(ends, datetime)):
        return None
    if (begins.tzinfo is None) != (ends.tzinfo is None):
        begins, ends = begins.replace(tzinfo=None), ends.replace(tzinfo=None)
    return min(max(ends - begins, timedelta()), timedelta(days=60))


def _words(event: Any, name: str) -> str:
    told = event.get(name, "")
    text = clean(str(told[0] if isinstance(told, list) else told)).strip()
    return (text if name == "description" else " ".join(text.split()))[: _LONGEST[name]]


def _uid(event: Any) -> str:
    """Return the name of an event; a very long one is made short, always in the same way."""
    told = clean(str(event.get("uid", ""))).strip()
    return told if len(told) <= _LONGEST_NAME else hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _age(event: Any) -> tuple[int, str]:
    """Say which of two events of one name is the newer one."""
    return _number(event.get("sequence", 0)), _stamp(event)


def _stamp(event: Any) -> str:
    for name in ("last-modified", "dtstamp"):
        told = getattr(event.get(name), "dt", None)
        if isinstance(told, datetime):
            return told.strftime("%Y%m%dT%H%M%S")
    return ""


def _number(told: Any) -> int:
    try:
        return int(told)
    except (TypeError, ValueError):
        return 0


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]


def _aware(at: datetime, zone: tzinfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _occurrence(at: date, zone: tzinfo) -> str:
    """Return the name of one repetition: the instant at which it was planned first, or the day."""
    if isinstance(at, datetime):
        return _aware(at, zone).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return at.strftime("%Y%m%d")


def _day(meeting: Meeting, zone: tzinfo) -> date:
    return meeting.on or (meeting.start.astimezone(zone).date() if meeting.start else date.min)


def newest(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Return each meeting once, as its newest version has it: the same one may lie in several files."""
    kept: dict[tuple[str, str], Meeting] = {}
    for one in meetings:
        known = kept.get((one.uid, one.occurrence))
        if known is None or (one.sequence, one.stamp) > (known.sequence, known.stamp):
            kept[one.uid, one.occurrence] = one
    return list(kept.values())
