"""The people of the firm."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.sales import users
from petitcrm.store.queries import users as queries


def test_a_person_is_known_by_a_short_key(crm: Crm) -> None:
    users.add(crm, "Marie", name="Marie Curie", email="Marie@Firm.fr")
    (line,) = queries.listing(crm)
    assert (line.key, line.name, line.email) == ("marie", "Marie Curie", "marie@firm.fr")


def test_a_person_goes_by_the_key_until_named(crm: Crm) -> None:
    marie = users.add(crm, "marie")
    assert users.edit(crm, marie, {"name": "Marie Curie"})
    assert queries.listing(crm)[0].name == "Marie Curie"


@pytest.mark.parametrize(
    ("key", "email"), [("", ""), ("marie curie", ""), ("12", ""), ("a@b.fr", ""), ("m", "nobody")]
)
def test_a_key_that_cannot_be_typed_or_a_wrong_address_is_refused(crm: Crm, key: str, email: str) -> None:
    with pytest.raises(UsageProblem):
        users.add(crm, key, email=email)


def test_two_people_do_not_share_a_key(crm: Crm) -> None:
    marie, anne = users.add(crm, "marie"), users.add(crm, "anne")
    assert not users.edit(crm, marie, {"key": "MARIE"})
    with pytest.raises(UsageProblem):
        users.edit(crm, anne, {"key": "marie"})
    with pytest.raises(UsageProblem):
        users.edit(crm, anne, {"name": ""})


def test_a_person_that_is_not_there_is_not_changed(crm: Crm) -> None:
    with pytest.raises(NotFound):
        users.edit(crm, 9, {"name": "Marie"})
