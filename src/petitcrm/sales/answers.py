"""Answers owed, which become tasks by themselves and end by themselves, and answers that we are waiting for."""

from __future__ import annotations

from datetime import timedelta

from petitcrm.dates import instant_text
from petitcrm.rows import Row
from petitcrm.sales import habits, letters
from petitcrm.store.journal import dumps
from petitcrm.store.queries import mail as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from petitcrm.crm import Crm
    from petitcrm.sales.letters import Told
    from petitcrm.store.bulk import Bulk


class Owed(Row):
    """A mail that a person of the base wrote to us; whom the answer is for, and the deal it is about."""

    told: Told
    contact_id: int
    company_id: int | None
    owner_id: int | None
    deal_id: int | None


class Ended(Row):
    """A task of answering that an answer ends, and when the mail came that it answers."""

    task_id: int
    contact_id: int
    company_id: int | None


class Outcome(Row):
    """What a batch of mail changes: tasks by the mail that is to be answered, tasks ended by the mail that was sent."""

    owed: dict[int, int]
    ended: dict[int, list[Ended]]


def since(crm: Crm) -> str:
    """Return the instant from which a mail is still to be answered: a first reading of old mail makes no tasks."""
    return instant_text(crm.now - timedelta(days=habits.known(crm).answer_days))


def settle(crm: Crm, bulk: Bulk, received: Sequence[Owed], sent: Sequence[Told]) -> Outcome:
    """Make the tasks of answering what was `received`, and find those that `sent` mails end.

    What is answered already makes none; an exchange has one task at a time. Tasks that end are changed by the caller,
    in the act of the mail that ends them.
    """
    if not received and not sent:
        return Outcome({}, {})
    pending = _pending(crm)
    ended = _ended(crm, pending, sent)
    over = {one.task_id for tasks in ended.values() for one in tasks}
    open_in = {
        told.thread: task_id for task_id, mails in pending.items() if task_id not in over for told in mails
    }
    owed: dict[int, int] = {}
    for one in _unanswered(crm, received, sent):
        task_id = open_in.get(one.told.thread)
        if task_id is None:
            task_id, _event_id = plan(crm, bulk, one)
            open_in[one.told.thread] = task_id
        owed[one.told.id] = task_id
    return Outcome(owed, ended)


def plan(crm: Crm, bulk: Bulk, owed: Owed, *, is_stored: bool = False) -> tuple[int, int]:
    """Plan the answer to a mail, which may be `stored` already, for the day it came; return the task and its event."""
    text = letters.without_prefixes(owed.told.subject)
    row = {
        "kind": "email", "text": text, "contact_id": owed.contact_id, "deal_id": owed.deal_id,
        "due_on": crm.local(owed.told.at).date().isoformat(), "owner_id": owed.owner_id, "created_at": crm.now_text,
    }  # fmt: skip
    task_id = bulk.insert("tasks", row)
    bulk.index("task", task_id, (text, ""))
    changes = [bulk.update("messages", owed.told.id, {"task_id": (None, task_id)})] if is_stored else []
    event_id = bulk.event(
        "task.added", changes, contact_id=owed.contact_id, company_id=owed.company_id, deal_id=owed.deal_id,
        task_id=task_id, source="mail", user_id=None, details=dumps({"task": text, "task_kind": "email"}),
    )  # fmt: skip
    return task_id, event_id


def unanswered(
    crm: Crm, mails: Sequence[queries.Stored], parties: Sequence[queries.Party]
) -> list[queries.Stored]:
    """Return those of the mails received that nobody has answered, the last one alone of each thread."""
    told = {
        mail.id: letters.Told(mail.id, mail.thread, mail.at, mail.subject, frozenset(
            one.address for one in parties if one.message_id == mail.id and one.role in ("from", "reply_to")
        ))
        for mail in mails
    }  # fmt: skip
    left = {one.id for one in _left(crm, list(told.values()), ())}
    last = {mail.thread: mail.id for mail in sorted(mails, key=lambda mail: (mail.at, mail.id))}
    has_task = {one.thread for one in queries.owed(crm)}
    return [
        mail
        for mail in mails
        if mail.id in left and last[mail.thread] == mail.id and mail.thread not in has_task
    ]


def _pending(crm: Crm) -> dict[int, list[Told]]:
    """Return the open tasks of answering, each with the mails that it is to answer, the oldest first."""
    addresses: dict[int, set[str]] = {}
    rows: dict[int, queries.Exchanged] = {}
    for row in queries.owed(crm):
        rows[row.id] = row
        addresses.setdefault(row.id, set()).add(row.address)
    found: dict[int, list[Told]] = {}
    for row in rows.values():
        told = letters.Told(row.id, row.thread, row.at, row.subject, frozenset(addresses[row.id]))
        found.setdefault(row.task_id or 0, []).append(told)
    return found


def _ended(crm: Crm, pending: dict[int, list[Told]], sent: Sequence[Told]) -> dict[int, list[Ended]]:
    """Return the tasks that a sent mail ends: the last mail of each is answered."""
    by_mail = {task_id: letters.answered_by(mails[-1], sent) for task_id, mails in pending.items()}
    over = {task_id: told.id for task_id, told in by_mail.items() if told}
    whom = queries.task_contacts(crm, over) if over else {}
    ended: dict[int, list[Ended]] = {}
    for task_id, message_id in over.items():
        ended.setdefault(message_id, []).append(Ended(task_id, *whom[task_id]))
    return ended


def _unanswered(crm: Crm, received: Sequence[Owed], sent: Sequence[Told]) -> list[Owed]:
    """Return what nobody has answered, in this batch or before, oldest first."""
    left = {told.id for told in _left(crm, [one.told for one in received], sent)}
    ordered = sorted(received, key=lambda one: (one.told.at, one.told.id))
    return [one for one in ordered if one.told.id in left]


def _left(crm: Crm, received: Sequence[Told], sent: Sequence[Told]) -> list[Told]:
    """Return what neither some sent mails nor those of the base answer."""
    if not received:
        return []
    first = min(one.at for one in received)
    threads = sorted({one.thread for one in received})
    addresses = sorted({address for one in received for address in one.addresses})
    before = _gathered([*queries.sent_in(crm, threads, first), *queries.sent_to(crm, addresses, first)])
    told = [*sent, *before]
    return [one for one in received if letters.answered_by(one, told) is None]


def _gathered(rows: Iterable[queries.Exchanged]) -> list[Told]:
    """Return sent mails from their rows, one an address."""
    found: dict[int, Told] = {}
    for row in rows:
        known = found.get(row.id)
        addresses = frozenset({row.address} - {""}) | (known.addresses if known else frozenset())
        found[row.id] = letters.Told(row.id, row.thread, row.at, row.subject, addresses)
    return list(found.values())
