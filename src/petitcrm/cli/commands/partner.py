"""The commands of resellers and agents: `petitcrm partner …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import lead_shapes, output, session
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Style
from petitcrm.cli.records import chosen
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.formats.money import show_money
from petitcrm.i18n import _
from petitcrm.leads import partners
from petitcrm.store.queries import partners as queries

app = group(_("Partners: resellers and agents, what they brought and what they are due."))

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("what they are called"))]
Which = Annotated[str, typer.Argument(metavar=_("PARTNER"), help=_("key or name"))]
Key = Annotated[
    str, typer.Option("--key", metavar=_("KEY"), help=_("how rules call them"), show_default=False)
]
Kind = Annotated[str | None, typer.Option("--kind", metavar="reseller|agent", help=_("what they are"))]
Email = Annotated[str | None, typer.Option("--email", metavar=_("EMAIL"), help=_("their address"))]
Commission = Annotated[
    str | None, typer.Option("--commission", metavar="7,5", help=_("percent of what is won"))
]
NewName = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("another name"))]


@verb(app, "list", _("List the partners, with what they brought."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda one: one.key), Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("kind", _("Kind"), lambda one: one.kind, lambda one: _(partners.KINDS[one.kind]), spare=1),
        Column("leads", _("Leads"), lambda one: one.leads, right=True),
        Column("won", _("Won"), lambda one: one.won, right=True),
        Column("won_amount", _("Amount"), lambda one: one.won_cents / 100, lambda one: show_money(one.won_cents),
               right=True),
        Column("commission", _("Commission"), lambda one: one.commission_cents / 100,
               lambda one: show_money(one.commission_cents), right=True),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        output.listing(columns, queries.listing(crm), lead_shapes.partner, Style(json, ndjson, csv))


@verb(app, "add", _("Add a partner."), examples='petitcrm partner add "Réseau Ouest" --commission 7,5')
def _add(
    name: Name,
    key: Key = "",
    kind: Kind = None,
    email: Email = None,
    commission: Commission = None,
    json: Json = False,
) -> None:
    with gesture(json=json) as doing:
        partner_id = partners.add(doing.crm, name, key=key, fields=_fields(kind, email, commission))
        line = next(one for one in queries.listing(doing.crm) if one.id == partner_id)
        doing.did(line.key, f"{line.name} · {_('added')}", lambda: lead_shapes.partner(line))


@verb(app, "edit", _("Change what is said of a partner."))
def _edit(
    partner: Which, name: NewName = None, kind: Kind = None, email: Email = None, commission: Commission = None,
    json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        line = partners.named(doing.crm, partner)
        changed = partners.edit(doing.crm, line.id, chosen(name=name) | _fields(kind, email, commission))
        after = next(one for one in queries.listing(doing.crm) if one.id == line.id)
        what = _("changed") if changed else _("nothing is different")
        doing.did(after.key, f"{after.name} · {what}", lambda: lead_shapes.partner(after))


def _fields(kind: str | None, email: str | None, commission: str | None) -> dict[str, object]:
    told = chosen(kind=kind, email=email)
    if commission is not None:
        told["commission_bp"] = partners.read_commission(commission)
    return told
