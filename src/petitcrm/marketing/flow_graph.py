"""The ways through a sequence: where they lead, what is never reached, and what comes before what."""

from __future__ import annotations

from petitcrm.i18n import _
from petitcrm.marketing.flow import END, Flow, Step, Wait
from petitcrm.marketing.flow_header import shown
from petitcrm.marketing.flow_problems import Problem
from petitcrm.marketing.flow_words import show_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_UNKNOWABLE = ("opened", "clicked")


def problems(flow: Flow) -> Iterator[Problem]:
    """Yield what is wrong with the ways through a sequence whose steps are all there, without loops."""
    first = flow.steps[0].id
    reached = {first, *after(flow, first)}
    yield from _never_reached(flow, reached)
    yield from _mails_at_once(flow, reached)
    yield from _handed_over(flow, reached)
    yield from _said_to_all(flow)


def after(flow: Flow, step_id: str, *, also: Callable[[Step, str], bool] | None = None) -> set[str]:
    """Return the steps that may come after one; `also` tells which answers of which step are followed."""
    found: set[str] = set()
    left = [step_id]
    steps = {step.id: step for step in flow.steps}
    while left:
        step = steps.get(left.pop())
        for outcome, target in flow.ways(step) if step else ():
            if step and also and not also(step, outcome):
                continue
            if target not in found and target in steps:
                found.add(target)
                left.append(target)
    return found


def loop(flow: Flow) -> list[str]:
    """Return the steps of a way that comes back to where it began; none where every way ends."""
    steps = {step.id: step for step in flow.steps}
    done: set[str] = set()
    for start in steps:
        path: list[str] = []
        trail: list[Iterator[str]] = []
        _enter(flow, steps, start, path, trail, done)
        while trail:
            target = next(trail[-1], None)
            if target is None:
                trail.pop()
                done.add(path.pop())
            elif target in path:
                return path[path.index(target) :]
            elif target in steps:
                _enter(flow, steps, target, path, trail, done)
    return []


def _enter(
    flow: Flow, steps: dict[str, Step], at: str, path: list[str], trail: list[Iterator[str]], done: set[str]
) -> None:
    if at not in done:
        path.append(at)
        trail.append(iter([target for _outcome, target in flow.ways(steps[at])]))


def _never_reached(flow: Flow, reached: set[str]) -> Iterator[Problem]:
    for step in flow.steps:
        if step.id not in reached:
            told = _("nobody ever comes to “{id}”: no step leads to it.", id=step.id)
            advice = _(
                "Name it in a step above ({what}), or take it away.", what=f'{shown("yes")} = "{step.id}"'
            )
            yield Problem("unreachable", told, advice, step.line)


def _mails_at_once(flow: Flow, reached: set[str]) -> Iterator[Problem]:
    """Yield mails that would leave right after another one."""
    for step in flow.steps:
        if step.kind != "send" or step.id not in reached:
            continue
        for other in sorted(_at_once(flow, step.id)):
            next_one = flow.step(other)
            told = _(
                "the mail of “{id}” would leave right after that of “{before}”.", id=other, before=step.id
            )
            wait = f'{shown("wait")} = "{show_wait(Wait(3, "days"))}"'
            yield Problem("no-wait", told, wait, next_one.line if next_one else 0)


def _at_once(flow: Flow, step_id: str) -> set[str]:
    steps = {step.id: step for step in flow.steps}
    found: set[str] = set()
    seen: set[str] = set()
    left = [target for _outcome, target in flow.ways(steps[step_id])]
    while left:
        step = steps.get(left.pop())
        if step is None or step.id in seen:
            continue
        seen.add(step.id)
        if step.wait is not None:
            continue
        if step.kind == "send":
            found.add(step.id)
        else:
            left += [target for _outcome, target in flow.ways(step)]
    return found


def _handed_over(flow: Flow, reached: set[str]) -> Iterator[Problem]:
    """Yield hand-overs that some come to without a lead."""
    for step in flow.steps:
        if step.kind == "hand_over" and step.id in reached and _comes_without(flow, step.id, "lead"):
            told = _("“{id}” hands over a lead that nobody made.", id=step.id)
            yield Problem("no-lead", told, f'[[{shown("step")}]]\nlead = "{flow.name}"', step.line)


def _comes_without(flow: Flow, step_id: str, kind: str) -> bool:
    first = flow.steps[0]
    if first.kind == kind:
        return False
    if first.id == step_id:
        return True
    return step_id in after(flow, first.id, also=lambda step, _outcome: step.kind != kind)


def _said_to_all(flow: Flow) -> Iterator[Problem]:
    """Yield mails that say “you did not open”, and to which people come of whom nobody can know."""
    from petitcrm.marketing.flow_texts import says_not_opened

    first = flow.steps[0].id
    reached = {first, *after(flow, first, also=_not_measured_no)}
    for step in flow.steps:
        mail = flow.mail(step.says("mail")) if step.kind == "send" else None
        said = says_not_opened(mail) if mail and step.id in reached else None
        if mail and said:
            told = _("“{words}” is said to people of whom nobody can know whether they did: “{id}”.",
                     words=said.words, id=step.id)  # fmt: skip
            only = f'{shown("no")} = "{step.id}"'
            advice = _("Let only {what} of a question lead there, or take these words away.", what=only)
            yield Problem("not-opened-unknown", told, advice, said.line)


def _not_measured_no(step: Step, outcome: str) -> bool:
    asked = step.condition.what if step.condition else ""
    return not (asked in _UNKNOWABLE and outcome == "no")


def longest(flow: Flow) -> int:
    """Return the greatest number of mails that one person may get."""
    steps = {step.id: step for step in flow.steps}
    known: dict[str, int] = {END: 0}
    order = [flow.steps[0].id] if flow.steps else []
    while order:
        at = order[-1]
        step = steps.get(at)
        left = [target for _outcome, target in flow.ways(step) if target not in known] if step else []
        if left:
            order += left
            continue
        order.pop()
        below = max((known[target] for _outcome, target in flow.ways(step)), default=0) if step else 0
        known[at] = below + (step is not None and step.kind == "send")
    return known.get(flow.steps[0].id, 0) if flow.steps else 0
