"""Pauses, moves to another version, gestures taken back: no mail is lost or leaves twice, nobody gets both ways."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.cli import mail_shapes, output
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import campaigns, enrolments, posting, posting_many, segments, sequences
from petitcrm.sales import history
from petitcrm.store.queries import enrolments as people
from petitcrm.store.queries import outbox as mails
from petitcrm.sync import ticking
from petitcrm.tui.mail import reading
from petitcrm.tui.mail.lines import screen_lines
from tests.support.campaigns import TEXT
from tests.support.firm import Firm
from tests.support.mail import letter, take_in
from tests.support.sequences import agree, at, begun, kept, leave, path, person, run, text_of

LATER: dict[str, Any] = {
    "steps": [{"id": "b", "kind": "send", "wait": "20 days", "next": "end"}], "mails": {"b": ["Été", "Bonjour"]},
}  # fmt: skip


def outbox(config: Config) -> list[tuple[str, str]]:
    """Return the mails of the base: subject and state."""
    with read_crm(config) as crm:
        return [(row[0], row[1]) for row in crm.rows("SELECT subject, state FROM outbox ORDER BY id")]


def waiting(config: Config, firm: Firm, **more: Any) -> tuple[int, int]:
    """Let somebody begin the sequence, and its first mail wait; return the sequence and their number in it."""
    agree(config, firm.contact)
    sequence = kept(config, **more)
    number = begun(config, sequence, firm.contact)
    run(config)
    return sequence, number


def undone(config: Config, days: float) -> None:
    """Take the last gesture back."""
    with open_crm(at(config, days)) as crm:
        assert history.undo(crm).kept == []


# ------------------------------------------------------------------------------------------------------------ versions


def two_ways(yes: str, no: str, unknown: str) -> dict[str, Any]:
    """Return a sequence whose question leads to mail b or d, and then to g."""
    steps = [
        {"id": "a", "kind": "send"},
        {"id": "lu", "kind": "branch", "wait": "2 days", "condition": "opened a", "yes": yes, "no": no,
         "unknown": unknown},
        {"id": "b", "kind": "send", "next": "g"}, {"id": "d", "kind": "send", "next": "g"},
        {"id": "g", "kind": "send", "wait": "10 days", "next": "end"},
    ]  # fmt: skip
    return {"steps": steps, "mails": {one: [f"Sujet {one}", "Bonjour"] for one in "abdg"}}


def test_nobody_is_moved_to_where_their_question_leads_the_other_way(config: Config, firm: Firm) -> None:
    sequence, number = waiting(config, firm, **two_ways("b", "b", "d"))
    leave(config)
    run(config, 0.1)
    run(config, 2.1)
    assert leave(config, 2.1) == ["Sujet d"]
    run(config, 2.2)
    kept(config, **two_ways("d", "d", "b"))
    with open_crm(at(config, 9)) as crm:
        assert [(one.step, bool(one.why)) for one in sequences.plan(crm, sequence, 2)] == [("g", True)]
        assert sequences.migrate(crm, sequence, 2) == 0
    run(config, 12.5)
    assert leave(config, 12.5) == ["Sujet g"]
    assert [step for step, _outcome in path(config, number)] == ["a", "lu", "d", "g"]


def test_who_is_moved_is_looked_at_again_for_what_is_due_sooner_there(config: Config, firm: Firm) -> None:
    def waits(pause: str) -> dict[str, Any]:
        return {**LATER, "steps": [{"id": "b", "kind": "send", "wait": pause, "next": "end"}]}

    sequence, number = waiting(config, firm, **waits("60 days"))
    kept(config, **waits("2 days"))
    with open_crm(at(config, 1)) as crm:
        assert sequences.migrate(crm, sequence, 2) == 1
    with read_crm(at(config, 1)) as crm:
        assert person(config, number).due_at == crm.now_text
    run(config, 5)
    assert leave(config, 5) == ["Été"]


# -------------------------------------------------------------------------------------------------------------- pauses


@pytest.mark.parametrize("alone", [True, False])
def test_a_mail_in_the_hands_of_a_sender_waits_when_a_pause_comes(
    config: Config, firm: Firm, alone: bool
) -> None:
    sequence, number = waiting(config, firm)
    with open_crm(config) as crm:
        (mail,) = posting.claim(crm, "me", limit=10)
    with open_crm(config) as crm:
        enrolments.pause(crm, number) if alone else sequences.pause(crm, sequence)
    with open_crm(config) as crm:
        begin = posting_many.intend_all(crm, {mail.id: "<o1@firme.example>"}, "me")
        assert (begin.leaving, [one for one, _why in begin.stopped]) == ((), [mail.id])
        assert posting.claim(crm, "me", limit=10) == []
    assert outbox(config) == [("Sujet A", "due")]
    with open_crm(at(config, 3)) as crm:
        enrolments.resume(crm, number, "now") if alone else sequences.resume(crm, sequence, "now")
    with open_crm(at(config, 3)) as crm:
        assert len(posting.claim(crm, "me", limit=10)) == 1


def test_a_mail_of_a_batch_whose_turn_did_not_come_before_the_pause_waits(config: Config, firm: Firm) -> None:
    sequence, _number = waiting(config, firm)
    with open_crm(config) as crm:
        (mail,) = posting.claim(crm, "me", limit=10)
        posting_many.intend_all(crm, {mail.id: "<o1@firme.example>"}, "me")
    with open_crm(config) as crm:
        sequences.pause(crm, sequence)
    with read_crm(config) as crm:
        assert posting_many.resting(crm, [mail]) == [mail.id]
        assert posting_many.reasons_not_to(crm, [mail]) == {}
    with open_crm(config) as crm:
        posting_many.settle_all(crm, [posting_many.Ended(mail.id, posting_many.UNSENT)], "me")
        assert posting.claim(crm, "me", limit=10) == []


@pytest.mark.parametrize(
    ("person_rests", "all_rest", "expected"),
    [((1, 9), (2, 11), 30), ((5, 9), (1, 8), 28), ((1, 3), (5, 8), 25), ((1, 4), (1, 4), 23)],
)
def test_days_in_which_a_person_and_their_sequence_rest_together_count_once(
    config: Config, firm: Firm, person_rests: tuple[int, int], all_rest: tuple[int, int], expected: int
) -> None:
    sequence, number = waiting(config, firm, **LATER)
    for day in range(1, 12):
        with open_crm(at(config, day)) as crm:
            if day == person_rests[0]:
                enrolments.pause(crm, number)
            if day == all_rest[0]:
                sequences.pause(crm, sequence)
            if day == person_rests[1]:
                enrolments.resume(crm, number, "shift")
        with open_crm(at(config, day)) as crm:
            if day == all_rest[1]:
                sequences.resume(crm, sequence, "shift")
    run(config, 12)
    with read_crm(at(config, expected)) as crm:
        assert person(config, number).due_at == crm.now_text


def test_a_paused_sequence_is_not_archived_while_somebody_is_in_it(config: Config, firm: Firm) -> None:
    sequence, _number = waiting(config, firm, **LATER)
    with open_crm(at(config, 1)) as crm:
        sequences.pause(crm, sequence)
    with open_crm(at(config, 90)) as crm, pytest.raises(RefusedByRule) as refused:
        sequences.archive(crm, sequence)
    assert (refused.value.rule, "resume relance" in refused.value.advice) == ("somebody-rests", True)
    run(config, 90)
    assert leave(config, 90) == []


def test_nobody_of_a_resting_sequence_is_to_be_looked_at_next(config: Config, firm: Firm) -> None:
    sequence, _number = waiting(config, firm, **LATER)
    with open_crm(at(config, 1)) as crm:
        assert (
            len(people.coming(crm, 10)) == sum(people.due_numbers(crm, "2030-01-01T00:00:00Z").values()) == 1
        )
        sequences.pause(crm, sequence)
        assert people.coming(crm, 10) == []
        assert people.due_numbers(crm, "2030-01-01T00:00:00Z") == {}


def test_whose_mail_is_on_its_way_stands_after_those_whom_something_is_due_for(
    config: Config, firm: Firm
) -> None:
    sequence, first = waiting(config, firm)
    agree(config, firm.other_contact)
    second = begun(config, sequence, firm.other_contact)
    with read_crm(config) as crm:
        assert [one.id for one in people.standing(crm, sequence, None, 10)] == [second, first]


# ------------------------------------------------------------------------------------------------- gestures taken back


def test_taking_a_stop_back_gives_back_the_mail_that_had_not_left(config: Config, firm: Firm) -> None:
    _sequence, number = waiting(config, firm)
    with open_crm(at(config, 0.1)) as crm:
        enrolments.stop(crm, number)
    assert outbox(config) == [("Sujet A", "withdrawn")]
    run(config, 0.2)
    undone(config, 0.3)
    run(config, 0.4)
    assert leave(config, 0.4) == ["Sujet A"]
    run(config, 0.5)
    assert path(config, number) == [("a", "sent")]


def test_a_mail_that_a_person_withdrew_is_not_given_back_with_a_stop(config: Config, firm: Firm) -> None:
    from petitcrm.marketing import outbox as mails

    _sequence, number = waiting(config, firm)
    with open_crm(at(config, 0.1)) as crm:
        mails.withdraw(crm, 1)
    with open_crm(at(config, 0.2)) as crm:
        enrolments.stop(crm, number)
    undone(config, 0.3)
    assert outbox(config) == [("Sujet A", "withdrawn")]


@pytest.mark.parametrize("alone", [True, False])
def test_taking_a_resume_back_is_a_pause_as_before_and_its_mail_waits(
    config: Config, firm: Firm, alone: bool
) -> None:
    sequence, number = waiting(config, firm)
    with open_crm(at(config, 1)) as crm:
        enrolments.pause(crm, number) if alone else sequences.pause(crm, sequence)
    with open_crm(at(config, 2)) as crm:
        enrolments.resume(crm, number, "skip") if alone else sequences.resume(crm, sequence, "skip")
    run(config, 2.1)
    undone(config, 2.2)
    assert path(config, number) == [("a", "")]
    with open_crm(at(config, 2.3)) as crm:
        assert posting.claim(crm, "me", limit=10) == []
    with open_crm(at(config, 4)) as crm:
        enrolments.resume(crm, number, "shift") if alone else sequences.resume(crm, sequence, "shift")
    assert [outcome for _step, outcome in path(config, number)] == ["", "shift"]
    assert leave(config, 4) == ["Sujet A"]


def test_a_mail_that_is_held_rests_in_the_outbox_and_has_no_date(config: Config, firm: Firm) -> None:
    sequence, _number = waiting(config, firm)
    with open_crm(at(config, 1)) as crm:
        sequences.pause(crm, sequence)
        [row] = mails.waiting(crm, 2)
        columns = {one.key: one.shown(row) for one in mail_shapes.columns(crm) if one.shown}
        assert mail_shapes.outgoing(crm, row)["due_at"] is None
        assert (columns["when"], columns["state"]) == ("", output.Painted("en pause", ""))
        shown = screen_lines(reading.shown(crm, ()), crm.now, (), 80, airy=False)
        assert "".join(words for words, _look in shown[1].draw(80)).endswith("  en pause ")


@pytest.mark.parametrize("alone", [True, False])
def test_taking_a_pause_back_lets_its_mail_leave_and_moves_nothing(
    config: Config, firm: Firm, alone: bool
) -> None:
    sequence, number = waiting(config, firm)
    with open_crm(at(config, 1)) as crm:
        enrolments.pause(crm, number) if alone else sequences.pause(crm, sequence)
    undone(config, 1.1)
    with open_crm(at(config, 1.1)) as crm:
        assert len(posting.claim(crm, "me", limit=10)) == 1
    assert path(config, number) == [("a", "")]


def test_taking_a_move_to_another_version_back_looks_at_people_again(config: Config, firm: Firm) -> None:
    sequence, number = waiting(config, firm, **LATER)
    kept(config, **{**LATER, "steps": [{"id": "b", "kind": "send", "wait": "60 days", "next": "end"}]})
    with open_crm(at(config, 1)) as crm:
        assert sequences.migrate(crm, sequence, 2) == 1
    run(config, 1.1)
    undone(config, 1.2)
    run(config, 1.3)
    with read_crm(at(config, 20)) as crm:
        assert person(config, number).due_at == crm.now_text


def test_taking_a_beginning_back_lets_nothing_more_leave_and_bringing_it_again_all(
    config: Config, firm: Firm
) -> None:
    agree(config, firm.contact)
    sequence = kept(config)
    number = begun(config, sequence, firm.contact)
    run(config)
    undone(config, 0.1)
    assert outbox(config) == []
    with open_crm(at(config, 0.2)) as crm:
        history.redo(crm)
    run(config, 0.3)
    assert leave(config, 0.3) == ["Sujet A"]
    run(config, 0.4)
    assert path(config, number) == [("a", "sent")]


def test_who_begins_again_after_a_beginning_was_taken_back_gets_no_mail_twice(
    config: Config, firm: Firm
) -> None:
    sequence, _number = waiting(config, firm)
    leave(config)
    run(config, 0.1)
    with open_crm(at(config, 0.2)) as crm:
        (batch,) = crm.rows("SELECT id FROM batches WHERE kind = 'enrolment.begun'")[0]
        assert history.undo(crm, batch).kept == []
    number = begun(at(config, 1), sequence, firm.contact)
    run(config, 1)
    assert path(config, number)[0][0] == "a"
    assert outbox(config) == [("Sujet A", "sent")]


def test_a_beginning_is_not_taken_back_over_a_later_gesture(config: Config, firm: Firm) -> None:
    _sequence, number = waiting(config, firm)
    with open_crm(at(config, 0.1)) as crm:
        enrolments.stop(crm, number)
    with open_crm(at(config, 0.2)) as crm, pytest.raises(RefusedByRule):
        (batch,) = crm.rows("SELECT id FROM batches WHERE kind = 'enrolment.begun'")[0]
        history.undo(crm, batch)


# ------------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("by", "when"),
    [("jean.perso@ailleurs.example", "2026-11-25T07:30:00Z"), ("jean@acme.example", "2026-11-20T07:30:00Z")],
)
def test_an_answer_to_a_mail_of_theirs_ends_it_from_any_address_and_by_any_clock(
    config: Config, firm: Firm, by: str, when: str
) -> None:
    _sequence, number = waiting(config, firm)
    leave(config)
    run(config, 0.1)
    mail = letter(1, "Re: Sujet A", by=by, at=when)
    take_in(
        at(config, 2.5), mail._replace(in_reply_to="<o1@firme.example>", references=("<o1@firme.example>",))
    )
    run(config, 6.1)
    assert (person(config, number).exit, leave(config, 6.1)) == ("replied", [])


# --------------------------------------------------------------------------------------- what a condition names is gone


def asking(condition: str) -> str:
    """Return a sequence that people leave on a condition about them."""
    told = text_of(
        key="autre", name="Autre", mails={"a": ["Autre A", "é"], "b": ["B", "b"], "encore": ["E", "e"]}
    )
    return told.replace('fenetre = "toujours"', f'fenetre = "toujours"\nsortie = ["fiche {condition}"]')


def test_a_segment_that_a_sequence_asks_about_is_not_deleted(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Été", "ville = Rennes")
        sequence = sequences.add(crm, asking("segment = ete")).id
    agree(config, firm.contact)
    number = begun(config, sequence, firm.contact)
    with open_crm(config) as crm:
        sequences.archive(crm, sequence)
    with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
        segments.delete(crm, "ete")
    assert (refused.value.rule, "Autre" in refused.value.message) == ("segment-is-used", True)
    with open_crm(config) as crm:
        enrolments.stop(crm, number)
        segments.delete(crm, "ete")


@pytest.mark.parametrize("start", [{"segment": "ete"}, {"where": "segment = Été"}])
def test_a_segment_that_a_sequence_begins_with_is_not_deleted(
    config: Config, firm: Firm, start: dict[str, str]
) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Été", "ville = Rennes")
        sequence = sequences.add(crm, text_of(start=start)).id
        with pytest.raises(RefusedByRule):
            segments.delete(crm, "ete")
        sequences.archive(crm, sequence)
        segments.delete(crm, "ete")


@pytest.mark.parametrize(
    "audience", ['{"segments":["ete"]}', '{"lists":["l"],"except":{"where":"segment = ete"}}']
)
def test_a_segment_that_a_campaign_is_to_leave_to_is_not_deleted(
    config: Config, firm: Firm, audience: str
) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Été", "ville = Rennes")
        campaigns.add(crm, TEXT._replace(audience=audience))
        crm.connection.write("UPDATE campaigns SET state = 'scheduled'")
        with pytest.raises(RefusedByRule) as refused:
            segments.delete(crm, "ete")
        assert TEXT.name in refused.value.message
        crm.connection.write("UPDATE campaigns SET state = 'cancelled'")
        segments.delete(crm, "ete")


def test_where_what_a_condition_names_is_gone_the_others_go_on_and_it_is_told_once(
    config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Été", "ville = Rennes")
        other = sequences.add(crm, asking("segment = ete")).id
    for contact in (firm.contact, firm.other_contact):
        agree(config, contact)
    numbers = [begun(config, kept(config), firm.contact), begun(config, other, firm.other_contact)]
    with open_crm(config) as crm:
        crm.connection.write("DELETE FROM segments")
    told = [(part.name, len(part.problems)) for part in ticking.tick(config) if part.problems]
    assert ("sequences", 1) in told and "settled" not in dict(told)
    run(config, 0.1)
    assert sorted(subject for subject, _state in outbox(config)) == ["Autre A", "Sujet A"]
    assert [path(config, number) for number in numbers] == [[("a", "")], [("a", "")]]
    with open_crm(at(config, 0.1)) as crm:
        mails = posting.claim(crm, "me", limit=10)
        assert len(mails) == 2
        assert posting_many.reasons_not_to(crm, mails) == {}
