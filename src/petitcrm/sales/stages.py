"""Stages: the steps of a pipeline, how likely their deals are, when silence rots them, what usually comes next."""

from __future__ import annotations

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import N_, _, ngettext
from petitcrm.sales import deals, tasks
from petitcrm.sales.fields import told
from petitcrm.sales.pipelines import named, new_key
from petitcrm.store.queries import pipelines as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.journal import Act

FIELDS = (
    "name", "probability", "rot_days", "next_task_kind", "next_task_text", "next_task_days", "requires",
)  # fmt: skip
"""What may be said of a stage; `requires` names the fields that a deal must have to enter it."""

_NUMBERS = {
    "probability": N_("probability in %"), "rot_days": N_("days of silence"),
    "next_task_days": N_("days before the next task"),
}  # fmt: skip


def add(
    crm: Crm,
    pipeline_id: int,
    name: str,
    *,
    position: int | None = None,
    fields: Mapping[str, Any] | None = None,
) -> int:
    """Add a stage to a pipeline, at a place counted from 0 (the end by default); return its id."""
    from petitcrm.sales.references import resolve

    resolve(crm, "pipeline", str(pipeline_id))
    row = _told({**(fields or {}), "name": name})
    others = [stage.id for stage in queries.stages(crm, pipeline_id)]
    place = len(others) if position is None else max(0, min(position, len(others)))
    key = new_key(row["name"], queries.keys(crm, pipeline_id))
    with crm.act("stage.added", name=row["name"]) as act:
        stage_id = act.insert("stages", pipeline_id=pipeline_id, key=key, position=place, **row)
        _number(act, [*others[:place], stage_id, *others[place:]])
    return stage_id


def edit(crm: Crm, stage_id: int, fields: Mapping[str, Any]) -> bool:
    """Change what is said of a stage, its key stays; tell whether anything is different now."""
    before = queries.stage(crm, stage_id)
    row = _told(fields)
    with crm.act("stage.edited", name=row.get("name", before.name)) as act:
        return act.update("stages", stage_id, **row)


def move(crm: Crm, stage_id: int, position: int) -> bool:
    """Put a stage at another place of its pipeline, counted from 0; tell whether it was not there."""
    stage = queries.stage(crm, stage_id)
    before = [other.id for other in queries.stages(crm, stage.pipeline_id)]
    after = [other for other in before if other != stage_id]
    after.insert(max(0, min(position, len(after))), stage_id)
    if after == before:
        return False
    with crm.act("stage.moved", name=stage.name) as act:
        _number(act, after)
    return True


def remove(crm: Crm, stage_id: int, *, deals_to: int | None = None) -> int:
    """Remove a stage; its open deals go to stage `deals_to`. Return how many.

    Closed deals keep the stage where they ended, and past funnels are still known. Raise RefusedByRule when there are
    open deals and no place for them (`stage-has-deals`), or when it is the last stage of its pipeline (`last-stage`).
    """
    stage = queries.stage(crm, stage_id)
    others = [other.id for other in queries.stages(crm, stage.pipeline_id) if other.id != stage_id]
    if not others:
        raise RefusedByRule(
            "last-stage",
            _("{name} is the last stage of its pipeline.", name=stage.name),
            advice=_("Add another one first."),
        )
    leaving = queries.open_deals(crm, stage_id)
    target = _place_for(crm, stage, deals_to, len(leaving)) if leaving else 0
    for deal_id in leaving:
        deals.move(crm, deal_id, target)
    with crm.act("stage.removed", name=stage.name) as act:
        if queries.has_a_past(crm, stage_id):
            act.update("stages", stage_id, removed_at=crm.now_text)
        else:
            act.delete("stages", stage_id)
        _number(act, others)
    return len(leaving)


def _place_for(crm: Crm, stage: queries.StageLine, deals_to: int | None, count: int) -> int:
    if deals_to is None:
        raise RefusedByRule(
            "stage-has-deals",
            ngettext("{name} holds {n} open deal.", "{name} holds {n} open deals.", count, name=stage.name),
            advice=_("Say where they go: --deals-to STAGE"),
        )
    if queries.stage(crm, deals_to).id == stage.id:
        raise UsageProblem(_("The deals of {name} cannot go to {name} itself.", name=stage.name))
    return deals_to


def _number(act: Act, ids: list[int]) -> None:
    for position, stage_id in enumerate(ids):
        act.update("stages", stage_id, position=position)


def _told(fields: Mapping[str, Any]) -> dict[str, Any]:
    row = told(fields, FIELDS)
    if "name" in row:
        row["name"] = named(row["name"])
    if "probability" in row:
        row["probability"] = _between("probability", row["probability"], 0, 100)
    for name in ("rot_days", "next_task_days"):
        if name in row:
            row[name] = None if row[name] in ("", None) else _between(name, row[name], 0, 3650)
    kind = row.get("next_task_kind")
    if kind and kind not in tasks.KINDS:
        raise UsageProblem(
            _("There is no kind of task {kind}.", kind=kind),
            advice=_("Kinds: {kinds}", kinds=", ".join(tasks.KINDS)),
        )
    if "requires" in row:
        row["requires"] = _requirements(row["requires"])
    return row


def _between(name: str, value: Any, low: int, high: int) -> int:
    try:
        number = int(str(value).strip().removesuffix("%").strip())
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise UsageProblem(
            _("“{value}” is not a whole number from {low} to {high} ({field}).", value=value, low=low, high=high,
              field=_(_NUMBERS[name]))
        )  # fmt: skip
    return number


def _requirements(value: Any) -> str:
    """Return as JSON the names of fields given as a list, or in one text with commas."""
    from petitcrm.store.journal import dumps

    given = value.replace(",", " ").split() if isinstance(value, str) else list(value or ())
    unknown = [name for name in given if name not in deals.FIELDS]
    if unknown:
        raise UsageProblem(
            _("A deal has no field {name}.", name=unknown[0]),
            advice=_("Known fields: {names}", names=", ".join(deals.FIELDS)),
        )
    return dumps(list(dict.fromkeys(given)))
