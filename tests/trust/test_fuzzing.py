"""What nobody would write makes no reader fail: it is read, or refused by an error of ours.

A second for each parser, an hour with --long (see LONG.md); `python -m tests.trust.fuzzing --help` for more.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.long_runs import keep
from tests.trust.fuzzing import NAMES

ROOT = Path(__file__).parents[2]
HOUR = 3600


@pytest.mark.parametrize("parser", NAMES)
def test_no_input_makes_a_parser_fail_be_slow_or_take_all_the_memory(
    parser: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    command = [sys.executable, "-m", "tests.trust.fuzzing", parser, "--finds", str(tmp_path)]
    command += ["--seconds", str(HOUR if long else 1)]
    # Workbooks are read by a process of their own, where nothing guides.
    if long and parser != "spreadsheets" and importlib.util.find_spec("atheris"):
        command.append("--guided")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["finds"] == [], [one.read_text("utf-8") for one in tmp_path.glob("*.txt")]
    assert told["executions"] > 0
    if long:
        keep(f"fuzzing of {parser}", f"{told['executions']:,} inputs in an hour, 0 finds")
