"""Territories as lines: the sets and their rules, the map of the départements, and what a set would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.formats.money import show_money
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.leads import criteria, territories
from petitcrm.leads.fairness import show_ratio
from petitcrm.text import fold
from petitcrm.tui.lines import Line
from petitcrm.tui.organising.panes import blank, head, prose, spans_line
from petitcrm.tui.spans import Span, cut, fit

if TYPE_CHECKING:
    from petitcrm.leads.routing import Given
    from petitcrm.leads.simulation import Outcome
    from petitcrm.leads.territories import Territory
    from petitcrm.store.queries.territories import SetLine

_INKS = ("title", "good", "missing", "amount", "late", "strong")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TORN = 8
"""Companies of several zones that are named; the others are counted."""
_REGION = 21


def set_line(one: SetLine, number: int, *, is_open: bool) -> Line:
    """Return the line of a set: its name, how far it is, how many rules it has."""
    state = _(territories.STATES[one.state])
    role = {"active": "good", "draft": "missing"}.get(one.state, "dim")

    def draw(width: int) -> list[Span]:
        rules = ngettext("{n} rule", "{n} rules", number)
        spans: list[Span] = [(" ▾ " if is_open else " ▸ ", "dim"), (one.name, "strong"), (f"  {state}", role)]
        return cut([*spans, (f"  {rules}", "dim")], width)

    return Line(draw, ("set", one.id), one, lambda: f"{one.name}, {state}.")


def rule_line(at: int, rule: Territory, letter: str, role: str) -> Line:
    """Return the line of a rule: its place, its name, what it looks at, who shares it."""
    whom = territories.show_people(rule) or rule.partner or _("queue")
    looks = conditions(rule)

    def draw(width: int) -> list[Span]:
        name = min(26, max(12, width // 3))
        people = min(24, max(12, width // 4))
        spans: list[Span] = [
            (f"  {at + 1:3} ", "dim"), (letter, role), (" ", "text"), (fit(rule.name, name), "text"), ("  ", "text"),
            (fit(looks, max(width - name - people - 14, 4)), "dim"), (" → ", "dim"), (fit(whom, people), "strong"),
        ]  # fmt: skip
        return cut(spans, width)

    return Line(draw, ("rule", at), at, lambda: f"{at + 1}. {said_of(rule.name, looks)}. → {whom}.")


def conditions(rule: Territory) -> str:
    """Return what a rule looks at, in words."""
    told = [criteria.show(one) for one in rule.rule.where]
    told += [_("not {what}", what=criteria.show(one)) for one in rule.rule.but_not]
    return " · ".join(told) or _("everybody")


class Zones:
    """A letter and a colour for each group of people who share something, the same wherever it is shown."""

    def __init__(self, rules: list[Territory]) -> None:
        self.names = list(dict.fromkeys(_whom(rule) for rule in rules))

    def sign(self, rule: Territory | None) -> tuple[str, str]:
        """Return the letter and the colour of who gets what a rule matches; a dot where none does."""
        return self.of(_whom(rule)) if rule is not None else ("·", "dim")

    def of(self, whom: str) -> tuple[str, str]:
        """Return the letter and the colour of a group."""
        if whom not in self.names:
            return " ", "text"
        at = self.names.index(whom)
        return (_LETTERS[at] if at < len(_LETTERS) else "*"), _INKS[at % len(_INKS)]


def _whom(rule: Territory) -> str:
    named = ", ".join(key for key, _share in rule.to)
    return named or rule.partner or _("queue: {name}", name=rule.name)


def map_lines(rules: list[Territory], zones: Zones, outcome: Outcome | None, width: int) -> list[Line]:
    """Return the départements by région, each with the letter of who gets what comes from there."""
    from petitcrm import geo

    by_code = territories.by_departement(rules)
    regions: dict[str, list[str]] = {}
    for code, place in geo.departements().items():
        regions.setdefault(place.region_code, []).append(code)
    names = geo.regions()
    mainland = [code for code in regions if len(code) == 2 and code >= "11"]
    lines = [head(_("Who gets which département"))]
    for region in sorted(mainland, key=lambda code: fold(names[code])):
        lines.append(_region_line(names[region], regions[region], by_code, zones, outcome))
    overseas = sorted(code for region, codes in regions.items() if region not in mainland for code in codes)
    for start in range(0, len(overseas), 9):
        name = _("Overseas") if not start else ""
        lines.append(_region_line(name, overseas[start : start + 9], by_code, zones, outcome))
    return lines + _legend(zones, width)


def _region_line(
    name: str, codes: list[str], by_code: dict[str, Territory | None], zones: Zones, outcome: Outcome | None
) -> Line:
    found = outcome.by_departement if outcome else {}
    number = sum(sum(found.get(code, {}).values()) for code in codes)

    def draw(width: int) -> list[Span]:
        spans: list[Span] = [(" ", "text"), (fit(name, _REGION - 1), "text"), (" ", "text")]
        for code in sorted(codes):
            letter, role = zones.sign(by_code.get(code))
            spans += [(code, "text" if code in found else "dim"), (letter, role), (" ", "text")]
        return cut([*spans, (f" {number}" if number else "", "amount")], width)

    def said() -> str:
        whom: dict[str, list[str]] = {}
        for code in sorted(codes):
            rule = by_code.get(code)
            whom.setdefault(_whom(rule) if rule else _("no rule"), []).append(code)
        return (
            said_of(name, "; ".join(f"{who} {', '.join(listed)}" for who, listed in whom.items()))
            + f". {number}."
        )

    return Line(draw, None, None, said)


def _legend(zones: Zones, width: int) -> list[Line]:
    """Return what the letters mean, as many on a line as there is room for."""
    lines: list[list[Span]] = [[(" ", "text")]]
    used = 1
    for whom in [*zones.names, ""]:
        letter, role = zones.of(whom) if whom else ("·", "dim")
        words = f" {fit(whom, min(len(whom), 24))}   " if whom else " " + _("no rule")
        if used + len(words) + 1 > width and used > 1:
            lines.append([(" ", "text")])
            used = 1
        lines[-1] += [(letter, role), (words, "dim")]
        used += len(words) + 1
    return [spans_line(spans) for spans in lines]


def outcome_lines(outcome: Outcome, zones: Zones, *, keeps: bool, width: int) -> list[Line]:
    """Return what a set would do with the leads and customers that are there."""
    how = _("whoever has a customer keeps them") if keeps else _("from nothing, by the rules alone")
    told = ngettext("{n} lead or customer shared out", "{n} leads and customers shared out", outcome.number)
    lines = [blank(), head(_("Simulation"), f"{told} · {how}")]
    most = max((share.number for share in outcome.shares), default=0) or 1
    room = max(6, min(30, width - 44))
    for share in outcome.shares:
        letter, role = zones.of(share.owner)
        bar = "█" * round(room * share.number / most)
        lines.append(spans_line([
            (" ", "text"), (letter, role), (" ", "text"), (fit(share.owner or _("default queue"), 16), "text"),
            (fit(str(share.number), 6, right=True), "strong"), ("  ", "text"), (fit(bar, room), "amount"),
            (fit(show_money(share.value_cents), 14, right=True), "dim"),
        ]))  # fmt: skip
    times = show_ratio(outcome.max_min) if outcome.max_min else "–"
    equity = _("Gini {gini} by number, {value} by value; most to least: {times}", gini=show_ratio(outcome.gini),
               value=show_ratio(outcome.gini_value), times=times)  # fmt: skip
    lines += prose(equity, width)
    if outcome.unmatched:
        lines.append(spans_line([(" ! ", "missing"), (ngettext("{n} matches no rule", "{n} match no rule",
                                 outcome.unmatched), "missing")]))  # fmt: skip
    return lines + _torn_lines(outcome)


def _torn_lines(outcome: Outcome) -> list[Line]:
    if not outcome.multi_zone:
        return []
    number = ngettext(
        "{n} company in several zones", "{n} companies in several zones", len(outcome.multi_zone)
    )
    lines = [blank(), head(number)]
    for torn in outcome.multi_zone[:_TORN]:
        spans: list[Span] = [("  ", "text"), (torn.company, "text"), (f"  {torn.owner}", "strong")]
        spans.append((f" + {', '.join(torn.others)}", "dim"))
        lines.append(spans_line(spans, ("company", torn.company_id), ("company", torn.company_id)))
    return lines


def given_lines(name: str, given: Given, width: int) -> list[Line]:
    """Return to whom somebody would go, and why."""
    whom = given.owner or given.partner or _("default queue")
    lines = [head(_("Who gets {name}?", name=name)), spans_line([(" → ", "dim"), (whom, "strong")])]
    for why in given.why:
        lines += prose(f"· {why}", width)
    return [*lines, blank()]
