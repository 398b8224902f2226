"""The people of the firm as a team: their roles, their share, when they are away, what they have in hand."""

from __future__ import annotations

import json

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class MemberLine(Row):
    """A person with what they do. Without a row of their own they have all roles (`roles` empty) and full time."""

    user_id: int
    key: str
    name: str
    email: str
    roles: tuple[str, ...]
    weight: int
    capacity: int | None
    left_on: str | None
    away_until: str | None
    """The last day of the absence that holds today."""
    created_at: str
    open_leads: int = 0


class AbsenceLine(Row):
    """Days on which a person is away, both included."""

    id: int
    user_id: int
    key: str
    name: str
    from_on: str
    to_on: str
    words: str


COUNTED = ("new", "working", "qualified", "refused")
"""States of the leads that a person has in hand."""
_OPEN = str(COUNTED)
_MEMBERS = (
    "SELECT u.id, u.key, u.name, u.email, COALESCE(m.roles, '[]'), COALESCE(m.weight, 100), m.capacity, m.left_on,"
    " (SELECT max(a.to_on) FROM absences a WHERE a.user_id = u.id AND a.from_on <= :on AND a.to_on >= :on),"
    " u.created_at,"
    f" (SELECT count(*) FROM leads l WHERE l.owner_id = u.id AND l.state IN {_OPEN})"
    " FROM users u LEFT JOIN members m ON m.user_id = u.id ORDER BY u.key"
)


def members(crm: Reader, on: str) -> list[MemberLine]:
    """Return everybody of the firm by key, as they stand on a day."""
    return [
        MemberLine(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), *row[5:])
        for row in crm.rows(_MEMBERS, on=on)
    ]


def member_id(crm: Reader, user_id: int) -> int | None:
    """Return the id of a person's row of roles, None where they have none."""
    found = crm.rows("SELECT id FROM members WHERE user_id = :user", user=user_id)
    return int(found[0][0]) if found else None


def absences(crm: Reader, since: str) -> list[AbsenceLine]:
    """Return absences that last on `since` or later, the soonest first."""
    sql = (
        "SELECT a.id, u.id, u.key, u.name, a.from_on, a.to_on, a.words FROM absences a JOIN users u ON u.id = a.user_id"
        " WHERE a.to_on >= :since ORDER BY a.from_on, a.id"
    )
    return [AbsenceLine(*row) for row in crm.rows(sql, since=since)]


def received(crm: Reader, since: str) -> dict[int, int]:
    """Return how many leads each person was given since an instant."""
    sql = (
        "SELECT owner_id, count(*) FROM leads WHERE given_at IS NOT NULL AND given_at >= :since"
        " AND owner_id IS NOT NULL GROUP BY owner_id"
    )
    return {int(row[0]): int(row[1]) for row in crm.rows(sql, since=since)}


def least_busy(crm: Reader, role: str, on: str) -> int | None:
    """Return who has a role written down, is there on a day and has the fewest open tasks; None where nobody is."""
    there = [
        one.user_id
        for one in members(crm, on)
        if role in one.roles and one.away_until is None and (one.left_on is None or one.left_on > on)
    ]
    counted = dict(
        crm.rows(
            "SELECT owner_id, count(*) FROM tasks WHERE done_at IS NULL AND owner_id IS NOT NULL GROUP BY owner_id"
        )
    )
    return min(there, key=lambda user_id: counted.get(user_id, 0), default=None)


def size(crm: Reader) -> int:
    """Return how many people the firm has; one founder alone may have none written down."""
    return int(crm.rows("SELECT count(*) FROM users")[0][0])
