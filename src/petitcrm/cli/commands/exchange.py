"""Bringing records in from files, writing them out, and the firm to try petitcrm on."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import exchanged, session
from petitcrm.cli.import_options import (
    Apply,
    CreateStages,
    DryRun,
    Encoding,
    Files,
    Key,
    Map,
    Overwrite,
    Plan,
    Rejects,
    Sheet,
    Way,
    bring_in,
    wish_of,
)
from petitcrm.cli.options import Json
from petitcrm.cli.typed import count, group, verb
from petitcrm.exports.formats import BY_KEY
from petitcrm.i18n import _

app = group("")

Noun = Annotated[str, typer.Option("--as", metavar="auto|contacts|companies|deals|leads|tasks",
                                   help=_("what the rows are"))]  # fmt: skip
What = Annotated[
    str, typer.Argument(metavar="[contacts|companies|deals|leads|tasks|all]", help=_("all by default"))
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
Team = Annotated[
    bool, typer.Option("--team", help=_("three people who share leads, instead of a founder alone"))
]
Into = Annotated[str, typer.Option("--into", metavar=_("PATH"), help=_("write the base there, and print the path"),
                                   show_default=False)]  # fmt: skip


@verb(
    app, "import",
    _("Bring in people, companies, deals, leads, tasks. One undo takes it all back; a second import creates nothing."),
    examples="""petitcrm import clients.xlsx --dry-run
    petitcrm import clients.csv --map "Société=company" --rejects rejets.csv
    petitcrm import salon.csv --as leads
    petitcrm import carnet.vcf
    petitcrm import clients.csv --plan clients.plan && petitcrm import --apply clients.plan""",
)  # fmt: skip
def _import(
    files: Files = None, noun: Noun = "auto", mapping: Map = None, key: Key = None, overwrite: Overwrite = None,
    encoding: Encoding = "", sheet: Sheet = "", dry_run: DryRun = False, rejects: Rejects = "",
    plan: Plan = "", apply: Apply = "", create_stages: CreateStages = False, json: Json = False,
) -> None:  # fmt: skip
    wish = wish_of(noun, mapping, key, overwrite)._replace(encoding=encoding, rejects=rejects)
    wish = wish._replace(create_stages=create_stages)
    bring_in(files, wish, Way(sheet, dry_run, plan, apply), json=json)


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
    examples="petitcrm demo\npetitcrm demo --team\npetitcrm demo --into /tmp/demo.db --seed 7",
)  # fmt: skip
def _demo(seed: Seed = 7, size: Size = 1, team: Team = False, into: Into = "", json: Json = False) -> None:
    code = exchanged.demonstrate(session.config(), seed=seed, size=size, into=into, team=team, json=json)
    if code:
        raise typer.Exit(code)
