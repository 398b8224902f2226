"""The keys of the interface by their ids, those that a person chose instead, and what is wrong with a choice."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import petitcrm.tui
from petitcrm.i18n import _
from petitcrm.meant import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from textual.binding import Binding

_MODIFIERS = ("ctrl", "shift", "alt", "super", "meta", "hyper")


class Known(NamedTuple):
    """One binding: its keys as they come, what it does (in English), and whether it works only over the page."""

    id: str
    keys: tuple[str, ...]
    words: str
    is_asked: bool


class Chosen(NamedTuple):
    """The keys that hold, by id as Textual takes them, and what is wrong with others, in sentences."""

    keymap: dict[str, str]
    problems: list[str]
    clashes: list[str]


@cache
def known() -> dict[str, Known]:
    """Return every binding of the interface by its id: all its screens are imported."""
    from textual.screen import ModalScreen

    found: dict[str, Known] = {}
    for module in pkgutil.walk_packages(petitcrm.tui.__path__, "petitcrm.tui."):
        imported = importlib.import_module(module.name)
        for owner in vars(imported).values():
            if inspect.isclass(owner) and owner.__module__ == imported.__name__:
                for binding in _bindings(owner):
                    words = binding.tooltip or binding.description
                    keys = tuple(key.strip() for key in binding.key.split(","))
                    found[binding.id or ""] = Known(
                        binding.id or "", keys, words, issubclass(owner, ModalScreen)
                    )
    return found


def read(chosen: Mapping[str, str]) -> Chosen:
    """Return what becomes of the keys that a person chose; those that mean nothing are left as they come."""
    keymap: dict[str, str] = {}
    problems: list[str] = []
    for name, keys in chosen.items():
        wrong = _wrong_id(name) or _wrong_keys(name, keys)
        if wrong:
            problems.append(wrong)
        else:
            keymap[name] = ",".join(_spelled(key.strip()) for key in _split(keys))
    return Chosen(keymap, problems, list(_clashes(keymap)))


def _bindings(owner: type) -> Iterator[Binding]:
    from textual.binding import Binding

    for binding in owner.__dict__.get("BINDINGS", ()):
        if isinstance(binding, Binding) and binding.id:
            yield binding


def _wrong_id(name: str) -> str:
    if name in known():
        return ""
    advice = did_you_mean(name, known(), _("All of them: petitcrm config keys"), alike=0.5)
    return _("No key of the interface is called {name}.", name=name) + " " + advice


def _wrong_keys(name: str, keys: str) -> str:
    for key in _split(keys):
        if not _is_key(key.strip()):
            return _(
                "{name}: “{key}” is no key. Write it like b, B, ctrl+b, f5, space, comma.", name=name, key=key
            )
    return ""


def _split(keys: str) -> list[str]:
    return [keys] if keys in (",", "+") else keys.split(",")


def _is_key(key: str) -> bool:
    """Tell whether a terminal could send this key, by Textual's names or as the character itself."""
    from textual.keys import Keys

    *modifiers, last = ["+"] if key == "+" else key.split("+")
    if any(modifier not in _MODIFIERS for modifier in modifiers):
        return False
    return (len(last) == 1 and last.isprintable()) or last in _names() or last in {one.value for one in Keys}


@cache
def _names() -> frozenset[str]:
    """Return the names of the characters of a keyboard that are written by their name: `comma`, `question_mark`."""
    from textual.keys import _character_to_key

    return frozenset(_character_to_key(chr(code)) for code in range(0x21, 0x180))


def _spelled(key: str) -> str:
    from textual.keys import _character_to_key

    return _character_to_key(key) if len(key) == 1 else key


def _clashes(keymap: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each key that a choice gives to two things that work on the same screen."""
    told: set[frozenset[str]] = set()
    for name, keys in keymap.items():
        for other in known().values():
            pair = frozenset((name, other.id))
            theirs = keymap.get(other.id, ",".join(_spelled(key) for key in other.keys)).split(",")
            shared = set(keys.split(",")) & set(theirs)
            if name != other.id and shared and pair not in told and _meet(known()[name], other):
                told.add(pair)
                first, second = _(known()[name].words), _(other.words)
                yield _("{key} is now for two things: {one} ({first}) and {other} ({second}).",
                        key=min(shared), one=name, first=first, other=other.id, second=second)  # fmt: skip


def _meet(one: Known, other: Known) -> bool:
    """Tell whether two bindings work on the same screen: those of one owner, of a page and of everywhere."""
    groups = {one.id.partition(".")[0], other.id.partition(".")[0]}
    if len(groups) == 1:
        return True
    if one.is_asked or other.is_asked or one.words == other.words:
        return False
    return bool(groups & {"app", "list"})
