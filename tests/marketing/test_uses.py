"""Lists and segments that are named somewhere: what is written by their name goes on working."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import campaigns, lists, segments, sequences
from petitcrm.marketing.lists import Told
from petitcrm.sales import views
from petitcrm.sales.views import View
from tests.support.campaigns import TEXT
from tests.support.firm import Firm
from tests.support.sequences import text_of

ON_IT = [{"id": "a", "kind": "send"}, {"id": "b", "kind": "list", "list": "La lettre", "action": "add"}]


@pytest.fixture
def named(config: Config, firm: Firm) -> Config:
    """Let the small firm have a list and a segment whose names are not their keys."""
    with open_crm(config) as crm:
        lists.add(crm, Told("La lettre", wording="Recevoir la lettre"))
        segments.add(crm, "Gens de Gaz", "tag = gaz")
    return config


def renaming_is_refused(config: Config, kind: str, where: str) -> None:
    """Refuse another name of the list or the segment, saying where the one that it has is written, and its key."""
    key = {"list": "la-lettre", "segment": "gens-de-gaz"}[kind]
    with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
        if kind == "list":
            lists.edit(crm, key, {"name": "Autre"})
        else:
            segments.edit(crm, key, name="Autre")
    told = refused.value
    assert told.rule == f"{kind}-is-used" and where in told.message and key in told.advice


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("segment", 'segment = "Gens de Gaz"'), ("segment", "ville = Rennes ou pas segment = x, gens de GAZ"),
        ("list", 'liste = "La lettre"'), ("list", "désabonné de = 'La lettre'"), ("list", "en attente sur = la lettre"),
    ],
)  # fmt: skip
def test_what_a_segment_names_by_its_name_is_not_called_otherwise(
    named: Config, kind: str, condition: str
) -> None:
    with open_crm(named) as crm:
        segments.add(crm, "x", "tag = bois")
        segments.add(crm, "Ceux-là", condition)
    renaming_is_refused(named, kind, "Ceux-là")
    with open_crm(named) as crm:
        segments.delete(crm, "ceux-la")
        assert segments.edit(crm, "gens-de-gaz", name="Autre") and lists.edit(
            crm, "la-lettre", {"name": "Autre"}
        )


def test_what_is_named_by_its_key_is_called_as_one_likes(named: Config) -> None:
    with open_crm(named) as crm:
        segments.add(crm, "b", "segment = gens-de-gaz ou liste = la-lettre")
        campaigns.add(crm, TEXT._replace(audience='{"lists":["la-lettre"],"segments":["gens-de-gaz"]}'))
        assert segments.edit(crm, "gens-de-gaz", name="Autres") and lists.edit(
            crm, "la-lettre", {"name": "L"}
        )
        assert segments.count(crm, "b") == 1


def test_a_name_that_is_read_as_the_one_before_is_no_other_name(named: Config) -> None:
    with open_crm(named) as crm:
        segments.add(crm, "b", 'segment = "Gens de Gaz"')
        assert segments.edit(crm, "gens-de-gaz", name="GENS DE GAZ")
        assert segments.edit(crm, "gens-de-gaz", condition="tag = gaz ou tag = bois")
        assert segments.count(crm, "b") == 1


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("segment", {"start": {"segment": "Gens de Gaz"}}), ("segment", {"start": {"where": "segment = gens de gaz"}}),
        ("list", {"start": {"list": "La lettre"}}), ("list", {"start": {"where": 'liste = "La lettre"'}}),
        ("list", {"steps": ON_IT}),
    ],
)  # fmt: skip
def test_what_a_sequence_in_use_names_by_its_name_is_not_called_otherwise(
    named: Config, kind: str, more: dict[str, object]
) -> None:
    with open_crm(named) as crm:
        sequence = sequences.add(crm, text_of(name="Relance", **more)).id
    renaming_is_refused(named, kind, "Relance")
    with open_crm(named) as crm:
        sequences.archive(crm, sequence)
        assert segments.edit(crm, "gens-de-gaz", name="Autre") and lists.edit(
            crm, "la-lettre", {"name": "Autre"}
        )


@pytest.mark.parametrize("state", ["draft", "sending"])
@pytest.mark.parametrize(
    ("kind", "audience"),
    [
        ("segment", '{"segments":["Gens de Gaz"]}'), ("segment", '{"except":{"where":"segment = Gens de Gaz"}}'),
        ("list", '{"lists":["La lettre"]}'), ("list", '{"where":"vile = x","except":{"lists":["la lettre"]}}'),
    ],
)  # fmt: skip
def test_what_a_campaign_names_by_its_name_is_not_called_otherwise(
    named: Config, state: str, kind: str, audience: str
) -> None:
    with open_crm(named) as crm:
        campaigns.add(crm, TEXT._replace(audience=audience))
        crm.connection.write(f"UPDATE campaigns SET state = '{state}'")
    renaming_is_refused(named, kind, TEXT.name)
    with open_crm(named) as crm:
        crm.connection.write("UPDATE campaigns SET state = 'sent'")
        assert segments.edit(crm, "gens-de-gaz", name="Autre") and lists.edit(
            crm, "la-lettre", {"name": "Autre"}
        )


def test_what_a_view_names_is_neither_called_otherwise_nor_deleted(named: Config) -> None:
    with open_crm(named) as crm:
        view = views.save(crm, View(None, "contact", "Ma vue", "segment = Gens de Gaz et liste = La lettre"))
    renaming_is_refused(named, "segment", "Ma vue")
    renaming_is_refused(named, "list", "Ma vue")
    with open_crm(named) as crm:
        with pytest.raises(RefusedByRule):
            segments.delete(crm, "gens-de-gaz")
        views.delete(crm, view)
        segments.delete(crm, "gens-de-gaz")
