"""What others do between the transactions of a sender, drawn from a seed, and what they were promised when it goes on.

The program that runs by itself sends a sequence and a campaign to a real server; between its transactions, and while it
speaks to the server, somebody answers, objects, unsubscribes, is deleted, is found to be another one, rests, goes on or
is taken out.
"""

from __future__ import annotations

import copy
import random
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import CrmError, NotFound
from petitcrm.marketing import campaigns, enrolments, sequences, subscriptions
from petitcrm.sales import consent, contacts, firm, history
from petitcrm.sales.consent import Wanted
from petitcrm.store.beside import Beside, Leaving
from petitcrm.sync.running import Run
from tests.support.campaigns import DRAFT, a_list, people, scheduled
from tests.support.mail import letter, take
from tests.support.restoring import Copy
from tests.support.smtp_sink import Envelope, Sink
from tests.support.ticks import tick

PEOPLE = 4
START = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
TEXT = """\
+++
cle = "relance"
nom = "Relance"
finalite = "prospection"
compte = "shop"

[[etape]]
envoyer = "premier"

[[etape]]
envoyer = "second"
attendre = "1 jour"
+++

=== premier
Objet : Premier

Bonjour

=== second
Objet : Second

Bonjour
"""
_POINTS = ("_send_some", "_settle_all", "_turn", "_give")
_ON_THE_WIRE = ("connect", "MAIL", "RCPT", "DATA", "in DATA", "dot")


def prepare(config: Config) -> None:
    """Fill an empty base: a few people on a list, in a sequence, and about to get a campaign."""
    with open_crm(config) as crm:
        firm.rename(crm, "Chauffage Acmé")
        some = people(crm, a_list(crm), PEOPLE)
        for one in some:
            consent.give(crm, one, Wanted("email", "prospecting"), wording="Oui", how="salon")
        sequence = sequences.add(crm, TEXT).id
    with open_crm(config) as crm:
        enrolments.start(crm, sequence, some)
        scheduled(crm)


class Promised:
    """What was said, and who is where: what the next mail that is begun is held to."""

    def __init__(self) -> None:
        self.barred: set[tuple[str, str]] = set()
        """Address and purpose, of a withdrawal too: survives a base that is put back; the rest does not."""
        self.strict: set[tuple[str, str]] = set()
        """The same, of who is one with somebody who said it."""
        self.gone: set[str] = set()
        """Who is deleted, or lives on as another one."""
        self.lives_on: dict[str, str] = {}
        """As whom: the campaign that they wait for is the other one's, who may have nothing else of it."""
        self.out: set[str] = set()
        """Who answered, or was taken out of the sequence."""
        self.resting: set[str] = set()
        self.sequence_rests = self.campaign_rests = False

    def forbids(self, occasion: str) -> str:
        """Return why a mail must not be begun, empty where it may be."""
        kind, address = occasion.partition(":")[0], occasion.rpartition(":")[2]
        while kind == "campaign" and address in self.lives_on:
            address = self.lives_on[address]
        purpose = "prospecting" if kind == "sequence" else "newsletter"
        if {(address, purpose), (address, consent.ALL)} & (self.barred | self.strict):
            return "objected"
        if address in self.gone:
            return "gone"
        if kind == "campaign":
            return "campaign rests" if self.campaign_rests else ""
        if address in self.out:
            return "left"
        return "rests" if address in self.resting or self.sequence_rests else ""

    def join(self, kept: str, merged: str) -> None:
        """Let one live on as the other, who refuses what either did."""
        self.gone.add(merged)
        self.lives_on[merged] = kept
        self.out |= {kept} if merged in self.out else set()
        self.strict |= {(kept, purpose) for who, purpose in self.barred | self.strict if who == merged}


class Interleaving:
    """One run of some days, of a seed."""

    def __init__(self, config: Config, seed: int) -> None:
        self.chance = random.Random(f"interleaving {seed}")
        self.seed, self.now = seed, START
        self._config = config
        self.promised = Promised()
        self.names: dict[str, str] = {}
        """Message-ID → occasion of each mail that was begun."""
        self.taken: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.story: list[str] = []
        self.letters = 0
        self.kept = ""
        with read_crm(self.config) as crm:
            found = crm.rows("SELECT id, address, contact_id FROM contact_emails ORDER BY id")
            self.contacts = {address: contact for _id, address, contact in found}
            self.enrolled = dict(crm.rows("SELECT contact_id, id FROM enrolments"))
            ((self.sequence,),) = crm.rows("SELECT id FROM sequences")

    @property
    def config(self) -> Config:
        """The choices of who acts now."""
        return self._config._replace(now=self.now.isoformat())

    def run(self, sink: Sink, older: Copy) -> None:
        """Live some days; now and then the base is put back as it was on one before."""
        kept: Promised | None = None
        sink.on = self._spoken
        with self._watched():
            for day in range(2):
                if kept is None and self.chance.random() < 0.4:
                    older.keep()
                    self.story.append("copied")
                    kept = copy.deepcopy(self.promised)
                # A connection stays open beside: else each gesture, the last to leave the base, folds the log into it.
                with read_crm(self.config):
                    self.others("between")
                    self._tick()
                    self.others("between")
                if kept is not None and self.chance.random() < 0.5:
                    older.put_back()
                    self.counts["put back"] += 1
                    self.story.append("put back")
                    kept.barred, self.promised, kept = self.promised.barred, kept, None
                self.now = START + timedelta(days=day + 1)
            self._go_on()
            self._tick()
        sink.on = None
        self.wrong += [f"{one} {times} times" for one, times in self.taken.items() if times > 1]

    def _tick(self) -> None:
        for problem in tick(self.config):
            self.wrong.append(f"the program: {problem}")

    def _go_on(self) -> None:
        with open_crm(self.config) as crm:
            sequences.resume(crm, self.sequence, "now")
        self.promised.sequence_rests = False

    # ----------------------------------------------------------------------------------------------- where others act

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Let others act before what the sender does, wherever it has nothing of the base in hand."""
        originals = {name: getattr(Run, name) for name in _POINTS}
        turn = Beside.turn

        def noting(beside: Beside, mails: Any, *ended: Any) -> None:
            told = list(mails)
            if told:
                self._begun(told)
                self.others("intent")
            turn(beside, told, *ended)

        def watching(name: str) -> Callable[..., Any]:
            def before(*words: Any, **more: Any) -> Any:
                self.others(name)
                return originals[name](*words, **more)

            return before

        with (
            patch.object(Beside, "turn", noting),
            patch.multiple(Run, **{one: watching(one) for one in _POINTS}),
        ):
            yield

    def _begun(self, mails: list[Leaving]) -> None:
        """Hold mails of which it was just committed that they leave to what had been said by then."""
        for one in mails:
            self.names[one.message_id] = one.occasion
            why = self.promised.forbids(one.occasion)
            if why:
                self.wrong.append(f"{one.occasion} was begun: {why}")
            self.story.append(f"{self.now:%d %H:%M:%S} {one.occasion} is begun")

    def _spoken(self, step: str, envelope: Envelope) -> None:
        try:
            if step == "dot":
                self._take(envelope)
            if step in _ON_THE_WIRE:
                self.others(step)
        except Exception as error:
            self.wrong.append("".join(traceback.format_exception(error)))

    def _take(self, envelope: Envelope) -> None:
        line = next(line for line in envelope.raw.splitlines() if line.lower().startswith(b"message-id:"))
        name = line.partition(b":")[2].strip().decode()
        self.counts["mails"] += 1
        if name not in self.names:
            self.wrong.append(f"{envelope.recipient}: {name} was never begun")
        self.taken[self.names.get(name, name)] += 1

    def others(self, point: str) -> None:
        """Let somebody else do something, or nothing."""
        while self.chance.random() < (0.5 if point == "between" else 0.2):
            self.now += timedelta(seconds=1)
            name = self.chance.choice(sorted(_ACTS))
            address = self.chance.choice(sorted(self.contacts))
            if address in self.promised.gone:
                continue
            try:
                with open_crm(self.config) as crm:
                    _ACTS[name](self, crm, address)
            except CrmError:
                self.counts[f"{name} refused"] += 1
                continue
            if name == "merge":
                self.promised.join(self.kept, address)
            elif name == "delete and undo":
                with open_crm(self.config) as crm:
                    history.undo(crm)
            else:
                _THEN[name](self.promised, address)
            self.counts[f"{name} at {point}"] += 1
            self.story.append(f"{self.now:%d %H:%M:%S} {address}: {name} at {point}")

    # --------------------------------------------------------------------------------------------- what they do

    def answer(self, crm: Crm, address: str) -> None:
        """Let a person answer."""
        self.letters += 1
        at = self.now.astimezone(tz=None)
        instant = at.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+00:00").tzinfo)
        take(crm, letter(self.seed * 100 + self.letters, by=address, at=f"{instant:%Y-%m-%dT%H:%M:%SZ}"))

    def merge(self, crm: Crm, address: str) -> None:
        """Let a person be found to be another one, who is kept."""
        others = sorted({*self.contacts} - self.promised.gone - {address})
        if not others:
            raise NotFound("")
        self.kept = self.chance.choice(others)
        contacts.merge(crm, self.contacts[self.kept], self.contacts[address])

    def number(self, address: str) -> int:
        """Return the number of a person in the sequence."""
        return int(self.enrolled[self.contacts[address]])


def _campaign(verb: Callable[..., Any]) -> Callable[[Interleaving, Crm, str], Any]:
    return lambda one, crm, _address: verb(crm, "rentree")


_ACTS: dict[str, Callable[[Interleaving, Crm, str], Any]] = {
    "answer": Interleaving.answer,
    "object": lambda one, crm, who: consent.object_to(crm, one.contacts[who], Wanted("email", consent.ALL)),
    "object to letters": lambda one, crm, who: consent.object_to(
        crm, one.contacts[who], Wanted("email", "newsletter")
    ),
    "unsubscribe": lambda one, crm, who: subscriptions.leave(
        crm, one.contacts[who], "prospecting", how="page"
    ),
    "withdraw": lambda one, crm, who: consent.withdraw(
        crm, one.contacts[who], Wanted("email", "prospecting")
    ),
    "delete": lambda one, crm, who: contacts.delete(crm, one.contacts[who]),
    "delete and undo": lambda one, crm, who: contacts.delete(crm, one.contacts[who]),
    "merge": Interleaving.merge,
    "pause": lambda one, crm, who: enrolments.pause(crm, one.number(who)),
    "resume": lambda one, crm, who: enrolments.resume(crm, one.number(who), "now"),
    "stop": lambda one, crm, who: enrolments.stop(crm, one.number(who)),
    "pause the sequence": lambda one, crm, _who: sequences.pause(crm, one.sequence),
    "resume the sequence": lambda one, crm, _who: sequences.resume(crm, one.sequence, "now"),
    "pause the campaign": _campaign(campaigns.pause),
    "resume the campaign": lambda one, crm, _who: campaigns.resume(crm, "rentree", draft=DRAFT),
}


def _bars(purpose: str) -> Callable[[Promised, str], None]:
    return lambda promised, who: promised.barred.add((who, purpose))


def _rests(name: str, value: bool) -> Callable[[Promised, str], None]:
    return lambda promised, _who: setattr(promised, name, value)


_THEN: dict[str, Callable[[Promised, str], None]] = {
    "answer": lambda promised, who: promised.out.add(who),
    "object": _bars(consent.ALL),
    "object to letters": _bars("newsletter"),
    "unsubscribe": _bars("prospecting"),
    "withdraw": _bars("prospecting"),
    "delete": lambda promised, who: promised.gone.add(who),
    "pause": lambda promised, who: promised.resting.add(who),
    "resume": lambda promised, who: promised.resting.discard(who),
    "stop": lambda promised, who: promised.out.add(who),
    "pause the sequence": _rests("sequence_rests", value=True),
    "resume the sequence": _rests("sequence_rests", value=False),
    "pause the campaign": _rests("campaign_rests", value=True),
    "resume the campaign": _rests("campaign_rests", value=False),
}
