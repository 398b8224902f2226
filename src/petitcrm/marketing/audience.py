"""Whom a mailing is for: lists, segments and conditions put together, less some others; who is left out, and why.

    {"lists": ["lettre"], "topics": [], "segments": [], "where": "",
     "except": {"lists": [], "segments": [], "where": ""}}

Worked out in the base itself, then judged some thousand people at a time: memory stays flat.
"""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _, figure
from petitcrm.marketing import lists, segments
from petitcrm.rows import Row
from petitcrm.sales import consent, where
from petitcrm.sales.may_contact import REASONS
from petitcrm.sales.where import Compiled
from petitcrm.store import conditions
from petitcrm.store.queries import audiences as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.audiences import ListLine

CHUNK = 2_000
SAME_ADDRESS, CAP = "same-address", "cap"
WHY = {
    **REASONS,
    SAME_ADDRESS: N_("is written to already: somebody else has this address"),
    CAP: N_("has had as many mails as one may have for now"),
}
"""Why somebody is left out, by a key that never changes."""
_PARTS = ("lists", "topics", "segments", "where", "except")


class Member(Row):
    """One person of an audience, and where they are written to; `reason` is why they are left out, or ""."""

    contact_id: int
    address: str
    name: str
    reason: str = ""


class Counts(Row):
    """How many people an audience is: all of them, those who would be written to, the others by reason."""

    people: int
    reached: int
    left_out: dict[str, int]


def members(
    crm: Crm,
    told: Mapping[str, Any],
    purpose: str,
    *,
    capped: Callable[[Sequence[int]], Collection[int]] | None = None,
) -> Iterator[Member]:
    """Yield everybody of an audience in the order of their ids, those left out with their reason.

    `capped` tells of some contacts those who have had enough mail for now. Raise UsageProblem, NotFound where the
    audience names what is not there.
    """
    ids = _ids(crm, told)
    seen: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        yield from _judged(crm, ids[start : start + CHUNK], purpose, seen, capped)


def count(
    crm: Crm,
    told: Mapping[str, Any],
    purpose: str,
    *,
    capped: Callable[[Sequence[int]], Collection[int]] | None = None,
) -> Counts:
    """Return how many people an audience reaches, and why the others are left out."""
    people = reached = 0
    left_out: dict[str, int] = {}
    for one in members(crm, told, purpose, capped=capped):
        people += 1
        if one.reason:
            left_out[one.reason] = left_out.get(one.reason, 0) + 1
        else:
            reached += 1
    return Counts(people, reached, dict(sorted(left_out.items(), key=lambda pair: (-pair[1], pair[0]))))


def in_words(counts: Counts) -> list[str]:
    """Return why people are left out, as a person reads it, the most frequent first."""
    return [f"{figure(n)} · {_(WHY[reason])}" for reason, n in counts.left_out.items()]


def check(crm: Crm, told: Mapping[str, Any]) -> None:
    """Refuse an audience that names what is not there, or that is nobody."""
    compiled(crm, told)


def archived(crm: Crm, told: Mapping[str, Any]) -> list[ListLine]:
    """Return the lists that an audience is written to and that are put away: it goes to nobody on them."""
    return [line for line in (lists.of(crm, key) for key in told.get("lists") or ()) if line.is_archived]


def compiled(crm: Crm, told: Mapping[str, Any]) -> Compiled:
    """Return an audience as a condition on contacts, its values bound; a list that is put away is nobody.

    Among those left out it still counts: nobody is written to because a list was archived.
    """
    strange = set(told) - set(_PARTS)
    if strange:
        raise UsageProblem(
            _("An audience has no part “{name}”.", name=min(strange)), advice=", ".join(_PARTS)
        )
    values: dict[str, Any] = {}
    wanted = _any_of(crm, told, values, "a", is_written_to=True)
    if not wanted:
        raise UsageProblem(_("Say for whom: a list, a segment or a condition."))
    refused = _any_of(crm, told.get("except") or {}, values, "x")
    sql = f"({' OR '.join(wanted)})"
    if (
        refused
    ):  # who may or may not be among those left out is not: a missing fact keeps nobody from their letter
        sql += f" AND NOT COALESCE(({' OR '.join(refused)}), FALSE)"
    return Compiled(sql, values)


def _ids(crm: Crm, told: Mapping[str, Any]) -> list[int]:
    return queries.meeting(crm, *compiled(crm, told))


def _any_of(
    crm: Crm, told: Mapping[str, Any], values: dict[str, Any], mark: str, *, is_written_to: bool = False
) -> list[str]:
    """Return the conditions of which one will do; where it `is_written_to`, a list that is put away is nobody."""
    found = []
    for place, key in enumerate(told.get("lists") or ()):
        line = lists.of(crm, key)
        if is_written_to and line.is_archived:
            found.append("FALSE")
            continue
        name = f"{mark}l{place}"
        values[name] = line.id
        topics = lists.topics_of(line, told.get("topics") or ())
        marks = []
        for number, topic in enumerate(topics):
            values[f"{name}t{number}"] = f'%"{topic}"%'
            marks.append(f":{name}t{number}")
        found.append(conditions.on_list(f":{name}", "subscribed", topics=marks))
    texts = [
        (line.condition, line.key) for line in (segments.of(crm, key) for key in told.get("segments") or ())
    ]
    texts += [(told["where"], "")] if told.get("where") else []
    for place, (text, key) in enumerate(texts):
        one = where.compiled(crm, text, inside=[key] if key else [], marks=f"{mark}s{place}w")
        values |= one.values
        found.append(one.sql)
    return found


def _judged(
    crm: Crm, ids: Sequence[int], purpose: str, seen: set[int],
    capped: Callable[[Sequence[int]], Collection[int]] | None,
) -> Iterator[Member]:  # fmt: skip
    verdicts = consent.verdicts(crm, ids, "email", purpose)
    full = set(capped(ids)) if capped else set()
    for one in queries.people(crm, ids):
        verdict = verdicts[one.id]
        address = hash(one.address.lower())
        reason = "" if verdict.allowed else verdict.reason
        if not reason and address in seen:
            reason = SAME_ADDRESS
        if not reason and one.id in full:
            reason = CAP
        if not reason:
            seen.add(address)
        yield Member(one.id, one.address, f"{one.first_name} {one.last_name}".strip(), reason)
