"""A profile tried on the customers and leads that are there: how many it matches, who, and why not the others."""

from __future__ import annotations

from petitcrm.leads import judging, profiles
from petitcrm.leads.criteria import NO, YES
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.facts import Facts
    from petitcrm.leads.profiles import Profile

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


def subjects(crm: Crm) -> list[Subject]:
    """Return every customer, then every lead."""
    found = [Subject(known.contact_id, True, facts) for known, facts in judging.of_customers(crm)]
    return found + [Subject(known.contact_id, False, facts) for known, facts in judging.of_leads(crm)]


def tried(profile: Profile, known: list[Subject]) -> Tried:
    """Try a profile on customers and leads."""
    counts = {True: [0, 0], False: [0, 0]}
    unknown = 0
    examples: dict[str, dict[int, Example]] = {}
    for one in known:
        judged = profiles.judge(profile, one.facts)
        counts[one.is_customer][0] += judged.answer == YES
        counts[one.is_customer][1] += 1
        unknown += judged.answer not in (YES, NO)
        some = examples.setdefault(judged.answer, {})
        if len(some) < EXAMPLES:
            some.setdefault(one.contact_id, Example(one.contact_id, judged.answer, judged.because))
    listed = [example for some in examples.values() for example in some.values()]
    (customers, of_customers), (leads, of_leads) = counts[True], counts[False]
    return Tried(customers, of_customers, leads, of_leads, unknown, listed)
