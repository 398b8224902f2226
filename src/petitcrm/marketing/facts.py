"""What is known of the people in sequences: asked of the base for thousands at once, told as `stepping` wants it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.marketing import caps, lists, stepping
from petitcrm.marketing.flow import MEASURED
from petitcrm.marketing.measuring import purpose_of
from petitcrm.marketing.stepping import Passed, Past, Seen
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.store.queries.enrolments import Did, Enrolled, Went
    from petitcrm.store.reader import Reader

_read = datetime.fromisoformat
_NEVER = datetime.min.replace(tzinfo=UTC)
_NONE: tuple[Seen, ...] = ()


class Known(Row):
    """What is known of some people: their pasts, and the steps that they went through, by enrolment.

    `problems` say which conditions cannot be asked any more, for what they name is gone: their answer is unknown.
    """

    pasts: dict[int, Past]
    went: dict[int, list[Went]]
    problems: tuple[str, ...] = ()


def known(crm: Crm, people: Sequence[Enrolled], flows: Mapping[int, Flow]) -> Known:
    """Return what has been, of people in the sequences of some versions; what no flow asks about is not looked up."""
    if not people:
        return Known({}, {})
    asked = [condition for flow in flows.values() for condition in flow.conditions]
    kinds = {condition.what for condition in asked}
    since = min(one.entered_at for one in people)
    ids = [one.id for one in people]
    contacts = list(dict.fromkeys(one.contact_id for one in people))
    went = _by_enrolment(queries.went(crm, ids))
    replies = queries.replies(crm, contacts, since)
    seen = _seen(crm, ids, replies, queries.signals(crm, contacts, since) if kinds & set(MEASURED) else [])
    left = _left(crm, people, flows, replies)
    purposes = {kind: purpose_of(kind) for kind in kinds & set(MEASURED)}
    told = {purpose: consent.agreed(crm, contacts, purpose) for purpose in set(purposes.values())}
    agreed = {kind: told[purpose] for kind, purpose in purposes.items()}
    read = _read_until(crm)
    where, problems = _where(crm, people, flows)
    pasts = {}
    for one in people:
        passages = _passages(went.get(one.id, ()))
        entered = _read(one.entered_at)
        mine = tuple(
            did
            for did, run in (*seen.get(one.contact_id, ()), *seen.get(-one.id, ()))
            if run in (None, one.id)
        )
        pasts[one.id] = Past(
            entered, passages, mine, _measured(one, went.get(one.id, ()), agreed), read, left.get(one.id, {}),
            where.get(one.id, {}),
        )  # fmt: skip
    return Known(pasts, went, problems)


def gone(crm: Reader, people: Sequence[Enrolled]) -> list[tuple[Enrolled, Past]]:
    """Return the steps alone that some people went through: what tells where they stand."""
    went = _by_enrolment(queries.went(crm, [one.id for one in people]))
    return [(one, Past(_read(one.entered_at), _passages(went.get(one.id, ())))) for one in people]


def with_mails(
    crm: Reader, people: Sequence[Enrolled], pasts: Mapping[int, Past], flow_days: int
) -> dict[int, Past]:
    """Return the pasts with the marketing mails of each person, and the limit of the firm."""
    mails, days = caps.known(crm)
    found = caps.mailed(crm, [one.contact_id for one in people], max(days, flow_days))
    limits = ((mails, days),) if mails else ()
    return {
        one.id: pasts[one.id]._replace(mailed=found.get(one.contact_id, ()), caps=limits) for one in people
    }


def _by_enrolment(rows: Sequence[Went]) -> dict[int, list[Went]]:
    found: dict[int, list[Went]] = defaultdict(list)
    for row in rows:
        found[row.enrolment_id].append(row)
    return found


def _passages(rows: Sequence[Went]) -> dict[str, Passed]:
    return {row.step: _passed(row) for row in rows}


def _passed(row: Went) -> Passed:
    """Return a step as it is by now: a mail on its way counts from when it left, whoever wrote that down."""
    at = _read(row.at)
    if row.settled_at is not None:
        return Passed(at, _read(row.settled_at), row.outcome)
    settled = settled_of(row)
    return Passed(at, _read(settled[0]), settled[1]) if settled else Passed(at)


def settled_of(row: Went) -> tuple[str, str] | None:
    """Return when a mail left, or was given up, and how it is called; None while it is on its way."""
    if row.settled_at is not None or row.outgoing_id is None:
        return None
    if row.mail in ("due", "claimed", "intent", "unknown"):
        return None
    if row.mail == "sent":
        return row.left_at or row.at, stepping.SENT
    return row.left_at or row.at, row.mail or "deleted"


def _seen(
    crm: Crm, ids: list[int], replies: list[Did], signals: list[Did]
) -> dict[int, list[tuple[Seen, int | None]]]:
    """Return what people did, by contact; by enrolment, with a minus, where it is about a task of one alone."""
    found: dict[int, list[tuple[Seen, int | None]]] = {}
    for row in (*replies, *signals):
        # What is known has been, whatever the clock of who wrote it says.
        at = min(_read(row.at), crm.now)
        seen = Seen(row.kind, at, row.step or "", row.target, bool(row.is_machine))
        found.setdefault(row.contact_id, []).append((seen, row.enrolment_id))
    for row in queries.outcomes(crm, ids):
        run = row.enrolment_id or 0
        seen = Seen("outcome", _read(row.at), row.step or "", row.target)
        found.setdefault(-run, []).append((seen, run))
    return found


def _left(
    crm: Reader, people: Sequence[Enrolled], flows: Mapping[int, Flow], replies: list[Did]
) -> dict[int, dict[str, datetime]]:
    """Return the reasons to leave that came up: an answer, a deal that closed, a word or a mail that forbids it."""
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    answered: dict[int, list[str]] = defaultdict(list)
    contacts, since = [one.contact_id for one in people], min(one.entered_at for one in people)
    for row in replies:
        if not row.is_machine:
            answered[row.contact_id].append(row.at)
    closed: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for contact_id, deal_id, status, at in queries.closed(crm, contacts, since):
        closed[contact_id].append((deal_id, status, at))
    for one in people:
        theirs = [at for at in answered.get(one.contact_id, ()) if at >= one.entered_at]
        if theirs:
            found[one.id]["replied"] = min(_read(min(theirs)), crm.now)
        for deal_id, status, at in closed.get(one.contact_id, ()):
            if at >= one.entered_at and one.deal_id in (None, deal_id):
                found[one.id].setdefault(status, min(_read(at), crm.now))
    for one_id, reason, since_then in _forbidden(crm, people, flows):
        found[one_id][reason] = since_then
    return found


def _forbidden(
    crm: Reader, people: Sequence[Enrolled], flows: Mapping[int, Flow]
) -> Iterator[tuple[int, str, datetime]]:
    """Yield who may not be written to any more, why and since when; only those of whom something was said are asked of.

    Whose mail comes back may have refused it before: each reason counts from when it came up.
    """
    came_back = queries.came_back(crm, {one.contact_id for one in people})
    for purpose in {flows[one.version_id].purpose for one in people}:
        theirs = [one for one in people if flows[one.version_id].purpose == purpose]
        refused = queries.refused(crm, {one.contact_id for one in theirs}, purpose)
        some = [one for one in theirs if one.contact_id in refused or one.contact_id in came_back]
        verdicts = consent.verdicts(crm, [one.contact_id for one in some], "email", purpose) if some else {}
        for one in some:
            verdict = verdicts.get(one.contact_id)
            if verdict is None or verdict.allowed:
                continue
            word, private = refused.get(one.contact_id, (None, None))
            back = came_back.get(one.contact_id)
            if back is not None and verdict.reason == "bounced":
                yield one.id, "bounced", _within(back, one, crm.now)
            if found := word or (private or back if verdict.reason != "bounced" else None):
                yield one.id, "unsubscribed", _within(found, one, crm.now)
    yield from _off_their_list(crm, people)


def _off_their_list(crm: Reader, people: Sequence[Enrolled]) -> Iterator[tuple[int, str, datetime]]:
    """Yield who came by a list and has left it, other lists or none: what it began was for who is on it."""
    by_list: dict[str, list[Enrolled]] = defaultdict(list)
    for one in people:
        if one.source.startswith("list:"):
            by_list[one.source.removeprefix("list:")].append(one)
    for key, some in by_list.items():
        gone = lists.left(crm, [one.contact_id for one in some], [key])
        for one in some:
            if at := gone.get(one.contact_id):
                yield one.id, "unsubscribed", _within(at, one, crm.now)


def _within(at: str, one: Enrolled, now: datetime) -> datetime:
    """Return an instant as one since somebody came into the sequence, whatever the clock of who wrote it says."""
    return min(_read(max(at, one.entered_at)), now)


def _measured(
    one: Enrolled, rows: Sequence[Went], agreed: Mapping[str, Mapping[int, str]]
) -> dict[str, bool]:
    """Return what would be known of somebody: only of mails that left once they had agreed to be measured.

    What was done with a mail that the base forgot, when it was put back, is not known to be about it.
    """
    found = {}
    for kind, since in agreed.items():
        at = since.get(one.contact_id)
        found[kind] = at is not None
        if at is not None:
            agreed_at = _read(at)
            for row in rows:
                passed = _passed(row)
                is_known = row.outgoing_id is not None or passed.outcome != stepping.SENT
                found[f"{kind}:{row.step}"] = (
                    is_known and passed.settled_at is not None and agreed_at <= passed.settled_at
                )
    return found


def _read_until(crm: Reader) -> dict[str, datetime]:
    """Return up to when each kind of signal was read; nothing of one that nobody reads."""
    found = {kind: _read(at) for kind, at in sequences.all_remembered(crm, "read:").items() if at}
    inbox = queries.read_until(crm)
    if inbox is not None:
        found["replied"] = _read(inbox) if inbox else _NEVER
    return found


def _where(
    crm: Crm, people: Sequence[Enrolled], flows: Mapping[int, Flow]
) -> tuple[dict[int, dict[str, str]], tuple[str, ...]]:
    """Return the answers to conditions on contacts, each asked once for all whom it may concern, and what is wrong."""
    from petitcrm.sales import where

    asked: dict[str, list[Enrolled]] = defaultdict(list)
    for one in people:
        for condition in flows[one.version_id].conditions:
            if condition.what == "where":
                asked[condition.value].append(one)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    problems = []
    for text, some in asked.items():
        try:
            told = where.judge(crm, text, [one.contact_id for one in some])
        except (UsageProblem, NotFound, RefusedByRule) as problem:  # what it names is no more
            told = dict.fromkeys((one.contact_id for one in some), where.UNKNOWN)
            name = flows[some[0].version_id].name
            problems.append(_("{name}: {what}", name=name, what=problem.message))
        for one in some:
            found[one.id][text] = told.get(one.contact_id, "no")
    return found, tuple(problems)
