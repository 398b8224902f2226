"""What must hold of an invented year: of each mail as its server takes it, and of every path at the end."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from petitcrm.crm import Crm
from petitcrm.marketing import explaining, facts, sequences, stepping
from petitcrm.marketing.flow import END, Flow
from petitcrm.marketing.stepping import Past
from petitcrm.sales import consent, habits
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries.enrolments import Enrolled
from tests.trust.year_plan import PARIS, working_day


class Taken(NamedTuple):
    """A mail that the server took: when, to whom, and of which step of which run of a sequence."""

    at: datetime
    address: str
    key: str
    run: int
    step: str


class Watch:
    """Every mail that left, held against what had been told before it."""

    def __init__(self, flows: dict[str, Flow], cap: tuple[int, int]) -> None:
        self.flows, self.cap = flows, cap
        self.barred: dict[str, datetime] = {}
        """Address → since when nothing may reach it: an objection, a word that unsubscribes, a failure."""
        self.left: dict[str, datetime] = {}
        """Address → when they answered: their sequence is over."""
        self.taken: dict[str, list[Taken]] = defaultdict(list)
        self.names: set[str] = set()
        self.wrong: list[str] = []

    def take(self, one: Taken, message_id: str) -> None:
        """Look at one mail."""
        before = self.taken[one.address]
        told = f"{one.at:%Y-%m-%d %H:%M} {one.address} {one.key}/{one.run}/{one.step}"
        if any(other[2:] == one[2:] for other in before):
            self.wrong.append(f"{told}: twice")
        if message_id in self.names:
            self.wrong.append(f"{told}: {message_id} twice")
        for since, what in ((self.barred, "wants no mail"), (self.left, "has answered")):
            if one.address in since and since[one.address] < one.at:
                self.wrong.append(f"{told}: {what} since {since[one.address]:%Y-%m-%d %H:%M}")
        self._within_its_hours(one, told)
        mails, days = self.cap
        recent = [other for other in before if other.at > one.at - timedelta(days=days)]
        if len(recent) >= mails:
            self.wrong.append(f"{told}: the {len(recent) + 1}th in {days} days")
        before.append(one)
        self.names.add(message_id)

    def _within_its_hours(self, one: Taken, told: str) -> None:
        window = self.flows[one.key].window
        if window is None:
            return
        local = one.at.astimezone(PARIS)
        spans = window.spans or stepping.USUAL.spans
        is_open = any(begin <= local.time() <= end for begin, end in spans)
        if not is_open or local.weekday() not in window.weekdays or not working_day(local):
            self.wrong.append(f"{told}: out of its hours")

    def branches(self) -> list[str]:
        """Return who got mails that no single path through a sequence holds."""
        ways = {key: mail_paths(flow) for key, flow in self.flows.items()}
        wrong = []
        for address, mails in self.taken.items():
            runs: dict[tuple[str, int], set[str]] = defaultdict(set)
            for one in mails:
                runs[one.key, one.run].add(one.step)
            wrong += [
                f"{address}: {sorted(steps)} are of two branches"
                for (key, _run), steps in runs.items()
                if not any(steps <= way for way in ways[key])
            ]
        return wrong


def mail_paths(flow: Flow) -> list[set[str]]:
    """Return the mails of each path from the first step to the end."""
    found: list[set[str]] = []

    def walk(step_id: str, mails: set[str]) -> None:
        step = flow.step(step_id)
        if step is None or step_id == END:
            found.append(mails)
            return
        for _outcome, to in flow.ways(step):
            walk(to, mails | ({step_id} if step.kind == "send" else set()))

    walk(flow.steps[0].id, set())
    return found


def paths(crm: Crm, people: list[Enrolled]) -> tuple[list[str], int]:
    """Return whose path is not what the facts, gone through anew, say, and how many were gone through.

    Of whom the base forgot a mail when it was put back, it is known only that their mails are of one path.
    """
    flows = sequences.flows_of(crm, {one.version_id for one in people})
    known = facts.known(crm, people, flows)
    wrong: list[str] = []
    compared = 0
    for one in people:
        flow, past = flows[one.version_id], known.pasts[one.id]
        if not any(
            row.outcome == stepping.SENT and row.outgoing_id is None for row in known.went.get(one.id, ())
        ):
            wrong += [f"e{one.id} c{one.contact_id}: {what}" for what in _path(crm, flow, past, one)]
            compared += 1
        told = explaining.explain(crm, one)
        if [(step.step, step.outcome) for step in told.steps] != [
            (row.step, (facts.settled_of(row) or ("", row.outcome))[1]) for row in known.went.get(one.id, ())
        ]:
            wrong.append(f"e{one.id}: explain tells another path")
        if one.state == "active" and told.next.kind != "wait":
            wrong.append(f"e{one.id}: {told.next.kind} {told.next.step} is due, and was not done")
    return wrong, compared


def _path(crm: Crm, flow: Flow, past: Past, one: Enrolled) -> list[str]:
    """Decide every step of somebody again from what is known, each as of when it was done."""
    hours, zone = habits.known(crm).hours, habits.zone(crm)
    before: dict[str, stepping.Passed] = {}
    for name, passed in past.passages.items():
        if name.startswith(stepping.PAUSE):
            before[name] = passed
            continue
        as_of = (passed.settled_at or crm.now).astimezone(zone)
        move = stepping.advance(flow, past._replace(passages=before), as_of, hours)
        step = flow.step(name)
        assert step is not None
        if move.step != name:
            return [f"{name} was gone through, and the facts say {move.kind} {move.step}"]
        if step.kind == "branch" and (move.kind, move.outcome) != ("decide", passed.outcome):
            return [
                f"{name} was decided {passed.outcome}, and the facts say {move.kind} {move.outcome or move.why}"
            ]
        if step.kind not in ("branch", "send", "stop") and move.kind not in ("do", "decide"):
            return [f"{name} was done, and the facts say {move.kind} {move.why}"]
        before[name] = passed
    return _end(crm, flow, past, one)


def _end(crm: Crm, flow: Flow, past: Past, one: Enrolled) -> list[str]:
    if one.state != "ended" or one.exit == "by_hand":
        return []
    if one.exit == "not-allowed":  # as whoever queues a mail finds an objection that came back by its hash
        verdict = consent.verdict(crm, one.contact_id, "email", flow.purpose)
        return ["left for not-allowed, and may be written to"] if verdict.allowed else []
    ended = datetime.fromisoformat(one.ended_at or "").astimezone(habits.zone(crm))
    move = stepping.advance(flow, past, ended, habits.known(crm).hours)
    if move.kind not in ("exit", "end") or move.reason != one.exit:
        return [f"left for {one.exit}, and the facts say {move.kind} {move.reason or move.why}"]
    return []


def everybody(crm: Crm) -> list[Enrolled]:
    """Return everybody who ever was in a sequence."""
    ids = [row[0] for row in crm.rows("SELECT id FROM enrolments ORDER BY id")]
    return queries.some(crm, ids)
