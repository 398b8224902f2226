"""The gestures whose keys are counted, and the ways in which each program may make them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple


class Typed(str):
    """A text that is typed: its letters are not counted."""

    __slots__ = ()


class Way(NamedTuple):
    """Keys that make a gesture, those that bring the cursor there before, and what the screen then proves."""

    keys: tuple[str, ...]
    shows: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    fewer: str = ""
    recolours: bool = False
    ends: bool = False


class Program(NamedTuple):
    """A program: how it is readied in a new home, what it opens on, and its ways by gesture."""

    name: str
    command: tuple[str, ...]
    version: tuple[str, ...]
    ready: Callable[[Path], tuple[str, ...]]
    opens: str
    before: tuple[str, ...]
    ways: Mapping[str, tuple[Way, ...]]
    """No way for a gesture that the program has: we found none that the screen proves."""


NEW, DUE, NEXT, THIRD, DONE, TITLE, SEARCH, UNDO, COLOURS, REGION, HELP, QUIT = ACTIONS = (
    "a new task, with a title",
    "its day",
    "a card one column on",
    "a card from the first column to the third",
    "done",
    "a title corrected",
    "searched and opened",
    "a wrong move, or a deletion, undone",
    "other colours",
    "another list, another part of the screen",
    "help",
    "quit",
)
WORD = Typed("Zebra")


def _crm(home: Path) -> tuple[str, ...]:
    words = ["petitcrm", "demo", "--into", str(home / "base.db")]
    told = {"PETITCRM_NOW": "2026-11-23T09:00:00+01:00", "HOME": str(home)}
    subprocess.run(words, env={**os.environ, **told}, check=True, capture_output=True)
    return ("petitcrm",)


def _posting(home: Path) -> tuple[str, ...]:
    folder = home / "requests"
    folder.mkdir()
    for name in ("alpha", "beta"):
        (folder / f"{name}.posting.yaml").write_text(
            f"name: {name}\nurl: https://{name}.example/\n", encoding="utf-8"
        )
    return ("posting", "--collection", str(folder))


OURS = {
    NEW: (
        Way(("a", Typed("call @dupuy about Zebra"), "enter"), ("Zebra", "Planned"), ("esc leave",)),
        Way(("n", WORD, "enter"), ("Zebra",), ("esc leave",)),
    ),
    DUE: (Way(("e", Typed("Friday"), "enter"), ("27 Nov",), before=("3", "tab", "tab", "tab")),),
    NEXT: (Way(("L",), ("Prospect 8",), before=("2",)),),
    THIRD: (Way(("m", "3"), ("Rendez-vous 1 8",), before=("2",)),),
    DONE: (
        Way(("space",), ("Done",), before=("down",) * 12),
        Way(("space", "1"), ("Done",), before=("down",) * 5),
    ),
    TITLE: (Way(("e", WORD, "enter"), ("Zebra", "Prospect 9"), ("⏎ keep",), before=("2",)),),
    SEARCH: (Way(("/", Typed("dupuy"), "enter"), ("esc back", "Timeline", "Dupuy")),),
    UNDO: (Way(("u",), ("Prospect 9", "Undone"), before=("2", "L")),),
    COLOURS: (
        Way(("ctrl+p", Typed("light"), "enter"), recolours=True),
        Way((",", "down", "enter", "2"), recolours=True),
    ),
    REGION: (Way(("2",), ("Prospect 9",)),),
    HELP: (Way(("?",), ("Keys",)),),
    QUIT: (Way(("q",), ends=True),),
}
DOOIT = {
    NEW: (Way(("a", WORD, "enter"), ("Zebra", "NORMAL")),),
    DUE: (Way(("d", Typed("2026-11-30"), "enter"), ("2026-11-30", "NORMAL")),),
    DONE: (Way(("c",), ("x First",)),),
    TITLE: (Way(("i", WORD, "enter"), ("FirstZebra", "NORMAL")),),
    SEARCH: (Way(("/", Typed("First"), "enter"), ("First", "NORMAL")),),
    REGION: (Way(("tab", "a"), ("INSERT",)), Way(("tab",), ("Workspaces",))),
    HELP: (Way(("?",), ("Toggle Complete",)), Way(("?",), ("Key",))),
    QUIT: (Way(("ctrl+q",), ends=True),),
}
KANBAN = {
    NEW: (Way(("n", WORD, "ctrl+j"), ("Zebra",), ("Create Task",)),),
    DUE: (Way(("e", *("tab",) * 4, "enter", "down", "enter", "ctrl+j"), ("due now",), ("Edit Task",)),),
    NEXT: (Way(("L",), ("Doing (2 Tasks)",)),),
    THIRD: (Way(("L", "L"), ("Done (2 Tasks)",)),),
    DONE: (Way(("L", "L"), ("Done (2 Tasks)",)),),
    TITLE: (Way(("e", WORD, "ctrl+j"), ("Zebra",), ("Edit Task",)),),
    COLOURS: (Way(("ctrl+p", Typed("theme"), "enter", Typed("textual-light"), "enter"), recolours=True),),
    REGION: (Way(("B",), ("New Board",)),),
    HELP: (Way(("ctrl+p", Typed("keys"), "enter"), ("Scroll Home",)),),
    QUIT: (Way(("ctrl+q",), ends=True),),
}  # fmt: skip
POSTING = {
    NEW: (Way(("ctrl+n", WORD, "ctrl+n"), ("Zebra",), ("New request",)),),
    TITLE: (Way(("ctrl+o", "y", "tab", WORD, "ctrl+s"), ("Zebra",), before=("ctrl+o", "tab", "down", "enter")),),
    SEARCH: (
        Way(("/", Typed("beta"), "enter"), ("https://beta",), before=("ctrl+o", "tab")),
    ),
    COLOURS: (Way(("ctrl+p", Typed("preview theme"), "enter", Typed("nord"), "enter"), recolours=True),),
    REGION: (Way(("ctrl+o", "r"), ("raw", "Body"))  , Way(("ctrl+o", "w"), ("None",))),
    HELP: (Way(("f1",), ("Help",), ("f1 Help",)),),
    QUIT: (Way(("ctrl+c",), ends=True),),
}  # fmt: skip
PROGRAMS = (
    Program("petitcrm", ("petitcrm",), ("petitcrm", "--version"), _crm, "Deals without", (), OURS),
    Program("dooit", ("dooit",), ("dooit", "--version"), lambda _home: ("dooit",), "Welcome",
            ("a", Typed("Sales"), "enter", "tab", "a", Typed("First"), "enter"), DOOIT),
    Program("kanban-tui", ("ktui",), ("ktui", "--version"), lambda _home: ("ktui", "demo"), "Task_green_ready",
            (), KANBAN),
    Program("posting", ("posting",), (), _posting, "alpha", (), POSTING),
)  # fmt: skip
