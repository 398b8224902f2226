"""What the sequences ask each minute is found by an index, however many people are in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitcrm.crm import Crm
from petitcrm.store import running
from petitcrm.store.queries import enrolments, sequences, signals

NOW = "2026-11-23T08:00:00Z"
ASKED: dict[str, Callable[[Crm], object]] = {
    "due": lambda crm: list(enrolments.due(crm, NOW, ("", 0), 50)),
    "still_due": lambda crm: enrolments.still_due(crm, [1, 2], NOW),
    "some": lambda crm: enrolments.some(crm, [1, 2]),
    "of_contacts": lambda crm: enrolments.of_contacts(crm, [1, 2]),
    "of_sequence": lambda crm: enrolments.of_sequence(crm, 1),
    "coming": lambda crm: enrolments.coming(crm, 50),
    "went": lambda crm: enrolments.went(crm, [1, 2]),
    "signals": lambda crm: enrolments.signals(crm, [1, 2], NOW),
    "replies": lambda crm: enrolments.replies(crm, [1, 2], NOW),
    "outcomes": lambda crm: enrolments.outcomes(crm, [1, 2]),
    "closed": lambda crm: enrolments.closed(crm, [1, 2], NOW),
    "refused": lambda crm: enrolments.refused(crm, [1, 2], "newsletter"),
    "came_back": lambda crm: enrolments.came_back(crm, [1, 2]),
    "mailed": lambda crm: enrolments.mailed(crm, [1, 2], NOW),
    "addresses": lambda crm: enrolments.addresses(crm, [1, 2]),
    "moved": lambda crm: enrolments.moved(crm, 9, ("deal.won",)),
    "newcomers": lambda crm: enrolments.newcomers(crm, 1, ("list", "lettre"), 0, 50),
    "newcomers of a segment": lambda crm: enrolments.newcomers(crm, 1, ("segment", "lettre"), 0, 50),
    "meeting": lambda crm: enrolments.meeting(crm, 1, ("c.city = :w1", {"w1": "Rennes"}), 0, 50, once=False),
    "traces": enrolments.traces,
    "remembered": lambda crm: sequences.remembered(crm, "tick:last"),
    "of_contacts of signals": lambda crm: signals.of_contacts(crm, [1, 2], NOW),
    "left": lambda crm: signals.left(crm, ["<o1.a@firme.example>"]),
}
LARGE = (
    "b", "bounces", "c", "consents", "contacts", "correspondents", "deals", "e", "enrolments", "events", "k", "m",
    "messages", "o", "outbox", "p", "passages", "r", "recipients", "s", "signals", "t", "u", "y",
)  # fmt: skip
SMALL = {"due": {"s"}, "coming": {"s"}, "still_due": {"s"}, "newcomers": {"l"}, "mailed": {"c"}}
"""Tables that hold a row a sequence, a list or a campaign: they may be read whole."""
WRITTEN: dict[str, Callable[[Crm], object]] = {
    "look_again": lambda crm: running.look_again(crm.connection, [1], NOW),
    "left": lambda crm: running.left(crm.connection, NOW),
    "let_go": lambda crm: running.let_go(crm.connection, NOW),
}


def scans(steps: list[str], small: set[str]) -> list[str]:
    """Return the large tables that are read from one end to the other, by no index."""
    read = [step.split()[1] for step in steps if step.startswith("SCAN ") and "USING" not in step]
    return [table for table in read if table in LARGE and table not in small]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("asked", ASKED)
def test_no_table_of_people_is_read_from_one_end_to_the_other(
    asked: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    ask = crm.rows

    def explained(sql: str, **params: object) -> list[tuple[object, ...]]:
        steps.extend(str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params))
        return ask(sql, **params)

    def streamed(sql: str, params: dict[str, object]) -> list[tuple[object, ...]]:
        return explained(sql, **params)

    monkeypatch.setattr(crm, "rows", explained)
    monkeypatch.setattr(crm.connection, "stream", streamed)
    ASKED[asked](crm)
    assert steps and not scans(steps, SMALL.get(asked, set())), steps


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("written", WRITTEN)
def test_what_is_written_each_minute_looks_at_few_rows(
    written: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    write = crm.connection.write

    def explained(sql: str, params: object = ()) -> int:
        told = crm.connection.rows(f"EXPLAIN QUERY PLAN {sql}", params)  # type: ignore[arg-type]
        steps.extend(str(step[3]) for step in told)
        return write(sql, params)  # type: ignore[arg-type]

    monkeypatch.setattr(crm.connection, "write", explained)
    WRITTEN[written](crm)
    assert steps and not scans(steps, set()), steps
