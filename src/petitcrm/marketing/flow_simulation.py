"""A sequence tried on invented people and an invented clock, by the interpreter that runs it: who comes how far.

The same numbers give the same people: each has chances of their own, whatever the others do.
"""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from random import Random

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.marketing import stepping
from petitcrm.marketing.flow import Flow, Step
from petitcrm.marketing.stepping import Passed, Past, Seen
from petitcrm.rows import Row
from petitcrm.working_time import USUAL, Hours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from petitcrm.marketing.stepping import Move

MOST_PEOPLE, MOST_DAYS = 100_000, 3_660
_MOVES = 2_000
"""Moves of one person beyond which something is wrong with the sequence."""
_KINDS = ("replied", "clicked", "opened", "visited", "bought", "outcome")


class Rates(Row):
    """What share of the people does something, of each mail where nothing else is said; from 0 to 1."""

    measured: float = 0.6
    """Who agreed that what they open and click is measured."""
    opened: float = 0.4
    clicked: float = 0.15
    """Of those who opened."""
    replied: float = 0.05
    unsubscribed: float = 0.01
    bounced: float = 0.02
    visited: float = 0.1
    bought: float = 0.02
    scanned: float = 0.1
    """Mails that a machine opens before the person does; it does not count."""
    done: float = 0.6
    """Tasks that end as a question asks."""
    matching: float = 0.5
    """Who answers to a condition on the contact."""


_SHARES = {
    "measured": N_("agree to be measured"), "opened": N_("open a mail"), "clicked": N_("click in it then"),
    "replied": N_("answer it"),
    "unsubscribed": N_("unsubscribe"), "bounced": N_("mails that come back"), "visited": N_("see the page"),
    "bought": N_("buy something"), "scanned": N_("opened by a machine"), "done": N_("tasks that end as asked"),
    "matching": N_("meet a condition"),
}  # fmt: skip
"""Share → what people read."""


def rate_words(name: str) -> str:
    """Return what a share is of, in words, and the name by which another one is asked for."""
    words = _(_SHARES[name])
    return words if words == name else f"{words} ({name})"


class Plan(Row):
    """How many people are invented, for how many days from when on, and by which seed."""

    people: int
    days: int
    seed: int
    begin: datetime


class Simulated(Row):
    """What came of it: people who came to each step, who gave each answer (`step:yes`), who left and why."""

    plan: Plan
    steps: Mapping[str, int]
    exits: Mapping[str, int]
    staying: int
    mails: int
    most_mails: int
    longest_days: int


def simulate(flow: Flow, plan: Plan, rates: Rates | None = None, *, hours: Hours = USUAL) -> Simulated:
    """Try a sequence; UsageProblem for numbers that nobody means."""
    if not 1 <= plan.people <= MOST_PEOPLE or not 1 <= plan.days <= MOST_DAYS:
        raise UsageProblem(
            _(
                "A simulation has 1 to {people} people and 1 to {days} days.",
                people=MOST_PEOPLE,
                days=MOST_DAYS,
            )
        )
    return _Simulation(flow, plan, rates or Rates(), hours).run()


class _Person:
    """Somebody invented: what they did, what they will do, and the chances by which they do it."""

    def __init__(self, number: int, plan: Plan, rates: Rates, conditions: tuple[str, ...]) -> None:
        self.chance = Random(f"{plan.seed}:{number}")
        is_measured = self.chance.random() < rates.measured
        self.measured = dict.fromkeys(("opened", "clicked", "visited", "bought"), is_measured)
        self.where = {one: "yes" if self.chance.random() < rates.matching else "no" for one in conditions}
        self.passages: dict[str, Passed] = {}
        self.seen: list[Seen] = []
        self.left: dict[str, datetime] = {}
        self.mailed: list[datetime] = []

    def does(self, share: float, days: float) -> timedelta | None:
        """Return after how long they do something, by a share of people and the days that it takes on average."""
        if self.chance.random() >= share:
            return None
        return timedelta(minutes=max(1, int(self.chance.expovariate(1 / (days * 1440)))))

    def leaves(self, reason: str, at: datetime) -> None:
        """Note that they leave, once for a reason."""
        self.left[reason] = min(at, self.left.get(reason, at))

    def next_after(self, now: datetime) -> datetime | None:
        """Return when they next do something."""
        return min(
            (at for at in (*self.left.values(), *(one.at for one in self.seen)) if at > now), default=None
        )


class _Simulation:
    def __init__(self, flow: Flow, plan: Plan, rates: Rates, hours: Hours) -> None:
        self._flow, self._plan, self._rates, self._hours = flow, plan, rates, hours
        self._end = plan.begin + timedelta(days=plan.days)
        self._read = dict.fromkeys(_KINDS, self._end + timedelta(days=3_660))
        asked = [step.condition for step in flow.steps if step.condition]
        self._asked = [*asked, *flow.exits]
        self._where = tuple(dict.fromkeys(one.value for one in self._asked if one.what == "where"))
        self._steps: dict[str, int] = {}
        self._exits: dict[str, int] = {}
        self._days: dict[str, int] = {}
        self._mails = self._most = self._longest = 0

    def run(self) -> Simulated:
        """Go from what comes next to what comes next, of all people by one clock."""
        people = [
            _Person(number, self._plan, self._rates, self._where) for number in range(self._plan.people)
        ]
        queue = [(self._plan.begin, number) for number in range(len(people))]
        staying = 0
        while queue:
            now, number = heapq.heappop(queue)
            if now > self._end:
                staying += 1
                continue
            again = self._walk(people[number], now)
            if again is not None:
                heapq.heappush(queue, (again, number))
        return Simulated(
            self._plan, self._steps, self._exits, staying, self._mails, self._most, self._longest
        )

    def _walk(self, person: _Person, now: datetime) -> datetime | None:
        """Do what is to be done for somebody now; return when to look again, None when they have left."""
        for _move in range(_MOVES):
            move = stepping.advance(self._flow, self._past(person), now, self._hours)
            if move.kind == "wait":
                return self._later(person, move, now)
            if move.kind in ("exit", "end"):
                self._leave(person, move, now)
                return None
            full = self._do(person, move, now)
            if full is not None:
                return full
        raise UsageProblem(_("The sequence never ends for somebody: petitcrm sequence check FILE"))

    def _past(self, person: _Person) -> Past:
        return Past(
            self._plan.begin, person.passages, tuple(person.seen), person.measured, self._read, person.left,
            person.where, tuple(person.mailed),
        )  # fmt: skip

    def _later(self, person: _Person, move: Move, now: datetime) -> datetime:
        found = [at for at in (move.until, person.next_after(now)) if at is not None]
        return max(min(found, default=self._end + timedelta(1)), now + timedelta(seconds=1))

    def _leave(self, person: _Person, move: Move, now: datetime) -> None:
        if move.why == "stop" and move.step:
            self._count(self._steps, move.step)
        self._count(self._exits, move.reason)
        self._most = max(self._most, len(person.mailed))
        self._longest = max(self._longest, (now - self._plan.begin).days)

    def _do(self, person: _Person, move: Move, now: datetime) -> datetime | None:
        """Do a step or take a decision; where the mails of the day have left, return when the next ones may."""
        step = next(one for one in self._flow.steps if one.id == move.step)
        is_mail = step.kind == "send" and move.kind == "do"
        if is_mail and self._is_full(now):
            return (now + timedelta(days=1)).replace(hour=0, minute=0)
        at, since = move.at or now, move.since or now
        outcome = stepping.SENT if is_mail else move.outcome
        person.passages[step.id] = Passed(since, at, outcome)
        self._count(self._steps, step.id)
        if move.kind == "decide" and step.kind == "branch":
            self._count(self._steps, f"{step.id}:{move.outcome}")
        if is_mail:
            self._send(person, step, now)
        elif step.kind == "task":
            self._ask(person, step, at)
        return None

    def _is_full(self, now: datetime) -> bool:
        limit = self._flow.per_day
        return bool(limit) and self._days.get(now.date().isoformat(), 0) >= limit

    def _send(self, person: _Person, step: Step, now: datetime) -> None:
        rates = self._rates
        self._mails += 1
        self._count(self._days, now.date().isoformat())
        person.mailed.append(now)
        if person.does(rates.bounced, 0.01):
            person.leaves("bounced", now + timedelta(minutes=1))
            return
        if person.does(rates.scanned, 0.01) and person.measured["opened"]:
            person.seen.append(Seen("opened", now + timedelta(seconds=30), step.id, is_machine=True))
        self._read_by(person, step, now)
        for what in self._asked:
            share = {"visited": rates.visited, "bought": rates.bought}.get(what.what, 0.0)
            if share and (later := person.does(share, 3)) and person.measured[what.what]:
                person.seen.append(Seen(what.what, now + later, target=what.of or what.value))

    def _read_by(self, person: _Person, step: Step, now: datetime) -> None:
        rates = self._rates
        opened, clicked = person.does(rates.opened, 1), person.does(rates.clicked, 0.1)
        if opened and person.measured["opened"]:
            person.seen.append(Seen("opened", now + opened, step.id))
            if clicked:
                person.seen.append(Seen("clicked", now + opened + clicked, step.id))
        replied, unsubscribed = person.does(rates.replied, 1.5), person.does(rates.unsubscribed, 1)
        if replied:
            person.seen.append(Seen("replied", now + replied, step.id))
            person.leaves("replied", now + replied)
        if unsubscribed:
            person.leaves("unsubscribed", now + unsubscribed)

    def _ask(self, person: _Person, step: Step, at: datetime) -> None:
        wanted = [one.value for one in self._asked if one.what == "outcome" and one.of == step.id]
        later = person.does(self._rates.done, 2)
        if wanted and later:
            person.seen.append(Seen("outcome", at + later, step.id, person.chance.choice(wanted)))

    @staticmethod
    def _count(counts: dict[str, int], key: str) -> None:
        counts[key] = counts.get(key, 0) + 1


def exits_in_order(simulated: Simulated) -> Iterator[tuple[str, int]]:
    """Yield why people left, the commonest first, and how many."""
    yield from sorted(simulated.exits.items(), key=lambda one: (-one[1], one[0]))


def document(flow: Flow, simulated: Simulated) -> dict[str, object]:
    """Return what came of it by keys that never change."""
    plan = simulated.plan
    return {
        "sequence": flow.key, "people": plan.people, "days": plan.days, "seed": plan.seed,
        "begins_at": plan.begin.isoformat(), "mails": simulated.mails, "most_mails_to_one": simulated.most_mails,
        "longest_days": simulated.longest_days,
        "steps": [
            {
                "step": step.id, "kind": step.kind, "people": simulated.steps.get(step.id, 0),
                "answers": {
                    outcome: simulated.steps.get(f"{step.id}:{outcome}", 0) for outcome in flow.outcomes(step)
                } if step.kind == "branch" else {},
            }
            for step in flow.steps
        ],
        "exits": dict(exits_in_order(simulated)), "in_it": simulated.staying,
    }  # fmt: skip
