"""What people do with mails, as the base tells of those that left: what a simulation takes for granted."""

from __future__ import annotations

from datetime import time

from petitcrm.dates import instant_text, local_instant, read_when
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing.flow_simulation import Rates
from petitcrm.sales import habits
from petitcrm.store.queries import sequences as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from petitcrm.config import Config
    from petitcrm.store.reader import Reader
    from petitcrm.working_time import Hours

LEAST = 20
"""Mails that must have left before what people did with them says anything."""


def world(config: Config, on: str) -> tuple[datetime, Hours, Rates]:
    """Return the instant at which a simulation begins, the firm's hours, and the shares of people.

    Without a day: now, and shares that are usual. With one of the past: the shares of the mails that left since.
    """
    from petitcrm.crm import clock, read_crm
    from petitcrm.errors import BaseUnavailable
    from petitcrm.working_time import USUAL

    try:
        with read_crm(config) as crm:
            zone = habits.zone(crm)
            now, hours = crm.now.astimezone(zone), habits.known(crm).hours
            if not on:
                return now, hours, Rates()
            day = read_when(on, now=crm.now, past=True).on
            if day > now.date():
                raise UsageProblem(_("{day} is still to come: a day of the past.", day=day.isoformat()))
            begin = local_instant(day, time(9), zone)
            return begin, hours, since(crm, begin)
    except BaseUnavailable:
        if on:
            raise
        return clock(config.now), USUAL, Rates()


def since(crm: Reader, begin: datetime) -> Rates:
    """Return the shares of people who did something with the mails that left since an instant; usual ones for few."""
    told = queries.done_with_mails(crm, instant_text(begin))
    if told.mails < LEAST:
        raise UsageProblem(
            _("Too few mails left since then to tell what people do: {n}.", n=told.mails),
            advice=_("Without --on the shares are usual ones; --rate opened=40 sets one."),
        )
    rates = Rates()._replace(replied=told.replied / told.mails, measured=told.measured / told.mails)
    if told.measured < LEAST:
        return rates
    opened = min(1.0, told.opened / told.measured)
    return rates._replace(opened=opened, clicked=min(1.0, told.clicked / max(1, told.opened)))
