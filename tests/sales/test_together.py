"""One gesture on many: done to each, undone at once, stopped without a trace."""

from __future__ import annotations

from datetime import date, time

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.dates import When
from petitcrm.sales import companies, contacts, deals, history, together, users
from petitcrm.watch import Stopped, Watch
from tests.support.snapshots import difference, snapshot


@pytest.fixture
def many(config: Config) -> list[int]:
    """Return the ids of twelve contacts."""
    with open_crm(config) as crm:
        return [contacts.add(crm, {"last_name": f"Dupont {number}"}) for number in range(12)]


def _state(config: Config) -> object:
    with open_crm(config) as crm:
        found = snapshot(crm.connection)
    return {name: rows for name, rows in found.items() if name not in ("tags", "search_names")}


def test_many_are_tagged_by_one_gesture_and_one_undo_takes_it_back(config: Config, many: list[int]) -> None:
    before = _state(config)
    with open_crm(config) as crm:
        assert together.tag(crm, "contact", many, "#vip").done == 12
        again = together.tag(crm, "contact", many, "VIP")
        assert (again.done, again.unchanged) == (0, 12)
    with open_crm(config) as crm:
        history.undo(crm)
    assert not difference(before, _state(config))  # type: ignore[arg-type]


def test_each_gets_a_task_a_call_and_an_owner(config: Config, many: list[int]) -> None:
    with open_crm(config) as crm:
        paul = users.add(crm, "paul")
        due = When(date(2026, 11, 26), time(14, 0))
        assert together.plan(crm, many, "brochure", kind="email", due=due).done == 12
        assert together.log(crm, many, "call", "vœux").done == 12
        assert together.assign(crm, "contact", many, paul).done == 12
        assert together.untag(crm, "contact", many, "inconnue").unchanged == 12
        assert crm.rows("SELECT count(DISTINCT contact_id) FROM tasks WHERE due_time = '14:00'") == [(12,)]
        assert crm.rows("SELECT count(*) FROM contacts WHERE owner_id = :paul", paul=paul) == [(12,)]


def test_who_has_a_deal_is_left_and_told_while_the_others_are_deleted(
    config: Config, many: list[int]
) -> None:
    with open_crm(config) as crm:
        deals.add(crm, "Site", many[3])
    with open_crm(config) as crm:
        done = together.delete(crm, "contact", [*many, 999_999])
        assert (done.done, done.left) == (11, 2)
        assert "Dupont 3" in done.refused[0]
    with open_crm(config) as crm:
        history.undo(crm)
        assert crm.rows("SELECT count(*) FROM contacts") == [(12,)]


def test_companies_are_tagged_and_deleted_too(config: Config) -> None:
    with open_crm(config) as crm:
        ids = [companies.add(crm, {"name": f"Acme {number}"}) for number in range(3)]
        assert together.tag(crm, "company", ids, "client").done == 3
        assert together.delete(crm, "company", ids).done == 3


def test_a_gesture_that_is_stopped_leaves_nothing(config: Config, many: list[int]) -> None:
    before = _state(config)
    watch = Watch(len(many))

    def stop_at_the_fifth() -> None:
        with open_crm(config) as crm:
            together.tag(crm, "contact", many[:5], "vip", watch=watch)
            watch.stop()
            together.tag(crm, "contact", many[5:], "vip", watch=watch)

    with pytest.raises(Stopped):
        stop_at_the_fifth()
    assert watch.done == 5
    assert not difference(before, _state(config))  # type: ignore[arg-type]


class _StoppedAt(Watch):
    """Somebody who stops a gesture once so many rows are done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def step(self, number: int = 1) -> None:
        super().step(number)
        if self.done >= self._number:
            self.stop()


@pytest.mark.parametrize("at", [1, 13, 25])
def test_an_undo_that_is_stopped_on_its_way_leaves_the_gesture_standing(
    config: Config, many: list[int], at: int
) -> None:
    with open_crm(config) as crm:
        together.plan(crm, many, "brochure", kind="email", due=None)
    before = _state(config)
    watch = _StoppedAt(at)

    def undo() -> None:
        with open_crm(config) as crm:
            history.undo(crm, watch=watch)

    try:
        undo()
    except Stopped:
        assert not difference(before, _state(config))  # type: ignore[arg-type]
        with open_crm(config) as crm:
            history.undo(crm)
    assert watch.total == 36
    with open_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM tasks") == [(0,)]


def test_an_undo_tells_each_row_three_times_to_who_watches(config: Config, many: list[int]) -> None:
    with open_crm(config) as crm:
        together.plan(crm, many, "brochure", kind="email", due=None)
    watch = Watch()
    with open_crm(config) as crm:
        history.undo(crm, watch=watch)
    assert (watch.done, watch.total) == (36, 36)


def test_what_is_refused_for_many_for_one_reason_is_told_once(config: Config, many: list[int]) -> None:
    with open_crm(config) as crm:
        made = [deals.add(crm, "Site", row_id) for row_id in many]
        done = together.sleep(crm, made, date(2026, 1, 1))
        assert (done.done, done.left, len(done.refused)) == (0, 12, 1)


def test_deals_already_in_the_stage_stay_at_their_place(config: Config, many: list[int]) -> None:
    with open_crm(config) as crm:
        made = [deals.add(crm, "Site", row_id) for row_id in many]
        places = [row[0] for row in crm.rows("SELECT id FROM stages ORDER BY position")]
        ranks = crm.rows("SELECT id, rank FROM deals ORDER BY id")
        done = together.move(crm, made, places[0])
        assert (done.done, done.unchanged) == (0, 12)
        assert crm.rows("SELECT id, rank FROM deals ORDER BY id") == ranks
        assert together.move(crm, made[:5], places[1]).done == 5
