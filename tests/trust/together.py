"""A program that lets several processes work on one base, and tells how they got on, as JSON on its output.

python -m tests.trust.together crowd BASE SECONDS     two interfaces, two commands and a tick at once
python -m tests.trust.together queue BASE SECONDS     one writes until two have said that they wait, at most so long
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from select import select
from typing import Any

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import agenda, deals, tasks, timeline
from petitcrm.store import database
from petitcrm.store.queries import deals as boards
from tests.trust.killing import choices, fork, state_of

Tally = dict[str, Any]
_LONGEST = 60.0
"""Seconds after which an interface that has not said that it is done is not waited for."""


def crowd(base: str, seconds: float) -> Tally:
    """Let five processes read and write for `seconds`; every one of them counts what it has committed."""
    config = choices(base)
    with open_crm(config) as crm, crm.act("setting.edited", key="counter") as act:
        act.insert("settings", key="counter", value="0")
    (((amount,),),) = _ask(config, "SELECT amount_cents FROM deals WHERE id = 1")
    end = time.monotonic() + seconds
    stop_reading, stop = os.pipe()
    are_done, done = os.pipe()
    works: list[Callable[[Tally], None]] = [
        lambda tally: _interface(config, end, done, stop_reading, tally),
        lambda tally: _interface(config, end, done, stop_reading, tally),
        lambda tally: _command(config, end, tally),
        lambda tally: _command(config, end, tally),
        lambda tally: _tick(config, end, tally),
    ]
    running = [_start(work) for work in works]
    told = [_end(*one) for one in running[2:]]
    for _interface_is_done in range(2):
        if select([are_done], [], [], _LONGEST)[0]:
            os.read(are_done, 1)
    os.write(stop, b"!!")
    told = [_end(*one) for one in running[:2]] + told
    counted = sum(tally["counted"] for tally in told)
    waits = sorted(wait for tally in told for wait in tally["waits"])
    ((counter, after),) = _ask(
        config,
        "SELECT value, (SELECT amount_cents FROM deals WHERE id = 1) FROM settings WHERE key = 'counter'",
    )[0]
    state_of(config)
    return {
        "commits": len(waits),
        "errors": [error for tally in told for error in tally["errors"]],
        "lost": [counted - int(counter), counted - (after - amount)],
        "seen_last": [tally["seen"] - int(counter) for tally in told[:2]],
        "wait_ms": {
            name: round(waits[int((len(waits) - 1) * share)] * 1000, 1)
            for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
        },
        "each": [len(tally["waits"]) for tally in told],
    }


def queue(base: str, seconds: float) -> Tally:
    """Hold the right to write, at most for `seconds`, until two others that ask for it have said so."""
    config = choices(base)
    is_held, holds = os.pipe()
    is_said, says = os.pipe()

    def hold(tally: Tally) -> None:
        with open_crm(config, who="import clients.csv") as crm:
            timeline.log(crm, "note", 1, "import")
            os.write(holds, b"!")
            end = time.monotonic() + seconds
            for _waiter in range(2):
                if select([is_said], [], [], max(0.0, end - time.monotonic()))[0]:
                    os.read(is_said, 1)

    def wait(tally: Tally) -> None:
        said: list[str] = []

        def tell(words: str) -> None:
            said.append(words)
            if len(said) == 1:
                os.write(says, b"!")

        with open_crm(config, on_wait=tell) as crm:
            timeline.log(crm, "note", 1, "après")
        tally["said"] = said

    holder = _start(hold)
    os.read(is_held, 1)
    waiters = [_start(wait), _start(wait)]
    ended = [_end(*one) for one in (holder, *waiters)]
    ((notes,),) = _ask(
        config, "SELECT count(*) FROM events WHERE kind = 'note.logged' AND text <> 'Préfère le matin'"
    )[0]
    return {
        "errors": [error for tally in ended for error in tally["errors"]],
        "said": [tally.get("said") for tally in ended[1:]],
        "notes": notes,
    }


def _interface(config: Config, end: float, done: int, stop: int, tally: Tally) -> None:
    """Keep a connection open to look at the base whenever it has changed, and write now and then.

    It says by `done` that it writes no more, and looks a last time once `stop` says that nobody does.
    """
    reading = database.connect(config.db)
    seen_version = -1
    while time.monotonic() < end:
        version = reading.version_of_data()
        if version != seen_version:
            seen_version = version
            crm = Crm(reading, now=_now(config), user_id=None, write=False)
            boards.board(crm, 1)
        _write(config, tally)
        time.sleep(0.02)
    os.write(done, b"!")
    os.read(stop, 1)
    tally["seen"] = int(reading.rows("SELECT value FROM settings WHERE key = 'counter'")[0][0])
    reading.close()


def _command(config: Config, end: float, tally: Tally) -> None:
    """Write, leave, come again: what a shell does."""
    while time.monotonic() < end:
        _write(config, tally)


def _tick(config: Config, end: float, tally: Tally) -> None:
    """Look at the day, then make several changes in one gesture."""
    while time.monotonic() < end:
        with read_crm(config) as crm:
            agenda.day(crm)
        _write(config, tally, more=lambda crm: tasks.add(crm, "relancer", 1, due=date(2026, 11, 30)))


def _write(config: Config, tally: Tally, more: Callable[[Crm], object] | None = None) -> None:
    """Read two numbers and write them one higher, in one gesture; note how long it waited for its turn."""
    asked = time.perf_counter()
    try:
        with open_crm(config) as crm:
            tally["waits"].append(time.perf_counter() - asked)
            ((row_id, value),) = crm.rows("SELECT id, value FROM settings WHERE key = 'counter'")
            ((amount,),) = crm.rows("SELECT amount_cents FROM deals WHERE id = 1")
            with crm.act("setting.edited", key="counter") as act:
                act.update("settings", row_id, value=str(int(value) + 1))
            deals.edit(crm, 1, {"amount_cents": amount + 1})
            if more:
                more(crm)
        tally["counted"] += 1
    except Exception as error:
        tally["errors"].append(repr(error))


def _start(work: Callable[[Tally], None]) -> tuple[int, int]:
    def told(writing: int) -> None:
        tally: Tally = {"waits": [], "errors": [], "counted": 0, "seen": 0}
        try:
            work(tally)
        except Exception as error:
            tally["errors"].append(repr(error))
        with os.fdopen(writing, "w") as out:
            json.dump(tally, out)

    return fork(told)


def _end(child: int, reading: int) -> Tally:
    with os.fdopen(reading) as told:
        tally: Tally = json.load(told)
    os.waitpid(child, 0)
    return tally


def _ask(config: Config, sql: str) -> list[list[tuple[Any, ...]]]:
    with read_crm(config) as crm:
        return [crm.rows(sql)]


def _now(config: Config) -> Any:
    from petitcrm.crm import clock

    return clock(config.now)


if __name__ == "__main__":
    i18n.use("fr")
    what, location, seconds = sys.argv[1:]
    print(json.dumps({"crowd": crowd, "queue": queue}[what](location, float(seconds))))
