"""Mail programs ask for addresses: mutt by its query_command, aerc by its address-book-cmd."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import companies, contacts
from tests.cli.conftest import Shell


@pytest.fixture
def people(shell: Shell, config: Config) -> Shell:
    """Return a shell on a base with Zoé Nöel (two addresses), Jean Noël-Dupont, and one without an address."""
    with open_crm(config) as crm:
        firm = companies.add(crm, {"name": "Bois & Fils"})
        zoe = {"first_name": "Zoé", "last_name": "Nöel", "company_id": firm}
        contacts.add(crm, zoe, emails=["Zoe@bois.example", ("zoe.noel@free.fr", "perso")])
        contacts.add(crm, {"first_name": "Jean", "last_name": "Noël-Dupont"}, emails=["jean@dupont.example"])
        contacts.add(crm, {"first_name": "Sans", "last_name": "Adresse"})
    return shell


def test_mutt_gets_a_line_of_talk_then_every_address(people: Shell) -> None:
    answer = people("contact", "query", "zoe")
    assert answer.code == 0
    assert answer.lines == [
        "2 addresses",
        "zoe@bois.example\tZoé Nöel\tBois & Fils",
        "zoe.noel@free.fr\tZoé Nöel\tBois & Fils · perso",
    ]


def test_aerc_gets_no_line_of_talk_and_no_note(people: Shell) -> None:
    answer = people("contact", "query", "--format", "aerc", "zoe")
    assert answer.lines == ["zoe@bois.example\tZoé Nöel", "zoe.noel@free.fr\tZoé Nöel"]


@pytest.mark.parametrize(
    "words", ["noel", "NOËL", "no", "jean noel", "dupont je", "jean@dup", "jean@dupont.example"]
)
def test_beginnings_are_enough_and_accents_do_not_count(people: Shell, words: str) -> None:
    assert (
        "jean@dupont.example\tJean Noël-Dupont"
        in people("contact", "query", "--format=aerc", *words.split()).lines
    )


def test_mutt_is_told_by_the_code_that_there_is_none_and_aerc_is_not_disturbed(people: Shell) -> None:
    for words in ("nobody", "sans adresse", "", "--", "%s", "' OR 1=1"):
        answer = people("contact", "query", "--", words)
        assert (answer.code, answer.lines, answer.err) == (4, ["No address answers to this."], "")
        answer = people("contact", "query", "--format", "aerc", "--", words)
        assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_typer_gives_the_same_code(people: Shell) -> None:
    from petitcrm.cli import tree
    from petitcrm.config import load

    assert tree.run(load(), ["contact", "query", "nobody"]) == 4
    assert tree.run(load(), ["contact", "query", "zoe"]) == 0


@pytest.mark.engines("sqlite")
def test_a_name_adds_neither_a_line_nor_a_cell_nor_a_recipient(shell: Shell, config: Config) -> None:
    with open_crm(config) as crm:
        who = contacts.add(
            crm, {"first_name": "Zoé\tX", "last_name": "A\nb\x1b[31m\u202e"}, emails=[("a@b.fr", "l\nm")]
        )
        told = {"id": 99, "contact_id": who, "raw": "x", "position": 1}
        for number, address in enumerate(
            ("a@b.fr, evil@c.fr", "x@y.fr\nevil@c.fr", "<x@y.fr>", "x y@z.fr", "none")
        ):
            crm.connection.insert_many(
                "contact_emails", (*told, "address"), [(*{**told, "id": 99 + number}.values(), address)]
            )
    assert shell("contact", "query", "zoe").lines == ["1 address", "a@b.fr\tZoé X A b [31m\tl m"]


@pytest.mark.engines("sqlite")
def test_it_answers_programs_as_every_list_does(people: Shell) -> None:
    first = people("contact", "query", "zoe", "--json", "--limit", "1").json[0]
    assert first == {
        "address": "zoe@bois.example",
        "name": "Zoé Nöel",
        "note": "Bois & Fils",
        "contact": "c1",
    }
    assert people("contact", "query", "zoe", "--csv").lines[0] == "address,name,note,contact"
    assert people("contact", "query", "nobody", "--json").json == []
    assert people("contact", "query", "zoe", "--format", "pine").code == 2
    assert people("contact", "query").code == 2
