"""Contacts, companies and tags from the command line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell


def test_a_contact_is_added_with_its_company_and_shown(shell: Shell) -> None:
    added = shell(
        "contact", "add", "--first", "Jeanne", "--last", "Dupont", "--email", "Jeanne@Dupont.example",
        "--company", "Acme", "--phone", "06 12 34 56 78", "--tag", "vip", "--set", "Chaudière=gaz", "--json",
    ).json  # fmt: skip
    shown = shell("contact", "show", "dupont", "--json").json
    assert shown == added
    assert shown["id"] == "c1"
    assert shown["company"] == {"id": "f1", "name": "Acme"}
    assert shown["emails"] == ["jeanne@dupont.example"]
    assert shown["phones"] == ["+33612345678"]
    assert shown["tags"] == ["vip"]
    assert shown["custom"] == {"chaudiere": "gaz"}
    assert shown["consents"] == []


def test_quiet_prints_only_the_id(shell: Shell) -> None:
    assert shell("contact", "add", "--last", "Dupont", "-q").out == "c1\n"


def test_an_edit_changes_what_is_named_and_undo_takes_it_back(lived_in: Shell) -> None:
    lived_in("contact", "edit", "c1", "--city", "Angers", "--company", "none")
    edited = lived_in("contact", "show", "c1", "--json").json
    assert (edited["city"], edited["company"], edited["first_name"]) == ("Angers", None, "Jeanne")
    undone = lived_in("undo", "--json").json
    assert (undone["undone"], undone["kept"]) == (1, [])
    back = lived_in("contact", "show", "c1", "--json").json
    assert (back["city"], back["company"]["name"]) == ("", "Acme")
    assert lived_in("redo", "--json").json["batch"] == undone["batch"]
    assert lived_in("contact", "show", "c1", "--json").json["city"] == "Angers"


def test_lists_are_tagged_from_a_pipe(lived_in: Shell) -> None:
    listed = lived_in("contact", "list").out
    assert lived_in("tag", "add", "vip", "-", stdin=listed).code == 0
    assert [one["id"] for one in lived_in("contact", "list", "--tag", "vip", "--json").json] == ["c1", "c2"]
    lived_in("contact", "tag", "remove", "vip", "c2")
    assert lived_in("tag", "list", "--json").json == [
        {"tag": "vip", "contacts": 1, "companies": 0, "deals": 0}
    ]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("style", ["--json", "--ndjson"])
def test_references_are_read_from_json_too(lived_in: Shell, style: str) -> None:
    listed = lived_in("contact", "list", style).out
    assert len(lived_in("tag", "add", "vip", "-", "--json", stdin=listed).json) == 2


def test_two_contacts_are_merged_and_separated_again(lived_in: Shell) -> None:
    assert lived_in("contact", "merge", "c2", "c1").code == 0
    assert lived_in("contact", "show", "c1", "--json").json["id"] == "c2"
    assert lived_in("contact", "unmerge", "c2").code == 0
    assert lived_in("contact", "show", "c1", "--json").json["id"] == "c1"


def test_a_contact_with_deals_is_not_deleted(lived_in: Shell) -> None:
    refused = lived_in("contact", "delete", "c1")
    assert refused.code == 5
    assert "contact-has-deals" in refused.err
    assert lived_in("contact", "delete", "c2").code == 0
    assert lived_in("contact", "show", "c2").code == 4


@pytest.mark.engines("sqlite")
def test_several_are_not_deleted_without_a_yes(lived_in: Shell) -> None:
    lived_in("contact", "add", "--last", "Durand")
    assert lived_in("contact", "delete", "c2", "c3").code == 2
    assert lived_in("contact", "delete", "c2", "c3", "--yes").code == 0


def test_a_company_is_added_edited_and_shown(shell: Shell) -> None:
    shell("company", "add", "Acme SARL", "--siren", "732829320", "--city", "Lyon", "--postcode", "69001")
    shell("company", "edit", "acme", "--headcount", "12")
    shown = shell("company", "show", "f1", "--json").json
    assert (shown["name"], shown["siren"], shown["headcount"]) == ("Acme SARL", "732829320", 12)
    assert shell("company", "list", "--json").json[0]["id"] == "f1"


def test_a_list_is_limited_and_sorted(lived_in: Shell) -> None:
    assert [one["id"] for one in lived_in("contact", "list", "--limit", "1", "--json").json] == ["c1"]
    assert [one["id"] for one in lived_in("contact", "list", "--sort", "newest", "--json").json] == [
        "c2",
        "c1",
    ]
    assert lived_in("contact", "list", "--limit", "0", "--json").json == []


def test_words_need_no_quotes(lived_in: Shell) -> None:
    assert lived_in("contact", "show", "jeanne", "dupont", "--json").json["id"] == "c1"
    assert lived_in("timeline", "jeanne", "dupont", "--json").code == 0


def test_people_of_the_firm_act_under_their_names(lived_in: Shell) -> None:
    lived_in("user", "add", "marie", "--name", "Marie Curie")
    lived_in("--as", "marie", "log", "call", "c1", "bonjour")
    assert lived_in("timeline", "c1", "--json").json[0]["author"] == "Marie Curie"
    assert lived_in("user", "list", "--json").json[0]["key"] == "marie"


def test_tags_are_put_in_short_and_listed(lived_in: Shell) -> None:
    assert lived_in("contact", "tag", "c1", "vip", "tiède", "--json").json["tags"] == ["tiède", "vip"]
    assert lived_in("company", "tag", "acme", "vip").code == 0
    assert lived_in("deal", "tag", "d1", "vip").code == 0
    assert lived_in("contact", "tag", "add", "vip", "c2").code == 0
    assert lived_in("contact", "tag", "remove", "tiède", "c1").code == 0
    assert lived_in("contact", "tag", "list", "--json").json == [{"tag": "vip", "contacts": 2}]
    assert lived_in("contact", "tag", "ad", "vip", "c1").code == 2
    assert lived_in("contact", "tag", "c1").code == 2


def test_references_come_from_a_pipe_also_as_csv(lived_in: Shell) -> None:
    listed = lived_in("contact", "list", "--csv").out
    assert len(lived_in("contact", "tag", "-", "vip", "--json", stdin=listed).json) == 2
    deals = lived_in("deal", "list").out
    assert (
        lived_in("deal", "move", "-", "closing", "--json", stdin=deals).json[0]["stage"]["key"] == "closing"
    )
    slept = lived_in("deal", "sleep", "-", "in", "3", "weeks", "--json", stdin=deals).json
    assert slept[0]["sleep_until"] == "2026-12-14"


@pytest.mark.parametrize(
    "words", [("contact", "list"), ("tag", "list"), ("sql", "SELECT 1"), ("contact", "duplicates")]
)
def test_an_answer_has_one_style(lived_in: Shell, words: tuple[str, ...]) -> None:
    answer = lived_in(*words, "--json", "--csv")
    assert (answer.code, answer.out) == (2, "")
