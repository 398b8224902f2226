"""What comes next for somebody in a sequence: a pure function of the sequence, of what has been, and of the instant.

Nothing here asks a clock or a base. Every instant is aware; `now` is in the zone of the firm, by whose clock "2 days"
is the same hour two days later. The answer does not depend on how often, or how late, one asks: a decision is taken at
its deadline, by what was done until then, and once everything done until then has been read.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from petitcrm.dates import add_days, add_months, local_instant, zone_of
from petitcrm.marketing.flow import CERTAIN, END, MAIL_CONDITIONS, STANDING
from petitcrm.rows import Row
from petitcrm.working_time import USUAL, Hours, add_working_days, add_working_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from petitcrm.marketing.flow import Condition, Flow, Step, Wait, Window

PAUSE = "~"
"""What the name of a passage begins with that is no step but a pause: from `at` to `settled_at`."""
SHIFT, NOW, SKIP = "shift", "now", "skip"
"""What becomes of what fell due in a pause: everything moves by its length, is done at once, or is left out."""
SENT, SKIPPED = "sent", "skipped"
"""Outcomes of a step: the mail left; the step was left out."""
AGAIN = timedelta(minutes=15)
"""When to look again where a decision waits for signals to be read."""


class Passed(Row):
    """A step that was come to: when, when it was over (None while a mail waits to leave), and what came of it."""

    at: datetime
    settled_at: datetime | None = None
    outcome: str = ""


class Seen(Row):
    """Something that somebody did. `step` is the one whose mail or task it is about; `target` a page or an outcome."""

    kind: str
    at: datetime
    step: str = ""
    target: str = ""
    is_machine: bool = False


class Past(Row):
    """What has been, as far as it is known at the instant that is asked about.

    `measured` has the kinds of signal (`opened`), or the kind and a step (`opened:step`), that would be known of this
    person; `read_until` up to when each kind was read, nothing where it never is; `left` the reasons to leave that
    came up, `where` the answers to conditions on the contact, `mailed` when marketing mails left or are to leave to
    them, and `caps` how many of these are allowed in how many days.
    """

    entered_at: datetime
    passages: Mapping[str, Passed] = {}
    signals: tuple[Seen, ...] = ()
    measured: Mapping[str, bool] = {}
    read_until: Mapping[str, datetime] = {}
    left: Mapping[str, datetime] = {}
    where: Mapping[str, str] = {}
    mailed: tuple[datetime, ...] = ()
    caps: tuple[tuple[int, int], ...] = ()


class Move(Row):
    """The one thing that comes next.

    `wait` (until `until`; None: until a mail has left), `do` (the step: its effect, then its passage), `decide` (the
    passage alone, with its outcome), `exit` (for `reason`) or `end`. `since` is when the step was come to, `at` when
    what is done counts as done. `why` is a key of `WHY` in `stepping_words`.
    """

    kind: str
    why: str
    step: str = ""
    outcome: str = ""
    since: datetime | None = None
    at: datetime | None = None
    until: datetime | None = None
    reason: str = ""


def advance(flow: Flow, past: Past, now: datetime, hours: Hours = USUAL) -> Move:
    """Return what comes next for somebody; the same for the same facts. Whatever makes them leave goes first."""
    place = whereabouts(flow, past)
    gone = why_they_leave(flow, past, now)
    if gone:
        reason, at = gone
        return Move("exit", reason, step=place.step_id, since=place.since, at=at, reason=reason)
    if place.step_id == END:
        return Move("end", "end", since=place.since, at=place.since, reason="finished")
    step = _plan(flow).steps[place.step_id]
    if place.is_leaving:
        return Move("wait", "leaving", step=step.id, since=place.since)
    due = due_at(step, past, place.since, now, hours)
    if step.kind == "branch":
        return _decide(step, past, place.since, due, now)
    if due > now:
        return Move("wait", "pause", step=step.id, since=place.since, until=due)
    return _act(flow, step, past, _Due(place.since, due, now), hours)


class Place(Row):
    """Where somebody stands: the step, `END` past the last one, since when, and whether its mail is on its way."""

    step_id: str
    since: datetime
    is_leaving: bool = False


def whereabouts(flow: Flow, past: Past) -> Place:
    """Follow what somebody went through from the first step on; what is not on the path led nowhere."""
    plan = _plan(flow)
    step_id, since = plan.first, past.entered_at
    while step_id != END:
        passed = past.passages.get(step_id)
        if passed is None:
            return Place(step_id, since)
        if passed.settled_at is None:
            return Place(step_id, passed.at, is_leaving=True)
        since = passed.settled_at
        step_id = plan.after(step_id, passed.outcome)
    return Place(END, since)


def why_they_leave(flow: Flow, past: Past, now: datetime) -> tuple[str, datetime] | None:
    """Return why and since when somebody is to leave the sequence, by the first reason that came up; None to stay."""
    found = [
        (at, reason)
        for reason, at in past.left.items()
        if reason not in flow.stay_on and past.entered_at <= at <= now
    ]
    for condition in flow.exits:
        at = _first(condition, past, now)
        if at is not None:
            found.append((at, condition.what))
    if not found:
        return None
    at, reason = min(found, key=lambda one: (one[0], _RANK.get(one[1], len(_RANK))))
    return reason, at


def due_at(step: Step, past: Past, since: datetime, now: datetime, hours: Hours = USUAL) -> datetime:
    """Return when the pause before a step is over, or a question is decided, however many pauses moved it.

    What lies in several of them, a person's and that of the whole sequence, moves it once.
    """
    local = since.astimezone(zone_of(now))
    due = after(local, step.wait, hours) if step.wait else local
    shifted = since
    for began, over, how in pauses(past):
        start = max(began, shifted)
        if how == SHIFT and start < due and start < over:
            due, shifted = due + (over - start), over
    return due


def after(local: datetime, wait: Wait, hours: Hours = USUAL) -> datetime:
    """Return the instant that comes so long after another, by the clock of its zone.

    "2 days" is the same hour two days of the calendar later, "48 hours" are hours; a day of the month that is not there
    is the last one. With a time of day: that day at that hour, or after hours and minutes the first such hour.
    """
    found = _LATER[wait.unit](local, wait.amount, hours)
    if not wait.at:
        return found
    hour, minute = wait.at.split(":")
    at = local_instant(found.date(), time(int(hour), int(minute)), zone_of(local))
    earliest = found if wait.unit in ("minutes", "hours") else local
    if at >= earliest:
        return at
    return _LATER["working_days" if wait.unit == "working_days" else "days"](at, 1, hours)


def pauses(past: Past) -> Iterator[tuple[datetime, datetime, str]]:
    """Yield the pauses that are over: when they began, when they ended, what was said of what was due."""
    found = [
        (passed.at, passed.settled_at, passed.outcome)
        for name, passed in past.passages.items()
        if name[:1] == PAUSE and passed.settled_at is not None
    ]
    yield from sorted(found)


def may_leave_at(flow: Flow, past: Past, now: datetime, hours: Hours = USUAL) -> datetime:
    """Return the first instant from now on at which the windows and the caps let a mail leave."""
    at = now
    while True:
        free = free_at(past.mailed, at, [*past.caps, *([flow.cap] if flow.cap else [])])
        opens = opens_at(flow, free.astimezone(zone_of(now)), hours)
        if opens == at:
            return at
        at = opens


def free_at(mailed: Iterable[datetime], at: datetime, caps: Iterable[tuple[int, int]]) -> datetime:
    """Return the first instant from `at` on at which one mail more keeps within every cap: so many in so many days.

    A mail counts until the same hour so many days of the calendar later, by the clock of `at`.
    """
    zone, left = zone_of(at), sorted(mailed)
    for mails, days in caps if left else ():
        counting = [until for one in left if (until := add_days(one.astimezone(zone), days)) > at]
        if len(counting) >= mails:
            at = counting[-mails]
    return at


def opens_at(flow: Flow, now: datetime, hours: Hours = USUAL) -> datetime:
    """Return the first instant from now on that lies within the windows of a sequence."""
    window = _hours_of(flow.window, hours)
    return add_working_minutes(now, 0, window) if window else now


def answer(step: Step, past: Past, since: datetime, due: datetime, now: datetime) -> tuple[str, datetime]:
    """Return what a question answers, and as of when; an empty answer while it is too early to say.

    Yes as soon as it is seen, if it was done by the deadline. No at the deadline, once what was done until then has
    been read; unknown at the deadline where it could not be known.
    """
    condition = step.condition
    if condition is None:
        return "yes", due
    if condition.what == "where":
        told = past.where.get(condition.value, "unknown")
        return (told, due) if now >= due else ("", due)
    seen = _first(condition, past, min(due, now))
    if seen is not None:
        return "yes", max(since, seen)
    if now < due:
        return "", due
    if not _is_known(condition, past):
        return "unknown", due
    read = past.read_until.get(condition.what)
    is_read = condition.what in CERTAIN or (read is not None and read >= due)
    return ("no", due) if is_read else ("", due)


class _Due(Row):
    since: datetime
    due: datetime
    now: datetime


def _decide(step: Step, past: Past, since: datetime, due: datetime, now: datetime) -> Move:
    told, at = answer(step, past, since, due, now)
    if told:
        return Move("decide", told, step=step.id, outcome=told, since=since, at=at)
    if now < due:
        return Move("wait", "deadline", step=step.id, since=since, until=due)
    return Move("wait", "reading", step=step.id, since=since, until=now + AGAIN)


def _act(flow: Flow, step: Step, past: Past, when: _Due, hours: Hours) -> Move:
    since, due, now = when
    if step.kind == "wait":
        return Move("do", "wait", step=step.id, since=since, at=due)
    if any(how == SKIP and began <= due <= over for began, over, how in pauses(past)):
        return Move("decide", "skipped", step=step.id, outcome=SKIPPED, since=since, at=due)
    if step.kind == "stop":
        return Move("exit", "stop", step=step.id, since=since, at=due, reason=step.says("reason") or "stop")
    if step.kind == "send":
        opens = may_leave_at(flow, past, now, hours)
        if opens > now:
            why = "window" if opens_at(flow, now, hours) > now else "cap"
            return Move("wait", why, step=step.id, since=since, until=opens)
    return Move("do", step.kind, step=step.id, since=since, at=now)


def _first(condition: Condition, past: Past, until: datetime) -> datetime | None:
    """Return when somebody first did what a condition asks, from the day they began; None where they did not."""
    if condition.what == "where":
        return until if past.where.get(condition.value) == "yes" else None
    if not past.signals or not _could_be_known(condition, past):
        return None
    found = [
        one.at
        for one in past.signals
        if one.kind == condition.what
        and not one.is_machine
        and past.entered_at <= one.at <= until
        and _is_about(condition, one)
    ]
    return min(found, default=None)


def _is_about(condition: Condition, seen: Seen) -> bool:
    if condition.what == "visited":
        return not condition.of or is_page(condition.of, seen.target)
    if condition.of and seen.step != condition.of:
        return False
    return not condition.value or condition.value == seen.target


def is_page(wanted: str, target: str) -> bool:
    """Tell whether a page is the one that is meant: its path, with or without the site; `/prices*` is all below."""
    path = _path(target)
    if wanted.endswith("*"):
        return path.startswith(_path(wanted[:-1]))
    return path == _path(wanted)


def _path(page: str) -> str:
    bare = page.partition("?")[0].partition("#")[0]
    if "://" in bare:
        bare = "/" + bare.partition("://")[2].partition("/")[2]
    return bare.rstrip("/") or "/"


def _is_known(condition: Condition, past: Past) -> bool:
    """Tell whether "no" may be said at all of what was not seen."""
    if condition.what in CERTAIN:
        return True
    if condition.what in MAIL_CONDITIONS and condition.of:
        passed = past.passages.get(condition.of)
        if passed is None or passed.outcome != SENT:
            return False
    if condition.what not in past.read_until:
        return False
    return _could_be_known(condition, past)


def _could_be_known(condition: Condition, past: Past) -> bool:
    """Tell whether the person agreed to be measured; what an answer or the base itself says needs no consent."""
    if condition.what in CERTAIN or condition.what == "replied":
        return True
    told = past.measured.get(f"{condition.what}:{condition.of}")
    return past.measured.get(condition.what, False) if told is None else told


def _hours_of(window: Window | None, hours: Hours) -> Hours | None:
    if window is None:
        return None
    return Hours(window.spans or hours.spans, window.weekdays or hours.weekdays, hours.calendar)


def _hours_later(local: datetime, amount: int, minutes: int) -> datetime:
    return (local.astimezone(UTC) + timedelta(minutes=amount * minutes)).astimezone(zone_of(local))


_LATER: dict[str, Callable[[datetime, int, Hours], datetime]] = {
    "minutes": lambda local, n, _hours: _hours_later(local, n, 1),
    "hours": lambda local, n, _hours: _hours_later(local, n, 60),
    "days": lambda local, n, _hours: add_days(local, n),
    "weeks": lambda local, n, _hours: add_days(local, 7 * n),
    "working_days": lambda local, n, hours: local_instant(
        add_working_days(local.date(), n, hours), local.time(), zone_of(local)
    ),
    "months": lambda local, n, _hours: local_instant(
        add_months(local.date(), n), local.time(), zone_of(local)
    ),
}
_RANK = {reason: place for place, reason in enumerate(STANDING)}


class _Plan:
    """Where each step of a sequence leads, worked out once however many people walk it."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.steps = {step.id: step for step in flow.steps}
        self.first = flow.steps[0].id if flow.steps else END
        self._after: dict[tuple[str, str], str] = {}

    def after(self, step_id: str, outcome: str) -> str:
        found = self._after.get((step_id, outcome))
        if found is None:
            step = self.steps[step_id]
            found = self.flow.after(step, outcome if step.kind == "branch" else "")
            self._after[step_id, outcome] = found
        return found


_plans: dict[int, _Plan] = {}


def _plan(flow: Flow) -> _Plan:
    """Return the plan of a flow that is in hand; the last hundred are kept."""
    known = _plans.get(id(flow))
    if known is None or known.flow is not flow:
        if len(_plans) > 100:
            _plans.clear()
        known = _plans[id(flow)] = _Plan(flow)
    return known
