"""Files brought in and the firm to try things on, from the command line."""

from __future__ import annotations

import datetime
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.support.workbooks import xlsx

ROWS = "Prénom;Nom;E-mail;Ville\nJeanne;Dupont;jeanne@dupont.example;Angers\nPaul;Martin;paul@martin.example;Nantes\n"
KEYS = {
    "format", "vendor", "encoding", "mapping", "read", "created", "updated", "unchanged", "rejected", "batch",
    "problems",
}  # fmt: skip


@pytest.fixture
def rows(tmp_path: Path) -> str:
    """Return the path of a French list of two people."""
    path = tmp_path / "clients.csv"
    path.write_bytes(ROWS.encode("cp1252"))
    return str(path)


def test_an_import_accounts_for_every_row_and_is_taken_back_whole(shell: Shell, rows: str) -> None:
    report = shell("import", rows, "--json").json
    assert set(report) >= KEYS
    assert (report["read"], report["created"], report["rejected"], report["encoding"]) == (2, 2, 0, "cp1252")
    again = shell("import", rows, "--json").json
    assert (again["created"], again["unchanged"]) == (0, 2)
    undone = shell("undo", str(report["batch"]), "--json").json
    assert undone["kept"] == []
    assert shell("contact", "list", "--json").json == []
    assert shell("check", "--all").code == 0


def test_a_rehearsal_changes_nothing(shell: Shell, rows: str) -> None:
    report = shell("import", rows, "--dry-run", "--json").json
    assert (report["created"], report["batch"]) == (2, None)
    assert shell("contact", "list", "--json").json == []
    assert shell("history", "--json").json == []


def test_stages_of_a_list_are_added_when_asked_and_gone_with_the_undo(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "affaires.csv"
    path.write_text("Affaire;Montant;Étape;Contact\nChaudière;100;Qualifié;Léa Dupont\n", "utf-8")
    told = shell("import", str(path), "--dry-run", "--json").json
    assert "--create-stages" in told["problems"][0]["message"]
    report = shell("import", str(path), "--create-stages", "--json").json
    assert report["problems"] == []
    names = [stage["name"] for stage in shell("pipeline", "show", "--json").json["stages"]]
    assert names[-1] == "Qualifié"
    shell("undo", str(report["batch"]))
    assert "Qualifié" not in [stage["name"] for stage in shell("pipeline", "show", "--json").json["stages"]]


GUESSED = (
    "Téléphone;E-mail;SIRET;Titre;Prénom;Nom;Truc\nlea@a.example;0612345678;bleu;Dir;Léa;Petit;x\n"
    "jean@a.example;0612345679;rouge;Dir;Jean;Roy;x\nzoe@a.example;0612345680;vert;Chef;Zoé;Roux;x\n"
)


def test_a_rehearsal_in_a_pipe_says_how_surely_each_column_is_read(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(GUESSED, "utf-8")
    told = shell("--lang", "en", "import", str(path), "--dry-run")
    lines = [line.split("  ") for line in told.out.splitlines()]
    sure = {line[0]: [part.strip() for part in line if part.strip()][2] for line in lines if len(line) > 3}
    assert sure["Téléphone"] == sure["E-mail"] == "? by its values"
    assert (sure["SIRET"], sure["Titre"]) == ("? denied by its values", "? perhaps")
    assert (sure["Prénom"], sure["Truc"]) == ("sure", "as it is")
    assert "4 columns" in told.err
    columns = shell("import", str(path), "--dry-run", "--json").json["columns"]
    assert [(one["reason"], one["confidence"] > 0.9) for one in columns][2:5] == [
        ("values", False), ("name", False), ("name", True),
    ]  # fmt: skip
    mapped = shell("--lang", "en", "import", str(path), "--dry-run", "--map", "Truc=source")
    assert "you said so" in mapped.out


def test_a_report_says_what_is_kept_otherwise_than_it_was_written(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("Prénom;Nom;Tél\nLéa;Petit;01 99 00 12 34\nJean;Roy;\n", "utf-8")
    assert "Tél × 1  01 99 00 12 34 → +33199001234" in shell("import", str(path), "--dry-run").out
    assert shell("import", str(path), "--json").json["normalised"] == [
        {
            "kind": "phone", "column": "Tél", "count": 1,
            "examples": [{"line": 2, "raw": "01 99 00 12 34", "value": "+33199001234"}],
        }
    ]  # fmt: skip


def test_several_files_give_several_reports(shell: Shell, rows: str) -> None:
    reports = shell("import", rows, rows, "--json").json
    assert [report["created"] for report in reports] == [2, 0]


@pytest.mark.engines("sqlite")
def test_rows_come_from_stdin(shell: Shell) -> None:
    assert shell("import", "-", "--json", stdin=ROWS).json["created"] == 2


TABLE = [["Prénom", "Nom", "E-mail", "Téléphone", "Code postal", "Ville", "Client depuis"],
         ["Zoé", "Lefèvre", "zoe@lefevre.example", 612345678, 1300, "Belley", datetime.date(2024, 3, 1)],
         ["Jean", "Dupont", "jean@dupont.example", "01 23 45 67 89", 75001, "Paris", None]]  # fmt: skip


@pytest.fixture
def workbook(tmp_path: Path) -> str:
    """Return the path of a workbook whose second sheet lists two people, below a title."""
    path = tmp_path / "clients.xlsx"
    notes = [["Tenu par Léa"], ["Mis à jour le lundi"]]
    path.write_bytes(xlsx({"Lisez-moi": notes, "Clients": [["Nos clients"], [], *TABLE, ["Total", 2]]}))
    return str(path)


def test_a_workbook_is_imported_as_a_text_is_and_taken_back_whole(shell: Shell, workbook: str) -> None:
    report = shell("import", workbook, "--json").json
    assert (report["read"], report["created"], report["rejected"]) == (2, 2, 0)
    assert (report["format"], report["encoding"]) == ("xlsx", "")
    assert "Clients" in report["notes"][0]["message"]
    shown = shell("contact", "show", "lefevre", "--json").out
    assert "01300" in shown
    assert "+33612345678" in shown
    assert shell("import", workbook, "--json").json["unchanged"] == 2
    assert shell("undo", str(report["batch"]), "--json").json["kept"] == []
    assert shell("contact", "list", "--json").json == []
    assert shell("check", "--all").code == 0


@pytest.mark.engines("sqlite")
def test_a_workbook_and_the_same_list_as_text_give_the_same_people(
    shell: Shell, workbook: str, tmp_path: Path
) -> None:
    text = tmp_path / "clients.csv"
    text.write_text("\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in TABLE))
    assert shell("import", str(text), "--json").json["created"] == 2
    again = shell("import", workbook, "--json").json
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)


@pytest.mark.engines("sqlite")
def test_the_sheet_that_is_asked_for_is_read(shell: Shell, workbook: str, rows: str) -> None:
    assert shell("import", workbook, "--sheet", "clients", "--json").json["created"] == 2
    answer = shell("import", workbook, "--sheet", "2027")
    assert (answer.code, "Lisez-moi, Clients" in answer.err) == (2, True)
    assert shell("import", rows, "--sheet", "Clients").code == 2


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("name", ["clients.csv", "clients.xls", "clients.ods", "clients"])
def test_a_workbook_is_known_by_what_it_holds_whatever_its_name(
    shell: Shell, workbook: str, name: str
) -> None:
    renamed = Path(workbook).with_name(name)
    Path(workbook).rename(renamed)
    assert shell("import", str(renamed), "--json").json["format"] == "xlsx"


@pytest.mark.engines("sqlite")
def test_a_text_or_a_web_page_that_is_called_a_workbook_is_known_too(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "clients.xls"
    path.write_text(ROWS, encoding="utf-8")
    assert shell("import", str(path), "--json").json["format"] == "csv"
    path.write_text("<html><body><table><tr><td>Nom</td></tr></table></body></html>", encoding="utf-8")
    answer = shell("import", str(path))
    assert (answer.code, "save it as XLSX" in answer.err) == (2, True)


@pytest.mark.engines("sqlite")
def test_an_empty_workbook_is_said_to_be(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    path.write_bytes(xlsx({"Feuil1": []}))
    answer = shell("import", str(path))
    assert (answer.code, "the file is empty" in answer.err) == (0, True)


@pytest.mark.engines("sqlite")
def test_a_bomb_changes_nothing(shell: Shell, workbook: str, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(xlsx({"A": TABLE}, more={"xl/media/image.png": b"\0" * (32 << 20)}))
    answer = shell("import", str(bomb))
    assert (answer.code, "no list needs that much" in answer.err) == (2, True)
    assert shell("history", "--json").json == []


@pytest.mark.engines("sqlite")
def test_figures_of_a_spreadsheet_are_never_guessed(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "firms.xlsx"
    firms = [["Société", "SIRET"], ["Exacte", 73282932000074], ["Arrondie", "7,32829E+13"]]
    path.write_bytes(xlsx({"A": firms}))
    report = shell("import", str(path), "--as", "companies", "--json").json
    assert (report["created"], report["rejected"]) == (1, 1)
    assert [problem["line"] for problem in report["problems"]] == [3]


@pytest.mark.engines("sqlite")
def test_refused_rows_are_told_written_and_in_the_code(shell: Shell, tmp_path: Path) -> None:
    path, rejects = tmp_path / "clients.csv", tmp_path / "rejects.csv"
    path.write_text(ROWS + ";;no address;Angers\n", encoding="utf-8")
    answer = shell("import", str(path), "--rejects", str(rejects), "--json")
    assert answer.code == 3
    assert answer.json["rejected"] == 1
    assert answer.json["read"] == sum(
        answer.json[key] for key in ("created", "updated", "unchanged", "rejected")
    )
    assert {"line", "column", "value", "message"} == set(answer.json["problems"][0])
    assert "no address" in rejects.read_text(encoding="utf-8-sig")


@pytest.mark.engines("sqlite")
def test_a_problem_of_a_file_tells_the_value_once(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Affaire;Contact;Montant\nChaudière;Jeanne Dupont;beaucoup\n", encoding="utf-8")
    told = shell("import", str(path), "--as", "deals").err
    assert "line 2, Montant: “beaucoup” is not an amount" in told
    assert told.count("beaucoup") == 1


@pytest.mark.engines("sqlite")
def test_an_address_book_is_imported_as_a_list_is(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "book.vcf"
    path.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Jeanne Dupont\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n")
    answer = shell("import", str(path), "--json")
    assert (answer.code, answer.json["format"], answer.json["created"]) == (3, "vcard", 1)
    assert answer.json["problems"][0]["line"] == 5


PASTED = {
    "csv": "Prénom\tNom\tE-mail\tVille\nLéa\tDupont\tlea@acme.fr\tAngers\nZoé\tMartin\tzoe@acme.fr\tCholet\n",
    "addresses": '"Dupont, Léa" <lea@acme.fr>; Zoé Martin <zoe@acme.fr>',
    "vcard": "BEGIN:VCARD\nN:Dupont;Léa\nEND:VCARD\nBEGIN:VCARD\nN:Martin;Zoé\nEND:VCARD\n",
    "ndjson": '{"first_name": "Léa", "last_name": "Dupont"}\n{"first_name": "Zoé", "last_name": "Martin"}\n',
}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("format", PASTED)
def test_what_is_pasted_is_known_by_what_it_holds(shell: Shell, format: str) -> None:
    report = shell("import", "-", "--json", stdin=PASTED[format]).json
    assert (report["format"], report["created"], report["rejected"]) == (format, 2, 0)
    found = shell("contact", "list", "--json").json
    assert sorted((one["first_name"], one["last_name"]) for one in found) == [
        ("Léa", "Dupont"),
        ("Zoé", "Martin"),
    ]
    again = shell("import", "-", "--json", stdin=PASTED[format]).json
    assert (again["created"], again["updated"]) == (0, 0)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("words", [("contacts", "--format", "vcard"), ("contacts", "-o", "book.vcf")])
def test_contacts_are_written_as_an_address_book(
    lived_in: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = lived_in("export", *words)
    told = Path("book.vcf").read_text(encoding="utf-8") if "-o" in words else answer.out
    assert (answer.code, told.startswith("BEGIN:VCARD")) == (0, True)


@pytest.mark.engines("sqlite")
def test_there_is_no_address_book_of_deals(shell: Shell) -> None:
    answer = shell("export", "deals", "--format", "vcard")
    assert (answer.code, "csv, ndjson, xlsx" in answer.err) == (2, True)


@pytest.mark.engines("sqlite")
def test_a_firm_of_nobody_is_refused(shell: Shell) -> None:
    assert shell("demo", "--size", "0").code == 2


@pytest.mark.engines("sqlite")
def test_a_column_is_read_as_asked(shell: Shell, rows: str) -> None:
    report = shell("import", rows, "--as", "contacts", "--map", "Ville=job_title", "--json").json
    assert report["mapping"]["Ville"] == "job_title"


@pytest.mark.engines("sqlite")
def test_a_file_that_is_not_there_is_said(shell: Shell) -> None:
    answer = shell("import", "/nowhere/clients.csv")
    assert answer.code == 4
    assert "/nowhere/clients.csv" in answer.err


@pytest.mark.engines("sqlite")
def test_the_demo_is_written_where_asked_and_is_always_the_same(shell: Shell, tmp_path: Path) -> None:
    first, second = str(tmp_path / "first.db"), str(tmp_path / "second.db")
    answer = shell("demo", "--into", first, "--seed", "7")
    assert (answer.code, answer.lines) == (0, [first])
    assert os.stat(first).st_mode & 0o777 == 0o600
    shell("demo", "--into", second, "--seed", "7")
    asked = "SELECT * FROM v_timeline ORDER BY id"
    assert shell("--db", first, "sql", asked).out == shell("--db", second, "sql", asked).out
    assert shell("demo", "--into", first).code == 2
    stages = shell("--db", first, "stage", "list", "--json").json
    assert stages[1]["name"] == "Rendez-vous téléphonique"


@pytest.mark.engines("sqlite")
def test_the_demo_is_one_founder_or_a_team(shell: Shell, tmp_path: Path) -> None:
    alone, several = str(tmp_path / "alone.db"), str(tmp_path / "several.db")
    shell("demo", "--into", alone)
    shell("demo", "--team", "--into", several)
    assert len(shell("--db", alone, "user", "list", "--json").json) == 1
    assert len(shell("--db", several, "user", "list", "--json").json) == 3
    answer = shell("demo", "--team")
    assert answer.code == 0
    assert len(answer.lines) > 5


@pytest.mark.engines("sqlite")
def test_the_demo_in_a_pipe_prints_the_day_and_touches_nothing(shell: Shell, base: str) -> None:
    before = Path(base).read_bytes()
    answer = shell("demo")
    assert answer.code == 0
    assert len(answer.lines) > 5
    assert Path(base).read_bytes() == before


def test_what_is_exported_is_imported_and_exported_again_to_the_letter(
    lived_in: Shell, tmp_path: Path
) -> None:
    lived_in("task", "add", "devis", "--contact", "c1", "--deal", "d1", "--due", "demain 14h")
    lived_in("contact", "tag", "add", "vip", "c1")
    path, copy = str(tmp_path / "all.ndjson"), str(tmp_path / "copy.db")
    assert lived_in("export", "-o", path).code == 0
    assert os.stat(path).st_mode & 0o777 == 0o600
    exported = lived_in("export", "all", "--format", "ndjson").out
    assert exported == Path(path).read_text(encoding="utf-8")
    assert lived_in("--db", copy, "import", path).code == 0
    assert lived_in("--db", copy, "export", "all").out == exported


@pytest.mark.engines("sqlite")
def test_a_list_is_exported_as_csv(lived_in: Shell) -> None:
    lines = lived_in("export", "contacts").lines
    assert len(lines) == 3
    assert lines[0].startswith("id,")


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "words",
    [("export", "nothing"), ("export", "contacts", "--format", "pdf"), ("export", "all", "--format", "csv")],
)
def test_an_export_that_cannot_be_is_refused(lived_in: Shell, words: tuple[str, ...]) -> None:
    assert lived_in(*words).code == 2


@pytest.mark.engines("sqlite")
def test_an_export_that_cannot_be_written_leaves_what_was_there(lived_in: Shell, tmp_path: Path) -> None:
    assert lived_in("export", "-o", str(tmp_path / "no folder" / "all.ndjson")).code == 2
    assert list(tmp_path.glob("*.part")) == []
    folder = lived_in("export", "-o", str(tmp_path))
    assert (folder.code, "is a folder" in folder.err) == (2, True)


@pytest.mark.engines("sqlite")
def test_an_export_to_a_pipe_or_through_a_link_leaves_them_what_they_are(
    lived_in: Shell, tmp_path: Path
) -> None:
    pipe, link, kept = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "kept.csv"
    os.mkfifo(pipe)
    kept.write_text("before")
    kept.chmod(0o640)
    link.symlink_to(kept)
    with subprocess.Popen(
        [sys.executable, "-c", f"print(len(open({str(pipe)!r}).read()))"], stdout=-1
    ) as reader:
        assert lived_in("export", "contacts", "-o", str(pipe)).code == 0
        read = int(reader.communicate()[0])
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert lived_in("export", "contacts", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert (kept.stat().st_mode & 0o777, len(kept.read_text())) == (0o640, read)


def test_a_file_that_holds_nothing_is_said_to(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    done = shell("import", str(tmp_path / "empty.csv"))
    assert (done.code, bool(done.err.strip())) == (0, True)


@pytest.mark.engines("sqlite")
def test_a_workbook_goes_to_a_file_of_its_owner(lived_in: Shell, tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    assert lived_in("export", "-o", str(path)).code == 0
    assert path.read_bytes().startswith(b"PK")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "--format", "dump"), "-o FOLDER"),
        (("export", "tasks", "--format", "vdir", "-o", "-"), "-o FOLDER"),
        (("export", "contacts", "--format", "ics"), "csv, ndjson, xlsx"),
        (("export", "--format", "ndjson", "--for-spreadsheet"), "csv, xlsx"),
    ],
)
def test_an_export_that_cannot_be_says_what_can(lived_in: Shell, words: tuple[str, ...], told: str) -> None:
    answer = lived_in(*words)
    assert (answer.code, told in answer.err) == (2, True), answer.err


@pytest.mark.engines("sqlite")
def test_a_dump_is_written_imported_and_written_again(lived_in: Shell, tmp_path: Path) -> None:
    folder, other, copy = str(tmp_path / "firm") + "/", str(tmp_path / "again"), str(tmp_path / "copy.db")
    told = lived_in("export", "--format", "dump", "-o", folder)
    assert (told.code, "0 removed" in told.err) == (0, True)
    assert lived_in("--db", copy, "import", folder, "--json").json["rejected"] == 0
    assert lived_in("--db", copy, "export", "--format", "dump", "-o", other).code == 0
    assert {p.name: p.read_bytes() for p in Path(folder).iterdir()} == {
        p.name: p.read_bytes() for p in Path(other).iterdir()
    }
    assert lived_in("import", folder).code == 5
    (tmp_path / "file").write_text("mine")
    assert lived_in("export", "--format", "dump", "-o", str(tmp_path / "file")).code == 2
    assert lived_in("export", "--format", "dump", "-o", str(tmp_path / "no" / "folder")).code == 2


def test_an_import_says_whom_its_new_rows_may_be(lived_in: Shell, tmp_path: Path) -> None:
    path = tmp_path / "others.csv"
    path.write_text("Prénom;Nom;E-mail;Mobile\nJeanne;Dupond;jeanne@other.example;06 12 34 56 78\n", "utf-8")
    told = lived_in("import", str(path), "--dry-run", "--json").json["possible_duplicates"]
    assert [(one["line"], one["id"], one["name"], one["other"]["id"]) for one in told] == [
        (2, None, "Jeanne Dupond", "c1")
    ]
    said = lived_in("import", str(path)).err
    assert "Jeanne Dupond · line 2 ≈ c1 Jeanne Dupont" in said
    assert "petitcrm contact duplicates" in said


def test_a_plan_is_written_read_and_done(shell: Shell, rows: str, tmp_path: Path) -> None:
    path = tmp_path / "clients.plan"
    planned = shell("import", rows, "--plan", str(path))
    assert (planned.code, planned.lines[-1]) == (
        0,
        "2 read = 2 created + 0 updated + 0 unchanged + 0 rejected",
    )
    assert f"petitcrm import --apply {path}" in planned.err
    assert "create    2: Jeanne Dupont\n" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert shell("contact", "list", "--json").json == []
    done = shell("import", "--apply", str(path), "--json").json
    assert (done["created"], done["rejected"]) == (2, 0)
    again = shell("import", "--apply", str(path))
    assert (again.code, "already" in again.err, f"undo {done['batch']}" in again.err) == (5, True, True)


def test_a_plan_may_be_rehearsed(shell: Shell, rows: str, tmp_path: Path) -> None:
    path = str(tmp_path / "clients.plan")
    shell("import", rows, "--plan", path)
    assert shell("import", "--apply", path, "--dry-run", "--json").json["batch"] is None
    assert shell("contact", "list", "--json").json == []


def test_a_plan_of_rows_left_out_says_so_by_its_code(shell: Shell, rows: str, tmp_path: Path) -> None:
    path = tmp_path / "clients.plan"
    shell("import", rows, "--plan", str(path))
    path.write_text(path.read_text("utf-8").replace("create    3", "skip 3"), "utf-8")
    done = shell("import", "--apply", str(path))
    assert (done.code, "line 3" in done.err) == (3, True)
    assert [one["name"] for one in shell("contact", "list", "--json").json] == ["Jeanne Dupont"]


@pytest.mark.parametrize("words", [("import", "{rows}", "--plan", "-"), ("import", "--plan", "{rows}")])
def test_a_plan_is_printed_too(shell: Shell, rows: str, words: tuple[str, ...]) -> None:
    printed = shell(*[word.format(rows=rows) for word in words])
    assert printed.lines[0] == "petitcrm plan 1"
    assert "2 read = 2 created" in printed.err


def test_the_list_of_a_plan_may_come_from_stdin(shell: Shell, rows: str, tmp_path: Path) -> None:
    path = str(tmp_path / "clients.plan")
    shell("import", "-", "--plan", path, stdin=ROWS)
    lost = shell("import", "--apply", path)
    assert (lost.code, f"petitcrm import FILE --apply {path}" in lost.err) == (2, True)
    assert shell("import", "-", "--apply", path, "--json", stdin=ROWS).json["created"] == 2


def test_the_list_of_a_plan_may_have_moved_with_it(shell: Shell, rows: str, tmp_path: Path) -> None:
    shell("import", rows, "--plan", str(tmp_path / "clients.plan"))
    plan = (tmp_path / "clients.plan").read_text("utf-8").replace(rows, "clients.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "clients.plan").write_text(plan, "utf-8")
    os.rename(rows, elsewhere / "clients.csv")
    assert shell("import", "--apply", str(elsewhere / "clients.plan"), "--json").json["created"] == 2


def test_the_sheet_of_a_workbook_is_planned_and_done(shell: Shell, workbook: str, tmp_path: Path) -> None:
    path = str(tmp_path / "clients.plan")
    shell("import", workbook, "--sheet", "Clients", "--plan", path)
    assert shell("import", "--apply", path, "--json").json["created"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("{rows}", "{rows}", "--plan", "p"), "one list"),
        (("{rows}", "--plan", "{rows}"), "no plan"),
        (("{rows}", "--plan", "-", "--json"), "stdout"),
        (("--apply", "{rows}"), "no plan"),
        (("--apply", "{rows}.plan", "--as", "deals"), "--as"),
        (("--apply", "{rows}.plan", "--overwrite", "city"), "--overwrite"),
        (("--apply", "{rows}.plan", "--create-stages"), "--create-stages"),
        ((), "is missing"),
    ],
)
def test_a_plan_asked_for_wrongly_is_refused_and_nothing_is_lost(
    shell: Shell, rows: str, words: tuple[str, ...], sentence: str
) -> None:
    before = Path(rows).read_bytes()
    answer = shell("import", *[word.format(rows=rows) for word in words])
    assert (answer.code, sentence in answer.err) == (2, True)
    assert Path(rows).read_bytes() == before


def test_a_plan_that_is_not_there_is_not_found(shell: Shell, tmp_path: Path) -> None:
    assert shell("import", "--apply", str(tmp_path / "no.plan")).code == 4


LEADS = """\
Prénom;Nom;E-mail;Sens;Campagne
Léa;Dupont;lea@acme.example;entrant;Hiver
Jean;Roy;;oblique;
Zoé;Lefèvre;zoe@x.example;sortant;
"""


def test_a_list_of_leads_is_brought_in_by_either_command(shell: Shell, tmp_path: Path) -> None:
    path, rejects = tmp_path / "leads.csv", tmp_path / "rejets.csv"
    path.write_text(LEADS, "utf-8")
    done = shell("lead", "import", str(path), "--rejects", str(rejects), "--json")
    assert done.code == 3
    told = {name: done.json[name] for name in ("noun", "read", "created", "updated", "unchanged", "rejected")}
    assert told == {"noun": "leads", "read": 3, "created": 2, "updated": 0, "unchanged": 0, "rejected": 1}
    assert done.json["mapping"]["Sens"] == "lead.direction"
    assert (done.json["problems"][0]["line"], done.json["problems"][0]["value"]) == (3, "oblique")
    assert "oblique" in rejects.read_text("utf-8-sig")
    again = shell("import", "-", "--as", "leads", "--json", stdin=LEADS)
    assert (again.json["created"], again.json["unchanged"], again.json["rejected"]) == (0, 2, 1)
    assert len(shell("lead", "list", "--json").json) == 2
    shell("undo")
    assert shell("lead", "list", "--json").json == []


def test_a_plan_of_leads_is_made_and_done(shell: Shell, tmp_path: Path) -> None:
    path, plan = tmp_path / "leads.csv", tmp_path / "leads.plan"
    path.write_text(LEADS, "utf-8")
    assert shell("lead", "import", str(path), "--dry-run").code == 3
    assert shell("lead", "list", "--json").json == []
    shell("lead", "import", str(path), "--plan", str(plan))
    done = shell("lead", "import", "--apply", str(plan), "--json")
    assert (done.json["created"], done.json["noun"]) == (2, "leads")
