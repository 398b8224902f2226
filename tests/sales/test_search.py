"""Search across everything, accents and typing errors forgiven."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import companies, contacts, deals, history, tasks, timeline
from petitcrm.sales.search import search
from petitcrm.store.queries.search import terms


@pytest.fixture
def firm(crm: Crm) -> Crm:
    acme = companies.add(crm, {"name": "Menuiserie Lefèvre", "city": "Brest", "siret": "73282932000074"})
    jean = contacts.add(
        crm,
        {"first_name": "Jean", "last_name": "Dupont", "company_id": acme},
        emails=["j.dupont@acme.fr"],
        phones=["06 12 34 56 78", "+32 475 12 34 56"],
    )
    contacts.add(crm, {"first_name": "Zoé", "last_name": "Lœuvre"})
    deals.add(crm, "Poêle à granulés", jean)
    tasks.add(crm, "apporter le catalogue", jean)
    timeline.log(crm, "note", jean, "Préfère être appelé le matin, avant l'ouverture de l'atelier")
    return crm


def titles(crm: Crm, typed: str) -> list[str]:
    return [hit.title for hit in search(crm, typed) if not hit.note_id]


@pytest.mark.parametrize(
    "typed",
    ["dupont", "DUPONT", "Jean Dup", "dup jea", "j.dupont@acme", "0612", "06 12", "06.12.34", "+33612", "+33 (0)6 12",
     "0033 6 12 34", "32475", "jean lefevre"],
)  # fmt: skip
def test_a_contact_is_found_as_it_is_typed(firm: Crm, typed: str) -> None:
    assert "Jean Dupont" in titles(firm, typed)


@pytest.mark.parametrize("typed", ["loeuvre", "lœuvre", "LŒU", "zoe", "ZOÉ", "zoe\u0301", "l"])
def test_accents_and_ligatures_are_forgiven(firm: Crm, typed: str) -> None:
    assert "Zoé Lœuvre" in titles(firm, typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("dupomt", "Jean Dupont"), ("dupnot", "Jean Dupont"), ("fupont", "Jean Dupont"),
     ("menuiserei", "Menuiserie Lefèvre"), ("jean dupotn", "Jean Dupont"), ("granullés", "Poêle à granulés")],
)  # fmt: skip
def test_typing_errors_are_forgiven_where_a_word_finds_nothing(firm: Crm, typed: str, found: str) -> None:
    assert found in titles(firm, typed)


@pytest.mark.parametrize("typed", ["nothinglikethis", "zzzz", "dupont zzzz", "", " ", "!!!", "0999"])
def test_what_is_not_there_is_not_found(firm: Crm, typed: str) -> None:
    assert search(firm, typed) == []


@pytest.mark.parametrize(
    ("typed", "noun"),
    [("granul", "deal"), ("catalogue", "task"), ("menuiserie", "company"), ("732829320", "company")],
)
def test_deals_tasks_and_companies_are_found_too(firm: Crm, typed: str, noun: str) -> None:
    assert noun in {hit.noun for hit in search(firm, typed)}


@pytest.mark.parametrize(
    ("typed", "noun"), [("c1", "contact"), ("F1", "company"), ("#d1", "deal"), ("t1", "task")]
)
def test_an_id_finds_its_row_first(firm: Crm, typed: str, noun: str) -> None:
    assert (search(firm, typed)[0].noun, search(firm, typed)[0].id) == (noun, 1)


@pytest.mark.parametrize("typed", ["c99", "x1", "c1 zzz", "c" + "9" * 40, "c٣"])
def test_an_id_of_nothing_finds_nothing(firm: Crm, typed: str) -> None:
    assert search(firm, typed) == []


def test_a_note_is_found_by_its_words_with_its_passage_and_whom_it_is_about(firm: Crm) -> None:
    (hit,) = search(firm, "ouverture atel")
    assert (hit.noun, hit.title, hit.at) == ("contact", "Jean Dupont", "2026-11-23T08:00:00Z")
    assert "avant l'ouverture" in hit.extra
    assert hit.note_id


def test_notes_come_newest_first_after_names(firm: Crm) -> None:
    for number in range(3):
        timeline.log(firm, "note", 1, f"Dupont dit {number}")
    found = search(firm, "dupont")
    assert next(hit.title for hit in found if not hit.note_id) == "Jean Dupont"
    assert [hit.extra for hit in found if hit.note_id] == ["Dupont dit 2", "Dupont dit 1", "Dupont dit 0"]
    assert [bool(hit.note_id) for hit in found] == sorted(bool(hit.note_id) for hit in found)


def test_a_note_taken_back_is_no_longer_found(config: Config) -> None:
    with open_crm(config) as crm:
        jean = contacts.add(crm, {"last_name": "Dupont"})
    with open_crm(config) as crm:
        timeline.log(crm, "note", jean, "chaudière à condensation")
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert search(crm, "condensation") == []


def test_who_bears_the_word_as_a_name_comes_before_who_merely_works_there(crm: Crm) -> None:
    acme = companies.add(crm, {"name": "Martin Frères"})
    contacts.add(crm, {"first_name": "Ève", "last_name": "Adam", "company_id": acme})
    contacts.add(crm, {"first_name": "Luc", "last_name": "Martin"})
    contacts.add(crm, {"first_name": "Al", "last_name": "Martinez"})
    assert titles(crm, "martin") == ["Martin Frères", "Luc Martin", "Al Martinez", "Ève Adam"]


def test_a_name_is_found_however_old_among_many_newer_ones(crm: Crm) -> None:
    contacts.add(crm, {"first_name": "Aa", "last_name": "Martin"})
    for number in range(60):
        contacts.add(crm, {"first_name": f"Zz{number}", "last_name": "Martin"})
    assert titles(crm, "martin")[0] == "Aa Martin"


def test_as_many_are_given_as_were_asked_for(crm: Crm) -> None:
    for number in range(8):
        contacts.add(crm, {"first_name": f"N{number}", "last_name": "Martin"})
    assert [len(search(crm, "martin", limit=limit)) for limit in (0, 3, 20)] == [0, 3, 8]


def test_a_name_that_changed_is_found_by_the_new_one_only(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"})
    contacts.edit(crm, jean, {"last_name": "Durand"})
    assert (titles(crm, "dupont"), titles(crm, "durand")) == ([], ["Durand"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [("06 12 34", ["061234"]), ("+33 (0)6 12", ["33612"]), ("0033612", ["33612"]), ("dupont 06 12", ["dupont", "0612"]),
     ("L'Œuvre", ["l", "oeuvre"]), ("2 rue 12", ["2", "rue", "12"])],
)  # fmt: skip
def test_groups_of_digits_are_one_number(typed: str, found: list[str]) -> None:
    assert terms(typed) == found


def test_digits_that_are_no_number_are_looked_for_one_by_one(crm: Crm) -> None:
    companies.add(crm, {"name": "Garage 12", "postcode": "69003", "city": "Lyon"})
    assert titles(crm, "12 69003") == ["Garage 12"]


NASTY = [
    '"', "'", "*", "dupont*", '"dupont', "dupont\"*'", "a AND b", "NEAR(a b)", "-dupont", "body:x", "^dup", "a:*b",
    "a & b",
    "!a", "<->", "\\", "\0", "\ud800", "½", "²", "１２", "李明", "привет", "ﬁn", "İstanbul", "x" * 5000, "a " * 500,
    "%", "_", "😀", "ªº", "ᴬ", "𝟙𝟚", "\u200d", "٣",
]  # fmt: skip


@pytest.mark.parametrize("typed", NASTY)
def test_nothing_that_is_typed_is_an_error(firm: Crm, typed: str) -> None:
    search(firm, typed)
    search(firm, f"dupont {typed}")


@pytest.mark.parametrize(
    "name", ["李明", "привет", "½ Tour", "x" * 300, "12", "٣٤٥", "ﬁnance", "O'Brien", "a" + "\u0301" * 50]
)
def test_what_was_kept_is_found_under_the_same_words(crm: Crm, name: str) -> None:
    companies.add(crm, {"name": name})
    assert len(titles(crm, name)) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40))
def test_no_text_is_an_error(firm: Crm, typed: str) -> None:
    search(firm, typed)


def test_a_note_of_a_megabyte_is_kept_and_found(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"})
    timeline.log(crm, "note", jean, "chaudière " + " ".join(f"mot{number}" for number in range(150_000)))
    assert [hit.noun for hit in search(crm, "chaudiere")] == ["contact"]
