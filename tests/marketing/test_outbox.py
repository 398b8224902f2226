"""What may be put among the mails that are to leave, taken back, and decided on when nobody knows."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.marketing import outbox, posting
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, history
from petitcrm.store.queries import outbox as queries
from tests.support.firm import Firm
from tests.support.sending import intend


def letter(firm: Firm) -> Letter:
    """Return a mail to the first contact of the firm."""
    return Letter("shop", firm.contact, "jean@acme.example", "Votre chaudière", "Bonjour")


def queued(config: Config, firm: Firm) -> int:
    """Put it among those that are to leave."""
    with open_crm(config) as crm:
        return outbox.queue(crm, letter(firm))


def begin(crm: Crm, number: int) -> None:
    """Let somebody be giving it to a server."""
    posting.claim(crm, "me", limit=5)
    assert intend(crm, number, "me", f"<o{number}.abc@firme.example>") == ""


def state(config: Config, number: int) -> str:
    """Return how far it is."""
    with read_crm(config) as crm:
        return outbox.of(crm, number).state


@pytest.mark.parametrize("end", ["\r", "\n", "\0", "\x1b", "\x7f", "\u2028", "\u2029", "\x85"])
@pytest.mark.parametrize("field", ["subject", "name", "address"])
def test_a_value_that_would_end_its_header_is_refused(
    field: str, end: str, config: Config, firm: Firm
) -> None:
    told = letter(firm)._replace(**{field: f"a{end}Bcc: everybody@x.fr"})
    with open_crm(config) as crm, pytest.raises(UsageProblem):
        outbox.queue(crm, told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": " "},
        {"body": " \n"},
        {"address": "jean"},
        {"address": "a@good.fr <b@evil.fr>"},
        {"subject": "x" * 500},
    ],
)
def test_a_mail_that_says_nothing_or_goes_nowhere_is_refused(
    wrong: dict[str, str], config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm, pytest.raises(UsageProblem):
        outbox.queue(crm, letter(firm)._replace(**wrong))


def test_nobody_is_written_to_who_is_not_there(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm, pytest.raises(NotFound):
        outbox.queue(crm, letter(firm)._replace(contact_id=999))


def test_who_may_not_be_written_to_is_refused_with_the_reason(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
        outbox.queue(crm, letter(firm)._replace(purpose="newsletter"))
    assert refused.value.rule == "may-not-contact"


def test_an_occasion_has_one_mail(config: Config, firm: Firm) -> None:
    told = letter(firm)._replace(occasion="vœux 2027 c1")
    with open_crm(config) as crm:
        outbox.queue(crm, told)
    with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
        outbox.queue(crm, told)
    assert refused.value.rule == "already-written"


def test_a_mail_that_waits_is_withdrawn_and_no_longer_leaves(config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        outbox.withdraw(crm, number)
    with open_crm(config) as crm:
        assert posting.claim(crm, "me", limit=5) == []


def test_undoing_the_writing_of_a_mail_that_waits_takes_it_away(config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert queries.one(crm, number) is None


@pytest.mark.parametrize("how_far", ["claimed", "intent", "sent"])
def test_what_has_left_or_is_leaving_is_not_taken_back(how_far: str, config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with read_crm(config) as crm:
        batch = crm.rows("SELECT max(id) FROM batches")[0][0]
    with open_crm(config) as crm:
        if how_far == "claimed":
            posting.claim(crm, "me", limit=5)
        else:
            begin(crm, number)
        if how_far == "sent":
            posting.sent(crm, number, "me", posting.Reply(250, "ok"))
    for take_back in (lambda crm: history.undo(crm, batch), lambda crm: outbox.withdraw(crm, number)):
        with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
            take_back(crm)
        assert refused.value.rule == "mail-has-left"


def test_that_a_mail_was_sent_is_not_undone_by_a_plain_undo_nor_by_its_number(
    config: Config, firm: Firm
) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        begin(crm, number)
    with open_crm(config) as crm:
        posting.sent(crm, number, "me", posting.Reply(250, "ok"))
    with read_crm(config) as crm:
        batch = crm.rows("SELECT max(id) FROM batches")[0][0]
    for undo in (lambda crm: history.undo(crm), lambda crm: history.undo(crm, batch)):
        with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
            undo(crm)
        assert refused.value.rule == "mail-has-left"


def test_a_mail_is_sent_by_whoever_claimed_it_and_nobody_else(config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        posting.claim(crm, "me", limit=5)
        assert intend(crm, number, "somebody", "<x@y>")
        assert not posting.sent(crm, number, "somebody", posting.Reply())
        assert not posting.put_off(crm, number, "somebody", posting.Reply())
        assert not posting.release(crm, number, "somebody")
    assert state(config, number) == "claimed"


def test_an_answer_that_comes_after_the_sender_was_taken_for_dead_is_believed(
    config: Config, firm: Firm
) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        begin(crm, number)
        posting.recover(crm, lambda _who: True)
    assert state(config, number) == "unknown"
    with open_crm(config) as crm:
        assert posting.sent(crm, number, "me", posting.Reply(250, "ok"))
    assert state(config, number) == "sent"


@pytest.mark.parametrize(("decision", "becomes"), [("sent", "sent"), ("again", "due"), ("drop", "withdrawn")])
def test_a_person_decides_on_an_uncertain_mail_and_may_take_it_back(
    decision: str, becomes: str, config: Config, firm: Firm
) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        begin(crm, number)
        posting.unknown(crm, number, "me", "no answer")
    with open_crm(config) as crm:
        outbox.decide(crm, number, decision)
    assert state(config, number) == becomes
    with open_crm(config) as crm:
        history.undo(crm)
    assert state(config, number) == "unknown"


def test_a_mail_that_is_sent_again_keeps_its_message_id(config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        begin(crm, number)
        posting.unknown(crm, number, "me", "")
        outbox.decide(crm, number, "again")
    with read_crm(config) as crm:
        assert outbox.of(crm, number).message_id == f"<o{number}.abc@firme.example>"


@pytest.mark.parametrize("decision", ["sent", "again", "drop"])
def test_a_mail_that_is_certain_is_not_decided_on(decision: str, config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm, pytest.raises(RefusedByRule):
        outbox.decide(crm, number, decision)


def test_a_mail_read_in_the_folder_of_sent_mail_first_is_not_told_twice(config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        begin(crm, number)
    with open_crm(config) as crm, crm.act("mail.synced") as act:
        name = f"<o{number}.abc@firme.example>"
        act.insert(
            "messages",
            message_id=name,
            thread=name,
            at=crm.now_text,
            recorded_at=crm.now_text,
            direction="out",
        )
    with open_crm(config) as crm:
        posting.sent(crm, number, "me", posting.Reply(250, "ok"))
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM messages") == [(1,)]
    assert state(config, number) == "sent"


def test_a_mail_that_was_sent_while_its_contact_was_deleted_is_kept(config: Config, firm: Firm) -> None:
    from petitcrm.sales import contacts

    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Bref"}, emails=["bref@x.fr"])
    with open_crm(config) as crm:
        number = outbox.queue(crm, letter(firm)._replace(contact_id=contact, address="bref@x.fr"))
    with open_crm(config) as crm:
        begin(crm, number)
        contacts.delete(crm, contact)
        assert posting.sent(crm, number, "me", posting.Reply(250))
    assert state(config, number) == "sent"


@pytest.mark.parametrize("purpose", ["prospecting", consent.ALL])
def test_who_objects_is_not_approached_and_is_still_answered(
    purpose: str, config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, consent.Wanted("email", purpose))
        with pytest.raises(RefusedByRule, match="oppose") as refused:
            outbox.queue(crm, letter(firm))
        assert (refused.value.rule, "--reply" in refused.value.advice) == ("may-not-contact", True)
        assert outbox.queue(crm, letter(firm)._replace(in_reply_to="<a@acme.example>"))
        assert outbox.queue(crm, letter(firm)._replace(deal_id=firm.deal))


def test_who_objects_to_the_newsletter_alone_is_written_to_by_a_person(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, consent.Wanted("email", "newsletter"))
        assert outbox.queue(crm, letter(firm))


def test_an_approach_that_waits_does_not_leave_once_they_have_objected(config: Config, firm: Firm) -> None:
    number = queued(config, firm)
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, consent.Wanted("email", consent.ALL))
        posting.claim(crm, "me", limit=5)
        assert "oppose" in intend(crm, number, "me", "<o1.abc@firme.example>")
    assert state(config, number) == "refused"


def test_what_a_dead_sender_was_sending_is_decided_on_before_anybody_took_it_over(
    config: Config, firm: Firm
) -> None:
    from petitcrm import senders

    number = queued(config, firm)
    dead = f"{senders.me().partition(':')[0]}:99999999:abcd"
    with open_crm(config) as crm:
        posting.claim(crm, dead, limit=5)
        intend(crm, number, dead, "<o1.abc@firme.example>")
    with open_crm(config) as crm:
        outbox.decide(crm, number, "drop")
    assert state(config, number) == "withdrawn"


def test_what_somebody_is_sending_now_is_not_decided_on(config: Config, firm: Firm) -> None:
    from petitcrm import senders

    number, who = queued(config, firm), senders.me()
    with open_crm(config) as crm:
        posting.claim(crm, who, limit=5)
        intend(crm, number, who, "<o1.abc@firme.example>")
        with pytest.raises(RefusedByRule) as refused:
            outbox.decide(crm, number, "again")
    assert refused.value.rule == "mail-is-certain"


def test_a_subject_that_is_too_long_is_named_with_its_own_limit(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm, pytest.raises(UsageProblem, match="400"):
        outbox.queue(crm, letter(firm)._replace(subject="x" * 401))
