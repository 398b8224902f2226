"""The tags of the firm: `petitcrm tag …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli.commands import tagging
from petitcrm.cli.names import completing
from petitcrm.cli.options import Csv, Json, Ndjson, TagName
from petitcrm.cli.output import Column, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _

app = group(_("Tags: words put on contacts, companies and deals."))
References = Annotated[
    list[str],
    typer.Argument(metavar=_("REF…"), help=_("contacts, companies, deals; - reads ids from stdin"),
                   autocompletion=completing("any")),
]  # fmt: skip


@verb(app, "list", _("List tags, and how many records bear each."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    from petitcrm.store.queries import tags

    columns = [
        Column("tag", _("Tag"), lambda line: line.name, shrink=True),
        Column("contacts", _("Contacts"), lambda line: line.contacts, right=True),
        Column("companies", _("Companies"), lambda line: line.companies, right=True),
        Column("deals", _("Deals"), lambda line: line.deals, right=True),
    ]
    with read_crm(session.config()) as crm:
        lines = tags.listing(crm)
    output.listing(
        columns, lines,
        lambda line: {"tag": line.name, "contacts": line.contacts, "companies": line.companies, "deals": line.deals},
        Style(json, ndjson, csv),
    )  # fmt: skip


@verb(
    app,
    "add",
    _("Put a tag on records."),
    examples="petitcrm contact list --company acme | petitcrm tag add vip -",
)
def _add(tag: TagName, reference: References, json: Json = False) -> None:
    tagging.put("any", [tag], reference, json=json)


@verb(app, "remove", _("Take a tag off records."))
def _remove(tag: TagName, reference: References, json: Json = False) -> None:
    tagging.take_off("any", tag, reference, json=json)
