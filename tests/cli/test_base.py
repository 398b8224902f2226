"""Questions in SQL, whether the base is sound, and where things are."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.conftest import Shell


def test_a_question_is_answered_by_column(lived_in: Shell) -> None:
    question = "SELECT last_name, company FROM v_contacts ORDER BY id"
    assert lived_in("sql", "--json", question).json == [
        {"last_name": "Dupont", "company": "Acme"},
        {"last_name": "Martin", "company": None},
    ]
    assert lived_in("sql", "--csv", question).out == "last_name,company\nDupont,Acme\nMartin,\n"
    assert lived_in("sql", question).lines == ["Dupont\tAcme", "Martin\t"]
    assert lived_in("sql", "-", stdin="SELECT 1 + 1").out == "2\n"


@pytest.mark.parametrize("view", ["v_contacts", "v_companies", "v_deals", "v_tasks", "v_timeline"])
def test_each_view_can_be_asked(lived_in: Shell, view: str) -> None:
    assert lived_in("sql", f"SELECT * FROM {view} LIMIT 1").code == 0


@pytest.mark.parametrize(
    "question",
    [
        "DELETE FROM contacts",
        "UPDATE deals SET title = 'x'",
        "INSERT INTO tags (name, folded) VALUES ('x', 'x')",
        "DROP TABLE contacts",
        "CREATE TABLE x (y INTEGER)",
        "WITH x AS (SELECT 1) DELETE FROM contacts",
        "SELECT 1; DELETE FROM contacts",
    ],
)
def test_a_question_changes_nothing(lived_in: Shell, question: str) -> None:
    before = lived_in("sql", "--json", "SELECT count(*) AS n FROM contacts").json
    assert lived_in("sql", question).code in (2, 5)
    assert lived_in("sql", "--json", "SELECT count(*) AS n FROM contacts").json == before


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "question",
    [
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "VACUUM INTO '/tmp/copy.db'",
        "SELECT load_extension('x')",
        "CREATE TEMP TABLE x (y)",
        "BEGIN IMMEDIATE",
        "INSERT INTO search_names (search_names) VALUES ('rebuild')",
    ],
)
def test_a_question_reaches_nothing_outside_the_base(lived_in: Shell, question: str) -> None:
    answer = lived_in("sql", question)
    assert (answer.code, answer.out) in ((5, ""), (2, ""))


@pytest.mark.engines("sqlite")
def test_the_index_and_the_schema_may_be_asked(lived_in: Shell) -> None:
    assert lived_in("sql", "SELECT count(*) FROM search_names WHERE search_names MATCH 'dup*'").out == "1\n"
    assert lived_in("sql", "PRAGMA table_info(contacts)").code == 0


def test_a_question_that_is_not_understood_says_why(lived_in: Shell) -> None:
    answer = lived_in("sql", "SELECT nothing FROM v_contacts")
    assert answer.code == 2
    assert "nothing" in answer.err


def test_a_base_that_was_lived_in_is_sound(lived_in: Shell) -> None:
    lived_in("contact", "edit", "c1", "--city", "Angers")
    lived_in("undo")
    lived_in("redo")
    lived_in("contact", "delete", "c2")
    lived_in("log", "call", "c1", "bonjour")
    lived_in("undo")
    answer = lived_in("check", "--all", "--json")
    assert answer.json == {
        "ok": True,
        "checks": ["file", "keys", "journal", "search", "derived"],
        "problems": [],
    }
    assert answer.code == 0


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE contacts SET city = 'Lyon' WHERE id = 1", "journal"),
        ("DELETE FROM contact_emails WHERE contact_id = 2", "journal"),
        ("UPDATE deals SET contact_id = 99 WHERE id = 1", "keys"),
        ("DELETE FROM search_names WHERE rowid = 8", "search"),
        ("DELETE FROM loose_deals", "derived"),
    ],
)
def test_what_is_wrong_is_found_and_the_code_says_so(
    lived_in: Shell, base: str, damage: str, check: str
) -> None:
    driver = sqlite3.connect(base)
    driver.execute("PRAGMA foreign_keys = OFF")
    with driver:
        assert driver.execute(damage).rowcount
    driver.close()
    answer = lived_in("check", "--json")
    assert answer.code == 6
    assert check in {problem["check"] for problem in answer.json["problems"]}


def test_the_doctor_tells_versions_and_counts(lived_in: Shell) -> None:
    told = lived_in("doctor", "--json").json
    assert told["counts"]["contacts"] == 2
    assert told["engine"]
    assert told["screen"] == "day"
    assert told["advice"] == []


@pytest.mark.engines("sqlite")
def test_the_doctor_advises_on_rights_and_on_a_damaged_base(lived_in: Shell, base: str) -> None:
    import os

    os.chmod(base, 0o644)
    assert any("chmod 600" in advice for advice in lived_in("doctor", "--json").json["advice"])
    with open(base, "wb") as file:
        file.write(b"no base at all" * 20)
    answer = lived_in("doctor", "--json")
    assert answer.code == 0
    assert len(answer.json["advice"]) == 2


@pytest.mark.engines("sqlite")
def test_the_choices_in_force_are_told(shell: Shell, base: str) -> None:
    assert shell("config", "list", "--json").json["db"] == base
    assert shell("config", "path", "--json").json["exists"] is False


@pytest.mark.engines("postgresql")
def test_the_password_of_the_server_is_never_told(
    shell: Shell, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "PETITCRM_DB", base.replace("://", "://someone:secret@", 1) if "@" not in base else base
    )
    assert "secret" not in shell("config", "list").out
