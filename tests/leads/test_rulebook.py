"""Ordered rules: the first that matches wins, and quick ways find what slow ones do."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petitcrm import geo
from petitcrm.leads import criteria
from petitcrm.leads.facts import Facts
from petitcrm.leads.rulebook import Rule, Rulebook

DEPARTEMENTS = sorted(geo.departements())
VALUES: dict[str, list[str]] = {
    "departement": DEPARTEMENTS, "size": ["micro", "pme", "eti", "ge"], "naf": ["A", "43", "62.01Z"],
    "keywords": ["gaz", "chaud*"], "job_title": ["gérant*"], "tags": ["vip", "gaz"], "online": ["yes", "no"],
    "postcode": ["35*", "29000-29999"], "custom": ["> 10", "bleu"],
}  # fmt: skip

tables = some.dictionaries(some.sampled_from(sorted(VALUES)), some.integers(0, 10**6), max_size=4)
facts = some.builds(
    Facts,
    postcode=some.sampled_from(["", "35000", "29100", "75001"]),
    departement=some.sampled_from(["", *DEPARTEMENTS]),
    size=some.sampled_from(["", "micro", "pme", "ge"]),
    naf=some.sampled_from(["", "01.11Z", "43.22B", "62.01Z"]),
    job_title=some.sampled_from(["", "Gérant", "Chef"]),
    words=some.sampled_from(["", "gaz", "une chaudière", "rien"]),
    tags=some.frozensets(some.sampled_from(["vip", "gaz"])),
    is_online=some.booleans(),
    custom=some.sampled_from([(), (("custom", "12"),), (("custom", "bleu"),)]),
)


def conditions(table: dict[str, int]) -> tuple[criteria.Condition, ...]:
    """Return the conditions that some drawn numbers stand for."""
    read = []
    for field, seed in table.items():
        wanted = random.Random(seed).sample(VALUES[field], k=min(1 + seed % 3, len(VALUES[field])))
        read.append(criteria.read("custom.custom" if field == "custom" else field, wanted))
    return tuple(read)


def slowly(rules: list[Rule], here: Facts) -> list[int]:
    """Return which rules match, judging every condition of every rule."""
    return [
        place
        for place, rule in enumerate(rules)
        if all(criteria.judge(one, here) == "yes" for one in rule.where)
        and not any(criteria.judge(one, here) == "yes" for one in rule.but_not)
    ]


@given(some.lists(some.tuples(tables, tables), max_size=12), some.lists(facts, min_size=1, max_size=8))
def test_the_quick_way_finds_what_the_slow_way_finds(
    drawn: list[tuple[dict[str, int], dict[str, int]]], subjects: list[Facts]
) -> None:
    rules = [Rule(str(place), conditions(where), conditions(but)) for place, (where, but) in enumerate(drawn)]
    book = Rulebook(rules)
    for here in subjects * 2:
        matching = slowly(rules, here)
        assert book.every(here) == matching
        assert book.first(here) == (matching[0] if matching else None)


def test_a_rule_without_conditions_matches_everybody() -> None:
    assert Rulebook([Rule("tout")]).first(Facts()) == 0


def test_no_rules_match_nobody() -> None:
    assert Rulebook([]).first(Facts()) is None


@pytest.mark.parametrize("departement", DEPARTEMENTS)
def test_every_departement_finds_the_rule_of_its_region(departement: str) -> None:
    regions = sorted(geo.regions())
    book = Rulebook([Rule(code, (criteria.read("region", code),)) for code in regions])
    region = geo.departements()[departement].region_code
    assert regions[book.first(Facts(departement=departement, region=region)) or 0] == region
