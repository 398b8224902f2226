"""Meetings that calendars tell: to come, they are appointments of the day; past, they are on the timeline.

What a person did is theirs: an appointment that they moved, renamed, ticked off or deleted is not put back.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta

from petitcrm.dates import instant_text, local_instant, zone_of
from petitcrm.i18n import _, ngettext
from petitcrm.rows import Row
from petitcrm.sales import timeline
from petitcrm.store.queries import calendars as queries
from petitcrm.store.queries import mail as addresses
from petitcrm.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from petitcrm.crm import Crm

SYNCED = "calendar.synced"
SOURCE = "calendar"
_MOST_MET = 50
"""Known contacts of one meeting whose timelines it is on: more are an audience."""
_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_HOUR = ("due_on", "due_time")
_USUAL_MINUTES = 60


class Meeting(Row):
    """A meeting as the sales know it. `name` names it for ever; without a `start` it takes the whole day `on`.

    `people` are the addresses of who takes part, who called it first; `is_on`: it was neither cancelled nor declined.
    """

    name: str
    on: date
    start: datetime | None
    minutes: int | None
    subject: str
    place: str = ""
    words: str = ""
    people: tuple[str, ...] = ()
    is_on: bool = True
    is_private: bool = False
    is_free: bool = False


class Step(Row):
    """One thing to do about a meeting: `add`, `move`, `remove` an appointment, or tell that it was `held`."""

    what: str
    meeting: Meeting | None
    contact: addresses.Whose | None
    task: queries.Appointment | None
    changes: dict[str, Any]
    name: str = ""
    """The outside name that the event takes, so that it is told once."""


class Kept(Row):
    """How many appointments were added, moved and removed, and how many meetings were put on timelines."""

    added: int = 0
    moved: int = 0
    removed: int = 0
    held: int = 0

    def and_also(self, other: Kept) -> Kept:
        """Return the sum."""
        return Kept(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def in_words(self) -> str:
        """Return what was done as a person reads it; nothing where nothing was."""
        parts = [
            ngettext("{n} appointment added", "{n} appointments added", self.added) if self.added else "",
            ngettext("{n} changed", "{n} changed", self.moved) if self.moved else "",
            ngettext("{n} taken off", "{n} taken off", self.removed) if self.removed else "",
            ngettext("{n} meeting on timelines", "{n} meetings on timelines", self.held) if self.held else "",
        ]
        return " · ".join(filter(None, parts))


def plan(crm: Crm, calendar: str, meetings: Sequence[Meeting], ours: Iterable[str]) -> list[Step]:
    """Return what some meetings of a calendar ask for; nothing where the base says all of it already."""
    return _Planning(crm, calendar, frozenset(ours)).plan(meetings)


def plan_removed(crm: Crm, calendar: str, names: Iterable[str], since: date) -> list[Step]:
    """Return what to take off because a calendar, read to its end, no longer tells it. `names` are those it tells."""
    planning = _Planning(crm, calendar, frozenset())
    kept = {planning.key(name) for name in names}
    gone = [
        task
        for key, task in planning.tasks.items()
        if key.startswith(planning.key("")) and key not in kept
        and task.done_at is None and (task.due_on or "") >= since.isoformat()
    ]  # fmt: skip
    planning.look_at(gone)
    return [step for task in gone for step in planning.without(task)]


def keep(crm: Crm, calendar: str, steps: Sequence[Step]) -> Kept:
    """Do what was planned, in one gesture of the world; the same reading twice changes nothing."""
    if not steps:
        return Kept()
    with crm.act(SYNCED, name=calendar, source=SOURCE):
        pass
    for step in steps:
        _DO[step.what](crm, step)
    number = [step.what for step in steps].count
    return Kept(number("add"), number("move"), number("remove"), number("held"))


# ------------------------------------------------------------------------------------------------------- what to do


class _Planning:
    """What is known of a calendar's appointments, and what its meetings change of it."""

    def __init__(self, crm: Crm, calendar: str, ours: frozenset[str]) -> None:
        self.crm = crm
        self.calendar = calendar
        self.ours = ours
        self.now = instant_text(crm.now)
        self.tasks = {one.external_id: one for one in queries.appointments(crm)}
        self.told = {one.external_id: one for one in queries.told(crm)}
        # By whom it is about now: a contact that was merged has its past, under the number that it had.
        self.held = {(key.rpartition(":c")[0], one.contact_id) for key, one in self.told.items()}
        self.theirs: dict[int, set[str]] = {}
        self.ended: dict[int, bool] = {}
        self.known: dict[str, addresses.Whose] = {}
        self.named: dict[str, set[int]] | None = None

    def key(self, name: str) -> str:
        return f"{queries.PREFIX}{self.calendar}:{name}"

    def plan(self, meetings: Sequence[Meeting]) -> list[Step]:
        told = {address for one in meetings for address in (*one.people, *_written(one))} - self.ours
        for whose in addresses.contacts_at(self.crm, told):
            self.known.setdefault(whose.address, whose)
        keys = [self.key(one.name) for one in meetings]
        self.look_at([self.tasks[key] for key in keys if key in self.tasks])
        self._look_at_gone([self.told[key] for key in keys if key in self.told and key not in self.tasks])
        return [step for one in meetings for step in self._steps(one)]

    def look_at(self, tasks: Sequence[queries.Appointment]) -> None:
        """Find what people changed of some appointments."""
        found = queries.touched(self.crm, {one.contact_id for one in tasks}, {one.id for one in tasks})
        for one in found:
            # What the calendar had changed and a person took back is theirs too.
            if (one.source == SOURCE) == (one.undone_by is not None):
                changed = (change for change in json.loads(one.changes) if change[:2] == ["~", "tasks"])
                self.theirs.setdefault(one.task_id, set()).update(*(change[3] for change in changed))

    def _look_at_gone(self, told: Sequence[queries.Told]) -> None:
        """Find which appointments that are no longer there were taken off by the calendar itself."""
        contacts = {one.contact_id for one in told if one.contact_id}
        for one in queries.touched(self.crm, contacts, {one.task_id for one in told if one.task_id}):
            if one.kind == "task.deleted" and one.undone_by is None:
                self.ended[one.task_id] = one.source == SOURCE

    def _steps(self, one: Meeting) -> list[Step]:
        key = self.key(one.name)
        task = self.tasks.get(key)
        ends = instant_text(_end(self.crm, one))
        if task is not None:
            if not one.is_on:
                return self.without(task)
            return self._held(one, task) if ends <= self.now else self._moved(one, task)
        if not one.is_on:
            return []
        told = self.told.get(key)
        if ends <= self.now:
            return [] if told else self._held(one, None)
        if told is not None and not self.ended.get(told.task_id or 0):
            return []  # a person took it off, or took back its coming
        whom = self._whom(one)
        return [self._added(one, whom[0])] if whom else []

    def without(self, task: queries.Appointment) -> list[Step]:
        """Return the end of an appointment that is off, unless a person did it, or gave it an hour of theirs."""
        if task.done_at or self.theirs.get(task.id, set()).intersection(_HOUR):
            return []
        return [Step("remove", None, None, task, {})]

    def _added(self, one: Meeting, whom: addresses.Whose) -> Step:
        number, key = 0, self.key(one.name)
        while key in self.told:
            number, key = number + 1, f"{self.key(one.name)}~{number + 1}"
        return Step(
            "add", one, whom, None, {**_fields(self.crm, one), "external_id": self.key(one.name)}, key
        )

    def _moved(self, one: Meeting, task: queries.Appointment) -> list[Step]:
        if task.done_at:
            return []
        theirs = self.theirs.get(task.id, set())
        told = {
            name: value
            for name, value in _fields(self.crm, one).items()
            if name not in theirs and getattr(task, name) != value
        }
        if theirs.intersection(_HOUR):  # half an hour of theirs and half of the calendar's would be nobody's
            told = {name: value for name, value in told.items() if name not in (*_HOUR, "zone")}
        return [Step("move", one, None, task, told)] if told else []

    def _held(self, one: Meeting, task: queries.Appointment | None) -> list[Step]:
        if task is not None and self.theirs.get(task.id, set()).intersection(_HOUR):
            return []
        steps = []
        whom = self._whom(one)
        if task is not None and task.contact_id not in [each.id for each in whom]:
            whom = [addresses.Whose("", task.contact_id), *whom]
        for who in whom:
            name = f"held:{one.name}"
            mine = task if task is not None and task.contact_id == who.id else None
            if (name, who.id) not in self.held and not (mine and mine.done_at):
                steps.append(Step("held", one, who, mine, {}, f"{name}:c{who.id}"))
        return steps

    def _whom(self, one: Meeting) -> list[addresses.Whose]:
        """Return the contacts of a meeting: who takes part; where nobody does, the one person whom it names surely."""
        others = [address for address in one.people if address not in self.ours]
        if others:
            found = {
                self.known[address].id: self.known[address] for address in others if address in self.known
            }
            return [*found.values()][:_MOST_MET]
        # A birthday names somebody too, and nobody was met.
        if one.is_private or one.is_free or one.start is None:
            return []
        written = {
            self.known[address].id for address in _written(one) if address in self.known
        } or self._by_name(one)
        return [addresses.Whose("", written.pop())] if len(written) == 1 else []

    def _by_name(self, one: Meeting) -> set[int]:
        if self.named is None:
            self.named = {}
            for contact_id, first, last in queries.full_names(self.crm):
                for name in (f"{first} {last}", f"{last} {first}"):
                    self.named.setdefault(" ".join(words(name)), set()).add(contact_id)
        told = words(one.subject)
        runs = (
            " ".join(told[start : start + length]) for length in range(2, 7) for start in range(len(told))
        )
        return set().union(*(self.named.get(run, set()) for run in runs))


def _written(one: Meeting) -> list[str]:
    """Return the addresses that are written in a meeting's words."""
    if one.is_private:
        return []
    return [found.lower() for found in _MAIL.findall(f"{one.subject} {one.place} {one.words}")[:50]]


def _fields(crm: Crm, one: Meeting) -> dict[str, Any]:
    """Return what the calendar says of an appointment, as a task keeps it."""
    local = crm.local(instant_text(one.start)) if one.start else None
    return {
        "text": _("Busy") if one.is_private else one.subject,
        "due_on": (local.date() if local else one.on).isoformat(),
        "due_time": f"{local:%H:%M}" if local else None,
        "zone": crm.zone if local else "",
        "duration_minutes": one.minutes,
        "place": one.place,
    }


def _start(crm: Crm, one: Meeting) -> datetime:
    return one.start or local_instant(one.on, time(), zone_of(crm.now))


def _end(crm: Crm, one: Meeting) -> datetime:
    if one.start is None:
        return local_instant(one.on + timedelta(days=1), time(), zone_of(crm.now))
    return one.start + timedelta(minutes=one.minutes or _USUAL_MINUTES)


# ---------------------------------------------------------------------------------------------------------- doing it


def _add(crm: Crm, step: Step) -> None:
    assert step.contact is not None
    contact_id, company_id = _subjects(crm, step.contact.id)
    deals = addresses.open_deals(crm, [contact_id])
    deal_id = deals[0].id if len(deals) == 1 else None
    with crm.act(
        "task.added", contact=contact_id, company=company_id, deal=deal_id, source=SOURCE, external_id=step.name,
    ) as act:  # fmt: skip
        act.details |= {"task": step.changes["text"], "task_kind": "meeting"}
        act.task = act.insert(
            "tasks", kind="meeting", contact_id=contact_id, deal_id=deal_id, owner_id=crm.user_id,
            created_at=crm.now_text, **step.changes,
        )  # fmt: skip


def _move(crm: Crm, step: Step) -> None:
    task = step.task
    assert task is not None
    with crm.act(
        "task.edited", task=task.id, contact=task.contact_id, deal=task.deal_id, source=SOURCE
    ) as act:
        act.details |= {"task": task.text, "task_kind": task.kind}
        shown = {"snoozed_until": None} if "due_on" in step.changes else {}
        act.update("tasks", task.id, **step.changes, **shown)


def _remove(crm: Crm, step: Step) -> None:
    task = step.task
    assert task is not None
    with crm.act(
        "task.deleted", task=task.id, contact=task.contact_id, deal=task.deal_id, source=SOURCE
    ) as act:
        act.details |= {"task": task.text, "task_kind": task.kind}
        act.delete("tasks", task.id)


def _hold(crm: Crm, step: Step) -> None:
    one, whom, task = step.meeting, step.contact, step.task
    assert one is not None
    assert whom is not None
    contact_id, company_id = _subjects(crm, whom.id)
    at = min(instant_text(_start(crm, one)), crm.now_text)
    told = _("Busy") if one.is_private else " · ".join(filter(None, (one.subject, one.place)))
    with crm.act(
        "meeting.held", contact=contact_id, company=company_id, deal=task.deal_id if task else None,
        task=task.id if task else None, text=told, at=at, minutes=one.minutes, source=SOURCE, external_id=step.name,
    ) as act:  # fmt: skip
        if task is not None:
            done_at = min(instant_text(_end(crm, one)), crm.now_text)
            act.update("tasks", task.id, done_at=done_at, outcome="done")
        timeline.touch(crm, act, contact_id, at=at)


_DO = {"add": _add, "move": _move, "remove": _remove, "held": _hold}


def _subjects(crm: Crm, contact_id: int) -> tuple[int, int | None]:
    found = crm.rows("SELECT company_id FROM contacts WHERE id = :id", id=contact_id)
    return contact_id, found[0][0] if found else None
