"""One list at a time, as CSV for spreadsheets and programs, or as one JSON object a line."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING

from petitcrm.connectors.csv_writer import write_csv
from petitcrm.exports import whole
from petitcrm.exports.lead_rows import LeadTeller
from petitcrm.imports.own_lists import COLUMNS, CUSTOM, LETTERS
from petitcrm.naming import person
from petitcrm.store.journal import dumps
from petitcrm.store.queries import custom_fields
from petitcrm.store.queries import exports as queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm

_PIECE = 1_000
_MONEY = {"amount": "amount_cents", "revenue": "revenue_cents", "balance": "balance_cents"}
_LINKED = {"company_id": "f", "contact_id": "c", "deal_id": "d"}


def csv_pieces(
    crm: Crm, noun: str, *, for_spreadsheet: bool, only: frozenset[int] | None = None
) -> Iterator[str]:
    """Yield a list, or the rows of the ids `only`, as CSV: fixed columns, e-mails and telephones, the firm's fields."""
    teller = Teller(crm, noun)
    told = (row for row in queries.table(crm, noun) if only is None or row["id"] in only)
    rows = map(teller.cells, told)
    buffer = io.StringIO(newline="")
    write_csv(buffer, teller.headers(), (), for_spreadsheet=for_spreadsheet)
    yield buffer.getvalue()
    while piece := list(islice(rows, _PIECE)):
        buffer = io.StringIO(newline="")
        write_csv(buffer, (), piece, for_spreadsheet=for_spreadsheet, with_headers=False)
        yield buffer.getvalue()


def ndjson_pieces(crm: Crm, noun: str, *, for_spreadsheet: bool) -> Iterator[str]:  # noqa: ARG001 - as every format
    """Yield a list as JSON lines: the columns of the CSV, with e-mails, telephones, tags and fields as lists."""
    if noun == "all":
        yield from whole.pieces(crm)
        return
    teller = Teller(crm, noun)
    for row in queries.table(crm, noun):
        yield dumps(teller.told(row)) + "\n"


class Teller:
    """Says a row of one list in the words of its export."""

    def __init__(self, crm: Crm, noun: str) -> None:
        self.noun = noun
        self._owners = queries.owners(crm)
        self._tags = queries.tags(crm, noun) if noun not in ("leads", "tasks") else {}
        self._leads = LeadTeller(crm) if noun == "leads" else None
        singular = {"contacts": "contact", "companies": "company", "deals": "deal"}.get(noun, "")
        self.fields = custom_fields.defined(crm, singular) if singular else {}
        self._companies = queries.names(crm, "companies") if noun in ("contacts", "deals") else {}
        self._deals = queries.names(crm, "deals") if noun in ("leads", "tasks") else {}
        self._people = self._named(crm) if noun in ("deals", "tasks") else {}
        self._stages = queries.stages(crm) if noun == "deals" else {}
        self._reach = {}
        if noun == "contacts":
            self._reach = {
                "email": queries.lines(crm, "contact_emails"), "phone": queries.lines(crm, "contact_phones"),
            }  # fmt: skip
        self._most = {name: max(map(len, found.values()), default=1) for name, found in self._reach.items()}

    def _named(self, crm: Crm) -> dict[int, str]:
        sql = "SELECT id, first_name, last_name FROM contacts"
        return {row_id: person(first, last) if first or last else "" for row_id, first, last in crm.rows(sql)}

    def headers(self) -> list[str]:
        """Return the columns: the fixed ones, addresses (`email`, `email_label`, `email_2`…), the firm's own fields."""
        return [
            *COLUMNS[self.noun],
            *self._reach_headers(),
            *(CUSTOM + label for label in self.fields.values()),
        ]

    def _reach_headers(self) -> list[str]:
        headers = []
        for name, most in self._most.items():
            for number in range(1, most + 1):
                suffix = f"_{number}" if number > 1 else ""
                headers += [f"{name}{suffix}", f"{name}_label{suffix}"]
        return headers

    def cells(self, row: dict[str, Any]) -> list[Any]:
        """Return a row as the cells of a CSV."""
        told = self.told(row)
        cells = [_cell(told[column]) for column in COLUMNS[self.noun]]
        for name, most in self._most.items():
            lines = self._reach[name].get(row["id"], [])
            for raw, label in lines:
                cells += [raw, label]
            cells += [""] * (2 * (most - len(lines)))
        custom = told.get("custom", {})
        return cells + [custom.get(label, "") for label in self.fields.values()]

    def told(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row by the names of the list's columns, with lists where there are several."""
        told = {column: self._value(column, row) for column in COLUMNS[self.noun]}
        for name, found in self._reach.items():
            told[f"{name}s"] = [{"value": raw, "label": label} for raw, label in found.get(row["id"], [])]
        if self.fields:
            from json import loads

            custom = loads(row["custom"])
            told["custom"] = {label: custom[key] for key, label in self.fields.items() if key in custom}
        return told

    def _value(self, column: str, row: dict[str, Any]) -> Any:
        if column == "id":
            return f"{LETTERS[self.noun]}{row['id']}"
        if self._leads and column in self._leads.columns:
            return self._leads.value(column, row)
        if column in _LINKED:
            return f"{_LINKED[column]}{row[column]}" if row[column] else ""
        if column in _MONEY:
            return _money(row[_MONEY[column]])
        if column == "tags":
            return self._tags.get(row["id"], [])
        if column == "owner":
            return self._owners.get(row["owner_id"], "")
        if column in ("company", "contact", "deal"):
            named = {"company": self._companies, "contact": self._people, "deal": self._deals}[column]
            return named.get(row[f"{column}_id"], "")
        if column in ("pipeline", "stage"):
            return self._stages[row["stage_id"]][column == "stage"]
        return "" if row[column] is None else row[column]


def _cell(value: Any) -> Any:
    return " | ".join(value) if isinstance(value, list) else value


def _money(cents: int | None) -> str:
    """Return an amount as every program reads it: 1200.50."""
    if cents is None:
        return ""
    units, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{units}.{rest:02}"
