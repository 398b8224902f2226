"""Any base goes out as a dump and comes back the same: bases made by random verbs, with hostile texts, on both engines.

By default 40 bases on SQLite and 4 on PostgreSQL, always the same; 1,000 on each with --long.
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from petitcrm import demo, exports, i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import CrmError
from petitcrm.imports import importer
from petitcrm.sales import (
    companies,
    contacts,
    custom_fields,
    deals,
    history,
    pipelines,
    stages,
    tasks,
    timeline,
    users,
)
from petitcrm.store import health
from tests.conftest import Databases
from tests.support.firm import settle
from tests.support.long_runs import keep
from tests.support.memory import in_memory
from tests.trust.model import OPERATIONS, read

LONG = 1_000
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEXTS = (
    "", " ", "Nöel", "œuvre €", "=1+1", "'", '"', "a;b,c\td|e", "deux\nlignes",
    "trois\r\nlignes\r", "\x1b[31m", "\u202egauche",
    "\u2028", "🤝", "{}", '{"a": 1}', "[1]", "null", "\\n", "\ufeffx", "NULL", "%s :id ?", "<r>x</r>", "x" * 5_000,
)  # fmt: skip


class Maker:
    """One base, made of a number: the same number, the same base."""

    def __init__(self, config: Config, number: int) -> None:
        self.config = config
        self.chance = random.Random(number)
        self.hours = 0

    def make(self) -> None:
        """Make a firm of the demo once in twenty; else do random gestures, often in a small firm, some undone."""
        if self.chance.random() < 0.05:
            return demo.seed(self.config, seed=self.chance.randrange(100))
        if self.chance.random() < 0.7:
            settle(self.config)
        self.gesture(self.own_words)
        self.gesture(self.hostile)
        for _gesture in range(self.chance.randrange(25)):
            draw = self.chance.random()
            if draw < 0.15:
                self.gesture(history.undo if draw < 0.1 else history.redo)
            else:
                self.gesture(self.hostile if draw < 0.5 else self.operations)
        return None

    def gesture(self, does: object) -> None:
        """Do one gesture, an hour after the one before; one that is refused leaves nothing."""
        self.hours += 1
        now = (START + timedelta(hours=self.hours)).isoformat()
        try:
            with open_crm(self.config._replace(now=now)) as crm:
                does(crm)  # type: ignore[operator]
        except CrmError:
            pass

    def operations(self, crm: Crm) -> None:
        """Do one to four of the verbs that tests/trust tries."""
        model = read(crm)
        for _verb in range(self.chance.randrange(1, 5)):
            name = self.chance.choice(sorted(OPERATIONS))
            OPERATIONS[name](crm, model, *(self.chance.randrange(10_000) for _number in range(3)))

    def text(self) -> str:
        """Return one of the hostile texts, or two."""
        return "".join(self.chance.choices(TEXTS, k=self.chance.choice((1, 1, 2))))

    def hostile(self, crm: Crm) -> None:
        """Add somebody, a deal, a task and a note whose every text is hostile."""
        n = self.chance.randrange(1_000_000)
        company = companies.add(crm, {"name": f"A{self.text()}", "street": self.text()})
        told = {
            "last_name": f"N{self.text()}", "job_title": self.text(), "city": self.text(), "company_id": company,
            "custom": {custom_fields.find_or_add(crm, "contact", f"F{n % 3}"): self.text() or "x"},
        }  # fmt: skip
        contact = contacts.add(
            crm, told, emails=[(f"é{n}@example.org", self.text())], phones=[(f"06 12 {n % 100:02}", self.text())],
            tags=[f"t{self.text()}"],
        )  # fmt: skip
        deal = deals.add(
            crm, f"D{self.text()}", contact, amount_cents=self.chance.choice((None, 0, -5, 2**53 + 1))
        )
        fields = {
            "deal_id": deal,
            "place": self.text(),
            "recurrence": self.chance.choice(("", "FREQ=MONTHLY")),
        }
        tasks.add(crm, f"T{self.text()}", contact, due=date(2026, 12, 31), fields=fields)
        for _note in range(self.chance.randrange(3)):
            timeline.log(crm, self.chance.choice(("note", "call", "apéro")), contact, self.text())
        timeline.log(crm, "note", contact, self.text(), deal_id=deal)

    def own_words(self, crm: Crm) -> None:
        """Give the firm people, stages and a pipeline of its own, or none of it."""
        if self.chance.random() < 0.5:
            users.add(crm, "anne", name=self.text() or "Anne")
        if self.chance.random() < 0.5:
            pipelines.add(crm, "Autre")
        if self.chance.random() < 0.5:
            stages.add(crm, 1, "De plus")


def _dumped(config: Config, folder: Path) -> dict[str, bytes]:
    with read_crm(config) as crm:
        crm.hold_still()
        exports.export_folder(crm, "all", "dump", str(folder))
    return {entry.name: entry.read_bytes() for entry in sorted(folder.iterdir())}


def _comes_back(config: Config, empty: Config, folder: Path) -> None:
    gone = _dumped(config, folder / "before")
    with open_crm(empty) as crm:
        report = importer.run(crm, str(folder / "before"))
    assert report.rejected == 0, report.problems
    assert _dumped(empty, folder / "after") == gone
    with read_crm(empty) as crm:
        assert not any(health.problems(crm.connection, all_events=True).values())


def _all_come_back(bases: int, fresh: Callable[[], tuple[Config, Callable[[], None]]], folder: Path) -> None:
    for number in range(bases):
        (config, forget), (empty, forget_too) = fresh(), fresh()
        Maker(config, number).make()
        try:
            _comes_back(config, empty, folder)
        except Exception as problem:
            problem.add_note(f"base number {number}")
            raise
        forget()
        forget_too()


def _choices(location: str) -> Config:
    i18n.use("fr")
    return Config(db=location, user="", lang="fr", file="", now=START.isoformat())


def test_any_base_in_a_file_comes_back_to_the_letter(
    sqlite_template: Path, request: pytest.FixtureRequest
) -> None:
    long, numbers = request.config.getoption("--long"), itertools.count()
    with in_memory() as folder:

        def fresh() -> tuple[Config, Callable[[], None]]:
            path = folder / f"{next(numbers)}.db"
            shutil.copyfile(sqlite_template, path)
            return _choices(
                str(path)
            ), lambda: [left.unlink() for left in folder.glob(f"{path.name}*")] and None

        _all_come_back(LONG if long else 40, fresh, folder)
    if long:
        keep("dumps of any base, sqlite", f"{LONG:,} bases out and back, 0 differences")


def test_any_base_of_a_server_comes_back_to_the_letter(
    databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")

    def fresh() -> tuple[Config, Callable[[], None]]:
        name = databases.make(databases.template)
        return _choices(databases.url(name)), lambda: databases.drop(name)

    _all_come_back(LONG if long else 4, fresh, tmp_path)
    if long:
        keep("dumps of any base, postgresql", f"{LONG:,} bases out and back, 0 differences")


def test_a_base_goes_from_one_engine_to_the_other_and_back(
    config: Config, tmp_path: Path, engine: str
) -> None:
    other = config._replace(db=str(tmp_path / "other.db"))
    Maker(config, 7).make()
    gone = _dumped(config, tmp_path / "before")
    with open_crm(other) as crm:
        importer.run(crm, str(tmp_path / "before"))
    assert _dumped(other, tmp_path / "after") == gone
