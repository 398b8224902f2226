"""Whom the firm looks for: its ideal customer and its buyer personae, written as its own rules."""

from __future__ import annotations

import json

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import criteria
from petitcrm.leads.criteria import NO, UNKNOWN, YES
from petitcrm.meant import did_you_mean
from petitcrm.rows import Row
from petitcrm.store.queries import profiles as queries
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.leads.criteria import Condition
    from petitcrm.leads.facts import Facts
    from petitcrm.store.reader import Reader

IDEAL, PERSONA = "ideal", "persona"
PARTS = ("must", "wish", "never")


class Profile(Row):
    """A kind of customer: what must hold, what would be welcome, what must not be."""

    key: str
    name: str
    must: tuple[Condition, ...] = ()
    wish: tuple[Condition, ...] = ()
    never: tuple[Condition, ...] = ()
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether the profile says nothing, and so tells nobody apart."""
        return not (self.must or self.wish or self.never)


class Judgement(Row):
    """How somebody compares with a profile: yes, no or unknown; why; and how far, 0 to 100."""

    answer: str
    because: tuple[str, ...]
    fit: int


def ideal(crm: Reader) -> Profile:
    """Return the ideal customer; an empty profile until it is described."""
    called = _("Ideal customer")  # whatever the language in which it was described
    return next(
        (_unpacked(row)._replace(name=called) for row in queries.listing(crm, IDEAL)), Profile(IDEAL, called)
    )


def personae(crm: Reader) -> list[Profile]:
    """Return the buyer personae, in their order."""
    return [_unpacked(row) for row in queries.listing(crm, PERSONA)]


def persona(crm: Reader, told: str) -> Profile:
    """Return the persona of this key or name; NotFound with those that there are."""
    wanted = fold(told)
    known = personae(crm)
    for one in known:
        if wanted in (one.key, fold(one.name)):
            return one
    listed = ", ".join(one.key for one in known)
    raise NotFound(
        _("There is no persona {name}.", name=told), advice=listed or _("Add one: petitcrm persona add")
    )


def judge(profile: Profile, facts: Facts) -> Judgement:
    """Compare somebody with a profile.

    Yes where all that must hold does and nothing that must not be is; no where one of these is wrong; else unknown.
    The fit counts what holds among what must (twice) and what would be welcome (once); what is unknown counts not.
    """
    must = [(one, criteria.judge(one, facts)) for one in profile.must]
    never = [(one, criteria.judge(one, facts)) for one in profile.never]
    wish = [(one, criteria.judge(one, facts)) for one in profile.wish]
    answer = _answer(profile, [found for _one, found in must], [found for _one, found in never])
    because = tuple(_sign(found) + criteria.explain(one, facts) for one, found in (*must, *wish))
    because += tuple("✗ " + criteria.explain(one, facts) for one, found in never if found == YES)
    whole = 2 * len(must) + len(wish)
    holds = 2 * _count(must) + _count(wish)
    fit = 0 if any(found == YES for _one, found in never) else round(100 * holds / whole) if whole else 0
    return Judgement(answer, because, fit)


def answering(profile: Profile) -> Callable[[Facts], str]:
    """Return how to ask for the answer of `judge` alone, of many: facts that come again are judged once."""
    must, never = map(criteria.remembering, profile.must), map(criteria.remembering, profile.never)
    judges = [*must], [*never]

    def answer(facts: Facts) -> str:
        return _answer(profile, *([judged(facts) for judged in some] for some in judges))

    return answer


def _answer(profile: Profile, must: Collection[str], never: Collection[str]) -> str:
    if NO in must or YES in never:
        return NO
    return UNKNOWN if profile.is_empty or UNKNOWN in must else YES


def nearest(known: Iterable[Profile], facts: Facts) -> tuple[Profile, Judgement] | None:
    """Return the persona that somebody is, the best fitting of those that say yes; None where none does."""
    judged = [(one, judge(one, facts)) for one in known]
    fitting = [pair for pair in judged if pair[1].answer == YES]
    return max(fitting, key=lambda pair: pair[1].fit, default=None)


# ---------------------------------------------------------------------------------------------------------- verbs


def describe_ideal(crm: Crm, table: Mapping[str, Any]) -> bool:
    """Say what the ideal customer is, in place of what was said; tell whether anything is different now."""
    profile = read(IDEAL, {"name": _("Ideal customer"), **table})
    return _keep(crm, IDEAL, profile)


def keep_persona(crm: Crm, table: Mapping[str, Any], *, key: str = "") -> str:
    """Add a persona, or describe the one of this key anew; return the key."""
    name = clean(str(table.get("name") or "")).strip()
    if not name and not key:
        raise UsageProblem(_("A persona needs a name."))
    known = {one.key: one for one in personae(crm)}
    if key and key not in known:
        persona(crm, key)
    if not key and fold(name) in map(fold, (one.name for one in known.values())):
        raise _there_already(name)
    wanted = key or str(table.get("key") or "") or "_".join(words(name))[:40]
    if not wanted or wanted in (IDEAL, "none"):
        raise UsageProblem(_("“{value}” cannot be the key of a persona.", value=wanted))
    if not key and wanted in known:
        raise _there_already(known[wanted].name)
    _keep(crm, PERSONA, read(wanted, {"name": name or known[wanted].name, **table}))
    return wanted


def _there_already(name: str) -> RefusedByRule:
    return RefusedByRule("persona-is-there", _("There is a persona called {name} already.", name=name))


def put_condition(
    crm: Crm, key: str, part: str, line: str, *, instead: tuple[str, str] | None = None
) -> bool:
    """Put a condition, written in one line, into a part of a profile; `instead`: the part and field it replaces.

    An empty line takes the old one away. Tell whether anything is different now.
    """
    profile = ideal(crm) if key == IDEAL else persona(crm, key)
    kept = {name: [one for one in getattr(profile, name) if (name, one.field) != instead] for name in PARTS}
    if line.strip():
        condition = criteria.read_line(line)
        kept[part] = [one for one in kept[part] if one.field != condition.field] + [condition]
    table = written(profile) | {name: criteria.written(conditions) for name, conditions in kept.items()}
    if key == IDEAL:
        return describe_ideal(crm, table)
    return _keep(crm, PERSONA, read(profile.key, table))


def remove_persona(crm: Crm, key: str) -> None:
    """Forget a persona; answers that named it keep its key."""
    profile = persona(crm, key)
    row = next(row for row in queries.listing(crm, PERSONA) if row.key == profile.key)
    with crm.act("persona.deleted", name=profile.name) as act:
        act.delete("profiles", row.id)


def read(key: str, table: Mapping[str, Any]) -> Profile:
    """Return a profile from its table (of a TOML file, say); UsageProblem naming what is wrong in it."""
    strange = set(table) - {"key", "name", "words", *PARTS}
    if strange:
        name = min(strange)
        raise UsageProblem(
            _("A profile has no part {name}.", name=name),
            advice=did_you_mean(name, (*PARTS, "name", "words"), "must, wish, never"),
        )
    must, wish, never = (criteria.read_all(table.get(part) or {}) for part in PARTS)
    about = clean(str(table.get("words") or "")).strip()
    return Profile(key, clean(str(table["name"])).strip(), must, wish, never, about)


def written(profile: Profile) -> dict[str, Any]:
    """Return a profile as the table that it was read from; parts that say nothing are left out."""
    parts = {part: criteria.written(getattr(profile, part)) for part in PARTS}
    head = {"name": profile.name, **({"words": profile.words} if profile.words else {})}
    return head | {part: table for part, table in parts.items() if table}


def _keep(crm: Crm, kind: str, profile: Profile) -> bool:
    rows = queries.listing(crm, kind)
    before = next((row for row in rows if row.key == profile.key), None)
    table = written(profile)
    packed = json.dumps({part: table[part] for part in PARTS if part in table}, ensure_ascii=False)
    values = {"name": profile.name, "words": profile.words, "criteria": packed}
    verb = "profile.edited" if kind == IDEAL else "persona.edited" if before else "persona.added"
    with crm.act(verb, name=profile.name) as act:
        if before is None:
            act.insert("profiles", kind=kind, key=profile.key, position=len(rows), **values)
            return True
        return act.update("profiles", before.id, **values)


def _unpacked(row: queries.ProfileLine) -> Profile:
    return read(row.key, {"name": row.name, "words": row.words, **json.loads(row.criteria)})


def _sign(found: str) -> str:
    return {YES: "✓ ", NO: "✗ ", UNKNOWN: "? "}[found]


def _count(judged: list[tuple[Condition, str]]) -> int:
    return sum(found == YES for _one, found in judged)
