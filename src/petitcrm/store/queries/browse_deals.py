"""The list of deals to walk through: which are wanted, in which order, and the rows that are seen."""

from __future__ import annotations

from petitcrm.rows import Row
from petitcrm.store.queries import deals, listed, lists, search
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.queries.browse import Narrowing
    from petitcrm.store.queries.deals import Card
    from petitcrm.store.reader import Reader

SORTS = (
    "stage", "name", "contact", "company", "amount", "weighted", "expected", "next", "silent", "owner", "status",
    "reason", "created",
)  # fmt: skip
"""What deals may be sorted by; they come by stage, as on the board."""
_ASLEEP = "x.status = 'open' AND x.sleep_until > :today"
_STATUSES = {
    "": "x.status = 'open'", "open": "x.status = 'open'", "won": "x.status = 'won'", "lost": "x.status = 'lost'",
    "cancelled": "x.status = 'cancelled'", "asleep": _ASLEEP, "all": "",
}  # fmt: skip
STATUSES = tuple(filter(None, _STATUSES))
_HELD = "SELECT deal_id FROM tasks WHERE done_at IS NULL AND deal_id IS NOT NULL"
# The earliest task that has a day, as on a card: one that is late holds nothing, whatever comes after it.
_PLANNED = f"{_HELD} AND due_on IS NOT NULL GROUP BY deal_id HAVING min(due_on) >= :today"
_STAGES = "SELECT id FROM stages ORDER BY pipeline_id, position, id"
_BY_STAGE = "ORDER BY s.pipeline_id, s.position, s.id, x.rank, x.id"


class Pursued(Row):
    """A deal as a line of a list."""

    id: int
    name: str
    card: Card
    stage: str
    pipeline: str
    probability: int
    expected_on: str | None
    lost_reason: str
    lost_words: str
    closed_at: str | None
    created_at: str
    tags: list[str]

    @property
    def weighted_cents(self) -> int | None:
        """What it is worth at the probability of its stage, while it is open."""
        cents = self.card.amount_cents
        return None if cents is None or self.card.status != "open" else cents * self.probability // 100


def matching(crm: Reader, narrowing: Narrowing, *, limit: int | None = None) -> list[int]:
    """Return the ids of the deals that are wanted, by stage and rank; the first `limit` of them."""
    conditions, values = _conditions(crm, narrowing)
    if limit is not None and conditions == [_STATUSES["open"]]:
        return _first(crm, limit)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT x.id FROM deals x JOIN stages s ON s.id = x.stage_id{where} {_BY_STAGE}"
    if limit is not None:
        sql, values["limit"] = f"{sql} LIMIT :limit", limit
    return [row[0] for row in crm.rows(sql, **values)]


def _first(crm: Reader, limit: int) -> list[int]:
    """Return the first open deals, each stage read from its index: what a screen shows of any number of them."""
    found: list[int] = []
    sql = "SELECT id FROM deals WHERE status = 'open' AND stage_id = :stage ORDER BY rank, id LIMIT :limit"
    for (stage_id,) in crm.rows(_STAGES):
        if len(found) >= limit:
            break
        found += [row[0] for row in crm.rows(sql, stage=stage_id, limit=limit - len(found))]
    return found


def count(crm: Reader) -> int:
    """Return how many deals are open."""
    return int(crm.rows("SELECT count(*) FROM deals WHERE status = 'open'")[0][0])


def stages(crm: Reader) -> list[tuple[int, str, str]]:
    """Return the id, the key and the name of every stage in use, in order."""
    sql = "SELECT id, key, name FROM stages WHERE removed_at IS NULL ORDER BY pipeline_id, position, id"
    return [(row[0], row[1], row[2]) for row in crm.rows(sql)]


def _conditions(crm: Reader, narrowing: Narrowing) -> tuple[list[str], dict[str, Any]]:
    conditions = [_STATUSES[narrowing.status]]
    values: dict[str, Any] = {}
    for place, group in enumerate(narrowing.words):
        condition, bound = _having(crm, group, place)
        conditions.append(condition)
        values |= bound
    conditions += [_bearing(listed(tags)) for tags in narrowing.tags]
    conditions += [lists.owned("x.owner_id", owners) for owners in narrowing.owners]
    conditions += [f"x.stage_id IN ({listed(stages)})" for stages in narrowing.stages]
    if narrowing.without_next_step:
        conditions.append(f"x.id NOT IN ({_HELD})")
    if narrowing.silent_since:
        conditions.append("x.touched_at < :since")
        values["since"] = narrowing.silent_since
    if narrowing.rotten is not None:
        conditions.append(_rotten(narrowing.rotten))
    for span in narrowing.spans:
        conditions.append(lists.within(f"x.{span.column}", span))
    wanted = [condition for condition in conditions if condition]
    if any(":today" in condition for condition in wanted):
        values["today"] = crm.today
    return wanted, values


def _having(crm: Reader, group: tuple[str, ...], place: int) -> tuple[str, dict[str, Any]]:
    """Return the condition that a word of `group` is of the deal, of its contact or of its company."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for noun, column in (("deal", "x.id"), ("contact", "x.contact_id"), ("company", "x.company_id")):
        part, bound = search.having(crm, noun, column, [list(group)], value=f"{noun}_{place}")
        parts.append(part)
        values |= bound
    return f"({' OR '.join(parts)})", values


def _bearing(tags: str) -> str:
    """Return the condition that one of the tags is on the deal, on its contact or on its company."""
    borne = "SELECT {noun}_id FROM taggings WHERE tag_id IN ({tags}) AND {noun}_id IS NOT NULL"
    parts = (("deal", "id"), ("contact", "contact_id"), ("company", "company_id"))
    asked = (f"x.{column} IN ({borne.format(noun=noun, tags=tags)})" for noun, column in parts)
    return f"({' OR '.join(asked)})"


def _rotten(limits: tuple[tuple[int, str], ...]) -> str:
    """Return the condition that a card of the board is told silent; `limits` are our own ids and instants."""
    stages = (f"(x.stage_id = {int(stage)} AND x.touched_at < '{before}')" for stage, before in limits)
    too_long = " OR ".join(stages) or "1 = 0"
    return (
        f"x.status = 'open' AND ({too_long}) AND (x.sleep_until IS NULL OR x.sleep_until <= :today)"
        f" AND x.id NOT IN ({_PLANNED})"
    )


# ------------------------------------------------------------------------------------------------------------- orders

_ORDERS = {
    "contact": "SELECT x.id FROM contacts c JOIN deals x ON x.contact_id = c.id ORDER BY c.sort_name, c.id, x.id",
    "company": "SELECT x.id FROM companies f JOIN deals x ON x.company_id = f.id ORDER BY f.sort_name, f.id, x.id",
    "amount": "SELECT id FROM deals WHERE amount_cents IS NOT NULL ORDER BY amount_cents, id",
    "weighted": (
        "SELECT x.id FROM deals x JOIN stages s ON s.id = x.stage_id WHERE x.amount_cents IS NOT NULL"
        " AND x.status = 'open' ORDER BY x.amount_cents * s.probability, x.id"
    ),
    "expected": "SELECT id FROM deals WHERE expected_on IS NOT NULL ORDER BY expected_on, id",
    "next": (
        "SELECT deal_id FROM tasks WHERE done_at IS NULL AND due_on IS NOT NULL AND deal_id IS NOT NULL"
        " GROUP BY deal_id ORDER BY min(due_on), deal_id"
    ),
    "silent": "SELECT id FROM deals ORDER BY touched_at DESC, id",
    "owner": "SELECT x.id FROM users u JOIN deals x ON x.owner_id = u.id ORDER BY u.name, u.id, x.id",
    "status": (
        "SELECT id FROM deals WHERE closed_at IS NOT NULL ORDER BY CASE status WHEN 'won' THEN 0 WHEN 'lost' THEN 1"
        " ELSE 2 END, closed_at, id"
    ),
    "reason": "SELECT id FROM deals WHERE lost_reason <> '' ORDER BY lost_reason, closed_at, id",
    "created": "SELECT id FROM deals ORDER BY created_at, id",
}


def order(crm: Reader, sort: str) -> list[int]:
    """Return, in rising order of what `sort` names, the ids of the deals that have it."""
    if sort == "name":
        return _by_title(crm)
    return [row[0] for row in crm.rows(_ORDERS[sort])]


def _by_title(crm: Reader) -> list[int]:
    """Sort by title without regard to accents, which no engine knows to do alike."""
    titles = crm.rows("SELECT id, title FROM deals ORDER BY id")
    return [row_id for _title, row_id in sorted((fold(title), row_id) for row_id, title in titles)]


def amounts(crm: Reader) -> dict[int, int]:
    """Return what each deal that has an amount is worth, in cents."""
    return dict(crm.rows("SELECT id, amount_cents FROM deals WHERE amount_cents IS NOT NULL"))


# --------------------------------------------------------------------------------------------------------------- rows

_TOLD = (
    "SELECT d.id, s.name, p.name, s.probability, d.expected_on, d.lost_reason, d.lost_words, d.closed_at, d.created_at"
    " FROM deals d JOIN stages s ON s.id = d.stage_id JOIN pipelines p ON p.id = s.pipeline_id WHERE d.id IN ({ids})"
)


def rows(crm: Reader, ids: list[int]) -> list[Pursued]:
    """Return the deals of a few hundred ids, in any order; those that are gone are left out."""
    tags = lists.tags_by_row(crm, "deal", ids)
    cards = {card.id: card for card in deals.cards(crm, ids)}
    several = len(crm.rows("SELECT 1 FROM pipelines LIMIT 2")) > 1
    found = []
    for deal_id, stage, pipeline, *told in crm.rows(_TOLD.format(ids=listed(ids))):
        card, shown = cards[deal_id], pipeline if several else ""
        probability, expected_on, reason, words, closed_at, created_at = told
        found.append(
            Pursued(
                deal_id, card.title, card, stage, shown, probability, expected_on, reason, words, closed_at,
                created_at, tags.get(deal_id, []),
            )
        )  # fmt: skip
    return found
