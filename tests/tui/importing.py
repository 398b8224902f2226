"""The import driven as a person drives it, with real files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from petitcrm.tui.app import Interface
from petitcrm.tui.importing.screen import ImportScreen
from petitcrm.tui.importing.told import ColumnRead
from tests.tui.screens import lines, text_of, until

EXAMPLE = Path(__file__).parents[2] / "examples" / "clients.csv"


def screen(app: Interface) -> ImportScreen:
    """Return the import on the screen."""
    assert app.importing is not None
    return app.importing


async def at(pilot: Pilot[None], step: str, *, seconds: float = 30) -> None:
    """Wait for a step of the import."""
    app: Any = pilot.app
    await until(
        pilot,
        lambda: app.importing is not None and app.importing.step == step,
        seconds=seconds,
        passes=step == "run",
    )
    await pilot.pause()


async def chosen(pilot: Pilot[None], path: Path | str) -> None:
    """Open the import and give it a path."""
    app: Any = pilot.app
    await pilot.press("i")
    await until(pilot, lambda: app.screen is app.importing)
    typed = app.screen.query_one("#path")
    typed.value = str(path)
    await pilot.pause()
    await pilot.press("enter")


async def read(pilot: Pilot[None], path: Path | str) -> None:
    """Open a file and wait until its columns are shown."""
    await chosen(pilot, path)
    await at(pilot, "guess")


async def rehearsed(pilot: Pilot[None], path: Path | str) -> None:
    """Open a file and see what it would do."""
    await read(pilot, path)
    await pilot.press("r")
    await at(pilot, "trial")


async def imported(pilot: Pilot[None], path: Path | str) -> None:
    """Take a file in, whole."""
    await rehearsed(pilot, path)
    await pilot.press("enter")
    await at(pilot, "result")


def column(app: Interface, header: str) -> ColumnRead:
    """Return how a column is read now."""
    guess = app.screen.query_one("#guess").guess  # type: ignore[attr-defined]
    return next(one for one in guess.columns if one.header == header)


def stand_on(app: Interface, header: str) -> None:
    """Put the cursor on a column."""
    shown = lines(app, "columns")
    shown.choose(next(at for at, line in enumerate(shown.lines) if line.held.header == header))


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a file for a test."""
    path.write_bytes(text.encode(encoding))
    return path


def many(path: Path, rows: int) -> Path:
    """Write a list of many people."""
    body = "".join(f"Anne{n};Nord{n};anne{n}@nord{n % 50}.example\n" for n in range(rows))
    return written(path, "Prénom;Nom;E-mail\n" + body)


def trouble(app: Interface) -> str:
    """Return what is said in place below the path."""
    return " ".join(text_of(app).split())
