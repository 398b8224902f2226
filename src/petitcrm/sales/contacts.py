"""Contacts: people we sell to, each one row for life."""

from __future__ import annotations

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _, ngettext
from petitcrm.sales import addresses, custom_fields
from petitcrm.sales import tags as tags_of
from petitcrm.sales.choices import columns_of
from petitcrm.sales.fields import ADDRESS, must_exist, placed, told
from petitcrm.store import merging
from petitcrm.store.queries import contacts as queries
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.sales.addresses import Given, Line
    from petitcrm.sales.history import Undone

FIELDS = (
    "civility", "first_name", "last_name", "job_title", "company_id", "linkedin_url", "street", "postcode", "city",
    "country", "source", "owner_id", "custom",
)  # fmt: skip
"""What may be said of a contact; e-mails, telephones and tags are given apart."""


def add(
    crm: Crm,
    fields: Mapping[str, Any],
    *,
    emails: Iterable[Given] = (),
    phones: Iterable[Given] = (),
    tags: Iterable[str] = (),
) -> int:
    """Add a contact with its addresses, numbers and tags; return its id.

    Raise UsageProblem when nothing names it, on an unknown field or on what is no e-mail address; a telephone that
    cannot be dialled is kept as it was written. An address or a number may come with a label, as a pair.
    """
    row = _told(crm, fields)
    row |= placed(row)
    email_lines = addresses.read_emails(emails)
    phone_lines = addresses.read_phones(phones, departement_code=row["departement_code"])
    row["sort_name"] = _must_be_named(sort_name(row, [*email_lines, *phone_lines]))
    row["custom"] = custom_fields.packed(crm, "contact", {}, row.get("custom"))
    tag_ids = tags_of.find_or_add(crm, tags)
    with crm.act("contact.added", company=row.get("company_id"), name=display_name(row)) as act:
        contact_id = act.contact = act.insert("contacts", **row, created_at=crm.now_text)
        addresses.write(act, "contact_emails", contact_id, email_lines)
        addresses.write(act, "contact_phones", contact_id, phone_lines)
        for tag_id in tag_ids:
            act.insert("taggings", tag_id=tag_id, contact_id=contact_id)
    if email_lines:
        _attach_mail(crm, contact_id)
    return contact_id


def edit(
    crm: Crm,
    contact_id: int,
    fields: Mapping[str, Any],
    *,
    emails: Iterable[Given] | None = None,
    phones: Iterable[Given] | None = None,
) -> bool:
    """Change what is said of a contact; tell whether anything is different now.

    Fields that are not named stay, and so do addresses or numbers given as None; a list replaces them all.
    """
    before = queries.sheet(crm, contact_id)
    row = _told(crm, fields)
    after = {**before._asdict(), **row}
    if any(name in row for name in ADDRESS):
        row |= placed(after)
        after |= row
    if "custom" in row:
        row["custom"] = custom_fields.packed(crm, "contact", before.custom, row["custom"])
    email_lines = (
        addresses.as_lines(emails=before.emails) if emails is None else addresses.read_emails(emails)
    )
    phone_lines = (
        addresses.as_lines(phones=before.phones)
        if phones is None
        else addresses.read_phones(phones, departement_code=after["departement_code"])
    )
    row["sort_name"] = _must_be_named(sort_name(after, [*email_lines, *phone_lines]))
    with crm.act("contact.edited", contact=contact_id, company=after["company_id"]) as act:
        act.details["name"] = display_name({**after, **row})
        changed = act.update("contacts", contact_id, **row)
        changed |= addresses.replace(act, "contact_emails", contact_id, before.emails, email_lines)
        changed |= addresses.replace(act, "contact_phones", contact_id, before.phones, phone_lines)
    if changed and emails is not None:
        _attach_mail(crm, contact_id)
    return changed


def delete(crm: Crm, contact_id: int) -> None:
    """Delete a contact, with its tasks and tags. One that has deals is refused (rule `contact-has-deals`)."""
    sheet = queries.sheet(crm, contact_id)
    deals = queries.count_of_deals(crm, contact_id)
    if deals:
        raise RefusedByRule(
            "contact-has-deals",
            ngettext("{name} has {n} deal.", "{name} has {n} deals.", deals, name=sheet.name),
            advice=_("Delete them first, or merge this contact into another one."),
        )
    with crm.act("contact.deleted", contact=contact_id, company=sheet.company_id, name=sheet.name) as act:
        merging.delete_contact(crm.connection, act, contact_id)


def merge(crm: Crm, kept_id: int, merged_id: int, *, take: Iterable[str] = ()) -> None:
    """Make two contacts one: `kept_id` takes over all that `merged_id` has, and fills its own blanks with it.

    Of the fields in `take` (`choices.FIELDS`) the value of the merged one wins. The old id keeps resolving; taking the
    merge back separates them again.
    """
    from petitcrm.sales import consent

    kept, merged = queries.sheet(crm, kept_id), queries.sheet(crm, merged_id)
    columns = columns_of("contact", take)
    if kept_id == merged_id:
        raise UsageProblem(_("These are the same contact: {name}.", name=kept.name))
    said = consent.before_a_merge(crm, kept_id, merged_id)
    with crm.act("contact.merged", contact=kept_id, old=merged.name, old_id=merged_id) as act:
        row = merging.merge_contacts(crm.connection, act, kept_id, merged_id, columns)
        act.update("contacts", kept_id, sort_name=sort_name(row, ()) or row["sort_name"])
        act.details["name"] = display_name(row)
        consent.keep_strictest(crm, act, kept_id, said)


def unmerge(crm: Crm, contact_id: int) -> Undone:
    """Separate again the contact that was last merged into this one; rows changed since stay, and are named."""
    from petitcrm.sales import history

    found = queries.last_merge(crm, contact_id)
    if found is None:
        raise RefusedByRule("nothing-to-unmerge", _("No contact was merged into this one."))
    return history.undo_merge(crm, *found)


def display_name(row: Mapping[str, Any]) -> str:
    """Return how a contact is called: first and last name, or else the address or number it goes by."""
    return queries.name_of(
        row.get("first_name") or "", row.get("last_name") or "", row.get("sort_name") or ""
    )


def sort_name(row: Mapping[str, Any], lines: Sequence[Line]) -> str:
    """Return the folded name that lists are sorted by, family name first; else an address or a number."""
    named = fold(f"{row.get('last_name') or ''} {row.get('first_name') or ''}")
    return named or (fold(lines[0].spelled or lines[0].raw) if lines else "")


def _attach_mail(crm: Crm, contact_id: int) -> None:
    from petitcrm.sales import correspondence  # only where addresses change

    correspondence.attach_contact(crm, contact_id)


def _must_be_named(name: str) -> str:
    if not name:
        raise UsageProblem(_("A contact needs a name, an e-mail address or a telephone."))
    return name


def _told(crm: Crm, fields: Mapping[str, Any]) -> dict[str, Any]:
    row = told(fields, FIELDS)
    must_exist(crm, "companies", row.get("company_id"))
    must_exist(crm, "users", row.get("owner_id"))
    if row.get("linkedin_url"):
        from petitcrm.formats.urls import read_url

        row["linkedin_url"] = read_url(row["linkedin_url"]) or row["linkedin_url"]
    return row
