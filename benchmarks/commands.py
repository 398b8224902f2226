"""Commands as whole processes: how long until the shell has its answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

from benchmarks import bases
from benchmarks.stopwatch import Command, beside, environment, interleaved
from benchmarks.verdicts import Line, Part

PYTHON = (sys.executable, "-c", "pass")
PETITCRM = beside("petitcrm")
NAIVE = (sys.executable, str(Path(__file__).parent / "peers" / "naive_today.py"))
PLAIN = {"LC_ALL": "C.UTF-8"}
"""For programs that stop where the French locale is not installed."""

FLOOR = "python -c pass"
READS = {
    "today": (("today",), 2.5),
    "search, a rare word": (("search", bases.RARE), 4.0),
    "search, a common word": (("search", "chaudière"), 4.0),
    "timeline": (("timeline", f"c{bases.KNOWN}"), 4.0),
    "contact show": (("contact", "show", f"c{bases.KNOWN}"), 4.0),
    "task list --limit 50": (("task", "list", "--limit", "50"), 4.0),
}
"""The reads of every day, with their goals beside a bare Python."""

OTHERS = {
    "--help": (("--help",), 8.0),
    "contact --help": (("contact", "--help"), 8.0),
    "history": (("history",), 8.0),
    "sql": (("sql", "SELECT title FROM v_deals LIMIT 5"), 8.0),
    "deal list --limit 50": (("deal", "list", "--limit", "50"), 8.0),
}


def clock(base: Path) -> dict[str, str]:
    """Return the environment in which a command works on a base."""
    return {
        "PETITCRM_DB": str(base),
        "PETITCRM_NOW": bases.NOW,
        "XDG_CONFIG_HOME": str(base.parent / "no-config"),
    }


def reads(base: Path, size: str, rounds: int) -> Part:
    """Time the reads of every day in a pipe, beside a bare Python, naive `today` and taskwarrior."""
    told = {name: Command((PETITCRM, *words)) for name, (words, _goal) in {**READS, **OTHERS}.items()}
    told["completion"] = Command(
        (PETITCRM,),
        environment={"_PETITCRM_COMPLETE": "complete_bash", "COMP_WORDS": "petitcrm con", "COMP_CWORD": "1"},
    )
    median = interleaved({FLOOR: Command(PYTHON), "naive today": Command(NAIVE), **told}, clock(base), rounds)
    goals = {name: goal for name, (_words, goal) in {**READS, **OTHERS}.items()} | {"completion": 8.0}
    lines = [Line(name, median[name], FLOOR, median[FLOOR], goal) for name, goal in goals.items()]
    lines.append(Line("today", median["today"], "naive today", median["naive today"]))
    return Part(f"Reads in a pipe, base of {size}", lines, [])


def flat(small: Path, large: Path, sizes: tuple[str, str], rounds: int) -> Part:
    """Time the reads on a small and a large base, in the same rounds."""
    told = {}
    for size, base in zip(sizes, (small, large), strict=True):
        for name, (words, _goal) in READS.items():
            told[f"{name} · {size}"] = Command((PETITCRM, *words), environment=clock(base))
    median = interleaved(told, {}, rounds)
    lines = [
        Line(
            f"{name}, {sizes[1]}",
            median[f"{name} · {sizes[1]}"],
            sizes[0],
            median[f"{name} · {sizes[0]}"],
            1.25,
        )
        for name in READS
    ]
    return Part(f"Growth from {sizes[0]} to {sizes[1]}", lines, ["Flat is taken as at most 1.25."])


def terminal(base: Path, size: str, rounds: int) -> Part:
    """Time the reads on a terminal."""
    told = {name: Command((PETITCRM, *words), terminal=True) for name, (words, _goal) in READS.items()}
    median = interleaved({FLOOR: Command(PYTHON, terminal=True), **told}, clock(base), rounds)
    lines = [Line(name, median[name], FLOOR, median[FLOOR], 8.0) for name in READS]
    return Part(f"Reads on a terminal, base of {size}", lines, [])


def writes(base: Path, size: str, rounds: int, work: Path) -> Part:
    """Time gestures that write, each on rows that no earlier run has touched, on a copy of the base."""
    copied = work / "written.db"
    _copy(base, copied)
    told = {
        "task done": _numbered("task", "done", "t{}"),
        "deal move": _numbered("deal", "move", "d{}", "closing"),
        "log call": _numbered("log", "call", "c{}", "Répondeur, laissé un message."),
        "add (a task in words)": _numbered("add", "rappeler @c{} demain 14h devis"),
        "contact add": _numbered("contact", "add", "--last", "Martin{}", "--email", "m{}@example.com"),
    }
    median = interleaved(
        {FLOOR: Command(PYTHON), "naive today": Command(NAIVE), **told}, clock(copied), rounds
    )
    lines = []
    for name in told:
        lines.append(Line(name, median[name], "naive today", median["naive today"], 1.5, at_least=True))
        lines.append(Line(name, median[name], FLOOR, median[FLOOR], 60.0))
    copied.unlink()
    return Part(f"Gestures that write, base of {size}", lines, [])


def _numbered(*words: str) -> Command:
    """Return a command whose `{}` is another number each time."""
    numbers: Iterator[int] = count(1)

    def renewed() -> Sequence[str]:
        number = next(numbers)
        return [PETITCRM, *(word.format(number) for word in words)]

    return Command(renew=renewed)


def _copy(base: Path, to: Path) -> None:
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    shutil.copyfile(base, to)


# --------------------------------------------------------------------------------------------------------- peers


def peers(base: Path, items: int, rounds: int, work: Path) -> Part:
    """Time `today` beside the programs of other people that list as many things, where they are installed."""
    notes: list[str] = []
    told = {"today": Command((PETITCRM, "today"), environment=clock(base))}
    told |= _taskwarrior(items, work / "taskwarrior", notes)
    told |= _khard(items, work / "khard", notes)
    told |= _todoman(items, work / "todoman", notes)
    if len(told) == 1:
        return Part(f"Peers with {items:,} items", [], notes)
    median = interleaved(told, {}, rounds)
    goals = {
        "taskwarrior next": 0.15 if items >= 10_000 else None,
        "taskwarrior list": None,
        "khard list": None,
        "todoman list": None,
    }
    lines = [
        Line("today", median["today"], name, median[name], goals[name]) for name in goals if name in median
    ]
    return Part(f"Peers with {items:,} items", lines, notes)


def _taskwarrior(items: int, folder: Path, notes: list[str]) -> dict[str, Command]:
    if not shutil.which("task"):
        notes.append("taskwarrior is not installed here.")
        return {}
    settings = folder / "taskrc"
    env = {"TASKRC": str(settings), "TASKDATA": str(folder)}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings.write_text("confirmation=off\nverbose=nothing\n", encoding="utf-8")
    today, random = date.fromisoformat(bases.NOW[:10]), Random(7)
    rows = (
        {
            "description": " ".join(random.choices(bases.WORDS, k=5)), "status": "pending",
            "due": (today + timedelta(days=random.randint(-30, 330))).strftime("%Y%m%dT080000Z"),
            "project": random.choice(bases.LAST),
        }
        for _ in range(items)
    )  # fmt: skip
    told = "\n".join(json.dumps(row) for row in rows)
    subprocess.run(
        ["task", "import", "-"],
        input=told,
        text=True,
        env=environment(**env),
        check=True,
        capture_output=True,
    )
    return {
        f"taskwarrior {report}": Command(("task", report), environment=env) for report in ("next", "list")
    }


def _khard(items: int, folder: Path, notes: list[str]) -> dict[str, Command]:
    program = beside("khard")
    if not shutil.which(program):
        notes.append("khard is not installed here.")
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    cards = folder / "cards"
    cards.mkdir(parents=True)
    random = Random(7)
    for number in range(items):
        first, last = random.choice(bases.FIRST), random.choice(bases.LAST)
        card = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u{number}\r\nFN:{first} {last}\r\nN:{last};{first};;;\r\n"
            f"EMAIL:{number}@example.com\r\nTEL:+3326191{number % 10_000:04}\r\nEND:VCARD\r\n"
        )
        (cards / f"u{number}.vcf").write_bytes(card.encode())
    settings = folder / "khard.conf"
    settings.write_text(f"[addressbooks]\n[[all]]\npath = {cards}\n[general]\n", encoding="utf-8")
    return {"khard list": Command((program, "-c", str(settings), "list"), environment=PLAIN)}


def _todoman(items: int, folder: Path, notes: list[str]) -> dict[str, Command]:
    program = beside("todo")
    if not shutil.which(program):
        notes.append("todoman is not installed here.")
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    listed = folder / "lists" / "all"
    listed.mkdir(parents=True)
    today, random = date.fromisoformat(bases.NOW[:10]), Random(7)
    for number in range(items):
        due = today + timedelta(days=random.randint(-30, 330))
        todo = (
            f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:u{number}\r\n"
            f"DTSTAMP:20261101T080000Z\r\nSUMMARY:{' '.join(random.choices(bases.WORDS, k=5))}\r\n"
            f"DUE;VALUE=DATE:{due:%Y%m%d}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
        )
        (listed / f"u{number}.ics").write_bytes(todo.encode())
    settings = folder / "config.py"
    settings.write_text(
        f'path = "{folder / "lists"}/*"\ncache_path = "{folder / "cache.sqlite3"}"\ndefault_list = "all"\n',
        encoding="utf-8",
    )
    return {"todoman list": Command((program, "--config", str(settings), "list"), environment=PLAIN)}
