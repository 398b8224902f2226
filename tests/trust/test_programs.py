"""Random programs of verbs, undo and redo leave in the base what a model of dictionaries says, and nothing else.

Each begins with the small firm of tests/support/firm.py. By default 300 programs of 40 gestures on SQLite and 30 on
PostgreSQL, always the same; with --long 20,000 programs of 100 gestures, other ones each time (see LONG.md).
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.sales import history
from tests.conftest import Databases
from tests.support.firm import settle
from tests.support.long_runs import keep
from tests.support.memory import in_memory
from tests.support.snapshots import Snapshot, difference, snapshot, stale
from tests.trust.model import OPERATIONS, Model, pick, read

NUMBER = some.integers(0, 10_000)
OPERATION = some.tuples(some.sampled_from(sorted(OPERATIONS)), NUMBER, NUMBER, NUMBER)
START = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Base:
    """A fresh base, and how to be rid of it."""

    def __init__(self, location: str, remove: Callable[[], None]) -> None:
        self.location = location
        self.remove = remove


class Gesture:
    """A batch that stood when it was made: the base and the model before and after it."""

    def __init__(self, before: tuple[Snapshot, Model], after: tuple[Snapshot, Model]) -> None:
        self.before = before
        self.after = after


class Program(RuleBasedStateMachine):
    """A person at work for a few days in a small firm, one gesture an hour."""

    fresh: Callable[[], Base]

    def __init__(self) -> None:
        super().__init__()
        self.base = type(self).fresh()
        self.hours = 0
        # Open from the first gesture to the last: else each of them folds the log into the base as it leaves.
        self.open = ExitStack()
        self.crm = self.open.enter_context(read_crm(self.config))
        self.model = read(self.crm)
        self.state = snapshot(self.crm.connection)
        self.gestures: dict[int, Gesture] = {}
        self.undone: set[int] = set()
        self.in_part: set[int] = set()

    @property
    def config(self) -> Config:
        """The choices of the person, an hour later each time."""
        now = START + timedelta(hours=self.hours)
        return Config(db=self.base.location, user="", lang="fr", file="", now=now.isoformat())

    @rule(operations=some.lists(OPERATION, min_size=1, max_size=3))
    def do(self, operations: list[tuple[str, int, int, int]]) -> None:
        """Do one gesture of one to three verbs; one that is refused leaves nothing."""
        self.hours += 1
        expected = self.model.copy()
        with open_crm(self.config) as crm:
            for name, *numbers in operations:
                OPERATIONS[name](crm, expected, *numbers)
            batch = crm.journal.batch_id if crm.journal else None
        before = (self.state, self.model)
        self.look(expected)
        if batch is not None:
            self.gestures[batch] = Gesture(before, (self.state, self.model))

    @rule(operations=some.lists(OPERATION, min_size=1, max_size=3))
    def give_up(self, operations: list[tuple[str, int, int, int]]) -> None:
        """Do a gesture that fails at its end."""
        given_up = self.model.copy()
        with pytest.raises(ZeroDivisionError), open_crm(self.config) as crm:
            for name, *numbers in operations:
                OPERATIONS[name](crm, given_up, *numbers)
            raise ZeroDivisionError
        before = self.state
        self.look(self.model)
        assert difference(before, self.state) == []

    @precondition(lambda self: self.gestures)
    @rule()
    def undo(self) -> None:
        """Take back the last gesture that stands."""
        self.turn(history.undo, None)

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        """Bring back the last gesture that was undone."""
        self.turn(history.redo, None)

    @precondition(lambda self: self.gestures)
    @rule(number=NUMBER)
    def undo_an_older_one(self, number: int) -> None:
        """Take back any gesture."""
        self.turn(history.undo, pick(self.gestures, number))

    @precondition(lambda self: self.undone)
    @rule(number=NUMBER)
    def redo_any(self, number: int) -> None:
        """Bring back any gesture that was undone."""
        self.turn(history.redo, pick(self.undone, number))

    @precondition(lambda self: self.gestures)
    @rule(number=NUMBER)
    def undo_an_older_one_and_think_better_of_it(self, number: int) -> None:
        """Take back any gesture and bring it again: as if nothing had happened."""
        before, expected = self.state, self.model
        batch = pick(self.gestures, number)
        if self.turn(history.undo, batch):
            assert self.turn(history.redo, batch)
            assert difference(before, self.state) == []
            assert expected.differences(self.model) == []

    def turn(self, verb: Callable[[Crm, int | None], history.Undone], batch: int | None) -> bool:
        """Undo or redo; where the base is as the gesture left it, it must become as the gesture found it.

        A gesture that was once brought back in part only (its other rows had changed) is never whole again.
        """
        self.hours += 1
        before = self.state
        try:
            with open_crm(self.config) as crm:
                done = verb(crm, batch)
        except RefusedByRule:
            self.look(self.model)
            assert difference(before, self.state) == []
            return False
        (self.undone.add if verb is history.undo else self.undone.discard)(done.batch)
        if verb is history.redo and done.kept:
            self.in_part.add(done.batch)
        gesture = self.gestures.get(done.batch)
        if gesture is None or done.batch in self.in_part:  # None: one of those that settled the firm
            self.look(None)
            self.only_rows_of(done.batch, before)
            return True
        here, there = (
            (gesture.after, gesture.before) if verb is history.undo else (gesture.before, gesture.after)
        )
        if difference(here[0], before):
            self.look(None)
            self.only_rows_of(done.batch, before)
            return True
        assert done.kept == []
        self.look(there[1])
        assert difference(there[0], self.state) == []
        return True

    def only_rows_of(self, batch: int, before: Snapshot) -> None:
        """Hold an undo to the rows that its gesture had touched, and to what is derived from them."""
        import json

        changes = [
            change
            for (text,) in self.crm.rows("SELECT changes FROM events WHERE batch_id = :batch", batch=batch)
            for change in json.loads(text)
        ]
        told = {(table, row_id) for _sign, table, row_id, _fields in changes}
        for table in {*before} - {"search_names", "loose_deals", "events"}:
            for row_id in {*before[table], *self.state[table]}:
                if before[table].get(row_id) != self.state[table].get(row_id):
                    assert (table, row_id) in told

    def look(self, expected: Model | None) -> None:
        """Read the base; hold it to the model, or (None) take it as it is."""
        self.state = snapshot(self.crm.connection)
        found = read(self.crm)
        assert stale(self.crm.connection) == []
        if self.crm.connection.dialect == "sqlite":
            assert self.crm.rows("PRAGMA foreign_key_check") == []
        if expected is not None:
            assert expected.differences(found) == []
        self.model = found

    def teardown(self) -> None:
        """Be rid of the base."""
        self.open.close()
        self.base.remove()


def run(fresh: Callable[[], Base], *, programs: int, gestures: int, random: bool) -> None:
    """Run the programs; a failing one is shown in its shortest form."""

    class Prepared(Program):
        pass

    Prepared.fresh = staticmethod(fresh)
    i18n.use("fr")
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Prepared,
        settings=settings(
            max_examples=programs,
            stateful_step_count=gestures,
            deadline=None,
            derandomize=not random,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_programs_on_a_file(sqlite_template: Path, request: pytest.FixtureRequest) -> None:
    numbers, long = itertools.count(), request.config.getoption("--long")
    with in_memory() as folder:
        template = folder / "firm.db"
        shutil.copyfile(sqlite_template, template)
        settle(Config(db=str(template), user="", lang="fr", file="", now=START.isoformat()))

        def fresh() -> Base:
            path = folder / f"{next(numbers)}.db"
            shutil.copyfile(template, path)
            return Base(str(path), lambda: [left.unlink() for left in folder.glob(f"{path.name}*")] and None)

        run(fresh, programs=20_000 if long else 300, gestures=100 if long else 40, random=long)
    if long:
        keep("programs of verbs, sqlite", "20,000 of 100 gestures, 0 differences")


def test_programs_on_a_server(databases: Databases, request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--long")
    template = databases.make(databases.template)
    settle(Config(db=databases.url(template), user="", lang="fr", file="", now=START.isoformat()))

    def fresh() -> Base:
        name = databases.make(template)
        return Base(databases.url(name), lambda: databases.drop(name))

    run(fresh, programs=2_000 if long else 30, gestures=100 if long else 40, random=long)
    if long:
        keep("programs of verbs, postgresql", "2,000 of 100 gestures, 0 differences")
