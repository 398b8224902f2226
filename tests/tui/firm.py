"""A small firm made by the verbs themselves, the same on every run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.dates import When
from petitcrm.sales import (
    companies,
    contacts,
    custom_fields,
    deals,
    firm,
    pipelines,
    tags,
    tasks,
    timeline,
    views,
)
from petitcrm.sales.stages import add as add_stage
from petitcrm.sales.stages import edit as edit_stage

HOSTILE = (
    "[/foo] SARL",
    "[red]Garage[/red]",
    "\x1b]52;c;cHduZWQ=\x07Zoé",
    "\u202egnp.exe",
    "🎂 Pâtisserie 🍰",
    "Long " * 60,
)
ATTACKS = (
    "\x1b]52;c;cHduZWQ=\x07Clipboard",
    "\x1b[6n\x1b[2J\x1b]0;pwned\x07Title",
    "\x9b31mRed\x9d0;pwned\x9cC1",
    "\u202egnp.exe\u2066Bidi\u2069\u200f",
    "Ze\u200bro\u200dwi\ufeffdth\u2060\u00ad\u180e\U000e0041",
    "P" + "\u0301\u0316\u0334\u20dd" * 20 + "ile",
    "👨‍👩‍👧‍👦 🏳️‍🌈 🇫🇷 👍🏽 1️⃣ ✈️ Émoji",
    "שלום عليكم سلام 漢字ｶﾅ\u3000",
    "[bold red on blue]Markup[/] [/foo] [@click=app.quit]x[/] [",
    "{braces} {0} {app.undo} {{ } %s %(x)s $HOME",
    "x" * 10_000,
    "Lines\nand\r\nmore\tTabs\x0b\x0c\u2028\u2029end",
    "Half\ud800 \ufdd0\uffff\U0010ffff\ue000\ufff9",
    "a\x08\x08\x7f\x00b\u061c\u115f\u3164Filler",
)
"""What tries to act on a terminal, on markup, on a format or on the layout."""
# Named here, because a base names its stages in the language in which it was made.
_STAGES = ("Prospect", "Rendez-vous téléphonique", "Rendez-vous 1", "Rendez-vous 2", "Closing")
_PEOPLE = (
    ("Mme", "Jeanne", "Dupont", "Plomberie Dupont", "jeanne@dupont.example", "06 12 34 56 78"),
    ("M.", "Paul", "Martin", "SARL Martin", "paul@martin.example", "01 42 68 53 00"),
    ("Mme", "Zoé", "Éléphant", "Café Éléphant", "zoe@elephant.example", "0612345679"),
    ("M.", "Luc", "Petit", "Garage Petit", "luc@petit.example", ""),
    ("Mme", "Anne", "Nord", "Studio Nord", "anne@nord.example", ""),
    ("M.", "Bruno", "Lebon", "Transports Lebon", "bruno@lebon.example", ""),
    ("Mme", "Claire", "Roy", "Boulangerie Roy", "claire@roy.example", ""),
    ("M.", "Hugo", "Parc", "Hôtel du Parc", "hugo@parc.example", ""),
)
# customer, title, amount in euros, number of the stage
_DEALS = (
    (0, "Chaudière gaz", 4200, 2), (1, "Devis atelier", 12000, 3), (2, "Caisse tactile", None, 0),
    (3, "Pont élévateur", 1900, 2), (4, "Site web", 3500, 4), (5, "Suivi flotte", 6400, 1),
    (6, "Vitrine réfrigérée", 1100, 0), (7, "Rénovation hall", 22000, 3), (1, "Entretien annuel", 900, 1),
)  # fmt: skip


def stages(crm: Crm) -> list[int]:
    """Return the stages of the pipeline that every base has, in order."""
    return [row[0] for row in crm.rows("SELECT id FROM stages ORDER BY position, id")]


def make_firm(config: Config) -> None:
    """Fill a base with eight customers, nine deals, a dozen tasks and a story."""
    with open_crm(config) as crm:
        people = [_customer(crm, *person) for person in _PEOPLE]
        places = stages(crm)
        for place, name in zip(places, _STAGES, strict=True):
            edit_stage(crm, place, {"name": name})
        made = [
            deals.add(
                crm, title, people[who], stage_id=places[stage], amount_cents=euros * 100 if euros else None
            )
            for who, title, euros, stage in _DEALS
        ]
        on = crm.now.date()
        _plan(crm, people, made, on)
        _tell(crm, people, made)


def share_out(config: Config) -> None:
    """Let the firm be of three, with territories, a profile, a persona, a prospecting list and a partner."""
    from petitcrm.leads import partners, profiles, prospecting, team, territories
    from petitcrm.sales import tags, users

    with open_crm(config) as crm:
        marie = users.add(crm, "marie", name="Marie Curie")
        zoe = users.add(crm, "zoe", name="Zoé Éléphant")
        users.add(crm, "luc", name="Luc Petit")
        team.place(crm, marie, roles=["sdr", "mrr", "manager"], capacity=3)
        team.place(crm, zoe, roles=["ae"], weight=50)
        team.be_away(crm, zoe, crm.now.date(), crm.now.date() + timedelta(days=4), "congés")
        partners.add(crm, "Négoce de l’Ouest", fields={"commission_bp": 750})
        rules = [
            {"name": "Grand Ouest", "where": {"region": ["Bretagne", "Normandie"]}, "to": ["marie"]},
            {"name": "Outre-mer", "where": {"region": ["outre-mer"]}, "partner": "negoce-de-l-ouest"},
            {"name": "Le reste", "where": {"country": ["France"]}, "to": ["marie", "zoe:50"]},
        ]
        territories.keep(crm, "France", rules)
        territories.activate(crm, "france")
        territories.duplicate(crm, "france")
        tags.put(crm, "contact", 1, "vip")
        for deal_id in (1, 2):
            deals.win(crm, deal_id)
        profiles.describe_ideal(crm, {"must": {"tags": ["vip"]}, "wish": {"size": ["pme"]}})
        profiles.keep_persona(crm, {"name": "Dirigeant", "must": {"job_title": ["gérant*"]}})
        salon = prospecting.add(crm, "Salon de Rennes", cadence="call, +1 email, +3 linkedin")
        prospecting.put(crm, salon, [1, 2, 3])


def _customer(crm: Crm, civility: str, first: str, last: str, company: str, email: str, phone: str) -> int:
    company_id = companies.find_or_add(crm, company)
    fields = {
        "civility": civility,
        "first_name": first,
        "last_name": last,
        "company_id": company_id,
        "city": "Lyon",
    }
    return contacts.add(crm, fields, emails=[email], phones=[phone] if phone else [])


def _plan(crm: Crm, people: list[int], made: list[int], on: date) -> None:
    for who, deal, kind, text, days, hour in (
        (0, 0, "call", "", -2, None), (1, 1, "quote", "version 2", -1, None),
        (2, 2, "visit", "", 0, time(14, 30)), (3, 3, "email", "", 0, None), (4, 4, "call", "facture", 0, None),
        (7, 7, "meeting", "point mensuel", 4, time(10, 0)), (6, 6, "other", "Envoyer la brochure", 2, None),
    ):  # fmt: skip
        fields = {"deal_id": made[deal], "place": "12 rue de la République, Lyon" if kind == "visit" else ""}
        tasks.add(crm, text, people[who], kind=kind, due=When(on + timedelta(days=days), hour), fields=fields)
    tasks.add(crm, "Préparer le salon", people[5], kind="other")


def _tell(crm: Crm, people: list[int], made: list[int]) -> None:
    at = datetime.fromisoformat("2026-10-01T10:00:00+02:00")
    for number in range(12):
        timeline.log(
            crm,
            "call",
            people[0],
            f"Appel numéro {number}",
            at=at + timedelta(days=3 * number),
            deal_id=made[0],
        )
    timeline.log(
        crm, "note", people[1], "Veut deux options.\nLe prix convient, le délai moins : livraison avant Noël."
    )


def haunt(config: Config, strings: Iterable[str] = ()) -> list[tuple[str, int]]:
    """Put each attack into every field of somebody, and other strings in bundles; return what has a sheet."""
    with open_crm(config) as crm:
        firm.rename(crm, ATTACKS[0])
        for stage, attack in zip(stages(crm), ATTACKS, strict=False):
            edit_stage(crm, stage, {"name": attack[:200]})
        pipeline_id = pipelines.add(crm, ATTACKS[3])
        for attack in ATTACKS[:4]:
            add_stage(crm, pipeline_id, attack)
        key = custom_fields.find_or_add(crm, "contact", ATTACKS[1])
        made = [one for attack in ATTACKS for one in _haunted(crm, attack, key)]
        for attack in ATTACKS:
            for noun in ("contact", "company", "deal", "task"):
                views.save(crm, views.View(0, noun, attack[:60], attack))
        _bundle(crm, list(strings))
    return made


_TOLD = ("civility", "first_name", "last_name", "job_title", "street", "postcode", "city", "source")


def _haunted(crm: Crm, attack: str, key: str) -> list[tuple[str, int]]:
    company = companies.add(
        crm, {"name": attack, "city": attack, "street": attack, "legal_form": attack}, tags=[attack]
    )
    fields = dict.fromkeys(
        ("civility", "first_name", "last_name", "job_title", "street", "postcode", "city", "source"), attack
    )
    told = {**fields, "company_id": company, "custom": {key: attack}}
    contact = contacts.add(crm, told, phones=[(attack, attack)], tags=[attack])
    deal = deals.add(crm, attack, contact, amount_cents=100, fields={"source": attack})
    tags.put(crm, "deal", deal, attack)
    fields = {"deal_id": deal, "place": attack}
    tasks.add(crm, attack, contact, due=When(crm.now.date()), fields=fields)
    for kind in ("note", "call"):
        timeline.log(crm, kind, contact, attack, deal_id=deal)
    return [("contact", contact), ("company", company), ("deal", deal)]


def _bundle(crm: Crm, strings: list[str]) -> None:
    for at in range(0, len(strings), len(_TOLD)):
        told = dict(zip(_TOLD, strings[at : at + len(_TOLD)], strict=False))
        contact = contacts.add(crm, {"last_name": "?", **told})
        timeline.log(crm, "note", contact, "\n".join(told.values()))
