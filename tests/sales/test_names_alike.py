"""How much two names are alike, of people and of firms."""

from __future__ import annotations

import pytest

from petitcrm.sales.names_alike import edits, firms_alike, how_alike, match_name, name_of


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (("Jean", "Dupont"), ("JEAN", "DUPONT"), "name"),
        (("Hélène", "Lefèvre"), ("helene", "lefevre"), "name"),
        (("Jean-Pierre", "Dupont"), ("Jean Pierre", "Dupont"), "name"),
        (("", "Jean Dupont"), ("Jean", "Dupont"), "name"),
        (("Yann", "Le Goff"), ("Yann", "Legoff"), "name"),
        (("Jean", "de La Tour"), ("Jean", "Latour"), "name"),
        (("Jean", "Dupont"), ("Dupont", "Jean"), "turned_name"),
        (("Phil", "Dupont"), ("Philippe", "Dupont"), "short_name"),
        (("Dupont", "Phil"), ("Philippe", "Dupont"), "short_name"),
        (("JB", "Dupont"), ("Jean-Baptiste", "Dupont"), "short_name"),
        (("Jean-Phi", "Roy"), ("Jean-Philippe", "Roy"), "short_name"),
        (("Babeth", "Roy"), ("Élisabeth", "Roy"), "short_name"),
        (("Alex", "Roy"), ("Alexandra", "Roy"), "short_name"),
        (("Alexandre", "Roy"), ("Alexandra", "Roy"), "other_first_name"),
        (("Sophie", "Martin-Durand"), ("Sophie", "Durand"), "double_name"),
        (("Jean", "Dupont"), ("Jean", "Dupond"), "family_slip"),
        (("J.", "Dupont"), ("Jean", "Dupont"), "initial"),
        (("Jean", "Dupont"), ("Jean-Pierre", "Dupont"), "longer_name"),
        (("Thomas", "Roy"), ("Tomas", "Roy"), "first_slip"),
        (("", "Dupont"), ("Jean", "Dupont"), "part_of_name"),
        (("Jean", ""), ("Jean", "Dupont"), "part_of_name"),
        (("", "Dupont"), ("", "DUPONT"), "part_of_name"),
        (("Tomas", "Martinn"), ("Thomas", "Martin"), "two_slips"),
        (("Sophie", "Martin"), ("Sophie", "Durand"), "other_family_name"),
        (("Michel", "Martin"), ("Michèle", "Martin"), "other_first_name"),
        (("Julie", "Martin"), ("Julien", "Martin"), "other_first_name"),
        (("Julie", "Julien"), ("Julien", "Julien"), "other_first_name"),
        (("Jean", "Dupont"), ("Marie", "Durand"), "other_name"),
        (("", ""), ("Marie", "Durand"), "no_name"),
        (("", ""), ("", ""), "no_names"),
    ],
)
def test_two_people_are_named_alike(one: tuple[str, str], other: tuple[str, str], how: str) -> None:
    assert how_alike(name_of(*one), name_of(*other)) == how
    assert how_alike(name_of(*other), name_of(*one)) == how


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("dupont et fils", "dupont et fils", "same"),
        ("dupont et fils", "dupont", "near"),
        ("dupont et fils", "dupond et fils", "near"),
        ("le fournil", "lefournil", "near"),
        ("boulangerie dupont", "boulangerie martin", "other"),
    ],
)
def test_two_firms_are_named_alike(one: str, other: str, how: str) -> None:
    assert firms_alike(one, other) == firms_alike(other, one) == how


@pytest.mark.parametrize(
    ("one", "other", "count"), [("dupont", "dupont", 0), ("dupont", "dupnot", 1), ("a", "bcdef", 3)]
)
def test_swapped_letters_are_one_slip_and_many_are_not_counted(one: str, other: str, count: int) -> None:
    assert edits(one, other) == count


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
