"""The gestures of the journal."""

from __future__ import annotations

from petitcrm.kinds import BY_ITSELF
from petitcrm.rows import Row
from petitcrm.store.queries import CALLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class Batch(Row):
    """One gesture as the journal keeps it."""

    id: int
    at: str
    user: str
    kind: str
    details: str
    undoes: int | None
    undone_by: int | None
    acts: int
    whom: str
    """The contact, or else the company, that its first act is about."""


_BATCH = (
    "SELECT b.id, b.at, COALESCE(u.name, ''), b.kind,"
    " CASE WHEN b.details = '{}' THEN COALESCE(e.details, '{}') ELSE b.details END, b.undoes, b.undone_by,"
    " (SELECT count(*) FROM (SELECT 1 AS one FROM events x WHERE x.batch_id = b.id LIMIT 1000) AS counted),"
    f" COALESCE(trim(c.first_name || ' ' || {CALLED}), f.name, '')"
    " FROM batches b LEFT JOIN users u ON u.id = b.user_id"
    " LEFT JOIN events e ON e.id = (SELECT x.id FROM events x WHERE x.batch_id = b.id ORDER BY x.id LIMIT 1)"
    " LEFT JOIN contacts c ON c.id = e.contact_id LEFT JOIN companies f ON f.id = e.company_id"
)


_BY_A_PERSON = f"kind NOT IN ({', '.join(repr(kind) for kind in BY_ITSELF)})"


def batch(crm: Reader, batch_id: int) -> Batch | None:
    """Return one gesture."""
    found = crm.rows(f"{_BATCH} WHERE b.id = :id", id=batch_id)
    return Batch(*found[0]) if found else None


def batches(crm: Reader, limit: int) -> list[Batch]:
    """Return the last gestures, newest first. `acts` stops counting at 1,000."""
    return [Batch(*row) for row in crm.rows(f"{_BATCH} ORDER BY b.id DESC LIMIT :limit", limit=limit)]


def spoken_for(crm: Reader, batch_id: int) -> list[int]:
    """Return the contacts, of those that there are, of whom one gesture noted what they agree to, or refuse."""
    sql = (
        "SELECT DISTINCT c.id FROM events e JOIN contacts c ON c.id = e.contact_id WHERE e.batch_id = :id"
        " AND e.kind IN ('consent.given', 'consent.withdrawn', 'consent.objected')"
    )
    return [row[0] for row in crm.rows(sql, id=batch_id)]


def last_standing(crm: Reader) -> int | None:
    """Return the last gesture of this user that is not undone; what the program did by itself is none of theirs."""
    found = crm.rows(
        "SELECT id FROM batches WHERE undoes IS NULL AND undone_by IS NULL"
        f" AND COALESCE(user_id, 0) = :user AND {_BY_A_PERSON} ORDER BY id DESC LIMIT 1",
        user=crm.user_id or 0,
    )
    return found[0][0] if found else None


def last_undone(crm: Reader) -> int | None:
    """Return the gesture of this user that was undone last, unless they have done something since."""
    found = crm.rows(
        "SELECT b.id FROM batches b WHERE b.undone_by IS NOT NULL AND COALESCE(b.user_id, 0) = :user"
        " AND NOT EXISTS (SELECT 1 FROM batches later WHERE later.id > b.undone_by AND later.undoes IS NULL"
        f" AND COALESCE(later.user_id, 0) = :user AND later.{_BY_A_PERSON}) ORDER BY b.undone_by DESC LIMIT 1",
        user=crm.user_id or 0,
    )
    return found[0][0] if found else None


def last_event(crm: Reader) -> int:
    """Return the id of the last event, 0 where nothing was ever done."""
    return int(crm.rows("SELECT COALESCE(max(id), 0) FROM events")[0][0])


def kinds_since(crm: Reader, event_id: int) -> list[str]:
    """Return the kinds of the events after one, the first hundred."""
    return [
        row[0]
        for row in crm.rows("SELECT kind FROM events WHERE id > :id ORDER BY id LIMIT 100", id=event_id)
    ]
