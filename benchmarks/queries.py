"""The questions of the interface, asked again and again of an open base: does its size matter?"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import bases
from benchmarks.verdicts import Line, Part
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import agenda, search, tasks
from petitcrm.store.database import connect
from petitcrm.store.queries import deals, timeline
from petitcrm.tui import readings

QUESTIONS: dict[str, Callable[[Crm], object]] = {
    "today": lambda crm: agenda.day(crm, limit=50),
    "the days to come": agenda.ahead,
    "timeline of 50 entries": lambda crm: timeline.entries(crm, "contact", bases.KNOWN),
    "search, a rare word": lambda crm: search.search(crm, bases.RARE),
    "search, a common word": lambda crm: search.search(crm, "chaudière"),
    "sheet of a deal": lambda crm: deals.sheet(crm, 77),
    "board of 10,000 deals, as the funnel asks": readings.funnel,
}


def warm(few: Path, many: Path, sizes: tuple[str, str], rounds: int) -> Part:
    """Time each question on both bases in turns, in this process, after the first time."""
    lines = []
    with read_crm(bases.config_of(few)) as first, read_crm(bases.config_of(many)) as second:
        for name, ask in QUESTIONS.items():
            small, large = _in_turns(ask, (first, second), rounds)
            lines.append(Line(f"{name}, {sizes[1]}", large, sizes[0], small, 1.5))
            if not name.startswith("board"):
                lines.append(Line(f"{name}, {sizes[1]}", large, "1 ms", 1e-3, 1.0))
    return Part(f"Warm questions, {sizes[0]} beside {sizes[1]}", lines, [])


def journal(base: Path, work: Path, rounds: int) -> Part:
    """Time a task done through its verb beside the same two changes without journal, search and timeline."""
    copied = work / "written.db"
    for old in work.glob(f"{copied.name}*"):
        old.unlink()
    shutil.copyfile(base, copied)
    config = bases.config_of(copied)
    with_all: list[float] = []
    bare: list[float] = []
    for number in range(1, 4 * rounds, 2):
        with_all.append(_timed(lambda number=number: _done(config, number)))
        bare.append(_timed(lambda number=number: _changed(config.db, number + 1)))
    copied.unlink()
    line = Line(
        "a task done: what the verb adds to the write",
        median(with_all) - median(bare),
        "the write",
        median(bare),
        1.0,
    )
    return Part("Cost of the journal, in one process", [line], [])


def _done(config: Config, task_id: int) -> None:
    with open_crm(config) as crm:
        tasks.done(crm, task_id)


def _changed(db: str, task_id: int) -> None:
    connection = connect(db, write=True)
    connection.begin()
    told = {"id": task_id, "at": "2026-11-23T08:00:00Z"}
    connection.write("UPDATE tasks SET done_at = :at, outcome = 'done' WHERE id = :id", told)
    connection.write(
        "UPDATE deals SET touched_at = :at WHERE id = (SELECT deal_id FROM tasks WHERE id = :id)", told
    )
    connection.commit()
    connection.close()


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _in_turns(ask: Callable[[Crm], object], bases_open: tuple[Crm, Crm], rounds: int) -> tuple[float, float]:
    found: tuple[list[float], list[float]] = ([], [])
    for crm in bases_open:
        ask(crm)
    for _ in range(rounds):
        for place, crm in enumerate(bases_open):
            started = time.perf_counter()
            ask(crm)
            found[place].append(time.perf_counter() - started)
    return median(found[0]), median(found[1])
