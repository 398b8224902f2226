"""Rows that came together go together, but for those that have a life of their own since."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.imports import importer
from petitcrm.sales import companies, contacts, deals, history, tags, tasks
from petitcrm.store import health
from petitcrm.store.queries import timeline
from tests.support.snapshots import difference, snapshot, stale

HEADERS = "Prénom;Nom;Société;E-mail;Téléphone;Étiquettes;Commentaire"
PEOPLE = """\
Zoé;Lefèvre;Fournil d'Anjou;zoe@fournil.example;01 99 00 12 34;vip;Aime le pain
Hugo;Nguyen;Fournil d'Anjou;hugo@fournil.example;01 99 00 12 35;;
Ana;Costa;Ateliers Costa;ana@costa.example;01 99 00 12 36;vip;
"""


@pytest.fixture
def imported(config: Config, tmp_path: Path) -> int:
    """Import three people of two companies; return the gesture."""
    return bring(config, tmp_path, PEOPLE)


def bring(config: Config, folder: Path, people: str) -> int:
    """Import people from a file; return the gesture."""
    path = folder / "clients.csv"
    path.write_text(f"{HEADERS}\n{people}", encoding="utf-8")
    with open_crm(config) as crm:
        batch = importer.run(crm, str(path)).batch
    assert batch is not None
    return batch


def undo(config: Config, batch: int) -> list[str]:
    """Take a gesture back; return what was kept."""
    with open_crm(config) as crm:
        return [line.replace("\u00a0", " ") for line in history.undo(crm, batch).kept]


def state(config: Config) -> dict[str, dict[int, dict[str, object]]]:
    """Return everything that the base holds besides its journal."""
    with read_crm(config) as crm:
        assert stale(crm.connection) == []
        return snapshot(crm.connection)


def left(config: Config, table: str) -> list[int]:
    """Return the ids of the rows of a table."""
    with read_crm(config) as crm:
        return [row[0] for row in crm.rows(f"SELECT id FROM {table} ORDER BY id")]


def test_undo_redo_undo_redo_each_restore_every_row(config: Config, tmp_path: Path) -> None:
    before = state(config)
    batch = bring(config, tmp_path, PEOPLE)
    after = state(config)
    for _ in range(2):
        assert undo(config, batch) == []
        assert difference(before, state(config)) == []
        with open_crm(config) as crm:
            assert history.redo(crm).kept == []
        assert difference(after, state(config)) == []


def test_the_journal_holds_no_copy_of_what_was_imported(config: Config, imported: int) -> None:
    with read_crm(config) as crm:
        told = [row[0] for row in crm.rows("SELECT changes FROM events")]
    assert imported
    assert not any("fournil.example" in changes for changes in told)


def test_a_contact_changed_since_stays_with_what_is_its_own_and_its_company(
    config: Config, imported: int
) -> None:
    with open_crm(config) as crm:
        contacts.edit(crm, 1, {"job_title": "Gérante"})
    kept = undo(config, imported)
    assert kept == [
        "étiquette vip : d’autres en dépendent",
        "c1 Zoé Lefèvre : modifié depuis",
        "f1 Fournil d'Anjou : d’autres en dépendent",
    ]
    assert [left(config, table) for table in ("contacts", "companies", "contact_emails", "contact_phones")] == [
        [1], [1], [1], [1],
    ]  # fmt: skip
    assert state(config)


def test_a_contact_whose_edit_was_undone_goes_like_the_others(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        contacts.edit(crm, 1, {"job_title": "Gérante"})
    with open_crm(config) as crm:
        history.undo(crm)
    assert undo(config, imported) == []
    assert left(config, "contacts") == []


def test_a_contact_who_has_a_deal_since_stays(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        deals.add(crm, "Four", 2)
    kept = undo(config, imported)
    assert "c2 Hugo Nguyen : d’autres en dépendent" in kept
    assert left(config, "contacts") == [2]
    assert left(config, "contact_emails") == [2]


def test_a_contact_deleted_since_is_named_and_the_others_go(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        contacts.delete(crm, 3)
    kept = undo(config, imported)
    assert any(line.startswith("c3") for line in kept)
    assert left(config, "contacts") == []


def test_a_tag_that_the_file_made_stays_with_those_who_have_it_since(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        other = contacts.add(crm, {"last_name": "Petit"})
        tags.put(crm, "contact", other, "vip")
    undo(config, imported)
    assert left(config, "contacts") == [other]
    assert len(left(config, "tags")) == 1
    assert len(left(config, "taggings")) == 1


def test_nothing_is_undone_where_all_has_changed(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        for contact_id in (1, 2, 3):
            tasks.add(crm, "rappeler", contact_id)
    kept = undo(config, imported)
    assert left(config, "contacts") == [1, 2, 3]
    assert len([line for line in kept if line.startswith("c")]) == 3


def test_what_an_undo_kept_is_not_brought_twice_by_redo(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        contacts.edit(crm, 1, {"job_title": "Gérante"})
    undo(config, imported)
    with open_crm(config) as crm:
        assert history.redo(crm, imported).kept == []
    assert left(config, "contacts") == [1, 2, 3]
    assert left(config, "companies") == [1, 2]
    assert state(config)
    kept = undo(config, imported)
    assert "c1 Zoé Lefèvre : modifié depuis" in kept
    assert left(config, "contacts") == [1]


def test_a_name_of_another_program_given_since_keeps_its_old_bearer_away(
    config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("Identifiant;Nom;E-mail\n7;Lefèvre;zoe@fournil.example\n8;Costa;ana@costa.example\n")
    with open_crm(config) as crm:
        batch = importer.run(crm, str(path)).batch
        assert crm.rows("SELECT external_id FROM contacts ORDER BY id") == [("7",), ("8",)]
    assert batch is not None
    undo(config, batch)
    with open_crm(config) as crm:
        other = contacts.add(crm, {"last_name": "Autre"})
        with crm.act("contact.edited", contact=other, name="") as act:
            act.update("contacts", other, external_id="7")
    with open_crm(config) as crm:
        kept = history.redo(crm, batch).kept
        assert [row[0] for row in crm.rows("SELECT last_name FROM contacts ORDER BY id")] == [
            "Costa",
            "Autre",
        ]
        assert not any(health.problems(crm.connection).values())
        aside = "".join(row[0] for row in crm.rows("SELECT taken FROM spans WHERE taken <> ''"))
        assert "zoe@fournil.example" in aside  # nothing is lost
    assert any(line.startswith("c1") for line in kept)


def test_a_row_that_vanished_without_an_act_is_found_by_the_check(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        contacts.delete(crm, 3)
        assert not any(health.problems(crm.connection).values())
        crm.connection.write("DELETE FROM contact_phones WHERE id = 2")
        found = [problem.detail for problem in health.problems(crm.connection)["journal"]]
    assert len(found) == 1
    assert found[0].startswith("contact_phones 2")
    assert imported


def test_a_file_taken_with_many_interruptions_is_taken_back_whole(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        assert crm.journal is not None
        from petitcrm.store.bulk import Bulk

        bulk = Bulk(crm.connection, crm.journal)
        for number in range(1, 400, 2):  # every second id: two hundred spans
            row = {"id": number, "last_name": "x", "sort_name": "x", "created_at": crm.now_text}
            bulk.insert("contacts", row)
            bulk.index("contact", number, ["x"])
            bulk.insert_line("contact_emails", number, 0, (f"a{number}@x.example", "", ""))
        bulk.close({"file": "x"})
        batch = crm.journal.batch_id
    assert batch is not None
    assert len(left(config, "spans")) == 201
    assert undo(config, batch) == []
    assert left(config, "contacts") == left(config, "contact_emails") == []


def arrivals(crm: Crm, noun: str, row_id: int) -> list[str]:
    """Return the sentences of a story that tell of an import."""
    return [one.sentence for one in timeline.entries(crm, noun, row_id) if one.kind.endswith(".imported")]


def test_the_story_of_a_contact_and_of_a_company_begins_with_the_file(config: Config, imported: int) -> None:
    with read_crm(config) as crm:
        assert arrivals(crm, "contact", 2) == ["Importé de clients.csv"]
        assert arrivals(crm, "company", 1) == ["Société importée de clients.csv"]
        first = timeline.entries(crm, "contact", 1, limit=1)
        rest = timeline.entries(crm, "contact", 1, before=(first[0].at, first[0].id))
        assert [one.kind for one in (*first, *rest)] == ["contact.imported", "note.logged"]


def test_who_was_merged_into_another_tells_how_they_came(config: Config, imported: int) -> None:
    with open_crm(config) as crm:
        kept = contacts.add(crm, {"last_name": "Lefèvre"})
        contacts.merge(crm, kept, 1)
        assert arrivals(crm, "contact", kept) == ["Importé de clients.csv"]
        companies.edit(crm, 1, {"city": "Angers"})
    assert imported


def test_nothing_that_stands_can_be_undone_twice(config: Config, imported: int) -> None:
    undo(config, imported)
    with pytest.raises(RefusedByRule):
        undo(config, imported)


def test_who_was_known_gets_again_the_company_that_the_import_brought(config: Config, tmp_path: Path) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Lefèvre"}, emails=["zoe@fournil.example"])
    before = state(config)
    batch = bring(config, tmp_path, PEOPLE)
    after = state(config)
    assert undo(config, batch) == [] and difference(before, state(config)) == []
    with open_crm(config) as crm:
        assert history.redo(crm, batch).kept == []
    assert difference(after, state(config)) == []
