"""What the reading of calendars asks the base: the appointments that it made, and what people did of them since."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.store.reader import Reader

PREFIX = "calendar:"
"""How the outside name of an appointment begins that a calendar told; the calendar's name and the meeting's follow."""


class Appointment(Row):
    """A task that came from a calendar, as it is now."""

    id: int
    external_id: str
    contact_id: int
    deal_id: int | None
    kind: str
    text: str
    due_on: str | None
    due_time: str | None
    zone: str
    duration_minutes: int | None
    place: str
    done_at: str | None


class Told(Row):
    """An event that a calendar told: the task that it made, if it made one."""

    external_id: str
    contact_id: int | None
    task_id: int | None


class Touched(Row):
    """What was done to a task: by whom (`calendar`, or a person), what changed, and whether it was taken back."""

    task_id: int
    kind: str
    source: str
    changes: str
    undone_by: int | None


def calendar_of(external_id: str | None) -> str:
    """Return the name of the calendar that told a task; empty where none did."""
    if not external_id or not external_id.startswith(PREFIX):
        return ""
    return external_id[len(PREFIX) :].partition(":")[0]


def appointments(crm: Reader) -> list[Appointment]:
    """Return every task that a calendar told.

    There is no index of outside names: this looks at every task, once a reading, a few milliseconds in ten thousand.
    """
    sql = (
        "SELECT id, external_id, contact_id, deal_id, kind, text, due_on, due_time, zone, duration_minutes, place,"
        " done_at FROM tasks WHERE external_id IS NOT NULL AND substr(external_id, 1, 9) = 'calendar:' ORDER BY id"
    )
    return [Appointment(*row) for row in crm.rows(sql)]


def told(crm: Reader) -> list[Told]:
    """Return everything that calendars told so far, what was taken back included."""
    sql = (
        "SELECT external_id, contact_id, task_id FROM events WHERE source = 'calendar' AND external_id IS NOT NULL"
        " ORDER BY id"
    )
    return [Told(*row) for row in crm.rows(sql)]


def touched(crm: Reader, contact_ids: Iterable[int], task_ids: Iterable[int]) -> list[Touched]:
    """Return what was done to some tasks of some contacts: changed, taken away."""
    sql = (
        "SELECT task_id, kind, source, changes, undone_by FROM events"
        f" WHERE contact_id IN ({listed(sorted(contact_ids))})"
        f" AND task_id IN ({listed(sorted(task_ids))}) AND kind IN ('task.edited', 'task.deleted') ORDER BY id"
    )
    return [Touched(*row) for row in crm.rows(sql)]


def full_names(crm: Reader) -> list[tuple[int, str, str]]:
    """Return the contacts that have both their names: a tenth of a second in a hundred thousand."""
    sql = "SELECT id, first_name, last_name FROM contacts WHERE first_name <> '' AND last_name <> ''"
    return [(row[0], row[1], row[2]) for row in crm.rows(sql)]


def to_write(crm: Reader, first: str, last: str, owner_id: int | None) -> list[tuple[int, str | None]]:
    """Return the tasks of some days, and those without one, that no calendar told: somebody's, nobody's or all."""
    mine = "" if owner_id is None else " AND COALESCE(t.owner_id, d.owner_id, c.owner_id, 0) IN (0, :owner)"
    sql = (
        "SELECT t.id, t.due_on FROM tasks t JOIN contacts c ON c.id = t.contact_id"
        " LEFT JOIN deals d ON d.id = t.deal_id"
        " WHERE (t.due_on IS NULL OR t.due_on BETWEEN :first AND :last)"
        f" AND (t.external_id IS NULL OR substr(t.external_id, 1, 9) <> 'calendar:'){mine} ORDER BY t.id"
    )
    owner = {} if owner_id is None else {"owner": owner_id}
    return [(row[0], row[1]) for row in crm.rows(sql, first=first, last=last, **owner)]
