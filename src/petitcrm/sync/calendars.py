"""Calendars read into the base: what is to come is in the day, what was held on the timelines, as often as one likes.

Files are read and understood with the base closed; what changes is written some hundred things a gesture, so that
whoever stops it, or pulls the plug, begins again where it stopped.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from petitcrm.connectors import calendar_reader, calendars, mail_accounts
from petitcrm.connectors.calendar_reader import Span
from petitcrm.crm import open_crm, read_crm
from petitcrm.rows import Row
from petitcrm.sales import appointments
from petitcrm.sales.appointments import Kept, Meeting
from petitcrm.sales.habits import zone
from petitcrm.store.turns import turn
from petitcrm.sync.mailboxes import addresses_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.config import Config
    from petitcrm.connectors.calendars import Source
    from petitcrm.crm import Crm

PAST_DAYS = 365
"""How far back meetings are put on timelines."""
COMING_DAYS = 60
"""How far ahead they are appointments: a meeting of every Monday is nine of them."""
BATCH = 200
WORK = "calendar"
_OURS = re.compile(r"task-\d+-[0-9TZ]+@petitcrm")
"""Our own tasks that come back from the folder that we write: they are in the base already."""


class Trouble(Row):
    """What could not be read: the file, the line (0 where it is the whole file), and why."""

    path: str
    line: int
    message: str


class Report(Row):
    """What became of one calendar: how many meetings it has in the span, what was done of them, and its troubles."""

    calendar: str
    meetings: int
    kept: Kept
    troubles: tuple[Trouble, ...]


def sync(
    config: Config,
    sources: Sequence[Source],
    *,
    tell: Callable[[str], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> list[Report]:
    """Read all calendars, one after the other; what fails in one keeps neither its other files nor the others.

    Raise BaseUnavailable, with who does it, where another program is reading calendars into this base.
    """
    with turn(config.db, WORK, "calendar sync"):
        with read_crm(config) as crm:
            span, ours = _span(crm), addresses_of(crm, mail_accounts.accounts(config.file))
        reading = _Reading(config, span, ours, on_wait)
        reports = []
        for source in sources:
            if tell:
                tell(source.name)
            reports.append(reading.read(source))
        return reports


class _Reading:
    """The reading of calendars, one after the other: what the first of them tells, the next need not tell again."""

    def __init__(
        self, config: Config, span: Span, ours: frozenset[str], on_wait: Callable[[str], None] | None
    ) -> None:
        self.config = config
        self.span = span
        self.ours = ours
        self.on_wait = on_wait
        self.names: set[str] = set()

    def read(self, source: Source) -> Report:
        """Read one calendar. What it no longer tells is taken off, but only where all of it could be read."""
        found, troubles = self._meetings(source)
        meetings = [one for one in found if one.name not in self.names]
        self.names.update(one.name for one in meetings)
        kept = self._keep(source.name, sorted(meetings, key=lambda one: one.on))
        if not troubles:
            kept = kept.and_also(self._remove(source.name, [one.name for one in meetings]))
        return Report(source.name, len(meetings), kept, tuple(troubles))

    def _meetings(self, source: Source) -> tuple[list[Meeting], list[Trouble]]:
        told: list[calendar_reader.Meeting] = []
        troubles: list[Trouble] = []
        for file in calendars.files(source):
            if file.problem:
                troubles.append(Trouble(file.path, 0, file.problem))
                continue
            read = calendar_reader.read(file.raw, self.span)
            told += [one for one in read.meetings if not _OURS.fullmatch(one.uid)]
            troubles += [Trouble(file.path, one.line, one.message) for one in read.problems]
        return [self._meeting(one) for one in calendar_reader.newest(told)], troubles

    def _meeting(self, one: calendar_reader.Meeting) -> Meeting:
        people = [who for who in (one.organizer, *one.guests) if who and who not in one.declined]
        local = one.start.astimezone(self.span.zone).date() if one.start else date.min
        return Meeting(
            f"{one.uid}#{one.occurrence}" if one.occurrence else one.uid, one.on or local, one.start, one.minutes,
            one.summary, one.place, one.description, tuple(dict.fromkeys(people)),
            not one.is_cancelled and not self.ours.intersection(one.declined), one.is_private, one.is_free,
        )  # fmt: skip

    def _keep(self, name: str, meetings: Sequence[Meeting]) -> Kept:
        with read_crm(self.config) as crm:
            steps = appointments.plan(crm, name, meetings, self.ours)
        # Most readings change nothing, and then nobody waits for the turn to write.
        changed = {step.meeting.name for step in steps if step.meeting}
        changed |= {step.task.external_id.split(":", 2)[2] for step in steps if step.task}
        waiting = [one for one in meetings if one.name in changed]
        kept = Kept()
        for start in range(0, len(waiting), BATCH):
            some = waiting[start : start + BATCH]
            with open_crm(self.config, who="calendar sync", on_wait=self.on_wait) as crm:
                kept = kept.and_also(
                    appointments.keep(crm, name, appointments.plan(crm, name, some, self.ours))
                )
        return kept

    def _remove(self, name: str, names: Sequence[str]) -> Kept:
        with read_crm(self.config) as crm:
            if not appointments.plan_removed(crm, name, names, self.span.first):
                return Kept()
        with open_crm(self.config, who="calendar sync", on_wait=self.on_wait) as crm:
            return appointments.keep(crm, name, appointments.plan_removed(crm, name, names, self.span.first))


def _span(crm: Crm) -> Span:
    today = crm.now.date()
    return Span(today - timedelta(days=PAST_DAYS), today + timedelta(days=COMING_DAYS), zone(crm))
