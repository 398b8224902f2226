"""Files that try to act on the terminal, on the markup or on the layout, on each step of an import."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.tui.importing.guess_lines import column_line
from petitcrm.tui.importing.outcome_view import _likenesses
from petitcrm.tui.importing.told import ColumnRead, Likeness
from tests.tui.firm import HOSTILE
from tests.tui.importing import at, imported, read, written
from tests.tui.screens import NARROW, WIDE, opened, said, text_of, until

pytestmark = pytest.mark.engines("sqlite")


def _is_shown_safely(text: str) -> bool:
    return all(character == "\n" or unicodedata.category(character)[0] != "C" for character in text)


def _quoted(cells: list[str]) -> str:
    return ";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_hostile_list_only_shows_on_every_step(
    firm: Config, tmp_path: Path, size: tuple[int, int]
) -> None:
    headers = ["Prénom", "Nom", "E-mail", "Montant", *HOSTILE, "[bold]=all,x="]
    text = _quoted(headers) + "".join(
        _quoted([name, name, name, name, *HOSTILE, name]) for name in (*HOSTILE, "\x1b[6n", "a\nb\rc\td")
    )
    async with opened(firm, size=size) as (app, pilot):
        await read(pilot, written(tmp_path / "hostile[red].csv", text))
        for _turn in range(len(headers)):
            assert _is_shown_safely(text_of(app))
            await pilot.press("enter")
            await said(pilot, "read it so")
            assert _is_shown_safely(text_of(app))
            await pilot.press("escape", "o", "down")
        await pilot.press("r")
        await until(pilot, lambda: app.importing.step in ("trial", "guess"), seconds=30)  # type: ignore[union-attr]
        for _turn in range(12):
            assert _is_shown_safely(text_of(app))
            await pilot.press("down")


async def test_every_hostile_column_can_be_corrected(firm: Config, tmp_path: Path) -> None:
    headers = ["Nom", "[/foo]", "a=b=c", "Nom, prénom", "  espaces  ", "!!!"]
    text = _quoted(headers) + _quoted(["Nord", *"12345"])
    async with opened(firm) as (app, pilot):
        await read(pilot, written(tmp_path / "a.csv", text))
        guess: Any = app.screen.query_one("#guess")
        for place in range(1, len(headers)):
            app.screen.query_one("#columns").choose(place)  # type: ignore[attr-defined]
            await pilot.press("d")
            await until(pilot, lambda place=place: guess.guess.columns[place].field == "ignore")


async def test_a_column_with_a_comma_in_its_name_can_win(firm: Config, tmp_path: Path) -> None:
    text = '"Nom";"Teinte, forme"\nNord;{}\n'
    async with opened(firm) as (app, pilot):
        await imported(pilot, written(tmp_path / "a.csv", text.format("bleu")))
        await pilot.press("enter")
        await read(pilot, written(tmp_path / "a.csv", text.format("vert")))
        await pilot.press("down", "o", "r")
        await until(pilot, lambda: app.importing.step in ("trial", "guess"), seconds=30)  # type: ignore[union-attr]


async def test_five_hundred_columns_with_long_and_empty_names_are_read(firm: Config, tmp_path: Path) -> None:
    headers = ["Nom", "E-mail", "", "", "H" * 1000, *(f"Colonne à nous {n}" for n in range(495))]
    text = _quoted(headers) + _quoted(["Nord", "a@n.example", *"x" * 498]) * 3
    async with opened(firm) as (app, pilot):
        await read(pilot, written(tmp_path / "wide.csv", text))
        assert "500 columns" in text_of(app)
        await pilot.press("G")
        await said(pilot, "Colonne à nous 494")
        await pilot.press("g", "down", "down", "enter")
        await said(pilot, "What is “")
        await pilot.press("escape", "r")
        await at(pilot, "trial")


def test_a_line_of_a_column_is_as_wide_as_the_screen_whatever_it_holds() -> None:
    for text in (*HOSTILE, "", "x" * 5000):
        column = ColumnRead(text, text, text, 0.5, "values", (text, text))
        for width in (20, 80, 160):
            drawn = column_line(0, column, wins=True, noun="contacts").draw(width)
            assert _is_shown_safely("".join(piece for piece, _role in drawn))


def test_people_who_may_be_known_are_told_with_their_score_and_why() -> None:
    i18n.use("en")
    found = _likenesses(
        (Likeness(7, "Jeanne Dupond", "Jeanne Dupont (c1)", 92, ("same telephone", "name alike")),)
    )
    shown = "\n".join("".join(text for text, _role in line.draw(100)) for line in found)
    for words in (
        "Perhaps known already",
        "line 7",
        "Jeanne Dupond",
        "≈ Jeanne Dupont (c1)",
        "92%",
        "same telephone",
    ):
        assert words in shown
    assert _likenesses(()) == []
