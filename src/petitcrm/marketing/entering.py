"""Who begins a sequence by themselves: the people of the list or the segment that its file names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.marketing import enrolments, sequences
from petitcrm.rows import Row
from petitcrm.store import running
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import sequences as known

if TYPE_CHECKING:
    from petitcrm.crm import Crm

AT_ONCE = 1000
"""People looked at for a sequence in one run: the others in the next ones."""


class Entered(Row):
    """How many people were looked at, and how many begun."""

    looked: int
    begun: int


def enter(crm: Crm) -> Entered:
    """Begin the running sequences for who is meant by their files, has not been in them, and may be written to."""
    looked = begun = 0
    for one in known.listing(crm):
        if one.state != "active":
            continue
        start = sequences.flow_of(crm, sequences.of_version(crm, one.id, one.version).id).start
        for source in (("list", start.list), ("segment", start.segment)):
            if source[1]:
                some = _next(crm, one, source)
                told = enrolments.Wanted(":".join(source), by_itself=True)
                looked += len(some)
                found = enrolments.start(crm, one.id, some, told) if some else []
                begun += sum(each.enrolment_id is not None for each in found)
    return Entered(looked, begun)


def _next(crm: Crm, one: known.Sequence, source: tuple[str, str]) -> list[int]:
    """Return who is to be looked at in this run; after the last one, the first again."""
    place = f"enter:{one.key}:{source[0]}"
    after = int(known.remembered(crm, place) or 0)
    found = queries.newcomers(crm, one.id, source, after, AT_ONCE)
    last = found[-1] if len(found) == AT_ONCE else 0
    if last != after:
        running.remember(crm.connection, place, str(last))
    return found
