"""Bringing records in from files, writing them out, and the firm to try petitcrm on."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import exchanged, planned, session
from petitcrm.cli.options import Json
from petitcrm.cli.typed import count, group, verb
from petitcrm.exports.formats import BY_KEY
from petitcrm.i18n import _
from petitcrm.imports.desk import Wish

app = group("")

_READ = _("CSV, workbook, vCard or NDJSON, or a dump; - reads stdin")
Files = Annotated[list[str] | None, typer.Argument(metavar=_("FILE…"), help=_READ)]
Noun = Annotated[str, typer.Option("--as", metavar="auto|contacts|companies|deals|leads|tasks",
                                   help=_("what the rows are"))]  # fmt: skip
Map = Annotated[list[str] | None, typer.Option("--map", metavar=_('"Col=field"'), show_default=False,
                                               help=_("read a column as a field; may be repeated"))]  # fmt: skip
Key = Annotated[list[str] | None, typer.Option("--key", metavar=_("FIELD"), show_default=False,
                                               help=_("what makes two rows the same; may be repeated"))]  # fmt: skip
Overwrite = Annotated[list[str] | None, typer.Option("--overwrite", metavar=_("FIELD"), show_default=False,
                                                     help=_("replace what is there; may be repeated"))]  # fmt: skip
Encoding = Annotated[str, typer.Option("--encoding", metavar=_("NAME"), help=_("of the file, when the guess is wrong"),
                                       show_default=False)]  # fmt: skip
Sheet = Annotated[str, typer.Option("--sheet", metavar=_("NAME"), help=_("of a workbook, when the guess is wrong"),
                                    show_default=False)]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("show what would be done, and change nothing"))]
Rejects = Annotated[str, typer.Option("--rejects", metavar=_("FILE"), help=_("where to write the rows left out"),
                                      show_default=False)]  # fmt: skip
Plan = Annotated[str, typer.Option("--plan", metavar=_("PLAN"), show_default=False,
                                   help=_("write what each row would do; - is stdout"))]  # fmt: skip
Apply = Annotated[str, typer.Option("--apply", metavar=_("PLAN"), show_default=False,
                                    help=_("do what a plan says, which may have been corrected"))]  # fmt: skip
CreateStages = Annotated[
    bool, typer.Option("--create-stages", help=_("add the stages and pipelines of the deals"))
]
What = Annotated[
    str, typer.Argument(metavar="[contacts|companies|deals|tasks|all]", help=_("all by default"))
]
Format = Annotated[str, typer.Option("--format", metavar="|".join(BY_KEY), show_default=False,
                                     help=_("told by the name of FILE, else csv, or ndjson for all"))]  # fmt: skip
ForSpreadsheet = Annotated[
    bool, typer.Option("--for-spreadsheet", help=_("no cell can be taken for a formula"))
]
Output = Annotated[str, typer.Option("--output", "-o", metavar=_("FILE|FOLDER"), help=_("stdout by default"),
                                     show_default=False)]  # fmt: skip
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=_("another number, another firm"))]
Size = Annotated[int, typer.Option("--size", metavar="N", parser=count, help=_("how many times bigger"))]
Into = Annotated[str, typer.Option("--into", metavar=_("PATH"), help=_("write the base there, and print the path"),
                                   show_default=False)]  # fmt: skip


@verb(
    app, "import",
    _("Bring in contacts, companies, deals or tasks. One undo takes it all back; a second import creates nothing."),
    examples="""petitcrm import clients.xlsx --dry-run
    petitcrm import clients.csv --map "Société=company" --rejects rejets.csv
    petitcrm import carnet.vcf
    petitcrm import clients.csv --plan clients.plan && petitcrm import --apply clients.plan""",
)  # fmt: skip
def _import(
    files: Files = None, noun: Noun = "auto", mapping: Map = None, key: Key = None, overwrite: Overwrite = None,
    encoding: Encoding = "", sheet: Sheet = "", dry_run: DryRun = False, rejects: Rejects = "",
    plan: Plan = "", apply: Apply = "", create_stages: CreateStages = False, json: Json = False,
) -> None:  # fmt: skip
    asked = (tuple(mapping or ()), tuple(key or ()), tuple(overwrite or ()))
    wish = Wish(noun, *asked, encoding, rejects, create_stages=create_stages)
    if apply:
        planned.refuse_beside_a_plan(wish, sheet=sheet, plan=plan)
        refused = planned.apply(
            session.config(), apply, files or [], rejects=rejects, dry_run=dry_run, json=json
        )
    elif plan:
        refused = planned.write(session.config(), files or [], wish, plan, sheet=sheet, json=json)
    else:
        refused = exchanged.bring_in(
            session.config(), files or [], wish, sheet=sheet, dry_run=dry_run, json=json
        )
    if refused:
        raise typer.Exit(3)


@verb(
    app, "export", _("Write records out, lossless: importing them into an empty base gives the same export."),
    examples="""petitcrm export -o everything.ndjson
    petitcrm export --format dump -o firm
    petitcrm export -o everything.xlsx
    petitcrm export tasks --format vdir -o ~/.calendars/petitcrm
    petitcrm export contacts --for-spreadsheet -o contacts.csv
    petitcrm export contacts -o contacts.vcf""",
)  # fmt: skip
def _export(
    what: What = "all", format: Format = "", for_spreadsheet: ForSpreadsheet = False, output: Output = ""
) -> None:
    exchanged.write_out(session.config(), what, format, output, for_spreadsheet=for_spreadsheet)


@verb(
    app, "demo", _("Try petitcrm on a believable small French firm; nothing of yours is touched."),
    examples="petitcrm demo\npetitcrm demo --into /tmp/demo.db --seed 7",
)  # fmt: skip
def _demo(seed: Seed = 7, size: Size = 1, into: Into = "", json: Json = False) -> None:
    code = exchanged.demonstrate(session.config(), seed=seed, size=size, into=into, json=json)
    if code:
        raise typer.Exit(code)
