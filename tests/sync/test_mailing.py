"""A campaign leaves: each person once, whoever objects meanwhile not at all, at its pace; it stops by itself."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.connectors import mail_accounts
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import campaign_results, campaigning, campaigns, outbox, segments, subscriptions
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, contacts
from petitcrm.sales.consent import Wanted
from petitcrm.store import health
from petitcrm.sync import mailing, ticking
from tests.support.campaigns import DRAFT, SENDER, TEXT, a_list, gone, people, scheduled, subscribe
from tests.support.firm import Firm
from tests.support.smtp_sink import Envelope, Sink, answering, configured


def ready(config: Config, tmp_path: Path, sink: Sink, number: int, **other: object) -> Config:
    """Let a campaign to so many people be about to leave by the sink."""
    topics = other.pop("topics", "[]")
    with open_crm(config) as crm:
        people(crm, a_list(crm, topics=str(topics)), number)
        scheduled(crm, TEXT._replace(**other))
    return config._replace(file=str(configured(tmp_path, sink.port)))


def still_waiting(crm: Crm) -> list[int]:
    """Return whose mails have still to be begun."""
    return [
        row[0] for row in crm.rows("SELECT contact_id FROM recipients WHERE state = 'waiting' ORDER BY id")
    ]


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


def left_out(config: Config) -> list[tuple[str, str]]:
    """Return who was left out of campaigns, and why."""
    with read_crm(config) as crm:
        sql = "SELECT address, reason FROM recipients WHERE state = 'left_out' ORDER BY id"
        return [tuple(row) for row in crm.rows(sql)]


@pytest.mark.parametrize("audience", ['{"lists":["Clients"]}', '{"lists":["clients"],"where":"nom = Nöel"}'])
def test_who_left_the_list_is_not_written_to_although_they_are_on_another_one_of_its_purpose(
    audience: str, config: Config, tmp_path: Path
) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 4, per_hour=2, audience=audience)
        mailing.send(by)
        later = by._replace(now="2026-11-23T10:01:00+01:00")
        with open_crm(later) as crm:
            another, waiting = a_list(crm, "autre"), still_waiting(crm)
            subscribe(crm, another, waiting[0], agreed=False)
            subscriptions.unsubscribe(crm, "clients", waiting[0], how="au téléphone")
        mailing.send(later)
    assert sorted(taken.recipient for taken in sink.mails) == [f"p{n}@acme.example" for n in (0, 1, 3)]
    assert left_out(config) == [("p2@acme.example", "left-list")]


def test_who_chose_other_topics_meanwhile_gets_nothing_of_this_one(config: Config, tmp_path: Path) -> None:
    audience = '{"lists":["clients"],"topics":["Nouveautés"]}'
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 2, audience=audience, topics='["Nouveautés", "Conseils"]')
        mailing.tend(by)
        with open_crm(config) as crm:
            subscriptions.choose(crm, "clients", still_waiting(crm)[0], ["Conseils"])
        mailing.send(by)
    assert [taken.recipient for taken in sink.mails] == ["p1@acme.example"]
    assert left_out(config) == [("p0@acme.example", "left-list")]


def test_a_mail_that_the_server_put_off_stays_when_its_reader_leaves_the_list(
    config: Config, tmp_path: Path
) -> None:
    with answering(RCPT="451 4.7.1 later") as sink:
        by = ready(config, tmp_path, sink, 1)
        mailing.send(by)
        with open_crm(config) as crm:
            subscriptions.unsubscribe(crm, "clients", crm.rows("SELECT contact_id FROM recipients")[0][0])
    with Sink() as sink:
        mailing.send(by._replace(file=str(configured(tmp_path, sink.port)), now="2026-11-23T12:00:00+01:00"))
    assert sink.mails == []


def test_campaigns_that_leave_together_have_one_cap(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 2)
        with open_crm(config) as crm:
            for key in ("noel", "hiver", "service"):
                purpose = "service" if key == "service" else "newsletter"
                scheduled(crm, TEXT._replace(key=key, name=key, purpose=purpose))
        mailing.send(by)
    per_person = Counter(taken.recipient for taken in sink.mails)
    assert per_person == {
        "p0@acme.example": 3,
        "p1@acme.example": 3,
    }  # two of news, and one about what is under way
    assert left_out(config) == [("p0@acme.example", "cap"), ("p1@acme.example", "cap")]


@pytest.mark.parametrize("lost", ["segment", "account"])
def test_one_campaign_that_cannot_leave_keeps_neither_the_others_nor_mails_by_hand(
    lost: str, config: Config, firm: Firm, tmp_path: Path
) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 2)
        with open_crm(config) as crm:
            segments.add(crm, "Vip", "nom = Nöel")
            campaigns.add(crm, TEXT._replace(key="avant", name="Avant", audience='{"segments":["vip"]}'))
            account = "shop" if lost == "segment" else "perdu"
            campaigns.schedule(crm, "avant", "2026-11-22T08:00:00Z", account=account, draft=DRAFT)
            outbox.queue(crm, Letter("shop", firm.contact, "jean@acme.example", "Devis", "Bonjour"))
            if lost == "segment":
                gone(crm, "vip")
        sends = next(part for part in ticking.tick(by) if part.name == "sends")
    assert sorted(one.recipient for one in sink.mails) == [
        "jean@acme.example", "p0@acme.example", "p1@acme.example"
    ]  # fmt: skip
    assert (len(sends.problems), sends.is_mistake, sends.counts["sent"]) == (1, False, 3)
    assert sends.counts["campaigns_stopped"] == (lost == "segment")


def test_a_mail_does_not_leave_to_an_address_that_is_no_longer_theirs(config: Config, tmp_path: Path) -> None:
    with Sink() as sink:
        by = ready(config, tmp_path, sink, 3)
        mailing.tend(by)
        with open_crm(config) as crm:
            first, second, _third = still_waiting(crm)
            contacts.edit(crm, first, {}, emails=["nouvelle@acme.example"])
            contacts.edit(crm, second, {}, emails=["p1@acme.example", "autre@acme.example"])
        mailing.send(by)
    assert sorted(taken.recipient for taken in sink.mails) == ["p1@acme.example", "p2@acme.example"]
    assert left_out(config) == [("p0@acme.example", "moved")]


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
            for table in ("recipients", "contact_emails"):
                crm.connection.write(
                    f"UPDATE {table} SET address = :wrong WHERE address = 'p3@acme.example'",
                    {"wrong": "p3@acme.example\r\nBcc: all@acme.example"},
                )
        told = mailing.send(by)
    assert told.states == {"sent": 4, "refused": 1}
    assert sorted(taken.recipient[1] for taken in sink.mails) == ["0", "1", "2", "4"]
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM outbox WHERE state IN ('intent', 'unknown')")[0] == (0,)
