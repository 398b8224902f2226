"""Everything that is due, done by itself: once, part by part, and nothing where the clock went back."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest

from petitcrm import mistakes
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import RefusedByRule
from petitcrm.marketing import enrolments, outbox, sequences
from petitcrm.marketing.outbox import Letter
from petitcrm.sales import consent, contacts, deals
from petitcrm.sales import firm as firm_sales
from petitcrm.sales.consent import Wanted
from petitcrm.store.turns import turn
from petitcrm.sync import ticking
from tests.support.firm import Firm
from tests.support.sequences import agree, at, begun, kept, path, person
from tests.support.smtp_sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Return a server that takes mails, of this machine."""
    with Sink() as found:
        yield found


@pytest.fixture
def posted(config: Config, firm: Firm, sink: Sink, tmp_path: Path) -> Config:
    """Return the choices of a firm that can send, where somebody has begun the sequence."""
    file = tmp_path / "config.toml"
    file.write_text(
        f'[mail.accounts.shop]\naddress = "contact@firme.example"\nsmtp = "smtp://127.0.0.1:{sink.port}"\n'
    )
    agree(config, firm.contact)
    begun(config, kept(config), firm.contact)
    return config._replace(file=str(file))


def counts(config: Config) -> dict[str, int]:
    """Return everything that a tick counted that is not nothing."""
    found = {}
    for part in ticking.tick(config):
        assert not part.problems, part
        found |= {f"{part.name}.{name}": n for name, n in part.counts.items() if n}
    return found


def test_what_is_due_leaves_and_a_second_run_at_once_changes_nothing(posted: Config, sink: Sink) -> None:
    assert counts(posted) == {"sequences.queued": 1, "sends.sent": 1}
    assert counts(posted) == {}
    assert len(sink.mails) == 1
    assert path(posted, 1) == [("a", "sent")]
    assert (person(posted, 1).due_at or "")[:10] == "2026-11-29"


def test_a_week_is_lived_through_minute_by_minute_or_all_at_once(posted: Config, sink: Sink) -> None:
    counts(posted)
    counts(at(posted, 6))
    counts(at(posted, 6.01))
    assert path(posted, 1) == [("a", "sent"), ("lu", "unknown"), ("encore", "sent")]
    assert person(posted, 1).exit == "finished"
    assert len(sink.mails) == 2


def test_a_deal_that_was_won_in_between_keeps_the_second_mail(posted: Config, firm: Firm, sink: Sink) -> None:
    counts(posted)
    with open_crm(at(posted, 2)) as crm:
        deals.win(crm, firm.deal, amount_cents=1)
    assert counts(at(posted, 2))["sequences.left"] == 1
    counts(at(posted, 7))
    assert len(sink.mails) == 1


def test_an_objection_after_the_decision_is_read_again_before_the_mail_leaves(
    posted: Config, firm: Firm, sink: Sink
) -> None:
    from petitcrm.marketing import evaluating
    from petitcrm.marketing.sequence_mails import Room

    with open_crm(posted) as crm:
        evaluating.advance_due(crm, Room("shop"))
    with open_crm(posted) as crm:
        consent.object_to(crm, firm.contact, Wanted("email", "newsletter"))
    counts(posted)
    assert not sink.mails
    assert person(posted, 1).exit == "unsubscribed"


def test_a_clock_that_was_set_back_stops_everything_with_a_sentence(posted: Config, sink: Sink) -> None:
    counts(posted)
    with pytest.raises(RefusedByRule, match=r"2026-11-2[01]"):
        ticking.tick(at(posted, -2))
    ticking.believe_clock(at(posted, -2))
    assert ticking.tick(at(posted, -2))
    assert ticking.tick(at(posted, -2.5))  # less than a day


def test_a_part_that_fails_does_not_keep_the_others(posted: Config, sink: Sink, tmp_path: Path) -> None:
    file = Path(posted.file)
    file.write_text(
        file.read_text() + '[mail.accounts.away]\naddress = "a@firme.example"\nmaildir = "/nowhere"\n'
    )
    parts = {part.name: part for part in ticking.tick(posted)}
    assert parts["mail"].problems
    assert parts["sends"].counts["sent"] == 1


def _break(config: Config, key: str = "marketing.cap") -> None:
    """Let the base hold what the program cannot have written, and trips over."""
    with open_crm(config) as crm, crm.act("setting.edited", key=key) as act:
        act.insert("settings", key=key, value="deux\x1b[31m")


def test_a_fault_of_the_program_in_one_part_does_not_keep_the_others(posted: Config, sink: Sink) -> None:
    with open_crm(posted) as crm:
        outbox.queue(crm, Letter("shop", 1, "jean@acme.example", "Chaudière", "Bonjour"))
    _break(posted)
    found = ticking.tick(posted)
    parts = {part.name: part for part in found}
    (told,) = parts["sequences"].problems
    assert parts["sequences"].is_mistake and "ValueError" in told and "caps.py:" in told
    assert "\n" not in told and "\x1b" not in told
    assert parts["sends"].counts["sent"] == 1
    assert ticking.exit_code(found) == 1


def test_the_trace_of_a_fault_is_kept_without_what_it_says_and_never_grows_for_ever(posted: Config) -> None:
    _break(posted)
    log = Path(mistakes.path())
    for _run in range(2):
        ticking.tick(posted)
    told = log.read_text()
    assert told.count("tick sequences: ValueError") == 2 and "caps.py" in told and "deux" not in told
    assert log.stat().st_mode & 0o777 == 0o600
    log.write_text("x" * (mistakes.MOST_BYTES + 1))
    ticking.tick(posted)
    assert log.stat().st_size < 100_000


def test_who_looks_for_a_fault_is_shown_the_whole_of_it(
    posted: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break(posted)
    monkeypatch.setenv("PETITCRM_DEBUG", "1")
    with pytest.raises(ValueError, match="deux"):
        ticking.tick(posted)


def test_a_tick_ends_with_what_went_wrong() -> None:
    fine, wrong, fault = (
        ticking.Part("mail", {}),
        ticking.Part("mail", {}, ("x",)),
        ticking.Part("mail", {}, ("x",), is_mistake=True),
    )
    assert [ticking.exit_code(some) for some in ([], [fine], [fine, wrong], [wrong, fault])] == [0, 0, 3, 1]


def test_a_server_that_does_not_answer_is_told_and_its_mails_wait(posted: Config, sink: Sink) -> None:
    file = Path(posted.file)
    file.write_text(file.read_text().replace(str(sink.port), "9"))
    parts = {part.name: part for part in ticking.tick(posted)}
    assert parts["sends"].problems
    file.write_text(file.read_text().replace(":9", f":{sink.port}"))
    assert counts(posted) == {"sends.sent": 1}


def test_one_runner_at_a_time(posted: Config) -> None:
    with turn(posted.db, ticking.WORK, "tick"), pytest.raises(ticking.Busy):
        ticking.tick(posted)


def test_who_is_on_the_list_of_a_sequence_begins_it_by_themselves_once(
    posted: Config, firm: Firm, sink: Sink
) -> None:
    with open_crm(posted) as crm, crm.act("sequence.added", sequence="") as act:
        number = act.insert("mailing_lists", key="lettre", name="Lettre", created_at=crm.now_text)
        for contact in (firm.contact, firm.other_contact):
            act.insert(
                "subscriptions", list_id=number, contact_id=contact, state="subscribed", asked_at=crm.now_text,
                changed_at=crm.now_text,
            )  # fmt: skip
    sequence = kept(posted, key="bienvenue", name="Bienvenue", start={"list": "lettre"})
    assert counts(posted)["starts.begun"] == 1  # the other one has not agreed
    with read_crm(posted) as crm:
        one = enrolments.latest(crm, sequence, firm.contact)
    with open_crm(posted) as crm:
        enrolments.stop(crm, one.id)
    assert "starts.begun" not in counts(at(posted, 1))
    with open_crm(posted) as crm:
        sequences.pause(crm, sequence)
    agree(posted, firm.other_contact)
    assert "starts.begun" not in counts(at(posted, 1))


def test_who_comes_to_meet_the_condition_of_a_sequence_begins_it_at_the_next_tick(
    posted: Config, firm: Firm, sink: Sink
) -> None:
    agree(posted, firm.other_contact)
    kept(posted, key="nimes", name="Nîmes", start={"where": "ville = Nîmes"})
    assert "starts.begun" not in counts(posted)
    with open_crm(posted) as crm:
        contacts.edit(crm, firm.other_contact, {"city": "Nîmes"})
    assert counts(posted)["starts.begun"] == 1
    assert counts(posted) == {}


def test_a_sequence_that_nobody_would_get_is_told_and_begins_once_that_is_mended(
    posted: Config, firm: Firm, sink: Sink
) -> None:
    mails = {"a": ["A", "{{ societe.nom }}"], "b": ["B", "b"], "encore": ["E", "e"]}
    kept(posted, key="nommee", name="Nommée", start={"where": "email connu"}, mails=mails)
    (part,) = [one for one in ticking.tick(posted) if one.problems]
    assert (part.name, part.counts) == ("starts", {"begun": 0})
    assert "Nommée" in part.problems[0] and "societe.nom" in part.problems[0]
    ticking.tick(posted)  # a mail has left meanwhile
    assert counts(posted) == {}  # told once, until something happens
    with open_crm(posted) as crm:
        firm_sales.rename(crm, "Acmé")
    assert counts(posted)["starts.begun"] == 1


def test_a_base_that_was_put_back_leads_people_along_the_path_they_had_gone(
    posted: Config, firm: Firm, sink: Sink, engine: str, tmp_path: Path
) -> None:
    if engine != "sqlite":
        pytest.skip("a copy of a file is put back")
    import shutil

    shutil.copyfile(posted.db, tmp_path / "older.db")
    counts(posted)
    counts(at(posted, 6))
    assert len(sink.mails) == 2
    shutil.copyfile(tmp_path / "older.db", posted.db)
    for days in (6.1, 6.2, 20):
        ticking.tick(at(posted, days))
    assert len(sink.mails) == 2
    assert [step for step, _outcome in path(posted, 1)] == ["a", "lu", "encore"]


def test_a_mail_of_a_sequence_that_is_an_offer_says_who_writes_and_how_to_receive_no_more(
    posted: Config, sink: Sink
) -> None:
    with open_crm(posted) as crm:
        firm_sales.rename(crm, "Chauffage Acmé")
        firm_sales.place(crm, "12 rue des Lilas, 75002 Paris")
    counts(posted)
    told = email.message_from_bytes(sink.mails[0].raw, policy=email.policy.default)
    assert str(told["list-unsubscribe"]).startswith("<mailto:contact@firme.example?subject=unsubscribe%20")
    for kind in ("plain", "html"):
        part = told.get_body((kind,))
        assert part
        assert "Chauffage Acmé" in part.get_content() and "STOP" in part.get_content()
    with read_crm(posted) as crm:
        assert "STOP" not in crm.rows("SELECT body FROM outbox")[0][0]
