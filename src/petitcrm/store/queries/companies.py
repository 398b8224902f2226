"""Companies as they are shown: one sheet, and lists sorted by name that can be paged."""

from __future__ import annotations

from petitcrm.errors import NotFound
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store.queries import lists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class Colleague(Row):
    """A contact of a company."""

    id: int
    name: str
    job_title: str


class CompanySheet(Row):
    """Everything kept about one company. Amounts are in cents of a year; codes of places are INSEE's."""

    id: int
    name: str
    siren: str
    siret: str
    vat_number: str
    naf_rev2: str
    naf_2025: str
    legal_form: str
    headcount: int | None
    headcount_band: str
    revenue_cents: int | None
    balance_cents: int | None
    size_class: str
    website: str
    domain: str
    email: str
    phone: str
    phone_number: str
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
    external_id: str | None
    created_at: str
    custom: dict[str, str]
    tags: list[str]
    contacts: list[Colleague]


class CompanyLine(Row):
    """One line of a list of companies; `phone` is E.164, or as given where it cannot be dialled."""

    id: int
    name: str
    email: str
    phone: str
    city: str
    tags: list[str]
    contacts: int
    siren: str
    size_class: str
    website: str
    owner_id: int | None
    created_at: str


_SHEET = (
    "SELECT f.id, f.name, f.siren, f.siret, f.vat_number, f.naf_rev2, f.naf_2025, f.legal_form, f.headcount,"
    " f.headcount_band, f.revenue_cents, f.balance_cents, f.size_class, f.website, f.domain, f.email, f.phone,"
    " f.phone_number, f.street, f.postcode, f.city, f.country, f.commune_code, f.departement_code, f.region_code,"
    " f.source, f.owner_id, COALESCE(u.name, ''), f.external_id, f.created_at, f.custom"
    " FROM companies f LEFT JOIN users u ON u.id = f.owner_id WHERE f.id = :id"
)


def sheet(crm: Reader, company_id: int) -> CompanySheet:
    """Return everything kept about one company; NotFound when there is none of this id."""
    found = crm.rows(_SHEET, id=company_id)
    if not found:
        raise NotFound(_("There is no company f{id}.", id=company_id))
    *fields, custom = found[0]
    tags, contacts = lists.tags_of(crm, "company", company_id), colleagues(crm, company_id)
    return CompanySheet._make([*fields, lists.custom(custom), tags, contacts])


def colleagues(crm: Reader, company_id: int, *, limit: int = 200) -> list[Colleague]:
    """Return the contacts of a company, by name."""
    found = crm.rows(
        "SELECT id, first_name, last_name, sort_name, job_title FROM contacts WHERE company_id = :id"
        " ORDER BY sort_name, id LIMIT :limit",
        id=company_id,
        limit=limit,
    )
    return [
        Colleague(row_id, f"{first} {last}".strip() or sort, job) for row_id, first, last, sort, job in found
    ]


_LINES = (
    "SELECT f.id, f.name, f.email, CASE WHEN f.phone_number = '' THEN f.phone ELSE f.phone_number END, f.city,"
    " (SELECT count(*) FROM contacts c WHERE c.company_id = f.id), f.siren, f.size_class, f.website, f.owner_id,"
    " f.created_at FROM companies f"
)


def listing(
    crm: Reader,
    *,
    words: str = "",
    tag: str = "",
    limit: int | None = None,
    after: int | None = None,
    sort: str = "name",
    **only: int | str | None,
) -> list[CompanyLine]:
    """Return the companies that answer to `words` and bear `tag`, by name or (`sort="newest"`) last added first.

    `only` narrows to `owner_id`, `size_class`, `city`, `departement_code`, `region_code`, `naf_rev2` or `source`; None
    does not narrow. `after` is the id of the last line of the page before.
    """
    query = lists.Query("company", _LINES, "f")
    allowed = ("owner_id", "size_class", "city", "departement_code", "region_code", "naf_rev2", "source")
    query.narrow(only, allowed)
    query.matching(crm, words)
    query.tagged(tag)
    rows = query.page(crm, sort=sort, after=after, limit=limit)
    tags = lists.tags_by_row(crm, "company", [row[0] for row in rows])
    return [CompanyLine._make([*row[:5], tags.get(row[0], []), *row[5:]]) for row in rows]


def count(crm: Reader) -> int:
    """Return how many companies there are."""
    return int(crm.rows("SELECT count(*) FROM companies")[0][0])


def named(crm: Reader, match_name: str) -> list[tuple[int, str]]:
    """Return the id and the name of the companies of this comparable name, oldest first."""
    sql = "SELECT id, name FROM companies WHERE match_name = :match_name ORDER BY id LIMIT 50"
    return [(row[0], row[1]) for row in crm.rows(sql, match_name=match_name)]


def last_merge(crm: Reader, company_id: int) -> tuple[int, int] | None:
    """Return the batch and the act of the last merge into this company that still stands."""
    found = crm.rows(
        "SELECT batch_id, id FROM events WHERE company_id = :id AND kind = 'company.merged' AND undone_by IS NULL"
        " ORDER BY id DESC LIMIT 1",
        id=company_id,
    )
    return (int(found[0][0]), int(found[0][1])) if found else None
