"""What the firm is called, and the way of selling that it begins with."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.pipeline_templates import TEMPLATES
from petitcrm.sales import contacts, deals, firm, history, pipelines
from petitcrm.store.queries import firm as queries
from petitcrm.store.queries import pipelines as known

HOSTILE = "  Zoé\x1b]52;c;AA\x07 \n [red]Garage[/red] "


def _stages(crm: Crm, pipeline_id: int = 1) -> list[str]:
    return [stage.name for stage in known.stages(crm, pipeline_id)]


def test_the_firm_has_a_name_once_it_is_told(crm: Crm) -> None:
    assert queries.name(crm) == ""
    assert firm.rename(crm, " Plomberie  Dupont ")
    assert queries.name(crm) == "Plomberie Dupont"
    assert not firm.rename(crm, "Plomberie Dupont")


def test_an_empty_name_is_no_name(crm: Crm) -> None:
    assert not firm.rename(crm, "  ")
    firm.rename(crm, "Dupont")
    assert firm.rename(crm, "")
    assert queries.name(crm) == ""


def test_a_hostile_name_is_kept_on_one_line(crm: Crm) -> None:
    firm.rename(crm, HOSTILE)
    assert "\n" not in queries.name(crm)
    assert "[red]Garage[/red]" in queries.name(crm)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_base_takes_the_stages_of_a_template_under_its_keys(crm: Crm, template: str) -> None:
    firm.begin(crm, template=template)
    wanted = TEMPLATES[template]
    assert [(s.key, s.probability, s.rot_days) for s in known.stages(crm, 1)] == [
        (s.key, s.probability, s.rot_days) for s in wanted.stages
    ]
    assert len(known.listing(crm)) == 1


def test_the_usual_template_is_what_a_new_base_has(crm: Crm) -> None:
    before = _stages(crm)
    assert firm.begin(crm, template="sales").pipeline_id is None
    assert _stages(crm) == before


def test_stages_are_named_in_the_language_of_who_chooses(crm: Crm) -> None:
    assert _stages(crm)[1] == "Rendez-vous téléphonique"
    i18n.use("en")
    firm.begin(crm, template="sales")
    assert _stages(crm)[1] == "Phone meeting"
    firm.begin(crm, template="services")
    assert _stages(crm)[1] == "Need understood"


def test_where_deals_were_a_pipeline_is_added_and_theirs_stays(crm: Crm) -> None:
    deals.add(crm, "Chaudière", contacts.add(crm, {"last_name": "Dupont"}))
    before = _stages(crm)
    begun = firm.begin(crm, template="services")
    assert begun.added
    assert _stages(crm) == before
    assert len(_stages(crm, begun.pipeline_id)) == len(TEMPLATES["services"].stages)


def test_a_deal_added_by_mistake_and_deleted_does_not_hold_the_stages(config: Config) -> None:
    with open_crm(config) as crm:
        deals.delete(crm, deals.add(crm, "Chaudière", contacts.add(crm, {"last_name": "Dupont"})))
    with open_crm(config) as crm:
        assert pipelines.begin_with(crm, 1, "shop")


def test_a_pipeline_in_use_refuses_other_stages(crm: Crm) -> None:
    deals.add(crm, "Chaudière", contacts.add(crm, {"last_name": "Dupont"}))
    with pytest.raises(RefusedByRule, match="pipeline add --template shop") as refused:
        pipelines.begin_with(crm, 1, "shop")
    assert refused.value.rule == "pipeline-in-use"


def test_a_template_that_there_is_not_is_told_with_those_there_are(crm: Crm) -> None:
    with pytest.raises(UsageProblem, match="services"):
        firm.begin(crm, template="service")


def test_a_pipeline_is_added_with_a_template_and_another_name(crm: Crm) -> None:
    added = pipelines.add(crm, "Dépannages", template="shop")
    assert known.names(crm)[added] == "Dépannages"
    other = pipelines.add(crm, template="subscription")
    assert known.names(crm)[other] == "Abonnements"
    with pytest.raises(UsageProblem):
        pipelines.add(crm, template="subscription")


def test_the_beginning_is_one_gesture_and_one_undo(config: Config) -> None:
    with read_crm(config) as crm:
        before = _stages(crm)
    with open_crm(config) as crm:
        firm.begin(crm, name="Dupont", template="services")
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert (_stages(crm), queries.name(crm)) == (before, "")
