"""Tags on contacts, companies and deals."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.sales import companies, contacts, deals, history, tags
from petitcrm.store.queries import tags as queries


@pytest.fixture
def jean(crm: Crm) -> int:
    return contacts.add(crm, {"last_name": "Dupont"})


def test_a_tag_is_put_once(crm: Crm, jean: int) -> None:
    assert tags.put(crm, "contact", jean, "VIP")
    assert not tags.put(crm, "contact", jean, "#vip ")
    assert [(tag.name, tag.contacts) for tag in queries.listing(crm)] == [("VIP", 1)]


def test_a_tag_is_taken_away_once(crm: Crm, jean: int) -> None:
    tags.put(crm, "contact", jean, "Été")
    assert tags.remove(crm, "contact", jean, "ete")
    assert not tags.remove(crm, "contact", jean, "ete")
    assert not tags.remove(crm, "contact", jean, "never put")


def test_each_noun_bears_tags_of_its_own(crm: Crm, jean: int) -> None:
    acme, poele = companies.add(crm, {"name": "Acmé"}), deals.add(crm, "Poêle", jean)
    for noun, row_id in (("contact", jean), ("company", acme), ("deal", poele)):
        tags.put(crm, noun, row_id, "gaz")
    assert queries.listing(crm)[0][2:] == (1, 1, 1)


@pytest.mark.parametrize("tag", ["", "  ", "#", "\0"])
def test_an_empty_tag_is_refused(crm: Crm, jean: int, tag: str) -> None:
    with pytest.raises(UsageProblem):
        tags.put(crm, "contact", jean, tag)


def test_what_bears_no_tags_is_refused(crm: Crm, jean: int) -> None:
    with pytest.raises(UsageProblem):
        tags.put(crm, "task", jean, "vip")
    with pytest.raises(NotFound):
        tags.put(crm, "contact", jean + 1, "vip")


def test_taking_back_the_first_use_of_a_tag_leaves_the_tag_to_those_who_used_it_since(config: Config) -> None:
    with open_crm(config) as crm:
        jean, zoe = (contacts.add(crm, {"last_name": name}) for name in ("Dupont", "Noël"))
    with open_crm(config) as crm:
        tags.put(crm, "contact", jean, "vip")
        batch = crm.journal.batch_id if crm.journal else None
    with open_crm(config) as crm:
        tags.put(crm, "contact", zoe, "vip")
    with open_crm(config) as crm:
        history.undo(crm, batch)
    with read_crm(config) as crm:
        assert crm.rows("SELECT contact_id FROM taggings") == [(zoe,)]
