"""What somebody agreed to and refused, in words: a line a channel for their sheet, and a line for each thing."""

from __future__ import annotations

from petitcrm.dates import show_day
from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.naming import CHANNELS, PURPOSES
from petitcrm.rows import Row
from petitcrm.sales import address_hashes, consent
from petitcrm.store.queries import consents as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.sales.may_contact import Verdict
    from petitcrm.store.queries.consents import Said

REACHED = {"email": N_("E-mail"), "phone": N_("Phone"), "post": N_("Letter")}
"""How somebody is reached, as a heading."""
ACTS = {
    "given": N_("agreed"), "confirmed": N_("confirmed it"), "withdrawn": N_("took their agreement back"),
    "objected": N_("objected"), "informed": N_("was told that they may object"),
    "professional": N_("is addressed as a professional"), "consumer": N_("is addressed as a private person"),
}  # fmt: skip
_SPOKEN_OF = ("newsletter", "prospecting")


class Standing(Row):
    """Whether somebody may be reached one way for one purpose, and the line of the ledger that decides it."""

    channel: str
    purpose: str
    verdict: Verdict
    proof: Said | None


def standings(crm: Crm, contact_id: int, ledger: Sequence[Said]) -> list[Standing]:
    """Return what may be done by each channel for each purpose that it can have."""
    by_id = {said.id: said for said in ledger}
    asked = [
        consent.Wanted(channel, purpose)
        for channel in CHANNELS
        for purpose in (PURPOSES if channel == "email" else _SPOKEN_OF)
    ]
    verdicts = consent.verdicts_of(crm, contact_id, asked)
    return [Standing(*one, verdict, by_id.get(verdict.proof or 0)) for one, verdict in verdicts.items()]


def in_lines(crm: Crm, contact_id: int) -> list[str]:
    """Return what was agreed to and refused, a line a channel; none where nobody ever said anything about it."""
    ledger = queries.ledger(crm, [contact_id])
    if not ledger and not address_hashes.hash_key(crm):
        return []
    told = [one for one in standings(crm, contact_id, ledger) if _is_said(one)]
    return [
        _of_channel(crm, channel, some)
        for channel in CHANNELS
        if (some := [one for one in told if one.channel == channel and one.purpose in _SPOKEN_OF])
    ]


def _is_said(one: Standing) -> bool:
    return one.proof is not None or one.verdict.reason in ("objected", "withdrawn", "consent", "bounced")


def _of_channel(crm: Crm, channel: str, some: Sequence[Standing]) -> str:
    """Return one channel: once, where all purposes stand alike."""
    name = _(REACHED[channel])
    whys = {(one.verdict.allowed, one.verdict.reason) for one in some}
    if len(whys) == 1 and len(some) == len(_SPOKEN_OF):
        return _("{channel}: {answer}", channel=name, answer=_answer(crm, some[0]))
    told = ", ".join(f"{_(PURPOSES[one.purpose])} {_answer(crm, one)}" for one in some)
    return _("{channel}: {answer}", channel=name, answer=told)


def _answer(crm: Crm, one: Standing) -> str:
    yes_or_no = _("yes") if one.verdict.allowed else _("no")
    why = consent.explain(one.verdict)
    if one.proof is not None:
        on = show_day(crm.local(one.proof.at).date(), today=crm.now.date())
        why = ", ".join(filter(None, (f"{_(ACTS[one.proof.act])} {on}", one.proof.how)))
    return f"{yes_or_no} ({why})"


def read_said(words: str, *, now: datetime) -> datetime:
    """Read when somebody agreed or refused; UsageProblem for what is not surely a date, or still to come."""
    from petitcrm.dates import read_instant

    at = read_instant(words, now=now, past=True)
    said_before(now, at)
    return at


def said_before(now: datetime, at: datetime | None) -> None:
    """Refuse a proof of what nobody can have said yet."""
    if at is not None and at > now:
        told = _(
            "{at} is still to come: nobody has agreed or refused then yet.", at=at.strftime("%Y-%m-%d %H:%M")
        )
        raise UsageProblem(told, advice=_("Say when it was: yesterday, 12/10 2pm. Without --at it is now."))
