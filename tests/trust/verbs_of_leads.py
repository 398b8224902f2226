"""How to call each verb of the lead department on the small firm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from petitcrm.crm import Crm
from petitcrm.leads import (
    handover,
    leads,
    partners,
    profiles,
    prospecting,
    qualification,
    routing,
    team,
    territories,
)
from petitcrm.sales import deals, habits, setting_up, tasks, touches, users
from tests.support.firm import Firm

Do = Callable[[Crm, Firm], object]
LATER = date(2026, 12, 14)
ANSWERS = {"ideal": "yes", "persona": "installateur", "interested": "yes", "never": "no"}
WEST: list[dict[str, Any]] = [
    {"name": "Ouest", "where": {"region": ["Bretagne", "Pays de la Loire"]}, "to": ["anne", "paul:50"]},
    {"name": "Le reste", "to": ["*"]},
]


def persona(crm: Crm, _firm: Firm) -> None:
    """Describe one persona."""
    profiles.keep_persona(crm, {"name": "Installateur", "must": {"tags": ["Installateur"]}})


def lead(crm: Crm, firm: Firm) -> int:
    """Begin a lead."""
    persona(crm, firm)
    return leads.add(crm, firm.contact, fields={"words": "Une chaudière à remplacer"}).lead_id


def qualified(crm: Crm, firm: Firm) -> int:
    """Begin a lead and qualify it."""
    lead_id = lead(crm, firm)
    qualification.qualify(crm, lead_id, ANSWERS)
    return lead_id


def handed_over(crm: Crm, firm: Firm) -> None:
    """Hand a lead over to somebody who has not accepted it yet."""
    handover.hand_over(crm, qualified(crm, firm), to_user_id=firm.user)


def several(crm: Crm, _firm: Firm) -> None:
    """Let the firm be of two, with territories in force."""
    users.add(crm, "paul")
    territories.keep(crm, "Régions", WEST)
    territories.activate(crm, "regions")


def given(crm: Crm, firm: Firm) -> None:
    """Have a lead that waits in the default queue, in a firm of two."""
    lead(crm, firm)
    several(crm, firm)


def list_of_two(crm: Crm, firm: Firm) -> None:
    """Approach somebody."""
    prospecting.add(crm, "Salon 2026", cadence="call, +2 email")
    prospecting.put(crm, 1, [firm.contact])


VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "habits.say": (lambda crm, firm: habits.say(crm, "hours", "8-12, 13:30-17"), 1, None),
    "setting_up.plan": (
        lambda crm, firm: setting_up.plan(crm, firm.deal, firm.contact), 2,
        lambda crm, firm: habits.say(crm, "checklist", "poser; mettre en service"),
    ),
    "touches.plan": (
        lambda crm, firm: touches.plan(crm, 1), 2,
        lambda crm, firm: (list_of_two(crm, firm), tasks.delete(crm, 3)),
    ),
    "touches.go_on": (lambda crm, firm: touches.go_on(crm, 3, "no_answer"), 2, list_of_two),
    "leads.add": (
        lambda crm, firm: leads.add(crm, firm.contact, fields={"source": "site", "owner_id": firm.user}), 1, None,
    ),
    "leads.find_or_add_contact": (
        lambda crm, firm: leads.find_or_add_contact(crm, {"last_name": "Nouveau"}, emails=["n@nouveau.fr"]), 1, None,
    ),
    "leads.edit": (lambda crm, firm: leads.edit(crm, 1, {"campaign": "Hiver", "is_online": True}), 1, lead),
    "leads.assign": (lambda crm, firm: leads.assign(crm, 1, firm.user), 1, lead),
    "leads.disqualify": (lambda crm, firm: leads.disqualify(crm, 1, "déménage"), 1, lead),
    "leads.requalify": (
        lambda crm, firm: leads.requalify(crm, 1), 1,
        lambda crm, firm: leads.disqualify(crm, lead(crm, firm), "déménage"),
    ),
    "leads.put_off": (lambda crm, firm: leads.put_off(crm, 1, LATER), 1, lead),
    "leads.keep_warm": (lambda crm, firm: leads.keep_warm(crm, 1), 1, lead),
    "leads.delete": (
        lambda crm, firm: leads.delete(crm, 1), 1,
        lambda crm, firm: qualification.qualify(crm, lead(crm, firm), {"never": "no"}),
    ),
    "qualification.qualify": (
        lambda crm, firm: qualification.qualify(crm, 1, ANSWERS, evidence="au téléphone"), 2, lead,
    ),
    "routing.give": (lambda crm, firm: routing.give(crm, 1), 1, given),
    "handover.hand_over": (lambda crm, firm: handover.hand_over(crm, 1, to_user_id=firm.user), 3, qualified),
    "handover.accept": (lambda crm, firm: handover.accept(crm, 1), 1, handed_over),
    "handover.refuse": (lambda crm, firm: handover.refuse(crm, 1, "hors zone"), 3, handed_over),
    "partners.add": (
        lambda crm, firm: partners.add(crm, "Réseau Ouest", fields={"commission_bp": 750}), 1, None,
    ),
    "partners.edit": (
        lambda crm, firm: partners.edit(crm, 1, {"kind": "agent"}), 1,
        lambda crm, firm: partners.add(crm, "Réseau Ouest"),
    ),
    "profiles.describe_ideal": (
        lambda crm, firm: profiles.describe_ideal(crm, {"must": {"size": ["pme"]}}), 1, None,
    ),
    "profiles.keep_persona": (persona, 1, None),
    "profiles.remove_persona": (lambda crm, firm: profiles.remove_persona(crm, "installateur"), 1, persona),
    "prospecting.add": (lambda crm, firm: prospecting.add(crm, "Salon 2026"), 1, None),
    "prospecting.put": (
        lambda crm, firm: prospecting.put(crm, 1, [firm.contact, firm.other_contact]), 6,
        lambda crm, firm: prospecting.add(crm, "Salon 2026"),
    ),
    "territories.place_rule": (
        lambda crm, firm: territories.place_rule(crm, "ordre", 1, 0), 1,
        lambda crm, firm: territories.keep(crm, "Ordre", [{"name": "Un"}, {"name": "Deux"}]),
    ),
    "prospecting.close": (lambda crm, firm: prospecting.close(crm, 1), 2, list_of_two),
    "team.place": (
        lambda crm, firm: team.place(crm, firm.user, roles=["sdr", "ae"], weight=50, capacity=12), 1, None,
    ),
    "team.leave": (lambda crm, firm: team.leave(crm, firm.user, LATER), 1, None),
    "team.be_away": (lambda crm, firm: team.be_away(crm, firm.user, LATER, LATER, "ski"), 1, None),
    "team.be_back": (
        lambda crm, firm: team.be_back(crm, 1), 1,
        lambda crm, firm: team.be_away(crm, firm.user, LATER, LATER),
    ),
    "profiles.put_condition": (
        lambda crm, firm: profiles.put_condition(crm, "ideal", "must", "size = pme"), 1, None,
    ),
    "territories.keep": (
        lambda crm, firm: territories.keep(crm, "Régions", [{"name": "Tout", "to": ["anne"]}]), 1, None,
    ),
    "territories.activate": (
        lambda crm, firm: territories.activate(crm, "tout"), 1,
        lambda crm, firm: (several(crm, firm), territories.keep(crm, "Tout", [{"name": "Tout", "to": "*"}])),
    ),
    "territories.duplicate": (lambda crm, firm: territories.duplicate(crm, "regions"), 1, several),
    "territories.move_rule": (
        lambda crm, firm: territories.move_rule(crm, "ordre", 0, 1), 1,
        lambda crm, firm: territories.keep(crm, "Ordre", [{"name": "Un"}, {"name": "Deux"}]),
    ),
    "territories.share_rule": (
        lambda crm, firm: territories.share_rule(crm, "ordre", 0, "*"), 1,
        lambda crm, firm: territories.keep(crm, "Ordre", [{"name": "Un"}]),
    ),
    "territories.archive": (lambda crm, firm: territories.archive(crm, "regions"), 1, several),
    "territories.delete": (
        lambda crm, firm: territories.delete(crm, "tout"), 1,
        lambda crm, firm: territories.keep(crm, "Tout", [{"name": "Tout", "to": "*"}]),
    ),
}  # fmt: skip
"""Verb → how to call it, how many acts it is, and what must have been done before."""

VARIANTS: dict[str, tuple[Do, int, Do | None]] = {
    "leads.add of somebody pursued already": (
        lambda crm, firm: leads.add(crm, firm.contact, fields={"words": "encore", "source": "site"}), 1,
        lambda crm, firm: leads.put_off(crm, lead(crm, firm), LATER),
    ),
    "leads.add in a firm of two": (lambda crm, firm: leads.add(crm, firm.other_contact), 2, several),
    "habits.say to go back to the usual": (
        lambda crm, firm: habits.say(crm, "hours", ""), 1, lambda crm, firm: habits.say(crm, "hours", "8-12"),
    ),
    "qualification.qualify for good": (
        lambda crm, firm: qualification.qualify(crm, 1, {"never": "oui"}, evidence="concurrent"), 2, lead,
    ),
    "handover.hand_over by a founder alone": (lambda crm, firm: handover.hand_over(crm, 1), 4, qualified),
    "handover.hand_over into an open deal": (
        lambda crm, firm: handover.hand_over(crm, 1, to_user_id=firm.user, deal_id=firm.deal), 2,
        lambda crm, firm: (qualified(crm, firm), deals.edit(crm, firm.deal, {"owner_id": firm.user})),
    ),
    "tasks.done for a touch that was answered": (
        lambda crm, firm: tasks.done(crm, 3, "reached"), 2, list_of_two,
    ),
    "deals.win with what is set up after it": (
        lambda crm, firm: deals.win(crm, firm.deal), 3,
        lambda crm, firm: habits.say(crm, "checklist", "poser; mettre en service"),
    ),
    "tasks.delete of a touch": (lambda crm, firm: tasks.delete(crm, 3), 1, list_of_two),
    "deals.delete of a hand-over's": (lambda crm, firm: deals.delete(crm, 3), 1, handed_over),
}  # fmt: skip

READS = {
    "inbox.read", "inbox.look", "handover.sellers",
    "habits.known", "judging.labels", "judging.of_contact", "judging.of_customers", "judging.of_lead",
    "judging.of_leads",
    "partners.named", "predictions.predictions", "profiles.ideal", "profiles.persona", "profiles.personae",
    "prospecting.named", "prospecting.people",
    "qualification.answers", "qualification.proposals", "qualification.read_answer",
    "routing.dispatch", "routing.explain", "scoring.score", "simulation.each", "simulation.fresh",
    "bench.subjects", "simulation.simulate", "team.has_owners", "team.members", "team.pool", "territories.active",
    "territories.named",
}  # fmt: skip
"""Public functions given a Crm that change nothing."""
