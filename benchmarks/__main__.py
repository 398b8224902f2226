"""`python -m benchmarks [--quick] [--rounds N] [--only PART]…`: measure, print, and write benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import (
    bases,
    campaign,
    commands,
    enrolments,
    importing,
    interface,
    leads,
    mail,
    mail_reading,
    queries,
    sending,
)
from benchmarks.stopwatch import Failed
from benchmarks.verdicts import Part, table

HERE = Path(__file__).parent
WORK = HERE / "work"
"""Where bases stay from one run to the next."""

PARTS = (
    "reads",
    "growth",
    "terminal",
    "writes",
    "journal",
    "peers 1k",
    "peers 10k",
    "warm",
    "import",
    "million",
    "leads",
    "rules",
    "mail",
    "mail out",
    "campaign",
    "mail parse",
    "sequences",
    "interface",
    "lists",
    "sales lists",
)
LARGE = ("growth", "peers 10k", "warm")
LONG = ("million",)
"""Every part, those that need large bases, and those that are measured only by their name."""

BUSY = 1.2
"""A load a core, over a quarter of an hour, above which others have disturbed the measures: ours alone make one."""

PACKAGES = ("petitcrm", "typer", "rich", "textual", "sqlmodel", "SQLAlchemy", "sqlite-utils", "khard")
PROGRAMS = {"taskwarrior": "task", "todoman": "todo"}


def main() -> None:
    """Measure what was asked for."""
    asked = _asked()
    _compile()
    WORK.mkdir(exist_ok=True)
    parts = [_measured(name, measure) for name, measure in _chosen(asked)]
    if asked.only:
        print("\nOnly a part was measured: RESULTS.md stays as it is.", file=sys.stderr)
    else:
        (HERE / "RESULTS.md").write_text(_results(parts, asked), encoding="utf-8")
    sys.exit(any("**failed**" in note for part in parts for note in part.notes))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="bases of 1,000 rows only")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command (15)")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part; may be repeated")
    return parser.parse_args()


def _chosen(asked: argparse.Namespace) -> list[tuple[str, Callable[[], Part]]]:
    """Return the parts that were asked for, each with how to measure it."""
    if asked.only:
        wanted = asked.only
    else:
        wanted = [name for name in PARTS if name not in (*LONG, *(LARGE if asked.quick else ()))]
    sizes = ("1k", "1k", "1k") if asked.quick else ("1k", "10k", "1M events")
    return [(name, partial(_part, name, sizes, asked.rounds)) for name in wanted]


def _part(name: str, sizes: tuple[str, str, str], rounds: int) -> Part:
    small, middle, large = sizes
    quick = small == large

    def base(size: str) -> Path:
        return bases.made(WORK, size)

    measures: dict[str, Callable[[], Part]] = {
        "reads": lambda: commands.reads(base(large), large, rounds),
        "growth": lambda: commands.flat(base("10k"), base("100k"), ("10k", "100k"), rounds),
        "terminal": lambda: commands.terminal(base(large), large, rounds),
        "writes": lambda: commands.writes(base(middle), middle, rounds, WORK),
        "journal": lambda: queries.journal(base(middle), WORK, rounds),
        "peers 1k": lambda: commands.peers(base("1k"), 1_000, max(3, rounds // 3), WORK),
        "peers 10k": lambda: commands.peers(base("10k"), 10_000, max(3, rounds // 3), WORK),
        "warm": lambda: queries.warm(base("10k"), base("1M events"), ("10k events", "1M events"), rounds),
        "import": lambda: importing.contacts(1_000 if quick else 100_000, max(1, rounds // 5), WORK),
        "million": lambda: importing.memory(100_000, 1_000_000, WORK),
        "leads": lambda: leads.brought_in(1_000 if quick else 100_000, max(1, rounds // 5), WORK),
        "rules": lambda: leads.shared_out(1_000 if quick else 100_000, 500, max(1, rounds // 5), WORK),
        "mail": lambda: mail.read_in(
            1_000 if quick else 10_000, 2_000 if quick else 100_000, max(1, rounds // 5), WORK
        ),
        "campaign": lambda: campaign.out(2_000 if quick else 50_000, max(1, rounds // 5), WORK),
        "mail out": lambda: sending.out(100 if quick else 1_000, max(1, rounds // 5), WORK),
        "sequences": lambda: enrolments.due(10_000 if quick else 1_000_000, WORK),
        "mail parse": lambda: mail_reading.parsed(100 if quick else 1_000, rounds),
        "interface": lambda: interface.board(
            base(small), base(middle), ("300", "300" if quick else "10,000"), rounds
        ),
        "lists": lambda: interface.lists(
            base("1k"), base("1k" if quick else "100k"), ("1,000", "1,000" if quick else "100,000"), rounds
        ),
        "sales lists": lambda: interface.sales_lists(
            base("1k"), base("1k" if quick else "100k deals"), base("1k" if quick else "100k"),
            ("300 deals, 1,000 tasks", "1,000" if quick else "100,000"),
        ),
    }  # fmt: skip
    return measures[name]()


def _measured(name: str, measure: Callable[[], Part]) -> Part:
    """Measure one part and print it; one that fails says so, and the others go on."""
    try:
        part = measure()
    except Failed as failure:
        part = Part(name.capitalize(), [], [f"**failed**: {failure}"])
    print(
        f"\n## {part.title}\n\n{table(part.lines) if part.lines else ''}", *part.notes, sep="\n", flush=True
    )
    return part


def _compile() -> None:
    """Compile petitcrm and the peers once, as an installation does; their imports would else be timed as sources."""
    import petitcrm

    for folder in (Path(petitcrm.__file__).parent, HERE / "peers", *map(Path, _site_packages())):
        compileall.compile_dir(folder, quiet=2, workers=0)


def _site_packages() -> list[str]:
    import site

    return site.getsitepackages()


def _results(parts: list[Part], asked: argparse.Namespace) -> str:
    """Return the text of RESULTS.md."""
    lines = [line for part in parts for line in part.lines]
    judged = [line for line in lines if line.reached is not None]
    command = "python -m benchmarks" + (" --quick" if asked.quick else "") + f" --rounds {asked.rounds}"
    versions = ", ".join(f"{name} {found}" for name in (*PACKAGES, *PROGRAMS) if (found := _version(name)))
    busy = os.getloadavg()[2] > BUSY * (os.cpu_count() or 1)
    missed = [f"* {line.what}: {line.ratio:.2f} beside {line.beside}" for line in judged if not line.reached]
    text = [
        "# Measures",
        "",
        f"`{command}` on {platform.system()} {platform.machine()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}; {versions}.",
        "",
        "Medians of interleaved runs of whole processes with compiled bytecode, unless said otherwise. Milliseconds do"
        " not carry over to another machine; ratios of one run do, roughly.",
        "",
        *(
            ["Other programs kept this machine busy: ratios to the bare Python are rougher than usual.", ""]
            if busy
            else []
        ),
        f"{sum(bool(line.reached) for line in judged)} of {len(judged)} goals reached."
        + (" Not reached:" if missed else ""),
        "",
        *missed,
    ]
    for part in parts:
        text += ["", f"## {part.title}", "", *([table(part.lines)] if part.lines else [])]
        text += ["", *part.notes] if part.notes else []
    return "\n".join(text) + "\n"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _version_of_program(PROGRAMS.get(package, ""))


def _version_of_program(program: str) -> str:
    if not shutil.which(program):
        return ""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.split()
    return told[-1] if told else ""


if __name__ == "__main__":
    main()
