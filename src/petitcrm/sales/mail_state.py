"""How the reading of mail goes, in a sentence: what fails, what is behind, what has not been looked at for long."""

from __future__ import annotations

from datetime import timedelta

from petitcrm.dates import instant_text
from petitcrm.i18n import _, ngettext
from petitcrm.store.queries import mail as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.mail import Watched

STALE_HOURS = 24


def troubles(crm: Crm) -> list[str]:
    """Return a sentence for each account of which the mail does not all arrive; none where all is well."""
    return list(_troubles(crm).values())


def late(crm: Crm) -> str:
    """Return in a few words whose mail does not all arrive; an empty text where all does."""
    names = ", ".join(_troubles(crm))
    return _("Mail is late: {accounts}", accounts=names) if names else ""


def _troubles(crm: Crm) -> dict[str, str]:
    by_account: dict[str, list[Watched]] = {}
    for one in queries.mailboxes(crm):
        by_account.setdefault(one.account, []).append(one)
    told = {account: trouble(crm, account, folders) for account, folders in by_account.items()}
    return {account: words for account, words in told.items() if words}


def trouble(crm: Crm, account: str, folders: list[Watched]) -> str:
    """Return what is wrong with the reading of one account; an empty text where nothing is."""
    failing = next((one for one in folders if one.failures), None)
    if failing:
        words = ngettext(
            "Mail of {account} fails ({n} time): {problem}", "Mail of {account} fails ({n} times): {problem}",
            failing.failures, account=account, problem=failing.problem,
        )  # fmt: skip
        return words.rstrip(".")
    behind = sum(one.behind for one in folders)
    if behind:
        return ngettext(
            "Mail of {account}: {n} message is still to be read",
            "Mail of {account}: {n} messages are still to be read",
            behind,
            account=account,
        )
    checked = max(one.checked_at for one in folders)
    if checked < instant_text(crm.now - timedelta(hours=STALE_HOURS)):
        days = max((crm.now.date() - crm.local(checked).date()).days, 1) if checked else 0
        return ngettext(
            "Mail of {account} was last looked at {n} day ago",
            "Mail of {account} was last looked at {n} days ago",
            days,
            account=account,
        )
    return ""


def advice() -> str:
    """Return what to do about it."""
    return _(
        "petitcrm mail status says more; petitcrm mail sync reads again; an account that is no more:"
        " petitcrm mail status --forget NAME."
    )
