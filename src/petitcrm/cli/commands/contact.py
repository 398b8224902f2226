"""The commands of people: `petitcrm contact …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import duplicates, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.commands import tagging
from petitcrm.cli.gesture import gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import (
    Certain,
    City,
    Company,
    ContactRef,
    ContactRefs,
    Country,
    Csv,
    Json,
    MergeCertain,
    Ndjson,
    NotSame,
    Own,
    Owner,
    Postcode,
    Quiet,
    Source,
    Street,
    Tags,
    Take,
    WhatIf,
    Yes,
)
from petitcrm.cli.output import Style
from petitcrm.cli.records import (
    chosen,
    confirm_many,
    kept_back,
    links,
    own_fields,
)
from petitcrm.cli.typed import add_daily, group, verb
from petitcrm.i18n import _
from petitcrm.sales import contacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.cli.gesture import Gesture

app = group(_("People: customers, prospects, former customers."))
add_daily(app, "contact")
app.add_typer(tagging.of("contact"), name="tag")

Kept = Annotated[
    str | None,
    typer.Argument(metavar=_("KEPT"), help=_("the one that is kept"), autocompletion=completing("contact")),
]
Merged = Annotated[
    str | None,
    typer.Argument(
        metavar=_("MERGED"), help=_("the one that is merged into it"), autocompletion=completing("contact")
    ),
]
First = Annotated[str | None, typer.Option("--first", metavar=_("NAME"), help=_("first name"))]
Last = Annotated[str | None, typer.Option("--last", metavar=_("NAME"), help=_("family name"))]
Civility = Annotated[
    str | None, typer.Option("--civility", metavar="M.|Mme", help=_("how they are addressed"))
]
Job = Annotated[str | None, typer.Option("--job", metavar=_("TEXT"), help=_("what they do there"))]
Linkedin = Annotated[str | None, typer.Option("--linkedin", metavar="URL", help=_("their page"))]
Emails = Annotated[
    list[str] | None,
    typer.Option("--email", metavar=_("EMAIL"), help=_("may be repeated"), show_default=False),
]
Phones = Annotated[
    list[str] | None,
    typer.Option("--phone", metavar=_("PHONE"), help=_("may be repeated"), show_default=False),
]


@verb(
    app,
    "add",
    _("Add a contact."),
    examples="petitcrm contact add --first Jeanne --last Dupont --email j@dupont.fr",
)
def _add(
    first: First = None, last: Last = None, email: Emails = None, phone: Phones = None, company: Company = "",
    civility: Civility = None, job: Job = None, linkedin: Linkedin = None, street: Street = None,
    postcode: Postcode = None, city: City = None, country: Country = None, source: Source = None, owner: Owner = "",
    tag: Tags = None, own: Own = None, json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    with gesture(json=json, quiet=quiet) as doing:
        told = chosen(
            civility=civility, first_name=first, last_name=last, job_title=job, linkedin_url=linkedin, street=street,
            postcode=postcode, city=city, country=country, source=source,
        )  # fmt: skip
        told |= links(doing.crm, company, owner) | own_fields(doing.crm, "contact", own)
        contact_id = contacts.add(doing.crm, told, emails=email or (), phones=phone or (), tags=tag or ())
        _did(doing, contact_id, _("added"))
        _tell_sharers(doing, contact_id)


@verb(app, "edit", _("Change what is kept about a contact; what is not named stays."))
def _edit(
    contact: ContactRef, first: First = None, last: Last = None, email: Emails = None, phone: Phones = None,
    company: Company = "", civility: Civility = None, job: Job = None, linkedin: Linkedin = None,
    street: Street = None, postcode: Postcode = None, city: City = None, country: Country = None,
    source: Source = None, owner: Owner = "", own: Own = None, json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        contact_id = typed.ids(doing.crm, "contact", [contact])[0]
        told = chosen(
            civility=civility, first_name=first, last_name=last, job_title=job, linkedin_url=linkedin, street=street,
            postcode=postcode, city=city, country=country, source=source,
        )  # fmt: skip
        told |= links(doing.crm, company, owner) | own_fields(doing.crm, "contact", own)
        changed = contacts.edit(doing.crm, contact_id, told, emails=email or None, phones=phone or None)
        _did(doing, contact_id, _("changed") if changed else _("nothing is different"))


@verb(app, "delete", _("Delete contacts; undo brings them back."))
def _delete(contact: ContactRefs, yes: Yes = False, json: Json = False) -> None:
    references = typed.references(contact)
    confirm_many(len(references), yes=yes)
    with gesture(json=json, many=typed.are_many(contact)) as doing:
        for contact_id in typed.ids(doing.crm, "contact", references):
            _did(doing, contact_id, _("deleted"))
            contacts.delete(doing.crm, contact_id)


@verb(
    app,
    "merge",
    _("Make one contact of two: the first takes over all that the second has."),
    examples="petitcrm contact merge c12 c7 --take job_title",
)
def _merge(
    kept: Kept = None, merged: Merged = None, take: Take = None, certain: MergeCertain = False,
    dry_run: WhatIf = False, yes: Yes = False, json: Json = False,
) -> None:  # fmt: skip
    if duplicates.chooses_by_itself(certain=certain, dry_run=dry_run, is_named=bool(kept or merged or take)):
        return duplicates.merge_certain("contact", dry_run=dry_run, yes=yes, json=json)
    return duplicates.merge("contact", kept, merged, take or (), json=json)


@verb(app, "compare", _("Show two contacts side by side, and what a merge would keep."))
def _compare(first: ContactRef, second: ContactRef, take: Take = None, json: Json = False) -> None:
    duplicates.compare("contact", first, second, take or (), json=json)


@verb(app, "unmerge", _("Separate again the contact that was last merged into this one."))
def _unmerge(contact: ContactRef, json: Json = False) -> None:
    with gesture(json=json) as doing:
        contact_id = typed.ids(doing.crm, "contact", [contact])[0]
        undone = contacts.unmerge(doing.crm, contact_id)
        _did(doing, contact_id, _("separated again"))
        kept_back(doing, undone.kept)


@verb(app, "duplicates", _("List contacts that may be the same person, the surest first."))
def _duplicates(
    not_same: NotSame = None,
    certain: Certain = False,
    json: Json = False,
    ndjson: Ndjson = False,
    csv: Csv = False,
) -> None:
    if not_same:
        return duplicates.tell_apart("contact", *not_same, json=json)
    return duplicates.answer("contact", Style(json, ndjson, csv), certain=certain)


def _did(doing: Gesture, contact_id: int, what: str) -> None:
    from petitcrm.store.queries import contacts as queries

    sheet = queries.sheet(doing.crm, contact_id)
    name = f"{sheet.name} ({sheet.company})" if sheet.company else sheet.name
    doing.did(f"c{contact_id}", f"{name} · {what}", lambda: shapes.contact(doing.crm, contact_id))


def _tell_sharers(doing: Gesture, contact_id: int) -> None:
    """Say whom a newcomer may be, and who else has an address or a number of theirs: a family, a firm."""
    from petitcrm.store.queries import contacts as queries

    told = duplicates.tell_who_it_may_be(doing, "contact", contact_id)
    for other in queries.sharers(doing.crm, contact_id):
        if other.id not in told:
            doing.aside(
                _("{name} (c{id}) has {value} as well.", name=other.name, id=other.id, value=other.value)
            )
