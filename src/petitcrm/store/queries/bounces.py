"""Mails that came back, by the address that they were for."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class Bounced(Row):
    """One mail that came back, or that somebody complained of."""

    id: int
    address: str
    kind: str
    status: str
    diagnostic: str
    message_id: int | None
    outgoing_id: int | None
    lifted_at: str | None
    at: str


_ALL = f"SELECT {', '.join(Bounced._fields)} FROM bounces"


def of_address(crm: Reader, address: str) -> list[Bounced]:
    """Return what came back from an address, the last first."""
    return [
        Bounced(*row) for row in crm.rows(f"{_ALL} WHERE address = :a ORDER BY at DESC, id DESC", a=address)
    ]


def latest(crm: Reader, limit: int) -> list[Bounced]:
    """Return what came back last."""
    return [Bounced(*row) for row in crm.rows(f"{_ALL} ORDER BY id DESC LIMIT :limit", limit=limit)]


def holders(crm: Reader, address: str) -> list[int]:
    """Return the contacts who have an address, whatever the case of its letters."""
    sql = "SELECT DISTINCT contact_id FROM contact_emails WHERE address IN (:a, :lower) ORDER BY contact_id"
    return [int(row[0]) for row in crm.rows(sql, a=address, lower=address.lower())]


def addresses_of(crm: Reader, contact_id: int) -> list[Bounced]:
    """Return what came back from the addresses of a contact, the last first, what was lifted left out."""
    sql = (
        f"SELECT {', '.join(f'b.{name}' for name in Bounced._fields)} FROM bounces b"
        " JOIN contact_emails e ON e.address = b.address WHERE e.contact_id = :id AND b.lifted_at IS NULL"
        " ORDER BY b.at DESC, b.id DESC"
    )
    return [Bounced(*row) for row in crm.rows(sql, id=contact_id)]
