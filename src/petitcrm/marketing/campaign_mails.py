"""The people of a campaign become mails that are about to leave, and mails that have left, hundreds at a time.

A mail of a campaign holds no text: it is written from the campaign whenever it is looked at. It is nobody's answer and
waits for none: it restarts no clock of silence, and is a line on the timeline of whom it went to.
"""

from __future__ import annotations

import secrets

from petitcrm.formats.emails import domain_of
from petitcrm.marketing import (
    audience,
    campaigning,
    campaigns,
    caps,
    filling,
    identity,
    merge_fields,
    outbox,
    posting_many,
    tokens,
)
from petitcrm.marketing.merging_mail import Layout, Merged, Skeleton
from petitcrm.rows import Row
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store import outgoing, recipients
from petitcrm.store.blanks import blank_row
from petitcrm.store.bulk import Bulk
from petitcrm.store.journal import dumps
from petitcrm.store.queries import campaigns as queries
from petitcrm.store.queries import outbox as mails

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.posting_many import Ended
    from petitcrm.store.beside import Left
    from petitcrm.store.queries.campaigns import Campaign, Waiting
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

LEFT = "mails.left"
_COLUMNS = (
    "account", "contact_id", "address", "name", "subject", "body", "template", "purpose", "occasion", "owner_id",
    "created_at", "due_at", "state", "claimed_by", "claimed_at", "message_id", "intent_at", "tries", "campaign_id",
    "step",
)  # fmt: skip


_OCCASION = _COLUMNS.index("occasion")


class Draft(Row):
    """A mail that is begun: its row, and what it says."""

    row: Outgoing
    mail: Merged


class _Next(Row):
    """Somebody whose turn it is, the occasion of their mail, and what it says."""

    waiting: Waiting
    occasion: str
    mail: Merged


class Mailing:
    """A campaign on its way by one account; each of its subjects is read once."""

    def __init__(self, crm: Reader, found: Campaign, sender: str) -> None:
        self.found = found
        self.goes_on = True
        self._sender = sender
        self._who = campaigns.identity(crm, sender)
        self.firm = self._who.firm
        self._skeletons: dict[str, Skeleton] = {}
        self._sign: Callable[[str, str, str], str] | None = None

    def begin(
        self, crm: Crm, who: str, known: Callable[[Sequence[str]], dict[str, Left]], most: int
    ) -> list[Draft]:
        """Let the next people have mails that are about to be given to the server; to be committed before it is.

        Whether each may be written to is asked here; who may not, or of whom a field is empty, is left out. Of whom
        the file beside the base knows (`known`) that they had their mail, it is noted and not sent again.
        """
        self._look_again(crm)
        rest = min(most, campaigning.allowance(crm, self.found)) if self.goes_on else 0
        people = (
            queries.next_waiting(crm, self.found.id, is_open=self._is_open, limit=rest) if rest > 0 else []
        )
        self.goes_on = bool(people)
        occasions = {one.id: f"campaign:{self.found.key}:{one.address.lower()}" for one in people}
        left = known(list(occasions.values()))
        settled = self._have_theirs(crm, people, occasions)
        asked = [one for one in people if one.id not in settled and occasions[one.id] not in left]
        ready = self._written(crm, asked, occasions, settled)
        forgotten = [one for one in people if occasions[one.id] in left and one.id not in settled]
        here = queries.still_there(crm, [one.contact_id for one in forgotten])
        settled |= {one.id: ("left_out", "gone", None) for one in forgotten if one.contact_id not in here}
        gone = [_Next(one, occasions[one.id], _NOTHING) for one in forgotten if one.contact_id in here]
        begun = self._insert(crm, who, ready, gone, left)
        settled |= {one.waiting.id: ("mailed", "", begun[one.occasion].id) for one in (*ready, *gone)}
        recipients.settle_all(crm.connection, [(one, *told) for one, told in settled.items()])
        if self.found.purpose != SERVICE and self._sign is None:
            self._sign = tokens.signer(crm, tokens.UNSUBSCRIBE)
        return [Draft(begun[one.occasion], one.mail) for one in ready]

    def token(self, address: str) -> str:
        """Return what the reader of an address leaves by, whose mail is begun; empty where nobody leaves."""
        return self._sign(address, self.found.purpose, "") if self._sign else ""

    def settle(self, crm: Crm, rows: Sequence[Outgoing], ended: Sequence[Ended], who: str) -> dict[int, str]:
        """Note what became of a batch: those that left together, the others one by one; return the states they have."""
        by_id = {row.id: row for row in rows}
        sent = [one for one in ended if one.outcome == posting_many.SENT]
        # Whoever it was for may have been deleted, or merged into another, while the server was spoken to; and a copy
        # that was read meanwhile, or a commit of which nobody heard, may have settled it.
        whose = mails.unsettled(crm, [one.id for one in sent], who)
        news = [(one.id, one.reply.code, one.reply.words) for one in sent if one.id in whose]
        outgoing.settle_sent(crm.connection, who, crm.now_text, news)
        if whose:
            _record(crm, [_of_whom(by_id[number], contact_id) for number, contact_id in whose.items()])
        states = dict.fromkeys((one.id for one in sent), "sent")
        return states | posting_many.settle_all(
            crm, [one for one in ended if one.outcome != posting_many.SENT], who
        )

    @property
    def _is_open(self) -> bool:
        return not self.found.ab_percent or bool(self.found.winner)

    def _look_again(self, crm: Crm) -> None:
        """See whether the campaign was paused meanwhile, or its subject chosen."""
        now = queries.one(crm, self.found.id)
        if now is None or now.state != "sending":
            self.goes_on = False
            return
        self.found = now

    def _have_theirs(
        self, crm: Crm, people: Sequence[Waiting], occasions: dict[int, str]
    ) -> dict[int, tuple[str, str, int | None]]:
        """Return those whose mail is there already, as it may be after two people of one address were made one."""
        there = mails.of_occasions(crm, occasions.values())
        return {
            one.id: ("mailed", "", there[occasions[one.id]]) for one in people if occasions[one.id] in there
        }

    def _written(
        self, crm: Crm, people: Sequence[Waiting], occasions: dict[int, str],
        settled: dict[int, tuple[str, str, int | None]],
    ) -> list[_Next]:  # fmt: skip
        """Write the mails of those who may be written to; note in `settled` why the others are left out."""
        found = self.found
        refused = self._refused(crm, {one.contact_id: one.address for one in people})
        allowed = [one.contact_id for one in people if one.contact_id not in refused]
        values = dict(merge_fields.values_of_all(crm, allowed, found.owner_id, found.lang))
        ready = []
        for one in people:
            if one.contact_id in refused:
                settled[one.id] = ("left_out", refused[one.contact_id], None)
                continue
            try:
                mail = self._skeleton(one.variant or found.winner).fill(values[one.contact_id])
                ready.append(_Next(one, occasions[one.id], mail))
            except filling.Missing:
                settled[one.id] = ("left_out", "empty", None)
        return ready

    def _refused(self, crm: Crm, addresses: Mapping[int, str]) -> dict[int, str]:
        """Return who is not written to as things are now, with the reason: all that was asked when it began, and since.

        Campaigns that leave together have one cap: the mails that the one has begun count for the other.
        """
        verdicts = outbox.verdicts(crm, addresses, self.found.purpose, is_asked_for=False)
        told = dict.fromkeys(outbox.moved(crm, addresses), campaigning.MOVED)
        told |= dict.fromkeys(campaigning.off_its_lists(crm, self.found.id, addresses), campaigning.LEFT_LIST)
        if self.found.purpose != SERVICE:
            told |= {one: audience.CAP for one in caps.full(crm, addresses) if one not in told}
        told |= {one: verdict.reason for one, verdict in verdicts.items() if not verdict.allowed}
        return told | {one: "gone" for one in addresses if one not in verdicts}

    def _skeleton(self, variant: str) -> Skeleton:
        subject = campaigning.subject_of(self.found, variant)
        if subject not in self._skeletons:
            self._skeletons[subject] = Skeleton(subject, self.found.body, self._signed)
        return self._skeletons[subject]

    def _signed(self, body: str) -> str:
        return identity.signed(body, self._who, lang=self.found.lang, purpose=self.found.purpose)

    def _insert(
        self, crm: Crm, who: str, ready: Sequence[_Next], gone: Sequence[_Next], left: dict[str, Left]
    ) -> dict[str, Outgoing]:
        """Add the mails that are begun, and those that left before the base was put back; return them by occasion."""
        now = crm.now_text
        names = self._new_names([one.waiting for one in ready])
        rows = [self._row(who, one, name, now, now) for one, name in zip(ready, names, strict=True)]
        rows += [
            self._row(who, one, left[one.occasion].message_id, left[one.occasion].at, now) for one in gone
        ]
        if not rows:
            return {}
        outgoing.insert_begun(crm.connection, _COLUMNS, rows)
        numbers = mails.of_occasions(crm, [one.occasion for one in (*ready, *gone)])
        begun = _as_they_are(crm, rows, numbers)
        for one in gone:
            self._take_as_left(crm, begun[one.occasion], left[one.occasion], who)
        return begun

    def _take_as_left(self, crm: Crm, row: Outgoing, left: Left, who: str) -> None:
        words = posting_many.words_of(left)
        outcome = posting_many.SENT if left.has_left else posting_many.UNKNOWN
        self.settle(crm, [row], [posting_many.ended(row.id, outcome, words)], who)

    def _row(self, who: str, one: _Next, name: str, at: str, now: str) -> tuple[object, ...]:
        found, waiting = self.found, one.waiting
        return (
            found.account, waiting.contact_id, waiting.address, waiting.name, one.mail.subject or found.subject, "",
            found.key, found.purpose, one.occasion, found.owner_id, now, now, "intent", who, now, name, at, 1,
            found.id, waiting.variant or found.winner,
        )  # fmt: skip

    def _new_names(self, people: Sequence[Waiting]) -> list[str]:
        """Return Message-IDs that nobody else makes."""
        chance, domain = secrets.token_hex(12 * len(people)), domain_of(self._sender)
        return [
            f"<r{one.id}.{chance[24 * place : 24 * place + 24]}@{domain}>" for place, one in enumerate(people)
        ]


def held(crm: Reader, rows: Sequence[Outgoing]) -> list[int]:
    """Return those of some mails whose campaign was paused or called off since they were begun."""
    known = {one: queries.one(crm, one) for one in {row.campaign_id for row in rows if row.campaign_id}}
    going = {one for one, found in known.items() if found and found.state == "sending"}
    return [row.id for row in rows if row.campaign_id and row.campaign_id not in going]


def _of_whom(row: Outgoing, contact_id: int | None) -> Outgoing:
    return row if row.contact_id == contact_id else row._replace(contact_id=contact_id)


_NOTHING = Merged("", Layout(("",), ("",)))


def _as_they_are(
    crm: Reader, rows: Sequence[tuple[object, ...]], numbers: dict[str, int]
) -> dict[str, Outgoing]:
    """Return mails that were just added as the base has them, without asking it for what it was told."""
    blank = blank_row(crm.connection, "outbox")
    values = [blank[name] for name in mails.Outgoing._fields]
    places = [mails.Outgoing._fields.index(name) for name in _COLUMNS]
    found = {}
    for row in rows:
        occasion = str(row[_OCCASION])
        values[0] = numbers[occasion]
        for place, value in zip(places, row, strict=True):
            values[place] = value
        found[occasion] = mails.Outgoing(*values)
    return found


def _record(crm: Crm, rows: Sequence[Outgoing]) -> None:
    """Put mails that left on the timelines, in one act: each is a stored mail, of which an answer is recognised."""
    assert crm.journal is not None
    bulk = Bulk(crm.connection, crm.journal, LEFT)
    try:
        firms = dict(crm.rows(f"SELECT id, company_id FROM contacts WHERE id IN ({_ids(rows)})"))
        ids = range(first := bulk.reserve("messages", len(rows)), first + len(rows))
        now = crm.now_text
        at = [row.intent_at or now for row in rows]
        alike = len(rows)
        bulk.insert_columns(
            "messages", ids,
            {
                "message_id": [row.message_id for row in rows], "thread": [row.message_id for row in rows],
                "direction": ["out"] * alike, "state": ["known"] * alike, "at": at,
                "recorded_at": [now] * alike,
                "subject": [row.subject for row in rows], "is_bulk": [1] * alike, "expects_none": [1] * alike,
            },
        )  # fmt: skip
        first = bulk.reserve("correspondents", alike)
        bulk.insert_columns(
            "correspondents", range(first, first + alike),
            {
                "message_id": list(ids), "role": ["to"] * alike, "name": [row.name for row in rows],
                "address": [row.address for row in rows], "contact_id": [row.contact_id for row in rows],
            },
        )  # fmt: skip
        told = [
            dumps({"subject": row.subject, "message": f"m{one}"}) for one, row in zip(ids, rows, strict=True)
        ]
        bulk.event_all(
            "campaign.mailed",
            {
                "contact_id": [row.contact_id for row in rows], "at": at, "details": told,
                "company_id": [firms.get(row.contact_id) for row in rows],
                "source": ["mail"] * alike, "external_id": [row.message_id for row in rows],
            },
        )  # fmt: skip
        bulk.close({"n": alike})
    finally:
        bulk.leave()


def _ids(rows: Sequence[Outgoing]) -> str:
    from petitcrm.store.queries import listed

    return listed(row.contact_id for row in rows if row.contact_id)
