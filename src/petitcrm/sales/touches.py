"""Approaching somebody several times: the touches of a cadence, one task after the other, until they answer."""

from __future__ import annotations

import json

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store.queries import touches as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm

ANSWERED = ("reached", "refused")
"""Outcomes of a touch after which nobody is approached again by the list: a person decides what comes next."""
CHANNELS = {"call": "phone", "email": "email", "letter": "post"}
"""By what a kind of touch reaches somebody, where the law has its word to say."""
PURPOSE = "prospecting"
SAID_NO = ("objected", "withdrawn", "erased")
"""Verdicts of `may_contact` after which a touch is passed over; of the others the list only tells."""
_WORDS = {
    "call": "call", "appel": "call", "mail": "email", "email": "email", "e-mail": "email", "linkedin": "linkedin",
    "letter": "letter", "courrier": "letter", "lettre": "letter", "visit": "visit", "visite": "visit",
}  # fmt: skip


class Touch(Row):
    """One touch of a cadence: a kind of task, so many working days after the one before, and what it is about."""

    kind: str
    after: int
    text: str = ""


USUAL = (
    Touch("call", 0), Touch("email", 1), Touch("linkedin", 3), Touch("call", 4), Touch("letter", 6), Touch("call", 8),
)  # fmt: skip
"""The cadence of a list that has none of its own: six touches in about five weeks."""


def read_cadence(written: str) -> tuple[Touch, ...]:
    """Return a cadence written like `call, +1 email, +3 linkedin follow up`; UsageProblem saying where it is wrong."""
    touches = []
    for number, part in enumerate(filter(None, (part.strip() for part in written.split(","))), 1):
        words = part.split()
        after = 0 if number == 1 else 1
        if words[0].lstrip("+").isdigit():
            after = int(words.pop(0).lstrip("+"))
        if not words or words[0].lower() not in _WORDS:
            raise UsageProblem(
                _("Touch {number}, “{value}”: it begins with call, email, linkedin, letter or visit.",
                  number=number, value=part)
            )  # fmt: skip
        touches.append(Touch(_WORDS[words[0].lower()], after, " ".join(words[1:])))
    if not touches:
        raise UsageProblem(_("A cadence has at least one touch: call, +1 email, +3 linkedin."))
    return tuple(touches)


def show_cadence(touches: tuple[Touch, ...]) -> str:
    """Return a cadence as it is written."""
    return ", ".join(f"+{touch.after} {touch.kind} {touch.text}".strip() for touch in touches)


def packed(touches: tuple[Touch, ...]) -> str:
    """Return a cadence as the base keeps it."""
    return json.dumps([[*touch] for touch in touches], ensure_ascii=False)


def unpacked(kept: str) -> tuple[Touch, ...]:
    """Return a cadence that the base kept."""
    return tuple(Touch(*one) for one in json.loads(kept)) or USUAL


def plan(crm: Crm, lead_id: int) -> int | None:
    """Plan the next touch of a lead of a list; return its task, or None where the cadence is over."""
    from petitcrm.sales import habits, tasks
    from petitcrm.working_time import add_working_days

    known = queries.approached(crm, lead_id)
    if known is None:
        return None
    cadence = unpacked(known.cadence)
    if known.step >= len(cadence):
        _over(crm, known)
        return None
    step = _next_step(crm, known, cadence)
    if step is None:
        _over(crm, known)
        return None
    touch = cadence[step]
    on = add_working_days(crm.now.date(), touch.after, habits.known(crm).hours)
    task_id = tasks.add(
        crm, touch.text or known.list_name, known.contact_id, kind=touch.kind, due=on,
        fields={"owner_id": known.owner_id},
    )  # fmt: skip
    with crm.act("lead.touch_planned", contact=known.contact_id, task=task_id, lead=f"l{lead_id}") as act:
        act.update("leads", lead_id, task_id=task_id, step=step + 1)
    return task_id


def _next_step(crm: Crm, known: queries.Approached, cadence: tuple[Touch, ...]) -> int | None:
    """Return the next touch that the person has not refused: who wants no calls may still get the letter."""
    from petitcrm.sales import consent

    refused: dict[str, bool] = {}
    for step in range(known.step, len(cadence)):
        channel = CHANNELS.get(cadence[step].kind)
        if channel is None:
            return step
        if channel not in refused:
            refused[channel] = consent.verdict(crm, known.contact_id, channel, PURPOSE).reason in SAID_NO
        if not refused[channel]:
            return step
    return None


def go_on(crm: Crm, task_id: int, outcome: str) -> int | None:
    """After a touch is done: plan the next one, or stop because they answered; return the task that was planned."""
    lead_id = queries.lead_of_task(crm, task_id)
    if lead_id is None:
        return None
    if outcome not in ANSWERED:
        return plan(crm, lead_id)
    known = queries.approached(crm, lead_id)
    if known is not None:
        with crm.act("lead.reached", contact=known.contact_id, lead=f"l{lead_id}", outcome=outcome) as act:
            act.update("leads", lead_id, task_id=None, state="working", state_at=crm.now_text)
    return None


def _over(crm: Crm, known: queries.Approached) -> None:
    """End an approach that was never answered: the lead is kept warm, and no longer asked about."""
    with crm.act("lead.unanswered", contact=known.contact_id, lead=f"l{known.lead_id}") as act:
        act.update("leads", known.lead_id, task_id=None, state="warm", state_at=crm.now_text)
