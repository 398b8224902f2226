"""Lists go out as a workbook in which texts are texts, amounts numbers and dates dates, and nothing acts."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from petitcrm import demo, exports, i18n
from petitcrm.config import Config
from petitcrm.connectors import workbook_writer
from petitcrm.connectors.workbook_writer import AMOUNT, DAY, NUMBER, TEXT, Sheet
from petitcrm.crm import Crm, read_crm
from petitcrm.errors import UsageProblem
from petitcrm.sales import companies, contacts, custom_fields, deals, tasks

sqlite_only = pytest.mark.engines("sqlite")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def written(crm: Crm, what: str) -> bytes:
    return b"".join(exports.export(crm, what, "xlsx"))  # type: ignore[arg-type]


def rows(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def records(content: bytes, name: str) -> list[dict[str, Any]]:
    header, *others = rows(content, name)
    return [dict(zip(header, row, strict=True)) for row in others]


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def sheet(*cells: Any, kind: str = TEXT, total: int = 1) -> bytes:
    stream = io.BytesIO()
    columns = [(f"h{place}", kind) for place in range(len(cells))]
    workbook_writer.write_workbook(stream, [Sheet("contacts", columns, total, [cells])], at=NOON)
    return stream.getvalue()


def test_all_the_lists_are_sheets_of_one_workbook(config: Config) -> None:
    demo.seed(config, seed=7)
    with read_crm(config) as crm:
        content = written(crm, "all")
        for noun in exports.NOUNS:
            ((count,),) = crm.rows(f"SELECT count(*) FROM {noun}")
            assert len(rows(content, noun)) == count + 1
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == list(exports.NOUNS)


def test_a_workbook_says_what_the_csv_says(config: Config) -> None:
    demo.seed(config, seed=7)
    import csv

    with read_crm(config) as crm:
        lines = "".join(exports.export(crm, "contacts", "csv")).splitlines(keepends=True)  # type: ignore[arg-type]
        found = records(written(crm, "contacts"), "contacts")
    for told, cells in zip(csv.DictReader(lines), found, strict=True):
        del told["created_at"], cells["created_at"]
        assert cells == told


def test_telephones_numbers_of_firms_and_postcodes_lose_no_zero(crm: Crm) -> None:
    firm = {
        "name": "Acme",
        "siret": "05650000200029",
        "postcode": "01000",
        "headcount": 12,
        "phone": "0612345678",
    }
    companies.add(crm, firm)
    contacts.add(crm, {"last_name": "Dupont", "postcode": "06000"}, phones=["06 12 34 56 78"])
    content = written(crm, "all")
    (company,), (contact,) = records(content, "companies"), records(content, "contacts")
    assert (company["postcode"], company["headcount"], company["phone"]) == ("01000", 12, "0612345678")
    assert company["siret"] == "05650000200029"
    assert (contact["postcode"], contact["phone"]) == ("06000", "06 12 34 56 78")


def test_amounts_are_numbers_and_dates_are_dates(crm: Crm) -> None:
    who = contacts.add(crm, {"last_name": "Dupont"})
    deals.add(crm, "Chaudière", who, amount_cents=120050, fields={"expected_on": date(2026, 12, 1)})
    deals.add(crm, "Toiture", who)
    tasks.add(crm, "devis", who, due=date(2026, 11, 24), fields={"duration_minutes": 90})
    content = written(crm, "all")
    first, second = records(content, "deals")
    assert (first["amount"], first["expected_on"]) == (1200.5, date(2026, 12, 1))
    assert (second["amount"], second["expected_on"]) == ("", "")
    assert first["created_at"] == datetime(2026, 11, 23, 9, 0)
    (task,) = records(content, "tasks")
    assert (task["due_on"], task["duration_minutes"]) == (date(2026, 11, 24), 90)


@sqlite_only
@pytest.mark.parametrize(("language", "day"), [("fr", "dd/mm/yyyy"), ("en", "yyyy-mm-dd")])
def test_days_are_shown_in_the_language_of_the_person(crm: Crm, language: str, day: str) -> None:
    deals.add(
        crm, "Toiture", contacts.add(crm, {"last_name": "Dupont"}), fields={"expected_on": date(2026, 12, 1)}
    )
    i18n.use(language)
    assert f'formatCode="{day}"' in part(written(crm, "deals"), "xl/styles.xml")


@sqlite_only
@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+33 6", "-2", "@SUM(A1)", "\tx", "\rx", "{=1}", "http://example.org", "mailto:a@b.fr", "internal:a!A1",
        "0612345678", "1e5", "12,50", "TRUE", "2026-11-24", "'=1", " x ", "a\nb", "\x00\x1b[31m\x7f", "_x0041_",
        "é€œ🤝",        "<r>x</r>", "<r><t>x</t></r>", "&<>\"'", "\ufffe\uffff", "\u202e", "  ",
    ],
)  # fmt: skip
def test_any_text_stays_the_text_it_is(text: str) -> None:
    content = sheet(text)
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in xml and "hyperlink" not in xml
    (cell,) = rows(content, "contacts")[1]
    unescaped = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), str(cell))
    assert unescaped == text or cell == text
    assert isinstance(cell, str)


@sqlite_only
def test_headers_stay_in_sight_are_bold_and_filter(crm: Crm) -> None:
    custom_fields.find_or_add(crm, "contact", "=Chaudière")
    contacts.add(crm, {"last_name": "Un nom vraiment très long pour une colonne"})
    content = written(crm, "contacts")
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert 'topLeftCell="A2"' in xml and 'state="frozen"' in xml
    assert re.search(r'<autoFilter ref="A1:[A-Z]+2"/>', xml)
    assert "<b/>" in part(content, "xl/styles.xml")
    widths = [float(told) for told in re.findall(r'<col [^>]*width="([0-9.]+)"', xml)]
    assert 40 < max(widths) < 62
    assert rows(content, "contacts")[0][-1] == "custom:=Chaudière"


@sqlite_only
def test_an_empty_list_has_its_headers(crm: Crm) -> None:
    content = written(crm, "all")
    assert [len(rows(content, noun)) for noun in exports.NOUNS] == [1, 1, 1, 1, 1]


@sqlite_only
@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (DAY, date(1899, 12, 31), "1899-12-31"),
        (AMOUNT, "9007199254740993.00", "9007199254740993.00"),
        (NUMBER, 10**15, "1000000000000000"),
    ],
)
def test_what_a_spreadsheet_would_round_is_text(kind: str, value: Any, told: str) -> None:
    assert rows(sheet(value, kind=kind), "contacts")[1] == [told]


@sqlite_only
def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    assert rows(sheet("x", total=1_048_575), "contacts")
    with pytest.raises(UsageProblem, match="1048575"):
        sheet("x", total=1_048_576)


@sqlite_only
def test_a_text_longer_than_a_cell_is_refused_and_not_cut() -> None:
    assert len(rows(sheet("x" * 32_767), "contacts")[1][0]) == 32_767
    for text in ("x" * 32_768, "🤝" * 16_384):
        with pytest.raises(UsageProblem, match="32767"):
            sheet(text)


@sqlite_only
def test_two_exports_of_one_moment_are_equal(config: Config) -> None:
    demo.seed(config, seed=3)
    with read_crm(config) as crm:
        assert written(crm, "all") == written(crm, "all")
