"""A sequence tried on invented people while one looks at something else: a part of them after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.marketing import flow_check, flow_rates, flow_simulation
from petitcrm.marketing.flow_problems import FileRefused
from petitcrm.marketing.flow_simulation import Plan, Simulated
from petitcrm.tui.browsing.progress import watched
from petitcrm.tui.marketing import sequence_lines
from petitcrm.tui.marketing.told import Told
from petitcrm.watch import Stopped, Watch

if TYPE_CHECKING:
    from petitcrm.config import Config
    from petitcrm.marketing.flow import Flow
    from petitcrm.tui.app import Interface

_PEOPLE, _PARTS, _DAYS = 1_000, 10, 90
_HINT = N_("{told.leave} closes · petitcrm sequence simulate has other shares, days and people")


async def simulate(app: Interface, flow: Flow) -> None:
    """Try a sequence, showing how far that is, and tell how many came to each step."""
    grave = [one for one in flow_check.problems(flow) if one.is_grave]
    if grave:
        raise FileRefused(flow.name, grave)
    watch = Watch(_PEOPLE)
    title = _("Trying on invented people — {name}", name=flow.name)
    try:
        found = await watched(
            app, title, watch, asyncio.to_thread(_simulated, app.config, flow, watch), counted=False
        )
    except Stopped:
        return
    except CrmError as problem:
        app.complain(str(problem))
        return
    await app.push_screen_wait(
        Told(title, lambda width: sequence_lines.simulated(flow, found, width), hint=_(_HINT))
    )


def _simulated(config: Config, flow: Flow, watch: Watch) -> Simulated:
    """Try part after part, each with people of its own; all at once where the mails of a day are counted."""
    begin, hours, rates = flow_rates.world(config, "")
    parts = 1 if flow.per_day else _PARTS
    found = None
    for part in range(parts):
        plan = Plan(_PEOPLE // parts, _DAYS, part + 1, begin)
        one = flow_simulation.simulate(flow, plan, rates, hours=hours)
        found = one if found is None else _together(found, one)
        watch.step(plan.people)
    assert found is not None
    return found


def _together(one: Simulated, other: Simulated) -> Simulated:
    return Simulated(
        one.plan._replace(people=one.plan.people + other.plan.people),
        {key: one.steps.get(key, 0) + other.steps.get(key, 0) for key in {**one.steps, **other.steps}},
        {key: one.exits.get(key, 0) + other.exits.get(key, 0) for key in {**one.exits, **other.exits}},
        one.staying + other.staying, one.mails + other.mails, max(one.most_mails, other.most_mails),
        max(one.longest_days, other.longest_days),
    )  # fmt: skip
