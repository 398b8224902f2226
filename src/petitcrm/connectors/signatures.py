"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from typing import BinaryIO

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _

WORKBOOKS = ("xlsx", "xlsb", "xls", "ods")
"""The formats that are workbooks."""

_ZIPS = (
    (b"xl/workbook.bin", "xlsb"),
    (b"xl/workbook", "xlsx"),
    (b"xl/worksheets", "xlsx"),
    (b"opendocument.spreadsheet", "ods"),
    (b"word/document", "docx"),
    (b"opendocument.text", "odt"),
    (b"workbook.xml", "xlsx"),
    (b".iwa", "numbers"),
)
_STARTS = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    # The streams of Excel 2 to 5, without the envelope of later ones.
    *(
        (mark, "xls")
        for mark in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
    ),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x7fELF", "program"),
    (b"{\\rtf", "rtf"),
)
_TEXT_STARTS = (
    (b"begin:vcard", "vcard"),
    (b"begin:vcalendar", "icalendar"),
    (b"<!doctype html", "html"),
    # Programs that call a web page .xls often leave out how one begins.
    *((b"<" + tag, "html") for tag in (b"html", b"head", b"meta", b"body", b"style", b"table", b"div")),
    (b"mime-version:", "html"),
    (b"<?xml", "xml"),
    (b'{"', "json"),
    (b"[{", "json"),
    (b"{\n", "json"),
    (b"{\r", "json"),
)
_SPREADSHEET = N_("Open it in a spreadsheet and save it as CSV.")
_ADDRESS_BOOK = N_("Give it to petitcrm import as it is: address books are read too.")
_REFUSALS = {
    "xlsx": (N_("an Excel workbook"), _SPREADSHEET),
    "xlsb": (N_("a binary Excel workbook"), _SPREADSHEET),
    "xls": (N_("an old Excel or Office file"), _SPREADSHEET),
    "ods": (N_("a LibreOffice spreadsheet"), _SPREADSHEET),
    "numbers": (N_("an Apple Numbers document"), N_("In Numbers, export it as Excel or as CSV.")),
    "docx": (N_("a Word document"), N_("Copy its table into a spreadsheet and save it as CSV.")),
    "odt": (N_("a LibreOffice text"), N_("Copy its table into a spreadsheet and save it as CSV.")),
    "rtf": (N_("a formatted text"), N_("Copy its table into a spreadsheet and save it as CSV.")),
    "zip": (N_("a compressed archive"), N_("Unpack it and import the files that it holds.")),
    "gzip": (N_("a compressed file"), N_("Unpack it and import the file that it holds.")),
    "7z": (N_("a compressed archive"), N_("Unpack it and import the files that it holds.")),
    "rar": (N_("a compressed archive"), N_("Unpack it and import the files that it holds.")),
    "pdf": (N_("a PDF document"), N_("Ask for the same list as CSV or as a spreadsheet.")),
    "image": (N_("an image"), N_("Ask for the same list as CSV or as a spreadsheet.")),
    "sqlite": (N_("an SQLite database"), N_("If it is a petitcrm base, open it with --db.")),
    "program": (N_("a program"), N_("Check that this is the file you meant.")),
    "vcard": (N_("an address book (vCard)"), _ADDRESS_BOOK),
    "icalendar": (N_("a calendar"), N_("Export the contacts instead of the calendar.")),
    "html": (
        N_("a web page"),
        N_(
            "If it shows the list, open it in a spreadsheet and save it as XLSX; else the download probably asked you"
            " to sign in: export the file again."
        ),
    ),
    "xml": (
        N_("an XML file"),
        N_("Export the same list as CSV or XLSX, or open it in a spreadsheet and save it so."),
    ),
    "json": (N_("a JSON file"), N_("Export the same list as CSV.")),
}


def format_of(stream: BinaryIO) -> str:
    """Tell the format of a seekable stream: `xlsx`, `vcard`, `pdf`… or an empty text when it may be a table.

    The stream is left where it was.
    """
    start = stream.tell()
    head = stream.read(4096)
    found = next((name for mark, name in _STARTS if head.startswith(mark)), "")
    if found == "zip":
        found = _kind_of_zip(stream, start, head)
    if not found:
        text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = text[2:].replace(b"\0", b"")
        found = next((name for mark, name in _TEXT_STARTS if text.startswith(mark)), "")
    stream.seek(start)
    return found


def _kind_of_zip(stream: BinaryIO, start: int, head: bytes) -> str:
    """Look for the telling names in the head and in the directory at the tail; nothing is decompressed."""
    size = stream.seek(0, 2)
    stream.seek(max(start, size - 65_536))
    names = head + stream.read()
    end = names.rfind(b"PK\x05\x06")
    stream.seek(int.from_bytes(names[end + 16 : end + 20], "little") if end >= 0 else start)
    names = (names + stream.read(65_536)).replace(b"\\", b"/").lower()
    return next((name for mark, name in _ZIPS if mark in names), "zip")


def refuse_other_than_table(stream: BinaryIO, name: str) -> None:
    """Raise UsageProblem, saying what the file is and what to do, unless it may be a table in text."""
    found = format_of(stream)
    if found:
        what, advice = _REFUSALS[found]
        raise UsageProblem(_("“{name}” is {what}, not a list.", name=name, what=_(what)), advice=_(advice))
