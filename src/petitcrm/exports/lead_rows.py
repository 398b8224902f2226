"""What a list of leads tells beside the columns of the leads themselves: whom each pursues, and what ids stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.store.queries import exports as queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from petitcrm.crm import Crm

_PEOPLE = (
    "SELECT c.id, c.civility, c.first_name, c.last_name, f.name, c.company_id, c.postcode, c.city FROM contacts c"
    " LEFT JOIN companies f ON f.id = c.company_id WHERE c.id IN (SELECT contact_id FROM leads)"
)
_PERSON = ("civility", "first_name", "last_name", "company", "company_id", "postcode", "city")
_SAME = {"text": "words", "received_at": "created_at"}


class LeadTeller:
    """Says the columns of a lead that its row alone does not."""

    def __init__(self, crm: Crm) -> None:
        self._people = {row[0]: dict(zip(_PERSON, row[1:], strict=True)) for row in crm.rows(_PEOPLE)}
        self._lines = {
            "email": queries.lines(crm, "contact_emails"), "phone": queries.lines(crm, "contact_phones"),
        }  # fmt: skip
        self._named = {
            "partner": dict(crm.rows("SELECT id, key FROM partners")),
            "list": dict(crm.rows("SELECT id, key FROM prospecting_lists")),
        }
        self.columns: dict[str, Callable[[str, dict[str, Any]], Any]] = {
            **dict.fromkeys(_PERSON, self._of_person), **dict.fromkeys(self._lines, self._of_lines),
            **dict.fromkeys(self._named, self._of_names), **dict.fromkeys(_SAME, _of_row), "online": _online,
        }  # fmt: skip

    def value(self, column: str, row: dict[str, Any]) -> Any:
        """Return what one of `columns` says of a lead."""
        return self.columns[column](column, row)

    def _of_person(self, column: str, row: dict[str, Any]) -> Any:
        told = self._people[row["contact_id"]][column]
        if told and column == "company_id":
            return f"f{told}"
        return told or ""

    def _of_lines(self, column: str, row: dict[str, Any]) -> str:
        """Return the first address or number of the contact, as it was written."""
        found = self._lines[column].get(row["contact_id"])
        return found[0][0] if found else ""

    def _of_names(self, column: str, row: dict[str, Any]) -> str:
        return str(self._named[column].get(row[f"{column}_id"], ""))


def _of_row(column: str, row: dict[str, Any]) -> Any:
    return row[_SAME[column]]


def _online(_column: str, row: dict[str, Any]) -> str:
    return "yes" if row["is_online"] else ""
