"""Columns are recognised by their names, then by their values; none is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.connectors.csv_files import open_csv
from petitcrm.errors import UsageProblem
from petitcrm.imports.recognition import Mapping, fingerprint, recognise
from tests.support.corpora import corpora, name_of


def understood(headers: str, *rows: str, **options: object) -> Mapping:
    return recognise(headers.split(";"), [row.split(";") for row in rows], **options)  # type: ignore[arg-type]


def fields(mapping: Mapping) -> list[str]:
    return [f"{column.field}:{column.label}" if column.label else column.field for column in mapping.columns]


def test_a_french_list_of_contacts() -> None:
    mapping = understood(
        "Civilité;NOM;Prénom;Société;Fonction;E-mail;E-mail 2;Tél. fixe;Portable;Adresse;Complément d'adresse;CP;Ville;"
        "N° SIRET;Commentaires;Couleur préférée"
    )
    assert mapping.noun == "contacts"
    assert fields(mapping) == [
        "civility", "last_name", "first_name", "company", "job_title", "email", "email", "phone", "phone:mobile",
        "street", "street_more", "postcode", "city", "company.siret", "note", "custom",
    ]  # fmt: skip


def test_a_french_list_of_companies_with_the_person_to_reach() -> None:
    mapping = understood(
        "Raison sociale;SIRET;Code APE;Effectif;CA;N° TVA intracommunautaire;Code postal;Ville;Téléphone;Email;"
        "Site internet;Nom du contact;Prénom du contact"
    )
    assert mapping.noun == "companies"
    assert fields(mapping) == [
        "name", "siret", "naf", "headcount", "revenue", "vat_number", "postcode", "city", "phone", "email", "website",
        "contact", "contact.first_name",
    ]  # fmt: skip


def test_a_french_list_of_deals() -> None:
    mapping = understood("Affaire;Montant HT;Étape;Date de clôture prévue;Contact;Société;E-mail;Commercial")
    assert mapping.noun == "deals"
    assert fields(mapping) == [
        "title", "amount", "stage", "expected_on", "contact", "company", "contact.email", "owner",
    ]  # fmt: skip


def test_a_list_of_tasks() -> None:
    mapping = understood("Tâche;Échéance;Heure;Contact;Fait;Priorité")
    assert (mapping.noun, fields(mapping)) == (
        "tasks", ["text", "due_on", "due_time", "contact", "done_at", "priority"],
    )  # fmt: skip


@pytest.mark.parametrize("headers", ["Nom;Mobile", "Nom;Portable", "Nom;Bureau", "Nom;Tel", "Nom;Adresse",
                                     "Prénom;Nom", "Nom;Domicile", "Name;Mobile", "Nom;Fax",
                                     "Nom;Mail pro"])  # fmt: skip
def test_a_list_of_two_columns_is_one_of_people(headers: str) -> None:
    assert understood(headers, "Dupont;06 12 34 56 78").noun == "contacts"


def test_a_name_beside_the_title_of_a_deal_is_whose_it_is() -> None:
    mapping = understood("Nom;E-mail;Affaire;Montant;Étape", "Petit;p@x.example;Four;900;Devis")
    assert (mapping.noun, fields(mapping)) == (
        "deals",
        ["contact", "contact.email", "title", "amount", "stage"],
    )
    assert fields(understood("Nom;Montant;Étape", "Four;900;Devis"))[0] == "title"


def test_a_title_alone_beside_people_is_no_deal() -> None:
    assert fields(understood("Nom;Prénom;Dossier"))[2] == "custom"
    assert fields(understood("Nom;Prénom;Dossier;Montant"))[2:] == ["deal", "deal.amount"]
    assert fields(understood("Nom;Prénom;Montant"))[2] == "custom"


def test_in_a_list_of_deals_nom_beside_prenom_is_the_person() -> None:
    mapping = understood("Nom;Prénom;Affaire;Étape;Pipeline", wanted="deals")
    assert fields(mapping)[:3] == ["contact.last_name", "contact.first_name", "title"]


@pytest.mark.parametrize(
    ("vendor", "noun", "headers"),
    [
        ("hubspot", "contacts", "Record ID;First Name;Last Name;Email;Contact owner;Lifecycle Stage"),
        ("hubspot", "companies", "Record ID;Company name;Company owner;Create Date;Phone Number;Industry"),
        ("hubspot", "deals", "Record ID;Deal Name;Deal Stage;Pipeline;Close Date;Amount;Deal owner"),
        ("hubspot", "contacts", "ID de fiche d'informations;Prénom;Nom;E-mail;Propriétaire du contact"),
        (
            "pipedrive",
            "contacts",
            "Person - Name;Person - Organization;Person - Email - Work;Person - Phone - Mobile",
        ),
        ("pipedrive", "deals", "Deal - Title;Deal - Value;Deal - Stage;Deal - Contact person"),
        ("salesforce", "contacts", "ID;LASTNAME;FIRSTNAME;MAILINGSTREET;EMAIL;ACCOUNTID;OWNERID;ISDELETED"),
        ("salesforce", "deals", "ID;ISDELETED;ACCOUNTID;NAME;STAGENAME;AMOUNT;CLOSEDATE;OWNERID"),
        ("salesforce", "companies", "ID;ISDELETED;MASTERRECORDID;NAME;BILLINGSTREET;ANNUALREVENUE;WEBSITE"),
        (
            "google",
            "contacts",
            "Name;Given Name;Family Name;Group Membership;E-mail 1 - Value;Phone 1 - Value",
        ),
        ("google", "contacts", "First Name;Last Name;Labels;E-mail 1 - Label;E-mail 1 - Value"),
        ("outlook", "contacts", "First Name;Last Name;Business Street;Business Phone;E-mail Address"),
        ("outlook", "contacts", "Prénom;Nom;Société;Rue (bureau);Tél. mobile;Adresse de messagerie"),
        ("thunderbird", "contacts", "First Name;Last Name;Display Name;Primary Email;Secondary Email"),
        ("linkedin", "contacts", "First Name;Last Name;URL;Email Address;Company;Position;Connected On"),
        (
            "mailchimp",
            "contacts",
            "Email Address;First Name;MEMBER_RATING;OPTIN_TIME;OPTIN_IP;LEID;EUID;TAGS",
        ),
        ("brevo", "contacts", "CONTACT ID;EMAIL;PRENOM;NOM;SMS;DOUBLE_OPT-IN;ADDED_TIME;MODIFIED_TIME"),
        ("", "contacts", "id;email;firstName;lastName;phone"),
    ],
)
def test_programs_are_known_by_their_headers(vendor: str, noun: str, headers: str) -> None:
    mapping = understood(headers)
    assert (mapping.vendor, mapping.noun) == (vendor, noun)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Téléphone (bureau)", "phone:work"),
        ("Business Phone 2", "phone:work"),
        ("N° de téléphone", "phone"),
        ("Home Phone", "phone:home"),
        ("MOBILEPHONE", "phone:mobile"),
        ("Person - Email - Home", "email:home"),
        ("E-mail 3 Address", "email"),
        ("Adresse e-mail", "email"),
        ("courriel", "email"),
        ("E-mail Display Name", "custom"),
        ("Télécopie (bureau)", "custom"),
        ("E-mail 1 - Type", "label:email"),
        ("Email du commercial", "custom"),
        ("Contact owner", "owner"),
        ("Unsubscribed from all email", "opt_out:email"),
        ("HASOPTEDOUTOFEMAIL", "opt_out:email"),
        ("Do not call", "opt_out:phone"),
        ("Désinscrit", "opt_out"),
        ("Accepte la newsletter", "opt_in:email"),
        ("OPTIN_IP", "custom"),
        ("UNSUB_REASON", "custom"),
        ("Anniversaire", "custom"),
        ("Associated Company IDs", "company.external_id"),
        ("hs_object_id", "external_id"),
        ("Site web", "company.website"),
        ("Oracle_Id__c", "custom"),
    ],
)
def test_a_column_of_contacts(header: str, field: str) -> None:
    assert fields(recognise(["Prénom", "Nom de famille", header], [], wanted="contacts"))[2] == field


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_list_without_headers_is_understood_alike_in_every_language(language: str) -> None:
    i18n.use(language)
    source = open_csv(b"7f1c;lea@exemple.fr;L\xc3\xa9a;Petit\n8a2d;jean@exemple.fr;Jean;Durand\n")
    mapping = recognise(source.headers, [record.values for record in source.sample])
    assert (mapping.noun, fields(mapping)) == ("contacts", ["custom", "email", "custom", "custom"])


def test_the_column_of_a_board_is_a_stage() -> None:
    assert fields(understood("Affaire;Colonne;Montant"))[1] == "stage"


def test_nom_is_the_family_name_beside_a_first_name_and_the_whole_name_alone() -> None:
    assert fields(understood("Nom;Prénom"))[0] == "last_name"
    assert fields(understood("Nom;E-mail"))[0] == "name"


def test_a_title_is_a_civility_when_its_cells_are() -> None:
    assert fields(understood("Titre;Nom;Prénom", "M.;Dupont;Jean", "Mme;Durand;Léa"))[0] == "civility"
    assert fields(understood("Titre;Nom;Prénom", "Gérant;Dupont;Jean", "Cheffe;Durand;Léa"))[0] == "job_title"


def test_columns_without_telling_names_are_recognised_by_their_values() -> None:
    mapping = understood(
        "A;B;C;D;E",
        "lea@exemple.fr;06 12 34 56 78;https://www.linkedin.com/in/lea;73282932000074;rouge",
        "jean@exemple.fr;+33 6 12 34 56 79;https://www.linkedin.com/in/jean;35600000049837;bleu",
    )
    assert fields(mapping) == ["email", "phone", "linkedin_url", "company.siret", "custom"]
    assert {column.reason for column in mapping.columns} == {"values", "unknown"}


SIRENS = ("732 829 320", "356000000", "552100554", "542051180", "775670417", "383474814", "130025265", "784671695",
          "443061841", "444608442")  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (SIRENS, "company.siren"),
        ((*SIRENS, "732829321"), "company.siren"),  # one mistyped
        (SIRENS[:2], "custom"),
        (SIRENS[:1] * 50, "custom"),  # a number of the firm that wrote the list
        ((*SIRENS[:8], "732829321", "356000001", "552100555"), "custom"),  # three in eleven are not
        ([str(number) for number in range(404_833_048, 404_833_248)], "custom"),
    ],
)
def test_nine_figures_are_a_siren_when_nearly_all_have_its_check_figure(
    cells: Sequence[str], field: str
) -> None:
    rows = [f"Petit;{cell}" for cell in cells]
    assert fields(understood("Nom de famille;Référence", *rows, wanted="contacts"))[1] == field


def test_one_number_of_fourteen_figures_is_not_yet_a_siret() -> None:
    rows = ["Petit;73282932000074"] * 9
    assert fields(understood("Nom de famille;Référence", *rows)) == ["last_name", "custom"]
    assert fields(understood("Nom de famille;N° SIRET", *rows, wanted="contacts"))[1] == "company.siret"


def test_values_that_deny_the_name_of_their_column_win() -> None:
    mapping = understood("Nom;E-mail", "Dupont;oui", "Durand;non", "Petit;oui")
    assert mapping.columns[1][2:] == ("custom", "", 0, 0.0, "values")


def test_a_column_that_says_subscribed_or_not_is_a_wish() -> None:
    mapping = understood("email;action", "a@b.fr;subscribe", "c@d.fr;unsubscribe")
    assert fields(mapping) == ["email", "opt_in"]


def test_the_address_that_is_most_filled_in_is_kept_the_other_is_custom() -> None:
    mapping = understood(
        "Prénom;Nom;Rue (bureau);Ville (bureau);Rue (domicile);Ville (domicile)",
        "Léa;D;;;1 rue A;Lyon",
        "Jean;D;;;2 rue B;Paris",
    )
    assert fields(mapping)[2:] == ["custom", "custom", "street:home", "city:home"]


def test_what_the_person_asks_wins() -> None:
    mapping = understood(
        "Nom;Tel;Truc;Machin", asked=["truc=phone:mobile", "Tel=custom", "nom=société", "Machin=siret"]
    )
    assert fields(mapping) == ["company", "custom", "phone:mobile", "company.siret"]
    assert {column.reason for column in mapping.columns} == {"asked"}


def test_what_was_asked_the_last_time_is_remembered_and_gone_columns_are_forgotten() -> None:
    mapping = understood("Nom;Truc", saved={"Truc": "job_title", "Disparue": "phone"})
    assert (fields(mapping), mapping.columns[1].reason) == (["name", "job_title"], "saved")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("Tél=fone", "phone"), ("Tell=phone", "Tél"), ("Tél", "--map"), ("=phone", "--map")],
)
def test_a_wrong_wish_is_refused_with_the_nearest_names(asked: str, nearest: str) -> None:
    with pytest.raises(UsageProblem) as refusal:
        understood("Nom;Tél", asked=[asked])
    assert nearest in refusal.value.advice


def test_an_unknown_noun_is_refused() -> None:
    with pytest.raises(UsageProblem):
        understood("Nom", wanted="clients")


def test_two_exports_of_one_program_have_one_fingerprint() -> None:
    assert (
        fingerprint(["Prénom", "E-mail"])
        == fingerprint(["prenom", "Email"])
        != fingerprint(["Email", "Prénom"])
    )


EXPECTED_OF_PROGRAMS = {
    "sample1.csv": ("google", "contacts", 129),
    "sample2.csv": ("google", "contacts", 129),
    "contacts.csv": ("atomic-crm", "contacts", 24),
    "contacts_export.csv": ("atomic-crm", "contacts", 18),
    "users.csv": ("", "contacts", 5),
}


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("crm-exports/**/*.csv"), ids=name_of)
def test_every_column_of_an_export_is_kept(path: Path) -> None:
    source = open_csv(str(path))
    mapping = recognise(source.headers, [record.values for record in source.sample])
    assert [column.header for column in mapping.columns] == list(source.headers)
    vendor, noun, width = EXPECTED_OF_PROGRAMS.get(path.name, ("", "contacts", len(source.headers)))
    assert (mapping.vendor, mapping.noun, len(mapping.columns)) == (vendor, noun, width)


HEADERLESS = (
    "Mme;Léa Petit;lea@acme.example;06 12 34 56 78;49000;732 829 320 00074;https://acme.example;12/03/2026;1 200,50 €\n"
    "M.;Jean Durand;jean@tiers.example;+33 6 12 34 56 79;44000;35600000049837;www.tiers.example;13/03/2026;300,00 €\n"
    "Mme;Zoé Roux;zoe@autre.example;0199001234;75011;55210055400013;https://autre.example/fr;01/04/2026;12,00 €\n"
)


def test_a_list_without_any_header_is_recognised_by_its_values() -> None:
    source = open_csv(HEADERLESS.encode())
    mapping = recognise(source.headers, [record.values for record in source.sample])
    assert mapping.noun == "contacts"
    assert fields(mapping) == [
        "civility", "custom", "email", "phone", "postcode", "company.siret", "company.website", "custom", "custom",
    ]  # fmt: skip
    assert {column.reason for column in mapping.columns} == {"values", "unknown"}
    assert all(0 < column.confidence < 1 for column in mapping.columns if column.reason == "values")


def test_headers_that_mislead_give_way_to_the_values() -> None:
    mapping = understood(
        "Téléphone;E-mail;SIRET;Nom",
        "lea@acme.example;06 12 34 56 78;bleu;Petit",
        "jean@tiers.example;06 12 34 56 79;rouge;Durand",
        "zoe@autre.example;06 12 34 56 80;vert;Roux",
    )
    assert fields(mapping)[:3] == ["email", "phone", "custom"]
    assert [column.reason for column in mapping.columns[:3]] == ["values"] * 3


def test_figures_of_a_named_column_are_no_postcode_and_no_civility() -> None:
    mapping = understood(
        "Nom;Prénom;Commande;Code;Lien",
        "Petit;Léa;49000;M;www.acme.example",
        "Durand;Jean;44000;Mme;www.tiers.example",
        "Roux;Zoé;75011;M;www.autre.example",
    )
    assert fields(mapping)[2:] == ["custom", "custom", "custom"]
