"""A program that kills senders of mail, and tells what its server had taken and what the base then knew, as JSON.

It stands by itself because it forks; the server is served here, by the parent, without a thread.

    python -m tests.trust.killing_mail BASE KILLS FOLDER [campaigns]     at each point in turn, KILLS times in all
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import caps, outbox
from petitcrm.sync import sending
from petitcrm.sync.running import Run
from tests.support.campaigns import a_list, people
from tests.support.smtp_sink import Envelope, Sink, certificate, configured

ON_THE_WIRE = ("connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "in DATA", "dot", "after dot")
IN_THE_PROGRAM = ("before the intent", "after the intent", "after 250 before the commit", "after the commit")
POINTS = (*ON_THE_WIRE, *IN_THE_PROGRAM)
NOW = "2026-11-23T09:00:00+01:00"
_LONG = "Une ligne du mail, qui en a beaucoup.\n" * 400


def main() -> dict[str, Any]:
    """Kill as often as was asked for; return how it ended."""
    base, kills, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    made = certificate(folder)
    run = (_Campaigns if "campaigns" in sys.argv[4:] else _Run)(base, folder, made)
    points = [point for point in POINTS if made or point != "STARTTLS"]
    chance = random.Random(1)
    for kill in range(kills):
        run.kill(points[kill % len(points)], which=chance.randrange(3))
    run.finish()
    return run.told()


class _Run:
    def __init__(self, base: str, folder: Path, made: Any) -> None:
        self.sink = Sink(on=self._step, tls=made[0] if made else None, login=True)
        os.environ["PETITCRM_PASSWORD_SHOP"] = "s3cret"
        scheme, more = ("smtp+starttls", f'tls_ca = "{made[1]}"\n') if made else ("smtp", "")
        file = configured(folder, self.sink.port, scheme=scheme, more=more, host="localhost")
        self.config = Config(db=base, user="", lang="fr", file=str(file), now=NOW)
        self.child = 0
        self.point = ""
        self.left = 0
        self.killed = 0
        self.queued = 0
        self.wrong: list[str] = []

    def kill(self, point: str, which: int) -> None:
        """Queue three mails, and kill whoever sends them when it comes to the point with one of them."""
        self._queue()
        # The first mail of a run goes alone, the other two together: what they begin and end, they do twice.
        once = point in ("connect", "EHLO", "STARTTLS", "AUTH")
        self.point, self.left = point, 0 if once else which % 2 if point in IN_THE_PROGRAM else which
        self.sink.pipelining = not self.sink.pipelining
        status = self._send()
        self.killed += os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        if os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
            self.wrong.append(f"{point}: the sender ended with {status}")
        self._look(f"{point}, mail {which}")

    def _queue(self) -> None:
        with open_crm(self.config) as crm:
            for number in range(3):
                self.queued += 1
                told = outbox.Letter("shop", 1, "jean@acme.example", f"Mail {self.queued} {number}", _LONG)
                outbox.queue(crm, told)

    def _watch(self) -> None:
        _watch(self.point, self.left, _OF_MAILS)

    def _deliver(self) -> bool:
        return not sending.send_due(self.config).problems

    def finish(self) -> None:
        """Let a sender that nobody kills take over all that is left."""
        self.point = ""
        for _time in range(3):
            self._send()
        self._look("at the end")

    def _send(self) -> int:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self._watch()
                code = 0 if self._deliver() or self.point else 1
            finally:
                os._exit(code)
        self.child = child
        while True:
            self.sink.serve_one(0.003)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status

    def _step(self, step: str, _envelope: Envelope) -> str | None:
        if step != self.point and not (step == "dot" and self.point == "after dot"):
            return None
        if self.left:
            self.left -= 1
            return None
        os.kill(self.child, signal.SIGKILL)
        if self.point == "dot":
            return "close"  # the server had all of it, and did not take it
        time.sleep(0.002)
        return None

    def _look(self, where: str) -> None:
        """Note what is not as promised: a mail taken twice, one said sent that was not, one lost unseen."""
        taken = Counter(_name_in(mail) for mail in self.sink.mails)
        with read_crm(self.config) as crm:
            rows = crm.rows("SELECT id, state, message_id FROM outbox ORDER BY id")
        for number, state, name in rows:
            times = taken[name or ""]
            if times > 1:
                self.wrong.append(f"{where}: o{number} was taken {times} times")
            if state == "sent" and times != 1:
                self.wrong.append(f"{where}: o{number} is said sent, and was taken {times} times")
            if times and state not in ("sent", "unknown", "intent"):
                self.wrong.append(f"{where}: o{number} was taken, and is {state}")

    def told(self) -> dict[str, Any]:
        with read_crm(self.config) as crm:
            states = dict(crm.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
            events = crm.rows("SELECT count(*) FROM events WHERE kind IN ('mail.sent', 'campaign.mailed')")[
                0
            ][0]
            stored = crm.rows("SELECT count(*) FROM messages")[0][0]
        return {
            "killed": self.killed, "queued": self.queued, "taken": len(self.sink.mails), "states": states,
            "events": events, "stored": stored, "wrong": self.wrong,
        }  # fmt: skip


class _Campaigns(_Run):
    """The same of a campaign to three people, whose mails are begun and ended together."""

    def __init__(self, base: str, folder: Path, made: Any) -> None:
        super().__init__(base, folder, made)
        with open_crm(self.config) as crm:
            self.people = people(crm, a_list(crm), 3)
        with open_crm(self.config) as crm:
            caps.say(crm, "0/7")  # the three get all of the campaigns

    def _queue(self) -> None:
        self.queued += 3
        key, listed = f"c{self.queued}", ", ".join(map(str, self.people))
        with open_crm(self.config) as crm:
            with crm.act("contact.edited") as act:
                number = act.insert(
                    "campaigns", key=key, name=key, state="sending", subject="Bonjour", body=_LONG, account="shop",
                    created_at=crm.now_text, scheduled_at=crm.now_text, started_at=crm.now_text,
                )  # fmt: skip
            crm.connection.write(
                "INSERT INTO recipients (campaign_id, contact_id, address)"
                f" SELECT {number}, contact_id, address FROM contact_emails WHERE contact_id IN ({listed})"
            )

    def _watch(self) -> None:
        _watch(self.point, self.left, _OF_CAMPAIGNS)

    def _deliver(self) -> bool:
        due = sending.send_due(self.config)  # what a sender that died had begun of them waits there
        return not due.problems and not sending.send_campaigns(self.config).problems


_OF_MAILS = {
    "before the intent": ("_intend", True), "after the intent": ("_intend", False),
    "after 250 before the commit": ("_settle_all", True), "after the commit": ("_settle_all", False),
}  # fmt: skip
_OF_CAMPAIGNS = {
    "before the intent": ("_turn", True), "after the intent": ("_give", True),
    "after 250 before the commit": ("_give", False), "after the commit": ("_turn", False),
}  # fmt: skip


def _watch(point: str, left: int, points: dict[str, tuple[str, bool]]) -> None:
    """Die at a point that the server does not see, when it is come to for the last time."""
    method, before = points.get(point, ("", False))
    if not method:
        return
    original: Callable[..., Any] = getattr(Run, method)
    times = [left]

    def dying(*words: Any, **named: Any) -> Any:
        last = times[0] == 0
        times[0] -= 1
        if last and before:
            os.kill(os.getpid(), signal.SIGKILL)
        found = original(*words, **named)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(Run, method, dying)


def _name_in(mail: Envelope) -> str:
    line = next(line for line in mail.raw.splitlines() if line.lower().startswith(b"message-id:"))
    return line.partition(b":")[2].strip().decode()


if __name__ == "__main__":
    i18n.use("fr")
    print(json.dumps(main()))
