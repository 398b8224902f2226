"""A year of sequences, killed and put back: no mail twice, none to who wants none, no question answered both ways.

The sequence that is shipped, `relance-sujet`, and another one beside it, for 200 people who begin before 29 February
and before the clocks change; with --long, 5,000 people who begin on any day, run hour by hour (see LONG.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from tests.support.long_runs import keep


def live(config: Config, folder: Path, *told: object) -> dict[str, Any]:
    """Live a year in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.living_a_year", config.db, str(folder), *map(str, told)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["wrong"] == [], done.stderr
    return found


@pytest.mark.engines("sqlite")
def test_a_year_of_sequences_keeps_every_promise(
    config: Config, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--long"):
        found = live(config, tmp_path, 5_000, 50, 10, 1)
        told = (
            f"{found['people']} people in two sequences, {found['mails']} mails, {found['ticks']} ticks,"
            f" {found['killed']} kills, {found['restored']} copies put back, {found['letters']} mails in,"
            f" {found['signals']} signals: 0 twice, 0 after a no, 0 of two branches, {found['paths']} paths as told"
        )
        keep("a year of sequences, sqlite", told)
        return
    found = live(config, tmp_path, 200, 50, 10, 1, "short")
    assert found["killed"] > 25
    assert found["restored"] == 10
    assert found["paths"] > 100
    assert {"ouvert yes", "ouvert no", "ouvert unknown"} <= {*found["outcomes"]}
    assert {"finished", "replied", "bounced"} <= {*found["exits"]}
