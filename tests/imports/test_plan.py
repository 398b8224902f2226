"""A list planned first does, once its plan is applied, what was written there, row by row, or nothing at all."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm, rehearse
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.imports.desk import Desk, Wish
from petitcrm.imports.importer import run, run_source
from petitcrm.imports.opening import WHOLE_BASE, open_file
from petitcrm.imports.plan import Follower, Planner
from petitcrm.imports.plan_file import read_plan
from petitcrm.imports.report import Report
from petitcrm.sales import companies, contacts, history
from petitcrm.store import schema
from tests.imports.test_plain import a_list, counted, people
from tests.support.corpora import corpora, name_of

LIST = (
    "Prénom;Nom;E-mail;Tél;Société;SIRET;Ville;Affaire;Montant;Étiquettes;Remarques;Couleur\n"
    "Jeanne;Dupont;jeanne@acme.example;01 99 00 12 34;Acme;;Lyon;Chaudière;1 200,50;vip;Aime le thé;bleu\n"
    "Paul;Martin;paul@example.org;;Acme;123;;;;;;\n"
    "Zoé;Lefèvre;zoe@example.net;;;;;;;;;\n"
    "Jeanne;Dupont;jeanne@acme.example;;;;;;;;;\n"
)


@pytest.fixture
def clients(tmp_path: Path) -> str:
    path = tmp_path / "clients.csv"
    path.write_text(LIST, "utf-8")
    return str(path)


def plan(config: Config, path: str, wish: Wish | None = None) -> str:
    """Return the plan of a list, as it is written."""
    wish = wish or Wish()
    planners: list[Planner] = []

    def planning(desk: Desk) -> Planner:
        planners.append(Planner(desk))
        return planners[0]

    with rehearse(config) as crm:
        report = run_source(crm, open_file(path, encoding=wish.encoding), wish, planning=planning)
        return "".join(planners[0].text(path, wish, "", report.likely))


def apply(config: Config, text: str) -> Report:
    """Do what a plan says."""
    known = read_plan(text.splitlines(keepends=True), "clients.plan")
    source = open_file(known.path, encoding=known.wish.encoding, sheet=known.sheet)
    with open_crm(config) as crm:
        return run_source(crm, source, known.wish, planning=partial(Follower, plan=known))


def rows(text: str) -> list[str]:
    """Return the rows of a plan, without their values."""
    body = text.partition("\n\n")[2].rpartition("\n\n")[0]
    return [line for line in body.splitlines() if not line.startswith(" ")]


def values(text: str, line: int) -> list[str]:
    """Return the values that a plan tells of the row on a line of the list."""
    found: list[str] = []
    at = 0
    for told in text.partition("\n\n")[2].splitlines():
        if told.startswith(" "):
            found += [told.strip()] if at == line else []
        elif told:
            at = int(told.split()[1].removesuffix(":"))
    return found


def everything(config: Config) -> dict[str, list[tuple[object, ...]]]:
    with read_crm(config) as crm:
        tables = [table for table in schema.TABLES if table not in ("events", "batches")]
        told = {table: crm.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables}
        told["events"] = crm.rows(
            "SELECT kind, contact_id, company_id, deal_id, text, changes FROM events ORDER BY id"
        )
        return told


def deals(crm: Crm) -> list[tuple[object, ...]]:
    return crm.rows(
        "SELECT d.title, d.amount_cents, d.stage_id, d.custom, c.sort_name FROM deals d"
        " JOIN contacts c ON c.id = d.contact_id ORDER BY d.title"
    )


def names(config: Config) -> list[str]:
    with read_crm(config) as crm:
        return [row[0] for row in crm.rows("SELECT sort_name FROM contacts ORDER BY id")]


def test_a_plan_tells_what_becomes_of_each_row_and_changes_nothing(config: Config, clients: str) -> None:
    before = everything(config)
    text = plan(config, clients)
    assert rows(text) == [
        "create    2: Jeanne Dupont",
        "refused   3",
        "create    4: Zoé Lefèvre",
        "unchanged 5 @2: Jeanne Dupont",
    ]
    assert values(text, 2) == [
        'company.name: "Acme"', 'first_name: "Jeanne"', 'last_name: "Dupont"', 'company: "Acme"', 'city: "Lyon"',
        'custom.couleur: "bleu"', 'email: "jeanne@acme.example"', 'phone: "+33199001234" from "01 99 00 12 34"',
        'tag: "vip"', 'note: "Aime le thé"', 'deal.title: "Chaudière"', 'deal.company: "Acme"',
        'deal.stage: "Prospect"', "deal.amount: 1200.50",
    ]  # fmt: skip
    assert values(text, 3) == ["! SIRET: «\u00a0123\u00a0» n’est pas un SIRET\u00a0: un SIRET a 14 chiffres."]
    assert text.splitlines()[-1].startswith("end 4 rows: 2 create, 0 update, 1 unchanged, 1 refused; ")
    assert everything(config) == before


def test_a_plan_of_known_people_tells_each_value_that_changes_and_each_that_is_kept(
    config: Config, clients: str
) -> None:
    with open_crm(config) as crm:
        known = contacts.add(
            crm, {"first_name": "Zoé", "last_name": "Lefèvre", "city": "Nice"}, emails=["zoe@example.net"]
        )
    Path(clients).write_text(
        "Prénom;Nom;E-mail;Ville;Fonction\nZoé;Lefèvre;zoe@example.net;Lyon;Gérante\n", "utf-8"
    )
    text = plan(config, clients)
    assert rows(text) == [f"update    2 c{known}: Zoé Lefèvre"]
    assert values(text, 2) == ['job_title: "Gérante"', 'city: "Nice" kept, not "Lyon"']
    overwriting = plan(config, clients, Wish(overwrite=("city",)))
    assert values(overwriting, 2) == ['job_title: "Gérante"', 'city: "Nice" -> "Lyon"']


def test_a_plan_that_is_applied_makes_the_base_that_the_import_makes(config: Config, clients: str) -> None:
    with rehearse(config) as crm:
        run(crm, clients)
        expected = people(crm), deals(crm)
    report = apply(config, plan(config, clients))
    assert (report.created, report.updated, report.unchanged, report.rejected) == (2, 0, 1, 1)
    with read_crm(config) as crm:
        assert (people(crm), deals(crm)) == expected


@pytest.mark.parametrize("seed", range(20))
def test_any_list_of_people_is_planned_and_applied_to_the_letter(
    seed: int, config: Config, tmp_path: Path
) -> None:
    random = Random(seed)
    before, path = tmp_path / "before.csv", tmp_path / "people.csv"
    before.write_text(a_list(random, 20, 8), "utf-8")
    path.write_text(a_list(random, 40, 8), "utf-8")
    with open_crm(config) as crm:
        run(crm, str(before))
    text = plan(config, str(path))
    with rehearse(config) as crm:
        expected, made = run(crm, str(path)), people(crm)
    report = apply(config, text)
    assert counted(report) == counted(expected)
    assert len(rows(text)) == report.read
    with read_crm(config) as crm:
        assert people(crm) == made


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("crm-exports/**/*.csv"), ids=name_of)
def test_a_list_of_others_is_planned_and_applied_to_the_letter(config: Config, path: Path) -> None:
    with rehearse(config) as crm:
        expected = run(crm, str(path))
    if expected.format == WHOLE_BASE:
        return
    report = apply(config, plan(config, str(path)))
    assert counted(report) == counted(expected)


def test_a_plan_is_the_same_in_both_languages_but_for_its_sentences(config: Config, clients: str) -> None:
    i18n.use("en")
    text = plan(config, clients)
    i18n.use("fr")
    assert apply(config, text).created == 2


def test_a_row_may_be_left_out_of_a_plan(config: Config, clients: str) -> None:
    text = plan(config, clients).replace("create    4:", "skip 4:")
    report = apply(config, text)
    assert (report.created, report.rejected) == (1, 2)
    assert [problem.line for problem in report.problems] == [4, 3] or {p.line for p in report.problems} == {
        3,
        4,
    }
    assert names(config) == ["dupont jeanne"]


def test_a_row_taken_out_of_a_plan_is_left_out(config: Config, clients: str) -> None:
    lines = plan(config, clients).splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("create    4"))
    report = apply(config, "".join(lines[:start] + lines[start + 4 :]))
    assert (report.read, report.created, report.rejected) == (4, 1, 2)


def test_a_row_may_become_one_more_where_the_import_saw_a_known_one(config: Config, clients: str) -> None:
    text = plan(config, clients).replace("unchanged 5 @2", "new 5")
    assert apply(config, text).created == 3
    assert names(config) == ["dupont jeanne", "lefevre zoe", "dupont jeanne"]


@pytest.mark.parametrize("told", ["c{id}", "{id}"])
def test_a_row_may_fill_somebody_whom_the_import_did_not_recognise(
    config: Config, clients: str, told: str
) -> None:
    with open_crm(config) as crm:
        known = contacts.add(crm, {"first_name": "Zoe", "last_name": "Lefebvre"}, emails=["z@example.com"])
    text = plan(config, clients).replace("create    4:", f"into 4 {told.format(id=known)}")
    report = apply(config, text)
    assert (report.created, report.updated) == (1, 1)
    with read_crm(config) as crm:
        found = crm.rows(
            "SELECT address FROM contact_emails WHERE contact_id = :id ORDER BY position", id=known
        )
    assert found == [("z@example.com",), ("zoe@example.net",)]


def test_a_company_of_a_list_may_be_chosen_in_its_plan(config: Config, clients: str) -> None:
    Path(clients).write_text("Raison sociale;Ville;Effectif\nAcme SA;Lyon;12\n", "utf-8")
    with open_crm(config) as crm:
        known = companies.add(crm, {"name": "Ateliers Acme"})
    text = plan(config, clients, Wish("companies"))
    report = apply(config, text.replace("create    2:", f"into 2 f{known}:"))
    assert (report.created, report.updated) == (0, 1)


def test_somebody_who_is_not_there_cannot_be_chosen(config: Config, clients: str) -> None:
    text = plan(config, clients).replace("create    4:", "into 4 c999")
    with pytest.raises(RefusedByRule, match="Ligne 4 de la liste"):
        apply(config, text)
    assert names(config) == []


def test_a_plan_is_refused_whole_once_the_base_says_otherwise(config: Config, clients: str) -> None:
    text = plan(config, clients)
    with open_crm(config) as crm:
        known = contacts.add(crm, {"first_name": "Zoé", "last_name": "Lefèvre"}, emails=["zoe@example.net"])
    with pytest.raises(RefusedByRule) as refusal:
        apply(config, text)
    assert refusal.value.rule == "stale-plan"
    assert f"unchanged c{known}" in refusal.value.message
    assert names(config) == ["lefevre zoe"]


def test_a_plan_is_refused_whole_once_the_list_says_otherwise(config: Config, clients: str) -> None:
    text = plan(config, clients)
    Path(clients).write_text(LIST.replace("Lyon", "Nice"), "utf-8")
    with pytest.raises(RefusedByRule, match="la liste"):
        apply(config, text)
    assert names(config) == []


def test_a_plan_is_refused_whole_once_its_columns_would_be_read_otherwise(
    config: Config, clients: str
) -> None:
    text = plan(config, clients)
    other = Path(clients).with_name("others.csv")
    other.write_text(LIST.replace("acme.example", "other.example"), "utf-8")
    with open_crm(config) as crm:
        run(crm, str(other), Wish(asked=("Couleur=job_title",)))
    before = names(config)
    with pytest.raises(RefusedByRule, match="colonnes"):
        apply(config, text)
    assert names(config) == before


def test_a_plan_is_applied_once_until_it_is_taken_back(config: Config, clients: str) -> None:
    text = plan(config, clients)
    first = apply(config, text)
    with pytest.raises(RefusedByRule, match=r"déjà") as refusal:
        apply(config, text)
    assert (refusal.value.rule, str(first.batch) in refusal.value.advice) == ("plan-applied", True)
    with open_crm(config) as crm:
        assert first.batch is not None
        history.undo(crm, first.batch)
    assert apply(config, text).created == 2


def test_a_plan_asks_whether_a_new_row_is_somebody_known(config: Config, clients: str) -> None:
    with open_crm(config) as crm:
        known = contacts.add(
            crm,
            {"first_name": "Zoé", "last_name": "Lefebvre"},
            emails=["zoe@example.com"],
            phones=["06 12 34 56 78"],
        )
    Path(clients).write_text(
        "Prénom;Nom;E-mail;Mobile\nZoé;Lefèvre;zoe@example.net;06 12 34 56 78\n", "utf-8"
    )
    text = plan(config, clients)
    assert rows(text) == ["create    2: Zoé Lefèvre"]
    (question,) = [told for told in values(text, 2) if told.startswith("? ")]
    assert question.startswith(f"? c{known} Zoé Lefebvre (")
    assert "même mobile" in question
    assert apply(config, text.replace("create    2:", f"into 2 c{known}:")).updated == 1


def test_several_addresses_on_one_line_are_planned_apart(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    path.write_text('"Dupont, Jean" <j@d.example>; Zoé <z@x.example>; a@b.example\n', "utf-8")
    text = plan(config, str(path))
    assert [row.split()[0] for row in rows(text)] == ["create"] * 3
    second = rows(text)[1]
    report = apply(config, text.replace(second, second.replace("create", "skip")))
    assert (report.created, report.rejected) == (2, 1)
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM contact_emails WHERE address = 'z@x.example'") == [(0,)]


def test_a_name_that_looks_like_a_reference_is_a_name(config: Config, clients: str) -> None:
    Path(clients).write_text("Nom;E-mail\nd7;a@b.example\n200035210;c@d.example\n@3;e@f.example\n", "utf-8")
    assert apply(config, plan(config, clients)).created == 3


def test_what_would_act_on_a_terminal_is_made_visible_in_a_plan(config: Config, clients: str) -> None:
    Path(clients).write_text("Nom;E-mail;Note\n\x1b]52;c;AAAA\x07Zoé;zoe@example.net;\u202egauche\n", "utf-8")
    text = plan(config, clients)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert apply(config, text).created == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.rpartition("end ")[0], "incomplet"),
        (lambda text: text.replace("create    4", "creer 4"), "creer"),
        (lambda text: text.replace("create    4", "into 4"), "into"),
        (lambda text: text.replace("create    4", "???"), "ligne 38"),
        (lambda text: text.replace('wish {"', "wish {"), "ligne 3"),
        (lambda text: text.replace("wish ", "vœu "), "plan"),
        (lambda text: "Nom;E-mail\nZoé;z@x.example\n", "plan"),
        (lambda text: "", "plan"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_its_place(
    config: Config, clients: str, change: object, sentence: str
) -> None:
    with pytest.raises(UsageProblem, match=sentence):
        apply(config, change(plan(config, clients)))  # type: ignore[operator]
    assert names(config) == []


def test_a_plan_survives_an_editor_that_changes_the_ends_of_lines(config: Config, clients: str) -> None:
    text = "\ufeff" + plan(config, clients).replace("\n", "\r\n")
    assert apply(config, text).created == 2


def test_a_whole_base_has_no_plan(config: Config, tmp_path: Path, crm: Crm) -> None:
    path = tmp_path / "base.ndjson"
    path.write_text('{"format":1,"type":"petitcrm"}\n', "utf-8")
    with pytest.raises(UsageProblem):
        run_source(crm, open_file(str(path)), Wish(), planning=Planner)
