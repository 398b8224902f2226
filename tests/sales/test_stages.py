"""Stages: added, put in order, removed without losing a deal or a past."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import contacts, deals, history, pipelines, stages
from petitcrm.store.queries import pipelines as queries
from tests.support.snapshots import difference, snapshot


def order(crm: Crm, pipeline_id: int = 1) -> list[str]:
    return [stage.key for stage in queries.stages(crm, pipeline_id)]


@pytest.mark.parametrize(("position", "place"), [(None, 5), (0, 0), (2, 2), (99, 5), (-4, 0)])
def test_a_stage_is_added_at_its_place(crm: Crm, position: int | None, place: int) -> None:
    stages.add(crm, 1, "Démo", position=position)
    assert order(crm)[place] == "demo"
    assert [stage.position for stage in queries.stages(crm, 1)] == [0, 1, 2, 3, 4, 5]


def test_a_stage_keeps_what_is_said_of_it(crm: Crm) -> None:
    told = {
        "probability": "30 %", "rot_days": "", "next_task_kind": "call", "next_task_days": 3,
        "requires": "amount_cents, expected_on",
    }  # fmt: skip
    stage = queries.stage(crm, stages.add(crm, 1, "Démo", fields=told))
    assert (stage.probability, stage.rot_days, stage.next_task_days) == (30, None, 3)
    assert stage.requires == '["amount_cents","expected_on"]'


@pytest.mark.parametrize(
    "fields",
    [{"probability": 101}, {"probability": "peut-être"}, {"rot_days": -1}, {"next_task_kind": "fax"}, {"name": " "},
     {"requires": "couleur"}, {"colour": "red"}],
)  # fmt: skip
def test_a_wrong_value_is_refused(crm: Crm, fields: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem):
        stages.edit(crm, 1, fields)


def test_a_stage_of_a_pipeline_that_is_not_there_is_refused(crm: Crm) -> None:
    with pytest.raises(NotFound):
        stages.add(crm, 9, "Démo")


def test_renaming_a_stage_keeps_its_key(crm: Crm) -> None:
    assert stages.edit(crm, 1, {"name": "Piste"})
    assert not stages.edit(crm, 1, {"name": "Piste"})
    assert (order(crm)[0], queries.stage(crm, 1).name) == ("prospect", "Piste")


def test_a_stage_is_put_at_another_place_in_one_act(crm: Crm) -> None:
    assert stages.move(crm, 1, 2)
    assert order(crm)[:3] == ["telephone", "meeting-1", "prospect"]
    assert not stages.move(crm, 1, 2)
    assert crm.rows("SELECT kind FROM events") == [("stage.moved",)]


def test_a_stage_with_open_deals_is_not_removed_before_one_says_where_they_go(crm: Crm) -> None:
    deals.add(crm, "Poêle", contacts.add(crm, {"last_name": "Dupont"}))
    with pytest.raises(RefusedByRule) as refusal:
        stages.remove(crm, 1)
    assert refusal.value.rule == "stage-has-deals"
    with pytest.raises(UsageProblem):
        stages.remove(crm, 1, deals_to=1)
    with pytest.raises(NotFound):
        stages.remove(crm, 1, deals_to=99)


def test_open_deals_go_where_one_says_and_a_closed_one_stays_where_it_ended(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"})
    still_open, lost = deals.add(crm, "Poêle", jean), deals.add(crm, "Insert", jean)
    deals.lose(crm, lost, "price")
    assert stages.remove(crm, 1, deals_to=2) == 1
    assert crm.rows("SELECT id, stage_id FROM deals ORDER BY id") == [(still_open, 2), (lost, 1)]
    assert order(crm) == ["telephone", "meeting-1", "meeting-2", "closing"]


def test_a_stage_without_a_past_leaves_no_trace(crm: Crm) -> None:
    stages.remove(crm, stages.add(crm, 1, "Démo"))
    assert crm.rows("SELECT count(*) FROM stages") == [(5,)]


def test_a_removed_stage_is_gone_for_whoever_names_it(crm: Crm) -> None:
    deals.cancel(crm, deals.add(crm, "Poêle", contacts.add(crm, {"last_name": "Dupont"})))
    stages.remove(crm, 1)
    for verb in (
        lambda: stages.edit(crm, 1, {"name": "x"}),
        lambda: stages.remove(crm, 1),
        lambda: stages.move(crm, 1, 2),
    ):
        with pytest.raises(NotFound):
            verb()


def test_a_new_stage_may_bear_the_name_of_a_removed_one(crm: Crm) -> None:
    demo = stages.add(crm, 1, "Démo")
    jean = contacts.add(crm, {"last_name": "Dupont"})
    deals.cancel(crm, deals.add(crm, "Poêle", jean, stage_id=demo))
    stages.remove(crm, demo)
    assert queries.stage(crm, stages.add(crm, 1, "Démo")).key == "demo-2"


def test_the_last_stage_stays(crm: Crm) -> None:
    only = stages.add(crm, pipelines.add(crm, "Dépannage"), "Visite")
    with pytest.raises(RefusedByRule) as refusal:
        stages.remove(crm, only)
    assert refusal.value.rule == "last-stage"


def test_one_undo_brings_a_removed_stage_and_its_deals_back(config: Config) -> None:
    with open_crm(config) as crm:
        for title in ("Poêle", "Insert"):
            deals.add(crm, title, contacts.add(crm, {"last_name": "Dupont"}))
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        stages.remove(crm, 1, deals_to=2)
    with open_crm(config) as crm:
        history.undo(crm)
        assert difference(before, snapshot(crm.connection)) == []
    with read_crm(config) as crm:
        assert order(crm)[0] == "prospect"
