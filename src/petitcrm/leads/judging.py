"""What the base knows of a lead or a contact, as the facts that the firm's rules look at."""

from __future__ import annotations

from petitcrm.leads.facts import Facts
from petitcrm.sales import places
from petitcrm.store.queries import custom_fields
from petitcrm.store.queries import leads as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from petitcrm.store.queries.leads import Known
    from petitcrm.store.reader import Reader

    Tags = Callable[[Known], Iterable[str]]
    Labels = tuple[dict[str, str], dict[str, str]]

LOOKED_AT: dict[str, tuple[str, ...]] = {
    "country": ("country", "departement"), "online": ("is_online",), "company": ("company_id",),
    "keywords": ("words", "product", "company", "job_title"),
}  # fmt: skip
"""What of `Known` a field of the rules comes from, where it is anything but the part of the same name."""


def looked_at(field: str) -> tuple[str, ...]:
    """Return the parts of `Known` that a field of the rules comes from; `tags` are told beside it."""
    if field.startswith("custom."):
        return ("custom", "company_custom")
    return LOOKED_AT.get(field, (field,))


def of_lead(crm: Reader, lead_id: int) -> tuple[Known, Facts]:
    """Return what is known of one lead, and its facts."""
    return _one(crm, queries.known_of_lead(crm, lead_id))


def of_contact(crm: Reader, contact_id: int) -> tuple[Known, Facts]:
    """Return what is known of one contact, and the facts."""
    return _one(crm, queries.known_of_contact(crm, contact_id))


def of_leads(crm: Reader) -> Iterator[tuple[Known, Facts]]:
    """Yield every lead, in the order in which they came."""
    return _many(crm, queries.known_of_leads(crm))


def of_customers(crm: Reader) -> Iterator[tuple[Known, Facts]]:
    """Yield every customer: a contact with whom a deal was won."""
    return _many(crm, queries.known_of_customers(crm))


def facts(known: Known, tags: Iterable[str], called: Labels) -> Facts:
    """Return the facts of what is known, spelled one way."""
    country = places.country(known.country) or (places.FRANCE if known.departement else "")
    return Facts(
        known.postcode.strip(), known.departement, known.region, country, known.size,
        -1 if known.headcount is None else known.headcount, known.naf, known.naf_2025, fold(known.legal_form),
        known.job_title, " ".join((known.words, known.product, known.company, known.job_title)), fold(known.source),
        fold(known.campaign), known.direction, fold(known.product), fold(known.partner), bool(known.is_online),
        known.company_id is not None, frozenset(tags), _own_fields(known, called),
    )  # fmt: skip


def labels(crm: Reader) -> Labels:
    """Return how the firm's own fields of contacts and of companies are called, by key."""
    return custom_fields.defined(crm, "contact"), custom_fields.defined(crm, "company")


def _own_fields(known: Known, called: Labels) -> tuple[tuple[str, str], ...]:
    if known.custom == "{}" and known.company_custom == "{}":
        return ()
    found: dict[str, str] = {}
    for packed, names in ((known.custom, called[0]), (known.company_custom, called[1])):
        for key, value in queries.unpacked(packed).items():
            for name in (key, names.get(key, key)):
                found.setdefault(fold(name), fold(str(value)))
    return tuple(found.items())


def _one(crm: Reader, known: Known) -> tuple[Known, Facts]:
    return known, facts(known, queries.tags_of_one(crm, known.contact_id, known.company_id), labels(crm))


def _many(crm: Reader, rows: Iterable[Known]) -> Iterator[tuple[Known, Facts]]:
    called = labels(crm)
    people, companies = queries.tags_of_all(crm, "contact"), queries.tags_of_all(crm, "company")
    for known in rows:
        tags = [*people.get(known.contact_id, ()), *companies.get(known.company_id or 0, ())]
        yield known, facts(known, tags, called)
