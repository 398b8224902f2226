"""The whole base as a folder: the same twice, only changes written, nothing of others touched, back to the letter."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from petitcrm import demo, exports
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.exports import folders
from petitcrm.exports.dump import INDEX
from petitcrm.imports import importer
from petitcrm.sales import contacts, timeline
from tests.exports.emptied import emptied

sqlite_only = pytest.mark.engines("sqlite")


def dumped(config: Config, path: Path) -> folders.Kept:
    with read_crm(config) as crm:
        return exports.export_folder(crm, "all", "dump", str(path))


def held(path: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in path.iterdir() if entry.is_file()}


@pytest.fixture
def people(config: Config) -> Config:
    """Return the choices that lead to a base with two people, an accent, and a note."""
    with open_crm(config) as crm:
        first = contacts.add(
            crm, {"last_name": "Nöel", "first_name": "Zoé"}, emails=["zoe@bois.example"], tags=["vip"]
        )
        contacts.add(crm, {"last_name": "Dupont"})
        timeline.log(crm, "note", first, "Préfère\nle matin")
    return config


def test_a_firm_goes_out_as_a_folder_and_comes_back_to_the_letter(config: Config, tmp_path: Path) -> None:
    demo.seed(config, seed=7)
    dumped(config, tmp_path / "before")
    emptied(config)
    with open_crm(config) as crm:
        report = importer.run(crm, str(tmp_path / "before"))
    assert report.rejected == 0
    dumped(config, tmp_path / "after")
    assert held(tmp_path / "after") == held(tmp_path / "before")


@sqlite_only
def test_its_index_names_the_folder_too(people: Config, tmp_path: Path) -> None:
    dumped(people, tmp_path / "firm")
    emptied(people)
    with open_crm(people) as crm:
        importer.run(crm, str(tmp_path / "firm" / "petitcrm.json"))
        assert crm.rows("SELECT count(*) FROM contacts") == [(2,)]


def test_the_files_one_after_the_other_are_the_one_file(people: Config, tmp_path: Path) -> None:
    from petitcrm.exports import whole

    dumped(people, tmp_path / "firm")
    with read_crm(people) as crm:
        first, *others = "".join(exports.export(crm, "all", "ndjson")).splitlines(keepends=True)  # type: ignore[arg-type]
    files = [tmp_path / "firm" / f"{part}.ndjson" for part in whole.PARTS]
    assert "".join(file.read_text("utf-8") for file in files if file.exists()) == "".join(others)
    assert json.loads(first)["type"] == "petitcrm"


@sqlite_only
def test_a_line_is_one_record_with_its_keys_in_order(people: Config, tmp_path: Path) -> None:
    dumped(people, tmp_path / "firm")
    content = (tmp_path / "firm" / "contacts.ndjson").read_bytes()
    assert b"\r" not in content and content.endswith(b"\n") and "Nöel".encode() in content
    rows = [json.loads(line) for line in content.splitlines()]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert all(list(row) == sorted(row) for row in rows)


def test_a_second_dump_writes_nothing(people: Config, tmp_path: Path) -> None:
    first = dumped(people, tmp_path / "firm")
    times = {entry.name: entry.stat().st_mtime_ns for entry in (tmp_path / "firm").iterdir()}
    second = dumped(people._replace(now="2027-01-01T00:00:00+01:00"), tmp_path / "firm")
    assert (second.written, second.unchanged, second.removed) == (0, first.written, 0)
    assert {entry.name: entry.stat().st_mtime_ns for entry in (tmp_path / "firm").iterdir()} == times


@sqlite_only
def test_only_the_table_that_changed_is_written(people: Config, tmp_path: Path) -> None:
    dumped(people, tmp_path / "firm")
    with open_crm(people) as crm:
        contacts.edit(crm, 2, {"first_name": "Jean"})
    assert dumped(people, tmp_path / "firm").written == 1


@sqlite_only
def test_a_file_that_no_longer_belongs_is_removed_and_nothing_else(people: Config, tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    dumped(people, folder)
    (folder / ".git").mkdir()
    for name in ("README.md", "notes.ndjson", ".gitignore"):
        (folder / name).write_text("mine")
    assert (folder / "contact_emails.ndjson").exists()
    with open_crm(people) as crm:
        contacts.delete(crm, 1)
    assert dumped(people, folder).removed >= 1
    assert not (folder / "contact_emails.ndjson").exists()
    assert (folder / ".git").is_dir()
    assert {(folder / name).read_text() for name in ("README.md", "notes.ndjson", ".gitignore")} == {"mine"}


@sqlite_only
def test_an_index_that_names_what_cannot_be_ours_is_not_believed(people: Config, tmp_path: Path) -> None:
    folder, kept = tmp_path / "firm", tmp_path / "kept.ndjson"
    kept.write_text("mine")
    dumped(people, folder)
    (folder / "letter.txt").write_text("mine")
    index = json.loads((folder / "petitcrm.json").read_text())
    index["files"] += ["../kept.ndjson", "letter.txt", str(kept), 12]
    (folder / "petitcrm.json").write_text(json.dumps(index))
    assert dumped(people, folder).removed == 0
    assert kept.exists() and (folder / "letter.txt").exists()


@sqlite_only
def test_a_file_of_such_a_name_that_we_did_not_write_is_refused(people: Config, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "contacts.ndjson").write_text("mine")
    with pytest.raises(UsageProblem, match=r"contacts\.ndjson"):
        dumped(people, folder)
    assert held(folder) == {"contacts.ndjson": b"mine"}


@sqlite_only
def test_a_link_in_the_place_of_a_file_is_neither_followed_nor_removed(
    people: Config, tmp_path: Path
) -> None:
    folder, kept = tmp_path / "firm", tmp_path / "kept"
    dumped(people, folder)
    kept.write_text("mine")
    (folder / "contacts.ndjson").unlink()
    (folder / "contacts.ndjson").symlink_to(kept)
    with pytest.raises(UsageProblem):
        dumped(people, folder)
    assert kept.read_text() == "mine"


@sqlite_only
def test_only_the_owner_may_read_it(people: Config, tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    dumped(people, folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {entry.stat().st_mode & 0o777 for entry in folder.iterdir()} == {0o600}


@sqlite_only
def test_a_dump_that_is_interrupted_leaves_the_one_before_and_the_next_one_mends_it(
    people: Config, tmp_path: Path
) -> None:
    folder = tmp_path / "firm"
    dumped(people, folder)
    before = held(folder)

    def interrupted() -> Iterator[tuple[str, bytes]]:
        yield "contacts.ndjson", b"{}\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folders.keep(str(folder), INDEX, interrupted())
    assert held(folder) == before
    (folder / ".contacts.ndjson.petitcrm.tmp").write_text("what a kill left")
    dumped(people, folder)
    assert held(folder) == before


@sqlite_only
def test_a_dump_that_is_not_whole_is_refused(people: Config, tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    dumped(people, folder)
    (folder / "contacts.ndjson").unlink()
    emptied(people)
    with open_crm(people) as crm, pytest.raises(NotFound, match=r"contacts\.ndjson"):
        importer.run(crm, str(folder))


@sqlite_only
def test_a_line_where_a_merge_left_its_marks_is_refused_and_the_others_come_back(
    people: Config, tmp_path: Path
) -> None:
    folder = tmp_path / "firm"
    dumped(people, folder)
    file = folder / "contacts.ndjson"
    file.write_text("<<<<<<< HEAD\n" + file.read_text("utf-8"), "utf-8")
    emptied(people)
    with open_crm(people) as crm:
        report = importer.run(crm, str(folder))
        assert (report.rejected, crm.rows("SELECT count(*) FROM contacts")) == (1, [(2,)])


@sqlite_only
@pytest.mark.parametrize(
    "content", ["", "[]", '{"type": "other", "files": []}', "[" * 100_000, '{"files": {}}']
)
def test_an_index_that_is_none_is_told(people: Config, tmp_path: Path, content: str) -> None:
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "petitcrm.json").write_text(content)
    with pytest.raises(UsageProblem):
        dumped(people, folder)
    with open_crm(people) as crm, pytest.raises(UsageProblem):
        importer.run(crm, str(folder))
    assert os.listdir(folder) == ["petitcrm.json"]


@sqlite_only
def test_the_dump_of_a_newer_petitcrm_is_refused(people: Config, tmp_path: Path) -> None:
    folder = tmp_path / "firm"
    dumped(people, folder)
    index = json.loads((folder / "petitcrm.json").read_text())
    (folder / "petitcrm.json").write_text(json.dumps({**index, "format": 2}))
    with open_crm(people) as crm, pytest.raises(UsageProblem):
        importer.run(crm, str(folder))


def test_an_empty_base_has_its_dump_too(config: Config, tmp_path: Path) -> None:
    dumped(config, tmp_path / "before")
    with open_crm(config) as crm:
        importer.run(crm, str(tmp_path / "before"))
    assert dumped(config, tmp_path / "before").written == 0


def test_a_dump_is_of_one_moment_whoever_writes_meanwhile(people: Config, tmp_path: Path) -> None:
    from petitcrm.exports import whole

    with read_crm(people) as crm:
        crm.hold_still()
        before = list(whole.lines(crm, "contacts"))
        with open_crm(people) as other:
            contacts.add(other, {"last_name": "Nouveau"}, emails=["nouveau@example.org"])
        assert list(whole.lines(crm, "contacts")) == before
        assert "nouveau@example.org" not in "".join(whole.lines(crm, "contact_emails"))
