"""One row becomes a person, a company, a deal where it stands and the next thing to do: in one pass, linked."""

from __future__ import annotations

import json

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.imports.recognition import recognise
from petitcrm.sales import history
from petitcrm.store import health, schema
from tests.imports.test_importer import counts, take

EVERYTHING = (
    "Civilité;Prénom;Nom;Société;E-mail;Commercial;Affaire;Montant;Étape;Prochaine action;Date de relance;Commentaire;"
    "Étiquettes\n"
    "Mme;Léa;Dupont;Acme;lea@acme.example;Zoé;Chaudière;8 400,00 €;Rendez-vous 1;Envoyer le devis;01/12/2026;"
    "aime le thé;vip, salon\n"
    "M.;Jean;Martin;Tiers;jean@tiers.example;;;;;;;;\n"
)


def everything(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    return {table: crm.rows(f"SELECT * FROM {table} ORDER BY id") for table in schema.TABLES}


@pytest.fixture
def zoe(crm: Crm) -> Crm:
    with crm.act("user.added", name="Zoé") as act:
        act.insert("users", key="zoe", name="Zoé", email="zoe@firme.example", created_at=crm.now_text)
    return crm


def test_a_row_of_people_brings_its_company_its_deal_its_task_its_note_and_its_tags_linked(zoe: Crm) -> None:
    report = take(zoe, EVERYTHING)
    assert (counts(report), report.noun, report.problems) == ((2, 0, 0, 0), "contacts", ())
    assert zoe.rows("SELECT first_name, company_id, owner_id FROM contacts ORDER BY id") == [
        ("Léa", 1, 1),
        ("Jean", 2, None),
    ]
    deal = "SELECT d.title, d.amount_cents, s.name, d.owner_id, d.contact_id, d.company_id FROM deals d"
    assert zoe.rows(f"{deal} JOIN stages s ON s.id = d.stage_id") == [
        ("Chaudière", 840000, "Rendez-vous 1", 1, 1, 1)
    ]
    assert zoe.rows("SELECT text, kind, due_on, contact_id, deal_id, owner_id FROM tasks") == [
        ("Envoyer le devis", "other", "2026-12-01", 1, 1, 1)
    ]
    assert zoe.rows("SELECT count(*) FROM taggings WHERE contact_id = 1") == [(2,)]
    assert zoe.rows("SELECT text FROM events WHERE kind = 'note.logged'") == [("aime le thé",)]
    assert zoe.rows("SELECT deal_id FROM loose_deals") == []
    assert counts(take(zoe, EVERYTHING)) == (0, 0, 2, 0)


def test_one_undo_takes_the_tasks_back_with_the_rest(config: Config) -> None:
    with open_crm(config) as crm:
        before = everything(crm)
    with open_crm(config) as crm:
        report = take(crm, EVERYTHING)
        after = everything(crm)
    with open_crm(config) as crm:
        assert history.undo(crm, report.batch).kept == []
        assert everything(crm) == before
    with open_crm(config) as crm:
        history.redo(crm)
        assert everything(crm) == after
        assert not any(health.problems(crm.connection, all_events=True).values())


@pytest.mark.parametrize(
    ("header", "kind", "text"),
    [
        ("Date de relance", "other", "Relance"),
        ("Relancer le", "other", "Relancer"),
        ("Rappel le", "call", ""),
        ("À rappeler le", "call", ""),
        ("Date de rappel", "call", ""),
        ("Next activity date", "other", "Activity"),
        ("Date du prochain RDV", "other", "RDV"),
        ("Follow-up date", "other", "Follow-up"),
    ],
)
def test_a_day_alone_is_a_task_called_by_its_column(crm: Crm, header: str, kind: str, text: str) -> None:
    take(
        crm, f"Prénom;Nom;E-mail;{header}\nLéa;Dupont;lea@acme.example;2026-12-01\nJean;Petit;j@p.example;\n"
    )
    assert crm.rows("SELECT kind, text, due_on, contact_id FROM tasks") == [(kind, text, "2026-12-01", 1)]


def test_a_list_of_companies_has_its_next_tasks_too(crm: Crm) -> None:
    text = (
        "Raison sociale;SIRET;Rappel le;Nom du contact;Email du contact\n"
        "Acme;73282932000074;01/12/2026;Léa Dupont;lea@acme.example\n"
        "Autre;;02/12/2026;;\n"
    )
    report = take(crm, text)
    assert (counts(report), report.noun) == ((2, 0, 0, 0), "companies")
    found = "SELECT t.due_on, c.sort_name, c.company_id FROM tasks t JOIN contacts c ON c.id = t.contact_id"
    assert crm.rows(f"{found} ORDER BY t.id") == [
        ("2026-12-01", "dupont lea", 1),
        ("2026-12-02", "autre", 2),
    ]
    assert counts(take(crm, text)) == (0, 0, 2, 0)


def test_each_deal_of_a_list_has_its_own_next_task(crm: Crm) -> None:
    text = (
        "Affaire;Montant;Étape;Contact;Prochaine étape;Date de la prochaine étape\n"
        "Chaudière;100;Prospect;Léa Dupont;Relancer;01/12/2026\n"
        "Toiture;200;Prospect;Léa Dupont;Relancer;01/12/2026\n"
        "Volets;300;Prospect;Léa Dupont;n/a;-\n"
    )
    assert counts(take(crm, text)) == (3, 0, 0, 0)
    assert crm.rows("SELECT text, deal_id FROM tasks ORDER BY id") == [("Relancer", 1), ("Relancer", 2)]
    assert counts(take(crm, text)) == (0, 0, 3, 0)


def test_a_new_task_of_a_known_contact_is_an_update_and_the_old_one_stays(crm: Crm) -> None:
    take(crm, "Nom;Prénom;E-mail;Date de relance\nDupont;Léa;lea@acme.example;01/12/2026\n")
    report = take(crm, "Nom;Prénom;E-mail;Date de relance\nDupont;Léa;lea@acme.example;08/12/2026\n")
    assert counts(report) == (0, 1, 0, 0)
    assert crm.rows("SELECT due_on FROM tasks ORDER BY id") == [("2026-12-01",), ("2026-12-08",)]


def test_a_day_that_cannot_be_read_costs_nobody_their_row(crm: Crm) -> None:
    text = (
        "Nom;Prénom;E-mail;Prochaine action;Date de relance\n"
        "Dupont;Léa;lea@acme.example;Rappeler;32/13/2026\n"
        "Petit;Zoé;zoe@acme.example;;01/12/2026\n"
    )
    report = take(crm, text)
    assert (counts(report), [one.value for one in report.problems]) == ((2, 0, 0, 0), ["32/13/2026"])
    assert crm.rows("SELECT text, due_on FROM tasks ORDER BY id") == [
        ("Rappeler", None),
        ("Relance", "2026-12-01"),
    ]
    assert crm.rows("SELECT custom FROM contacts WHERE id = 1") == [('{"date_de_relance":"32/13/2026"}',)]


@pytest.mark.parametrize(
    ("header", "cells", "field"),
    [
        ("Relance", ("01/12/2026", "02/12/2026"), "task.due_on"),
        ("Relance", ("rappeler en mars", "envoyer le devis"), "task"),
        ("Relance", ("oui", "non"), "custom"),
        ("Prochain contact", ("salon de Lyon", ""), "task"),
        ("Prochaine action", ("12 décembre 2026", ""), "task.due_on"),
        ("Dernière relance", ("01/12/2025", ""), "custom"),
        ("Last activity date", ("2025-12-01", ""), "custom"),
        ("Activité", ("menuiserie", "plomberie"), "custom"),
        ("Secteur d'activité", ("bâtiment", ""), "custom"),
        ("Type de relance", ("appel", ""), "custom"),
    ],
)
def test_the_cells_say_whether_a_column_is_what_to_do_or_when(
    header: str, cells: tuple[str, str], field: str
) -> None:
    mapping = recognise(
        ["Prénom", "Nom", "E-mail", header],
        [["Léa", "Dupont", "a@b.example", cells[0]], ["Jean", "Petit", "c@d.example", cells[1]]],
    )
    assert (mapping.noun, mapping.columns[3].field) == ("contacts", field)


def test_a_list_that_names_a_stage_and_an_amount_but_no_deal_calls_each_deal_by_its_company(crm: Crm) -> None:
    text = (
        "Prénom;Nom;E-mail;Société;Étape;Montant;Propriétaire\n"
        "Léa;Dupont;lea@acme.example;Acme;Prospect;100;\n"
        "Jean;Petit;jean@b.example;;Prospect;200;\n"
        "Zoé;Roux;zoe@b.example;;;;\n"
    )
    report = take(crm, text)
    assert (counts(report), report.noun) == ((3, 0, 0, 0), "contacts")
    assert crm.rows("SELECT title, amount_cents, contact_id FROM deals ORDER BY id") == [
        ("Acme", 10000, 1),
        ("Jean Petit", 20000, 2),
    ]
    assert counts(take(crm, text)) == (0, 0, 3, 0)
    report = take(crm, "Société;Contact;Email;Étape;Montant\nAutre;Luc Roy;luc@autre.example;Prospect;300\n")
    assert (counts(report), report.noun) == ((1, 0, 0, 0), "deals")


STAGED = (
    "Affaire;Montant;Pipeline;Étape;Contact\n"
    "Chaudière;100;Ventes;Qualifié;Léa Dupont\n"
    "Toiture;200;Export;Salon;Jean Petit\n"
    "Volets;300;Ventes;Devis envoyé;Zoé Roux\n"
    "Portes;400;Export;Prospect;Zoé Roux\n"
    "Murs;500;;Qualifié;Zoé Roux\n"
    "Sols;600;Export;Gagné;Zoé Roux\n"
)


def stages(crm: Crm) -> list[tuple[object, ...]]:
    return crm.rows(
        "SELECT p.name, s.name FROM stages s JOIN pipelines p ON p.id = s.pipeline_id ORDER BY p.position, s.position"
    )


def test_unknown_stages_and_pipelines_are_added_when_asked_in_the_order_of_the_file(crm: Crm) -> None:
    before = stages(crm)
    report = take(crm, STAGED, create_stages=True)
    assert (counts(report), report.problems) == ((6, 0, 0, 0), ())
    assert stages(crm) == [
        *before,
        ("Ventes", "Qualifié"),
        ("Ventes", "Devis envoyé"),
        ("Export", "Salon"),
        ("Export", "Prospect"),
    ]
    found = "SELECT d.title, p.name, s.name, d.status FROM deals d JOIN stages s ON s.id = d.stage_id"
    assert crm.rows(f"{found} JOIN pipelines p ON p.id = s.pipeline_id ORDER BY d.id")[2:] == [
        ("Volets", "Ventes", "Devis envoyé", "open"),
        ("Portes", "Export", "Prospect", "open"),
        ("Murs", "Ventes", "Qualifié", "open"),
        ("Sols", "Export", "Salon", "won"),
    ]
    assert crm.rows("SELECT DISTINCT custom FROM deals") == [("{}",)]
    assert counts(take(crm, STAGED, create_stages=True)) == (0, 0, 6, 0)


def test_stages_added_by_an_import_go_with_its_undo_and_come_back_with_its_redo(config: Config) -> None:
    with open_crm(config) as crm:
        before = everything(crm)
    with open_crm(config) as crm:
        report = take(crm, STAGED, create_stages=True)
        after = everything(crm)
    with open_crm(config) as crm:
        assert history.undo(crm, report.batch).kept == []
        assert everything(crm) == before
    with open_crm(config) as crm:
        history.redo(crm)
        assert everything(crm) == after


def test_a_stage_without_a_pipeline_is_added_at_the_end_of_the_first_one(crm: Crm) -> None:
    before = stages(crm)
    take(crm, "Affaire;Montant;Étape;Contact\nChaudière;1;Qualifié;Léa Dupont\n", create_stages=True)
    assert stages(crm) == [*before, (before[0][0], "Qualifié")]


def test_without_being_asked_nothing_is_added_and_what_was_said_is_kept_and_told_once(crm: Crm) -> None:
    before = stages(crm)
    report = take(crm, STAGED)
    assert stages(crm) == before
    told = [(one.column, one.value) for one in report.problems]
    assert told == [
        ("Étape", "Qualifié"), ("Étape", "Salon"), ("Pipeline", "Export"),
        ("Étape", "Devis envoyé"),
    ]  # fmt: skip
    assert all("--create-stages" in one.message for one in report.problems)
    custom = [json.loads(str(row[0])) for row in crm.rows("SELECT custom FROM deals ORDER BY id")]
    assert custom[2] == {"etape": "Devis envoyé"}
    assert custom[3] == {"pipeline": "Export"}


def test_owners_who_are_nobody_of_the_firm_are_told_once(zoe: Crm) -> None:
    report = take(
        zoe,
        "Nom;Prénom;Commercial\nDupont;Léa;Zoé\nMartin;Jean;Paul\nRoy;Luc;PAUL\nPetit;Ana;Hugo\n",
    )
    assert len(report.notes) == 1
    assert "Paul, Hugo" in report.notes[0].message
    assert zoe.rows("SELECT owner_id FROM contacts ORDER BY id") == [(1,), (None,), (None,), (None,)]


def test_a_row_of_people_that_names_a_company_alone_gives_it_the_address(crm: Crm) -> None:
    text = (
        "Prénom;Nom;Société;E-mail;Adresse;CP;Ville;Fonction\n"
        ";;Acme;;1 rue A;49000;Angers;à voir\n"
        "Léa;Dupont;Autre;lea@autre.example;2 rue B;44000;Nantes;\n"
    )
    assert counts(take(crm, text)) == (2, 0, 0, 0)
    assert crm.rows("SELECT name, street, postcode, city, custom FROM companies ORDER BY name") == [
        ("Acme", "1 rue A", "49000", "Angers", '{"fonction":"à voir"}'),
        ("Autre", "", "", "", "{}"),
    ]
    assert crm.rows("SELECT last_name, street FROM contacts") == [("Dupont", "2 rue B")]


def test_a_company_in_the_column_of_names_is_one(crm: Crm) -> None:
    text = (
        "Nom;E-mail;Ville\n"
        "SARL Petit et fils;contact@petit.example;Angers\n"
        "Mairie de Brest;;Brest\n"
        "Jean Dupont;jean@dupont.example;Paris\n"
    )
    assert counts(take(crm, text)) == (3, 0, 0, 0)
    assert crm.rows("SELECT name, city FROM companies ORDER BY name DESC") == [
        ("SARL Petit et fils", ""),
        ("Mairie de Brest", "Brest"),
    ]
    assert crm.rows(
        "SELECT first_name, last_name, sort_name, company_id, city FROM contacts ORDER BY id"
    ) == [
        ("", "", "contact@petit.example", 1, "Angers"),
        ("Jean", "Dupont", "dupont jean", None, "Paris"),
    ]
    assert counts(take(crm, text)) == (0, 0, 3, 0)


def test_a_whole_name_beside_its_parts_loses_nothing(crm: Crm) -> None:
    take(crm, "Prénom;Nom de famille;Nom à afficher\nLéa;Dupont;Léa Dupont\nJean;Petit;Le Grand Jean\n")
    assert crm.rows("SELECT first_name, last_name, custom FROM contacts ORDER BY id") == [
        ("Léa", "Dupont", "{}"),
        ("Jean", "Petit", '{"nom_a_afficher":"Le Grand Jean"}'),
    ]
    take(crm, "Prénom;Nom complet\nZoé;Zoé de La Tour\n", noun="contacts")
    assert crm.rows("SELECT first_name, last_name FROM contacts WHERE id = 3") == [("Zoé", "de La Tour")]
