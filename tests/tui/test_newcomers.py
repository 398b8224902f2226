"""Contacts and deals told in one line."""

from __future__ import annotations

import pytest

from petitcrm.errors import UsageProblem
from petitcrm.tui.newcomers import Person, Sale, read_person, read_sale
from petitcrm.tui.target import Target, line_for


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Jeanne Dupont", Person("Jeanne", "Dupont", "", [], [])),
        ("Dupont", Person("", "Dupont", "", [], [])),
        ("Jeanne Le Goff, Acme", Person("Jeanne", "Le Goff", "Acme", [], [])),
        ("j@acme.example", Person("", "", "", ["j@acme.example"], [])),
        ("Jeanne Dupont 06 12 34 56 78", Person("Jeanne", "Dupont", "", [], ["06 12 34 56 78"])),
        (
            "Jeanne Dupont, Acme, j@acme.example, +33 6 12 34 56 78",
            Person("Jeanne", "Dupont", "Acme", ["j@acme.example"], ["+33 6 12 34 56 78"]),
        ),
        (
            "j@acme.example Jeanne Dupont, Acme 3000",
            Person("Jeanne", "Dupont", "Acme 3000", ["j@acme.example"], []),
        ),
    ],
)
def test_a_person_is_read_as_people_write_one(line: str, read: Person) -> None:
    assert read_person(line) == read


@pytest.mark.parametrize("line", ["", " , ", ","])
def test_nobody_is_refused(line: str) -> None:
    with pytest.raises(UsageProblem):
        read_person(line)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Boiler @dupont 12k", Sale("Boiler", "dupont", 1_200_000)),
        ("Boiler @dupont", Sale("Boiler", "dupont", None)),
        ("Boiler 1200,50 @c3", Sale("Boiler", "c3", 120_050)),
        ("2nd boiler @c3", Sale("2nd boiler", "c3", None)),
        ("Boiler", Sale("Boiler", "", None)),
    ],
)
def test_a_deal_is_read_with_its_customer_and_amount(line: str, read: Sale) -> None:
    assert read_sale(line, None) == read


def test_a_deal_is_for_whom_the_cursor_stands_on_unless_somebody_is_named() -> None:
    target = Target("Jeanne", contact_id=4)
    assert read_sale("Boiler", target).whom == "c4"
    assert read_sale("Boiler @martin", target).whom == "martin"


def test_a_line_is_for_the_target_unless_it_names_somebody() -> None:
    target = Target("Boiler", contact_id=4, deal_id=7)
    assert line_for(target, "call tomorrow") == "call tomorrow @c4 #d7"
    assert line_for(target, "call @martin") == "call @martin"
    assert line_for(None, "call") == "call"
