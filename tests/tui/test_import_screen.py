"""Bringing a list in from the interface: what a founder does in the first minute."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest
import xlsxwriter

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.sales import deals
from petitcrm.tui.importing.clerk import Clerk, Stopped
from petitcrm.tui.importing.run_view import RunView
from petitcrm.tui.importing.told import Choices
from tests.tui.importing import (
    EXAMPLE,
    at,
    chosen,
    column,
    imported,
    many,
    read,
    rehearsed,
    screen,
    stand_on,
    written,
)
from tests.tui.screens import WIDE, board, lines, opened, rows, said, text_of, typed, until

sqlite = pytest.mark.engines("sqlite")
PEOPLE = "SELECT count(*) FROM contacts"


async def test_a_list_comes_in_and_the_funnel_shows_it_then_goes_out_again(firm: Config) -> None:
    before = rows(firm, PEOPLE)[0][0]
    async with opened(firm, mode="funnel", size=WIDE) as (app, pilot):
        await imported(pilot, EXAMPLE)
        assert rows(firm, PEOPLE) == [(before + 7,)]
        await said(pilot, "Imported: clients.csv, 7 created")
        await pilot.press("enter")
        await said(pilot, "Prospect 4")
        await pilot.press("i")
        await at(pilot, "pick")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.page and app.screen.query("#board"))
        await pilot.press("u")
        await said(pilot, "Undone")
        assert rows(firm, PEOPLE) == [(before,)]


async def test_the_result_takes_the_import_back_at_once(firm: Config) -> None:
    before = rows(firm, PEOPLE)
    async with opened(firm, size=WIDE) as (app, pilot):
        await imported(pilot, EXAMPLE)
        await pilot.press("u")
        await said(pilot, "The base is as it was before the import.")
        assert rows(firm, PEOPLE) == before
        await pilot.press("u")
        await pilot.pause()
        assert screen(app).step == "result"


async def test_a_rehearsal_writes_nothing(firm: Config) -> None:
    before = rows(firm, PEOPLE), rows(firm, "SELECT count(*) FROM events")
    async with opened(firm) as (app, pilot):
        await rehearsed(pilot, EXAMPLE)
        assert "nothing is written yet" in text_of(app)
        assert "7  would be created" in text_of(app)
    assert (rows(firm, PEOPLE), rows(firm, "SELECT count(*) FROM events")) == before


@sqlite
async def test_an_empty_base_leads_to_the_import(config: Config) -> None:
    async with opened(config) as (app, pilot):
        await until(pilot, lambda: lines(app, "day").line)
        await pilot.press("enter")
        await at(pilot, "pick")


@sqlite
async def test_the_last_download_is_one_key_away(firm: Config, home: Path) -> None:
    folder = home / "Téléchargements"
    folder.mkdir()
    for place, name in enumerate(("old.csv", "photo.png", "new.xlsx", "clients.csv")):
        file = written(folder / name, EXAMPLE.read_bytes().decode("cp1252"), "cp1252")
        os.utime(file, (1_700_000_000 + place, 1_700_000_000 + place))
    async with opened(firm) as (app, pilot):
        await pilot.press("i")
        await said(pilot, "clients.csv")
        await until(pilot, lambda: "photo.png" not in text_of(pilot.app))
        await pilot.press("enter")
        await at(pilot, "guess")
        assert screen(app).choices.path == str(folder / "clients.csv")


@sqlite
async def test_the_first_rows_are_seen_as_they_will_become(firm: Config) -> None:
    async with opened(firm, size=WIDE) as (app, pilot):
        await read(pilot, EXAMPLE)
        shown = text_of(app)
        for words in ("Zoé LEFÈVRE", "02 61 91 10 01", "€8,400", "10 columns", "cp1252"):
            assert words in shown


@sqlite
async def test_a_column_is_corrected_by_typing_what_it_is(firm: Config, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "Prénom;Nom;Truc\nAnne;Nord;aime le bleu\n")
    async with opened(firm) as (app, pilot):
        await read(pilot, file)
        assert column(app, "Truc").field == "custom"
        stand_on(app, "Truc")
        await pilot.press("enter")
        await said(pilot, "What is “Truc”?")
        await typed(pilot, "note")
        await pilot.press("enter")
        await until(pilot, lambda: column(app, "Truc").field == "note")
        assert "✓" in text_of(app)
        await pilot.press("r")
        await at(pilot, "trial")
        await pilot.press("enter")
        await at(pilot, "result")
    assert rows(firm, "SELECT text FROM events WHERE text = 'aime le bleu'")


@sqlite
async def test_what_was_said_of_a_list_is_remembered_for_the_next_one(firm: Config, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "Prénom;Nom;Truc\nAnne;Nord;bleu\n")
    async with opened(firm) as (app, pilot):
        await read(pilot, file)
        stand_on(app, "Truc")
        await pilot.press("d")
        await until(pilot, lambda: column(app, "Truc").field == "ignore")
        await pilot.press("r")
        await at(pilot, "trial")
        await pilot.press("enter")
        await at(pilot, "result")
        await pilot.press("enter")
        await read(pilot, written(tmp_path / "b.csv", "Prénom;Nom;Truc\nLuc;Sud;vert\n"))
        assert column(app, "Truc").field == "ignore"
        assert column(app, "Truc").reason == "saved"


@sqlite
async def test_a_column_is_corrected_with_the_mouse(firm: Config, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "Prénom;Nom;Truc\nAnne;Nord;bleu\n")
    async with opened(firm) as (app, pilot):
        await read(pilot, file)
        await pilot.click("#columns", offset=(8, 2))
        await said(pilot, "What is “Truc”?")
        await pilot.click("#fields", offset=(8, 1))
        await until(pilot, lambda: column(app, "Truc").field == "ignore")
        await pilot.click("#turns-of-import", offset=(3, 0))
        await said(pilot, "What is it a list of?")


@sqlite
async def test_another_noun_keeps_only_the_wishes_that_suit_it(firm: Config, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "Prénom;Nom;Truc;Chose\nAnne;Nord;Mme;75001\n")
    async with opened(firm) as (app, pilot):
        await read(pilot, file)
        for header, field in (("Truc", "civility"), ("Chose", "note")):
            stand_on(app, header)
            await pilot.press("enter")
            await typed(pilot, field)
            await pilot.press("enter")
            await until(pilot, lambda header=header, field=field: column(app, header).field == field)
        await pilot.press("n", "2")
        await until(pilot, lambda: app.screen.query_one("#guess").guess.noun == "companies")  # type: ignore[attr-defined]
        assert column(app, "Chose").field == "note"
        assert screen(app).choices.asked["Chose"] == "note"


@sqlite
async def test_another_sheet_of_a_workbook_is_read(firm: Config, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, row in (("Clients", ("Anne", "Nord")), ("Prospects", ("Luc", "Sud"))):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ("Prénom", "Nom"))
            sheet.write_row(1, 0, row)
    async with opened(firm) as (app, pilot):
        await read(pilot, path)
        assert "--sheet" not in text_of(app)
        await pilot.press("s")
        await said(pilot, "Prospects")
        await pilot.press("2")
        await until(pilot, lambda: "Luc Sud" in text_of(app))
        await pilot.press("s")
        await said(pilot, "Clients")


@sqlite
async def test_accents_that_are_wrong_are_put_right_by_another_encoding(firm: Config, tmp_path: Path) -> None:
    file = written(tmp_path / "mac.csv", "Prénom;Nom\nZoé;Éléphant\n", "mac_roman")
    async with opened(firm) as (app, pilot):
        await read(pilot, file)
        assert "Zoé" not in text_of(app)
        await pilot.press("e")
        await said(pilot, "mac_roman")
        await pilot.press("4")
        await until(pilot, lambda: "Zoé Éléphant" in text_of(app))


@sqlite
async def test_the_file_wins_where_the_person_says_so(firm: Config, tmp_path: Path) -> None:
    text = "Prénom;Nom;E-mail;Ville;Fonction\nJeanne;Dupont;jeanne@dupont.example;{};{}\n"
    where = "SELECT city, job_title FROM contacts WHERE last_name = 'Dupont'"
    async with opened(firm, size=WIDE) as (app, pilot):
        await imported(pilot, written(tmp_path / "a.csv", text.format("Lyon", "Gérante")))
        await pilot.press("enter")
        await rehearsed(pilot, written(tmp_path / "b.csv", text.format("Brest", "Patronne")))
        await said(pilot, "O lets the file win")
        await until(pilot, lambda: "--overwrite" not in text_of(pilot.app))
        await pilot.press("escape")
        stand_on(app, "Ville")
        await pilot.press("o")
        assert "↻" in text_of(app)
        await pilot.press("r")
        await at(pilot, "trial")
        await pilot.press("enter")
        await at(pilot, "result")
        assert rows(firm, where) == [("Brest", "Gérante")]
        await pilot.press("i")
        await read(pilot, tmp_path / "b.csv")
        await pilot.press("O")
        assert "the file wins" in text_of(app)
        await pilot.press("r")
        await at(pilot, "trial")
        await pilot.press("enter")
        await at(pilot, "result")
    assert rows(firm, where) == [("Brest", "Patronne")]


@sqlite
async def test_refused_rows_are_told_and_written_to_a_file(firm: Config, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", "Prénom;Nom;E-mail;Ville\nAnne;Nord;a@n.example;Lyon\n;;;Brest\n")
    async with opened(firm, size=WIDE) as (app, pilot):
        await rehearsed(pilot, file)
        assert "1  row refused" in text_of(app)
        assert "names nobody" in text_of(app)
        await pilot.press("f")
        await said(pilot, "a-refused.csv")
        await pilot.press("enter")
        await said(pilot, "Written:")
        kept = (tmp_path / "a-refused.csv").read_text(encoding="utf-8-sig")
        assert ',,,Brest,3,"The row names nobody' in kept
        assert (tmp_path / "a-refused.csv").stat().st_mode & 0o077 == 0
        await pilot.press("f")
        await said(pilot, "a-refused-2.csv")


@sqlite
async def test_a_second_import_says_that_all_is_known_and_does_nothing(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await imported(pilot, EXAMPLE)
        await pilot.press("enter")
        await rehearsed(pilot, EXAMPLE)
        assert "Everything in it is known already" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert screen(app).step == "trial"


@sqlite
async def test_a_whole_base_comes_back(config: Config, firm: Config, tmp_path: Path) -> None:
    from petitcrm import exports

    with open_crm(firm) as crm:
        text = "".join(str(piece) for piece in exports.export(crm, "all", "ndjson"))
    file = written(tmp_path / "base.ndjson", text)
    other = config._replace(db=str(tmp_path / "other.db"), lang="en")
    async with opened(other) as (app, pilot):
        await read(pilot, file)
        assert "a whole petitcrm base" in text_of(app) or "nothing to correct" in text_of(app)
        await pilot.press("r")
        await at(pilot, "trial")
        await pilot.press("enter")
        await at(pilot, "result")
    assert rows(other, PEOPLE) == rows(firm, PEOPLE)


# ------------------------------------------------------------------------------------------------ long, and stopped


async def test_escape_stops_an_import_and_the_base_is_as_it_was(firm: Config, tmp_path: Path) -> None:
    before = rows(firm, PEOPLE), rows(firm, "SELECT count(*) FROM events")
    async with opened(firm) as (_app, pilot):
        await rehearsed(pilot, many(tmp_path / "many.csv", 60_000))
        await pilot.press("enter")
        await said(pilot, "of 60,000 rows read", passes=True)
        await pilot.press("escape")
        await at(pilot, "trial")
        await said(pilot, "Stopped: the base is as it was.")
        assert (rows(firm, PEOPLE), rows(firm, "SELECT count(*) FROM events")) == before
        await pilot.press("enter")
        await at(pilot, "result", seconds=120)
    assert rows(firm, PEOPLE)[0][0] == before[0][0][0] + 60_000


@sqlite
async def test_a_rehearsal_is_stopped_and_its_columns_are_there_again(firm: Config, tmp_path: Path) -> None:
    async with opened(firm) as (_app, pilot):
        await read(pilot, many(tmp_path / "many.csv", 30_000))
        await pilot.press("r")
        await at(pilot, "run")
        await pilot.press("escape")
        await at(pilot, "guess")


@sqlite
async def test_an_import_ends_with_the_interface_and_the_base_is_as_it_was(
    firm: Config, tmp_path: Path
) -> None:
    before, clerk, begun = rows(firm, PEOPLE), Clerk(firm), asyncio.Event()
    choices = list(Choices(path=str(many(tmp_path / "many.csv", 30_000))))
    asked = asyncio.create_task(clerk.ask("import", on_news=lambda _news: begun.set(), choices=choices))
    await asyncio.wait_for(begun.wait(), 30)
    process = clerk._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # as the system does when the interface is killed
    with pytest.raises(Stopped):
        await asyncio.wait_for(asked, 30)
    assert rows(firm, PEOPLE) == before


async def test_wherever_a_stop_falls_the_import_is_whole_or_not_there_and_it_is_said_which(
    firm: Config, tmp_path: Path
) -> None:
    before, clerk, wait, is_in = rows(firm, PEOPLE)[0][0], Clerk(firm), 0.0, False
    choices = list(Choices(path=str(many(tmp_path / "many.csv", 4_000))))
    while not is_in:
        await clerk.start()
        asked = asyncio.create_task(clerk.ask("import", choices=choices))
        await asyncio.wait((asked,), timeout=wait)
        await clerk.stop()
        try:
            is_in = (await asked)["created"] == 4_000
        except Stopped:
            wait += 0.1
        assert rows(firm, PEOPLE)[0][0] == before + 4_000 * is_in


@sqlite
async def test_taking_an_import_back_says_how_far_it_is(firm: Config, tmp_path: Path) -> None:
    clerk, told, view = Clerk(firm), [], RunView()
    choices = list(Choices(path=str(many(tmp_path / "many.csv", 20_000))))
    try:
        batch = (await clerk.ask("import", choices=choices))["batch"]
        assert await clerk.ask("undo", on_news=told.append, batch=batch) == []
    finally:
        await clerk.stop()
    ways = [(news["steps"], news["of"]) for news in told if news.get("of")]
    assert ways and ways == sorted(ways) and all(0 <= done <= of for done, of in ways)
    view.tell({"steps": 30, "of": 120})
    assert view._how_far() == "25%"


@sqlite
async def test_an_import_goes_on_while_one_looks_elsewhere(firm: Config, tmp_path: Path) -> None:
    async with opened(firm, size=WIDE) as (app, pilot):
        await rehearsed(pilot, many(tmp_path / "many.csv", 80_000))
        await pilot.press("enter")
        await at(pilot, "run")
        await pilot.press("2")
        await until(pilot, lambda: app.ground == "funnel", passes=True)
        await pilot.press("l")
        await until(pilot, lambda: board(app).at == 1, passes=True)
        await pilot.press("q")
        await said(pilot, "An import is under way", passes=True)
        await pilot.press("2")
        await until(pilot, lambda: screen(app).step == "result", seconds=60)
        await said(pilot, "Imported: many.csv, 80000 created")
        await pilot.press("i")
        await said(pilot, "many.csv is imported")


@sqlite
async def test_a_base_that_another_program_holds_is_waited_for(firm: Config) -> None:
    holding, done = threading.Event(), threading.Event()

    def write() -> None:
        with open_crm(firm, who="the other one") as crm:
            deals.win(crm, 5)
            holding.set()
            done.wait(30)

    other = threading.Thread(target=write)
    other.start()
    assert holding.wait(20)
    async with opened(firm) as (_app, pilot):
        await read(pilot, EXAMPLE)
        await pilot.press("r")
        await said(pilot, "The base is busy: the other one", passes=True)
        done.set()
        await at(pilot, "trial")
    other.join()


# -------------------------------------------------------------------------------------------------------- wrong files


@sqlite
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "it is empty"),
        ("headers.csv", "Prénom;Nom;E-mail\n".encode(), "headers alone"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "is an image"),
        ("letter.pdf", b"%PDF-1.7\n" + bytes(100), "PDF"),
        ("absent.csv", None, "There is no file"),
    ],
)
async def test_what_is_no_list_is_said_in_place_and_nothing_typed_is_lost(
    firm: Config, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    async with opened(firm) as (app, pilot):
        await chosen(pilot, tmp_path / name)
        await until(pilot, lambda: words in " ".join(text_of(app).split()))
        assert screen(app).step == "pick"
        assert app.screen.query_one("#path").value.endswith(name)  # type: ignore[attr-defined]


@sqlite
async def test_a_pipe_is_not_waited_for(firm: Config, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    async with opened(firm) as (app, pilot):
        await chosen(pilot, tmp_path / "pipe.csv")
        await until(pilot, lambda: "is no file" in " ".join(text_of(app).split()))


@sqlite
async def test_columns_that_name_nobody_are_said_before_the_rows_are_refused(
    firm: Config, tmp_path: Path
) -> None:
    async with opened(firm) as (app, pilot):
        await read(pilot, written(tmp_path / "a.csv", "Couleur;Forme\nbleu;rond\n"))
        assert "No column says who" in text_of(app)


@sqlite
async def test_the_colours_can_be_those_of_the_terminal(firm: Config) -> None:
    async with opened(firm) as (app, pilot):
        await read(pilot, EXAMPLE)
        for theme in ("petitcrm-light", "ansi-dark", "petitcrm-dark"):
            app.theme = theme
            await pilot.pause()
            assert "Prénom" in text_of(app)


async def test_new_rows_that_may_be_somebody_known_are_shown_before_they_are_imported(
    firm: Config, tmp_path: Path
) -> None:
    path = tmp_path / "others.csv"
    path.write_text("Prénom;Nom;E-mail;Mobile\nJeanne;Dupond;jeanne@other.example;06 12 34 56 78\n", "utf-8")
    async with opened(firm, size=WIDE) as (app, pilot):
        await rehearsed(pilot, path)
        shown = text_of(app)
    assert "Jeanne Dupond" in shown and "≈ c1 Jeanne Dupont" in shown, shown


async def test_the_stages_of_a_list_are_added_by_a_key(firm: Config, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Nom;E-mail;Affaire;Montant;Étape\nPetit;p@x.example;Four;900;Démonstration\n", "utf-8")
    async with opened(firm, size=WIDE) as (app, pilot):
        await rehearsed(pilot, path)
        assert "Démonstration" in text_of(app)
        await pilot.press("e")
        await at(pilot, "trial")
        await until(pilot, lambda: not screen(app).lacks_stages)
        await pilot.press("enter")
        await at(pilot, "result")
    with read_crm(firm) as crm:
        assert crm.rows("SELECT count(*) FROM stages WHERE name = 'Démonstration'") == [(1,)]
