"""A CSV file of any country and program becomes rows, and every row is accounted for."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.connectors.csv_files import open_csv
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.exchange import Source
from petitcrm.i18n import _
from tests.support.corpora import FOLDER, corpora, name_of


def rows_of(source: Source) -> list[tuple[str, ...]]:
    return [record.values for record in source.records]


def read(text: str | bytes, encoding: str = "utf-8") -> Source:
    return open_csv(text.encode(encoding) if isinstance(text, str) else text)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "Nom;Prénom;Solde\nDupont;Léa;1 200\nDurand;Jean;3\n".replace(";", delimiter)
    source = read(text)
    assert source.delimiter == delimiter
    assert rows_of(source) == [("Dupont", "Léa", "1 200"), ("Durand", "Jean", "3")]


def test_decimal_commas_and_notes_full_of_commas_do_not_hide_the_semicolon() -> None:
    source = read("Nom;Prix\nA;1,50\nB;2,50\nC;3,50\n")
    assert source.delimiter == ";"
    source = read("nom,lieu\nBény,SRID=4326;POINT (5 46)\nSulpice,SRID=4326;POINT (4 45)\n")
    assert source.delimiter == ","


def test_amounts_in_every_row_do_not_make_a_comma_the_delimiter_where_titles_or_a_longer_row_stand() -> None:
    source = read("Export;;\nClients\n\nNom;E-mail;Montant\nA;a@b.fr;7850,02\nB;b@b.fr;4830,67\n")
    assert (source.delimiter, source.headers) == (";", ("Nom", "E-mail", "Montant"))
    rows = "".join(f"A;a@b.fr;{place},50\n" for place in range(5))
    assert read(f"Nom;E-mail;Montant\n{rows}A;b@b.fr;2,50;trop\n").delimiter == ";"
    assert read("a|b\n1,2,3\n4,5,6\n7,8,9\n").delimiter == ","


def test_a_delimiter_inside_quotes_does_not_count() -> None:
    source = read('a,b\n"x;y;z","1;2"\n"x;y;z","1;2"\n')
    assert rows_of(source) == [("x;y;z", "1;2")] * 2


def test_a_first_line_sep_tells_the_delimiter_and_lines_are_still_counted_from_the_top() -> None:
    source = read("sep=;\r\na;b\r\n1;2,5,7\r\n")
    assert [(record.line, record.values) for record in source.records] == [(3, ("1", "2,5,7"))]


def test_one_column_needs_no_delimiter() -> None:
    source = read("E-mail\njean@exemple.fr\nlea@exemple.fr\n")
    assert (source.delimiter, source.headers, len(rows_of(source))) == ("", ("E-mail",), 2)


def test_a_list_without_headers_loses_no_row() -> None:
    source = read("jean@exemple.fr;Jean\nlea@exemple.fr;Léa\n")
    assert source.headers == (_("Column {n}", n=1), _("Column {n}", n=2))
    assert (source.header_line, len(rows_of(source))) == (0, 2)


def test_a_lone_row_with_few_cells_that_holds_an_address_is_no_line_of_headers() -> None:
    assert rows_of(read("Çelik,,client@exemple.fr,,,\n")) == [("Çelik", "", "client@exemple.fr", "", "", "")]


def test_titles_above_the_headers_and_totals_below_are_left_aside_and_told() -> None:
    source = read(
        "Clients au 12 mars, 2026;;\nÉdité le;12/03/2026;\n\nNom;Prénom;Solde\nDupont;Jean;1,50\nDurand;Léa;2\n"
        ";;\nTotal;;3,50\n2 lignes\n"
    )
    assert rows_of(source) == [("Dupont", "Jean", "1,50"), ("Durand", "Léa", "2")]
    assert source.header_line == 4
    assert [note.line for note in source.notes] == [1, 2, 9, 8]


def test_headers_repeated_inside_the_table_are_left_aside_and_told() -> None:
    source = read("Nom;Ville\nA;Paris\nNom;Ville\nB;Lyon\n")
    assert rows_of(source) == [("A", "Paris"), ("B", "Lyon")]
    assert [note.line for note in source.notes] == [3]


def test_headers_are_made_distinct_and_the_nameless_are_named_by_their_place() -> None:
    source = read("Nom;Nom;;E-mail;nom\nx;y;z;t;u\n")
    assert source.headers == ("Nom", "Nom (2)", _("Column {n}", n=3), "E-mail", "nom (3)")


def test_thousands_of_homonyms_are_told_apart_without_delay() -> None:
    headers = read(";".join(["Nom"] * 20_000) + "\n" + ";".join("x" * 20_000) + "\n").headers
    assert (len(set(headers)), headers[-1]) == (20_000, "Nom (20000)")


def test_a_short_row_is_filled_and_a_long_one_keeps_its_surplus() -> None:
    source = read("a;b;c\n1;2\n1;2;3;4\n1;2;3;;\n5;6;7\n8;9;0\n")
    assert [(record.values, record.surplus) for record in source.records][:3] == [
        (("1", "2", ""), ()),
        (("1", "2", "3"), ("4",)),
        (("1", "2", "3"), ()),
    ]


def test_columns_without_a_header_at_the_end_of_every_row_are_kept() -> None:
    source = read("a;b\n1;2;3\n4;5;6\n")
    assert source.headers == ("a", "b", _("Column {n}", n=3))
    assert rows_of(source) == [("1", "2", "3"), ("4", "5", "6")]


def test_line_ends_of_three_systems_may_be_mixed() -> None:
    source = read(b'a,b\r1,2\r\n3,"x\r\ny\nz"\n5,6')
    assert [(record.line, record.values) for record in source.records] == [
        (2, ("1", "2")),
        (3, ("3", "x\r\ny\nz")),
        (6, ("5", "6")),
    ]


def test_a_quote_left_open_to_the_end_is_refused_with_its_line() -> None:
    source = read('a;b\n1;2\n3;"4\n5;6\n7;8\n')
    assert rows_of(source) == [("1", "2")]
    assert [problem.line for problem in source.refused] == [3]
    assert "5" in source.refused[0].message


def test_a_quote_closed_by_the_next_one_does_not_take_the_row_below() -> None:
    source = read('"a";"b"\n"1";"2\n"3";"4"\n"5";"6"\n')
    assert rows_of(source) == [("3", "4"), ("5", "6")]
    assert [problem.line for problem in source.refused] == [2]


def test_a_quote_inside_a_cell_is_only_a_character() -> None:
    source = read('a;b;c\n1;tube 12";x\n2;"12" tube";y\n')
    assert rows_of(source) == [("1", 'tube 12"', "x"), ("2", '12 tube"', "y")]


def test_quotes_escaped_by_a_backslash_are_understood() -> None:
    assert rows_of(read('a,b\n"say \\"hi\\" x",2\n')) == [('say "hi" x', "2")]


def test_spaces_before_a_quote_do_not_open_the_cell_early() -> None:
    assert rows_of(read('a, b\n1, "2, 3"\n4, "5, 6"\n')) == [("1", "2, 3"), ("4", "5, 6")]


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_neither_headers_nor_rows(content: bytes) -> None:
    source = open_csv(content)
    assert rows_of(source) == []


def test_a_file_of_headers_only_has_no_row() -> None:
    source = read("Nom;Prénom\n")
    assert (source.headers, rows_of(source)) == (("Nom", "Prénom"), [])


def test_nul_characters_are_left_out_and_told() -> None:
    source = open_csv(b"a;b\n1\0;2\n")
    assert (rows_of(source), len(source.notes)) == ([("1", "2")], 1)


def test_a_cell_of_a_megabyte_is_read() -> None:
    long = "x" * 1_000_000
    assert rows_of(read(f"a;b\n1;{long}\n")) == [("1", long)]


def test_a_file_may_be_read_several_times() -> None:
    source = read("a;b\n1;2\n3;4\n")
    assert rows_of(source) == rows_of(source)
    assert [record.values for record in source.sample] == rows_of(source)


def test_a_pipe_that_cannot_go_back_is_read_too() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert rows_of(open_csv(Pipe("Nom;Prénom\nDupont;Léa\n".encode("cp1252")))) == [("Dupont", "Léa")]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        path.write_text("nom;ville\n" + "Dupont;Saint-Étienne\n" * rows, "utf-8")
        source = open_csv(str(path))
        tracemalloc.start()
        for _record in source.records:
            pass
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    assert peak(50_000) < 1.5 * peak(2_000) + 50_000


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04" + b"x" * 30 + b"xl/workbook.xml", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "vCard"),
        ("BEGIN:VCARD\r\n".encode("utf-16"), "vCard"),
        (b"\x89PNG\r\n", "image"),
        (b"<!DOCTYPE html><html>", "web"),
        (b"\r\n<table border=1><tr><td>Nom", "web"),
        (b"<meta http-equiv=Content-Type>", "web"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "web"),
        (b"PK\x03\x04" + b"x" * 30 + b"Index/Document.iwa", "Numbers"),
        (b"\x09\x04\x06\x00" + b"x" * 30, "Excel"),
        (b"PK\x03\x04rien", "archive"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(beginning: bytes, said: str) -> None:
    with pytest.raises(UsageProblem, match=said) as refusal:
        open_csv(beginning, name="clients")
    assert refusal.value.advice


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_csv(str(tmp_path / "absent.csv"))


WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéèçàœ"), min_size=1, max_size=8)
CELLS = st.text(
    st.one_of(
        st.sampled_from(";,|\t\"' \n\r=+-@."),
        st.characters(codec="cp1252", exclude_characters="\0", exclude_categories=("Cs",)),
    ),
    max_size=12,
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    width = draw(st.integers(2, 6))
    headers = draw(st.lists(WORDS, min_size=width, max_size=width, unique=True))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    # A row of empty cells is not a row; a table ends with one that is no total.
    return headers, [[f"r{place}{row[0]}", *row[1:]] for place, row in enumerate(rows)]


@settings(max_examples=300, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from(";,\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"]),
    title=st.sampled_from(["", "Liste des clients\r\n", "Liste des clients\r\n\r\n"]),
)
def test_whatever_is_written_is_read_back(
    table: tuple[list[str], list[list[str]]], delimiter: str, quoting: int, encoding: str, title: str
) -> None:
    headers, rows = table
    text = io.StringIO()
    text.write(title)
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([headers, *rows])
    source = open_csv(text.getvalue().encode(encoding))
    assert list(source.headers) == headers
    assert [list(record.values) for record in source.records] == rows
    assert not source.refused


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(content: bytes) -> None:
    try:
        source = open_csv(content)
    except UsageProblem:
        return
    width = len(source.headers)
    assert all(len(record.values) == width for record in source.records)


def published(path: Path) -> list[dict[str, str]]:
    expected = json.loads((path.parent / "json" / f"{path.stem}.json").read_text("utf-8"))
    return expected if isinstance(expected, list) else [expected]


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("csv-spectrum/*.csv"), ids=name_of)
def test_csv_spectrum_is_read_exactly(path: Path) -> None:
    content = path.read_bytes()
    expected = published(path)
    if path.stem == "newlines_crlf":  # our copy has lost its CRs, which its expectation still has
        content = content.replace(b"\n", b"\r\n")
    if (
        path.stem == "location_coordinates"
    ):  # its expectation has another telephone number than the file, upstream too
        expected[0]["Contact Phone Number"] = "2095257564"
    source = open_csv(content)
    assert [dict(zip(source.headers, row, strict=True)) for row in rows_of(source)] == expected


TRANSCODED = FOLDER / "csv-french" / "transcoded"


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("csv-french/transcoded/*.csv"), ids=name_of)
def test_six_alphabets_and_two_line_ends_give_the_same_rows(path: Path) -> None:
    expected = json.loads((TRANSCODED / "expected.json").read_text("utf-8"))[path.name]
    original = open_csv(str(TRANSCODED / f"{path.name.split('.')[0]}.utf-8.lf.csv"))
    mac = expected["encoding"] == "mac_roman"
    source = open_csv(str(path), encoding="mac_roman" if mac else "")
    rows = rows_of(source)
    assert source.headers == original.headers
    assert rows == rows_of(original)
    assert len(rows) + 1 == expected["rows"]
    assert not source.refused


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("csv-dataloader/csvtext_BOM_*.csv"), ids=name_of)
def test_marks_of_every_width_are_understood(path: Path) -> None:
    plain, marked = open_csv(str(path.parent / "csvtext.csv")), open_csv(str(path))
    assert (marked.headers, rows_of(marked)) == (plain.headers, rows_of(plain))


def lines_of(path: Path) -> int:
    """Count the rows that a plain reader sees, headers left out."""
    text = path.read_text("utf-8-sig", errors="replace")
    delimiter = max(";,", key=text.splitlines()[0].count)
    return sum(1 for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)) - 1


OF_PROGRAMS = [*corpora("crm-exports/**/*.csv"), *corpora("csv-french/validateur-bal/*.csv")]


@pytest.mark.corpora
@pytest.mark.parametrize("path", OF_PROGRAMS, ids=name_of)
def test_exports_of_programs_are_read_row_for_row(path: Path) -> None:
    source = open_csv(str(path))
    count = len(rows_of(source))
    without_headers = source.header_line == 0
    assert count == lines_of(path) + without_headers
    assert not source.refused


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("csv-dataloader/*.csv"), ids=name_of)
def test_files_of_salesforce_data_loader_are_read(path: Path) -> None:
    source = open_csv(str(path))
    assert not source.refused
    assert all(not record.surplus for record in source.records)
