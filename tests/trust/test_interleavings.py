"""Whatever others do between the transactions of a sender, no mail is begun for who had objected, left or rests.

100 interleavings on SQLite and 25 on PostgreSQL, always the same; with --long 2,000 on each (see LONG.md).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from tests.conftest import Databases
from tests.support.long_runs import keep
from tests.support.memory import in_memory
from tests.support.restoring import Copy
from tests.support.smtp_sink import Sink, configured
from tests.trust.interleaving import START, Interleaving, prepare


def interleave(
    number: int, fresh: Callable[[int], str], remove: Callable[[str], None], folder: Path
) -> Counter[str]:
    """Go through so many interleavings, each on a fresh base; return what was done in all."""
    done: Counter[str] = Counter()
    with Sink() as sink:
        file = str(configured(folder, sink.port))
        for seed in range(number):
            location = fresh(seed)
            older = Copy(location, folder)
            one = Interleaving(
                Config(db=location, user="", lang="fr", file=file, now=START.isoformat()), seed
            )
            one.run(sink, older)
            assert one.wrong == [], f"seed {seed}"
            older.forget()
            remove(location)
            done += one.counts
    return done


def told(done: Counter[str], number: int) -> str:
    """Return what was done, for people."""
    acts = sum(times for name, times in done.items() if " at " in name)
    back, mails = done["put back"], done["mails"]
    return f"{number:,} interleavings, {acts:,} acts of others, {back} copies put back, {mails:,} mails"


def test_nobody_is_written_to_after_their_no_on_a_file(
    sqlite_template: Path, request: pytest.FixtureRequest
) -> None:
    number = 2_000 if request.config.getoption("--long") else 100
    i18n.use("fr")
    with in_memory() as folder:
        template = folder / "template.db"
        shutil.copyfile(sqlite_template, template)
        prepare(Config(db=str(template), user="", lang="fr", file="", now=START.isoformat()))

        def fresh(seed: int) -> str:
            return shutil.copyfile(template, folder / f"{seed}.db").as_posix()

        def remove(location: str) -> None:
            for left in folder.glob(f"{Path(location).name}*"):
                left.unlink()

        done = interleave(number, fresh, remove, folder)
    assert done["mails"] > number
    if number == 2_000:
        keep(
            "interleavings of a sender and others, sqlite",
            f"{told(done, number)}: 0 begun after a no, 0 twice",
        )


def test_nobody_is_written_to_after_their_no_on_a_server(
    databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    number = 2_000 if request.config.getoption("--long") else 25
    i18n.use("fr")
    template = databases.make(databases.template)
    prepare(Config(db=databases.url(template), user="", lang="fr", file="", now=START.isoformat()))
    names: dict[str, str] = {}

    def fresh(_seed: int) -> str:
        name = databases.make(template)
        names[databases.url(name)] = name
        return databases.url(name)

    done = interleave(number, fresh, lambda location: databases.drop(names.pop(location)), tmp_path)
    assert done["mails"] > number
    if number == 2_000:
        keep(
            "interleavings of a sender and others, postgresql",
            f"{told(done, number)}: 0 begun after a no, 0 twice",
        )
