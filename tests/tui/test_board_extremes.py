"""The board with too much, too little and hostile content: it shows what it can and breaks nothing."""

from __future__ import annotations

import unicodedata

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import pipelines, stages
from tests.tui.firm import HOSTILE
from tests.tui.screens import board, opened, text_of, until

pytestmark = pytest.mark.engines("sqlite")
SIZES = [(80, 24), (160, 48), (20, 5)]
NAME = "Négociation à l’hôtel 🎂 — 2ᵉ étape très détaillée, sœurs et frères"


async def _walk(config: Config, size: tuple[int, int], number: int) -> str:
    async with opened(config, mode="funnel", size=size) as (app, pilot):
        for _turn in range(number):
            await pilot.press("l")
            assert board(app).at in board(app).seen
        await pilot.press("minus", "left", "minus")
        await pilot.pause()
        lines = board(app).size.height
        assert all(board(app).render_line(y).cell_length == board(app).size.width for y in range(lines))
        return text_of(app)


@pytest.mark.parametrize("size", SIZES)
async def test_twelve_stages_with_long_names(firm: Config, size: tuple[int, int]) -> None:
    with open_crm(firm) as crm:
        for number in range(7):
            stages.add(crm, 1, f"{NAME} {number}")
    await _walk(firm, size, 12)


@pytest.mark.parametrize("size", SIZES)
async def test_stages_with_hostile_names(firm: Config, size: tuple[int, int]) -> None:
    with open_crm(firm) as crm:
        for name in HOSTILE:
            stages.add(crm, 1, name)
    shown = await _walk(firm, size, 11)
    assert all(character == "\n" or unicodedata.category(character)[0] != "C" for character in shown)


@pytest.mark.parametrize("size", SIZES)
async def test_one_stage(firm: Config, size: tuple[int, int]) -> None:
    with open_crm(firm) as crm:
        stages.add(crm, pipelines.add(crm, "Seul"), NAME)
    async with opened(firm, mode="funnel", size=size) as (app, pilot):
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: len(board(app).columns) == 1)
        await pilot.press("l", "minus", "L")
        assert board(app).seen == (0,)
