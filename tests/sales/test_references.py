"""How people name a row: an id, an e-mail, words."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import Ambiguous, NotFound, UsageProblem
from petitcrm.sales import companies, contacts, deals, pipelines, references, stages, tags, tasks, users


class Known(NamedTuple):
    """Who is in the base."""

    acme: int
    bois: int
    jean: int
    jeanne: int
    zoe: int
    poele: int
    task: int


@pytest.fixture
def known(crm: Crm) -> Known:
    acme = companies.add(crm, {"name": "Acmé SARL", "website": "acme.fr"})
    bois = companies.add(crm, {"name": "Dupont Bois", "city": "Brest"})
    jean = contacts.add(
        crm,
        {"first_name": "Jean", "last_name": "Dupont", "company_id": acme, "city": "Lyon"},
        emails=["Jean.Dupont@acme.fr"],
        phones=["06 12 34 56 78"],
    )
    jeanne = contacts.add(crm, {"first_name": "Jeanne", "last_name": "Dupontel"}, emails=["jeanne@free.fr"])
    zoe = contacts.add(crm, {"first_name": "Zoé", "last_name": "Lœuvre-Le Goff", "company_id": bois})
    poele = deals.add(crm, "Poêle à granulés", jean)
    task = tasks.add(crm, "rappeler", zoe)
    return Known(acme, bois, jean, jeanne, zoe, poele, task)


@pytest.mark.parametrize(
    "words",
    [
        "c1",
        "C1",
        "1",
        "@c1",
        " c1 ",
        "jean.dupont@acme.fr",
        "JEAN.DUPONT@ACME.FR",
        "Jean Dupont <jean.dupont@acme.fr>",
        "Jean Dupont",
        "dupont jean",
        "@dupont",
        "dupont acme",
        "dup lyon",
        "06 12 34 56 78",
        "0612345678",
        "+33 6 12 34",
        "jean.dupont@",
    ],
)
def test_a_contact_is_named_in_many_ways(crm: Crm, known: Known, words: str) -> None:
    assert references.resolve(crm, "contact", words) == known.jean


@pytest.mark.parametrize("words", ["lœuvre", "loeuvre", "LE GOFF zoe", "zoé lœuvre-le goff", "goff zo"])
def test_accents_ligatures_capitals_and_hyphens_do_not_matter(crm: Crm, known: Known, words: str) -> None:
    assert references.resolve(crm, "contact", words) == known.zoe


def test_a_full_name_wins_over_a_part_of_one(crm: Crm, known: Known) -> None:
    other = contacts.add(crm, {"first_name": "Jean-Pierre", "last_name": "Dupont"})
    assert references.resolve(crm, "contact", "jean dupont") == known.jean
    assert references.resolve(crm, "contact", "jean-pierre dupont") == other


def test_words_that_answer_to_several_list_them_with_what_tells_them_apart(crm: Crm, known: Known) -> None:
    with pytest.raises(Ambiguous) as refusal:
        references.resolve(crm, "contact", "dup")
    assert (
        sorted(refusal.value.candidates)
        == [
            ("c1", "Jean Dupont (Acmé SARL, Lyon)"),
            ("c2", "Jeanne Dupontel"),
            ("c3", "Zoé Lœuvre-Le Goff (Dupont Bois)"),
        ][: len(refusal.value.candidates)]
    )


def test_eight_candidates_are_listed_at_most(crm: Crm) -> None:
    for _ in range(12):
        contacts.add(crm, {"first_name": "Jean", "last_name": "Martin"})
    for words in ("jean martin", "mart", "martin"):
        with pytest.raises(Ambiguous) as refusal:
            references.resolve(crm, "contact", words)
        assert len(refusal.value.candidates) == 8


def test_one_among_hundreds_is_not_chosen_because_the_others_were_not_looked_at(crm: Crm) -> None:
    contacts.add(crm, {"first_name": "Martin", "last_name": "Zola"})
    for _ in range(70):
        contacts.add(crm, {"first_name": "Jean", "last_name": "Bon", "city": "Martin"})
    with pytest.raises(Ambiguous):
        references.resolve(crm, "contact", "mart")


@pytest.mark.parametrize("words", ["c99", "99", "nobody", "nobody@acme.fr", "jean nobody", "!!", "07 99"])
def test_what_names_nobody_is_said(crm: Crm, known: Known, words: str) -> None:
    with pytest.raises(NotFound) as refusal:
        references.resolve(crm, "contact", words)
    assert not isinstance(refusal.value, Ambiguous)


def test_a_name_typed_wrong_is_not_guessed_but_proposed(crm: Crm, known: Known) -> None:
    with pytest.raises(NotFound, match="c1 Jean Dupont"):
        references.resolve(crm, "contact", "jean dupomt")


@pytest.mark.parametrize("words", ["", "  ", "@", "#"])
def test_an_empty_reference_is_a_misuse(crm: Crm, words: str) -> None:
    with pytest.raises(UsageProblem):
        references.resolve(crm, "contact", words)


def test_the_id_of_another_noun_is_a_misuse(crm: Crm, known: Known) -> None:
    with pytest.raises(UsageProblem):
        references.resolve(crm, "contact", "d1")


@pytest.mark.parametrize("words", ["f1", "acme", "ACMÉ SARL", "acme.fr", "someone@acme.fr"])
def test_a_company_is_named_by_its_name_its_site_or_a_mail(crm: Crm, known: Known, words: str) -> None:
    assert references.resolve(crm, "company", words) == known.acme


def test_a_deal_and_a_task_are_named_by_their_words(crm: Crm, known: Known) -> None:
    assert references.resolve(crm, "deal", "poele granules") == known.poele
    assert references.resolve(crm, "deal", "#d1") == known.poele
    assert references.resolve(crm, "task", "rappeler") == known.task


@pytest.mark.parametrize(
    ("words", "noun"),
    [("c2", "contact"), ("f2", "company"), ("d1", "deal"), ("t1", "task"), ("jeanne", "contact"), ("poêle", "deal"),
     ("dupont bois", "company"), ("jeanne@free.fr", "contact")],
)  # fmt: skip
def test_any_noun_may_be_meant(crm: Crm, known: Known, words: str, noun: str) -> None:
    assert references.resolve_any(crm, words)[0] == noun


def test_words_that_answer_in_several_nouns_list_them(crm: Crm, known: Known) -> None:
    with pytest.raises(Ambiguous) as refusal:
        references.resolve_any(crm, "dupont")
    assert {"c1", "f2"} <= {reference for reference, _name in refusal.value.candidates}


def test_a_bare_number_of_several_nouns_is_ambiguous(crm: Crm, known: Known) -> None:
    with pytest.raises(Ambiguous) as refusal:
        references.resolve_any(crm, "1")
    assert [reference for reference, _name in refusal.value.candidates] == ["c1", "f1", "d1", "t1"]


def test_a_stage_is_named_by_its_key_its_name_or_a_part_of_it(crm: Crm) -> None:
    second = pipelines.add(crm, "Dépannage")
    demo = stages.add(crm, second, "Démonstration chez le client")
    for words in ("demonstration-chez-le-client", "démonstration chez le client", "demo", f"s{demo}"):
        assert references.resolve(crm, "stage", words) == demo


def test_a_stage_name_of_two_pipelines_is_ambiguous_and_tells_the_pipelines(crm: Crm) -> None:
    for name in ("Dépannage", "Entretien"):
        stages.add(crm, pipelines.add(crm, name), "Visite")
    with pytest.raises(Ambiguous) as refusal:
        references.resolve(crm, "stage", "visite")
    assert [name for _reference, name in refusal.value.candidates] == [
        "Visite (Dépannage)",
        "Visite (Entretien)",
    ]


def test_a_person_of_the_firm_is_named_by_key_name_or_mail(crm: Crm) -> None:
    users.add(crm, "anne")
    marie = users.add(crm, "marie", name="Marie Curie", email="marie@firm.fr")
    for words in ("marie", "MARIE", "curie", "marie@firm.fr", f"u{marie}"):
        assert references.resolve(crm, "user", words) == marie


def test_a_tag_and_a_pipeline_are_named_by_their_name(crm: Crm) -> None:
    (vip,) = tags.find_or_add(crm, ["VIP"])
    assert references.resolve(crm, "tag", "vip") == vip
    assert references.resolve(crm, "pipeline", "sales") == 1


def test_the_name_of_a_pipeline_does_not_name_its_only_stage(crm: Crm) -> None:
    stages.add(crm, pipelines.add(crm, "Dépannage"), "Visite")
    with pytest.raises(NotFound):
        references.resolve(crm, "stage", "dépannage")


def test_a_row_with_an_empty_second_name_does_not_answer_to_everything(crm: Crm) -> None:
    with pytest.raises(NotFound):
        references.resolve(crm, "pipeline", "!")


@pytest.mark.parametrize(
    ("noun", "shown"), [("contact", "c12"), ("company", "f12"), ("deal", "d12"), ("task", "t12")]
)
def test_a_row_is_shown_by_its_letter_and_id(noun: str, shown: str) -> None:
    assert references.show(noun, 12) == shown
