"""Several processes work on one base at once, and nobody notices the others.

With --long the crowd works for 60 seconds instead of 10 (see LONG.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from petitcrm.config import Config
from tests.support.firm import Firm
from tests.support.long_runs import keep
from tests.trust.test_killed import ROOT


def together(*words: str) -> dict[str, Any]:
    """Run the program that lets several processes work; return what it tells."""
    command = [sys.executable, "-m", "tests.trust.together", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_five_processes_lose_no_change_and_are_never_refused(
    engine: str, config: Config, firm: Firm, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    told = together("crowd", config.db, "60" if long else "10")
    print(told)
    assert told["errors"] == []
    assert told["lost"] == [0, 0]
    assert told["seen_last"] == [0, 0]
    assert min(told["each"]) > 10
    if long:
        keep(
            f"five processes, 60 s, {engine}",
            f"{told['commits']} commits, 0 refused, 0 lost; wait {told['wait_ms']} ms",
        )


def test_who_waits_for_a_long_import_is_told_its_name_and_then_has_its_turn(
    config: Config, firm: Firm
) -> None:
    told = together("queue", config.db, "60")
    assert told["errors"] == []
    assert [len(said) for said in told["said"]] == [1, 1]
    # Who asks second may be told the name of the one that asked first, and has its turn by then.
    assert any("import clients.csv" in said[0] for said in told["said"])
    assert told["notes"] == 3
