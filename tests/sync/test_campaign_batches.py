"""A campaign leaves in batches, straight from its people to their mails, and keeps every promise of a mail."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.marketing import campaigning, campaigns, posting, tokens
from petitcrm.marketing.campaign_mails import Draft, Mailing
from petitcrm.marketing.wording import Wording
from petitcrm.sales import consent, contacts, refusals
from petitcrm.store import health
from petitcrm.store.queries import bounces, outbox
from petitcrm.store.queries import campaigns as queries
from petitcrm.sync import mailing, sending
from tests.support.campaigns import TEXT, a_list, people, scheduled
from tests.support.firm import Firm
from tests.support.restoring import Copy
from tests.support.smtp_sink import Envelope, Sink, configured

MANY = 40
BODY = "Bonjour {{ contact.prenom|default('à vous') }},\n\nÀ **bientôt** !\n"


@pytest.fixture
def written_to(config: Config, firm: Firm) -> list[int]:
    """Return the people of a campaign that is to leave now."""
    with open_crm(config) as crm:
        found = people(crm, a_list(crm), MANY)
        scheduled(crm, TEXT._replace(body=BODY))
    return found


@pytest.fixture
def copy(config: Config, tmp_path: Path) -> Iterator[Copy]:
    """Return what copies the base, and puts the copy back in its place."""
    made = Copy(config.db, tmp_path)
    yield made
    made.forget()


def by(config: Config, tmp_path: Path, sink: Sink) -> Config:
    """Return the same choices, with an account that sends by the sink."""
    return config._replace(file=str(configured(tmp_path, sink.port)))


def shares(config: Config) -> Counter[tuple[str, str]]:
    """Return how many people are in each state, for each reason."""
    with read_crm(config) as crm:
        told = crm.rows("SELECT state, reason, count(*) FROM recipients GROUP BY state, reason")
        return Counter({(state, reason): number for state, reason, number in told})


def states(config: Config) -> dict[str, int]:
    """Return how many mails there are in each state."""
    with read_crm(config) as crm:
        return dict(crm.rows("SELECT state, count(*) FROM outbox GROUP BY state"))


def twice(sink: Sink) -> list[str]:
    """Return who got more than one mail."""
    return [one for one, number in Counter(mail.recipient for mail in sink.mails).items() if number > 1]


@pytest.mark.parametrize("pipelining", [True, False])
def test_everybody_gets_a_mail_of_their_own_with_a_way_out(
    pipelining: bool, config: Config, written_to: list[int], tmp_path: Path
) -> None:
    with Sink(pipelining=pipelining) as sink:
        found = mailing.send(by(config, tmp_path, sink))
    assert (found.states, found.problems, twice(sink)) == ({"sent": MANY}, (), [])
    told = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    text = told.get_body(("plain",))
    page = told.get_body(("html",))
    assert text and page
    assert "Bonjour" in text.get_content() and "STOP" in text.get_content()
    assert "<strong>bientôt</strong>" in page.get_content() and "STOP" in page.get_content()
    assert "rentree.firme.example" in told["list-id"]
    with read_crm(config) as crm:
        way_out = str(told["list-unsubscribe"])
        found = tokens.read(tokens.UNSUBSCRIBE, unquote(way_out))
        assert found is not None and tokens.is_good(crm, tokens.UNSUBSCRIBE, found)
        token = found[0]
        holder = bounces.holders(crm, sink.mails[0].recipient)
        assert refusals.holders(crm, token.hashed) == holder
    assert way_out.startswith("<mailto:contact@firme.example?subject=unsubscribe%20")
    assert token.scope == "newsletter"
    assert len(way_out) <= 180


def test_where_the_firm_has_a_site_one_click_is_enough_to_leave(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        with open(told.file, "a") as file:
            file.write('\n[site]\nurl = "https://firme.example/lettre/"\n')
        mailing.send(told)
    raw = sink.mails[0].raw.replace(b"\r\n ", b" ")
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert b"\r\nList-Unsubscribe: <https://firme.example/lettre/unsubscribe/u-" in raw
    assert b", <mailto:contact@firme.example?subject=unsubscribe%20u-" in raw


@pytest.mark.parametrize(
    "url", ['"http://firme.example"', '"https://firme.example/?a=b"', '"https://x y"', "3"]
)
def test_a_site_that_is_not_https_is_refused_before_anything_leaves(
    url: str, config: Config, written_to: list[int], tmp_path: Path
) -> None:
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        with open(told.file, "a") as file:
            file.write(f"\n[site]\nurl = {url}\n")
        with pytest.raises(UsageProblem):
            mailing.send(told)
    assert sink.mails == []


def test_what_left_is_on_each_timeline_and_the_base_is_sound(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    with Sink() as sink:
        mailing.send(by(config, tmp_path, sink))
    with read_crm(config) as crm:
        told = crm.rows("SELECT contact_id FROM events WHERE kind = 'campaign.mailed' ORDER BY contact_id")
        assert [row[0] for row in told] == sorted(written_to)
        assert crm.rows("SELECT DISTINCT is_bulk, expects_none, text FROM messages") == [(1, 1, "")]
        assert not any(health.problems(crm.connection, all_events=True).values())
        (found,) = queries.listing(crm)
    assert (found.state, shares(config)) == ("sent", {("mailed", ""): MANY})


def test_who_may_not_be_written_to_by_now_is_left_out_with_the_reason(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    mailing.tend(config)
    with open_crm(config) as crm:
        consent.object_to(crm, written_to[5], consent.Wanted())
        contacts.edit(crm, written_to[6], {"last_name": "*Rouge* <b>"})
    with Sink() as sink:
        mailing.send(by(config, tmp_path, sink))
    assert shares(config) == {("mailed", ""): MANY - 1, ("left_out", "objected"): 1}
    assert len(sink.mails) == MANY - 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_campaign_that_is_paused_in_a_batch_sends_no_more_until_it_is_resumed(
    pipelining: bool, config: Config, written_to: list[int], tmp_path: Path
) -> None:
    taken = []

    def on(step: str, _envelope: Envelope) -> str | None:
        taken.append(step)
        if taken.count("dot") == 20 and step == "dot":
            with open_crm(config) as crm:
                campaigns.pause(crm, "rentree")
        return None

    with Sink(on=on, pipelining=pipelining) as sink:
        told = by(config, tmp_path, sink)
        mailing.send(told)
        mailing.send(told)
        assert len(sink.mails) == 20
        with open_crm(config) as crm:
            campaigns.resume(crm, "rentree")
        mailing.send(told)
    assert (len(sink.mails), twice(sink), states(config)) == (MANY, [], {"sent": MANY})


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_server_that_hangs_up_leaves_one_uncertain_mail_and_the_campaign_goes_on(
    pipelining: bool, config: Config, written_to: list[int], tmp_path: Path
) -> None:
    taken = []

    def on(step: str, _envelope: Envelope) -> str | None:
        taken.append(step)
        return "close" if taken.count("dot") == 20 and step == "dot" else None

    with Sink(on=on, pipelining=pipelining) as sink:
        mailing.send(by(config, tmp_path, sink))
    assert states(config) == {"sent": MANY - 1, "unknown": 1}
    assert twice(sink) == []


def test_a_mail_that_was_announced_does_not_leave_once_its_reader_has_objected(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    taken: list[Envelope] = []

    def on(step: str, envelope: Envelope) -> str | None:
        taken.extend([envelope] if step == "dot" else [])
        if step == "dot" and len(taken) == 20:
            with open_crm(config) as crm:
                consent.object_to(crm, written_to[20], consent.Wanted())
        return None

    with Sink(on=on, pipelining=True) as sink:
        mailing.send(by(config, tmp_path, sink))
    assert (states(config), twice(sink)) == ({"sent": MANY - 1, "refused": 1}, [])
    assert "p20@acme.example" not in {mail.recipient for mail in sink.mails}


def test_a_base_put_back_in_the_middle_of_a_campaign_sends_nobody_a_second_mail(
    config: Config, written_to: list[int], tmp_path: Path, copy: Copy
) -> None:
    mailing.tend(config)
    copy.keep()
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        sending.send_campaigns(told)
        taken = len(sink.mails)
        copy.put_back()
        mailing.send(told)
    assert (taken, len(sink.mails), twice(sink)) == (MANY, MANY, [])
    assert states(config) == {"sent": MANY}
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM events WHERE kind = 'campaign.mailed'") == [(MANY,)]
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_a_campaign_at_a_pace_sends_no_more_than_it_in_an_hour(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    with open_crm(config) as crm:
        people(crm, a_list(crm), MANY)
        scheduled(crm, TEXT._replace(body=BODY, per_hour=15))
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        mailing.send(told)
        mailing.send(told)
        assert len(sink.mails) == 15
        mailing.send(told._replace(now="2026-11-23T10:00:01+01:00"))
    assert len(sink.mails) == 30


def test_somebody_deleted_while_their_mail_leaves_does_not_hold_up_the_others(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    def delete(step: str, envelope: Envelope) -> None:
        if step == "DATA" and envelope.recipient == "p7@acme.example":
            with open_crm(config) as crm:
                contacts.delete(crm, written_to[7])

    with Sink(on=delete) as sink:
        mailing.send(by(config, tmp_path, sink))
    assert states(config) == {"sent": MANY}


def test_somebody_deleted_after_an_older_copy_came_back_is_left_out(
    config: Config, written_to: list[int], copy: Copy, tmp_path: Path
) -> None:
    mailing.tend(config)
    copy.keep()
    with Sink() as sink:
        mailing.send(by(config, tmp_path, sink))
        copy.put_back()
        with open_crm(config) as crm:
            contacts.delete(crm, written_to[7])
        mailing.send(by(config, tmp_path, sink))
    assert twice(sink) == []
    assert shares(config)["left_out", "gone"] == 1


def test_what_left_is_known_although_the_next_batch_cannot_be_begun(
    config: Config, written_to: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Mailing.begin
    turns: list[int] = []

    def failing(self: Mailing, *told: Any) -> list[Draft]:
        turns.append(1)
        if len(turns) == 3:
            raise NetworkFailed("the cable")
        return begin(self, *told)

    monkeypatch.setattr(Mailing, "begin", failing)
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        mailing.send(told)
        assert 0 < states(config)["sent"] == len(sink.mails) < MANY
        mailing.send(told)
    assert (states(config), twice(sink)) == ({"sent": MANY}, [])


def test_what_leaves_is_what_each_would_be_written_alone(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    with open_crm(config) as crm:
        for place, name in enumerate(
            ("*Rouge* <b>", "L'Haÿ-les-Roses", "[x](https://y)", "=?utf-8?q?a?=", "été\u202e")
        ):
            contacts.edit(crm, written_to[place], {"first_name": name})
    with Sink(pipelining=True) as sink:
        mailing.send(by(config, tmp_path, sink))
    with read_crm(config) as crm:
        rows = campaigning.whole(crm, outbox.latest(crm, MANY), "contact@firme.example")
    alone = {row.address: Wording(row.body, is_markdown=True) for row in rows}
    assert len(alone) == MANY
    for one in sink.mails:
        told = email.message_from_bytes(one.raw, policy=email.policy.default)
        text, page = told.get_body(("plain",)), told.get_body(("html",))
        assert text and page
        assert text.get_content().splitlines() == alone[one.recipient].text.splitlines()
        assert page.get_content().splitlines() == alone[one.recipient].page.splitlines()


def test_a_mail_that_no_server_could_be_given_holds_up_no_others(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    mailing.tend(config)
    with open_crm(config) as crm:
        crm.connection.write(
            "UPDATE recipients SET name = 'Zoé' || char(10) || 'Bcc: evil@evil.fr' WHERE contact_id = :id"
            if crm.connection.dialect == "sqlite"
            else "UPDATE recipients SET name = 'Zoé' || chr(10) || 'Bcc: evil@evil.fr' WHERE contact_id = :id",
            {"id": written_to[20]},
        )
    with Sink(pipelining=True) as sink:
        mailing.send(by(config, tmp_path, sink))
    assert (states(config), len(sink.mails)) == ({"sent": MANY - 1, "refused": 1}, MANY - 1)
    assert not [one for one in sink.mails if b"evil" in one.raw]


def test_a_mail_whose_copy_is_read_before_its_batch_is_settled_is_on_the_timeline_once(
    config: Config, written_to: list[int], tmp_path: Path
) -> None:
    def read(step: str, envelope: Envelope) -> None:
        if step == "dot" and envelope.recipient == "p20@acme.example":
            told = str(email.message_from_bytes(envelope.raw)["message-id"])
            with open_crm(config) as crm:
                assert posting.found(crm, [told]) == 1

    with Sink(on=read, pipelining=True) as sink:
        mailing.send(by(config, tmp_path, sink))
    assert (states(config), twice(sink)) == ({"sent": MANY}, [])
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM messages") == [(MANY,)]
        assert not any(health.problems(crm.connection, all_events=True).values())
