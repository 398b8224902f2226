"""Ordinary rows taken a column at a time become the very records that the general way makes of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, rehearse
from petitcrm.imports import importer
from petitcrm.imports.plain import Plain
from petitcrm.imports.report import Report

FIRST = ("Zoé", "Hugo", "Ana", "J.", "Jean-Pierre", "MARIE", "", "", "  Léa ", "Zoë")
LAST = ("Lefèvre", "Nguyen", "D'Anjou", "de La Tour", "", "COSTA", "Œuvrard", "x" * 70)
COMPANIES = (
    "Fournil d'Anjou",
    "FOURNIL D'ANJOU SARL",
    "",
    "",
    "n/a",
    "Ateliers & Fils",
    "—",
    "Costa",
    "S.A.R.L. Costa",
)
EMAILS = ("", "", "{n}@x.example", "Zoe.{n}@X.example", "contact@x.example", "a@x.example", "Zoé <z{n}@x.example>",
          "pas une adresse", "a{n}@x.example, b{n}@x.example", "zoe@x.example")  # fmt: skip
PHONES = ("", "", "01 99 00 {n:02} 34", "+33 1 99 00 {n:02} 34", "0199001234", "n/a", "poste 12", "0262 12 34 {n:02}",
          "01 99 00 12 34 ::: 01 99 00 12 35", "+44 20 7946 00{n:02}")  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "Prénom": FIRST,
    "Nom": LAST,
    "Société": COMPANIES,
    "E-mail": EMAILS,
    "E-mail 2": EMAILS,
    "Téléphone": PHONES,
    "Mobile": PHONES,
    "Civilité": ("M.", "madame", "", "Dr", "M. et Mme"),
    "Code postal": ("49000", "97400", "", "01200", "75011"),
    "Ville": ("Angers", "Saint-Denis", "", "Valserhône", "Paris"),
    "Fonction": ("gérante", "", "DAF"),
    "Commentaire": ("", "à rappeler", "aime le pain"),
    "Étiquettes": ("", "vip, salon", "VIP", "salon"),
    "Couleur préférée": ("", "bleu", "n/a"),
    "Identifiant": ("", "{n}", "7", "8"),
    "Créé le": ("", "23/11/2025", "hier peut-être", "2026-01-02 10:00"),
    "LinkedIn": ("", "linkedin.com/in/zoe-{n}", "pas un lien"),
    "Désinscrit": ("", "oui", "non"),
}


CALM = {
    "Prénom": ("Zoé", "Hugo", "Ana"),
    "Nom": ("Lefèvre", "Nguyen", "Costa", "Œuvrard"),
    "Société": ("Fournil d'Anjou", "Costa", "Menuiserie {n}", ""),
    "E-mail": ("Personne.{n}@x.example",),
    "E-mail 2": ("", "autre{n}@x.example"),
    "Téléphone": ("01 99 00 {n:02} 34", "", "+44 20 7946 00{n:02}"),
    "Mobile": ("", "06 12 34 {n:02} 78"),
    "Identifiant": ("i{n}",),
    "Créé le": ("", "23/11/2025"),
}
"""What ordinary rows say in the columns where the others say odd things."""


def a_list(random: Random, rows: int, numbers: int) -> str:
    """Return a list of people with some of the columns; cells come back, so that rows mean each other."""
    names = [name for name in COLUMNS if name in ("Nom", "E-mail") or random.random() < 0.6]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(names)
    for _ in range(rows):
        said = COLUMNS | CALM if random.random() < 0.7 else COLUMNS
        row = [random.choice(said[name]).format(n=random.randrange(numbers)) for name in names]
        writer.writerow([*row, "de trop"] if random.random() < 0.02 else row)
    return written.getvalue()


def people(crm: Crm) -> list[str]:
    """Return everything that the base holds of each person, without ids, in an order that depends on it alone."""
    found = []
    for row in crm.connection.dicts("SELECT * FROM contacts"):
        contact_id = row.pop("id")
        companies = crm.connection.dicts(
            "SELECT * FROM companies WHERE id = :id", {"id": row.pop("company_id")}
        )
        told: dict[str, Any] = {**row, "company": [{**one, "id": 0} for one in companies]}
        for table in ("contact_emails", "contact_phones"):
            lines = crm.connection.dicts(f"SELECT * FROM {table} WHERE contact_id = :id", {"id": contact_id})
            told[table] = sorted(
                (
                    line["position"],
                    line["label"],
                    line["raw"],
                    line.get("address") or line.get("number") or "",
                )
                for line in lines
            )
        told["tags"] = sorted(
            crm.rows("SELECT t.folded FROM taggings g JOIN tags t ON t.id = g.tag_id WHERE contact_id = :id",
                     id=contact_id)
        )  # fmt: skip
        told["notes"] = sorted(
            crm.rows("SELECT text FROM events WHERE contact_id = :id AND text <> ''", id=contact_id)
        )
        key = "rowid" if crm.connection.dialect == "sqlite" else "id"
        told["index"] = crm.rows(f"SELECT body FROM search_names WHERE {key} = :place", place=contact_id * 8)
        found.append(json.dumps(told, ensure_ascii=False, sort_keys=True))
    return sorted(found)


def counted(report: Report) -> dict[str, Any]:
    """Return what a report says, whatever the order in which rows were taken."""
    told = report._asdict()
    told["problems"] = sorted(report.problems)
    told["likely"] = sorted((one.line, one.other_line, one.score, one.reasons) for one in report.likely)
    told.pop("batch")
    return told


def taken(config: Config, before: str, path: str) -> tuple[dict[str, Any], list[str], int]:
    """Rehearse the import of a list into a base that has another; return the report, the people, and the companies."""
    with rehearse(config) as crm:
        importer.run(crm, before)
        report = importer.run(crm, path)
        return counted(report), people(crm), crm.rows("SELECT count(*) FROM companies")[0][0]


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_make_the_same_people_of_a_list(
    seed: int, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    before, path = tmp_path / "before.csv", tmp_path / "people.csv"
    before.write_text(a_list(random, 20, 30), encoding="utf-8")
    path.write_text(a_list(random, 60, random.choice((5, 50, 1000))), encoding="utf-8")
    by_columns = taken(config, str(before), str(path))
    monkeypatch.setattr(Plain, "suits", staticmethod(lambda desk: False))
    by_rows = taken(config, str(before), str(path))
    assert by_columns == by_rows


def test_the_generated_lists_are_taken_by_columns_for_a_good_part(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = Plain._write
    monkeypatch.setattr(
        Plain, "_write", lambda self, mine, *more: written.append(len(mine)) or write(self, mine, *more)
    )
    for seed in range(10):
        path = tmp_path / "people.csv"
        path.write_text(a_list(Random(seed), 60, 1000), encoding="utf-8")
        with rehearse(config) as crm:
            importer.run(crm, str(path))
    assert len(written) > 5
    assert 100 < sum(written) < 500


def test_who_stands_twice_in_a_list_is_one_person(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "Prénom;Nom;E-mail\nZoé;Lefèvre;zoe@x.example\nHugo;Nguyen;h@x.example\nZoé;Lefèvre;ZOE@x.example\n"
    )
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
        assert (report.created, report.updated, report.unchanged) == (2, 0, 1)
        assert crm.rows("SELECT count(*) FROM contacts") == [(2,)]
