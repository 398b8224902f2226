"""A mail put together from what was typed: to whom, about what, from which text."""

from __future__ import annotations

from petitcrm import own_editor
from petitcrm.cli import output
from petitcrm.cli import words as typed
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing import composing
from petitcrm.marketing.outbox import Letter
from petitcrm.marketing.wording import signed
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.store.queries.outbox import Answered

_SUBJECT = "Subject: "


class Wish(Row):
    """What was typed: files by their paths (`-` is stdin), references as they are written."""

    reference: str
    subject: str = ""
    body: str = ""
    template: str = ""
    lang: str = ""
    to: str = ""
    reply: str = ""
    at: str = ""
    attach: tuple[str, ...] = ()
    edits: bool = False


class About(Row):
    """Whom a mail is for and what it is about."""

    contact_id: int
    deal_id: int | None = None
    task_id: int | None = None


def letter(crm: Crm, account: Account, wish: Wish) -> Letter:
    """Return the mail that was asked for, not yet among those that are to leave."""
    from petitcrm.store.queries import contacts
    from petitcrm.sync import envelopes

    about = found(crm, wish.reference)
    answered = _answered(crm, wish.reply) if wish.reply else None
    sheet = contacts.sheet(crm, about.contact_id)
    name = "".join(one for one in f"{sheet.first_name} {sheet.last_name}".strip() if one.isprintable())
    subject, body, template = _text(crm, wish, about, answered)
    return Letter(
        account=account.name, contact_id=about.contact_id, deal_id=about.deal_id, task_id=about.task_id,
        address=composing.address(crm, about.contact_id, wish.to, answered), name=name,
        subject=subject, body=signed(body, account.signature), template=template,
        attachments=tuple(envelopes.attach(path) for path in wish.attach), due_at=_due(crm, wish.at),
        in_reply_to=answered.message_id if answered else "", refs=composing.references(answered),
    )  # fmt: skip


def found(crm: Crm, reference: str) -> About:
    """Return whom and what a contact, a deal or a task is about."""
    from petitcrm.sales import deals, references
    from petitcrm.store.queries import tasks

    noun, row_id = references.resolve_any(crm, reference)
    if noun == "contact":
        return About(row_id)
    if noun == "deal":
        return About(deals.contact_of(crm, row_id), row_id)
    line = tasks.sheet(crm, row_id) if noun == "task" else None
    if line is None:
        raise UsageProblem(_("A mail is for a contact, a deal or a task."))
    return About(line.contact_id, line.deal_id, row_id)


def edited(subject: str, body: str) -> tuple[str, str]:
    """Let the person write a mail in their editor: the subject is its first line."""
    left = own_editor.edited(f"{_SUBJECT}{subject}\n\n{body}", suffix=".md")
    head, _line, text = left.partition("\n")
    if head.casefold().startswith(_SUBJECT.strip().casefold()):
        return head[len(_SUBJECT) - 1 :].strip(), text.strip("\n")
    return subject, left


def _text(crm: Crm, wish: Wish, about: About, answered: Answered | None) -> tuple[str, str, str]:
    """Return the subject, the body, and the key of the template that it is made from."""
    subject, body, template = wish.subject, "", ""
    if not subject and answered:
        subject = composing.subject_of(answered)
    if wish.template and wish.body:
        raise UsageProblem(_("The text comes from a template or from a file, not from both."))
    if wish.template:
        from petitcrm.marketing import templates
        from petitcrm.marketing.merge_fields import Subjects

        kept = templates.of(crm, wish.template, wish.lang)
        filled = templates.preview(crm, kept, Subjects(about.contact_id, about.deal_id, crm.user_id))
        subject, body, template = subject or filled.subject, filled.body, kept.key
    elif wish.body:
        body = typed.text_of(wish.body)
    elif not wish.edits and not output.may_ask():
        raise UsageProblem(_("What does the mail say?"), advice="--body FILE, --body -, --template KEY")
    if wish.edits or not (wish.body or wish.template):
        subject, body = edited(subject, body)
    return subject, body, template


def _answered(crm: Crm, reference: str) -> Answered:
    digits = reference.strip().removeprefix("m")
    if not (digits.isascii() and digits.isdigit()):
        raise NotFound(_("There is no mail {reference} to answer.", reference=reference))
    return composing.answered(crm, int(digits))


def _due(crm: Crm, words: str) -> str:
    """Return the instant at which a mail leaves; empty for at once."""
    when = typed.when(crm, words)
    advice = _("Name no moment, and the mail leaves at once.")
    return composing.leaves_at(when, crm.now, advice=advice) if when else ""
