"""What a set of territories would do, tried on leads and customers that are there; nothing is changed by it."""

from __future__ import annotations

from itertools import chain

from petitcrm.leads import judging, routing, team
from petitcrm.leads.fairness import Pool, Seat, gini, max_min
from petitcrm.rows import Row
from petitcrm.watch import watched

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.leads.facts import Facts
    from petitcrm.leads.territories import Territory
    from petitcrm.store.queries.leads import Known
    from petitcrm.watch import Watch

QUEUE = ""
"""The owner of what no rule gives to anybody."""


class Share(Row):
    """What one person would get: how many leads or customers, and what customers bought, in cents."""

    owner: str
    number: int
    value_cents: int


class Torn(Row):
    """A company of which contacts fall into several territories: who would have most of it, and who else a part."""

    company_id: int
    company: str
    owner: str
    others: tuple[str, ...]


class Outcome(Row):
    """Who would get what, how equal it is, and what is left over."""

    number: int
    shares: list[Share]
    rules: dict[str, int]
    gini: float
    gini_value: float
    max_min: float | None
    multi_zone: list[Torn]
    unmatched: int
    by_departement: dict[str, dict[str, int]]
    """Département → owner → how many."""


def simulate(
    crm: Crm, rules: list[Territory], *, keep_owners: bool = False, watch: Watch | None = None
) -> Outcome:
    """Share all leads and all customers out by a set of rules, from nothing, in the order in which they came.

    With `keep_owners` whoever has a customer already keeps them, as the rules in force would; without it the rules
    alone decide, which is what is asked of a draft. Whoever watches may stop it.
    """
    subjects = watched(chain(judging.of_leads(crm), judging.of_customers(crm)), watch)
    return shared_out(subjects, fresh(crm, rules), keep_owners=keep_owners)


def shared_out(
    subjects: Iterable[tuple[Known, Facts]], dispatch: routing.Dispatch, *, keep_owners: bool = False
) -> Outcome:
    """Share subjects out, and count."""
    counts: dict[str, list[int]] = {seat.key: [0, 0] for seat in dispatch.pool.seats.values() if seat.weight}
    rules: dict[str, int] = {}
    companies: dict[int, tuple[str, dict[str, int]]] = {}
    places: dict[str, dict[str, int]] = {}
    number = unmatched = 0
    for known, facts in subjects:
        place, chosen = dispatch.pick(dispatch.book.every(facts), known.owner_id if keep_owners else None)
        owner, rule = chosen.key if chosen else QUEUE, "" if place is None else dispatch.rules[place].name
        number += 1
        unmatched += not (owner or rule)
        tally = counts.setdefault(owner, [0, 0])
        tally[0] += 1
        tally[1] += known.value_cents
        rules[rule] = rules.get(rule, 0) + 1
        if known.company_id is not None:
            zones = companies.setdefault(known.company_id, (known.company, {}))[1]
            zones[owner] = zones.get(owner, 0) + 1
        owners = places.setdefault(facts.departement, {})
        owners[owner] = owners.get(owner, 0) + 1
    people = {owner: tally for owner, tally in counts.items() if owner != QUEUE}
    shares = [Share(owner, *tally) for owner, tally in sorted(counts.items())]
    return Outcome(
        number, shares, rules, gini(tally[0] for tally in people.values()), gini(tally[1] for tally in people.values()),
        max_min(tally[0] for tally in people.values()), _torn(companies), unmatched, places,
    )  # fmt: skip


def each(crm: Crm, rules: list[Territory], subjects: Iterable[tuple[Known, Facts]]) -> list[routing.Given]:
    """Return to whom each subject would go, one after the other."""
    dispatch = fresh(crm, rules)
    return [dispatch.choose(known, facts) for known, facts in subjects]


def fresh(crm: Crm, rules: list[Territory]) -> routing.Dispatch:
    """Return rules at work among people who have nothing yet, all of them there and without a limit."""
    seats = [Seat(one.user_id, one.key, one.weight) for one in team.members(crm)]
    at_work = routing.dispatch(crm, rules)
    at_work.pool = Pool(seats)
    return at_work


def _torn(companies: dict[int, tuple[str, dict[str, int]]]) -> list[Torn]:
    torn = []
    for company_id, (name, zones) in companies.items():
        ranked = sorted(
            (owner for owner in zones if owner != QUEUE), key=lambda owner: (-zones[owner], owner)
        )
        if len(ranked) > 1:
            torn.append(Torn(company_id, name, ranked[0], tuple(ranked[1:])))
    return torn
