"""Mail that comes back: what it makes of the address, and who may say that it works again."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import NotFound
from petitcrm.marketing import bounces, composing, outbox, posting
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent
from tests.support.firm import Firm
from tests.support.sending import intend


def returned(config: Config, kind: str, address: str = "jean@acme.example", **more: str) -> int | None:
    """Let a mail come back."""
    with open_crm(config) as crm:
        return bounces.take(crm, bounces.Report(kind, address, **more))


def left(config: Config, firm: Firm, *, known: bool = True) -> int:
    """Let a mail leave, or be one of which nobody knows."""
    with open_crm(config) as crm:
        number = outbox.queue(crm, Letter("shop", firm.contact, "jean@acme.example", "Chaudière", "Bonjour"))
    with open_crm(config) as crm:
        posting.claim(crm, "me", limit=5)
        intend(crm, number, "me", f"<o{number}.abc@firme.example>")
        if known:
            posting.sent(crm, number, "me", posting.Reply(250))
        else:
            posting.unknown(crm, number, "me", "no answer")
    return number


def reason(config: Config, firm: Firm, now: str = "") -> str:
    """Return why the first contact may be answered, or not."""
    with read_crm(config._replace(now=now or config.now)) as crm:
        return consent.verdict(crm, firm.contact, "email", "service", address="jean@acme.example").reason


def test_an_address_that_does_not_exist_is_not_written_to_until_a_person_says_that_it_works(
    config: Config, firm: Firm
) -> None:
    returned(config, "hard", status="5.1.1", diagnostic="no such user")
    assert reason(config, firm) == "bounced"
    with open_crm(config) as crm:
        assert bounces.lift(crm, "jean@acme.example") == 1
    assert reason(config, firm) == "service"


def test_three_mails_that_could_not_be_taken_let_the_address_rest_for_a_time(
    config: Config, firm: Firm
) -> None:
    reasons = []
    for number in range(1, 4):
        left(config, firm)
        returned(config, "soft", original=f"<o{number}.abc@firme.example>")
        reasons.append(reason(config, firm))
    assert reasons == ["service", "service", "bounced"]
    assert reason(config, firm, now="2026-12-24T09:00:01+01:00") == "service"


def test_a_server_that_tells_the_same_delay_again_and_again_is_counted_once(
    config: Config, firm: Firm
) -> None:
    left(config, firm)
    numbers = [returned(config, "soft", original="<o1.abc@firme.example>") for _time in range(4)]
    assert numbers == [1, None, None, None]


def test_a_complaint_is_an_objection_that_lifting_does_not_take_back(config: Config, firm: Firm) -> None:
    returned(config, "complaint")
    with read_crm(config) as crm:
        verdict = consent.verdict(crm, firm.contact, "email", "newsletter", address="jean@acme.example")
    assert verdict.reason == "objected"
    with open_crm(config) as crm, pytest.raises(NotFound):
        bounces.lift(crm, "jean@acme.example")


def test_a_complaint_of_nobody_known_bars_the_address_all_the_same(config: Config, firm: Firm) -> None:
    returned(config, "complaint", "inconnu@ailleurs.example")
    with read_crm(config) as crm:
        assert crm.rows("SELECT channel FROM objections") == [("email",)]


def test_a_bounce_is_tied_to_its_mail_and_shows_that_it_had_left(config: Config, firm: Firm) -> None:
    number = left(config, firm, known=False)
    returned(config, "hard", "JEAN@ACME.example", original=f"o{number}.abc@firme.example")
    with read_crm(config) as crm:
        assert crm.rows("SELECT address, outgoing_id FROM bounces") == [("jean@acme.example", number)]
        assert outbox.of(crm, number).state == "sent"


def test_a_report_without_a_message_id_is_of_the_last_mail_to_the_address(config: Config, firm: Firm) -> None:
    left(config, firm)
    last = left(config, firm)
    returned(config, "hard")
    with read_crm(config) as crm:
        assert crm.rows("SELECT outgoing_id FROM bounces") == [(last,)]


def test_a_report_of_an_address_that_is_none_changes_nothing(config: Config, firm: Firm) -> None:
    assert returned(config, "hard", "pas une adresse") is None


def test_what_came_back_stands_on_the_timeline_of_the_contact(config: Config, firm: Firm) -> None:
    returned(config, "hard", diagnostic="no such user")
    with read_crm(config) as crm:
        assert crm.rows("SELECT contact_id, text FROM events WHERE kind = 'mail.bounced'") == [
            (firm.contact, "no such user")
        ]
        assert [one.kind for one in bounces.of_contact(crm, firm.contact)] == ["hard"]


def test_a_report_that_is_read_again_from_another_folder_bars_no_address_that_was_lifted(
    config: Config, firm: Firm
) -> None:
    left(config, firm)
    with open_crm(config) as crm:
        ((stored,),) = crm.rows("SELECT id FROM messages")
    report = bounces.Report("hard", "jean@acme.example", original="<o1.abc@firme.example>")
    with open_crm(config) as crm:
        bounces.take(crm, report, stored)
    with open_crm(config) as crm:
        bounces.lift(crm, "jean@acme.example")
    with open_crm(config) as crm:
        assert bounces.take(crm, report, stored) is None
    assert reason(config, firm) == "service"


def test_an_address_is_lifted_whatever_the_case_of_its_letters(config: Config, firm: Firm) -> None:
    returned(config, "hard")
    with open_crm(config) as crm:
        assert bounces.lift(crm, "Jean@ACME.example") == 1
    assert reason(config, firm) == "service"


def test_an_address_that_came_back_is_refused_in_whatever_letters_it_is_asked_for(
    config: Config, firm: Firm
) -> None:
    returned(config, "hard")
    with read_crm(config) as crm:
        address = composing.address(crm, firm.contact, "Jean@ACME.example")
        assert consent.verdict(crm, firm.contact, "email", "service", address=address).reason == "bounced"


def test_lifting_what_never_came_back_is_refused(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm, pytest.raises(NotFound):
        bounces.lift(crm, "jean@acme.example")
