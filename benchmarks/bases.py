"""Bases of a given size, written in bulk: names, notes and dates spread as in a firm that works."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import NamedTuple

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.store.bulk import Bulk
from petitcrm.store.journal import dumps
from petitcrm.store.schema import HEAD
from petitcrm.text import fold

NOW = "2026-11-23T09:00:00+01:00"
CHUNK = 50_000
FIRST = (
    "Camille Sophie Julien Karim Hélène Thomas Léa Paul Nadia Marc Élodie Bruno Anne Louis Chloé Yves".split()
)
LAST = (
    "Martin Bernard Petit Durand Moreau Simon Leroy Roux Fournier Girard Lambert Faure Mercier Blanc".split()
)
WORDS = """chaudière devis rappeler demain pompe chaleur accord syndic assemblée visite relevé facture acompte pose
radiateur entretien contrat gaz fioul climatisation hôtel mairie architecte chantier planning garantie remise prix
voisin bruit combles isolation aide prime dossier banque signature commande livraison retard urgent panne""".split()
KINDS = ("call", "email", "quote", "visit", "meeting", "other")
RARE = "Quetzalcoatl"
KNOWN = 500
"""The contact whose timeline is asked for."""


class Size(NamedTuple):
    """How many rows of each noun."""

    contacts: int
    tasks: int
    deals: int
    events: int


SIZES = {
    "1k": Size(1_000, 1_000, 300, 10_000),
    "10k": Size(10_000, 10_000, 10_000, 10_000),
    "100k": Size(100_000, 100_000, 10_000, 100_000),
    "100k deals": Size(10_000, 10_000, 100_000, 10_000),
    "1M events": Size(100_000, 10_000, 10_000, 1_000_000),
}


def config_of(path: Path) -> Config:
    """Return the choices with which a base of the benchmark is opened."""
    return Config(db=str(path), user="", lang="fr", file="", now=NOW)


def made(folder: Path, name: str) -> Path:
    """Return the path of the base of that name, built if it is not there from an earlier run."""
    path = folder / f"{HEAD}-{name.replace(' ', '-')}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        for old in folder.glob(f"{unfinished.name}*"):
            old.unlink()
        build(unfinished, SIZES[name])
        os.replace(unfinished, path)
        for left in folder.glob(f"{unfinished.name}*"):
            left.unlink()
    return path


def build(path: Path, size: Size) -> None:
    """Write a base of that size at `path`, its log folded in."""
    random = Random(7)
    with open_crm(config_of(path)) as crm:
        assert crm.journal is not None
        bulk = Bulk(crm.connection, crm.journal)
        companies = _companies(bulk, crm, max(1, size.contacts // 3))
        contacts = _contacts(bulk, crm, size.contacts, companies, random)
        deals = _deals(bulk, crm, size.deals, contacts, random)
        _tasks(bulk, crm, size.tasks, contacts, deals, random)
        _events(bulk, crm, size.events, contacts, random)
        _story(bulk, crm, contacts[KNOWN - 1], random)
        bulk.close({})
    _fold_log(path)


def _fold_log(path: Path) -> None:
    import sqlite3

    driver = sqlite3.connect(path)
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.close()


def _companies(bulk: Bulk, crm: Crm, count: int) -> list[int]:
    found = []
    for number in range(count):
        name = f"{WORDS[number % len(WORDS)].title()} {LAST[number % len(LAST)]} {number}"
        row = {"name": name, "sort_name": fold(name), "match_name": fold(name), "created_at": crm.now_text}
        company_id = bulk.insert("companies", row)
        bulk.index("company", company_id, [name])
        found.append(company_id)
        _flush_sometimes(bulk, number)
    return found


def _contacts(bulk: Bulk, crm: Crm, count: int, companies: list[int], random: Random) -> list[int]:
    found = []
    for number in range(count):
        first, last = random.choice(FIRST), random.choice(LAST)
        if number == count // 2:
            last = RARE
        address, phone = f"{fold(first)}.{fold(last)}.{number}@example.com", f"+3326191{number % 10_000:04}"
        contact_id = bulk.insert("contacts", {
            "civility": "M.", "first_name": first, "last_name": last, "sort_name": fold(f"{last} {first}"),
            "company_id": companies[number % len(companies)], "city": "Angers", "created_at": crm.now_text,
        })  # fmt: skip
        bulk.insert_line("contact_emails", contact_id, 0, (address, address, ""))
        bulk.insert_line("contact_phones", contact_id, 0, (phone, phone, ""))
        bulk.index("contact", contact_id, [first, last, "Angers", address, phone])
        bulk.event("contact.added", (), contact_id=contact_id, details='{"name":"x"}')
        found.append(contact_id)
        _flush_sometimes(bulk, number)
    return found


def _deals(bulk: Bulk, crm: Crm, count: int, contacts: list[int], random: Random) -> list[int]:
    stages = cycle(row[0] for row in crm.rows("SELECT id FROM stages ORDER BY position"))
    found = []
    for number in range(count):
        title, stage, at = f"{random.choice(WORDS)} {number}", next(stages), _ago(crm, random.randint(0, 9))
        contact_id = contacts[number % len(contacts)]
        deal_id = bulk.insert("deals", {
            "title": title, "contact_id": contact_id, "stage_id": stage, "rank": number * 1024,
            "amount_cents": random.randint(100, 90_000) * 1000, "entered_stage_at": at, "touched_at": at,
            "created_at": at,
        })  # fmt: skip
        bulk.insert("stage_changes", {"deal_id": deal_id, "to_stage_id": stage, "at": at})
        bulk.index("deal", deal_id, [title])
        told = {"contact_id": contact_id, "deal_id": deal_id, "details": dumps({"title": title})}
        bulk.event("deal.added", (), **told)
        found.append(deal_id)
        _flush_sometimes(bulk, number)
    return found


def _tasks(bulk: Bulk, crm: Crm, count: int, contacts: list[int], deals: list[int], random: Random) -> None:
    """Spread tasks from a month ago to eleven months ahead; each deal but one in a hundred has one to come."""
    today = crm.now.date()
    for number in range(count):
        deal_id = deals[number] if number < len(deals) and number % 100 else None
        due = today + timedelta(days=random.randint(1, 330) if deal_id else random.randint(-30, 330))
        text = " ".join(random.choices(WORDS, k=3))
        contact_id = contacts[number % len(contacts)]
        task_id = bulk.insert("tasks", {
            "kind": random.choice(KINDS), "text": text, "contact_id": contact_id, "deal_id": deal_id,
            "due_on": due.isoformat(), "created_at": crm.now_text,
            "due_time": f"{random.randint(8, 18):02}:30" if random.random() < 0.2 else None,
        })  # fmt: skip
        bulk.index("task", task_id, [text])
        bulk.event("task.added", (), contact_id=contact_id, task_id=task_id, details=dumps({"task": text}))
        _flush_sometimes(bulk, number)


def _events(bulk: Bulk, crm: Crm, count: int, contacts: list[int], random: Random) -> None:
    """Spread calls over five years, as evenly over the contacts."""
    start = crm.now - timedelta(days=5 * 365)
    step = timedelta(days=5 * 365) / max(1, count)
    for number in range(count):
        at = (start + step * number).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = " ".join(random.choices(WORDS, k=9))
        bulk.event("call.logged", [], contact_id=contacts[number * 7919 % len(contacts)], at=at, text=text)
        _flush_sometimes(bulk, number)


def _story(bulk: Bulk, crm: Crm, contact_id: int, random: Random) -> None:
    """Give one contact the same fifty calls in a base of any size."""
    for days in range(50, 0, -1):
        text = " ".join(random.choices(WORDS, k=9))
        bulk.event("call.logged", [], contact_id=contact_id, at=_ago(crm, days), text=text)


def _ago(crm: Crm, days: int) -> str:
    at: datetime = crm.now - timedelta(days=days, hours=1)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _flush_sometimes(bulk: Bulk, number: int) -> None:
    if number % CHUNK == CHUNK - 1:
        bulk.flush()
