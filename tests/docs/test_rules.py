"""The rules that the pages show are read by the commands that the pages name, and mean what they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from petitcrm.crm import Crm
from petitcrm.leads import criteria, partners, profiles, territories
from petitcrm.sales import users

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/rules.md", "docs/regles.md")


def blocks(page: str) -> list[str]:
    """Return the TOML of a page."""
    return re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)


@pytest.fixture
def team(crm: Crm) -> Crm:
    for key in ("marie", "paul"):
        users.add(crm, key)
    partners.add(crm, "Océan", key="ocean")
    return crm


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_is_taken(team: Crm, page: str) -> None:
    found = [tomllib.loads(block) for block in blocks(page)]
    assert len(found) == 2
    for told in found:
        if "rule" in told:
            key = territories.keep(team, told["name"], told["rule"])
            kept = [territories.written(rule) for rule in territories.unpacked(territories.named(team, key))]
            assert [rule["name"] for rule in kept] == [rule["name"] for rule in told["rule"]]
        else:
            profiles.describe_ideal(team, told)
            profiles.keep_persona(team, {"name": "Essai", **told})


@pytest.mark.parametrize("page", PAGES)
def test_every_field_is_explained(page: str) -> None:
    told = set(re.findall(r"`(\w+)`", (ROOT / page).read_text(encoding="utf-8")))
    assert set(criteria.FIELDS) <= told


@pytest.mark.parametrize("page", PAGES)
def test_every_value_of_the_table_can_be_read(page: str) -> None:
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        fields, _bar, values = line.removeprefix("| ").partition(" | ")
        for value in re.findall(r'`"([^`"]+)"`', values) if line.startswith("| `") else ():
            names = [name for name in re.findall(r"`(\w+)`", fields) if name != "custom"]
            assert any(_reads(name, value) for name in names) or not names, (value, fields)


def _reads(field: str, value: str) -> bool:
    from petitcrm.errors import UsageProblem

    try:
        criteria.read(field, value)
    except UsageProblem:
        return False
    return True


def test_the_territories_of_the_examples_are_taken(team: Crm) -> None:
    told = tomllib.loads((ROOT / "examples" / "territories.toml").read_text(encoding="utf-8"))
    territories.keep(team, told["name"], told["rule"])
    territories.activate(team, "france")
