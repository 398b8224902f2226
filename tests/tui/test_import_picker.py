"""Finding the file to import: paths as people and terminals write them, folders of any size, names of any kind."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import perf_counter

import pytest
from textual import events
from textual.widgets import Input

from petitcrm.config import Config
from petitcrm.tui.importing import folders
from tests.tui.importing import EXAMPLE, at, screen, written
from tests.tui.screens import lines, opened, said, text_of, typed, until

sqlite = pytest.mark.engines("sqlite")


@pytest.mark.parametrize(
    "pasted",
    [
        "{path}",
        "  {path}  ",
        "'{path}'",
        '"{path}"',
        "'{path}' ",
        "{backslashed}",
        "file://{quoted}",
        "'{path}' '/another/file.csv'",
    ],
)
def test_a_path_is_found_however_a_terminal_pastes_it(tmp_path: Path, pasted: str) -> None:
    file = written(tmp_path / "mes clients (été).csv", "a")
    told = pasted.format(
        path=file,
        backslashed=str(file).replace(" ", "\\ ").replace("(", "\\(").replace(")", "\\)"),
        quoted=str(file).replace(" ", "%20"),
    )
    assert folders.path_of(told) == str(file)


def test_a_path_may_begin_at_home_or_where_one_stands(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    assert folders.path_of("~/a.csv") == str(home / "a.csv")
    assert folders.path_of("a b.csv") == str(home / "a b.csv")
    assert folders.path_of("-") == str(home / "-")
    assert folders.path_of("it's here.csv") == str(home / "it's here.csv")


def test_folders_come_first_then_lists_the_newest_first(tmp_path: Path) -> None:
    for place, name in enumerate(("b.csv", "a.CSV", "z.png", "c.vcf")):
        os.utime(written(tmp_path / name, ""), (place, place))
    (tmp_path / "folder").mkdir()
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    assert [one.name for one in folders.listing(str(tmp_path))] == [
        "folder",
        "c.vcf",
        "a.CSV",
        "b.csv",
        "lost",
        "z.png",
    ]


def test_a_file_beside_never_takes_the_place_of_another(tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    assert folders.beside(str(file), "refused") == str(tmp_path / "clients-refused.csv")
    written(tmp_path / "clients-refused.csv", "")
    assert folders.beside(str(file), "refused") == str(tmp_path / "clients-refused-2.csv")


@sqlite
async def test_a_dropped_file_is_taken_with_its_quotes_off(firm: Config, tmp_path: Path) -> None:
    file = tmp_path / "mes clients.csv"
    file.write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        app.screen.query_one("#path").post_message(events.Paste(f"'{file}' "))
        await pilot.pause()
        await pilot.press("enter")
        await at(pilot, "guess")
        assert screen(app).file == "mes clients.csv"


@sqlite
async def test_tab_completes_and_folders_are_entered(firm: Config, home: Path) -> None:
    folder = home / "Affaires" / "Listes 2026"
    folder.mkdir(parents=True)
    (folder / "clients.csv").write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        await typed(pilot, "~/aff")
        await said(pilot, "Affaires/")
        await pilot.press("tab")
        await said(pilot, "Listes 2026/")
        await pilot.press("down", "enter")
        await said(pilot, "clients.csv")
        await pilot.press("enter")
        await at(pilot, "guess")
        assert screen(app).choices.path == str(folder / "clients.csv")


@sqlite
async def test_the_mouse_enters_a_folder_and_opens_a_file(firm: Config, home: Path) -> None:
    (home / "Downloads").mkdir()
    (home / "Downloads" / "clients.csv").write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await said(pilot, "Or look in")
        entries = lines(app, "entries")
        at_folder = next(y for y, line in enumerate(entries.lines) if line.key and line.held.is_folder)
        await pilot.click("#entries", offset=(4, at_folder))
        await until(pilot, lambda: app.screen.query_one("#path").value.endswith("Downloads/"))  # type: ignore[attr-defined]
        await said(pilot, "../")
        await pilot.click("#entries", offset=(4, 1))
        await at(pilot, "guess")


@sqlite
async def test_ten_thousand_files_are_listed_while_one_types(firm: Config, tmp_path: Path) -> None:
    folder = tmp_path / "factures"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"facture-{number:05}.csv").touch()
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        path = app.screen.query_one("#path")
        path.value = f"{folder}/"  # type: ignore[attr-defined]
        await said(pilot, "facture-")
        await until(pilot, lambda: len(lines(app, "entries").lines) == 10_001)
        started = perf_counter()
        await typed(pilot, "09999")
        await until(pilot, lambda: len(lines(app, "entries").lines) == 1)
        assert perf_counter() - started < 5


@sqlite
async def test_a_name_that_would_act_on_the_terminal_is_shown_and_still_opens(
    firm: Config, tmp_path: Path
) -> None:
    folder = tmp_path / "odd" / "\x1b[31m\u202eÉtrange"
    folder.mkdir(parents=True)
    (folder / "[red].csv").write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        app.screen.query_one("#path").value = f"{tmp_path}/odd/"  # type: ignore[attr-defined]
        await said(pilot, "Étrange/")
        await pilot.press("enter")
        await said(pilot, "[red].csv")
        assert "\x1b" not in text_of(app)
        await pilot.press("enter")
        await at(pilot, "guess")


@sqlite
async def test_a_folder_that_is_a_whole_base_is_offered_as_one(firm: Config, tmp_path: Path) -> None:
    from petitcrm import exports
    from petitcrm.crm import read_crm

    with read_crm(firm) as crm:
        crm.hold_still()
        exports.export_folder(crm, "all", "dump", str(tmp_path / "firm"))
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        app.screen.query_one("#path").value = f"{tmp_path}/firm/"  # type: ignore[attr-defined]
        await said(pilot, "this folder is a whole base")
        await pilot.press("enter")
        await at(pilot, "guess")


@sqlite
async def test_escape_leaves_and_what_was_typed_is_there_again(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        await typed(pilot, "~/cli")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query("#day"))
        await pilot.press("i")
        await said(pilot, "~/cli")


@sqlite
async def test_a_path_typed_behind_another_begins_anew(firm: Config, tmp_path: Path) -> None:
    (tmp_path / "été").mkdir()
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        line = app.screen.query_one("#path", Input)
        await typed(pilot, "~/aff/")
        await typed(pilot, "/tmp")
        await until(pilot, lambda: line.value == "/tmp")
        await pilot.press("ctrl+u")
        await typed(pilot, "//tmp")
        await until(pilot, lambda: line.value == "//tmp")


@sqlite
async def test_a_slash_behind_a_whole_file_begins_another_path(firm: Config, home: Path) -> None:
    (home / "clients.csv").write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        await typed(pilot, "~/cl")
        await said(pilot, "clients.csv")
        await pilot.press("tab")
        line = app.screen.query_one("#path", Input)
        await until(pilot, lambda: line.value.endswith("clients.csv"))
        await typed(pilot, "/t")
        await until(pilot, lambda: line.value == "/t")


@sqlite
async def test_the_next_path_takes_the_place_of_one_that_was_opened(firm: Config, home: Path) -> None:
    (home / "clients.csv").write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        await typed(pilot, "~/clients.csv")
        await pilot.press("enter")
        await at(pilot, "guess")
        await pilot.press("escape")
        await at(pilot, "pick")
        await typed(pilot, "/t")
        assert app.screen.query_one("#path", Input).value == "/t"


@sqlite
async def test_a_file_dropped_on_the_day_is_opened(firm: Config, tmp_path: Path) -> None:
    file = tmp_path / "mes clients.csv"
    file.write_bytes(EXAMPLE.read_bytes())
    async with opened(firm) as (app, pilot):
        app.post_message(events.Paste("rappeler Dupont"))
        await pilot.pause()
        assert app.importing is None
        app.post_message(events.Paste(f"'{file}' "))
        await at(pilot, "guess")


@sqlite
async def test_escape_gives_up_a_file_that_takes_long_to_open_and_another_is_opened(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await at(pilot, "pick")
        await until(pilot, lambda: screen(app).shown >= 0 and screen(app).clerk._process)
        opening = screen(app).clerk._process
        assert opening is not None
        opening.send_signal(signal.SIGSTOP)  # it takes as long as one likes
        screen(app).take(str(EXAMPLE))
        await said(pilot, "Opening clients.csv", passes=True)
        await pilot.press("escape")
        await until(pilot, lambda: "Opening" not in text_of(app), passes=True)
        opening.send_signal(signal.SIGCONT)
        await until(pilot, lambda: opening.returncode is not None)
        assert (app.screen, screen(app).step) == (screen(app), "pick")
        screen(app).take(str(EXAMPLE))
        await at(pilot, "guess")
