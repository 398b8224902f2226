"""Where lists lie on this machine: the last downloads, what is in a folder, the path that a terminal pastes."""

from __future__ import annotations

import os
import shlex
from datetime import date
from heapq import nlargest
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

LISTS = frozenset(
    ("csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "vcf", "vcard", "ndjson", "jsonl")
)
"""How the names of files end that can be imported."""

_DUMP = "petitcrm.json"
_RECENT = 8
_DOWNLOADS = ("Downloads", "Téléchargements", "Desktop", "Bureau", "Documents")
_UNITS = (N_("{n} B"), N_("{n} kB"), N_("{n} MB"), N_("{n} GB"))


class Entry(Row):
    """A file or a folder; `at` is when it was last changed, in seconds since 1970."""

    name: str
    path: str
    is_folder: bool = False
    is_list: bool = False
    size: int = 0
    at: float = 0.0

    @property
    def on(self) -> date:
        """The day on which it was last changed."""
        return date.fromtimestamp(self.at)


def listing(folder: str) -> list[Entry]:
    """Return what is in a folder: folders, then lists, the newest first, then the rest. Raises OSError."""
    with os.scandir(folder) as found:
        entries = [_entry(one) for one in found]
    entries.sort(
        key=lambda one: (not one.is_folder, not one.is_list, -one.at if one.is_list else 0, fold(one.name))
    )
    return entries


def recent() -> list[Entry]:
    """Return the lists changed last where downloads arrive and where one stands."""
    folders = dict.fromkeys([*(path for _name, path in starting_points()), *_usual_folders()])
    lists: dict[str, Entry] = {}
    for folder in folders:
        for one in _listed(folder):
            lists.setdefault(os.path.realpath(one.path), one)
    return nlargest(_RECENT, lists.values(), key=lambda one: one.at)


def starting_points() -> list[tuple[str, str]]:
    """Return the folders where a person begins to look, with what they are called."""
    home = os.path.expanduser("~")
    found = [(os.path.basename(path), path) for path in _usual_folders()]
    return [*found, (_("this folder"), os.getcwd()), (_("home folder"), home)]


def path_of(typed: str) -> str:
    """Return the path that a person typed, or that a terminal pasted: quoted, with backslashes, or as a file: URL."""
    told = typed.strip()
    if not told:
        return ""
    if os.path.lexists(_whole(told)):
        return _whole(told)
    try:
        words = shlex.split(told)
    except ValueError:
        words = [told.strip("'\"")]
    first = words[0] if words and (len(words) == 1 or told[0] in "'\"" or told.startswith("file:")) else told
    if first.startswith("file:"):
        first = unquote(urlsplit(first).path)
    return _whole(first)


def dropped(text: str) -> str:
    """Return the file whose path a terminal pasted, or an empty text where it pasted something else."""
    lines = text.strip().splitlines()
    path = path_of(lines[0]) if len(lines) == 1 and os.sep in text else ""
    return path if os.path.isfile(path) else ""


def beside(path: str, words: str) -> str:
    """Return a path that is not taken, beside a file: `clients-refused.csv`."""
    stem = os.path.splitext(path)[0]
    found = (f"{stem}-{words}{number}.csv" for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next((one for one in found if not os.path.lexists(one)), f"{stem}-{words}.csv")


def shown_size(size: int) -> str:
    """Return a size as people read it."""
    power, amount = 0, float(size)
    while amount >= 1000 and power < len(_UNITS) - 1:
        amount /= 1000
        power += 1
    return _(_UNITS[power], n=f"{amount:.0f}")


def is_dump(folder: str) -> bool:
    """Tell whether a folder is a whole base that petitcrm wrote."""
    return os.path.isfile(os.path.join(folder, _DUMP))


def _whole(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path))


def _usual_folders() -> list[str]:
    home = os.path.expanduser("~")
    return [path for name in _DOWNLOADS if os.path.isdir(path := os.path.join(home, name))]


def _listed(folder: str) -> Iterable[Entry]:
    try:
        return [one for one in listing(folder) if one.is_list and not one.name.startswith(".")]
    except OSError:
        return []


def _entry(found: os.DirEntry[str]) -> Entry:
    try:
        about = found.stat()
        is_folder = found.is_dir()
    except OSError:  # a link that leads nowhere
        return Entry(found.name, found.path)
    is_list = not is_folder and found.name.rpartition(".")[2].lower() in LISTS
    return Entry(found.name, found.path, is_folder, is_list, about.st_size, about.st_mtime)
