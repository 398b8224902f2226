"""The mails of sequences: filled for one person, and queued once for each time that a step is come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _, language
from petitcrm.marketing import filling, merge_fields, stepping
from petitcrm.marketing.filling import Filled
from petitcrm.marketing.merge_fields import Subjects
from petitcrm.marketing.wording import escaped, flat
from petitcrm.rows import Row
from petitcrm.sales import consent, habits
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import outbox, sequences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow, Mail, Step
    from petitcrm.marketing.identity import Identity
    from petitcrm.marketing.outbox import Letter
    from petitcrm.store.queries.enrolments import Enrolled
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

    Values = dict[str, dict[str, object]]

LATE = 200
"""Mails that were due more than a day ago that are queued in one run: after days asleep nobody is flooded."""
LEAVES = ("not-allowed", "no-address")
"""Rules by which somebody leaves a sequence, because it can never write to them."""


class Room:
    """How much one run may queue: late mails in all, mails of a sequence in a day, and one to each person."""

    def __init__(self, account: str = "", late: int = LATE) -> None:
        self.account = account
        self._late = late
        self._took: set[int] = set()
        self._days: dict[str, int] = {}

    def refuses(self, crm: Crm, flow: Flow, contact_id: int, *, is_late: bool) -> str:
        """Return why a mail is kept for later: `account`, `person`, `late` or `day`; empty where it may be queued."""
        if not (self.account or flow.account):
            return "account"
        if contact_id in self._took:
            return "person"
        if flow.per_day and self._of_day(crm, flow) >= flow.per_day:
            return "day"
        if is_late:
            if self._late <= 0:
                return "late"
            self._late -= 1
        return ""

    def took(self, crm: Crm, flow: Flow, contact_id: int) -> None:
        """Count a mail that was queued."""
        self._took.add(contact_id)
        if flow.per_day:
            self._days[flow.key] = self._of_day(crm, flow) + 1
            running.remember(crm.connection, f"day:{flow.key}", f"{crm.today} {self._days[flow.key]}")

    def _of_day(self, crm: Crm, flow: Flow) -> int:
        if flow.key not in self._days:
            day, _space, number = sequences.remembered(crm, f"day:{flow.key}").partition(" ")
            self._days[flow.key] = int(number) if day == crm.today else 0
        return self._days[flow.key]


class Queued(Row):
    """A mail of a sequence: its number, and whether it is new."""

    outgoing_id: int | None
    is_new: bool


class _Form:
    """A mail of a sequence, read once however many people it is for."""

    def __init__(self, mail: Mail) -> None:
        subject, body = _("The subject"), _("The body")
        filling.check(mail.subject, where=subject)
        filling.check(mail.body, where=body)
        self._subject, self._body = filling.Prepared(mail.subject, subject), filling.Prepared(mail.body, body)

    def filled(self, values: Values) -> Filled:
        """Return the mail for somebody; `filling.Missing` where a field that it needs is empty."""
        return Filled(flat(self._subject.filled(values, flat)), self._body.filled(values, escaped))


class Sending:
    """Some people to whom mails are due: their addresses, and whether they may be written to, asked for at once."""

    def __init__(
        self, crm: Crm, asked: Sequence[tuple[Enrolled, Step]], flows: Mapping[int, Flow], account: str
    ) -> None:
        people = [one for one, _step in asked]
        self.crm, self.flows, self._account = crm, flows, account
        self._addresses = queries.addresses(crm, [one.contact_id for one in people])
        self._verdicts = {
            purpose: consent.verdicts(
                crm, [one.contact_id for one in people if flows[one.version_id].purpose == purpose], "email", purpose
            )
            for purpose in {flows[one.version_id].purpose for one in people}
        }  # fmt: skip
        self._values = self._known([one for one in people if one.deal_id is None])
        self._forms: dict[tuple[int, str], _Form] = {}
        self._mails = outbox.of_occasions(
            crm,
            [
                occasion_of(flows[one.version_id].key, one.run, step.id, self._addresses[one.contact_id][0])
                for one, step in asked
                if one.contact_id in self._addresses
            ],
        )

    def queue(self, one: Enrolled, step: Step) -> Queued:
        """Queue the mail of a step; RefusedByRule `not-allowed`, `no-address`, or the field that is missing."""
        flow = self.flows[one.version_id]
        address, name = self._address(one, flow)
        occasion = occasion_of(flow.key, one.run, step.id, address)
        if occasion in self._mails:  # of two people of one address, the first has it
            return Queued(self._mails[occasion], is_new=False)
        key, filled = self._written(one, flow, step)
        number = running.queue(
            self.crm.connection,
            {
                "account": step.says("account") or flow.account or self._account,
                "contact_id": one.contact_id, "deal_id": one.deal_id,
                "address": address, "name": name, "subject": filled.subject, "body": filled.body,
                "template": f"{flow.key}/{key}", "purpose": flow.purpose, "occasion": occasion,
                "owner_id": one.owner_id, "created_at": self.crm.now_text, "due_at": self.crm.now_text,
                "enrolment_id": one.id, "step": step.id,
            },
        )  # fmt: skip
        if number is not None:
            self._mails[occasion] = number
        return Queued(number, is_new=number is not None)

    def _written(self, one: Enrolled, flow: Flow, step: Step) -> tuple[str, Filled]:
        """Return the name of the mail of a step, and what it says to somebody."""
        mail = flow.mail(step.says("mail") or step.id)
        if mail is None:
            raise RefusedByRule("no-mail", _("The sequence has no mail “{name}”.", name=step.says("mail")))
        if (one.version_id, mail.key) not in self._forms:
            self._forms[one.version_id, mail.key] = _Form(mail)
        about = Subjects(one.contact_id, one.deal_id, one.owner_id)
        values = self._values.get((one.owner_id, flow.lang), {}).get(one.contact_id)
        if values is None or one.deal_id is not None:
            values = merge_fields.values_of(self.crm, about, flow.lang)
        try:
            return mail.key, self._forms[one.version_id, mail.key].filled(values)
        except filling.Missing as missing:
            raise filling.refusal(self.crm, about, missing) from None

    def _known(self, people: Sequence[Enrolled]) -> dict[tuple[int | None, str], dict[int, Values]]:
        """Return what fields say of those who are in no deal, by whom they belong to and in which language."""
        alike: dict[tuple[int | None, str], list[int]] = {}
        for one in people:
            alike.setdefault((one.owner_id, self.flows[one.version_id].lang), []).append(one.contact_id)
        return {
            (owner_id, lang): dict(merge_fields.values_of_all(self.crm, ids, owner_id, lang))
            for (owner_id, lang), ids in alike.items()
        }

    def _address(self, one: Enrolled, flow: Flow) -> tuple[str, str]:
        found = self._addresses.get(one.contact_id)
        if found is None:
            raise RefusedByRule("no-address", _("They have no e-mail address."))
        verdict = self._verdicts[flow.purpose].get(one.contact_id)
        if verdict is None or not verdict.allowed:
            why = consent.explain(verdict) if verdict else ""
            raise RefusedByRule(
                "not-allowed", _("{address} is not written to: {why}.", address=found[0], why=why)
            )
        return found


def out_of_hours(crm: Crm, rows: Sequence[Outgoing]) -> dict[int, datetime]:
    """Return the mails that are not within the hours of their sequence, and when these begin again.

    They were when they were queued: a server that did not answer, a machine asleep, a person who decides made it later.
    """
    now, hours = crm.now.astimezone(habits.zone(crm)), habits.known(crm).hours
    opens = {number: stepping.opens_at(flow, now, hours) for number, flow in _flows(crm, rows).items()}
    return {number: at for number, at in opens.items() if at > now}


def _flows(crm: Reader, rows: Iterable[Outgoing]) -> dict[int, Flow]:
    """Return the sequence of each mail that is of one, as it was when the person began it."""
    from petitcrm.marketing import sequences

    begun = {row.id: row.enrolment_id for row in rows if row.enrolment_id}
    versions = {one.id: one.version_id for one in queries.some(crm, set(begun.values()))}
    flows = sequences.flows_of(crm, set(versions.values()))
    return {number: flows[versions[one]] for number, one in begun.items() if one in versions}


def with_ends(crm: Reader, rows: Sequence[Outgoing], sender: str) -> list[Outgoing]:
    """Return mails as they leave: offers, of sequences or by hand, say who writes, and how to receive no more.

    Added on the way, so that a timeline holds what was written, and the firm is where it is on that day. A mail of a
    campaign has it already.
    """
    offers = [row for row in rows if row.purpose != SERVICE and not row.campaign_id]
    if not offers:
        return list(rows)
    from petitcrm.marketing import campaigns

    langs = {number: flow.lang for number, flow in _flows(crm, offers).items()}
    who = campaigns.identity(crm, sender)
    ended = {row.id: end_of(row, who, langs.get(row.id, "")) for row in offers}
    return [row._replace(body=ended.get(row.id, row.body)) for row in rows]


def end_of(mail: Outgoing | Letter, who: Identity, lang: str = "") -> str:
    """Return the body of an offer with what ends it: who writes, and how to receive no more."""
    from petitcrm.marketing import identity

    spoken = lang or language()
    return identity.signed(mail.body, who, lang=spoken, purpose=mail.purpose, is_markdown=bool(mail.template))


def occasion_of(key: str, run: int, step: str, address: str) -> str:
    """Return why a mail of a sequence is sent: two of the same never leave, whatever backup is restored."""
    return f"sequence:{key}:{run}:{step}:{address.lower()}"
