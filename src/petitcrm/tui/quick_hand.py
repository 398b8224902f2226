"""Keys that come in one breath: a terminal sends escape and the key right behind it as that key with alt.

Textual (8, `_ansi_sequences`) reads esc 2 as ™, esc / as / alone, and waits a tenth of a second for the others: its
table is taught that both were pressed, as a character of private use that only this module knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.events import Key
from textual.keys import _character_to_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.dom import DOMNode

    from petitcrm.tui.acting import Acting

_PRIVATE = 0xE000
_BEGIN_SEQUENCES = "NOPX[\\]^_"
"""What begins a longer sequence behind escape: an arrow, an answer of the terminal."""
_WORD_BY_WORD = "bf"
"""What terminals of macOS send for option and an arrow."""

for _code in range(ord(" "), 0x7F):
    if chr(_code) not in _BEGIN_SEQUENCES + _WORD_BY_WORD:
        ANSI_SEQUENCES_KEYS[f"\x1b{chr(_code)}"] = chr(_PRIVATE + _code)  # type: ignore[index]


class QuickHand:
    """Takes such a pair apart: what comes behind the escape waits until the escape has done its work."""

    def __init__(self, app: Acting) -> None:
        self._app = app
        self._held: list[Key] | None = None

    async def takes(self, key: Key) -> bool:
        """Tell whether a key is taken care of here."""
        if self._held is not None:
            self._held.append(key)
            return True
        behind = _behind_escape(key)
        if not behind:
            return False
        with_alt = Key(f"alt+shift+{behind.lower()}" if behind.isupper() else f"alt+{behind}", None)
        if with_alt.key in self._app.screen.active_bindings:  # chosen by the person: it was alt
            await self._app.take_key(with_alt)
        else:
            self._held = [Key(behind if behind.isalnum() else _character_to_key(behind), behind)]
            begins = self._app.focused or self._app.screen
            await self._app.take_key(Key("escape", "\x1b"))
            self._wait_for(begins.ancestors_with_self)
        return True

    def _wait_for(self, nodes: Sequence[DOMNode]) -> None:
        """Come behind the escape in the queue of each node through which it goes up."""
        if not (nodes[1:] and nodes[0].call_later(self._wait_for, nodes[1:])):
            self._app.call_later(self._go_on)

    async def _go_on(self) -> None:
        held, self._held = self._held or [], None
        for key in held:
            if not await self.takes(key):
                await self._app.take_key(key)


def _behind_escape(key: Key) -> str:
    """Return the character that was pressed right behind escape; empty where it was no such pair."""
    code = ord(key.character) - _PRIVATE if key.character and len(key.character) == 1 else 0
    return chr(code) if ord(" ") <= code < 0x7F else ""
