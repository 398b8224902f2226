"""Campaigns on their way: what is due begins, mails are handed to the outbox at their pace, and leave."""

from __future__ import annotations

from petitcrm.connectors import mail_accounts, mail_writer, smtp
from petitcrm.connectors.mail_addresses import Address
from petitcrm.crm import clock, open_crm, read_crm
from petitcrm.errors import CrmError, NetworkFailed, RefusedByRule
from petitcrm.i18n import _
from petitcrm.marketing import campaigning
from petitcrm.marketing.campaigning import Tended
from petitcrm.marketing.wording import Wording
from petitcrm.rows import Row
from petitcrm.store.queries import campaigns as queries
from petitcrm.sync import sending
from petitcrm.sync.running import password_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.config import Config
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.marketing.filling import Filled
    from petitcrm.sync.sending import Told


class Mailed(Row):
    """What a run did with campaigns, how many mails it handed over, what became of them, and which servers failed."""

    tended: Tended
    handed_over: int
    states: dict[str, int]
    problems: tuple[CrmError, ...]


def tend(config: Config) -> Tended:
    """Let campaigns do what they do by themselves, but for the sending; nothing is written where there are none."""
    with read_crm(config) as crm:
        if not queries.under_way(crm) and not queries.resting_with_mails(crm):
            return Tended()
    with open_crm(config, who="campaigns") as crm:
        return campaigning.tend(crm)


def send(config: Config, *, tell: Callable[[Told], None] | None = None) -> Mailed:
    """Send what campaigns have to send now, round after round, until nothing more may leave at this hour.

    Mails that a person wrote go before, at each round.
    """
    whole, handed_over = tend(config), 0
    states: dict[str, int] = {}
    problems: tuple[CrmError, ...] = ()
    while not problems:
        report = sending.send_due(config, tell=tell)
        more = sending.send_campaigns(config, tell=tell)
        handed_over += len(more.told)
        for one in (*report.told, *more.told):
            states[one.state] = states.get(one.state, 0) + 1
        problems = (*report.problems, *more.problems)
        whole = campaigning.together((whole, tend(config)))
        if not report.told and not more.told:
            break
    return Mailed(whole, handed_over, states, problems)


def try_out(config: Config, account: Account, mail: Filled, to: str) -> None:
    """Send one mail of a campaign to an address of ours, marked as a trial: nothing of it is kept in the base.

    RefusedByRule (`not-ours`) for any other address, NetworkFailed where the server does not take it.
    """
    known = {one.lower(): one for each in mail_accounts.accounts(config.file) for one in each.addresses}
    if to.lower() not in known:
        raise RefusedByRule(
            "not-ours", _("{address} is no address of ours: a trial goes to one of them.", address=to),
            advice=", ".join(known.values()),
        )  # fmt: skip
    wording = Wording(mail.body, is_markdown=True)
    raw = mail_writer.write(
        mail_writer.Letter(
            message_id=mail_writer.new_message_id(account.address), at=clock(config.now),
            sender=Address(account.sender, account.address), to=Address("", known[to.lower()]),
            subject=_("[Trial] {subject}", subject=mail.subject), text=wording.text, html=wording.page,
            is_automatic=True,
        )
    )  # fmt: skip
    session = smtp.opened(account, password_of(account))
    try:
        answer = session.deliver(account.address, known[to.lower()], raw, lambda: True)
    finally:
        session.close()
    if answer.outcome != smtp.SENT:
        raise NetworkFailed(_("The server did not take it: {why}", why=answer.words))
