"""What is there twice, from the command line: listed, compared, told apart, merged."""

from __future__ import annotations

import csv
import json
import sys

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def twins(lived_in: Shell) -> Shell:
    """Return a shell on a base where c3 is certainly c1 (Jeanne Dupont), and c4 is possibly c2 (Paul Martin)."""
    lived_in("contact", "add", "--first", "JEANNE", "--last", "DUPONT", "--email", "jeanne@dupont.example",
             "--phone", "+33 6 12 34 56 78", "--job", "gérante", "--city", "Angers")  # fmt: skip
    lived_in("contact", "add", "--first", "P.", "--last", "Martin", "--email", "paul@martin.example")
    return lived_in


def _pair(found: dict[str, object]) -> tuple[object, object, object]:
    return found["first"]["id"], found["second"]["id"], found["band"]  # type: ignore[index]


def test_they_are_listed_with_a_score_a_band_and_every_reason(twins: Shell) -> None:
    sure, unsure = twins("contact", "duplicates", "--json").json
    assert _pair(sure) == ("c1", "c3", "certain")
    assert _pair(unsure) == ("c2", "c4", "possible")
    assert sure["score"] == 100
    assert sure["reasons"][0] == {"reason": "email", "points": 55}
    assert [one["reason"] for one in unsure["reasons"]] == ["email", "initial"]
    assert set(sure) == {"score", "band", "reason", "reasons", "first", "second"}


def test_the_certain_ones_are_listed_alone(twins: Shell) -> None:
    (pair,) = twins("contact", "duplicates", "--certain", "--json").json
    assert _pair(pair) == ("c1", "c3", "certain")


@pytest.mark.engines("sqlite")
def test_each_style_says_the_same(twins: Shell) -> None:
    found = twins("contact", "duplicates", "--json").json
    assert [json.loads(line) for line in twins("contact", "duplicates", "--ndjson").lines] == found
    told = list(csv.DictReader(twins("contact", "duplicates", "--csv").lines))
    assert [row["first"] for row in told] == ["c1", "c2"]
    assert told[1]["reasons"] == "email initial"
    assert twins("contact", "duplicates").lines[1].split("\t")[:3] == ["83", "possible", "c2"]


def test_an_empty_base_has_none_and_says_so(shell: Shell) -> None:
    for noun in ("contact", "company"):
        answer = shell(noun, "duplicates")
        assert (answer.code, answer.out) == (0, "")
        assert "No two records look the same." in answer.err
        assert shell(noun, "duplicates", "--json").json == []
        assert shell(noun, "merge", "--certain", "--json").json == {"merged": 0, "left": 0, "groups": []}


def test_two_who_are_not_the_same_are_proposed_no_more(twins: Shell) -> None:
    assert twins("contact", "duplicates", "--not-same", "c2", "c4").code == 0
    assert len(twins("contact", "duplicates", "--json").json) == 1


@pytest.mark.parametrize("width", [40, 80, 200])
def test_on_a_terminal_each_pair_has_its_reasons_in_words(
    twins: Shell, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("petitcrm.cli.output.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (("duplicates",), ("compare", "c1", "c3"), ("merge", "--certain", "--dry-run")):
        answer = twins("contact", *words)
        assert answer.code == 0
        assert "\x1b" not in answer.out
        assert all(len(line) <= width for line in answer.lines), answer.out
    assert "one first name is an initial" in " ".join(twins("contact", "duplicates").out.split())


def test_two_are_shown_side_by_side_with_what_a_merge_would_keep(twins: Shell) -> None:
    told = twins("contact", "compare", "c1", "c3", "--take", "first_name", "--json").json
    fields = {field["field"]: field for field in told["fields"]}
    assert fields["first_name"] == {
        "field": "first_name", "first": "Jeanne", "second": "JEANNE", "kept": "JEANNE", "differs": True}  # fmt: skip
    assert fields["job_title"]["kept"] == "gérante"
    assert fields["emails"]["differs"] is False
    assert (told["band"], told["first"]["id"]) == ("certain", "c1")
    assert ["job_title", "", "gérante", "gérante", "≠"] in [
        line.split("\t") for line in twins("contact", "compare", "c1", "c3").lines
    ]


def test_a_field_of_the_merged_one_may_win(twins: Shell) -> None:
    merged = twins(
        "contact", "merge", "c1", "c3", "--take", "first_name", "--take", "last_name", "--json"
    ).json
    assert (merged["id"], merged["name"], merged["job_title"]) == ("c1", "JEANNE DUPONT", "gérante")
    twins("contact", "unmerge", "c1")
    assert twins("contact", "show", "c1", "--json").json["name"] == "Jeanne Dupont"


def test_a_field_that_is_none_is_refused_with_those_that_are(twins: Shell) -> None:
    refused = twins("contact", "merge", "c1", "c3", "--take", "nom")
    assert refused.code == 2
    assert "first_name" in refused.err


def test_all_that_is_certain_is_merged_by_one_gesture_and_one_undo(twins: Shell) -> None:
    shown = twins("contact", "merge", "--certain", "--dry-run", "--json").json
    assert shown == {
        "merged": 1, "left": 0,
        "groups": [{"kept": {"id": "c1", "name": "Jeanne Dupont"}, "score": 100,
                    "merged": [{"id": "c3", "name": "JEANNE DUPONT"}]}],
    }  # fmt: skip
    assert twins("contact", "merge", "--certain").code == 2  # nobody is there to be asked
    assert len(twins("contact", "list", "--json").json) == 4
    assert twins("contact", "merge", "--certain", "--yes", "--json").json == shown
    assert len(twins("contact", "list", "--json").json) == 3
    assert twins("contact", "merge", "--certain", "--yes", "--json").json["merged"] == 0
    twins("undo")
    assert len(twins("contact", "list", "--json").json) == 4


@pytest.mark.parametrize("words", [(), ("c1",), ("c1", "c3", "--certain"), ("c1", "c3", "--dry-run")])
def test_a_merge_says_which_two_or_all(twins: Shell, words: tuple[str, ...]) -> None:
    assert twins("contact", "merge", *words).code == 2


def test_companies_are_compared_and_merged_too(shell: Shell) -> None:
    shell("company", "add", "Acmé", "--siren", "732829320", "--city", "Angers")
    again = shell("company", "add", "ACME SARL", "--siren", "732829320", "--website", "acme.fr")
    assert "It may be Acmé (f1), 100/100: same SIREN, same name." in again.err
    assert "petitcrm company merge f1 f2" in again.err
    assert shell("company", "compare", "f1", "f2", "--json").json["band"] == "certain"
    assert shell("company", "merge", "f1", "f2", "--take", "name", "--json").json["name"] == "ACME SARL"
    shell("undo")
    assert shell("company", "merge", "--certain", "--yes", "--json").json["merged"] == 1


def test_whom_a_newcomer_may_be_is_said_with_the_reasons(lived_in: Shell) -> None:
    again = lived_in(
        "contact", "add", "--first", "J", "--email", "Jeanne@dupont.example", "--phone", "0612345678"
    )
    assert (again.code, again.out[:3]) == (0, "c3\t")
    assert "It may be Jeanne Dupont (c1), 89/100: same e-mail address, same mobile, one has only" in again.err
    assert "petitcrm contact merge c1 c3" in again.err
    assert lived_in("contact", "add", "--last", "Durand", "--email", "durand@durand.example").err == ""


def test_one_of_the_family_is_no_duplicate_but_the_shared_number_is_said(lived_in: Shell) -> None:
    again = lived_in("contact", "add", "--first", "Paul", "--last", "Dupont", "--phone", "0612345678")
    assert again.err.strip() == "Jeanne Dupont (c1) has +33612345678 as well."


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe of a shell")
def test_ids_of_a_pair_go_through_a_pipe(twins: Shell) -> None:
    first = twins("contact", "duplicates", "--certain").lines[0].split("\t")
    assert twins("contact", "merge", first[2], first[4]).code == 0
