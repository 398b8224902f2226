"""Lists, segments and conditions on the command line: the contract of JSON, exit codes, ids from a pipe."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from petitcrm.i18n import spellings
from petitcrm.sales.where_fields import FIELDS
from tests.cli.conftest import Shell

ACCOUNT = """\
[mail.accounts.shop]
address = "contact@firme.example"
smtp = "smtp://127.0.0.1:2525"
"""
WORDING = ("--wording", "Recevoir la lettre")


@pytest.fixture
def two(shell: Shell) -> Shell:
    """Return a shell on a base of two people and a list."""
    shell(
        "contact",
        "add",
        "--first",
        "Zoé",
        "--last",
        "Noël",
        "--email",
        "zoe@bois.example",
        "--city",
        "Rennes",
    )
    shell("contact", "add", "--last", "Petit", "--email", "petit@acme.example", "--tag", "vip")
    assert shell("list", "add", "La lettre", "--key", "lettre", *WORDING, "--topic", "Bois").code == 0
    return shell


def test_contacts_are_listed_by_a_condition_in_either_language(two: Shell) -> None:
    french = two("contact", "list", "--where", "ville = rennes ou tag = vip", "--json").json
    english = two("contact", "list", "--where", "city = RENNES or tag = vip", "--json").json
    assert [one["id"] for one in french] == [one["id"] for one in english] == ["c1", "c2"]
    assert [one["id"] for one in two("contact", "list", "no", "--where", "ville connue", "--json").json] == [
        "c1"
    ]


def test_a_wrong_condition_is_a_wrong_command_that_says_where(two: Shell) -> None:
    told = two("contact", "list", "--where", "tag = vip et vile = Rennes")
    assert (told.code, told.out) == (2, "")
    assert "line 1, column 14" in told.err and "ville" in told.err


def test_people_are_put_on_a_list_from_a_pipe_with_their_proof(two: Shell) -> None:
    told = two("list", "subscribe", "lettre", "-", "--how", "bulletin", "--json", stdin="c1\nc2\n")
    assert [one["state"] for one in told.json] == ["subscribed", "subscribed"]
    assert two("list", "list", "--json").json[0]["subscribed"] == 2
    check = two("consent", "check", "c1", "--purpose", "newsletter", "--json").json
    assert (check["allowed"], check["reason"]) == (True, "consent")
    rows = list(csv.DictReader(io.StringIO(two("list", "export", "lettre").out)))
    assert {(one["state"], one["wording"], one["how"]) for one in rows} == {
        ("subscribed", "Recevoir la lettre", "bulletin")
    }
    assert two("list", "unsubscribe", "lettre", "c1").code == 0
    assert [one["id"] for one in two("list", "members", "lettre", "--json").json] == ["c2"]


def test_nobody_is_put_on_a_list_without_proof_or_a_mail(two: Shell) -> None:
    told = two("list", "subscribe", "lettre", "c1")
    assert told.code == 2 and "--account" in told.err
    assert two("list", "members", "lettre", "--state", "all", "--json").json == []


def test_who_refuses_is_left_out_and_the_others_are_done(two: Shell) -> None:
    two("consent", "object", "c1")
    told = two("list", "subscribe", "lettre", "c1", "c2", "--how", "bulletin")
    assert told.code == 3 and "c1" in told.err
    assert [one["id"] for one in two("list", "members", "lettre", "--json").json] == ["c2"]
    assert two("list", "subscribe", "lettre", "c1", "--how", "bulletin").code == 5


def test_a_list_that_asks_writes_the_mail(
    two: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = tmp_path / "accounts.toml"
    accounts.write_text(ACCOUNT)
    monkeypatch.setenv("PETITCRM_CONFIG", str(accounts))
    assert two("list", "edit", "lettre", "--account", "shop").code == 0
    nameless = two("list", "subscribe", "lettre", "c1")
    assert (nameless.code, "petitcrm setup --firm" in nameless.err) == (5, True)
    two("setup", "--firm", "Chauffage Acmé")
    told = two("list", "subscribe", "lettre", "c1", "--json").json
    assert told["state"] == "pending"
    assert two("list", "subscribe", "lettre", "c1").code == 5
    assert two("list", "confirm", "lettre", "c1").code == 2
    assert two("list", "confirm", "lettre", "c1", "--how", "appel", "--json").json["state"] == "subscribed"
    assert two("list", "topics", "lettre", "c1", "--topic", "bois", "--json").json["topics"] == ["bois"]
    assert two("list", "topics", "lettre", "c1", "--topic", "fioul").code == 2


def test_a_contact_is_shown_with_the_lists_that_they_are_on(two: Shell) -> None:
    assert two("contact", "show", "c1", "--json").json["lists"] == []
    assert "La lettre" not in two("contact", "show", "c1").out
    two("list", "subscribe", "lettre", "c1", "--how", "bulletin", "--topic", "bois")
    (told,) = two("contact", "show", "c1", "--json").json["lists"]
    assert told["since"] and told == {
        "key": "lettre", "name": "La lettre", "state": "subscribed", "topics": ["bois"],
        "topic_names": ["Bois"], "since": told["since"],
    }  # fmt: skip
    assert "lists\tLa lettre (Bois)" in two("contact", "show", "c1").out
    two("list", "unsubscribe", "lettre", "c1")
    assert two("contact", "show", "c1", "--json").json["lists"][0]["state"] == "unsubscribed"


def test_a_list_is_shown_edited_and_archived(two: Shell) -> None:
    assert two("list", "show", "La lettre", "--json").json["topics"] == ["bois"]
    assert "Recevoir la lettre" in two("list", "show", "lettre").out
    assert two("list", "edit", "lettre", "--name", "Nouvelles", "--json").json["name"] == "Nouvelles"
    assert two("list", "archive", "lettre", "--json").json["archived"] is True
    assert two("list", "subscribe", "lettre", "c1", "--how", "x").code == 5
    assert two("list", "archive", "lettre", "--back", "--json").json["archived"] is False
    assert two("list", "show", "rien").code == 4
    assert two("list", "members", "lettre", "--state", "x").code == 2


def test_a_segment_is_kept_counted_and_piped(two: Shell) -> None:
    made = two("segment", "add", "Rennes et vip", "ville = Rennes ou tag = vip", "--key", "rv", "--json").json
    assert made == {
        "key": "rv",
        "name": "Rennes et vip",
        "description": "",
        "where": "ville = Rennes ou tag = vip",
    }
    assert two("segment", "members", "rv", "-q").out == "c1\nc2\n"
    assert two("segment", "list", "--json").json[0]["people"] == 2
    two("list", "subscribe", "lettre", "c1", "--how", "bulletin")
    told = two("segment", "count", "rv", "--purpose", "newsletter", "--json").json
    assert told == {"segment": "rv", "people": 2, "reached": 1, "left_out": {"unknown": 1}}
    assert "1" in two("segment", "count", "rv", "--purpose", "newsletter").out
    assert two("segment", "show", "rv", "--json").json["people"] == 2
    assert two("segment", "edit", "rv", "--where", "segment = rv").code == 2
    assert two("segment", "add", "b", "segment = rv").code == 0
    assert two("segment", "delete", "rv").code == 5
    assert two("segment", "delete", "b").code == two("segment", "delete", "rv").code == 0
    assert two("undo").code == 0
    assert two("segment", "show", "rv").code == 0


def test_the_fields_are_told_with_an_example_of_each(two: Shell) -> None:
    told = two("segment", "fields", "--json").json
    assert {one["key"] for one in told} == {*FIELDS}


@pytest.mark.parametrize(("name", "language"), [("conditions.md", 0), ("conditions.fr.md", 1)])
def test_the_page_on_conditions_knows_every_field(name: str, language: int) -> None:
    page = Path(__file__).parents[2].joinpath("docs", name).read_text(encoding="utf-8")
    missing = [key for key, field in FIELDS.items() if f"`{spellings(field.example)[language]}`" not in page]
    assert not missing
