"""A campaign leaves: each person once, whoever objects meanwhile not at all, at its pace; it stops by itself."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.connectors import mail_accounts
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import campaign_results, campaigning, campaigns
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from petitcrm.store import health
from petitcrm.sync import mailing
from tests.support.campaigns import SENDER, TEXT, a_list, people, scheduled
from tests.support.smtp_sink import Envelope, Sink, answering, configured


def ready(config: Config, tmp_path: Path, sink: Sink, number: int, **other: object) -> Config:
    """Let a campaign to so many people be about to leave by the sink."""
    with open_crm(config) as crm:
        people(crm, a_list(crm), number)
        scheduled(crm, TEXT._replace(**other))
    return config._replace(file=str(configured(tmp_path, sink.port)))


def read(taken: Envelope) -> EmailMessage:
    """Return a mail as its reader has it."""
    told = email.message_from_bytes(taken.raw, policy=email.policy.default)
    assert isinstance(told, EmailMessage)
    return told


def test_each_person_gets_one_mail_of_their_own_and_the_campaign_is_over(
    config: Config, tmp_path: Path
) -> None:
    with Sink() as sink:
        told = mailing.send(ready(config, tmp_path, sink, 5))
        again = mailing.send(config._replace(file=str(tmp_path / "config.toml")))
    assert (told.handed_over, told.states, again.handed_over) == (5, {"sent": 5}, 0)
    assert sorted(taken.recipient for taken in sink.mails) == [f"p{place}@acme.example" for place in range(5)]
    text = read(sink.mails[0]).get_body(("plain",))
    assert text is not None
    assert text.get_content().startswith("Bonjour Zoé0,")
    assert "répondez STOP" in text.get_content()
    with read_crm(config) as crm:
        found = campaigns.of(crm, "rentree")
        assert (found.state, campaign_results.results(crm, found).whole.sent) == ("sent", 5)
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_who_objects_after_being_chosen_is_not_written_to(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 3)
        mailing.tend(by)
        with open_crm(config) as crm:
            (gone,) = crm.rows("SELECT contact_id FROM recipients WHERE address = 'p1@acme.example'")[0]
            consent.object_to(crm, gone, Wanted("email", "newsletter"), how="au téléphone")
        mailing.send(by)
    assert sorted(taken.recipient for taken in sink.mails) == ["p0@acme.example", "p2@acme.example"]


def test_a_pace_lets_no_more_leave_in_an_hour(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 5, per_hour=2)
        mailing.send(by)
        mailing.send(by)
        assert len(sink.mails) == 2
        mailing.send(by._replace(now="2026-11-23T10:01:00+01:00"))
    assert len(sink.mails) == 4


def test_a_server_that_refuses_everything_pauses_the_campaign(config: Config, tmp_path: Path) -> None:
    with answering(RCPT="550 5.7.1 spam") as sink:
        by = ready(config, tmp_path, sink, 30, per_hour=15)
        mailing.send(by)
    with read_crm(config) as crm:
        found = campaigns.of(crm, "rentree")
        assert (found.state, found.reason) == ("paused", "refused:10:10")


def test_the_mail_of_a_campaign_is_written_again_when_it_is_looked_at(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        mailing.send(ready(config, tmp_path, sink, 1))
        message_id = str(read(sink.mails[0])["message-id"])
    with read_crm(config) as crm:
        assert "Bonjour Zoé0," in campaigning.text_again(crm, message_id, SENDER)
        assert campaigning.text_again(crm, "<other@x>", SENDER) == ""


def test_a_trial_goes_to_an_address_of_ours_alone_and_leaves_nothing(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 0)
        account = mail_accounts.named(by.file, "shop")
        with read_crm(config) as crm:
            mail = campaigning.written_for(crm, campaigns.of(crm, "rentree"), SENDER, None)
        mailing.try_out(by, account, mail, "Contact@firme.example")
        with pytest.raises(RefusedByRule):
            mailing.try_out(by, account, mail, "jean@acme.example")
    (taken,) = sink.mails
    assert (taken.recipient, read(taken)["subject"]) == (SENDER, "[Essai] Votre chaudière avant l'hiver")
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_an_address_that_no_server_could_be_given_holds_up_no_others(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 5)
        mailing.tend(by)
        with open_crm(config) as crm:
            crm.connection.write(
                "UPDATE recipients SET address = :wrong WHERE address = 'p3@acme.example'",
                {"wrong": "p3@acme.example\r\nBcc: all@acme.example"},
            )
        told = mailing.send(by)
    assert told.states == {"sent": 4, "refused": 1}
    assert sorted(taken.recipient[1] for taken in sink.mails) == ["0", "1", "2", "4"]
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM outbox WHERE state IN ('intent', 'unknown')")[0] == (0,)
