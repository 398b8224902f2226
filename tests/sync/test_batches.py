"""Mails leave in batches, and each keeps the promise of a single one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import outbox, posting, posting_many
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, contacts
from petitcrm.store import beside, health
from petitcrm.sync import sending
from petitcrm.sync.running import LARGEST, Pace
from tests.support.firm import Firm
from tests.support.restoring import Copy
from tests.support.smtp_sink import Envelope, Sink, configured

MANY = 60


@pytest.fixture
def people(config: Config, firm: Firm) -> list[int]:
    """Return contacts who agreed to the newsletter, each with a mail that waits."""
    found = []
    with open_crm(config) as crm:
        for number in range(MANY):
            one = contacts.add(crm, {"last_name": f"Éloïse {number}"}, emails=[address(number)])
            consent.give(crm, one, consent.Wanted("email", "newsletter"), wording="Oui", how="salon")
            outbox.queue(crm, Letter("shop", one, address(number), "Été", "Bonjour", purpose="newsletter"))
            found.append(one)
    return found


@pytest.fixture
def copy(config: Config, tmp_path: Path) -> Iterator[Copy]:
    """Return what copies the base, and puts the copy back in its place."""
    made = Copy(config.db, tmp_path)
    yield made
    made.forget()


def address(number: int) -> str:
    """Return the address of one of the people."""
    return f"p{number}@x.example"


def by(config: Config, tmp_path: Path, sink: Sink) -> Config:
    """Return the same choices, with an account that sends by the sink."""
    return config._replace(file=str(configured(tmp_path, sink.port)))


def states(config: Config) -> dict[str, int]:
    """Return how many mails there are in each state."""
    with read_crm(config) as crm:
        return dict(crm.rows("SELECT state, count(*) FROM outbox GROUP BY state"))


def recipients(sink: Sink) -> Counter[str]:
    """Return how many mails the server took for each address."""
    return Counter(one.recipient for one in sink.mails)


@pytest.mark.parametrize("pipelining", [True, False])
def test_many_mails_leave_once_each_with_few_commits(
    pipelining: bool, config: Config, people: list[int], tmp_path: Path
) -> None:
    with Sink(pipelining=pipelining) as sink:
        report = sending.send_due(by(config, tmp_path, sink))
    assert recipients(sink) == Counter(address(number) for number in range(MANY))
    assert report.count("sent") == MANY
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM events WHERE kind = 'mail.sent'") == [(MANY,)]
        assert crm.rows("SELECT count(DISTINCT batch_id) FROM events WHERE kind = 'mail.sent'")[0][0] < MANY
        assert not any(health.problems(crm.connection, all_events=True).values())


@pytest.mark.parametrize("pipelining", [True, False])
def test_one_refusal_in_a_batch_is_of_that_mail_alone(
    pipelining: bool, config: Config, people: list[int], tmp_path: Path
) -> None:
    def on(step: str, envelope: Envelope) -> str | None:
        told = {"p7@x.example": "550 5.1.1 no such user", "p8@x.example": "451 4.7.1 later"}
        return told.get(envelope.recipient) if step == "RCPT" else None

    with Sink(on=on, pipelining=pipelining) as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert states(config) == {"sent": MANY - 2, "refused": 1, "due": 1}
    assert len(sink.mails) == MANY - 2


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_server_that_waits_for_a_mail_without_recipient_is_given_none(
    pipelining: bool, config: Config, people: list[int], tmp_path: Path
) -> None:
    def on(step: str, envelope: Envelope) -> str | None:
        return "550 5.1.1 no such user" if step == "RCPT" and envelope.recipient == "p9@x.example" else None

    with Sink(on=on, pipelining=pipelining) as sink:
        sink.is_eager = True
        sending.send_due(by(config, tmp_path, sink))
    assert recipients(sink)["p9@x.example"] == 0
    assert {one.raw for one in sink.mails if not one.recipient} <= {b""}
    assert states(config) == {"sent": MANY - 1, "refused": 1}


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_server_that_hangs_up_in_a_batch_leaves_one_mail_uncertain_and_the_others_leave(
    pipelining: bool, config: Config, people: list[int], tmp_path: Path
) -> None:
    def on(step: str, envelope: Envelope) -> str | None:
        return "close" if step == "dot" and envelope.recipient == "p20@x.example" else None

    with Sink(on=on, pipelining=pipelining) as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert states(config) == {"sent": MANY - 1, "unknown": 1}
    assert max(recipients(sink).values()) == 1


def test_a_server_that_goes_away_in_a_batch_leaves_the_others_waiting(
    config: Config, people: list[int], tmp_path: Path
) -> None:
    said: list[str] = []

    def on(step: str, _envelope: Envelope) -> str | None:
        said.append(step)
        return "421 busy" if said.count("dot") > 12 else None

    with Sink(on=on) as sink:
        report = sending.send_due(by(config, tmp_path, sink))
    found = states(config)
    assert report.problems, found
    assert found["sent"] == len(sink.mails)
    assert found.get("unknown", 0) == 0
    assert found == {"sent": found["sent"], "due": MANY - found["sent"]}


def test_whoever_objects_while_their_batch_is_leaving_is_not_written_to(
    config: Config, people: list[int], tmp_path: Path
) -> None:
    def on(step: str, envelope: Envelope) -> str | None:
        if step == "dot" and envelope.recipient == "p30@x.example":
            with open_crm(config) as crm:
                consent.object_to(crm, people[40], consent.Wanted("email", "newsletter"))
        return None

    with Sink(on=on) as sink:
        sending.send_due(by(config, tmp_path, sink))
    assert recipients(sink)["p40@x.example"] == 0
    assert states(config) == {"sent": MANY - 1, "refused": 1}


def test_a_batch_asks_about_everybody_and_leaves_out_who_objected(
    config: Config, people: list[int], tmp_path: Path
) -> None:
    with open_crm(config) as crm:
        for one in people[::3]:
            consent.object_to(crm, one, consent.Wanted())
        contacts.delete(crm, people[1])
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, sink))
    left_out = {address(number) for number in range(0, MANY, 3)} | {address(1)}
    assert recipients(sink).keys() == {address(number) for number in range(MANY)} - left_out


def test_two_mails_to_one_person_in_a_batch_are_asked_about_each(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        for number in range(4):
            purpose = "prospecting" if number % 2 else "service"
            outbox.queue(
                crm,
                Letter(
                    "shop", firm.contact, "jean@acme.example", f"{number}", "Bonjour", deal_id=firm.deal
                ),
            )  # fmt: skip
            crm.connection.write(
                "UPDATE outbox SET purpose = :purpose WHERE subject = :subject",
                {"purpose": purpose, "subject": f"{number}"},
            )
        consent.object_to(crm, firm.contact, consent.Wanted())
    with open_crm(config) as crm:
        rows = posting.claim(crm, "me", limit=9)
        begun = posting_many.intend_all(crm, {row.id: f"<{row.id}@x>" for row in rows}, "me")
    assert [row.subject for row in begun.leaving] == ["0", "2"]
    assert len(begun.stopped) == 2


def test_a_batch_is_as_large_as_a_second_of_the_server_and_grows_by_degrees() -> None:
    pace = Pace()
    sizes = []
    for seconds in (0.001, 0.001, 0.001, 0.001, 20.0):
        pace.took(pace.size, seconds)
        sizes.append(pace.size)
    assert sizes == [8, 64, LARGEST, LARGEST, 10]
    pace.took(10, 900.0)
    assert pace.size == 1


def test_a_base_put_back_ten_times_while_it_sends_sends_nothing_twice_and_no_objection_is_lost(
    config: Config, people: list[int], tmp_path: Path, copy: Copy
) -> None:
    chance = random.Random(7)
    copy.keep()
    objected: set[str] = set()
    with Sink(pipelining=True) as sink:
        told = by(config, tmp_path, sink)
        for turn in range(10):
            some = [row[0] for row in _due(config)][: chance.randrange(1, 12)]
            sending.send_due(told, only=some)
            number = MANY - 1 - turn
            already = recipients(sink)[address(number)]
            with open_crm(config) as crm:
                consent.object_to(crm, people[number], consent.Wanted())
            objected |= set() if already else {address(number)}
            if turn % 3 == 2:
                copy.keep()
            else:
                copy.put_back()
        sending.send_due(told)
        sending.send_due(told)
    assert max(recipients(sink).values()) == 1
    assert not objected & recipients(sink).keys()
    with read_crm(config) as crm:
        assert recipients(sink).keys() >= {
            row[0] for row in crm.rows("SELECT address FROM outbox WHERE state = 'sent'")
        }
        assert not crm.rows("SELECT 1 FROM outbox WHERE state IN ('due', 'claimed', 'intent')")
        assert not any(health.problems(crm.connection, all_events=True).values())


def _due(config: Config) -> list[tuple[int]]:
    with read_crm(config) as crm:
        return [(row[0],) for row in crm.rows("SELECT id FROM outbox WHERE state = 'due' ORDER BY id")]


def test_what_left_before_an_older_copy_came_back_is_on_the_timeline_once_more(
    config: Config, people: list[int], tmp_path: Path, copy: Copy
) -> None:
    copy.keep()
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told)
        copy.put_back()
        report = sending.send_due(told)
    assert len(sink.mails) == report.count("sent") == MANY
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM events WHERE kind = 'mail.sent'") == [(MANY,)]


def test_what_may_have_left_before_an_older_copy_came_back_is_uncertain_until_a_person_says(
    config: Config, firm: Firm, tmp_path: Path, copy: Copy
) -> None:
    with open_crm(config) as crm:
        number = outbox.queue(crm, Letter("shop", firm.contact, "jean@acme.example", "Un", "Bonjour"))
    copy.keep()
    with Sink(on=lambda step, _envelope: "close" if step == "dot" else None) as sink:
        sending.send_due(by(config, tmp_path, sink))
    copy.put_back()
    with Sink() as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told)
        assert (states(config), sink.mails) == ({"unknown": 1}, [])
        with open_crm(config) as crm:
            outbox.decide(crm, number, "again")
        sending.send_due(told)
    assert (states(config), len(sink.mails)) == ({"sent": 1}, 1)


def test_a_mail_that_was_put_off_leaves_later_though_it_was_begun_once(
    config: Config, people: list[int], tmp_path: Path
) -> None:
    later = {"is": True}
    with Sink(on=lambda step, _envelope: "451 later" if later["is"] and step == "RCPT" else None) as sink:
        told = by(config, tmp_path, sink)
        sending.send_due(told)
        later["is"] = False
        sending.send_due(told._replace(now="2026-11-23T10:00:00+01:00"))
    assert states(config) == {"sent": MANY}
    with read_crm(config) as crm, beside.opened(crm.connection) as kept:
        rows = posting.queries.latest(crm, MANY)
        assert all(one.has_left for one in kept.known([row.identity for row in rows]).values())
