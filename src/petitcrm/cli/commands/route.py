"""The commands of routing: `petitcrm route explain`, `petitcrm route simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import lead_shapes, output, session, simulated
from petitcrm.cli.options import Json
from petitcrm.cli.output import Painted
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.leads import judging, routing

app = group(_("Routing: who gets a lead, and why; what other rules would do."))

Reference = Annotated[
    str, typer.Argument(metavar=_("REF"), help=_("a lead (l5), a contact or a company's contact"))
]
File = Annotated[
    str, typer.Argument(metavar=_("FILE"), show_default=False,
                        help=_("rules to try (TOML), or leads to try them on (CSV…), with expected owners or not"))
]  # fmt: skip
Set = Annotated[str, typer.Option("--set", metavar=_("SET"), help=_("these territories"), show_default=False)]
Keep = Annotated[bool, typer.Option("--keep-owners", help=_("who has a customer keeps them"))]


@verb(
    app,
    "explain",
    _("Say who would get a lead or a contact now, and why."),
    examples="petitcrm route explain l5",
)
def _explain(reference: Reference, json: Json = False) -> None:
    from petitcrm.sales.references import resolve

    with read_crm(session.config()) as crm:
        is_lead = reference[:1] == "l" and reference[1:].isdigit()
        found = (
            judging.of_lead(crm, resolve(crm, "lead", reference))
            if is_lead
            else judging.of_contact(crm, resolve(crm, "contact", reference))
        )
        given = routing.explain(crm, *found)
    if json:
        output.document(lead_shapes.given(given))
        return
    output.line(Painted(given.owner or given.partner or _("default queue"), "bold"), f"  {given.rule}")
    for why in given.why:
        output.line("  ", why)


@verb(app, "simulate", _("Share leads and customers out by a set of rules: who would get what; nothing is changed."),
      examples="""petitcrm route simulate --set 2027
    petitcrm route simulate draft.toml
    petitcrm route simulate past-leads.csv""")  # fmt: skip
def _simulate(file: File = "", name: Set = "", keep: Keep = False, json: Json = False) -> None:
    simulated.run(session.config(), file, name, keep_owners=keep, json=json)
