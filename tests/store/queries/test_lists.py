"""Lists of contacts and companies: filters, order, pages, and what they cost."""

from __future__ import annotations

import pytest

from petitcrm.crm import Crm
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.sales import companies, contacts, tags, users
from petitcrm.store.queries import companies as company_queries
from petitcrm.store.queries import contacts as queries
from petitcrm.store.queries import search


@pytest.fixture
def people(crm: Crm) -> Crm:
    anne = users.add(crm, "anne")
    acme = companies.add(crm, {"name": "Acmé", "city": "Brest"}, tags=["gaz"])
    companies.add(crm, {"name": "Bois & Fils", "headcount": 400})
    contacts.add(
        crm, {"first_name": "Zoé", "last_name": "Étienne"}, emails=["z@b.fr", "z2@b.fr"], tags=["VIP", "été"]
    )
    contacts.add(
        crm,
        {"first_name": "Jean", "last_name": "Dupont", "company_id": acme, "owner_id": anne, "city": "Lyon"},
    )
    contacts.add(
        crm, {"last_name": "dupont", "company_id": acme}, phones=["poste 12", "0612345678"], tags=["vip"]
    )
    contacts.add(crm, {}, emails=["alice@b.fr"])
    return crm


def names(lines: list[queries.ContactLine]) -> list[str]:
    return [line.name for line in lines]


def test_contacts_are_listed_by_family_name_without_accents_or_capitals(people: Crm) -> None:
    assert names(queries.listing(people)) == ["alice@b.fr", "dupont", "Jean Dupont", "Zoé Étienne"]


def test_a_line_has_the_first_address_the_first_number_and_the_tags(people: Crm) -> None:
    line = queries.listing(people, words="zoe")[0]
    assert (line.email, line.tags) == ("z@b.fr", ["été", "VIP"])
    (nameless,) = queries.listing(people, words="0612345678")
    assert (nameless.phone, nameless.company) == ("poste 12", "Acmé")


def test_the_first_address_is_the_one_put_first(people: Crm) -> None:
    contacts.edit(people, 1, {}, emails=["z2@b.fr", "z@b.fr"])
    assert queries.listing(people, words="zoe")[0].email == "z2@b.fr"


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"words": "dup"}, [3, 2]),
        ({"words": "dup lyon"}, [2]),
        ({"words": "!!"}, []),
        ({"words": "nobody"}, []),
        ({"tag": "VIP"}, [3, 1]),
        ({"tag": "été"}, [1]),
        ({"tag": "none"}, []),
        ({"company_id": 1}, [3, 2]),
        ({"company_id": 1, "words": "jean"}, [2]),
        ({"owner_id": 1}, [2]),
        ({"city": "Lyon"}, [2]),
        ({"company_id": None, "words": "", "tag": ""}, [4, 3, 2, 1]),
    ],
)
def test_a_list_is_narrowed(people: Crm, filters: dict[str, str | int | None], ids: list[int]) -> None:
    found = queries.listing(people, **filters)  # type: ignore[arg-type]
    assert [line.id for line in found] == ids


@pytest.mark.parametrize("sort", ["name", "newest"])
def test_pages_put_end_to_end_are_the_list(people: Crm, sort: str) -> None:
    for number in range(7):
        contacts.add(people, {"last_name": "Dupont", "first_name": f"N{number % 3}"})
    whole = [line.id for line in queries.listing(people, sort=sort)]
    paged: list[int] = []
    while page := queries.listing(people, sort=sort, limit=3, after=paged[-1] if paged else None):
        paged += [line.id for line in page]
    assert paged == whole


def test_the_newest_come_first_when_asked_for(people: Crm) -> None:
    assert [line.id for line in queries.listing(people, sort="newest", limit=2)] == [4, 3]


@pytest.mark.parametrize(
    "filters", [{"sort": "id; DROP TABLE contacts"}, {"custom": "x"}, {"1=1 OR city": "x"}]
)
def test_what_a_list_cannot_be_sorted_or_narrowed_by_is_refused(people: Crm, filters: dict[str, str]) -> None:
    with pytest.raises(UsageProblem):
        queries.listing(people, **filters)  # type: ignore[arg-type]


def test_companies_are_listed_with_the_number_of_their_contacts(people: Crm) -> None:
    lines = company_queries.listing(people)
    assert [(line.name, line.contacts, line.tags) for line in lines] == [
        ("Acmé", 2, ["gaz"]),
        ("Bois & Fils", 0, []),
    ]
    assert [line.name for line in company_queries.listing(people, size_class="eti")] == ["Bois & Fils"]
    assert [line.name for line in company_queries.listing(people, words="acm", tag="gaz", limit=1)] == [
        "Acmé"
    ]


def test_a_sheet_of_nobody_is_not_found(people: Crm) -> None:
    for sheet in (queries.sheet, company_queries.sheet):
        with pytest.raises(NotFound):
            sheet(people, 99)


def test_the_colleagues_of_a_company_are_on_its_sheet(people: Crm) -> None:
    assert [contact.name for contact in company_queries.sheet(people, 1).contacts] == [
        "dupont",
        "Jean Dupont",
    ]


def test_a_list_costs_the_same_queries_however_long_it_is(
    people: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = people.connection.rows

    def counted(sql: str, params: object = ()) -> list[tuple[object, ...]]:
        asked.append(sql)
        return rows(sql, params)  # type: ignore[arg-type]

    monkeypatch.setattr(people.connection, "rows", counted)
    queries.listing(people, limit=1)
    few = len(asked)
    asked.clear()
    for number in range(20):
        tags.put(people, "contact", contacts.add(people, {"last_name": f"N{number}"}), "vip")
    asked.clear()
    assert len(queries.listing(people)) == 24
    assert len(asked) == few


@pytest.mark.engines("sqlite")
def test_a_page_is_read_from_the_index_of_names(people: Crm) -> None:
    plan = people.rows(
        f"EXPLAIN QUERY PLAN {queries._LINES} WHERE (c.sort_name, c.id) > (:name, :id)"
        " ORDER BY c.sort_name, c.id LIMIT 50",
        name="d",
        id=1,
    )
    shown = " ".join(str(step[3]) for step in plan)
    assert "SEARCH c USING INDEX ix_contacts_sort_name" in shown
    assert "TEMP B-TREE" not in shown


@pytest.mark.parametrize("limit", [None, 5])
def test_a_word_of_very_many_rows_narrows_a_list_all_the_same(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, limit: int | None
) -> None:
    monkeypatch.setattr(search, "_FEW", 3)
    for number in range(9):
        contacts.add(crm, {"last_name": f"N{9 - number}", "city": "Lyon"})
        contacts.add(crm, {"last_name": f"M{number}", "city": "Brest"})
    assert (
        names(queries.listing(crm, words="lyon", limit=limit))
        == [f"N{number}" for number in range(1, 10)][:limit]
    )
