"""What is kept of a mail that left: whether somebody waits for an answer to it."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import campaigning, campaigns, lists, outbox, posting, subscriptions
from petitcrm.marketing.campaign_mails import Mailing
from petitcrm.marketing.lists import Told
from petitcrm.marketing.outbox import Letter
from petitcrm.marketing.posting import Reply
from petitcrm.sales import agenda
from petitcrm.sales import firm as firms
from tests.support import sequences
from tests.support.campaigns import SENDER, a_list, people, scheduled
from tests.support.firm import Firm
from tests.support.sending import intend


def leave(config: Config) -> None:
    """Let a server take every mail that waits, one by one."""
    with open_crm(config) as crm:
        for row in posting.claim(crm, "me", limit=50):
            assert intend(crm, row.id, "me", f"<o{row.id}.abc@firme.example>") == ""
            assert posting.sent(crm, row.id, "me", Reply(250, "ok"))


def waited_for(config: Config) -> list[str]:
    """Return the parts of the day, eight working days later, that say that somebody has not answered."""
    with read_crm(config._replace(now="2026-12-03T09:00:00+01:00")) as crm:
        return [item.text for item in agenda.day(crm).items if item.kind == "waiting"]


def a_sequence(config: Config, firm: Firm, purpose: str) -> None:
    """Let the first mail of a sequence be about to leave."""
    sequences.agree(config, firm.contact)
    sequences.begun(config, sequences.kept(config, purpose=purpose), firm.contact)
    assert sequences.run(config).queued == 1


def a_campaign(config: Config, number: int = 3) -> None:
    """Let the mails of a campaign wait, which the server did not take at first."""
    with open_crm(config) as crm:
        people(crm, a_list(crm), number)
    with open_crm(config) as crm:
        scheduled(crm)
    with open_crm(config) as crm:
        campaigning.tend(crm)
    with open_crm(config) as crm:
        for draft in Mailing(crm, campaigns.of(crm, "rentree"), SENDER).begin(crm, "me", lambda _: {}, 50):
            posting.put_off(crm, draft.row.id, "me", Reply(451, "greylisted"))


@pytest.mark.parametrize("purpose", ["newsletter", "service"])
def test_nobody_is_waited_for_who_had_a_mail_of_a_sequence(config: Config, firm: Firm, purpose: str) -> None:
    a_sequence(config, firm, purpose)
    leave(config)
    assert waited_for(config) == []


def test_nobody_is_waited_for_whose_mail_of_a_campaign_was_put_off_at_first(
    config: Config, firm: Firm
) -> None:
    a_campaign(config)
    later = config._replace(now="2026-11-23T09:10:00+01:00")
    leave(later)
    with read_crm(later) as crm:
        assert crm.rows("SELECT is_bulk, expects_none FROM messages") == [(1, 1)] * 3
    assert waited_for(config) == []


def test_nobody_is_waited_for_who_was_asked_to_confirm(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        firms.rename(crm, "Chauffage Acmé")
        key = lists.add(crm, Told("La lettre", wording="Recevoir la lettre", account="shop"))
        subscriptions.subscribe(crm, key, firm.contact)
    leave(config)
    assert waited_for(config) == []


def test_who_was_written_to_by_a_person_is_waited_for(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        outbox.queue(crm, Letter("shop", firm.contact, "jean@acme.example", "Votre chaudière", "Bonjour"))
    leave(config)
    assert len(waited_for(config)) == 1
