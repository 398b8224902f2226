"""The exports of other programs, with the headers that these programs write and people who do not exist.

Where each set of headers was read is said in `petitcrm.imports.vendors`.
"""

from __future__ import annotations

import pytest

from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import Crm
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run_source
from petitcrm.imports.recognition import recognise
from petitcrm.imports.report import Report
from petitcrm.imports.vendors import vendor_of

ZOHO_CONTACTS = (
    "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,Account Name,Email,"
    "Title,"
    "Phone,Mobile,Created By.id,Created By,Modified By.id,Created Time,Contact Name,Mailing Street,Mailing City,"
    "Mailing Zip,Description,Email Opt Out,Salutation,Secondary Email,Tag\n"
    "zcrm_1,zcrm_9,Zoé Petit,web,Léa,Dupont,zcrm_5,Acme,lea@acme.example,Gérante,01 99 00 12 34,06 12 34 56 78,zcrm_9,"
    "Zoé Petit,zcrm_9,2026-01-02 10:00:00,Léa Dupont,1 rue A,Angers,49000,à revoir,true,Mme,lea@autre.example,vip\n"
)
ZOHO_ACCOUNTS = (
    "Record Id,Account Owner.id,Account Owner,Account Name,Phone,Website,Employees,Annual Revenue,Created By.id,"
    "Modified By.id,Created Time,Billing Street,Billing City,Billing Code,Billing Country\n"
    "zcrm_5,zcrm_9,Zoé Petit,Acme,0199001234,acme.example,12,100000,zcrm_9,zcrm_9,2026-01-02 10:00:00,1 rue A,Angers,"
    "49000,France\n"
)
ZOHO_DEALS = (
    "Record Id,Deal Owner.id,Deal Owner,Amount,Deal Name,Closing Date,Account Name.id,Account Name,Stage,"
    "Contact Name.id,Contact Name,Lead Source,Created Time,Reason For Loss\n"
    "zcrm_7,zcrm_9,Zoé Petit,1200,Chaudière,2026-12-31,zcrm_5,Acme,Closed Lost,zcrm_1,Léa Dupont,salon,"
    "2026-01-02 10:00:00,trop cher\n"
)
ZOHO_TASKS = (
    "Record Id,Task Owner.id,Task Owner,Subject,Due Date,Contact Name.id,Contact Name,Status,Priority,Closed Time\n"
    "zcrm_8,zcrm_9,Zoé Petit,Rappeler,2026-12-01,zcrm_1,Léa Dupont,Not Started,High,\n"
    "zcrm_10,zcrm_9,Zoé Petit,Devis,2026-12-01,zcrm_1,Léa Dupont,Completed,High,2026-11-20 10:00:00\n"
)
PIPEDRIVE_ACTIVITIES = (
    "Activity - ID,Activity - Type,Activity - Subject,Activity - Due date,Activity - Done,Activity - Deal,"
    "Activity - Person,Activity - Organization,Activity - Note,Activity - Assigned to user\n"
    "3,Call,Rappeler,2026-12-01,To do,,Léa Dupont,Acme,apporter le plan,Zoé Petit\n"
)
PIPEDRIVE_ACTIVITES = (
    "Activité - ID,Activité - Type,Activité - Sujet,Activité - Date d'échéance,Activité - Personne,"
    "Activité - Organisation,Activité - Attribuée à\n"
    "3,Appel,Rappeler,2026-12-01,Léa Dupont,Acme,Zoé Petit\n"
)
PIPEDRIVE_AFFAIRES = (
    "Affaire - Titre,Affaire - Valeur,Affaire - Étape,Affaire - Pipeline,Affaire - Organisation,"
    "Affaire - Personne à contacter,Affaire - Date de clôture prévue,Personne - E-mail - Travail,"
    "Personne - Téléphone - Mobile\n"
    "Chaudière,1200,Prospect,Ventes,Acme,Léa Dupont,2026-12-31,lea@acme.example,06 12 34 56 78\n"
)
DOLIBARR_TIERS = (
    "Id;Nom;État;Client;Fournisseur;Date création;Code client;Adresse;Code postal;Ville;Département / Canton;Pays;"
    "Téléphone;Fax;Email;Identifiant professionnel 1;Identifiant professionnel 2;Identifiant professionnel 3;"
    "Numéro TVA;Note (privée);Note (publique);Type du tiers;Salariés;Type d'entité légale\n"
    "12;Acme;1;1;0;2024-01-02 10:00;CU2401-0001;1 rue A;49000;Angers;Maine-et-Loire;France;0199001234;;"
    "contact@acme.example;732829320;73282932000074;43.22B;FR44732829320;aime le thé;;PME/PMI;12;SARL\n"
)
DOLIBARR_TIERS_EN = (
    "Id;Name;Customer;Supplier;Customer code;Address;Zip Code;Town;Country;Phone;Email;Professional ID 1;"
    "Professional ID 2;Professional ID 3;Third party type;Staff;Juridical status\n"
    "12;Acme;1;0;CU2401-0001;1 rue A;49000;Angers;France;0199001234;contact@acme.example;732829320;73282932000074;"
    "43.22B;Medium company;12;SARL\n"
)
DOLIBARR_CONTACTS = (
    "Identifiant contact;Code civilité;Nom;Prénom;Poste/fonction;Date création;Adresse;Code postal;Ville;Pays;"
    "Téléphone;"
    "Fax;Mobile;Email;État;Identifiant société;Raison sociale;Code client;Client;Fournisseur;Type du tiers\n"
    "4;MME;DUPONT;Léa;Gérante;2024-01-02;1 rue A;49000;Angers;France;0199001234;;0612345678;lea@acme.example;1;12;Acme;"
    "CU2401-0001;1;0;PME/PMI\n"
)
DOLIBARR_OPPORTUNITES = (
    "Identifiant société;Raison sociale;Adresse;Code postal;Ville;Téléphone;Email;Identifiant professionnel 2;"
    "Id projet;"
    "Réf. projet;Libellé projet;Date création;Statut projet;Statut opportunité;Montant opportunité;Description\n"
    "12;Acme;1 rue A;49000;Angers;0199001234;contact@acme.example;73282932000074;31;PJ2601-0001;Chaudière;2026-01-02;1;"
    "PROPO;1200.00;à chiffrer\n"
)
SELLSY_PROSPECTS = (
    "id sellsy;Nom;Contacts;Propriétaire;N° SIREN;Email;Téléphone;Mobile;ADRESSE PARTIE 1;CODE POSTAL;VILLE;CODE PAYS;"
    "APE/NAF;Date de création\n"
    "77;Acme;Léa Dupont;Zoé Petit;732829320;contact@acme.example;01 99 00 12 34;06 12 34 56 78;1 rue A;49000;Angers;FR;"
    "4322B;02/01/2026, 10:00\n"
)
SELLSY_COMMENTAIRES = (
    "ID COMMENTAIRE SELLSY;ID COMMENTAIRE PARENT;ID CLIENT/PROSPECT/FOURNISSEUR;EMAIL CLIENT/PROSPECT/FOURNISSEUR;"
    "NOM CLIENT/PROSPECT/FOURNISSEUR;DATE;TEXTE\n"
    "901;0;77;contact@acme.example;Acme;03/01/2026;Aime le thé\n"
)
AXONAUT_CLIENTS = (
    "Id de la société;Société;Est un particulier;Rue;Code postal;Ville;Pays;Siret;TVA intracommunautaire;Code tiers;"
    "Commentaires;Catégories;Commercial responsable;turnover;turnoverThisYear;Statut Client;Id du contact;"
    "Prénom du contact;Nom du contact;Email du contact;Téléphone fixe;Téléphone portable\n"
    "15;Acme;Non;1 rue A;49000;Angers;France;73282932000074;FR44732829320;C15;aime le thé;vip;zoe@firme.example;"
    "1200,00;0,00;Oui;41;Léa;Dupont;lea@acme.example;01 99 00 12 34;06 12 34 56 78\n"
)
AXONAUT_CONTACTS = (
    "Id du contact;Civilité du contact;Prénom du contact;Nom du contact;Email du contact;Téléphone fixe;"
    "Téléphone portable;Poste/Job du contact;Id de la société;Société;Siret;Profil LinkedIn\n"
    "41;Mme;Léa;Dupont;lea@acme.example;01 99 00 12 34;06 12 34 56 78;Gérante;15;Acme;73282932000074;"
    "https://www.linkedin.com/in/lea\n"
)
NOCRM = (
    "Lead;Pipeline;Step;Status;Amount;Created_at;Closed_at;Estimated_closing_date;tags;Email\n"
    "Chaudière;Ventes;Prospect;standby;1200;2026-01-02 10:00:00;;2026-12-31;vip;lea@acme.example\n"
)
OUTLOOK_FR = (
    '"Titre","Prénom","Deuxième prénom","Nom","Suffixe","Société","Service","Titre","Rue (bureau)","Ville (bureau)",'
    '"Code postal (bureau)","Pays/Région (bureau)","Télécopie (bureau)","Téléphone (bureau)","Rappel","Tél. mobile",'
    '"Adresse de courrier","Type de courrier","Adresse de courrier 2","Catégories","Compte","Notes","Responsable",'
    '"Utilisateur 1"\n'
    '"Mme","Léa","","Dupont","","Acme","Ventes","Gérante","1 rue A","Angers","49000","France","","01 99 00 12 34","",'
    '"06 12 34 56 78","lea@acme.example","SMTP","lea@autre.example","vip","","à revoir","Paul Martin",""\n'
)
THUNDERBIRD_FR = (
    "Prénom,Nom de famille,Nom à afficher,Surnom,Première adresse électronique,Deuxième adresse électronique,"
    "Nom à l'écran,Tél. professionnel,Tél. personnel,Fax,Portable,Adresse privée,Ville,Code postal,Pays/État,"
    "Adresse professionnelle,Profession,Société,Notes\n"
    "Léa,Dupont,Léa Dupont,,lea@acme.example,lea@autre.example,,01 99 00 12 34,,,06 12 34 56 78,1 rue A,Angers,49000,"
    "France,,Gérante,Acme,à revoir\n"
)
MAILJET = (
    "ID,Email,Name,CreatedAt,DeliveredCount,ExclusionFromCampaignsUpdatedAt,IsExcludedFromCampaigns,IsOptInPending,"
    "IsSpamComplaining\n"
    "5,lea@acme.example,Léa Dupont,2026-01-02T10:00:00Z,3,,true,true,false\n"
)
SALESFORCE_TASKS = (
    "Subject,Due Date Only,Priority,Status,Assigned,Contact,Account Name,Comments\n"
    "Rappeler,01/12/2026,High,Not Started,Zoé Petit,Léa Dupont,Acme,apporter le plan\n"
)

CASES = [
    ("zoho", "contacts", ZOHO_CONTACTS, "Record Id=external_id|Contact Owner.id=custom|Contact Owner=owner|"
     "Account Name.id=company.external_id|Account Name=company|Contact Name=custom|Mailing Zip=postcode|"
     "Email Opt Out=opt_out|Salutation=civility|Secondary Email=email|Title=job_title"),
    ("zoho", "companies", ZOHO_ACCOUNTS, "Record Id=external_id|Account Owner=owner|Account Owner.id=custom|"
     "Account Name=name|Billing Code=postcode|Employees=headcount|Annual Revenue=revenue"),
    ("zoho", "deals", ZOHO_DEALS, "Deal Name=title|Deal Owner.id=custom|Deal Owner=owner|Closing Date=expected_on|"
     "Contact Name=contact|Contact Name.id=contact.external_id|Reason For Loss=lost_reason|Stage=stage"),
    ("zoho", "tasks", ZOHO_TASKS, "Subject=text|Due Date=due_on|Task Owner=owner|Task Owner.id=custom|"
     "Closed Time=done_at|Contact Name=contact"),
    ("pipedrive", "tasks", PIPEDRIVE_ACTIVITIES, "Activity - Subject=text|Activity - Due date=due_on|"
     "Activity - Done=done_at|Activity - Person=contact|Activity - Assigned to user=owner"),
    ("pipedrive", "tasks", PIPEDRIVE_ACTIVITES, "Activité - Sujet=text|Activité - Date d'échéance=due_on|"
     "Activité - Attribuée à=owner|Activité - Personne=contact"),
    ("pipedrive", "deals", PIPEDRIVE_AFFAIRES, "Affaire - Titre=title|Affaire - Personne à contacter=contact|"
     "Affaire - Date de clôture prévue=expected_on|Personne - E-mail - Travail=contact.email"),
    ("dolibarr", "companies", DOLIBARR_TIERS, "Id=external_id|Nom=name|Client=custom|Code client=custom|"
     "Identifiant professionnel 1=siren|Identifiant professionnel 2=siret|Identifiant professionnel 3=naf|"
     "Numéro TVA=vat_number|Note (privée)=note|Salariés=headcount|Date création=created_at"),
    ("dolibarr", "companies", DOLIBARR_TIERS_EN, "Id=external_id|Name=name|Customer=custom|Customer code=custom|"
     "Professional ID 1=siren|Professional ID 2=siret|Professional ID 3=naf|Staff=headcount"),
    ("dolibarr", "contacts", DOLIBARR_CONTACTS, "Identifiant contact=external_id|Code civilité=civility|Nom=last_name|"
     "Prénom=first_name|Poste/fonction=job_title|Identifiant société=company.external_id|Raison sociale=company|"
     "Code client=custom|Client=custom"),
    ("dolibarr", "deals", DOLIBARR_OPPORTUNITES, "Libellé projet=title|Id projet=external_id|"
     "Montant opportunité=amount|"
     "Statut opportunité=stage|Statut projet=custom|Raison sociale=company|Téléphone=company.phone"),
    ("sellsy", "companies", SELLSY_PROSPECTS, "id sellsy=external_id|Nom=name|Contacts=contact|Propriétaire=owner|"
     "N° SIREN=siren|ADRESSE PARTIE 1=street|CODE PAYS=country|APE/NAF=naf|Mobile=contact.phone"),
    ("sellsy", "companies", SELLSY_COMMENTAIRES, "ID CLIENT/PROSPECT/FOURNISSEUR=external_id|TEXTE=note|"
     "NOM CLIENT/PROSPECT/FOURNISSEUR=name"),
    ("axonaut", "companies", AXONAUT_CLIENTS, "Id de la société=external_id|Société=name|Commercial responsable=owner|"
     "turnover=custom|Id du contact=contact.external_id|Nom du contact=contact|Prénom du contact=contact.first_name|"
     "Email du contact=contact.email|Téléphone portable=contact.phone|Téléphone fixe=contact.phone"),
    ("axonaut", "contacts", AXONAUT_CONTACTS, "Id du contact=external_id|Id de la société=company.external_id|"
     "Nom du contact=last_name|Prénom du contact=first_name|Poste/Job du contact=job_title|Siret=company.siret"),
    ("nocrm", "deals", NOCRM, "Lead=title|Step=stage|Amount=amount|Estimated_closing_date=expected_on|"
     "Pipeline=pipeline|"
     "Created_at=created_at|tags=tags"),
    ("outlook", "contacts", OUTLOOK_FR, "Titre=civility|Titre (2)=job_title|Nom=last_name|Rue (bureau)=street|"
     "Adresse de courrier=email|Adresse de courrier 2=email|Compte=custom|Responsable=custom|Utilisateur 1=custom"),
    ("thunderbird", "contacts", THUNDERBIRD_FR, "Nom de famille=last_name|Première adresse électronique=email|"
     "Deuxième adresse électronique=email|Adresse privée=street|Ville=city|Pays/État=country|Profession=job_title"),
    ("mailjet", "contacts", MAILJET, "Email=email|Name=name|IsExcludedFromCampaigns=opt_out|IsOptInPending=custom|"
     "IsSpamComplaining=opt_out"),
    ("salesforce", "tasks", SALESFORCE_TASKS, "Subject=text|Due Date Only=due_on|Assigned=owner|Contact=contact"),
]  # fmt: skip
every_case = pytest.mark.parametrize(
    ("vendor", "noun", "text", "fields"), CASES, ids=[f"{case[0]}-{case[1]}-{at}" for at, case in enumerate(CASES)]
)  # fmt: skip


def take(crm: Crm, text: str) -> Report:
    return run_source(crm, open_csv(text.encode(), name="export.csv"), Wish())


@every_case
def test_the_export_of_a_program_is_recognised_with_its_columns(
    vendor: str, noun: str, text: str, fields: str
) -> None:
    source = open_csv(text.encode(), name="export.csv")
    mapping = recognise(source.headers, [record.values for record in source.sample])
    assert (mapping.vendor, mapping.noun) == (vendor, noun)
    found = {column.header: column.field for column in mapping.columns}
    expected = dict(part.rsplit("=", 1) for part in fields.split("|"))
    assert {header: found[header] for header in expected} == expected


@every_case
def test_the_export_of_a_program_is_taken_whole_and_once(
    crm: Crm, vendor: str, noun: str, text: str, fields: str
) -> None:
    report = take(crm, text)
    assert (report.created, report.rejected, report.problems) == (report.read, 0, report.problems), report
    again = take(crm, text)
    assert (again.created, again.updated, again.unchanged) == (0, 0, report.read)


def test_people_and_companies_of_two_exports_of_one_program_find_each_other(crm: Crm) -> None:
    take(crm, ZOHO_ACCOUNTS)
    take(crm, ZOHO_CONTACTS.replace(",Acme,", ",Acme et fils,"))
    take(crm, ZOHO_DEALS)
    assert crm.rows("SELECT name, external_id FROM companies") == [("Acme", "zoho:zcrm_5")]
    assert crm.rows("SELECT count(*) FROM contacts") == [(1,)]
    assert crm.rows("SELECT title, contact_id, company_id, status FROM deals") == [
        ("Chaudière", 1, 1, "lost")
    ]


def test_a_client_of_axonaut_is_a_company_with_its_person(crm: Crm) -> None:
    take(crm, AXONAUT_CLIENTS)
    assert crm.rows("SELECT name, siret, street, postcode, revenue_cents FROM companies") == [
        ("Acme", "73282932000074", "1 rue A", "49000", None)
    ]
    assert crm.rows("SELECT first_name, last_name, company_id FROM contacts") == [("Léa", "Dupont", 1)]
    assert crm.rows("SELECT number, label FROM contact_phones ORDER BY position") == [
        ("+33199001234", ""),
        ("+33612345678", "mobile"),
    ]


def test_what_people_wrote_of_a_client_in_sellsy_is_a_note_of_the_company(crm: Crm) -> None:
    take(crm, SELLSY_PROSPECTS)
    take(crm, SELLSY_COMMENTAIRES)
    assert crm.rows("SELECT count(*) FROM companies") == [(1,)]
    assert crm.rows("SELECT text FROM events WHERE kind = 'note.logged' AND company_id = 1") == [
        ("Aime le thé",)
    ]


def test_a_task_that_was_completed_elsewhere_is_done_here(crm: Crm) -> None:
    take(crm, ZOHO_TASKS)
    assert crm.rows("SELECT text, done_at IS NULL FROM tasks ORDER BY id") == [("Rappeler", 1), ("Devis", 0)]


def test_a_title_of_outlook_that_is_a_job_stays_one() -> None:
    jobs = ("Gérante", "Directeur", "Comptable")
    rows = [(job, "Léa", "Dupont", "1 rue A", "a@b.example") for job in jobs]
    headers = ("Titre", "Prénom", "Nom", "Rue (bureau)", "Adresse de messagerie")
    mapping = recognise(headers, rows)
    assert (mapping.vendor, mapping.columns[0].field) == ("outlook", "job_title")


def test_two_programs_with_common_names_are_told_apart() -> None:
    assert vendor_of(["Record ID", "First Name", "Contact owner", "Lifecycle Stage"]).name == "hubspot"
    assert vendor_of(["Record Id", "Contact Owner.id", "Contact Owner", "First Name"]).name == "zoho"
    assert vendor_of(["Account Name", "Billing Street", "Account Owner"]).name == "salesforce"
    assert vendor_of(["Account Name", "Billing Street", "Account Owner.id", "Account Owner"]).name == "zoho"
    assert vendor_of(["Nom", "Prénom", "E-mail"]).name == ""
