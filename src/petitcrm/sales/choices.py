"""Which fields may be chosen when two rows are made one, by the names that people type."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Choice(Row):
    """A field that one row may have from the other: its label, and its columns (an address is several, and whole)."""

    label: str
    columns: tuple[str, ...]


_PLACE = ("street", "postcode", "city", "country", "commune_code", "departement_code", "region_code")
_COMMON = {
    "address": Choice(N_("Address"), _PLACE), "source": Choice(N_("Source"), ("source",)),
    "owner": Choice(N_("Owner"), ("owner_id",)), "custom": Choice(N_("Own fields"), ("custom",)),
}  # fmt: skip
FIELDS: dict[str, dict[str, Choice]] = {
    "contact": {
        "civility": Choice(N_("Civility"), ("civility",)), "first_name": Choice(N_("First name"), ("first_name",)),
        "last_name": Choice(N_("Last name"), ("last_name",)), "job_title": Choice(N_("Job"), ("job_title",)),
        "company": Choice(N_("Company"), ("company_id",)), "emails": Choice(N_("E-mail"), ("emails",)),
        "phones": Choice(N_("Phone"), ("phones",)), "linkedin_url": Choice(N_("LinkedIn"), ("linkedin_url",)),
        **_COMMON,
    },
    "company": {
        "name": Choice(N_("Name"), ("name",)), "siren": Choice(N_("SIREN"), ("siren", "siret", "vat_number")),
        "activity": Choice(N_("Activity"), ("naf_rev2", "naf_2025")),
        "headcount": Choice(N_("Headcount"), ("headcount", "headcount_band")),
        "website": Choice(N_("Web site"), ("website",)), "email": Choice(N_("E-mail"), ("email",)),
        "phone": Choice(N_("Phone"), ("phone",)), **_COMMON,
    },
}  # fmt: skip
"""The fields of each noun, in the order in which they are shown."""


def columns_of(noun: str, names: Iterable[str]) -> frozenset[str]:
    """Return the columns of some fields; UsageProblem on one that is none."""
    known = FIELDS[noun]
    columns: set[str] = set()
    for name in names:
        if name not in known:
            raise UsageProblem(
                _("There is no field {name}.", name=name),
                advice=_("Known fields: {names}", names=", ".join(known)),
            )
        columns.update(known[name].columns)
    return frozenset(columns)
