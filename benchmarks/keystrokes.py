"""`python -m benchmarks.keystrokes [--peers FOLDER…]`: count the keys of like gestures, ours and the peers'."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.keystroke_ways import ACTIONS, PROGRAMS, Program, Typed, Way
from tests.support.session import Session

PAGE = Path(__file__).parents[1] / "docs" / "keystrokes.md"
SIZE = (120, 36)
ABSENT, UNSEEN = "–", "?"
ROUNDS = 2
"""How often a way is tried before it is believed not to work: a busy machine loses keys of some peers."""
FIRST = """# Keys, counted

Like gestures in petitcrm and in terminal programs that people know, each made on a terminal, with what the screen
then showed as the proof. A text that is typed counts for nothing, each other key for one; the cursor is already on the
thing. – : the program has no such thing. ? : it has, but no way that we tried was seen to work.
"""
LAST = """
posting (requests) and dooit (a list) have no columns; dooit takes days as figures only, and its colours come from a
file. What was moved wrongly in kanban-tui is moved back by hand: that is no undo; none of its bindings searches the
board. Its help is a panel of Textual's palette. A call or a visit that is done in petitcrm asks how it went: one key
more. dooit was given one line to search in: that its list narrows was not looked at. posting's title was read from its
bindings (the tab of the request's name, then save), not seen on its screen.
"""


class Counted(NamedTuple):
    """One cell of the table: how many keys, and which."""

    number: str
    keys: str = ""


def main() -> None:
    """Count, print, and write docs/keystrokes.md."""
    asked = _asked()
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), *asked.peers, os.environ["PATH"]])
    there = [program for program in PROGRAMS if shutil.which(program.command[0])]
    wanted = [action for action in ACTIONS if not asked.only or action in asked.only]
    with ThreadPoolExecutor(len(there)) as pool:  # each waits for its screen most of the time
        cells = {action: pool.map(partial(_fewest, action=action), there) for action in wanted}
        rows = [(action, list(counted)) for action, counted in cells.items()]
    text = _page(there, rows)
    print(text)
    if not asked.only:
        PAGE.write_text(text, encoding="utf-8")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", nargs="*", default=[], help="folders where the peers' commands are")
    parser.add_argument("--only", nargs="*", default=[], help="these gestures; the page is not written")
    return parser.parse_args()


def _fewest(program: Program, action: str) -> Counted:
    """Try the ways of a program from the shortest; the first that the screen proves is the answer."""
    ways = sorted(program.ways.get(action, ()), key=_cost)
    for way in ways:
        if any(_works(program, way) for _ in range(ROUNDS)):
            print(program.name, action, _cost(way), file=sys.stderr)
            return Counted(
                str(_cost(way)), " ".join(f"`{key}`" for key in way.keys if not isinstance(key, Typed))
            )
    return Counted(UNSEEN if action in program.ways else ABSENT)


def _cost(way: Way) -> int:
    return sum(not isinstance(key, Typed) for key in way.keys)


def _works(program: Program, way: Way) -> bool:
    """Make a gesture in a home of its own, and tell whether the screen came to show it."""
    with tempfile.TemporaryDirectory() as home:
        command = program.ready(Path(home))
        where = shutil.which(command[0]) or command[0]
        with Session(_environment(home), command[1:], size=SIZE, program=(where,)) as session:
            try:
                session.until_shows(program.opens, seconds=30)
                session.settle(0.8)
                _press(session, (*program.before, *way.before))
                ground = (_colours(session), session.text)
                _press(session, way.keys)
                session.until(lambda: _is_so(session, way, ground), seconds=6)
            except (AssertionError, OSError) as problem:
                if os.environ.get("KEYSTROKES_TOLD"):
                    print(program.name, way, problem, file=sys.stderr)
                return way.ends and session.ended
    return True


def _environment(home: str) -> dict[str, str]:
    return {
        "HOME": home,
        "XDG_DATA_HOME": f"{home}/data",
        "XDG_CONFIG_HOME": f"{home}/config",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "en_GB.UTF-8",
        "PETITCRM_DB": f"{home}/base.db",
        "PETITCRM_NOW": "2026-11-23T09:00:00+01:00",
    }


def _press(session: Session, keys: tuple[str, ...]) -> None:
    for key in keys:
        for one in key if isinstance(key, Typed) else (key,):
            session.press(one)
        session.settle(0.3, seconds=1.2)


def _is_so(session: Session, way: Way, ground: tuple[list[str], str]) -> bool:
    if way.ends:
        return session.ended
    if way.recolours:
        return _colours(session) != ground[0]
    if way.fewer and session.text.count(way.fewer) >= ground[1].count(way.fewer):
        return False
    return all(words in session.text for words in way.shows) and not any(
        words in session.text for words in way.lacks
    )


def _colours(session: Session) -> list[str]:
    """Return the grounds of a column of the screen: they change when the theme does."""
    return [session.screen.buffer[line][0].bg for line in range(SIZE[1])]


def _version(program: Program) -> str:
    where = Path(shutil.which(program.command[0]) or "").resolve().parent
    asked = program.version or (str(where / "python"), "-m", "pip", "show", program.name)
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return (re.findall(r"\d+(?:\.\d+)+", told) or [""])[0]


def _page(there: list[Program], rows: list[tuple[str, list[Counted]]]) -> str:
    names = [f"{program.name} {_version(program)}".strip() for program in there]
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for action, counted in rows:
        cells = (f"**{one.number}** {one.keys}".strip() for one in counted)
        lines.append(f"| {action} | " + " | ".join(cells) + " |")
    made = f"\n{date.today():%Y-%m-%d}, by `python -m benchmarks.keystrokes --peers FOLDER…`\n"
    return FIRST + made + "\n" + "\n".join(lines) + "\n" + LAST


if __name__ == "__main__":
    main()
