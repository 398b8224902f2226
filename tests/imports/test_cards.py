"""Address books reach the base whole: people, firms, labels, notes, tags, and what petitcrm has no field for."""

from __future__ import annotations

import io
import quopri
from pathlib import Path

import pytest
import vobject

from petitcrm.config import Config
from petitcrm.connectors.vcard_cards import cards
from petitcrm.connectors.vcard_people import OF_THE_CARD
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import CrmError
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run
from petitcrm.imports.report import Report
from petitcrm.sales import history
from petitcrm.text import words
from tests.connectors.hostile_cards import HOSTILE
from tests.support.corpora import corpora, name_of

BOOKS = corpora("vcard/*.vcf")
MEDIA = ("PHOTO", "LOGO", "SOUND", "KEY")
JEANNE = """BEGIN:VCARD
VERSION:3.0
UID:urn:uuid:1b2c
N:Dupont;Jeanne;;Madame;
FN:Jeanne Dupont
ORG:Boulangerie Dupont;Vente
TITLE:Gérante
item1.EMAIL;TYPE=INTERNET:jeanne@dupont.fr
item1.X-ABLabel:Atelier
TEL;TYPE=CELL:06 12 34 56 78
ADR;TYPE=WORK:;;12 rue des Lilas;Angers;;49000;France
NOTE:Rencontrée au salon\\, en juin
CATEGORIES:vip,salon
BDAY:1980-03-22
X-SIRET:73282932000074
URL;TYPE=WORK:https://dupont.fr
END:VCARD
"""


def taken(config: Config, path: Path, text: str) -> Report:
    path.write_text(text, "utf-8")
    with open_crm(config) as crm:
        return run(crm, str(path))


def test_a_card_fills_in_a_contact_and_its_company(config: Config, tmp_path: Path) -> None:
    report = taken(config, tmp_path / "book.vcf", JEANNE)
    assert (report.format, report.vendor, report.noun, report.created) == ("vcard", "vcard", "contacts", 1)
    with read_crm(config) as crm:
        (person,) = crm.rows(
            "SELECT civility, first_name, job_title, city, external_id, custom FROM contacts"
        )
        assert person[:5] == ("Mme", "Jeanne", "Gérante", "Angers", "vcard:1b2c")
        assert "1980-03-22" in person[5] and "Vente" in person[5]
        assert crm.rows("SELECT address, label FROM contact_emails") == [("jeanne@dupont.fr", "Atelier")]
        assert crm.rows("SELECT number, label FROM contact_phones") == [("+33612345678", "mobile")]
        assert crm.rows("SELECT name, siret, website FROM companies") == [
            ("Boulangerie Dupont", "73282932000074", "https://dupont.fr")
        ]
        assert crm.rows("SELECT name FROM tags ORDER BY name") == [("salon",), ("vip",)]
        assert crm.rows("SELECT text FROM events WHERE kind = 'note.logged'") == [
            ("Rencontrée au salon, en juin",)
        ]


def test_the_same_person_is_found_again_by_the_identifier_of_the_card(config: Config, tmp_path: Path) -> None:
    taken(config, tmp_path / "book.vcf", JEANNE)
    changed = JEANNE.replace("N:Dupont;", "N:Durand;").replace("jeanne@dupont.fr", "jeanne@durand.fr")
    report = taken(config, tmp_path / "book.vcf", changed.replace("urn:uuid:", ""))
    assert (report.created, report.updated) == (0, 1)


def test_a_company_s_card_keeps_its_notes_tags_and_fields(config: Config, tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nFN:Acme\nORG:Acme\nTEL:0241000000\nNOTE:client\nCATEGORIES:vip\nX-CODE:7\nEND:VCARD\n"
    )
    assert taken(config, tmp_path / "book.vcf", text).created == 1
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(0,)]
        ((name, phone, custom),) = crm.rows("SELECT name, phone, custom FROM companies")
        assert (name, phone, "7" in custom) == ("Acme", "0241000000", True)
        assert crm.rows("SELECT count(*) FROM taggings WHERE company_id IS NOT NULL") == [(1,)]
    again = taken(config, tmp_path / "book.vcf", text)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_row_of_a_company_alone_keeps_its_note_and_leaves_no_trace_once_undone(
    config: Config, tmp_path: Path
) -> None:
    text = "Prénom;Nom;Société;Note;Tags;Code\nLéa;Dupont;Acme;;;\n;;Zinc;à rappeler;vip;7\n;;Acme;client;;\n"
    first = taken(config, tmp_path / "list.csv", text)
    assert (first.read, first.rejected) == (3, 0)
    with read_crm(config) as crm:
        asked = (
            "SELECT c.name, e.text FROM events e JOIN companies c ON c.id = e.company_id WHERE e.text <> ''"
        )
        assert sorted(crm.rows(asked)) == [("Acme", "client"), ("Zinc", "à rappeler")]
    again = taken(config, tmp_path / "list.csv", text)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    with open_crm(config) as crm:
        assert history.undo(crm, first.batch or 0).kept == []
    with read_crm(config) as crm:
        assert all(
            crm.rows(f"SELECT count(*) FROM {name}") == [(0,)]
            for name in ("contacts", "companies", "taggings")
        )


def test_names_of_properties_are_not_taken_for_columns(config: Config, tmp_path: Path) -> None:
    names = (
        "LABEL SOURCE NAME CLASS ROLE MAILER SORT-STRING GENDER LANG TZ GEO IMPP RELATED CREATED ANNIVERSARY HOBBY"
        " EXPERTISE LANGUAGE X-SOURCE X-PHONE X-JOB-TITLE X-CITY X-NEWSLETTER CALURI FBURL INTEREST"
    ).split()
    lines = "".join(f"{name}:vu {name.lower()}\n" for name in names)
    report = taken(
        config, tmp_path / "book.vcf", f"BEGIN:VCARD\nN:Dupont;Jean\nTITLE:Gérant\n{lines}END:VCARD\n"
    )
    assert {name: report.mapping[name] for name in names} == dict.fromkeys(names, "custom")


def held_words(crm: Crm) -> set[str]:
    """Return every word and number that the base holds."""
    asked = (
        "SELECT civility, first_name, last_name, job_title, linkedin_url, street, postcode, city, country, custom,"
        " external_id FROM contacts",
        "SELECT name, street, postcode, city, country, website, email, phone, custom, external_id FROM companies",
        "SELECT raw, label FROM contact_emails",
        "SELECT raw, label FROM contact_phones",
        "SELECT name FROM tags",
        "SELECT text FROM events WHERE kind = 'note.logged'",
    )
    cells = [str(cell or "") for question in asked for row in crm.rows(question) for cell in row]
    return {word for cell in cells for word in words(cell.replace("\\n", " ").replace('\\"', '"'))}


def second_opinion(path: Path) -> list[tuple[str, str]]:
    """Return the properties of a file by vobject, which is given no name of a card so that it keeps them whole."""
    text = path.read_bytes().decode("utf-8", "replace")
    found = []
    for card in cards(io.StringIO(text, newline="")):
        for line in card.properties:
            try:
                one = vobject.base.textLineToContentLine(line)
            except (vobject.base.VObjectError, ValueError, LookupError):
                data = quopri.decodestring(line.partition(":")[2])
                found.append(("?", data.decode("utf-8", "ignore")))
            else:
                found.append((one.name.upper(), one.value))
    return [
        (name, value.replace("\\n", " ").replace("\\N", " "))
        for name, value in found
        if value.strip(" ;") and name not in OF_THE_CARD and name not in MEDIA
    ]


@pytest.mark.corpora
def test_what_the_cards_of_others_hold_reaches_the_base(config: Config) -> None:
    kept, lost = 0, []
    for path in BOOKS:
        with open_crm(config) as crm:
            batch = run(crm, str(path)).batch
            held = held_words(crm)
        with open_crm(config) as crm:
            history.undo(crm, batch)
        for name, value in second_opinion(path):
            missing = set(words(value)) - held - {"mr"}  # which is kept as M.
            kept += not missing
            if missing:
                lost.append((path.name, name, sorted(missing)[:5]))
    assert kept >= 0.95 * (kept + len(lost)), lost


@pytest.mark.corpora
@pytest.mark.parametrize("path", BOOKS, ids=name_of)
def test_vobject_reads_the_same_lines(path: Path) -> None:
    from petitcrm.connectors.vcard_lines import read_property

    text = path.read_bytes().decode("utf-8", "replace")
    for card in cards(io.StringIO(text, newline="")):
        for line in card.properties:
            try:
                theirs = vobject.base.textLineToContentLine(line)
            except (vobject.base.VObjectError, ValueError, LookupError):
                continue
            ours = read_property(line)
            if ours is None or theirs.params.get("ENCODING"):
                continue
            assert (ours.name, ours.group or None) == (
                theirs.name,
                theirs.group.lower() if theirs.group else None,
            )
            assert ours.raw.split() == theirs.value.split()


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_cards_end_in_rows_or_refusals(config: Config, tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "book.vcf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        with open_crm(config) as crm:
            report = run(crm, str(path))
    except CrmError as error:
        assert error.message
    else:
        assert report.read == report.created + report.updated + report.unchanged + report.rejected


@pytest.mark.engines("sqlite")
def test_refused_cards_are_in_the_file_of_rejects(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "book.vcf"
    path.write_text(
        JEANNE + "BEGIN:VCARD\nNOTE:rien\nEND:VCARD\n" + JEANNE.replace("1b2c", "9").replace("8293", "8294")
    )
    with open_crm(config) as crm:
        report = run(crm, str(path), Wish(rejects=str(tmp_path / "rejects.csv")))
    assert (report.read, report.rejected) == (3, 2)
    told = (tmp_path / "rejects.csv").read_text("utf-8-sig")
    assert "désigne personne" in told and "Gérante" in told
