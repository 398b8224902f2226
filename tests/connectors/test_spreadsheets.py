"""A workbook becomes the same rows as a text would, and a hostile one harms nothing."""

from __future__ import annotations

import csv
import datetime
import io
import os
import signal
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.connectors import signatures, spreadsheet_child
from petitcrm.connectors.csv_files import open_csv
from petitcrm.connectors.spreadsheets import open_spreadsheet
from petitcrm.errors import UsageProblem
from petitcrm.exchange import Source
from petitcrm.i18n import _
from tests.support.corpora import FOLDER, corpora, name_of
from tests.support.workbooks import Wrong, letters, ods, sheet, xlsx

CLIENTS = [["Nom", "Ville", "Solde"], ["Dupont", "Paris", 12], ["Durand", "Lyon", 3.5]]
README = [
    ["Ce classeur est tenu par Léa."],
    ["Ne pas trier."],
    ["Version", "2"],
    ["Appeler le 12"],
    ["Merci"],
]


def read(content: bytes, wanted: str = "", **told: object) -> Source:
    stream = io.BytesIO(content)
    format = signatures.format_of(stream)
    return open_spreadsheet(stream, "clients", format, sheet=wanted, **told)  # type: ignore[arg-type]


def rows_of(source: Source) -> list[tuple[str, ...]]:
    return [record.values for record in source.records]


def lines_of(source: Source) -> list[int]:
    return [record.line for record in source.records]


def cell(value: object) -> str:
    return rows_of(read(xlsx({"A": [["Nom", "Valeur"], ["x", value]]})))[0][1]


def test_a_sheet_is_a_list_with_the_numbers_of_its_rows() -> None:
    source = read(xlsx({"Clients": CLIENTS}))
    assert (source.format, source.encoding, source.delimiter) == ("xlsx", "", "")
    assert source.headers == ("Nom", "Ville", "Solde")
    assert [(record.line, record.values) for record in source.records] == [
        (2, ("Dupont", "Paris", "12")),
        (3, ("Durand", "Lyon", "3.5")),
    ]
    assert (source.header_line, source.notes, source.refused) == (1, [], [])


def test_an_opendocument_is_read_alike() -> None:
    source = read(ods([["Nom", "Ville"], ["Zoé", "Besançon"]]))
    assert (source.format, rows_of(source)) == ("ods", [("Zoé", "Besançon")])


def test_a_workbook_may_be_read_several_times_and_its_sample_is_its_first_rows() -> None:
    source = read(xlsx({"A": [["Nom", "N"], *([f"n{n}", n] for n in range(500))]}))
    assert rows_of(source) == rows_of(source)
    assert [record.values for record in source.sample] == rows_of(source)[:200]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1400.0, "1400"),
        (-3.0, "-3"),
        (1234.5, "1234.5"),
        (0.1 + 0.2, "0.3"),
        (0.196, "0.196"),
        (36252187900034.0, "36252187900034"),
        (33612345678.0, "33612345678"),
        (1.2345678901234567e18, "1.23456789012346E+18"),
        ("3,62522E+13", "3,62522E+13"),
        (True, "true"),
        (False, "false"),
        (datetime.date(2026, 12, 3), "2026-12-03"),
        (datetime.datetime(2026, 12, 3, 14, 30), "2026-12-03 14:30"),
        (datetime.datetime(2026, 12, 3, 10, 10, 10), "2026-12-03 10:10:10"),
        (datetime.time(9, 5), "09:05"),
        (datetime.timedelta(hours=26, minutes=30), "26:30:00"),
        (Wrong("#N/A"), ""),
        (Wrong("#DIV/0!"), ""),
        ("  Élise\nMartin ", "  Élise\nMartin "),
        ("=2+2", "=2+2"),
    ],
)
def test_a_cell_becomes_what_its_sheet_shows(value: object, text: str) -> None:
    assert cell(value) == text


def test_three_decimals_are_never_taken_for_thousands() -> None:
    from petitcrm.formats.money import read_money

    assert read_money("12.345") == 12_345_00
    with pytest.raises(UsageProblem):
        read_money(cell(12.345))
    assert read_money(cell(12.34)) == 12_34


def test_nul_characters_of_an_old_workbook_are_left_out() -> None:
    assert spreadsheet_child.shown(3) == "3"
    assert spreadsheet_child._line(1, ["T\0i\0tre", "\\u0000"]) == b'[1, "Titre", "\\\\u0000"]\n'


# ------------------------------------------------------------------------------------- where the list is in a sheet


def test_titles_above_totals_and_notes_below_are_left_aside_and_told() -> None:
    above = [["Clients de la maison"], ["Au", datetime.date(2026, 3, 12)], []]
    below = [["Total", None, 15.5], [], ["Les soldes sont hors taxes."], ["Tenu par Léa."]]
    source = read(xlsx({"A": [*above, *CLIENTS, *below]}))
    assert rows_of(source) == [("Dupont", "Paris", "12"), ("Durand", "Lyon", "3.5")]
    assert source.header_line == 4
    assert sorted(note.line for note in source.notes) == [1, 2, 7, 9, 10]


def test_a_note_right_below_the_total_is_left_aside_too() -> None:
    source = read(xlsx({"A": [*CLIENTS, [], ["Total", None, 15.5], ["Source : facturation"]]}))
    assert len(rows_of(source)) == 2
    assert sorted(note.line for note in source.notes) == [5, 6]


def test_a_last_row_with_its_name_alone_is_a_row_where_it_touches_the_table() -> None:
    assert rows_of(read(xlsx({"A": [*CLIENTS, ["Petit"]]})))[-1] == ("Petit", "", "")


def test_empty_rows_and_columns_are_no_part_of_the_list_and_rows_keep_their_numbers() -> None:
    rows = [
        [],
        [None, "Nom", None, "Ville"],
        [],
        [None, "Dupont", None, "Paris"],
        [],
        [],
        [None, "Durand", "", "Lyon"],
    ]
    source = read(xlsx({"A": rows}))
    assert (source.headers, lines_of(source)) == (("Nom", "Ville"), [4, 7])
    assert rows_of(source) == [("Dupont", "Paris"), ("Durand", "Lyon")]


def test_a_column_without_a_name_is_kept_and_homonyms_are_told_apart() -> None:
    source = read(
        xlsx({"A": [["Nom", "Tél", "Tél"], ["Dupont", "01", "02", "à rappeler"], ["Durand", "03", "04", ""]]})
    )
    assert source.headers == ("Nom", "Tél", "Tél (2)", _("Column {n}", n=4))
    assert rows_of(source)[0] == ("Dupont", "01", "02", "à rappeler")


def test_a_group_merged_downwards_is_said_in_each_of_its_rows() -> None:
    rows = [
        ["Agence", "Nom"],
        ["Nord", "Dupont"],
        [None, "Durand"],
        [None, "Petit"],
        ["Sud", "Roux"],
        [None, "Seul"],
    ]
    source = read(xlsx({"A": rows}, merged=["A2:A4"]))
    assert [row[0] for row in rows_of(source)] == ["Nord", "Nord", "Nord", "Sud", ""]


def test_names_of_columns_stand_below_the_merged_headers_of_groups() -> None:
    rows = [
        ["Nom", "Adresse", None, "Tél"],
        [None, "Rue", "Ville", None],
        ["Dupont", "3 rue X", "Paris", "01"],
    ]
    source = read(xlsx({"A": rows}, merged=["A1:A2", "B1:C1", "D1:D2"]))
    assert source.headers == ("Nom", "Rue", "Ville", "Tél")
    assert rows_of(source) == [("Dupont", "3 rue X", "Paris", "01")]


def test_a_title_merged_over_the_table_is_a_title() -> None:
    source = read(xlsx({"A": [["Clients"], *CLIENTS]}, merged=["A1:C1"]))
    assert (source.headers, source.header_line) == (("Nom", "Ville", "Solde"), 2)


def test_a_list_without_headers_loses_no_row() -> None:
    source = read(xlsx({"A": [["jean@exemple.fr", "Jean"], ["lea@exemple.fr", "Léa"]]}))
    assert (source.header_line, len(rows_of(source))) == (0, 2)


@pytest.mark.parametrize(
    "sheets", [{"A": []}, {"A": [], "B": [[]]}, {"A": [["", "  "]]}], ids=["one", "two", "blank"]
)
def test_an_empty_workbook_has_neither_headers_nor_rows(sheets: dict[str, list[list[object]]]) -> None:
    source = read(xlsx(sheets))
    assert (source.headers, source.sample, rows_of(source)) == ((), (), [])


# --------------------------------------------------------------------------------------------------- which sheet


def test_the_sheet_with_the_list_is_read_and_the_others_are_told() -> None:
    source = read(xlsx({"Lisez-moi": README, "Clients": CLIENTS, "Vide": []}))
    assert source.headers == ("Nom", "Ville", "Solde")
    [note] = source.notes
    assert "Clients" in note.message
    assert "Lisez-moi" in note.message
    assert "Vide" not in note.message


def test_a_sheet_that_names_what_a_list_holds_is_read_before_a_longer_one() -> None:
    keys = [["Colonne", "Sens"], *([f"c{n}", "un mot"] for n in range(20))]

    def familiar(headers: Sequence[str]) -> int:
        return sum(header in ("Nom", "Ville") for header in headers)

    assert read(xlsx({"Légende": keys, "Clients": CLIENTS}), familiar=familiar).headers[0] == "Nom"


def test_a_hidden_sheet_is_read_only_where_no_other_holds_anything_or_when_named() -> None:
    both = xlsx({"Caché": [*CLIENTS, ["Petit", "Nice", 1]], "Clients": CLIENTS}, hidden=["Caché"])
    assert len(rows_of(read(both))) == 2
    assert len(rows_of(read(both, "Caché"))) == 3
    assert len(rows_of(read(xlsx({"Caché": CLIENTS, "A": []}, hidden=["Caché"])))) == 2


def test_the_sheet_that_is_named_is_read() -> None:
    content = xlsx({"2025": CLIENTS, "2026": [["Nom", "Ville"], ["Roux", "Metz"]]})
    source = read(content, "2026")
    assert (rows_of(source), source.notes) == ([("Roux", "Metz")], [])
    assert rows_of(read(xlsx({"Mes Clients": CLIENTS, "B": README}), " mes clients ")) == rows_of(
        read(xlsx({"A": CLIENTS}))
    )


def test_a_sheet_that_is_not_there_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(UsageProblem, match="2027") as refusal:
        read(xlsx({"2025": CLIENTS, "2026": CLIENTS}), "2027")
    assert "2025, 2026" in refusal.value.advice


WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéèçàœ"), min_size=1, max_size=8)
CELLS = st.text(
    st.one_of(st.sampled_from(";,\"'&<>]=+-@ "), st.characters(exclude_categories=("C", "Z"))), max_size=8
)


@settings(max_examples=25, deadline=None)
@given(
    headers=st.lists(WORDS, min_size=2, max_size=5, unique_by=str.casefold),
    told=st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=12),
)
def test_a_table_gives_the_same_rows_as_a_workbook_and_as_a_text(
    headers: list[str], told: list[list[str]]
) -> None:
    table = [headers, *([*row[: len(headers) - 1], f"x{row[-1]}"] for row in told)]
    text = io.StringIO()
    csv.writer(text).writerows(table)
    as_text, as_workbook = open_csv(text.getvalue().encode(), delimiter=","), read(xlsx({"A": table}))
    assert (as_workbook.headers, rows_of(as_workbook)) == (as_text.headers, rows_of(as_text))


def test_of_very_many_sheets_some_are_named() -> None:
    [note] = read(xlsx({"Clients": CLIENTS, **{f"Feuille {n}": [["x"]] for n in range(100)}})).notes
    assert note.message.count("Feuille") == 10


# --------------------------------------------------------------------------------------------- what is refused


def refused(content: bytes) -> UsageProblem:
    """Return the refusal of a workbook, with nothing left behind."""
    with pytest.raises(UsageProblem) as refusal:
        read(content)
    assert not [one for one in psutil.Process().children() if "spreadsheet_child" in " ".join(one.cmdline())]
    assert refusal.value.advice
    return refusal.value


def two_cells() -> bytes:
    return packed_sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def packed_sheet(rows: str) -> bytes:
    empty = sheet([])
    return xlsx(
        {"A": []}, more={"xl/worksheets/sheet1.xml": empty.replace("<sheetData>", f"<sheetData>{rows}")}
    )


def of_one_text(rows: str, text: str) -> bytes:
    """Return a workbook whose cells share one text."""
    return xlsx(
        {"A": []},
        more={
            "xl/worksheets/sheet1.xml": sheet([]).replace("<sheetData>", f"<sheetData>{rows}"),
            "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<si><t>{text}</t></si></sst>",
        },
    )


def shared_strings() -> bytes:
    """A text of a megabyte that ten thousand cells share: ten gigabytes once each has its own."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 10_001))
    text = "".join(f"{n:x} " for n in range(190_000))
    return of_one_text(rows, text)


def zeros() -> bytes:
    return xlsx({"A": CLIENTS}, more={"xl/media/image1.png": b"\0" * (64 << 20)})


def many_files() -> bytes:
    return xlsx({"A": CLIENTS}, more={f"xl/media/image{n}.png": b"x" for n in range(10_000)})


def nested_elements() -> bytes:
    return packed_sheet('<row r="1">' + "<c>" * 300_000 + "</row>")


def wide_rows() -> bytes:
    places = [(n * 1000, f"{letters(n * 16)}{n * 1000}") for n in range(1, 1000)]
    return packed_sheet("".join(f'<row r="{n}"><c r="{place}"><v>1</v></c></row>' for n, place in places))


def endless_rows() -> bytes:
    """Rows that each hold thousands of times one shared text: small in the file, a megabyte in memory."""
    text = "".join(f"{n:x} " for n in range(200))
    rows = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{letters(at)}{n}" t="s"><v>0</v></c>' for at in range(2_000))
        + "</row>"
        for n in range(1, 40)
    )
    return of_one_text(rows, text)


def endless_merges() -> bytes:
    """Thousands of rows that each are within thousands of merged cells: minutes of work in a small file."""
    return xlsx({"A": [["Nom", n] for n in range(20_000)]}, merged=["A1:A1048576"] * 20_000)


@pytest.mark.parametrize(
    "bomb", [two_cells, endless_rows, endless_merges, shared_strings, zeros, many_files, wide_rows]
)
def test_a_bomb_is_refused_in_a_sentence(bomb: object) -> None:
    assert callable(bomb)
    assert "clients" in str(refused(bomb()))


@pytest.mark.parametrize("odd", [nested_elements])
def test_an_odd_file_is_read_or_refused(odd: object) -> None:
    assert callable(odd)
    try:
        assert rows_of(read(odd())) == []
    except UsageProblem as refusal:
        assert refusal.advice


def test_an_archive_that_lies_about_its_sizes_is_met_by_the_limits_of_the_child() -> None:
    content = bytearray(xlsx({"A": []}, more={"xl/worksheets/sheet1.xml": sheet([["x" * (150 << 20)]])}))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        true_size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = true_size.to_bytes(4, "little")
    assert content.count(lie) >= 1
    refused(bytes(content).replace(lie, (1000).to_bytes(4, "little")))


@pytest.mark.parametrize("kept", [10, 300, 700, -30])
def test_a_workbook_cut_short_is_refused(kept: int) -> None:
    content = xlsx({"A": CLIENTS})[:kept]
    if signatures.format_of(io.BytesIO(content)) in signatures.WORKBOOKS:
        refused(content)
    else:
        with pytest.raises(UsageProblem):
            open_csv(content)


def test_bytes_that_were_changed_never_stop_the_program() -> None:
    content = xlsx({"A": CLIENTS})
    for at in range(0, len(content), max(1, len(content) // 25)):
        broken = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        if signatures.format_of(io.BytesIO(broken)) not in signatures.WORKBOOKS:
            continue
        try:
            rows_of(read(broken))
        except UsageProblem as refusal:
            assert refusal.advice


def test_the_child_knows_neither_the_base_nor_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    run = subprocess.run

    def seen(*words: object, **told: object) -> object:
        given.update(told)
        return run(*words, **told)  # type: ignore[call-overload]

    monkeypatch.setenv("PETITCRM_DB", "/secret.db")
    monkeypatch.setenv("PGPASSWORD", "secret")
    monkeypatch.setattr(subprocess, "run", seen)
    read(xlsx({"A": CLIENTS}))
    environment = given["env"]
    assert isinstance(environment, dict)
    assert not {name for name in environment if name.startswith(("PETITCRM", "PG"))}


def test_a_workbook_in_a_pipe_is_read(tmp_path: Path) -> None:
    from petitcrm.connectors.csv_files import seekable

    reading, writing = os.pipe()
    content = xlsx({"A": CLIENTS})
    os.write(writing, content)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        stream, name = seekable(pipe, "tuyau")
    assert len(rows_of(open_spreadsheet(stream, name, "xlsx"))) == 2


def test_memory_does_not_grow_with_the_sheet() -> None:
    def peak(rows: int) -> int:
        source = read(xlsx({"A": [["Nom", "Ville"], *[["Dupont", "Saint-Étienne"]] * rows]}))
        tracemalloc.start()
        assert sum(1 for _record in source.records) == rows
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    assert peak(20_000) < 1.5 * peak(2_000) + 50_000


def test_a_column_that_is_first_filled_far_below_is_kept() -> None:
    far = [["Nom", "Ville"], *[["Dupont", "Paris"]] * 300, ["Durand", "Lyon", "à rappeler"]]
    source = read(xlsx({"A": far}))
    assert len(source.headers) == 3
    assert rows_of(source)[-1] == ("Durand", "Lyon", "à rappeler")


def stopped_child(program: psutil.Popen) -> psutil.Process | None:
    """Stop the reader of a workbook that a program has started, so that it cannot end by itself, and return it."""
    try:
        for one in program.children():
            if spreadsheet_child.__name__ in one.cmdline():  # else it is still a copy of its parent
                one.suspend()
                return one
    except psutil.Error:  # it ended while it was looked at
        pass
    return None


def test_an_interruption_ends_the_child_too(tmp_path: Path) -> None:
    path = tmp_path / "clients.xlsx"
    path.write_bytes(xlsx({"A": [["Nom", "Ville"], *[["Dupont", "Paris"]] * 100_000]}))
    # Again and again: on a busy machine one reading may pass between two looks.
    told = f"from petitcrm.imports.opening import open_file\nwhile True: open_file({str(path)!r})"
    with psutil.Popen([sys.executable, "-c", told], stderr=subprocess.DEVNULL) as program:
        while not (child := stopped_child(program)):
            assert program.poll() is None
            time.sleep(0.005)
        while (
            program.status() != psutil.STATUS_SLEEPING
        ):  # until then it has a child of which it does not know yet
            time.sleep(0.005)
        program.send_signal(signal.SIGINT)
        assert program.wait(20) != 0
        assert psutil.wait_procs([child], 5)[1] == []


# ------------------------------------------------------------------------------------------------- files of others


@pytest.mark.corpora
@pytest.mark.parametrize(
    "path", corpora("xlsx/pass_protected.*") + corpora("xlsx/issue_385.xls"), ids=name_of
)
def test_a_password_is_said(path: Path) -> None:
    assert refused(path.read_bytes()).message == _("“{name}” is locked by a password.", name="clients")


@pytest.mark.corpora
@pytest.mark.parametrize("ending", ["xls", "xlsx", "xlsb"])
def test_the_same_days_are_read_in_every_format(ending: str) -> None:
    for name in ("date", "date_1904"):
        source = read((FOLDER / "xlsx" / f"{name}.{ending}").read_bytes())
        assert rows_of(source) == [("2021-01-01", "15"), ("2021-01-02", "16"), ("255:10:10", "17")]


@pytest.mark.corpora
@pytest.mark.parametrize(
    "name", ["any_sheets", "merge_cells", "merged_range", "issue_419", "issue127", "picture"]
)
def test_a_workbook_that_was_saved_in_several_formats_is_the_same_list_in_each(name: str) -> None:
    saved = corpora(f"xlsx/{name}.*")
    assert len(saved) > 1
    told = [read(path.read_bytes()) for path in saved]
    assert len({(one.headers, one.header_line, tuple(rows_of(one))) for one in told}) == 1


@pytest.mark.corpora
@pytest.mark.parametrize("sheet", ["datatypes", "issue2", "issue5", "issue6", "Sheet1"])
def test_each_sheet_of_one_saved_in_four_formats_is_the_same_in_each(sheet: str) -> None:
    told = [read(path.read_bytes(), sheet) for path in corpora("xlsx/issues.*")]
    assert len(told) == 4
    assert len({(one.headers, one.header_line, tuple(rows_of(one))) for one in told}) == 1


@pytest.mark.corpora
@pytest.mark.parametrize("ending", ["xls", "xlsx", "xlsb", "ods"])
def test_the_same_types_are_read_in_every_format(ending: str) -> None:
    source = read((FOLDER / "xlsx" / f"issues.{ending}").read_bytes(), "datatypes")
    told = [source.headers[0], *(row[0] for row in rows_of(source))]
    assert told[:4] == ["1", "1.5", "ab", "false"]


@pytest.mark.corpora
def test_a_list_of_two_rows_that_says_it_fills_its_sheet_is_read() -> None:
    source = read((FOLDER / "xlsx" / "issue_174.xlsx").read_bytes())
    assert source.headers[1] == "Contact Name"
    assert rows_of(source)[0][7] == "1.2010"
