"""A program that kills the program that runs by itself, at every boundary of a write, and tells what it left, as JSON.

It stands by itself because it forks. Each kill is on one base as it was at first, after which the program is run again.

    python -m tests.trust.killing_ticks BASE FOLDER EVERY     at each boundary, or each EVERYth one
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import read_crm
from petitcrm.store import beside
from petitcrm.sync import ticking
from tests.support.restoring import Copy
from tests.support.smtp_sink import Envelope, Sink, configured
from tests.trust.interleaving import START, prepare
from tests.trust.killing import Boundaries, await_death, import_late

_WIRE = ("MAIL", "DATA", "in DATA", "dot")
_MOST = 2_000


def main() -> dict[str, Any]:
    """Kill at one boundary after the other until there is none; return what became of each."""
    base, folder, every = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    run = _Run(base, folder)
    wanted, _killed = run.once("", 0)
    wrong = run.wrong[:]
    points: list[tuple[str, int]] = [(step, which) for step in _WIRE for which in range(0, 8, 3)]
    killed = uncertain = 0
    number = 1
    while points or number < _MOST:
        point, which = points.pop() if points else ("base", number)
        found, is_killed = run.once(point, which)
        if point == "base":
            if not is_killed:
                break
            number += every
        killed += is_killed
        uncertain += len(found["unknown"])
        wrong += [f"{point} {which}: {what}" for what in [*_differences(wanted, found), *run.wrong]]
    return {"killed": killed, "uncertain": uncertain, "wrong": wrong[:20], "mails": len(wanted["outbox"])}


class _Run:
    def __init__(self, base: str, folder: Path) -> None:
        self.sink = Sink(on=self._step)
        file = configured(folder, self.sink.port)
        self.config = Config(db=base, user="", lang="fr", file=str(file), now=START.isoformat())
        prepare(self.config)
        import_late()
        self.copy = Copy(base, folder)
        self.copy.keep()
        with read_crm(self.config) as crm:
            self.beside = Path(beside.path_of(crm.connection))
        self.child, self.point, self.left = 0, "", 0
        self.wrong: list[str] = []

    def once(self, point: str, which: int) -> tuple[dict[str, Any], bool]:
        """Run the program on the first base, killed at a point, then again; return what came of it, and if it died."""
        self.wrong = []
        self.sink.mails.clear()
        self.copy.put_back()
        for left in self.beside.parent.glob(f"{self.beside.name}*"):
            left.unlink()
        self.point, self.left = point, which
        is_killed = self._tick() == -signal.SIGKILL
        self.point = ""
        await_death(self.config.db)
        for _time in range(2):
            if code := self._tick():
                self.wrong.append(f"ended with {code}")
        names = Counter(_name_in(mail) for mail in self.sink.mails)
        self.wrong += [f"{name} was taken {times} times" for name, times in names.items() if times > 1]
        people = Counter((mail.recipient, _subject_in(mail)) for mail in self.sink.mails)
        self.wrong += [f"{who} was written to {times} times" for who, times in people.items() if times > 1]
        return _state(self.config), is_killed

    def _tick(self) -> int:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with Boundaries(self._reached, self.config.db).watched():
                    problems = any(part.problems for part in ticking.tick(self.config))
                code = 2 if problems and not self.point else 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        self.child = child
        while True:
            self.sink.serve_one(0.003)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)

    def _reached(self, number: int) -> None:
        if self.point == "base" and number >= self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def _step(self, step: str, _envelope: Envelope) -> None:
        if step == self.point:
            self.left -= 1
            if self.left < 0:
                os.kill(self.child, signal.SIGKILL)
                self.point = ""


def _state(config: Config) -> dict[str, Any]:
    """Return what the program came to, without numbers and instants."""
    with read_crm(config) as crm:
        outbox = dict(crm.rows("SELECT occasion, state FROM outbox"))
        at = "JOIN contact_emails m ON m.contact_id = {0}.contact_id"
        passages = crm.rows(
            "SELECT m.address, p.step, p.outcome FROM passages p JOIN enrolments e ON e.id = p.enrolment_id "
            + at.format("e")
        )
        enrolments = crm.rows(f"SELECT m.address, e.state, e.step, e.exit FROM enrolments e {at.format('e')}")
        recipients = crm.rows(f"SELECT m.address, r.state, r.reason FROM recipients r {at.format('r')}")
        told = crm.rows("SELECT external_id FROM events WHERE source = 'mail'")
    return {
        "outbox": outbox, "passages": sorted(passages), "enrolments": sorted(enrolments),
        "recipients": sorted(recipients), "events": len(told),
        "unknown": sorted({one.rpartition(":")[2] for one, state in outbox.items() if state == "unknown"}),
    }  # fmt: skip


def _differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return what is not as of a program that was never killed, of those of whom nothing is uncertain."""
    wrong = []
    for name in ("outbox", "passages", "enrolments", "recipients"):
        for one in (wanted, found):
            one[name] = sorted(one[name].items()) if isinstance(one[name], dict) else one[name]
        here, there = (
            {row for row in map(tuple, one[name]) if row[0].rpartition(":")[2] not in found["unknown"]}
            for one in (wanted, found)
        )
        wrong += [f"{name}: {sorted(here ^ there)}"] if here != there else []
    if not found["unknown"] and wanted["events"] != found["events"]:
        wrong.append(f"{found['events']} mails are told of, not {wanted['events']}")
    return wrong


def _name_in(mail: Envelope) -> str:
    return _header(mail, b"message-id:")


def _subject_in(mail: Envelope) -> str:
    return _header(mail, b"subject:")


def _header(mail: Envelope, name: bytes) -> str:
    line = next(line for line in mail.raw.splitlines() if line.lower().startswith(name))
    return line.partition(b":")[2].strip().decode()


if __name__ == "__main__":
    i18n.use("fr")
    print(json.dumps(main()))
