"""What is due in the sequences: mails queued once, questions decided once, whoever is to leave leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import enrolments, evaluating, measuring, outbox, sequences
from petitcrm.marketing.sequence_mails import Room
from petitcrm.sales import consent, contacts, deals, history
from petitcrm.sales import firm as firm_sales
from petitcrm.sales.consent import Wanted
from petitcrm.store import health, mailboxes, running
from petitcrm.store.queries import history as journal
from petitcrm.store.queries import outbox as mails
from tests.support.firm import Firm
from tests.support.mail import letter, take, take_in
from tests.support.sequences import agree, at, begun, kept, leave, path, person, run, text_of


@pytest.fixture
def number(config: Config, firm: Firm) -> int:
    """Return the number of somebody who has just begun the sequence."""
    agree(config, firm.contact)
    return begun(config, kept(config), firm.contact)


def seen(
    config: Config, firm: Firm, kind: str = "opened", days: float = 1, **more: str
) -> measuring.Recorded:
    """Let a signal of the first mail be recorded."""
    with open_crm(at(config, days)) as crm:
        mail = crm.rows("SELECT message_id FROM outbox WHERE step = 'a' ORDER BY id DESC LIMIT 1")[0][0]
        told = measuring.Told(kind, firm.contact, crm.now, "site", f"{kind}-{days}", mail, **more)
        return measuring.record(crm, [told])


def read_until(config: Config, days: float) -> None:
    with open_crm(at(config, days)) as crm:
        measuring.has_read(crm, "opened", crm.now)


def test_the_first_mail_is_queued_once_however_often_it_is_asked_for(config: Config, number: int) -> None:
    assert run(config).queued == 1
    assert run(config).queued == run(config, 1).queued == 0
    with read_crm(config) as crm:
        (row,) = crm.rows("SELECT occasion, state, enrolment_id, step, purpose FROM outbox")
    assert row == ("sequence:relance:1:a:jean@acme.example", "due", number, "a", "newsletter")


def test_whoever_is_not_measured_gets_neither_branch_but_the_third(config: Config, number: int) -> None:
    run(config)
    assert leave(config) == ["Sujet A"]
    run(config, 0.1)
    run(config, 5.9)
    assert path(config, number) == [("a", "sent")]
    assert run(config, 6).decided == 1
    assert leave(config, 6) == ["Encore"]
    run(config, 6.1)
    assert path(config, number) == [("a", "sent"), ("lu", "unknown"), ("encore", "sent")]
    assert person(config, number).exit == "finished"


def test_an_opening_is_answered_at_once_by_a_task_that_a_plain_undo_passes_over(
    config: Config, firm: Firm, number: int
) -> None:
    agree(config, firm.contact, "measure")
    run(config)
    leave(config)
    run(config, 0.1)
    seen(config, firm)
    run(config, 1)
    with read_crm(config) as crm:
        (task,) = crm.rows("SELECT text, contact_id FROM tasks WHERE text = 'Appeler'")
    assert task == ("Appeler", firm.contact)
    assert path(config, number)[1:] == [("lu", "yes"), ("appel", "")]
    with open_crm(config) as crm:
        last = journal.last_standing(crm)
        assert crm.rows("SELECT kind FROM batches WHERE id = :id", id=last) == [("consent.given",)]


def test_no_is_said_once_everything_was_read_up_to_the_deadline(
    config: Config, firm: Firm, number: int
) -> None:
    agree(config, firm.contact, "measure")
    run(config)
    leave(config)
    read_until(config, 5)
    assert run(config, 7).decided == 0
    read_until(config, 7)
    assert run(config, 7.1).decided == 1
    assert path(config, number)[1] == ("lu", "no")
    assert seen(config, firm, days=8).kept == 1
    assert run(config, 8).decided == 0


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], "unknown"),  # nobody reads mail
        ([("shop", "")], None),  # never read to its end
        ([("shop", "2026-11-28T08:00:00Z")], None),
        ([("shop", "2026-11-30T08:00:00Z"), ("pro", "2026-11-28T08:00:00Z")], None),
        ([("shop", "2026-11-30T08:00:00Z"), ("/home/me/old.mbox", "2020-01-01T00:00:00Z")], "no"),
    ],
)
def test_that_somebody_did_not_answer_is_said_once_every_inbox_was_read(
    config: Config, firm: Firm, boxes: list[tuple[str, str]], expected: str | None
) -> None:
    agree(config, firm.contact)
    steps = [
        {"id": "a", "kind": "send"},
        {"id": "r", "kind": "branch", "wait": "6 days", "condition": "replied a", "yes": "end", "no": "t",
         "unknown": "u"},
        {"id": "t", "kind": "tag", "tag": "Muet", "next": "end"},
        {"id": "u", "kind": "tag", "tag": "Inconnu"},
    ]  # fmt: skip
    number = begun(config, kept(config, steps=steps), firm.contact)
    run(config)
    leave(config)
    with open_crm(config) as crm:
        for account, read_at in boxes:
            mailboxes.note(crm.connection, account, "INBOX", role="inbox", read_at=read_at)
    run(config, 7)
    assert dict(path(config, number)).get("r") == expected


def test_a_scanner_opens_nothing(config: Config, firm: Firm, number: int) -> None:
    agree(config, firm.contact, "measure")
    run(config)
    leave(config)
    seen(config, firm, agent="GoogleImageProxy")
    read_until(config, 7)
    run(config, 7)
    assert path(config, number)[1] == ("lu", "no")


def test_what_is_seen_of_somebody_who_did_not_agree_is_not_kept(
    config: Config, firm: Firm, number: int
) -> None:
    run(config)
    leave(config)
    assert seen(config, firm) == measuring.Recorded(0, 0, 1)
    agree(at(config, 2), firm.contact, "measure")
    assert seen(config, firm, days=1).refused == 1
    assert seen(config, firm, days=3) == measuring.Recorded(1, 0, 0)
    assert seen(config, firm, days=3) == measuring.Recorded(0, 1, 0)


def test_what_is_seen_of_somebody_whose_address_objected_is_not_kept(
    config: Config, firm: Firm, number: int
) -> None:
    agree(config, firm.contact, "measure")
    run(config)
    leave(config)
    with open_crm(at(config, 0.1)) as crm:
        consent.bar(crm, "email", "Jean@acme.example", purpose="measure")
    assert seen(config, firm) == measuring.Recorded(0, 0, 1)
    run(config, 6)
    assert path(config, number)[1] == ("lu", "unknown")


@pytest.mark.parametrize("what", ["objected", "withdrawn"])
def test_whoever_wants_no_more_of_it_leaves_and_the_mail_that_waits_does_too(
    config: Config, firm: Firm, number: int, what: str
) -> None:
    run(config)
    with open_crm(at(config, 0.1)) as crm:
        say = consent.object_to if what == "objected" else consent.withdraw
        say(crm, firm.contact, Wanted("email", "newsletter"))
    with open_crm(at(config, 0.1)) as crm:
        (mail,) = mails.waiting(crm, 9)
        assert enrolments.why_not(crm, [mail]) == {mail.id: enrolments.exit_words("unsubscribed")}
    with open_crm(at(config, 0.1)) as crm:
        outbox.withdraw(crm, mail.id)
    run(config, 0.2)
    assert person(config, number).exit == "unsubscribed"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"object": 1, "answer": 2, "object again": 3}, "unsubscribed"),
        ({"object": 1, "come back": 1.5, "answer": 2, "object again": 3}, "replied"),
        ({"object": 1, "come back": 1.5, "answer": 4, "object again": 3}, "unsubscribed"),
        ({"withdraw": 1, "agree": 1.5, "answer": 2, "withdraw again": 3}, "replied"),
        ({"withdraw": 1, "answer": 2, "object": 3}, "unsubscribed"),
        ({"object": 1, "bounce": 2}, "unsubscribed"),
        ({"answer": 1, "object": 2, "bounce": 3}, "replied"),
        ({"bounce": 1, "object": 2}, "bounced"),
        ({"refuse calls": 1, "answer": 2, "object": 3}, "replied"),
    ],
)
def test_of_several_reasons_to_leave_it_is_the_first_that_stands(
    config: Config, firm: Firm, number: int, days: dict[str, float], expected: str
) -> None:
    run(config)
    leave(config)
    wanted = Wanted("email", "newsletter")
    for what, day in days.items():
        with open_crm(at(config, day)) as crm:
            told = {"wording": "Recevoir la lettre", "how": "salon"}
            if what == "answer":
                take(crm, letter(1, at=crm.now_text))
            elif what == "bounce":
                with crm.act("contact.edited") as act:
                    act.insert(
                        "bounces", address="jean@acme.example", kind="hard", status="5.1.1", at=crm.now_text
                    )
            elif what in ("come back", "agree"):
                consent.give(crm, firm.contact, wanted, **told, lifts_objection=what == "come back")
            elif what == "refuse calls":
                consent.object_to(crm, firm.contact, Wanted("phone", "prospecting"))
            else:
                (consent.object_to if "object" in what else consent.withdraw)(crm, firm.contact, wanted)
    run(config, 5)
    assert person(config, number).exit == expected


def test_an_answer_counts_from_when_it_is_read_whatever_the_clock_of_who_wrote_it_says(
    config: Config, firm: Firm, number: int
) -> None:
    run(config)
    leave(config)
    take_in(at(config, 1), letter(1, at="2026-11-25T10:00:00Z"))
    assert run(config, 1).left == 1
    assert person(config, number).exit == "replied"


def test_a_deal_that_is_won_ends_it(config: Config, firm: Firm, number: int) -> None:
    run(config)
    leave(config)
    run(config, 0.1)
    with open_crm(at(config, 1)) as crm:
        deals.win(crm, firm.deal, amount_cents=1)
    assert run(config, 1).left == 1
    assert person(config, number).exit == "won"


def test_one_person_gets_no_more_mails_than_the_firm_says_whichever_the_sequence(
    config: Config, firm: Firm
) -> None:
    agree(config, firm.contact)
    for key in ("un", "deux", "trois"):
        begun(config, kept(config, key=key, name=key), firm.contact)
    assert run(config).queued == 1  # one to each person a run
    assert run(config, 0.01).queued == 1
    assert run(config, 0.02).queued == 0
    with read_crm(config) as crm:
        due = crm.rows("SELECT due_at FROM enrolments WHERE due_at IS NOT NULL")
    assert [one[0][:10] for one in due] == ["2026-11-30"]
    leave(config, 0.02)
    run(config, 6.9)
    assert run(config, 7.03).queued == 1


def test_after_days_asleep_late_mails_leave_a_few_at_a_time(config: Config, firm: Firm) -> None:
    for contact in (firm.contact, firm.other_contact):
        agree(config, contact)
        begun(config, kept(config), contact)
    assert run(config, 5, Room("shop", late=1)).held == 1
    assert run(config, 5.01).queued == 1


def test_everybody_who_is_due_is_looked_at_once_however_many_they_are(
    config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluating, "WINDOW", 3)
    sequence = kept(config)
    with open_crm(config) as crm:
        some = [
            contacts.add(crm, {"last_name": f"Nöel {n}"}, emails=[f"n{n}@acme.example"]) for n in range(7)
        ]
    for contact in some:
        agree(config, contact)
        begun(config, sequence, contact)
    looked, place = [], evaluating.FIRST
    room = Room("shop")
    while place is not None:
        with open_crm(config) as crm:
            done = evaluating.advance_due(crm, room, place, limit=2)
        looked.append(done.looked)
        place = done.after  # type: ignore[assignment]
    assert (looked, run(config).looked) == ([2, 1, 2, 1, 1], 0)
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*), count(DISTINCT contact_id) FROM outbox") == [(7, 7)]


def test_a_sequence_may_send_so_many_mails_a_day(config: Config, firm: Firm) -> None:
    sequence = kept(config, per_day=1)
    for contact in (firm.contact, firm.other_contact):
        agree(config, contact)
        begun(config, sequence, contact)
    assert (run(config).queued, run(config, 0.1).queued, run(config, 1).queued) == (1, 0, 1)


def test_a_mail_of_which_a_field_is_empty_is_told_and_the_sequence_goes_on(
    config: Config, firm: Firm
) -> None:
    agree(config, firm.contact)
    told = {"a": ["{{ firm.name }}", "x"], "b": ["B", "b"], "encore": ["E", "e"]}
    with open_crm(config) as crm:
        firm_sales.rename(crm, "Acmé")
    number = begun(config, kept(config, mails=told), firm.contact)
    with open_crm(config) as crm:
        firm_sales.rename(crm, "")
    assert len(run(config).problems) == 1
    assert path(config, number) == [("a", "field-is-empty")]
    run(config, 6)
    assert path(config, number)[1] == ("lu", "unknown")


@pytest.mark.parametrize(("how", "days"), [("shift", 11), ("now", 10), ("skip", 10)])
def test_whoever_goes_on_after_a_pause_is_asked_what_becomes_of_what_was_due(
    config: Config, number: int, how: str, days: int
) -> None:
    run(config)
    leave(config)
    run(config, 0.1)
    with open_crm(at(config, 5)) as crm:
        assert enrolments.pause(crm, number)
    assert run(config, 9).looked == 0
    with open_crm(at(config, 10)) as crm:
        assert enrolments.resume(crm, number, how)
    run(config, 10)
    decided = len(path(config, number)) > 2
    assert decided == (how != "shift")
    run(config, days)
    assert ("lu", "unknown") in path(config, number)


def test_a_whole_sequence_rests_and_goes_on(config: Config, firm: Firm, number: int) -> None:
    sequence = person(config, number).sequence_id
    with open_crm(config) as crm:
        sequences.pause(crm, sequence)
    assert run(config, 3).looked == 0
    with open_crm(at(config, 4)) as crm:
        sequences.resume(crm, sequence, "now")
    assert run(config, 4).queued == 1


def test_whoever_was_taken_out_does_not_come_back_by_themselves(
    config: Config, firm: Firm, number: int
) -> None:
    sequence = person(config, number).sequence_id
    run(config)
    with open_crm(config) as crm:
        assert enrolments.stop(crm, number)
        assert not enrolments.stop(crm, number)
    assert leave(config) == []
    with open_crm(config) as crm:
        (one,) = enrolments.start(crm, sequence, [firm.contact], enrolments.Wanted(by_itself=True))
        assert one.rule == "taken-out"
        (one,) = enrolments.start(crm, sequence, [firm.contact])
        assert one.rule == "was-in-it"
        (one,) = enrolments.start(crm, sequence, [firm.contact], enrolments.Wanted(again=True))
        assert one.enrolment_id is not None


@pytest.mark.parametrize("is_kept_out", [True, False])
def test_whoever_was_taken_out_stays_out_when_they_are_merged_with_somebody_who_is_in_it(
    config: Config, firm: Firm, number: int, is_kept_out: bool
) -> None:
    agree(config, firm.other_contact)
    sequence = person(config, number).sequence_id
    other = begun(config, sequence, firm.other_contact)
    run(config)
    with open_crm(config) as crm:
        enrolments.stop(crm, number if is_kept_out else other)
    before = [person(config, one) for one in (number, other)]
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
        waiting = mails.waiting(crm, 9)
        assert {*enrolments.why_not(crm, waiting)} == {mail.id for mail in waiting} != set()
    assert {person(config, one).state for one in (number, other)} == {"ended"}
    assert run(config, 7).looked == 0
    with open_crm(config) as crm:
        history.undo(crm)
    assert [person(config, one) for one in (number, other)] == before


def test_two_people_who_are_one_go_through_it_once(config: Config, firm: Firm, number: int) -> None:
    agree(config, firm.other_contact)
    sequence = person(config, number).sequence_id
    other = begun(config, sequence, firm.other_contact)
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
    assert [person(config, one).state for one in (number, other)] == ["active", "ended"]
    assert run(config).queued == 1
    with open_crm(config) as crm:
        assert enrolments.latest(crm, sequence, firm.contact).id == number
        (one,) = enrolments.start(crm, sequence, [firm.contact], enrolments.Wanted(again=True))
    assert one.rule == "in-it-already"


def test_who_may_not_be_written_to_or_is_in_it_does_not_begin(
    config: Config, firm: Firm, number: int
) -> None:
    sequence = person(config, number).sequence_id
    with open_crm(config) as crm:
        told = enrolments.start(crm, sequence, [firm.contact, firm.other_contact])
    assert [one.rule for one in told] == ["in-it-already", "may-not-contact"]


def test_taking_a_start_back_leaves_nothing_of_it_once_it_went_on_either(config: Config, firm: Firm) -> None:
    agree(config, firm.contact)
    sequence = kept(config)
    begun(config, sequence, firm.contact)
    with open_crm(config) as crm:
        assert not history.undo(crm).kept
    assert run(config).looked == 0
    begun(config, sequence, firm.contact)
    run(config)
    with open_crm(config) as crm:
        assert not history.undo(crm).kept
    assert (run(config).looked, leave(config)) == (0, [])


def test_people_end_the_version_that_they_began_unless_they_are_moved(
    config: Config, firm: Firm, number: int
) -> None:
    run(config)
    sequence = person(config, number).sequence_id
    with open_crm(config) as crm:
        told = sequences.add(
            crm, text_of(mails={"a": ["A", "a"], "b": ["B", "b"], "encore": ["Nouveau", "e"]})
        )
        assert (told.version, told.is_new) == (2, False)
        assert [(one.step, one.people, one.why) for one in sequences.plan(crm, sequence, 2)] == [("a", 1, "")]
    leave(config)
    with open_crm(config) as crm:
        assert sequences.migrate(crm, sequence, 2) == 1
    run(config, 0.1)
    run(config, 6)
    assert leave(config, 6) == ["Nouveau"]


def test_what_the_program_does_leaves_the_journal_sound(config: Config, firm: Firm, number: int) -> None:
    run(config)
    leave(config)
    run(config, 6)
    leave(config, 6)
    run(config, 7)
    with open_crm(config) as crm:
        assert not any(health.problems(crm.connection).values())


def test_two_runs_at_the_same_moment_queue_one_mail(config: Config, firm: Firm, number: int) -> None:
    with open_crm(config) as crm:
        running.queue(
            crm.connection,
            {
                "account": "", "contact_id": firm.contact, "deal_id": None, "address": "jean@acme.example",
                "name": "", "subject": "S", "body": "b", "template": "", "purpose": "newsletter",
                "occasion": "sequence:relance:1:a:jean@acme.example", "owner_id": None, "created_at": crm.now_text,
                "due_at": crm.now_text, "enrolment_id": number, "step": "a",
            },
        )  # fmt: skip
    assert run(config).queued == 0
    assert leave(config) == ["S"]


def test_an_hour_is_by_the_clock_of_the_firm(config: Config, firm: Firm) -> None:
    autumn = config._replace(now="2026-10-24T09:00:00+02:00")
    agree(autumn, firm.contact)
    steps = [{"id": "p", "kind": "wait", "wait": "1 day"}, {"id": "t", "kind": "tag", "tag": "x"}]
    number = begun(autumn, kept(autumn, steps=steps), firm.contact)
    run(autumn)
    due = datetime.fromisoformat(person(autumn, number).due_at or "")
    assert due - datetime.fromisoformat(autumn.now) == timedelta(hours=25)
