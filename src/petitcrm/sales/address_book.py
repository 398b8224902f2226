"""The addresses that a mail program asks for while one types a name."""

from __future__ import annotations

from petitcrm.naming import person
from petitcrm.rows import Row
from petitcrm.sales.search import people

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm

_SEPARATES = frozenset(',;:<>()[]\\"')


class Address(Row):
    """One address of a contact, the name to write beside it, and what tells two addresses apart."""

    contact_id: int
    address: str
    name: str
    note: str


def find(crm: Crm, text: str, *, limit: int) -> list[Address]:
    """Return every address of the contacts who answer to `text` (at most `limit` of them), likeliest first.

    Nothing in it can add another recipient or another line to a mail: an address that could is left out.
    """
    ids = people(crm, text, limit)
    if not ids:
        return []
    found: dict[int, list[Address]] = {}
    for contact_id, address, label, first, last, company in crm.rows(
        "SELECT e.contact_id, e.address, e.label, c.first_name, c.last_name, f.name FROM contact_emails e"
        " JOIN contacts c ON c.id = e.contact_id LEFT JOIN companies f ON f.id = c.company_id"
        f" WHERE e.contact_id IN ({', '.join(map(str, ids))}) ORDER BY e.position, e.id"
    ):
        if _is_one(address):
            name = _one_line(person(first, last, company)) if first or last or company else ""
            note = " · ".join(part for part in (_one_line(company or ""), _one_line(label)) if part)
            found.setdefault(contact_id, []).append(Address(contact_id, address, name, note))
    return [each for contact_id in ids for each in found.get(contact_id, [])]


def _is_one(address: str) -> bool:
    return (
        "@" in address
        and address.isprintable()
        and " " not in address
        and not _SEPARATES.intersection(address)
    )


def _one_line(text: str) -> str:
    """Return a text without what a terminal would obey, or hide, and with single spaces."""
    return " ".join("".join([one if one.isprintable() else " " for one in text]).split())
