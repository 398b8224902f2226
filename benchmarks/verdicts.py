"""Ratios held against their goals, on screen and in RESULTS.md."""

from __future__ import annotations

from typing import NamedTuple

HEADINGS = ("what", "measured", "beside", "ratio", "goal", "verdict")


class Line(NamedTuple):
    """One ratio: what was measured (seconds, or bytes for memory), beside what, and the goal, if there is one."""

    what: str
    measured: float
    beside: str
    reference: float
    goal: float | None = None
    at_least: bool = False
    """The goal is a floor (how many times faster), and the ratio is turned over: reference by measured."""
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Measured by reference; the other way round where the goal is a floor."""
        return self.reference / self.measured if self.at_least else self.measured / self.reference

    @property
    def reached(self) -> bool | None:
        """Tell whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    def cells(self) -> tuple[str, ...]:
        """Return the line as the table shows it."""
        goal = "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {self.goal:g}"
        verdict = {True: "reached", False: "**not reached**", None: ""}[self.reached]
        beside = f"{self.beside} ({shown(self.reference, self.unit)})"
        return self.what, shown(self.measured, self.unit), beside, f"{self.ratio:.2f}", goal, verdict


class Part(NamedTuple):
    """One chapter of the results: its lines, and what could not be measured here, with the reason."""

    title: str
    lines: list[Line]
    notes: list[str]


def shown(value: float, unit: str) -> str:
    """Return a measure with its unit, as short as it can be read."""
    if unit == "KiB":
        return f"{value / 1024:.0f} MiB"
    if unit == "n":
        return f"{value:.0f}"
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.1f} ms" if value >= 1e-3 else f"{value * 1e3:.3f} ms"


def table(lines: list[Line]) -> str:
    """Return lines as a Markdown table, aligned so that it also reads on a terminal."""
    rows = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    drawn = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    drawn.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(drawn)
