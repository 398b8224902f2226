"""Every gesture can be taken back by the one who made it, told in words, and brought again."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm, rehearse
from petitcrm.errors import NotFound, RefusedByRule
from petitcrm.sales import contacts, deals, history, users
from tests.support.firm import Firm
from tests.support.snapshots import difference, snapshot


def title(config: Config, deal: int) -> str:
    """Return the title of a deal."""
    with read_crm(config) as crm:
        found: str = crm.rows("SELECT title FROM deals WHERE id = :id", id=deal)[0][0]
        return found


def rename(config: Config, deal: int, words: str) -> None:
    """Give a deal another title, in a gesture of its own."""
    with open_crm(config) as crm:
        deals.edit(crm, deal, {"title": words})


def undo(config: Config, batch: int | None = None) -> history.Undone:
    """Undo in a gesture of its own."""
    with open_crm(config) as crm:
        return history.undo(crm, batch)


def redo(config: Config, batch: int | None = None) -> history.Undone:
    """Redo in a gesture of its own."""
    with open_crm(config) as crm:
        return history.redo(crm, batch)


def test_undo_goes_back_gesture_by_gesture_and_redo_forward(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    rename(config, firm.deal, "Deux")
    seen = []
    for turn in (undo, undo, redo, redo):
        turn(config)
        seen.append(title(config, firm.deal))
    assert seen == ["Un", "Chaudière", "Un", "Deux"]


def test_several_acts_of_one_gesture_are_one_undo(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        deals.edit(crm, firm.deal, {"title": "Un"})
        deals.edit(crm, firm.other_deal, {"title": "Deux"})
    assert undo(config).acts == 2
    assert (title(config, firm.deal), title(config, firm.other_deal)) == ("Chaudière", "Poêle")


def test_there_may_be_nothing_to_undo_or_to_redo(config: Config) -> None:
    for turn, rule in ((undo, "nothing-to-undo"), (redo, "nothing-to-redo")):
        with pytest.raises(RefusedByRule) as refused:
            turn(config)
        assert refused.value.rule == rule


def test_a_new_gesture_ends_what_can_be_redone_by_itself(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    undo(config)
    rename(config, firm.other_deal, "Deux")
    with pytest.raises(RefusedByRule) as refused:
        redo(config)
    assert refused.value.rule == "nothing-to-redo"


def test_an_older_gesture_can_be_taken_back_by_its_number(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    with read_crm(config) as crm:
        batch = history.gestures(crm)[0].id
    rename(config, firm.other_deal, "Deux")
    assert undo(config, batch).batch == batch
    assert (title(config, firm.deal), title(config, firm.other_deal)) == ("Chaudière", "Deux")


def test_what_was_changed_since_is_not_taken_back(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    with read_crm(config) as crm:
        batch = history.gestures(crm)[0].id
    rename(config, firm.deal, "Deux")
    with pytest.raises(RefusedByRule) as refused:
        undo(config, batch)
    assert refused.value.rule == "changed-since"
    assert f"d{firm.deal} Deux" in refused.value.advice
    assert title(config, firm.deal) == "Deux"


def test_a_refused_undo_leaves_no_gesture(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    rename(config, firm.deal, "Deux")
    with read_crm(config) as crm:
        before = history.gestures(crm)
    with pytest.raises(RefusedByRule):
        undo(config, before[1].id)
    with read_crm(config) as crm:
        assert history.gestures(crm) == before


def test_a_gesture_is_undone_once_and_redone_once(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    with read_crm(config) as crm:
        batch = history.gestures(crm)[0].id
    for first, again in ((undo, undo), (redo, redo)):
        first(config, batch)
        with pytest.raises(RefusedByRule) as refused:
            again(config, batch)
        assert refused.value.rule == "gesture-already-there"


def test_an_undo_is_undone_by_redo_only(config: Config, firm: Firm) -> None:
    rename(config, firm.deal, "Un")
    undo(config)
    with read_crm(config) as crm:
        turned = history.gestures(crm)[0].id
    with pytest.raises(RefusedByRule) as refused:
        undo(config, turned)
    assert refused.value.rule == "undo-is-undone-by-redo"


def test_a_gesture_that_is_not_there_is_not_found(config: Config, firm: Firm) -> None:
    with pytest.raises(NotFound):
        undo(config, 999)


def test_one_takes_back_ones_own_gestures(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        users.add(crm, "paul", name="Paul Durand")
    anne, paul = config._replace(user="anne"), config._replace(user="paul")
    rename(anne, firm.deal, "Anne")
    rename(paul, firm.other_deal, "Paul")
    undo(anne)
    assert (title(config, firm.deal), title(config, firm.other_deal)) == ("Chaudière", "Paul")


def test_the_history_is_told_newest_first_with_who_and_what(config: Config, firm: Firm) -> None:
    rename(config._replace(user="anne"), firm.deal, "Un")
    undo(config._replace(user="anne"))
    with read_crm(config) as crm:
        told = history.gestures(crm)
    assert [one.id for one in told] == sorted((one.id for one in told), reverse=True)
    assert (told[0].user, told[0].undone, told[1].undone) == ("Anne Martin", False, True)
    assert "Chaudière" in told[1].what
    assert "Chaudière" in told[0].what


def test_the_history_may_be_cut(config: Config, firm: Firm) -> None:
    with read_crm(config) as crm:
        assert len(history.gestures(crm, 2)) == 2


def test_a_rehearsed_gesture_does_everything_and_leaves_nothing(config: Config, firm: Firm) -> None:
    with read_crm(config) as crm:
        before, gestures = snapshot(crm.connection), len(history.gestures(crm))
    with rehearse(config) as crm:
        contact = contacts.add(crm, {"last_name": "Petit"})
        assert crm.rows("SELECT last_name FROM contacts WHERE id = :id", id=contact) == [("Petit",)]
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []
        assert len(history.gestures(crm)) == gestures


def test_a_gesture_that_fails_leaves_nothing(config: Config, firm: Firm) -> None:
    with read_crm(config) as crm:
        before, gestures = snapshot(crm.connection), len(history.gestures(crm))
    with pytest.raises(ZeroDivisionError), open_crm(config) as crm:
        deals.win(crm, firm.deal)
        raise ZeroDivisionError
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []
        assert len(history.gestures(crm)) == gestures


def test_an_act_inside_an_act_is_a_mistake_of_ours(config: Config) -> None:
    with pytest.raises(RuntimeError), open_crm(config) as crm, crm.act("deal.edited"), crm.act("deal.edited"):
        pass


def test_who_only_looks_cannot_act(config: Config) -> None:
    with pytest.raises(RuntimeError), read_crm(config) as crm, crm.act("deal.edited"):
        pass
