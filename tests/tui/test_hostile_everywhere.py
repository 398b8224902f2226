"""Every screen and dialog on a base in which every field is hostile: what is there shows, and acts on nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.text import safe
from petitcrm.tui.drafts import Draft
from tests.conftest import NOW
from tests.support.corpora import attack_strings
from tests.support.session import Session
from tests.tui.firm import ATTACKS, haunt, make_firm
from tests.tui.importing import at, chosen
from tests.tui.screens import NARROW, WIDE, asks, opened, strips_of, text_of
from tests.tui.test_sizes import rows_are_whole

pytestmark = pytest.mark.engines("sqlite")

# ground: what is pressed on it, one way after the other; what a way opened is left before the next
_ON_A_GROUND: dict[str, tuple[str, ...]] = {
    "day": (
        "", "j", "pagedown", "end", "P", "c", "c tab", "N", "E", "v", "n", "s", "space", "u", "ctrl+r", "w", "x", "z",
        "a", "a c a l l space x", "slash", "slash l i n e s", "slash x x x end", "U", "U end", "D", "D tab", "D f",
        "comma", "comma end", "f1", "f1 f1 f3", "f2", "question_mark", "A", "A enter", "A down enter",
        "A down down enter", "ctrl+o", "ctrl+p", "ctrl+p r e", "ctrl+g",
    ),
    "funnel": (
        "", "l", "l l", "l l j", "end", "l P", "P", "m", "w", "x", "z", "n", "s", "space", "o", "p", "p 2", "f",
        "f x x", "S", "S e", "S j a", "S x", "S n", "S s", "question_mark", "ctrl+o", "c", "enter", "v",
    ),
}  # fmt: skip
_ON_A_LIST = (
    "", "pagedown", "end", "space b", "space j space b", "space j space M", "slash x x", "s", "f", "f end", "f s",
    "f end r", "f end d", "plus", "minus", "o", "n", "c", "N", "m", "w", "x", "z", "e", "D", "p", "p end", "ctrl+o",
)  # fmt: skip
_ON_A_SHEET = (
    "end", "tab end", "c", "N", "E", "v", "n", "e", "j e", "j j j e", "f", "f end e", "y", "D", "s", "space", "w", "x",
    "z", "m", "tab j enter", "tab j e", "ctrl+o", "question_mark",
)  # fmt: skip
_NAMES = [attack for attack in ATTACKS if len(attack) < 60 and not set("/\0\ud800") & set(attack)]
"""What a file can be called."""


def _of_another_width(app: Any) -> list[str]:
    strips = strips_of(app)
    return [strip.text for strip in strips if cell_len(strip.text) != app.size.width]


class _Looker:
    """Looks at each picture that the interface comes to."""

    def __init__(self, app: Any, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.wrong: dict[str, None] = {}
        self.seen: set[str] = set()
        self.every = 1 if app.size == NARROW else 2
        """Where there is room for more, fewer things are cut: every second way is enough."""

    async def look(self, where: str) -> None:
        """Look at every picture until it rests, and keep what is wrong; half way to another layout no line is whole."""
        before = ""
        for _turn in range(200):
            await asyncio.sleep(0.008)
            shown = text_of(self.app)
            assert self.app._exception is None, where
            if (
                shown and shown == before and self._is_at_rest
            ):  # a screen that was just pushed shows nothing yet
                break
            before = shown
            if acting := {one for one in shown if one != "\n" and safe(one) != one}:
                self.wrong[f"{where}: {acting!a}"] = None
        self.seen.add(before)
        if not rows_are_whole(self.app):
            self.wrong[f"{where}: {_of_another_width(self.app)!a} has not the width of the screen"] = None

    @property
    def _is_at_rest(self) -> bool:
        """Whether no key is on its way, and no gesture that may still ask something."""
        return not self.app._quick_hand.is_busy and (asks(self.app) or not self.app.is_acting)

    async def try_keys(self, where: str, keys: str) -> None:
        """Press keys one after the other, look, and leave what they opened."""
        await self.press(*keys.split())
        await self.look(f"{where} {keys}")
        for _turn in range(8):
            if len(self.app.screen_stack) <= self.app._depth(self.app.ground):
                return
            await self._step_back()
        raise AssertionError(f"{self.app.screen} is not left after {where} {keys}\n{text_of(self.app)}")

    async def press(self, *keys: str) -> None:
        """Press keys without the pilot's wait after each, which is most of its time: they act in their order."""
        for key in keys:
            name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
            self.app._driver.send_message(Key(name, key if len(key) == 1 else None))
            await asyncio.sleep(0.006)

    async def _step_back(self) -> None:
        """Press escape and see it act, lest it act on what comes next."""
        before = self.app._presses
        await self.press("escape")
        await self.until(lambda: self.app._presses > before and self._is_at_rest)

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait for a condition, looking more often than the pilot does."""
        for _turn in range(1500):
            if is_so():
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"it never came true\n{text_of(self.app)}")

    async def go(self, ground: str) -> None:
        """Go to the day, the funnel or the lists, with nothing open on it."""
        await self.app.go(ground)
        await self.until(lambda: self.app.page.shown >= 0)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "160x48"])
async def test_no_screen_lets_a_string_act_or_widen_a_line(
    config: Config, size: tuple[int, int], tmp_path: Path
) -> None:
    made = _haunted(config)
    async with opened(config, size=size) as (app, pilot):
        app.config = app.config._replace(db=str(tmp_path / _NAMES[0]))  # as the settings say it
        looker = _Looker(app, pilot)
        app.drafts.keep(Draft("elsewhere", ATTACKS[1], ATTACKS[3], time.time()))
        for noun, row_id in made:
            await _try_a_sheet(looker, noun, row_id)
        await _try_grounds(looker)
        await _try_lists(looker)
        await _try_an_import(looker, _a_hostile_folder(tmp_path))
    assert not looker.wrong, "\n".join(looker.wrong)
    shown = "\n".join(looker.seen)
    for trace in (
        "␛]52;c;",
        "<U+009B>31m",
        "<U+202E>gnp.exe",
        "<U+200B>",
        "[bold red on blue]",
        "{braces} {0}",
    ):
        assert trace in shown, f"{trace} was never on the screen: is it looked at?"


def _haunted(config: Config) -> list[tuple[str, int]]:
    i18n.use("en")
    make_firm(config)
    return haunt(config, attack_strings())


@pytest.mark.parametrize("code", [0x34F, 0x115F, 0x1160, 0x180B, 0x3164, 0xFFA0, 0xFE00, 0xE0100, 0xE01EF])
def test_what_draws_nothing_is_told_by_its_code_though_python_calls_it_printable(code: int) -> None:
    assert safe(f"Du{chr(code)}pont") == f"Du<U+{code:04X}>pont"


def test_letters_that_people_write_are_left_as_they_are() -> None:
    for text in ("Zoé", "e\u0301", "❤\ufe0f", "☎\ufe0e", "1\ufe0f\u20e3", "한글", "שלום", "12\u00a0€"):
        assert safe(text) == text


async def _try_a_sheet(looker: _Looker, noun: str, row_id: int) -> None:
    """Look at a sheet, and try some of its keys: another part of them with each attack."""
    for way in _ON_A_SHEET[row_id % 12 :: 12]:
        await looker.go("day")
        looker.app.action_open(noun, row_id)
        await looker.until(lambda: getattr(looker.app.screen, "sheet", None))
        await looker.try_keys(f"{noun} {row_id}", way)


async def _try_grounds(looker: _Looker) -> None:
    for ground, ways in _ON_A_GROUND.items():
        for way in ways[:: looker.every]:
            await looker.go(ground)
            await looker.try_keys(ground, way)


async def _try_lists(looker: _Looker) -> None:
    for noun, every in (("contact", 1), ("company", 4), ("deal", 1), ("task", 3)):
        for way in _ON_A_LIST[:: every * looker.every]:
            await looker.go("contacts")
            looker.app.page.turn_to(noun)
            await looker.look(noun)
            await looker.try_keys(noun, way)


def _a_hostile_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    text = "\r\n".join(_rows())
    for name in _NAMES:
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", errors="replace")
        (folder / name).mkdir()
    return folder


def _rows() -> Iterator[str]:
    yield ";".join(["Nom", "E-mail", "Étape", *map(_quoted, ATTACKS)])
    for attack in ATTACKS:
        yield ";".join([_quoted(attack)] * (3 + len(ATTACKS)))


def _quoted(cell: str) -> str:
    return '"' + cell[:300].replace('"', '""') + '"'


async def _try_an_import(looker: _Looker, folder: Path) -> None:
    """Pick a file among hostile names, and go through its columns to what it would do."""
    await looker.go("day")
    await chosen(looker.pilot, f"{folder}/")
    await looker.look("picker")
    await looker.press("end")
    await looker.look("picker at its end")
    looker.app.importing.take(str(folder / f"{_NAMES[0]}.csv"))
    await at(looker.pilot, "guess")
    for keys in (
        *["down"] * 8,
        "enter",
        "escape",
        "end",
        "enter",
        "down",
        "escape",
        "e",
        "escape",
        "n",
        "escape",
    ):
        await looker.press(keys)
        await looker.look(f"import {keys}")
    await looker.press("r")
    await at(looker.pilot, "trial")
    for keys in ("", "pagedown", "end"):
        await looker.press(*keys.split())
        await looker.look(f"rehearsal {keys}")


_ON_A_TERMINAL = (
    ("c", "With words or none"),
    ("escape", "Overdue"),
    ("2", "weighted"),
    ("3", "Companies 22"),
    ("/", "Clipboard"),
    ("clip", "Clipboard"),
    ("escape", "Contacts"),
    ("escape", "Contacts"),
    ("1", "Overdue"),
    ("U", "Company created"),
    ("escape", "Overdue"),
    (",", "Colours|Language"),
)
"""What is pressed on a real terminal, and what must be there: a question, the funnel, a list, history, the settings."""
_BYTES = (
    "\x1b]52;c;cHduZWQ=", "\x1b]0;pwned", "\x1b[6n", "\x9b", "\x9d", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028",
)  # fmt: skip


def test_no_byte_of_the_data_is_an_order_to_a_real_terminal(config: Config) -> None:
    _haunted(config)
    environment = {"PETITCRM_DB": config.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en"}
    with Session(environment, size=(120, 40)) as session:
        session.until_shows("Clipboard")
        for key, words in _ON_A_TERMINAL:
            session.press(key)
            session.settle()
            session.until_shows(words)
        session.press("escape")
        session.settle()
        session.press("q")
        assert session.code() == 0
    written = session.written.decode("utf-8", "replace")
    assert "␛]52;c;" in written
    assert "<U+202E>gnp.exe" in written
    assert [order for order in _BYTES if order in written] == []
