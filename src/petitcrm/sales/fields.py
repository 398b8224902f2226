"""What may be said of a contact or of a company: cleaned, checked, and placed on the map."""

from __future__ import annotations

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.meant import did_you_mean
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.crm import Crm

ADDRESS = ("postcode", "city", "country")


def told(fields: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Return `fields` ready for the base: texts clean and stripped, an empty reference as None.

    Raise UsageProblem on a field that is not among `known`.
    """
    names = tuple(known)
    ready: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in names:
            raise _unknown(name, names)
        ready[name] = _value(name, value)
    return ready


def _value(name: str, value: Any) -> Any:
    if name.endswith("_id") and name != "external_id":
        return int(value) if value not in (None, "") else None
    if isinstance(value, str):
        return clean(value).strip()
    return "" if value is None and name != "custom" else value


def _unknown(name: str, known: tuple[str, ...]) -> UsageProblem:
    advice = did_you_mean(name, known, _("Known fields: {names}", names=", ".join(known)))
    return UsageProblem(_("There is no field {name}.", name=name), advice=advice)


def placed(address: Mapping[str, Any]) -> dict[str, str]:
    """Return the codes of commune, département and région of an address; empty where it is not surely in France."""
    from petitcrm.geo import place_of

    postcode, city, country = (str(address.get(name) or "") for name in ADDRESS)
    place = place_of(postcode, city, country=country) if postcode else None
    return {
        "commune_code": place.commune_code if place else "",
        "departement_code": place.departement_code if place else "",
        "region_code": place.region_code if place else "",
    }


def must_exist(crm: Crm, table: str, row_id: int | None) -> None:
    """Refuse a reference to a row that is not there, before the base does it in its own words. `table` is ours."""
    if row_id is not None and not crm.rows(f"SELECT 1 FROM {table} WHERE id = :id", id=row_id):
        raise NotFound(_(_MISSING[table], id=row_id))


_MISSING = {
    "contacts": N_("There is no contact c{id}."),
    "companies": N_("There is no company f{id}."),
    "deals": N_("There is no deal d{id}."),
    "tasks": N_("There is no task t{id}."),
    "users": N_("There is no user u{id}."),
    "leads": N_("There is no lead l{id}."),
}
