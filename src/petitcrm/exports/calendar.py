"""Tasks as a calendar: appointments and things to do, for the programs of every day and the telephone.

It goes one way: what another program changes in a file does not come back.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from petitcrm import recurrence
from petitcrm.connectors import calendar_writer
from petitcrm.connectors.calendar_writer import Entry
from petitcrm.exports.folders import Index
from petitcrm.naming import addressed, person, to_do
from petitcrm.store.queries import exports as queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.exports.folders import Content

INDEX = Index(".petitcrm.json", "petitcrm calendar", 1, re.compile(r"task-\d+\.ics").fullmatch, marks=True)  # type: ignore[arg-type] # fmt: skip
_NOT_HELD = ("postponed", "refused")
"""Outcomes of an appointment that did not take place; of a thing to do, only the first."""


def pieces(crm: Crm, _what: str, *, for_spreadsheet: bool) -> Iterator[bytes]:  # noqa: ARG001 - as every format
    """Yield all the tasks as one calendar."""
    zones = [row[0] for row in crm.rows("SELECT DISTINCT zone FROM tasks WHERE due_time IS NOT NULL")]
    return calendar_writer.pieces((entry for _id, entry in _entries(crm)), zones)


def files(crm: Crm, _what: str, *, for_spreadsheet: bool) -> tuple[Index, Iterator[tuple[str, Content]]]:  # noqa: ARG001 - as every format
    """Return the index of a folder of one file a task (vdir), and its files."""
    return INDEX, ((f"task-{row_id}.ics", calendar_writer.alone(entry)) for row_id, entry in _entries(crm))


def _entries(crm: Crm) -> Iterator[tuple[int, Entry]]:
    teller = _Teller(crm)
    for row in queries.table(crm, "tasks"):
        yield row["id"], teller.entry(row)


class _Teller:
    """Says a task as an entry of a calendar."""

    def __init__(self, crm: Crm) -> None:
        sql = "SELECT id, civility, first_name, last_name, company_id FROM contacts"
        self._people = {row[0]: row[1:] for row in crm.rows(sql)}
        self._companies = queries.names(crm, "companies")
        self._deals = queries.names(crm, "deals")
        self._phones = queries.lines(crm, "contact_phones")
        self._emails = queries.lines(crm, "contact_emails")
        last = "SELECT task_id, max(recorded_at) FROM events WHERE task_id IS NOT NULL GROUP BY task_id"
        self._changed: dict[int, str] = dict(crm.rows(last))

    def entry(self, row: dict[str, Any]) -> Entry:
        """Return one task as an entry, stamped with its last change: two exports of it are equal."""
        on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
        rule, counts_itself = _rule(row, on)
        outcomes = _NOT_HELD if row["due_time"] else _NOT_HELD[:1]
        return Entry(
            uid=f"task-{row['id']}-{re.sub(r'[^0-9TZ]', '', row['created_at'])}@petitcrm",
            stamp=datetime.fromisoformat(self._changed.get(row["id"]) or row["created_at"]),
            created=datetime.fromisoformat(row["created_at"]),
            summary=self._summary(row),
            description=self._description(row),
            place=row["place"],
            on=on,
            at=_hour(row["due_time"]),
            zone=row["zone"],
            minutes=row["duration_minutes"],
            rule=rule,
            counts_itself=counts_itself,
            hidden_until=date.fromisoformat(row["snoozed_until"]) if row["snoozed_until"] else None,
            done=datetime.fromisoformat(row["done_at"]) if row["done_at"] else None,
            cancelled=bool(row["done_at"]) and row["outcome"] in outcomes,
        )

    def _summary(self, row: dict[str, Any]) -> str:
        civility, first, last, company_id = self._people[row["contact_id"]]
        company = self._companies.get(company_id, "")
        deal = self._deals.get(row["deal_id"], "")
        return to_do(
            row["kind"], row["text"], addressed(civility, first, last, company), company=company, deal=deal
        )

    def _description(self, row: dict[str, Any]) -> str:
        """Return what one needs on the way: who it is, how to reach them, which deal, and the task's id."""
        _civility, first, last, company_id = self._people[row["contact_id"]]
        company = self._companies.get(company_id, "")
        name = person(first, last, company)
        lines = [f"{name} ({company})" if company and company != name else name]
        lines += [raw for raw, _label in self._phones.get(row["contact_id"], [])]
        lines += [raw for raw, _label in self._emails.get(row["contact_id"], [])]
        lines += [self._deals[row["deal_id"]]] if row["deal_id"] else []
        return "\n".join([*lines, f"petitcrm t{row['id']}"])


def _rule(row: dict[str, Any], on: date | None) -> tuple[str, bool]:
    """Return the rule of a task still to do, and whether its day is one of the rule's; a done one has its successor."""
    if not row["recurrence"] or not on or row["done_at"]:
        return "", True
    try:
        return recurrence.standard(row["recurrence"], anchor=on)
    except (ValueError, OverflowError):
        return "", True


def _hour(told: str | None) -> time | None:
    try:
        return time.fromisoformat(told) if told else None
    except ValueError:
        return None
