"""Mail taken in, a few hundred at once: each stored one time, on the timelines of whom it is from and to."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.sales import answers, letters
from petitcrm.store.bulk import Bulk
from petitcrm.store.journal import dumps
from petitcrm.store.queries import mail as queries
from petitcrm.store.queries import outbox
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.letters import Letter

SYNCED = "mail.synced"


class Place(Row):
    """Where a mail lies: `uid` is its number in the folder, 0 where places are no numbers."""

    account: str
    folder: str
    validity: str
    place: str
    uid: int = 0


class Arrived(Row):
    """One mail that was found: where, and what it says; or the `problem` that nothing of it can be read for."""

    place: Place | None
    letter: Letter | None
    problem: str = ""


class Received(Row):
    """What became of a batch: `stored` new mails, of which some are of known contacts, some of nobody known.

    `ids` are those of the mails in the order in which they were given, None for what could not be read.
    """

    seen: int
    stored: int
    known: int
    unmatched: int
    failed: int
    ids: tuple[int | None, ...]


def receive(
    crm: Crm,
    arrived: Sequence[Arrived],
    ours: Iterable[str],
    *,
    ignored: Iterable[str] = (),
    account: str = "",
) -> Received:
    """Store a batch of mails in one gesture: copies, mails, events on timelines, answers owed and answers given.

    `ours` are the addresses that are from us. A mail that is known (by its Message-ID) is not stored again, and a place
    that was read is passed over: the same batch twice changes nothing. Mails that cannot be read leave their place and
    problem.
    """
    if crm.journal is None:
        raise RuntimeError("this CRM was opened to read")
    batch = _Batch(crm, frozenset(ours), frozenset(ignored))
    try:
        return batch.take(arrived, account)
    finally:
        batch.bulk.leave()


class _Mail(Row):
    """A new mail with what the base makes of it."""

    id: int
    letter: Letter
    thread: str
    direction: str
    parties: list[tuple[str, str, str]]
    contacts: dict[int, queries.Whose]


class _Batch:
    def __init__(self, crm: Crm, ours: frozenset[str], ignored: frozenset[str]) -> None:
        assert crm.journal is not None
        self.crm = crm
        self.ours = ours
        self.ignored = ignored
        self.bulk = Bulk(crm.connection, crm.journal, SYNCED)
        self.by_name: dict[str, queries.Known] = {}
        self.contacts: dict[str, queries.Whose] = {}
        self.firms: dict[str, int] = {}
        self.deals: dict[int, list[queries.OpenDeal]] = {}
        self.leads: dict[int, list[queries.Unanswered]] = {}
        self.states = {"known": 0, "unmatched": 0, "quiet": 0, "ignored": 0}
        self.moved: dict[int, str] = {}
        self.loose: list[str] = []
        self.by_program: set[str] = set()

    def take(self, arrived: Sequence[Arrived], account: str) -> Received:
        fresh = self._not_read(arrived)
        told = [one.letter for one in fresh if one.letter]
        self._look_up(told)
        new: list[_Mail] = []
        ids: dict[int, int | None] = {}
        for one in sorted(fresh, key=lambda one: one.letter.at if one.letter else ""):
            ids[id(one)] = self._store(one, new)
        self._write_down(new)
        result = Received(
            len(fresh), len(new), self.states["known"], self.states["unmatched"],
            sum(1 for one in fresh if one.letter is None), tuple(ids.get(id(one)) for one in arrived),
        )  # fmt: skip
        if self.bulk.has_changes:
            self.bulk.close({"account": account, "read": len(new)}, self.loose)
        return result

    # ------------------------------------------------------------------------------------------------ what is known

    def _not_read(self, arrived: Sequence[Arrived]) -> list[Arrived]:
        """Leave out what was read before, by this run or by another one meanwhile."""
        folders = {one.place[:3] for one in arrived if one.place}
        read = {
            (*folder, place)
            for folder in folders
            for place in queries.placed(
                self.crm,
                *folder,
                [one.place.place for one in arrived if one.place and one.place[:3] == folder],
            )
        }
        fresh = []
        for one in arrived:
            key = one.place[:4] if one.place else None
            if key not in read:
                fresh.append(one)
            if key:
                read.add(key)
        return fresh

    def _look_up(self, told: Sequence[Letter]) -> None:
        """Ask the base once for what all these mails have to do with it."""
        names = {name for letter in told for name in (letter.message_id, *letters.ancestors(letter)) if name}
        names |= {_own_name(letter) for letter in told}
        self.by_name = {one.message_id: one for one in queries.by_message_id(self.crm, sorted(names))}
        mine = [letter.message_id for letter in told if letters.is_ours(letter, self.ours)]
        self.by_program = outbox.by_program(self.crm, mine)
        addresses = {
            address
            for letter in told
            for _name, address in (letter.sender, *letter.reply_to, *letter.to, *letter.cc)
            if address and address not in self.ours
        }
        listed = sorted(addresses)
        for whose in reversed(list(queries.contacts_at(self.crm, listed))):
            self.contacts[whose.address] = whose
        unknown = [address for address in listed if address not in self.contacts]
        self.firms = {whose.address: whose.id for whose in queries.companies_at(self.crm, unknown)}
        ids = sorted({whose.id for whose in self.contacts.values()})
        for deal in queries.open_deals(self.crm, ids):
            self.deals.setdefault(deal.contact_id, []).append(deal)
        for lead in queries.unanswered_leads(self.crm, ids):
            self.leads.setdefault(lead.contact_id, []).append(lead)

    # ------------------------------------------------------------------------------------------------ what is stored

    def _store(self, one: Arrived, new: list[_Mail]) -> int | None:
        """Store a mail, unless it is known, with where it lies."""
        row_id = None
        if one.letter:
            letter = _bounded(one.letter, self.crm.now_text)
            known = self._same(letter)
            row_id = known.id if known else self._new(letter, new)
        if one.place:
            self.bulk.insert(
                "mail_copies", {**one.place._asdict(), "message_id": row_id, "problem": one.problem}
            )
        return row_id

    def _same(self, letter: Letter) -> queries.Known | None:
        """Return the mail of the base that this one is; its Message-ID on another mail is a forgery, or a fault."""
        for name in (letter.message_id, _own_name(letter)):
            known = self.by_name.get(name) if name else None
            if known and (
                name != letter.message_id
                or known.at == letter.at
                or (known.sender == letter.sender[1] and known.subject == letter.subject)
            ):
                return known
        return None

    def _new(self, letter: Letter, new: list[_Mail]) -> int:
        row_id = self.bulk.reserve("messages", 1)
        name = letter.message_id if letter.message_id not in self.by_name else ""
        name = name or _own_name(letter)
        thread = next(
            (self.by_name[one].thread for one in letters.ancestors(letter) if one in self.by_name), ""
        ) or next(iter(letters.ancestors(letter)), name)
        self.by_name[name] = queries.Known(name, row_id, thread, letter.at, letter.subject, letter.sender[1])
        parties = letters.parties(letter, ours=self.ours, known=self.contacts)
        is_out = letters.is_ours(letter, self.ours)
        mine = {
            self.contacts[address].id: self.contacts[address]
            for role, _name, address in parties
            if address in self.contacts and not (is_out and role == "from")
        }
        new.append(
            _Mail(row_id, letter._replace(message_id=name), thread, "out" if is_out else "in", parties, mine)
        )
        return row_id

    def _write_down(self, new: list[_Mail]) -> None:
        self._join_threads(new)
        tasks = self._answers(new)
        for mail in new:
            state = self._state(mail)
            self.states[state] += 1
            row = _row(self._bare(mail), state, tasks.owed.get(mail.id), self.crm.now_text)
            self.bulk.insert("messages", row | {"expects_none": int(self._is_by_program(mail))})
            for role, name, address in mail.parties:
                whose = self.contacts.get(address)
                is_us = mail.direction == "out" and role == "from"
                self.bulk.insert(
                    "correspondents",
                    {
                        "message_id": mail.id, "role": role, "name": name, "address": address,
                        "contact_id": whose.id if whose and not is_us else None,
                    },
                )  # fmt: skip
            self._tell(mail, tasks)

    def _bare(self, mail: _Mail) -> _Mail:
        """Return a mail as it is kept: of the day that we tell ourselves by mail nothing, it is all in the base."""
        is_alone = mail.direction == "out" and not any(role in ("to", "cc") for role, *_who in mail.parties)
        if is_alone and mail.letter.is_automatic and outbox.is_day(self.crm, mail.letter.message_id):
            return mail._replace(letter=mail.letter._replace(text=""))
        return mail

    def _join_threads(self, new: list[_Mail]) -> None:
        """Let mails that were read before the one they answer be of its thread."""
        beginnings = {
            mail.letter.message_id: mail.thread for mail in new if mail.thread != mail.letter.message_id
        }
        if not beginnings:
            return
        for place, mail in enumerate(new):
            thread = mail.thread
            while thread in beginnings and beginnings[thread] != thread:
                thread = beginnings.pop(thread)
            if thread != mail.thread:
                new[place] = mail._replace(thread=thread)
        for row_id, thread in queries.threaded_under(self.crm, beginnings):
            self.loose.append(self.bulk.update("messages", row_id, {"thread": (thread, beginnings[thread])}))

    def _state(self, mail: _Mail) -> str:
        if mail.contacts or self._firm(mail):
            return "known"
        letter = mail.letter
        others = [
            address
            for role, _name, address in mail.parties
            if not (mail.direction == "out" and role == "from")
        ]
        if letter.is_automatic or letter.is_bulk or not others:
            return "quiet"
        named = {*others[:1], others[0].rpartition("@")[2]}
        return "ignored" if named & self.ignored else "unmatched"

    def _firm(self, mail: _Mail) -> int | None:
        """Return the company of which an address is, where nobody of it has it."""
        for role, _name, address in mail.parties:
            if address in self.firms and not (mail.direction == "out" and role == "from"):
                return self.firms[address]
        return None

    # ---------------------------------------------------------------------------------------------- what follows it

    def _answers(self, new: list[_Mail]) -> answers.Outcome:
        """Find which of the new mails are to be answered, and which tasks of answering they end."""
        since = answers.since(self.crm)
        received = [
            answers.Owed(
                _told(mail, "from", "reply_to"), whose.id, whose.company_id, whose.owner_id,
                self._only_deal(whose.id, mail),
            )
            for mail in new
            if (whose := self._writer(mail)) and mail.letter.at >= since
        ]  # fmt: skip
        sent = [
            _told(mail, "to", "cc")
            for mail in new
            if mail.direction == "out" and _is_human(mail) and not self._is_by_program(mail)
        ]
        return answers.settle(self.crm, self.bulk, received, sent)

    def _is_by_program(self, mail: _Mail) -> bool:
        """Tell whether the program wrote a mail, whose copy is read before how it left is noted."""
        return mail.direction == "out" and mail.letter.message_id in self.by_program

    def _writer(self, mail: _Mail) -> queries.Whose | None:
        """Return the contact to whom an answer is owed."""
        if mail.direction == "out" or not _is_human(mail) or not letters.is_for_us(mail.letter, self.ours):
            return None
        told = [mail.letter.sender[1], *(address for _name, address in mail.letter.reply_to)]
        return next((self.contacts[address] for address in told if address in self.contacts), None)

    def _only_deal(self, contact_id: int, mail: _Mail) -> int | None:
        """Return the open deal that an exchange is about, where the contact has one alone, opened by then."""
        found = self.deals.get(contact_id, ())
        return found[0].id if len(found) == 1 and found[0].created_at <= mail.letter.at else None

    def _tell(self, mail: _Mail, tasks: answers.Outcome) -> None:
        """Put a mail on the timeline of each of its contacts, or of its company; an act each."""
        ended = list(tasks.ended.get(mail.id, ()))
        for whose in mail.contacts.values():
            mine = [one for one in ended if one.contact_id == whose.id]
            ended = [one for one in ended if one.contact_id != whose.id]
            deal_id = self._only_deal(whose.id, mail)
            subjects = {"contact_id": whose.id, "company_id": whose.company_id, "deal_id": deal_id}
            self._event(mail, subjects, mine, self._touch(whose.id, mail))
        for one in ended:
            self._event(mail, {"contact_id": one.contact_id, "company_id": one.company_id}, [one], [])
        firm = None if mail.contacts else self._firm(mail)
        if firm:
            self._event(mail, {"company_id": firm}, [], [])

    def _event(
        self, mail: _Mail, subjects: dict[str, int | None], ended: list[answers.Ended], changes: list[str]
    ) -> None:
        at = mail.letter.at
        for one in ended:
            done = {"done_at": (None, at), "outcome": ("", "answered")}
            changes.append(self.bulk.update("tasks", one.task_id, done))
            self.bulk.reindex("task", one.task_id)
        told: dict[str, Any] = {"subject": mail.letter.subject, "message": f"m{mail.id}"}
        if ended:
            told["answers"] = f"t{ended[0].task_id}"
        self.bulk.event(
            "mail.received" if mail.direction == "in" else "mail.sent", changes, at=at, text=mail.letter.text,
            details=dumps(told), source="mail", user_id=None, task_id=ended[0].task_id if ended else None, **subjects,
        )  # fmt: skip

    def _touch(self, contact_id: int, mail: _Mail) -> list[str]:
        """Restart the clocks of silence that a person's mail restarts, forward only; what we write answers leads."""
        if not _is_human(mail):
            return []
        at, changes = mail.letter.at, []
        for deal in self.deals.get(contact_id, ()):
            known = self.moved.get(deal.id, deal.touched_at)
            if known < at:
                changes.append(self.bulk.update("deals", deal.id, {"touched_at": (known, at)}))
                self.bulk.reindex("deal", deal.id)
                self.moved[deal.id] = at
        if mail.direction == "out":
            waiting = self.leads.get(contact_id, [])
            for lead in [one for one in waiting if one.created_at <= at]:
                changes.append(self.bulk.update("leads", lead.id, _taken_up(lead, at, self.crm.now_text)))
                waiting.remove(lead)
        return changes


def _taken_up(lead: queries.Unanswered, at: str, now_text: str) -> dict[str, tuple[Any, Any]]:
    """Return what an answer makes of a lead: its clock stops, and what was new is in hand."""
    changed: dict[str, tuple[Any, Any]] = {"answered_at": (None, at)}
    if lead.state == "new":
        changed |= {"state": ("new", "working")}
        changed |= {"state_at": (lead.state_at, now_text)} if lead.state_at != now_text else {}
    return changed


def _is_human(mail: _Mail) -> bool:
    return not (mail.letter.is_automatic or mail.letter.is_bulk)


def _told(mail: _Mail, *roles: str) -> letters.Told:
    addresses = frozenset(address for role, _name, address in mail.parties if role in roles)
    return letters.Told(mail.id, mail.thread, mail.letter.at, mail.letter.subject, addresses)


def _own_name(letter: Letter) -> str:
    """Return the name of a mail that has none, or that goes by the name of another one."""
    return f"<{letter.digest}@none.invalid>" if letter.digest else ""


def _bounded(letter: Letter, now_text: str) -> Letter:
    """Return a mail as the base may keep it: no more than it can hold, nothing that is still to come."""
    name = clean(letter.message_id)
    return letter._replace(
        message_id=name if len(name) <= letters.LONGEST_NAME else "",
        at=min(letter.at or now_text, now_text),
        subject=" ".join(clean(letter.subject).split())[: letters.LONGEST_NAME],
        sender=(clean(letter.sender[0]), letter.sender[1]),
        text=clean(letter.text)[: letters.LONGEST_TEXT],
        in_reply_to=clean(letter.in_reply_to)[: letters.LONGEST_NAME],
        references=tuple(clean(one)[: letters.LONGEST_NAME] for one in letter.references),
    )


def _row(mail: _Mail, state: str, task_id: int | None, now_text: str) -> dict[str, Any]:
    letter = mail.letter
    return {
        "id": mail.id, "message_id": letter.message_id, "thread": mail.thread, "in_reply_to": letter.in_reply_to,
        "refs": dumps(list(letters.ancestors(letter))), "direction": mail.direction, "state": state, "at": letter.at,
        "recorded_at": now_text, "subject": letter.subject, "text": letter.text, "attachments": letter.attachments,
        "is_automatic": int(letter.is_automatic), "is_bulk": int(letter.is_bulk), "task_id": task_id,
    }  # fmt: skip
