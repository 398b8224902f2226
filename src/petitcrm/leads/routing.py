"""To whom a lead goes: whoever has the customer already, else the first rule that matches, else the default queue."""

from __future__ import annotations

from itertools import takewhile

from petitcrm.i18n import _
from petitcrm.leads import criteria, judging, team, territories
from petitcrm.leads.rulebook import Rulebook
from petitcrm.rows import Row
from petitcrm.store.queries import leads as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.leads.facts import Facts
    from petitcrm.leads.fairness import Pool, Seat
    from petitcrm.leads.territories import Territory
    from petitcrm.store.queries.leads import Known


class Given(Row):
    """To whom a lead goes (None: the default queue), by which rule, with what reasons, and through which partner."""

    owner_id: int | None
    owner: str
    rule: str
    why: tuple[str, ...]
    partner: str = ""


class Dispatch:
    """A set of territories at work on one lead after the other; giving nothing, only saying who would get what."""

    def __init__(self, rules: list[Territory], pool: Pool, users: dict[str, int]) -> None:
        self.rules = rules
        self.pool = pool
        self.book = Rulebook([rule.rule for rule in rules])
        self._shares = [_shares(rule, users, pool) for rule in rules]

    def renew(self, crm: Crm) -> None:
        """Count anew what everybody has: a lead went from one to another, or is open again."""
        self.pool = team.pool(crm)

    def choose(self, known: Known, facts: Facts, *, owner_id: int | None = None) -> Given:
        """Return to whom a lead goes. Whoever is gone, away or has enough gets nothing; the next rule is tried then."""
        places = self.book.every(facts)
        place, chosen = self.pick(places, owner_id or known.owner_id)
        if place is None and chosen is not None:
            return Given(
                chosen.user_id, chosen.key, "", (_("{who} has this customer already", who=chosen.key),)
            )
        passed = [
            _("“{rule}” matches, but nobody of it can take one more", rule=self.rules[other].name)
            for other in takewhile(lambda other: other != place, places)
        ]
        if place is None:
            return Given(None, "", "", (*passed, _("no rule matches: the default queue")))
        rule = self.rules[place]
        if chosen is None:
            return Given(None, "", rule.name, (*passed, *_matched(rule, facts)), rule.partner)
        why = (*passed, *_why(rule, facts, chosen))
        return Given(chosen.user_id, chosen.key, rule.name, why, rule.partner)

    def pick(self, places: Iterable[int], owner_id: int | None) -> tuple[int | None, Seat | None]:
        """Return by which of the rules that match (their places, in order) a lead goes, and to whom.

        Whoever has the customer already gets it by no rule; a queue and a partner's own business are nobody's.
        """
        owner = self.pool.seats.get(owner_id or 0)
        if owner is not None:
            self.pool.take(owner.user_id)
            return None, owner
        for place in places:
            chosen = self.pool.give(self._shares[place])
            if chosen is not None or not self.rules[place].to:
                return place, chosen
        return None, None


def explain(crm: Crm, known: Known, facts: Facts, at_work: Dispatch | None = None) -> Given:
    """Return to whom a lead or a contact would go now, by the rules in force or `at_work`, and why; nothing changes."""
    owner_id = known.owner_id or queries.owner_of_earlier(crm, known.contact_id, known.company_id)
    return (at_work or dispatch(crm)).choose(known, facts, owner_id=owner_id)


def give(crm: Crm, lead_id: int, at_work: Dispatch | None = None) -> Given:
    """Give a lead to whom the rules say; without an active set of territories it waits in the default queue.

    Who gives many in one gesture passes the rules `at_work`, made once by `dispatch`: the same leads go to the same
    people as one by one.
    """
    known, facts = judging.of_lead(crm, lead_id)
    line = queries.line(crm, lead_id)
    given = explain(crm, known, facts, at_work)
    if given.owner_id is None and not given.partner:
        return given
    with crm.act(
        "lead.given", contact=known.contact_id, lead=f"l{lead_id}", owner=given.owner, rule=given.rule
    ) as act:
        values: dict[str, object] = {"given_by_rule": given.rule}
        if given.owner_id is not None:
            values |= {"owner_id": given.owner_id, "given_at": crm.now_text}
        if given.partner:
            values["partner_id"] = crm.rows("SELECT id FROM partners WHERE key = :key", key=given.partner)[0][
                0
            ]
        act.update("leads", lead_id, **values)
    if at_work is not None and not (line.owner_id is None and line.state in team.COUNTED):
        at_work.renew(crm)
    return given


def dispatch(crm: Crm, rules: list[Territory] | None = None) -> Dispatch:
    """Return the active territories (or other rules) at work, with everybody's present share."""
    pool = team.pool(crm)
    users = {seat.key: user_id for user_id, seat in pool.seats.items()}
    for one in team.members(crm):
        for role in one.roles or team.ROLES:
            users.setdefault(f"role:{role}:{one.key}", one.user_id)
    return Dispatch(territories.active(crm) if rules is None else rules, pool, users)


def _shares(rule: Territory, users: dict[str, int], pool: Pool) -> dict[int, int]:
    """Return who shares the leads of a rule: people by their short names, or all who have a role."""
    shares: dict[int, int] = {}
    for key, share in rule.to:
        if key == "*":
            shares |= dict.fromkeys(pool.seats, share)
        elif key.startswith("role:"):
            shares |= {user_id: share for name, user_id in users.items() if name.startswith(f"{key}:")}
        elif key in users:
            shares[users[key]] = share
    return shares


def _why(rule: Territory, facts: Facts, chosen: Seat) -> tuple[str, ...]:
    told = _matched(rule, facts)
    if len(rule.to) > 1 or rule.to[0][0].startswith(("role:", "*")):
        told += (_("{who} is furthest behind their share ({received} received lately)", who=chosen.key,
                   received=chosen.received),)  # fmt: skip
    return told


def _matched(rule: Territory, facts: Facts) -> tuple[str, ...]:
    reasons = [criteria.explain(condition, facts) for condition in rule.rule.where]
    return (_("rule “{rule}”", rule=rule.name), *reasons)
