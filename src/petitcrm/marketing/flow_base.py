"""What a sequence names that this base does not have: lists, segments, people, tags, conditions, and who writes."""

from __future__ import annotations

import contextlib
from functools import partial

from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import _
from petitcrm.marketing import flow_check, flow_fields, lists, segments
from petitcrm.marketing.flow import Flow
from petitcrm.marketing.flow_header import Spot
from petitcrm.marketing.flow_problems import Problem, in_order
from petitcrm.meant import did_you_mean
from petitcrm.sales import where
from petitcrm.sales.references import resolve
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import firm, tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from petitcrm.crm import Crm

_NOWHERE = Spot()


def problems(crm: Crm, flow: Flow) -> list[Problem]:
    """Return what is wrong with a sequence, in itself and in this base."""
    found = [*flow_check.problems(flow), *_start(crm, flow), *_conditions(crm, flow), *_steps(crm, flow)]
    unsaid = list(flow_fields.unsaid(crm, flow))
    if flow.purpose != "service" and flow.mails and not firm.name(crm):
        told = _("nobody signs its mails: the firm has no name.")
        found.append(Problem("no-identity", told, flow_fields.NAME_IT))
        unsaid = [one for one in unsaid if one.advice != flow_fields.NAME_IT]
    found += unsaid
    return in_order(found)


def _start(crm: Crm, flow: Flow) -> Iterator[Problem]:
    start = flow.start
    if start.segment:
        yield from _segment(crm, start.segment)
    if start.list:
        yield from _list(crm, flow, start.list)
        yield from _archived(crm, start.list)
    if start.where:
        yield from refused("bad-where", lambda: where.compiled(crm, start.where))


def _segment(crm: Crm, name: str) -> Iterator[Problem]:
    for one in refused("no-such-segment", lambda: segments.of(crm, name)):
        command = f'petitcrm segment add "{_called(name)}" "{_("city = Rennes")}"'
        yield one._replace(advice=_near(name, [each.key for each in queries.segments(crm)], command))


def _list(crm: Crm, flow: Flow, name: str, spot: Spot = _NOWHERE) -> Iterator[Problem]:
    """Yield that a list is not there, with the one command that makes it."""
    for one in refused("no-such-list", lambda: lists.of(crm, name), spot):
        wording = "Recevoir nos nouvelles par e-mail" if flow.lang == "fr" else "Receive our news by e-mail"
        command = f'petitcrm list add "{_called(name)}" --wording "{wording}"'
        command += "" if flow.lang == "fr" else f" --language {flow.lang}"
        command += " --purpose prospecting" if flow.purpose == "prospecting" else ""
        yield one._replace(advice=_near(name, [each.key for each in queries.lists(crm)], command))


def _archived(crm: Crm, name: str, spot: Spot = _NOWHERE) -> Iterator[Problem]:
    """Yield that a list is put away: nobody begins by it, nobody is put on it."""
    with contextlib.suppress(NotFound):  # told as a problem of its own
        yield from refused("list-is-archived", partial(lists.in_use, crm, lists.of(crm, name).key), spot)


def _called(name: str) -> str:
    """Return a name that gives the key by which a file names it."""
    words = lists.key_of(name).replace("-", " ")
    return words[:1].upper() + words[1:]


def _near(told: str, known: list[str], command: str) -> str:
    near = did_you_mean(told, known)
    return f"{near}\n{command}" if near else command


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
            yield from _list(crm, flow, step.says("list"), Spot(step.line))
            if step.says("action") != "remove":
                yield from _archived(crm, step.says("list"), Spot(step.line))
        tag = step.says("tag")
        if step.kind in ("tag", "untag") and tag and tag.casefold() not in [one.casefold() for one in known]:
            told = _("no record has the tag “{tag}” yet.", tag=tag)
            yield Problem("new-tag", told, did_you_mean(tag, known), step.line, is_grave=False)


def refused(rule: str, ask: Callable[[], object], spot: Spot = _NOWHERE) -> Iterator[Problem]:
    """Yield why something that a file names is refused, at its place."""
    try:
        ask()
    except CrmError as error:
        advice = error.advice
        if isinstance(error, NotFound) and not advice:
            advice = str(error).partition("\n")[2]
        yield Problem(rule, error.message, advice, spot.line, spot.column)
