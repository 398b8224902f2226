"""What campaigns do by themselves: begin, choose a subject, stop, end; and how their mails are written.

Outside the journal: who was written to cannot be taken back. Each step looks at the state again, and may be done twice:
people are chosen once, and the occasion of a mail, `campaign:KEY:ADDRESS`, is there once.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import N_, _, language
from petitcrm.marketing import ab_test, audience, brakes, campaigns, caps, filling, identity, merge_fields
from petitcrm.marketing.content_lint import Draft
from petitcrm.marketing.wording import Wording
from petitcrm.rows import Row
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store import recipients
from petitcrm.store.queries import campaigns as queries
from petitcrm.store.queries import outbox, since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.audience import Member
    from petitcrm.marketing.filling import Filled
    from petitcrm.marketing.identity import Identity
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.reader import Reader

LEFT_OUT = {
    **audience.WHY,
    "empty": N_("a field of theirs is empty"),
    "gone": N_("is no longer there"),
}
"""Why somebody does not get a campaign, by a key that never changes."""
AT_ONCE = 200
"""Mails that may begin to leave at a time, where no pace is set."""


class Tended(Row):
    """What a round did: campaigns that began, people chosen, subjects decided, campaigns stopped and ended."""

    begun: int = 0
    chosen: int = 0
    decided: int = 0
    stopped: int = 0
    ended: int = 0


def tend(crm: Crm) -> Tended:
    """Begin what is due, choose the better subject where its hour has come, stop what must stop, end what is over."""
    begun = chosen = decided = stopped = ended = 0
    for campaign_id in queries.resting_with_mails(crm):
        recipients.hold(crm.connection, campaign_id)
    for found in queries.under_way(crm):
        if found.state == "scheduled" and (found.scheduled_at or "") <= crm.now_text:
            begun, chosen = begun + 1, chosen + begin(crm, found)
            continue
        if found.state != "sending":
            continue
        recipients.let_go(crm.connection, found.id)
        if stop(crm, found):
            stopped += 1
            continue
        decided += decide(crm, found)
        ended += end(crm, found)
    return Tended(begun, chosen, decided, stopped, ended)


def begin(crm: Crm, found: Campaign) -> int:
    """Choose who gets a campaign, once; return how many they are."""
    if not recipients.move(crm.connection, found.id, ["scheduled"], state="sending", started_at=crm.now_text):
        return 0
    people = list(sort_out(crm, found))
    split = ab_test.split(found.key, [one.address for one in people if not one.reason], found.ab_percent)
    rows = [
        (found.id, one.contact_id, one.address, one.name, split.get(one.address.lower(), ""),
         "left_out" if one.reason else "waiting", one.reason)
        for one in people
    ]  # fmt: skip
    recipients.choose(crm.connection, rows)
    return sum(not one.reason for one in people)


def sort_out(crm: Crm, found: Campaign, at: str = "") -> Iterator[Member]:
    """Yield whom a campaign is for as things are now, each with the reason why they are left out.

    Who has had enough mails is told as of a later instant (`at`) where the campaign leaves then.
    """
    told = campaigns.audience_of(found)
    if told:
        capped = None if found.purpose == SERVICE else partial(caps.full, crm, at=at)
        yield from audience.members(crm, told, found.purpose, capped=capped)


def counted(people: Iterable[Member]) -> dict[str, int]:
    """Return how many get the mail (under an empty key), and how many are left out for each reason."""
    told: dict[str, int] = {"": 0}
    for one in people:
        told[one.reason] = told.get(one.reason, 0) + 1
    return told


def allowance(crm: Reader, found: Campaign) -> int:
    """Return how many mails of a campaign may still begin to leave in this hour."""
    if not found.per_hour:
        return AT_ONCE
    return found.per_hour - queries.handed_over_since(crm, found.id, since(crm.now, 60))


def decide(crm: Crm, found: Campaign) -> bool:
    """Choose the subject for all others where the hours of the test are over; tell whether it was."""
    if not found.ab_percent or found.winner or queries.is_test_under_way(crm, found.id):
        return False
    last = queries.last_intent(crm, found.id)
    if last and crm.local(last) + timedelta(hours=found.ab_hours) > crm.now:
        return False
    from petitcrm.marketing import campaign_results

    told = ab_test.decide(*campaign_results.arms(crm, found))
    return recipients.move(crm.connection, found.id, ["sending"], winner=told.winner)


def stop(crm: Crm, found: Campaign) -> str:
    """Pause a campaign of which too much comes back; return why, empty where it goes on."""
    mails = queries.mails(crm, found.id)
    bounced = queries.bounced(crm, found.id)
    last = queries.results_in_a_row(crm, found.id, brakes.IN_A_ROW)
    told = brakes.Ended(
        sum(n for (_step, state), n in mails.items() if state == "sent")
        + sum(queries.refused_by_servers(crm, found.id).values()),
        sum(n for (_step, kind), n in bounced.items() if kind == "hard"),
        sum(n for (_step, kind), n in bounced.items() if kind == "complaint"), tuple(last),
    )  # fmt: skip
    reason = brakes.why_stop(told)
    if not reason or reason == found.reason or not queries.is_anybody_waiting(crm, found.id):
        return ""
    recipients.hold(crm.connection, found.id)
    moved = recipients.move(crm.connection, found.id, ["sending"], state="paused", reason=reason)
    return reason if moved else ""


def end(crm: Crm, found: Campaign) -> bool:
    """End a campaign of which everything has left; tell whether it is over."""
    if queries.is_anybody_waiting(crm, found.id):
        return False
    return recipients.move(crm.connection, found.id, ["sending"], state="sent", ended_at=crm.now_text)


# ------------------------------------------------------------------------------------------------------ the texts


def written(
    found: Campaign, who: Identity, values: dict[str, dict[str, object]], variant: str = ""
) -> Filled:
    """Return the mail of a campaign filled for somebody, with what ends it; Missing where a field is empty."""
    filled = filling.fill_with(values, subject_of(found, variant), found.body)
    ended = identity.signed(filled.body, who, lang=found.lang, purpose=found.purpose)
    return filled._replace(body=ended)


def subject_of(found: Campaign, variant: str) -> str:
    """Return the subject of one side of the test; that of all where there is none."""
    return found.subject_b if variant == "b" else found.subject


def written_for(
    crm: Reader, found: Campaign, sender: str, contact_id: int | None, variant: str = ""
) -> Filled:
    """Return a campaign as a contact would read it, or somebody invented; RefusedByRule where a field is empty."""
    if variant == "b" and not found.subject_b:
        raise RefusedByRule(
            "no-subject-b", _("The campaign {key} has no second subject.", key=found.key),
            advice=f'{_("Write in its header:")}\nobjet_b = "…"\nessai_pourcent = 20'
            if language() == "fr"
            else f'{_("Write in its header:")}\nsubject_b = "…"\nab_percent = 20',
        )  # fmt: skip
    who = campaigns.identity(crm, sender)
    if contact_id is None:
        return _for_anybody(crm, found, who, variant)
    about = merge_fields.Subjects(contact_id, None, found.owner_id)
    filled = filling.fill(crm, subject_of(found, variant), found.body, about, language=found.lang)
    return filled._replace(body=identity.signed(filled.body, who, lang=found.lang, purpose=found.purpose))


def whole(crm: Reader, mails: Sequence[Outgoing], sender: str) -> list[Outgoing]:
    """Return mails of the outbox with their texts: one of a campaign is written again from it, for whom it is.

    Where that can no longer be done (a field was emptied since, the contact is gone) the body stays empty.
    """
    known = {one.campaign_id: queries.one(crm, one.campaign_id) for one in mails if one.campaign_id}
    told: list[Outgoing] = []
    values = {
        campaign_id: dict(
            merge_fields.values_of_all(
                crm, [one.contact_id for one in mails if one.campaign_id == campaign_id and one.contact_id],
                found.owner_id, found.lang,
            )
        )
        for campaign_id, found in known.items() if found
    }  # fmt: skip
    who = campaigns.identity(crm, sender)
    for one in mails:
        found = known.get(one.campaign_id or 0)
        theirs = values.get(one.campaign_id or 0, {}).get(one.contact_id or 0)
        if found and theirs and not one.body:
            try:
                told.append(one._replace(body=written(found, who, theirs, one.step).body))
                continue
            except filling.Missing:
                pass
        told.append(one)
    return told


def text_again(crm: Reader, message_id: str, sender: str) -> str:
    """Return the text of a mail of a campaign that left, written again for whom it was; empty for any other mail."""
    row = outbox.of_message(crm, message_id)
    if row is None or not row.campaign_id:
        return ""
    (told,) = whole(crm, [row], sender)
    return Wording(told.body, is_markdown=True).text if told.body else ""


def draft_of(crm: Crm, found: Campaign, sender: str, at: str = "") -> Draft:
    """Return a campaign as it is looked at before it leaves, now or at a later instant: who gets it, what is empty."""
    people = list(sort_out(crm, found, at))
    empty = empty_fields(crm, found, [one.contact_id for one in people if not one.reason])
    return Draft(
        found.subject, found.body, campaigns.identity(crm, sender), found.subject_b, found.lang, tuple(empty.items()),
        archived=archived_in(crm, found), leaves=True,
    ).counting(counted(people))  # fmt: skip


def archived_in(crm: Crm, found: Campaign) -> tuple[tuple[str, str], ...]:
    """Return the lists of a campaign that are put away, by name and key."""
    return tuple((line.name, line.key) for line in audience.archived(crm, campaigns.audience_of(found)))


def empty_fields(crm: Reader, found: Campaign, contact_ids: Sequence[int]) -> dict[str, int]:
    """Return which fields stop the mails of how many of some people, by the first that is empty for each."""
    told: dict[str, int] = {}
    texts = [
        filling.Prepared(text, where)
        for text, where in (
            (found.subject, _("The subject")), (found.subject_b, _("Subject B")), (found.body, _("The body")),
        )
        if text
    ]  # fmt: skip
    for _id, values in merge_fields.values_of_all(crm, contact_ids, found.owner_id, found.lang):
        try:
            for text in texts:
                text.filled(values, str)
        except filling.Missing as missing:
            told[missing.field] = told.get(missing.field, 0) + 1
    return told


def reason_words(reason: str) -> str:
    """Return why somebody does not get a campaign, in words."""
    return _(LEFT_OUT.get(reason, reason)) if reason else ""


def _for_anybody(crm: Reader, found: Campaign, who: Identity, variant: str) -> Filled:
    values = merge_fields.invented(crm, found.owner_id, found.lang)
    while True:
        try:
            return written(found, who, values, variant)
        except filling.Missing as missing:  # a field of the firm's own, or one that no mailing has
            noun, field, *custom = missing.path
            known, name = merge_fields.understood(noun, field) or (noun, field)
            theirs = values.setdefault(known, {})
            if custom:
                own = theirs.setdefault("custom", {})
                own[custom[0]] = "…"  # type: ignore[index]
            else:
                theirs[name] = "…"
