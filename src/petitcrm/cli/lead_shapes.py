"""The JSON shapes of the lead department, of the same contract as `shapes`."""

from __future__ import annotations

from petitcrm.cli.shapes import linked, money
from petitcrm.naming import person

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.leads.profiles import Profile
    from petitcrm.leads.routing import Given
    from petitcrm.leads.simulation import Outcome
    from petitcrm.store.queries.leads import LeadLine
    from petitcrm.store.queries.partners import PartnerLine
    from petitcrm.store.queries.touches import ListLine

    Shape = dict[str, Any]


def line(one: LeadLine) -> Shape:
    """Return one lead of a list."""
    return {
        "id": f"l{one.id}", "state": one.state, "direction": one.direction,
        "contact": {"id": f"c{one.contact_id}", "name": person(one.first_name, one.last_name, one.company)},
        "company": one.company, "owner": linked("u", one.owner_id, one.owner), "rule": one.given_by_rule or None,
        "partner": one.partner, "source": one.source, "campaign": one.campaign, "product": one.product,
        "text": one.words, "answer_due_at": one.answer_due_at, "answered_at": one.answered_at,
        "requalify_on": one.requalify_on, "reason": one.reason, "list": one.prospecting_list, "step": one.step,
        "deal": f"d{one.deal_id}" if one.deal_id else None, "task": f"t{one.task_id}" if one.task_id else None,
        "created_at": one.created_at,
    }  # fmt: skip


def lead(crm: Crm, lead_id: int) -> Shape:
    """Return everything about one lead: the answers given, what the rules propose, the score line by line."""
    from petitcrm.leads import qualification, scoring
    from petitcrm.store.queries import leads as queries

    answers = {
        question: {
            "answer": one.answer,
            "by": one.by,
            "at": one.at,
            "evidence": one.evidence,
            "proposed": one.proposed,
        }
        for question, one in queries.answers(crm, lead_id).items()
    }
    proposals = {
        question: {"answer": one.answer or None, "because": list(one.because)}
        for question, one in qualification.proposals(crm, lead_id).items()
    }
    score = scoring.score(crm, lead_id)
    told = {
        name: {"score": number, "lines": [{"points": each.points, "text": each.words} for each in lines]}
        for name, number, lines in (
            ("fit", score.fit, score.fit_lines), ("engagement", score.engagement, score.engagement_lines),
        )
    }  # fmt: skip
    return {**line(queries.line(crm, lead_id)), "answers": answers, "proposals": proposals, **told}


def handed_over(crm: Crm, lead_id: int, deal_id: int, task_id: int) -> Shape:
    """Return what a hand-over made."""
    from petitcrm.cli import shapes
    from petitcrm.store.queries import leads as queries

    return {
        "lead": line(queries.line(crm, lead_id)), "deal": shapes.deal(crm, deal_id), "task": shapes.task(crm, task_id),
    }  # fmt: skip


def given(one: Given) -> Shape:
    """Return to whom something goes."""
    return {
        "owner": one.owner or None, "rule": one.rule or None, "partner": one.partner or None, "why": list(one.why),
    }  # fmt: skip


def outcome(one: Outcome) -> Shape:
    """Return what a simulation found."""
    return {
        "number": one.number, "owners": {share.owner: share.number for share in one.shares if share.owner},
        "values": {share.owner: money(share.value_cents) for share in one.shares if share.owner},
        "rules": {rule: number for rule, number in one.rules.items() if rule}, "gini": round(one.gini, 4),
        "gini_value": round(one.gini_value, 4), "max_min": one.max_min and round(one.max_min, 3),
        "multi_zone": [
            {"company": {"id": f"f{torn.company_id}", "name": torn.company}, "owner": torn.owner,
             "collaborators": list(torn.others)}
            for torn in one.multi_zone
        ],
        "unmatched": one.unmatched, "departements": one.by_departement,
    }  # fmt: skip


def profile(one: Profile) -> Shape:
    """Return the ideal customer, or a persona."""
    from petitcrm.leads import profiles

    table = profiles.written(one)
    return {"key": one.key, "words": "", "must": {}, "wish": {}, "never": {}, **table}


def partner(one: PartnerLine) -> Shape:
    """Return a partner with what they brought."""
    return {
        "id": one.id, "key": one.key, "name": one.name, "kind": one.kind, "email": one.email,
        "commission_percent": one.commission_bp / 100, "leads": one.leads, "deals": one.deals, "won": one.won,
        "won_amount": money(one.won_cents), "commission": money(one.commission_cents),
    }  # fmt: skip


def prospecting(one: ListLine) -> Shape:
    """Return a prospecting list with how far it is."""
    from petitcrm.sales import touches

    return {
        "id": one.id, "key": one.key, "name": one.name, "cadence": touches.show_cadence(touches.unpacked(one.cadence)),
        "campaign": one.campaign, "owner": one.owner, "closed_at": one.closed_at, "leads": one.leads,
        "in_progress": one.open, "reached": one.reached, "qualified": one.qualified,
    }  # fmt: skip
