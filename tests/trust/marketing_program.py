"""People on a list and in a sequence, and a campaign, as a few dictionaries: what acts and the program leave of them.

Only what a person could work out in their head is foretold: how each is in the sequence and on the list, and who must
get no mail. What an undo or a merge leaves is taken as it is, and held to what must always be true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import CrmError
from petitcrm.marketing import campaigns, caps, enrolments, sequences, subscriptions
from petitcrm.marketing.subscriptions import Proof
from petitcrm.sales import consent, contacts, history
from petitcrm.sales.consent import Wanted
from petitcrm.store import health
from petitcrm.store.queries import history as journal
from tests.support.campaigns import DRAFT, a_list, scheduled
from tests.support.mail import letter, take
from tests.support.smtp_sink import Sink
from tests.support.ticks import tick
from tests.trust import interleaving

PEOPLE = 4
TEXT = interleaving.TEXT.replace('compte = "shop"', 'compte = "shop"\nfenetre = "toujours"')
START = datetime(2026, 11, 23, 8, tzinfo=UTC)
WHO = some.integers(0, PEOPLE - 1)
PROOF = Proof("Recevoir la lettre", "salon")
LAST = "ORDER BY CASE WHEN exit = 'merged' THEN 0 ELSE 1 END, run"
"""How somebody is in the sequence comes last: what a merge ended says nothing of it."""


class Person:
    """What is foretold of somebody."""

    def __init__(self) -> None:
        self.state = self.exit = ""
        """In the sequence: nothing, active, paused or ended, and why."""
        self.list = ""
        self.reasons: dict[str, datetime] = {}
        """Why they leave the sequence at the next occasion, since when: the first thing that happened counts."""
        self.first: datetime | None = None
        self.is_barred = self.has_been_in = False

    def has_a_reason(self, reason: str, now: datetime) -> None:
        """Let somebody who is in the sequence have one more reason to leave it."""
        if self.state in ("active", "paused"):
            self.reasons.setdefault(reason, now)

    def passes(self, now: datetime) -> None:
        """Go on in the sequence, as the program does at an instant."""
        if self.state != "active":
            return
        if self.reasons:
            self.state, self.exit = "ended", min(self.reasons, key=lambda reason: self.reasons[reason])
        elif self.first is None:
            self.first = now
        elif now >= self.first + timedelta(days=1):
            self.state, self.exit = "ended", "finished"


def prepare(config: Config) -> None:
    """Fill an empty base: people who agreed to offers, a list, a sequence, and a campaign that is to leave.

    Mails may leave at any hour and as many as there are: whom the office hours or the limit would keep waiting depends
    on what else leaves, and is tried elsewhere.
    """
    with open_crm(config) as crm:
        caps.say(crm, "0/1")
        a_list(crm)
        sequences.add(crm, TEXT)
        for number in range(PEOPLE):
            made = contacts.add(crm, {"last_name": f"Nöel {number}"}, emails=[f"p{number}@acme.example"])
            consent.give(crm, made, Wanted("email", "prospecting"), wording="Oui", how="salon")
            subscriptions.subscribe(crm, "clients", made, proof=PROOF)
        scheduled(crm, at=(START + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))


class Marketing(RuleBasedStateMachine):
    """A few days of a small firm."""

    fresh: ClassVar[Callable[[], str]]
    remove: ClassVar[Callable[[str], None]]
    sink: ClassVar[Sink]
    file: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        cls = type(self)
        self.location = cls.fresh()
        self.now = START
        cls.sink.mails.clear()
        self.seen = self.letters = self.version = 0
        # Open from the first act to the last: else each of them folds the log into the base as it leaves.
        self.open = ExitStack()
        self.open.enter_context(read_crm(self.config))
        with read_crm(self.config) as crm:
            self.ids = [row[0] for row in crm.rows("SELECT id FROM contacts ORDER BY id")]
            ((self.sequence,),) = crm.rows("SELECT id FROM sequences")
            self.prepared = journal.last_standing(crm) or 0
        self.people = {one: Person() for one in self.ids}
        for one in self.people.values():
            one.list = "subscribed"
        self.rests = False
        self.mails: Counter[str] = Counter()

    @property
    def config(self) -> Config:
        """The choices of who acts now."""
        return Config(db=self.location, user="", lang="fr", file=type(self).file, now=self.now.isoformat())

    def act(self, what: Callable[[Crm], object]) -> object:
        """Do something a minute later; None where a rule refuses it."""
        self.now += timedelta(minutes=1)
        try:
            with open_crm(self.config) as crm:
                return what(crm) or True
        except CrmError:
            return None

    def one(self, number: int) -> tuple[int, Person]:
        """Return somebody who is there."""
        there = [one for one in self.ids if one in self.people]
        contact = there[number % len(there)]
        return contact, self.people[contact]

    @rule(who=WHO)
    def start(self, who: int) -> None:
        """Begin the sequence for somebody: once, who may be written to, and not while it rests."""
        contact, person = self.one(who)
        told = self.act(lambda crm: enrolments.start(crm, self.sequence, [contact]))
        began = isinstance(told, list) and told[0].enrolment_id is not None
        assert began == (not self.rests and not person.has_been_in and not person.is_barred)
        if began:
            person.state, person.has_been_in, person.reasons, person.first = "active", True, {}, None
        self.look()

    @rule(who=WHO, verb=some.sampled_from(["pause", "resume", "stop"]))
    def step_in(self, who: int, verb: str) -> None:
        """Let somebody rest in the sequence, go on, or leave it."""
        contact, person = self.one(who)
        number = self.number(contact)
        if number is None:
            return
        verbs = {
            "pause": (lambda crm: enrolments.pause(crm, number), ("active",), "paused"),
            "resume": (lambda crm: enrolments.resume(crm, number, "now"), ("paused",), "active"),
            "stop": (lambda crm: enrolments.stop(crm, number), ("active", "paused"), "ended"),
        }
        what, states, after = verbs[verb]
        self.act(what)
        if person.state in states:
            person.state, person.exit = after, "by_hand" if verb == "stop" else ""
        self.look()

    @rule(verb=some.sampled_from(["pause", "resume"]))
    def let_the_sequence(self, verb: str) -> None:
        """Let the whole sequence rest, or go on."""
        if verb == "pause":
            self.act(lambda crm: sequences.pause(crm, self.sequence))
        else:
            self.act(lambda crm: sequences.resume(crm, self.sequence, "now"))
        self.rests = verb == "pause"
        self.look()

    @rule(who=WHO, how=some.sampled_from(["answer", "object", "unsubscribe", "leave the list", "come back"]))
    def say(self, who: int, how: str) -> None:
        """Let somebody answer, object, unsubscribe, leave the list, or ask to be on it."""
        contact, person = self.one(who)
        if how == "answer":
            self.act(lambda crm: self.answer(crm, contact))
            person.has_a_reason("replied", self.now)
        elif how == "leave the list":
            if self.act(lambda crm: subscriptions.unsubscribe(crm, "clients", contact)) and person.list:
                person.list = "unsubscribed"
        elif how == "come back":
            if self.act(lambda crm: subscriptions.subscribe(crm, "clients", contact, proof=PROOF)):
                person.list = "subscribed"
        else:
            purpose = consent.ALL if how == "object" else "prospecting"
            self.act(lambda crm: consent.object_to(crm, contact, Wanted("email", purpose)))
            person.is_barred = True
            person.has_a_reason("unsubscribed", self.now)
            person.list = "unsubscribed" if how == "object" and person.list else person.list
        self.look()

    @rule(hours=some.sampled_from([1, 5, 23, 26]))
    def run_the_program(self, hours: int) -> None:
        """Let time pass, and do what is due by then."""
        self.now += timedelta(hours=hours)
        barred = {one for one, person in self.people.items() if person.is_barred}
        assert tick(self.config) == []
        if not self.rests:
            for person in self.people.values():
                person.passes(self.now)
        self.look()
        with read_crm(self.config) as crm:
            for mail in type(self).sink.mails[self.seen :]:
                found = crm.rows(
                    "SELECT contact_id, purpose FROM outbox WHERE message_id = :name", name=_name(mail.raw)
                )
                assert found, mail.recipient
                assert found[0][1] != "prospecting" or found[0][0] not in barred, mail.recipient
                self.mails[_name(mail.raw)] += 1
            ((twice,),) = crm.rows("SELECT count(occasion) - count(DISTINCT occasion) FROM outbox")
        self.seen = len(type(self).sink.mails)
        assert twice == 0
        assert {*self.mails.values()} <= {1}

    @rule(verb=some.sampled_from(["pause", "resume"]))
    def let_the_campaign(self, verb: str) -> None:
        """Let the campaign rest, or go on."""
        what = {"pause": lambda crm: campaigns.pause(crm, "rentree"),
                "resume": lambda crm: campaigns.resume(crm, "rentree", draft=DRAFT)}[verb]  # fmt: skip
        if self.act(what) and verb == "pause":
            with read_crm(self.config) as crm:
                assert campaigns.of(crm, "rentree").state == "paused"
        self.look()

    @precondition(lambda self: self.version < 3)
    @rule()
    def write_another_version(self) -> None:
        """Change the words of the second mail, and move everybody to it."""
        self.version += 1
        text = TEXT.replace("Objet : Second", f"Objet : Second {self.version}")
        self.act(lambda crm: sequences.add(crm, text))
        with read_crm(self.config) as crm:
            last = sequences.of(crm, "relance").version
        self.act(lambda crm: sequences.migrate(crm, self.sequence, last))
        self.look()

    @rule()
    def undo(self) -> None:
        """Take the last gesture of a person back."""
        with read_crm(self.config) as crm:
            last = journal.last_standing(crm) or 0
        if last > self.prepared and self.act(history.undo):
            self.take_it_as_it_is()

    @precondition(lambda self: len(self.people) > 2)
    @rule(kept=WHO, merged=WHO)
    def merge(self, kept: int, merged: int) -> None:
        """Make two people one: whatever one of them had refused stays refused."""
        (left, one), (right, other) = self.one(kept), self.one(merged)
        if left != right and self.act(lambda crm: contacts.merge(crm, left, right)):
            barred = one.is_barred or other.is_barred
            self.take_it_as_it_is()
            assert self.people[left].is_barred or not barred

    # ---------------------------------------------------------------------------------------------------- looking

    def answer(self, crm: Crm, contact: int) -> None:
        """Let a mail of somebody come in."""
        self.letters += 1
        ((address,),) = crm.rows(
            "SELECT address FROM contact_emails WHERE contact_id = :id ORDER BY position, id LIMIT 1",
            id=contact,
        )
        take(crm, letter(self.letters, by=address, at=crm.now_text))

    def number(self, contact: int) -> int | None:
        """Return the number of somebody in the sequence."""
        with read_crm(self.config) as crm:
            found = crm.rows(f"SELECT id FROM enrolments WHERE contact_id = :id {LAST}", id=contact)
        return int(found[-1][0]) if found else None

    def look(self) -> None:
        """Hold the base to what was foretold."""
        with read_crm(self.config) as crm:
            found = {
                row[0]: row[1:] for row in crm.rows(f"SELECT contact_id, state, exit FROM enrolments {LAST}")
            }
            listed = dict(crm.rows("SELECT contact_id, state FROM subscriptions"))
        for contact, person in self.people.items():
            assert found.get(contact, ("", "")) == (person.state, person.exit), f"c{contact}"
            assert listed.get(contact, "") == person.list, f"c{contact}"

    def take_it_as_it_is(self) -> None:
        """Read everything anew; it must be sound."""
        with read_crm(self.config) as crm:
            assert not any(health.problems(crm.connection).values())
            there = [row[0] for row in crm.rows("SELECT id FROM contacts ORDER BY id")]
            verdicts = consent.verdicts(crm, there, "email", "prospecting")
            found = {
                row[0]: row[1:] for row in crm.rows(f"SELECT contact_id, state, exit FROM enrolments {LAST}")
            }
            listed = dict(crm.rows("SELECT contact_id, state FROM subscriptions"))
            self.rests = sequences.of(crm, "relance").state == "paused"
        people = {}
        for contact in there:
            person = people[contact] = self.people.get(contact, Person())
            person.state, person.exit = found.get(contact, ("", ""))
            person.has_been_in, person.list = contact in found, listed.get(contact, "")
            person.is_barred = not verdicts[contact].allowed
        self.people = people
        self.foretell()

    def foretell(self) -> None:
        """Work out anew what comes next for everybody, from what there is."""
        with read_crm(self.config) as crm:
            gone = _instants(
                crm,
                "SELECT e.contact_id, p.settled_at FROM enrolments e JOIN passages p"
                " ON p.enrolment_id = e.id AND p.step = 'premier' AND p.settled_at IS NOT NULL"
                " WHERE e.state <> 'ended'",
            )
            said = {
                "replied": _instants(crm, "SELECT c.contact_id, m.at FROM correspondents c JOIN messages m"
                                          " ON m.id = c.message_id JOIN enrolments e ON e.contact_id = c.contact_id"
                                          " WHERE m.direction = 'in' AND c.role = 'from' AND m.at >= e.entered_at"),
                "unsubscribed": _instants(crm, "SELECT c.contact_id, CASE WHEN c.at > e.entered_at THEN c.at"
                                               " ELSE e.entered_at END FROM consents c JOIN enrolments e"
                                               " ON e.contact_id = c.contact_id WHERE c.act = 'objected'"),
            }  # fmt: skip
        for contact, person in self.people.items():
            person.first = gone.get(contact)
            person.reasons = {reason: at[contact] for reason, at in said.items() if contact in at}

    def teardown(self) -> None:
        """Be rid of the base."""
        self.open.close()
        type(self).remove(self.location)


def _instants(crm: Crm, sql: str) -> dict[int, datetime]:
    """Return when something first happened with each contact."""
    found = sorted((at, contact) for contact, at in crm.rows(sql))
    return {contact: datetime.fromisoformat(at) for at, contact in reversed(found)}


def _name(raw: bytes) -> str:
    line = next(line for line in raw.splitlines() if line.lower().startswith(b"message-id:"))
    return line.partition(b":")[2].strip().decode()
