"""Views: kept for the firm, journaled, taken back."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import history, views
from petitcrm.sales.views import View
from petitcrm.store.queries import browse as queries

RENNES = View(None, "contact", "Clients de Rennes", "rennes #client", "last", descending=False)


def _own(crm: Crm, noun: str = "contact") -> list[View]:
    return [view for view in views.listing(crm, noun) if not view.built_in]


def test_a_view_is_kept_as_it_was(config: Config) -> None:
    with open_crm(config) as crm:
        view_id = views.save(crm, RENNES)
    with open_crm(config) as crm:
        assert _own(crm) == [RENNES._replace(id=view_id)]
        assert _own(crm, "company") == []


def test_a_view_of_the_same_name_takes_the_place_of_the_other(config: Config) -> None:
    with open_crm(config) as crm:
        first = views.save(crm, RENNES)
        assert views.save(crm, RENNES._replace(name="clients de RENNES", filter="rennes")) == first
        assert [view.filter for view in _own(crm)] == ["rennes"]


def test_a_view_is_renamed_and_deleted_and_each_is_taken_back(config: Config) -> None:
    with open_crm(config) as crm:
        view_id = views.save(crm, RENNES)
    with open_crm(config) as crm:
        views.rename(crm, view_id, "Rennes")
    with open_crm(config) as crm:
        views.delete(crm, view_id)
    with open_crm(config) as crm:
        assert _own(crm) == []
        assert "Rennes" in history.undo(crm).what
    with open_crm(config) as crm:
        assert [view.name for view in _own(crm)] == ["Rennes"]
        history.undo(crm)
    with open_crm(config) as crm:
        assert [view.name for view in _own(crm)] == ["Clients de Rennes"]


def test_a_name_that_is_taken_is_refused(config: Config) -> None:
    with open_crm(config) as crm:
        views.save(crm, RENNES)
        other = views.save(crm, RENNES._replace(name="Autre"))
        with pytest.raises(RefusedByRule):
            views.rename(crm, other, "clients de rennes")
        views.rename(crm, other, "AUTRE")
        with pytest.raises(UsageProblem):
            views.rename(crm, other, "   ")
        with pytest.raises(NotFound):
            views.rename(crm, 999, "x")


def test_what_is_no_list_is_not_kept(config: Config) -> None:
    with open_crm(config) as crm:
        for wrong in (RENNES._replace(sort="people"), RENNES._replace(noun="deal"), RENNES._replace(name="")):
            with pytest.raises(UsageProblem):
                views.save(crm, wrong)


@pytest.mark.parametrize(
    "value",
    ["", "[]", "{", '{"name": 1, "filter": "", "sort": "name", "descending": false}', '{"name": "x"}',
     '{"name": "x", "filter": "", "sort": ["name"], "descending": false}'],
)  # fmt: skip
def test_what_another_program_wrote_is_left_out_where_it_is_no_view(config: Config, value: str) -> None:
    with open_crm(config) as crm, crm.act("setting.edited", key="view:contact:x") as act:
        act.insert("settings", key="view:contact:x", value=value)
    with open_crm(config) as crm:
        assert _own(crm) == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("noun", views.NOUNS)
def test_the_views_that_come_with_petitcrm_mean_the_same_in_both_languages(
    config: Config, noun: str, language: str
) -> None:
    from petitcrm.sales import browsing

    i18n.use(language)
    with open_crm(config) as crm:
        for view in views.built_in(noun):
            meant = browsing.understand(crm, noun, view.filter)
            assert meant.words == []
            assert (meant.narrowing != queries.Narrowing()) == bool(view.filter)


@pytest.mark.parametrize("noun", views.NOUNS)
def test_what_a_view_narrows_by_reads_alike_in_both_languages(config: Config, noun: str) -> None:
    from petitcrm.sales import browsing

    with open_crm(config) as crm:
        meant = []
        for language in ("fr", "en"):
            i18n.use(language)
            meant.append([browsing.understand(crm, noun, view.filter) for view in views.built_in(noun)])
    assert meant[0] == meant[1]
