"""The demo firm is believable, always the same, and an ordinary base."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from petitcrm import demo, i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.leads import bench, inbox, profiles, qualification, team
from petitcrm.sales import agenda, contacts, history
from petitcrm.store.queries import deals as deal_queries
from petitcrm.store.queries import handovers, timeline, touches
from petitcrm.store.queries import territories as territory_queries
from petitcrm.store.schema import TABLES
from tests.conftest import NOW

# ARCEP, decision 2018-0881, annex: numbers for audiovisual works.
FICTION = re.compile(r"\+33(19900|26191|35301|46571|53649)\d{4}")
EXAMPLES = re.compile(r"[^@]+@(?:[a-z0-9-]+\.example|example\.(?:com|fr|org))")


def _dump(config: Config) -> dict[str, list[dict[str, Any]]]:
    with read_crm(config) as crm:
        return {table: crm.connection.dicts(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def _seeded(path: Path, **how: Any) -> Config:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Paris")
        time.tzset()
        config = _on(path)
        demo.seed(config, **how)
    return config


def _on(path: Path, now: str = NOW) -> Config:
    i18n.use("fr")
    return Config(db=str(path), user="", lang="fr", file="", now=now)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Return a demo base that tests only read."""
    return _seeded(tmp_path_factory.mktemp("demo") / "demo.db")


@pytest.fixture(scope="module")
def seeded_team(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Return a demo base kept by three people, that tests only read."""
    return _seeded(tmp_path_factory.mktemp("team") / "demo.db", team=True)


@pytest.fixture
def several(seeded_team: Config) -> Iterator[Crm]:
    """Return the demo base of three people in the hands of the manager, open to be read."""
    with read_crm(seeded_team._replace(user="helene")) as crm:
        yield crm


@pytest.fixture
def firm(seeded: Config) -> Iterator[Crm]:
    """Return the demo base, open to be read."""
    with read_crm(seeded) as crm:
        yield crm


def test_the_same_seed_and_clock_give_the_same_rows_on_both_engines(config: Config, seeded: Config) -> None:
    demo.seed(config)
    assert _dump(config) == _dump(seeded)


def test_a_team_is_the_same_each_time_too(config: Config, seeded_team: Config) -> None:
    demo.seed(config, team=True)
    assert _dump(config) == _dump(seeded_team)


def test_another_seed_gives_another_firm(tmp_path: Path, seeded: Config) -> None:
    other = _on(tmp_path / "other.db")
    demo.seed(other, seed=8)
    assert _dump(other)["contacts"] != _dump(seeded)["contacts"]


def test_size_multiplies_the_firm(tmp_path: Path, firm: Crm) -> None:
    twice = _on(tmp_path / "twice.db")
    demo.seed(twice, size=2)
    count = "SELECT (SELECT count(*) FROM companies), (SELECT count(*) FROM deals)"
    with read_crm(twice) as crm:
        assert crm.rows(count)[0] == tuple(2 * number for number in firm.rows(count)[0])


def test_a_base_with_contacts_is_refused(config: Config) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Dupont"})
    with pytest.raises(RefusedByRule) as refused:
        demo.seed(config)
    assert refused.value.rule == "demo-needs-an-empty-base"


def test_every_telephone_is_one_kept_for_fiction(firm: Crm) -> None:
    numbers = [row[0] for row in firm.rows("SELECT number FROM contact_phones")]
    numbers += [row[0] for row in firm.rows("SELECT phone_number FROM companies")]
    assert len(numbers) > 150
    assert [number for number in numbers if not FICTION.fullmatch(number)] == []


def test_every_address_is_in_a_domain_kept_for_examples(firm: Crm) -> None:
    found = firm.rows(
        "SELECT address FROM contact_emails UNION ALL SELECT email FROM companies UNION ALL SELECT email FROM users"
        " UNION ALL SELECT email FROM partners"
    )
    assert len(found) > 150
    assert [row[0] for row in found if not EXAMPLES.fullmatch(row[0])] == []
    assert firm.rows("SELECT count(*) FROM companies WHERE siren <> '' OR siret <> ''") == [(0,)]


def test_everybody_lives_in_a_known_commune(firm: Crm) -> None:
    lost = "SELECT count(*) FROM {} WHERE postcode <> '' AND commune_code = ''"
    assert firm.rows(lost.format("contacts")) == firm.rows(lost.format("companies")) == [(0,)]


def test_the_firm_has_a_year_of_history(firm: Crm) -> None:
    months = firm.rows("SELECT substr(at, 1, 7), count(*) FROM events WHERE kind LIKE '%.logged' GROUP BY 1")
    assert len([month for month, count in months if count >= 10]) >= 12
    assert 350 <= sum(count for _month, count in months) <= 650
    ((count, longest),) = firm.rows("SELECT count(*), max(length(text)) FROM events WHERE text <> ''")
    assert count > 350 and longest > 100


def test_nothing_happens_in_the_future_and_gestures_follow_each_other(firm: Crm) -> None:
    instants = [row[0] for row in firm.rows("SELECT at FROM batches ORDER BY id")]
    assert instants == sorted(instants)
    assert firm.rows("SELECT max(at), max(recorded_at) FROM events") < [(firm.now_text, firm.now_text)]
    assert firm.rows(
        "SELECT count(*) FROM events e JOIN batches b ON b.id = e.batch_id WHERE e.recorded_at <> b.at"
    ) == [(0,)]


def test_deals_are_won_and_lost_for_reasons_and_their_stages_are_kept(firm: Crm) -> None:
    status = dict(firm.rows("SELECT status, count(*) FROM deals GROUP BY status"))
    assert status["won"] >= 20 and status["lost"] >= 10 and status["open"] >= 30
    assert len(firm.rows("SELECT DISTINCT lost_reason FROM deals WHERE status = 'lost'")) >= 5
    last = "SELECT c.to_stage_id FROM stage_changes c WHERE c.deal_id = d.id ORDER BY c.id DESC LIMIT 1"
    assert firm.rows(f"SELECT count(*) FROM deals d WHERE d.stage_id <> ({last})") == [(0,)]


def test_every_open_deal_has_a_reason_to_be_where_it_is(firm: Crm) -> None:
    cards = [card for column in deal_queries.board(firm, 1).columns for card in column.cards]
    waiting = [card for card in cards if card.next_task_id is None and card.sleep_until is None]
    day = agenda.day(firm)
    assert {f"d{card.id}" for card in waiting} == {
        item.id for item in day.items if item.section == "no_next_step"
    }
    assert len(waiting) == 2
    assert sum(card.sleep_until is not None for card in cards) >= 4
    assert 2 <= sum(card.rotting for card in cards) <= 5
    assert sum(card.overdue for card in cards) == 2


def test_the_board_has_deals_in_every_stage(firm: Crm) -> None:
    assert min(len(column.cards) for column in deal_queries.board(firm, 1).columns) >= 3


def test_the_day_is_varied_and_fits_on_one_screen(firm: Crm) -> None:
    day = agenda.day(firm)
    assert set(day.counts) == {
        "no_next_step",
        "appointment",
        "lead",
        "overdue",
        "answer",
        "call",
        "quote",
        "task",
        "next",
    }
    assert len(day.items) + len(day.counts) + 1 <= 40
    appointments = [item for item in day.items if item.section == "appointment"]
    assert all(item.time and item.place for item in appointments)
    assert any(item.recurrence for item in day.items)


def test_a_contact_has_a_story_in_words(firm: Crm) -> None:
    ((contact_id,),) = firm.rows("SELECT contact_id FROM deals WHERE status = 'won' ORDER BY id LIMIT 1")
    entries = timeline.entries(firm, "contact", contact_id)
    assert {"deal.added", "deal.won", "task.done"} <= {entry.kind for entry in entries}
    assert sum(bool(entry.text) for entry in entries) >= 3
    assert {entry.author for entry in entries} == {"Hélène Bréhard"}


def test_the_last_gesture_can_be_taken_back(config: Config) -> None:
    demo.seed(config)
    with open_crm(config) as crm:
        before = crm.rows("SELECT count(*) FROM tasks")
        assert history.undo(crm).kept == []
        assert crm.rows("SELECT count(*) FROM tasks") == [(before[0][0] - 1,)]


def test_an_old_gesture_is_undone_and_done_again_like_any_other(config: Config) -> None:
    demo.seed(config)
    with open_crm(config) as crm:
        deal_id, batch = crm.rows(
            "SELECT deal_id, batch_id FROM events WHERE kind = 'deal.lost' ORDER BY id LIMIT 1"
        )[0]
        history.undo(crm, batch)
    with open_crm(config) as crm:
        assert crm.rows("SELECT status FROM deals WHERE id = :id", id=deal_id) == [("open",)]
        history.redo(crm, batch)
        assert crm.rows("SELECT status FROM deals WHERE id = :id", id=deal_id) == [("lost",)]


def test_leads_wait_rest_and_are_over(firm: Crm) -> None:
    told = inbox.read(firm, firm.today, has_resting=True)
    assert set(told.sections) == {
        "answer", "working", "requalify", "qualified", "warm", "never", "accepted",
    }  # fmt: skip
    due = [line.answer_due_at or "" for line in told.sections["answer"]]
    assert due[0] < firm.now_text < due[-1]
    assert {line.direction for lines in told.sections.values() for line in lines} == {"inbound", "outbound"}
    assert not told.is_several


def test_qualified_leads_have_their_answers_with_evidence(firm: Crm) -> None:
    (line,) = inbox.read(firm, firm.today).sections["qualified"]
    answers = qualification.answers(firm, line.id)
    assert set(answers) == set(qualification.QUESTIONS)
    assert all(answer.evidence for answer in answers.values())


def test_the_ideal_customer_and_two_personae_tell_customers_apart(firm: Crm) -> None:
    known = bench.subjects(firm)
    personae = profiles.personae(firm)
    assert len(personae) == 2
    for profile in (profiles.ideal(firm), *personae):
        found = bench.tried(profile, known)
        assert 0 < found.customers < found.of_customers
        assert 0 < found.leads < found.of_leads


def test_a_prospecting_list_is_under_way(firm: Crm) -> None:
    (line,) = touches.lists(firm)
    assert (line.leads, line.open) == (7, 5)
    assert line.reached >= 2
    on = [one.due_on for one in touches.people(firm, line.id, 10) if one.due_on]
    assert on[0] == firm.today < on[-1]


def test_a_founder_alone_sees_no_role_no_territory_and_no_hand_over_to_answer(firm: Crm) -> None:
    assert not team.has_owners(firm)
    assert (
        firm.rows("SELECT count(*) FROM members")
        == firm.rows("SELECT count(*) FROM territory_sets")
        == [(0,)]
    )
    assert handovers.all_waiting(firm) == []


def test_a_team_has_roles_shares_territories_and_a_draft_of_others(several: Crm) -> None:
    assert [(one.key, bool(one.roles)) for one in team.members(several)] == [
        ("helene", True), ("karim", True), ("sandrine", True),
    ]  # fmt: skip
    assert [line.state for line in territory_queries.listing(several)].count("active") == 1
    assert [line.state for line in territory_queries.listing(several)].count("draft") == 1
    given = {row[0] for row in several.rows("SELECT given_by_rule FROM leads WHERE given_by_rule <> ''")}
    assert len(given) >= 2


def test_in_a_team_one_hand_over_waits_for_the_manager_and_another_was_sent_back(several: Crm) -> None:
    told = inbox.read(several, several.today, user_id=several.user_id)
    assert len(told.sections["received"]) == 1
    everybody = inbox.read(several, several.today)
    (back,) = everybody.sections["refused"]
    assert "bail" in back.reason
    assert several.rows("SELECT count(*) FROM handovers WHERE from_user_id = to_user_id") == [(0,)]


@pytest.mark.parametrize("is_team", [False, True])
@pytest.mark.parametrize(
    "now", ["2027-02-28T00:05:00+01:00", "2026-08-02T23:50:00+02:00", "2028-02-29T12:00:00+01:00"]
)
def test_the_firm_can_be_shown_at_any_hour_of_any_day(tmp_path: Path, now: str, is_team: bool) -> None:
    config = _on(tmp_path / "demo.db", now)
    demo.seed(config, team=is_team)
    with read_crm(config) as crm:
        assert {"no_next_step", "appointment", "overdue", "call", "quote", "next"} <= set(
            agenda.day(crm).counts
        )
        instants = [row[0] for row in crm.rows("SELECT at FROM batches ORDER BY id")]
        assert instants == sorted(instants)
