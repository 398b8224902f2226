"""The commands of the ways of selling: `petitcrm pipeline …`."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.options import Csv, Json, Ndjson, PipelineRef, Quiet
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import add_daily, group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.pipeline_templates import TEMPLATES
from petitcrm.sales import pipelines

app = group(_("Pipelines: the firm's ways of selling, each with its stages."))
add_daily(app, "pipeline")

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("its name"))]
MaybeName = Annotated[
    str,
    typer.Argument(
        metavar=_("[NAME]"), help=_("its name; that of its template by default"), show_default=False
    ),
]
Template = Annotated[
    str,
    typer.Option(
        "--template", metavar="|".join(TEMPLATES), help=_("stages to begin with"), show_default=False
    ),
]


@verb(app, "list", _("List pipelines."))
def _list(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    from petitcrm.store.queries import pipelines as queries

    columns = [
        Column("id", _("Id"), lambda line: f"p{line.id}", lambda line: Painted(f"p{line.id}", "dim")),
        Column("key", _("Key"), lambda line: line.key),
        Column("name", _("Name"), lambda line: line.name, shrink=True),
        Column("stages", _("Stages"), lambda line: line.stages, right=True),
        Column("open_deals", _("Open deals"), lambda line: line.open_deals, right=True),
    ]
    with read_crm(session.config()) as crm:
        lines = queries.listing(crm)
    output.listing(
        columns, lines, lambda line: {**line._asdict(), "id": f"p{line.id}"}, Style(json, ndjson, csv)
    )


@verb(app, "templates", _("List the ways of selling that a pipeline may begin with."))
def _templates(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    columns = [
        Column("key", _("Key"), lambda line: line.key, lambda line: Painted(line.key, "bold")),
        Column("name", _("Name"), lambda line: _(line.name)),
        Column(
            "stages",
            _("Stages"),
            lambda line: " → ".join(_(stage.name) for stage in line.stages),
            shrink=True,
        ),
    ]
    output.listing(columns, list(TEMPLATES.values()), shapes.template, Style(json, ndjson, csv))


@verb(
    app,
    "add",
    _("Add a pipeline, with the stages of a template; without one, they come next: petitcrm stage add."),
    examples="petitcrm pipeline add --template services\npetitcrm pipeline add Dépannages --template shop",
)
def _add(name: MaybeName = "", template: Template = "", json: Json = False, quiet: Quiet = False) -> None:
    with gesture(json=json, quiet=quiet) as doing:
        _did(doing, pipelines.add(doing.crm, name, template=template), _("added"))


@verb(app, "edit", _("Give a pipeline another name; its key stays."))
def _edit(pipeline: PipelineRef, name: Name, json: Json = False) -> None:
    with gesture(json=json) as doing:
        pipeline_id = typed.ids(doing.crm, "pipeline", [pipeline])[0]
        changed = pipelines.edit(doing.crm, pipeline_id, name)
        _did(doing, pipeline_id, _("changed") if changed else _("nothing is different"))


def _did(doing: Gesture, pipeline_id: int, what: str) -> None:
    from petitcrm.store.queries import deals

    board = deals.board(doing.crm, pipeline_id)
    doing.did(f"p{pipeline_id}", f"{board.name} · {what}", lambda: shapes.board(board))
