"""Keys that come in one breath: a terminal sends escape and the key right behind it as that key with alt.

Textual (8, `_ansi_sequences`) reads esc 2 as ™, esc / as / alone, and waits a tenth of a second for the others: its
table is taught that both were pressed, as a character of private use that only this module knows.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.events import Key
from textual.keys import _character_to_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.dom import DOMNode
    from textual.screen import Screen
    from textual.worker import Worker

    from petitcrm.tui.acting import Acting

_PRIVATE = 0xE000
_BEGIN_SEQUENCES = "NOPX[\\]^_"
"""What begins a longer sequence behind escape: an arrow, an answer of the terminal."""
_WORD_BY_WORD = "bf"
"""What terminals of macOS send for option and an arrow."""
_KEYS_WITH_ALT = "\b\t\n\r"
"""Behind escape these are a key of their own with alt, and a new line among them: any other is a letter with ctrl."""
_LOST = 1.0
"""Seconds after which a key that has not come back will not: what took it is gone."""
_PATIENCE = 0.5
"""Seconds in which a gesture asks what it asks, and a page is read: for longer, no key is kept from going on."""
_TURNS = 3
"""How often one goes up behind a key: once for itself, then for what it sends (“opened”), and for what that sends."""
_LOOK_EVERY = 0.002
"""Seconds between two looks at whether it has asked, or is read."""

for _code in range(ord(" "), 0x7F):
    if chr(_code) not in _BEGIN_SEQUENCES + _WORD_BY_WORD:
        ANSI_SEQUENCES_KEYS[f"\x1b{chr(_code)}"] = chr(_PRIVATE + _code)  # type: ignore[index]
for _code in range(1, 27):
    if chr(_code) not in _KEYS_WITH_ALT:
        ANSI_SEQUENCES_KEYS[f"\x1b{chr(_code)}"] = chr(_PRIVATE + _code)  # type: ignore[index]


class QuickHand:
    """Gives the keys one after the other: the next one goes where the one before it led.

    Textual gives a key to what has the focus when it comes; `/` and a name written at once would be a command a letter.
    """

    def __init__(self, app: Acting) -> None:
        self._app = app
        self._waiting: list[Key] = []
        self._busy_until = 0.0
        self._begun: Worker[bool] | None = None
        self._begun_on: Screen[object] | None = None
        self._taken_as_it_is: Screen[object] | None = None
        self._wait: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a key is still on its way."""
        return monotonic() <= self._busy_until

    async def take(self, key: Key) -> None:
        """Give a key, or let it wait for those before it, and for the page to be read."""
        self._waiting.append(key)
        if not self.is_busy:
            await self._give_in_turn()

    def follow(self, gesture: Worker[bool]) -> None:
        """Let the keys behind the one that began a gesture wait until it has asked what it asks, or is done."""
        if self.is_busy:
            self._begun, self._begun_on = gesture, self._app.screen

    def go_on(self) -> None:
        """Let the keys wait no more: a gesture has all it asked for, and goes into the base."""
        self._begun = None

    async def _give(self) -> None:
        if not self._waiting:
            self._busy_until = 0.0
            return
        first, *behind = self._apart(self._waiting.pop(0))
        self._waiting[:0] = behind
        begins = self._app.focused or self._app.screen
        self._busy_until = monotonic() + _LOST
        await self._app.take_key(first)
        self._come_after(begins.ancestors_with_self * _TURNS)

    def _come_after(self, way: Sequence[DOMNode]) -> None:
        """Come behind the key, and behind what it sends, in the queue of each node through which they go up."""
        for at, node in enumerate(way, 1):
            if node.call_later(self._come_after, way[at:]):  # one that is gone has nothing more to do
                return
        self._app.call_later(self._give_in_turn)

    async def _give_in_turn(self) -> None:
        """Give the next key, once the gesture that the one before it began has asked, and what it opened is read."""
        if self._waiting and self._is_read():
            self._taken_as_it_is = None
        if not self._waiting or self._is_ready():
            await self._give()
        else:
            self._busy_until = monotonic() + _LOST
            self._wait = asyncio.create_task(self._wait_for_screen())

    async def _wait_for_screen(self) -> None:
        end = monotonic() + _PATIENCE
        while not self._is_ready() and monotonic() < end:
            self._busy_until = monotonic() + _LOST
            await asyncio.sleep(_LOOK_EVERY)
            if not self._app.screen_stack:  # the interface was left
                return
        if not self._has_asked():
            self.go_on()
        self._taken_as_it_is = None if self._is_read() else self._app.screen
        self._app.call_later(self._give)  # behind what gives the screen the focus

    def _is_ready(self) -> bool:
        """Tell whether the next key finds what it is meant for, or a page that was waited for in vain."""
        return self._has_asked() and (self._is_read() or self._app.screen is self._taken_as_it_is)

    def _has_asked(self) -> bool:
        """Tell whether no gesture is about to ask: it is done, or its question is there to be answered."""
        if self._begun is None or self._begun.is_finished:
            return True
        return self._app.screen is not self._begun_on and self._app.screen.is_mounted

    def _is_read(self) -> bool:
        """Tell whether the page shows what it is about, and what was asked of it last where the key is for that."""
        screen = self._app.screen
        if not screen.is_mounted or getattr(screen, "shown", 0) < 0:
            return False
        is_behind: Callable[[str], bool] | None = getattr(screen, "is_behind", None)
        return is_behind is None or not self._waiting or not is_behind(self._waiting[0].key)

    def _apart(self, key: Key) -> list[Key]:
        """Return the escape and the key that were pressed together, or the one key that it was."""
        behind = _behind_escape(key)
        if not behind:
            return [key]
        if behind < " ":
            return [Key("escape", "\x1b"), Key(f"ctrl+{chr(ord(behind) + ord('a') - 1)}", behind)]
        with_alt = f"alt+shift+{behind.lower()}" if behind.isupper() else f"alt+{behind}"
        if with_alt in self._app.screen.active_bindings:  # chosen by the person: it was alt
            return [Key(with_alt, None)]
        return [Key("escape", "\x1b"), Key(behind if behind.isalnum() else _character_to_key(behind), behind)]


def _behind_escape(key: Key) -> str:
    """Return the character that was pressed right behind escape; empty where it was no such pair."""
    code = ord(key.character) - _PRIVATE if key.character and len(key.character) == 1 else 0
    return chr(code) if 0 < code < 0x7F else ""
