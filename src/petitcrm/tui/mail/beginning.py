"""A mail that is begun in the interface: what is known of whom it is for, and the mail that it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import NotFound
from petitcrm.i18n import N_, _
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.marketing.outbox import Attached, Letter
    from petitcrm.store.queries.outbox import Answered
    from petitcrm.store.queries.templates import Template

PURPOSES = {
    "service": N_("an answer, or what they asked for"),
    "prospecting": N_("a commercial offer"),
    "newsletter": N_("a newsletter"),
}
"""What a mail may be written for, as its writer chooses; the rule of consent is asked for that."""


class Begun(Row):
    """Whom a mail is for and what it is about; `accounts` are those that can send."""

    contact_id: int
    name: str
    deal_id: int | None
    task_id: int | None
    answered: Answered | None
    addresses: list[str]
    accounts: list[Account]
    subject: str


class Told(Row):
    """What was chosen for a mail, beside its text."""

    address: str = ""
    account: str = ""
    purpose: str = "service"
    template: str = ""
    files: tuple[Attached, ...] = ()


def begin(
    crm: Crm, path: str, contact_id: int, about: tuple[int | None, int | None], message_id: int | None
) -> Begun:
    """Return what a mail to a contact begins with; NotFound where no account of this machine can send."""
    from petitcrm.connectors import mail_accounts
    from petitcrm.marketing import composing
    from petitcrm.store.queries import contacts

    accounts = [one for one in mail_accounts.accounts(path) if one.smtp is not None]
    if not accounts:
        raise NotFound(_("No mail account can send yet."), advice="petitcrm mail setup")
    answered = (
        composing.answered(crm, message_id) if message_id is not None and _is_in(crm, message_id) else None
    )
    name = contacts.sheet(crm, contact_id).name
    addresses = composing.addresses(crm, contact_id, answered)
    if not addresses:
        raise NotFound(_("{name} has no e-mail address yet: it is a field of their sheet.", name=name))
    subject = composing.subject_of(answered) if answered else ""
    return Begun(contact_id, name, *about, answered, addresses, accounts, subject)


def templates_for(crm: Crm) -> list[Template]:
    """Return the templates that are kept, those of the reader's language first."""
    from petitcrm.i18n import language
    from petitcrm.store.queries import templates

    return sorted(templates.listing(crm), key=lambda one: (one.lang != language(), one.name))


def filled(crm: Crm, template: Template, begun: Begun) -> tuple[str, str]:
    """Return the subject and the text of a template filled for somebody; RefusedByRule names a field that is empty."""
    from petitcrm.marketing import templates
    from petitcrm.marketing.merge_fields import Subjects

    found = templates.preview(crm, template, Subjects(begun.contact_id, begun.deal_id, crm.user_id))
    return found.subject, found.body


def verdict(crm: Crm, begun: Begun, told: Told) -> tuple[bool, str]:
    """Return whether the mail may be sent to this address for this purpose, and why in words."""
    from petitcrm.sales import consent

    found = consent.verdict(crm, begun.contact_id, "email", told.purpose, address=told.address)
    return found.allowed, consent.explain(found)


def letter(begun: Begun, told: Told, subject: str, body: str) -> Letter:
    """Return the mail as it is to leave, signed by its account."""
    from petitcrm.marketing import composing
    from petitcrm.marketing.outbox import Letter
    from petitcrm.marketing.wording import signed

    account = next(one for one in begun.accounts if one.name == told.account)
    answered = begun.answered
    return Letter(
        account=account.name, contact_id=begun.contact_id, address=told.address, subject=" ".join(subject.split()),
        body=signed(body, account.signature), name="".join(one for one in begun.name if one.isprintable()),
        deal_id=begun.deal_id, task_id=begun.task_id, attachments=told.files, template=told.template,
        purpose=told.purpose, in_reply_to=answered.message_id if answered else "",
        refs=composing.references(answered),
    )  # fmt: skip


def wording(mail: Letter) -> str:
    """Return a mail as its reader will see it."""
    from petitcrm.marketing.wording import Wording

    return Wording(mail.body, is_markdown=bool(mail.template)).text


def names(accounts: Sequence[Account]) -> list[str]:
    """Return the names of accounts."""
    return [one.name for one in accounts]


def _is_in(crm: Crm, message_id: int) -> bool:
    """Tell whether a mail was received: to one of ours that waits, one writes again and answers nothing."""
    from petitcrm.store.queries import mail

    return any(one.direction == "in" for one in mail.stored(crm, [message_id]))
