"""Ordinary rows of a list of leads, taken a column at a time, begin the very pursuits that one by one they would."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, rehearse
from petitcrm.imports import importer
from petitcrm.imports.desk import Wish
from petitcrm.imports.plain import Plain
from petitcrm.imports.plain_leads import PlainLeads
from petitcrm.leads import criteria, judging, partners, prospecting, team, territories
from petitcrm.sales import companies, contacts, deals, history, tags, users
from petitcrm.store import health
from petitcrm.store.queries.leads import Known
from tests.imports.test_plain import a_list, counted, people

OF_LEADS: dict[str, tuple[str, ...]] = {
    "Sens": ("entrant", "sortant", "", "n/a", "en travers"),
    "Campagne": ("Hiver", "Été", ""),
    "Origine": ("site", "Salon", "", "n/a"),
    "Produit": ("Chaudière", "pompe à chaleur", ""),
    "Message": ("Devis svp", "", "Une véranda ?", "« À rappeler »"),
    "Votre projet": ("", "", "grande véranda"),
    "Reçu le": ("20/11/2026 10:00", "", "hier peut-être", "2026-11-23", "24/11/2026", "2026-11-23 08:59"),
    "État": ("nouveau", "en cours", "", "tiède", "plus tard", "jamais", "qui sait", "qualifié"),
    "À recontacter le": ("", "", "", "01/03/2027", "n/a"),
    "Commercial": ("", "", "Zoé", "paul", "Inconnue"),
    "Partenaire": ("", "", "Réseau Ouest", "reseau-ouest", "Personne", "n/a"),
    "Liste": ("", "", "", "Salon 2026", "Nulle part"),
    "Achat en ligne": ("oui", "non", "", "n/a"),
    "N° de demande": ("", "n{n}", "n{n}", "77"),
}
CALM = {
    "Sens": ("entrant", "sortant"), "Origine": ("site", "Salon"), "Reçu le": ("20/11/2026 10:00", "2026-11-23", ""),
    "État": ("nouveau", ""), "À recontacter le": ("",), "Commercial": ("", "Zoé"), "Partenaire": ("", "Réseau Ouest"),
    "Liste": ("",), "N° de demande": ("d{n}",),
}  # fmt: skip
RULES = [
    {"name": "Grands", "where": {"size": ["eti"]}, "to": ["zoe"]},
    {"name": "Réseau", "where": {"partner": ["reseau-ouest"]}, "partner": "reseau-ouest"},
    {"name": "Vérandas", "where": {"keywords": ["véranda*"]}, "except": {"departement": ["49"]},
     "to": ["paul", "zoe:50"]},
    {"name": "Bleus", "where": {"custom": {"couleur préférée": ["bleu"]}, "company": ["oui"]}, "to": ["role:sdr"]},
    {"name": "Fidèles", "where": {"tags": ["vip", "fidèle"]}, "to": ["marie"]},
    {"name": "Île", "where": {"region": ["outre-mer"], "country": ["FR"]}, "to": ["paul"]},
    {"name": "Chefs", "where": {"job_title": ["gérant*"], "online": ["oui"]}, "to": []},
    {"name": "Le reste", "where": {"direction": ["inbound"]}, "to": ["*"]},
]  # fmt: skip


@pytest.fixture
def shared(config: Config) -> Config:
    """Make a firm of three who share the market out, with customers and a list to approach."""
    with open_crm(config) as crm:
        for key in ("marie", "paul", "Zoé"):
            users.add(crm, key)
        team.place(crm, 2, capacity=9)
        team.place(crm, 3, roles=["sdr"], weight=60)
        partners.add(crm, "Réseau Ouest")
        prospecting.add(crm, "Salon 2026")
        costa = companies.add(
            crm, {"name": "Costa", "headcount": 1000, "postcode": "49000", "city": "Angers"}
        )
        tags.put(crm, "company", costa, "Fidèle")
        companies.add(crm, {"name": "Ateliers & Fils", "owner_id": 2})
        fournil = companies.add(crm, {"name": "Fournil d'Anjou"})
        ana = {"last_name": "Costa", "first_name": "Ana", "company_id": fournil}
        baker = contacts.add(crm, ana, emails=["a@x.example"])
        deals.add(crm, "Four", baker, fields={"owner_id": 3})
        territories.keep(crm, "Tout", RULES)
        territories.activate(crm, "tout")
    return config


def list_of_leads(random: Random, rows: int, numbers: int) -> str:
    """Return a list of people, each with what it says of their pursuit: mostly ordinary."""
    header, *lines = a_list(random, rows, numbers).splitlines()
    names = [name for name in OF_LEADS if random.random() < 0.6]
    written = [";".join((header.replace("Créé le", "Arrivé le"), *names))]
    for line in lines:
        said = OF_LEADS | CALM if random.random() < 0.85 else OF_LEADS
        more = [random.choice(said[name]).format(n=random.randrange(numbers)) for name in names]
        written.append(";".join((line, *more)))
    return "\n".join(written)


def pursuits(crm: Crm) -> list[str]:
    """Return the leads in the order of their ids, each with its person, its owner, its events and its first touch."""
    found = []
    for row in crm.connection.dicts("SELECT * FROM leads ORDER BY id"):
        contact_id = row.pop("contact_id")
        told: dict[str, Any] = {**row, "id": 0, "task_id": row["task_id"] is not None}
        told["person"] = crm.rows(
            "SELECT c.sort_name, c.custom, e.address FROM contacts c LEFT JOIN contact_emails e ON e.contact_id = c.id"
            " WHERE c.id = :id ORDER BY e.position", id=contact_id,
        )  # fmt: skip
        events = crm.rows(
            "SELECT kind, at, text, details, changes = '[]' FROM events WHERE contact_id = :id AND kind LIKE 'lead%'"
            " ORDER BY id", id=contact_id,
        )  # fmt: skip
        told["events"] = [[*event[:3], re.sub(r'"l\d+"', '"l"', str(event[3])), event[4]] for event in events]
        found.append(json.dumps(told, ensure_ascii=False, default=list))
    return found


def taken(config: Config, path: Path) -> tuple[dict[str, Any], list[str], list[str]]:
    """Rehearse the import of a list of leads; return its report, the pursuits and the people."""
    with rehearse(config) as crm:
        report = importer.run(crm, str(path), Wish(noun="leads"))
        told = counted(report)
        told["problems"] = [re.sub(r"\bl\d+", "l", str(problem)) for problem in told["problems"]]
        told["notes"] = [sorted(re.findall(r"\w+", str(note))) for note in told["notes"]]
        return told, pursuits(crm), people(crm)


@pytest.mark.parametrize("seed", range(30))
def test_both_ways_begin_the_same_pursuits_for_the_same_people(
    seed: int, shared: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    path = tmp_path / "leads.csv"
    path.write_text(list_of_leads(random, 60, random.choice((20, 1000))), encoding="utf-8")
    monkeypatch.setattr(importer, "PIECE", random.choice((7, 25, 8192)))
    by_columns = taken(shared, path)
    monkeypatch.setattr(Plain, "suits", staticmethod(lambda desk: False))
    by_rows = taken(shared, path)
    assert by_columns == by_rows


def test_the_generated_lists_are_taken_by_columns_for_a_good_part(
    shared: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    begin = PlainLeads.begin
    monkeypatch.setattr(
        PlainLeads, "begin", lambda self, of: begun.append(len(of.mine) if of else 0) or begin(self, of)
    )
    for seed in range(10):
        path = tmp_path / "leads.csv"
        path.write_text(list_of_leads(Random(seed), 60, 1000), encoding="utf-8")
        taken(shared, path)
    assert 80 < sum(begun) < 500


def test_one_undo_takes_back_a_list_that_was_taken_by_columns_and_redo_brings_it_again(
    shared: Config, tmp_path: Path
) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Nom;E-mail;Message\n" + "".join(f"Nom{n};n{n}@x.example;mot{n}\n" for n in range(50)))
    with open_crm(shared) as crm:
        importer.run(crm, str(path), Wish(noun="leads"))
        told, found = pursuits(crm), crm.rows("SELECT count(*) FROM contacts")
    assert len(told) == 50
    with open_crm(shared) as crm:
        assert not history.undo(crm).kept
        assert pursuits(crm) == []
    with open_crm(shared) as crm:
        history.redo(crm)
        assert (pursuits(crm), crm.rows("SELECT count(*) FROM contacts")) == (told, found)
        assert not any(health.problems(crm.connection, all_events=True).values())


@given(
    some.builds(
        Known,
        some.just(1),
        some.just(1),
        some.sampled_from((None, 1)),
        some.none(),
        *[some.sampled_from(("", "49000", "FR", "53", "pme"))] * 5,
        some.sampled_from((None, 12)),
        *[some.sampled_from(("", "43.22B", "Gérante d'une véranda", "inbound"))] * 11,
        some.sampled_from((0, 1)),
        some.sampled_from(("{}", '{"surface": "120"}')),
        some.sampled_from(("{}", '{"teinte": "bleu"}')),
    )
)
def test_a_fact_comes_from_nothing_but_what_it_is_said_to_come_from(known: Known) -> None:
    blank = Known(0, 0, None, None, *[""] * 5, None, *[""] * 11, 0, "{}", "{}")
    for field in (*criteria.FIELDS, "custom.surface"):
        parts = {part: getattr(known, part) for part in judging.looked_at(field) if part != "tags"}
        alone = judging.facts(blank._replace(**parts), (), ({}, {}))
        assert criteria.fact_of(field, alone) == criteria.fact_of(field, judging.facts(known, (), ({}, {})))
