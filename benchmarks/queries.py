"""The questions of the interface, asked again and again of an open base: does its size matter?"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import bases
from benchmarks.verdicts import Line, Part
from petitcrm.crm import Crm, read_crm
from petitcrm.sales import agenda, search
from petitcrm.store.queries import deals, timeline

QUESTIONS: dict[str, Callable[[Crm], object]] = {
    "today": lambda crm: agenda.day(crm, limit=50),
    "timeline of a contact": lambda crm: timeline.entries(crm, "contact", 500),
    "search, a rare word": lambda crm: search.search(crm, bases.RARE),
    "search, a common word": lambda crm: search.search(crm, "chaudière"),
    "sheet of a deal": lambda crm: deals.sheet(crm, 77),
    "board of 10,000 deals": lambda crm: deals.board(crm, 1),
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
