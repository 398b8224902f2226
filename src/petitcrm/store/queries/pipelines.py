"""Pipelines and their stages, in order, with how many deals each holds."""

from __future__ import annotations

from petitcrm.errors import NotFound
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class PipelineLine(Row):
    """A pipeline, the number of its stages and of its open deals."""

    id: int
    key: str
    name: str
    stages: int
    open_deals: int


class StageLine(Row):
    """A stage: probability in %, days of silence after which its deals rot (None: never), the usual next task.

    `requires` is a JSON list of the fields that a deal must have to enter.
    """

    id: int
    pipeline_id: int
    key: str
    name: str
    position: int
    probability: int
    rot_days: int | None
    next_task_kind: str
    next_task_text: str
    next_task_days: int | None
    requires: str
    removed_at: str | None


def listing(crm: Reader) -> list[PipelineLine]:
    """Return the pipelines in order."""
    found = crm.rows(
        "SELECT p.id, p.key, p.name,"
        " (SELECT count(*) FROM stages s WHERE s.pipeline_id = p.id AND s.removed_at IS NULL),"
        " (SELECT count(*) FROM deals d JOIN stages s ON s.id = d.stage_id"
        " WHERE s.pipeline_id = p.id AND d.status = 'open')"
        " FROM pipelines p ORDER BY p.position, p.id"
    )
    return [PipelineLine(*row) for row in found]


def first(crm: Reader) -> int | None:
    """Return the pipeline that comes first, without counting what all of them hold."""
    found = crm.rows("SELECT id FROM pipelines ORDER BY position, id LIMIT 1")
    return int(found[0][0]) if found else None


_STAGE = (
    "SELECT id, pipeline_id, key, name, position, probability, rot_days, next_task_kind, next_task_text,"
    " next_task_days, requires, removed_at FROM stages"
)


def stages(crm: Reader, pipeline_id: int) -> list[StageLine]:
    """Return the stages of a pipeline that are in use, in order."""
    sql = f"{_STAGE} WHERE pipeline_id = :id AND removed_at IS NULL ORDER BY position, id"
    return [StageLine(*row) for row in crm.rows(sql, id=pipeline_id)]


def stage(crm: Reader, stage_id: int) -> StageLine:
    """Return one stage; NotFound when there is none of this id, or it was removed."""
    found = crm.rows(f"{_STAGE} WHERE id = :id AND removed_at IS NULL", id=stage_id)
    if not found:
        raise NotFound(_("There is no stage s{id}.", id=stage_id))
    return StageLine(*found[0])


def keys(crm: Reader, pipeline_id: int | None = None) -> set[str]:
    """Return the keys that are taken: of the pipelines, or of the stages of one, removed ones too."""
    if pipeline_id is None:
        return {row[0] for row in crm.rows("SELECT key FROM pipelines")}
    return {row[0] for row in crm.rows("SELECT key FROM stages WHERE pipeline_id = :id", id=pipeline_id)}


def stage_keys(crm: Reader, pipeline_id: int) -> dict[str, int]:
    """Return the ids of all stages of a pipeline by their keys, removed ones too."""
    return dict(crm.rows("SELECT key, id FROM stages WHERE pipeline_id = :id ORDER BY id", id=pipeline_id))


def has_been_used(crm: Reader, pipeline_id: int) -> bool:
    """Tell whether any deal is in a stage of this pipeline, or went through one."""
    return any(has_a_past(crm, stage_id) for stage_id in stage_keys(crm, pipeline_id).values())


def names(crm: Reader) -> dict[int, str]:
    """Return the names of the pipelines by id, in order."""
    return dict(crm.rows("SELECT id, name FROM pipelines ORDER BY position, id"))


def open_deals(crm: Reader, stage_id: int) -> list[int]:
    """Return the ids of the open deals of a stage, in their order."""
    sql = "SELECT id FROM deals WHERE stage_id = :id AND status = 'open' ORDER BY rank, id"
    return [row[0] for row in crm.rows(sql, id=stage_id)]


def has_a_past(crm: Reader, stage_id: int) -> bool:
    """Tell whether any deal is in this stage, or went through it."""
    for sql in (
        "SELECT 1 FROM deals WHERE stage_id = :id LIMIT 1",
        "SELECT 1 FROM stage_changes WHERE to_stage_id = :id LIMIT 1",
        "SELECT 1 FROM stage_changes WHERE from_stage_id = :id LIMIT 1",
    ):
        if crm.rows(sql, id=stage_id):
            return True
    return False
