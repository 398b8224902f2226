"""What a step of a sequence does to the firm's own records: a task, a tag, a lead, a hand-over, a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.sales import habits, tags, tasks
from petitcrm.sales.references import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm
    from petitcrm.dates import When
    from petitcrm.marketing.flow import Flow, Step
    from petitcrm.store.queries.enrolments import Enrolled

    Effect = Callable[[Crm, Enrolled, Flow, Step], tuple[str, int | None]]


def do(crm: Crm, one: Enrolled, flow: Flow, step: Step) -> tuple[str, int | None]:
    """Do what a step says, by the verbs that a person would use; return what came of it, and the task that was added.

    It is a gesture of the program: a plain undo passes over it, `undo NUMBER` takes it back.
    """
    with crm.act(
        "sequence.acted", contact=one.contact_id, deal=one.deal_id, sequence=flow.name, step=step.id
    ):
        pass
    return _EFFECTS[step.kind](crm, one, flow, step)


def _task(crm: Crm, one: Enrolled, flow: Flow, step: Step) -> tuple[str, int | None]:
    fields = {"deal_id": one.deal_id, "owner_id": _owner(crm, one, step)}
    known = {name: value for name, value in fields.items() if value is not None}
    due = _due(crm, step.says("due"))
    kind = tasks.read_kind(step.says("kind")) if step.says("kind") else "other"
    text = _filled(crm, one, flow, step, "text") or ("" if kind != "other" else flow.name)
    return "", tasks.add(crm, text, one.contact_id, kind=kind, due=due, fields=known)


def _filled(crm: Crm, one: Enrolled, flow: Flow, step: Step, key: str) -> str:
    """Return a text of a step as it is for somebody."""
    from petitcrm.marketing import filling
    from petitcrm.marketing.merge_fields import Subjects

    about = Subjects(one.contact_id, one.deal_id, one.owner_id)
    return filling.fill_line(crm, step.says(key), about, language=flow.lang, where=step.id)


def _due(crm: Crm, told: str) -> When:
    from petitcrm.dates import When
    from petitcrm.marketing import stepping
    from petitcrm.marketing.flow_words import read_wait

    here = crm.now.astimezone(habits.zone(crm))
    if not told:
        return When(here.date())
    wait = read_wait(told)
    at = stepping.after(here, wait, habits.known(crm).hours)
    return When(at.date(), at.time() if wait.at else None)


def _owner(crm: Crm, one: Enrolled, step: Step) -> int | None:
    return resolve(crm, "user", step.says("owner")) if step.says("owner") else one.owner_id


def _tag(crm: Crm, one: Enrolled, _flow: Flow, step: Step) -> tuple[str, int | None]:
    tags.put(crm, "contact", one.contact_id, step.says("tag"))
    return "", None


def _untag(crm: Crm, one: Enrolled, _flow: Flow, step: Step) -> tuple[str, int | None]:
    tags.remove(crm, "contact", one.contact_id, step.says("tag"))
    return "", None


def _lead(crm: Crm, one: Enrolled, flow: Flow, step: Step) -> tuple[str, int | None]:
    from petitcrm.leads import leads

    told = {name: step.says(name) for name in ("source", "campaign", "product", "words") if step.says(name)}
    if "words" in told:
        told["words"] = _filled(crm, one, flow, step, "words")
    told.setdefault("source", flow.name)
    owner = _owner(crm, one, step)
    added = leads.add(crm, one.contact_id, fields=told | ({"owner_id": owner} if owner else {}))
    return ("joined" if added.joined else "added"), None


def _hand_over(crm: Crm, one: Enrolled, flow: Flow, step: Step) -> tuple[str, int | None]:
    from petitcrm.leads import handover, leads
    from petitcrm.marketing import engagement
    from petitcrm.store.queries import leads as queries

    least = step.says("score")
    if least.isdigit() and engagement.of(crm, [one.contact_id])[one.contact_id].score < int(least):
        return "not-ready", None
    lead_id = one.lead_id or leads.meant(queries.latest_of(crm, one.contact_id))
    if lead_id is None:
        raise RefusedByRule("no-lead", _("There is no lead to hand over."))
    title = _filled(crm, one, flow, step, "title")
    made = handover.hand_over(crm, lead_id, to_user_id=_owner(crm, one, step), title=title)
    return "handed-over", made.task_id


def _list(crm: Crm, one: Enrolled, flow: Flow, step: Step) -> tuple[str, int | None]:
    from petitcrm.marketing import subscriptions

    if step.says("action") == "remove":
        subscriptions.unsubscribe(crm, step.says("list"), one.contact_id, how=flow.name)
        return "removed", None
    return subscriptions.subscribe(crm, step.says("list"), one.contact_id, source=flow.name), None


_EFFECTS: dict[str, Effect] = {
    "task": _task, "tag": _tag, "untag": _untag, "lead": _lead, "hand_over": _hand_over, "list": _list,
}  # fmt: skip
