"""A list of leads as facts for the rules, without taking it into the base: to try territories on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.formats import companies as formats
from petitcrm.geo import place_of
from petitcrm.imports import cells
from petitcrm.imports.drafts import Reader
from petitcrm.imports.opening import open_file
from petitcrm.imports.recognition import recognise
from petitcrm.leads import judging
from petitcrm.rows import Row
from petitcrm.store.queries.leads import Known
from petitcrm.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from petitcrm.imports.drafts import Draft
    from petitcrm.leads.facts import Facts

_OWN = {
    "campaign": ("campaign", "campagne"), "product": ("product", "produit", "interet"),
    "online": ("online", "en ligne"), "direction": ("direction", "sens"), "partner": ("partner", "partenaire"),
    "expected": ("owner", "responsable", "commercial"),
}  # fmt: skip
"""Columns that lists of leads have beside those of contacts: ours → how they are headed."""


class Prospect(Row):
    """One row of the list: its line, what the rules look at, and who is expected to get it (empty: nobody said)."""

    line: int
    known: Known
    facts: Facts
    expected: str


def read(path: str, *, now: datetime) -> Iterator[Prospect]:
    """Yield the rows of a list (CSV, spreadsheet, address book) as facts; companies are told apart by their names."""
    source = open_file(path)
    mapping = recognise(source.headers, [record.values for record in source.sample], wanted="contacts")
    reader = Reader(mapping, source.sample, now)
    places = {
        name: place
        for name, spellings in _OWN.items()
        for place, header in enumerate(source.headers)
        if fold(header).rstrip(" ?") in spellings
    }
    for place, header in enumerate(source.headers):
        if not {"expected", "attendu", "attendue"}.isdisjoint(words(header)):
            places["expected"] = place
    firms: dict[str, int] = {}
    for number, record in enumerate(source.records, 1):
        own = {name: record.values[place].strip() for name, place in places.items()}
        draft = reader.draft(record)
        known = _known(number, draft, own, firms)
        yield Prospect(
            record.line, known, judging.facts(known, map(fold, draft.tags), ({}, {})), own.get("expected", "")
        )


def _known(number: int, draft: Draft, own: dict[str, str], firms: dict[str, int]) -> Known:
    person, firm = draft.person, draft.firm
    address = person if person.get("postcode") or person.get("country") else firm
    place = place_of(address.get("postcode", ""), address.get("city", ""), country=address.get("country", ""))
    name = firm.get("name", "")
    headcount = cells.read_number(firm.get("headcount", "")) if firm.get("headcount") else None
    return Known(
        number, number, firms.setdefault(fold(name), len(firms) + 1) if name else None, None,
        place.postcode if place else address.get("postcode", ""), place.departement_code if place else "",
        place.region_code if place else "", address.get("country", ""),
        formats.size_class(headcount, None, None) or "", headcount, _code(firm.get("naf_rev2", "")),
        _code(firm.get("naf_2025", "")), firm.get("legal_form", ""), person.get("job_title", ""), name,
        person.get("source", ""), own.get("campaign", ""), fold(own.get("direction", "")), own.get("product", ""),
        " ".join(draft.notes), own.get("partner", ""), int(cells.says_yes(own.get("online", ""))), "{}", "{}",
    )  # fmt: skip


def _code(written: str) -> str:
    try:
        return formats.read_naf(written) if written else ""
    except UsageProblem:
        return ""
