"""What the first screens ask of the base. Nothing of Textual is imported here: they are read while it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.leads.inbox import Inbox
    from petitcrm.sales.agenda import Ahead, Day
    from petitcrm.store.queries.deals import Board

MOST = 200
"""Things of one section that are read: more of them are not a day's work, and are told by a `+`."""
FIRST_CARDS = 40
"""Cards of a column that are read at first; more are, before the cursor or the eye comes to their end."""


class Shown(Row):
    """A day to show (today unless another one was chosen), today, the days to come, what is done."""

    day: Day
    today: Day
    ahead: list[Ahead]
    is_anybody_known: bool
    done: int
    """Tasks ticked off since midnight."""
    mail: str
    """Whose mail does not all arrive, in a few words; empty where all does."""


def day(crm: Crm, on: date | None = None) -> Shown:
    """Return the day of the person who is there, or another of their days, with the number of things of each."""
    from petitcrm.marketing import brakes
    from petitcrm.sales import agenda, mail_state
    from petitcrm.store.queries import contacts

    stopped = brakes.in_short(crm)
    today = agenda.day(crm, owner_id=crm.user_id, limit=MOST)
    is_another = on is not None and on.isoformat() != today.on
    shown = agenda.day(crm, on=on, owner_id=crm.user_id, limit=MOST) if is_another else today
    ahead, done = agenda.ahead(crm, owner_id=crm.user_id), agenda.done_today(crm, owner_id=crm.user_id)
    return Shown(
        shown,
        today,
        ahead,
        contacts.is_anybody_known(crm),
        done,
        " · ".join([*filter(None, [mail_state.late(crm)]), *stopped]),
    )


def funnel(
    crm: Crm, pipeline_id: int | None = None, limits: Mapping[int, int] | None = None, sought: str = ""
) -> Board | None:
    """Return a pipeline, the one that was shown last unless another is chosen, with the first cards of each stage.

    With something `sought`, all its cards are read, and those that answer to it are kept.
    """
    from petitcrm.store.queries import deals, pipelines
    from petitcrm.tui import left

    known = list(pipelines.names(crm))
    wanted = left.read(crm.connection.path).pipeline if pipeline_id is None else pipeline_id
    if not known:
        return None
    shown = wanted if wanted in known else known[0]  # one that was shown may have been undone
    if sought.strip():
        from petitcrm.tui import sifting

        board = sifting.sift(crm, deals.board(crm, shown), sought)
    else:
        board = deals.board(crm, shown, limit=FIRST_CARDS, limits=limits)
    return board._replace(place=known.index(shown), among=len(known))


def greeting(crm: Crm, path: str) -> tuple[str, bool, bool, bool]:
    """Return what the firm is called, whether nothing was ever done in this base, whether it has mail, and marketing.

    `path` is that of the file of choices, which tells the accounts of mail.
    """
    from petitcrm.connectors import mail_accounts
    from petitcrm.errors import CrmError
    from petitcrm.store.queries import audiences, firm, mail

    try:
        has_accounts = bool(mail_accounts.accounts(path))
    except CrmError:  # the screen of mail says what is wrong with the file
        has_accounts = True
    return (
        firm.name(crm),
        firm.is_untouched(crm),
        has_accounts or mail.is_there(crm),
        audiences.is_marketing_there(crm),
    )


def contacts(crm: Crm) -> Any:
    """Return the first contacts by name."""
    from petitcrm.tui.browsing import reading

    return reading.contacts(crm)


def leads(crm: Crm) -> Inbox:
    """Return the leads that wait: those of the person who is there and of nobody."""
    from petitcrm.leads import inbox

    return inbox.read(crm, crm.today, user_id=crm.user_id)


FIRST: dict[str, Callable[[Crm], Any]] = {"day": day, "funnel": funnel, "contacts": contacts, "leads": leads}
"""What each screen asks when it is the first one."""
