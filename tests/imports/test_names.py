"""Names cut as a French reader cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.imports.names import civility_of, is_company, split
from tests.imports.french_names import COMPANIES, PEOPLE

TABLE = """
Mme DUPONT Marie-Hélène | Mme | Marie-Hélène | DUPONT
DUPONT Jean-Pierre || Jean-Pierre | DUPONT
Jean DUPONT || Jean | DUPONT
Jean Dupont || Jean | Dupont
Dupont, Jean || Jean | Dupont
Dupont, M. Jean | M. | Jean | Dupont
de La Tour, Marie || Marie | de La Tour
M. Jean Dupont | M. | Jean | Dupont
M.Dupont | M. || Dupont
Monsieur Dupont | M. || Dupont
Dupont ||| Dupont
JEAN-PIERRE ||| JEAN-PIERRE
Jean Pierre Dupont || Jean Pierre | Dupont
Marie Hélène Durand || Marie Hélène | Durand
MARIE HÉLÈNE DURAND || MARIE HÉLÈNE | DURAND
Jean Bernard || Jean | Bernard
Jean de La Fontaine || Jean | de La Fontaine
Jean Pierre de La Tour || Jean Pierre | de La Tour
Charles d'Artagnan || Charles | d'Artagnan
Anne-Sophie du Bois || Anne-Sophie | du Bois
Vincent van Gogh || Vincent | van Gogh
Ludwig von Beethoven || Ludwig | von Beethoven
Youssef Ben Salah || Youssef | Ben Salah
Khalid El Amrani || Khalid | El Amrani
Maria da Silva || Maria | da Silva
Yann Le Gall || Yann | Le Gall
LE GALL Yann || Yann | LE GALL
Le Gall Yann || Yann | Le Gall
Ben Affleck || Ben | Affleck
BEN SALAH Youssef || Youssef | BEN SALAH
DE LA TOUR Marie || Marie | DE LA TOUR
de LA TOUR Marie || Marie | de LA TOUR
Marie de LA TOUR || Marie | de LA TOUR
François-Xavier MARTIN de La Place || François-Xavier | MARTIN de La Place
Dr Anne Martin | Dr | Anne | Martin
Mr Dr Paul Muller | Dr | Paul | Muller
Madame le Docteur Anne Petit | Dr | Anne | Petit
Me Sophie Bernard | Me | Sophie | Bernard
Maître Bernard | Me || Bernard
Mlle Chloé Petit | Mlle | Chloé | Petit
Mrs Jane Doe | Mme | Jane | Doe
M. et Mme Dupont | M. et Mme || Dupont
JEAN DUPONT || JEAN | DUPONT
MARTIN-DURAND Léa || Léa | MARTIN-DURAND
Léa Martin Durand || Léa | Martin Durand
Jean D. || Jean | D.
O'Brien, Conan || Conan | O'Brien
李 明 || 李 | 明
"""
CASES = [[part.strip() for part in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("whole", "civility", "first", "last"), CASES, ids=[case[0] for case in CASES])
def test_a_name_is_cut_as_it_is_read(whole: str, civility: str, first: str, last: str) -> None:
    assert split(whole) == (civility, first, last)


@pytest.mark.parametrize("line", PEOPLE.strip("\n").split("\n"))
def test_a_name_of_a_french_list_is_cut_as_by_hand(line: str) -> None:
    whole, *parts = line.split("|")
    assert split(whole) == tuple(parts)
    assert not is_company(whole)


def test_two_hundred_names_were_cut_by_hand() -> None:
    assert len(set(PEOPLE.strip("\n").split("\n"))) > 200


@pytest.mark.parametrize("name", COMPANIES.split("\n")[1:-1])
def test_a_company_in_a_column_of_names_is_seen(name: str) -> None:
    assert is_company(name)


@pytest.mark.parametrize(
    "name", ["M. Sarl", "Lucas Sa", "Marie Garage", "Jean Lycée", "Sasha Petit", "SAS", "Pharmacie"]
)
def test_a_person_with_such_a_name_stays_one(name: str) -> None:
    assert not is_company(name)


def test_spaces_are_tidied_and_an_empty_name_stays_empty() -> None:
    assert split("  Jean \u00a0 Dupont ") == ("", "Jean", "Dupont")
    assert split("") == ("", "", "")


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("monsieur", "M."),
        ("MME", "Mme"),
        ("Mr.", "M."),
        ("Docteur", "Dr"),
        ("M. et Mme", "M. et Mme"),
        ("Sir", "Sir"),
    ],
)
def test_a_civility_takes_its_usual_form(written: str, usual: str) -> None:
    assert civility_of(written) == usual


@given(st.lists(st.text(st.characters(categories=("L",)), min_size=4, max_size=8), min_size=1, max_size=5))
def test_no_word_of_a_name_is_lost(words: list[str]) -> None:
    cut = split(" ".join(words))
    kept = f"{cut.first} {cut.last}".split()
    missing = len(words) - len(kept)
    assert missing == (1 if cut.civility else 0) or sorted(kept) == sorted(words)
