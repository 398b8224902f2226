"""What was acknowledged survives kill -9, and half a gesture never shows.

With --long the random kills are 10,000 instead of 500, those of imports 500 instead of a few (see LONG.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from tests.support.firm import Firm
from tests.support.long_runs import keep
from tests.trust.killing import GESTURES

ROOT = Path(__file__).parents[2]


def killing(*words: str, program: str = "killing") -> dict[str, Any]:
    """Run the program that kills writers; return what it tells."""
    command = [sys.executable, "-m", f"tests.trust.{program}", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("gesture", GESTURES)
def test_a_gesture_killed_at_any_write_is_whole_or_not_there(
    gesture: str, config: Config, firm: Firm
) -> None:
    told = killing("failpoints", config.db, gesture)
    assert told["wrong"] == []
    assert told["acknowledged"]
    # All but the end of the commit leave the base as it was.
    assert (told["before"], told["after"]) == (told["boundaries"] - 1, 2)
    assert told["boundaries"] > 10


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("gesture", GESTURES)
def test_an_error_of_the_disk_at_any_write_is_told_and_leaves_the_base_whole(
    gesture: str, config: Config, firm: Firm
) -> None:
    told = killing("faults", config.db, gesture)
    assert told["wrong"] == []
    assert told["boundaries"] > 10


def test_a_writer_killed_at_random_loses_and_tears_nothing(
    engine: str, config: Config, firm: Firm, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    kills = 10_000 if long else {"sqlite": 500, "postgresql": 60}[engine]
    told = killing("loop", config.db, str(kills))
    assert told["wrong"] == []
    assert told["acknowledged"] > kills // 2
    if long:
        keep(
            f"kill -9 of a writer, {engine}",
            f"{kills} kills, {told['acknowledged']} acknowledged changes, 0 lost, 0 torn",
        )


@pytest.mark.parametrize("gesture", ["import", "undo"])
def test_an_import_killed_and_done_again_leaves_what_one_never_killed_does_and_so_does_its_undo(
    gesture: str, engine: str, config: Config, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    told = killing(gesture, config.db, str(500 if long else 3), program="killing_imports")
    assert told["wrong"] == []
    assert told["kills"] > 0
    if long:
        keep(
            f"kill -9 of the {gesture} of a list, {engine}",
            f"{told['kills']} kills, then the same base as without",
        )
