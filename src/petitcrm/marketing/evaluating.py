"""What is due in the sequences: asked for thousands at once, decided by `stepping`, written together.

The decision, the passage of the step and what comes next are one transaction: whoever is killed has done all of it or
nothing. A mail is only queued here; who sends it asks again whether it may leave.
"""

from __future__ import annotations

from array import array
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from petitcrm.dates import instant_text
from petitcrm.errors import CrmError
from petitcrm.i18n import said_of
from petitcrm.marketing import facts, replaying, sequence_mails, step_effects, stepping
from petitcrm.marketing.flow import MEASURED
from petitcrm.marketing.sequence_mails import Room, Sending
from petitcrm.marketing.stepping import Move, Passed
from petitcrm.rows import Row
from petitcrm.sales import habits
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow, Step
    from petitcrm.marketing.stepping import Past
    from petitcrm.store.queries.enrolments import Enrolled
    from petitcrm.working_time import Hours

CHUNK = 2000
"""People of a transaction: more gain nothing, and hold the base longer."""
WINDOW = 50_000
"""People who are put in order at a time: of a million who are due at random, each chunk would touch every page."""
WAKING = (
    "mail.received", "mail.bounced", "mail.complained", "consent.given", "consent.withdrawn", "consent.objected",
    "deal.won", "deal.lost", "task.done", "list.left",
)  # fmt: skip
"""What may decide something, or make somebody leave, before the next step is due."""
_OVERLAP = 100
"""Gestures looked at again: on a server, one may be committed after one that began later."""


class Place(Row):
    """Where a run is: the numbers of those it has before it, how far it came, and up to whom they were looked for."""

    waiting: array[int] = array("q")
    at: int = 0
    last: tuple[str, int] = ("", 0)


FIRST = Place()


class Done(Row):
    """What was done for some people. `after` is where to go on, None at the end; `held` are mails kept for later."""

    after: Place | None
    looked: int = 0
    decided: int = 0
    queued: int = 0
    acted: int = 0
    left: int = 0
    ended: int = 0
    held: int = 0
    problems: tuple[str, ...] = ()


def wake(crm: Crm) -> int:
    """Let those be looked at again with whom something happened, or whose mail has left; return how many."""
    known, last = sequences.remembered(crm, "woken"), queries.last_batch(crm)
    contacts = queries.moved(crm, int(known) - _OVERLAP, WAKING) if known else []
    if known != str(last):
        running.remember(crm.connection, "woken", str(last))
    running.let_go(crm.connection, crm.now_text)
    return running.look_again(crm.connection, contacts, crm.now_text) + running.left(
        crm.connection, crm.now_text
    )


def advance_due(crm: Crm, room: Room, place: Place = FIRST, *, limit: int = CHUNK) -> Done:
    """Do what is due for the next people of those who are, from a place on."""
    if place.at >= len(place.waiting):
        place = _window(crm, place)
    asked = place.waiting[place.at : place.at + limit]
    if not asked:
        return Done(None)
    people = queries.still_due(crm, asked, crm.now_text)
    after = place._replace(at=place.at + limit)
    is_last = after.at >= len(after.waiting) and len(after.waiting) < WINDOW
    return _Chunk(crm, people, room).run()._replace(after=None if is_last else after, looked=len(people))


def _window(crm: Crm, place: Place) -> Place:
    """Return the next people who are due, in the order of their numbers: neighbours lie together in the base."""
    waiting, last = array("q"), place.last
    for number, due_at in queries.due(crm, crm.now_text, place.last, WINDOW):
        waiting.append(number)
        last = max(last, (due_at, number))
    return Place(waiting, 0, last)


class _Chunk:
    """Some people who are due, and what is to be written of them."""

    def __init__(self, crm: Crm, people: Sequence[Enrolled], room: Room) -> None:
        from petitcrm.marketing.sequences import flows_of

        self.crm, self.people, self.room = crm, people, room
        self.flows: Mapping[int, Flow] = flows_of(crm, {one.version_id for one in people})
        self.hours: Hours = habits.known(crm).hours
        self.now = crm.now.astimezone(habits.zone(crm))
        self.pasts, self.went, problems = facts.known(crm, people, self.flows)
        is_restored = bool(sequences.remembered(crm, replaying.RESTORED))
        self.led = replaying.led(crm, people, self.flows) if is_restored else {}
        self.passages: list[tuple[Any, ...]] = []
        self.moves: list[dict[str, Any]] = []
        self.ends: list[dict[str, Any]] = []
        self.sends: list[tuple[Enrolled, Step, Past]] = []
        self.problems = list(problems)
        self.decided = self.acted = self.queued = self.held = 0

    def run(self) -> Done:
        """Take everybody as far as they come now, and write it."""
        for one in self.people:
            self._walk(one, self._followed(one, self.pasts[one.id]))
        if self.led and self.passages:  # the limits of a person count the mails that the base had forgotten
            running.pass_by(self.crm.connection, self.passages)
            self.passages = []
        if self.sends:
            self._send()
        self._write()
        left = sum(end["exit"] != "finished" for end in self.ends)
        return Done(
            None, 0, self.decided, self.queued, self.acted, left, len(self.ends) - left, self.held,
            tuple(self.problems),
        )  # fmt: skip

    def _followed(self, one: Enrolled, past: Past) -> Past:
        """Return a past with the steps that the base forgot when it was put back from an older copy."""
        passages, measured = dict(past.passages), dict(past.measured)
        for step, at, outcome in self.led.get(one.id, ()):
            if step not in passages:
                self.passages.append((one.id, step, at, at, outcome, None, None))
                passages[step] = Passed(datetime.fromisoformat(at), datetime.fromisoformat(at), outcome)
                measured |= {f"{kind}:{step}": False for kind in MEASURED}
        return past._replace(passages=passages, measured=measured)

    def _walk(self, one: Enrolled, past: Past) -> None:
        flow = self.flows[one.version_id]
        while True:
            move = stepping.advance(flow, past, self.now, self.hours)
            if self._is_over(one, move):
                return
            step = flow.step(move.step)
            assert step is not None
            if move.kind == "do" and step.kind == "send":
                self.sends.append((one, step, past))
                return
            past = self._pass(one, flow, step, move, past)

    def _is_over(self, one: Enrolled, move: Move) -> bool:
        """Keep a move after which there is nothing more to do now; tell whether it is one."""
        if move.kind == "wait":
            until = instant_text(move.until) if move.until else None
            if one.step != move.step or one.due_at != until:
                self.moves.append({"id": one.id, "step": move.step, "due_at": until})
        elif move.kind in ("exit", "end"):
            if move.why == "stop":
                self._keep(one, move, "", None)
            self.ends.append(
                {"id": one.id, "step": move.step, "exit": move.reason, "at": _text(move.at, self.now)}
            )
        else:
            return False
        return True

    def _pass(self, one: Enrolled, flow: Flow, step: Step, move: Move, past: Past) -> Past:
        outcome, task_id = move.outcome, None
        if move.kind == "decide":
            self.decided += 1
        elif step.kind != "wait":
            try:
                outcome, task_id = step_effects.do(self.crm, one, flow, step)
                self.acted += 1
            except CrmError as problem:
                outcome = getattr(problem, "rule", "") or "failed"
                self.problems.append(said_of(f"{flow.key} · {step.id} · c{one.contact_id}", problem.message))
        self._keep(one, move, outcome, task_id)
        passed = Passed(move.since or self.now, move.at, outcome)
        return past._replace(passages={**past.passages, step.id: passed})

    def _keep(self, one: Enrolled, move: Move, outcome: str, task_id: int | None) -> None:
        at = _text(move.at, self.now)
        self.passages.append((one.id, move.step, _text(move.since, self.now), at, outcome, None, task_id))

    def _send(self) -> None:
        """Queue the mails whose moment it is: within the limits of each person, of each sequence, and of this run."""
        asked = [one for one, _step, _past in self.sends]
        pasts = {one.id: past for one, _step, past in self.sends}
        days = max((flow.cap[1] for flow in self.flows.values() if flow.cap), default=1)
        pasts = facts.with_mails(self.crm, asked, pasts, days)
        ready = Sending(
            self.crm, [(one, step) for one, step, _past in self.sends], self.flows, self.room.account
        )
        for one, step, _past in self.sends:
            flow = self.flows[one.version_id]
            move = stepping.advance(flow, pasts[one.id], self.now, self.hours)
            if self._is_over(one, move):
                continue
            due = stepping.due_at(step, pasts[one.id], move.since or self.now, self.now, self.hours)
            is_late = due < self.now - timedelta(days=1)
            held = self.room.refuses(self.crm, flow, one.contact_id, is_late=is_late)
            if held:
                self.held += 1
                self._hold(one, move, held)
                continue
            self._queue(one, step, move, ready)

    def _hold(self, one: Enrolled, move: Move, held: str) -> None:
        """Keep a mail for the next run, or for tomorrow where the sequence has had its mails of the day."""
        at = self.now + timedelta(minutes=1)
        if held == "day":
            at = self.now.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        self.moves.append({"id": one.id, "step": move.step, "due_at": instant_text(at)})

    def _queue(self, one: Enrolled, step: Step, move: Move, ready: Sending) -> None:
        try:
            queued = ready.queue(one, step)
        except CrmError as problem:
            rule = getattr(problem, "rule", "")
            if rule in sequence_mails.LEAVES:
                self.ends.append({"id": one.id, "step": step.id, "exit": rule, "at": instant_text(self.now)})
                return
            self.problems.append(said_of(f"{step.id} · c{one.contact_id}", problem.message))
            self._keep(one, move, rule or "failed", None)
            self._again(one, step)
            return
        self.queued += queued.is_new
        self.room.took(self.crm, self.flows[one.version_id], one.contact_id)
        since = _text(move.since, self.now)
        self.passages.append((one.id, step.id, since, None, "", queued.outgoing_id, None))
        self.moves.append({"id": one.id, "step": step.id, "due_at": None})

    def _again(self, one: Enrolled, step: Step) -> None:
        """Look at somebody again in the next run: their mail could not be written, and the sequence goes on."""
        self.moves.append({"id": one.id, "step": step.id, "due_at": self.crm.now_text})

    def _write(self) -> None:
        connection = self.crm.connection
        settled = [
            {"enrolment_id": row.enrolment_id, "step": row.step, "at": told[0], "outcome": told[1]}
            for rows in self.went.values()
            for row in rows
            if (told := facts.settled_of(row)) is not None
        ]
        if settled:
            running.settle(connection, settled)
        if self.passages:
            running.pass_by(connection, self.passages)
        if self.moves:
            running.move(connection, self.moves)
        if self.ends:
            running.end(connection, self.ends)
            running.withdraw(connection, [end["id"] for end in self.ends if self.went.get(end["id"])])


def _text(at: datetime | None, now: datetime) -> str:
    return instant_text(at or now)
