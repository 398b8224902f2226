"""The whole base as a folder that git keeps well: one file a table, one record a line, only changes written."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from petitcrm.exports import whole
from petitcrm.exports.folders import Index
from petitcrm.imports import dump_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.crm import Crm
    from petitcrm.exports.folders import Content

_PIECE = 1_000
_NAMES = frozenset(map(dump_folder.file_of, whole.PARTS))
INDEX = Index(dump_folder.INDEX, dump_folder.TYPE, dump_folder.FORMAT, _NAMES.__contains__)


def files(crm: Crm, _what: str, *, for_spreadsheet: bool) -> tuple[Index, Iterator[tuple[str, Content]]]:  # noqa: ARG001 - as every format
    """Return the index of the dump and its files; a table without rows has none."""
    return INDEX, _files(crm)


def _files(crm: Crm) -> Iterator[tuple[str, Content]]:
    for part in whole.PARTS:
        lines = whole.lines(crm, part)
        first = next(lines, "")
        if first:
            yield dump_folder.file_of(part), _pieces(chain([first], lines))


def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
    while piece := "".join(islice(lines, _PIECE)):
        yield piece.encode()
