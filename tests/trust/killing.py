"""A program that kills writers, and tells what their bases were like afterwards, as JSON on its output.

It stands by itself because it forks: a test runner has threads, whose locks a child would inherit for ever.

    python -m tests.trust.killing failpoints BASE GESTURE     one child for each write boundary, killed there
    python -m tests.trust.killing faults BASE GESTURE         the same boundaries, where an error is raised instead
    python -m tests.trust.killing loop BASE KILLS             a writer killed at random moments, again and again
"""

from __future__ import annotations

import importlib
import json
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from petitcrm import i18n, working_time
from petitcrm.config import Config
from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import BaseUnavailable
from petitcrm.imports import importer
from petitcrm.imports.desk import Wish
from petitcrm.sales import contacts, deals, history, tasks, timeline
from petitcrm.store.database import is_server
from petitcrm.store.sqlite import SqliteConnection
from tests.support.snapshots import Snapshot, difference, snapshot, stale

NOW = "2026-11-23T09:00:00+01:00"
Do = Callable[[Crm], object]


def choices(base: str) -> Config:
    """Return the choices of a person who works on `base`."""
    return Config(db=base, user="", lang="fr", file="", now=NOW)


def move_with_usual_task(crm: Crm) -> None:
    """Move a deal into a stage that plans a task."""
    deals.move(crm, 2, 2)


def prepare_usual_task(crm: Crm) -> None:
    """Let the second stage plan a task."""
    with crm.act("stage.edited", name="") as act:
        act.update("stages", 2, next_task_kind="call", next_task_text="confirmer", next_task_days=2)


LIST = "Nom;E-mail;Société;Remarque;Couleur;Étiquettes\n" + "".join(
    f"Nom{place};c{place}@exemple.fr;Société {place % 3};note;rouge;vip\n" for place in range(20)
)


def take_list(crm: Crm) -> None:
    """Import a short list of people, their companies, notes, fields and tags."""
    importer.run_source(crm, open_csv(LIST.encode(), name="clients.csv"), Wish())


GESTURES: dict[str, tuple[Do, Do | None]] = {
    "move": (move_with_usual_task, prepare_usual_task),
    "done": (lambda crm: tasks.done(crm, 2, "reached"), None),
    "merge": (lambda crm: contacts.merge(crm, 1, 2), None),
    "undo": (lambda crm: history.undo(crm), lambda crm: contacts.merge(crm, 1, 2)),
    "import": (take_list, None),
    "undo of an import": (lambda crm: history.undo(crm), take_list),
    "delete": (lambda crm: deals.delete(crm, 1), None),
    "several": (
        lambda crm: [
            deals.sleep(crm, 1, date(2026, 12, 1)),
            timeline.log(crm, "call", 1, "Rappelle en décembre"),
            contacts.add(crm, {"last_name": "Petit"}, emails=["petit@example.org"], tags=["Neuf"]),
        ],
        None,
    ),
}
"""The gestures that are cut short, on the small firm: what they do, and what was done before."""


class Boundaries:
    """Every moment just before or just after a change is sent to the base; `reached(number)` is called at each."""

    def __init__(self, reached: Callable[[int], None], location: str = "") -> None:
        self._number = 0
        self._reached = reached
        self._location = location

    def cross(self) -> None:
        """Count one boundary."""
        self._number += 1
        self._reached(self._number)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch every way in which the base is written to."""
        connection = type_of(self._location)
        originals = {
            name: getattr(connection, name) for name in _WAYS + _OF_SERVERS * is_server(self._location)
        }
        for name, original in originals.items():
            setattr(connection, name, self._watching(original))
        try:
            yield
        finally:
            for name, original in originals.items():
                setattr(connection, name, original)

    def _watching(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def watching(connection: object, *words: Any) -> Any:
            if words and words[0].startswith(("SELECT", "PRAGMA", "ROLLBACK")):
                return original(connection, *words)
            self.cross()
            result = original(connection, *words)
            self.cross()
            return result

        return watching


def type_of(location: str) -> type[Any]:
    """Return what connections to the base at `location` are."""
    if not is_server(location):
        return SqliteConnection
    from petitcrm.store.postgresql import PostgresConnection

    return PostgresConnection


_LATE = (
    "petitcrm.sync.mailboxes", "petitcrm.sync.sending", "petitcrm.sync.mailing", "petitcrm.sync.envelopes",
    "petitcrm.sync.reading", "petitcrm.connectors.maildir", "petitcrm.connectors.mail_message",
    "petitcrm.connectors.mail_sources", "petitcrm.connectors.smtp", "petitcrm.marketing.segments",
    "petitcrm.marketing.wording", "markdown_it", "linkify_it", "stringprep", "encodings.idna",
    "petitcrm.store.queries.firm", "petitcrm.store.queries.deals",
)  # fmt: skip
_WAYS = ("write", "rows", "dicts", "write_many", "insert_many")
_OF_SERVERS = ("begin", "commit")
"""What does not go through the others there."""


def import_late() -> None:
    """Import once what the program imports when it needs it: each child would do so anew."""
    for name in _LATE:
        importlib.import_module(name)
    working_time.holiday(date(2026, 1, 1))


def await_death(location: str) -> None:
    """Wait until the server of a base has noticed that whoever was killed is gone: until then their locks hold."""
    if not is_server(location):
        return
    import psycopg

    others = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    with psycopg.connect(location, autocommit=True) as driver:
        while driver.execute(others).fetchone():
            time.sleep(0.002)


def state_of(config: Config) -> Snapshot:
    """Return what the base holds, after making sure that it is whole."""
    with read_crm(config) as crm:
        if crm.connection.dialect == "sqlite":
            assert crm.rows("PRAGMA integrity_check") == [("ok",)]
            assert crm.rows("PRAGMA foreign_key_check") == []
        assert stale(crm.connection) == []
        return snapshot(crm.connection)


def fork(work: Callable[[int], None]) -> tuple[int, int]:
    """Start a child that does `work` with the writing end of a pipe; return its id and the reading end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            work(writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return child, reading


def failpoints(base: str, gesture: str) -> dict[str, Any]:
    """Kill a child at each boundary of a gesture in turn, until none is left; each time on a copy of `base`."""
    do, states = _rehearsed(base, gesture)
    outcomes = {"before": 0, "after": 0}
    wrong: list[str] = []
    number = 0
    while True:
        number += 1
        copy = f"{base}.killed"
        shutil.copyfile(base, copy)

        def work(writing: int, copy: str = copy, number: int = number) -> None:
            boundaries = Boundaries(lambda reached: _die() if reached == number else None)
            with boundaries.watched(), open_crm(choices(copy)) as crm:
                do(crm)
            os.write(writing, b"!")

        child, reading = fork(work)
        _child, status = os.waitpid(child, 0)
        acknowledged = os.read(reading, 1) == b"!"
        os.close(reading)
        found = state_of(choices(copy))
        which = [name for name, state in states.items() if not difference(state, found)]
        _remove(copy)
        if not which or (acknowledged and which != ["after"]):
            wrong.append(f"boundary {number}: {difference(states['before'], found)}")
        else:
            outcomes[which[0]] += 1
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            return {"boundaries": number - 1, "acknowledged": acknowledged, "wrong": wrong, **outcomes}


def faults(base: str, gesture: str) -> dict[str, Any]:
    """Raise an error of the disk at each boundary of a gesture in turn: it must be told, and nothing be changed."""
    do, states = _rehearsed(base, gesture)
    wrong: list[str] = []
    number = 0
    while True:
        number += 1
        copy = f"{base}.faulty"
        shutil.copyfile(base, copy)
        committed: list[bool] = []

        def fail(reached: int, number: int = number) -> None:
            if reached == number:
                raise BaseUnavailable("") from sqlite3.OperationalError("disk I/O error")

        told = False
        try:
            with Boundaries(fail).watched(), open_crm(choices(copy)) as crm:
                do(crm)
            committed.append(True)
        except BaseUnavailable:
            told = True
        found = state_of(choices(copy))
        _remove(copy)
        if not told:
            last = difference(states["after"], found)
            return {"boundaries": number - 1, "wrong": wrong + last}
        if difference(states["before"], found) and difference(states["after"], found):
            wrong.append(f"boundary {number}: {difference(states['before'], found)}")


def _rehearsed(base: str, gesture: str) -> tuple[Do, dict[str, Snapshot]]:
    """Prepare a gesture on `base`; return it with the states before and after it, the latter from a copy."""
    do, prepare = GESTURES[gesture]
    if prepare:
        with open_crm(choices(base)) as crm:
            prepare(crm)
    copy = f"{base}.rehearsed"
    shutil.copyfile(base, copy)
    with open_crm(choices(copy)) as crm:
        do(crm)
    states = {"before": state_of(choices(base)), "after": state_of(choices(copy))}
    _remove(copy)
    assert difference(states["before"], states["after"])
    return do, states


def loop(base: str, kills: int, seed: int = 1) -> dict[str, Any]:
    """Kill a writer `kills` times at random moments; a note and the count of it stand or fall together."""
    chance = random.Random(seed)
    config = choices(base)
    written = acknowledged_in_all = 0
    wrong: list[str] = []
    _write_once(config, 0)
    for kill in range(kills):
        child, reading = fork(lambda writing: _write_for_ever(config, writing))
        deadline = time.monotonic() + 10
        acknowledged = 0
        wanted, patience = chance.randrange(3), chance.random() * 0.012
        while acknowledged < wanted and time.monotonic() < deadline:
            acknowledged += len(os.read(reading, 1))
        time.sleep(patience)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while select.select([reading], [], [], 0)[0] and os.read(reading, 1):
            acknowledged += 1
        os.close(reading)
        found = _counted(config)
        at_least = written + acknowledged
        if found["notes"] != found["counter"] or not at_least <= found["notes"] <= at_least + 1:
            wrong.append(f"kill {kill}: {at_least} acknowledged, {found}")
        written = found["notes"]
        acknowledged_in_all += acknowledged
        if kill % 50 == 0:
            state_of(config)
    state_of(config)
    return {"kills": kills, "acknowledged": acknowledged_in_all, "written": written, "wrong": wrong}


def _write_for_ever(config: Config, writing: int) -> None:
    while True:
        _write_once(config, 1)
        os.write(writing, b"!")


def _write_once(config: Config, by: int) -> None:
    """Log a note and count it, in one gesture of two acts; with 0 only make the counter."""
    with open_crm(config) as crm:
        if by == 0:
            with crm.act("setting.edited", key="counter") as act:
                act.insert("settings", key="counter", value="0")
            return
        timeline.log(crm, "note", 1, "du facteur")
        ((row_id, value),) = crm.rows("SELECT id, value FROM settings WHERE key = 'counter'")
        with crm.act("setting.edited", key="counter") as act:
            act.update("settings", row_id, value=str(int(value) + by))


def _counted(config: Config) -> dict[str, int]:
    with read_crm(config) as crm:
        ((value,),) = crm.rows("SELECT value FROM settings WHERE key = 'counter'")
        ((notes,),) = crm.rows("SELECT count(*) FROM events WHERE text = 'du facteur'")
        if not is_server(config.db):
            assert crm.rows("PRAGMA quick_check(1)") == [("ok",)]
        return {"counter": int(value), "notes": notes}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _remove(path: str) -> None:
    for suffix in ("", "-wal", "-shm", ".lock"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)


if __name__ == "__main__":
    i18n.use("fr")
    what, location, word, *more = sys.argv[1:]
    programs: dict[str, Callable[[], dict[str, Any]]] = {
        "failpoints": lambda: failpoints(location, word),
        "faults": lambda: faults(location, word),
        "loop": lambda: loop(location, int(word), *map(int, more)),
    }
    print(json.dumps(programs[what]()))
