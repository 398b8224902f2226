"""A dump: the whole base as a folder that git compares well, one file a table, brought back like the one file."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from petitcrm.connectors.json_lines import LONGEST_LINE
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.exchange import Record, Source
from petitcrm.i18n import _
from petitcrm.imports.whole_base import ENTRIES
from petitcrm.store.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

INDEX = "petitcrm.json"
TYPE = "petitcrm dump"
FORMAT = 1
_LONGEST_INDEX = 1 << 16


def file_of(part: str) -> str:
    """Return the name of the file that holds a table, or what people logged."""
    return f"{part}.ndjson"


def find(path: str) -> str:
    """Return the folder of the dump that a path (of the folder, or of its index) names; an empty text for another."""
    if os.path.isdir(path):
        return os.path.normpath(path) if os.path.isfile(os.path.join(path, INDEX)) else ""
    if os.path.basename(path) == INDEX and os.path.isfile(path):
        return os.path.dirname(os.path.abspath(path))
    return ""


def open_dump(folder: str, format: str) -> Source:
    """Open a dump as a source of that format, its records the lines of its files, parents before children.

    Raises UsageProblem where the index is none of ours, NotFound where a file that it names is missing.
    """
    listed = _listed(os.path.join(folder, INDEX))
    names = [file_of(part) for part in (*TABLES, ENTRIES) if file_of(part) in listed]
    for name in names:
        if not os.path.isfile(os.path.join(folder, name)):
            raise NotFound(_("The dump is not whole: {file} is missing.", file=os.path.join(folder, name)))
    return Source(folder, format, "utf-8", "", (), 0, (), _Lines(folder, names), [], [])


def _listed(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            told = json.loads(file.read(_LONGEST_INDEX))
        if told["type"] != TYPE or not isinstance(told["files"], list):
            raise KeyError("type")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageProblem(_("“{path}” is no index of a dump of petitcrm.", path=path)) from None
    if told.get("format") != FORMAT:
        raise UsageProblem(_("“{path}” was written by a newer petitcrm.", path=path))
    return told["files"]


class _Lines:
    """The lines of the files, one after the other, as records of one cell; iterating reads them again."""

    def __init__(self, folder: str, names: list[str]) -> None:
        self._paths = [os.path.join(folder, name) for name in names]

    def __iter__(self) -> Iterator[Record]:
        number = 0
        for path in self._paths:
            with open(path, "rb") as file:
                while line := file.readline(LONGEST_LINE):
                    number += 1
                    yield Record(number, (line.decode("utf-8", "replace"),))
