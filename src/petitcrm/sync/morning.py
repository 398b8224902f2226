"""The day by mail, each morning on which the firm works, to the address of an account that wants it (`morning = true`).

It is written as it leaves, and kept nowhere: the base knows that it left, once, and nothing of what it said.
"""

from __future__ import annotations

from datetime import date

from petitcrm.connectors import mail_accounts
from petitcrm.crm import open_crm, read_crm
from petitcrm.dates import show_long_day
from petitcrm.i18n import _
from petitcrm.marketing import brakes, outbox
from petitcrm.sales import agenda, habits
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store import running
from petitcrm.store.queries import outbox as queries
from petitcrm.working_time import is_working_day

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.sales.agenda import Day
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

OF_EACH = 20
"""How many things of one section are told."""


def queue(config: Config) -> int:
    """Let the day of who runs this leave by the accounts that want it, within the first hours of work of a day.

    Once a day for each account; a day on which nothing is to be done is not told. Return how many mails are new.
    """
    wanted = [one for one in mail_accounts.accounts(config.file) if one.morning]
    if not wanted:
        return 0
    with read_crm(config) as crm:
        waiting = [
            one for one in wanted if not queries.has_occasion(crm, _occasion(crm, config.user, one.address))
        ]
        if not waiting or not _is_morning(crm) or not text(crm, crm.user_id):
            return 0
    with open_crm(config, who="tick") as crm:
        return sum(_queue(crm, config.user, one) for one in waiting)


def written(crm: Crm, rows: Iterable[Outgoing]) -> list[Outgoing]:
    """Return mails as they leave: those to ourselves say the day as it is now."""
    return [
        row._replace(body=text(crm, row.owner_id) or _("Nothing to do: the day is yours."))
        if outbox.is_to_ourselves(row)
        else row
        for row in rows
    ]


def text(crm: Crm, owner_id: int | None) -> str:
    """Return the day of somebody as `petitcrm today` says it, plain; empty where there is nothing to do."""
    day = agenda.day(crm, owner_id=owner_id, limit=OF_EACH)
    troubles = [*agenda.mail_troubles(crm), *brakes.stopped(crm)]
    more = [_("There is more: petitcrm today --limit 1000")] if day.cut else []
    told = [*_lines(day), *(["", *troubles] if troubles else []), *(["", *more] if more else [])]
    return "\n".join(told) + "\n" if day.items or troubles else ""


def _lines(day: Day) -> list[str]:
    on = date.fromisoformat(day.on)
    lines, section = [show_long_day(on)], ""
    for item in day.items:
        if item.section != section:
            section = item.section
            lines += ["", _(agenda.SECTIONS[section])]
        when = agenda.when(item, on)
        said = " ".join(agenda.with_place(item).split())
        lines.append(f"  {when} · {said}" if when else f"  {said}")
    return lines


def _is_morning(crm: Reader) -> bool:
    hours = habits.known(crm).hours
    begin, end = hours.spans[0]
    return begin <= crm.now.time() < end and is_working_day(crm.now.date(), hours)


def _occasion(crm: Crm, user: str, address: str) -> str:
    return f"{queries.DAY}{crm.today}:{user}:{address.lower()}"


def _queue(crm: Crm, user: str, account: mail_accounts.Account) -> bool:
    told = {
        "account": account.name, "contact_id": None, "deal_id": None, "address": account.address,
        "name": account.sender, "subject": _("Your day, {day}", day=show_long_day(crm.now.date())), "body": "",
        "template": "", "purpose": SERVICE, "occasion": _occasion(crm, user, account.address),
        "owner_id": crm.user_id, "created_at": crm.now_text, "due_at": crm.now_text, "enrolment_id": None, "step": "",
    }  # fmt: skip
    return running.queue(crm.connection, told) is not None
