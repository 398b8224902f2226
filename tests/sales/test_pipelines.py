"""Pipelines and the people of the firm."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.sales import contacts, deals, pipelines, stages
from petitcrm.store.queries import pipelines as queries


def test_a_pipeline_is_added_after_the_others_under_a_key_that_lasts(crm: Crm) -> None:
    added = pipelines.add(crm, "Dépannage d'été")
    pipelines.edit(crm, added, "Dépannages")
    assert [(line.key, line.name) for line in queries.listing(crm)][1:] == [("depannage-d-ete", "Dépannages")]


def test_two_names_that_fold_to_one_key_get_their_own(crm: Crm) -> None:
    pipelines.add(crm, "Été")
    pipelines.add(crm, "Été !")
    assert {line.key for line in queries.listing(crm)} == {"sales", "ete", "ete-2"}


@pytest.mark.parametrize("name", ["", "  ", "!"])
def test_a_pipeline_needs_a_name(crm: Crm, name: str) -> None:
    with pytest.raises(UsageProblem):
        pipelines.add(crm, name)


def test_a_name_that_is_there_already_is_refused(crm: Crm) -> None:
    pipelines.add(crm, "Dépannage")
    with pytest.raises(UsageProblem):
        pipelines.add(crm, "depannage")


def test_a_pipeline_that_is_not_there_is_not_renamed(crm: Crm) -> None:
    with pytest.raises(NotFound):
        pipelines.edit(crm, 9, "Dépannage")


def test_a_pipeline_tells_its_stages_and_open_deals(crm: Crm) -> None:
    other = pipelines.add(crm, "Dépannage")
    visit = stages.add(crm, other, "Visite")
    jean = contacts.add(crm, {"last_name": "Dupont"})
    deals.add(crm, "Fuite", jean, stage_id=visit)
    deals.cancel(crm, deals.add(crm, "Erreur", jean, stage_id=visit))
    assert [(line.stages, line.open_deals) for line in queries.listing(crm)] == [(5, 0), (1, 1)]
