"""The interface driven as a person drives it: keys, pointer, and what is read on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from petitcrm.config import Config
from petitcrm.crm import Crm, read_crm
from petitcrm.tui.app import Interface
from petitcrm.tui.board import Board
from petitcrm.tui.lines import Lines

NARROW, MIDDLE, WIDE = (80, 24), (120, 36), (160, 48)


@asynccontextmanager
async def opened(
    config: Config, *, size: tuple[int, int] = NARROW, mode: str = "day"
) -> AsyncIterator[tuple[Interface, Pilot[None]]]:
    """Open the interface on a base, with its first page read."""
    app = Interface(config)
    async with app.run_test(size=size) as pilot:
        await app.go(mode)
        await until(pilot, lambda: app.ground == mode and app.page is not None and app.page.shown >= 0)
        await pilot.pause()
        yield app, pilot


async def until(pilot: Pilot[None], is_so: Callable[[], object], *, seconds: float = 10) -> None:
    """Wait for a condition, never for a time."""
    for _turn in range(int(seconds / 0.02)):
        if is_so():
            return
        await pilot.pause()
        await asyncio.sleep(0.02)
    raise AssertionError("it never came true\n" + text_of(pilot.app))


async def said(pilot: Pilot[None], words: str) -> None:
    """Wait until the screen shows some words."""
    await until(pilot, lambda: words in text_of(pilot.app))


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type a text, character by character."""
    names = {" ": "space", "@": "at", "#": "number_sign", ",": "comma", ".": "full_stop", "/": "slash"}
    await pilot.press(*(names.get(character, character) for character in text))


def text_of(app: Any) -> str:
    """Return what the screen shows, as plain lines."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def board(app: Interface) -> Board:
    """Return the board on the screen."""
    return app.screen.query_one(Board)


def lines(app: Interface, name: str) -> Lines:
    """Return a list of the screen."""
    return app.screen.query_one(f"#{name}", Lines)


def ask(config: Config, question: Callable[[Crm], Any]) -> Any:
    """Ask the base itself."""
    with read_crm(config) as crm:
        return question(crm)


def rows(config: Config, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the base itself."""
    return ask(config, lambda crm: crm.rows(sql, **params))
