"""What an import keeps otherwise than the file has it is told, and nothing that was said is lost."""

from __future__ import annotations

from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import Crm
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run_source
from petitcrm.imports.postcodes import with_zeros
from petitcrm.imports.report import Report
from petitcrm.store.queries import contacts as queries


def take(crm: Crm, text: str, **wish: object) -> Report:
    source = with_zeros(open_csv(text.encode(), name="clients.csv"))
    return run_source(crm, source, Wish(**wish))  # type: ignore[arg-type]


def told(report: Report) -> dict[tuple[str, str], tuple[int, str, str]]:
    return {
        (one.kind, one.column): (one.cells, one.examples[0].raw, one.examples[0].value)
        for one in report.normalised
    }


def test_what_is_written_otherwise_in_a_list_of_people_is_told_by_column(crm: Crm) -> None:
    text = (
        "Civilité;Nom complet;E-mail;Tél;Portable;CP;Ville;Créé le\n"
        "monsieur;DUPONT Jean;Jean@Acme.example;01 99 00 12 34;+33612345678;1400;Châtillon-sur-Chalaronne;02/01/2026\n"
        "Mme;Durand;lea@acme.example;0199001235;;49000;Angers;\n"
        ";Petit, Zoé;mailto:zoe@acme.example;n/a;;75011;Paris;2026-01-03\n"
    )
    report = take(crm, text)
    assert told(report) == {
        ("civility", "Civilité"): (1, "monsieur", "M."),
        ("name", "Nom complet"): (2, "DUPONT Jean", "Jean | DUPONT"),
        ("email", "E-mail"): (2, "Jean@Acme.example", "jean@acme.example"),
        ("phone", "Tél"): (2, "01 99 00 12 34", "+33199001234"),
        ("commune", "CP"): (3, "01400 Châtillon-sur-Chalaronne", "01093"),
        ("postcode", "CP"): (1, "1400", "01400"),
        ("date", "Créé le"): (2, "02/01/2026", "2026-01-02T12:00:00Z"),
    }
    assert {one.line for change in report.normalised for one in change.examples} == {2, 3, 4}
    jean = queries.sheet(crm, 1)
    assert (jean.emails[0].raw, jean.phones[0].raw) == ("Jean@Acme.example", "01 99 00 12 34")


def test_what_is_written_otherwise_in_a_list_of_companies_is_told(crm: Crm) -> None:
    text = (
        "Raison sociale;SIRET;TVA;Code APE;CA;Téléphone\n"
        "sarl DUPONT;732 829 320 00074;fr 44 732 829 320;4322b;1 200 000,50 €;01 99 00 12 34\n"
    )
    assert told(take(crm, text)) == {
        ("siret", "SIRET"): (1, "732 829 320 00074", "73282932000074"),
        ("vat_number", "TVA"): (1, "fr 44 732 829 320", "FR44732829320"),
        ("naf", "Code APE"): (1, "4322b", "43.22B"),
        ("amount", "CA"): (1, "1 200 000,50 €", "1200000.50"),
        ("phone", "Téléphone"): (1, "01 99 00 12 34", "+33199001234"),
    }
    assert crm.rows("SELECT name FROM companies") == [("sarl DUPONT",)]


def test_an_amount_keeps_its_currency_and_its_taxes(crm: Crm) -> None:
    report = take(
        crm,
        "Affaire;Montant;Étape;Contact;Date de clôture prévue\nA;$1,200;Prospect;Léa Roy;31/12/2026\n"
        "B;1 200 € TTC;Prospect;Léa Roy;\nC;300;Prospect;Léa Roy;\n",
    )
    assert crm.rows("SELECT amount_cents, currency, custom FROM deals ORDER BY id") == [
        (120000, "USD", "{}"),
        (120000, "EUR", '{"montant":"1 200 € TTC"}'),
        (30000, "EUR", "{}"),
    ]
    assert told(report)["amount", "Montant"] == (2, "$1,200", "1200")
    assert told(report)["date", "Date de clôture prévue"] == (1, "31/12/2026", "2026-12-31")


def test_a_few_examples_stand_for_many_cells(crm: Crm) -> None:
    rows = "\n".join(f"Petit;Zoé {at};01 99 00 {at:02} 34" for at in range(50))
    (change,) = [one for one in take(crm, f"Nom;Prénom;Tél\n{rows}\n").normalised if one.kind == "phone"]
    assert (change.cells, [one.line for one in change.examples]) == (50, [2, 3, 4])


def test_nothing_is_told_where_everything_is_kept_as_it_was(crm: Crm) -> None:
    assert take(crm, "Nom;Prénom;E-mail\nDupont;Léa;lea@acme.example\n").normalised == ()
