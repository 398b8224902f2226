"""Who refused once stays refused: a list may make a wish stricter, never looser."""

from __future__ import annotations

import pytest

from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import Crm
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run_source
from petitcrm.imports.wishes import ALLOWS, REFUSES, UNSURE, stricter, strictness
from petitcrm.store.queries import contacts as queries


def take(crm: Crm, text: str, **wish: object) -> None:
    run_source(crm, open_csv(text.encode(), name="clients.csv"), Wish(**wish))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("opt_out", "oui", REFUSES), ("opt_out", "TRUE", REFUSES), ("opt_out", "1", REFUSES),
        ("opt_out", "2026-01-02", REFUSES), ("opt_out", "Désabonné", REFUSES), ("opt_out", "unsubscribed", REFUSES),
        ("opt_out", "non", ALLOWS), ("opt_out", "0", ALLOWS), ("opt_out", "subscribed", ALLOWS),
        ("opt_in", "oui", ALLOWS), ("opt_in", "Subscribed", ALLOWS), ("opt_in", "02/01/2026", ALLOWS),
        ("opt_in", "non", REFUSES), ("opt_in", "cleaned", REFUSES), ("opt_in", "unsubscribed", REFUSES),
        ("opt_in", "en attente", UNSURE), ("opt_out", "à demander", UNSURE),
    ],
)  # fmt: skip
def test_how_much_an_answer_restricts(kind: str, answer: str, expected: int) -> None:
    assert strictness(kind, answer) == expected


@pytest.mark.parametrize("kind", ["opt_out", "opt_in"])
@pytest.mark.parametrize("known", ["oui", "non", "en attente", ""])
@pytest.mark.parametrize("told", ["oui", "non", "en attente"])
@pytest.mark.parametrize("may_overwrite", [True, False])
def test_no_answer_is_ever_made_looser(kind: str, known: str, told: str, may_overwrite: bool) -> None:
    stands = stricter(kind, known, told, may_overwrite=may_overwrite)
    assert stands in (known, told)
    assert strictness(kind, stands) >= strictness(kind, told)
    if known:
        assert strictness(kind, stands) >= strictness(kind, known)


@pytest.mark.parametrize("wish", [{}, {"overwrite": ("all",)}, {"overwrite": ("Désinscrit",)}])
def test_a_second_list_cannot_take_a_refusal_back(crm: Crm, wish: dict[str, object]) -> None:
    head = "Nom;Prénom;E-mail;Désinscrit;Accepte la newsletter"
    take(crm, f"{head}\nDupont;Léa;lea@acme.example;Oui ;NON, merci\nPetit;Zoé;zoe@acme.example;non;oui\n")
    first = queries.sheet(crm, 1).custom
    assert first == {"desinscrit": "Oui", "accepte_la_newsletter": "NON, merci"}
    take(crm, f"{head}\nDupont;Léa;lea@acme.example;non;oui\nPetit;Zoé;zoe@acme.example;oui;non\n", **wish)
    assert queries.sheet(crm, 1).custom["desinscrit"] == "Oui"
    assert queries.sheet(crm, 2).custom == {"desinscrit": "oui", "accepte_la_newsletter": "non"}


def test_a_refusal_stands_even_when_its_column_is_said_to_be_an_ordinary_one(crm: Crm) -> None:
    take(crm, "Nom;Prénom;E-mail;Désinscrit\nDupont;Léa;lea@acme.example;oui\n")
    take(
        crm,
        "Nom;Prénom;E-mail;Désinscrit\nDupont;Léa;lea@acme.example;non\n",
        asked=("Désinscrit=custom",),
        overwrite=("all",),
    )
    assert queries.sheet(crm, 1).custom == {"desinscrit": "oui"}


def test_of_two_rows_of_one_person_the_refusal_stands(crm: Crm) -> None:
    take(
        crm,
        "Nom;Prénom;E-mail;Ne pas appeler\nDupont;Léa;lea@acme.example;non\nDupont;Léa;lea@acme.example;oui\n"
        "Dupont;Léa;lea@acme.example;non\n",
    )
    assert queries.sheet(crm, 1).custom == {"ne_pas_appeler": "oui"}


def test_a_refusal_of_a_company_stands_too(crm: Crm) -> None:
    head = "Raison sociale;SIRET;Bloctel"
    take(crm, f"{head}\nAcme;73282932000074;oui\n")
    take(crm, f"{head}\nAcme;73282932000074;non\n", overwrite=("all",))
    assert crm.rows("SELECT custom FROM companies") == [('{"bloctel":"oui"}',)]
