"""The door from the command line to the interface."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from petitcrm.config import Config


def start(config: Config) -> int:
    """Open the interface on the base of `config`; return the exit code."""
    from petitcrm import tui

    return tui.run(config)


def keys(chosen: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return every key that can be chosen anew: its id, the keys it has now, what it does."""
    from petitcrm.i18n import _
    from petitcrm.tui import keymap

    held = keymap.read(chosen).keymap
    return [(one.id, held.get(one.id, ",".join(one.keys)), _(one.words)) for one in keymap.known().values()]


def wrong_keys(chosen: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return what is wrong with the keys that were chosen, in sentences: those that mean nothing, those that clash."""
    from petitcrm.tui import keymap

    read = keymap.read(chosen)
    return read.problems, read.clashes
