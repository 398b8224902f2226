"""Contacts go out as an address book that any program reads, and come back to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
import vobject

from petitcrm import demo, exports
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.imports import importer
from petitcrm.sales import companies, contacts, custom_fields, timeline
from petitcrm.store import health
from tests.exports.emptied import emptied

HOSTILE = [
    "a;b,c\\d:e",
    'il dit "oui"',
    "deux\nlignes",
    "fin\\",
    "\\n",
    "x\r\nTEL:0241000000\r\nEND:VCARD\r\nBEGIN:VCARD",
    "item1.X-ABLabel:y",
    "été œuvre €" * 30,
    "a" + " " * 200 + "b",
    "\u202egauche\u2028\u0085",
    "data:image/png;base64,AAAA",
    "=41=",
    "-",
    "_$!<Home>!$_",
]


def written(crm: Crm) -> str:
    return "".join(exports.export(crm, "contacts", "vcard"))


def back(config: Config, path: Path) -> tuple[str, str]:
    """Export, import into an empty base and export again: both files."""
    with read_crm(config) as crm:
        before = written(crm)
    path.write_text(before, "utf-8", newline="")
    emptied(config)
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
        assert (report.vendor, report.rejected, report.created) == ("petitcrm", 0, report.read), (
            report.problems
        )
    with open_crm(config) as crm:
        after = written(crm)
        again = importer.run(crm, str(path))
        assert (again.created, again.updated, again.unchanged) == (0, 0, again.read)
        assert not any(health.problems(crm.connection).values())
    return before, after


def test_the_address_book_comes_back_to_the_letter(config: Config, tmp_path: Path) -> None:
    demo.seed(config, seed=7)
    before, after = back(config, tmp_path / "book.vcf")
    assert before.count("BEGIN:VCARD") > 20
    assert after == before


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_out_of_its_property(config: Config, tmp_path: Path, text: str) -> None:
    with open_crm(config) as crm:
        field = custom_fields.find_or_add(crm, "contact", "Champ; « un », " + " ".join(text.split())[:40])
        firm = companies.add(crm, {"name": text})
        who = dict.fromkeys(("first_name", "last_name", "job_title", "street", "city", "source"), text)
        person = contacts.add(
            crm, who | {"company_id": firm, "custom": {field: text}}, emails=[("a@b.fr", text), ("c@d.fr", "work")],
            phones=[(text, "home"), ("0241000000", "mobile")], tags=["t;1", "vip"],
        )  # fmt: skip
        timeline.log(crm, "note", person, text)
        lines = written(crm).encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines.count(b"BEGIN:VCARD") == lines.count(b"END:VCARD") == 1
    before, after = back(config, tmp_path / "book.vcf")
    assert after == before


def test_another_program_reads_what_is_written(crm: Crm) -> None:
    firm = companies.add(crm, {"name": "Acme, SARL", "siret": "73282932000074", "website": "acme.fr"})
    who = {
        "civility": "Mme",
        "first_name": "Léa",
        "last_name": "Dupont",
        "company_id": firm,
        "city": "Angers",
    }
    contacts.add(
        crm, who, emails=[("lea@acme.fr", "work")], phones=[("0612345678", "mobile")], tags=["vip", "salon"]
    )
    card = vobject.readOne(written(crm), validate=True)
    assert (card.fn.value, card.n.value.family, card.n.value.prefix) == ("Léa Dupont", "Dupont", "Mme")
    assert (card.org.value, card.adr.value.city, card.x_siret.value) == (
        ["Acme, SARL"],
        "Angers",
        "73282932000074",
    )
    assert (card.email.value, card.email.params["TYPE"]) == ("lea@acme.fr", ["INTERNET", "WORK"])
    assert (card.tel.params["TYPE"], card.url.value) == (["CELL"], "https://acme.fr")


def test_a_contact_without_a_name_has_one_to_be_listed_by(crm: Crm) -> None:
    contacts.add(crm, {}, emails=["lea@acme.fr"])
    assert "FN:lea@acme.fr\r\n" in written(crm)


@pytest.mark.engines("sqlite")
def test_an_address_book_s_own_identifier_is_given_back(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "book.vcf"
    path.write_text("BEGIN:VCARD\nUID:abc\nN:Dupont;Léa\nEND:VCARD\n")
    with open_crm(config) as crm:
        importer.run(crm, str(path))
        before = written(crm)
    assert "UID:abc\r\n" in before
    path.write_text(before, "utf-8", newline="")
    with open_crm(config._replace(db=str(tmp_path / "other.db"))) as crm:
        importer.run(crm, str(path))
        assert written(crm) == before


def test_cards_that_another_program_saved_since_are_that_program_s(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "book.vcf"
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont", "first_name": "Léa"}, emails=["lea@acme.fr"])
        path.write_text(written(crm).replace("-//petitcrm//petitcrm//FR", "-//Apple Inc.//iOS 19//EN"))
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
        assert (report.vendor, report.created) == ("vcard", 0)


def test_an_empty_base_is_an_empty_address_book(crm: Crm) -> None:
    assert written(crm) == ""
