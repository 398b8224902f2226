"""A file of one JSON object a line is a list, whatever its objects hold."""

from __future__ import annotations

import io

import pytest

from petitcrm.connectors.json_lines import is_json_lines, open_json_lines


def read(text: str) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[int]]:
    source = open_json_lines(io.BytesIO(text.encode()), "clients")
    return source.headers, [record.values for record in source.records], [one.line for one in source.refused]


def test_names_become_columns_and_what_is_inside_gets_a_dot() -> None:
    text = '{"nom":"Zoé","adresse":{"ville":"Lyon"},"tags":["a","b"]}\n\n{"nom":null,"vip":true}\n'
    assert read(text) == (
        ("nom", "adresse.ville", "tags", "vip"),
        [("Zoé", "Lyon", "a ; b", ""), ("", "", "", "true")],
        [],
    )


def test_half_a_character_and_a_nul_are_what_no_cell_and_no_header_holds() -> None:
    assert read('{"nom\\ud83d":"Zoé\\ud83d","ville":"Ly\\u0000on"}\n') == (
        ("nom?", "ville"),
        [("Zoé?", "Lyon")],
        [],
    )


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        '{"a":NaN}',
        '{"a":' + "[" * 600 + "]" * 600 + "}",
        "[" * 100_000,
        '{"a":' + "9" * 5000 + "}",
    ],
    ids=["a list", "cut short", "no number", "too deep", "far too deep", "too long a number"],
)
def test_a_line_that_is_no_object_is_refused_and_the_others_are_read(line: str) -> None:
    assert read(f'{{"a":1}}\n{line}\n{{"a":2}}\n') == (("a",), [("1",), ("2",)], [2])
    assert not is_json_lines(io.BytesIO(line.encode()))
