"""Sending what is due: each mail given to its server once, and what became of it committed before the next batch.

A person, a second window and a program that runs by itself may send at once: each claims what it sends.
"""

from __future__ import annotations

import os
import secrets

from petitcrm.connectors import mail_accounts
from petitcrm.crm import clock, open_crm, read_crm
from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import _
from petitcrm.marketing import outbox, posting, sequence_mails
from petitcrm.marketing.campaigns import identity
from petitcrm.rows import Row
from petitcrm.sales import refusals
from petitcrm.sales.may_contact import SERVICE
from petitcrm.senders import is_dead, me
from petitcrm.store import beside
from petitcrm.store.queries import campaigns
from petitcrm.sync import envelopes
from petitcrm.sync.running import Run, Told, password_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.config import Config
    from petitcrm.connectors.mail_accounts import Account

    Tell = Callable[[Told], None]

__all__ = ["Report", "Told", "account_of", "password_of", "send_due", "take_over", "write_file"]

AT_ONCE = 200
"""Mails claimed at a time: what a sender that dies leaves to be taken over."""


class Report(Row):
    """What a run did. `problems` are servers that could not be spoken to: their mails wait."""

    told: tuple[Told, ...]
    problems: tuple[CrmError, ...]

    def count(self, state: str) -> int:
        """Return how many mails came to a state."""
        return sum(one.state == state for one in self.told)


def send_due(config: Config, *, only: Sequence[int] = (), tell: Tell | None = None, who: str = "") -> Report:
    """Send every mail whose hour has come (or those of `only`), by the server of its account.

    A server that cannot be spoken to is told in `problems`, and its mails wait; the others leave.
    """
    # A connection stays open beside: else each gesture, the last one to leave the base, folds the log into it (3 ms).
    with read_crm(config) as crm:
        take_over(config)
        reconcile(config)
        with beside.opened(crm.connection) as kept:
            return _send(Run(config, who or me(), crm, kept, tell), set(only))


def send_campaigns(config: Config, *, tell: Tell | None = None, who: str = "") -> Report:
    """Send what the campaigns under way may send now, some batches of each, by its account."""
    with read_crm(config) as crm:
        going = [one for one in campaigns.under_way(crm) if one.state == "sending"]
        if not going:
            return Report((), ())
        take_over(config)
        reconcile(config)
        with beside.opened(crm.connection) as kept:
            run = Run(config, who or me(), crm, kept, tell)
            problems = [run.send_campaign(account_of(config, one.account), one) for one in going]
    return Report(tuple(run.told), tuple(one for one in problems if one))


def take_over(config: Config) -> posting.Recovered:
    """Take over what dead senders left; the base is written to only where there is something."""
    with read_crm(config) as crm:
        if not posting.is_any_left(crm, is_dead):
            return posting.Recovered(0, 0)
    with open_crm(config) as crm:
        return posting.recover(crm, is_dead)


def reconcile(config: Config) -> int:
    """Put back the refusals that the base lost with an older copy of it; return how many they were."""
    with read_crm(config) as crm:
        if not beside.is_behind(crm):
            return 0
    with open_crm(config) as crm:
        return refusals.reconcile(crm)


def _send(run: Run, asked: set[int]) -> Report:
    problems: list[CrmError] = []
    while not problems:
        with open_crm(run.config) as crm:
            claimed = posting.claim(crm, run.sender, limit=AT_ONCE, only=asked)
        if not claimed:
            break
        for name in dict.fromkeys(row.account for row in claimed):
            problem = run.send(name, [row for row in claimed if row.account == name])
            problems += [problem] if problem else []
    return Report(tuple(run.told), tuple(problems))


def write_file(config: Config, letter: outbox.Letter, folder: str) -> str:
    """Write a mail to a file of a folder instead of sending it, and nothing to the base; return the path."""
    account = mail_accounts.named(config.file, letter.account)
    message_id = envelopes.new_message_id(0, account.address)
    at = clock(config.now)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    raw = envelopes.raw(account, _as_it_leaves(config, letter, account.address), message_id, at)
    path = os.path.join(folder, f"{at:%Y-%m-%dT%H%M%S}-c{letter.contact_id}-{secrets.token_hex(3)}.eml")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    return path


def _as_it_leaves(config: Config, letter: outbox.Letter, sender: str) -> outbox.Letter:
    if letter.purpose == SERVICE:
        return letter
    with read_crm(config) as crm:
        who = identity(crm, sender)
    return letter._replace(body=sequence_mails.end_of(letter, who))


def account_of(config: Config, name: str, *, leaves: bool = True) -> Account:
    """Return the account that a mail leaves by: the one that is named, or the only one that sends.

    One that only reads will do for a mail that does not leave.
    """
    if name:
        return mail_accounts.named(config.file, name)
    known = mail_accounts.accounts(config.file)
    sending = [one for one in known if one.smtp is not None] or ([] if leaves else list(known))
    if len(sending) == 1:
        return sending[0]
    if not sending:
        raise NotFound(_("No mail account can send yet."), advice="petitcrm mail setup")
    raise NotFound(
        _("Several mail accounts can send: say which by --account."),
        advice=", ".join(one.name for one in sending),
    )
