"""The ways to take things away: for each, what can be written so, which names of files mean it, and what writes it.

A new one is a line here. Its function is called with the Crm, what to export and `for_spreadsheet`; it returns pieces
(text or bytes), or for a folder what `folders.keep` takes.
"""

from __future__ import annotations

from petitcrm.rows import Row

TEXT, BINARY, FOLDER = "text", "binary", "folder"
NOUNS = ("contacts", "companies", "deals", "leads", "tasks")
EVERYTHING = (*NOUNS, "all")


class Format(Row):
    """A format by its `key`; `binary` is never shown on a terminal, a `folder` needs a place to be."""

    key: str
    what: tuple[str, ...]
    does: str
    endings: tuple[str, ...] = ()
    shape: str = TEXT
    spreadsheet: bool = False
    """Whether a spreadsheet opens it."""


FORMATS = (
    Format("csv", NOUNS, "petitcrm.exports.lists:csv_pieces", (".csv",), spreadsheet=True),
    Format("ndjson", EVERYTHING, "petitcrm.exports.lists:ndjson_pieces", (".ndjson", ".jsonl")),
    Format("xlsx", EVERYTHING, "petitcrm.exports.workbook:pieces", (".xlsx",), BINARY, spreadsheet=True),
    Format("vcard", ("contacts",), "petitcrm.exports.vcards:pieces", (".vcf", ".vcard")),
    Format("ics", ("tasks",), "petitcrm.exports.calendar:pieces", (".ics",)),
    Format("vdir", ("tasks",), "petitcrm.exports.calendar:files", shape=FOLDER),
    Format("dump", ("all",), "petitcrm.exports.dump:files", shape=FOLDER),
)
BY_KEY = {format.key: format for format in FORMATS}


def named(path: str, what: str) -> str:
    """Return the format that the name of a file means, else the usual one of `what`."""
    for format in FORMATS:
        if path.lower().endswith(format.endings):
            return format.key
    return "ndjson" if what == "all" else "csv"
