"""Lists become companies, people, deals and tasks: once each, completely, and in one gesture that can be taken back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import Crm, open_crm, read_crm, rehearse
from petitcrm.errors import UsageProblem
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run, run_source
from petitcrm.imports.report import Report
from petitcrm.sales import companies, contacts, history
from petitcrm.store import health, schema
from petitcrm.store.blanks import blank_row
from petitcrm.store.journal import dumps
from petitcrm.store.queries import contacts as contact_queries
from tests.support.corpora import corpora, name_of

LIST = (
    "Civilité;NOM;Prénom;Société;N° SIRET;Fonction;E-mail;Tél. fixe;Portable;Adresse;CP;Ville;Groupe;Commentaire;"
    "Couleur\n"
    "Mme;DUPONT;Léa;Acme;73282932000074;Gérante;Lea@Acme.fr;01 99 00 12 34;06 12 34 56 78;1 rue A;75011;Paris;"
    "vip, salon;Aime le thé;rouge\n"
    "M.;MARTIN;Jean;Acme;;;jean@acme.fr;;;;;;;;\n"
    ";;;;;;contact@autre.fr;;;;;;;;\n"
)


def take(crm: Crm, text: str, **wish: object) -> Report:
    report = run_source(crm, open_csv(text.encode(), name="clients.csv"), Wish(**wish))  # type: ignore[arg-type]
    assert report.read == report.created + report.updated + report.unchanged + report.rejected
    return report


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def everything(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    found = {table: crm.rows(f"SELECT * FROM {table} ORDER BY id") for table in schema.TABLES}
    key = "rowid" if crm.connection.dialect == "sqlite" else "id"
    names = crm.rows(f"SELECT {key}, body FROM search_names ORDER BY 1")
    return {**found, "search_names": [(row[0], " ".join(sorted(str(row[1]).split()))) for row in names]}


def one(crm: Crm, sql: str, **params: object) -> tuple[object, ...]:
    return crm.rows(sql, **params)[0]


def test_a_list_of_contacts_brings_people_companies_numbers_tags_notes_and_fields(crm: Crm) -> None:
    report = take(crm, LIST)
    assert (counts(report), report.noun, report.format) == ((3, 0, 0, 0), "contacts", "csv")
    lea = contact_queries.sheet(crm, 1)
    assert (lea.civility, lea.first_name, lea.last_name, lea.job_title) == ("Mme", "Léa", "DUPONT", "Gérante")
    assert [(email.address, email.raw) for email in lea.emails] == [("lea@acme.fr", "Lea@Acme.fr")]
    assert [(phone.number, phone.label) for phone in lea.phones] == [
        ("+33199001234", ""),
        ("+33612345678", "mobile"),
    ]
    assert (lea.postcode, lea.city, lea.departement_code) == ("75011", "Paris", "75")
    assert (lea.company, sorted(lea.tags), lea.custom) == ("Acme", ["salon", "vip"], {"couleur": "rouge"})
    assert one(crm, "SELECT name, siret, siren FROM companies") == ("Acme", "73282932000074", "732829320")
    assert one(crm, "SELECT text FROM events WHERE kind = 'note.logged' AND contact_id = 1") == (
        "Aime le thé",
    )
    assert one(crm, "SELECT company_id FROM contacts WHERE last_name = 'MARTIN'") == (1,)


def test_a_name_cut_in_another_place_is_not_said_twice(crm: Crm) -> None:
    rows = "Prénom;Nom\n;Dupont Jean\nJean;Dupont\n"
    assert counts(take(crm, rows)) == (1, 0, 1, 0)
    assert crm.rows("SELECT first_name, last_name FROM contacts") == [("", "Dupont Jean")]
    assert counts(take(crm, rows)) == (0, 0, 2, 0)


def test_the_spelling_of_a_name_is_overwritten_when_the_person_wants_it(crm: Crm) -> None:
    take(crm, "Prénom;Nom;E-mail\nZoe;Lefevre;z@x.example\n")
    take(crm, "Prénom;Nom;E-mail\nZoé;Lefèvre;z@x.example\n", overwrite=("first_name", "last_name"))
    assert crm.rows("SELECT first_name, last_name FROM contacts") == [("Zoé", "Lefèvre")]


def test_a_report_names_the_new_rows_that_may_be_somebody_known(crm: Crm) -> None:
    known = contacts.add(crm, {"first_name": "Lea", "last_name": "Dupond"}, phones=["06 12 34 56 78"])
    report = take(crm, LIST)
    (likely,) = [one for one in report.likely if one.noun == "contact"]
    assert (likely.line, likely.name, likely.other_id, likely.other_line) == (2, "Léa DUPONT", known, 0)
    assert likely.score >= 50 and "mobile" in likely.reasons


def test_two_rows_of_one_list_that_may_be_one_person_are_named_with_their_lines(crm: Crm) -> None:
    report = take(
        crm,
        "Prénom;Nom;E-mail;Mobile\nLéa;Dupont;lea@a.example;06 12 34 56 78\nHugo;Costa;h@a.example;\n"
        "Léa;Dupond;l.dupont@b.example;06 12 34 56 78\n",
    )
    assert [(one.line, one.other_line) for one in report.likely] == [(4, 2)]


def test_a_second_import_of_the_same_file_changes_nothing(crm: Crm) -> None:
    take(crm, LIST)
    before = everything(crm)
    report = take(crm, LIST)
    assert counts(report) == (0, 0, 3, 0)
    assert everything(crm) == before


def test_in_a_gesture_of_its_own_a_second_import_leaves_no_trace(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(LIST, "utf-8")
    with open_crm(config) as crm:
        assert run(crm, str(path)).batch is not None
    with open_crm(config) as crm:
        assert run(crm, str(path)).batch is None
    with read_crm(config) as crm:
        assert len([gesture for gesture in history.gestures(crm) if "clients.csv" in gesture.what]) == 1


def test_a_rehearsal_tells_the_same_and_writes_nothing(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(LIST, "utf-8")
    with rehearse(config) as crm:
        rehearsed = run(crm, str(path))
    with open_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]
        assert run(crm, str(path))._replace(batch=0) == rehearsed._replace(batch=0)


def test_one_undo_takes_the_whole_import_back_and_redo_brings_it_again(config: Config) -> None:
    with open_crm(config) as crm:
        acme = companies.add(crm, {"name": "ACME"})
        contacts.add(
            crm, {"last_name": "Dupont", "first_name": "Léa", "company_id": acme}, emails=["lea@acme.fr"]
        )
        before = everything(crm)
    with open_crm(config) as crm:
        report = take(crm, LIST)
        after = everything(crm)
    assert counts(report) == (2, 1, 0, 0)
    with open_crm(config) as crm:
        undone = history.undo(crm, report.batch)
        assert undone.kept == []
        assert everything(crm) == before
    with open_crm(config) as crm:
        history.redo(crm)
        assert everything(crm) == after


def test_rows_changed_since_are_kept_by_the_undo_and_named(config: Config) -> None:
    with open_crm(config) as crm:
        report = take(crm, LIST)
    with open_crm(config) as crm:
        contacts.edit(crm, 2, {"job_title": "Directeur"})
    with open_crm(config) as crm:
        undone = history.undo(crm, report.batch)
        assert any("Jean MARTIN" in kept for kept in undone.kept)
        assert crm.rows("SELECT last_name FROM contacts") == [("MARTIN",)]


def test_what_was_undone_can_be_imported_again(config: Config) -> None:
    with open_crm(config) as crm:
        report = take(crm, LIST)
    with open_crm(config) as crm:
        history.undo(crm, report.batch)
    with open_crm(config) as crm:
        assert counts(take(crm, LIST)) == (3, 0, 0, 0)
        assert crm.rows("SELECT min(id) FROM contacts")[0][0] > 3


def test_empty_fields_are_filled_and_full_ones_kept(crm: Crm) -> None:
    take(crm, "Nom;Prénom;E-mail;Fonction;Ville\nDupont;Léa;lea@acme.fr;Gérante;\n")
    report = take(crm, "Nom;Prénom;E-mail;Fonction;Ville\nDupont;Léa;lea@acme.fr;Stagiaire;Paris\n")
    assert counts(report) == (0, 1, 0, 0)
    assert one(crm, "SELECT job_title, city FROM contacts") == ("Gérante", "Paris")


def test_a_field_is_overwritten_when_asked(crm: Crm) -> None:
    take(crm, "Nom;Prénom;E-mail;Fonction\nDupont;Léa;lea@acme.fr;Gérante\n")
    take(crm, "Nom;Prénom;E-mail;Fonction\nDupond;Léa;lea@acme.fr;Directrice\n", overwrite=("job_title",))
    assert one(crm, "SELECT last_name, job_title FROM contacts") == ("Dupont", "Directrice")


def test_a_new_address_is_added_to_those_of_the_contact(crm: Crm) -> None:
    take(crm, "Nom;Prénom;E-mail;E-mail 2\nDupont;Léa;lea@acme.fr;\n")
    take(crm, "Nom;Prénom;E-mail;E-mail 2\nDupont;Léa;lea@acme.fr;lea@free.fr\n")
    assert crm.rows("SELECT address, position FROM contact_emails ORDER BY id") == [
        ("lea@acme.fr", 0),
        ("lea@free.fr", 1),
    ]


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        ("E-mail;Nom;Prénom\na@b.fr;Dupont;Léa", "E-mail;Nom;Prénom\nA@B.FR;Dupont;Léa", 1),
        ("E-mail;Nom;Prénom\na@b.fr;Dupont;Jean", "E-mail;Nom;Prénom\na@b.fr;Dupont;J.", 1),
        ("E-mail;Nom;Prénom\na@b.fr;Dupont;Jean-Pierre", "E-mail;Nom;Prénom\na@b.fr;Dupont;JP", 1),
        ("E-mail;Nom;Prénom\na@b.fr;Dupont;Léa", "E-mail;Nom;Prénom\na@b.fr;Martin;Léa", 1),
        ("E-mail;Nom;Prénom\na@b.fr;Dupont;Léa", "E-mail\na@b.fr", 1),
        ("E-mail\na@b.fr", "E-mail;Nom;Prénom\na@b.fr;Dupont;Léa", 1),
        ("E-mail;Nom;Prénom\nfamille@b.fr;Dupont;Léa", "E-mail;Nom;Prénom\nfamille@b.fr;Dupont;Jean", 2),
        ("E-mail;Nom;Prénom\ncontact@b.fr;Dupont;Léa", "E-mail;Nom;Prénom\ncontact@b.fr;Petit;Zoé", 2),
        ("E-mail;Nom;Prénom\ncontact@b.fr;Dupont;Léa", "E-mail;Nom;Prénom\ncontact@b.fr;Dupont;Léa", 1),
        ("Tél;Nom;Prénom\n0612345678;Dupont;Léa", "Tél;Nom;Prénom\n+33 6 12 34 56 78;DUPONT;Lea", 1),
        ("Tél;Nom;Prénom\n0612345678;Dupont;Léa", "Tél;Nom;Prénom\n0612345678;Dupont;Jean", 2),
        ("Nom;Prénom;Société\nDupont;Léa;Acme", "Nom;Prénom;Société\nDupont;Léa;ACME SARL", 1),
        ("Nom;Prénom;Société\nDupont;Léa;Acme", "Nom;Prénom;Société\nDupont;Léa;Autre", 2),
        ("Nom;Prénom;Société;E-mail\nDupont;Léa;Acme;a@b.fr", "Nom;Prénom;Société;E-mail\nDupont;Léa;Acme;c@d.fr", 2),
        ("Nom;Prénom\nDupont;Léa", "Nom;Prénom\nDupont;Léa", 1),
        ("Nom;Prénom\nDupont;Léa", "Nom;Prénom;E-mail\nDupont;Léa;lea@b.fr", 2),
        ("ID;Nom;Prénom\n7;Dupont;Léa", "ID;Nom;Prénom;E-mail\n7;Durand;Léa;lea@b.fr", 1),
        ("ID;Nom;Prénom\n7;Dupont;Léa", "ID;Nom;Prénom\n8;Dupont;Léa", 2),
    ],
)  # fmt: skip
def test_who_is_the_same_person(crm: Crm, first: str, second: str, people: int) -> None:
    take(crm, first)
    take(crm, second)
    assert one(crm, "SELECT count(*) FROM contacts") == (people,)


def test_the_same_person_twice_in_a_file_is_one_contact(crm: Crm) -> None:
    report = take(
        crm,
        "Nom;Prénom;E-mail;Ville\nDupont;Léa;lea@b.fr;\nDupont;Léa;lea@b.fr;Paris\nDupont;Léa;lea@b.fr;\n",
    )
    assert counts(report) == (1, 1, 1, 0)
    assert one(crm, "SELECT city FROM contacts") == ("Paris",)


def test_a_key_that_is_asked_is_enough_by_itself(crm: Crm) -> None:
    take(crm, "E-mail;Nom;Prénom\nfamille@b.fr;Dupont;Léa\n")
    assert counts(take(crm, "E-mail;Nom;Prénom\nfamille@b.fr;Dupont;Jean\n", keys=("email",))) == (0, 0, 1, 0)


def test_a_list_of_companies_with_their_people(crm: Crm) -> None:
    text = (
        "Raison sociale;SIRET;Code APE;Effectif;CA;CP;Ville;Téléphone;Nom du contact;Email du contact\n"
        "Acme;732 829 320 00074;4322B;12;1 200 000,50 €;69002;Lyon;04 65 71 12 34;Léa Dupont;lea@acme.fr\n"
    )
    report = take(crm, text)
    assert (counts(report), report.noun) == ((1, 0, 0, 0), "companies")
    found = one(
        crm, "SELECT name, siret, naf_rev2, headcount, revenue_cents, size_class, phone_number FROM companies"
    )
    assert found == ("Acme", "73282932000074", "43.22B", 12, 120000050, "pme", "+33465711234")
    assert one(crm, "SELECT first_name, last_name, company_id FROM contacts") == ("Léa", "Dupont", 1)
    assert counts(take(crm, text)) == (0, 0, 1, 0)


def test_the_address_of_a_company_is_kept_in_small_letters_and_is_the_same_the_next_time(crm: Crm) -> None:
    text = "Société;E-mail\nAcme;Contact@Acme.Example\n"
    take(crm, text, noun="companies")
    assert one(crm, "SELECT email FROM companies") == ("contact@acme.example",)
    assert counts(take(crm, text, noun="companies")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "firms"),
    [
        ("Société;SIRET\nAcme;73282932000074", "Société;SIRET\nAutre nom;73282932000074", 1),
        ("Société;SIREN\nAcme;732829320", "Société;SIRET\nAcme;73282932000074", 1),
        ("Société;SIREN\nAcme;732829320", "Société;SIREN\nAcme;356000000", 2),
        ("Société;CP\nAcme;75001", "Société;CP\nS.A.R.L. ACME;75001", 1),
        ("Société;CP\nAcme;75001", "Société;CP\nAcme;69001", 2),
        ("Société;CP\nAcme;75001", "Société;CP\nAcme;", 1),
    ],
)
def test_who_is_the_same_company(crm: Crm, first: str, second: str, firms: int) -> None:
    take(crm, first, noun="companies")
    take(crm, second, noun="companies")
    assert one(crm, "SELECT count(*) FROM companies") == (firms,)


def test_a_list_of_deals_finds_or_brings_its_people(crm: Crm) -> None:
    take(crm, "Nom;Prénom;E-mail;Société\nDupont;Léa;lea@acme.fr;Acme\n")
    text = (
        "Affaire;Montant;Étape;Date de clôture prévue;Contact;E-mail;Société;Origine\n"
        "Chaudière;1 200,50;Rendez-vous 1;31/12/2026;Léa Dupont;lea@acme.fr;Acme;salon\n"
        "Toiture;3000;Gagné;;Jean Martin;jean@autre.fr;Autre;\n"
        "Fenêtres;500;Qualifié;;;;Tiers;\n"
        "Portes;500;;;;;;\n"
        "Volets;beaucoup;;;Léa Dupont;lea@acme.fr;;\n"
    )
    report = take(crm, text)
    assert (counts(report), report.noun) == ((3, 0, 0, 2), "deals")
    deals = crm.rows(
        "SELECT title, amount_cents, expected_on, status, contact_id, source FROM deals ORDER BY id"
    )
    assert deals[0] == ("Chaudière", 120050, "2026-12-31", "open", 1, "salon")
    assert deals[1][3] == "won"
    assert json.loads(str(one(crm, "SELECT custom FROM deals WHERE title = 'Fenêtres'")[0])) == {
        "etape": "Qualifié"
    }
    assert {problem.value for problem in report.problems} == {"Qualifié", "Portes", "beaucoup"}
    assert counts(take(crm, text)) == (0, 0, 3, 2)


def test_a_list_of_people_with_a_deal_beside_them_brings_both(crm: Crm) -> None:
    text = (
        "Nom;Prénom;E-mail;Affaire;Montant;Étape\n"
        "Dupont;Léa;lea@acme.fr;Chaudière;8 400,00 €;Rendez-vous 1\n"
        "Martin;Jean;jean@autre.fr;;;\n"
        "Petit;Zoé;zoe@tiers.fr;Toiture;à voir;\n"
    )
    report = take(crm, text)
    assert (counts(report), report.noun, report.mapping["Montant"]) == (
        (3, 0, 0, 0),
        "contacts",
        "deal.amount",
    )
    deals = crm.rows("SELECT title, amount_cents, contact_id, custom FROM deals ORDER BY id")
    assert deals == [("Chaudière", 840000, 1, "{}"), ("Toiture", None, 3, '{"montant":"à voir"}')]
    assert counts(take(crm, text)) == (0, 0, 3, 0)


def test_imported_open_deals_are_seen_by_the_day(crm: Crm) -> None:
    take(crm, "Affaire;Montant;Étape;Contact\nChaudière;100;Prospect;Léa Dupont\n")
    assert crm.rows("SELECT deal_id FROM loose_deals") == [(1,)]
    assert crm.rows("SELECT count(*) FROM stage_changes") == [(1,)]


def test_a_list_of_tasks(crm: Crm) -> None:
    text = (
        "Tâche;Type;Échéance;Heure;Contact;Fait\n"
        "Rappeler;appel;24/11/2026;14h30;Léa Dupont;\n"
        "Devis;;bientôt;;Léa Dupont;\n"
    )
    report = take(crm, text)
    assert (counts(report), report.noun) == ((1, 0, 0, 1), "tasks")
    assert one(crm, "SELECT text, due_on, due_time, done_at FROM tasks") == (
        "Rappeler",
        "2026-11-24",
        "14:30",
        None,
    )
    assert counts(take(crm, text)) == (0, 0, 1, 1)


def test_an_address_that_is_none_is_kept_aside_and_told(crm: Crm) -> None:
    report = take(crm, "Nom;Prénom;E-mail\nDupont;Léa;lea@\nPetit;Zoé;n/a\n")
    assert counts(report) == (2, 0, 0, 0)
    assert [(problem.line, problem.column, problem.value) for problem in report.problems] == [
        (2, "E-mail", "lea@")
    ]
    assert contact_queries.sheet(crm, 1).custom == {"e_mail": "lea@"}


def test_a_siret_that_a_spreadsheet_rounded_refuses_its_row(crm: Crm) -> None:
    report = take(crm, "Raison sociale;SIRET\nAcme;3,62522E+13\nAutre;73282932000074\n")
    assert counts(report) == (1, 0, 0, 1)
    assert [(problem.line, problem.column, problem.value) for problem in report.problems] == [
        (2, "SIRET", "3,62522E+13")
    ]
    assert crm.rows("SELECT name FROM companies") == [("Autre",)]


def test_refused_rows_are_written_as_they_were_and_come_back_once_corrected(crm: Crm, tmp_path: Path) -> None:
    path = tmp_path / "refus.csv"
    report = take(crm, "Raison sociale;SIRET;Note\nAcme;123;à voir\nAutre;;\n", rejects=str(path))
    assert counts(report) == (1, 0, 0, 1)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:3] == ["Raison sociale", "SIRET", "Note"]
    assert rows[1][:4] == ["Acme", "123", "à voir", "2"]
    assert path.stat().st_mode & 0o777 == 0o600
    again = take(crm, path.read_text("utf-8-sig").replace("123", "73282932000074"))
    assert counts(again) == (1, 0, 0, 0)
    assert one(crm, "SELECT custom FROM companies WHERE name = 'Acme'") == ("{}",)


def test_a_row_longer_than_the_headers_is_refused(crm: Crm) -> None:
    report = take(crm, "Nom;Prénom;Ville\nDupont;Léa;Paris\nPetit;Zoé;Lyon;Rhône\nDurand;Luc;Metz\n")
    assert (counts(report), report.problems[0].line) == ((2, 0, 0, 1), 3)


def test_rows_swallowed_by_an_open_quote_are_counted_as_refused(crm: Crm) -> None:
    report = take(crm, 'Nom;Prénom\nDupont;Léa\nPetit;"Zoé\nDurand;Luc\n')
    assert (counts(report), report.problems[0].line) == ((1, 0, 0, 1), 3)


def test_an_owner_is_recognised_by_key_name_or_address_and_kept_aside_otherwise(crm: Crm) -> None:
    with crm.act("user.added", name="Zoé") as act:
        act.insert("users", key="zoe", name="Zoé Petit", email="zoe@firme.fr", created_at=crm.now_text)
    take(crm, "Nom;Prénom;Commercial\nDupont;Léa;Zoe PETIT\nMartin;Jean;Paul\n")
    assert crm.rows("SELECT owner_id FROM contacts ORDER BY id") == [(1,), (None,)]
    assert contact_queries.sheet(crm, 2).custom == {"commercial": "Paul"}


def test_a_wish_not_to_be_written_to_is_kept(crm: Crm) -> None:
    take(crm, "email;action\na@b.fr;subscribe\nc@d.fr;unsubscribe\n")
    assert contact_queries.sheet(crm, 2).custom == {"action": "unsubscribe"}


def test_what_was_said_of_a_list_without_headers_is_not_believed_of_another(crm: Crm) -> None:
    take(crm, "Zoé;Lefèvre;zoe@x.example\nLéa;Costa;lea@x.example\n", asked=("Colonne 1=last_name",))
    take(crm, "Hugo;Martin;hugo@x.example\nAna;Petit;ana@x.example\n")
    assert one(crm, "SELECT count(*) FROM contacts WHERE last_name IN ('Hugo', 'Ana')") == (0,)
    assert one(crm, "SELECT count(*) FROM contacts WHERE last_name IN ('Zoé', 'Léa')") == (2,)


def test_what_the_person_said_of_the_columns_is_remembered_and_taken_back_with_the_import(
    config: Config,
) -> None:
    with open_crm(config) as crm:
        first = take(crm, "Nom;Truc\nDupont;Gérant\n", asked=("Truc=job_title",))
    with open_crm(config) as crm:
        take(crm, "Nom;Truc\nPetit;Chef\n")
        assert one(crm, "SELECT job_title FROM contacts WHERE last_name = 'Petit'") == ("Chef",)
    with open_crm(config) as crm:
        history.undo(crm, first.batch)
        assert crm.rows("SELECT key FROM settings WHERE key LIKE 'import.%'") == []


def test_identifiers_are_kept_with_the_program_that_gave_them(crm: Crm) -> None:
    take(
        crm,
        "Record ID;First Name;Last Name;Email;Contact owner;Lifecycle Stage\n42;Léa;Dupont;lea@b.fr;;lead\n",
    )
    assert one(crm, "SELECT external_id FROM contacts") == ("hubspot:42",)


def test_dates_of_creation_are_kept(crm: Crm) -> None:
    take(crm, "Nom;Date de création\nDupont;03/02/2024\nPetit;2024-08-13T18:04:34.666+00:00\n")
    assert crm.rows("SELECT created_at FROM contacts ORDER BY id") == [
        ("2024-02-03T12:00:00Z",),
        ("2024-08-13T18:04:34Z",),
    ]


def test_american_dates_are_seen_by_the_one_that_cannot_be_french(crm: Crm) -> None:
    take(crm, "Nom;Date de création\nDupont;02/03/2024\nPetit;02/23/2024\n")
    assert one(crm, "SELECT created_at FROM contacts WHERE last_name = 'Dupont'") == ("2024-02-03T12:00:00Z",)


def test_nothing_is_written_when_the_wish_cannot_be_understood(crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        take(crm, LIST, asked=("Nomm=name",))
    assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]


def test_the_journal_names_each_row_that_an_import_brought_once_and_shows_those_it_has_an_image_of(
    crm: Crm,
) -> None:
    before = {
        table: {row["id"] for row in crm.connection.dicts(f"SELECT id FROM {table}")}
        for table in schema.TABLES
    }
    take(crm, LIST)
    named: dict[str, list[int]] = {table: [] for table in schema.TABLES}
    images: list[tuple[str, int, dict[str, object]]] = []
    for table, first, last in crm.rows("SELECT table_name, first_id, last_id FROM spans"):
        named[table] += range(first, last + 1)
    for changes, details in crm.rows("SELECT changes, details FROM events"):
        assert (dumps(json.loads(changes)), dumps(json.loads(details))) == (changes, details)
        images += [
            (table, row_id, fields) for sign, table, row_id, fields in json.loads(changes) if sign == "+"
        ]
    for table, row_id, fields in images:
        named[table].append(row_id)
        row = crm.connection.dicts(f"SELECT * FROM {table} WHERE id = :id", {"id": row_id})[0]
        assert {**blank_row(crm.connection, table), **fields} == row
    for table, ids in named.items():
        rows = {row["id"] for row in crm.connection.dicts(f"SELECT id FROM {table}")}
        assert sorted(ids) == sorted(rows - before[table]), table
    assert len(named["contacts"]) == 3
    assert {table for table, _id, _fields in images} >= {"custom_fields"}


def test_the_base_is_in_order_after_an_import(config: Config) -> None:
    with open_crm(config) as crm:
        take(crm, LIST)
        take(crm, "Affaire;Montant;Étape;Contact;Société\nChaudière;100;Prospect;Léa Dupont;Acme\n")
        take(crm, "Tâche;Échéance;Contact\nRappeler;24/11/2026;Léa Dupont\n")
    with read_crm(config) as crm:
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_a_verb_goes_on_after_the_ids_of_an_import(config: Config) -> None:
    with open_crm(config) as crm:
        take(crm, LIST)
    with open_crm(config) as crm:
        assert contacts.add(crm, {"last_name": "Suivant"}) == 4


@pytest.mark.corpora
@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("path", corpora("crm-exports/**/*.csv"), ids=name_of)
def test_exports_of_other_programs_are_taken_once(config: Config, path: Path) -> None:
    with open_crm(config) as crm:
        first = run(crm, str(path))
    with open_crm(config) as crm:
        second = run(crm, str(path))
        after = crm.rows("SELECT count(*) FROM contacts")[0][0]
    assert first.read == first.created + first.updated + first.unchanged + first.rejected
    assert (second.created, second.updated) == (0, 0)
    assert first.created == after
    with open_crm(config) as crm:
        if first.batch:
            history.undo(crm, first.batch)
        assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]


def test_a_refused_row_leaves_nobody_behind(crm: Crm) -> None:
    report = take(crm, "titre;contact;échéance\nX;zz@example.fr;32/13/2027\n", noun="tasks")
    assert (report.rejected, report.batch) == (1, None)
    report = take(crm, "Affaire;Nom;Montant\nX;Dupont;beaucoup\n", noun="deals")
    assert (report.rejected, report.batch) == (1, None)
    assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]


@pytest.mark.parametrize("wish", [{"keys": ("zork",)}, {"overwrite": ("zork",)}])
def test_a_key_or_a_field_to_overwrite_that_does_not_exist_is_refused(crm: Crm, wish: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        take(crm, LIST, **wish)


def test_fields_to_overwrite_are_named_as_in_the_file_with_commas_between(crm: Crm) -> None:
    take(crm, "Nom;E-mail;Ville;Fonction\nDupont;d@example.fr;Rennes;Gérant\n")
    take(
        crm, "Nom;E-mail;Ville;Fonction\nDupont;d@example.fr;Brest;Retraité\n", overwrite=("Ville,Fonction",)
    )
    assert crm.rows("SELECT city, job_title FROM contacts") == [("Brest", "Retraité")]


def test_values_that_differ_from_what_is_known_are_kept_and_told(crm: Crm) -> None:
    take(crm, "Nom;E-mail;Ville\nDupont;d@example.fr;Rennes\n")
    assert take(crm, "Nom;E-mail;Ville\nDupont;d@example.fr;Rennes\n").notes == ()
    report = take(crm, "Nom;E-mail;Ville\nDupont;d@example.fr;Brest\n")
    assert "city" in report.notes[-1].message
    assert crm.rows("SELECT city FROM contacts") == [("Rennes",)]


def test_an_identifier_that_a_known_contact_takes_is_given_to_nobody_else_of_the_list(crm: Crm) -> None:
    take(crm, "Nom;E-mail\nDupont;lea@acme.fr\n")
    report = take(crm, "Identifiant;Nom;E-mail\n7;Dupont;lea@acme.fr\n7;Dupont;lea@autre.fr\n")
    assert (report.created, report.updated) == (0, 2)
    assert crm.rows("SELECT external_id FROM contacts") == [("7",)]


def test_ids_that_an_import_gave_and_an_undo_took_back_are_not_given_again_by_an_own_list(crm: Crm) -> None:
    own = "id,last_name,email\nc1,Dupont,lea@acme.fr\n"
    take(crm, "Nom;E-mail\nMartin;m@acme.fr\n")
    assert crm.journal is not None
    batch = crm.journal.batch_id
    crm.connection.write("DELETE FROM contact_emails")  # as an undo does, within one gesture
    crm.connection.write("DELETE FROM contacts")
    take(crm, own)
    assert crm.rows("SELECT id FROM contacts") == [(2,)]
    assert batch


def test_a_file_of_more_columns_than_any_list_has_is_refused(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text(
        ";".join(f"colonne {n}" for n in range(1_001)) + "\n" + ";".join("x" * 1_001) + "\n", "utf-8"
    )
    with open_crm(config) as crm, pytest.raises(UsageProblem, match="1001") as refusal:
        run(crm, str(path))
    assert refusal.value.advice
