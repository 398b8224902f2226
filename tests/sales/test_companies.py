"""Companies: added with what follows from their numbers, found by name, merged and separated."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.sales import companies, contacts, deals, history, references, tags, timeline
from petitcrm.store.queries import companies as queries
from petitcrm.store.queries import contacts as people
from tests.support.snapshots import difference, snapshot, stale

SIRET = "732 829 320 00074"


def test_numbers_are_kept_without_their_spaces_and_the_siret_tells_the_siren(crm: Crm) -> None:
    sheet = queries.sheet(crm, companies.add(crm, {"name": "Acmé", "siret": SIRET}))
    assert (sheet.siret, sheet.siren) == ("73282932000074", "732829320")


@pytest.mark.parametrize(
    "fields",
    [
        {"siren": "123456789"},
        {"siret": "3,62522E+13"},
        {"siren": "404833048", "siret": SIRET},
        {"vat_number": "FR00000000000"},
        {"naf_rev2": "plombier"},
        {"headcount": "beaucoup"},
        {"headcount": "-3"},
        {"headcount_band": "99"},
        {"email": "acme"},
        {"name": "  "},
        {"nom": "Acmé"},
    ],
)
def test_a_wrong_value_is_refused(crm: Crm, fields: dict[str, str]) -> None:
    with pytest.raises(UsageProblem):
        companies.add(crm, {"name": "Acmé", **fields})


@pytest.mark.parametrize(
    ("fields", "band", "size"),
    [
        ({"headcount": 8}, "03", "micro"),
        ({"headcount": "8", "revenue_cents": 300_000_000, "balance_cents": 300_000_000}, "03", "pme"),
        ({"headcount_band": "32"}, "32", "eti"),
        ({"headcount": 9000}, "52", "ge"),
        ({}, "", ""),
    ],
)
def test_its_size_follows_from_what_is_known_of_it(
    crm: Crm, fields: dict[str, int | str], band: str, size: str
) -> None:
    sheet = queries.sheet(crm, companies.add(crm, {"name": "Acmé", **fields}))
    assert (sheet.headcount_band, sheet.size_class) == (band, size)


def test_a_size_that_is_no_longer_known_goes_with_the_headcount(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé", "headcount": 8})
    companies.edit(crm, acme, {"headcount": ""})
    sheet = queries.sheet(crm, acme)
    assert (sheet.headcount, sheet.headcount_band, sheet.size_class) == (None, "", "")


@pytest.mark.parametrize(
    ("fields", "domain"),
    [
        ({"website": "www.acme.fr/contact", "email": "a@autre.fr"}, "acme.fr"),
        ({"email": "contact@Acme.fr"}, "acme.fr"),
        ({"email": "acme@orange.fr"}, ""),
    ],
)
def test_its_domain_is_that_of_its_site_or_of_a_mail_that_is_not_anybodys(
    crm: Crm, fields: dict[str, str], domain: str
) -> None:
    assert queries.sheet(crm, companies.add(crm, {"name": "Acmé", **fields})).domain == domain


def test_its_telephone_and_its_place_are_read(crm: Crm) -> None:
    told = {"name": "Acmé", "phone": "0262 12 34 56", "postcode": "97400", "city": "St Denis"}
    sheet = queries.sheet(crm, companies.add(crm, told))
    assert (sheet.phone, sheet.phone_number, sheet.departement_code) == (
        "0262 12 34 56",
        "+262262123456",
        "974",
    )


def test_editing_nothing_leaves_no_event(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé", "siret": SIRET, "website": "acme.fr", "headcount": 8})
    assert not companies.edit(crm, acme, {"name": "Acmé", "siret": SIRET, "headcount": "8"})
    assert crm.rows("SELECT kind FROM events") == [("company.added",)]


@pytest.mark.parametrize(
    "name", ["acme et fils", "ACMÉ & FILS SAS", "Sarl Acmé & Fils", "S.A.R.L. Acmé et fils"]
)
def test_a_company_is_found_again_whatever_its_capitals_and_legal_form(crm: Crm, name: str) -> None:
    acme = companies.add(crm, {"name": "SARL Acmé & Fils"})
    assert companies.find_or_add(crm, name) == acme


def test_among_companies_of_like_names_the_one_written_the_same_is_meant(crm: Crm) -> None:
    companies.add(crm, {"name": "Acmé SARL"})
    other = companies.add(crm, {"name": "Acmé SAS"})
    assert companies.find_or_add(crm, "acme sas") == other


def test_a_company_that_is_not_there_is_added(crm: Crm) -> None:
    assert queries.sheet(crm, companies.find_or_add(crm, " Bois ")).name == "Bois"


def test_a_company_needs_a_name_to_be_found_or_added(crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        companies.find_or_add(crm, "  ")


def test_deleting_a_company_leaves_its_contacts_and_deals_without_it_and_undo_restores_them(
    config: Config,
) -> None:
    with open_crm(config) as crm:
        acme = companies.add(crm, {"name": "Acmé"}, tags=["gaz"])
        jean = contacts.add(crm, {"last_name": "Dupont", "company_id": acme})
        deals.add(crm, "Poêle", jean, fields={"company_id": acme})
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        companies.delete(crm, acme)
        assert people.sheet(crm, jean).company_id is None
        assert stale(crm.connection) == []
    with open_crm(config) as crm:
        history.undo(crm)
        assert difference(before, snapshot(crm.connection)) == []


@pytest.fixture
def pair(config: Config) -> tuple[int, int]:
    """Return two companies that are one firm, each with a life of its own."""
    with open_crm(config) as crm:
        acme = companies.add(crm, {"name": "Acmé", "city": "Lyon"}, tags=["gaz"])
        twin = companies.add(
            crm, {"name": "ACME SARL", "siret": SIRET, "headcount": 12}, tags=["gaz", "bois"]
        )
        jean = contacts.add(crm, {"last_name": "Dupont", "company_id": twin})
        deals.add(crm, "Poêle", jean, fields={"company_id": twin})
        timeline.log(crm, "call", jean, "A rappelé")
    return acme, twin


def test_the_kept_company_takes_over_contacts_deals_tags_and_fills_its_blanks(
    config: Config, pair: tuple[int, int]
) -> None:
    acme, twin = pair
    with open_crm(config) as crm:
        companies.merge(crm, acme, twin)
    with read_crm(config) as crm:
        sheet = queries.sheet(crm, references.resolve(crm, "company", f"f{twin}"))
        assert (sheet.id, sheet.name, sheet.siren, sheet.size_class) == (acme, "Acmé", "732829320", "pme")
        assert (sheet.tags, [contact.name for contact in sheet.contacts]) == (["bois", "gaz"], ["Dupont"])
        for table in ("deals", "events"):
            assert crm.rows(f"SELECT count(*) FROM {table} WHERE company_id = :twin", twin=twin) == [(0,)]
        assert stale(crm.connection) == []


def test_unmerging_companies_puts_every_row_back(config: Config, pair: tuple[int, int]) -> None:
    acme, twin = pair
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        companies.merge(crm, acme, twin)
    with open_crm(config) as crm:
        assert companies.unmerge(crm, acme).kept == []
        assert difference(before, snapshot(crm.connection)) == []
    with open_crm(config) as crm, pytest.raises(RefusedByRule):
        companies.unmerge(crm, acme)


def test_a_company_is_not_merged_with_itself(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    with pytest.raises(UsageProblem):
        companies.merge(crm, acme, acme)


def test_the_tags_of_a_company_are_its_own(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"}, tags=["gaz"])
    contacts.add(crm, {"last_name": "Dupont", "company_id": acme}, tags=["bois"])
    tags.put(crm, "company", acme, "Électricité")
    assert queries.sheet(crm, acme).tags == ["Électricité", "gaz"]
