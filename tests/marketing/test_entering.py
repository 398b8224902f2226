"""Who begins a sequence by themselves because of a condition: those who meet it, and those who come to, once each."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import enrolments, entering, lists, sequences
from petitcrm.marketing.entering import Entered
from petitcrm.sales import contacts, tags
from petitcrm.store.queries import enrolments as queries
from tests.support.campaigns import a_list, subscribe
from tests.support.firm import Firm
from tests.support.sequences import agree, at, kept, leave, run

STEPS = [{"id": "a", "kind": "send"}]
LIVES = 'ville = "L’Haÿ-les-Roses"'


def enter(config: Config, days: float = 0) -> Entered:
    """Let those begin who are meant, some days later."""
    with open_crm(at(config, days)) as crm:
        return entering.enter(crm)


def moved(config: Config, contact: int, city: str = "L’Haÿ-les-Roses") -> None:
    """Let somebody live in a town."""
    with open_crm(config) as crm:
        contacts.edit(crm, contact, {"city": city})


def living(config: Config, firm: Firm, **start: str) -> int:
    """Keep a sequence for who lives in a town, of which two have agreed to the letter; return its number."""
    for contact in (firm.contact, firm.other_contact):
        agree(config, contact)
    return kept(config, steps=STEPS, start={"where": LIVES, **start})


def people(config: Config, sequence: int) -> list[tuple[int, int, str]]:
    """Return who is, or was, in a sequence: the contact, which time it is, and from where."""
    with read_crm(config) as crm:
        found = queries.of_sequence(crm, sequence, ("active", "paused", "ended"))
    return [(one.contact_id, one.run, one.source) for one in found]


def test_who_meets_the_condition_begins_and_who_comes_to_meet_it_later(config: Config, firm: Firm) -> None:
    moved(config, firm.contact)
    sequence = living(config, firm)
    assert enter(config).begun == 1
    moved(config, firm.other_contact)
    assert enter(config).begun == 1
    assert people(config, sequence) == [(firm.contact, 1, "where"), (firm.other_contact, 1, "where")]


def test_nobody_begins_where_nobody_meets_it(config: Config, firm: Firm) -> None:
    living(config, firm)
    assert enter(config) == Entered(0, 0)


def test_who_no_longer_meets_it_goes_on(config: Config, firm: Firm) -> None:
    moved(config, firm.contact)
    sequence = living(config, firm)
    enter(config)
    moved(config, firm.contact, "Brest")
    assert enter(config, 1).begun == 0
    assert run(config, 1).queued == 1
    assert people(config, sequence) == [(firm.contact, 1, "where")]


def test_who_may_not_be_written_to_begins_once_they_agree(config: Config, firm: Firm) -> None:
    moved(config, firm.contact)
    kept(config, steps=STEPS, start={"where": LIVES})
    assert (enter(config), enter(config)) == (Entered(1, 0), Entered(0, 0))
    agree(config, firm.contact)
    assert enter(config).begun == 1


@pytest.mark.parametrize(
    ("again", "days", "begun"), [("never", 400, 0), ("90 days", 89, 0), ("90 days", 92, 1)]
)
def test_who_came_to_the_end_begins_again_when_the_file_says(
    config: Config, firm: Firm, again: str, days: int, begun: int
) -> None:
    moved(config, firm.contact)
    sequence = living(config, firm, again=again)
    enter(config)
    run(config)
    leave(config)
    run(config, 0.1)
    assert enter(config, days).begun == begun
    assert len(people(config, sequence)) == 1 + begun


def test_whoever_was_taken_out_by_hand_stays_out(config: Config, firm: Firm) -> None:
    moved(config, firm.contact)
    sequence = living(config, firm, again="90 days")
    enter(config)
    with open_crm(config) as crm:
        enrolments.stop(crm, enrolments.latest(crm, sequence, firm.contact).id)
    assert (enter(config).looked, enter(config, 100).begun) == (0, 0)


def test_what_has_not_changed_is_not_asked_again_until_another_day(
    config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(config, firm.contact)
    living(config, firm)
    asked: list[int] = []
    meeting = queries.meeting

    def counted(*told: object, **more: object) -> list[int]:
        asked.append(1)
        return meeting(*told, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "meeting", counted)
    for _time in range(5):
        enter(config)
    assert len(asked) == 2  # the beginning of somebody is something that happened
    enter(config, 1)
    assert len(asked) == 3


def test_people_are_taken_a_few_at_a_time_and_each_once(
    config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "AT_ONCE", 2)
    with open_crm(config) as crm:
        some = [
            contacts.add(crm, {"last_name": f"Noël {n}", "city": "L’Haÿ-les-Roses"}, emails=[f"n{n}@acme.example"])
            for n in range(5)
        ]  # fmt: skip
    for one in some:
        agree(config, one)
    sequence = living(config, firm)
    told = [enter(config).begun for _time in range(6)]
    assert (sum(told), max(told)) == (5, 2)
    assert [one[0] for one in people(config, sequence)] == some


def test_what_happens_while_people_are_taken_a_few_at_a_time_is_not_missed(
    config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "AT_ONCE", 1)
    for contact in (firm.contact, firm.other_contact):
        moved(config, contact)
    kept(config, steps=STEPS, start={"where": LIVES})
    assert enter(config) == Entered(1, 0)  # the first has not agreed
    agree(config, firm.contact)
    assert sum(enter(config).begun for _time in range(4)) == 1


def test_a_condition_that_cannot_be_read_any_more_keeps_no_other_sequence(config: Config, firm: Firm) -> None:
    moved(config, firm.contact)
    with open_crm(config) as crm:
        sequences.add(crm, _text("a-vip", "perso.rang = 1"))
    living(config, firm)
    told = enter(config)
    assert (told.begun, len(told.problems)) == (1, 1)
    assert "Relance" in told.problems[0]


def test_a_resting_sequence_begins_nobody_until_it_goes_on(config: Config, firm: Firm) -> None:
    moved(config, firm.contact)
    sequence = living(config, firm)
    with open_crm(config) as crm:
        sequences.pause(crm, sequence)
    assert enter(config).begun == 0
    with open_crm(config) as crm:
        sequences.resume(crm, sequence, "shift")
    assert enter(config).begun == 1


def test_taking_back_what_made_somebody_meet_it_leaves_them_in(config: Config, firm: Firm) -> None:
    sequence = kept(config, steps=STEPS, start={"where": "tag = salon"})
    agree(config, firm.contact)
    with open_crm(config) as crm:
        tags.put(crm, "contact", firm.contact, "Salon")
    assert enter(config).begun == 1
    with open_crm(config) as crm:
        tags.remove(crm, "contact", firm.contact, "Salon")
    assert enter(config).begun == 0
    assert len(people(config, sequence)) == 1


def _text(key: str, where: str) -> str:
    from tests.support.sequences import text_of

    return text_of(key=key, steps=STEPS, start={"where": where})


def test_nobody_begins_by_a_list_that_is_put_away_until_it_is_taken_back(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        subscribe(crm, a_list(crm, "b"), firm.contact)
    sequence = kept(config, steps=STEPS, start={"list": "b"})
    with open_crm(config) as crm:
        lists.archive(crm, "b")
    assert enter(config).begun == 0
    with open_crm(config) as crm:
        lists.archive(crm, "b", back=True)
    assert enter(config).begun == 1
    assert people(config, sequence) == [(firm.contact, 1, "list:b")]
