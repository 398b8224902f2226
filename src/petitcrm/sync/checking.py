"""Trying a mail account: whether its servers are reached, believed, and let us in; nothing is sent, nothing is read."""

from __future__ import annotations

from petitcrm.connectors import mail_passwords, smtp
from petitcrm.errors import CrmError
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_passwords import Secret


class Checked(Row):
    """One thing that was tried: `what` is `password`, `imap` or `smtp`."""

    what: str
    works: bool
    words: str
    advice: str = ""


def check(account: Account, secret: Secret | None = None) -> tuple[Checked, ...]:
    """Try what an account needs, in order; a password that was just typed may be given."""
    if secret is None:
        try:
            secret = mail_passwords.password(account)
        except CrmError as problem:
            if not _needs_none(account):
                return (Checked("password", False, problem.message, problem.advice),)
    found = []
    if account.server is not None and secret is not None:
        found.append(_imap(account, secret))
    if account.smtp is not None:
        found.append(_smtp(account, secret))
    return tuple(found)


def _needs_none(account: Account) -> bool:
    return account.server is None and account.smtp is not None and not account.smtp.security


def _imap(account: Account, secret: Secret) -> Checked:
    from petitcrm.connectors.imap import Imap

    try:
        with Imap(account, secret) as box:
            sent = box.sent_folder()
    except (CrmError, OSError) as problem:
        return _failed("imap", problem)
    return Checked(
        "imap",
        True,
        _("sent mail is in “{folder}”", folder=safe(sent)) if sent else _("no folder of sent mail"),
    )


def _smtp(account: Account, secret: Secret | None) -> Checked:
    try:
        smtp.opened(account, secret).close()
    except (CrmError, OSError) as problem:
        return _failed("smtp", problem)
    return Checked("smtp", True, _("lets us in"))


def _failed(what: str, problem: CrmError | OSError) -> Checked:
    if isinstance(problem, CrmError):
        return Checked(what, False, problem.message, problem.advice)
    return Checked(what, False, safe(str(problem)))
