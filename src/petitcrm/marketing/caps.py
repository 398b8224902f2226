"""How many marketing mails one person gets at most, campaigns and sequences together: the firm's answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from petitcrm.dates import instant_text
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing.stepping import free_at
from petitcrm.sales import habits
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.store.reader import Reader

KEY = "marketing.cap"
USUAL = (2, 7)
"""Mails, days."""


def known(crm: Reader) -> tuple[int, int]:
    """Return how many mails one person gets at most in how many days; 0 mails is no limit."""
    found = settings.beginning(crm, KEY)
    if not found:
        return USUAL
    mails, _slash, days = found[0].value.partition("/")
    return int(mails), int(days)


def say(crm: Crm, told: str) -> bool:
    """Set the limit, written `2/7`: two mails in seven days; empty is the usual one. Tell whether it is another."""
    value = told.strip()
    if value:
        mails, _slash, days = value.partition("/")
        if not (mails.isdigit() and days.isdigit() and int(mails) < 1000 and 0 < int(days) < 1000):
            raise UsageProblem(_("“{value}” is no limit: write 2/7 for two mails in seven days.", value=told))
    before = next(iter(settings.beginning(crm, KEY)), None)
    with crm.act("setting.edited", key=KEY) as act:
        if before is None:
            if value:
                act.insert("settings", key=KEY, value=value)
            return bool(value)
        if not value:
            act.delete("settings", before.id)
            return True
        return act.update("settings", before.id, value=value)


def full(crm: Crm, contact_ids: Iterable[int], at: str = "") -> set[int]:
    """Return those of some contacts who have had as many marketing mails as one gets, now or at a later instant."""
    cap = known(crm)
    if not cap[0]:
        return set()
    then = (max(crm.now, datetime.fromisoformat(at)) if at else crm.now).astimezone(habits.zone(crm))
    found = mailed(crm, contact_ids, cap[1], then)
    return {one for one, left in found.items() if free_at(left, then, [cap]) > then}


def mailed(
    crm: Reader, contact_ids: Iterable[int], days: int, then: datetime | None = None
) -> dict[int, tuple[datetime, ...]]:
    """Return when marketing mails left for some contacts, or are to leave, in so many days before an instant and since.

    Now unless told. A day that the change of the clocks makes longer counts whole: those of one more hour
    are among them.
    """
    found: dict[int, list[datetime]] = {}
    since = instant_text((then or crm.now) - timedelta(days=days, hours=1))
    for contact_id, at in queries.mailed(crm, contact_ids, since):
        found.setdefault(contact_id, []).append(datetime.fromisoformat(at))
    return {contact_id: tuple(sorted(at)) for contact_id, at in found.items()}
