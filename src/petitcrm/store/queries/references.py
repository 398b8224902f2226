"""What references are looked up in: ids, ids of merged rows, addresses, names."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries.contacts import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

TABLES = {
    "contact": "contacts", "company": "companies", "deal": "deals", "task": "tasks", "stage": "stages",
    "pipeline": "pipelines", "user": "users", "tag": "tags", "lead": "leads",
    "mail": "messages",
}  # fmt: skip


class Named(Row):
    """A row by its name; `key` is its stable name where it has one, `extra` tells it from others of the same name."""

    id: int
    name: str
    key: str = ""
    extra: str = ""
    email: str = ""


def exists(crm: Reader, noun: str, row_id: int) -> bool:
    """Tell whether there is a row of this noun and id."""
    return bool(crm.rows(f"SELECT 1 FROM {TABLES[noun]} WHERE id = :id", id=row_id))


def survivor(crm: Reader, noun: str, row_id: int) -> int | None:
    """Return the row into which the row of this id was merged, if it was."""
    found = crm.rows("SELECT new_id FROM aliases WHERE noun = :noun AND old_id = :id", noun=noun, id=row_id)
    return int(found[0][0]) if found else None


OF_A_CONTACT = {
    "lead": "SELECT contact_id FROM leads WHERE id = :id",
    "mail": "SELECT contact_id FROM correspondents WHERE message_id = :id AND contact_id IS NOT NULL"
    " ORDER BY CASE role WHEN 'from' THEN 0 WHEN 'to' THEN 1 ELSE 2 END, id LIMIT 1",
}
"""What belongs to a contact and is named by itself."""


def contact_of(crm: Reader, noun: str, row_id: int) -> int | None:
    """Return the contact that a row of `OF_A_CONTACT` is of."""
    found = crm.rows(OF_A_CONTACT[noun], id=row_id)
    return int(found[0][0]) if found else None


def contacts_at(crm: Reader, address: str) -> list[int]:
    """Return the ids of the contacts that have this address, up to nine."""
    sql = "SELECT contact_id FROM contact_emails WHERE address = :address ORDER BY contact_id LIMIT 9"
    return [row[0] for row in crm.rows(sql, address=address)]


def companies_at(crm: Reader, domain: str) -> list[int]:
    """Return the ids of the companies of this domain, up to nine."""
    sql = "SELECT id FROM companies WHERE domain = :domain ORDER BY id LIMIT 9"
    return [row[0] for row in crm.rows(sql, domain=domain)]


def sorted_as(crm: Reader, noun: str, names: list[str]) -> list[int]:
    """Return the ids of the contacts or companies whose folded name, family name first, is one of `names`."""
    values = {f"name{number}": name for number, name in enumerate(names)}
    marks = ", ".join(f":{name}" for name in values)
    sql = f"SELECT id FROM {TABLES[noun]} WHERE sort_name IN ({marks}) ORDER BY id LIMIT 9"
    return [row[0] for row in crm.rows(sql, **values)]


_PRESENTED = {
    "contact": (
        "SELECT c.id, c.first_name, c.last_name, c.sort_name, COALESCE(f.name, ''), c.city"
        " FROM contacts c LEFT JOIN companies f ON f.id = c.company_id WHERE c.id IN ({ids})"
    ),
    "company": "SELECT id, name, '', '', city, siren FROM companies WHERE id IN ({ids})",
    "deal": (
        "SELECT d.id, d.title, '', '', TRIM(c.first_name || ' ' || c.last_name), s.name FROM deals d"
        " JOIN contacts c ON c.id = d.contact_id JOIN stages s ON s.id = d.stage_id WHERE d.id IN ({ids})"
    ),
    "task": (
        "SELECT t.id, t.text, '', t.kind, TRIM(c.first_name || ' ' || c.last_name), COALESCE(t.due_on, '') FROM tasks t"
        " JOIN contacts c ON c.id = t.contact_id WHERE t.id IN ({ids})"
    ),
}


def presented(crm: Reader, noun: str, ids: list[int]) -> list[Named]:
    """Return rows by their names, with what tells them apart, in the order of `ids`."""
    listed = ", ".join(str(int(row_id)) for row_id in ids) or "NULL"
    found = {
        row_id: Named(
            row_id, name_of(first, last, sort_name), extra=", ".join(part for part in extra if part)
        )
        for row_id, first, last, sort_name, *extra in crm.rows(_PRESENTED[noun].format(ids=listed))
    }
    return [found[row_id] for row_id in ids if row_id in found]


_SMALL = {
    "stage": (
        "SELECT s.id, s.name, s.key, p.name FROM stages s JOIN pipelines p ON p.id = s.pipeline_id"
        " WHERE s.removed_at IS NULL ORDER BY p.position, p.id, s.position, s.id"
    ),
    "pipeline": "SELECT id, name, key, '' FROM pipelines ORDER BY position, id",
    "user": "SELECT id, name, key, email, email FROM users ORDER BY id",
    "tag": "SELECT id, name, folded, '' FROM tags ORDER BY folded",
    "list": "SELECT id, name, key, '' FROM mailing_lists WHERE is_archived = 0 ORDER BY name, id",
    "segment": "SELECT id, name, key, '' FROM segments ORDER BY name, id",
}


def all_named(crm: Reader, noun: str) -> list[Named]:
    """Return every stage, pipeline, user, tag, list or segment: there are few."""
    return [Named(*row) for row in crm.rows(_SMALL[noun])]
