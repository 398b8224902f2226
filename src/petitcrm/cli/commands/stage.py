"""The commands of the steps of a pipeline: `petitcrm stage …`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from petitcrm.cli import output, session, shapes
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import Gesture, gesture
from petitcrm.cli.names import completing
from petitcrm.cli.options import Csv, Json, Ndjson, Quiet, StageRef
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.records import chosen
from petitcrm.cli.typed import count, group, verb
from petitcrm.crm import read_crm
from petitcrm.i18n import _, ngettext
from petitcrm.sales import stages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.queries.pipelines import StageLine

app = group(_("Stages: the steps of a pipeline."))

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("its name"))]
NewName = Annotated[str | None, typer.Option("--name", metavar=_("NAME"), help=_("another name"))]
Pipeline = Annotated[str, typer.Option("--pipeline", metavar=_("PIPELINE"), help=_("the first one by default"),
                                       show_default=False, autocompletion=completing("pipeline"))]  # fmt: skip
Position = Annotated[
    int | None, typer.Option("--position", metavar="N", parser=count, help=_("its place, from 1"))
]
Place = Annotated[int, typer.Argument(metavar="N", parser=count, help=_("its place, from 1"))]
Probability = Annotated[
    str | None, typer.Option("--probability", metavar="0…100", help=_("chances of winning, in %"))
]
RotDays = Annotated[
    str | None, typer.Option("--rot-days", metavar="N", help=_("silent after so many days; none: never"))
]
NextKind = Annotated[
    str | None, typer.Option("--next-kind", metavar=_("KIND"), help=_("its usual task: kind"))
]
NextText = Annotated[
    str | None, typer.Option("--next-text", metavar=_("TEXT"), help=_("its usual task: words"))
]
NextDays = Annotated[
    str | None, typer.Option("--next-days", metavar="N", help=_("its usual task: in so many days"))
]
Requires = Annotated[
    str | None, typer.Option("--requires", metavar=_("FIELDS"), help=_("what a deal must have to enter"))
]
DealsTo = Annotated[str, typer.Option("--deals-to", metavar=_("STAGE"), help=_("where its open deals go"),
                                      show_default=False, autocompletion=completing("stage"))]  # fmt: skip


@verb(app, "list", _("List the stages of a pipeline."))
def _list(pipeline: Pipeline = "", json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    from petitcrm.store.queries import pipelines

    columns = [
        Column("id", _("Id"), lambda line: f"s{line.id}", lambda line: Painted(f"s{line.id}", "dim")),
        Column("key", _("Key"), lambda line: line.key),
        Column("name", _("Name"), lambda line: line.name, shrink=True),
        Column("probability", "%", lambda line: line.probability, right=True),
        Column("rot_days", _("Silent after"), lambda line: line.rot_days, right=True),
        Column("next_task_kind", _("Usual task"), lambda line: line.next_task_kind),
        Column("next_task_text", "", lambda line: line.next_task_text),
    ]
    with read_crm(session.config()) as crm:
        lines = pipelines.stages(crm, _pipeline(crm, pipeline))
        output.listing(columns, lines, partial(_shape, crm), Style(json, ndjson, csv))


@verb(
    app,
    "add",
    _("Add a stage to a pipeline."),
    examples='petitcrm stage add "Démonstration" --position 3 --probability 40',
)
def _add(
    name: Name, pipeline: Pipeline = "", position: Position = None, probability: Probability = None,
    rot_days: RotDays = None, next_kind: NextKind = None, next_text: NextText = None, next_days: NextDays = None,
    requires: Requires = None, json: Json = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    with gesture(json=json, quiet=quiet) as doing:
        told = _fields(
            probability=probability, rot_days=rot_days, next_task_kind=next_kind, next_task_text=next_text,
            next_task_days=next_days, requires=requires,
        )  # fmt: skip
        place = None if position is None else max(position, 1) - 1
        stage_id = stages.add(doing.crm, _pipeline(doing.crm, pipeline), name, position=place, fields=told)
        _did(doing, stage_id, _("added"))


@verb(app, "edit", _("Change a stage; its key stays, so does what is not named."))
def _edit(
    stage: StageRef, name: NewName = None, probability: Probability = None, rot_days: RotDays = None,
    next_kind: NextKind = None, next_text: NextText = None, next_days: NextDays = None, requires: Requires = None,
    json: Json = False,
) -> None:  # fmt: skip
    with gesture(json=json) as doing:
        stage_id = typed.ids(doing.crm, "stage", [stage])[0]
        told = _fields(
            name=name, probability=probability, rot_days=rot_days, next_task_kind=next_kind,
            next_task_text=next_text, next_task_days=next_days, requires=requires,
        )  # fmt: skip
        changed = stages.edit(doing.crm, stage_id, told)
        _did(doing, stage_id, _("changed") if changed else _("nothing is different"))


@verb(app, "move", _("Put a stage at another place of its pipeline."))
def _move(stage: StageRef, place: Place, json: Json = False) -> None:
    with gesture(json=json) as doing:
        stage_id = typed.ids(doing.crm, "stage", [stage])[0]
        changed = stages.move(doing.crm, stage_id, max(place, 1) - 1)
        _did(doing, stage_id, _("moved to place {place}", place=place) if changed else _("was there already"))


@verb(app, "remove", _("Remove a stage; its open deals go to another one."))
def _remove(stage: StageRef, deals_to: DealsTo = "", json: Json = False) -> None:
    with gesture(json=json) as doing:
        stage_id = typed.ids(doing.crm, "stage", [stage])[0]
        target = typed.one(doing.crm, "stage", deals_to)
        line = _line(doing.crm, stage_id)
        moved = stages.remove(doing.crm, stage_id, deals_to=target)
        words = (
            ngettext("removed, {n} deal moved", "removed, {n} deals moved", moved) if moved else _("removed")
        )
        doing.did(
            f"s{stage_id}", f"{line.name} · {words}", lambda: {**_shape(doing.crm, line), "moved": moved}
        )


def _fields(**given: str | None) -> dict[str, str]:
    told = chosen(**given)
    return {name: "" if typed.is_none(value) else value for name, value in told.items()}


def _did(doing: Gesture, stage_id: int, what: str) -> None:
    line = _line(doing.crm, stage_id)
    doing.did(f"s{stage_id}", f"{line.name} · {what}", lambda: _shape(doing.crm, line))


def _line(crm: Crm, stage_id: int) -> StageLine:
    from petitcrm.store.queries import pipelines

    return pipelines.stage(crm, stage_id)


def _shape(crm: Crm, line: StageLine) -> dict[str, Any]:
    import json

    from petitcrm.store.queries import pipelines

    pipeline = {one.id: one.name for one in pipelines.listing(crm)}[line.pipeline_id]
    told = line._asdict()
    told |= {
        "id": f"s{line.id}",
        "requires": json.loads(line.requires),
        "pipeline": shapes.linked("p", line.pipeline_id, pipeline),
    }
    del told["pipeline_id"], told["removed_at"]
    return told


def _pipeline(crm: Crm, reference: str) -> int:
    from petitcrm.store.queries import pipelines

    return typed.one(crm, "pipeline", reference) or pipelines.listing(crm)[0].id
