"""Hand-overs: those that wait for an answer, and how each pair of people does."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class Waiting(Row):
    """A hand-over that nobody has answered yet."""

    id: int
    lead_id: int
    contact_id: int
    deal_id: int | None
    title: str
    deal_status: str
    task_id: int | None
    from_user_id: int | None
    to_user_id: int | None
    at: str
    answer_due_at: str | None
    joined: int


class Pair(Row):
    """How hand-overs go from one person to another."""

    sender: str
    receiver: str
    number: int
    accepted: int
    refused: int
    waiting: int
    won: int
    won_cents: int


_WAITING = (
    "SELECT h.id, h.lead_id, l.contact_id, h.deal_id, COALESCE(d.title, ''), COALESCE(d.status, ''), h.task_id,"
    " h.from_user_id, h.to_user_id, h.at, h.answer_due_at, h.joined FROM handovers h JOIN leads l ON l.id = h.lead_id"
    " LEFT JOIN deals d ON d.id = h.deal_id WHERE h.settled_at IS NULL"
)


def waiting(crm: Reader, lead_id: int) -> Waiting | None:
    """Return the hand-over of a lead that waits for an answer, None where there is none."""
    found = crm.rows(f"{_WAITING} AND h.lead_id = :lead ORDER BY h.id DESC LIMIT 1", lead=lead_id)
    return Waiting(*found[0]) if found else None


def all_waiting(crm: Reader) -> list[Waiting]:
    """Return every hand-over that waits for an answer, the one due first before."""
    return [Waiting(*row) for row in crm.rows(f"{_WAITING} ORDER BY h.answer_due_at, h.id")]


def received(crm: Reader, since: str) -> dict[int, int]:
    """Return how many leads were handed over to each person since an instant."""
    sql = (
        "SELECT to_user_id, count(*) FROM handovers WHERE at >= :since AND to_user_id IS NOT NULL"
        " AND verdict <> 'refused' GROUP BY to_user_id"
    )
    return {int(row[0]): int(row[1]) for row in crm.rows(sql, since=since)}


def pairs(crm: Reader) -> list[Pair]:
    """Return how hand-overs go for each pair of people, the busiest first."""
    sql = (
        "SELECT COALESCE(s.name, ''), COALESCE(r.name, ''), count(*),"
        " sum(CASE WHEN h.verdict = 'accepted' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN h.verdict = 'refused' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN h.verdict = '' THEN 1 ELSE 0 END), sum(CASE WHEN d.status = 'won' THEN 1 ELSE 0 END),"
        " COALESCE(sum(CASE WHEN d.status = 'won' THEN d.amount_cents END), 0) FROM handovers h"
        " LEFT JOIN users s ON s.id = h.from_user_id LEFT JOIN users r ON r.id = h.to_user_id"
        " LEFT JOIN deals d ON d.id = h.deal_id AND h.verdict = 'accepted'"
        " GROUP BY s.name, r.name ORDER BY 3 DESC, 1, 2"
    )
    return [Pair(row[0], row[1], *(int(value) for value in row[2:])) for row in crm.rows(sql)]


def deal(crm: Reader, deal_id: int) -> tuple[str, int, int | None, int | None]:
    """Return the status, the contact, the company and the owner of a deal."""
    sql = "SELECT status, contact_id, company_id, owner_id FROM deals WHERE id = :id"
    status, contact_id, company_id, owner_id = crm.rows(sql, id=deal_id)[0]
    return status, int(contact_id), company_id, owner_id


def name_of(crm: Reader, user_id: int | None) -> str:
    """Return the name of a person of the firm, empty where nobody is meant."""
    found = crm.rows("SELECT name FROM users WHERE id = :id", id=user_id or 0)
    return str(found[0][0]) if found else ""
