"""Mail beside the other nouns: old mail attached to whom it turns out to be of, mail set aside, mail nobody owns."""

from __future__ import annotations

import json

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.sales import answers, letters
from petitcrm.store.journal import dumps
from petitcrm.store.queries import mail as queries
from petitcrm.store.queries import settings, tasks
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from petitcrm.crm import Crm
    from petitcrm.sales.receiving import Place
    from petitcrm.store.bulk import Bulk

IGNORED = "mail.ignored"
"""The setting that holds the addresses and domains of which no mail is asked about: JSON."""
SET_ASIDE, DONE = 1, queries.DONE
"""Why no answer is owed to a mail."""


def attach(crm: Crm, lines: Iterable[tuple[int, int]], bulk: Bulk | None = None) -> int:
    """Put old mail on the timelines of the contacts to whom some e-mail lines, told by their ids, were just given.

    What they wrote lately and nobody answered becomes a task. All is part of the gesture, and undone with it. Return
    the number of mails. An address that is corrected or taken away later leaves its mail where it is: it was exchanged
    with that person; undoing the gesture that gave the address detaches it.
    """
    found = [one for first, last in lines for one in queries.strangers_at(crm, first, last)]
    if not found:
        return 0
    from petitcrm.store.bulk import Bulk

    assert crm.journal is not None
    own = bulk or Bulk(crm.connection, crm.journal)
    by_mail: dict[int, list[queries.Stranger]] = {}
    for one in found:
        by_mail.setdefault(one.message_id, []).append(one)
    mails = queries.stored(crm, by_mail)
    for mail in mails:
        _attach_one(own, mail, by_mail[mail.id])
    own.settle()
    event_id = _owe(crm, own, mails)
    if bulk is None and event_id:
        own.settle_under(event_id)
    return len(mails)


def attach_contact(crm: Crm, contact_id: int) -> int:
    """Put old mail on the timeline of a contact whose addresses have just changed; see `attach`."""
    lines = queries.lines_of(crm, contact_id)
    return attach(crm, [lines]) if lines else 0


def attach_companies(crm: Crm, ranges: Iterable[tuple[int, int]], bulk: Bulk | None = None) -> int:
    """Put old mail of nobody on the timelines of the companies, told by their ids, whose general address it has.

    Return the number of mails. It is part of the gesture that told the address, and undone with it.
    """
    found = dict(pair for first, last in ranges for pair in reversed(queries.of_companies(crm, first, last)))
    if not found:
        return 0
    from petitcrm.store.bulk import Bulk

    assert crm.journal is not None
    own = bulk or Bulk(crm.connection, crm.journal)
    for mail in queries.stored(crm, found):
        own.event(
            "mail.received" if mail.direction == "in" else "mail.sent",
            [own.update("messages", mail.id, {"state": (mail.state, "known")})],
            at=mail.at, text=mail.text, details=dumps({"subject": mail.subject, "message": f"m{mail.id}"}),
            source="mail", user_id=None, company_id=found[mail.id],
        )  # fmt: skip
    own.settle()
    return len(found)


def expect_none(crm: Crm, message_id: int, *, how: int = SET_ASIDE) -> bool:
    """Say that no answer is owed to a mail, or waited for; its task goes. Tell whether anything is different now.

    `how` is SET_ASIDE where a person says so, DONE where it was no answer: it asked for what was done by itself.
    """
    mail = of(crm, message_id)
    whom = next((one for one in queries.parties(crm, [message_id]) if one.contact_id), None)
    if mail.expects_none:
        return False
    with crm.act(
        "mail.set_aside",
        contact=whom.contact_id if whom else None,
        subject=mail.subject,
        message=f"m{mail.id}",
    ) as act:
        act.update("messages", message_id, expects_none=how)
        if mail.task_id and tasks.is_open(crm, mail.task_id):
            act.delete("tasks", mail.task_id)
    return True


def ignore(crm: Crm, message_ids: Sequence[int]) -> int:
    """Say of mails that nobody needs to know whose they are; return how many were waiting for that."""
    waiting = [mail for mail in queries.stored(crm, message_ids) if mail.state == "unmatched"]
    for mail in waiting:
        with crm.act("mail.ignored", subject=mail.subject, message=f"m{mail.id}") as act:
            act.update("messages", mail.id, state="ignored")
    return len(waiting)


def ignore_sender(crm: Crm, told: str) -> int:
    """Ask no more about the mail of an address or of a whole domain (`firm.example`); return how many mails waited."""
    named = _sender(told)
    before = ignored(crm)
    waiting = [
        one
        for one in queries.unmatched(crm, 100_000)
        if named in (one.address, one.address.rpartition("@")[2])
    ]
    if named in before and not waiting:
        return 0
    with crm.act("mail.sender_ignored", sender=named) as act:
        rows = [one for one in settings.beginning(crm, IGNORED) if one.key == IGNORED]
        value = dumps(sorted({*before, named}))
        if rows:
            act.update("settings", rows[0].id, value=value)
        else:
            act.insert("settings", key=IGNORED, value=value)
        for one in waiting:
            act.update("messages", one.id, state="ignored")
    return len(waiting)


def ignored(crm: Crm) -> frozenset[str]:
    """Return the addresses and domains of which no mail is asked about."""
    rows = [one for one in settings.beginning(crm, IGNORED) if one.key == IGNORED]
    return frozenset(json.loads(rows[0].value)) if rows else frozenset()


def forget_copies(crm: Crm, places: Iterable[Place]) -> int:
    """Forget that some places were read, of which the mail is no longer in the base; return how many these were."""
    stale = [row_id for place in places for row_id in queries.empty_copies(crm, *place[:4])]
    if stale:
        with crm.act("mail.read_again") as act:
            for row_id in stale:
                act.delete("mail_copies", row_id)
    return len(stale)


def of(crm: Crm, message_id: int) -> queries.Stored:
    """Return a mail that was received or sent; NotFound where there is none."""
    found = queries.stored(crm, [message_id])
    if not found:
        raise NotFound(_("There is no mail m{id}.", id=message_id))
    return found[0]


def _attach_one(bulk: Bulk, mail: queries.Stored, found: list[queries.Stranger]) -> None:
    """Give one mail to its contacts, with an act for each."""
    state = mail.state
    told = dumps({"subject": mail.subject, "message": f"m{mail.id}"})
    kind = "mail.received" if mail.direction == "in" else "mail.sent"
    contacts: dict[int, list[queries.Stranger]] = {}
    taken: set[int] = set()
    for one in found:
        if one.id not in taken:
            taken.add(one.id)
            contacts.setdefault(one.contact_id, []).append(one)
    for contact_id, lines in contacts.items():
        changes = [bulk.update("correspondents", one.id, {"contact_id": (None, contact_id)}) for one in lines]
        if state != "known":
            changes.append(bulk.update("messages", mail.id, {"state": (state, "known")}))
            state = "known"
        bulk.event(
            kind, changes, at=mail.at, text=mail.text, details=told, source="mail", user_id=None,
            contact_id=contact_id, company_id=lines[0].company_id,
        )  # fmt: skip


def _owe(crm: Crm, bulk: Bulk, mails: Sequence[queries.Stored]) -> int | None:
    """Plan the answers to those that came lately; return the last act of it."""
    since = answers.since(crm)
    late = [
        mail
        for mail in mails
        if mail.direction == "in" and mail.at >= since and mail.task_id is None
        and not (mail.is_automatic or mail.is_bulk or mail.expects_none)
    ]  # fmt: skip
    event_id = None
    parties = queries.parties(crm, [mail.id for mail in late]) if late else []
    for mail in answers.unanswered(crm, late, parties) if late else ():
        owed = _owed(crm, mail, parties)
        if owed:
            _task_id, event_id = answers.plan(crm, bulk, owed, is_stored=True)
    return event_id


def _owed(crm: Crm, mail: queries.Stored, parties: Sequence[queries.Party]) -> answers.Owed | None:
    """Return to whom of the base an answer is owed; None where only others of the mail are in it."""
    senders = [one for one in parties if one.message_id == mail.id and one.role in ("from", "reply_to")]
    whom = next((one.contact_id for one in senders if one.contact_id), None)
    if whom is None:
        return None
    ((company_id, owner_id),) = crm.rows("SELECT company_id, owner_id FROM contacts WHERE id = :id", id=whom)
    told = letters.Told(
        mail.id, mail.thread, mail.at, mail.subject, frozenset(one.address for one in senders)
    )
    return answers.Owed(told, whom, company_id, owner_id, None)


def _sender(told: str) -> str:
    from petitcrm.formats.emails import known_as

    named = clean(told).strip().lower().removeprefix("@")
    if "@" in named:
        named = known_as(named)
    if not named or "." not in named or any(sign.isspace() for sign in named):
        raise UsageProblem(
            _("“{value}” is neither a mail like m12, nor an address, nor a domain.", value=told),
            advice=_("For instance: news@firm.example, or firm.example for everybody there."),
        )
    return named
