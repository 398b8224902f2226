"""The key that a person has for a thing, named in the texts: `{app.undo} undo` is “u undo”, or “^z undo”.

A text names a key by the id of its binding, so that whoever chose another one reads that one everywhere.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.keys import key_to_character

from petitcrm.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHOWN_KEYS = {
    "enter": "⏎", "space": N_("space"), "question_mark": "?", "slash": "/", "escape": "esc", "ctrl+r": "^r",
    "ctrl+p": "^p", "ctrl+q": "^q", "shift+left": "⇧←", "shift+right": "⇧→", "left": "←", "right": "→", "up": "↑",
    "down": "↓", "pageup": "PgUp", "pagedown": "PgDn", "shift+up": "⇧↑", "shift+down": "⇧↓", "ctrl+d": "^d",
    "ctrl+b": "^b", "ctrl+f": "^f", "shift+tab": "⇧tab", "delete": N_("del"),
}  # fmt: skip
_NAMED = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")
_chosen: dict[str, str] = {}
_as_they_come: dict[str, str] = {}


def use(chosen: Mapping[str, str]) -> None:
    """Name these keys from now on (by id, as Textual spells them), and the others as they come."""
    global _chosen
    _chosen = dict(chosen)


def keyed(text: str) -> str:
    """Return a text in which each `{id of a binding}` is the key that the person has for it."""
    return _NAMED.sub(lambda named: key_of(named[1]) or named[0], text) if "{" in text else text


def key_of(binding_id: str) -> str:
    """Return the key of a binding as people read it, the first one where it has several; empty where there is none."""
    keys = _chosen.get(binding_id) or _own_keys(binding_id)
    first = keys.split(",")[0].strip()
    return show_key(Binding(first, "", "")) if first else ""


def _own_keys(binding_id: str) -> str:
    """Return the keys that a binding has of its own. What is imported is asked first: the others cost a start."""
    if binding_id not in _as_they_come:
        _as_they_come.update(_of_what_is_imported())
    if binding_id not in _as_they_come:
        from petitcrm.tui import keymap

        _as_they_come.update((one.id, ",".join(one.keys)) for one in keymap.known().values())
    return _as_they_come.get(binding_id, "")


def _of_what_is_imported() -> Iterator[tuple[str, str]]:
    for name, module in list(sys.modules.items()):
        if name.startswith("petitcrm.tui"):
            for owner in vars(module).values():
                if inspect.isclass(owner) and owner.__module__ == name:
                    yield from bindings_of(owner)


def bindings_of(owner: type) -> Iterator[tuple[str, str]]:
    """Yield the bindings that a class declares itself: id, keys."""
    for binding in owner.__dict__.get("BINDINGS", ()):
        if isinstance(binding, Binding) and binding.id:
            yield binding.id, binding.key


def show_key(binding: Binding) -> str:
    """Return the key of a binding as people read it."""
    if binding.key_display:
        return binding.key_display
    known = _SHOWN_KEYS.get(binding.key)
    return _(known) if known else _spelled(binding.key)


def _spelled(key: str) -> str:
    """Return a key that was chosen as people write it: `^b`, `F5`, `,`."""
    if key.startswith("ctrl+"):
        return f"^{_spelled(key.removeprefix('ctrl+'))}"
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    character = key_to_character(key) if len(key) > 1 else None
    return character if character and character.isprintable() else key
