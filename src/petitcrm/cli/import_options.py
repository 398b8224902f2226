"""The options of an import, whatever it is of, and what they lead to."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import session
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.imports.desk import Wish

_READ = _("CSV, workbook, vCard or NDJSON, or a dump; - reads stdin")
Files = Annotated[list[str] | None, typer.Argument(metavar=_("FILE…"), help=_READ)]
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


def wish_of(
    noun: str, mapping: Iterable[str] | None, key: Iterable[str] | None, overwrite: Iterable[str] | None
) -> Wish:
    """Return what the person asks of the import, as the options that may be repeated say it."""
    from petitcrm.imports.desk import Wish

    return Wish(noun, tuple(mapping or ()), tuple(key or ()), tuple(overwrite or ()))


class Way(Row):
    """How a list is brought in: from which sheet, in earnest or not, and by which plan, made or done."""

    sheet: str
    dry_run: bool
    plan: str
    apply: str


def bring_in(files: list[str] | None, wish: Wish, way: Way, *, json: bool) -> None:
    """Import files, write the plan of one, or do what a plan says; exit 3 where rows were refused."""
    from petitcrm.cli import exchanged, planned

    config, listed = session.config(), files or []
    sheet, dry_run, plan, apply = way
    if apply:
        planned.refuse_beside_a_plan(wish, sheet=sheet, plan=plan)
        refused = planned.apply(config, apply, listed, rejects=wish.rejects, dry_run=dry_run, json=json)
    elif plan:
        refused = planned.write(config, listed, wish, plan, sheet=sheet, json=json)
    else:
        refused = exchanged.bring_in(config, listed, wish, sheet=sheet, dry_run=dry_run, json=json)
    if refused:
        raise typer.Exit(3)
