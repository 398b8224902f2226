"""The day: which things are in it, in which part, in which order, whose they are."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.dates import When
from petitcrm.sales import agenda, contacts, deals, tasks, timeline, users
from petitcrm.sales.agenda import Item
from tests.support.firm import Firm

TODAY = date(2026, 11, 23)


def day(crm: Crm, **asked: int) -> dict[str, list[str]]:
    """Return the references of each part of the day, in their order."""
    parts: dict[str, list[str]] = {}
    for item in agenda.day(crm, **asked).items:
        parts.setdefault(item.section, []).append(item.id)
    return parts


def whole_day(crm: Crm) -> set[str]:
    """Return the references of everything in the day."""
    return {item.id for item in agenda.day(crm).items}


def plan(crm: Crm, firm: Firm, kind: str, day: str, hour: str = "") -> str:
    """Plan a task, and return its reference."""
    when = When(date.fromisoformat(day), time.fromisoformat(hour) if hour else None)
    return f"t{tasks.add(crm, 'x', firm.contact, kind=kind, due=when)}"


def test_the_day_of_the_small_firm(firm: Firm, crm: Crm) -> None:
    assert day(crm) == {
        "no_next_step": [f"d{firm.other_deal}"],
        "next": [f"t{firm.task}", f"t{firm.repeated}"],
    }


@pytest.mark.parametrize(
    ("kind", "hour", "part"),
    [
        ("call", "", "call"), ("email", "", "answer"), ("quote", "", "quote"), ("letter", "", "task"),
        ("other", "", "task"), ("visit", "", "appointment"), ("meeting", "", "appointment"),
        ("call", "14:00", "appointment"), ("other", "00:00", "appointment"),
    ],
)  # fmt: skip
def test_a_task_of_today_is_in_the_part_of_its_hour_or_kind(
    kind: str, hour: str, part: str, firm: Firm, crm: Crm
) -> None:
    assert plan(crm, firm, kind, "2026-11-23", hour) in day(crm)[part]


@pytest.mark.parametrize(
    ("on", "part"),
    [("2026-11-22", "overdue"), ("2026-11-24", "next"), ("2026-11-30", "next")],
)
def test_a_task_of_another_day_is_in_the_part_of_its_day(on: str, part: str, firm: Firm, crm: Crm) -> None:
    assert plan(crm, firm, "visit", on, "14:00") in day(crm)[part]


def test_what_is_more_than_a_week_away_is_not_in_the_day(firm: Firm, crm: Crm) -> None:
    assert plan(crm, firm, "call", "2026-12-01") not in whole_day(crm)


def test_a_task_without_a_day_comes_last(firm: Firm, crm: Crm) -> None:
    tasks.add(crm, "un jour", firm.contact)
    assert [*day(crm)][-1] == "undated"


def test_appointments_are_in_the_order_of_their_hours(firm: Firm, crm: Crm) -> None:
    late, none, early = (plan(crm, firm, "visit", "2026-11-23", hour) for hour in ("18:00", "", "08:30"))
    assert day(crm)["appointment"] == [early, late, none]


def test_the_oldest_is_first_among_what_is_overdue(firm: Firm, crm: Crm) -> None:
    newer, older = plan(crm, firm, "call", "2026-11-20"), plan(crm, firm, "email", "2026-10-01")
    assert day(crm)["overdue"] == [older, newer]


def test_a_done_task_is_no_longer_in_the_day(firm: Firm, crm: Crm) -> None:
    tasks.done(crm, firm.task)
    assert f"t{firm.task}" not in whole_day(crm)


def test_a_snoozed_task_shows_again_on_its_day(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        tasks.snooze(crm, firm.task, date(2026, 11, 27))
        assert f"t{firm.task}" not in whole_day(crm)
    with read_crm(config._replace(now="2026-11-27T08:00:00+01:00")) as crm:
        assert f"t{firm.task}" in day(crm)["overdue"]


def test_an_open_deal_without_a_task_asks_for_its_next_step(firm: Firm, crm: Crm) -> None:
    tasks.delete(crm, firm.task)
    assert day(crm)["no_next_step"] == [f"d{firm.deal}", f"d{firm.other_deal}"]


def test_a_closed_or_sleeping_deal_asks_for_nothing(firm: Firm, crm: Crm) -> None:
    deals.sleep(crm, firm.other_deal, date(2026, 12, 1))
    assert "no_next_step" not in day(crm)
    deals.sleep(crm, firm.other_deal, None)
    deals.win(crm, firm.other_deal)
    assert "no_next_step" not in day(crm)


def test_a_deal_asks_again_when_it_has_slept(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        deals.sleep(crm, firm.other_deal, date(2026, 12, 1))
    with read_crm(config._replace(now="2026-12-01T08:00:00+01:00")) as crm:
        assert f"d{firm.other_deal}" in day(crm)["no_next_step"]


def test_a_deal_whose_tasks_are_hidden_is_silent_after_the_days_of_its_stage(
    config: Config, firm: Firm
) -> None:
    with open_crm(config) as crm:
        tasks.snooze(crm, firm.task, date(2027, 1, 15))
    seen = {}
    for on in ("2026-12-07", "2026-12-08"):  # 14 days after the 23rd, and one more
        with read_crm(config._replace(now=f"{on}T09:00:00+01:00")) as crm:
            seen[on] = day(crm).get("silent", [])
    assert seen == {"2026-12-07": [], "2026-12-08": [f"d{firm.deal}"]}


def test_a_call_ends_the_silence(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        tasks.snooze(crm, firm.task, date(2027, 1, 15))
    later = config._replace(now="2026-12-08T09:00:00+01:00")
    with open_crm(later) as crm:
        timeline.log(crm, "call", firm.contact)
        assert "silent" not in day(crm)


def test_the_day_of_one_person_has_what_is_theirs_and_what_is_nobodys(firm: Firm, crm: Crm) -> None:
    paul = users.add(crm, "paul", name="Paul")
    anne = firm.user
    theirs = f"t{tasks.add(crm, 'à Paul', firm.contact, due=TODAY, fields={'owner_id': paul})}"
    of_the_contact = f"t{tasks.add(crm, 'à Anne par son contact', firm.contact, due=TODAY)}"
    nobodys = f"t{tasks.add(crm, 'à personne', firm.other_contact, due=TODAY)}"
    assert day(crm, owner_id=paul)["task"] == [theirs, nobodys]
    assert day(crm, owner_id=anne)["task"] == [of_the_contact, nobodys]
    assert day(crm)["task"] == [theirs, of_the_contact, nobodys]


def test_another_day_may_be_looked_at(firm: Firm, crm: Crm) -> None:
    told = agenda.day(crm, on=date(2026, 11, 24))
    assert told.on == "2026-11-24"
    assert [item.id for item in told.items if item.section == "quote"] == [f"t{firm.task}"]


def test_each_part_may_be_cut_and_says_so(firm: Firm, crm: Crm) -> None:
    for _number in range(4):
        plan(crm, firm, "call", "2026-11-23")
    whole, cut = agenda.day(crm), agenda.day(crm, limit=3)
    assert (whole.counts["call"], whole.cut) == (4, False)
    assert (cut.counts["call"], cut.cut) == (3, True)
    assert [item.id for item in cut.items if item.section == "call"] == [
        item.id for item in whole.items if item.section == "call"
    ][:3]


def test_a_thing_to_do_is_a_sentence_with_whom_and_about_what(firm: Firm, crm: Crm) -> None:
    i18n.use("en")
    told = {item.id: item for item in agenda.day(crm).items}
    task = told[f"t{firm.task}"]
    assert task.text == "Send a quote to M. Dupont (Acmé SARL) — devis chaudière"
    assert (task.contact, task.deal, task.deal_id) == ("Jean Dupont", "Chaudière", firm.deal)
    assert told[f"t{firm.repeated}"].place == "12 rue des Lilas"


def test_a_contact_without_a_name_is_called_by_its_address(firm: Firm, crm: Crm) -> None:
    contact = contacts.add(crm, {}, emails=["info@acme.example"])
    tasks.add(crm, "rappeler", contact, due=TODAY)
    assert any("info@acme.example" in item.text for item in agenda.day(crm).items)


def _item(section: str, due: str | None, hour: str | None, age: int, number: int) -> Item:
    return Item(
        section, "call", f"t{number}", due, hour, False, "", 1, "", None, None, "", None, "", None, age
    )  # fmt: skip


ITEMS = some.lists(
    some.builds(
        _item,
        some.sampled_from(sorted(agenda.SECTIONS)),
        some.sampled_from([None, "2026-11-20", "2026-11-23"]),
        some.sampled_from([None, "08:00", "14:00"]),
        some.integers(0, 3),
        some.integers(1, 50),
    ),
    unique_by=lambda item: item.id,
    max_size=12,
)


@given(ITEMS, some.randoms())
def test_the_order_of_a_day_does_not_depend_on_how_it_was_gathered(items: list[Item], chance: object) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert agenda.order(shuffled) == agenda.order(items)


@given(ITEMS)
def test_the_parts_of_a_day_follow_each_other_in_their_order(items: list[Item]) -> None:
    places = [[*agenda.SECTIONS].index(item.section) for item in agenda.order(items)]
    assert places == sorted(places)
