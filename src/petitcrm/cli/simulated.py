"""What a set of territories would do, shown: who gets what, how equal it is, what is left over, what was expected."""

from __future__ import annotations

from petitcrm.cli import lead_shapes, output, rule_files
from petitcrm.cli.output import Column, Painted
from petitcrm.crm import read_crm
from petitcrm.errors import RowsRefused, UsageProblem
from petitcrm.formats.money import show_money
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.leads import simulation, territories
from petitcrm.leads.fairness import show_ratio
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.leads.simulation import Outcome
    from petitcrm.leads.territories import Territory

_BAR = 24
_MOST_TOLD = 20


class Surprise(Row):
    """A row of a list that goes to somebody else than was expected."""

    line: int
    expected: str
    owner: str
    rule: str


def run(config: Config, file: str, name: str, *, keep_owners: bool, json: bool) -> None:
    """Simulate, print, and exit 3 where rows of a list do not go where they were expected to."""
    is_rules = file.endswith(".toml")
    if is_rules and name:
        raise UsageProblem(_("Rules come from a file or from a set, not both."))
    surprises: list[Surprise] = []
    with read_crm(config) as crm:
        rules = _rules(crm, file if is_rules else "", name)
        if file and not is_rules:
            outcome = _of_file(crm, rules, file, surprises)
        else:
            outcome = simulation.simulate(crm, rules, keep_owners=keep_owners)
    if json:
        told = [one._asdict() for one in surprises]
        output.document({**lead_shapes.outcome(outcome), "unexpected": told})
    else:
        _show(outcome)
    if surprises:
        for one in surprises[:_MOST_TOLD]:
            output.say(_surprise(one))
        raise RowsRefused(
            ngettext(
                "{n} row goes to another than expected.",
                "{n} rows go to others than expected.",
                len(surprises),
            )
        )


def _rules(crm: Crm, path: str, name: str) -> list[Territory]:
    if path:
        told = rule_files.read(path).get("rule", [])
        return [territories.read(number, table) for number, table in enumerate(told, 1)]
    return territories.unpacked(territories.named(crm, name)) if name else territories.active(crm)


def _of_file(crm: Crm, rules: list[Territory], path: str, surprises: list[Surprise]) -> Outcome:
    from petitcrm.imports import lead_facts
    from petitcrm.text import fold

    dispatch = simulation.fresh(crm, rules)
    rows = list(lead_facts.read(path, now=crm.now))
    outcome = simulation.shared_out(((row.known, row.facts) for row in rows), dispatch)
    for row, given in zip(
        rows, simulation.each(crm, rules, [(row.known, row.facts) for row in rows]), strict=True
    ):
        if row.expected and fold(row.expected) not in (given.owner, fold(given.rule)):
            surprises.append(Surprise(row.line, row.expected, given.owner, given.rule))
    return outcome


def _surprise(one: Surprise) -> str:
    told = {**one._asdict(), "owner": one.owner or "–"}
    if not one.rule:
        return _("line {line}: {owner} by no rule, expected {expected}", **told)
    return _("line {line}: {owner} ({rule}), expected {expected}", **told)


def _show(outcome: Outcome) -> None:
    most = max((share.number for share in outcome.shares), default=0) or 1
    columns = [
        Column("owner", _("Owner"), lambda one: one.owner, lambda one: one.owner or _("default queue")),
        Column("number", _("Number"), lambda one: one.number, right=True),
        Column("value", _("Value"), lambda one: one.value_cents / 100, lambda one: show_money(one.value_cents),
               right=True),
        Column("share", "", lambda one: round(one.number / (outcome.number or 1), 4),
               lambda one: "█" * round(_BAR * one.number / most), shrink=True),
    ]  # fmt: skip
    output.listing(columns, outcome.shares, lambda one: one._asdict(), output.Style())
    if not output.on_terminal():
        return
    output.line()
    times = show_ratio(outcome.max_min) if outcome.max_min else "–"
    output.line(_("Gini {gini} by number, {value} by value; most to least: {times}",
                  gini=show_ratio(outcome.gini), value=show_ratio(outcome.gini_value), times=times))  # fmt: skip
    if outcome.unmatched:
        told = ngettext("{n} matches no rule", "{n} match no rule", outcome.unmatched)
        output.line(Painted(told, "yellow"))
    for torn in outcome.multi_zone[:10]:
        output.line("  ", said_of(torn.company, f"{torn.owner} + {', '.join(torn.others)}"))
