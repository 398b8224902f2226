"""What leaves and what came back is found by an index, however many mails have left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitcrm.crm import Crm
from petitcrm.store.queries import agenda, bounces, consents, outbox

NOW = "2026-11-23T08:00:00Z"
ASKED: dict[str, Callable[[Crm], object]] = {
    "due": lambda crm: outbox.due(crm, NOW, 50),
    "some_due": lambda crm: outbox.some_due(crm, [1, 2], NOW),
    "some": lambda crm: outbox.some(crm, [1, 2]),
    "claimed_by": lambda crm: outbox.claimed_by(crm, [1, 2], "me"),
    "ways_to": lambda crm: outbox.ways_to(crm, [1, 2]),
    "in_hand": lambda crm: outbox.in_hand(crm),
    "uncertain": lambda crm: outbox.uncertain(crm),
    "leaving": lambda crm: outbox.leaving(crm),
    "today": lambda crm: agenda.uncertain(crm, agenda.Whose(None, 10)),
    "waiting": lambda crm: outbox.waiting(crm, 50),
    "refused": lambda crm: outbox.refused(crm, 50),
    "of_message": lambda crm: outbox.of_message(crm, "<a@b>"),
    "by_program": lambda crm: outbox.by_program(crm, ["<a@b>", "<c@d>"]),
    "left_for": lambda crm: outbox.left_for(crm, "jean@acme.example", NOW),
    "last_to": lambda crm: outbox.last_to(crm, "jean@acme.example"),
    "thread_of": lambda crm: outbox.thread_of(crm, "<a@b>"),
    "has_occasion": lambda crm: outbox.has_occasion(crm, "vœux"),
    "counts": lambda crm: outbox.counts(crm),
    "of_address": lambda crm: bounces.of_address(crm, "jean@acme.example"),
    "addresses_of": lambda crm: bounces.addresses_of(crm, 1),
    "bounced": lambda crm: consents.bounced(crm, ["jean@acme.example"]),
}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("asked", ASKED)
def test_no_table_of_mail_is_read_from_one_end_to_the_other(
    asked: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    ask = crm.rows

    def explained(sql: str, **params: object) -> list[tuple[object, ...]]:
        steps.extend(str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params))
        return ask(sql, **params)

    monkeypatch.setattr(crm, "rows", explained)
    ASKED[asked](crm)
    read = [
        step
        for step in steps
        if step.startswith(
            ("SCAN outbox", "SCAN bounces", "SCAN messages", "SCAN passages", "SCAN recipients")
        )
    ]
    assert steps and all("USING" in step for step in read), steps
