"""Who begins a sequence by themselves: the people of the list or the segment that its file names, or of a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import CrmError
from petitcrm.i18n import _
from petitcrm.marketing import enrolments, sequences
from petitcrm.rows import Row
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences as known

if TYPE_CHECKING:
    from petitcrm.crm import Crm

AT_ONCE = 1000
"""People looked at for a sequence in one run: the others in the next ones."""
_ALL = "all"
"""What is remembered in the place of the last one who was looked at, where all were."""
_FIELDS = ("list", "segment", "where")


class Entered(Row):
    """How many people were looked at, and how many begun; `problems` say which sequences cannot begin."""

    looked: int
    begun: int
    problems: tuple[str, ...] = ()


def enter(crm: Crm) -> Entered:
    """Begin the running sequences for who is meant by their files, has not been in them, and may be written to."""
    traces = f"{crm.today}:{crm.user_id}:{queries.traces(crm)}"
    looked, begun, problems = 0, 0, []
    for one in known.listing(crm):
        if one.state != "active":
            continue
        start = sequences.flow_of(crm, sequences.of_version(crm, one.id, one.version).id).start
        for field in _FIELDS:
            told = getattr(start, field)
            try:
                some = _next(crm, one, (field, told, start.again), traces) if told else []
                begun += _begin(crm, one.id, some, "where" if field == "where" else f"{field}:{told}")
            except CrmError as problem:  # what a condition or a mail names is no more
                problems.append(_("{name}: {what}", name=one.name, what=problem.message))
                continue
            looked += len(some)
    return Entered(looked, begun, tuple(problems))


def _begin(crm: Crm, sequence_id: int, contact_ids: list[int], source: str) -> int:
    if not contact_ids:
        return 0
    found = enrolments.start(crm, sequence_id, contact_ids, enrolments.Wanted(source, by_itself=True))
    return sum(one.enrolment_id is not None for one in found)


def _next(crm: Crm, one: known.Sequence, asked: tuple[str, str, str], traces: str) -> list[int]:
    """Return who is to be looked at in this run: where all were, nobody until something has happened.

    What happens while they are looked at, a thousand a run, counts from the next time on: `began` is what had happened
    when the first were.
    """
    place = f"enter:{one.key}:{asked[0]}"
    after, _space, began = known.remembered(crm, place).partition(" ")
    if after == _ALL and began == traces:
        return []
    if not after.isdigit() or not began:
        after, began = "0", traces
    running.remember(crm.connection, place, f"{_ALL} {began}")
    found = _who(crm, one, asked, int(after))
    if len(found) == AT_ONCE:
        running.remember(crm.connection, place, f"{found[-1]} {began}")
    return found


def _who(crm: Crm, one: known.Sequence, asked: tuple[str, str, str], after: int) -> list[int]:
    kind, told, again = asked
    once = again == "never"
    if kind != "where":
        return queries.newcomers(crm, one.id, (kind, told), after, AT_ONCE, once=once)
    from petitcrm.sales import where

    return queries.meeting(crm, one.id, where.compiled(crm, told), after, AT_ONCE, once=once)
