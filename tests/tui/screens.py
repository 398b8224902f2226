"""The interface driven as a person drives it: keys, pointer, and what is read on the screen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from textual._context import visible_screen_stack
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.strip import Strip

from petitcrm.config import Config
from petitcrm.crm import Crm, read_crm
from petitcrm.tui.app import Interface
from petitcrm.tui.board import Board
from petitcrm.tui.browsing.progress import Progress
from petitcrm.tui.lines import Lines

_LONGEST_REST = 10.0
"""Seconds after which a base that is held back by a test is not waited for."""
_LONGEST_PRESS = 2.0
"""Seconds after which a key that waits for a base that is held back by a test is not waited for."""
NARROW, MIDDLE, WIDE = (80, 24), (120, 36), (160, 48)


class Hand(Pilot[None]):
    """Presses keys, and looks up once each has come to what it is for: it may have waited for a page to be read."""

    async def press(self, *keys: str) -> None:
        await super().press(*keys)
        app: Any = self.app
        end = monotonic() + _LONGEST_PRESS
        while app._quick_hand.is_busy and monotonic() < end:
            await asyncio.sleep(0.002)
        await self.pause()


@asynccontextmanager
async def opened(
    config: Config, *, size: tuple[int, int] = NARROW, mode: str = "day", kind: type[Interface] = Interface
) -> AsyncIterator[tuple[Interface, Pilot[None]]]:
    """Open the interface on a base, with its first page read."""
    app = kind(config)
    async with app.run_test(size=size):
        pilot = Hand(app)
        await app.go(mode)
        await until(pilot, lambda: app.ground == mode and app.page is not None and app.page.shown >= 0)
        await until(pilot, app._is_greeted.is_set)
        await pilot.pause()
        yield app, pilot


@asynccontextmanager
async def held_back(app: Interface) -> AsyncIterator[None]:
    """Keep the base from answering while something is done."""
    gate = threading.Event()
    asked = [asyncio.create_task(app.desk.read(lambda _crm: gate.wait(60)))]
    asked.append(asyncio.create_task(app.desk.write(lambda _crm: gate.wait(60))))
    try:
        yield
    finally:
        gate.set()
        await asyncio.gather(*asked)


async def until(
    pilot: Pilot[None], is_so: Callable[[], object], *, seconds: float = 10, passes: bool = False
) -> None:
    """Wait for a condition, never for a time; then for what it brought with it, unless it is one that `passes`."""
    missed: Exception | None = None
    for _turn in range(int(seconds / 0.02)):
        try:
            if is_so():
                break
        except (NoMatches, AttributeError) as problem:  # another screen may lie over it for a moment
            missed = problem
        await pilot.pause()
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("it never came true\n" + text_of(pilot.app)) from missed
    if not passes:
        await rest(pilot)


async def rest(pilot: Pilot[None]) -> None:
    """Wait until what was asked of the base is answered and shown, as a person looks before the next key."""
    app: Any = pilot.app
    end = monotonic() + _LONGEST_REST
    while not app.desk._is_closed:
        answered = {asyncio.wrap_future(one.submit(int)) for one in (app.desk._writing, app.desk._reading)}
        await asyncio.wait(answered, timeout=_LONGEST_REST)
        await pilot.pause()
        if asks(app) or all(one.is_finished for one in app.workers) or monotonic() > end:
            return
        await asyncio.sleep(0.01)


def asks(app: Any) -> bool:
    """Tell whether a gesture rests until keys answer what it asks; one that is under way shows its progress."""
    return app.is_asking and not isinstance(app.screen, Progress)


async def said(pilot: Pilot[None], words: str, *, passes: bool = False) -> None:
    """Wait until the screen shows some words."""
    await until(pilot, lambda: words in text_of(pilot.app), passes=passes)


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type a text, character by character."""
    names = {" ": "space", "@": "at", "#": "number_sign", ",": "comma", ".": "full_stop", "/": "slash"}
    await pilot.press(*(names.get(character, character) for character in text))


def text_of(app: Any) -> str:
    """Return what the screen shows, as plain lines."""
    return "\n".join(strip.text.rstrip() for strip in strips_of(app))


def strips_of(app: Any) -> list[Strip]:
    """Return the lines of the screen as they are drawn, a question over the page that it lies on."""
    visible_screen_stack.set(
        app._background_screens
    )  # as Textual does: what is drawn without it is kept, blank
    found: list[Strip] = app.screen._compositor.render_strips()
    return found


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
