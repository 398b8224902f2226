"""The commands of firms: `petitcrm company …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import duplicates, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.commands import tagging
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import (
    Certain,
    City,
    CompanyRef,
    CompanyRefs,
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
from petitcrm.cli.typed import add_daily, count, group, verb
from petitcrm.i18n import _
from petitcrm.sales import companies

app = group(_("Companies: the firms that contacts work for."))
add_daily(app, "company")
app.add_typer(tagging.of("company"), name="tag")

Kept = Annotated[
    str | None,
    typer.Argument(metavar=_("KEPT"), help=_("the one that is kept"), autocompletion=completing("company")),
]
Merged = Annotated[
    str | None,
    typer.Argument(
        metavar=_("MERGED"), help=_("the one that is merged into it"), autocompletion=completing("company")
    ),
]
Siren = Annotated[str | None, typer.Option("--siren", metavar=_("NUMBER"), help=_("nine digits"))]
Siret = Annotated[str | None, typer.Option("--siret", metavar=_("NUMBER"), help=_("fourteen digits"))]
Vat = Annotated[str | None, typer.Option("--vat", metavar=_("NUMBER"), help=_("VAT number"))]
Naf = Annotated[str | None, typer.Option("--naf", metavar="CODE", help=_("activity, as 43.22B"))]
Website = Annotated[str | None, typer.Option("--website", metavar="URL", help=_("site"))]
Email = Annotated[str | None, typer.Option("--email", metavar=_("EMAIL"), help=_("general address"))]
Phone = Annotated[str | None, typer.Option("--phone", metavar=_("PHONE"), help=_("general number"))]
Headcount = Annotated[
    int | None, typer.Option("--headcount", metavar="N", parser=count, help=_("number of employees"))
]
Name = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("another name"))]
NewName = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("its name"))]


@verb(
    app, "add", _("Add a company."), examples='petitcrm company add "Acme SARL" --city Lyon --siren 362521879'
)
def _add(
    name: NewName, siren: Siren = None, siret: Siret = None, vat: Vat = None, naf: Naf = None,
    website: Website = None, email: Email = None, phone: Phone = None, headcount: Headcount = None,
    street: Street = None, postcode: Postcode = None, city: City = None, country: Country = None,
    source: Source = None, owner: Owner = "", tag: Tags = None, own: Own = None, json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    with gesture(json=json, quiet=quiet) as doing:
        told = chosen(
            name=name, siren=siren, siret=siret, vat_number=vat, naf_rev2=naf, website=website, email=email,
            phone=phone, headcount=headcount, street=street, postcode=postcode, city=city, country=country,
            source=source,
        )  # fmt: skip
        told |= links(doing.crm, "", owner) | own_fields(doing.crm, "company", own)
        company_id = companies.add(doing.crm, told, tags=tag or ())
        _did(doing, company_id, _("added"))
        duplicates.tell_who_it_may_be(doing, "company", company_id)


@verb(app, "edit", _("Change what is kept about a company; what is not named stays."))
def _edit(
    company: CompanyRef, name: Name = None, siren: Siren = None, siret: Siret = None, vat: Vat = None,
    naf: Naf = None, website: Website = None, email: Email = None, phone: Phone = None, headcount: Headcount = None,
    street: Street = None, postcode: Postcode = None, city: City = None, country: Country = None,
    source: Source = None, owner: Owner = "", own: Own = None, json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        company_id = typed.ids(doing.crm, "company", [company])[0]
        told = chosen(
            name=name, siren=siren, siret=siret, vat_number=vat, naf_rev2=naf, website=website, email=email,
            phone=phone, headcount=headcount, street=street, postcode=postcode, city=city, country=country,
            source=source,
        )  # fmt: skip
        told |= links(doing.crm, "", owner) | own_fields(doing.crm, "company", own)
        changed = companies.edit(doing.crm, company_id, told)
        _did(doing, company_id, _("changed") if changed else _("nothing is different"))


@verb(app, "delete", _("Delete companies; their contacts and deals stay. Undo brings them back."))
def _delete(company: CompanyRefs, yes: Yes = False, json: Json = False) -> None:
    references = typed.references(company)
    confirm_many(len(references), yes=yes)
    with gesture(json=json, many=typed.are_many(company)) as doing:
        for company_id in typed.ids(doing.crm, "company", references):
            _did(doing, company_id, _("deleted"))
            companies.delete(doing.crm, company_id)


@verb(
    app,
    "merge",
    _("Make one company of two: the first takes over all that the second has."),
    examples="petitcrm company merge f12 f7 --take address",
)
def _merge(
    kept: Kept = None, merged: Merged = None, take: Take = None, certain: MergeCertain = False,
    dry_run: WhatIf = False, yes: Yes = False, json: Json = False,
) -> None:  # fmt: skip
    if duplicates.chooses_by_itself(certain=certain, dry_run=dry_run, is_named=bool(kept or merged or take)):
        return duplicates.merge_certain("company", dry_run=dry_run, yes=yes, json=json)
    return duplicates.merge("company", kept, merged, take or (), json=json)


@verb(app, "compare", _("Show two companies side by side, and what a merge would keep."))
def _compare(first: CompanyRef, second: CompanyRef, take: Take = None, json: Json = False) -> None:
    duplicates.compare("company", first, second, take or (), json=json)


@verb(app, "unmerge", _("Separate again the company that was last merged into this one."))
def _unmerge(company: CompanyRef, json: Json = False) -> None:
    with gesture(json=json) as doing:
        company_id = typed.ids(doing.crm, "company", [company])[0]
        undone = companies.unmerge(doing.crm, company_id)
        _did(doing, company_id, _("separated again"))
        kept_back(doing, undone.kept)


@verb(app, "duplicates", _("List companies that may be the same firm, the surest first."))
def _duplicates(
    not_same: NotSame = None,
    certain: Certain = False,
    json: Json = False,
    ndjson: Ndjson = False,
    csv: Csv = False,
) -> None:
    if not_same:
        return duplicates.tell_apart("company", *not_same, json=json)
    return duplicates.answer("company", Style(json, ndjson, csv), certain=certain)


def _did(doing: Gesture, company_id: int, what: str) -> None:
    shape = shapes.company(doing.crm, company_id)
    doing.did(f"f{company_id}", f"{shape['name']} · {what}", lambda: shape)
