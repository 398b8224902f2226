"""The header of the file of a sequence: its keys in two languages, and the line and column of each in the text."""

from __future__ import annotations

import difflib
import re

from petitcrm.i18n import _, language
from petitcrm.marketing.flow_problems import Problem
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

WHOLE = {
    "key": "cle", "name": "nom", "purpose": "finalite", "lang": "langue", "account": "compte",
    "description": "description", "window": "fenetre", "cap": "plafond", "per_day": "par_jour", "exit": "sortie",
    "stay_on": "rester", "start": "debut", "step": "etape",
}  # fmt: skip
"""Keys of the whole sequence: in English → in French."""
START = {"segment": "segment", "list": "liste", "where": "filtre", "again": "recommencer"}
STEP = {
    "id": "id", "send": "envoyer", "task": "tache", "tag": "etiqueter", "untag": "desetiqueter", "lead": "lead",
    "hand_over": "transmettre", "list": "liste", "stop": "sortir", "if": "si", "wait": "attendre", "within": "sous",
    "yes": "oui", "no": "non", "unknown": "inconnu", "next": "suite", "account": "compte", "kind": "genre",
    "owner": "pour", "due": "echeance", "campaign": "campagne", "product": "produit", "words": "propos",
    "title": "titre", "action": "action", "score": "score",
}  # fmt: skip
"""Keys of a step."""
ACTIONS = ("send", "task", "tag", "untag", "lead", "hand_over", "list", "stop", "if")
"""Those that say what a step does; a step without any waits."""
OF_ACTION = {
    "send": ("account",), "task": ("kind", "owner", "due"), "lead": ("campaign", "product", "words", "owner"),
    "hand_over": ("title", "score"), "list": ("action",), "if": ("yes", "no", "unknown", "within"),
}  # fmt: skip
"""What each may say besides its pause and what follows."""
_SHOWN = {**WHOLE, **START, **STEP}
_STEP_LINE = re.compile(r"\s*\[\[\s*(?:step|etape)\s*\]\]")
_TABLE_LINE = re.compile(r"\s*\[\s*(start|debut)\s*\]")
_OTHER_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_-]{1,40})\s*\]")
_KEY_LINE = re.compile(r"\s*([A-Za-z0-9_-]{1,40})\s*=\s*")
_ACCENT = re.compile(r"\s*\[{0,2}\s*([a-zA-Z_]*[^\W\d_a-zA-Z]\w*)")
_BARE = re.compile(r"\s*([A-Za-z0-9_-]{1,40})\s*=\s*([^\"'\[{\s].*?)\s*(?:#.*)?$")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Spot(Row):
    """Where something stands in the file."""

    line: int = 0
    column: int = 0


class Table(Row):
    """A table of the header by English keys, with the place of each of them."""

    told: Mapping[str, Any]
    spots: Mapping[str, Spot]
    spot: Spot

    def at(self, key: str) -> Spot:
        """Return where a key stands, or its table."""
        return self.spots.get(key, self.spot)


def shown(key: str) -> str:
    """Return a key as the reader would write it."""
    return _SHOWN.get(key, key) if language() == "fr" else key


def english(told: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what is told by English keys; what is no key stays as it is."""
    names = {french: name for name, french in keys.items()} | {name: name for name in keys}
    return {names.get(key, key): value for key, value in told.items()}


def places(header: str, first_line: int) -> list[tuple[str, Spot, dict[str, Spot]]]:
    """Return the tables of a header in their order, `""`, `start`, `step`, and where each of their keys stands."""
    found: list[tuple[str, Spot, dict[str, Spot]]] = [("", Spot(first_line), {})]
    quoted = ""
    for number, line in enumerate(header.split("\n"), first_line):
        if quoted:
            quoted = "" if line.count(quoted) % 2 else quoted
            continue
        quoted = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
        if _STEP_LINE.match(line):
            found.append(("step", Spot(number), {}))
        elif _TABLE_LINE.match(line):
            found.append(("start", Spot(number), {}))
        elif table := _OTHER_TABLE.match(line):
            found[0][2].setdefault(table[1], Spot(number, table.start(1)))
        elif key := _KEY_LINE.match(line):
            found[-1][2].setdefault(key[1], Spot(number, key.end() + 1))
    return found


def unreadable(header: str, error: Exception, first_line: int) -> Problem:
    """Return what is wrong with a header that is no TOML, and what to write on that line."""
    found = _AT.search(str(error))
    lines = header.split("\n")
    line = int(found[1]) if found and found[1] else len(lines)
    column = int(found[2]) if found and found[2] else 0
    if "overwrite" in str(error) or "twice" in str(error):
        line = _said_twice(lines, line)
    written = lines[line - 1] if line <= len(lines) else ""
    told, advice = _guess(written, str(error))
    return Problem("not-toml", told, advice, line + first_line - 1, column)


def _said_twice(lines: list[str], line: int) -> int:
    return line if line <= len(lines) and lines[line - 1].strip() else max(line - 1, 1)


def _guess(line: str, error: str) -> tuple[str, str]:
    if accent := _ACCENT.match(line):
        from petitcrm.text import fold

        return _("a key has no accent: “{key}”.", key=accent[1]), line.replace(
            accent[1], fold(accent[1]), 1
        ).strip()
    if bare := _BARE.match(line):
        value = bare[2].replace("\\", "").replace('"', "")[:60]
        return _("a value stands between quotes."), f'{bare[1]} = "{value}"'
    if "overwrite" in error:
        return _("the same key stands twice: “{line}”.", line=line.strip()[:60]), _(
            "Take one of the two away."
        )
    told = _("this line cannot be read: “{line}”.", line=line.strip()[:60])
    return told, _('A line of the header is key = "text", [[step]], or # a remark.')


def unknown_keys(table: Table, keys: Mapping[str, str], *, is_step: bool = False) -> Iterator[Problem]:
    """Yield what is no key, each with the nearest one."""
    for key in table.told:
        if key in keys:
            continue
        spot = table.at(key)
        near = difflib.get_close_matches(key, [*keys, *keys.values()], n=1)
        if near:
            advice = _("Did you mean {key}?", key=near[0])
        elif is_step and key in (*WHOLE, *WHOLE.values()):
            advice = _("What is said of the whole sequence stands above the first [[step]].")
        else:
            advice = ", ".join(map(shown, keys))
        yield Problem(
            "unknown-key", _("there is no key “{key}” here.", key=key[:60]), advice, spot.line, spot.column
        )


def both(told: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys that are told in both languages: one of them would be lost."""
    for name, french in keys.items():
        if name != french and name in told and french in told:
            yield name
