"""The board: what it reads of a base, whatever the number of deals."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.store.queries import deals


@pytest.mark.engines("sqlite")
def test_counts_and_sums_of_the_stages_are_read_from_the_index_alone(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[str] = []
    ask = crm.rows

    def explained(sql: str, **params: object) -> list[tuple[object, ...]]:
        plans.append(" ".join(str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params)))
        return ask(sql, **params)

    monkeypatch.setattr(crm, "rows", explained)
    deals.board(crm, 1, limit=40)
    assert any("USING COVERING INDEX ix_deals_open" in plan for plan in plans)
