"""Lists of leads brought in and shared out by rules, beside a program that copies them and a loop over the rules."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks import importing
from benchmarks.commands import PETITCRM, clock
from benchmarks.stopwatch import Command, Run, run
from benchmarks.verdicts import Line, Part

PEER = (sys.executable, str(Path(__file__).parent / "peers" / "naive_rules.py"))
TEAM = ("marie", "paul", "zoe", "luc", "anne")
LAST_RULES = 3
_KINDS = 300


def brought_in(rows: int, rounds: int, work: Path) -> Part:
    """Time the import of `rows` leads (people, companies, pursuit, owner by the rules), again, and its undo."""
    file, base = _file(work, rows), work / "leads.db"
    steps = {
        "import as leads": ("import", str(file), "--as", "leads"),
        "import again": ("import", str(file), "--as", "leads"),
        "undo": ("undo",),
        "import as contacts": ("import", str(file), "--as", "contacts"),
    }
    ours: dict[str, list[Run]] = {name: [] for name in steps}
    copies: list[Run] = []
    for _ in range(rounds):
        importing.forget(base)
        copies.append(_settled(Command(importing.words(importing.COMMAND, file, base)), {}))
        _begin(base, _rules(work, LAST_RULES))
        for name, words in steps.items():
            if name == "import as contacts":  # into a base as new as that of the leads
                _begin(base, _rules(work, LAST_RULES))
            ours[name].append(_settled(Command((PETITCRM, *words), may_exit=(0, 3)), clock(base)))
    importing.forget(base)
    as_leads = _seconds(ours["import as leads"])
    lines = [
        Line("import as leads", as_leads, importing.COMMAND, _seconds(copies), 1.0, at_least=True),
        Line("import as leads", as_leads, "import as contacts", _seconds(ours["import as contacts"])),
        Line("import again", _seconds(ours["import again"]), "import as leads", as_leads),
        Line("undo", _seconds(ours["undo"]), "import as leads", as_leads, 1.0),
    ]
    return Part(f"Import of {rows:,} leads", lines, [f"{rows / as_leads:,.0f} rows/s."])


def shared_out(rows: int, rules: int, rounds: int, work: Path) -> Part:
    """Time `route simulate --json` of many rules on many leads beside the double loop."""
    base, path = work / "shared.db", _rules(work, rules)
    _begin(base, path)
    brought = (PETITCRM, "import", str(_file(work, rows)), "--as", "leads")
    run(Command(brought, may_exit=(0, 3)), clock(base))
    ours: list[Run] = []
    theirs: list[Run] = []
    for _ in range(rounds):
        ours.append(run(Command((PETITCRM, "route", "simulate", str(path), "--json")), clock(base)))
        theirs.append(run(Command((*PEER, str(base), str(path))), {}))
    importing.forget(base)
    line = Line("route simulate", _seconds(ours), "a double loop", _seconds(theirs), 1.0, at_least=True)
    return Part(f"{rules} rules on {rows:,} leads", [line], [])


def _settled(command: Command, base: Mapping[str, str]) -> Run:
    """Run a command once the disk has what the one before it wrote, or it would be timed waiting for that."""
    os.sync()
    return run(command, base)


def _begin(base: Path, rules: Path) -> None:
    """Make the base of a firm of five with rules in force."""
    importing.begin(base)
    for words in (
        *(("user", "add", name) for name in TEAM),
        ("territory", "keep", str(rules)),
        ("territory", "activate", "Measure"),
    ):
        run(Command((PETITCRM, *words)), clock(base))


def _seconds(runs: list[Run]) -> float:
    return median(one.seconds for one in runs)


def _file(work: Path, rows: int) -> Path:
    """Return the ordinary export of the contacts, with what a list of leads says of each."""
    people, path = importing.file_of(work, rows), work / f"leads-{rows}.csv"
    if path.exists():
        return path
    with (
        people.open(encoding="utf-8", newline="") as source,
        path.open("w", encoding="utf-8", newline="") as opened,
    ):
        reader, writer = csv.reader(source, delimiter=";"), csv.writer(opened, delimiter=";")
        writer.writerow([*next(reader), "Sens", "Campagne", "Origine", "Produit"])
        for number, row in enumerate(reader):
            more = (
                ("entrant", "sortant")[number % 2], ("Hiver", "Été", "Salon")[number % 3], f"source {number % 50}",
                f"produit {number % 20}",
            )  # fmt: skip
            writer.writerow([*row, *more])
    return path


def _rules(work: Path, rules: int) -> Path:
    """Return a set of rules on four facts, each kind of lead's anywhere among them; the last takes what is left."""
    path = work / f"rules-{rules}.toml"
    lines = ['name = "Measure"']
    for number in range(rules - 1):
        kind = number * 7 % rules  # of the kinds of leads that `_file` writes, _KINDS in number, or of none
        product = kind % 20 if kind < _KINDS else 99
        where = (
            f'{{ source = ["source {kind % 50}"], product = ["produit {product}"],'
            f' direction = ["{("inbound", "outbound")[kind % 2]}"],'
            f' campaign = ["{("Hiver", "Été", "Salon")[kind % 3]}"] }}'
        )
        lines.append(_rule(f"Rule {number}", where, TEAM[number % 5], TEAM[(number + 1) % 5]))
    lines.append(_rule("Rest", '{ direction = ["inbound", "outbound"] }', *TEAM))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _rule(name: str, where: str, *people: str) -> str:
    return f'\n[[rule]]\nname = "{name}"\nwhere = {where}\nto = {list(people)}'
