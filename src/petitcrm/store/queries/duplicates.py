"""Rows that have something in common which two people or two firms seldom share, and rows as they are compared."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from petitcrm.rows import Row
from petitcrm.store.queries import references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Any

    from petitcrm.store.reader import Reader

    Block = tuple[str | int, list["Like"]]

_CHUNK = 500
_NAMED = "(c.first_name <> '' OR c.last_name <> '')"
_SHARED = {
    "email": (
        "SELECT e.address, c.id, c.sort_name FROM contact_emails e JOIN contacts c ON c.id = e.contact_id"
        " WHERE e.address IN ({values}) ORDER BY e.address, c.id",
        "SELECT address FROM contact_emails GROUP BY address HAVING count(*) > 1",
    ),
    "phone": (
        "SELECT p.number, c.id, c.sort_name FROM contact_phones p JOIN contacts c ON c.id = p.contact_id"
        " WHERE p.number IN ({values}) ORDER BY p.number, c.id",
        "SELECT number FROM contact_phones WHERE number <> '' GROUP BY number HAVING count(*) > 1",
    ),
    "linkedin": (
        "SELECT linkedin_url, id, sort_name FROM contacts WHERE linkedin_url IN ({values}) ORDER BY linkedin_url, id",
        "SELECT linkedin_url FROM contacts WHERE linkedin_url <> '' GROUP BY linkedin_url HAVING count(*) > 1",
    ),
    "name": (
        f"SELECT c.sort_name, c.id, c.sort_name FROM contacts c WHERE c.sort_name IN ({{values}}) AND {_NAMED}"
        " ORDER BY c.sort_name, c.id",
        "SELECT sort_name FROM contacts GROUP BY sort_name HAVING count(*) BETWEEN 2 AND 30",
    ),
    "company": (
        f"SELECT c.company_id, c.id, c.sort_name FROM contacts c WHERE c.company_id IN ({{values}}) AND {_NAMED}"
        " ORDER BY c.company_id, c.id",
        "SELECT company_id FROM contacts WHERE company_id IS NOT NULL GROUP BY company_id HAVING count(*) > 1",
    ),
    "postcode": (
        f"SELECT c.postcode, c.id, c.sort_name FROM contacts c WHERE c.postcode IN ({{values}}) AND {_NAMED}"
        " ORDER BY c.postcode, c.id",
        "SELECT postcode FROM contacts WHERE postcode <> '' GROUP BY postcode HAVING count(*) > 1",
    ),
}  # fmt: skip
PEOPLE = tuple(_SHARED)
"""What two people may have in common."""

_OF_FIRMS = {"siren": "siren", "vat": "vat_number", "name": "match_name", "domain": "domain", "phone": "phone_number",
             "email": "email", "postcode": "postcode"}  # fmt: skip
FIRMS = tuple(f"firm_{what}" for what in _OF_FIRMS)
"""What two firms may have in common."""

_SHARED |= {
    f"firm_{what}": (
        f"SELECT {column}, id, match_name FROM companies WHERE {column} IN ({{values}}) ORDER BY {column}, id",
        f"SELECT {column} FROM companies WHERE {column} <> '' GROUP BY {column} HAVING count(*) > 1",
    )
    for what, column in _OF_FIRMS.items()
}


class Like(Row):
    """A row that has something in common with others, by its folded name."""

    id: int
    name: str


class Person(Row):
    """A contact as it is compared; of each address and number, how many contacts have it."""

    id: int
    civility: str
    first_name: str
    last_name: str
    company_id: int | None
    company: str
    street: str
    postcode: str
    city: str
    linkedin_url: str
    external_id: str | None
    birthday: str
    emails: dict[str, int]
    phones: dict[str, int]


class Firm(Row):
    """A company as it is compared."""

    id: int
    match_name: str
    siren: str
    siret: str
    vat_number: str
    domain: str
    email: str
    phone_number: str
    postcode: str
    city: str
    external_id: str | None


def shared(crm: Reader, what: str) -> Iterator[Block]:
    """Yield each value of `what` (of PEOPLE or of FIRMS) that several rows have, with these rows."""
    rows, values = _SHARED[what]
    yield from _blocks(crm.connection.stream(rows.format(values=values)))


def having(crm: Reader, what: str, values: Collection[str | int]) -> Iterator[Block]:
    """Yield each of some values of `what`, with all rows that have it."""
    listed = list(values)
    for start in range(0, len(listed), _CHUNK):
        told = {f"v{at}": value for at, value in enumerate(listed[start : start + _CHUNK])}
        marks = ", ".join(f":{name}" for name in told)
        yield from _blocks(crm.connection.stream(_SHARED[what][0].format(values=marks), told))


def _blocks(rows: Iterable[tuple[Any, ...]]) -> Iterator[Block]:
    """Gather the rows of one value, each once: one at a time is held."""
    for value, block in groupby(rows, itemgetter(0)):
        yield value, list({row_id: Like(row_id, name) for _, row_id, name in block}.values())


_PEOPLE = (
    "SELECT c.id, c.civility, c.first_name, c.last_name, c.company_id, COALESCE(f.match_name, ''), c.street,"
    " c.postcode, c.city, c.linkedin_url, c.external_id, c.custom FROM contacts c"
    " LEFT JOIN companies f ON f.id = c.company_id WHERE c.id IN ({ids})"
)
_LINES = {
    "emails": ("SELECT contact_id, address FROM contact_emails WHERE contact_id IN ({ids}) ORDER BY position, id",
               "SELECT address, count(*) FROM contact_emails WHERE address IN (SELECT address FROM contact_emails"
               " WHERE contact_id IN ({ids})) GROUP BY address HAVING count(*) > 1"),
    "phones": ("SELECT contact_id, number FROM contact_phones WHERE contact_id IN ({ids}) AND number <> ''"
               " ORDER BY position, id",
               "SELECT number, count(*) FROM contact_phones WHERE number IN (SELECT number FROM contact_phones"
               " WHERE contact_id IN ({ids}) AND number <> '') GROUP BY number HAVING count(*) > 1"),
}  # fmt: skip


def people(crm: Reader, ids: Collection[int]) -> dict[int, Person]:
    """Return contacts as they are compared, by id."""
    found: dict[int, Person] = {}
    for listed in _listed(ids):
        lines = {kind: _lines(crm, kind, listed) for kind in _LINES}
        for *told, custom in crm.rows(_PEOPLE.format(ids=listed)):
            emails, phones = (lines[kind].get(told[0], {}) for kind in _LINES)
            found[told[0]] = Person._make([*told, birthday_in(custom), emails, phones])
    return found


def _listed(ids: Collection[int]) -> Iterator[str]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ", ".join(str(int(row_id)) for row_id in ordered[start : start + _CHUNK])


def _lines(crm: Reader, kind: str, listed: str) -> dict[int, dict[str, int]]:
    lines, counts = _LINES[kind]
    many = dict(crm.rows(counts.format(ids=listed)))
    found: dict[int, dict[str, int]] = {}
    for contact_id, value in crm.rows(lines.format(ids=listed)):
        found.setdefault(contact_id, {})[value] = many.get(value, 1)
    return found


def holders(
    crm: Reader, emails: Collection[str], phones: Collection[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many contacts have each of some addresses, and of some numbers."""
    found = []
    for what, values in (("email", emails), ("phone", phones)):
        counts = {str(value): len(rows) for value, rows in having(crm, what, values)}
        found.append({value: counts.get(value, 0) for value in values})
    return found[0], found[1]


def birthday_in(custom: str) -> str:
    """Return the birthday among the firm's own fields of a contact, its numbers in order: 1970-03-12 and 12/03/1970."""
    if custom == "{}" or not any(word in custom for word in ("naissance", "birth", "anniversaire")):
        return ""
    import json
    import re

    for key, value in json.loads(custom).items():
        if any(word in key for word in ("naissance", "birth", "anniversaire")):
            numbers = sorted(map(int, re.findall(r"[0-9]+", str(value))))
            if len(numbers) == 3:
                return "-".join(map(str, numbers))
    return ""


def firms(crm: Reader, ids: Collection[int]) -> dict[int, Firm]:
    """Return companies as they are compared, by id; a French VAT number tells the SIREN."""
    sql = (
        "SELECT id, match_name, siren, siret, vat_number, domain, email, phone_number, postcode, city, external_id"
        " FROM companies WHERE id IN ({ids})"
    )
    found: dict[int, Firm] = {}
    for listed in _listed(ids):
        for row in crm.rows(sql.format(ids=listed)):
            firm = Firm._make(row)
            is_french = firm.vat_number[:2] == "FR" and len(firm.vat_number) == 13
            found[firm.id] = firm._replace(siren=firm.siren or (firm.vat_number[4:] if is_french else ""))
    return found


_HELD = {"contact": ("deals", "tasks", "events"), "company": ("contacts", "deals", "events")}


def held(crm: Reader, noun: str, ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return how many rows hang on each contact (deals, tasks, events) or company (contacts, deals, events)."""
    found = {row_id: dict.fromkeys(_HELD[noun], 0) for row_id in ids}
    for listed in _listed(ids):
        for table in _HELD[noun]:
            sql = f"SELECT {noun}_id, count(*) FROM {table} WHERE {noun}_id IN ({listed}) GROUP BY {noun}_id"
            for row_id, count in crm.rows(sql):
                found[row_id][table] = count
    return found


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
