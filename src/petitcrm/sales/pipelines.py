"""Pipelines: the firm's ways of selling, each an ordered list of stages."""

from __future__ import annotations

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.store.queries import pipelines as queries
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm


def add(crm: Crm, name: str) -> int:
    """Add a pipeline without stages, after the others; return its id."""
    name = named(name)
    names = queries.names(crm)
    if fold(name) in map(fold, names.values()):
        raise UsageProblem(_("There is a pipeline {name} already.", name=name))
    with crm.act("pipeline.added", name=name) as act:
        return act.insert("pipelines", key=new_key(name, queries.keys(crm)), name=name, position=len(names))


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
