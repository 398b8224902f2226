"""A program that lives an invented year of sequences on a real base, and tells what became of it, as JSON.

The program is run as a firm would run it: by a child that may be killed at any boundary of a write and at any word to
the mail server, which is served here. Now and then the base is put back from an older copy.

    python -m tests.trust.living_a_year BASE FOLDER PEOPLE KILLS RESTORES SEED [short]
"""

from __future__ import annotations

import heapq
import json
import os
import random
import re
import signal
import sys
import traceback
from collections import Counter
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import caps, enrolments, flow_templates, measuring, outbox, sequences
from petitcrm.sales import consent, contacts, firm, users
from petitcrm.sales.consent import Wanted
from tests.support.mails import mail
from tests.support.restoring import Copy
from tests.support.smtp_sink import Envelope, Sink, configured
from tests.support.ticks import tick
from tests.trust import year_checks, year_plan
from tests.trust.killing import Boundaries, await_death, import_late
from tests.trust.year_checks import Taken, Watch
from tests.trust.year_plan import Person

HOURS = tuple(range(7, 22))
FEW_HOURS = (9, 15)
_WIRE = ("MAIL", "RCPT", "DATA", "in DATA", "dot")
_OURS = "contact@firme.example"
MOST_WRONG = 10
"""Faults after which there is no use in living on."""


class Told(NamedTuple):
    """How the program was told to live the year."""

    base: str
    folder: Path
    people: int
    kills: int
    restores: int
    seed: int
    is_short: bool = False
    """Whether all begin on a few days, and the program is run where something is due, twice a day at most."""


def main() -> dict[str, Any]:
    """Live the year that was asked for."""
    base, folder, people, kills, restores, seed, *short = sys.argv[1:]
    year = Year(Told(base, Path(folder), int(people), int(kills), int(restores), int(seed), bool(short)))
    year.live()
    return year.told()


class Year:
    """One firm, its people, its mail server and its mailbox, for a year."""

    def __init__(self, told: Told) -> None:
        self.asked = told
        self.chance = random.Random(f"year {told.seed}")
        self.sink = Sink(on=self._step)
        self.maildir = told.folder / "Maildir"
        for part in ("cur", "new", "tmp"):
            (self.maildir / part).mkdir(parents=True)
        file = configured(told.folder, self.sink.port, more=f'maildir = "{self.maildir}"\n')
        self.now = year_plan.BEGINS
        self._config = Config(db=told.base, user="", lang="fr", file=str(file), now="")
        self.copy = Copy(told.base, told.folder)
        self.coming: list[tuple[datetime, int, str, Any]] = []
        self.people = {
            one.address: one for one in year_plan.people(told.people, told.seed, is_short=told.is_short)
        }
        self.contacts: dict[str, int] = {}
        self.sequences: dict[str, int] = {}
        self.begun: set[tuple[str, str]] = set()
        self.again: set[tuple[str, str]] = set()
        self.signals: list[tuple[str, measuring.Told]] = []
        self.known_signals = 0
        self.counts: Counter[str] = Counter()
        self.numbers = 0
        self.seen = 0
        self.child, self.dies_at, self.dies_after = 0, "", 0
        self.kills = sorted(self._days(told.kills))
        import_late()
        self._settle()

    @property
    def config(self) -> Config:
        """The choices of the firm, now."""
        return self._config._replace(now=self.now.isoformat())

    # ------------------------------------------------------------------------------------------------- the firm

    def _settle(self) -> None:
        with open_crm(self.config) as crm:
            users.add(crm, "anne", name="Anne Martin", email="anne@firme.example")
        self._config = self._config._replace(user="anne")
        with open_crm(self.config) as crm:
            firm.rename(crm, "Chauffage Acmé")
            for one in self.people.values():
                told = {"first_name": "Anne", "last_name": f"Personne {one.number}"}
                self.contacts[one.address] = contacts.add(crm, told, emails=[one.address])
        with open_crm(self.config) as crm:
            for one in self.people.values():
                for purpose in ("prospecting", *(["measure"] if one.is_measured else [])):
                    words = {"wording": "Recevoir la lettre", "how": "salon"}
                    consent.give(crm, self.contacts[one.address], Wanted("email", purpose), **words)
            flows = {}
            for text in (flow_templates.text("relance-sujet", "fr"), year_plan.OTHER):
                added = sequences.add(crm, text)
                self.sequences[added.key] = added.id
                flows[added.key] = sequences.flow_of(crm, sequences.of_version(crm, added.id, 1).id)
            self.watch = Watch(flows, caps.known(crm))
        for one in self.people.values():
            for key in list(self.sequences)[: 2 if one.number % 3 == 0 else 1]:
                self._plan(one.begins, "begins", (one, key))

    def _plan(self, at: datetime, kind: str, what: Any) -> None:
        self.numbers += 1
        heapq.heappush(self.coming, (at, self.numbers, kind, what))

    def _days(self, number: int) -> list[datetime]:
        days = (year_plan.ENDS - year_plan.BEGINS).days - 20
        return [year_plan.BEGINS + timedelta(days=self.chance.randrange(days)) for _one in range(number)]

    # -------------------------------------------------------------------------------------------------- the year

    def live(self) -> None:
        """Go from one moment at which something is due to the next, to the end of the year."""
        for kept, back in year_plan.restores(
            self.asked.restores, self.asked.seed, is_short=self.asked.is_short
        ):
            self._plan(kept, "copied", None)
            self._plan(back, "put back", None)
        while self.now < year_plan.ENDS and len(self.watch.wrong) < MOST_WRONG:
            self._happen()
            self._tick()
            self.now = self._next()
        self.kills.clear()
        self._tick()
        with read_crm(self.config) as crm:
            people = year_checks.everybody(crm)
            self.counts["people"] = len(people)
            wrong, self.counts["paths"] = year_checks.paths(crm, people)
            self.watch.wrong += wrong
        self.watch.wrong += self.watch.branches()

    def _next(self) -> datetime:
        with read_crm(self.config) as crm:
            ((due,),) = crm.rows("SELECT min(due_at) FROM enrolments WHERE state = 'active'")
        days, hours = (10, FEW_HOURS) if self.asked.is_short else (1, HOURS)
        soon = [(self.now + timedelta(days=days)).replace(hour=hours[0])]
        soon += [datetime.fromisoformat(due)] if due else []
        soon += [self.coming[0][0]] if self.coming else []
        earliest = max(min(one.astimezone(year_plan.PARIS) for one in soon), self.now + timedelta(minutes=1))
        return year_plan.quantum(earliest, hours)

    def _happen(self) -> None:
        """Let all that people did until now reach the firm."""
        starting: list[tuple[Person, str]] = []
        while self.coming and self.coming[0][0] <= self.now:
            at, _number, kind, what = heapq.heappop(self.coming)
            if kind == "begins":
                starting.append(what)
            elif kind == "copied":
                self.copy.keep()
            elif kind == "put back":
                starting += self._put_back()
            else:
                getattr(self, f"_{kind}")(at, *what)
        self._begin(starting)
        self._record()
        self._decide()

    def _begin(self, some: list[tuple[Person, str]]) -> None:
        for key, number in self.sequences.items():
            wanted = [one for one, which in some if which == key]
            if wanted:
                with open_crm(self.config) as crm:
                    for told in enrolments.start(crm, number, [self.contacts[one.address] for one in wanted]):
                        self.counts[f"begun {told.rule or 'well'}"] += 1
                self.begun |= {(one.address, key) for one in wanted}

    def _put_back(self) -> list[tuple[Person, str]]:
        """Put the older copy back; return who is forgotten, and begins again. The site tells all signals again."""
        self.copy.put_back()
        self.counts["restored"] += 1
        self.known_signals = 0
        with read_crm(self.config) as crm:
            known = {tuple(row) for row in crm.rows("SELECT contact_id, sequence_id FROM enrolments")}
        forgotten = {
            (address, key)
            for address, key in self.begun
            if (self.contacts[address], self.sequences[key]) not in known
        }
        self.again |= forgotten
        return [(self.people[address], key) for address, key in sorted(forgotten)]

    def _decide(self) -> None:
        """Settle the mails of which nobody knows whether they left, as somebody who asks the reader does."""
        with read_crm(self.config) as crm:
            uncertain = crm.rows("SELECT id, message_id FROM outbox WHERE state = 'unknown' ORDER BY id")
        for number, name in uncertain:
            with open_crm(self.config) as crm:
                outbox.decide(crm, number, "sent" if name in self.watch.names else "again")
            self.counts["uncertain"] += 1

    def _record(self) -> None:
        new = self.signals[self.known_signals :]
        with open_crm(self.config) as crm:
            told = measuring.record(crm, [one._replace(message_id=name) for name, one in new])
            for kind in ("opened", "clicked"):
                measuring.has_read(crm, kind, crm.now)
        self.counts["signals"] += told.kept
        self.known_signals = len(self.signals)

    # ------------------------------------------------------------------------------------------ what people do

    def _opened(
        self, at: datetime, person: Person, taken: Envelope, kind: str = "opened", agent: str = ""
    ) -> None:
        told = measuring.Told(
            kind, self.contacts[person.address], at, "site", f"{len(self.signals)}", agent=agent
        )
        self.signals.append((_header(taken, "Message-ID"), told))

    def _clicked(self, at: datetime, person: Person, taken: Envelope) -> None:
        self._opened(at, person, taken, "clicked")

    def _scanned(self, at: datetime, person: Person, taken: Envelope) -> None:
        self._opened(at, person, taken, "opened", "GoogleImageProxy")

    def _replied(self, at: datetime, person: Person, taken: Envelope) -> None:
        self._write(at, person, taken, "Re: votre mail", "Bonjour,\n\nOui, appelez-moi.\n")
        self.watch.left.setdefault(person.address, self.now - timedelta(seconds=1))

    def _away(self, at: datetime, person: Person, taken: Envelope) -> None:
        self._write(at, person, taken, "Absence", "Je suis absente.\n", Auto_Submitted="auto-replied")

    def _objected(self, _at: datetime, person: Person, _taken: Envelope) -> None:
        with open_crm(self.config) as crm:
            consent.object_to(
                crm, self.contacts[person.address], Wanted("email", "prospecting"), how="téléphone"
            )
        self.watch.barred.setdefault(person.address, self.now - timedelta(seconds=1))

    def _unsubscribed(self, at: datetime, person: Person, taken: Envelope) -> None:
        way = re.search(r"<mailto:([^?>]+)\?subject=([^>&]+)", _header(taken, "List-Unsubscribe"))
        if way:
            from urllib.parse import unquote

            self._write(at, person, taken, unquote(way[2]), "", To=unquote(way[1]))
            self.watch.barred.setdefault(person.address, self.now - timedelta(seconds=1))

    def _bounced(self, at: datetime, person: Person, taken: Envelope) -> None:
        from tests.sync.test_returned import report

        raw = report("delivery-status", _header(taken, "Message-ID"), person.address)
        raw = re.sub("Date: .*", f"Date: {format_datetime(at)}", raw, count=1)
        self._deliver(
            re.sub(
                "Message-ID: <r.*", f"Message-ID: <r{self.numbers}.{at:%s}@x.example>", raw, count=1
            ).encode()
        )
        self.watch.barred.setdefault(person.address, self.now - timedelta(seconds=1))

    def _write(
        self, at: datetime, person: Person, taken: Envelope, subject: str, text: str, **headers: str
    ) -> None:
        name = _header(taken, "Message-ID")
        number = len(list((self.maildir / "new").iterdir())) + 1
        to = headers.pop("To", _OURS)
        self._deliver(
            mail(number, subject, by=person.address, to=to, date=format_datetime(at), text=text,
                 In_Reply_To=name, References=name, **headers)
        )  # fmt: skip

    def _deliver(self, raw: bytes) -> None:
        self.counts["letters"] += 1
        (self.maildir / "new" / f"{self.counts['letters']}.M1P1.host").write_bytes(raw)

    # -------------------------------------------------------------------------------- the program, and its end

    def _tick(self) -> None:
        """Run the program; where its hour has come, kill it, and run it again at the same moment."""
        self.counts["ticks"] += 1
        while self.kills and self.kills[0] <= self.now and self._is_busy():
            if self.chance.random() < 0.5:
                self.dies_at, self.dies_after = self.chance.choice(_WIRE), self.chance.randrange(3)
            else:
                self.dies_at, self.dies_after = "base", self.chance.randrange(1, 60)
            if os.waitstatus_to_exitcode(self._run()) != -signal.SIGKILL:
                break
            self.counts["killed"] += 1
            self.kills.pop(0)
            await_death(self.asked.base)
            self._look()
        self.dies_at = ""
        status = os.waitstatus_to_exitcode(self._run())
        if status:
            self.watch.wrong.append(f"{self.now}: a run ended with {status}")
        self._look()

    def _is_busy(self) -> bool:
        with read_crm(self.config) as crm:
            return bool(
                crm.rows(
                    "SELECT 1 FROM enrolments WHERE state = 'active' AND due_at <= :now LIMIT 1",
                    now=crm.now_text,
                )
            )

    def _run(self) -> int:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with Boundaries(self._die_at, self.asked.base).watched():
                    problems = tick(self.config)
                code = 1 if problems and not self.dies_at else 0
                if code:
                    print(problems, file=sys.stderr)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        self.child = child
        while True:
            self.sink.serve_one(0.003)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status

    def _die_at(self, number: int) -> None:
        if self.dies_at == "base" and number >= self.dies_after:
            os.kill(os.getpid(), signal.SIGKILL)

    def _step(self, step: str, _envelope: Envelope) -> str | None:
        if step != self.dies_at:
            return None
        if self.dies_after:
            self.dies_after -= 1
            return None
        os.kill(self.child, signal.SIGKILL)
        self.dies_at = ""
        return None

    def _look(self) -> None:
        """Look at the mails that the server took meanwhile, and let their readers answer."""
        new = self.sink.mails[self.seen :]
        self.seen = len(self.sink.mails)
        if not new:
            return
        with read_crm(self.config) as crm:
            for one in new:
                name = _header(one, "Message-ID")
                found = crm.rows("SELECT occasion FROM outbox WHERE message_id = :name", name=name)
                if not found:
                    self.watch.wrong.append(f"{self.now}: {name} to {one.recipient} is not known")
                    continue
                _kind, key, run, step, address = found[0][0].split(":", 4)
                self.watch.take(Taken(self.now, address, key, int(run), step), name)
                self.counts["mails"] += 1
                person = self.people[address]
                for act in year_plan.answers(address, f"{key} {step}", self.asked.seed):
                    self._plan(self.now + act.after, act.kind, (person, one))

    def told(self) -> dict[str, Any]:
        """Return what became of the year."""
        with read_crm(self.config) as crm:
            exits = dict(
                crm.rows(
                    "SELECT CASE WHEN state = 'ended' THEN exit ELSE state END, count(*) FROM enrolments GROUP BY 1"
                )
            )
            states = dict(crm.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
            outcomes = dict(crm.rows("SELECT step || ' ' || outcome, count(*) FROM passages GROUP BY 1"))
        self.counts["way out"] = sum("mailto:" in _header(one, "List-Unsubscribe") for one in self.sink.mails)
        told = {"exits": exits, "states": states, "outcomes": outcomes, "again": len(self.again)}
        return {**dict(self.counts), **told, "wrong": self.watch.wrong[:50], "wrongs": len(self.watch.wrong)}


def _header(taken: Envelope, name: str) -> str:
    from email import message_from_bytes
    from email.policy import default

    return str(message_from_bytes(taken.raw, policy=default).get(name, ""))


if __name__ == "__main__":
    i18n.use("fr")
    print(json.dumps(main()))
