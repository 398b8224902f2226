"""The small firm with its campaigns: a draft to write, one to leave, one that is being sent, one that has left."""

from __future__ import annotations

import json

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.marketing import campaigning, campaigns, content_lint, lists, segments
from petitcrm.marketing.campaign_mails import Mailing
from petitcrm.marketing.campaign_text import Text
from petitcrm.sales import consent, contacts, firm
from petitcrm.sales.consent import Wanted
from petitcrm.store.queries import campaigns as queries

BODY = """\
Bonjour {{ contact.prenom | default('à vous') }},

Votre chaudière a besoin d’être révisée **avant l’hiver** : prenez rendez-vous en un clic.

[Choisir une date](https://www.dupont.example/rendez-vous)

À bientôt,
L’équipe
"""
DRAFT = Text(
    "printemps", "Lettre de printemps", "Votre chaudière avant l’hiver", BODY, lang="fr", account="boutique",
    audience=json.dumps({"lists": ["lettre"], "except": {"segments": ["rennes"]}}, separators=(",", ":")),
)  # fmt: skip


def make_campaigns(config: Config) -> dict[str, int]:
    """Give the firm a list, a segment and campaigns in each state; return their numbers by what they are."""
    with open_crm(config) as crm:
        firm.place(crm, "12 rue des Lilas, 69002 Lyon")
        firm.rename(crm, "Plomberie Dupont")
        _people(crm)
        draft = campaigns.add(crm, DRAFT)
        empty = campaigns.add(crm, Text("vide", "Sans rien encore", "", "", lang="fr"))
        plain = DRAFT._replace(audience='{"lists":["lettre"]}')
        told = content_lint.Draft(plain.subject, plain.body, campaigns.identity(crm, "contact@firme.example"))
        planned = campaigns.add(crm, plain._replace(key="jeudi", name="Lettre de jeudi"))
        campaigns.schedule(crm, planned, "2099-12-03T08:00:00Z", account="boutique", draft=told)
        two = plain._replace(
            key="essai", name="Deux objets", subject_b="Dernier rappel avant le gel", ab_percent=50
        )
        sending = campaigns.add(crm, two)
        campaigns.schedule(crm, sending, crm.now_text, account="boutique", draft=told)
        ids = {name: campaigns.of(crm, key).id for name, key in
               (("draft", draft), ("empty", empty), ("planned", planned), ("sending", sending))}  # fmt: skip
    with open_crm(config) as crm:
        campaigning.tend(crm)
        Mailing(crm, campaigns.of(crm, "essai"), "contact@firme.example").begin(
            crm, "nobody", lambda _: {}, 9
        )
        _leave(crm, ids["sending"])
    return ids


def _people(crm: Crm) -> None:
    lists.add(
        crm,
        lists.Told("La lettre", key="lettre", wording="Oui à la lettre", topics=("chauffage", "sanitaire")),
    )
    segments.add(crm, "Rennes", "city = Rennes")
    lettre = lists.of(crm, "lettre")
    for place in range(60):
        city = "Rennes" if place % 6 == 0 else "Lyon"
        person = contacts.add(
            crm, {"first_name": f"Zoé{place}" if place % 9 else "", "last_name": "Noël", "city": city},
            emails=[f"p{place}@acme.example"] if place % 7 else [],
        )  # fmt: skip
        consent.give(crm, person, Wanted("email", "newsletter"), wording="Oui à la lettre", how="formulaire")
        _subscribe(crm, lettre.id, person)
        if place % 11 == 3:
            consent.object_to(crm, person, Wanted("email", "newsletter"), how="par téléphone")


def _subscribe(crm: Crm, list_id: int, contact_id: int) -> None:
    with crm.act("list.joined", name="La lettre") as act:
        act.insert(
            "subscriptions", list_id=list_id, contact_id=contact_id, state="subscribed", asked_at=crm.now_text,
            changed_at=crm.now_text,
        )  # fmt: skip


def _leave(crm: Crm, campaign_id: int) -> None:
    """Let the first mails of a campaign have left, one of them in vain."""
    for place, one in enumerate(list(queries.people(crm, campaign_id, "mailed"))):
        state = "refused" if place == 4 else "sent"
        crm.connection.write(
            "UPDATE outbox SET state = :state, intent_at = :at, settled_at = :at, reply = :reply WHERE id = :id",
            {"state": state, "at": crm.now_text, "id": one.outgoing_id,
             "reply": "550 no such user" if state == "refused" else "250 ok"},
        )  # fmt: skip
