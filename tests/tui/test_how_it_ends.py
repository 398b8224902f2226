"""However the interface ends, the terminal is as it was before, the base is whole, and a sentence says why."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from petitcrm.config import Config
from tests.conftest import NOW
from tests.support.session import PROGRAM, Session

pytestmark = pytest.mark.engines("sqlite")
FIRST = "Éléphant"
SWITCHED_ON = {"1049": "the other screen", "1000": "the mouse", "1003": "the mouse", "1006": "the mouse",
               "2004": "paste", "1004": "focus"}  # fmt: skip
MISTAKEN = """
import sys
from petitcrm.tui.app import Interface
from petitcrm.tui.frame import Bar
{mistake}
from petitcrm.cli.main import main
sys.exit(main())
"""
MISTAKES = {
    "in a key": "def wrong(self):\n    password = 'hunter2'\n    return [][7]\nInterface.action_history = wrong",
    "in a worker": (
        "async def wrong():\n    password = 'hunter2'\n    return [][7]\n"
        "Interface.action_history = lambda self: self.do(wrong())"
    ),
    "in a gesture": (
        "def wrong(crm):\n    password = 'hunter2'\n    return [][7]\n"
        "Interface.action_history = lambda self: self.do(self.desk.write(wrong))"
    ),
    "in what is drawn": (
        "def wrong(self):\n    password = 'hunter2'\n    return [][7]\n"
        "def draw(self):\n    Bar.render = wrong\n    self.screen.query_one(Bar).refresh()\n"
        "Interface.action_history = draw"
    ),
}


@pytest.fixture
def environment(firm: Config) -> dict[str, str]:
    """Return the environment of who opens the small firm."""
    return {"PETITCRM_DB": firm.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "fr"}


def opened(
    environment: dict[str, str], program: tuple[str, ...] = PROGRAM, size: tuple[int, int] = (80, 24)
) -> Session:
    """Open the interface on a terminal and wait for the day."""
    session = Session(environment, program=program, size=size)
    session.until_shows(FIRST)
    session.settle()
    return session


def left_over(session: Session) -> list[str]:
    """Return what of the terminal is not as it was before."""
    found = [what for mode, what in SWITCHED_ON.items() if session.on(mode)]
    found += [] if session.on("25") else ["the cursor is hidden"]
    found += [] if session.on("7") else ["long lines are cut"]
    found += ["the keyboard speaks kitty"] if session.kitty_depth else []
    return found + (["its line"] if session.modes != session.modes_before else [])


def is_whole(environment: dict[str, str]) -> bool:
    """Ask the command that looks at the whole base."""
    checked = subprocess.run(
        [*PROGRAM, "check", "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.returncode == 0


ENDS: dict[str, tuple[Callable[[Session], object], int, str]] = {
    "q": (lambda session: session.press("q"), 0, ""),
    "ctrl+q": (lambda session: session.press("ctrl+q"), 0, ""),
    "ctrl+c twice": (lambda session: session.press("ctrl+c", "→ un second ctrl+c", "ctrl+c"), 130, ""),
    "SIGTERM": (lambda session: os.kill(session.pid, signal.SIGTERM), 143, "SIGTERM"),
    "SIGHUP": (lambda session: os.kill(session.pid, signal.SIGHUP), 129, "SIGHUP"),
    "SIGINT": (lambda session: os.kill(session.pid, signal.SIGINT), 130, "SIGINT"),
    "SIGTERM while something is asked": (
        lambda session: [session.press("a", "→ Ajouter", "rapp"), os.kill(session.pid, signal.SIGTERM)],
        143,
        "SIGTERM",
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_the_terminal_is_as_before(how: str, environment: dict[str, str]) -> None:
    end, code, words = ENDS[how]
    with opened(environment) as session:
        end(session)
        assert session.code() == code
        assert left_over(session) == []
        assert words in session.text
        assert "Traceback" not in session.text
    assert is_whole(environment)


@pytest.mark.parametrize("where", MISTAKES)
def test_a_mistake_is_owned_up_to_in_a_sentence_on_the_terminal_as_before(
    where: str, environment: dict[str, str]
) -> None:
    program = (sys.executable, "-c", MISTAKEN.format(mistake=MISTAKES[where]))
    with opened(environment, program) as session:
        session.press("U")
        assert session.code() == 1
        assert left_over(session) == []
        assert "petitcrm s’est trompé (IndexError: list index out of range" in session.text
        assert b"hunter2" not in session.written
        assert b"Traceback" not in session.written
    assert is_whole(environment)


def test_a_mistake_is_traced_for_those_who_ask(environment: dict[str, str]) -> None:
    program = (sys.executable, "-c", MISTAKEN.format(mistake=MISTAKES["in a key"]))
    with opened({**environment, "PETITCRM_DEBUG": "1"}, program) as session:
        session.press("U")
        assert session.code() == 1
        assert left_over(session) == []
        assert b"Traceback (most recent call last)" in session.written


def test_ctrl_z_gives_the_terminal_back_and_fg_paints_all_of_it_again(environment: dict[str, str]) -> None:
    with opened(environment) as session:
        before = session.text
        for stop in (lambda: session.press("ctrl+z"), lambda: os.kill(session.pid, signal.SIGTSTP)):
            stop()
            session.until(session.is_stopped, "the stop")
            session.settle()
            assert left_over(session) == []
            os.kill(session.pid, signal.SIGCONT)
            session.until(lambda: session.text == before, "the same screen")
            assert session.is_on_the_other_screen
            assert session.on("1003")
        session.press("q")
        assert session.code() == 0
        assert left_over(session) == []


def test_a_window_that_is_closed_ends_the_program(environment: dict[str, str]) -> None:
    with opened(environment) as session:
        session.hang_up()
        assert session.code() == 129
    assert is_whole(environment)


def test_what_was_done_before_kill_minus_9_is_there_at_the_next_start(environment: dict[str, str]) -> None:
    with opened(environment) as session:
        session.press("a", "→ Ajouter", "rappeler @dupont demain 14h pour le toit", "enter", "→ Prévu")
        os.kill(session.pid, signal.SIGKILL)
        assert session.code() == -signal.SIGKILL
    assert is_whole(environment)
    with opened(environment) as session:
        session.press("/", "→ chercher|Chercher", "toit", "→ le toit", "escape", "q")


def test_a_base_that_is_gone_is_said_and_no_other_is_made_in_its_place(
    environment: dict[str, str], firm: Config
) -> None:
    away = firm.db + ".away"
    with opened(environment) as session:
        os.rename(firm.db, away)
        session.press("a", "→ Ajouter", "rappeler @dupont demain", "enter", "→ n’est plus là")
        assert not os.path.exists(firm.db)
        os.rename(away, firm.db)
        session.press("enter", "→ Prévu", "q")
        assert session.code() == 0
    assert is_whole(environment)


def test_a_backup_put_in_the_place_of_the_base_is_what_is_shown(
    environment: dict[str, str], firm: Config, tmp_path: Path
) -> None:
    backup = str(tmp_path / "kept.db")
    shutil.copyfile(firm.db, backup)
    with opened(environment) as session:
        session.press("a", "→ Ajouter", "rappeler @dupont auj. pour le toit", "enter", "→ Prévu")
        session.press("escape", "→ — pour le toit")
        for beside in ("-wal", "-shm"):
            Path(firm.db + beside).unlink(missing_ok=True)
        os.replace(backup, firm.db)
        session.until(lambda: "le toit" not in session.text, "the base as it was")
        session.press("q")
        assert session.code() == 0


def test_a_file_that_is_no_base_is_left_as_it_is(environment: dict[str, str], tmp_path: Path) -> None:
    other = tmp_path / "letter.db"
    other.write_bytes(b"Madame, Monsieur," * 300)
    with Session({**environment, "PETITCRM_DB": str(other)}) as session:
        session.until_shows("n’est pas une base petitcrm")
        session.press("q")
        assert session.code() == 0
        assert left_over(session) == []
    assert other.read_bytes() == b"Madame, Monsieur," * 300


def test_the_program_that_is_driven_is_the_one_that_is_installed() -> None:
    told = subprocess.run([*PROGRAM, "--version", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout)["version"]
