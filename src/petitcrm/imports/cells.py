"""What people write in the cells of their lists, read as dates, amounts, tags and answers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.imports.column_values import ANSWERS_NO, ANSWERS_YES
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_ISO = re.compile(r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?:[T ](.*))?")
_LOCAL = re.compile(r"(\d\d?)[-/. ](\d\d?)[-/. ](\d{4}|\d\d)(?:[,T ]+(.*))?")
_CLOCK = re.compile(
    r"(\d\d?)[:h](\d\d)(?::(\d\d))?(?:\.\d+)? ?([ap]m)?\s*(Z|GMT|UTC|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_TAGS = re.compile(r" ::: |[;,|\n]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOTHING = frozenset(
    ("-", "--", "—", "/", "?", "n/a", "na", "nc", "n.c.", "neant", "aucun", "aucune", "none", "null", "nil", "sans",
     "x", "#n/a", "inconnu", "inconnue", "non renseigne", "non communique", "non communiquee", "0000000000", "nan")
)  # fmt: skip


def is_nothing(cell: str) -> bool:
    """Tell whether a cell says that there is nothing to say: n/a, néant, —."""
    return len(cell) < 18 and fold(cell).strip(". ") in _NOTHING


def months_first(cells: Iterable[str]) -> bool:
    """Tell whether the dates of a column are written month first, as one of them must be."""
    american = False
    for cell in cells:
        found = _LOCAL.match(cell.strip())
        if found and int(found[1]) > 12:
            return False
        american = american or bool(found and int(found[2]) > 12)
    return american


def read_day(cell: str, *, now: datetime, month_first: bool = False) -> date:
    """Read a date: 23/11/2026, 23.11.26, 2026-11-23T09:00Z, 23 novembre 2026; UsageProblem on anything else."""
    return _moment(cell, now, month_first)[0]


def read_moment(cell: str, *, now: datetime, month_first: bool = False) -> str:
    """Read an instant as the base keeps it, in UTC; a day without hour is its noon, the same day all over France."""
    on, clock = _moment(cell, now, month_first)
    if clock is None:
        return f"{on.isoformat()}T12:00:00Z"
    hour, minute, second, zone = clock
    try:
        at = datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=now.tzinfo)
        if zone:
            at = datetime.fromisoformat(f"{at.replace(tzinfo=None).isoformat()}{zone}")
    except ValueError:
        raise _unreadable(cell) from None
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_clock(cell: str) -> str:
    """Return an hour as HH:MM, or an empty text."""
    found = _CLOCK.fullmatch(cell.strip().lower())
    if not found:
        return ""
    hour = int(found[1]) % 12 + 12 * (found[4] == "pm") if found[4] else int(found[1])
    return f"{hour:02}:{found[2]}" if hour < 24 and int(found[2]) < 60 else ""


def _moment(cell: str, now: datetime, month_first: bool) -> tuple[date, tuple[int, int, int, str] | None]:
    text = cell.strip()
    found = _ISO.fullmatch(text)
    if found:
        year, month, day, rest = int(found[1]), int(found[2]), int(found[3]), found[4]
    else:
        found = _LOCAL.fullmatch(text)
        if not found:
            return _in_words(text, now), None
        day, month, year, rest = int(found[1]), int(found[2]), int(found[3]), found[4]
        if month_first:
            day, month = month, day
        if year < 100:
            year += 2000 if year <= now.year % 100 + 20 else 1900
    try:
        on = date(year, month, day)
    except ValueError:
        raise _unreadable(cell) from None
    return on, _clock(rest or "", cell)


def _clock(rest: str, cell: str) -> tuple[int, int, int, str] | None:
    if not rest.strip():
        return None
    found = _CLOCK.fullmatch(rest.strip())
    if not found:
        raise _unreadable(cell)
    zone = (found[5] or "").upper().replace("GMT", "Z").replace("UTC", "Z")
    zone = "+00:00" if zone == "Z" else zone
    if zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + 12 * (found[4].lower() == "pm")
    return hour, int(found[2]), int(found[3] or 0), zone


def _in_words(text: str, now: datetime) -> date:
    """Read "12 Nov 2026", "mardi 3 février 2026": words, but with their year, as a list is not spoken today."""
    if not _YEAR.search(text) or len(text) > 60:
        raise _unreadable(text)
    from petitcrm.dates import read_when

    return read_when(text, now=now).on


def _unreadable(cell: str) -> UsageProblem:
    from petitcrm.i18n import _

    return UsageProblem(_("“{value}” is not a date that can be read.", value=cell))


def read_tags(cell: str) -> list[str]:
    """Return the tags of a cell, each once: "vip, salon 2026", "* amis ::: * myContacts"."""
    tags = (" ".join(part.strip().lstrip("*#").split()) for part in _TAGS.split(cell))
    return list(dict.fromkeys(tag for tag in tags if fold(tag)))


def says_yes(cell: str) -> bool:
    """Tell whether a cell says yes, or gives a date, to a question whose silence is no."""
    said = fold(cell).strip(" .")
    return said in ANSWERS_YES or (said not in ANSWERS_NO and bool(_YEAR.search(said)))


def read_number(cell: str) -> int | None:
    """Return the first whole number of a cell ("10 à 19 salariés" is 10), None where there is none."""
    found = re.search(r"\d[\d \u00a0\u202f]*", cell)
    return int(re.sub(r"\D", "", found[0])) if found else None
