"""Where the deals of a list stand: the stage that a row names, found among the firm's or added to them when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import spellings
from petitcrm.rows import Row
from petitcrm.sales import deals as deals_of
from petitcrm.text import fold, words

if TYPE_CHECKING:
    from petitcrm.imports.desk import Desk


class Place(Row):
    """The stage of a deal, and which of the words that named it mean nothing to the firm."""

    stage_id: int
    is_stage_unknown: bool = False
    is_pipeline_unknown: bool = False


class Stages:
    """The stages of the firm as one import knows them, by what they are called in every language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stages: dict[str, int] = {}
        self._firsts: dict[int, int] = {}
        self._pipelines: dict[str, int] = {}
        self._default = deals_of.first_stage(desk.crm)
        for pipeline_id, key, name in desk.crm.rows(
            "SELECT id, key, name FROM pipelines ORDER BY position DESC"
        ):
            self._name_pipeline(pipeline_id, key, *spellings(name))
        found = desk.crm.rows(
            "SELECT s.id, s.key, s.name, p.id, s.removed_at FROM stages s JOIN pipelines p ON p.id = s.pipeline_id"
            " ORDER BY s.removed_at IS NULL, p.position DESC, p.id DESC, s.position DESC"
        )
        for stage_id, key, name, pipeline_id, removed_at in found:
            if removed_at is None:
                self._firsts[pipeline_id] = stage_id
            elif not desk.is_ours:  # only what we wrote ourselves may still stand where no deal goes any more
                continue
            self._name_stage(stage_id, pipeline_id, key, *spellings(name))

    def find(self, stage: str, pipeline: str, *, is_end: bool) -> Place:
        """Return where a deal stands whose row names this stage and this pipeline; either may be an empty text.

        `is_end` tells that the stage says won or lost: it is one where the firm has it, and none to be added.
        """
        if is_end and fold(stage) not in self._stages:
            stage = ""
        if self._desk.creates_stages:
            return self._found_or_made(stage, pipeline)
        pipeline_id = self._pipelines.get(fold(pipeline), 0)
        found = self._stages.get(f"{pipeline_id}\n{fold(stage)}") or self._stages.get(fold(stage))
        first = self._firsts.get(pipeline_id, self._default)
        return Place(found or first, bool(stage) and not found, bool(pipeline) and not pipeline_id)

    def _found_or_made(self, stage: str, pipeline: str) -> Place:
        """Find a stage, adding the pipeline and the stage that the firm has not, in the order in which they are met."""
        if not words(stage):
            stage = ""
        pipeline_id = self._pipelines.get(fold(pipeline), 0)
        if not pipeline_id and words(pipeline) and stage:
            pipeline_id = self._new_pipeline(pipeline)
        if not stage:
            return Place(
                self._firsts.get(pipeline_id, self._default), False, bool(pipeline) and not pipeline_id
            )
        found = (
            self._stages.get(f"{pipeline_id}\n{fold(stage)}")
            if pipeline_id
            else self._stages.get(fold(stage))
        )
        return Place(found or self._new_stage(stage, pipeline_id or self._default_pipeline()))

    def _new_pipeline(self, name: str) -> int:
        from petitcrm.sales import pipelines

        self._desk.make_way()
        pipeline_id = pipelines.add(self._desk.crm, name)
        self._name_pipeline(pipeline_id, name)
        return pipeline_id

    def _new_stage(self, name: str, pipeline_id: int) -> int:
        from petitcrm.sales import stages

        self._desk.make_way()
        stage_id = stages.add(self._desk.crm, pipeline_id, name)
        self._name_stage(stage_id, pipeline_id, name)
        self._firsts.setdefault(pipeline_id, stage_id)
        return stage_id

    def _default_pipeline(self) -> int:
        sql = "SELECT pipeline_id FROM stages WHERE id = :id"
        return int(self._desk.crm.rows(sql, id=self._default)[0][0])

    def _name_pipeline(self, pipeline_id: int, *names: str) -> None:
        self._pipelines |= {fold(name): pipeline_id for name in names}

    def _name_stage(self, stage_id: int, pipeline_id: int, *names: str) -> None:
        for name in names:
            self._stages[fold(name)] = stage_id
            self._stages[f"{pipeline_id}\n{fold(name)}"] = stage_id
