"""The commands of prospecting lists: `petitcrm prospecting …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import lead_shapes, output, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.options import ContactRefs, Csv, Json, Ndjson, Owner
from petitcrm.cli.output import Column, Style
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.leads import leads, prospecting
from petitcrm.naming import TASK_KINDS, person
from petitcrm.sales import touches
from petitcrm.store.queries import touches as queries

app = group(_("Prospecting lists: people to approach, touch after touch."))

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("what it is called"))]
List = Annotated[str, typer.Argument(metavar=_("LIST"), help=_("its key or its name"))]
Cadence = Annotated[
    str, typer.Option("--cadence", metavar=_("WORDS"), show_default=False,
                      help=_("touches and the working days between them: call, +1 email, +3 linkedin, +6 letter"))
]  # fmt: skip
Campaign = Annotated[
    str, typer.Option("--campaign", metavar=_("TEXT"), help=_("the campaign"), show_default=False)
]


@verb(app, "list", _("List the prospecting lists, with how far they are."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda one: one.key), Column("name", _("Name"), lambda one: one.name, shrink=True),
        Column("owner", _("Owner"), lambda one: one.owner or "", spare=1),
        Column("leads", _("Leads"), lambda one: one.leads, right=True),
        Column("in_progress", _("Under way"), lambda one: one.open, right=True),
        Column("reached", _("Reached"), lambda one: one.reached, right=True),
        Column("qualified", _("Qualified"), lambda one: one.qualified, right=True),
        Column("cadence", _("Cadence"), lambda one: touches.show_cadence(touches.unpacked(one.cadence)), shrink=True),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        output.listing(columns, queries.lists(crm), lead_shapes.prospecting, Style(json, ndjson, csv))


@verb(
    app,
    "add",
    _("Begin a list."),
    examples='petitcrm prospecting add "Salon 2026" --cadence "call, +2 email, +5 call"',
)
def _add(
    name: Name, cadence: Cadence = "", campaign: Campaign = "", owner: Owner = "", json: Json = False
) -> None:
    with gesture(json=json) as doing:
        owner_id = typed.one(doing.crm, "user", owner)
        prospecting.add(doing.crm, name, cadence=cadence, campaign=campaign, owner_id=owner_id)
        line = prospecting.named(doing.crm, name)
        doing.did(line.key, f"{line.name} · {_('added')}", lambda: lead_shapes.prospecting(line))


@verb(app, "put", _("Put contacts on a list and plan their first touch."),
      examples='petitcrm contact list --tag salon | petitcrm prospecting put "Salon 2026" -')  # fmt: skip
def _put(name: List, contact: ContactRefs, json: Json = False) -> None:
    references = typed.references(contact)
    with gesture(json=json) as doing:
        crm = doing.crm
        line = prospecting.named(crm, name)
        taken = prospecting.put(crm, line.id, typed.ids(crm, "contact", references))
        told = ngettext("{n} contact put on the list", "{n} contacts put on the list", len(taken.lead_ids))
        shape = {
            "list": line.key, "leads": [f"l{one}" for one in taken.lead_ids],
            "left_out": [{"contact": f"c{one}", "reason": why} for one, why in taken.left_out],
        }  # fmt: skip
        doing.did(line.key, told, lambda: shape)
        for contact_id, why in taken.left_out:
            doing.aside(said_of(f"c{contact_id}", why))


@verb(app, "close", _("End a list: touches that are not done are taken out of the day."))
def _close(name: List, json: Json = False) -> None:
    with gesture(json=json) as doing:
        line = prospecting.named(doing.crm, name)
        number = prospecting.close(doing.crm, line.id)
        told = ngettext("{n} touch taken out of the day", "{n} touches taken out of the day", number)
        doing.did(line.key, told, lambda: {"list": line.key, "touches": number})


@verb(app, "show", _("Show the people of a list: their next touch, and whether the law allows it."))
def _show(name: List, json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    with read_crm(session.config()) as crm:
        line = prospecting.named(crm, name)
        people = prospecting.people(crm, line.id)
    columns = [
        Column("contact", _("Contact"), lambda one: f"c{one.line.contact_id}"),
        Column("name", _("Name"), lambda one: _called(one.line), shrink=True),
        Column("state", _("State"), lambda one: one.line.state, lambda one: _(leads.STATES[one.line.state])),
        Column("touch", _("Next"), lambda one: one.line.touch or "",
               lambda one: _(TASK_KINDS[one.line.touch]) if one.line.touch else ""),
        Column("due", _("Due"), lambda one: one.line.due_on or ""),
        Column("refused", _("Not allowed"), lambda one: one.refused, shrink=True),
    ]  # fmt: skip
    output.listing(columns, people, _person, Style(json, ndjson, csv))


def _called(line: queries.PersonLine) -> str:
    return person(line.first_name, line.last_name, line.company)


def _person(one: prospecting.Person) -> dict[str, object]:
    line = one.line
    return {
        "lead": f"l{line.lead_id}", "contact": {"id": f"c{line.contact_id}", "name": _called(line)},
        "state": line.state,
        "touches": line.step, "touch": line.touch, "due": line.due_on, "reason": one.reason, "refused": one.refused,
    }  # fmt: skip
