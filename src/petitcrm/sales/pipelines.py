"""Pipelines: the firm's ways of selling, each an ordered list of stages."""

from __future__ import annotations

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.pipeline_templates import TEMPLATES
from petitcrm.store.queries import pipelines as queries
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from petitcrm.crm import Crm
    from petitcrm.pipeline_templates import PipelineTemplate
    from petitcrm.store.journal import Act


def add(crm: Crm, name: str = "", *, template: str = "") -> int:
    """Add a pipeline after the others, with the stages of a template (or none), called like it unless named.

    Return its id. Raise UsageProblem for a name that is taken or a template that there is not.
    """
    chosen = _template(template) if template else None
    name = named(name or (_(chosen.name) if chosen else ""))
    names = queries.names(crm)
    if fold(name) in map(fold, names.values()):
        raise UsageProblem(_("There is a pipeline {name} already.", name=name))
    with crm.act("pipeline.added", name=name) as act:
        key = new_key(name, queries.keys(crm))
        pipeline_id = act.insert("pipelines", key=key, name=name, position=len(names))
        if chosen:
            _fill(act, pipeline_id, chosen)
    return pipeline_id


def begin_with(crm: Crm, pipeline_id: int, template: str) -> bool:
    """Give a pipeline in which nothing ever was the name and the stages of a template, in the language in force.

    Tell whether anything is different now. Raise RefusedByRule (`pipeline-in-use`) where deals are or were in it: its
    stages are then part of their story.
    """
    chosen = _template(template)
    names = queries.names(crm)
    if pipeline_id not in names:
        raise NotFound(_("There is no pipeline p{id}.", id=pipeline_id))
    if queries.has_been_used(crm, pipeline_id):
        raise RefusedByRule(
            "pipeline-in-use",
            _("Deals are or were in {name}: its stages stay.", name=names[pipeline_id]),
            advice=_("Change stages one by one, or add another pipeline: petitcrm pipeline add --template {key}",
                     key=chosen.key),
        )  # fmt: skip
    name = _(chosen.name)
    if _is_like(crm, pipeline_id, chosen) and names[pipeline_id] == name:
        return False
    if fold(name) in {fold(other) for known, other in names.items() if known != pipeline_id}:
        name = names[pipeline_id]
    with crm.act("pipeline.begun", name=name) as act:
        act.update("pipelines", pipeline_id, name=name)
        _fill(act, pipeline_id, chosen, queries.stage_keys(crm, pipeline_id))
    return True


def edit(crm: Crm, pipeline_id: int, name: str) -> bool:
    """Give a pipeline another name, its key stays; tell whether anything is different now."""
    if pipeline_id not in queries.names(crm):
        raise NotFound(_("There is no pipeline p{id}.", id=pipeline_id))
    name = named(name)
    with crm.act("pipeline.edited", name=name) as act:
        return act.update("pipelines", pipeline_id, name=name)


def named(name: str) -> str:
    """Return a name that can be given to a pipeline or a stage; UsageProblem for an empty one."""
    cleaned = clean(name).strip()
    if not words(cleaned):
        raise UsageProblem(_("A name is needed, with a letter or a number in it."))
    return cleaned


def new_key(name: str, taken: Iterable[str]) -> str:
    """Return the short name by which scripts will know `name` for ever, unlike those `taken`: `rendez-vous-1`."""
    stem = "-".join(words(name))[:40]
    key, number = stem, 1
    while key in set(taken):
        number += 1
        key = f"{stem}-{number}"
    return key


def _template(key: str) -> PipelineTemplate:
    if key not in TEMPLATES:
        raise UsageProblem(
            _("There is no template called {key}.", key=key),
            advice=_("Choose among {choices}.", choices=", ".join(TEMPLATES)),
        )
    return TEMPLATES[key]


def _fill(
    act: Act, pipeline_id: int, template: PipelineTemplate, there: Mapping[str, int] | None = None
) -> None:
    """Give a pipeline the stages of a template in place of those `there` (ids by key): a key stays its row's."""
    left = dict(there or {})
    for position, stage in enumerate(template.stages):
        said = {
            "name": _(stage.name), "position": position, "probability": stage.probability, "rot_days": stage.rot_days,
            "next_task_kind": stage.next_kind, "next_task_text": _(stage.next_text) if stage.next_text else "",
            "next_task_days": stage.next_days, "requires": "[]", "removed_at": None,
        }  # fmt: skip
        if stage.key in left:
            act.update("stages", left.pop(stage.key), **said)
        else:
            act.insert("stages", pipeline_id=pipeline_id, key=stage.key, **said)
    for stage_id in left.values():
        act.delete("stages", stage_id)


def _is_like(crm: Crm, pipeline_id: int, template: PipelineTemplate) -> bool:
    """Tell whether the stages of a pipeline are those of a template, in the language in force."""
    said = [(stage.key, stage.name, stage.probability) for stage in queries.stages(crm, pipeline_id)]
    return said == [(stage.key, _(stage.name), stage.probability) for stage in template.stages]
