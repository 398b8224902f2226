"""What is printed: nothing that acts, nothing cut in a pipe, everything fitted on a terminal."""

from __future__ import annotations

import json

import pytest

from petitcrm.cli import output
from petitcrm.cli.output import Column, Painted, Style

HOSTILE = "a\x1b]52;c;AAAA\x07b\x1b[6nc\u202ed\x9b31me\tf\ng"
COLUMNS = [
    Column("id", "Id", lambda row: row[0]),
    Column("name", "Name", lambda row: row[1], shrink=True),
    Column("amount", "Amount", lambda row: row[2], lambda row: Painted(f"{row[2]} €", "bold"), right=True),
]


def _shape(row: tuple[str, str, int]) -> dict[str, object]:
    return {"id": row[0], "name": row[1], "amount": row[2]}


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a person read stdout, on 40 columns, without colours."""
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")


@pytest.mark.parametrize("style", [Style(), Style(json=True), Style(ndjson=True), Style(csv=True)])
def test_no_style_lets_a_name_act(style: Style, capsys: pytest.CaptureFixture[str]) -> None:
    output.listing(COLUMNS, [("c1", HOSTILE, 3)], _shape, style)
    written = capsys.readouterr().out
    assert not set(written) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_json_gives_back_what_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    output.document({"name": HOSTILE, "é": "\U000e0001 😀"})
    assert json.loads(capsys.readouterr().out) == {"name": HOSTILE, "é": "\U000e0001 😀"}


def test_a_pipe_gets_one_row_a_line_and_nothing_cut(capsys: pytest.CaptureFixture[str]) -> None:
    output.listing(COLUMNS, [("c1", "x" * 200, 3), ("c2", HOSTILE, 4)], _shape, Style())
    first, second = capsys.readouterr().out.splitlines()
    assert first.split("\t") == ["c1", "x" * 200, "3"]
    assert len(second.split("\t")) == 3


def test_csv_has_a_header_and_keeps_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    output.listing(COLUMNS, [("c1", 'a\n"b"', 3)], _shape, Style(csv=True))
    assert capsys.readouterr().out == 'id,name,amount\nc1,"a\n""b""",3\n'


@pytest.mark.usefixtures("on_terminal")
def test_a_table_fits_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.listing(
        COLUMNS, [("c1", "Société des chaudières " * 4, 1200), ("c2", "名前" * 30, 7)], _shape, Style()
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(output.width(line) <= 40 for line in lines)
    assert lines[1].endswith("1200 €")


@pytest.mark.usefixtures("on_terminal")
@pytest.mark.parametrize(
    "why", ["", "non", "est un professionnel qui n’a pas été prévenu", "名前 " * 12, "x" * 90, HOSTILE]
)
def test_what_a_command_exists_to_tell_goes_on_below_and_is_never_cut(
    why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = [*COLUMNS[:2], Column("why", "Why", lambda row: row[2], shrink=True, wraps=True)]
    rows = [("c1", "Société des chaudières de l’Ouest", why), ("c2", "Zoé", "oui")]
    output.listing(columns, rows, _shape, Style())
    written = capsys.readouterr().out
    assert all(output.width(line) <= 40 for line in written.splitlines())
    told = "".join(line[line.rindex("  ") :] for line in written.splitlines()[1:-1]) if why else ""
    assert "".join(output.safe(why).split()) == "".join(told.split()), written
    assert written.splitlines()[-1].split() == ["c2", "Zoé", "oui"]
    assert not set(written) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_in_a_pipe_what_wraps_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [COLUMNS[0], Column("why", "Why", lambda row: row[1], shrink=True, wraps=True)]
    output.listing(columns, [("c1", "mot " * 100)], _shape, Style())
    assert capsys.readouterr().out == "c1\t" + "mot " * 100 + "\n"


@pytest.mark.usefixtures("on_terminal")
def test_a_column_that_says_nothing_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    output.listing(COLUMNS[:2], [("c1", "")], lambda row: {"id": row[0]}, Style())
    assert "Name" not in capsys.readouterr().out


@pytest.mark.usefixtures("on_terminal")
def test_a_long_text_is_cut_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    output.hanging("  t1  ", text="Rappeler Mme Dupont pour le devis de la chaudière")
    assert capsys.readouterr().out == "  t1  Rappeler Mme Dupont pour le devis\n      de la chaudière\n"


def test_colours_are_only_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert output._colours(Screen())
    assert not output._colours(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not output._colours(Screen())
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not output._colours(Screen())
