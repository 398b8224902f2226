"""Companies: the firms that our contacts work for."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.sales import custom_fields
from petitcrm.sales import tags as tags_of
from petitcrm.sales.choices import columns_of
from petitcrm.sales.fields import ADDRESS, must_exist, placed, told
from petitcrm.sales.matching import match_name
from petitcrm.store import merging
from petitcrm.store.queries import companies as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.history import Undone

FIELDS = (
    "name", "siren", "siret", "vat_number", "naf_rev2", "naf_2025", "legal_form", "headcount", "headcount_band",
    "revenue_cents", "balance_cents", "website", "email", "phone", "street", "postcode", "city", "country", "source",
    "owner_id", "custom",
)  # fmt: skip
"""What may be said of a company; tags are given apart. Amounts are of a year, in cents."""

_MEASURED = {
    "headcount": N_("headcount"), "revenue_cents": N_("turnover in cents"),
    "balance_cents": N_("balance sheet in cents"),
}  # fmt: skip
_WHOLE_NUMBERS = tuple(_MEASURED)
_MEASURES = (*_WHOLE_NUMBERS, "headcount_band")


def add(crm: Crm, fields: Mapping[str, Any], *, tags: Iterable[str] = ()) -> int:
    """Add a company with its tags; return its id.

    Its numbers are checked (UsageProblem), its size, its place and the domain of its mail are worked out.
    """
    row = _told(crm, fields)
    if not row.get("name"):
        raise UsageProblem(_("A company needs a name."))
    row |= worked_out(row, row)
    row["custom"] = custom_fields.packed(crm, "company", {}, row.get("custom"))
    tag_ids = tags_of.find_or_add(crm, tags)
    with crm.act("company.added", name=row["name"]) as act:
        company_id = act.company = act.insert("companies", **row, created_at=crm.now_text)
        for tag_id in tag_ids:
            act.insert("taggings", tag_id=tag_id, company_id=company_id)
    if row.get("email"):
        _attach_mail(crm, company_id)
    return company_id


def edit(crm: Crm, company_id: int, fields: Mapping[str, Any]) -> bool:
    """Change what is said of a company; tell whether anything is different now. Fields not named stay."""
    before = queries.sheet(crm, company_id)
    row = _told(crm, fields)
    if row.get("name") == "":
        raise UsageProblem(_("A company needs a name."))
    after = {**before._asdict(), **row}
    row |= worked_out(row, after)
    if "custom" in row:
        row["custom"] = custom_fields.packed(crm, "company", before.custom, row["custom"])
    with crm.act("company.edited", company=company_id, name=after["name"]) as act:
        changed = act.update("companies", company_id, **row)
    if row.get("email") and row["email"] != before.email:
        _attach_mail(crm, company_id)
    return changed


def delete(crm: Crm, company_id: int) -> None:
    """Delete a company; its contacts and deals stay, without a company."""
    sheet = queries.sheet(crm, company_id)
    with crm.act("company.deleted", company=company_id, name=sheet.name) as act:
        merging.delete_company(crm.connection, act, company_id)


def merge(crm: Crm, kept_id: int, merged_id: int, *, take: Iterable[str] = ()) -> None:
    """Make two companies one: `kept_id` takes over all that `merged_id` has, and fills its own blanks with it.

    Of the fields in `take` (`choices.FIELDS`) the value of the merged one wins. The old id keeps resolving; taking the
    merge back separates them again.
    """
    kept, merged = queries.sheet(crm, kept_id), queries.sheet(crm, merged_id)
    columns = columns_of("company", take)
    if kept_id == merged_id:
        raise UsageProblem(_("These are the same company: {name}.", name=kept.name))
    with crm.act("company.merged", company=kept_id, old=merged.name, old_id=merged_id, name=kept.name) as act:
        row = merging.merge_companies(crm.connection, act, kept_id, merged_id, columns)
        taken = worked_out({name: row[name] for name in columns}, row) if columns else {}
        act.update("companies", kept_id, **{**taken, **_size(row)})
        act.details["name"] = row["name"]


def unmerge(crm: Crm, company_id: int) -> Undone:
    """Separate again the company that was last merged into this one; rows changed since stay, and are named."""
    from petitcrm.errors import RefusedByRule
    from petitcrm.sales import history

    found = queries.last_merge(crm, company_id)
    if found is None:
        raise RefusedByRule("nothing-to-unmerge", _("No company was merged into this one."))
    return history.undo_merge(crm, *found)


def find_or_add(crm: Crm, name: str) -> int:
    """Return the company of this name, whatever its capitals and legal form; add it if there is none.

    Among several, the one written the same wins, then the oldest.
    """
    told_name = told({"name": name}, FIELDS)["name"]
    found = queries.named(crm, match_name(told_name)) if told_name else []
    same = [company_id for company_id, written in found if fold(written) == fold(told_name)]
    if same or found:
        return same[0] if same else found[0][0]
    return add(crm, {"name": told_name})


def _attach_mail(crm: Crm, company_id: int) -> None:
    from petitcrm.sales import correspondence  # only where addresses change

    correspondence.attach_companies(crm, [(company_id, company_id)])


def _told(crm: Crm, fields: Mapping[str, Any]) -> dict[str, Any]:
    row = told(fields, FIELDS)
    must_exist(crm, "users", row.get("owner_id"))
    for name in _WHOLE_NUMBERS:
        if name in row:
            row[name] = _whole_number(name, row[name])
    from petitcrm.formats import companies as formats

    readers = {
        "siren": formats.read_siren, "siret": formats.read_siret, "vat_number": formats.read_vat,
        "naf_rev2": formats.read_naf, "naf_2025": formats.read_naf,
    }  # fmt: skip
    for name, read in readers.items():
        if row.get(name):
            row[name] = read(row[name])
    if row.get("headcount_band") and row["headcount_band"] not in formats.BAND_CODES:
        raise UsageProblem(_("{value} is not a headcount band of INSEE.", value=row["headcount_band"]))
    _agree(row)
    return row


def _agree(row: dict[str, Any]) -> None:
    """Let the SIRET tell the SIREN; UsageProblem when both are given and differ."""
    if not row.get("siret"):
        return
    if row.get("siren") and row["siren"] != row["siret"][:9]:
        raise UsageProblem(_("The SIREN {siren} and the SIRET {siret} are not of the same company.", **row))
    row["siren"] = row["siret"][:9]


def _whole_number(name: str, value: Any) -> int | None:
    if value in ("", None):
        return None
    try:
        number = int(str(value).replace(" ", ""))
    except ValueError:
        told = _("“{value}” is not a whole number ({field}).", value=value, field=_(_MEASURED[name]))
        raise UsageProblem(told) from None
    if number < 0:
        raise UsageProblem(
            _("“{value}” is too small ({field}): 0 at least.", value=value, field=_(_MEASURED[name]))
        )
    return number


def worked_out(row: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that follow from those of `row`, in a company that is `after`."""
    derived: dict[str, Any] = {}
    if "name" in row:
        derived |= {"sort_name": fold(row["name"]), "match_name": match_name(row["name"])}
    if "website" in row or "email" in row:
        derived |= _on_the_web(after)
    if any(name in row for name in ADDRESS):
        derived |= placed(after)
    if "phone" in row:
        from petitcrm.formats.phones import read_phone

        code = {**after, **derived}.get("departement_code", "")
        derived["phone_number"] = (
            (read_phone(row["phone"], departement_code=code) or "") if row["phone"] else ""
        )
    if any(name in row for name in _MEASURES):
        derived |= _size(after, band_told="headcount" not in row)
    return derived


def _on_the_web(after: Mapping[str, Any]) -> dict[str, str]:
    from petitcrm.formats import emails, urls

    website, email = after.get("website") or "", after.get("email") or ""
    # Without capitals, as the addresses of people are: mail is compared with it.
    address = emails.known_as(email)
    if email and not address:
        raise UsageProblem(_("“{value}” is not an e-mail address.", value=email))
    domain = urls.domain_of(website) or ""
    if not domain and address and not emails.is_free_mail(emails.domain_of(address)):
        domain = emails.domain_of(address)
    return {"website": urls.read_url(website) or website, "email": address, "domain": domain}


def _size(after: Mapping[str, Any], *, band_told: bool = True) -> dict[str, str]:
    """Return the size class, and the headcount band where the headcount itself is known."""
    from petitcrm.formats import companies as formats

    headcount, band = after.get("headcount"), after.get("headcount_band") or ""
    if headcount is not None:
        band = formats.band_of(headcount)
    elif not band_told:
        band = ""
    elif band not in ("", "NN"):
        headcount = formats.band_range(band)[0]
    size = formats.size_class(headcount, after.get("revenue_cents"), after.get("balance_cents"))
    return {"headcount_band": band, "size_class": size or ""}
