"""Leads go out as a list and with the whole base, and come back to the letter."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from petitcrm import exports
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.exports import folders
from petitcrm.imports import importer
from petitcrm.leads import (
    handover,
    leads,
    partners,
    profiles,
    prospecting,
    qualification,
    team,
    territories,
)
from petitcrm.sales import companies, contacts, users
from petitcrm.store import health
from tests.exports.emptied import emptied
from tests.exports.test_lists import written
from tests.exports.test_whole import brought_back, whole

LEAD_TABLES = (
    "members", "absences", "partners", "profiles", "prospecting_lists", "leads", "lead_answers", "handovers",
    "territory_sets",
)  # fmt: skip
ANSWERS = {"ideal": "yes", "persona": "dirigeant", "interested": "yes", "never": "no"}


@pytest.fixture
def department(config: Config) -> None:
    """Fill the base with something of everything that the lead department knows."""
    with open_crm(config) as crm:
        marie, paul = users.add(crm, "marie", name="Marie"), users.add(crm, "paul")
        team.place(crm, marie, roles=["sdr"], weight=50, capacity=12)
        team.be_away(crm, paul, date(2026, 12, 24), date(2026, 12, 31), "ski")
        partners.add(crm, "Réseau Ouest", fields={"commission_bp": 750})
        profiles.describe_ideal(crm, {"must": {"size": ["pme"]}})
        profiles.keep_persona(crm, {"name": "Dirigeant", "must": {"job_title": ["gérant*"]}})
        territories.keep(crm, "Tout", [{"name": "Tout", "to": ["marie", "paul"]}])
        territories.activate(crm, "tout")
        prospecting.add(crm, "Salon 2026", cadence="call, +2 email", owner_id=marie)
        acme = companies.add(crm, {"name": "Acmé & fils"})
        people = [
            contacts.add(crm, {"first_name": "Léa", "last_name": "de La Tour", "company_id": acme}),
            contacts.add(crm, {}, emails=["seul@x.example"]),
            contacts.add(crm, {"last_name": "Roy", "postcode": "97200"}, phones=["0596 12 34 56"]),
            contacts.add(crm, {"last_name": "Petit", "first_name": "Zoé", "company_id": acme}),
        ]
        said = {"words": "Une chaudière ;\n« vite »", "source": "site", "partner_id": 1, "is_online": True}
        first = leads.add(crm, people[0], fields=said).lead_id
        leads.add(crm, people[0], fields={"words": "Je reviens"})
        qualification.qualify(crm, first, ANSWERS, evidence="au téléphone")
        handover.hand_over(crm, first, to_user_id=paul, title="Chaudière")
        leads.disqualify(crm, leads.add(crm, people[1]).lead_id, "concurrent")
        prospecting.put(crm, 1, [people[2]])
        leads.put_off(crm, leads.add(crm, people[3], fields={"external_id": "x:7"}).lead_id, date(2027, 3, 1))


def lead_rows(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    return {table: crm.rows(f"SELECT * FROM {table} ORDER BY id") for table in LEAD_TABLES}


@pytest.mark.usefixtures("department")
def test_every_table_of_the_department_goes_out_and_comes_back(config: Config, tmp_path: Path) -> None:
    with read_crm(config) as crm:
        before, rows = whole(crm), lead_rows(crm)
    assert all(rows.values())
    emptied(config)
    brought_back(config, before, tmp_path)
    with read_crm(config) as crm:
        assert whole(crm) == before
        assert lead_rows(crm) == rows
        assert not any(health.problems(crm.connection, all_events=True).values())


@pytest.mark.usefixtures("department")
def test_a_dump_holds_them_too(config: Config, tmp_path: Path) -> None:
    with read_crm(config) as crm:
        exports.export_folder(crm, "all", "dump", str(tmp_path / "dump"))
        rows = lead_rows(crm)
    emptied(config)
    with open_crm(config) as crm:
        assert importer.run(crm, str(tmp_path / "dump")).rejected == 0
    with read_crm(config) as crm:
        assert lead_rows(crm) == rows
        kept: folders.Kept = exports.export_folder(crm, "all", "dump", str(tmp_path / "dump"))
    assert (kept.written, kept.removed) == (0, 0)


@pytest.mark.usefixtures("department")
def test_a_base_that_was_begun_gives_way_to_the_one_that_comes(config: Config, tmp_path: Path) -> None:
    with read_crm(config) as crm:
        before = whole(crm)
    emptied(config)
    with open_crm(config) as crm:
        users.add(crm, "zoe")
        team.place(crm, users.add(crm, "autre"), weight=10)
        partners.add(crm, "Autre")
        prospecting.add(crm, "Autre")
    brought_back(config, before, tmp_path)
    with read_crm(config) as crm:
        assert whole(crm) == before


@pytest.mark.usefixtures("department")
def test_what_a_contact_said_when_they_came_again_comes_back(config: Config, tmp_path: Path) -> None:
    with read_crm(config) as crm:
        before = whole(crm)
    emptied(config)
    brought_back(config, before, tmp_path)
    with read_crm(config) as crm:
        told = [row[0] for row in crm.rows("SELECT text FROM events WHERE contact_id = 1")]
    assert "Je reviens" in told and "Une chaudière ;\n« vite »" in told


@pytest.mark.usefixtures("department")
@pytest.mark.parametrize("for_spreadsheet", [False, True])
def test_the_list_alone_comes_back_to_the_letter(
    config: Config, tmp_path: Path, for_spreadsheet: bool
) -> None:
    path = tmp_path / "leads.csv"
    with read_crm(config) as crm:
        before = written(crm, "leads")
        path.write_text(written(crm, "leads", for_spreadsheet=for_spreadsheet), "utf-8", newline="")
    emptied(config)
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
        assert (report.vendor, report.noun, report.created, report.read) == ("petitcrm", "leads", 4, 4)
    with open_crm(config) as crm:
        assert written(crm, "leads") == before
        again = importer.run(crm, str(path))
        assert (again.unchanged, written(crm, "leads")) == (4, before)
        assert not any(health.problems(crm.connection).values())


@pytest.mark.usefixtures("department")
def test_the_lists_together_make_the_firm_again(config: Config, tmp_path: Path) -> None:
    with read_crm(config) as crm:
        before = {what: written(crm, what) for what in exports.NOUNS}
    emptied(config)
    for what in ("companies", "contacts", "deals", "tasks", "leads"):
        path = tmp_path / f"{what}.csv"
        path.write_text(before[what], "utf-8", newline="")
        with open_crm(config) as crm:
            importer.run(crm, str(path))
    with read_crm(config) as crm:
        assert {what: written(crm, what) for what in exports.NOUNS} == before


@pytest.mark.usefixtures("department")
def test_a_workbook_of_leads_comes_back(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    with read_crm(config) as crm:
        before = written(crm, "leads")
        path.write_bytes(b"".join(exports.export(crm, "leads", "xlsx")))  # type: ignore[arg-type]
    emptied(config)
    with open_crm(config) as crm:
        assert importer.run(crm, str(path)).created == 4
    with read_crm(config) as crm:
        assert written(crm, "leads") == before


@pytest.mark.usefixtures("department")
def test_json_lines_say_who_and_where_it_stands(config: Config) -> None:
    with read_crm(config) as crm:
        told = [json.loads(line) for line in written(crm, "leads", "ndjson").splitlines()]
    first = told[0]
    assert (first["id"], first["last_name"], first["company"]) == ("l1", "de La Tour", "Acmé & fils")
    assert (first["state"], first["partner"], first["online"]) == ("handed_over", "reseau-ouest", "yes")
    assert (told[2]["list"], told[2]["owner"], told[3]["requalify_on"]) == (
        "salon-2026",
        "marie",
        "2027-03-01",
    )
