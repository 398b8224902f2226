"""Contacts as they are shown: one sheet, and lists sorted by name that can be paged."""

from __future__ import annotations

from petitcrm.errors import NotFound
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store.queries import lists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.reader import Reader


class Email(Row):
    """An address of a contact; `raw` as it was given."""

    id: int
    address: str
    raw: str
    label: str


class Phone(Row):
    """A telephone of a contact; `number` is E.164, empty where `raw` cannot be dialled."""

    id: int
    number: str
    raw: str
    label: str


class ContactSheet(Row):
    """Everything kept about one contact. Codes of places are INSEE's; `created_at` is an instant text."""

    id: int
    civility: str
    first_name: str
    last_name: str
    name: str
    job_title: str
    company_id: int | None
    company: str
    emails: list[Email]
    phones: list[Phone]
    linkedin_url: str
    street: str
    postcode: str
    city: str
    country: str
    commune_code: str
    departement_code: str
    region_code: str
    source: str
    owner_id: int | None
    owner: str
    tags: list[str]
    custom: dict[str, str]
    external_id: str | None
    created_at: str


class ContactLine(Row):
    """One line of a list of contacts, with the first address and the first number."""

    id: int
    name: str
    company: str
    email: str
    phone: str
    city: str
    tags: list[str]
    company_id: int | None
    job_title: str
    first_name: str
    last_name: str
    owner_id: int | None
    created_at: str


def name_of(first_name: str, last_name: str, sort_name: str) -> str:
    """Return how a person is called; who has no name goes by an e-mail or a number, which `sort_name` then holds."""
    return f"{first_name} {last_name}".strip() or sort_name


_SHEET = (
    "SELECT c.civility, c.first_name, c.last_name, c.sort_name, c.job_title, c.company_id, COALESCE(f.name, ''),"
    " c.linkedin_url, c.street, c.postcode, c.city, c.country, c.commune_code, c.departement_code, c.region_code,"
    " c.source, c.owner_id, COALESCE(u.name, ''), c.custom, c.external_id, c.created_at"
    " FROM contacts c LEFT JOIN companies f ON f.id = c.company_id LEFT JOIN users u ON u.id = c.owner_id"
    " WHERE c.id = :id"
)


def sheet(crm: Reader, contact_id: int) -> ContactSheet:
    """Return everything kept about one contact; NotFound when there is none of this id."""
    found = crm.rows(_SHEET, id=contact_id)
    if not found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    civility, first, last, sort_name, job, company_id, company, *rest = found[0]
    linkedin, street, postcode, city, country, commune, departement, region, source, owner_id, owner, *end = (
        rest
    )
    custom, external_id, created_at = end
    return ContactSheet(
        contact_id, civility, first, last, name_of(first, last, sort_name), job, company_id, company,
        emails(crm, contact_id), phones(crm, contact_id), linkedin, street, postcode, city, country, commune,
        departement, region, source, owner_id, owner, lists.tags_of(crm, "contact", contact_id),
        lists.custom(custom), external_id, created_at,
    )  # fmt: skip


def emails(crm: Reader, contact_id: int) -> list[Email]:
    """Return the addresses of a contact, the usual one first."""
    found = crm.rows(
        "SELECT id, address, raw, label FROM contact_emails WHERE contact_id = :id ORDER BY position, id",
        id=contact_id,
    )
    return [Email(*row) for row in found]


def phones(crm: Reader, contact_id: int) -> list[Phone]:
    """Return the telephones of a contact, the usual one first."""
    found = crm.rows(
        "SELECT id, number, raw, label FROM contact_phones WHERE contact_id = :id ORDER BY position, id",
        id=contact_id,
    )
    return [Phone(*row) for row in found]


class Sharer(Row):
    """Somebody else who has an address or a number, the same as another contact's."""

    id: int
    name: str
    value: str


def sharers(crm: Reader, contact_id: int) -> list[Sharer]:
    """Return the other contacts who have an address or a number of this one."""
    found: list[Sharer] = []
    for table, column in (("contact_emails", "address"), ("contact_phones", "number")):
        rows = crm.rows(
            f"SELECT DISTINCT c.id, c.first_name, c.last_name, c.sort_name, own.{column} FROM {table} own"
            f" JOIN {table} other ON other.{column} = own.{column} AND other.contact_id <> own.contact_id"
            f" JOIN contacts c ON c.id = other.contact_id WHERE own.contact_id = :id AND own.{column} <> ''"
            f" ORDER BY c.id, own.{column}",
            id=contact_id,
        )
        found += [Sharer(row[0], name_of(*row[1:4]), row[4]) for row in rows]
    return found


_LINES = (
    "SELECT c.id, c.first_name, c.last_name, c.sort_name, COALESCE(f.name, ''), c.city, c.company_id, c.job_title,"
    " c.owner_id, c.created_at FROM contacts c LEFT JOIN companies f ON f.id = c.company_id"
)
FIRST_EMAILS = "SELECT contact_id, address FROM contact_emails"
FIRST_PHONES = "SELECT contact_id, CASE WHEN number = '' THEN raw ELSE number END FROM contact_phones"


def listing(
    crm: Reader,
    *,
    words: str = "",
    tag: str = "",
    limit: int | None = None,
    after: int | None = None,
    sort: str = "name",
    **only: Any,
) -> list[ContactLine]:
    """Return the contacts that answer to `words` and bear `tag`, by name or (`sort="newest"`) last added first.

    `only` narrows to `company_id`, `owner_id`, `city`, `departement_code`, `region_code` or `source`; None does not
    narrow; or to a condition, `where`, as SQL with its values. `after` is the id of the last line of the page before.
    """
    query = lists.Query("contact", _LINES, "c")
    query.meeting(only.pop("where", None))
    query.narrow(only, ("company_id", "owner_id", "city", "departement_code", "region_code", "source"))
    query.matching(crm, words)
    query.tagged(tag)
    rows = query.page(crm, sort=sort, after=after, limit=limit)
    ids = [row[0] for row in rows]
    tags = lists.tags_by_row(crm, "contact", ids)
    first_emails = lists.first_by_row(crm, FIRST_EMAILS, ids)
    first_phones = lists.first_by_row(crm, FIRST_PHONES, ids)
    lines = []
    for row_id, first, last, sort_name, company, city, company_id, job, owner_id, created_at in rows:
        lines.append(
            ContactLine(
                row_id, name_of(first, last, sort_name), company, first_emails.get(row_id, ""),
                first_phones.get(row_id, ""), city, tags.get(row_id, []), company_id, job, first, last, owner_id,
                created_at,
            )
        )  # fmt: skip
    return lines


def is_anybody_known(crm: Reader) -> bool:
    """Tell whether there is any contact."""
    return bool(crm.rows("SELECT 1 FROM contacts LIMIT 1"))


def count_of_deals(crm: Reader, contact_id: int) -> int:
    """Return how many deals, open or not, a contact has."""
    return int(crm.rows("SELECT count(*) FROM deals WHERE contact_id = :id", id=contact_id)[0][0])


def last_merge(crm: Reader, contact_id: int) -> tuple[int, int] | None:
    """Return the batch and the act of the last merge into this contact that still stands."""
    found = crm.rows(
        "SELECT batch_id, id FROM events WHERE contact_id = :id AND kind = 'contact.merged' AND undone_by IS NULL"
        " ORDER BY id DESC LIMIT 1",
        id=contact_id,
    )
    return (int(found[0][0]), int(found[0][1])) if found else None
