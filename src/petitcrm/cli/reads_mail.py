"""Mails that were read, as they are shown and as JSON tells them: one, a thread, those of nobody, the mailboxes."""

from __future__ import annotations

from petitcrm.cli import output
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.errors import NotFound
from petitcrm.i18n import _, ngettext
from petitcrm.sales import mail_state
from petitcrm.store.queries import mail as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.mail import Party, Stored, Unmatched, Watched

    Shape = dict[str, Any]

_ROLES = ("from", "to", "cc", "reply_to")


def shape(mail: Stored, parties: Sequence[Party], text: str | None = None) -> Shape:
    """Return a mail; each of those who wrote and received it with the contact that they are."""
    import json

    people: dict[str, list[Shape]] = {role: [] for role in _ROLES}
    for one in parties:
        if one.message_id == mail.id:
            contact = {"id": f"c{one.contact_id}", "name": one.contact} if one.contact_id else None
            people[one.role].append({"name": one.name, "address": one.address, "contact": contact})
    return {
        "id": f"m{mail.id}", "message_id": mail.message_id, "thread": mail.thread,
        "in_reply_to": mail.in_reply_to or None, "direction": mail.direction, "state": mail.state, "at": mail.at,
        "subject": mail.subject, **people, "text": mail.text if text is None else text,
        "attachments": json.loads(mail.attachments), "automatic": bool(mail.is_automatic), "bulk": bool(mail.is_bulk),
        "expects_none": bool(mail.expects_none), "task": f"t{mail.task_id}" if mail.task_id else None,
    }  # fmt: skip


def show(crm: Crm, mail: Stored, parties: Sequence[Party], text: str | None = None) -> None:
    """Show a mail to a person: who, when, about what, and what they wrote."""
    import json

    from petitcrm.dates import show_instant

    when = show_instant(crm.local(mail.at), now=crm.now)
    output.line(Painted(f"m{mail.id}  ", "dim"), Painted(mail.subject or _("(no subject)"), "bold"))
    said = {"from": _("written by"), "to": _("written to"), "cc": _("copy to"), "reply_to": _("answers to")}
    for role in _ROLES:
        people = [_person(one) for one in parties if one.message_id == mail.id and one.role == role]
        if people:
            output.hanging(Painted(f"  {said[role]} ", "dim"), text=", ".join(people[:20]))
    output.line(Painted(f"  {when}", "dim"))
    names = [f"{number}. {one['name']}" for number, one in enumerate(json.loads(mail.attachments), 1)]
    if names:
        output.hanging(Painted(f"  {_('attached')} ", "dim"), text=", ".join(names))
    output.line("")
    output.paragraph(mail.text if text is None else text)


def _person(one: Party) -> str:
    name = one.contact or one.name
    told = f"{name} <{one.address}>" if name else one.address
    return f"{told} (c{one.contact_id})" if one.contact_id else told


def thread_of(crm: Crm, reference: str) -> list[Stored]:
    """Return the thread of a mail (`m12`), or that of the newest mail of the contact that is named."""
    from petitcrm.sales.references import resolve

    told = reference.strip()
    if told[:1] in ("m", "M") and told[1:].isascii() and told[1:].isdigit():
        number: int | None = resolve(crm, "mail", told)
    else:
        number = queries.newest_of(crm, resolve(crm, "contact", told))
    if number is None:
        raise NotFound(_("No mail of {reference} was read.", reference=reference))
    (mail,) = queries.stored(crm, [number])
    return queries.thread(crm, mail.thread)


def unmatched(crm: Crm, mails: Sequence[Unmatched], style: Style) -> None:
    """List mails of which nobody knows whose they are."""
    from petitcrm.dates import show_instant

    columns = [
        Column("id", _("Id"), lambda one: f"m{one.id}", lambda one: Painted(f"m{one.id}", "dim")),
        Column("at", _("When"), lambda one: one.at,
               lambda one: show_instant(crm.local(one.at), now=crm.now), spare=1),
        Column("direction", "", lambda one: one.direction),
        Column("address", _("Address"), lambda one: one.address,
               lambda one: one.address if one.direction == "in" else f"→ {one.address}", shrink=True),
        Column("name", _("Name"), lambda one: one.name, shrink=True, spare=2),
        Column("subject", _("Subject"), lambda one: one.subject, shrink=True),
    ]  # fmt: skip
    output.listing(columns, mails, unmatched_shape, style)


def unmatched_shape(one: Unmatched) -> Shape:
    """Return a mail of nobody."""
    return {**one._asdict(), "id": f"m{one.id}"}


def status(crm: Crm, style: Style) -> None:
    """List the folders of the accounts with how far their reading is."""
    from petitcrm.dates import show_instant

    def when(at: str) -> str:
        return show_instant(crm.local(at), now=crm.now) if at else _("never")

    folders = [one for one in queries.mailboxes(crm) if one.folder or one.failures]
    columns = [
        Column("account", _("Account"), lambda one: one.account),
        Column("folder", _("Folder"), lambda one: one.folder, shrink=True),
        Column("read_at", _("Read"), lambda one: one.read_at, lambda one: when(one.read_at)),
        Column("behind", _("To read"), lambda one: one.behind, right=True,
               shown=lambda one: Painted(str(one.behind), "yellow") if one.behind else "0"),
        Column("failures", "", lambda one: one.failures),
        Column("problem", _("Problem"), lambda one: one.problem, lambda one: Painted(one.problem, "red"), shrink=True,
               wraps=True),
    ]  # fmt: skip
    output.listing(columns, folders, status_shape, style)
    if not (style.json or style.ndjson or style.csv):
        for words in mail_state.troubles(crm):
            output.say(Painted(words, "yellow"))
        waiting = queries.unmatched_number(crm)
        if waiting:
            output.say(ngettext("{n} mail is of nobody known: petitcrm mail unmatched",
                                "{n} mails are of nobody known: petitcrm mail unmatched", waiting))  # fmt: skip


def status_shape(one: Watched) -> Shape:
    """Return how the reading of a folder goes."""
    return {
        "account": one.account, "folder": one.folder or None, "role": one.role, "checked_at": one.checked_at or None,
        "read_at": one.read_at or None, "behind": one.behind, "failures": one.failures, "problem": one.problem or None,
    }  # fmt: skip
