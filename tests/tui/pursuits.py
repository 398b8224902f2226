"""A small firm with leads in every state, made by the verbs themselves, the same on every run."""

from __future__ import annotations

from datetime import timedelta

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.leads import handover, leads, profiles, qualification, team
from petitcrm.sales import companies, contacts, users
from tests.tui.firm import make_firm

ANSWERS = {"ideal": "yes", "persona": "dirigeant", "interested": "yes", "never": "no"}
_BEFORE = "2026-11-20T10:00:00+01:00"
"""The Friday before: what came then and was not answered is late."""


def make_pursuits(config: Config) -> None:
    """Fill a base with the small firm and the leads of a founder alone: late, due, put off, qualified, never."""
    make_firm(config)
    with open_crm(config._replace(now=_BEFORE)) as crm:
        describe(crm)
        contacts.edit(crm, 1, {"job_title": "Gérante"})
        companies.edit(crm, 1, {"headcount": 30})
        _lead(crm, 1, "Veut un devis pour une chaudière, si possible avant Noël", "site")
        _lead(crm, 6, "A rempli le formulaire du site", "site")
        put_off = _lead(crm, 4, "Rappeler quand le garage sera rouvert", "salon")
        warm = _lead(crm, 5, "Simple curiosité", "salon")
        leads.put_off(crm, put_off, crm.now.date() + timedelta(days=3))
        leads.keep_warm(crm, warm)
        never = _lead(crm, 7, "Veut être fournisseur", "téléphone")
        leads.disqualify(crm, never, "concurrent")
    with open_crm(config) as crm:
        _lead(crm, 3, "Caisse tactile pour l’été", "bouche à oreille")
        ready = _lead(crm, 8, "Rénovation complète du hall", "salon")
        qualification.qualify(crm, ready, ANSWERS, evidence="budget voté")


def make_team(config: Config) -> None:
    """Fill a base with the same, worked by Marie, who qualifies, and Paul and Zoé, who sell."""
    make_pursuits(config)
    with open_crm(config) as crm:
        marie, paul, zoe = (users.add(crm, key) for key in ("marie", "paul", "zoé"))
        team.place(crm, marie, roles=["mrr"])
        team.place(crm, paul, roles=["ae"])
        team.place(crm, zoe, roles=["ae"], weight=50)
        for lead_id in (1, 2, 6, 7):
            leads.assign(crm, lead_id, marie)


def hand_to_paul(config: Config) -> None:
    """Let Marie hand the qualified lead over to Paul, who has not answered yet."""
    with open_crm(config._replace(user="marie")) as crm:
        handover.hand_over(crm, 7, to_user_id=2)


def describe(crm: Crm) -> None:
    """Say whom the firm looks for."""
    profiles.describe_ideal(
        crm, {"must": {"size": ["pme"]}, "wish": {"keywords": ["plomberie", "chaudière"]}}
    )
    profiles.keep_persona(crm, {"name": "Dirigeant", "must": {"job_title": ["gérant*", "dirigeant*"]}})
    profiles.keep_persona(crm, {"name": "Acheteur", "must": {"job_title": ["achat*"]}})


def _lead(crm: Crm, contact_id: int, words: str, source: str) -> int:
    return leads.add(crm, contact_id, fields={"words": words, "source": source}).lead_id
