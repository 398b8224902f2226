"""Conditions on people, in French or in English: whom a list shows, who is in a segment, whom a mail is for.

    ville = Rennes et (tag = vip ou affaires gagnées > 0) et pas dernier contact < il y a 90 jours

A condition becomes one piece of SQL with its values bound. It is yes, no, or unknown where a fact is missing: who has
no town is neither in Rennes (`ville = Rennes`) nor elsewhere (`ville != Rennes`), but `ville inconnue`.
"""

from __future__ import annotations

import json
import re

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.meant import did_you_mean
from petitcrm.rows import Row
from petitcrm.sales import where_grammar as grammar
from petitcrm.sales import where_values as reading
from petitcrm.sales.where_fields import FIELDS, NAMES, Field
from petitcrm.sales.where_grammar import Joined, Not, Test
from petitcrm.store import conditions
from petitcrm.store.queries import audiences as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.where_grammar import Node

YES, NO, UNKNOWN = "yes", "no", "unknown"
_LARGEST = 100_000
"""Characters of SQL: segments that name each other twice double at each step."""
_NEVER = frozenset(("never", "jamais"))
_SIGN = re.compile("[=!<>~≠≤≥]")
_BEGUN = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, NAMES))}|(?:custom|champ)\.\S+)\s*[!<>~≠≤≥]")


class Compiled(Row):
    """A condition as SQL about a contact `c`, with the values that are bound in it."""

    sql: str
    values: dict[str, Any]


def parse(text: str) -> Node:
    """Return a condition as its parts; UsageProblem with line, column and what to write where it is none."""
    return grammar.parse(text, NAMES)


def is_meant(text: str) -> bool:
    """Tell whether a line is meant as a condition: it reads as one, or a sign says so although it is not one yet.

    `<` after no field is not enough: `Zoé <zoe@acme.example>` looks for somebody. What is plainly words is told at
    once: to look for the field that was meant costs some milliseconds, at each key.
    """
    folded = fold(text)
    if not _SIGN.search(folded) and grammar.TELLING.isdisjoint(folded.split()):
        return False
    try:
        parse(text)
    except UsageProblem:
        return "=" in text or _BEGUN.search(folded) is not None
    return True


def compiled(crm: Crm, text: str, *, inside: Sequence[str] = (), marks: str = "w") -> Compiled:
    """Return a condition ready to be asked of the base; `inside` are the segments that it is part of.

    Raise UsageProblem, with line and column, for what cannot be read or does not exist.
    """
    node = parse(text)
    compiling = _Compiling(crm, text, tuple(inside), marks, {})
    return Compiled(compiling.sql(node), compiling.values)


def members(crm: Crm, text: str) -> list[int]:
    """Return the ids of the contacts who meet a condition, in their order."""
    return queries.meeting(crm, *compiled(crm, text))


def count(crm: Crm, text: str) -> int:
    """Return how many contacts meet a condition."""
    return queries.how_many(crm, *compiled(crm, text))


def judge(crm: Crm, text: str, contact_ids: Sequence[int]) -> dict[int, str]:
    """Return for some contacts whether they meet a condition: `yes`, `no`, or `unknown` where a fact is missing."""
    told = compiled(crm, text)
    words = {True: YES, False: NO, None: UNKNOWN}
    return {one: words[found] for one, found in queries.judged(crm, told.sql, told.values, contact_ids)}


def named(text: str, kind: str) -> list[str]:
    """Return what a condition names of a kind (`list`, `segment`), as it is written."""
    return [value for test in _tests(parse(text)) if FIELDS[test.field].kind == kind for value in test.values]


def _tests(node: Node) -> Iterable[Test]:
    if isinstance(node, Test):
        yield node
    elif isinstance(node, Not):
        yield from _tests(node.part)
    else:
        for part in node.parts:
            yield from _tests(part)


class _Compiling:
    def __init__(
        self, crm: Crm, text: str, inside: tuple[str, ...], marks: str, values: dict[str, Any]
    ) -> None:
        self.crm = crm
        self.text = text
        self.inside = inside
        self.marks = marks
        self.values = values
        self.dialect = crm.connection.dialect

    def sql(self, node: Node) -> str:
        if isinstance(node, Not):
            return f"(NOT {self.sql(node.part)})"
        if isinstance(node, Joined):
            return "(" + f" {node.word.upper()} ".join(self.sql(part) for part in node.parts) + ")"
        try:
            return self._test(node, FIELDS[node.field])
        except grammar.ConditionProblem:
            raise
        except UsageProblem as error:
            raise grammar.problem(self.text, node.value_at, error.message, error.advice) from error

    def bind(self, value: Any) -> str:
        name = f"{self.marks}{len(self.values) + 1}"
        self.values[name] = value
        return f":{name}"

    def any_of(self, values: Iterable[str]) -> str:
        """Return some values as IN takes them; never none: NULL would be said not to be among them, not unknown."""
        return conditions.one_of(
            self.dialect, self.bind(json.dumps(list(values) or [""], ensure_ascii=False))
        )

    def _test(self, test: Test, field: Field) -> str:
        if test.sign not in (*field.signs, "known", "unknown"):
            raise reading.wrong(
                _("“{field}” is not compared by {sign}.", field=field.label, sign=test.sign),
                _("One of {signs}", signs=" ".join(field.signs)),
            )
        positive = {"!=": "=", "!~": "~", "unknown": "known"}.get(test.sign, test.sign)
        found: str = getattr(self, f"_{field.kind}")(test._replace(sign=positive))
        return found if positive == test.sign else f"(NOT {found})"

    # -------------------------------------------------------------------------------------------------- kinds of field

    def _text(self, test: Test) -> str:
        read, columns = conditions.TEXTS[test.field]
        if test.sign == "known":
            return f"({read} IS NOT NULL)"
        known = {one for table, column in columns for one in queries.spellings(self.crm, table, column)}
        if test.field == "country":
            known.add("France")
        meets = reading.matching(test, reading.READINGS.get(test.field, fold))
        return f"({read} IN {self.any_of(one for one in known if meets(one))})"

    def _code(self, test: Test) -> str:
        from petitcrm.sales import places

        read = conditions.TEXTS[test.field][0]
        if test.sign == "known":
            return f"({read} IS NOT NULL)"
        of = {"departement": places.departement, "region": places.region, "size": reading.size}[test.field]
        return f"({read} IN {self.any_of(of(value) for value in test.values)})"

    def _own(self, test: Test) -> str:
        from petitcrm.store.queries import custom_fields

        known = custom_fields.defined(self.crm, "contact")
        wanted = fold(test.name)
        key = next((key for key, label in known.items() if wanted in (key, fold(label))), None)
        if key is None:
            raise grammar.problem(
                self.text, test.at, _("there is no field of your own “{word}”.", word=test.name),
                did_you_mean(wanted, known, _("Known fields: {names}", names=", ".join(known) or "–")),
            )  # fmt: skip
        mark = self.bind(conditions.custom_key(self.dialect, key))
        read = conditions.custom(self.dialect, mark)
        if test.sign == "known":
            return f"({read} IS NOT NULL)"
        meets = (
            reading.comparing(test)
            if test.sign in "<>=<=>=" and test.sign != "="
            else reading.matching(test, fold)
        )
        return f"({read} IN {self.any_of(one for one in queries.own_spellings(self.crm, key) if meets(one))})"

    def _number(self, test: Test) -> str:
        read = conditions.NUMBERS[test.field]
        if test.sign == "known":
            return f"({read} IS NOT NULL)"
        is_money = test.field.endswith("_amount")
        if test.sign == "=" and not is_money:
            return (
                "("
                + " OR ".join(f"{read} = {self.bind(reading.whole(value))}" for value in test.values)
                + ")"
            )
        value = ",".join(test.values)
        return f"({read} {test.sign} {self.bind(reading.cents(value) if is_money else reading.whole(value))})"

    def _instant(self, test: Test) -> str:
        if test.sign == "known":
            return f"(NOT {conditions.never(test.field)})"
        value = " ".join(test.values)
        if fold(value) in _NEVER:
            if test.sign != "=":
                raise reading.wrong(_("“{word}” goes with = only.", word=value))
            return conditions.never(test.field)
        begins, ends = self._day(value)
        if test.sign == "=":
            return f"({self._since(test, begins)} AND NOT {self._since(test, ends)})"
        found = self._since(test, ends if test.sign in (">", "<=") else begins)
        return found if test.sign in (">", ">=") else f"(NOT {found})"

    def _since(self, test: Test, instant: str) -> str:
        return conditions.since(test.field, self.bind(instant))

    def _day(self, value: str) -> tuple[str, str]:
        """Return the instants at which the day that a value says begins and ends, on the user's clock."""
        from datetime import time, timedelta

        from petitcrm.dates import instant_text, local_instant, read_when, zone_of

        on = read_when(value, now=self.crm.now, past=True).on
        if on is None:
            raise reading.wrong(_("“{value}” is no day.", value=value), reading.day_advice())
        zone = zone_of(self.crm.now)
        begins, ends = (local_instant(day, time(), zone) for day in (on, on + timedelta(days=1)))
        return instant_text(begins), instant_text(ends)

    def _tag(self, test: Test) -> str:
        if test.sign == "known":
            return "(c.id IN (SELECT g.contact_id FROM taggings g WHERE g.contact_id IS NOT NULL))"
        if test.sign == "~" or any(value.endswith("*") for value in test.values):
            meets = reading.matching(test, fold)
            known = [row[0] for row in self.crm.rows("SELECT folded FROM tags")]
            return f"({conditions.tagged(self.any_of(one for one in known if meets(one)))})"
        return f"({conditions.tagged(self.any_of(fold(value.lstrip('#')) for value in test.values))})"

    def _owner(self, test: Test) -> str:
        from petitcrm.store.queries import users

        if test.sign == "known":
            return "(c.owner_id IS NOT NULL)"
        known = users.listing(self.crm)
        found: list[str] = []
        for value in test.values:
            if fold(value) in ("me", "moi"):
                found.append(str(self.crm.user_id or 0))
                continue
            ids = [str(one.id) for one in known if fold(value) in (fold(one.key), fold(one.name))]
            if not ids:
                names = {fold(one.key): one.key for one in known}
                raise reading.wrong(
                    _("nobody of the firm is called “{word}”.", word=value),
                    did_you_mean(fold(value), names),
                )
            found += ids
        return f"(c.owner_id IN ({', '.join(self.bind(int(one)) for one in found)}))"

    def _address(self, test: Test) -> str:
        meets = conditions.addressed if test.field == "email" else conditions.dialled
        if test.sign == "known":
            return f"({meets(self.bind('%'))})"
        patterns = [reading.pattern(value.lower(), within=test.sign == "~") for value in test.values]
        return "(" + " OR ".join(meets(self.bind(pattern)) for pattern in patterns) + ")"

    def _lead(self, test: Test) -> str:
        if test.sign == "known":
            return "(c.id IN (SELECT l.contact_id FROM leads l))"
        return f"({conditions.pursued(self.any_of(reading.lead_state(value) for value in test.values))})"

    def _list(self, test: Test) -> str:
        state = {"list": "subscribed", "pending": "pending", "left": "unsubscribed"}[test.field]
        if test.sign == "known":
            return f"(c.id IN (SELECT s.contact_id FROM subscriptions s WHERE s.state = '{state}'))"
        known = queries.lists(self.crm)
        told = [reading.named(value, known, _("list")).id for value in test.values]
        return "(" + " OR ".join(conditions.on_list(self.bind(one), state) for one in told) + ")"

    def _segment(self, test: Test) -> str:
        if test.sign == "known":
            raise reading.wrong(_("name a segment: {example}", example="segment = clients"))
        known = queries.segments(self.crm)
        parts = []
        for value in test.values:
            one = reading.named(value, known, _("segment"))
            if one.key in self.inside:
                circle = " → ".join((*self.inside, one.key))
                raise reading.wrong(_("a segment cannot be part of itself: {circle}.", circle=circle))
            below = _Compiling(self.crm, one.condition, (*self.inside, one.key), self.marks, self.values)
            try:
                parts.append(below.sql(parse(one.condition)))
            except grammar.ConditionProblem as error:  # its place is in a text that nobody typed here
                told = _("in the segment {name}: {problem}", name=one.key, problem=error.what)
                raise reading.wrong(told, error.advice) from error
        if sum(map(len, parts)) > _LARGEST:
            raise reading.wrong(_("too many segments in one another."))
        return "(" + " OR ".join(parts) + ")"

    def _purpose(self, test: Test) -> str:
        if test.sign == "known":
            raise reading.wrong(_("name a purpose: {example}", example="consent = newsletter"))
        meets = conditions.agreed if test.field == "consent" else conditions.objected
        return "(" + " OR ".join(meets(self.bind(reading.purpose(value))) for value in test.values) + ")"
