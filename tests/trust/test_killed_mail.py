"""A sender may be killed at any point: no mail is sent twice, none is lost unseen.

With --long, 1,000 kills an engine instead of a hundred (see LONG.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from petitcrm.config import Config
from tests.support.firm import Firm
from tests.support.long_runs import keep


@pytest.mark.parametrize("what", ["mails", "campaigns"])
def test_killed_senders_send_nothing_twice_and_lose_nothing_unseen(
    what: str, config: Config, firm: Firm, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--long")
    kills = 1_000 if is_long else 100 if what == "mails" else 42
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.killing_mail", config.db, str(kills), str(tmp_path), what],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert told["killed"] > kills * 0.9
    assert {*told["states"]} <= {"sent", "unknown"}
    assert told["states"]["sent"] + told["states"].get("unknown", 0) == told["queued"] == kills * 3
    assert told["events"] == told["stored"] == told["states"]["sent"]
    if is_long:
        uncertain = told["states"].get("unknown", 0)
        keep(
            f"senders of {what} killed ({engine})",
            f"{told['killed']} kills at 14 points, {told['queued']} mails: {told['states']['sent']} sent once,"
            f" {uncertain} uncertain and listed, 0 twice, 0 lost unseen",
        )
