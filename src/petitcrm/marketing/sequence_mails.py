"""The mails of sequences: filled for one person, and queued once for each time that a step is come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.marketing import filling
from petitcrm.marketing.merge_fields import Subjects, values_of_all
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow, Step
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
    """A mail of a sequence: its number, and whether it is new; or when it left, as is known beside the base."""

    outgoing_id: int | None
    is_new: bool
    sent_at: str | None = None


class Sending:
    """Some people to whom mails are due: their addresses, and whether they may be written to, asked for at once."""

    def __init__(self, crm: Crm, people: Sequence[Enrolled], flows: Mapping[int, Flow], account: str) -> None:
        self.crm, self.flows, self._account = crm, flows, account
        self._addresses = queries.addresses(crm, [one.contact_id for one in people])
        self._verdicts = {
            purpose: consent.verdicts(
                crm, [one.contact_id for one in people if flows[one.version_id].purpose == purpose], "email", purpose
            )
            for purpose in {flows[one.version_id].purpose for one in people}
        }  # fmt: skip
        self._values = self._known([one for one in people if one.deal_id is None])

    def queue(self, one: Enrolled, step: Step) -> Queued:
        """Queue the mail of a step; RefusedByRule `not-allowed`, `no-address`, or the field that is missing."""
        flow = self.flows[one.version_id]
        address, name = self._address(one, flow)
        occasion = occasion_of(flow.key, one.run, step.id, address)
        mail = flow.mail(step.says("mail") or step.id)
        if mail is None:
            raise RefusedByRule("no-mail", _("The sequence has no mail “{name}”.", name=step.says("mail")))
        known = queries.outgoing_of(self.crm, occasion)
        if known is not None:
            return Queued(known, is_new=False)
        about = Subjects(one.contact_id, one.deal_id, one.owner_id)
        values = self._values.get((one.owner_id, flow.lang), {}).get(one.contact_id)
        filled = filling.fill(self.crm, mail.subject, mail.body, about, language=flow.lang, values=values)
        number = running.queue(
            self.crm.connection,
            {
                "account": step.says("account") or flow.account or self._account,
                "contact_id": one.contact_id, "deal_id": one.deal_id,
                "address": address, "name": name, "subject": filled.subject, "body": filled.body,
                "template": f"{flow.key}/{mail.key}", "purpose": flow.purpose, "occasion": occasion,
                "owner_id": one.owner_id, "created_at": self.crm.now_text, "due_at": self.crm.now_text,
                "enrolment_id": one.id, "step": step.id,
            },
        )  # fmt: skip
        return Queued(number, is_new=True)

    def _known(self, people: Sequence[Enrolled]) -> dict[tuple[int | None, str], dict[int, Values]]:
        """Return what fields say of those who are in no deal, by whom they belong to and in which language."""
        alike: dict[tuple[int | None, str], list[int]] = {}
        for one in people:
            alike.setdefault((one.owner_id, self.flows[one.version_id].lang), []).append(one.contact_id)
        return {
            (owner_id, lang): dict(values_of_all(self.crm, ids, owner_id, lang))
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


def with_ends(crm: Reader, rows: Sequence[Outgoing], sender: str) -> list[Outgoing]:
    """Return mails as they leave: those of sequences that are offers say who writes, and how to receive no more.

    Added on the way, so that a timeline holds what was written, and the firm is where it is on that day.
    """
    offers = {row.enrolment_id for row in rows if row.enrolment_id and row.purpose != SERVICE}
    if not offers:
        return list(rows)
    from petitcrm.marketing import campaigns, identity, sequences

    people = queries.some(crm, offers)
    flows = sequences.flows_of(crm, {one.version_id for one in people})
    langs = {one.id: flows[one.version_id].lang for one in people}
    who = campaigns.identity(crm, sender)
    return [
        row._replace(body=identity.signed(row.body, who, lang=langs[row.enrolment_id], purpose=row.purpose))
        if row.enrolment_id in langs and row.purpose != SERVICE
        else row
        for row in rows
    ]


def occasion_of(key: str, run: int, step: str, address: str) -> str:
    """Return why a mail of a sequence is sent: two of the same never leave, whatever backup is restored."""
    return f"sequence:{key}:{run}:{step}:{address.lower()}"
