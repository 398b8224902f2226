"""What the screens of mail ask of the base: what waits for a person, and one mail as it is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from petitcrm.i18n import N_, _, ngettext, said_of
from petitcrm.naming import addressed
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.store.queries.agenda import Silence
    from petitcrm.store.queries.mail import Party, Stored
    from petitcrm.store.queries.outbox import Outgoing

MOST = 200
"""Mails of one part that are read: more of them are told by a `+`."""
PARTS = {
    "uncertain": N_("Mails that may not have left"),
    "owed": N_("Answers owed"),
    "unmatched": N_("Of nobody known"),
    "waiting": N_("Waiting for an answer"),
    "outbox": N_("To leave"),
    "refused": N_("Not sent"),
}
"""The parts of the screen of mail, in their order: what a person alone can settle comes first."""
LEAVES = ("uncertain", "outbox", "refused")
"""The parts whose mails are ours and of the outbox."""


class Piece(Row):
    """One line: `id` is that of the mail, in `LEAVES` of the one that leaves; `at` an instant text, empty if held."""

    part: str
    id: int
    at: str
    who: str
    subject: str
    aside: str = ""
    address: str = ""
    direction: str = "in"
    contact_id: int | None = None
    deal_id: int | None = None
    task_id: int | None = None


class Mailbox(Row):
    """One account: what is wrong with it in words, or when it was last read."""

    name: str
    address: str
    trouble: str
    read_at: str


class Shown(Row):
    """All that the screen of mail shows; `numbers` are those of the parts, before any limit where one is known."""

    pieces: list[Piece]
    numbers: dict[str, int]
    mailboxes: list[Mailbox]
    is_any: bool


class Head(Row):
    """A line over a mail: what it is about, its words, and whose sheet it leads to."""

    label: str
    words: str
    contact_id: int | None = None


class View(Row):
    """One mail as it is read. `state` is empty for one that was received or has left."""

    part: str
    id: int
    subject: str
    heads: list[Head]
    text: str
    attachments: list[str]
    at: str
    thread: str = ""
    direction: str = "in"
    contact_id: int | None = None
    deal_id: int | None = None
    task_id: int | None = None
    expects_none: bool = False
    state: str = ""


def shown(crm: Crm, accounts: Sequence[Account]) -> Shown:
    """Return what waits, and how the accounts are."""
    from petitcrm.store.queries import mail

    parts = [_uncertain(crm), _owed(crm), _unmatched(crm), _waiting(crm), _outbox(crm), _refused(crm)]
    pieces = [one for part in parts for one in part]
    numbers = {part: sum(one.part == part for one in pieces) for part in PARTS}
    if numbers["unmatched"] == MOST:
        numbers["unmatched"] = mail.unmatched_number(crm)
    return Shown(pieces, numbers, _mailboxes(crm, accounts), mail.is_any(crm))


def mail_view(crm: Crm, message_id: int) -> View:
    """Return a mail that was received or sent; NotFound where there is none."""
    from petitcrm.sales import correspondence
    from petitcrm.store.queries import mail

    stored = correspondence.of(crm, message_id)
    return _view(stored, mail.parties(crm, [message_id]))


def thread_views(crm: Crm, name: str) -> list[View]:
    """Return the mails of an exchange, oldest first."""
    from petitcrm.store.queries import mail

    mails = mail.thread(crm, name)
    parties = mail.parties(crm, [one.id for one in mails])
    return [_view(one, [party for party in parties if party.message_id == one.id]) for one in mails]


def outgoing_view(crm: Crm, outgoing_id: int) -> View:
    """Return a mail that is to leave, as its reader will see it."""
    from petitcrm.marketing import outbox
    from petitcrm.marketing.wording import Wording

    row = outbox.of(crm, outgoing_id)
    to = f"{row.name} <{row.address}>" if row.name else row.address
    heads = [Head(_("To"), to, row.contact_id), Head(_("By"), row.account), Head(_("State"), _state(row))]
    files = [name for _path, name, _size, _hash in json.loads(row.attachments)]
    text = Wording(row.body, is_markdown=bool(row.template)).text
    return View(
        _part_of(row), row.id, row.subject, heads, text, files, row.at or "", direction="out",
        contact_id=row.contact_id, deal_id=row.deal_id, state=row.state,
    )  # fmt: skip


def _view(mail: Stored, parties: Sequence[Party]) -> View:
    heads = [*_heads(parties)]
    if mail.expects_none:
        heads.append(Head("", _("no answer is expected")))
    if mail.is_automatic:
        heads.append(Head("", _("written by a machine")))
    return View(
        "owed" if mail.direction == "in" else "waiting", mail.id, mail.subject or _("(no subject)"), heads,
        mail.text, [one["name"] for one in json.loads(mail.attachments)], mail.at, mail.thread, mail.direction,
        next((one.contact_id for one in parties if one.contact_id), None), None, mail.task_id,
        bool(mail.expects_none),
    )  # fmt: skip


def _heads(parties: Sequence[Party]) -> Iterable[Head]:
    for role, label in (
        ("from", _("From")),
        ("to", _("To")),
        ("cc", _("Copy")),
        ("reply_to", _("Answers to")),
    ):
        told = [one for one in parties if one.role == role]
        for number, one in enumerate(told[:6]):
            name = one.contact or one.name
            words = f"{name} <{one.address}>" if name else one.address
            yield Head(label if not number else "", words, one.contact_id)
        if len(told) > 6:
            yield Head("", ngettext("and {n} more", "and {n} more", len(told) - 6))


def _uncertain(crm: Crm) -> list[Piece]:
    from petitcrm.store.queries import outbox

    return [_leaving(row, "uncertain") for row in outbox.uncertain(crm)[:MOST]]


def _outbox(crm: Crm) -> list[Piece]:
    from petitcrm.store.queries import outbox

    return [_leaving(row, "outbox") for row in outbox.waiting(crm, MOST)]


def _refused(crm: Crm) -> list[Piece]:
    from petitcrm.store.queries import outbox

    return [_leaving(row, "refused") for row in outbox.refused(crm, MOST)]


def _leaving(row: Outgoing, part: str) -> Piece:
    return Piece(
        part, row.id, row.at or "", row.name or row.address, row.subject, row.reply, row.address, "out", row.contact_id,
        row.deal_id,
    )  # fmt: skip


def _unmatched(crm: Crm) -> list[Piece]:
    from petitcrm.store.queries import mail

    return [
        Piece("unmatched", one.id, one.at, one.name or one.address, one.subject or _("(no subject)"),
              one.address if one.name else "", one.address, one.direction)
        for one in mail.unmatched(crm, MOST)
    ]  # fmt: skip


def _owed(crm: Crm) -> list[Piece]:
    """Return the last mail of each task of answering, the oldest first."""
    from petitcrm.store.queries import mail, references

    last = {one.task_id: one for one in mail.owed(crm)}
    whom = mail.task_contacts(crm, [task_id for task_id in last if task_id]) if last else {}
    ids = sorted({contact_id for contact_id, _company in whom.values()})
    named = {one.id: one for one in references.presented(crm, "contact", ids)} if ids else {}
    pieces = []
    for task_id, one in list(last.items())[:MOST]:
        contact_id = whom[task_id or 0][0]
        name, firm = (named[contact_id].name, named[contact_id].extra) if contact_id in named else ("", "")
        pieces.append(
            Piece("owed", one.id, one.at, name or one.address, one.subject or _("(no subject)"), firm, one.address,
                  "in", contact_id, None, task_id)
        )  # fmt: skip
    return pieces


def _waiting(crm: Crm) -> list[Piece]:
    from petitcrm.sales import agenda
    from petitcrm.store.queries.agenda import Whose

    return [_silent(one) for one in agenda.waiting(crm, crm.now.date(), Whose(None, MOST))]


def _silent(one: Silence) -> Piece:
    who = addressed(one.civility, one.first_name, one.last_name, one.company)
    return Piece(
        "waiting", one.id, one.at, who, one.subject or _("(no subject)"), one.company or "", "", "out",
        one.contact_id, one.deal_id,
    )  # fmt: skip


def _mailboxes(crm: Crm, accounts: Sequence[Account]) -> list[Mailbox]:
    """Return the accounts of this machine, and those that were read by another one into the same base."""
    from petitcrm.sales import mail_state
    from petitcrm.store.queries import mail

    folders: dict[str, list[mail.Watched]] = {}
    for one in mail.mailboxes(crm):
        folders.setdefault(one.account, []).append(one)
    addresses = {one.name: one.address for one in accounts}
    found = []
    for name in dict.fromkeys([*addresses, *folders]):
        told = folders.get(name, [])
        read_at = max((one.read_at for one in told), default="")
        trouble = mail_state.trouble(crm, name, told) if told else ""
        found.append(Mailbox(name, addresses.get(name, ""), trouble, read_at))
    return found


def _part_of(row: Outgoing) -> str:
    return {"unknown": "uncertain", "intent": "uncertain", "refused": "refused"}.get(row.state, "outbox")


def _state(row: Outgoing) -> str:
    from petitcrm.marketing import outbox

    words = outbox.told(row)
    return said_of(words, row.reply) if row.reply and row.state in ("refused", "unknown") else words
