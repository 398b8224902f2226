"""What would go wrong in a sequence, found before anybody is in it; each finding says what to write."""

from __future__ import annotations

from petitcrm.i18n import _, language
from petitcrm.marketing import flow_graph, flow_texts
from petitcrm.marketing.flow import END, MAIL_CONDITIONS, MEASURED, OPTIONAL, Condition, Flow, Step, Wait
from petitcrm.marketing.flow_file import mail_example
from petitcrm.marketing.flow_header import shown
from petitcrm.marketing.flow_problems import Problem, in_order
from petitcrm.marketing.flow_steps import end_in
from petitcrm.marketing.flow_words import (
    LONGEST_KEY,
    show_condition,
    show_wait,
    written_again,
    written_staying,
)
from petitcrm.meant import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1, "working_days": 7 / 5, "weeks": 7, "months": 30.5}
LONGEST = 366
"""Days that a wait may last: beyond, nobody remembers why they are written to."""


def problems(flow: Flow) -> list[Problem]:
    """Return what is wrong with a sequence, from the top of its file; those that are not grave stop nothing."""
    if not flow.steps:
        advice = f'[[{shown("step")}]]\n{shown("send")} = "premier"'
        return [Problem("no-step", _("it has no step."), advice), *flow_texts.problems(flow)]
    found = [*_whole(flow), *_targets(flow)]
    for step in flow.steps:
        found += [*_step(flow, step), *_wait(step)]
    if not any(one.rule in ("no-such-step", "loop") for one in found):
        found += flow_graph.problems(flow)
    return in_order([*found, *flow_texts.problems(flow)])


def near(told: str, known: list[str], otherwise: str) -> str:
    """Return the name that may be meant."""
    return nearest(told, known) or [*known[:1], otherwise][0]


def _whole(flow: Flow) -> Iterator[Problem]:
    start = flow.start
    if start.again == "always" and (start.segment or start.where):
        yield Problem(
            "never-ends",
            _("who is in the segment would begin again as soon as they end it, for ever."),
            f'[{shown("start")}]\n{shown("again")} = "{written_again("90 days", language())}"',
        )  # fmt: skip
    if flow.window and any(first >= last for first, last in flow.window.spans):
        told = _("no mail could ever leave: the hours end before they begin.")
        yield Problem(
            "impossible-window", told, _("Write for example: {examples}", examples=_("mon-fri, 9-12, 14-18"))
        )
    loop = flow_graph.loop(flow)
    if loop:
        step = flow.step(loop[-1])
        told = _("it goes round for ever: {path}.", path=" → ".join([*loop, loop[0]]))
        advice = _("A step is passed once: end here, or write the step a second time under another name.")
        yield Problem("loop", told, f'{advice}\n{shown("next")} = "{_end()}"', step.line if step else 0)


def _end() -> str:
    return end_in(END, language())


def _targets(flow: Flow) -> Iterator[Problem]:
    """Yield the names of steps that are nowhere."""
    ids = [step.id for step in flow.steps]
    for step in flow.steps:
        for name in ("yes", "no", "unknown", "next"):
            target = getattr(step, name)
            if target and target != END and target not in ids:
                told = _(
                    "“{id}” leads to “{target}”, which is no step.", id=step.id, target=target[:LONGEST_KEY]
                )
                others = [one for one in ids if one != step.id]
                meant = nearest(target, others) or _end()
                advice = f'{shown(name)} = "{meant}"'
                yield Problem("no-such-step", told, f"{advice}\n{_steps_are(ids)}", step.line)


def _steps_are(ids: list[str]) -> str:
    return _("Steps: {names}", names=", ".join(ids[:20]))


def _step(flow: Flow, step: Step) -> Iterator[Problem]:
    if step.kind == "branch":
        yield from _branch(flow, step)
    elif step.kind == "send" and flow.mail(step.says("mail")) is None:
        told = _(
            "“{id}” sends the mail “{name}”, which is not in the file.", id=step.id, name=step.says("mail")
        )
        known = [mail.key for mail in flow.mails]
        meant = nearest(step.says("mail"), known)
        named = step.says("mail") or step.id
        advice = f'{shown("send")} = "{meant}"' if meant else mail_example(named)
        yield Problem("no-such-mail", told, advice, step.line)
    elif step.kind in ("tag", "untag", "list") and not step.says("list" if step.kind == "list" else "tag"):
        told = _("“{id}” does not say which.", id=step.id)
        yield Problem("empty-step", told, f'{shown(step.kind)} = "…"', step.line)
    elif step.kind == "task" and not step.says("text"):
        told = _("the task “{id}” does not say what is to be done.", id=step.id)
        words = "Appeler pour avoir son avis" if language() == "fr" else "Call and ask what they think"
        yield Problem("task-without-text", told, f'{shown("task")} = "{words}"', step.line)


def _branch(flow: Flow, step: Step) -> Iterator[Problem]:
    condition = step.condition
    if condition is None:
        return
    yield from _about(flow, step)
    yield from _left_before(flow, step)
    if step.wait is None and condition.what != "where":
        told = _("“{id}” does not say how long it waits for the answer.", id=step.id)
        yield Problem("no-deadline", told, f'{shown("within")} = "{show_wait(Wait(6, "days"))}"', step.line)
    ways = dict(flow.ways(step))
    if condition.what in MEASURED and not step.unknown:
        told = _(
            "“{id}” asks what is known only of those who agreed to be measured: say where the others go.",
            id=step.id,
        )
        below = flow.steps[flow.steps.index(step) + 1 :]
        taken = (step.yes, step.no)
        other = next((one.id for one in below if one.kind == "send" and one.id not in taken), _end())
        yield Problem("no-unknown", told, f'{shown("unknown")} = "{other}"', step.line)
    elif condition.what == "replied" and not step.unknown:
        told = _("“{id}” has no answer where no mailbox is read: say where these people go.", id=step.id)
        yield Problem("no-unknown", told, f'{shown("unknown")} = "{_end()}"', step.line)
    elif len(set(ways.values())) == 1:
        told = _(
            "all answers of “{id}” lead to “{target}”: it asks for nothing.",
            id=step.id,
            target=end_in(ways["yes"], language()),
        )
        yield Problem("same-branches", told, f'{shown("yes")} = "…"\n{shown("no")} = "…"', step.line)
    else:
        yield from _taken_for_no(flow, step, ways)


def _left_before(flow: Flow, step: Step) -> Iterator[Problem]:
    """Yield an answer that nobody can give: what is asked has made them leave before."""
    asked = step.condition
    target = dict(flow.ways(step)).get("yes", END)
    if asked is None or target == END:
        return
    is_standing = asked.what in OPTIONAL and asked.what not in flow.stay_on
    if is_standing:
        advice = f'{shown("stay_on")} = ["{written_staying(asked.what, language())}"]'
    elif any(_covers(one, asked) for one in flow.exits):
        advice = _("Take it out of {key}.", key=shown("exit"))
    else:
        return
    told = _(
        "nobody comes from “{id}” to “{target}”: whoever does what it asks has left before.",
        id=step.id,
        target=target,
    )
    yield Problem("left-before", told, advice, step.line)


def _covers(way_out: Condition, asked: Condition) -> bool:
    """Tell whether whoever meets a question meets a condition to leave."""
    return way_out.what == asked.what and way_out.of in ("", asked.of) and way_out.value in ("", asked.value)


def _taken_for_no(flow: Flow, step: Step, ways: dict[str, str]) -> Iterator[Problem]:
    """Yield where those of whom nobody can know get what is for those who did not do it."""
    condition = step.condition
    if condition is None or condition.what not in MEASURED or ways["unknown"] != ways["no"]:
        return
    target, asked = flow.step(ways["no"]), flow.step(condition.of)
    if target is None or target.kind != "send":
        return
    again = flow.mail(target.says("mail"))
    before = flow.mail(asked.says("mail")) if asked else None
    if again and before and again.body.strip() == before.body.strip():
        told = _(
            "“{target}” sends the same mail again, also to people of whom nobody can know whether they read it.",
            target=target.id,
        )
        yield Problem("unknown-as-no", told, f'{shown("unknown")} = "{_end()}"', step.line)
    else:
        told = _("“{id}” treats who cannot be measured like who did not do it: is “{target}” right for both?",
                 id=step.id, target=target.id)  # fmt: skip
        yield Problem("unknown-as-no", told, f'{shown("unknown")} = "…"', step.line, is_grave=False)


def _about(flow: Flow, step: Step) -> Iterator[Problem]:
    """Yield a condition about a step that is none, or does not come before."""
    condition = step.condition
    if condition is None or condition.what not in (*MAIL_CONDITIONS, "outcome") or not condition.of:
        return
    wanted = "task" if condition.what == "outcome" else "send"
    ids = [one.id for one in flow.steps if one.kind == wanted]
    about = flow.step(condition.of)
    if about is None or about.kind != wanted:
        told = (
            _("“{id}” asks about “{of}”, which is no step with a task.", id=step.id, of=condition.of)
            if wanted == "task"
            else _(
                "“{id}” asks about “{of}”, which is no step that sends a mail.", id=step.id, of=condition.of
            )
        )
        meant = near(condition.of, ids, "premier")
        asked = show_condition(condition._replace(of=meant))
        yield Problem("no-such-step", told, f'{shown("if")} = "{asked}"', step.line)
    elif step.id not in flow_graph.after(flow, about.id):
        told = _("“{id}” asks about “{of}”, which does not come before it.", id=step.id, of=condition.of)
        yield Problem("asked-too-early", told, _("Put the question below that step."), step.line)


def _wait(step: Step) -> Iterator[Problem]:
    if step.wait is None:
        return
    days = in_days(step.wait)
    if days > LONGEST:
        told = _("“{id}” waits longer than a year.", id=step.id)
        yield Problem(
            "too-long-a-wait", told, f'{shown("wait")} = "{show_wait(Wait(6, "months"))}"', step.line
        )
    elif not step.wait.amount and not step.wait.at:
        told = _("“{id}” waits for nothing.", id=step.id)
        yield Problem("no-wait", told, f'{shown("wait")} = "{show_wait(Wait(2, "days"))}"', step.line)


def in_days(wait: Wait) -> float:
    """Return about how many days a wait lasts."""
    return wait.amount * _DAYS[wait.unit]
