"""Consent on the command line: the contract of JSON, exit codes, many at once."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def jean(shell: Shell) -> Shell:
    """Return a shell on a base with somebody of a firm."""
    words = ("--first", "Jean", "--last", "Dupont", "--email", "jean@acme.example", "--company", "Acme")
    assert shell("contact", "add", *words).code == 0
    return shell


@pytest.mark.parametrize("verb", ["give", "withdraw", "object"])
def test_what_nobody_can_have_said_yet_is_refused_with_an_advice_of_its_own(jean: Shell, verb: str) -> None:
    proof = ("--wording", "Recevoir la lettre", "--how", "formulaire") if verb == "give" else ()
    told = jean("--lang", "fr", "consent", verb, "dupont", *proof, "--at", "dans 3 jours")
    assert (told.code, told.out) == (2, "")
    assert "est encore à venir" in told.err and "Dites quand c’était" in told.err
    assert "chronologie" not in told.err and "petitcrm add" not in told.err
    assert jean("consent", "show", "dupont", "--json").json["consents"] == []
    assert jean("consent", verb, "dupont", *proof, "--at", "hier").code == 0


def test_the_answer_has_its_reason_its_words_and_its_proof(jean: Shell) -> None:
    told = jean("consent", "check", "dupont", "--channel", "email", "--purpose", "newsletter", "--json")
    assert told.code == 0
    assert told.json == {
        "allowed": False, "reason": "not-informed", "proof": None,
        "text": "is a professional who was not told yet that they may object",
    }  # fmt: skip
    given = jean(
        "consent", "give", "dupont", "--channel", "email", "--purpose", "newsletter", "--wording", "La lettre du mois",
        "--how", "salon", "--at", "2026-10-01", "--json",
    ).json  # fmt: skip
    assert (given["act"], given["at"][:10], given["contact"]) == ("given", "2026-10-01", "c1")
    told = jean("consent", "check", "c1", "--channel", "email", "--purpose", "newsletter", "--json").json
    assert (told["allowed"], told["reason"], told["proof"]) == (True, "consent", given["id"])


def test_a_consent_without_proof_is_a_wrong_command(jean: Shell) -> None:
    refused = jean("consent", "give", "dupont", "--channel", "email", "--purpose", "newsletter")
    assert refused.code == 2
    assert "--wording" in refused.err


def test_who_objected_is_refused_by_the_rule_that_is_named(jean: Shell) -> None:
    assert jean("consent", "object", "dupont").code == 0
    proof = ("--wording", "La lettre", "--how", "appel")
    refused = jean("consent", "give", "dupont", *proof)
    assert refused.code == 5
    assert "objected" in refused.err
    assert jean("consent", "give", "dupont", *proof, "--they-asked").code == 0
    assert jean("consent", "check", "dupont", "--json").json["allowed"] is True


def test_who_objected_is_named_in_french_whoever_they_are(jean: Shell) -> None:
    jean("contact", "edit", "dupont", "--first", "Julie")
    jean("consent", "object", "dupont")
    refused = jean("--lang", "fr", "consent", "give", "dupont", "--wording", "La lettre", "--how", "appel")
    assert "Julie Dupont a fait opposition\u00a0:" in refused.err


def test_many_are_informed_at_once_and_undone_at_once(jean: Shell) -> None:
    jean("contact", "add", "--last", "Petit", "--email", "petit@bois.example", "--company", "Bois")
    assert jean("consent", "inform", "-", "--how", "stand", stdin="c1\nc2\n").code == 0
    both = jean("consent", "check", "c1", "c2", "--json").json
    assert [one["reason"] for one in both] == ["professional", "professional"]
    assert jean("undo").code == 0
    assert jean("consent", "check", "c2", "--json").json["reason"] == "not-informed"


def test_the_sheet_shows_the_ledger_and_what_may_be_done(jean: Shell) -> None:
    jean("consent", "withdraw", "dupont", "--channel", "email", "--purpose", "newsletter", "--how", "réponse")
    assert [one["act"] for one in jean("contact", "show", "dupont", "--json").json["consents"]] == [
        "withdrawn"
    ]
    shown = jean("consent", "show", "dupont", "--json").json
    letter = next(
        one for one in shown["verdicts"] if (one["channel"], one["purpose"]) == ("email", "newsletter")
    )
    assert (letter["allowed"], letter["reason"]) == (False, "withdrawn")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("check", "dupont", "--channel", "fax"), 2, "fax"),
        (("check", "personne"), 4, "personne"),
        (("inform", "dupont"), 2, "--how"),
        (("standing", "robot", "dupont"), 2, "robot"),
        (("object", "dupont", "--at", "2030-01-01"), 2, "2030"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(jean: Shell, words: tuple[str, ...], code: int, said: str) -> None:
    refused = jean("consent", *words)
    assert refused.code == code
    assert said in refused.err
