"""How words are asked of the two indexes, without ever scanning them."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.sales import companies, contacts
from petitcrm.store.queries import search


@pytest.mark.engines("sqlite")
def test_a_beginning_is_completed_from_the_words_that_are_known(crm: Crm) -> None:
    companies.add(crm, {"name": "Chaudière Chaudronnerie"})
    assert search.question(crm, [["chaud"]]) == '("chaudiere" OR "chaudronnerie")'


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("term", "asked"), [("cha", '("cha"*)'), ("0612", '("0612"*)'), ("zzzz", '("zzzz"*)')]
)
def test_a_short_an_unknown_or_a_number_stays_a_beginning(crm: Crm, term: str, asked: str) -> None:
    assert search.question(crm, [[term]]) == asked


@pytest.mark.engines("sqlite")
def test_a_beginning_of_very_many_words_stays_one(crm: Crm) -> None:
    companies.add(crm, {"name": " ".join(f"chaud{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")})
    assert search.question(crm, [["chaud"]]) == '("chaud"*)'


def test_a_word_beside_its_longer_forms_is_found_in_all_of_them(crm: Crm) -> None:
    for name in ("Chaud", "Chaudière", "Le Chaudron"):
        companies.add(crm, {"name": name})
    assert {named.id for named in search.names(crm, [["chaud"]], limit=9)} == {1, 2, 3}


def test_rows_of_one_noun_can_be_asked_for(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Acmé"})
    contacts.add(crm, {"last_name": "Acmé"})
    assert [(named.noun, named.id) for named in search.names(crm, [["acme"]], limit=9, noun="company")] == [
        ("company", acme)
    ]
    assert len(search.names(crm, [["acme"]], limit=9)) == 2


def test_whole_words_can_be_asked_for(crm: Crm) -> None:
    companies.add(crm, {"name": "Acmé"})
    assert search.names(crm, [["acm"]], limit=9, whole=True) == []


@pytest.mark.engines("sqlite")
def test_names_that_begin_so_are_read_from_the_index(crm: Crm) -> None:
    plan = crm.rows("EXPLAIN QUERY PLAN SELECT id FROM contacts WHERE sort_name >= 'a' AND sort_name < 'b'"
                    " ORDER BY sort_name, id LIMIT 20")  # fmt: skip
    assert "ix_contacts_sort_name" in plan[0][3]


def test_what_is_older_than_the_last_rows_is_found_too(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_RECENT", 2)
    for name in ("Acmé un", "Bois", "Acmé deux", "Bois", "Acmé trois"):
        companies.add(crm, {"name": name})
    assert [named.id for named in search.names(crm, [["acme"]], limit=9)] == [5, 3, 1]
    assert [named.id for named in search.names(crm, [["acme"]], limit=1)] == [5]
