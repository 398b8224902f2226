"""The sequences, the list and the segments of the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.crm import open_crm
from petitcrm.marketing import enrolments, flow_templates, lists, segments, sequences, subscriptions
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted

if TYPE_CHECKING:
    from petitcrm.config import Config


def follow_up(choices: Config, language: str) -> None:
    """Give a firm sequences with people in them, a list with its proofs, and segments."""
    fr = language == "fr"
    wording = "Recevoir la lettre du mois" if fr else "To receive the letter of the month"
    how = "formulaire du site" if fr else "form of the site"
    with open_crm(choices) as crm:
        reached = crm.rows("SELECT DISTINCT contact_id FROM contact_emails ORDER BY contact_id LIMIT 14")
        ids = [row[0] for row in reached]
        for contact_id in ids:
            consent.give(crm, contact_id, Wanted("email", "prospecting"), wording=wording, how=how)
        lists.add(
            crm,
            lists.Told("Lettre du mois" if fr else "Letter of the month", wording=wording, confirms=False),
        )
        key = "lettre-du-mois" if fr else "letter-of-the-month"
        for contact_id in ids[:9]:
            subscriptions.subscribe(crm, key, contact_id, proof=subscriptions.Proof(wording, how))
        segments.add(crm, "Silencieux" if fr else "Silent", "dernier contact < il y a 90 jours")
        segments.add(crm, "Clients" if fr else "Customers", "affaires gagnées > 0")
    with open_crm(choices) as crm:
        for name in ("relance-devis", "relance-sujet"):
            added = sequences.add(crm, flow_templates.text(name, language))
            enrolments.start(crm, added.id, ids)
