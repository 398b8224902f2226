"""Tasks as a calendar: appointments and things to do, for the programs of every day and the telephone.

It goes one way: what another program changes in a file does not come back.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from petitcrm import recurrence
from petitcrm.connectors import calendar_writer
from petitcrm.connectors.calendar_writer import Entry, Guest
from petitcrm.errors import RefusedByRule
from petitcrm.exports import folders
from petitcrm.exports.folders import Index
from petitcrm.i18n import _
from petitcrm.naming import addressed, person, to_do
from petitcrm.rows import Row
from petitcrm.store.queries import calendars, firm
from petitcrm.store.queries import exports as queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.exports.folders import Content, Kept

INDEX = Index(".petitcrm.json", "petitcrm calendar", 1, re.compile(r"task-\d+\.ics").fullmatch, marks=True)  # type: ignore[arg-type] # fmt: skip
_NOT_HELD = ("postponed", "refused")
"""Outcomes of an appointment that did not take place; of a thing to do, only the first."""


class Wanted(Row):
    """Which tasks a calendar is to hold: somebody's, of some days around today; and when its appointments ring."""

    owner_id: int | None = None
    days: int | None = None
    alarm: int | None = None


def write(crm: Crm, path: str, wanted: Wanted) -> Kept:
    """Keep a file `….ics`, or a folder of one file a task, equal to the tasks that are wanted.

    Those that a calendar told are left out: it is where they are.
    """
    if not path.lower().endswith(".ics"):
        each = ((_file(row_id), calendar_writer.alone(one)) for row_id, one in _entries(crm, wanted))
        return folders.keep(path, INDEX, each)
    entries = [entry for _id, entry in _entries(crm, wanted)]
    zones = [entry.zone for entry in entries if entry.at and entry.zone]
    content = b"".join(calendar_writer.pieces(entries, zones, "petitcrm"))
    return folders.keep_file(
        path, content, is_ours=lambda told: calendar_writer.PRODUCT.encode() in told[:200]
    )


def invitation(crm: Crm, task_id: int, organizer: Guest, *, cancels: bool = False) -> bytes:
    """Return what invites the contact of a task to it, or calls it off; it says nothing that is only for us."""
    (row,) = crm.connection.dicts("SELECT * FROM tasks WHERE id = :id", {"id": task_id})
    if not row["due_on"]:
        raise RefusedByRule(
            "invitation-has-a-day", _("Nobody can be invited to what has no day."),
            advice=_('Give it one: petitcrm task edit t{id} --due "tomorrow 2pm"', id=task_id),
        )  # fmt: skip
    teller = _Teller(crm)
    guest = teller.guest(row["contact_id"])
    if guest is None:
        raise RefusedByRule("invitation-has-an-address", _("No e-mail address of theirs is known."))
    entry = teller.entry(row)
    is_off = cancels or entry.cancelled
    summary = " — ".join(filter(None, (row["text"] or _("Meeting"), firm.name(crm))))
    told = entry._replace(
        summary=summary, description="", cancelled=is_off, sequence=entry.sequence + (1 if cancels else 0)
    )
    return calendar_writer.invitation(told, organizer, [guest])


def _file(row_id: int) -> str:
    return f"task-{row_id}.ics"


def pieces(crm: Crm, _what: str, *, for_spreadsheet: bool) -> Iterator[bytes]:  # noqa: ARG001 - as every format
    """Yield all the tasks as one calendar."""
    zones = [row[0] for row in crm.rows("SELECT DISTINCT zone FROM tasks WHERE due_time IS NOT NULL")]
    return calendar_writer.pieces((entry for _id, entry in _entries(crm)), zones)


def files(crm: Crm, _what: str, *, for_spreadsheet: bool) -> tuple[Index, Iterator[tuple[str, Content]]]:  # noqa: ARG001 - as every format
    """Return the index of a folder of one file a task (vdir), and its files."""
    return INDEX, ((_file(row_id), calendar_writer.alone(entry)) for row_id, entry in _entries(crm))


def _entries(crm: Crm, wanted: Wanted | None = None) -> Iterator[tuple[int, Entry]]:
    teller = _Teller(crm, wanted.alarm if wanted else None)
    chosen = _chosen(crm, wanted) if wanted else None
    for row in queries.table(crm, "tasks"):
        if chosen is None or row["id"] in chosen:
            yield row["id"], teller.entry(row)


def _chosen(crm: Crm, wanted: Wanted) -> set[int]:
    first, last = "", "9999-12-31"
    if wanted.days is not None:
        around = timedelta(days=min(wanted.days, 36_500))
        first, last = ((crm.now.date() + sign * around).isoformat() for sign in (-1, 1))
    found = calendars.to_write(crm, first, last, wanted.owner_id)
    return {row_id for row_id, due_on in found if due_on or wanted.days is None}


class _Teller:
    """Says a task as an entry of a calendar."""

    def __init__(self, crm: Crm, alarm: int | None = None) -> None:
        self._alarm = alarm
        sql = "SELECT id, civility, first_name, last_name, company_id FROM contacts"
        self._people = {row[0]: row[1:] for row in crm.rows(sql)}
        self._companies = queries.names(crm, "companies")
        self._deals = queries.names(crm, "deals")
        self._phones = queries.lines(crm, "contact_phones")
        self._emails = queries.lines(crm, "contact_emails")
        # What was taken back was a version too, and taking it back another one.
        last = (
            "SELECT task_id, max(recorded_at), count(*) + count(undone_by) - 1 FROM events"
            " WHERE task_id IS NOT NULL GROUP BY task_id"
        )
        self._changed: dict[int, tuple[str, int]] = {row[0]: (row[1], row[2]) for row in crm.rows(last)}

    def guest(self, contact_id: int) -> Guest | None:
        """Return a contact as somebody to invite, by their first address."""
        _civility, first, last, company_id = self._people[contact_id]
        found = [raw for raw, _label in self._emails.get(contact_id, [])]
        return Guest(found[0], person(first, last, self._companies.get(company_id, ""))) if found else None

    def entry(self, row: dict[str, Any]) -> Entry:
        """Return one task as an entry, stamped with its last change: two exports of it are equal."""
        on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
        rule, counts_itself = _rule(row, on)
        changed, sequence = self._changed.get(row["id"], ("", 0))
        outcomes = _NOT_HELD if row["due_time"] else _NOT_HELD[:1]
        return Entry(
            uid=f"task-{row['id']}-{re.sub(r'[^0-9TZ]', '', row['created_at'])}@petitcrm",
            stamp=datetime.fromisoformat(changed or row["created_at"]),
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
            sequence=sequence,
            alarm=self._alarm,
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
