"""The header of a file that a person writes: its keys in two languages, and the line and column of each in the text."""

from __future__ import annotations

import re

from petitcrm.i18n import _, language
from petitcrm.marketing.flow_problems import Problem
from petitcrm.meant import nearest
from petitcrm.rows import Row
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

FENCE = "+++"

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
_TABLE_LINE = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_.-]{1,80})\s*\]{1,2}")
_KEY_LINE = re.compile(r"\s*([A-Za-z0-9_-]{1,40})\s*=\s*")
_ACCENT = re.compile(r"\s*\[{0,2}\s*([a-zA-Z_]*[^\W\d_a-zA-Z]\w*)")
_BARE = re.compile(r"\s*([A-Za-z0-9_-]{1,40})\s*=\s*([^\"'\[{\s].*?)\s*(?:#.*)?$")
_COLON = re.compile(r"\s*([A-Za-z0-9_-]{1,40})\s*:\s*(.*?)\s*")
_QUOTED = re.compile(r"""\s*([A-Za-z0-9_-]{1,40})\s*=\s*(["'])(.*?)\2?\s*""")
_MOST_BROKEN = 20
"""Lines that cannot be read: beyond, it is no header."""
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
    keys: Mapping[str, str]

    def shown(self, key: str) -> str:
        """Return a key as the reader would write it."""
        return self.keys.get(key, key) if language() == "fr" else key

    def at(self, key: str) -> Spot:
        """Return where a key stands, or its table."""
        return self.spots.get(key, self.spot)


def shown(key: str) -> str:
    """Return a key as the reader would write it."""
    return _SHOWN.get(key, key) if language() == "fr" else key


def opened(text: str) -> tuple[list[str], list[int]]:
    """Return the lines of a file, and on which of them the two lines of +++ around its header stand."""
    lines = clean(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return lines, [at for at, line in enumerate(lines) if line.rstrip() == FENCE][:2]


def english(told: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """Return what is told by English keys; what is no key stays as it is."""
    names = {french: name for name, french in keys.items()} | {name: name for name in keys}
    return {names.get(key, key): value for key, value in told.items()}


def places(header: str, first_line: int) -> list[tuple[str, Spot, dict[str, Spot]]]:
    """Return the tables of a header in their order, `""`, `start`, `step`, and where each of their keys stands."""
    found: list[tuple[str, Spot, dict[str, Spot]]] = [("", Spot(first_line), {})]
    for name, spot in marks(header, first_line):
        if name in ("[[step", "[[etape"):
            found.append(("step", Spot(spot.line), {}))
        elif name in ("[start", "[debut"):
            found.append(("start", Spot(spot.line), {}))
        else:
            found[0 if name[0] == "[" else -1][2].setdefault(name.lstrip("["), spot)
    return found


def marks(header: str, first_line: int) -> Iterator[tuple[str, Spot]]:
    """Yield each table of a header, as `[name` or `[[name`, and each key, with its place; texts of many lines aside."""
    quoted = ""
    for number, line in enumerate(header.split("\n"), first_line):
        if quoted:
            quoted = "" if line.count(quoted) % 2 else quoted
            continue
        quoted = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
        if table := _TABLE_LINE.match(line):
            yield table[1] + table[2], Spot(number, table.start(2))
        elif key := _KEY_LINE.match(line):
            yield key[1], Spot(number, key.end() + 1)


def loaded(header: str, first_line: int, table: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return what a header says, and each line that cannot be read: it is left out, so that all are told at once.

    `table` is how a table is written there, in an advice.
    """
    import tomllib

    lines, problems = header.split("\n"), list[Problem]()
    while len(problems) < _MOST_BROKEN:
        try:
            return tomllib.loads("\n".join(lines)), problems
        except (ValueError, RecursionError) as error:
            problem = _unreadable("\n".join(lines), error, first_line, table)
            at = problem.line - first_line
            if at >= len(lines) or not lines[at].strip():
                return {}, problems or [problem]
            problems.append(problem)
            lines[at] = ""
    return {}, problems


def _unreadable(header: str, error: Exception, first_line: int, table: str) -> Problem:
    """Return what is wrong with a header that is no TOML, and what to write on that line."""
    found = _AT.search(str(error))
    lines = header.split("\n")
    line = int(found[1]) if found and found[1] else len(lines)
    column = int(found[2]) if found and found[2] else 0
    if found is None:  # too deep, or a number beyond all: the parser does not say where
        line = max(range(len(lines)), key=lambda at: len(lines[at])) + 1
    if "overwrite" in str(error) or "twice" in str(error):
        line = _said_twice(lines, line)
    elif "Unclosed" in str(error):
        line = next((at for at in range(line, 0, -1) if _opens(lines[at - 1])), line)
    written = lines[line - 1] if line <= len(lines) else ""
    told, advice = _guess(written, str(error), table)
    return Problem("not-toml", told, advice, line + first_line - 1, column)


def _said_twice(lines: list[str], line: int) -> int:
    return line if line <= len(lines) and lines[line - 1].strip() else max(line - 1, 1)


def _opens(line: str) -> bool:
    """Tell whether a list begins on a line, and does not end there."""
    return "=" in line and line.count("[") > line.count("]")


def _guess(line: str, error: str, table: str) -> tuple[str, str]:
    if accent := _ACCENT.match(line):
        from petitcrm.text import fold

        return _("a key has no accent: “{key}”.", key=accent[1]), line.replace(
            accent[1], fold(accent[1]), 1
        ).strip()
    if "overwrite" in error or "twice" in error:
        return _("the same key stands twice: “{line}”.", line=line.strip()[:60]), _(
            "Take one of the two away."
        )
    if "Unclosed" in error and _opens(line):
        return _("a list has no end."), f"{line.strip().rstrip(',')[:60]}]"
    if colon := _COLON.fullmatch(line):
        return _("between a key and its text stands =, no colon."), _pair(colon[1], colon[2])
    if bare := _BARE.match(line):
        return _("a value stands between quotes."), _pair(bare[1], bare[2])
    if quoted := _QUOTED.fullmatch(line):
        return _("the text ends too soon, or not at all: a quote stands before and after it."), _pair(
            quoted[1], quoted[3]
        )
    told = _("this line cannot be read: “{line}”.", line=line.strip()[:60])
    return told, _('A line of the header is key = "text", {table}, or # a remark.', table=table)


def _pair(key: str, value: str) -> str:
    """Return a line of a header as it should be."""
    bare = value.strip("\"'“”«»‘’ \u00a0\u202f").replace("\\", "").replace('"', "'")
    return f'{key} = "{bare[:60]}"'


def unknown_keys(table: Table, keys: Mapping[str, str], elsewhere: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is no key, each with the nearest one; `elsewhere` says where what people write here belongs."""
    for key in table.told:
        if key in keys:
            continue
        spot = table.at(key)
        near = nearest(key, [*keys, *keys.values()])
        told = elsewhere.get(key) or ", ".join(map(table.shown, keys))
        if near and key not in elsewhere:
            meant = next(name for name, french in keys.items() if near in (name, french))
            told = _("Did you mean {key}?", key=table.shown(meant))
        yield Problem(
            "unknown-key", _("there is no key “{key}” here.", key=key[:60]), told, spot.line, spot.column
        )


def both(told: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys that are told in both languages: one of them would be lost."""
    for name, french in keys.items():
        if name != french and name in told and french in told:
            yield name
