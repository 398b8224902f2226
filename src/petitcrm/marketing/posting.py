"""How a mail goes from waiting to sent: the steps of whoever sends, each in a transaction of its own.

Each step looks at the state again: a mail that somebody else has taken, or withdrawn, is left alone. The steps are
outside the journal, for they cannot be taken back; that a mail was sent, or refused for good, is an event.
"""

from __future__ import annotations

from datetime import timedelta

from petitcrm.dates import instant_text
from petitcrm.i18n import _
from petitcrm.marketing import outbox
from petitcrm.marketing.sequence_mails import out_of_hours
from petitcrm.marketing.wording import Wording
from petitcrm.rows import Row
from petitcrm.sales import timeline
from petitcrm.store import outgoing
from petitcrm.store.queries import outbox as queries
from petitcrm.store.queries import since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.journal import Act
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

WAITS = (5, 15, 60, 240, 720, 1440)
"""Minutes before each new try of a mail that a server would not take for the moment; then it is refused."""


class Reply(Row):
    """What a server said of a mail. `is_hard`: the address does not exist, there is no use in writing to it again."""

    code: int | None = None
    words: str = ""
    status: str = ""
    is_hard: bool = False


class Recovered(Row):
    """What dead senders left: mails that wait again, and mails of which nobody knows whether they left."""

    waiting: int
    uncertain: int


def is_any_left(crm: Reader, is_dead: Callable[[str], bool]) -> bool:
    """Tell whether a sender that died left something to take over."""
    return bool(_left(crm, is_dead))


def recover(crm: Crm, is_dead: Callable[[str], bool]) -> Recovered:
    """Take over from senders that died: what they had claimed waits again, what they were sending is uncertain."""
    waiting = uncertain = 0
    for row in _left(crm, is_dead):
        if row.state == "claimed":
            waiting += release(crm, row.id, row.claimed_by)
        elif row.state == "intent":
            uncertain += unknown(crm, row.id, row.claimed_by, _("its sending was interrupted"))
    return Recovered(waiting, uncertain)


def claim(crm: Crm, who: str, *, limit: int, only: Iterable[int] = ()) -> list[Outgoing]:
    """Take in hand the mails whose hour has come (of `only`, where some are named), so that nobody else sends them.

    Those that have missed the hours of their sequence wait until these begin again.
    """
    named = sorted(only)
    taken: list[Outgoing] = []
    while len(taken) < limit:
        most = limit - len(taken)
        found = (
            queries.some_due(crm, named, crm.now_text)[:most]
            if named
            else queries.due(crm, crm.now_text, most)
        )
        if not found:
            break
        taken += _taken(crm, who, found)
    return taken


def _taken(crm: Crm, who: str, found: Sequence[Outgoing]) -> Iterator[Outgoing]:
    late = out_of_hours(crm, found)
    for row in found:
        if row.id in late:
            outgoing.advance(crm.connection, row.id, ["due"], due_at=instant_text(late[row.id]))
            continue
        outgoing.advance(
            crm.connection, row.id, ["due"], state="claimed", claimed_by=who, claimed_at=crm.now_text
        )
        yield row._replace(state="claimed", claimed_by=who)


def sent(crm: Crm, outgoing_id: int, who: str, reply: Reply) -> bool:
    """Note that a server took a mail: it is on the timeline, the task of answering is done. Tell whether it is news."""
    row = outbox.of(crm, outgoing_id)
    # `unknown` too: we were taken for dead while the server was slow, and its answer is surer than a guess.
    if row.claimed_by != who or row.state not in ("intent", "unknown"):
        return False
    _record(crm, row, "mail.sent")
    outgoing.advance(
        crm.connection, outgoing_id, [row.state], state="sent", settled_at=crm.now_text, reply_code=reply.code,
        reply=reply.words,
    )  # fmt: skip
    _do_task(crm, row)
    return True


def take_as_sent(crm: Crm, row: Outgoing) -> None:
    """Let an uncertain mail be sent, because a person says so: a gesture, which can be taken back."""
    _record(
        crm,
        row,
        "mail.settled",
        lambda act: act.update("outbox", row.id, state="sent", settled_at=crm.now_text),
    )
    _do_task(crm, row)


def found(crm: Crm, message_ids: Iterable[str]) -> int:
    """Let uncertain mails be sent of which a copy, an answer or a report was seen; return how many they were."""
    seen = set(message_ids)
    settled = [row for row in queries.leaving(crm) if row.message_id in seen] if seen else []
    for row in settled:
        _record(crm, row, "mail.sent")
        outgoing.advance(crm.connection, row.id, [row.state], state="sent", settled_at=crm.now_text)
        _do_task(crm, row)
    return len(settled)


def unknown(crm: Crm, outgoing_id: int, who: str, words: str) -> bool:
    """Note that nobody knows whether a mail left: it is listed, and only a person sends it again."""
    row = outbox.of(crm, outgoing_id)
    if row.claimed_by != who:
        return False
    return outgoing.advance(crm.connection, outgoing_id, ["intent"], state="unknown", reply=words)


def refuse(crm: Crm, outgoing_id: int, who: str, reply: Reply) -> bool:
    """Note that a mail will not leave, and why; an address that does not exist is not written to again."""
    row = outbox.of(crm, outgoing_id)
    if row.claimed_by != who or row.state not in ("claimed", "intent"):
        return False
    outgoing.advance(
        crm.connection, outgoing_id, ["claimed", "intent"], state="refused", settled_at=crm.now_text,
        reply_code=reply.code, reply=reply.words,
    )  # fmt: skip
    with crm.act(
        "mail.refused", contact=row.contact_id, deal=row.deal_id, subject=row.subject, text=reply.words
    ) as act:
        if reply.is_hard:
            act.insert(
                "bounces", address=row.address, kind="hard", status=reply.status, diagnostic=reply.words,
                outgoing_id=row.id, at=crm.now_text,
            )  # fmt: skip
    return True


def put_off(crm: Crm, outgoing_id: int, who: str, reply: Reply) -> bool:
    """Let a mail wait, longer each time, because the server would not take it for the moment; then it is refused."""
    from petitcrm.crm import utc_text

    row = outbox.of(crm, outgoing_id)
    if row.claimed_by != who or row.state not in ("claimed", "intent"):
        return False
    tries = row.tries + (row.state == "claimed")
    if tries > len(WAITS):
        return refuse(crm, outgoing_id, who, reply)
    again = utc_text(crm.now + timedelta(minutes=WAITS[tries - 1]))
    return outgoing.advance(
        crm.connection, outgoing_id, ["claimed", "intent"], state="due", claimed_by="", claimed_at=None, due_at=again,
        tries=tries, reply_code=reply.code, reply=reply.words,
    )  # fmt: skip


def release(crm: Crm, outgoing_id: int, who: str) -> bool:
    """Let a claimed mail wait again: the server was never asked to take it."""
    row = outbox.of(crm, outgoing_id)
    if row.claimed_by != who:
        return False
    return outgoing.advance(
        crm.connection, outgoing_id, ["claimed"], state="due", claimed_by="", claimed_at=None
    )


def unbegin(crm: Crm, outgoing_id: int, who: str) -> bool:
    """Let a mail wait again that was begun, of a batch whose turn never came: the server was surely not given it."""
    row = outbox.of(crm, outgoing_id)
    if row.claimed_by != who:
        return False
    return outgoing.advance(
        crm.connection,
        outgoing_id,
        ["intent"],
        state="due",
        claimed_by="",
        claimed_at=None,
        tries=row.tries - 1,
    )


def copied(crm: Crm, outgoing_id: int) -> None:
    """Note that the copy of a mail lies in the folder of sent mail."""
    outgoing.mark_copied(crm.connection, outgoing_id)


def _left(crm: Reader, is_dead: Callable[[str], bool]) -> list[Outgoing]:
    long_ago = since(crm.now, queries.LEAVING)
    return [
        row for row in queries.in_hand(crm) if is_dead(row.claimed_by) or (row.claimed_at or "") <= long_ago
    ]


def _record(crm: Crm, row: Outgoing, kind: str, also: Callable[[Act], object] | None = None) -> None:
    """Put a mail of ours on the timeline and restart the clocks of silence; once, if its copy was read first."""
    told: dict[str, Any] = {"subject": row.subject}
    is_stored = outbox.is_to_ourselves(row) or queries.is_stored(crm, row.message_id or "")
    if is_stored and also is None:
        return
    at = row.intent_at or crm.now_text
    text = Wording(row.body, is_markdown=bool(row.template)).written
    if not is_stored:
        told |= {"at": at, "source": "mail", "external_id": row.message_id or "", "text": text}
    with crm.act(kind, contact=row.contact_id, deal=row.deal_id, **told) as act:
        if not is_stored:
            _store(crm, act, row, at, text)
        if row.contact_id is not None:
            act.company = _company(crm, row.contact_id)
            timeline.touch(crm, act, row.contact_id, deal_id=row.deal_id, at=at)
        if also:
            also(act)


def _store(crm: Crm, act: Act, row: Outgoing, at: str, text: str) -> None:
    answered = queries.thread_of(crm, row.in_reply_to) if row.in_reply_to else None
    message = act.insert(
        "messages", message_id=row.message_id, thread=answered[0] if answered else row.in_reply_to or row.message_id,
        in_reply_to=row.in_reply_to, refs=row.refs, direction="out", state="known", at=at, recorded_at=crm.now_text,
        subject=row.subject, text=text, attachments=_listed(row.attachments),
        is_bulk=int(row.campaign_id is not None), expects_none=int(outbox.is_by_program(row)),
    )  # fmt: skip
    act.details["message"] = f"m{message}"
    act.insert(
        "correspondents",
        message_id=message,
        role="to",
        name=row.name,
        address=row.address,
        contact_id=row.contact_id,
    )


def _listed(attachments: str) -> str:
    """Return the attachments as a stored mail tells them: name, kind, size."""
    import json
    import mimetypes

    told = [
        {"name": name, "kind": mimetypes.guess_type(name)[0] or "application/octet-stream", "size": size}
        for _path, name, size, _hash in json.loads(attachments)
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _do_task(crm: Crm, row: Outgoing) -> None:
    """Tick off the task that the mail was for, and that of answering the mail it answers."""
    from petitcrm.sales import tasks
    from petitcrm.store.queries import tasks as known

    answered = queries.thread_of(crm, row.in_reply_to) if row.in_reply_to else None
    for task_id, outcome in {row.task_id: "done", answered[1] if answered else None: "answered"}.items():
        if task_id is not None and known.is_open(crm, task_id):
            tasks.done(crm, task_id, outcome)


def _company(crm: Crm, contact_id: int) -> int | None:
    from petitcrm.store.queries import contacts

    return contacts.sheet(crm, contact_id).company_id
