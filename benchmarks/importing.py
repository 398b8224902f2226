"""A CSV of contacts brought in, with everything, beside programs that only copy its rows."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from random import Random
from statistics import median

from benchmarks import bases
from benchmarks.commands import PETITCRM, clock
from benchmarks.stopwatch import Command, Run, peak, run
from benchmarks.verdicts import Line, Part
from petitcrm.crm import open_crm
from petitcrm.text import fold

WAYS = str(Path(__file__).parent / "peers" / "import_csv.py")
SQLITE_UTILS = str(Path(sys.executable).with_name("sqlite-utils"))
COMMAND, LIBRARY = "sqlite-utils insert", "sqlite_utils.insert_all"
"""Two peers: the command as people give it, which also guesses types; the library's call alone, on texts."""
COLUMNS = (
    "Civilité",
    "Prénom",
    "Nom",
    "Société",
    "E-mail",
    "Téléphone",
    "Code postal",
    "Ville",
    "Commentaire",
)
TOWNS = (
    "49000 Angers",
    "44000 Nantes",
    "35000 Rennes",
    "69003 Lyon",
    "13001 Marseille",
    "75011 Paris",
    "59000 Lille",
)
"""The columns of an ordinary French export, and where its people live."""


def contacts(rows: int, rounds: int, work: Path, *, slow_peers: bool = True) -> Part:
    """Time the import of `rows` contacts, its undo and the search for duplicates, beside plain copies of the file."""
    file = file_of(work, rows)
    base = work / "imported.db"
    ways = ["only_read", "executemany", "sqlite_utils"] + (["sqlmodel_add_all"] if slow_peers else [])
    peers: dict[str, list[Run]] = {way: [] for way in (COMMAND, *ways)}
    ours: dict[str, list[Run]] = {name: [] for name in ("import", "import again", "duplicates", "undo")}
    for _ in range(rounds):
        for way, runs in peers.items():
            forget(base)
            runs.append(run(Command(words(way, file, base)), {}))
        begin(base)
        for name, told in _steps(file).items():
            ours[name].append(run(Command(told, may_exit=(0, 3)), clock(base)))
    peaks = _peak_of_import(file, base), _peak_of_copy(file, base)
    return Part(
        f"Import of {rows:,} contacts",
        [*_lines(ours, peers), Line("peak memory of the import", peaks[0], COMMAND, peaks[1], unit="KiB")],
        [f"{rows / _seconds(ours['import']):,.0f} rows/s."],
    )


def memory(few: int, many: int, work: Path) -> Part:
    """Compare the peak of memory and the time of a tenfold import."""
    base = work / "imported.db"
    small, large = (_peak_of_import(file_of(work, rows), base) for rows in (few, many))
    file = file_of(work, many)
    copied = run(Command(words(COMMAND, file, base)), {}).seconds
    begin(base)
    imported = run(Command(_steps(file)["import"], may_exit=(0, 3)), clock(base)).seconds
    forget(base)
    lines = [
        Line(f"peak memory, {many:,} contacts", large, f"{few:,}", small, 1.5, unit="KiB"),
        Line(f"import of {many:,} contacts", imported, COMMAND, copied, 1.0, at_least=True),
    ]
    return Part(f"Import of {many:,} contacts", lines, [])


def begin(base: Path) -> None:
    """Make an empty base, as everybody has who imports."""
    forget(base)
    with open_crm(bases.config_of(base)):
        pass


def _peak_of_import(file: Path, base: Path) -> int:
    begin(base)
    found = peak(Command(_steps(file)["import"]), clock(base))
    forget(base)
    return found


def _peak_of_copy(file: Path, base: Path) -> int:
    forget(base)
    found = peak(Command(words(COMMAND, file, base)), {})
    forget(base)
    return found


def words(way: str, file: Path, base: Path) -> tuple[str, ...]:
    """Return the words of the command that copies the rows of a file in one of the peers' ways."""
    if way == COMMAND:
        delimiter = ("--csv", "--delimiter", ";", "--silent")
        return (SQLITE_UTILS, "insert", str(base), "contacts", str(file), *delimiter)
    return (sys.executable, WAYS, way, str(file), str(base))


def _steps(file: Path) -> dict[str, tuple[str, ...]]:
    return {
        "import": (PETITCRM, "import", str(file)),
        "import again": (PETITCRM, "import", str(file)),
        "duplicates": (PETITCRM, "contact", "duplicates", "--json"),
        "undo": (PETITCRM, "undo"),
    }


def _lines(ours: dict[str, list[Run]], peers: dict[str, list[Run]]) -> list[Line]:
    import_ = _seconds(ours["import"])
    lines = [Line("import", import_, COMMAND, _seconds(peers[COMMAND]), 1.5, at_least=True)]
    names = {
        "sqlite_utils": LIBRARY,
        "only_read": "csv alone",
        "executemany": "sqlite3 executemany",
        "sqlmodel_add_all": "SQLModel add_all",
    }
    for way, name in names.items():
        if way in peers:
            lines.append(Line("import", import_, name, _seconds(peers[way])))
    for name, goal in (("import again", None), ("undo", 1.0), ("duplicates", 2.0)):
        lines.append(Line(name, _seconds(ours[name]), "import", import_, goal))
    return lines


def _seconds(runs: list[Run]) -> float:
    return median(one.seconds for one in runs)


def forget(base: Path) -> None:
    """Remove a base and what stands beside it."""
    for old in base.parent.glob(f"{base.name}*"):
        old.unlink()


def file_of(work: Path, rows: int) -> Path:
    """Return an ordinary export: a company for three people, one telephone in ten written oddly, a note in five."""
    path = work / f"contacts-{rows}.csv"
    if path.exists():
        return path
    random = Random(7)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(_row(number, random) for number in range(rows))
    return path


def _row(number: int, random: Random) -> tuple[str, ...]:
    first, last = random.choice(bases.FIRST), random.choice(bases.LAST)
    postcode, town = random.choice(TOWNS).split(" ", 1)
    digits = f"{10_000_000 + number * 7 % 80_000_000:08}"
    phone = (
        f"+33 6 {digits}" if number % 10 == 0 else f"06 {digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}"
    )
    return (
        random.choice(("M.", "Mme")), first, last, f"Société {bases.WORDS[number // 3 % 40].title()} {number // 3}",
        f"{fold(first).title()}.{last}.{number}@exemple{number // 3}.fr", phone, postcode, town,
        " ".join(random.choices(bases.WORDS, k=6)) if number % 5 == 0 else "",
    )  # fmt: skip
