"""The marketing of the small firm: sequences, people in them, a list with proofs, segments."""

from __future__ import annotations

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.marketing import enrolments, flow_templates, lists, segments, sequences, subscriptions
from petitcrm.marketing.subscriptions import Proof
from petitcrm.sales import consent, firm
from petitcrm.sales.consent import Wanted

WORDING = "Recevoir la lettre du mois"
TOLD = lists.Told("Lettre du mois", wording=WORDING, account="boutique", topics=("promos", "conseils"))


def make_marketing(config: Config, *, agreed: int = 3, name: str = "") -> list[int]:
    """Give the small firm two sequences, one with people; a list, a segment; and a name. Return its contacts."""
    i18n.use("en")
    with open_crm(config) as crm:
        ids = [
            row[0] for row in crm.rows("SELECT DISTINCT contact_id FROM contact_emails ORDER BY contact_id")
        ]
        for contact_id in ids[:agreed]:
            consent.give(crm, contact_id, Wanted("email", "prospecting"), wording="Être rappelé", how="salon")
    with open_crm(config) as crm:
        firm.rename(crm, "Plomberie Dupont")
        follow = sequences.add(crm, flow_templates.text("relance-sujet", "en"))
        sequences.add(crm, flow_templates.text("relance-devis", "en"))
        enrolments.start(crm, follow.id, ids[: agreed - 1])
        lists.add(crm, TOLD)
        subscriptions.subscribe(crm, "lettre-du-mois", ids[0], proof=Proof(WORDING, "formulaire du site"))
        segments.add(crm, "Clients de Lyon", "ville = Lyon")
    with open_crm(config) as crm:
        firm.rename(crm, name)
    return ids
