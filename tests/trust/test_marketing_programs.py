"""Random days of a firm that writes to people leave what a few dictionaries say, and nobody gets what they refused.

By default 25 programs of 20 acts on SQLite and 5 on PostgreSQL, always the same; with --long 1,000 and 200 of 50 acts,
other ones each time (see LONG.md).
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from petitcrm import i18n
from petitcrm.config import Config
from tests.conftest import Databases
from tests.support.long_runs import keep
from tests.support.memory import in_memory
from tests.support.smtp_sink import Sink, configured
from tests.trust.marketing_program import START, Marketing, prepare


def run(
    fresh: Callable[[], str],
    remove: Callable[[str], None],
    folder: Path,
    *,
    programs: int,
    acts: int,
    random: bool,
) -> None:
    """Run the programs; a failing one is shown in its shortest form."""
    i18n.use("fr")
    with Sink() as served:

        class Prepared(Marketing):
            sink = served
            file = str(configured(folder, served.port))

        Prepared.fresh, Prepared.remove = staticmethod(fresh), staticmethod(remove)
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Prepared,
            settings=settings(
                max_examples=programs, stateful_step_count=acts, deadline=None, derandomize=not random, database=None,
                report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


def prepared(location: str) -> str:
    """Fill an empty base."""
    i18n.use("fr")
    prepare(Config(db=location, user="", lang="fr", file="", now=START.isoformat()))
    return location


def test_programs_on_a_file(sqlite_template: Path, request: pytest.FixtureRequest) -> None:
    numbers, long = itertools.count(), request.config.getoption("--long")
    with in_memory() as folder:
        template = prepared(shutil.copyfile(sqlite_template, folder / "template.db").as_posix())

        def fresh() -> str:
            return shutil.copyfile(template, folder / f"{next(numbers)}.db").as_posix()

        def remove(location: str) -> None:
            for left in folder.glob(f"{Path(location).name}*"):
                left.unlink()

        run(fresh, remove, folder, programs=1_000 if long else 25, acts=50 if long else 20, random=long)
    if long:
        keep("programs of marketing, sqlite", "1,000 of 50 acts, 0 differences, 0 mails after a no")


def test_programs_on_a_server(databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--long")
    template = databases.make(databases.template)
    prepared(databases.url(template))
    names: dict[str, str] = {}

    def fresh() -> str:
        name = databases.make(template)
        names[databases.url(name)] = name
        return databases.url(name)

    def remove(location: str) -> None:
        databases.drop(names.pop(location))

    run(fresh, remove, tmp_path, programs=200 if long else 5, acts=50 if long else 20, random=long)
    if long:
        keep("programs of marketing, postgresql", "200 of 50 acts, 0 differences, 0 mails after a no")
