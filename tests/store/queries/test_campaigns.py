"""What campaigns ask for again and again is found by an index, and in its order, however many people they have."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitcrm.crm import Crm
from petitcrm.store.queries import campaigns

ASKED: dict[str, Callable[[Crm], object]] = {
    "under_way": campaigns.under_way,
    "next_waiting": lambda crm: campaigns.next_waiting(crm, 1, is_open=True, limit=200),
    "next_waiting of a test": lambda crm: campaigns.next_waiting(crm, 1, is_open=False, limit=200),
    "handed_over_since": lambda crm: campaigns.handed_over_since(crm, 1, "2026-11-23T08:00:00Z"),
    "resting_with_mails": campaigns.resting_with_mails,
    "is_anybody_waiting": lambda crm: campaigns.is_anybody_waiting(crm, 1),
    "is_test_under_way": lambda crm: campaigns.is_test_under_way(crm, 1),
    "mails": lambda crm: campaigns.mails(crm, 1),
    "bounced": lambda crm: campaigns.bounced(crm, 1),
    "replied": lambda crm: campaigns.replied(crm, 1),
    "tested": lambda crm: campaigns.tested(crm, 1),
    "signalled": lambda crm: campaigns.signalled(crm, 1, "clicked"),
    "unsubscribed": lambda crm: campaigns.unsubscribed(crm, 1, "newsletter"),
    "given_to_servers": lambda crm: campaigns.given_to_servers(crm, 1),
    "refused_by_servers": lambda crm: campaigns.refused_by_servers(crm, 1),
    "shares": lambda crm: campaigns.shares(crm, 1),
    "people": lambda crm: list(campaigns.people(crm, 1)),
}


def explained(crm: Crm, asked: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the steps by which the base answers a question."""
    steps: list[str] = []
    ask = crm.rows

    def told(sql: str, **params: object) -> list[tuple[object, ...]]:
        steps.extend(str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params))
        return ask(sql, **params)

    monkeypatch.setattr(crm, "rows", told)
    ASKED[asked](crm)
    return steps


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("asked", ASKED)
def test_no_table_is_read_from_one_end_to_the_other(
    asked: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = explained(crm, asked, monkeypatch)
    few = ("SCAN c", "SCAN campaigns")  # a firm has some dozens of campaigns
    read = [step for step in steps if step.startswith("SCAN ") and "USING" not in step and step not in few]
    assert steps and not read, steps


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("asked", ["next_waiting", "next_waiting of a test"])
def test_who_is_next_is_not_sorted_out_of_all_who_wait(
    asked: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [step for step in explained(crm, asked, monkeypatch) if "TEMP B-TREE" in step]
