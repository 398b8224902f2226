"""Many mails on their way at once: asked about together, begun in one transaction, and settled in one.

The promise is that of one mail (see `posting`): what is about to be given to a server is committed before, and whoever
objected first is not written to. A sender that dies leaves the mails of its batch uncertain, about a second's worth.
"""

from __future__ import annotations

from petitcrm.i18n import _
from petitcrm.marketing import outbox, posting
from petitcrm.marketing.posting import Reply
from petitcrm.rows import Row
from petitcrm.store import beside, outgoing, running
from petitcrm.store.queries import outbox as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.store.beside import Left
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

SENT, REFUSED, LATER, UNKNOWN, STOPPED, UNSENT = "sent", "refused", "later", "unknown", "stopped", "unsent"
"""What became of a mail that was begun: `stopped` by a rule, or `unsent` because its turn never came."""


class Begun(Row):
    """The mails of a batch that are about to be given to their server, and why the others are not, by number."""

    leaving: tuple[Outgoing, ...]
    stopped: tuple[tuple[int, str], ...]


class Ended(Row):
    """What became of a mail that was begun."""

    id: int
    outcome: str
    reply: Reply = Reply()


def intend_all(
    crm: Crm, names: Mapping[int, str], who: str, left_before: Mapping[str, Left] | None = None
) -> Begun:
    """Fix the Message-IDs of claimed mails (`names`, by number) and note that the server is about to be given them.

    Those of whom a rule says no are refused, those of people who rest in their sequence wait on. Of `left_before`, by
    their identity, the file beside the base knows that they were given to a server once: what this base has forgotten
    of them is noted, and they do not leave again.
    """
    rows = [row for row in queries.claimed_by(crm, names, who) if row.state == "claimed"]
    stopped = {one: _("somebody else is sending it") for one in names.keys() - {row.id for row in rows}}
    for row in rows:
        left = (left_before or {}).get(row.identity)
        if left and is_forgotten(row, left):
            stopped[row.id] = take_as_left(crm, row, left)
    asked = [row for row in rows if row.id not in stopped]
    for number, reason in reasons_not_to(crm, asked).items():
        posting.refuse(crm, number, who, Reply(words=reason))
        stopped[number] = reason
    rest = resting(crm, [row for row in asked if row.id not in stopped])
    for number in rest:
        posting.release(crm, number, who)
        stopped[number] = _("the sequence is paused")
    if rest:
        running.hold(crm.connection)
    leaving = [row for row in asked if row.id not in stopped]
    outgoing.begin_all(crm.connection, crm.now_text, [(row.id, names[row.id]) for row in leaving])
    now = crm.now_text
    begun = [
        row._replace(state="intent", message_id=names[row.id], intent_at=now, tries=row.tries + 1)
        for row in leaving
    ]
    return Begun(tuple(begun), tuple(stopped.items()))


def reasons_not_to(crm: Crm, rows: Iterable[Outgoing]) -> dict[int, str]:
    """Return which of some mails must not leave, as things are now, and why, by their numbers."""
    asked = list(rows)
    reasons: dict[int, str] = {}
    rounds: dict[tuple[str, bool], list[dict[int, Outgoing]]] = {}
    for row in asked:
        if row.contact_id is None:
            why = outbox.why_not_nobody(crm, row)
            reasons |= {row.id: why} if why else {}
            continue
        turns = rounds.setdefault((row.purpose, outbox.is_asked_for(row)), [])
        turn = next((one for one in turns if row.contact_id not in one), None)
        if turn is None:
            turns.append(turn := {})
        turn[row.contact_id] = row
    for (purpose, is_asked_for), turns in rounds.items():
        for turn in turns:
            addresses = {contact_id: row.address for contact_id, row in turn.items()}
            found = outbox.why_not_all(crm, addresses, purpose, is_asked_for=is_asked_for)
            moved = outbox.moved(crm, addresses)
            for contact_id, row in turn.items():
                reason = found.get(contact_id, _("the contact is no longer there"))
                if (
                    not reason and contact_id in moved and not row.in_reply_to
                ):  # an answer goes to where it was asked
                    reason = _("this address is no longer one of theirs")
                reasons |= {row.id: reason} if reason else {}
    return reasons | _ended_since(crm, [row for row in asked if row.id not in reasons])


def resting(crm: Crm, rows: Sequence[Outgoing]) -> list[int]:
    """Return which mails are of people who rest in a sequence, or with all of it: they wait until these go on."""
    if not any(row.enrolment_id for row in rows):
        return []
    from petitcrm.marketing import enrolments

    return enrolments.resting(crm, rows)


def _ended_since(crm: Crm, rows: list[Outgoing]) -> dict[int, str]:
    """Return which mails have lost what they were for: people left a sequence or a list, or a question is settled."""
    from petitcrm.marketing import subscriptions

    found = subscriptions.no_longer_asked(crm, rows)
    if of_sequences := [row for row in rows if row.enrolment_id]:
        from petitcrm.marketing import enrolments

        found |= enrolments.why_not(crm, of_sequences)
    for campaign_id in {row.campaign_id for row in rows if row.campaign_id}:
        from petitcrm.marketing import campaigning

        theirs = {row.id: row.contact_id for row in rows if row.campaign_id == campaign_id and row.contact_id}
        off = campaigning.off_its_lists(crm, campaign_id, theirs.values())
        found |= {
            number: campaigning.reason_words(campaigning.LEFT_LIST)
            for number, contact_id in theirs.items()
            if contact_id in off
        }
    return found


def is_forgotten(row: Outgoing, left: Left) -> bool:
    """Tell whether a mail was begun later than its row knows: the base was put back from an older copy."""
    return left.at > (row.intent_at or "")


def take_as_left(crm: Crm, row: Outgoing, left: Left) -> str:
    """Note of a claimed mail that it was given to a server before the base was put back; return that in words."""
    words = words_of(left)
    changes = {"state": "intent", "message_id": left.message_id, "intent_at": left.at}
    outgoing.advance(crm.connection, row.id, ["claimed"], **changes)
    if left.has_left:
        posting.sent(crm, row.id, row.claimed_by, Reply(words=words))
        return words
    posting.unknown(crm, row.id, row.claimed_by, words)
    return words


def words_of(left: Left) -> str:
    """Return what is said of a mail that was given to a server before the base was put back."""
    if left.has_left:
        return _("it had left before the base was put back from an older copy")
    return _("it may have left before the base was put back from an older copy")


def ended(outgoing_id: int, outcome: str, words: str) -> Ended:
    """Return what became of a mail, in words of ours."""
    return Ended(outgoing_id, outcome, Reply(words=words))


def settle_all(crm: Crm, ended: Sequence[Ended], who: str) -> dict[int, str]:
    """Note what became of the mails of a batch; return the state that each has now, by its number."""
    for one in ended:
        if one.outcome == SENT:
            posting.sent(crm, one.id, who, one.reply)
        elif one.outcome == UNKNOWN:
            posting.unknown(crm, one.id, who, one.reply.words)
        elif one.outcome in (REFUSED, STOPPED):
            posting.refuse(crm, one.id, who, one.reply)
        elif one.outcome == LATER:
            posting.put_off(crm, one.id, who, one.reply)
        elif one.outcome == UNSENT:
            posting.unbegin(crm, one.id, who)
    if any(one.outcome == UNSENT for one in ended):
        running.hold(crm.connection)
    return {row.id: row.state for row in queries.some(crm, [one.id for one in ended])}


def leaving_of(crm: Reader, rows: Sequence[Outgoing]) -> list[beside.Leaving]:
    """Return what is noted beside the base of mails that are begun, with the decisions that led to each."""
    ways = queries.ways_to(crm, {row.enrolment_id for row in rows if row.enrolment_id})
    return [
        beside.Leaving(
            row.identity, row.message_id or "", row.intent_at or row.created_at,
            beside.path_told(ways.get(row.enrolment_id or 0, ())),
        )
        for row in rows
    ]  # fmt: skip
