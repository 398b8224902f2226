"""Finding who may be in the base twice, weighed, and what a person decided."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import UsageProblem
from petitcrm.sales import companies, contacts, history
from petitcrm.sales.evidence import REASONS
from petitcrm.sales.matching import (
    Candidate,
    company_duplicates,
    contact_duplicates,
    like_newcomer,
    tell_apart,
)
from petitcrm.store.queries import duplicates as queries
from tests.support import twins


def person(crm: Crm, first: str, last: str, **told: Any) -> int:
    emails, phones = told.pop("emails", ()), told.pop("phones", ())
    return contacts.add(crm, {"first_name": first, "last_name": last, **told}, emails=emails, phones=phones)


def found(candidates: list[Candidate]) -> list[tuple[int, int, str]]:
    return [(candidate.first, candidate.second, candidate.band) for candidate in candidates]


def reasons(candidate: Candidate) -> set[str]:
    return {reason.key for reason in candidate.reasons}


SHARED = {"emails": ["d@free.fr"], "phones": ["0612345678"], "postcode": "75011"}


def weighed(crm: Crm, one: tuple[str, str], other: tuple[str, str], **told: Any) -> list[Candidate]:
    """Add two people who share all that is told, and return what is found of them."""
    for first, last in (one, other):
        person(crm, first, last, **told)
    return contact_duplicates(crm)


def test_nobody_is_there_twice_in_an_empty_base(crm: Crm) -> None:
    assert contact_duplicates(crm) == company_duplicates(crm) == contact_duplicates(crm, [1, 2]) == []


def test_one_address_and_one_name_are_certainly_one_person(crm: Crm) -> None:
    jean = person(crm, "Jean", "Dupont", emails=["Jean@Acme.fr"])
    twin = person(crm, "JEAN", "DUPONT", emails=["jean@acme.fr"])
    assert found(contact_duplicates(crm)) == [(jean, twin, "certain")]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (("Jean", "Dupont"), ("Dupont", "Jean"), {"emails": ["d@free.fr"]}),
        (("Philippe", "Dupont"), ("Phil", "Dupont"), {"emails": ["d@free.fr"]}),
        (("Sophie", "Martin-Durand"), ("Sophie", "Durand"), {"emails": ["d@free.fr"], "postcode": "75011"}),
        (("Hélène", "Lefèvre"), ("helene", "lefevre"), {"phones": ["0612345678"]}),
        (("Jean", "Dupont"), ("Jean", "Dupond"), {"emails": ["d@free.fr"]}),
        (("Jean", "Dupont"), ("", ""), {"emails": ["jean.dupont@free.fr"]}),
        (("", ""), ("", ""), {"emails": ["contact@acme.fr"]}),
        (("Jean", "Dupont"), ("Jean", "Dupont"), {"linkedin_url": "https://www.linkedin.com/in/dupont"}),
    ],
)
def test_what_is_certain(
    crm: Crm, one: tuple[str, str], other: tuple[str, str], told: dict[str, Any]
) -> None:
    (candidate,) = weighed(crm, one, other, **told)
    assert candidate.band == "certain", candidate


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (("Jean", "Dupont"), ("J.", "Dupont"), SHARED),
        (("Jean", "Dupont"), ("", "Dupont"), SHARED),
        (("Jean", "Dupont"), ("Jean-Pierre", "Dupont"), SHARED),
        (("Thomas", "Dupont"), ("Tomas", "Dupont"), SHARED),
        (("Sophie", "Martin"), ("Sophie", "Durand"), SHARED),
        (("Jean", "Dupont"), ("", ""), {"emails": ["dupont@free.fr"]}),
        (("Jean", "Dupont"), ("", ""), {"phones": ["0612345678"]}),
        (("Jean", "Dupont"), ("Jean", "Dupont"), {"postcode": "75011"}),
        (("Jean", "Dupont"), ("Jean", "Dupont"), {"phones": ["0142000000"]}),
    ],
)
def test_what_is_possible_and_no_more(
    crm: Crm, one: tuple[str, str], other: tuple[str, str], told: dict[str, Any]
) -> None:
    (candidate,) = weighed(crm, one, other, **told)
    assert candidate.band == "possible", candidate


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Jean", "Dupont"), ("Marie", "Dupont")),
        (("Michel", "Dupont"), ("Michèle", "Dupont")),
        (("Julie", "Julien"), ("Julien", "Julien")),
        (("Jean", "Dupont"), ("Marie", "Martin")),
    ],
)
def test_a_family_that_shares_everything_is_not_proposed(
    crm: Crm, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert weighed(crm, one, other, **SHARED) == []


def test_reasons_add_up_and_all_are_told(crm: Crm) -> None:
    (candidate,) = weighed(crm, ("Jean", "Dupont"), ("Jean", "Dupond"), **SHARED)
    assert reasons(candidate) == {"email", "mobile", "family_slip", "postcode"}
    assert candidate.score == 100
    assert candidate.reason == "email"
    assert all(reason.words and reason.key in REASONS for reason in candidate.reasons)
    assert "même mobile" in candidate.because


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"civility": "M."}, {"civility": "Mme"}, "other_civility"),
        ({"custom": {"naissance": "12/03/1970"}}, {"custom": {"naissance": "1998-07-01"}}, "other_birthday"),
    ],
)
def test_what_speaks_against_takes_away(
    crm: Crm, one: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    from petitcrm.sales import custom_fields

    custom_fields.find_or_add(crm, "contact", "naissance")
    for told in (one, other):
        person(crm, "Dominique", "Roy", **SHARED, **told)
    (candidate,) = contact_duplicates(crm)
    assert candidate.band == "possible"
    assert reason in reasons(candidate)
    assert ", mais " in candidate.because


def test_a_birthday_written_in_two_ways_is_one(crm: Crm) -> None:
    from petitcrm.sales import custom_fields

    custom_fields.find_or_add(crm, "contact", "Date de naissance")
    for told in ("12/03/1970", "1970-03-12"):
        person(crm, "Jean", "Dupont", emails=["d@free.fr"], custom={"date_de_naissance": told})
    assert [pair.band for pair in contact_duplicates(crm)] == ["certain"]


@pytest.mark.parametrize(("other", "band"), [("crm:2", "possible"), ("mail:2", "certain")])
def test_one_program_that_knows_two_knows_better(crm: Crm, other: str, band: str) -> None:
    for external_id in ("crm:1", other):
        row_id = person(crm, "Jean", "Dupont", emails=["d@free.fr"])
        with crm.act("contact.edited", contact=row_id) as act:
            act.update("contacts", row_id, external_id=external_id)
    assert [pair.band for pair in contact_duplicates(crm)] == [band]


def test_the_address_of_a_firm_says_nothing_of_a_person(crm: Crm) -> None:
    for name in ("Dupont", "Martin"):
        person(crm, "Jean", name, emails=["contact@acme.fr", "compta@acme.fr"])
    assert contact_duplicates(crm) == []


def test_who_moved_to_another_firm_with_a_mobile_is_found(crm: Crm) -> None:
    for name in ("Acmé", "Bois"):
        firm = companies.add(crm, {"name": name})
        person(
            crm, "Jean", "Dupont", company_id=firm, phones=["0612345678"], emails=[f"jean@{name.lower()}.fr"]
        )
    assert [pair.band for pair in contact_duplicates(crm)] == ["certain"]


def test_namesakes_of_two_towns_are_no_candidates(crm: Crm) -> None:
    for postcode in ("75011", "69003"):
        person(crm, "Jean", "Dupont", postcode=postcode, emails=[f"jean{postcode}@free.fr"])
    assert contact_duplicates(crm) == []


def test_a_father_and_a_son_of_one_name_are_never_certain(crm: Crm) -> None:
    for number in (1, 2):
        person(crm, "Jean", "Dupont", phones=["0241000000", f"061234567{number}"], street="1 rue Neuve",
               postcode="49000", emails=[f"jean{number}@free.fr"])  # fmt: skip
    assert [pair.band for pair in contact_duplicates(crm)] == ["possible"]


def test_a_slip_in_the_address_is_seen_where_the_name_is_the_same(crm: Crm) -> None:
    for domain in ("gmail.com", "gmial.com"):
        person(crm, "Jean", "Dupont", emails=[f"jean.dupont@{domain}"])
    assert "near_email" in reasons(contact_duplicates(crm)[0])


def test_a_telephone_counts_with_a_like_name_only(crm: Crm) -> None:
    jean = person(crm, "Jean", "Dupont", phones=["01 42 00 00 00"])
    twin = person(crm, "J.", "Dupont", phones=["+33142000000"])
    person(crm, "Marie", "Martin", phones=["0142000000"])
    assert found(contact_duplicates(crm)) == [(jean, twin, "possible")]


def test_a_switchboard_says_less_than_a_telephone(crm: Crm) -> None:
    for name in ("Dupont", "Dupont", "Martin", "Durand"):
        person(crm, "Jean", name, phones=["0142000000"])
    assert [reasons(pair) for pair in contact_duplicates(crm)] == [{"crowded_phone", "name"}]


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
    assert found(contact_duplicates(crm)) == [(jean, twin, "possible")]


def test_the_same_name_alone_is_no_reason(crm: Crm) -> None:
    for _ in range(2):
        person(crm, "Jean", "Dupont")
    assert contact_duplicates(crm) == []


def test_a_word_that_comes_twice_in_a_name_makes_nobody_his_own_twin(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    for number in range(40):
        person(crm, "Olivier", f"Olivier{number}" if number else "Olivier", company_id=acme)
    assert all(pair.first != pair.second for pair in contact_duplicates(crm))


def test_candidates_come_with_their_names(crm: Crm) -> None:
    (candidate,) = weighed(crm, ("Jean", "Dupont"), ("", "Dupont"), emails=["j@d.fr"])
    assert (candidate.first_name, candidate.second_name) == ("Jean Dupont", "Dupont")


# ------------------------------------------------------------------------------------------------- a few, a newcomer


@pytest.mark.engines("sqlite")
def test_a_few_have_the_duplicates_that_the_whole_base_says(crm: Crm) -> None:
    entries, firms = twins.people(4, plain=300, each=10)
    twins.write_people(crm, entries, firms)
    everything = contact_duplicates(crm)
    for chosen in ([7], range(1, 90), range(1, 1200)):
        wanted = [pair for pair in everything if pair.first in chosen or pair.second in chosen]
        assert contact_duplicates(crm, chosen) == wanted


@pytest.mark.engines("sqlite")
def test_a_few_companies_have_the_duplicates_that_the_whole_base_says(crm: Crm) -> None:
    entries = twins.companies(4, plain=100, each=5)
    twins.write_companies(crm, entries)
    wanted = [pair for pair in company_duplicates(crm) if pair.first < 30 or pair.second < 30]
    assert wanted
    assert company_duplicates(crm, range(1, 30)) == wanted


def test_who_a_newcomer_may_be_is_told_before_anything_is_written(crm: Crm) -> None:
    jean = person(crm, "Jean", "Dupont", phones=["0612345678"], emails=["jean@free.fr"])
    told = {"first_name": "Jean", "last_name": "Dupond"}
    (candidate,) = like_newcomer(crm, told, phones=["+33612345678"])
    assert (candidate.first, candidate.second, candidate.second_name) == (0, jean, "Jean Dupont")
    assert candidate.reason == "mobile"
    assert like_newcomer(crm, {"last_name": "Autre"}) == []


def test_a_newcomer_is_weighed_as_the_one_who_is_there(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    person(crm, "Jean", "Dupont", company_id=acme, emails=["jean@acme.fr"])
    (before,) = like_newcomer(
        crm, {"first_name": "J", "last_name": "Dupont", "company_id": acme}, emails=["jean@acme.fr"]
    )
    person(crm, "J", "Dupont", company_id=acme, emails=["jean@acme.fr"])
    (after,) = contact_duplicates(crm)
    assert (before.score, before.reasons) == (after.score, after.reasons)


# ---------------------------------------------------------------------------------------------------- a labelled list


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_a_labelled_list_of_people_what_is_certain_is_right_and_most_is_proposed(
    crm: Crm, seed: int
) -> None:
    entries, firms = twins.people(seed)
    twins.write_people(crm, entries, firms)
    pairs = [(pair.first, pair.second, pair.band) for pair in contact_duplicates(crm)]
    got = twins.measure(entries, pairs)
    assert got.certain > 200
    assert got.precision >= 0.99, got.wrong
    assert got.recall >= 0.9, got.cases


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_a_labelled_list_of_firms_what_is_certain_is_right_and_most_is_proposed(
    crm: Crm, seed: int
) -> None:
    entries = twins.companies(seed)
    twins.write_companies(crm, entries)
    pairs = [(pair.first, pair.second, pair.band) for pair in company_duplicates(crm)]
    got = twins.measure(entries, pairs)
    assert got.certain > 30
    assert got.precision >= 0.99, got.wrong
    assert got.recall >= 0.9, got.cases


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


# ------------------------------------------------------------------------------------------------------------- firms


@pytest.mark.parametrize(
    ("first", "second", "reason", "band"),
    [
        ({"siret": "73282932000074"}, {"siret": "732 829 320 00074", "name": "Autre"}, "siret", "possible"),
        (
            {"siret": "73282932000074"},
            {"siret": "732 829 320 00074", "name": "Acmé SARL"},
            "siret",
            "certain",
        ),
        ({"siret": "73282932000074"}, {"siren": "732829320"}, "siren", "certain"),
        ({"siren": "732829320"}, {"vat_number": "FR44732829320"}, "siren", "certain"),
        ({"siret": "73282932000074"}, {"siret": "73282932000082"}, "establishments", "possible"),
        ({"postcode": "75011"}, {"postcode": "75011", "name": "ACME SARL"}, "postcode", "possible"),
        ({"postcode": "75011"}, {"postcode": "75011", "name": "Acmée"}, "postcode", "possible"),
        ({}, {"name": "S.A.R.L. Acmé"}, "name", "possible"),
        ({"website": "acme.fr"}, {"email": "contact@acme.fr", "name": "Acmé France"}, "domain", "possible"),
        ({"phone": "0142000000"}, {"phone": "+33 1 42 00 00 00", "name": "Acmé Bois"}, "phone", "possible"),
        ({"email": "acme@orange.fr"}, {"email": "acme@orange.fr", "name": "Acmé Bois"}, "email", "possible"),
    ],
)
def test_companies_are_candidates(
    crm: Crm, first: dict[str, str], second: dict[str, str], reason: str, band: str
) -> None:
    acme = companies.add(crm, {"name": "Acmé", **first})
    twin = companies.add(crm, {"name": "Acmé", **second})
    companies.add(crm, {"name": "Bois et Fils", "postcode": "75011", "website": "bois.fr"})
    candidates = company_duplicates(crm)
    assert found(candidates) == [(acme, twin, band)]
    assert reason in reasons(candidates[0])


@pytest.mark.parametrize(
    ("second", "band"),
    [
        ({"postcode": "75011", "website": "acme.fr"}, "certain"),
        ({"postcode": "75011", "phone": "0142000000"}, "certain"),
        ({"postcode": "75011", "website": "acme.fr", "phone": "0142000001"}, "possible"),
        ({"postcode": "69003", "website": "acme.fr"}, "possible"),
        ({"website": "acme.fr"}, "possible"),
    ],
)
def test_a_name_is_certain_with_its_place_and_one_thing_more(
    crm: Crm, second: dict[str, str], band: str
) -> None:
    companies.add(crm, {"name": "Acmé", "postcode": "75011", "website": "acme.fr", "phone": "0142000000"})
    companies.add(crm, {"name": "SARL Acmé", **second})
    assert [pair.band for pair in company_duplicates(crm)] == [band]


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
