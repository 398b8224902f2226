"""A list narrowed by a line that is typed, and put in order."""

from __future__ import annotations

from datetime import date

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import browsing, companies, contacts, deals, tags, tasks, timeline, users
from petitcrm.store.queries import browse


@pytest.fixture
def people(config: Config) -> dict[str, int]:
    """Return the ids of four contacts by their first names."""
    with open_crm(config) as crm:
        paul = users.add(crm, "paul", name="Paul Petit")
        hotel = companies.add(crm, {"name": "Hôtel du Quai", "city": "Évreux"})
        made = {
            "Zoé": {"last_name": "Dupont", "city": "Rennes", "owner_id": paul},
            "Éric": {"last_name": "Dupond", "city": "Évreux", "company_id": hotel},
            "Anne": {"last_name": "Martin", "city": "Rennes"},
            "Bob": {"last_name": "Noël", "city": "Angers"},
        }
        found = {first: contacts.add(crm, {"first_name": first, **told}) for first, told in made.items()}
        tags.put(crm, "contact", found["Zoé"], "VIP")
        tags.put(crm, "contact", found["Bob"], "vip-or")
        tasks.add(crm, "rappeler", found["Anne"], due=date(2026, 12, 1))
        deals.add(crm, "Site", found["Bob"], amount_cents=500_00)
        deals.add(crm, "Chauffe-eau", found["Anne"], amount_cents=900_00)
        timeline.log(crm, "call", found["Anne"])
    return found


def _names(crm: Crm, typed: str, **named: object) -> list[str]:
    found = browsing.browse(crm, "contact", typed, **named)  # type: ignore[arg-type]
    rows = {row.id: row.name for row in browse.rows(crm, "contact", found.ids)}
    return [rows[row_id].split()[0] for row_id in found.ids]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("", ["Éric", "Zoé", "Anne", "Bob"]),
        ("dup", ["Éric", "Zoé"]),
        ("HOTEL", ["Éric"]),
        ("evreux", ["Éric"]),
        ("rennes dupont", ["Zoé"]),
        ("#vip", ["Zoé"]),
        ("#v", ["Zoé", "Bob"]),
        ("#", ["Éric", "Zoé", "Anne", "Bob"]),
        ("#nobodyhasit", []),
        ("@paul", ["Zoé"]),
        ("@petit", ["Zoé"]),
        ("@personne", ["Éric", "Anne", "Bob"]),
        ("sans prochaine étape", ["Éric", "Zoé", "Bob"]),
        ("No next step #VIP", ["Zoé"]),
        ("sans proch", ["Éric", "Zoé", "Anne", "Bob"]),
        ("rennes sans pro", ["Zoé", "Anne"]),
        ("100% '\"*( %_", []),
        ("\x00\u202e", ["Éric", "Zoé", "Anne", "Bob"]),
    ],
)
def test_a_line_leaves_whom_it_means(
    config: Config, people: dict[str, int], typed: str, left: list[str]
) -> None:
    with read_crm(config) as crm:
        assert _names(crm, typed) == left


@pytest.mark.parametrize("typed", ["silencieux depuis 30 jours", "silent for 30 d", "sans nouvelles 30"])
def test_who_was_silent_is_who_has_been_known_for_longer_and_was_not_touched(
    config: Config, people: dict[str, int], typed: str
) -> None:
    later = config._replace(now="2027-01-15T09:00:00+01:00")
    with open_crm(later) as crm:
        timeline.log(crm, "email", people["Zoé"])
        timeline.log(crm, "note", people["Bob"])  # a note to oneself is no contact
        contacts.add(crm, {"last_name": "Nouveau"})
    with read_crm(later) as crm:
        assert _names(crm, typed) == ["Éric", "Anne", "Bob"]
    with read_crm(config) as crm:
        assert _names(crm, typed) == []


def test_typing_errors_are_forgiven_and_told(config: Config, people: dict[str, int]) -> None:
    with read_crm(config) as crm:
        found = browsing.browse(crm, "contact", "marttin")
        assert list(found.ids) == [people["Anne"]]
        assert found.spelled == "martin"
        assert browsing.browse(crm, "contact", "martin").spelled == ""


def test_the_first_rows_come_alone_with_the_number_of_all(config: Config, people: dict[str, int]) -> None:
    with read_crm(config) as crm:
        all_of_them = browsing.browse(crm, "contact", "", limit=2)
        assert (len(all_of_them.ids), all_of_them.number) == (2, 4)
        assert browsing.browse(crm, "contact", "r", limit=1).number == -1


@pytest.mark.parametrize(
    ("sort", "descending", "order"),
    [
        ("name", True, ["Bob", "Anne", "Zoé", "Éric"]),
        ("town", False, ["Bob", "Éric", "Zoé", "Anne"]),
        ("town", True, ["Anne", "Zoé", "Éric", "Bob"]),
        ("company", False, ["Éric", "Zoé", "Anne", "Bob"]),
        ("amount", True, ["Anne", "Bob", "Éric", "Zoé"]),
        ("next", False, ["Anne", "Éric", "Zoé", "Bob"]),
        ("owner", False, ["Zoé", "Éric", "Anne", "Bob"]),
        ("created", True, ["Bob", "Anne", "Éric", "Zoé"]),
    ],
)
def test_a_list_is_put_in_order_and_who_has_nothing_comes_last(
    config: Config, people: dict[str, int], sort: str, descending: bool, order: list[str]
) -> None:
    with read_crm(config) as crm:
        ids = browsing.browse(crm, "contact", "").ids
        arranged = browsing.Orders().arrange(crm, "contact", ids, sort, descending=descending)
        rows = {row.id: row.name.split()[0] for row in browse.rows(crm, "contact", arranged)}
        assert [rows[row_id] for row_id in arranged] == order


def test_who_was_never_contacted_comes_before_who_was_long_ago(
    config: Config, people: dict[str, int]
) -> None:
    with read_crm(config) as crm:
        ids = browsing.browse(crm, "contact", "rennes").ids
        orders = browsing.Orders()
        silent = orders.arrange(crm, "contact", ids, "last", descending=False)
        assert list(silent) == [people["Zoé"], people["Anne"]]
        assert list(orders.arrange(crm, "contact", ids, "last", descending=True)) == list(silent[::-1])


def test_an_order_is_that_of_the_base_as_it_is(config: Config, people: dict[str, int]) -> None:
    orders = browsing.Orders()
    with read_crm(config) as crm:
        ids = browsing.browse(crm, "contact", "rennes").ids
        assert orders.arrange(crm, "contact", ids, "amount", descending=True)[0] == people["Anne"]
        with open_crm(config) as writing:
            deals.add(writing, "Grand", people["Zoé"], amount_cents=9_000_00)
        assert orders.arrange(crm, "contact", ids, "amount", descending=True)[0] == people["Zoé"]


def test_companies_have_the_tasks_of_their_people(config: Config, people: dict[str, int]) -> None:
    with open_crm(config) as crm:
        tasks.add(crm, "relancer", people["Éric"], due=date(2026, 11, 30))
        companies.add(crm, {"name": "Vide"})
    with read_crm(config) as crm:
        (hotel,) = browsing.browse(crm, "company", "hotel").ids
        (row,) = browse.rows(crm, "company", [hotel])
        assert (row.people, row.next_text, row.city) == (1, "relancer", "Évreux")
        without = browse.rows(crm, "company", browsing.browse(crm, "company", "no next step").ids)
        assert [company.name for company in without] == ["Vide"]


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("#v", "#vip"), ("rennes @pa", "rennes @paul"), ("sans p", "sans prochaine étape"), ("#", ""), ("", ""),
        ("dupont silent f", "dupont silent for 30 days"), ("dupont", ""), ("#vip", ""),
    ],
)  # fmt: skip
def test_what_is_begun_can_be_completed(typed: str, whole: str) -> None:
    known = {"#": ["vip", "gaz"], "@": ["paul"]}
    assert browsing.completion(typed, known) == whole


def test_a_key_and_what_follows_it_are_completed() -> None:
    known = {"#": ["vip"], "stage:": ["prospect", "rendez-vous-1"], "étape:": ["closing"]}
    assert browsing.completion("dup sta", known) == "dup stage:"
    assert browsing.completion("stage:ren", known) == "stage:rendez-vous-1"
    assert browsing.completion("stage:", known) == "stage:prospect"
    assert browsing.completion("étape:c", known) == "étape:closing"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("ville = Rennes", ["Zoé", "Anne"]),
        ("city = rennes and tag = vip", ["Zoé"]),
        ("affaires ouvertes > 0 ou société ~ hôtel", ["Éric", "Anne", "Bob"]),
        ("a une tâche", []),  # no field: words, which nobody has
        ("Zoé <zoe@acme.example>", []),  # an address as mail programs write it: words as well
        ("sans prochaine étape", ["Éric", "Zoé", "Bob"]),  # a phrase of the lists, not of conditions
    ],
)
def test_a_line_may_be_a_condition_on_contacts(
    config: Config, people: dict[str, int], typed: str, left: list[str]
) -> None:
    with read_crm(config) as crm:
        assert _names(crm, typed) == left
        assert browsing.browse(crm, "contact", typed).problem == ""


def test_a_condition_gives_its_first_contacts_by_name_like_any_line(
    config: Config, people: dict[str, int]
) -> None:
    with read_crm(config) as crm:
        assert _names(crm, "ville = Rennes", limit=1) == ["Zoé"]
        assert browsing.browse(crm, "contact", "ville = Rennes", limit=1).number == -1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ville =", "a value is missing"),
        ("tga = vip", "Did you mean tag?"),
        ("affaires gagnées > beaucoup", "beaucoup"),
        ("created !", "is not understood"),
        ("ville = Rennes et", "a condition is missing at the end"),
        ("a = " + "(" * 5000, "characters at most"),
    ],
)
def test_a_condition_that_is_none_yet_leaves_nobody_and_says_why(
    config: Config, people: dict[str, int], typed: str, told: str
) -> None:
    i18n.use("en")
    with read_crm(config) as crm:
        found = browsing.browse(crm, "contact", typed)
        assert (found.ids, found.number) == ([], 0)
        assert told in found.problem


@pytest.mark.parametrize("noun", ["company", "deal", "task"])
def test_a_condition_is_of_contacts_alone(config: Config, people: dict[str, int], noun: str) -> None:
    with read_crm(config) as crm:
        assert browsing.browse(crm, noun, "ville =").problem == ""
