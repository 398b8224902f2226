"""Who gets what, and why: owners first, then the first rule, then a queue that everybody sees."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, rehearse
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.leads import bench, judging, leads, partners, routing, simulation, team, territories
from petitcrm.sales import companies, contacts, deals
from petitcrm.store.queries import leads as queries
from petitcrm.watch import Stopped, Watch
from tests.leads.conftest import House

BY_PLACE: list[dict[str, Any]] = [
    {"name": "Corse", "where": {"region": ["Corse"]}, "to": ["marie"]},
    {"name": "Antilles-Guyane", "where": {"departement": ["971", "Martinique", "973"]}, "to": ["paul"]},
    {"name": "Outre-mer", "where": {"region": ["outre-mer"]}, "to": ["zoe"]},
    {"name": "Paris", "where": {"departement": ["75"]}, "to": ["luc"]},
    {"name": "Belgique", "where": {"country": ["Belgique"]}, "to": ["paul"]},
    {"name": "Dordogne", "where": {"departement": ["24"]}, "to": ["zoe"]},
    {"name": "Gironde", "where": {"departement": ["33"]}, "to": ["paul"]},
    {"name": "Val-de-Marne", "where": {"departement": ["94"]}, "to": ["luc"]},
    {"name": "France", "where": {"region": ["métropole"]}, "to": ["marie"]},
]


def put_in_force(crm: Crm, rules: list[dict[str, Any]]) -> None:
    """Draw a set up and put it in force."""
    territories.keep(crm, "Essai", rules)
    territories.activate(crm, "essai")


def rule_for(crm: Crm, **contact: object) -> str:
    """Return the rule that a new contact falls under."""
    contact_id = contacts.add(crm, {"last_name": "Martin", **contact})
    return routing.explain(crm, *judging.of_contact(crm, contact_id)).rule


@pytest.mark.parametrize(
    ("postcode", "city", "country", "rule"),
    [
        ("20000", "Ajaccio", "", "Corse"),
        ("20200", "Bastia", "France", "Corse"),
        ("97200", "Fort-de-France", "", "Antilles-Guyane"),
        ("97150", "Saint-Martin", "", "Outre-mer"),
        ("97410", "Saint-Pierre", "", "Outre-mer"),
        ("98800", "Nouméa", "", "Outre-mer"),
        ("75380", "PARIS CEDEX 08", "", "Paris"),
        ("75011", "Paris 11e", "", "Paris"),
        ("35999", "RENNES CEDEX 9", "", "France"),
        ("1000", "Bruxelles", "Belgique", "Belgique"),
        ("1000", "Brussel", "BE", "Belgique"),
        ("1000", "Bourg-en-Bresse", "", "France"),
        ("10115", "Berlin", "Allemagne", ""),
        ("33220", "Fougueyrolles", "", "Dordogne"),  # one postcode, two départements
        ("33220", "Eynesse", "", "Gironde"),
        ("94390", "Paray-Vieille-Poste", "", "France"),  # in Essonne, whatever its postcode begins with
        ("", "", "", ""),
    ],
)
def test_addresses_fall_where_a_person_would_put_them(
    at_work: Crm, postcode: str, city: str, country: str, rule: str
) -> None:
    put_in_force(at_work, BY_PLACE)
    assert rule_for(at_work, postcode=postcode, city=city, country=country) == rule


def test_why_is_told(at_work: Crm, house: House) -> None:
    given = routing.explain(at_work, *judging.of_contact(at_work, house.jeanne))
    assert (given.owner, given.rule) == ("marie", "Bretagne")
    assert given.why == ("rule “Bretagne”", "région: Bretagne")


def test_explaining_changes_nothing(at_work: Crm, house: House) -> None:
    before = at_work.rows("SELECT count(*) FROM events")
    for _ in range(5):
        routing.explain(at_work, *judging.of_contact(at_work, house.bruno))
    assert at_work.rows("SELECT count(*) FROM events") == before


def test_whoever_has_the_customer_keeps_them(at_work: Crm, house: House) -> None:
    contacts.edit(at_work, house.jeanne, {"owner_id": house.zoe})
    given = routing.explain(at_work, *judging.of_contact(at_work, house.jeanne))
    assert (given.owner, given.rule) == ("zoe", "")


def test_an_owner_who_has_left_does_not_get_anything(at_work: Crm, house: House) -> None:
    contacts.edit(at_work, house.jeanne, {"owner_id": house.zoe})
    team.leave(at_work, house.zoe, date(2026, 11, 1))
    assert routing.explain(at_work, *judging.of_contact(at_work, house.jeanne)).owner == "marie"


def test_who_is_away_is_passed_over_and_the_next_rule_tried(at_work: Crm, house: House) -> None:
    put_in_force(at_work, [{"name": "A", "to": ["marie"]}, {"name": "B", "to": ["paul"]}])
    team.be_away(at_work, house.marie, date(2026, 11, 20), date(2026, 11, 27))
    given = routing.explain(at_work, *judging.of_contact(at_work, house.jeanne))
    assert (given.owner, given.rule) == ("paul", "B")
    assert "“A” matches" in given.why[0]


def test_who_has_enough_gets_no_more(at_work: Crm, house: House) -> None:
    put_in_force(at_work, [{"name": "A", "to": ["marie"]}])
    team.place(at_work, house.marie, capacity=1)
    assert leads.add(at_work, house.jeanne).owner_id == house.marie
    assert leads.add(at_work, house.bruno).owner_id is None


def test_a_role_shares_among_those_who_have_it(at_work: Crm, house: House) -> None:
    put_in_force(at_work, [{"name": "Vente", "to": ["role:ae"]}])
    owners = [
        leads.add(at_work, contacts.add(at_work, {"last_name": f"P{number}"})).owner_id for number in range(9)
    ]
    assert (owners.count(house.paul), owners.count(house.zoe)) == (6, 3)


def test_a_partner_gets_what_is_theirs_and_what_they_brought_is_counted(at_work: Crm, house: House) -> None:
    partners.add(at_work, "Réseau Sud", fields={"commission_bp": 750})
    put_in_force(at_work, [{"name": "Réseau", "where": {"company": "yes"}, "partner": "reseau-sud"}])
    added = leads.add(at_work, house.jeanne)
    line = queries.line(at_work, added.lead_id)
    assert (line.owner_id, line.partner, line.given_by_rule) == (None, "Réseau Sud", "Réseau")
    deal_id = deals.add(at_work, "Pompe", house.jeanne, amount_cents=100_050)
    at_work.connection.write("UPDATE leads SET deal_id = :d WHERE id = :l", {"d": deal_id, "l": line.id})
    deals.win(at_work, deal_id)
    partner = partners.named(at_work, "Réseau Sud")
    assert (partner.leads, partner.won, partner.won_cents, partner.commission_cents) == (1, 1, 100_050, 7_504)


def test_rules_may_mix_what_they_look_at(at_work: Crm, house: House) -> None:
    rule = {
        "name": "PME du bâtiment en ligne",
        "where": {"size": ["pme"], "naf": ["F"], "online": True, "product": ["Gaz"]},
        "except": {"tags": ["concurrent"]}, "to": ["luc"],
    }  # fmt: skip
    put_in_force(at_work, [rule])
    added = leads.add(at_work, house.jeanne, fields={"is_online": True, "product": "gaz"})
    assert added.rule == rule["name"]


# ------------------------------------------------------------------------------------------------------- sets


@pytest.mark.parametrize(
    ("rules", "error", "words"),
    [
        ([{"to": ["marie"]}], UsageProblem, "Rule 1"),
        ([{"name": "A", "colour": 1}], UsageProblem, "colour"),
        ([{"name": "A", "where": {"region": ["Bretogne"]}}], UsageProblem, "Bretogne"),
        ([{"name": "A", "to": ["marie:0"]}], UsageProblem, "marie:0"),
        ([{"name": "A", "to": ["nobody"]}], NotFound, "nobody"),
        ([{"name": "A", "partner": "inconnu"}], NotFound, "inconnu"),
        ([{"name": "A"}, {"name": "a"}], UsageProblem, "a"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_name(
    at_work: Crm, rules: list[dict[str, Any]], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        territories.keep(at_work, "Essai", rules)


def test_only_drafts_can_be_changed_or_deleted(at_work: Crm) -> None:
    with pytest.raises(RefusedByRule):
        territories.keep(at_work, "Régions", [])
    with pytest.raises(RefusedByRule):
        territories.delete(at_work, "regions")


def test_one_set_is_in_force_at_a_time(at_work: Crm) -> None:
    put_in_force(at_work, [])
    assert territories.named(at_work, "regions").state == "archived"
    assert territories.active(at_work) == []


def test_rules_are_written_as_they_were_read(at_work: Crm) -> None:
    rules = [{"name": "A", "where": {"size": ["pme"]}, "except": {"tags": ["x"]}, "to": ["marie", "paul:50"]}]
    territories.keep(at_work, "Essai", rules)
    kept = territories.unpacked(territories.named(at_work, "essai"))
    assert [territories.written(rule) for rule in kept] == rules


# ------------------------------------------------------------------------------------------------- simulation


def test_a_simulation_says_who_would_get_what_and_changes_nothing(at_work: Crm, house: House) -> None:
    second = contacts.add(
        at_work, {"last_name": "Nantais", "company_id": house.acme, "postcode": "44000", "city": "Nantes"}
    )
    for contact_id in (house.jeanne, house.bruno, second):
        deals.win(at_work, deals.add(at_work, "Vente", contact_id, amount_cents=10_000))
    before = at_work.rows("SELECT max(id) FROM events")
    rules = [
        territories.read(1, {"name": "Ouest", "where": {"departement": ["56"]}, "to": ["marie"]}),
        territories.read(2, {"name": "Loire", "where": {"departement": ["44"]}, "to": ["paul"]}),
    ]
    outcome = simulation.simulate(at_work, rules)
    assert at_work.rows("SELECT max(id) FROM events") == before
    told = {share.owner: (share.number, share.value_cents) for share in outcome.shares}
    assert told == {"": (1, 10_000), "luc": (0, 0), "marie": (1, 10_000), "paul": (1, 10_000), "zoe": (0, 0)}
    assert (outcome.number, outcome.unmatched) == (3, 1)
    assert [(torn.company, torn.owner, torn.others) for torn in outcome.multi_zone] == [
        ("Acme", "marie", ("paul",))
    ]


def test_the_same_simulation_says_the_same(at_work: Crm, house: House) -> None:
    for number in range(40):
        company = companies.add(at_work, {"name": f"Firme {number}", "postcode": "56000", "city": "Vannes"})
        contact = contacts.add(at_work, {"last_name": f"P{number}", "company_id": company})
        leads.add(at_work, contact)
    rules = [territories.read(1, {"name": "Tous", "to": ["*"]})]
    outcome = simulation.simulate(at_work, rules)
    assert outcome == simulation.simulate(at_work, rules)
    assert {share.owner: share.number for share in outcome.shares} == {
        "luc": 12,
        "marie": 11,
        "paul": 11,
        "zoe": 6,
    }


# ------------------------------------------------------------------------------------------------ many at once


@pytest.fixture
def crowd(config: Config, house: House) -> list[int]:
    """Return thirty contacts, some with an owner, among people of whom one can take seven more."""
    rules: list[dict[str, Any]] = [
        {"name": "Pro", "where": {"job_title": ["gérant"]}, "to": ["paul", "zoe"]},
        {"name": "Tous", "to": ["marie", "luc:50"]},
    ]
    with open_crm(config) as crm:
        team.place(crm, house.paul, capacity=7)
        put_in_force(crm, rules)
        return [contacts.add(crm, _one_of(number, house)) for number in range(30)]


def _one_of(number: int, house: House) -> dict[str, Any]:
    title = "Gérant" if number % 2 else ""
    return {
        "last_name": f"P{number}",
        "job_title": title,
        "owner_id": house.luc if number % 7 == 0 else None,
    }


def shared(crm: Crm) -> list[tuple[Any, ...]]:
    return crm.rows("SELECT contact_id, owner_id, given_by_rule FROM leads ORDER BY contact_id")


def test_leads_added_in_one_gesture_go_where_they_go_one_by_one(config: Config, crowd: list[int]) -> None:
    found = []
    for together in (False, True):
        with rehearse(config) as crm:
            rules = routing.dispatch(crm) if together else None
            for number, contact_id in enumerate([*crowd, *crowd[:5]]):
                fields = {"owner_id": 1} if number % 5 == 0 else {}
                leads.add(crm, contact_id, fields=fields, at_work=rules)
            found.append(shared(crm))
    assert found[0] == found[1]
    assert len({owner for _contact, owner, _rule in found[0]}) == 4


def test_leads_given_anew_in_one_gesture_go_where_they_go_one_by_one(
    config: Config, crowd: list[int]
) -> None:
    found = []
    for together in (False, True):
        with rehearse(config) as crm:
            for contact_id in crowd:
                leads.add(crm, contact_id, fields={"owner_id": 1} if contact_id % 3 else {})
            leads.keep_warm(crm, crm.rows("SELECT max(id) FROM leads")[0][0])
            rules = routing.dispatch(crm) if together else None
            for (lead_id,) in crm.rows("SELECT id FROM leads ORDER BY id"):
                routing.give(crm, lead_id, rules)
            found.append(shared(crm))
    assert found[0] == found[1]


def test_a_simulation_that_is_stopped_gives_up_at_once(at_work: Crm, house: House) -> None:
    leads.add(at_work, house.bruno)
    watch = Watch()
    watch.stop()
    with pytest.raises(Stopped):
        simulation.simulate(at_work, [], watch=watch)
    with pytest.raises(Stopped):
        bench.subjects(at_work, watch=watch)
