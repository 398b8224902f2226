"""Rows that have something in common which two different people or firms seldom share."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.store.reader import Reader

_CHUNK = 500
_SHARED = {
    "email": (
        "SELECT address, contact_id FROM contact_emails WHERE address IN"
        " (SELECT address FROM contact_emails GROUP BY address HAVING count(*) > 1) ORDER BY address, contact_id"
    ),
    "phone": (
        "SELECT number, contact_id FROM contact_phones WHERE number IN (SELECT number FROM contact_phones"
        " WHERE number <> '' GROUP BY number HAVING count(*) > 1) ORDER BY number, contact_id"
    ),
    "siren": (
        "SELECT siren, id FROM companies WHERE siren IN (SELECT siren FROM companies WHERE siren <> ''"
        " GROUP BY siren HAVING count(*) > 1) ORDER BY siren, id"
    ),
    "name": (
        "SELECT match_name, id FROM companies WHERE match_name IN (SELECT match_name FROM companies"
        " GROUP BY match_name HAVING count(*) > 1) ORDER BY match_name, id"
    ),
    "domain": (
        "SELECT domain, id FROM companies WHERE domain IN (SELECT domain FROM companies WHERE domain <> ''"
        " GROUP BY domain HAVING count(*) > 1) ORDER BY domain, id"
    ),
    "company_phone": (
        "SELECT phone_number, id FROM companies WHERE phone_number IN (SELECT phone_number FROM companies"
        " WHERE phone_number <> '' GROUP BY phone_number HAVING count(*) > 1) ORDER BY phone_number, id"
    ),
}


class Person(Row):
    """A contact as it is compared."""

    id: int
    sort_name: str
    company_id: int | None
    postcode: str


class Firm(Row):
    """A company as it is compared."""

    id: int
    match_name: str
    siret: str
    postcode: str
    siren: str


def shared(crm: Reader, what: str) -> Iterable[tuple[str, list[int]]]:
    """Yield each value that several rows have, with their ids, each once and in order.

    `what` is `email` or `phone` for contacts; `siren`, `name`, `domain` or `company_phone` for companies.
    """
    value, ids = "", dict[int, None]()
    for next_value, row_id in crm.connection.stream(_SHARED[what]):
        if next_value != value:
            if len(ids) > 1:
                yield value, list(ids)
            value, ids = next_value, {}
        ids[row_id] = None
    if len(ids) > 1:
        yield value, list(ids)


def people(crm: Reader) -> Iterable[Person]:
    """Yield every contact that has a name."""
    sql = "SELECT id, sort_name, company_id, postcode FROM contacts WHERE first_name <> '' OR last_name <> ''"
    return map(_person, crm.connection.stream(sql))


def _person(row: tuple[Any, ...]) -> Person:
    return Person._make(row)


def firms(crm: Reader) -> Iterable[Firm]:
    """Yield every company."""
    sql = "SELECT id, match_name, siret, postcode, siren FROM companies"
    return map(_firm, crm.connection.stream(sql))


def _firm(row: tuple[Any, ...]) -> Firm:
    return Firm._make(row)


def names(crm: Reader, noun: str, ids: Iterable[int]) -> dict[int, str]:
    """Return how contacts or companies are called, by id."""
    ordered = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(ordered), _CHUNK):
        found |= {
            row.id: row.name for row in references.presented(crm, noun, ordered[start : start + _CHUNK])
        }
    return found


def told_apart(crm: Reader, noun: str) -> set[tuple[int, int]]:
    """Return the pairs that a person said are not the same, the smaller id first."""
    found = crm.rows("SELECT first_id, second_id FROM distinctions WHERE noun = :noun", noun=noun)
    return {(row[0], row[1]) for row in found}
