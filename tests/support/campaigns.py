"""A campaign to try things on: a list of people who agreed, and a text that may leave."""

from __future__ import annotations

from petitcrm.crm import Crm
from petitcrm.marketing import campaigns
from petitcrm.marketing.campaign_text import Text
from petitcrm.marketing.content_lint import Draft
from petitcrm.marketing.identity import Identity
from petitcrm.sales import consent, contacts
from petitcrm.sales.consent import Wanted

SENDER = "contact@firme.example"
WHO = Identity("Chauffage Acmé", "12 rue des Lilas, 75002 Paris", SENDER)
TEXT = Text(
    "rentree", "La rentrée", "Votre chaudière avant l'hiver",
    "Bonjour {{ contact.prenom | default('à vous') }},\n\nVotre chaudière a besoin d'être révisée.\n",
    audience='{"lists":["clients"]}',
)  # fmt: skip
DRAFT = Draft(TEXT.subject, TEXT.body, WHO, people=1)


def a_list(crm: Crm, key: str = "clients", *, topics: str = "[]") -> int:
    """Make a list that people are on."""
    with crm.act("contact.edited") as act:
        return act.insert("mailing_lists", key=key, name=key.title(), topics=topics, created_at=crm.now_text)


def subscribe(crm: Crm, list_id: int, contact_id: int, *, agreed: bool = True) -> None:
    """Let somebody be on a list, with their agreement or without."""
    with crm.act("contact.edited") as act:
        act.insert(
            "subscriptions", list_id=list_id, contact_id=contact_id, state="subscribed", asked_at=crm.now_text,
            changed_at=crm.now_text,
        )  # fmt: skip
    if agreed:
        consent.give(
            crm, contact_id, Wanted("email", "newsletter"), wording="Oui à la lettre", how="formulaire"
        )


def people(crm: Crm, list_id: int, number: int) -> list[int]:
    """Let so many new people be on a list."""
    made = []
    for place in range(number):
        made.append(
            contacts.add(
                crm, {"first_name": f"Zoé{place}", "last_name": "Nöel"}, emails=[f"p{place}@acme.example"]
            )
        )
        subscribe(crm, list_id, made[-1])
    return made


def scheduled(crm: Crm, text: Text = TEXT, at: str = "") -> None:
    """Let a campaign be about to leave, by the account `shop`."""
    campaigns.add(crm, text)
    campaigns.schedule(crm, text.key, at or crm.now_text, account="shop", draft=DRAFT)


def gone(crm: Crm, key: str) -> None:
    """Let a segment be no more that something is made of, as in a base that an older version has written to."""
    with crm.act("segment.deleted", name=key) as act:
        ((number,),) = crm.rows("SELECT id FROM segments WHERE key = :key", key=key)
        act.delete("segments", number)
