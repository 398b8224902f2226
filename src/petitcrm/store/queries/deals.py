"""Deals: the board of a pipeline, one deal's sheet, lists."""

from __future__ import annotations

from petitcrm.dates import days_since
from petitcrm.naming import person, to_do
from petitcrm.rows import Row
from petitcrm.store.queries import CALLED, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.store.reader import Reader


class Card(Row):
    """A deal as the board and lists show it. Days are whole days of the user's calendar."""

    id: int
    title: str
    status: str
    stage_id: int
    rank: int
    amount_cents: int | None
    currency: str
    contact_id: int
    contact: str
    company_id: int | None
    company: str | None
    owner: str | None
    days_in_stage: int
    silent_days: int
    rotting: bool
    """Silent for longer than its stage allows, with no task to come and no sleep."""
    sleep_until: str | None
    """Set only while the deal sleeps."""
    next_task_id: int | None
    next_task: str | None
    """The next thing to do, in words; None: no next step."""
    next_due_on: str | None
    next_due_time: str | None
    overdue: bool
    next_kind: str = ""
    next_text: str = ""
    """The next thing to do without its sentence, for where the customer is named already."""


class Column(Row):
    """A stage of the board with its cards, in their order, and what they are worth."""

    stage_id: int
    key: str
    name: str
    position: int
    probability: int
    rot_days: int | None
    total_cents: int
    cards: list[Card]
    number: int
    """How many deals there are in all, when only the first cards were asked for."""

    @property
    def weighted_cents(self) -> int:
        """What its deals are worth at the chances of the stage."""
        return self.total_cents * self.probability // 100


class Board(Row):
    """A pipeline's stages, in order."""

    pipeline_id: int
    key: str
    name: str
    columns: list[Column]
    place: int = 0
    """Its place among the pipelines, from 0, where that was asked for."""
    among: int = 1

    @property
    def total_cents(self) -> int:
        """What the deals are worth."""
        return sum(column.total_cents for column in self.columns)

    @property
    def weighted_cents(self) -> int:
        """What the open deals are worth, each at the chances of its stage: the sum of what the columns say."""
        return sum(column.weighted_cents for column in self.columns)


class DealSheet(Row):
    """Everything about one deal but its timeline."""

    card: Card
    stage: str
    pipeline_id: int
    pipeline: str
    expected_on: str | None
    lost_reason: str
    lost_words: str
    closed_at: str | None
    created_at: str
    source: str
    tags: list[str]
    custom: dict[str, str]


_CARDS = (
    f"SELECT d.id, d.title, d.status, d.stage_id, d.rank, d.amount_cents, d.currency, c.id, c.first_name, {CALLED},"
    " d.company_id, f.name, u.name, d.entered_stage_at, d.touched_at, d.sleep_until, s.rot_days,"
    " t.id, t.kind, t.text, t.due_on, t.due_time"
    " FROM deals d JOIN stages s ON s.id = d.stage_id JOIN contacts c ON c.id = d.contact_id"
    " LEFT JOIN companies f ON f.id = d.company_id LEFT JOIN users u ON u.id = d.owner_id"
    " LEFT JOIN tasks t ON t.id = (SELECT n.id FROM tasks n WHERE n.deal_id = d.id AND n.done_at IS NULL"
    " ORDER BY CASE WHEN n.due_on IS NULL THEN 1 ELSE 0 END, n.due_on, n.due_time NULLS LAST, n.id LIMIT 1)"
)


def board(
    crm: Reader,
    pipeline_id: int,
    *,
    status: str = "open",
    limit: int | None = None,
    limits: Mapping[int, int] | None = None,
) -> Board:
    """Return a pipeline with the deals of one status, in the order that people gave them.

    With `limit`, only the first cards of each stage (`limits` says otherwise for some stages, by their id): what a
    screen shows of 10,000 deals then costs what it costs of 500. Counts and totals are always those of all deals.
    """
    ((key, name),) = crm.rows("SELECT key, name FROM pipelines WHERE id = :id", id=pipeline_id)
    stages = crm.rows(
        "SELECT id, key, name, position, probability, rot_days, removed_at FROM stages WHERE pipeline_id = :id"
        " ORDER BY position, id",
        id=pipeline_id,
    )
    sums = _sums(crm, pipeline_id, status)
    cards: dict[int, list[Card]] = {stage[0]: [] for stage in stages}
    if limit is None:
        where = " WHERE d.status = :status AND s.pipeline_id = :pipeline ORDER BY d.rank, d.id"
        for row in crm.rows(_CARDS + where, status=status, pipeline=pipeline_id):
            cards[row[3]].append(_card(crm, row))
    else:
        where = (
            f" WHERE d.status = {_literal(status)} AND d.stage_id = :stage ORDER BY d.rank, d.id LIMIT :limit"
        )
        for stage_id in sums:
            few = (limits or {}).get(stage_id, limit)
            cards[stage_id] = [_card(crm, row) for row in crm.rows(_CARDS + where, stage=stage_id, limit=few)]
    columns = [
        _column(stage, cards[stage[0]], sums) for stage in stages if stage[6] is None or stage[0] in sums
    ]
    return Board(pipeline_id, key, name, columns)


def _sums(crm: Reader, pipeline_id: int, status: str) -> dict[int, tuple[int, int]]:
    """Return how many deals each stage has and what they are worth; stages without any are left out."""
    found = crm.rows(
        "SELECT d.stage_id, count(*), COALESCE(sum(d.amount_cents), 0) FROM deals d"
        f" WHERE d.status = {_literal(status)} AND d.stage_id IN (SELECT id FROM stages WHERE pipeline_id = :pipeline)"
        " GROUP BY d.stage_id",
        pipeline=pipeline_id,
    )
    return {stage_id: (count, int(cents)) for stage_id, count, cents in found}


def _literal(status: str) -> str:
    """Return a status as SQL text: the index of open deals is used only where it is written out."""
    return {"open": "'open'", "won": "'won'", "lost": "'lost'", "cancelled": "'cancelled'"}[status]


def _column(stage: tuple[Any, ...], cards: list[Card], sums: dict[int, tuple[int, int]]) -> Column:
    stage_id, key, name, position, probability, rot_days, _removed_at = stage
    count, total = sums.get(stage_id, (0, 0))
    return Column(stage_id, key, name, position, probability, rot_days, total, cards, count)


class Hoped(Row):
    """What open deals of one stage that are expected in one month (`2026-11`; None: no day is known) are worth."""

    month: str | None
    probability: int
    number: int
    total_cents: int


def hoped(crm: Reader, pipeline_id: int) -> list[Hoped]:
    """Return what the open deals of a pipeline are worth, by the month in which they are expected and by stage."""
    found = crm.rows(
        "SELECT substr(d.expected_on, 1, 7), s.probability, count(*), COALESCE(sum(d.amount_cents), 0)"
        " FROM stages s JOIN deals d ON d.stage_id = s.id"
        " WHERE d.status = 'open' AND s.pipeline_id = :pipeline GROUP BY 1, s.id, s.probability, s.position"
        " ORDER BY 1, s.position, s.id",
        pipeline=pipeline_id,
    )
    return [Hoped(month, probability, number, int(cents)) for month, probability, number, cents in found]


def listing(
    crm: Reader,
    *,
    status: str = "open",
    stage_id: int | None = None,
    contact_id: int | None = None,
    company_id: int | None = None,
    owner_id: int | None = None,
    limit: int | None = None,
) -> list[Card]:
    """Return deals by stage and rank; `status` may be `all`."""
    wanted: dict[str, Any] = {
        "d.stage_id": stage_id, "d.contact_id": contact_id, "d.company_id": company_id, "d.owner_id": owner_id,
        "d.status": None if status == "all" else status,
    }  # fmt: skip
    params = {column[2:]: value for column, value in wanted.items() if value is not None}
    where = " AND ".join(f"{column} = :{column[2:]}" for column, value in wanted.items() if value is not None)
    sql = _CARDS + (f" WHERE {where}" if where else "") + " ORDER BY s.pipeline_id, s.position, d.rank, d.id"
    if limit is not None:
        sql, params["limit"] = sql + " LIMIT :limit", limit
    return [_card(crm, row) for row in crm.rows(sql, **params)]


def cards(crm: Reader, ids: Iterable[int]) -> list[Card]:
    """Return the deals of a few hundred ids, in any order; those that are gone are left out."""
    return [_card(crm, row) for row in crm.rows(f"{_CARDS} WHERE d.id IN ({listed(ids)})")]


def sheet(crm: Reader, deal_id: int) -> DealSheet | None:
    """Return one deal, None where there is none."""
    import json

    cards = crm.rows(_CARDS + " WHERE d.id = :id", id=deal_id)
    if not cards:
        return None
    (found,) = crm.rows(
        "SELECT s.name, p.id, p.name, d.expected_on, d.lost_reason, d.lost_words, d.closed_at, d.created_at,"
        " d.source, d.custom FROM deals d JOIN stages s ON s.id = d.stage_id JOIN pipelines p ON p.id = s.pipeline_id"
        " WHERE d.id = :id",
        id=deal_id,
    )
    stage, pipeline_id, pipeline, expected_on, reason, words, closed_at, created_at, source, custom = found
    tags = crm.rows(
        "SELECT g.name FROM taggings x JOIN tags g ON g.id = x.tag_id WHERE x.deal_id = :id ORDER BY g.folded",
        id=deal_id,
    )
    return DealSheet(
        _card(crm, cards[0]), stage, pipeline_id, pipeline, expected_on, reason, words, closed_at, created_at, source,
        [row[0] for row in tags], json.loads(custom),
    )  # fmt: skip


def _card(crm: Reader, row: tuple[Any, ...]) -> Card:
    (deal_id, title, status, stage_id, rank, amount, currency, contact_id, first, last, company_id, company, owner,
     entered_at, touched_at, sleep_until, rot_days, task_id, kind, text, due_on, due_time) = row  # fmt: skip
    today = crm.today
    silent_days = days_since(crm.now, touched_at)
    asleep = sleep_until if sleep_until and sleep_until > today else None
    planned = due_on is not None and due_on >= today
    contact = person(first, last, company)
    return Card(
        deal_id, title, status, stage_id, rank, amount, currency, contact_id, contact, company_id, company, owner,
        days_in_stage=days_since(crm.now, entered_at),
        silent_days=silent_days,
        rotting=status == "open" and rot_days is not None and silent_days > rot_days and not asleep and not planned,
        sleep_until=asleep,
        next_task_id=task_id,
        next_task=to_do(kind, text, contact) if task_id else None,
        next_due_on=due_on,
        next_due_time=due_time,
        overdue=due_on is not None and due_on < today,
        next_kind=kind or "",
        next_text=text or "",
    )  # fmt: skip
