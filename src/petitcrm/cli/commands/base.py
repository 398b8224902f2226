"""Looking at the base itself: whether it is sound, where it is and how it is."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli.options import Json
from petitcrm.cli.output import Painted
from petitcrm.cli.typed import group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import N_, _, said_of
from petitcrm.pipeline_templates import TEMPLATES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm

app = group("")

Firm = Annotated[str | None, typer.Option("--firm", metavar=_("NAME"), help=_("what the firm is called"),
                                          show_default=False)]  # fmt: skip
Address = Annotated[
    str | None, typer.Option("--address", metavar=_("TEXT"), help=_("where it is, as its mailings tell it"),
                             show_default=False),
]  # fmt: skip
Template = Annotated[
    str, typer.Option("--template", metavar="|".join(TEMPLATES), help=_("how it sells: the stages to begin with"),
                      show_default=False)
]  # fmt: skip

AllEvents = Annotated[
    bool, typer.Option("--all", help=_("compare the whole journal with the rows, not its last part"))
]

CHECK_NAMES = {
    "file": N_("the file"), "keys": N_("references between records"), "journal": N_("the journal against the records"),
    "search": N_("the search index"), "derived": N_("what is worked out beforehand"),
}  # fmt: skip


@verb(
    app,
    "setup",
    _("Say what the firm is called and how it sells, as the interface asks the first time; alone, print it."),
    examples='petitcrm setup --firm "Plomberie Dupont" --template services',
)
def _setup(firm: Firm = None, address: Address = None, template: Template = "", json: Json = False) -> None:
    from petitcrm.cli.gesture import gesture
    from petitcrm.sales import firm as verbs

    if firm is None and address is None and not template:
        with read_crm(session.config()) as crm:
            told = _firm(crm)
        output.document(told) if json else output.line(_in_words(told))
        return
    with gesture(json=json) as doing:
        begun = verbs.begin(doing.crm, name=firm, address=address, template=template)
        told = _firm(doing.crm)
        words = _in_words(told) if begun.renamed or begun.pipeline_id else _("nothing is different")
        doing.did(_("firm"), words, lambda: told)


def _firm(crm: Crm) -> dict[str, Any]:
    from petitcrm.store.queries import firm, pipelines

    listed = [
        {
            "id": f"p{line.id}",
            "name": line.name,
            "stages": [one.name for one in pipelines.stages(crm, line.id)],
        }
        for line in pipelines.listing(crm)
    ]
    return {"firm": firm.name(crm), "address": firm.address(crm), "pipelines": listed}


def _in_words(told: dict[str, Any]) -> str:
    sold = [said_of(one["name"], " → ".join(one["stages"])) for one in told["pipelines"]]
    return " · ".join([told["firm"] or _("(no name)"), *filter(None, [told["address"]]), *sold])


@verb(
    app,
    "check",
    _("Verify the base: the file, every reference, the journal against the records, the search index."),
)
def _check(every_event: AllEvents = False, json: Json = False) -> None:
    from petitcrm.i18n import ngettext
    from petitcrm.store import health

    with read_crm(session.config()) as crm:
        found = health.problems(crm.connection, all_events=every_event)
    sound = not any(found.values())
    if json:
        problems = [problem._asdict() for listed in found.values() for problem in listed]
        output.document({"ok": sound, "checks": list(found), "problems": problems})
    else:
        for check, listed in found.items():
            count = ngettext("{n} problem", "{n} problems", len(listed)) if listed else ""
            state = Painted(count, "red") if listed else Painted(_("sound"), "green")
            output.line(f"{_(CHECK_NAMES[check]):<34}", state)
            for problem in listed:
                output.line("  ", problem.detail)
    if not sound:
        output.say(
            _(
                "The base is damaged. Put back a copy (folder backups beside it), and keep this file for study."
            )
        )
        raise typer.Exit(6)


@verb(
    app,
    "doctor",
    _("Say which versions, files, rights and settings petitcrm works with, and what could be better."),
)
def _doctor(json: Json = False) -> None:
    from petitcrm.cli import diagnosis

    told = diagnosis.diagnose(session.config())
    if json:
        output.document(told)
        return
    for name, value in told.items():
        if name in ("advice", "mail"):  # what fails with mail is said as advice
            continue
        shown = (
            ", ".join(f"{key} {number}" for key, number in value.items())
            if isinstance(value, dict)
            else value
        )
        output.line(Painted(f"{name}: ", "dim"), "" if shown is None else str(shown))
    for advice in told["advice"]:
        output.line(Painted("! ", "yellow"), advice)
    if not told["advice"]:
        output.say(_("Nothing to improve."))
