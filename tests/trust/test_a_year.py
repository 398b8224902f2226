"""A year of sequences, killed and put back: no mail twice, none to who wants none, no question answered both ways.

The sequence that is shipped, `relance-sujet`, and another one beside it, for 200 people, 60 on PostgreSQL, who begin
before 29 February and before the clocks change; with --long, 5,000 people, 1,000 on PostgreSQL, who begin on any day,
run hour by hour (see LONG.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple

import pytest

from petitcrm.config import Config
from tests.support.long_runs import keep
from tests.support.memory import base_in_memory


class Size(NamedTuple):
    """How many people live the year, how often their program is killed, and their base put back."""

    people: int
    kills: int
    restores: int


SHORT = {"sqlite": Size(200, 50, 10), "postgresql": Size(60, 12, 2)}
LONG = {"sqlite": Size(5_000, 50, 10), "postgresql": Size(1_000, 50, 10)}


def live(config: Config, size: Size, *told: object) -> dict[str, Any]:
    """Live a year in a process of its own."""
    with base_in_memory(config.db) as (location, folder):
        words = [location, folder, *size, 1, *told]
        done = subprocess.run(
            [sys.executable, "-m", "tests.trust.living_a_year", *map(str, words)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["wrong"] == [], done.stderr
    return found


def test_a_year_of_sequences_keeps_every_promise(
    engine: str, config: Config, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--long"):
        found = live(config, LONG[engine])
        told = (
            f"{found['people']} people in two sequences, {found['mails']} mails, {found['ticks']} ticks,"
            f" {found['killed']} kills, {found['restored']} copies put back, {found['letters']} mails in,"
            f" {found['signals']} signals: 0 twice, 0 after a no, 0 of two branches, {found['paths']} paths as told"
        )
        keep(f"a year of sequences, {engine}", told)
        return
    size = SHORT[engine]
    found = live(config, size, "short")
    assert found["killed"] > size.kills // 2
    assert found["restored"] == size.restores
    assert found["paths"] > size.people // 3
    assert {"ouvert yes", "ouvert no", "ouvert unknown"} <= {*found["outcomes"]}
    assert {"finished", "replied", "bounced"} <= {*found["exits"]}
