"""French postcodes that a spreadsheet took for numbers get back the zero that they lost: 1400 is 01400."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from petitcrm.imports import column_names, own_lists
from petitcrm.imports.tidied import Tidied
from petitcrm.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from petitcrm.exchange import Record, Source
    from petitcrm.imports.tidied import Normalised

_LOST = re.compile(r"\s*(?:\d{4}(?:\.0)?|\d{5}\.0)\s*")
_WHOLE = re.compile(r"\s*\d{5}(?:\.0)?\s*")


class _Address(Row):
    """Where the parts of an address stand in a row, -1 for those that it has not.

    `is_french` tells that a code alone, without city nor country, is of France: others of its column have five figures.
    """

    postcode: int
    city: int
    country: int
    is_french: bool


def with_zeros(source: Source) -> Source:
    """Return a list with its postcodes as they are in France; those of other countries, and what is surely none, stay.

    A postcode stands in a column so called. It is French where the country says so or, when it says nothing, where the
    city is one that the postcode serves.
    """
    addresses = _addresses(source)
    if not addresses:
        return source
    sample = tuple(_mended(source.sample, addresses, Tidied()))
    return source._replace(sample=sample, records=_Mended(source.records, addresses))


def _addresses(source: Source) -> list[_Address]:
    """Find the postcodes, each with the city and the country of the same person or company."""
    if own_lists.noun_of(source.headers):  # what petitcrm wrote is taken back as it is
        return []
    fields: dict[str, int] = {}
    for place, header in enumerate(source.headers):
        told = column_names.guess(header, "contacts")
        fields.setdefault(told.field if told else "", place)
    found = []
    for field, place in fields.items():
        prefix, is_postcode, _end = field.partition("postcode")
        if is_postcode:
            city, country = (fields.get(f"{prefix}{part}", -1) for part in ("city", "country"))
            is_french = any(_WHOLE.fullmatch(record.values[place]) for record in source.sample)
            found.append(_Address(place, city, country, is_french))
    return found


def mended(source: Source) -> list[Normalised]:
    """Tell which postcodes got their zero back the last time that the list was read."""
    if not isinstance(source.records, _Mended):
        return []
    told = source.records.tidied.told(())
    return [one._replace(column=source.headers[int(one.column)]) for one in told]


class _Mended:
    """The records of a list with their postcodes mended, each time that they are read."""

    def __init__(self, records: Iterable[Record], addresses: list[_Address]) -> None:
        self._records = records
        self._addresses = addresses
        self.tidied = Tidied()

    def __iter__(self) -> Iterator[Record]:
        self.tidied = Tidied()
        return _mended(self._records, self._addresses, self.tidied)


def _mended(records: Iterable[Record], addresses: list[_Address], tidied: Tidied) -> Iterator[Record]:
    for record in records:
        for address in addresses:
            cell = record.values[address.postcode]
            if len(cell) != 5 and cell and _LOST.fullmatch(cell):
                record = _with_zero(record, address)
                now = record.values[address.postcode]
                if now != cell:
                    tidied.note("postcode", str(address.postcode), record.line, (cell, now))
        yield record


def _with_zero(record: Record, address: _Address) -> Record:
    cell, city, country = (
        record.values[place].strip() if place >= 0 else ""
        for place in (address.postcode, address.city, address.country)
    )
    postcode = cell.removesuffix(".0").zfill(5)
    if not (address.is_french if not city and not country else _serves(cell, postcode, city, country)):
        return record
    at = address.postcode
    return record._replace(values=(*record.values[:at], postcode, *record.values[at + 1 :]))


def _serves(cell: str, postcode: str, city: str, country: str) -> bool:
    from petitcrm.geo import place_of

    if country:  # its word is enough, whatever the city: a hamlet, a CEDEX
        return place_of(postcode, "", country=country) is not None
    return place_of(cell, city) is not None
