"""The sets of territories, as the base keeps them."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class SetLine(Row):
    """One set; `rules` is JSON, `state` draft, active or archived."""

    id: int
    key: str
    name: str
    state: str
    rules: str
    activated_at: str | None
    archived_at: str | None
    created_at: str


def listing(crm: Reader) -> list[SetLine]:
    """Return all sets, the newest first."""
    columns = "id, key, name, state, rules, activated_at, archived_at, created_at"
    return [SetLine(*row) for row in crm.rows(f"SELECT {columns} FROM territory_sets ORDER BY id DESC")]
