"""Telling whether two rows are the same person, or the same firm."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import UsageProblem
from petitcrm.sales import companies, contacts, history
from petitcrm.sales.matching import (
    REASONS,
    Candidate,
    company_duplicates,
    contact_duplicates,
    likeness,
    match_name,
    person_key,
    tell_apart,
)
from petitcrm.store.queries import duplicates as queries


def person(crm: Crm, first: str, last: str, **told: Any) -> int:
    emails, phones = told.pop("emails", ()), told.pop("phones", ())
    return contacts.add(crm, {"first_name": first, "last_name": last, **told}, emails=emails, phones=phones)


def found(candidates: list[Candidate]) -> list[tuple[int, int, str]]:
    return [(candidate.first, candidate.second, candidate.reason) for candidate in candidates]


def test_one_address_is_one_person_whatever_its_capitals(crm: Crm) -> None:
    jean = person(crm, "Jean", "Dupont", emails=["Jean@Acme.fr"])
    twin = person(crm, "", "Dupont", emails=["jean@acme.fr"])
    assert found(contact_duplicates(crm)) == [(jean, twin, "email")]


def test_the_address_of_a_firm_says_nothing_of_a_person(crm: Crm) -> None:
    for name in ("Dupont", "Martin"):
        person(crm, "Jean", name, emails=["contact@acme.fr", "compta@acme.fr"])
    assert contact_duplicates(crm) == []


def test_a_couple_that_shares_an_address_comes_last(crm: Crm) -> None:
    person(crm, "Jean", "Dupont", emails=["famille@free.fr"])
    person(crm, "Marie", "Martin", emails=["famille@free.fr"])
    twins = [person(crm, "Zoé", "Noël", phones=["0612345678"]) for _ in range(2)]
    candidates = contact_duplicates(crm)
    assert found(candidates)[0] == (*twins, "phone")
    assert candidates[-1].score == 50


def test_a_telephone_counts_with_a_like_name_only(crm: Crm) -> None:
    jean = person(crm, "Jean", "Dupont", phones=["01 42 00 00 00"])
    twin = person(crm, "J.", "Dupont", phones=["+33142000000"])
    person(crm, "Marie", "Martin", phones=["0142000000"])
    assert found(contact_duplicates(crm)) == [(jean, twin, "phone")]


def test_a_number_that_a_crowd_shares_says_nothing(crm: Crm) -> None:
    for _ in range(31):
        person(crm, "Jean", "Dupont", phones=["0142000000"])
    assert contact_duplicates(crm) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [("JEAN", "DUPONT"), ("Dupont", "Jean"), ("Jean", "Dupond"), ("J", "Dupont"), ("", "Dupont")],
)
def test_like_names_at_one_company_are_candidates(crm: Crm, first: str, last: str) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    jean = person(crm, "Jean", "Dupont", company_id=acme)
    twin = person(crm, first, last, company_id=acme)
    person(crm, "Marie", "Durand", company_id=acme)
    assert found(contact_duplicates(crm)) == [(jean, twin, "company")]


def test_the_same_name_at_one_postcode_is_a_candidate(crm: Crm) -> None:
    jean = person(crm, "Jean-Pierre", "Dupont", postcode="75011")
    twin = person(crm, "Jean Pierre", "DUPONT", postcode="75011")
    person(crm, "Jean-Pierre", "Dupont", postcode="69003")
    assert found(contact_duplicates(crm)) == [(jean, twin, "postcode")]


def test_the_same_name_alone_is_no_reason(crm: Crm) -> None:
    for _ in range(2):
        person(crm, "Jean", "Dupont")
    assert contact_duplicates(crm) == []


def test_a_pair_is_proposed_once_for_its_best_reason(crm: Crm) -> None:
    for _ in range(2):
        person(crm, "Jean", "Dupont", postcode="75011", emails=["j@d.fr"], phones=["0612345678"])
    assert [(pair.score, pair.reason) for pair in contact_duplicates(crm)] == [(99, "email")]


def test_candidates_come_with_their_names_and_a_reason_in_words(crm: Crm) -> None:
    for first in ("Jean", ""):
        person(crm, first, "Dupont", emails=["j@d.fr"])
    (candidate,) = contact_duplicates(crm)
    assert (candidate.first_name, candidate.second_name) == ("Jean Dupont", "Dupont")
    assert candidate.because and candidate.reason in REASONS


def test_not_the_same_is_remembered_and_can_be_undone(config: Config) -> None:
    with open_crm(config) as crm:
        jean, twin = (person(crm, "Jean", "Dupont", emails=["j@d.fr"]) for _ in range(2))
    with open_crm(config) as crm:
        assert tell_apart(crm, "contact", twin, jean)
        assert not tell_apart(crm, "contact", jean, twin)
        assert contact_duplicates(crm) == []
    with open_crm(config) as crm:
        history.undo(crm)
        assert len(contact_duplicates(crm)) == 1


def test_one_row_is_not_told_apart_from_itself_nor_from_one_that_is_not_there(crm: Crm) -> None:
    jean = person(crm, "Jean", "Dupont")
    for noun, other in (("contact", jean), ("contact", 99), ("deal", 2)):
        with pytest.raises(UsageProblem):
            tell_apart(crm, noun, jean, other)


def test_deleting_a_contact_forgets_whom_it_was_told_apart_from(crm: Crm) -> None:
    jean, twin = (person(crm, "Jean", "Dupont", emails=["j@d.fr"]) for _ in range(2))
    tell_apart(crm, "contact", jean, twin)
    contacts.delete(crm, twin)
    assert queries.told_apart(crm, "contact") == set()


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"siret": "73282932000074"}, {"siret": "732 829 320 00074", "name": "Autre"}, "siret"),
        ({"siret": "73282932000074"}, {"siren": "732829320"}, "siren"),
        ({"postcode": "75011"}, {"postcode": "75011", "name": "ACME SARL"}, "name and postcode"),
        ({"postcode": "75011"}, {"postcode": "75011", "name": "Acmée"}, "name and postcode"),
        ({}, {"name": "S.A.R.L. Acmé"}, "name"),
        ({"website": "acme.fr"}, {"email": "contact@acme.fr", "name": "Acmé France"}, "domain"),
        ({"phone": "0142000000"}, {"phone": "+33 1 42 00 00 00", "name": "Acmé Bois"}, "phone"),
    ],
)
def test_companies_are_candidates(
    crm: Crm, first: dict[str, str], second: dict[str, str], reason: str
) -> None:
    acme = companies.add(crm, {"name": "Acmé", **first})
    twin = companies.add(crm, {"name": "Acmé", **second})
    companies.add(crm, {"name": "Bois et Fils", "postcode": "75011", "website": "bois.fr"})
    assert found(company_duplicates(crm)) == [(acme, twin, reason)]


def test_two_sirens_are_never_one_firm(crm: Crm) -> None:
    companies.add(crm, {"name": "Acmé", "siren": "732829320", "postcode": "75011"})
    companies.add(crm, {"name": "Acmé", "siren": "404833048", "postcode": "75011"})
    assert company_duplicates(crm) == []


def test_like_names_with_nothing_else_in_common_are_no_candidates(crm: Crm) -> None:
    companies.add(crm, {"name": "Acmé", "postcode": "75011"})
    companies.add(crm, {"name": "Acmée", "postcode": "69003"})
    companies.add(crm, {"name": "Autre", "website": "acme.fr"})
    companies.add(crm, {"name": "Différente", "website": "acme.fr"})
    assert company_duplicates(crm) == []


def test_a_firm_of_thousands_is_compared_by_whole_names(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    rows = ((number, "Jean", f"Dupont{number % 1590}", f"dupont{number % 1590} jean", acme, crm.now_text)
            for number in range(1, 1601))  # fmt: skip
    crm.connection.insert_many(
        "contacts", ("id", "first_name", "last_name", "sort_name", "company_id", "created_at"), rows
    )
    assert len(contact_duplicates(crm)) == 10


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("dupont jean", "dupont jean", "same"),
        ("", "dupont", "unknown"),
        ("", "", "unknown"),
        ("dupont jean", "dupont", "near"),
        ("dupont j", "dupont jean", "near"),
        ("dupont jean", "dupond jean", "near"),
        ("dupont jean marie", "dupont jean", "near"),
        ("dupont jean", "dupont marie", "different"),
        ("d j", "dupont jean", "different"),
    ],
)
def test_two_names_are_compared(one: str, other: str, how: str) -> None:
    assert likeness(one, other) == likeness(other, one) == how


@pytest.mark.parametrize("name", ["Jean Dupont", "DUPONT Jean", "dupont, jean"])
def test_a_person_has_one_key_whichever_name_comes_first(name: str) -> None:
    assert person_key(name) == "dupont jean"


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("SARL Dupont & Fils", "dupont et fils"),
        ("S.A.R.L. Dupont et Fils", "dupont et fils"),
        ("Dupont et fils SAS", "dupont et fils"),
        ("Ets. Martin", "martin"),
        ("L'Œuvre (SCI)", "l oeuvre"),
        ("A. B. Services", "ab services"),
        ("AB-Services", "ab services"),
        ("SA", "sa"),
        ("Acme Ltd", "acme"),
        ("Spa des Thermes", "spa des thermes"),
        ("!!!", "!!!"),
    ],
)
def test_a_company_is_compared_without_its_legal_form(name: str, compared: str) -> None:
    assert match_name(name) == compared
