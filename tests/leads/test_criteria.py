"""The firm's own rules: what each condition reads, whom it fits, and what it says of it."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm import i18n
from petitcrm.errors import UsageProblem
from petitcrm.leads import criteria, profiles
from petitcrm.leads.facts import Facts

VANNES = Facts(
    postcode="56000", departement="56", region="53", country="FR", size="pme", headcount=30, naf="43.22B",
    naf_2025="43.22Y", job_title="Gérante associée", words="Remplacer une chaudière gaz", source="site",
    tags=frozenset({"gaz"}), custom=(("surface", "120,5"), ("logement", "maison")), is_company=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "values", "verdict"),
    [
        ("departement", ["56", "Finistère"], "yes"),
        ("departement", ["1"], "no"),
        ("region", ["bretagne"], "yes"),
        ("region", ["métropole"], "yes"),
        ("region", ["Outre-mer"], "no"),
        ("postcode", ["56*"], "yes"),
        ("postcode", ["35000-56000"], "yes"),
        ("postcode", ["56001-56999"], "no"),
        ("country", ["Belgique"], "no"),
        ("country", "France", "yes"),
        ("size", ["TPE", "PME"], "yes"),
        ("headcount", [">= 10"], "yes"),
        ("headcount", ["10-29"], "no"),
        ("headcount", ["<31"], "yes"),
        ("naf", ["F"], "yes"),
        ("naf", ["43.2"], "yes"),
        ("naf", ["4321A", "C"], "no"),
        ("naf_2025", ["F"], "yes"),
        ("job_title", ["gérant*"], "yes"),
        ("job_title", ["gérant"], "no"),
        ("job_title", ["directeur", "associée"], "yes"),
        ("keywords", ["chaudiere gaz"], "yes"),
        ("keywords", ["chaud"], "no"),
        ("source", ["Site"], "yes"),
        ("campaign", ["hiver"], "unknown"),
        ("tags", ["Gaz"], "yes"),
        ("tags", ["fioul"], "no"),
        ("online", "oui", "no"),
        ("company", True, "yes"),
        ("custom.Surface", ["> 100"], "yes"),
        ("custom.surface", ["> 120,5"], "no"),
        ("custom.logement", ["Maison"], "yes"),
        ("custom.logement", ["> 10"], "no"),
        ("custom.chauffage", ["*"], "unknown"),
    ],
)
def test_a_condition_says_whom_it_fits(field: str, values: Any, verdict: str) -> None:
    assert criteria.judge(criteria.read(field, values), VANNES) == verdict


@pytest.mark.parametrize(
    "field", [name for name in criteria.FIELDS if name not in ("online", "company", "tags")]
)
def test_nobody_knows_what_is_not_written_down(field: str) -> None:
    sample = {
        "headcount": "10",
        "size": "pme",
        "departement": "56",
        "region": "Bretagne",
        "naf": "F",
        "naf_2025": "F",
    }
    condition = criteria.read(field, sample.get(field, "1"))
    assert criteria.judge(condition, Facts()) == "unknown"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("departement", "99"), ("region", "Bretogne"), ("size", "grosse"), ("headcount", "beaucoup"),
        ("headcount", ""), ("naf", "chauffage"), ("naf", "Z"), ("postcode", "56000-5"), ("postcode", "99-10"),
        ("online", "peut-être"), ("keywords", " * "), ("couleur", "bleu"), ("size", []),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_its_value(field: str, value: Any) -> None:
    with pytest.raises(UsageProblem) as refusal:
        criteria.read(field, value)
    assert (str(value) or field) in str(refusal.value) or field in str(refusal.value) or not value.strip(" *")


def test_a_region_nearly_named_is_suggested() -> None:
    with pytest.raises(UsageProblem, match="Bretagne"):
        criteria.read("region", "Bretogne")


@pytest.mark.parametrize(
    ("division", "section", "section_2025"), [("41.20A", "F", "F"), ("62.01Z", "J", "K"), ("45.11Z", "G", "")]
)
def test_sections_are_those_of_each_nomenclature(division: str, section: str, section_2025: str) -> None:
    here = Facts(naf=division, naf_2025=division)
    assert criteria.judge(criteria.read("naf", section), here) == "yes"
    if section_2025:
        assert criteria.judge(criteria.read("naf_2025", section_2025), here) == "yes"
    else:
        assert criteria.judge(criteria.read("naf_2025", "G"), here) == "no"


def test_an_explanation_says_what_was_found_and_what_was_wanted() -> None:
    i18n.use("en")
    told = criteria.explain(criteria.read("departement", ["35", "Finistère"]), VANNES)
    assert told == "département: Morbihan (56), not 35, Finistère"
    assert criteria.explain(criteria.read("campaign", "hiver"), VANNES) == "campaign: not known"


def test_conditions_are_written_as_they_were_read() -> None:
    table = {"departement": ["35", "Finistère"], "headcount": [">= 10"], "custom": {"Surface": ["> 100"]}}
    assert criteria.written(criteria.read_all(table)) == table


def test_yes_and_no_and_a_place_are_shown_in_the_language_of_the_reader() -> None:
    i18n.use("fr")
    assert criteria.show(criteria.read("company", ["no"])).endswith("non")
    said = criteria.read("source", ["Bouche-à-oreille"])
    assert criteria.explain(said, Facts(source="bouche-a-oreille")).endswith("Bouche-à-oreille")


@pytest.mark.parametrize("part", ["must", "wish", "never"])
def test_many_are_answered_as_each_would_be(part: str) -> None:
    listed = [
        Facts(departement=place, size=size) for place in ("", "56", "44") for size in ("", "pme", "eti")
    ] * 2
    for table in ({"size": ["pme"]}, {"size": ["pme"], "departement": ["56"]}, {}):
        profile = profiles.Profile("x", "", **{part: criteria.read_all(table)})
        answer = profiles.answering(profile)
        assert [answer(facts) for facts in listed] == [
            profiles.judge(profile, facts).answer for facts in listed
        ]
