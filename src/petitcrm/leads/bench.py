"""A profile tried on the customers and leads that are there: how many it matches, who, and why not the others."""

from __future__ import annotations

from petitcrm.leads import judging, profiles
from petitcrm.leads.criteria import NO, YES
from petitcrm.rows import Row
from petitcrm.watch import watched

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.facts import Facts
    from petitcrm.leads.profiles import Profile
    from petitcrm.watch import Watch

EXAMPLES = 6
"""Names that are shown of those who match, and of those who do not."""


class Subject(Row):
    """A customer or a lead, with the facts that profiles look at."""

    contact_id: int
    is_customer: bool
    facts: Facts


class Example(Row):
    """Somebody with what a profile says of them."""

    contact_id: int
    answer: str
    because: tuple[str, ...]


class Tried(Row):
    """How many customers and leads match, of how many; how many are not known enough; some of each kind."""

    customers: int
    of_customers: int
    leads: int
    of_leads: int
    unknown: int
    examples: list[Example]


def subjects(crm: Crm, *, watch: Watch | None = None) -> list[Subject]:
    """Return every customer, then every lead."""
    customers, leads = (watched(each, watch) for each in (judging.of_customers(crm), judging.of_leads(crm)))
    found = [Subject(known.contact_id, True, facts) for known, facts in customers]
    return found + [Subject(known.contact_id, False, facts) for known, facts in leads]


def tried(profile: Profile, known: list[Subject], *, watch: Watch | None = None) -> Tried:
    """Try a profile on customers and leads; whoever watches may stop it."""
    answer_for = profiles.answering(profile)
    counts = {True: [0, 0], False: [0, 0]}
    unknown = 0
    examples: dict[str, dict[int, Example]] = {}
    for one in watched(known, watch):
        answer = answer_for(one.facts)
        counts[one.is_customer][0] += answer == YES
        counts[one.is_customer][1] += 1
        unknown += answer not in (YES, NO)
        some = examples.setdefault(answer, {})
        if len(some) < EXAMPLES and one.contact_id not in some:
            because = profiles.judge(profile, one.facts).because
            some[one.contact_id] = Example(one.contact_id, answer, because)
    listed = [example for some in examples.values() for example in some.values()]
    (customers, of_customers), (leads, of_leads) = counts[True], counts[False]
    return Tried(customers, of_customers, leads, of_leads, unknown, listed)
