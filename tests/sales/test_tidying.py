"""Merging all that is certain at once."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import companies, contacts, history, matching, tidying
from tests.support import twins


def person(crm: Crm, first: str, last: str, **told: Any) -> int:
    emails, phones = told.pop("emails", ()), told.pop("phones", ())
    return contacts.add(crm, {"first_name": first, "last_name": last, **told}, emails=emails, phones=phones)


def _ids(crm: Crm, table: str = "contacts") -> list[int]:
    return [row[0] for row in crm.rows(f"SELECT id FROM {table} ORDER BY id")]


@pytest.mark.parametrize("noun", ["contact", "company"])
def test_an_empty_base_is_tidy(crm: Crm, noun: str) -> None:
    assert tidying.merge_certain(crm, noun) == ([], 0)


def test_three_rows_of_one_person_become_one_and_one_undo_brings_them_back(config: Config) -> None:
    with open_crm(config) as crm:
        for first in ("Jean", "JEAN", "jean"):
            person(crm, first, "Dupont", emails=["j@d.fr"])
    with open_crm(config) as crm:
        tidied = tidying.merge_certain(crm, "contact")
        assert [(group.kept, [row_id for row_id, _name in group.merged]) for group in tidied.groups] == [
            (1, [2, 3])
        ]
        assert (tidied.merged, _ids(crm)) == (2, [1])
    with open_crm(config) as crm:
        history.undo(crm)
        assert _ids(crm) == [1, 2, 3]


def test_the_row_that_says_most_is_kept_the_oldest_among_equals(crm: Crm) -> None:
    person(crm, "Jean", "Dupont", emails=["j@d.fr"])
    rich = person(crm, "Jean", "Dupont", emails=["j@d.fr"], phones=["0612345678"], job_title="gérant")
    assert [group.kept for group in tidying.certain(crm, "contact").groups] == [rich]


def test_what_is_shown_first_is_what_is_done(crm: Crm) -> None:
    for _ in range(2):
        person(crm, "Jean", "Dupont", emails=["j@d.fr"])
    shown = tidying.certain(crm, "contact")
    assert len(_ids(crm)) == 2
    assert tidying.merge_certain(crm, "contact") == shown
    assert tidying.certain(crm, "contact").groups == []


def test_what_is_only_possible_is_left_as_it_is(crm: Crm) -> None:
    for first in ("Jean", "J."):
        person(crm, first, "Dupont", emails=["j@d.fr"])
    assert tidying.merge_certain(crm, "contact").groups == []


def test_a_row_between_two_who_were_told_apart_is_left_to_a_person(crm: Crm) -> None:
    first, between, last = (person(crm, "Jean", "Dupont", emails=["j@d.fr"]) for _ in range(3))
    matching.tell_apart(crm, "contact", first, last)
    assert tidying.merge_certain(crm, "contact") == ([], 1)
    assert _ids(crm) == [first, between, last]


def test_a_short_name_that_two_of_a_family_have_joins_neither(crm: Crm) -> None:
    for first in ("Alexandre", "Alex", "Alexandra"):
        person(crm, first, "Roy", emails=["roy@free.fr"])
    assert tidying.merge_certain(crm, "contact") == ([], 1)


def test_one_merge_of_many_is_taken_back_alone_and_the_others_later(config: Config) -> None:
    with open_crm(config) as crm:
        for name in ("Dupont", "Dupont", "Martin", "Martin"):
            person(crm, "Jean", name, emails=[f"{name}@free.fr"])
    with open_crm(config) as crm:
        assert tidying.merge_certain(crm, "contact").merged == 2
    with open_crm(config) as crm:
        contacts.unmerge(crm, 1)
        assert _ids(crm) == [1, 2, 3]
    with open_crm(config) as crm:
        history.undo(crm)
        assert _ids(crm) == [1, 2, 3, 4]


def test_companies_are_tidied_too(crm: Crm) -> None:
    for name in ("Acmé", "SARL ACME"):
        companies.add(crm, {"name": name, "siren": "732829320"})
    assert tidying.merge_certain(crm, "company").merged == 1
    assert _ids(crm, "companies") == [1]


@pytest.mark.engines("sqlite")
def test_a_labelled_list_is_tidied_without_joining_two_people(config: Config) -> None:
    entries, firms = twins.people(2, plain=300, each=15)
    with open_crm(config) as crm:
        twins.write_people(crm, entries, firms)
    with open_crm(config) as crm:
        tidied = tidying.merge_certain(crm, "contact")
        assert tidied.merged > 80
        for group in tidied.groups:
            assert {entries[row_id - 1].who for row_id, _ in group.merged} == {entries[group.kept - 1].who}
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert len(_ids(crm)) == len(entries)
