"""A list of another program may say that people refuse: they are in the ledger then, and it never makes them agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.crm import Crm
from petitcrm.imports import importer
from petitcrm.imports.refusals import channel_of
from petitcrm.sales import consent, contacts
from petitcrm.store.queries import consents as queries


def _import(crm: Crm, tmp_path: Path, text: str) -> importer.Report:
    file = tmp_path / "liste.csv"
    file.write_text(text, encoding="utf-8")
    return importer.run(crm, str(file))


def _said(crm: Crm, email: str) -> list[tuple[str, str, str]]:
    ((contact_id,),) = crm.rows("SELECT contact_id FROM contact_emails WHERE address = :a", a=email)
    return [(one.act, one.channel, one.source) for one in queries.ledger(crm, [contact_id])]


def test_who_opted_out_elsewhere_has_objected_here(crm: Crm, tmp_path: Path) -> None:
    _import(crm, tmp_path, "Nom;E-mail;Désinscrit\nNoël;zoe@bois.example;oui\nPetit;petit@bois.example;non\n")
    assert _said(crm, "zoe@bois.example") == [("objected", "email", "import")]
    assert _said(crm, "petit@bois.example") == []


def test_nobody_agrees_by_a_list(crm: Crm, tmp_path: Path) -> None:
    _import(
        crm,
        tmp_path,
        "Nom;E-mail;Opt-in newsletter\nNoël;zoe@bois.example;oui\nPetit;petit@bois.example;non\n",
    )
    assert _said(crm, "zoe@bois.example") == []
    assert _said(crm, "petit@bois.example") == [("withdrawn", "email", "import")]


def test_the_same_list_again_says_nothing_more(crm: Crm, tmp_path: Path) -> None:
    text = "Nom;E-mail;Do not call\nNoël;zoe@bois.example;TRUE\n"
    _import(crm, tmp_path, text)
    again = _import(crm, tmp_path, text)
    assert (again.created, again.updated) == (0, 0)
    assert _said(crm, "zoe@bois.example") == [("objected", "phone", "import")]


def test_who_came_back_by_themselves_is_not_barred_again_by_an_old_list(crm: Crm, tmp_path: Path) -> None:
    text = "Nom;E-mail;Désinscrit\nNoël;zoe@bois.example;oui\n"
    _import(crm, tmp_path, text)
    ((zoe,),) = crm.rows("SELECT id FROM contacts")
    letter = consent.Wanted("email", "newsletter")
    consent.give(crm, zoe, letter, wording="Recevoir", how="appel", lifts_objection=True)
    _import(crm, tmp_path, text)
    assert consent.verdict(crm, zoe, *letter).reason == "consent"


def test_an_address_that_objected_stays_barred_when_a_list_brings_it_again(crm: Crm, tmp_path: Path) -> None:
    _import(crm, tmp_path, "Nom;E-mail;Désinscrit\nNoël;zoe@bois.example;oui\n")
    ((zoe,),) = crm.rows("SELECT id FROM contacts")
    contacts.delete(crm, zoe)
    _import(crm, tmp_path, "Nom;E-mail\nNoël;zoe@bois.example\n")
    ((again,),) = crm.rows("SELECT id FROM contacts")
    assert consent.verdict(crm, again, "email", "newsletter").reason == "objected"


@pytest.mark.parametrize(
    ("header", "told", "channel"),
    [("Désinscrit", "", "email"), ("Ne pas contacter", "", "*"), ("Bloctel", "phone", "phone"),
     ("Email Opt Out", "email", "email"), ("IsExcludedFromCampaigns", "", "email")],
)  # fmt: skip
def test_a_column_is_about_what_its_name_says(header: str, told: str, channel: str) -> None:
    assert channel_of(header, told) == channel
