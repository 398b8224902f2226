"""The interface beside other programs: a base that is busy, missing, damaged, or on a server."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import deals
from tests.tui.screens import board, opened, rows, said, text_of, until


async def test_it_works_on_both_engines(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        await pilot.press("L")
        await said(pilot, "u undo")
        await pilot.press("u")
        await said(pilot, "Undone")
        with open_crm(firm) as crm:
            deals.win(crm, 5)
        await until(pilot, lambda: not board(app).columns[4].cards)


@pytest.mark.engines("sqlite")
async def test_keys_answer_while_another_program_writes(firm: Config) -> None:
    holding, written = threading.Event(), threading.Event()

    def write() -> None:
        with open_crm(firm) as crm:
            deals.win(crm, 5)
            holding.set()
            written.wait(20)

    other = threading.Thread(target=write)
    async with opened(firm, mode="funnel") as (app, pilot):
        on = board(app)
        other.start()
        assert holding.wait(20)
        await pilot.press("L")
        await pilot.press("l")
        await until(pilot, lambda: on.at == 1)
        assert rows(firm, "SELECT count(*) FROM stage_changes WHERE from_stage_id IS NOT NULL") == [(0,)]
        written.set()
        await said(pilot, "u undo")
    other.join()
    assert rows(firm, "SELECT status FROM deals WHERE id = 5") == [("won",)]


@pytest.mark.engines("sqlite")
async def test_a_base_that_does_not_exist_yet_is_made_and_welcomes(config: Config, tmp_path: Path) -> None:
    async with opened(config._replace(db=str(tmp_path / "new" / "base.db"))) as (app, pilot):
        await until(pilot, lambda: "Jeanne Dupont" in text_of(app))


@pytest.mark.engines("sqlite")
async def test_a_damaged_base_is_said_in_a_sentence(config: Config, tmp_path: Path) -> None:
    from petitcrm.tui.app import Interface

    damaged = tmp_path / "damaged.db"
    damaged.write_text("this is no base")
    app = Interface(config._replace(db=str(damaged)))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "damaged.db" in "".join(text_of(app).split()))


@pytest.mark.engines("sqlite")
async def test_the_colours_can_be_changed_while_it_runs(firm: Config) -> None:
    async with opened(firm, mode="funnel") as (app, pilot):
        for theme in ("petitcrm-light", "ansi-dark", "petitcrm-dark"):
            app.theme = theme
            await pilot.pause()
            assert "Prospect" in text_of(app)
