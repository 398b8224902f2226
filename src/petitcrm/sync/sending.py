"""Sending what is due: each mail given to its server once, and what became of it committed before the next.

A person, a second window and a program that runs by itself may send at once: each claims what it sends.
"""

from __future__ import annotations

import os
import secrets
from functools import partial

from petitcrm.connectors import mail_accounts, mail_passwords, smtp
from petitcrm.crm import clock, open_crm, read_crm, utc_text
from petitcrm.errors import CrmError, NetworkFailed, NotFound
from petitcrm.i18n import _
from petitcrm.marketing import outbox, posting
from petitcrm.rows import Row
from petitcrm.senders import is_dead, me
from petitcrm.sync import envelopes
from petitcrm.text import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.config import Config
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.store.queries.outbox import Outgoing

    Tell = Callable[["Told"], None]

AT_ONCE = 50
"""Mails claimed at a time: what a sender that dies leaves to be taken over."""


class Told(Row):
    """What became of one mail: its number, its state now, and what the server or the rule said."""

    id: int
    state: str
    words: str = ""


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
    with read_crm(config):
        take_over(config)
        return _send(config, set(only), tell, who or me())


def take_over(config: Config) -> posting.Recovered:
    """Take over what dead senders left; the base is written to only where there is something."""
    with read_crm(config) as crm:
        if not posting.is_any_left(crm, is_dead):
            return posting.Recovered(0, 0)
    with open_crm(config) as crm:
        return posting.recover(crm, is_dead)


def _send(config: Config, asked: set[int], tell: Tell | None, sender: str) -> Report:
    told: list[Told] = []
    problems: list[CrmError] = []
    while True:
        with open_crm(config) as crm:
            claimed = posting.claim(crm, sender, limit=AT_ONCE, only=asked)
        if not claimed:
            return Report(tuple(told), tuple(problems))
        for name in dict.fromkeys(row.account for row in claimed):
            run = _Run(config, sender, [row for row in claimed if row.account == name], tell)
            problem = run.send(name)
            told += run.told
            if problem:
                problems.append(problem)
        if problems:
            return Report(tuple(told), tuple(problems))


class _Run:
    """Some claimed mails of one account."""

    def __init__(self, config: Config, sender: str, rows: list[Outgoing], tell: Tell | None) -> None:
        self.config, self.sender, self.rows, self._tell = config, sender, rows, tell
        self.told: list[Told] = []
        self._session: smtp.Session | None = None

    def send(self, name: str) -> CrmError | None:
        """Send them all; whatever is raised on the way, what was not given to the server waits again."""
        try:
            account = mail_accounts.named(self.config.file, name)
            for row in self.rows:
                self._send_one(account, row)
        except (CrmError, OSError) as error:
            return error if isinstance(error, CrmError) else NetworkFailed(safe(str(error)))
        finally:
            self._close()
            settled = {one.id for one in self.told}
            with open_crm(self.config) as crm:
                for row in self.rows:
                    if row.id not in settled:
                        posting.release(crm, row.id, self.sender)
        return None

    def _send_one(self, account: Account, row: Outgoing) -> None:
        message_id = row.message_id or envelopes.new_message_id(row.id, account.address)
        try:
            raw = envelopes.raw(account, row, message_id, clock(self.config.now))
        except CrmError as problem:
            self._refused(row, str(problem.message))
            return
        session = self._opened(account)
        stopped: list[str] = []
        answer = session.deliver(
            account.address, row.address, raw, partial(self._may_leave, row.id, message_id, stopped)
        )
        self._settle(row, answer, stopped[0] if stopped else "")
        if answer.is_over or session.left < 1:
            self._close()
        if answer.outcome == smtp.SENT:
            self._copy(account, row, raw)

    def _may_leave(self, outgoing_id: int, message_id: str, stopped: list[str]) -> bool:
        """Commit that the server is about to be given a mail, unless something forbids it now."""
        with open_crm(self.config) as crm:
            reason = posting.intend(crm, outgoing_id, self.sender, message_id)
        stopped += [reason] if reason else []
        return not reason

    def _settle(self, row: Outgoing, answer: smtp.Answer, stopped: str) -> None:
        reply = posting.Reply(answer.code, answer.words, answer.status, answer.is_hard)
        with open_crm(self.config) as crm:
            if answer.outcome == smtp.SENT:
                posting.sent(crm, row.id, self.sender, reply)
            elif answer.outcome == smtp.UNKNOWN:
                posting.unknown(crm, row.id, self.sender, answer.words)
            elif answer.outcome == smtp.REFUSED:
                posting.refuse(crm, row.id, self.sender, reply)
            elif answer.outcome == smtp.LATER:
                posting.put_off(crm, row.id, self.sender, reply)
            state = outbox.of(crm, row.id).state
        self._say(Told(row.id, state, stopped or answer.words))

    def _refused(self, row: Outgoing, words: str) -> None:
        with open_crm(self.config) as crm:
            posting.refuse(crm, row.id, self.sender, posting.Reply(words=words))
        self._say(Told(row.id, "refused", words))

    def _say(self, told: Told) -> None:
        self.told.append(told)
        if self._tell:
            self._tell(told)

    def _opened(self, account: Account) -> smtp.Session:
        if self._session is None:
            self._session = smtp.opened(account, password_of(account))
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _copy(self, account: Account, row: Outgoing, raw: bytes) -> None:
        """Lay a copy into the folder of sent mail; where that fails, the mail is on the timeline all the same."""
        if not account.copy_sent or account.server is None:
            return
        try:
            is_there = envelopes.copy_to_sent(account, raw, utc_text(clock(self.config.now)))
        except (CrmError, OSError) as error:
            self.told[-1] = self.told[-1]._replace(
                words=_("sent; its copy could not be laid into the folder of sent mail: {error}", error=error)
            )
            return
        if is_there:
            with open_crm(self.config) as crm:
                posting.copied(crm, row.id)


def password_of(account: Account) -> mail_passwords.Secret | None:
    """Return the password of an account; None for a server of this machine that may want none."""
    try:
        return mail_passwords.password(account)
    except CrmError:
        if account.smtp is not None and not account.smtp.security:
            return None
        raise


def write_file(config: Config, letter: outbox.Letter, folder: str) -> str:
    """Write a mail to a file of a folder instead of sending it, and nothing to the base; return the path."""
    account = mail_accounts.named(config.file, letter.account)
    message_id = envelopes.new_message_id(0, account.address)
    at = clock(config.now)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    raw = envelopes.raw(account, letter, message_id, at)
    path = os.path.join(folder, f"{at:%Y-%m-%dT%H%M%S}-c{letter.contact_id}-{secrets.token_hex(3)}.eml")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    return path


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
