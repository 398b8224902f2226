"""What we sent, of which the program wrote some: a person's mail is answered by a person's alone."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import outbox, posting
from petitcrm.marketing.outbox import Letter
from tests.support.firm import Firm
from tests.support.mail import JEAN, letter, sent, take_in
from tests.support.sending import intend

NAME = "<o1.ab@firme.example>"
BY_PROGRAM = ["relance:1:a:jean@acme.example", "campaign:vœux:jean@acme.example"]
THEIRS = letter(1, "Re: Devis", at="2026-11-23T07:30:00Z")


def begun(config: Config, firm: Firm, occasion: str | None) -> int:
    """Give the server a mail to the first contact, written by the program where it has an occasion."""
    with open_crm(config) as crm:
        outbox.queue(crm, Letter("shop", firm.contact, JEAN, "Devis", "Bonjour", occasion=occasion))
    with open_crm(config) as crm:
        (mail,) = posting.claim(crm, "me", limit=5)
        assert intend(crm, mail.id, "me", NAME) == ""
    return mail.id


def left(config: Config, number: int) -> None:
    """Note that the server took it."""
    with open_crm(config) as crm:
        posting.sent(crm, number, "me", posting.Reply(250))


def owed(config: Config) -> int:
    """Return how many answers are owed."""
    with read_crm(config) as crm:
        sql = "SELECT count(*) FROM tasks WHERE kind = 'email' AND text = 'Devis' AND done_at IS NULL"
        return int(crm.rows(sql)[0][0])


@pytest.mark.parametrize("occasion", [*BY_PROGRAM, None])
def test_a_mail_that_the_program_wrote_answers_none_that_is_read_late(
    config: Config, firm: Firm, occasion: str | None
) -> None:
    left(config, begun(config, firm, occasion))
    take_in(config, THEIRS)
    assert owed(config) == (occasion is not None)


@pytest.mark.parametrize("occasion", [*BY_PROGRAM, None])
def test_its_copy_that_is_read_before_the_server_is_done_answers_none_either(
    config: Config, firm: Firm, occasion: str | None
) -> None:
    take_in(config, THEIRS)
    number = begun(config, firm, occasion)
    take_in(config, sent(0, at="2026-11-23T08:00:00Z", message_id=NAME), folder="Sent")
    assert owed(config) == (occasion is not None)
    with read_crm(config) as crm:
        waits = crm.rows("SELECT expects_none FROM messages WHERE message_id = :name", name=NAME)
    assert waits == [(int(occasion is not None),)]
    left(config, number)
    assert owed(config) == (occasion is not None)


def test_a_later_answer_of_a_person_ends_what_the_program_did_not(config: Config, firm: Firm) -> None:
    left(config, begun(config, firm, BY_PROGRAM[0]))
    take_in(config, THEIRS)
    take_in(config, sent(3, "Re: Devis", at="2026-11-23T08:00:00Z"), folder="Sent")
    assert owed(config) == 0
