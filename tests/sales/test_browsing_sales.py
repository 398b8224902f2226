"""Deals and tasks narrowed by the line of the lists, and put in order."""

from __future__ import annotations

from datetime import date, time

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.dates import When
from petitcrm.sales import browsing, companies, contacts, deals, tags, tasks, users
from petitcrm.store.queries import browse, browse_deals, browse_tasks
from petitcrm.store.queries import deals as deal_queries
from petitcrm.store.queries import tasks as task_queries
from tests.tui.firm import stages


@pytest.fixture
def sales(config: Config) -> Config:
    """Return a base with six deals and six tasks; its Wednesday is that of the tests."""
    with open_crm(config) as crm:
        paul = users.add(crm, "paul", name="Paul Petit")
        zoe = contacts.add(
            crm,
            {
                "first_name": "Zoé",
                "last_name": "Éléphant",
                "company_id": companies.add(crm, {"name": "Café"}),
            },
        )
        anne = contacts.add(crm, {"first_name": "Anne", "last_name": "Martin"})
        places = stages(crm)
        made = [
            deals.add(
                crm, "Été", zoe, stage_id=places[2], amount_cents=500_00, fields={"expected_on": "2026-11-30"}
            ),
            deals.add(
                crm, "Atelier", anne, stage_id=places[0], amount_cents=900_00, fields={"owner_id": paul}
            ),
            deals.add(crm, "Bureau", anne, stage_id=places[4]),
            deals.add(crm, "Gagnée", anne, stage_id=places[4], amount_cents=1_00),
            deals.add(crm, "Perdue", zoe, stage_id=places[1]),
            deals.add(crm, "Endormie", zoe, stage_id=places[0], fields={"expected_on": "2026-10-01"}),
        ]
        deals.win(crm, made[3])
        deals.lose(crm, made[4], "price")
        deals.sleep(crm, made[5], date(2027, 1, 5))
        tags.put(crm, "deal", made[1], "Salon 2026")
        tags.put(crm, "contact", zoe, "VIP")
        _plan(crm, zoe, anne, made)
    return config


def _plan(crm: Crm, zoe: int, anne: int, made: list[int]) -> None:
    today = crm.now.date()
    tasks.add(crm, "devis", zoe, kind="quote", due=today.replace(day=20), fields={"deal_id": made[0]})
    tasks.add(crm, "", anne, kind="call", due=When(today, time(14)))
    tasks.add(crm, "Écrire", anne, due=today)
    tasks.add(crm, "plus tard", anne, due=date(2026, 12, 9))
    tasks.add(crm, "un jour", anne)
    tasks.done(crm, tasks.add(crm, "faite", anne, due=today))
    hidden = tasks.add(crm, "cachée", anne, due=today)
    tasks.snooze(crm, hidden, date(2026, 12, 1))


def _titles(config: Config, noun: str, typed: str, sort: str = "", *, descending: bool = False) -> list[str]:
    with read_crm(config) as crm:
        ids = browsing.browse(crm, noun, typed).ids
        ordered = browsing.Orders().arrange(
            crm, noun, ids, sort or browse.COMES_BY[noun], descending=descending
        )
        rows = {row.id: row for row in browse.rows(crm, noun, ordered)}
        return [rows[row_id].name if noun == "deal" else rows[row_id].text for row_id in ordered]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("", ["Atelier", "Endormie", "Été", "Bureau"]),
        ("ete", ["Été"]),
        ("elephant", ["Endormie", "Été"]),
        ("cafe", ["Endormie", "Été"]),
        ("martin bur", ["Bureau"]),
        ("#vip", ["Endormie", "Été"]),
        ("#salon-2026", ["Atelier"]),
        ('#"salon 2026"', ["Atelier"]),
        ("@paul", ["Atelier"]),
        ("@nobody", ["Endormie", "Été", "Bureau"]),
        ("stage:prospect", ["Atelier", "Endormie"]),
        ("étape:prosp", ["Atelier", "Endormie"]),
        ("stage:nowhere", []),
        ("stage:", ["Atelier", "Endormie", "Été", "Bureau"]),
        ("?", ["Atelier", "Endormie", "Bureau"]),
        ("sans prochaine étape martin", ["Atelier", "Bureau"]),
        ("status:won", ["Gagnée"]),
        ("statut:perdue", ["Perdue"]),
        ("statut:gagn clôture:mois", ["Gagnée"]),
        ("closed:week", ["Perdue", "Gagnée"]),
        ("closed:late", []),
        ("status:asleep", ["Endormie"]),
        ("status:all", ["Atelier", "Endormie", "Perdue", "Été", "Bureau", "Gagnée"]),
        ("status:zzz", ["Atelier", "Endormie", "Été", "Bureau"]),
        ("expected:month", ["Été"]),
        ("prévue:retard", ["Endormie"]),
        ("expected:none", ["Atelier", "Bureau"]),
        ("due:late", []),
        ("100% '\"*( %_", []),
        ("status:won'; DROP TABLE deals --", []),
    ],
)  # fmt: skip
def test_a_line_leaves_the_deals_that_it_means(sales: Config, typed: str, left: list[str]) -> None:
    assert _titles(sales, "deal", typed) == left


def test_the_sign_of_silence_means_what_the_board_marks(sales: Config) -> None:
    later = sales._replace(now="2027-01-20T09:00:00+01:00")
    with open_crm(later) as crm:
        tasks.add(crm, "relancer", 2, due=date(2027, 2, 1), fields={"deal_id": 2})
    with read_crm(later) as crm:
        marked = {card.title for card in deal_queries.listing(crm) if card.rotting}
    assert set(_titles(later, "deal", "~")) == marked == {"Été", "Bureau"} | ({"Endormie"} & marked)
    assert _titles(sales, "deal", "~") == []


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("", ["devis", "", "Écrire", "cachée", "plus tard", "un jour"]),
        ("due:late", ["devis"]),
        ("échéance:aujourd’hui", ["", "Écrire"]),
        ("due:today", ["", "Écrire"]),
        ("due:week", ["", "Écrire", "cachée"]),
        ("due:later", ["plus tard"]),
        ("échéance:plus-tard", ["plus tard"]),
        ("due:none", ["un jour"]),
        ("done:week", ["faite"]),
        ("fait:semaine", ["faite"]),
        ("status:done", ["faite"]),
        ("status:hidden", ["cachée"]),
        ("kind:call", [""]),
        ("type:devis", ["devis"]),
        ("elephant", ["devis"]),
        ("ete", ["devis"]),
        ("ecrire", ["Écrire"]),
        ("#vip", ["devis"]),
        ("@nobody due:today", ["", "Écrire"]),
        ("@me due:none", ["un jour"]),
        ("stage:prospect", []),
    ],
)
def test_a_line_leaves_the_tasks_that_it_means(sales: Config, typed: str, left: list[str]) -> None:
    assert _titles(sales, "task", typed) == left


def test_a_list_that_nothing_narrows_is_that_of_the_command(sales: Config) -> None:
    with read_crm(sales) as crm:
        assert [card.id for card in deal_queries.listing(crm)] == browse_deals.matching(
            crm, browse.Narrowing()
        )
        assert [line.id for line in task_queries.listing(crm, status="done")] == browse_tasks.matching(
            crm, browse.Narrowing(status="done")
        )
        shown = browse_tasks.matching(crm, browse.Narrowing())
        assert {line.id for line in task_queries.listing(crm)} == set(shown)


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_first_rows_are_the_beginning_of_all(sales: Config, limit: int) -> None:
    with read_crm(sales) as crm:
        for query in (browse_deals.matching, browse_tasks.matching):
            for narrowing in (browse.Narrowing(), browse.Narrowing(status="all")):
                assert query(crm, narrowing, limit=limit) == query(crm, narrowing)[:limit]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", browse_deals.SORTS)
def test_deals_are_put_in_each_order_with_none_lost(sales: Config, sort: str, descending: bool) -> None:
    titles = _titles(sales, "deal", "status:all", sort, descending=descending)
    assert sorted(titles) == sorted(["Atelier", "Endormie", "Perdue", "Été", "Bureau", "Gagnée"])
    first = {
        "stage": ("Atelier", "Gagnée"), "name": ("Atelier", "Perdue"), "contact": ("Été", "Gagnée"),
        "company": ("Été", "Endormie"), "amount": ("Gagnée", "Atelier"), "expected": ("Endormie", "Été"),
        "next": ("Été", "Été"), "owner": ("Atelier", "Atelier"), "status": ("Gagnée", "Perdue"),
        "reason": ("Perdue", "Perdue"), "created": ("Été", "Endormie"),
    }  # fmt: skip
    if sort in first:
        assert titles[0] == first[sort][descending]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", browse_tasks.SORTS)
def test_tasks_are_put_in_each_order_with_none_lost(sales: Config, sort: str, descending: bool) -> None:
    texts = _titles(sales, "task", "status:all", sort, descending=descending)
    assert len(texts) == 7
    first = {
        "due": ("devis", "plus tard"), "name": ("cachée", "un jour"), "deal": ("devis", "devis"),
        "company": ("devis", "devis"), "state": ("faite", "faite"), "contact": ("devis", "cachée"),
    }  # fmt: skip
    if sort in first:
        assert texts[0] == first[sort][descending]
    if sort == "due":
        assert texts[-1] == "un jour"  # what has no day comes last either way


def test_what_a_deal_is_worth_is_weighted_by_its_stage_while_it_is_open(sales: Config) -> None:
    with read_crm(sales) as crm:
        chances = dict(crm.rows("SELECT id, probability FROM stages"))
        for row in browse_deals.rows(crm, [1, 3, 4, 99]):
            cents = row.card.amount_cents
            if row.card.status == "won" or cents is None:
                assert row.weighted_cents is None
            else:
                assert row.weighted_cents == cents * chances[row.card.stage_id] // 100


@pytest.mark.engines("sqlite")
def test_the_first_screen_of_deals_and_of_tasks_is_read_from_an_index_in_its_order(sales: Config) -> None:
    asked: list[str] = []
    with read_crm(sales) as crm:
        kept = crm.connection.rows

        def rows(sql: str, params: object = ()) -> list[tuple[object, ...]]:
            asked.append(sql)
            return kept(sql, params)  # type: ignore[arg-type]

        crm.connection.rows = rows  # type: ignore[assignment,method-assign]
        browse_deals.matching(crm, browse.Narrowing(), limit=60)
        browse_tasks.matching(crm, browse.Narrowing(), limit=60)
        plans = [
            " / ".join(str(row[3]) for row in kept(f"EXPLAIN QUERY PLAN {sql}", {"stage": 1, "limit": 60}))
            for sql in asked
            if "LIMIT" in sql
        ]
    assert all("ix_deals_open" in plan or "ix_tasks_open" in plan for plan in plans)
    assert not any("USE TEMP B-TREE FOR ORDER BY" in plan for plan in plans)
