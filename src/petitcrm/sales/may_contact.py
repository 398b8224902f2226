"""May we write to somebody, call them, send them a letter, and why: the one rule that every sending goes through.

Sources: article L34-5 of the Code des postes et des communications électroniques (mail), articles L223-1 to L223-6 and
D223-9 of the Code de la consommation (telephone; consent since 11 August 2026), articles 6, 7, 14 and 21 of the GDPR,
and the CNIL's recommendation on tracking pixels (deliberation 2026-042). Not legal advice.
"""

from __future__ import annotations

from datetime import datetime, time

from petitcrm.i18n import N_
from petitcrm.rows import Row
from petitcrm.working_time import Hours, is_working_day

SERVICE = "service"
"""Answering somebody, or carrying out what they asked for: no consent is needed for it."""
MEASURING = ("measure", "visits")

REASONS = {
    "consent": N_("has agreed to it"),
    "customer": N_("is a customer of ours: the like of what they bought may be offered"),
    "professional": N_("is a professional who was told that they may object"),
    "generic": N_("is a firm's address, not a person's"),
    "service": N_("is an answer, or part of what they asked for"),
    "erased": N_("asked to be forgotten"),
    "no-address": N_("no usable address or number"),
    "bounced": N_("the address does not work: mail to it came back"),
    "objected": N_("has objected"),
    "withdrawn": N_("has withdrawn their agreement"),
    "no-consent": N_("has not agreed to it"),
    "free-mail": N_(
        "has the address of a private person: taken as one until you confirm that they are a professional"
    ),
    "not-informed": N_("is a professional who was not told yet that they may object"),
    "unknown": N_("may be a private person or a professional: nobody said"),
    "out-of-hours": N_(
        "private persons are called from Monday to Friday, 10 to 13 and 14 to 20, never on holidays"
    ),
}
"""Why, by a key that never changes."""

CALLING_HOURS = Hours(((time(10), time(13)), (time(14), time(20))))
"""When a private person may be called (article D223-9 of the Code de la consommation)."""


class Facts(Row):
    """What is known of a person for one channel and purpose. Numbers are ids of the lines of the ledger, the proofs.

    `agreed_at` is since when the consent holds. `standing` is `professional` or `consumer` as somebody of the firm
    said, or empty.
    """

    has_address: bool = True
    is_erased: bool = False
    has_bounced: bool = False
    objected: bool = False
    objection: int | None = None
    withdrawal: int | None = None
    consent: int | None = None
    agreed_at: str = ""
    informed: int | None = None
    standing: str = ""
    works_somewhere: bool = False
    is_customer: bool = False
    is_generic: bool = False
    is_free_mail: bool = False


class Verdict(Row):
    """Whether we may, why (a key of `REASONS`), and the line of the ledger that proves it."""

    allowed: bool
    reason: str
    proof: int | None = None


def may_contact(facts: Facts, channel: str, purpose: str, now: datetime, calendar: str = "") -> Verdict:
    """Return whether a person may be reached by `channel` for `purpose` at `now` (aware, on the user's clock)."""
    verdict = _whatever_the_hour(facts, channel, purpose)
    if verdict.allowed and channel == "phone" and purpose != SERVICE and not is_professional(facts):
        hours = CALLING_HOURS._replace(calendar=calendar)
        return verdict if _within(now, hours) else Verdict(False, "out-of-hours", verdict.proof)
    return verdict


def is_professional(facts: Facts) -> bool:
    """Tell whether a person is addressed for their work: as somebody confirmed, or at the address of their firm."""
    if facts.standing:
        return facts.standing == "professional"
    return facts.works_somewhere and not facts.is_free_mail


def _whatever_the_hour(facts: Facts, channel: str, purpose: str) -> Verdict:
    barred = _barred(facts, purpose)
    if barred or purpose == SERVICE:
        return barred or Verdict(True, "service")
    if facts.withdrawal is not None:
        return Verdict(False, "withdrawn", facts.withdrawal)
    if facts.consent is not None:
        return Verdict(True, "consent", facts.consent)
    if purpose in MEASURING:
        return Verdict(False, "no-consent")
    if channel == "email" and facts.is_generic:
        return Verdict(True, "generic")
    if facts.is_customer:
        return Verdict(True, "customer")
    if is_professional(facts):
        # By telephone and letter they are told while they are spoken to; by mail they must have been before.
        told = facts.informed is not None or channel != "email"
        return Verdict(told, "professional" if told else "not-informed", facts.informed)
    if facts.standing == "consumer":
        return Verdict(False, "no-consent")
    return Verdict(False, "free-mail" if facts.works_somewhere and facts.is_free_mail else "unknown")


def _barred(facts: Facts, purpose: str) -> Verdict | None:
    """Return what forbids it whatever else is known; who objects to offers may still be answered."""
    if facts.is_erased:
        return Verdict(False, "erased")
    if not facts.has_address:
        return Verdict(False, "no-address")
    if facts.has_bounced:
        return Verdict(False, "bounced")
    if facts.objected and purpose != SERVICE:
        return Verdict(False, "objected", facts.objection)
    return None


def _within(now: datetime, hours: Hours) -> bool:
    return is_working_day(now.date(), hours) and any(begin <= now.time() < end for begin, end in hours.spans)
