"""The day by mail: once each morning of work, to who wants it, as `petitcrm today` says it, and kept nowhere."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.connectors.mail_sources import Found
from petitcrm.crm import open_crm, read_crm
from petitcrm.dates import When
from petitcrm.marketing import outbox
from petitcrm.sales import agenda, companies, habits, receiving, tasks, users
from petitcrm.sales.receiving import Place
from petitcrm.store import health
from petitcrm.store.queries import outbox as queries
from petitcrm.sync import morning, reading, sending, ticking
from tests.support.firm import Firm
from tests.support.restoring import Copy
from tests.support.smtp_sink import Sink, configured


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Return a server that takes mails, of this machine."""
    with Sink() as found:
        yield found


@pytest.fixture
def wanted(config: Config, firm: Firm, sink: Sink, tmp_path: Path) -> Config:
    """Return the choices of who wants their day by mail."""
    return config._replace(file=str(configured(tmp_path, sink.port, more="morning = true\n")))


def at(config: Config, when: str) -> Config:
    """Return the choices at another time of November 2026."""
    return config._replace(now=f"2026-11-{when}:00+01:00")


def tick(config: Config) -> dict[str, ticking.Part]:
    """Do all that is due."""
    parts = ticking.tick(config)
    assert not [part for part in parts if part.problems]
    return {part.name: part for part in parts}


def text(sink: Sink, place: int = 0) -> str:
    """Return the text of a mail that the server took, and its subject."""
    told = email.message_from_bytes(sink.mails[place].raw, policy=email.policy.default)
    part = told.get_body(("plain",))
    assert part
    return f"{told['subject']}\n{part.get_content()}"


def test_the_day_leaves_once_in_the_morning_to_the_account_itself(wanted: Config, sink: Sink) -> None:
    assert tick(wanted)["reminders"].counts == {"queued": 1}
    assert tick(at(wanted, "23T09:01"))["reminders"].counts == {"queued": 0}
    assert [mail.recipient for mail in sink.mails] == ["contact@firme.example"]
    told = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert told["auto-submitted"] == "auto-generated"
    assert "list-unsubscribe" not in told
    tick(at(wanted, "24T09:00"))
    assert len(sink.mails) == 2


def test_it_says_what_the_day_says_in_the_language_of_who_reads_it(wanted: Config, sink: Sink) -> None:
    tick(at(wanted, "24T09:00"))
    said = text(sink)
    with read_crm(at(wanted, "24T09:00")) as crm:
        day = agenda.day(crm)
    assert all(item.text in said for item in day.items)
    assert said.startswith("Votre journée du mardi 24 novembre 2026\n")
    assert "12 rue des Lilas" in said and "\x1b" not in said
    i18n.use("en")
    tick(at(wanted, "25T09:00")._replace(lang="en"))
    assert text(sink, 1).startswith("Your day, Wednesday 25 November 2026\n")


def test_it_is_of_whoever_runs_it(wanted: Config, firm: Firm, sink: Sink) -> None:
    with open_crm(wanted) as crm:
        users.add(crm, "bob", name="Bob")
        tasks.add(crm, "à moi", firm.contact, kind="call", fields={"owner_id": firm.user})
    tick(wanted._replace(user="anne"))
    tick(wanted._replace(user="bob"))
    assert ["à moi" in text(sink, place) for place in range(2)] == [True, False]


@pytest.mark.parametrize("when", ["23T08:59", "23T12:00", "23T23:00", "22T09:30", "28T10:00", "11T10:00"])
def test_it_leaves_neither_before_nor_after_the_first_hours_nor_on_days_without_work(
    wanted: Config, sink: Sink, when: str
) -> None:
    tick(at(wanted, when))
    assert not sink.mails


def test_it_follows_the_hours_of_the_firm(wanted: Config, sink: Sink) -> None:
    with open_crm(wanted) as crm:
        habits.say(crm, "hours", "7-11, 13-16")
    tick(at(wanted, "23T07:05"))
    assert len(sink.mails) == 1


def test_nobody_gets_it_who_did_not_ask(config: Config, firm: Firm, sink: Sink, tmp_path: Path) -> None:
    tick(config._replace(file=str(configured(tmp_path, sink.port))))
    assert not sink.mails


def test_a_day_on_which_nothing_is_to_be_done_is_not_told(config: Config, sink: Sink, tmp_path: Path) -> None:
    tick(config._replace(file=str(configured(tmp_path, sink.port, more="morning = true\n"))))
    assert not sink.mails


def test_the_base_keeps_nothing_of_what_it_said(wanted: Config, sink: Sink) -> None:
    with read_crm(wanted) as crm:
        before = crm.rows("SELECT count(*) FROM messages")
    tick(wanted)
    with read_crm(wanted) as crm:
        assert crm.rows("SELECT body, state, contact_id FROM outbox") == [("", "sent", None)]
        assert crm.rows("SELECT count(*) FROM messages") == before
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_nor_does_it_keep_it_when_the_mail_is_read_again_in_the_mailbox(wanted: Config, sink: Sink) -> None:
    tick(wanted)
    found = Found(1, sink.mails[0].raw)
    one = reading.arrived(found, Place("shop", "INBOX", "1", "1", 1), is_sent=False)
    with open_crm(at(wanted, "23T09:30")) as crm:
        receiving.receive(crm, [one.arrived], {"contact@firme.example"}, account="shop")
        assert crm.rows("SELECT text, state, direction FROM messages") == [("", "quiet", "out")]
        assert not crm.rows("SELECT 1 FROM tasks WHERE kind = 'email'")


def test_an_older_copy_of_the_base_does_not_send_it_again(wanted: Config, sink: Sink, tmp_path: Path) -> None:
    copy = Copy(wanted.db, tmp_path)
    copy.keep()
    tick(wanted)
    copy.put_back()
    tick(at(wanted, "23T09:05"))
    copy.forget()
    assert len(sink.mails) == 1


def test_a_day_that_is_over_does_not_leave_any_more(wanted: Config, sink: Sink) -> None:
    assert morning.queue(wanted) == 1
    sending.send_due(at(wanted, "24T08:00"))
    assert not sink.mails
    with read_crm(wanted) as crm:
        (row,) = queries.latest(crm, 5)
    assert (row.state, outbox.is_to_ourselves(row)) == ("refused", True)


def test_it_says_the_day_as_it_is_when_it_leaves(wanted: Config, firm: Firm, sink: Sink) -> None:
    morning.queue(wanted)
    with open_crm(wanted) as crm:
        tasks.add(crm, "rappel d’été", firm.contact, kind="call", due=When(crm.now.date(), None))
    sending.send_due(wanted)
    assert "rappel d’été" in text(sink)


def test_hostile_names_stay_on_their_line(wanted: Config, firm: Firm, sink: Sink) -> None:
    with open_crm(wanted) as crm:
        companies.edit(crm, firm.company, {"name": "Mal\x1b]52;c;eA==\x07\r\nBcc: x@evil.example"})
    tick(at(wanted, "24T09:00"))
    assert b"\x1b" not in sink.mails[0].raw and b"\nBcc" not in sink.mails[0].raw
