"""What a sequence names that this base does not have: lists, segments, people, tags, conditions, and who writes."""

from __future__ import annotations

import difflib
from functools import partial

from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import _
from petitcrm.marketing import flow_check, lists, segments
from petitcrm.marketing.flow import Flow
from petitcrm.marketing.flow_header import Spot
from petitcrm.marketing.flow_problems import Problem, in_order
from petitcrm.sales import where
from petitcrm.sales.references import resolve
from petitcrm.store.queries import firm, tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from petitcrm.crm import Crm

_NOWHERE = Spot()


def problems(crm: Crm, flow: Flow) -> list[Problem]:
    """Return what is wrong with a sequence, in itself and in this base."""
    found = [*flow_check.problems(flow), *_start(crm, flow), *_conditions(crm, flow), *_steps(crm, flow)]
    if flow.purpose != "service" and flow.mails and not firm.name(crm):
        told = _("nobody signs its mails: the firm has no name.")
        found.append(Problem("no-identity", told, 'petitcrm setup --firm "Plomberie Dupont"'))
    return in_order(found)


def _start(crm: Crm, flow: Flow) -> Iterator[Problem]:
    start = flow.start
    if start.segment:
        yield from refused("no-such-segment", lambda: segments.of(crm, start.segment))
    if start.list:
        yield from refused("no-such-list", lambda: lists.of(crm, start.list))
    if start.where:
        yield from refused("bad-where", lambda: where.compiled(crm, start.where))


def _conditions(crm: Crm, flow: Flow) -> Iterator[Problem]:
    asked = [(step.condition, step.line) for step in flow.steps if step.condition]
    for condition, line in [*asked, *((one, 0) for one in flow.exits)]:
        if condition.what == "where":
            yield from refused("bad-where", partial(where.compiled, crm, condition.value), Spot(line))


def _steps(crm: Crm, flow: Flow) -> Iterator[Problem]:
    known = [one.name for one in tags.listing(crm)]
    for step in flow.steps:
        owner = step.says("owner")
        if owner:
            yield from refused("no-such-person", partial(resolve, crm, "user", owner), Spot(step.line))
        if step.kind == "list" and step.says("list"):
            yield from refused("no-such-list", partial(lists.of, crm, step.says("list")), Spot(step.line))
        tag = step.says("tag")
        if step.kind in ("tag", "untag") and tag and tag.casefold() not in [one.casefold() for one in known]:
            near = difflib.get_close_matches(tag, known, n=1)
            told = _("no record has the tag “{tag}” yet.", tag=tag)
            advice = _("Did you mean {key}?", key=near[0]) if near else ""
            yield Problem("new-tag", told, advice, step.line, is_grave=False)


def refused(rule: str, ask: Callable[[], object], spot: Spot = _NOWHERE) -> Iterator[Problem]:
    """Yield why something that a file names is refused, at its place."""
    try:
        ask()
    except CrmError as error:
        advice = error.advice
        if isinstance(error, NotFound) and not advice:
            advice = str(error).partition("\n")[2]
        yield Problem(rule, error.message, advice, spot.line, spot.column)
