"""Where somebody is in a sequence, how they came there, and what comes next: told by the function that decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import instant_text
from petitcrm.i18n import _
from petitcrm.marketing import facts, sequences, stepping
from petitcrm.marketing.flow import KINDS
from petitcrm.marketing.stepping_words import outcome_words, why_words
from petitcrm.rows import Row
from petitcrm.sales import habits

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.marketing.stepping import Move
    from petitcrm.store.queries.enrolments import Enrolled, Went


class Gone(Row):
    """A step that was gone through: what it is, when it was come to and over, and what came of it."""

    step: str
    kind: str
    words: str
    at: str
    settled_at: str | None
    outcome: str
    outcome_words: str


class Next(Row):
    """What comes next: `kind` and `why` are keys, `words` is why in words; `until` and `at` are instant texts."""

    kind: str
    step: str
    words: str
    why: str
    until: str | None
    reason: str


class Explained(Row):
    """Somebody in a sequence: the steps that they went through, in order, and what comes next."""

    enrolled: Enrolled
    flow: Flow
    version: int
    steps: tuple[Gone, ...]
    next: Next


def explain(crm: Crm, one: Enrolled) -> Explained:
    """Return where somebody is, and why; of somebody who has left, why they did."""
    flow = sequences.flow_of(crm, one.version_id)
    known = facts.known(crm, [one], {one.version_id: flow})
    steps = tuple(_gone(flow, row) for row in known.went.get(one.id, ()))
    version = sequences.kept_version(crm, one.version_id).version
    if one.state == "ended":
        from petitcrm.marketing.enrolments import exit_words

        over = Next("ended", one.step, exit_words(one.exit), one.exit, None, one.exit)
        return Explained(one, flow, version, steps, over)
    pasts = facts.with_mails(crm, [one], known.pasts, flow.cap[1] if flow.cap else 1)
    now = crm.now.astimezone(habits.zone(crm))
    move = stepping.advance(flow, pasts[one.id], now, habits.known(crm).hours)
    return Explained(one, flow, version, steps, _next(crm, one, move))


def step_words(flow: Flow, step_id: str) -> str:
    """Return what a step is, in words: its kind, and the subject of its mail or the words of its task."""
    step = flow.step(step_id)
    if step is None:
        return _("pause") if step_id.startswith(stepping.PAUSE) else step_id
    mail = flow.mail(step.says("mail") or step.id) if step.kind == "send" else None
    told = mail.subject if mail else step.says("text") or step.says("tag") or step.says("list")
    return f"{_(KINDS[step.kind])} · {told}" if told else _(KINDS[step.kind])


def _gone(flow: Flow, row: Went) -> Gone:
    settled = facts.settled_of(row)
    at, outcome = settled if settled else (row.settled_at, row.outcome)
    step = flow.step(row.step)
    told = outcome_words(outcome) if at else _("on its way")
    return Gone(
        row.step, step.kind if step else "pause", step_words(flow, row.step), row.at, at, outcome, told
    )


def _next(crm: Crm, one: Enrolled, move: Move) -> Next:
    until = instant_text(move.until) if move.until else None
    if one.state == "paused":
        return Next("paused", move.step, _("they are paused in it"), "paused", None, "")
    if sequences.one(crm, one.sequence_id).state == "paused":
        return Next("paused", move.step, _("the sequence is paused"), "paused", None, "")
    return Next(move.kind, move.step, why_words(move), move.why, until, move.reason)
