"""What each daily command imports when its output is a pipe: the noise-free guard of how fast it starts.

Times differ from machine to machine, lists of modules do not. The figures count modules beyond those of a bare
Python; raise one only with a measure of what it costs (`make bench`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import NOW

HEAVY = frozenset({"sqlmodel", "sqlalchemy", "alembic", "pydantic", "textual", "rich", "psycopg", "babel"})
NOT_BEFORE_THE_DAY = HEAVY | {
    "typing",
    "re",
    "json",
    "logging",
    "typer",
    "click",
    "enum",
    "dataclasses",
    "pathlib",
}
NOT_BEFORE_THE_DAY |= {"gettext", "argparse", "tomllib", "platformdirs"}
START = "import sys; from petitcrm.cli.main import main; sys.exit(main())"


class Start(NamedTuple):
    """A command as it is typed, what it must not import, and how many modules it may."""

    words: str
    forbidden: frozenset[str]
    modules: int
    completing: bool = False


DAILY = [
    Start("today", NOT_BEFORE_THE_DAY | {"unicodedata"}, 48),
    Start("today --json", NOT_BEFORE_THE_DAY - {"json", "re", "enum"}, 66),
    Start("contact list", NOT_BEFORE_THE_DAY, 48),
    Start("contact show c1", NOT_BEFORE_THE_DAY, 50),
    Start("contact query dup", NOT_BEFORE_THE_DAY, 52),
    Start("task list", NOT_BEFORE_THE_DAY, 48),
    Start("search dupont", NOT_BEFORE_THE_DAY, 54),
    # The details of an event are JSON, which its sentence needs: 5 ms of the 4 × that a story may take.
    Start("timeline c1", NOT_BEFORE_THE_DAY - {"json", "re", "enum"}, 68),
    Start("--version", NOT_BEFORE_THE_DAY, 20),
    Start("--help", HEAVY, 180),
    Start("contact --help", HEAVY, 180),
    Start("petitcrm con", HEAVY, 180, completing=True),
]
# Take a command out of here when it is there: a test that passes before it is expected to fails the run.
NOT_THERE_YET: set[str] = set()


def _case(start: Start) -> object:
    not_there = pytest.mark.xfail(reason="the command is not there yet", strict=True)
    return pytest.param(start, id=start.words, marks=[not_there] if start.words in NOT_THERE_YET else [])


@pytest.fixture(scope="module")
def lived_in(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a base with one contact, c1."""
    path = tmp_path_factory.mktemp("daily") / "base.db"
    shutil.copyfile(sqlite_template, path)
    environment = {**os.environ, "PETITCRM_DB": str(path)}
    adding = ["contact", "add", "--first", "Jeanne", "--last", "Dupont", "--email", "jeanne@dupont.example"]
    subprocess.run([sys.executable, "-c", START, *adding], env=environment, check=False, capture_output=True)
    return path


@cache
def _bare() -> frozenset[str]:
    return frozenset(_imported(["-c", "pass"], dict(os.environ)))


def _imported(arguments: list[str], environment: dict[str, str]) -> list[str]:
    """Return the modules that Python imports to run `arguments` with its output in a pipe."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-20:]
    reported = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return [line.rpartition("|")[2].strip() for line in reported[1:]]


@pytest.mark.parametrize("start", [_case(start) for start in DAILY])
def test_a_daily_command_imports_little(start: Start, lived_in: Path) -> None:
    environment = {**os.environ, "PETITCRM_DB": str(lived_in), "PETITCRM_NOW": NOW}
    arguments = start.words.split()
    if start.completing:
        environment |= {"_PETITCRM_COMPLETE": "complete_bash", "COMP_WORDS": start.words, "COMP_CWORD": "1"}
        arguments = []
    found = set(_imported(["-c", START, *arguments], environment)) - _bare()
    assert not {name for name in found if name.partition(".")[0] in start.forbidden}
    assert len(found) <= start.modules, sorted(found)
