"""Opening a file to import, whatever it is: a table, a workbook, an address book, pasted addresses, a whole base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.connectors import signatures
from petitcrm.connectors.csv_files import open_csv, seekable
from petitcrm.connectors.csv_writer import as_it_was
from petitcrm.connectors.json_lines import LONGEST_LINE, is_json_lines, open_json_lines
from petitcrm.connectors.signatures import WORKBOOKS
from petitcrm.errors import UsageProblem
from petitcrm.exchange import Record, Source
from petitcrm.i18n import _
from petitcrm.imports import dump_folder, own_lists
from petitcrm.imports.column_names import guess
from petitcrm.imports.own_lists import VENDOR
from petitcrm.imports.postcodes import with_zeros
from petitcrm.imports.synonyms import NOUNS
from petitcrm.imports.whole_base import is_whole_base

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

WHOLE_BASE = f"{VENDOR} base"
"""The format of a source that is a whole base; its records are its lines."""

MOST_COLUMNS = 1_000
"""Columns beyond which a file is refused: each is compared with every name of a field, and becomes a field itself."""


def open_file(path: str, *, encoding: str = "", sheet: str = "") -> Source:
    """Open a file by its path (`-` is standard input), or the folder of a dump, and recognise what it is.

    `encoding` is of a text, `sheet` the one wanted of a workbook. Raises NotFound or UsageProblem when there is no such
    file, or it is not one that can be imported.
    """
    source = _opened(path, encoding, sheet)
    if len(source.headers) > MOST_COLUMNS:
        raise UsageProblem(
            _("“{name}” has {n} columns: no list needs that many.", name=source.name, n=len(source.headers)),
            advice=_("Check that it is the list you meant, or keep the columns you need in a spreadsheet."),
        )
    return source


def _opened(path: str, encoding: str, sheet: str) -> Source:
    folder = dump_folder.find(path)
    if folder:
        return dump_folder.open_dump(folder, WHOLE_BASE)
    stream, name = seekable(path, "")
    format = signatures.format_of(stream)
    if format in WORKBOOKS:
        from petitcrm.connectors.spreadsheets import open_spreadsheet

        return with_zeros(open_spreadsheet(stream, name, format, sheet=sheet, familiar=_familiar))
    if sheet:
        raise UsageProblem(_("“{name}” is no workbook: it has no sheet “{sheet}”.", name=name, sheet=sheet))
    if is_whole_base(stream):
        return Source(name, WHOLE_BASE, "utf-8", "", (), 0, (), _Lines(stream), [], [])
    if format == "vcard":
        from petitcrm.connectors.vcards import open_vcards

        columns = own_lists.COLUMNS["contacts"]
        return open_vcards(stream, name, encoding=encoding, own_columns=columns)
    return with_zeros(_text(stream, name, encoding))


def _text(stream: BinaryIO, name: str, encoding: str) -> Source:
    if is_json_lines(stream):
        return open_json_lines(stream, name)
    from petitcrm.connectors.address_lists import open_addresses

    addresses = open_addresses(stream, name, encoding=encoding)
    if addresses:
        return addresses
    source = open_csv(stream, name=name, encoding=encoding)
    if source.delimiter == ";" and own_lists.noun_of(source.headers):
        return source._replace(
            sample=tuple(map(_as_it_was, source.sample)), records=_AsTheyWere(source.records)
        )
    return source


class _AsTheyWere:
    """The records of a list of ours that was written for a spreadsheet (the exact ones have commas), as they were."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records = records

    def __iter__(self) -> Iterator[Record]:
        return map(_as_it_was, self._records)


def _as_it_was(record: Record) -> Record:
    return Record(record.line, tuple(map(as_it_was, record.values)), record.surplus)


def _familiar(headers: Sequence[str]) -> int:
    """Tell how many of these headers name something that a list may hold."""
    if own_lists.noun_of(headers):
        return len(headers)
    return max(sum(guess(header, noun) is not None for header in headers) for noun in NOUNS)


class _Lines:
    """The lines of a whole base as records of one cell; iterating reads the file again from its second line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Record]:
        self._stream.seek(0)
        self._stream.readline()
        number = 1
        while line := self._stream.readline(LONGEST_LINE):
            number += 1
            yield Record(number, (line.decode("utf-8", "replace"),))
