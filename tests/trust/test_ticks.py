"""The program that runs by itself may be run at any time, by anybody, and killed anywhere: it comes to the same.

In the suite at every 20th boundary of a write, every 40th on PostgreSQL, with --long at each (see LONG.md).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import read_crm
from petitcrm.sync import ticking
from petitcrm.sync.ticking import Busy
from tests.support.long_runs import keep
from tests.support.memory import base_in_memory
from tests.support.smtp_sink import Envelope, Sink, configured
from tests.support.ticks import tick
from tests.trust.interleaving import START, prepare

EVERY = {"sqlite": 20, "postgresql": 40}


def test_run_again_at_once_it_changes_nothing(config: Config, tmp_path: Path) -> None:
    prepare(config)
    with Sink() as sink:
        now = config._replace(file=str(configured(tmp_path, sink.port)), now=START.isoformat())
        assert tick(now) == []
        mails = len(sink.mails)
        before = everything(now)
        assert {"enrolments", "passages", "recipients", "outbox"} <= {*before}
        assert tick(now) == []
        assert len(sink.mails) == mails > 0
    assert everything(now) == before


def everything(config: Config) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, but of what the program remembers of its own work."""
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%id%' AND name NOT LIKE '%_fts%'",
        "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    }
    with read_crm(config) as crm:
        tables = {row[0] for row in crm.rows(names[crm.connection.dialect])} - {"automation"}
        return {
            table: sorted(crm.rows(f"SELECT * FROM {table}"), key=repr)
            for table in tables
            if "search" not in table and "sqlite" not in table
        }


def test_a_second_one_at_the_same_time_says_who_is_at_it(config: Config, tmp_path: Path) -> None:
    prepare(config)
    said: list[str] = []

    def again(step: str, _envelope: Envelope) -> None:
        if step == "DATA" and not said:
            try:
                ticking.tick(now)
            except Busy as busy:
                said.append(busy.message)

    with Sink(on=again) as sink:
        now = config._replace(file=str(configured(tmp_path, sink.port)), now=START.isoformat())
        assert tick(now) == []
    assert len(said) == 1
    assert "tick" in said[0]


def test_killed_anywhere_and_run_again_it_comes_to_the_same(
    engine: str, config: Config, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--long")
    every = 1 if is_long else EVERY[engine]
    with base_in_memory(config.db) as (location, folder):
        done = subprocess.run(
            [sys.executable, "-m", "tests.trust.killing_ticks", location, str(folder), str(every)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == [], done.stderr
    assert told["killed"] > 15
    if is_long:
        words = f"killed at each of {told['killed']} boundaries of {told['mails']} mails: the same base after it is run"
        keep(
            f"ticks killed anywhere, {engine}", f"{words} again, {told['uncertain']} mails uncertain, 0 twice"
        )
