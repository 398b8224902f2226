"""A list of leads: its people and their pursuit, each once, given by the rules, taken back by one undo."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, rehearse
from petitcrm.imports.desk import Desk
from petitcrm.imports.importer import run, run_source
from petitcrm.imports.opening import open_csv
from petitcrm.imports.plan import Follower, Planner
from petitcrm.imports.plan_file import read_plan
from petitcrm.imports.recognition import recognise
from petitcrm.imports.report import Report
from petitcrm.leads import leads, partners, prospecting, team, territories
from petitcrm.sales import companies, contacts, deals, history, users
from petitcrm.store import health
from tests.imports.test_importer import Wish, counts, everything, take
from tests.support.corpora import corpora, name_of

HEADERS = (
    "Civilité;Prénom;Nom;Société;E-mail;CP;Ville;Sens;Campagne;Produit;Message;Reçu le;Origine;Commercial\n"
)
LEA = "Mme;Léa;Dupont;Acmé;lea@acme.example;56000;Vannes;entrant;Hiver;Chaudière;Devis svp;20/11/2026 10:00;site;\n"
JEAN = "M.;Jean;Lefèvre;Tiers;jean@tiers.example;97200;Fort-de-France;sortant;;;;;salon;\n"
TWO = HEADERS + LEA + JEAN


def bring(crm: Crm, text: str, **wish: object) -> Report:
    return take(crm, text, noun="leads", **wish)


def of_leads(crm: Crm, columns: str) -> list[tuple[object, ...]]:
    return crm.rows(f"SELECT {columns} FROM leads ORDER BY id")


@pytest.fixture
def shared(crm: Crm) -> Crm:
    """Return the base of a firm of three with territories in force."""
    for key in ("marie", "paul", "zoe"):
        users.add(crm, key)
    team.place(crm, 2, capacity=3)
    rules = [
        {"name": "Bretagne", "where": {"region": ["Bretagne"]}, "to": ["marie"]},
        {"name": "Outre-mer", "where": {"region": ["outre-mer"]}, "to": ["paul", "zoe"]},
    ]
    territories.keep(crm, "Régions", rules)
    territories.activate(crm, "regions")
    return crm


# --------------------------------------------------------------------------------------------- how it is read


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("Sens", "sortant", "lead.direction"), ("Direction", "inbound", "lead.direction"),
        ("Campagne", "Hiver", "lead.campaign"), ("utm_campaign", "winter", "lead.campaign"),
        ("Produit", "PAC", "lead.product"), ("Interested in", "heat pump", "lead.product"),
        ("Votre message", "Bonjour", "lead.words"), ("Commentaires", "Rappeler", "lead.words"),
        ("Achat en ligne", "oui", "lead.online"), ("Apporteur d'affaires", "Réseau", "lead.partner"),
        ("Commercial", "Zoé", "lead.owner"), ("Lead Status", "New", "lead.state"), ("Statut", "En cours", "lead.state"),
        ("Liste", "salon", "lead.list"), ("Date de la demande", "20/11/2026", "lead.created_at"),
        ("Submitted at", "2026-11-20", "lead.created_at"), ("Créé le", "20/11/2026", "lead.created_at"),
        ("N° de demande", "77", "lead.external_id"), ("Origine", "site", "source"), ("Lead Source", "site", "source"),
        ("Type", "entrant", "lead.direction"),
        ("Direction", "Direction générale", "custom"), ("Statut", "Client fidèle", "custom"),
    ],
)  # fmt: skip
def test_columns_of_the_pursuit_are_known_by_their_names_and_their_cells(
    header: str, cell: str, field: str
) -> None:
    found = recognise(("Nom", "E-mail", header), [("Dupont", "d@x.example", cell)], wanted="leads")
    assert found.columns[2].field == field


def test_the_same_columns_are_of_the_person_in_a_list_of_people() -> None:
    headers = ("Nom", "E-mail", "Campagne", "Commercial", "Commentaires")
    found = recognise(headers, [("Dupont", "d@x.example", "Hiver", "Zoé", "a")], wanted="contacts")
    assert [column.field for column in found.columns[2:]] == ["custom", "owner", "note"]


def test_a_column_may_be_named_by_the_person(crm: Crm) -> None:
    bring(
        crm, "Nom;E-mail;Stand;Qui\nDupont;d@x.example;B12;site web\n", asked=("Stand=campaign", "Qui=source")
    )
    assert of_leads(crm, "campaign, source") == [("B12", "site web")]


# ------------------------------------------------------------------------------------------ what becomes of it


def test_a_row_brings_its_person_its_company_and_its_lead(crm: Crm) -> None:
    report = bring(crm, TWO)
    assert (counts(report), report.problems) == ((2, 0, 0, 0), ())
    assert of_leads(crm, "contact_id, direction, campaign, product, words, state, source, created_at") == [
        (1, "inbound", "Hiver", "Chaudière", "Devis svp", "new", "site", "2026-11-20T09:00:00Z"),
        (2, "outbound", "", "", "", "new", "salon", crm.now_text),
    ]
    assert crm.rows("SELECT last_name, company_id FROM contacts ORDER BY id") == [
        ("Dupont", 1),
        ("Lefèvre", 2),
    ]


def test_the_clock_of_the_first_answer_runs_from_when_they_came(crm: Crm) -> None:
    bring(crm, TWO + "Mme;Zoé;Roy;;zoe@roy.example;;;;;;;;;\n")
    friday_afternoon = "2026-11-20T15:00:00Z"  # 10:00, four hours of work later, with lunch between 12 and 14
    assert of_leads(crm, "answer_due_at") == [(friday_afternoon,), (None,), ("2026-11-23T14:00:00Z",)]


def test_the_same_list_again_creates_nothing(crm: Crm) -> None:
    bring(crm, TWO)
    before = everything(crm)
    assert counts(bring(crm, TWO)) == (0, 0, 2, 0)
    assert everything(crm) == before


def test_one_undo_takes_all_of_it_back_and_redo_brings_it_again(config: Config) -> None:
    with open_crm(config) as crm:
        users.add(crm, "marie")
        users.add(crm, "paul")
        prospecting.add(crm, "Salon 2026", owner_id=1)
        deals.add(crm, "Ancienne", contacts.add(crm, {"last_name": "Dupont"}, emails=["lea@acme.example"]))
        leads.add(crm, 1, direction="outbound", fields={"owner_id": 1})
        before = everything(crm)
    with open_crm(config) as crm:
        bring(crm, TWO.replace("Commercial\n", "Liste\n").replace(";salon;", ";;Salon 2026"))
        after = everything(crm)
        assert len(after["leads"]) == 2 and len(after["tasks"]) == len(before["tasks"]) + 1
    with open_crm(config) as crm:
        assert history.undo(crm).kept == []
        assert everything(crm) == before
    with open_crm(config) as crm:
        history.redo(crm)
        assert everything(crm) == after
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_somebody_who_is_pursued_is_not_pursued_twice_even_within_a_list(crm: Crm) -> None:
    again = LEA.replace("Devis svp;20/11/2026 10:00", "Je relance;").replace("Hiver", "")
    report = bring(crm, TWO + again)
    assert counts(report) == (2, 1, 0, 0)
    assert of_leads(crm, "words, campaign") == [("Devis svp", "Hiver"), ("", "")]
    told = crm.rows("SELECT kind, text FROM events WHERE kind LIKE 'lead.%' AND contact_id = 1 ORDER BY id")
    assert told == [("lead.imported", "Devis svp"), ("lead.returned", "Je relance")]
    assert counts(bring(crm, TWO + again)) == (0, 0, 3, 0)


def test_a_known_lead_gets_what_it_lacks_and_keeps_what_it_has(crm: Crm) -> None:
    who = contacts.add(crm, {"first_name": "Léa", "last_name": "Dupont"}, emails=["lea@acme.example"])
    leads.add(crm, who, fields={"source": "téléphone", "words": "Devis svp"})
    late = HEADERS + LEA.replace("20/11/2026 10:00", "")
    report = bring(crm, late)
    assert counts(report) == (0, 1, 0, 0)
    assert of_leads(crm, "source, campaign, product") == [("téléphone", "Hiver", "Chaudière")]
    assert "source" in report.notes[0].message
    assert counts(bring(crm, late, overwrite=("source",))) == (0, 1, 0, 0)
    assert of_leads(crm, "source") == [("site",)]


def test_a_number_of_another_program_told_later_in_a_list_is_the_number_of_one_lead_alone(crm: Crm) -> None:
    text = "Nom;E-mail;N° de demande\nDupont;d@x.example;\nDupont;d@x.example;77\nCosta;c@x.example;77\n"
    assert bring(crm, text).created == 1
    assert of_leads(crm, "external_id") == [("77",)]


def test_who_was_put_off_and_comes_again_is_taken_up(crm: Crm) -> None:
    who = contacts.add(crm, {"first_name": "Léa", "last_name": "Dupont"}, emails=["lea@acme.example"])
    lead = leads.add(crm, who, fields={"words": "Plus tard"}).lead_id
    leads.keep_warm(crm, lead)
    bring(crm, HEADERS + LEA.replace("20/11/2026 10:00", ""))
    assert of_leads(crm, "state, words, answered_at") == [("working", "Plus tard", None)]


def test_who_will_never_be_a_customer_is_refused_with_the_reason_and_nothing_of_the_row_is_taken(
    crm: Crm,
) -> None:
    who = contacts.add(crm, {"first_name": "Léa", "last_name": "Dupont"}, emails=["lea@acme.example"])
    leads.disqualify(crm, leads.add(crm, who).lead_id, "concurrent")
    before = everything(crm)
    report = bring(crm, HEADERS + LEA)
    assert counts(report) == (0, 0, 0, 1)
    problem = report.problems[0]
    assert (problem.line, problem.column, problem.value) == (2, "E-mail", "lea@acme.example")
    assert "l1" in problem.message
    assert everything(crm) == before


def test_who_will_never_be_one_is_known_by_name_and_company_too(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    who = contacts.add(crm, {"first_name": "Léa", "last_name": "Dupont", "company_id": acme})
    leads.disqualify(crm, leads.add(crm, who).lead_id, "concurrent")
    report = bring(crm, "Prénom;Nom;Société;Message\nLéa;Dupont;Acmé;Bonjour\nLéo;Dupont;Acmé;Bonjour\n")
    assert counts(report) == (1, 0, 0, 1)
    assert len(of_leads(crm, "id")) == 2


def test_a_list_may_close_people_for_good_itself(crm: Crm) -> None:
    text = "Nom;E-mail;État\nRoy;r@x.example;jamais\nRoy;r@x.example;\n"
    assert counts(bring(crm, text)) == (1, 0, 0, 1)
    assert of_leads(crm, "state, reason") == [("never", "clients.csv")]
    assert counts(bring(crm, text)) == (0, 0, 1, 1)


def test_a_customer_who_was_won_is_pursued_again_only_for_something_else(crm: Crm) -> None:
    bring(crm, TWO)
    crm.connection.write("UPDATE leads SET state = 'accepted' WHERE id = 1")
    assert counts(bring(crm, TWO)) == (0, 0, 2, 0)
    assert counts(bring(crm, HEADERS + LEA.replace("Hiver", "Été"))) == (1, 0, 0, 0)
    assert of_leads(crm, "contact_id, state") == [(1, "accepted"), (2, "new"), (1, "new")]


@pytest.mark.parametrize(
    ("header", "cell", "message"),
    [("Sens", "oblique", "oblique"), ("Nom", "", "nobody")],
)
def test_a_row_that_cannot_be_read_is_refused_and_the_others_are_taken(
    crm: Crm, header: str, cell: str, message: str
) -> None:
    del message
    text = f"Prénom;Nom;E-mail;Sens\n;Dupont;d@x.example;entrant\n;{'' if header == 'Nom' else 'Roy'};;" + (
        f"{cell}\n" if header == "Sens" else "entrant\n"
    )
    assert counts(bring(crm, text)) == (1, 0, 0, 1)


def test_what_the_firm_does_not_know_is_kept_in_words_and_told_once(crm: Crm) -> None:
    text = (
        "Nom;E-mail;Partenaire;Liste;Statut;Reçu le;Commercial\n"
        "Un;un@x.example;Réseau Est;Salon;En cours;20/11/2026;Quelqu'un\n"
        "Deux;deux@x.example;Réseau Est;Salon;Bizarre;20/11/2099;Quelqu'un\n"
    )
    report = bring(crm, text)
    assert counts(report) == (2, 0, 0, 0)
    assert [(one.line, one.column, one.value) for one in report.problems] == [
        (2, "Partenaire", "Réseau Est"), (2, "Liste", "Salon"), (3, "Statut", "Bizarre"), (3, "Reçu le", "20/11/2099"),
    ]  # fmt: skip
    assert of_leads(crm, "partner_id, list_id, state, owner_id") == [
        (None, None, "working", None),
        (None, None, "new", None),
    ]
    assert "Réseau Est" in crm.rows("SELECT custom FROM contacts WHERE id = 2")[0][0]


def test_partners_lists_and_owners_are_known_by_name_or_key(crm: Crm) -> None:
    users.add(crm, "zoe", name="Zoé")
    partners.add(crm, "Réseau Ouest")
    prospecting.add(crm, "Salon 2026", campaign="Automne")
    text = "Nom;E-mail;Partenaire;Liste;Commercial\nUn;un@x.example;reseau ouest;salon-2026;Zoé\n"
    bring(crm, text)
    assert of_leads(crm, "direction, partner_id, list_id, owner_id, campaign, source, answer_due_at") == [
        ("outbound", 1, 1, 1, "Automne", "Salon 2026", None)
    ]


def test_who_is_put_on_a_list_has_its_first_touch_in_the_day(crm: Crm) -> None:
    prospecting.add(crm, "Salon 2026", cadence="email bonjour, +2 call")
    bring(crm, "Nom;E-mail;Liste\nUn;un@x.example;Salon 2026\n")
    assert crm.rows("SELECT kind, text, due_on, contact_id FROM tasks") == [
        ("email", "bonjour", "2026-11-23", 1)
    ]
    assert of_leads(crm, "step, task_id") == [(1, 1)]
    assert prospecting.named(crm, "salon-2026").leads == 1


def test_a_company_alone_is_pursued_through_a_contact_of_its_name(crm: Crm) -> None:
    assert counts(bring(crm, "Raison sociale;CP;Ville;Campagne\nAcmé;56000;Vannes;Hiver\n")) == (1, 0, 0, 0)
    assert of_leads(crm, "contact_id, campaign") == [(1, "Hiver")]
    assert counts(bring(crm, "Raison sociale;CP;Ville;Campagne\nAcmé;56000;Vannes;Hiver\n")) == (0, 0, 1, 0)


def test_later_without_a_day_is_kept_warm_so_that_it_is_not_forgotten(crm: Crm) -> None:
    bring(
        crm,
        "Nom;E-mail;État;À recontacter le\nUn;u@x.example;plus tard;\nDeux;d@x.example;plus tard;01/03/2027\n",
    )
    assert of_leads(crm, "state, requalify_on") == [("warm", None), ("later", "2027-03-01")]


# --------------------------------------------------------------------------------------------------- who gets it


def test_new_leads_go_to_whom_the_rules_say(shared: Crm) -> None:
    bring(shared, TWO)
    assert of_leads(shared, "owner_id, given_by_rule, given_at") == [
        (1, "Bretagne", shared.now_text),
        (2, "Outre-mer", shared.now_text),
    ]


def many(rows: int) -> str:
    towns = ("97200;Fort-de-France", "56000;Vannes", "97410;Saint-Pierre", "75011;Paris")
    lines = [
        f"M.;Jean;Nom{number};;j{number}@x.example;{towns[number % 4]};;;;;;;{'zoe' if number % 9 == 0 else ''}\n"
        for number in range(rows)
    ]
    return HEADERS + "".join(lines)


def test_a_list_is_shared_out_as_its_leads_would_be_one_by_one(config: Config, shared: Crm) -> None:
    shared.connection.commit()
    shared.connection.begin()
    bring(shared, many(60))
    together = of_leads(shared, "contact_id, owner_id, given_by_rule")
    shared.connection.write("DELETE FROM leads")
    for contact_id, owner in shared.rows(
        "SELECT c.id, e.address FROM contacts c JOIN contact_emails e ON e.contact_id = c.id ORDER BY c.id"
    ):
        number = int(str(owner)[1:].partition("@")[0])
        leads.add(shared, contact_id, fields={"owner_id": 3} if number % 9 == 0 else {})
    assert of_leads(shared, "contact_id, owner_id, given_by_rule") == together
    assert sum(owner == 2 for _contact, owner, _rule in together) == 3  # Paul can take no more


def test_whoever_has_the_customer_gets_the_lead(shared: Crm) -> None:
    acme = companies.add(shared, {"name": "Acmé", "owner_id": 3})
    jean = contacts.add(shared, {"last_name": "Lefèvre", "first_name": "Jean"}, emails=["jean@tiers.example"])
    deals.add(shared, "Pompe", jean, fields={"owner_id": 1})
    bring(shared, TWO)
    assert acme == 1
    assert of_leads(shared, "owner_id, given_by_rule") == [(3, ""), (1, "")]


def test_leads_that_wait_for_later_are_given_to_nobody(shared: Crm) -> None:
    bring(shared, "Nom;E-mail;CP;État\nUn;u@x.example;56000;tiède\nDeux;d@x.example;56000;jamais\n")
    assert of_leads(shared, "owner_id, given_at") == [(None, None), (None, None)]


# ------------------------------------------------------------------------------------------ odd files, plans


@pytest.mark.parametrize("text", ["", "Nom;E-mail;Sens\n"])
def test_a_list_of_nobody_brings_nobody(crm: Crm, text: str) -> None:
    assert counts(bring(crm, text)) == (0, 0, 0, 0)


def test_a_rehearsal_leaves_nothing(config: Config) -> None:
    with open_crm(config) as crm:
        before = everything(crm)
    with rehearse(config) as crm:
        assert counts(bring(crm, TWO)) == (2, 0, 0, 0)
    with open_crm(config) as crm:
        assert everything(crm) == before


def test_a_plan_tells_the_pursuit_and_is_done_to_the_letter(config: Config) -> None:
    planners: list[Planner] = []

    def planning(desk: Desk) -> Planner:
        planners.append(Planner(desk))
        return planners[0]

    def source() -> object:
        return open_csv(TWO.encode(), name="leads.csv")

    wish = Wish("leads")
    with rehearse(config) as crm:
        run_source(crm, source(), wish, planning=planning)  # type: ignore[arg-type]
        text = "".join(planners[0].text("leads.csv", wish, "", ()))
    assert 'lead.campaign: "Hiver"' in text and '"inbound" -> "outbound"' in text
    plan = read_plan(text.splitlines(keepends=True), "leads.plan")
    with open_crm(config) as crm:
        report = run_source(crm, source(), plan.wish, planning=partial(Follower, plan=plan))  # type: ignore[arg-type]
        assert counts(report) == (2, 0, 0, 0)
        assert of_leads(crm, "campaign") == [("Hiver",), ("",)]


def test_the_rows_of_a_list_that_is_not_of_leads_begin_no_pursuit(crm: Crm) -> None:
    take(crm, TWO)
    assert of_leads(crm, "id") == []


# ------------------------------------------------------------------------------------------- the lists of others


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("crm-exports/**/*.csv"), ids=name_of)
def test_a_list_of_others_is_taken_as_leads_once_and_taken_back(config: Config, path: Path) -> None:
    with open_crm(config) as crm:
        for key in ("marie", "paul"):
            users.add(crm, key)
        territories.keep(crm, "Tout", [{"name": "Tout", "to": ["*"]}])
        territories.activate(crm, "tout")
        before = everything(crm)
    reports = []
    for _ in range(2):
        with open_crm(config) as crm:
            reports.append(run(crm, str(path), Wish("leads")))
    first, again = reports
    for report in reports:
        assert report.read == sum(counts(report))
    assert (again.created, again.read) == (0, first.read)
    with open_crm(config) as crm:
        ((pursued, twice),) = crm.rows("SELECT count(*), count(*) - count(DISTINCT contact_id) FROM leads")
        assert (pursued, twice) == (first.created, 0)
        if first.batch:
            assert history.undo(crm, first.batch).kept == []
            assert everything(crm)["leads"] == before["leads"]
            assert everything(crm)["contacts"] == before["contacts"]
