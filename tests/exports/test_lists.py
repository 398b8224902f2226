"""Lists go out as CSV and JSON lines; the CSV comes back into an empty base to the letter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from petitcrm import demo, exports
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.imports import importer
from petitcrm.sales import companies, contacts, custom_fields, deals
from petitcrm.store import health
from tests.exports.emptied import emptied


def written(crm: Crm, what: str, format: str = "csv", *, for_spreadsheet: bool = False) -> str:
    return "".join(exports.export(crm, what, format, for_spreadsheet=for_spreadsheet))


@pytest.mark.parametrize("for_spreadsheet", [False, True])
@pytest.mark.parametrize("what", exports.NOUNS)
def test_a_list_comes_back_to_the_letter(
    config: Config, tmp_path: Path, what: str, for_spreadsheet: bool
) -> None:
    demo.seed(config, seed=7)
    path = tmp_path / "list.csv"
    with read_crm(config) as crm:
        before = written(crm, what)
        path.write_text(written(crm, what, for_spreadsheet=for_spreadsheet), "utf-8", newline="")
    emptied(config)
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
    assert (report.vendor, report.noun, report.created) == ("petitcrm", what, report.read)
    with open_crm(config) as crm:
        assert written(crm, what) == before
        again = importer.run(crm, str(path))
        assert (again.unchanged, written(crm, what)) == (again.read, before)
        assert not any(health.problems(crm.connection).values())


def test_five_lists_make_the_firm_again(config: Config, tmp_path: Path) -> None:
    demo.seed(config, seed=3)
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


def test_a_list_is_not_believed_by_its_ids_in_another_base(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont", "first_name": "Léa"}, emails=["lea@acme.fr"])
        path.write_text(written(crm, "contacts"), "utf-8", newline="")
    emptied(config)
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Autre"})
        contacts.add(crm, {"last_name": "Dupont", "first_name": "Léa"}, emails=["lea@acme.fr"])
        report = importer.run(crm, str(path))
        assert (report.created, report.unchanged) == (0, 1)
        assert crm.rows("SELECT count(*) FROM contacts") == [(2,)]


@pytest.mark.parametrize("for_spreadsheet", [False, True])
def test_hostile_texts_come_back_to_the_letter(config: Config, tmp_path: Path, for_spreadsheet: bool) -> None:
    texts = [
        "'=1",
        "''@x",
        "'Tis",
        "-12",
        "＝1",
        "\t=1",
        "\r=1",
        "\n=1",
        "un\rdeux",
        "=1+1",
        "a;b,c\td|e",
        'il dit "oui"',
        "deux\nlignes",
        "  ",
        "été œuvre €",
        "\u202egauche",
        "'",
        "-",
        "n/a",
        "Total",
    ]
    path = tmp_path / "contacts.csv"
    with open_crm(config) as crm:
        field = custom_fields.find_or_add(crm, "contact", 'E-mail; secondaire, ou "autre"')
        for place, text in enumerate(texts):
            person = {"last_name": f"N{place}", "job_title": text, "city": text, "custom": {field: text}}
            contacts.add(crm, person, phones=[(text, text)], tags=[f"t,{place}"])
        before = written(crm, "contacts")
        path.write_text(written(crm, "contacts", for_spreadsheet=for_spreadsheet), "utf-8", newline="")
    emptied(config)
    with open_crm(config) as crm:
        assert importer.run(crm, str(path)).rejected == 0
        assert written(crm, "contacts") == before


def test_for_a_spreadsheet_cells_cannot_act(crm: Crm) -> None:
    contacts.add(crm, {"last_name": "=cmd", "city": "@x"})
    text = written(crm, "contacts", for_spreadsheet=True)
    assert text.startswith("\ufeffid;")
    assert ";'=cmd;" in text and ";'@x;" in text


def test_json_lines_have_lists_of_addresses_and_fields(crm: Crm) -> None:
    firm = companies.add(crm, {"name": "Acme"})
    field = custom_fields.find_or_add(crm, "contact", "Couleur")
    who = contacts.add(
        crm, {"last_name": "Dupont", "company_id": firm, "custom": {field: "rouge"}},
        emails=[("lea@acme.fr", "work"), "lea@free.fr"], tags=["vip"],
    )  # fmt: skip
    told = json.loads(written(crm, "contacts", "ndjson"))
    assert told["id"] == f"c{who}"
    assert (told["company"], told["company_id"], told["tags"]) == ("Acme", f"f{firm}", ["vip"])
    assert told["emails"] == [
        {"value": "lea@acme.fr", "label": "work"},
        {"value": "lea@free.fr", "label": ""},
    ]
    assert told["custom"] == {"Couleur": "rouge"}


def test_amounts_are_written_as_every_program_reads_them(crm: Crm) -> None:
    who = contacts.add(crm, {"last_name": "Dupont"})
    deals.add(crm, "Chaudière", who, amount_cents=120050)
    deals.add(crm, "Toiture", who)
    rows = [line.split(",") for line in written(crm, "deals").splitlines()]
    at = rows[0].index("amount")
    assert [row[at] for row in rows[1:]] == ["1200.50", ""]


def test_the_apostrophe_of_an_exact_list_is_the_firms_own(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont", "city": "'=x"})
        before = written(crm, "contacts")
    (tmp_path / "contacts.csv").write_text(before, "utf-8", newline="")
    emptied(config)
    with open_crm(config) as crm:
        importer.run(crm, str(tmp_path / "contacts.csv"))
        assert crm.rows("SELECT city FROM contacts") == [("'=x",)]
