"""Workbooks made for a test, cell by cell, as XLSX or ODS, without a library that would set them right."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Formats of cells: general, day, day and hour, hour, hours beyond a day.
_STYLES = (0, 14, 22, 20, 46)


class Wrong(str):
    """A cell whose formula ended in an error, such as #N/A."""

    __slots__ = ()


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
    more: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """Return a workbook of sheets by name; `merged` are ranges (A1:B1) of the first, `more` replaces or adds parts."""
    names = list(sheets)
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/></Types>',
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
        "xl/_rels/workbook.xml.rels": _links(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)),
             ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"'
            + (' state="hidden"/>' if name in hidden else "/>")
            for n, name in enumerate(names, 1)
        )
        + "</sheets></workbook>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs>'
        + "".join(f'<xf numFmtId="{style}" applyNumberFormat="1"/>' for style in _STYLES)
        + "</cellXfs></styleSheet>",
    }  # fmt: skip
    for n, name in enumerate(names, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet(sheets[name], merged=merged if n == 1 else ())
    return packed(parts | dict(more or {}))


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """Return an archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            stored = name == "mimetype"  # OpenDocument wants it as it is
            archive.writestr(name, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _links(links: Sequence[tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(links, 1)
        )
        + "</Relationships>"
    )


def sheet(rows: Sequence[Sequence[object]], *, merged: Sequence[str] = ()) -> str:
    """Return the XML of a sheet; None is an empty cell."""
    told = "".join(
        f'<row r="{n}">'
        + "".join(_cell(f"{letters(at)}{n}", value) for at, value in enumerate(row) if value is not None)
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{told}</sheetData>'
        + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
        + "</worksheet>"
    )


def letters(column: int) -> str:
    """Return the name of a column: A is 0, AA 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _cell(place: str, value: object) -> str:
    if isinstance(value, Wrong):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    style, number = _styled(value)
    return f'<c r="{place}" s="{style}"><v>{number!r}</v></c>'


def _styled(value: object) -> tuple[int, float | int]:
    first, day = datetime.datetime(1899, 12, 30), datetime.timedelta(days=1)
    if isinstance(value, datetime.datetime):
        return 2, (value - first) / day
    if isinstance(value, datetime.date):
        return 1, (datetime.datetime.combine(value, datetime.time()) - first).days
    if isinstance(value, datetime.time):
        return 3, (datetime.datetime.combine(first, value) - first) / day
    if isinstance(value, datetime.timedelta):
        return 4, value / day
    assert isinstance(value, int | float)
    return 0, value


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """Return an OpenDocument of one sheet of texts."""
    table = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            'manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Clients">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )
