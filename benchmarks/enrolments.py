"""People of sequences who are due, thousands at once, beside a loop of a query, a row and a transaction each."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks import bases, importing
from benchmarks.verdicts import Line, Part
from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, kept_open, open_crm
from petitcrm.dates import instant_text
from petitcrm.marketing import evaluating, facts, flow_file, sequences, stepping
from petitcrm.marketing.flow import Condition, Flow, Mail, Step, Wait
from petitcrm.marketing.sequence_mails import Room
from petitcrm.sales import habits
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries

_WAIT, _LATER = Wait(2, "days"), Wait(3, "days")
FLOW = Flow(
    "mesure", "Mesure", "newsletter", stay_on=("replied",),
    steps=(
        Step("a", "send", told=(("mail", "a"),)),
        Step("lu", "branch", wait=_WAIT, condition=Condition("opened", "a"), yes="p1", no="p2", unknown="p2"),
        Step("p1", "wait", wait=_LATER, next="clic"),
        Step("p2", "wait", wait=_WAIT),
        Step("clic", "branch", wait=_WAIT, condition=Condition("clicked", "a"), yes="r", no="z", unknown="z"),
        Step("r", "branch", wait=_LATER, condition=Condition("replied", "a"), yes="end", no="z", unknown="z"),
        Step("z", "wait", wait=_WAIT),
    ),
    mails=(Mail("a", "Bonjour", "Bonjour, {{ firm.name }}"),),
)  # fmt: skip
"""Seven steps, three kinds of condition."""
SAMPLE = 5_000
"""People that the loop is timed on: it is as slow for each of them however many they are."""


def due(people: int, work: Path) -> Part:
    """Time the evaluation of so many due people, of a tenth of them, and of a row-and-transaction-each loop."""
    i18n.use("fr")
    with tempfile.TemporaryDirectory(dir=work) as folder:
        few = _timed(Path(folder) / "few.db", people // 10)
        many = _timed(Path(folder) / "many.db", people)
        loop = _looped(Path(folder) / "loop.db", min(people, SAMPLE))
    each = loop / min(people, SAMPLE) * people
    lines = [
        Line(
            f"{people:,} due people", many[0], "a query, a row and a transaction each", each, 5, at_least=True
        ),
        Line(
            f"{people:,} due people, each",
            many[0] / people,
            f"{people // 10:,}",
            few[0] / (people // 10),
            1.5,
        ),
        Line(
            "peak of what Python holds", many[1] / 1024, f"{people // 10:,}", few[1] / 1024, 1.2, unit="KiB"
        ),
    ]
    return Part(f"{people:,} due people of a sequence", lines, [f"{people / many[0]:,.0f} people a second."])


def _timed(base: Path, people: int) -> tuple[float, int]:
    """Return the seconds that the evaluation takes, and the peak of memory of a second, like one."""
    config = _filled(base, people)
    began = time.perf_counter()
    _run(config)
    seconds = time.perf_counter() - began
    with open_crm(config) as crm:
        crm.connection.write("UPDATE enrolments SET due_at = :now", {"now": crm.now_text})
    tracemalloc.start()
    _run(config)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    importing.forget(base)
    return seconds, peak


def _run(config: Config) -> None:
    after: evaluating.Place | None = evaluating.FIRST
    room = Room("shop")
    with kept_open(config) as gesture:
        while after is not None:
            with gesture() as crm:
                after = evaluating.advance_due(crm, room, after).after


def _looped(base: Path, people: int) -> float:
    config = _filled(base, people)
    with open_crm(config) as crm:
        numbers = [number for number, _at in queries.due(crm, crm.now_text, evaluating.FIRST.last, people)]
        hours, here = habits.known(crm).hours, crm.now.astimezone(habits.zone(crm))
        flow = sequences.flow_of(crm, 1)
        crm.connection.commit()
        began = time.perf_counter()
        for number in numbers:
            crm.connection.begin()
            _one(crm, number, flow, (hours, here))
            crm.connection.commit()
        seconds = time.perf_counter() - began
        crm.connection.begin()
    importing.forget(base)
    return seconds


def _one(crm: Crm, number: int, flow: Flow, clock: tuple[habits.Hours, datetime]) -> None:
    (one,) = queries.some(crm, [number])
    past = facts.known(crm, [one], {one.version_id: flow}).pasts[number]
    while True:
        move = stepping.advance(flow, past, clock[1], clock[0])
        if move.kind in ("wait", "exit", "end"):
            break
        since, at = instant_text(move.since or crm.now), instant_text(move.at or crm.now)
        running.pass_by(crm.connection, [(number, move.step, since, at, move.outcome, None, None)])
        passed = stepping.Passed(move.since or crm.now, move.at, move.outcome)
        past = past._replace(passages={**past.passages, move.step: passed})
    until = instant_text(move.until) if move.until else None
    running.move(crm.connection, [{"id": number, "step": move.step, "due_at": until}])


def _filled(base: Path, people: int) -> Config:
    """Make a base where so many people are due at a question, and a third of them have opened, or clicked."""
    importing.forget(base)
    config = bases.config_of(base)
    with open_crm(config) as crm:
        sequences.add(crm, flow_file.written(FLOW))
    with open_crm(config) as crm:
        _people(crm, people)
    return config


def _people(crm: Crm, people: int) -> None:
    now, entered = crm.now_text, instant_text(crm.now - timedelta(days=3))
    insert = crm.connection.insert_many
    ids = range(1, people + 1)
    insert(
        "contacts", ("id", "last_name", "sort_name", "created_at"), ((n, f"P{n}", f"p{n}", now) for n in ids)
    )
    insert(
        "enrolments",
        ("id", "sequence_id", "version_id", "contact_id", "step", "due_at", "entered_at"),
        ((n, 1, 1, n, "lu", instant_text(crm.now - timedelta(seconds=n % 3600)), entered) for n in ids),
    )
    insert(
        "passages",
        ("enrolment_id", "step", "at", "settled_at", "outcome"),
        ((n, "a", entered, entered, "sent") for n in ids),
    )
    agreed = instant_text(crm.now - timedelta(days=30))
    insert(
        "consents",
        ("contact_id", "act", "channel", "purpose", "wording", "how", "at", "recorded_at"),
        ((n, "given", "email", "measure", "x", "x", agreed, agreed) for n in ids if n % 3),
    )
    insert(
        "signals",
        ("contact_id", "kind", "target", "source", "external_id", "at", "recorded_at"),
        ((n, ("opened", "clicked")[n % 3 - 1], "", "x", str(n), now, now) for n in ids if n % 3),
    )
