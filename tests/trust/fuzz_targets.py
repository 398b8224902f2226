"""The readers of what comes from outside, each as a function of bytes that ends well or by an error of ours."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from petitcrm import dates, text
from petitcrm.cli import exchanged, output
from petitcrm.config import Config
from petitcrm.connectors import csv_files, encodings, signatures
from petitcrm.connectors.address_lists import open_addresses
from petitcrm.connectors.json_lines import open_json_lines
from petitcrm.connectors.spreadsheets import open_spreadsheet
from petitcrm.connectors.vcards import open_vcards
from petitcrm.crm import Crm, rehearse
from petitcrm.errors import CrmError
from petitcrm.exchange import Source
from petitcrm.formats import companies, emails, money, phones, urls
from petitcrm.imports import cells, dump_folder, importer, recognition
from petitcrm.imports.desk import Wish
from petitcrm.imports.opening import MOST_COLUMNS, open_file
from petitcrm.imports.own_lists import COLUMNS
from petitcrm.marketing import flow_check, flow_file, flow_picture, flow_problems, flow_templates
from petitcrm.sales import history
from petitcrm.store import database, health
from petitcrm.store.schema import TABLES
from tests.support.corpora import FOLDER
from tests.support.workbooks import ods, xlsx

NOW = "2026-11-23T09:00:00+01:00"
_NAMES = sorted(
    {*COLUMNS["contacts"], *COLUMNS["companies"], *COLUMNS["deals"], "Nom", "Raison sociale", "Échéance"}
)
_CODECS = (
    "utf-8",
    "cp1252",
    "utf-16",
    "utf-7",
    "mac_roman",
    "iso-8859-15",
    "utf-32",
    "cp037",
    "gb18030",
    "shift_jis",
)


class Parser(NamedTuple):
    """A reader: what it does with an input, the words of its format, and where inputs of others are."""

    read: Callable[[bytes], None]
    words: str
    seeds: tuple[str, ...]
    made: tuple[bytes, ...] = ()


def accounted(source: Source) -> None:
    """Read a source to its end, twice: the same records, each with a cell a header, in the order of the lines."""
    first = list(source.records)
    told = list(source.refused), list(source.notes)
    assert all(len(record.values) == len(source.headers) for record in first)
    assert tuple(first[: len(source.sample)]) == tuple(source.sample)
    assert (
        len({header.casefold() for header in source.headers}) == len(source.headers) or source.format != "csv"
    )
    assert list(source.records) == first
    assert (list(source.refused), list(source.notes)) == told


def _csv(data: bytes) -> None:
    accounted(csv_files.open_csv(data))


def _encodings(data: bytes) -> None:
    found = encodings.detect(io.BytesIO(data))
    data[found.mark :].decode(found.name, found.errors)
    name = _CODECS[data[0] % len(_CODECS)] if data[:1] > b"\x40" else data[:12].decode("latin-1")
    accounted(csv_files.open_csv(data, encoding=name))


def _spreadsheets(data: bytes) -> None:
    stream = io.BytesIO(data)
    format = signatures.format_of(stream)
    if format in signatures.WORKBOOKS:
        accounted(open_spreadsheet(stream, "a", format))


def _vcard(data: bytes) -> None:
    accounted(open_vcards(io.BytesIO(data), "a", own_columns=COLUMNS["contacts"]))


def _json(data: bytes) -> None:
    accounted(open_json_lines(io.BytesIO(data), "a"))


def _addresses(data: bytes) -> None:
    source = open_addresses(io.BytesIO(data), "a")
    if source:
        accounted(source)


def _headers(data: bytes) -> None:
    lines = data.decode("utf-8", "replace").split("\n")[:40]
    rows = [line.split(";")[:MOST_COLUMNS] for line in lines]
    for wanted in ("auto", *recognition.NOUNS):
        mapping = recognition.recognise(rows[0], rows[1:], wanted=wanted)
        assert [column.place for column in mapping.columns] == list(range(len(rows[0])))


def _cells(data: bytes) -> None:
    told, now = data.decode("utf-8", "replace"), datetime.fromisoformat(NOW)
    readers: tuple[Callable[[str], object], ...] = (
        lambda cell: dates.read_when(cell, now=now),
        lambda cell: dates.find_when(cell, now=now),
        lambda cell: dates.read_instant(cell, now=now, past=True),
        lambda cell: dates.show_recurrence(dates.read_recurrence(cell)),
        lambda cell: cells.read_day(cell, now=now),
        lambda cell: cells.read_moment(cell, now=now, month_first=True),
        cells.read_clock, cells.read_tags, cells.says_yes, cells.read_number, cells.is_nothing,
        lambda cell: money.show_money(money.read_money(cell)),
        companies.read_siren, companies.read_siret, companies.read_vat, companies.read_naf,
        emails.read_email, emails.read_emails, phones.read_phone, phones.read_phones,
        lambda cell: urls.domain_of(urls.read_url(cell) or ""),
        text.fold, text.words, text.clean, lambda cell: text.fit(cell, 7),
    )  # fmt: skip
    for read in readers:
        with contextlib.suppress(CrmError):
            read(told)
    assert _is_harmless(text.safe(told))
    assert text.clean(text.clean(told)) == text.clean(told)
    for phone in phones.read_phones(told):
        assert phones.read_phone(phone) == phone


def _sequence(data: bytes) -> None:
    """Read a sequence, tell what is wrong with it, draw it; what can be read is written back as the same."""
    flow, unread = flow_file.parsed(data.decode("utf-8", "replace"))
    found = [*unread, *flow_check.problems(flow)]
    shown = [*flow_problems.numbered(found), *flow_picture.text(flow_picture.lines(flow))]
    _told_harmlessly(lambda: [output.line(line) for line in shown])
    if not unread:
        again = flow_file.read(flow_file.written(flow))
        assert [one._replace(line=0) for one in again.steps] == [one._replace(line=0) for one in flow.steps]
        assert [one[:3] for one in again.mails] == [one[:3] for one in flow.mails]


# ------------------------------------------------------------------------------------------------- on a real base


class Place:
    """A folder in memory with an empty base, made once; every input is tried in a gesture that is rolled back."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=_lent[0]))
        self.config = Config(db=str(self.folder / "base.db"), user="", lang="fr", file="", now=NOW)
        database.connect(self.config.db, write=True).close()

    def file(self, name: str, data: bytes) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return str(path)


_lent: list[Path] = []
_places: list[Place] = []


def lend(folder: Path) -> None:
    """Say where the parsers that need a base may make theirs; whoever lends it removes it."""
    _lent[:] = [folder]


def _place() -> Place:
    if not _places:
        _places.append(Place())
    return _places[0]


def _import(data: bytes) -> None:
    """Import a file twice: each row accounted for, nothing created by the second, nothing raw on the terminal."""
    place = _place()
    path = place.file("a", data)
    with rehearse(place.config) as crm:
        first = importer.run_source(crm, open_file(path), Wish(rejects=str(place.folder / "refused.csv")))
        assert first.read == first.created + first.updated + first.unchanged + first.rejected
        second = importer.run_source(crm, open_file(path), Wish())
        # Not “nor updated”: who is made by a last row may be who an earlier one rather means.
        assert (second.created, second.rejected) == (0, first.rejected)
        assert second.read == first.read
        _in_order(crm)
    _told_harmlessly(lambda: exchanged.tell(path, first, open_file(path).sample, rehearsed=True))


def _base(data: bytes) -> None:
    place = _place()
    path = place.file("a.ndjson", b'{"format":1,"type":"petitcrm"}\n' + data)
    with rehearse(place.config) as crm:
        report = importer.run_source(crm, open_file(path), Wish())
        assert report.read == report.created + report.updated + report.unchanged + report.rejected
        _in_order(crm)
        history.gestures(crm)


def _dump(data: bytes) -> None:
    """Cut the input into an index and files of tables, at its lines `== name`."""
    place = _place()
    folder = place.folder / "dump"
    shutil.rmtree(folder, ignore_errors=True)
    for name, part in _parts(data):
        place.file(f"dump/{name}", part)
    with rehearse(place.config) as crm:
        importer.run_source(crm, open_file(str(folder)), Wish())
        _in_order(crm)


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    index, *files = data.split(b"\n== ")
    yield dump_folder.INDEX, index
    for file in files:
        name, _end, content = file.partition(b"\n")
        if name.decode("latin-1") in TABLES:
            yield dump_folder.file_of(name.decode()), content


def _in_order(crm: Crm) -> None:
    found = health.problems(crm.connection, all_events=True)
    assert not any(found.values()), found


def _told_harmlessly(tell: Callable[[], object]) -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        tell()
    assert _is_harmless(shown.getvalue().replace("\n", ""))


def _is_harmless(shown: str) -> bool:
    """Tell whether a text holds no control character, and none that hides or turns what is around it."""
    return not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in shown)


def told(error: CrmError) -> None:
    """Show an error as the command does: whatever it quotes, nothing of it acts on the terminal."""
    assert error.message
    _told_harmlessly(lambda: output.complain(str(error)))


# ------------------------------------------------------------------------------------------------------- the list

_LIST = (
    "Civilité;NOM;Prénom;Société;E-mail;Portable;CP;Ville\n"
    "Mme;DUPONT;Léa;Acmé;lea@acme.fr;06 12 34 56 78;75011;Paris\n"
)
_OBJECTS = '{"Nom":"Zoé","E-mail":"a@b.fr"}\n{"Nom":"\\ud800","Ville":"\\u0000"}\n'
_TABLES = [["Nom", "Montant"], ["Dupont", 1.5], ["Œuvre", "n/a"], ["Total", 3]]
_ROWS = (
    b'{"id":1,"key":"ventes","name":"Ventes","position":1,"type":"pipelines"}\n'
    b'{"created_at":"2026-01-01T08:00:00Z","id":1,"last_name":"Dupont","type":"contacts"}\n'
    b'{"at":"2026-01-01T08:00:00Z","contact_id":1,"kind":"note.logged","text":"x","type":"entries"}\n'
)
_DUMP = (
    b'{"files":["contacts.ndjson","users.ndjson"],"format":1,"type":"petitcrm dump"}\n== contacts\n'
    + _ROWS
    + b"\n== users\n"
)


def _cases(*words: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in words)


PARSERS: dict[str, Parser] = {
    "csv": Parser(_csv, "csv", ("csv-*/**/*.csv", "crm-exports/**/*.csv"), _cases(_LIST)),
    "encodings": Parser(_encodings, "csv", ("csv-french/transcoded/*.csv",), _cases(_LIST)),
    "spreadsheets": Parser(
        _spreadsheets,
        "zip",
        ("xlsx/*",),
        (xlsx({"A": _TABLES, "B": _TABLES}, merged=["A1:B1"]), ods([["a", "b"]])),
    ),
    "vcard": Parser(
        _vcard, "vcard", ("vcard/*.vcf",), _cases("BEGIN:VCARD\nVERSION:3.0\nN:Dupont;Zoé\nEND:VCARD\n")
    ),
    "json": Parser(
        _json,
        "json",
        ("json/*", "segment/**/*.json"),
        _cases(_OBJECTS, '{"nom":"Zoé","a":{"b":[1,null]}}\n{"c":2}\n'),
    ),
    "addresses": Parser(
        _addresses, "addresses", ("mail/**/*.eml",), _cases('"Dupont, Zoé" <z@x.fr>; a@b.fr\nTo: c@d.fr')
    ),
    "base": Parser(_base, "base", (), (_ROWS,)),
    "dump": Parser(_dump, "base", (), (_DUMP,)),
    "headers": Parser(_headers, "cells", ("crm-exports/**/*.csv",), _cases(_LIST, ";".join(_NAMES))),
    "sequence": Parser(
        _sequence,
        "sequence",
        (),
        _cases(*(flow_templates.text(key, lang) for key in flow_templates.KEYS for lang in ("fr", "en"))),
    ),
    "cells": Parser(
        _cells,
        "cells",
        (),
        _cases(
            "demain 14h",
            "tous les 2 mois le 31",
            "1 200,50 €",
            "+33 (0)6 12 34 56 78",
            "a@b.fr",
            "732 829 320 00074",
            "FR40303265045",
            "https://é.fr/a?b#c",
            "23/11/2026 14h30",
            "next Thursday",
            "+6j",
            "12,5 k€",
        ),
    ),
    "import": Parser(
        _import,
        "csv",
        ("crm-exports/**/*.csv", "vcard/*.vcf"),
        _cases(_LIST, "Affaire;Montant\nA;1\n", _OBJECTS),
    ),
}


def seeds_of(parser: Parser) -> list[bytes]:
    """Return the inputs to begin with: our own, and those of the corpora that are not too long."""
    found: Sequence[Path] = [
        path for pattern in parser.seeds for path in sorted(FOLDER.glob(pattern)) if path.is_file()
    ]
    return [*parser.made, *(path.read_bytes() for path in found if path.stat().st_size < 1 << 17)]
