"""Handing a qualified lead over to who will sell: a deal and its first task, accepted or sent back with a reason."""

from __future__ import annotations

from datetime import timedelta

from petitcrm.dates import instant_text
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.leads import leads, team
from petitcrm.rows import Row
from petitcrm.sales import deals, habits, tasks
from petitcrm.sales.fields import must_exist
from petitcrm.store.queries import handovers as queries
from petitcrm.store.queries import leads as lead_queries
from petitcrm.store.queries import tasks as task_queries
from petitcrm.text import clean
from petitcrm.working_time import add_working_days, add_working_minutes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.handovers import Waiting
    from petitcrm.store.queries.leads import LeadLine


class HandedOver(Row):
    """What a hand-over made: the deal (new, or joined), its first task, and who has them now."""

    lead_id: int
    deal_id: int
    task_id: int
    to_user_id: int | None
    joined: bool


class Seller(Row):
    """Who may be handed a lead: what they received lately, whether the customer is theirs, whether they are away."""

    user_id: int
    name: str
    received: int
    is_known: bool
    is_away: bool


def sellers(crm: Crm, lead_id: int) -> list[Seller]:
    """Return who may be handed a lead, first the one who gets it where nobody is named; nobody for a founder alone."""
    if not team.has_owners(crm):
        return []
    line = lead_queries.line(crm, lead_id)
    received, owner = _received(crm), _owner_of(crm, line)
    people = [
        Seller(
            one.user_id, one.name, received.get(one.user_id, 0), one.user_id == owner, bool(one.away_until)
        )
        for one in team.members(crm, "ae")
    ]
    pool = team.pool(crm, received=received)
    there = {one.user_id: 100 for one in people if not one.is_away}
    first = owner if owner in there else getattr(pool.give(there), "user_id", None) if there else None
    return sorted(people, key=lambda one: (one.user_id != first, one.is_away, one.received, one.name))


def title_of(line: LeadLine) -> str:
    """Return what the deal of a lead is called unless somebody says otherwise."""
    return line.product or line.words.partition("\n")[0][:60] or leads.label(line)


def hand_over(
    crm: Crm, lead_id: int, *, to_user_id: int | None = None, deal_id: int | None = None, title: str = ""
) -> HandedOver:
    """Give a qualified lead to who sells: a deal is opened, or an open one joined, with a first task for them.

    Without `to_user_id` it goes to the seller furthest behind their share; a founder alone keeps it and has accepted.
    Raise RefusedByRule `qualify-first` for a lead that is not qualified.
    """
    line = lead_queries.line(crm, lead_id)
    if line.state != "qualified":
        raise RefusedByRule(
            "qualify-first",
            _(
                "l{id} is {state}: only a qualified lead is handed over.",
                id=lead_id,
                state=_(leads.STATES[line.state]),
            ),
            advice=_("Answer the four questions: petitcrm lead qualify l{id}", id=lead_id)
            if line.state in lead_queries.WAITING
            else _("Where it stands: petitcrm lead show l{id}", id=lead_id),
        )
    must_exist(crm, "users", to_user_id)
    receiver = to_user_id or _seller(crm, line)
    joined = deal_id is not None
    deal = _joined(crm, line, deal_id, receiver) if deal_id else _opened(crm, line, title, receiver)
    task = _first_task(crm, line, deal, receiver)
    _record(crm, line, HandedOver(lead_id, deal, task, receiver, joined))
    if receiver is None or receiver == crm.user_id:
        accept(crm, lead_id)
    return HandedOver(lead_id, deal, task, receiver, joined)


def accept(crm: Crm, lead_id: int) -> None:
    """Take a lead that was handed over: its deal is the receiver's from now on."""
    waiting = _waiting(crm, lead_id)
    with crm.act(
        "lead.accepted",
        contact=waiting.contact_id,
        deal=waiting.deal_id,
        lead=f"l{lead_id}",
        title=waiting.title,
    ) as act:
        act.update("handovers", waiting.id, verdict="accepted", settled_at=crm.now_text)
        act.update("leads", lead_id, state="accepted", state_at=crm.now_text)


def refuse(crm: Crm, lead_id: int, reason: str) -> None:
    """Send a lead back to who handed it over, saying why; a deal that only the hand-over opened is cancelled."""
    waiting = _waiting(crm, lead_id)
    reason = clean(reason).strip()
    if not reason:
        raise UsageProblem(_("Say why the lead is sent back: the sender learns from it."))
    if waiting.task_id is not None and task_queries.is_open(crm, waiting.task_id):
        tasks.delete(crm, waiting.task_id)
    if waiting.deal_id is not None and not waiting.joined and waiting.deal_status == "open":
        deals.cancel(crm, waiting.deal_id)
    with crm.act(
        "lead.sent_back", contact=waiting.contact_id, deal=waiting.deal_id, lead=f"l{lead_id}", why=reason
    ) as act:
        act.update(
            "handovers", waiting.id, verdict="refused", reason=reason, settled_at=crm.now_text, task_id=None
        )
        act.update(
            "leads", lead_id, state="refused", state_at=crm.now_text, owner_id=waiting.from_user_id, deal_id=None,
            task_id=None, reason=reason,
        )  # fmt: skip


def _seller(crm: Crm, line: LeadLine) -> int | None:
    """Return who sells to this contact: the owner of an open deal, else the fairest of those who close."""
    if not team.has_owners(crm):
        return crm.user_id
    owner = _owner_of(crm, line)
    there = {one.user_id: 100 for one in team.members(crm, "ae") if not one.away_until}
    if owner in there:
        return owner
    chosen = team.pool(crm, received=_received(crm)).give(there)
    if chosen is None:
        raise RefusedByRule(
            "nobody-to-sell",
            _("Nobody who sells is there to take l{id}.", id=line.id),
            advice=_("Say who: --to USER, or give somebody the role: petitcrm user role USER ae"),
        )
    return chosen.user_id


def _owner_of(crm: Crm, line: LeadLine) -> int | None:
    """Return who has this customer, or their company, already."""
    known = lead_queries.known_of_lead(crm, line.id)
    return known.owner_id or lead_queries.owner_of_earlier(crm, known.contact_id, known.company_id)


def _received(crm: Crm) -> dict[int, int]:
    return queries.received(crm, instant_text(crm.now - timedelta(days=28)))


def _opened(crm: Crm, line: LeadLine, title: str, receiver: int | None) -> int:
    named = clean(title).strip() or title_of(line)
    source = {"source": line.source} if line.source else {}
    deal_id = deals.add(crm, named, line.contact_id, fields={"owner_id": receiver, **source})
    _drop_usual_task(crm, deal_id)
    return deal_id


def _joined(crm: Crm, line: LeadLine, deal_id: int, receiver: int | None) -> int:
    must_exist(crm, "deals", deal_id)
    status, contact_id, company_id, owner_id = queries.deal(crm, deal_id)
    known = lead_queries.known_of_lead(crm, line.id)
    if status != "open":
        raise RefusedByRule("deal-is-closed", _("d{id} is closed: a lead joins an open deal.", id=deal_id))
    if contact_id != line.contact_id and (company_id is None or company_id != known.company_id):
        raise RefusedByRule(
            "deal-of-others", _("d{id} is with somebody else, of another company.", id=deal_id)
        )
    if receiver is not None and owner_id is None:
        deals.edit(crm, deal_id, {"owner_id": receiver})
    return deal_id


def _first_task(crm: Crm, line: LeadLine, deal_id: int, receiver: int | None) -> int:
    how = habits.known(crm)
    on = add_working_days(crm.now.date(), 1, how.hours)
    text = line.words.partition("\n")[0][:80] or _("first call")
    return tasks.add(
        crm, text, line.contact_id, kind="call", due=on, fields={"deal_id": deal_id, "owner_id": receiver}
    )


def _drop_usual_task(crm: Crm, deal_id: int) -> None:
    """Take out what the first stage planned for a deal by itself: it would be a second task for the same call."""
    for (task_id,) in crm.rows("SELECT id FROM tasks WHERE deal_id = :deal ORDER BY id", deal=deal_id):
        tasks.delete(crm, task_id)


def _record(crm: Crm, line: LeadLine, made: HandedOver) -> None:
    how = habits.known(crm)
    due_at = add_working_minutes(crm.now, how.acceptance * 60, how.hours)
    with crm.act(
        "lead.handed_over", contact=line.contact_id, deal=made.deal_id, task=made.task_id, lead=f"l{line.id}",
        to=queries.name_of(crm, made.to_user_id),
    ) as act:  # fmt: skip
        act.insert(
            "handovers", lead_id=line.id, deal_id=made.deal_id, task_id=made.task_id, from_user_id=line.owner_id,
            to_user_id=made.to_user_id, at=crm.now_text, answer_due_at=instant_text(due_at), joined=int(made.joined),
        )  # fmt: skip
        act.update(
            "leads", line.id, state="handed_over", state_at=crm.now_text, deal_id=made.deal_id,
            owner_id=made.to_user_id, answered_at=line.answered_at or crm.now_text,
        )  # fmt: skip


def _waiting(crm: Crm, lead_id: int) -> Waiting:
    found = queries.waiting(crm, lead_id)
    if found is None:
        line = lead_queries.line(crm, lead_id)
        raise RefusedByRule(
            "nothing-to-settle",
            _(
                "l{id} is {state}: there is no hand-over to answer.",
                id=lead_id,
                state=_(leads.STATES[line.state]),
            ),
        )
    return found
