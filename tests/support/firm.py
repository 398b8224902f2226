"""A small firm to try things on: two people at two companies, two deals, two tasks, a colleague."""

from __future__ import annotations

from datetime import date, time
from typing import NamedTuple

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.dates import When
from petitcrm.sales import companies, contacts, custom_fields, deals, tags, tasks, timeline, users


class Firm(NamedTuple):
    """The ids of what is there; the stages are those of the usual pipeline, in order."""

    user: int
    company: int
    other_company: int
    contact: int
    other_contact: int
    stages: list[int]
    deal: int
    other_deal: int
    task: int
    repeated: int


def settle(config: Config) -> Firm:
    """Fill an empty base, each thing in a gesture of its own as a person would."""
    with open_crm(config) as crm:
        stages = [row[0] for row in crm.rows("SELECT id FROM stages ORDER BY position")]
        user = users.add(crm, "anne", name="Anne Martin")
    with open_crm(config) as crm:
        custom_fields.find_or_add(crm, "contact", "Chaudière")
        company = companies.add(
            crm, {"name": "Acmé SARL", "postcode": "75002", "city": "Paris"}, tags=["Gaz"]
        )
        other_company = companies.add(crm, {"name": "Bois & Fils", "website": "bois.example"})
    with open_crm(config) as crm:
        contact = contacts.add(
            crm,
            {
                "civility": "M.",
                "first_name": "Jean",
                "last_name": "Dupont",
                "company_id": company,
                "owner_id": user,
            },
            emails=["jean@acme.example"],
            phones=["06 12 34 56 78"],
            tags=["Installateur"],
        )
        other_contact = contacts.add(
            crm,
            {
                "first_name": "Zoé",
                "last_name": "Nöel",
                "company_id": other_company,
                "custom": {"chaudiere": "De Dietrich"},
            },
            emails=["zoe@bois.example", ("zoe.noel@free.fr", "perso")],
            tags=["Gaz"],
        )
    with open_crm(config) as crm:
        deal = deals.add(crm, "Chaudière", contact, amount_cents=450_000)
        other_deal = deals.add(crm, "Poêle", other_contact, amount_cents=120_000)
        tags.put(crm, "deal", deal, "Urgent")
        timeline.log(crm, "note", contact, "Préfère le matin")
    with open_crm(config) as crm:
        task = tasks.add(
            crm, "devis chaudière", contact, kind="quote", due=date(2026, 11, 24), fields={"deal_id": deal}
        )
        repeated = tasks.add(
            crm, "relever le compteur", other_contact, kind="visit", due=When(date(2026, 11, 25), time(14, 0)),
            fields={"recurrence": "FREQ=MONTHLY", "place": "12 rue des Lilas"},
        )  # fmt: skip
    return Firm(
        user, company, other_company, contact, other_contact, stages, deal, other_deal, task, repeated
    )
