"""A firm of four with territories, a profile and a persona."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.leads import profiles, team, territories
from petitcrm.sales import companies, contacts, users
from tests.cli.conftest import shell  # noqa: F401 - a fixture


class House(NamedTuple):
    """The ids of who works there and of whom they know."""

    marie: int
    paul: int
    zoe: int
    luc: int
    acme: int
    jeanne: int
    bruno: int


@pytest.fixture
def house(config: Config) -> House:
    """Return a firm: Marie works leads, Paul and Zoé (half time) sell, Luc looks after customers."""
    i18n.use("en")
    with open_crm(config) as crm:
        marie, paul, zoe, luc = (users.add(crm, key) for key in ("marie", "paul", "zoe", "luc"))
        team.place(crm, marie, roles=["sdr", "mrr"])
        team.place(crm, paul, roles=["ae"])
        team.place(crm, zoe, roles=["ae"], weight=50)
        team.place(crm, luc, roles=["cs"])
        acme = companies.add(
            crm,
            {"name": "Acme", "postcode": "56000", "city": "Vannes", "headcount": 30, "naf_rev2": "43.22B"},
        )
        jeanne = contacts.add(
            crm, {"first_name": "Jeanne", "last_name": "Dupont", "company_id": acme, "job_title": "Gérante"}
        )
        bruno = contacts.add(
            crm, {"first_name": "Bruno", "last_name": "Roy", "postcode": "97200", "city": "Fort-de-France"}
        )
        profiles.describe_ideal(
            crm,
            {
                "must": {"size": ["pme"], "region": ["Bretagne"]},
                "wish": {"naf": ["43"]},
                "never": {"tags": ["concurrent"]},
            },
        )
        profiles.keep_persona(crm, {"name": "Dirigeant", "must": {"job_title": ["gérant*", "dirigeant*"]}})
        territories.keep(
            crm,
            "Régions",
            [
                {"name": "Bretagne", "where": {"region": ["Bretagne"]}, "to": ["marie"]},
                {"name": "Outre-mer", "where": {"region": ["outre-mer"]}, "to": ["paul", "zoe"]},
            ],
        )
        territories.activate(crm, "regions")
    return House(marie, paul, zoe, luc, acme, jeanne, bruno)


@pytest.fixture
def at_work(config: Config, house: House) -> Crm:
    """Return the base of the firm, open for one long gesture."""
    with open_crm(config) as crm:
        yield crm
