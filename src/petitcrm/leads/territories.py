"""Territories: sets of named rules that share the market out, drawn up as drafts, one of them active at a time."""

from __future__ import annotations

import json

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.leads import criteria
from petitcrm.leads.facts import Facts
from petitcrm.leads.rulebook import Rule, Rulebook
from petitcrm.rows import Row
from petitcrm.store.queries import territories as queries
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.territories import SetLine
    from petitcrm.store.reader import Reader

STATES = {"draft": N_("draft"), "active": N_("in force"), "archived": N_("archived")}
"""How far a set is: key → what people read."""
_PARTS = ("name", "where", "except", "to", "partner")


class Territory(Row):
    """One rule of a set: whom it is about, who shares its leads (short name or `role:sdr` → percentage), a partner.

    Without anybody to share them its leads wait in a queue of that name, or are the partner's.
    """

    rule: Rule
    to: tuple[tuple[str, int], ...] = ()
    partner: str = ""

    @property
    def name(self) -> str:
        """What the rule is called."""
        return self.rule.name


def active(crm: Reader) -> list[Territory]:
    """Return the rules in force, in their order; none where no set is active."""
    return next((unpacked(one) for one in queries.listing(crm) if one.state == "active"), [])


def named(crm: Reader, told: str) -> SetLine:
    """Return the set of this key or name; NotFound with those that there are."""
    wanted = fold(told)
    known = queries.listing(crm)
    for one in known:
        if wanted in (one.key, fold(one.name)):
            return one
    raise NotFound(
        _("There is no set of territories called {name}.", name=told),
        advice=", ".join(one.key for one in known),
    )


def unpacked(line: SetLine) -> list[Territory]:
    """Return the rules of a set."""
    return [read(number, table) for number, table in enumerate(json.loads(line.rules), 1)]


def tables(line: SetLine) -> dict[str, Any]:
    """Return a set as the tables of its file."""
    return {"name": line.name, "rule": json.loads(line.rules)}


def rules_of(told: Mapping[str, Any], *, name: str) -> list[Mapping[str, Any]]:
    """Return the rules in the tables of a file; UsageProblem where they are written as anything else."""
    strange = sorted(set(told) - {"name", "rule"})
    if strange:
        raise UsageProblem(_("A set has no part {name}.", name=strange[0]), advice="name, [[rule]]")
    rules = told.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise UsageProblem(_("{path}: rules are written as [[rule]].", path=name))
    return rules


def by_departement(rules: list[Territory]) -> dict[str, Territory | None]:
    """Return the first rule that matches somebody of whom only the département is known, by its code."""
    from petitcrm import geo

    book = Rulebook([one.rule for one in rules])
    found: dict[str, Territory | None] = {}
    for code, place in geo.departements().items():
        postcode = code.replace("A", "0").replace("B", "0").ljust(5, "0")
        facts = Facts(postcode=postcode, departement=code, region=place.region_code, country="FR")
        at = book.first(facts)
        found[code] = None if at is None else rules[at]
    return found


def show_people(rule: Territory) -> str:
    """Return who shares the leads of a rule, as it is written: `marie, paul:50`."""
    return ", ".join(key if share == 100 else f"{key}:{share}" for key, share in rule.to)


# ---------------------------------------------------------------------------------------------------------- verbs


def keep(crm: Crm, name: str, tables: Iterable[Mapping[str, Any]], *, key: str = "") -> str:
    """Draw up a set of rules, or the draft of this key anew; return the key. Only drafts can be changed."""
    name = clean(name).strip()
    if not name:
        raise UsageProblem(_("A set of territories needs a name."))
    rules = [read(number, table) for number, table in enumerate(tables, 1)]
    _check_names(rules)
    _check_people(crm, rules)
    wanted = key or "_".join(words(name))[:40]
    known = {one.key: one for one in queries.listing(crm)}
    packed = json.dumps([written(rule) for rule in rules], ensure_ascii=False)
    if wanted in known:
        if known[wanted].state != "draft":
            raise RefusedByRule(
                "only-drafts-change",
                _("“{name}” is {state}: draw up a new set.", name=name, state=_(STATES[known[wanted].state])),
                advice=_("A draft with its rules: petitcrm territory duplicate {key}", key=wanted),
            )
        with crm.act("territories.edited", name=name) as act:
            act.update("territory_sets", known[wanted].id, name=name, rules=packed)
        return wanted
    with crm.act("territories.added", name=name) as act:
        act.insert("territory_sets", key=wanted, name=name, rules=packed, created_at=crm.now_text)
    return wanted


def activate(crm: Crm, key: str) -> None:
    """Put a set of territories in force; the one that was is archived."""
    chosen = named(crm, key)
    if chosen.state == "active":
        raise RefusedByRule("territories-are-active", _("“{name}” is in force already.", name=chosen.name))
    _check_people(crm, unpacked(chosen))
    with crm.act("territories.activated", name=chosen.name) as act:
        for one in queries.listing(crm):
            if one.state == "active":
                act.update("territory_sets", one.id, state="archived", archived_at=crm.now_text)
        act.update("territory_sets", chosen.id, state="active", activated_at=crm.now_text, archived_at=None)


def duplicate(crm: Crm, key: str) -> str:
    """Draw up a draft with the rules of another set; return its key."""
    source = named(crm, key)
    taken = {fold(one.name) for one in queries.listing(crm)} | {one.key for one in queries.listing(crm)}
    number = 2
    while (
        fold(f"{source.name} ({number})") in taken
        or "_".join(words(f"{source.name} ({number})"))[:40] in taken
    ):
        number += 1
    return keep(crm, f"{source.name} ({number})", json.loads(source.rules))


def move_rule(crm: Crm, key: str, at: int, step: int) -> int:
    """Let a rule of a draft (its place, from 0) come before or after its neighbour; return its place from now on."""
    to = at + step
    if not 0 <= to < len(json.loads(named(crm, key).rules)):
        raise RefusedByRule("rule-is-at-the-end", _("This rule is the first or the last one already."))
    place_rule(crm, key, at, to)
    return to


def place_rule(crm: Crm, key: str, at: int, to: int) -> None:
    """Put a rule of a draft at another place (both from 0): the first one that matches decides."""
    chosen = named(crm, key)
    rules = json.loads(chosen.rules)
    for place in (at, to):
        if not 0 <= place < len(rules):
            raise _no_rule(chosen, place)
    rules.insert(to, rules.pop(at))
    keep(crm, chosen.name, rules, key=chosen.key)


def share_rule(crm: Crm, key: str, at: int, people: str) -> None:
    """Say who shares the leads of a rule of a draft: `marie, paul:50`; nobody makes it a queue."""
    chosen = named(crm, key)
    rules = json.loads(chosen.rules)
    if not 0 <= at < len(rules):
        raise _no_rule(chosen, at)
    rules[at].pop("to", None)
    if listed := [one.strip() for one in people.split(",") if one.strip()]:
        rules[at]["to"] = listed
    keep(crm, chosen.name, rules, key=chosen.key)


def _no_rule(chosen: SetLine, at: int) -> NotFound:
    return NotFound(_("“{name}” has no rule {number}.", name=chosen.name, number=at + 1))


def archive(crm: Crm, key: str) -> None:
    """Put a set of territories away; where it was in force, leads wait in the default queue from now on."""
    chosen = named(crm, key)
    with crm.act("territories.archived", name=chosen.name) as act:
        act.update("territory_sets", chosen.id, state="archived", archived_at=crm.now_text)


def delete(crm: Crm, key: str) -> None:
    """Throw a draft away."""
    chosen = named(crm, key)
    if chosen.state != "draft":
        raise RefusedByRule(
            "only-drafts-are-deleted", _("“{name}” has been in force: archive it.", name=chosen.name)
        )
    with crm.act("territories.deleted", name=chosen.name) as act:
        act.delete("territory_sets", chosen.id)


# -------------------------------------------------------------------------------------------------------- reading


def read(number: int, table: Mapping[str, Any]) -> Territory:
    """Return the rule that stands at a place of a set; UsageProblem naming the rule and what is wrong in it."""
    name = clean(str(table.get("name") or "")).strip()
    try:
        if not name:
            raise UsageProblem(_("it has no name."))
        strange = sorted(set(table) - set(_PARTS))
        if strange:
            raise UsageProblem(_("it has no part {name}.", name=strange[0]), advice=", ".join(_PARTS))
        where = criteria.read_all(table.get("where") or {})
        but_not = criteria.read_all(table.get("except") or {})
        partner = fold(str(table.get("partner") or ""))
        return Territory(Rule(name, where, but_not), _people(table.get("to") or ()), partner)
    except UsageProblem as problem:
        told = name or _("(no name)")
        raise UsageProblem(
            _("Rule {number}, {name}: {problem}", number=number, name=told, problem=problem.message),
            advice=problem.advice,
        ) from None


def written(territory: Territory) -> dict[str, Any]:
    """Return a rule as the table that it was read from."""
    table: dict[str, Any] = {"name": territory.name}
    for part, conditions in (("where", territory.rule.where), ("except", territory.rule.but_not)):
        if conditions:
            table[part] = criteria.written(conditions)
    if territory.to:
        table["to"] = [key if share == 100 else f"{key}:{share}" for key, share in territory.to]
    if territory.partner:
        table["partner"] = territory.partner
    return table


def _people(told: object) -> tuple[tuple[str, int], ...]:
    """Read who shares the leads of a rule: `marie`, `paul:50` for half a share, `role:sdr`, `*` for everybody."""
    listed = [told] if isinstance(told, str) else list(told)  # type: ignore[call-overload]
    people = []
    for one in listed:
        key, colon, share = str(one).strip().rpartition(":")
        if not colon or not share.strip().isdigit():
            key, share = str(one).strip(), "100"
        if not key or not 0 < int(share) <= 1000:
            raise UsageProblem(_("“{value}” is nobody: write marie, marie:50, role:sdr or *.", value=one))
        people.append((fold(key), int(share)))
    return tuple(people)


def _check_names(rules: list[Territory]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if fold(rule.name) in seen:
            raise UsageProblem(
                _("Two rules are called “{name}”: each has a name of its own.", name=rule.name)
            )
        seen.add(fold(rule.name))


def _check_people(crm: Reader, rules: list[Territory]) -> None:
    """Refuse rules that name people, roles or partners that are not there."""
    from petitcrm.leads.team import ROLES
    from petitcrm.store.queries import partners, users

    keys = {user.key for user in users.listing(crm)} | {f"role:{role}" for role in ROLES} | {"*"}
    known = {partner.key for partner in partners.listing(crm)}
    for rule in rules:
        strange = [key for key, _share in rule.to if key not in keys]
        if strange:
            raise NotFound(
                _("Rule “{rule}”: nobody of the firm is called {user}.", rule=rule.name, user=strange[0]),
                advice=", ".join(sorted(keys)),
            )
        if rule.partner and rule.partner not in known:
            raise NotFound(
                _("Rule “{rule}”: there is no partner {partner}.", rule=rule.name, partner=rule.partner),
                advice=", ".join(sorted(known)),
            )
