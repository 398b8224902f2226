"""`python -m benchmarks [--quick] [--only PART]… [--rounds N]`: measure, print, and write benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import compileall
import platform
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import bases, commands, importing, interface, queries
from benchmarks.stopwatch import Failed
from benchmarks.verdicts import Part, table

HERE = Path(__file__).parent
WORK = HERE / "work"
"""Where bases stay from one run to the next."""

PACKAGES = (
    "petitcrm",
    "typer",
    "rich",
    "textual",
    "sqlmodel",
    "SQLAlchemy",
    "sqlite-utils",
    "khard",
    "todoman",
)


def main() -> None:
    """Measure what was asked for."""
    asked = _asked()
    _compile()
    WORK.mkdir(exist_ok=True)
    parts: list[Part] = []
    for part in _parts(asked):
        print(
            f"\n## {part.title}\n\n{table(part.lines) if part.lines else ''}",
            *part.notes,
            sep="\n",
            flush=True,
        )
        parts.append(part)
    if asked.only:
        print("\nOnly a part was measured: RESULTS.md stays as it is.", file=sys.stderr)
        return
    (HERE / "RESULTS.md").write_text(_results(parts, asked), encoding="utf-8")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="bases of 1,000 rows only")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command (15)")
    parser.add_argument(
        "--only", action="append", metavar="PART", help="reads, growth, terminal, writes, peers, warm…"
    )
    return parser.parse_args()


def _parts(asked: argparse.Namespace) -> Iterator[Part]:
    """Yield each part that was asked for, as it is measured."""
    large = "1k" if asked.quick else "1M events"

    def wanted(name: str) -> bool:
        return not asked.only or name in asked.only

    if wanted("reads"):
        yield commands.reads(bases.made(WORK, large), large, asked.rounds)
    if wanted("growth") and not asked.quick:
        ten, hundred = bases.made(WORK, "10k"), bases.made(WORK, "100k")
        yield commands.flat(ten, hundred, ("10k", "100k"), asked.rounds)
    if wanted("terminal"):
        yield commands.terminal(bases.made(WORK, large), large, asked.rounds)
    if wanted("writes"):
        size = "1k" if asked.quick else "10k"
        yield commands.writes(bases.made(WORK, size), size, asked.rounds, WORK)
    if wanted("peers"):
        for size, items in (("1k", 1_000),) if asked.quick else (("1k", 1_000), ("10k", 10_000)):
            yield commands.peers(bases.made(WORK, size), items, max(3, asked.rounds // 3), WORK)
    if wanted("warm") and not asked.quick:
        few, many = bases.made(WORK, "10k"), bases.made(WORK, "1M events")
        yield queries.warm(few, many, ("10k events", "1M events"), asked.rounds)
    if wanted("import"):
        yield importing.contacts(1_000 if asked.quick else 100_000, 3, WORK)
    if "million" in (asked.only or ()):
        yield importing.memory(100_000, 1_000_000, WORK)
    if wanted("interface"):
        few, many = bases.made(WORK, "1k"), bases.made(WORK, "1k" if asked.quick else "10k")
        yield interface.board(few, many, ("300", "300" if asked.quick else "10,000"), asked.rounds)


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
    versions = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
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
        return ""


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"benchmarks: {failure}")
