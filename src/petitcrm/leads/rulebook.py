"""Ordered rules, the first that matches wins: 500 of them told apart in microseconds.

Every field that holds a code keeps, for each fact met so far, the set of rules that allow it, as the bits of one
number; the rules that may match some facts are then the bits that all fields have in common. Texts, of which no two
are alike, are read for those few rules only, in their order.
"""

from __future__ import annotations

from petitcrm.leads import criteria
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from petitcrm.leads.criteria import Condition
    from petitcrm.leads.facts import Facts

_TEXTS = ("job_title", "keywords")
_REMEMBERED = 50_000
"""Facts of one field whose rules are remembered."""


class Rule(Row):
    """A named rule: all of `where` must be met, none of `but_not`."""

    name: str
    where: tuple[Condition, ...] = ()
    but_not: tuple[Condition, ...] = ()


class Rulebook:
    """Rules in their order, ready to be asked which of them match some facts."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._all = (1 << len(self.rules)) - 1
        self._coded: dict[str, list[tuple[int, Condition, bool]]] = {}
        self._texts: list[list[tuple[Condition, bool]]] = []
        for place, rule in enumerate(self.rules):
            self._texts.append([one for one in _signed(rule) if _is_text(one[0].field)])
            for condition, is_wanted in _signed(rule):
                if not _is_text(condition.field):
                    self._coded.setdefault(condition.field, []).append((1 << place, condition, is_wanted))
        self._known: dict[str, dict[Any, int]] = {name: {} for name in criteria.FIELDS if name in self._coded}
        self.fields = frozenset(
            condition.field for rule in self.rules for condition, _is_wanted in _signed(rule)
        )
        """What the rules look at: facts alike in these match the same rules."""

    def first(self, facts: Facts) -> int | None:
        """Return the place of the first rule that matches, None where none does."""
        return next(self._matching(facts), None)

    def every(self, facts: Facts) -> list[int]:
        """Return the places of all rules that match, in their order."""
        return list(self._matching(facts))

    def _matching(self, facts: Facts) -> Iterator[int]:
        left = self._all
        for field in self._known:
            left &= self._allowed(field, criteria.fact_of(field, facts))
        while left:
            place = (left & -left).bit_length() - 1
            left &= left - 1
            if all(_agrees(condition, facts, is_wanted) for condition, is_wanted in self._texts[place]):
                yield place

    def _allowed(self, field: str, fact: Any) -> int:
        """Return the rules that the fact of one field does not rule out."""
        known = self._known[field]
        allowed = known.get(fact)
        if allowed is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            allowed = self._all
            for bit, condition, is_wanted in self._coded[field]:
                if (criteria.judge_fact(condition, fact) == criteria.YES) != is_wanted:
                    allowed &= ~bit
            known[fact] = allowed
        return allowed


def _is_text(field: str) -> bool:
    return field in _TEXTS or field.startswith("custom.")


def _agrees(condition: Condition, facts: Facts, is_wanted: bool) -> bool:
    return (criteria.judge(condition, facts) == criteria.YES) == is_wanted


def _signed(rule: Rule) -> Iterator[tuple[Condition, bool]]:
    yield from ((condition, True) for condition in rule.where)
    yield from ((condition, False) for condition in rule.but_not)
