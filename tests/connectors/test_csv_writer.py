"""What is written is read back exactly; what is for a spreadsheet cannot act there."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.connectors.csv_files import open_csv
from petitcrm.connectors.csv_writer import as_it_was, harmless, write_csv


def written(headers: list[str], rows: list[list[object]], *, for_spreadsheet: bool = False) -> str:
    stream = io.StringIO(newline="")
    write_csv(stream, headers, rows, for_spreadsheet=for_spreadsheet)
    return stream.getvalue()


def test_rows_end_by_a_line_feed_and_none_is_an_empty_cell() -> None:
    assert written(["a", "b"], [[1, None], ['x"y', "é,è"]]) == 'a,b\n1,\n"x""y","é,è"\n'


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=10)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_every_character_comes_back(cells: list[tuple[str, str]]) -> None:
    rows: list[list[object]] = [[f"c{place}", *row] for place, row in enumerate(cells)]
    source = open_csv(written(["id", "nom", "note"], rows).encode(), encoding="utf-8", delimiter=",")
    assert [list(record.values) for record in source.records] == rows


def test_for_a_spreadsheet_there_are_semicolons_and_a_mark() -> None:
    assert written(["a", "b"], [["é", 1]], for_spreadsheet=True) == "\ufeffa;b\r\né;1\r\n"


@pytest.mark.parametrize(
    "cell", ["=1+1", "+33 1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠SUM(A1)", "'=1"]
)
def test_for_a_spreadsheet_nothing_acts(cell: str) -> None:
    assert harmless(cell) == "'" + cell
    (record,) = open_csv(
        written(["id", "nom"], [["x", cell]], for_spreadsheet=True).encode(), delimiter=";"
    ).records
    assert record.values[1] == "'" + cell


@pytest.mark.parametrize("cell", ["Dupont", -12, 3.5, "a=b", ""])
def test_for_a_spreadsheet_the_rest_is_unchanged(cell: object) -> None:
    assert harmless(cell) == cell


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("'=+-@\t\r\n＝ a1"), max_size=6))
def test_the_apostrophe_is_taken_off_again(cell: str) -> None:
    written_cell = harmless(cell)
    assert isinstance(written_cell, str)
    assert not written_cell.startswith(tuple("=+-@\t\r\n＝"))
    assert as_it_was(written_cell) == cell
