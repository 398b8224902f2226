"""Columns that the firm adds to its rows."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import UsageProblem
from petitcrm.sales import companies, contacts, custom_fields
from petitcrm.store.queries import companies as company_queries
from petitcrm.store.queries import custom_fields as queries


def test_a_field_is_made_once_whatever_the_capitals_of_its_label(crm: Crm) -> None:
    assert custom_fields.find_or_add(crm, "contact", "Type de chaudière") == "type_de_chaudiere"
    assert custom_fields.find_or_add(crm, "contact", "TYPE DE CHAUDIERE") == "type_de_chaudiere"
    assert queries.defined(crm, "contact") == {"type_de_chaudiere": "Type de chaudière"}


def test_labels_that_would_have_the_same_key_get_their_own(crm: Crm) -> None:
    labels = ("N°", "N +", "!!", "??")
    assert [custom_fields.find_or_add(crm, "contact", label) for label in labels] == [
        "n",
        "n_2",
        "field",
        "field_2",
    ]


def test_each_noun_has_its_fields(crm: Crm) -> None:
    custom_fields.find_or_add(crm, "contact", "Année")
    assert queries.defined(crm, "company") == {}


@pytest.mark.parametrize(("noun", "label"), [("task", "Année"), ("contact", " ")])
def test_a_field_of_nothing_or_without_a_name_is_refused(crm: Crm, noun: str, label: str) -> None:
    with pytest.raises(UsageProblem):
        custom_fields.find_or_add(crm, noun, label)


def test_a_value_for_a_field_that_is_not_there_is_refused(crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        contacts.add(crm, {"last_name": "Dupont", "custom": {"annee": "1998"}})


def test_values_are_kept_as_clean_text(crm: Crm) -> None:
    year = custom_fields.find_or_add(crm, "company", "Année")
    acme = companies.add(crm, {"name": "Acmé", "custom": {year: " 1998\0 "}})
    assert company_queries.sheet(crm, acme).custom == {"annee": "1998"}
    companies.edit(crm, acme, {"custom": {year: None}})
    assert company_queries.sheet(crm, acme).custom == {"annee": "1998"}
