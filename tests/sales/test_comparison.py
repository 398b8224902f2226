"""Two rows side by side, and what a merge keeps of them."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.sales import companies, contacts, custom_fields, deals, tags
from petitcrm.sales.choices import FIELDS
from petitcrm.sales.comparison import Comparison, compare


def _two(crm: Crm) -> None:
    custom_fields.find_or_add(crm, "contact", "Chaudière")
    acme = companies.add(crm, {"name": "Acmé"})
    contacts.add(
        crm, {"first_name": "Jean", "last_name": "Dupont", "street": "1 rue Neuve", "city": "Angers",
              "custom": {"chaudiere": "gaz"}}, emails=["j@d.fr"], phones=["0612345678"], tags=["vip"],
    )  # fmt: skip
    contacts.add(
        crm, {"civility": "M.", "first_name": "Jean-Paul", "last_name": "Dupond", "job_title": "gérant",
              "company_id": acme, "postcode": "69003", "city": "Lyon", "source": "salon",
              "linkedin_url": "linkedin.com/in/dupont",
              "custom": {"chaudiere": "fioul"}}, emails=["jp@d.fr", "j@d.fr"], phones=["0699887766"], tags=["gaz"],
    )  # fmt: skip
    deals.add(crm, "Chaudière", 2)


def _field(comparison: Comparison, key: str) -> tuple[str, str, str]:
    (field,) = [field for field in comparison.fields if field.key == key]
    return field.first, field.second, field.kept


def test_both_are_told_with_what_a_merge_would_keep(crm: Crm) -> None:
    _two(crm)
    told = compare(crm, "contact", 1, 2)
    assert _field(told, "first_name") == ("Jean", "Jean-Paul", "Jean")
    assert _field(told, "job_title") == ("", "gérant", "gérant")
    assert _field(told, "emails") == ("j@d.fr", "jp@d.fr · j@d.fr", "j@d.fr · jp@d.fr")
    assert _field(told, "address") == ("1 rue Neuve · Angers", "69003 · Lyon", "1 rue Neuve · Angers")
    assert _field(told, "tags") == ("vip", "gaz", "gaz, vip")
    assert _field(told, "deals") == ("0", "1", "1")
    assert told.weighed.score >= 50


@pytest.mark.parametrize(
    "take", [(), tuple(FIELDS["contact"]), ("address", "emails"), ("last_name", "phones", "custom")]
)
def test_a_merge_of_contacts_keeps_what_was_shown(config: Config, take: tuple[str, ...]) -> None:
    with open_crm(config) as crm:
        _two(crm)
        shown = compare(crm, "contact", 1, 2, take)
    with open_crm(config) as crm:
        contacts.merge(crm, 1, 2, take=take)
        contacts.add(crm, {"last_name": "Autre"})
        kept = compare(crm, "contact", 1, 3)
    _agree(shown, kept)


@pytest.mark.parametrize(
    "take", [(), tuple(FIELDS["company"]), ("name", "address"), ("headcount", "website")]
)
def test_a_merge_of_companies_keeps_what_was_shown(config: Config, take: tuple[str, ...]) -> None:
    with open_crm(config) as crm:
        companies.add(crm, {"name": "Acmé", "website": "acme.fr", "headcount": 3, "city": "Angers"})
        companies.add(
            crm, {"name": "ACME SARL", "siret": "73282932000074", "phone": "0142000000", "headcount": 12,
                  "postcode": "69003", "city": "Lyon", "naf_rev2": "43.22B", "email": "contact@acme.com"},
        )  # fmt: skip
        shown = compare(crm, "company", 1, 2, take)
    with open_crm(config) as crm:
        companies.merge(crm, 1, 2, take=take)
        companies.add(crm, {"name": "Autre"})
        kept = compare(crm, "company", 1, 3)
    _agree(shown, kept)


def _agree(shown: Comparison, kept: Comparison) -> None:
    wanted = {field.key: field.kept for field in shown.fields if field.kept and field.key != "events"}
    assert {field.key: field.first for field in kept.fields if field.key in wanted} == wanted


def test_a_name_that_was_taken_is_sorted_and_matched_anew(crm: Crm) -> None:
    for name in ("Acmé", "Zinc et Plomb"):
        companies.add(crm, {"name": name})
    companies.merge(crm, 1, 2, take=["name"])
    assert crm.rows("SELECT name, sort_name, match_name FROM companies") == [
        ("Zinc et Plomb", "zinc et plomb", "zinc et plomb")
    ]


def test_only_what_differs_may_be_chosen(crm: Crm) -> None:
    _two(crm)
    choices = compare(crm, "contact", 1, 2).choices
    assert {"first_name", "last_name", "job_title", "emails"} <= set(choices)
    assert not {"tags", "deals", "owner"} & set(choices)


@pytest.mark.parametrize("wrong", ["tags", "nom", ""])
def test_a_field_that_is_none_is_refused(crm: Crm, wrong: str) -> None:
    _two(crm)
    with pytest.raises(UsageProblem):
        contacts.merge(crm, 1, 2, take=[wrong])


def test_somebody_who_is_not_there_is_compared_with_nobody(crm: Crm) -> None:
    _two(crm)
    with pytest.raises(NotFound):
        compare(crm, "contact", 1, 99)


def test_a_row_with_nothing_in_it_can_be_compared(crm: Crm) -> None:
    told: list[Any] = [contacts.add(crm, {}, emails=[f"{name}@d.fr"]) for name in "ab"]
    tags.put(crm, "contact", told[0], "vip")
    assert [field.key for field in compare(crm, "contact", *told).fields] == [
        "emails",
        "tags",
        "events",
        "created_at",
    ]
