"""What the journal puts back never breaks a key of the base, whatever was done meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.sales import contacts, deals, history, tags, tasks, timeline
from tests.support.firm import Firm
from tests.support.snapshots import Snapshot, difference, snapshot, stale


def last_batch(config: Config) -> int:
    """Return the id of the last gesture."""
    with read_crm(config) as crm:
        found: int = crm.rows("SELECT max(id) FROM batches")[0][0]
        return found


def named_from_outside(crm: Crm, contact: int, name: str) -> None:
    """Give a contact the name that it has in another program."""
    with crm.act("contact.edited", contact=contact, name="") as act:
        act.update("contacts", contact, external_id=name)


def test_a_tag_put_again_since_is_not_put_twice_by_redo(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        tags.put(crm, "deal", firm.deal, "Neuf")
        deals.edit(crm, firm.other_deal, {"title": "Insert"})
    gesture = last_batch(config)
    with open_crm(config) as crm:
        history.undo(crm)
    with open_crm(config) as crm:
        tags.put(crm, "deal", firm.deal, "Neuf")
    with open_crm(config) as crm:
        done = history.redo(crm, gesture)
        assert (done.acts, len(done.kept)) == (1, 2)  # the tag was made anew too
        assert crm.rows("SELECT title FROM deals WHERE id = :id", id=firm.other_deal) == [("Insert",)]
    with read_crm(config) as crm:
        assert stale(crm.connection) == []


def test_an_imported_name_goes_back_to_the_contact_that_was_merged(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        named_from_outside(crm, firm.other_contact, "pipedrive:7")
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
        assert crm.rows("SELECT external_id FROM contacts WHERE id = :id", id=firm.contact) == [
            ("pipedrive:7",)
        ]
    with read_crm(config) as crm:
        after = snapshot(crm.connection)
    for turn, expected in ((history.undo, before), (history.redo, after)) * 2:
        with open_crm(config) as crm:
            assert turn(crm).kept == []
        with read_crm(config) as crm:
            assert difference(expected, snapshot(crm.connection)) == []


def test_an_address_given_away_and_back_in_one_gesture_is_there_once_after_undo(
    config: Config, firm: Firm
) -> None:
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    with open_crm(config) as crm:
        contacts.edit(crm, firm.contact, {}, emails=["x@acme.example"])
        contacts.edit(crm, firm.contact, {}, emails=["jean@acme.example"])
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_a_tag_taken_off_before_a_merge_that_brings_it_comes_back_to_its_place(
    config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        tags.put(crm, "contact", firm.contact, "Gaz")
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    with open_crm(config) as crm:
        tags.remove(crm, "contact", firm.contact, "Gaz")
        contacts.merge(crm, firm.contact, firm.other_contact)
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_a_row_that_others_depend_on_stays_and_is_named(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Petit"})
    gesture = last_batch(config)
    with open_crm(config) as crm:
        tasks.add(crm, "rappeler", contact)
    with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
        history.undo(crm, gesture)
    assert refused.value.rule == "changed-since"
    assert f"c{contact} Petit" in refused.value.advice


def test_a_task_does_not_come_back_to_a_deal_that_is_gone(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        tasks.delete(crm, firm.task)
    gesture = last_batch(config)
    with open_crm(config) as crm:
        deals.delete(crm, firm.deal)
    with open_crm(config) as crm, pytest.raises(RefusedByRule):
        history.undo(crm, gesture)
    with read_crm(config) as crm:
        assert crm.rows("SELECT 1 FROM tasks WHERE id = :id", id=firm.task) == []


def test_the_rest_of_a_gesture_is_undone_when_one_row_has_changed_since(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        deals.edit(crm, firm.deal, {"title": "Chaudière gaz"})
        deals.edit(crm, firm.other_deal, {"title": "Poêle à bois"})
    gesture = last_batch(config)
    with open_crm(config) as crm:
        deals.edit(crm, firm.deal, {"title": "Chaudière fioul"})
    with open_crm(config) as crm:
        done = history.undo(crm, gesture)
        assert (done.acts, len(done.kept)) == (1, 1)
        titles = crm.rows("SELECT title FROM deals ORDER BY id")
    assert titles == [("Chaudière fioul",), ("Poêle",)]


def test_a_clock_of_silence_that_has_moved_on_keeps_nothing_from_being_undone(
    config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        deals.move(crm, firm.deal, firm.stages[1])
    gesture = last_batch(config)
    with open_crm(config._replace(now="2026-11-24T09:00:00+01:00")) as crm:
        deals.sleep(crm, firm.deal, None)
    with open_crm(config) as crm:
        assert history.undo(crm, gesture).kept == []
        assert crm.rows("SELECT stage_id, touched_at FROM deals WHERE id = :id", id=firm.deal) == [
            (firm.stages[0], "2026-11-24T08:00:00Z")
        ]


def test_redo_brings_back_only_what_the_last_undo_took(config: Config, firm: Firm) -> None:
    def title(deal: int, words: str) -> None:
        with open_crm(config) as crm:
            deals.edit(crm, deal, {"title": words})

    with open_crm(config) as crm:
        deals.edit(crm, firm.deal, {"title": "Chaudière gaz"})
        deals.edit(crm, firm.other_deal, {"title": "Poêle à bois"})
    gesture = last_batch(config)
    with open_crm(config) as crm:
        history.undo(crm, gesture)
    title(firm.deal, "Autre chose")
    with open_crm(config) as crm:
        assert history.redo(crm, gesture).acts == 1
    title(firm.deal, "Chaudière")
    for turn in (history.undo, history.redo):
        with open_crm(config) as crm:
            assert turn(crm, gesture).acts == 1
    with read_crm(config) as crm:
        assert crm.rows("SELECT title FROM deals ORDER BY id") == [("Chaudière",), ("Poêle à bois",)]


def test_redo_leaves_a_clock_alone_that_the_undo_had_left_alone(config: Config, firm: Firm) -> None:
    def hour(number: int) -> Config:
        return config._replace(now=f"2026-11-24T{number:02}:00:00+01:00")

    def clock() -> str:
        with read_crm(config) as crm:
            found: str = crm.rows("SELECT touched_at FROM deals WHERE id = :id", id=firm.deal)[0][0]
            return found

    with open_crm(hour(9)) as crm:
        deals.move(crm, firm.deal, firm.stages[1])
    gesture = last_batch(config)
    first = clock()
    with open_crm(hour(10)) as crm:
        tasks.done(crm, firm.task)
    with open_crm(hour(11)) as crm:
        history.undo(crm, gesture)
    assert clock() > first
    last = clock()
    with open_crm(hour(12)) as crm:
        history.redo(crm, gesture)
    assert clock() == last


class Morning:
    """A deal on which much is done, an hour apart; each gesture is told by its number."""

    def __init__(self, config: Config, firm: Firm) -> None:
        self.config = config
        self.firm = firm
        self.hour = 9

    def does(self, verb: Callable[..., object], *told: object, **named: object) -> int:
        """Do one gesture an hour later; return its batch."""
        self.hour += 1
        config = self.config._replace(now=f"2026-11-24T{self.hour:02}:00:00+01:00")
        with open_crm(config) as crm:
            verb(crm, *told, **named)
        return last_batch(config)

    def call(self) -> int:
        """Telephone about the deal."""
        return self.does(timeline.log, "call", self.firm.contact, deal_id=self.firm.deal)

    def deal(self) -> tuple[int, int, str]:
        """Return where the deal stands, its place there, and since when it is silent."""
        with read_crm(self.config) as crm:
            sql = "SELECT stage_id, rank, touched_at FROM deals WHERE id = :id"
            found: tuple[int, int, str] = crm.rows(sql, id=self.firm.deal)[0]
            return found


@pytest.fixture
def morning(config: Config, firm: Firm) -> Morning:
    return Morning(config, firm)


def test_two_calls_undone_in_the_order_they_were_made_leave_the_silence_of_before(morning: Morning) -> None:
    before = morning.deal()
    first, second = morning.call(), morning.call()
    called = morning.deal()
    morning.does(history.undo, first)
    assert morning.deal() == called
    morning.does(history.undo, second)
    assert morning.deal() == before
    morning.does(history.redo, second)
    morning.does(history.redo, first)
    assert morning.deal() == called


def test_a_call_brought_back_after_a_later_one_gets_its_clock_back_once_that_one_is_undone(
    morning: Morning,
) -> None:
    before, first, called = morning.deal(), morning.call(), morning.deal()
    morning.does(history.undo, first)
    second = morning.call()
    later = morning.deal()
    morning.does(history.redo, first)
    assert morning.deal() == later
    for _time in range(2):
        morning.does(history.undo, second)
        assert morning.deal() == called
        morning.does(history.undo, first)
        assert morning.deal() == before
        morning.does(history.redo, first)
        assert morning.deal() == called
        morning.does(history.redo, second)
        assert morning.deal() == later


def test_an_old_letter_logged_meanwhile_does_not_set_the_clock_of_a_call_back(morning: Morning) -> None:
    first, called = morning.call(), morning.deal()
    morning.does(history.undo, first)
    written = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    morning.does(timeline.log, "letter", morning.firm.contact, deal_id=morning.firm.deal, at=written)
    assert morning.deal() < called
    morning.does(history.redo, first)
    assert morning.deal() == called


def test_a_move_brought_back_after_its_column_was_reordered_gets_its_place_back(morning: Morning) -> None:
    firm = morning.firm
    morning.does(deals.move, firm.other_deal, firm.stages[1])
    before, first = morning.deal(), morning.does(deals.move, firm.deal, firm.stages[1])
    moved = morning.deal()
    morning.does(history.undo, first)
    third = morning.does(deals.add, "Climatisation", firm.other_contact)
    second = morning.does(deals.move, firm.deal, firm.stages[0])
    morning.does(history.redo, first)
    morning.does(history.undo, second)
    assert morning.deal() == moved
    morning.does(history.undo, third)
    for verb, expected in ((history.undo, before), (history.redo, moved)) * 2:
        morning.does(verb, first)
        assert morning.deal() == expected


def test_a_clock_that_the_base_of_another_day_set_back_stays_so(morning: Morning) -> None:
    def set_back(crm: Crm) -> None:
        with crm.act("deal.edited", deal=morning.firm.deal, title="") as act:
            act.update("deals", morning.firm.deal, touched_at="2026-11-20T08:00:00Z")

    morning.call()
    morning.does(set_back)
    before, last = morning.deal(), morning.call()
    morning.does(history.undo, last)
    assert morning.deal() == before


def test_a_merge_is_not_brought_back_over_what_was_changed_since(config: Config, morning: Morning) -> None:
    def state() -> Snapshot:
        with read_crm(config) as crm:
            return snapshot(crm.connection)

    contact, other = morning.firm.contact, morning.firm.other_contact
    morning.does(contacts.edit, contact, {"company_id": None})
    before, merge, after = state(), morning.does(contacts.merge, contact, other), state()
    morning.does(history.undo, merge)
    edit = morning.does(contacts.edit, contact, {"company_id": morning.firm.company})
    with pytest.raises(RefusedByRule):
        morning.does(history.redo, merge)
    morning.does(history.undo, edit)
    for verb, expected in ((history.redo, after), (history.undo, before)) * 2:
        morning.does(verb, merge)
        assert difference(expected, state()) == []


def test_a_merge_undone_while_a_task_was_away_is_brought_back_with_it(
    config: Config, morning: Morning
) -> None:
    firm = morning.firm
    merge = morning.does(contacts.merge, firm.contact, firm.other_contact)
    with read_crm(config) as crm:
        after = snapshot(crm.connection)
    deletion = morning.does(tasks.delete, firm.repeated)
    for verb, batch in ((history.undo, merge), (history.undo, deletion), (history.redo, merge)):
        morning.does(verb, batch)
    with read_crm(config) as crm:
        assert difference(after, snapshot(crm.connection)) == []


def test_a_gesture_that_put_a_deal_back_where_it_was_holds_it_there_only_while_it_stands(
    morning: Morning,
) -> None:
    def places(crm: Crm, *ranks: int) -> None:
        for rank in ranks:
            with crm.act("deal.reordered", deal=morning.firm.deal, title="") as act:
                act.update("deals", morning.firm.deal, rank=rank)

    before = morning.deal()
    first = morning.does(places, 7)
    there, second = morning.deal(), morning.does(places, 9, 7)
    morning.does(history.undo, first)
    assert morning.deal() == there
    morning.does(history.undo, second)
    assert morning.deal() == before


def test_acts_that_went_and_came_back_stand_or_fall_together(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        contacts.edit(crm, firm.contact, {"last_name": "Durand"}, emails=["durand@acme.example"])
        contacts.edit(crm, firm.contact, {"last_name": "Dupont"}, phones=["01 23 45 67 89"])
    gesture = last_batch(config)
    with open_crm(config) as crm:
        contacts.edit(crm, firm.contact, {}, emails=["jean@acme.example"])
    with open_crm(config) as crm, pytest.raises(RefusedByRule):
        history.undo(crm, gesture)


def test_a_task_added_and_deleted_in_one_gesture_is_undone_and_redone(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        task = tasks.add(crm, "rappeler", firm.contact)
        tasks.delete(crm, task)
        deals.edit(crm, firm.deal, {"title": "Chaudière gaz"})
    for turn in (history.undo, history.redo, history.undo):
        with open_crm(config) as crm:
            assert turn(crm).kept == []
    with read_crm(config) as crm:
        assert stale(crm.connection) == []
