"""One line in words becomes a task: whom, what, when, how often, for which deal."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from petitcrm.crm import Crm
from petitcrm.dates import When
from petitcrm.errors import Ambiguous, CrmError, NotFound, UsageProblem
from petitcrm.sales import contacts, quick_add
from petitcrm.sales.quick_add import Understood, understand
from tests.support.firm import Firm


def day(text: str, hour: str = "") -> When:
    """Return a day, perhaps with an hour."""
    return When(date.fromisoformat(text), time.fromisoformat(hour) if hour else None)


def test_the_line_of_the_manual_is_understood(firm: Firm, crm: Crm) -> None:
    read = understand(crm, f"rappeler @dupont devis chaudière demain 14h #d{firm.deal}")
    assert (read.kind, read.text, read.trouble) == ("call", "devis chaudière", "")
    assert (read.contact_id, read.deal_id, read.when) == (firm.contact, firm.deal, day("2026-11-24", "14:00"))


def test_what_is_understood_is_what_is_added(firm: Firm, crm: Crm) -> None:
    task, echo = quick_add.add(crm, "rappeler @dupont demain 14h tous les mardis")
    assert crm.rows(
        "SELECT kind, contact_id, due_on, due_time, recurrence FROM tasks WHERE id = :id", id=task
    ) == [("call", firm.contact, "2026-11-24", "14:00", "FREQ=WEEKLY;BYDAY=TU")]
    assert "Dupont" in echo


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("rappeler @dupont", "call", ""),
        ("call back @dupont about the boiler", "call", "about the boiler"),
        ("Répondre @dupont à son mail", "email", "à son mail"),
        ("devis @dupont poêle", "quote", "poêle"),
        ("envoyer un devis @dupont", "quote", ""),
        ("se rendre chez @dupont", "visit", ""),
        ("RDV @dupont", "meeting", ""),
        ("courrier @dupont contrat", "letter", "contrat"),
        ("ramoner chez @dupont", "other", "ramoner chez"),
    ],
)
def test_the_first_words_say_the_kind(line: str, kind: str, text: str, firm: Firm, crm: Crm) -> None:
    read = understand(crm, line)
    assert (read.kind, read.text, read.trouble) == (kind, text, "")


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("rappeler @dupont", None),
        ("rappeler @dupont demain", day("2026-11-24")),
        ("demain rappeler @dupont", day("2026-11-24")),
        ("rappeler @dupont vendredi 9h30", day("2026-11-27", "09:30")),
        ("rappeler @dupont 3/12", day("2026-12-03")),
        ("call @dupont thursday 2pm", day("2026-11-26", "14:00")),
    ],
)
def test_the_day_may_be_said_anywhere(line: str, when: When | None, firm: Firm, crm: Crm) -> None:
    assert understand(crm, line).when == when


def test_a_repeated_task_begins_today_unless_told(firm: Firm, crm: Crm) -> None:
    read = understand(crm, "rappeler @dupont tous les mois")
    assert (read.when, read.recurrence) == (day("2026-11-23"), "FREQ=MONTHLY")


@pytest.mark.parametrize(
    "line", ['rappeler @"jean dupont" devis', "rappeler @«jean dupont» devis", "devis @c1"]
)
def test_a_name_of_several_words_stands_in_quotes(line: str, firm: Firm, crm: Crm) -> None:
    assert understand(crm, line).contact_id == firm.contact


def test_the_contact_of_the_deal_need_not_be_said(firm: Firm, crm: Crm) -> None:
    read = understand(crm, f"rappeler #d{firm.other_deal} demain")
    assert (read.contact_id, read.deal_id) == (firm.other_contact, firm.other_deal)


def test_an_address_inside_the_words_names_nobody(firm: Firm, crm: Crm) -> None:
    read = understand(crm, "écrire à info@acme.example @dupont")
    assert (read.contact_id, read.text) == (firm.contact, "écrire à info@acme.example")


def test_a_line_for_nobody_says_what_is_missing_and_adds_nothing(firm: Firm, crm: Crm) -> None:
    assert understand(crm, "rappeler demain").trouble
    with pytest.raises(UsageProblem):
        quick_add.add(crm, "rappeler demain")


def test_a_line_without_anything_to_do_says_so(firm: Firm, crm: Crm) -> None:
    read = understand(crm, "@dupont demain")
    assert (read.contact_id, bool(read.trouble)) == (firm.contact, True)
    with pytest.raises(UsageProblem):
        quick_add.add(crm, "@dupont demain")


def test_nobody_known_is_not_found_and_several_are_asked_about(firm: Firm, crm: Crm) -> None:
    with pytest.raises(NotFound):
        quick_add.add(crm, "rappeler @personne")
    contacts.add(crm, {"first_name": "Luc", "last_name": "Dupont"})
    with pytest.raises(Ambiguous) as asked:
        quick_add.add(crm, "rappeler @dupont")
    assert len(asked.value.candidates) == 2


def test_two_people_in_a_line_are_one_too_many(firm: Firm, crm: Crm) -> None:
    with pytest.raises(UsageProblem):
        quick_add.add(crm, "rappeler @dupont @zoé")


def test_the_echo_says_back_what_was_understood(firm: Firm, crm: Crm) -> None:
    echo = understand(crm, "rappeler @dupont devis demain 14h tous les mardis").echo
    assert len(echo.split(" · ")) == 3
    assert "devis" in echo


@given(some.text(max_size=40) | some.lists(some.sampled_from(
    ["@", "#", '"', "«", "@dupont", "#d1", "demain", "14h", "tous", "les", "mois", "\x1b[2J", "é", " "]
), max_size=9).map(" ".join))  # fmt: skip
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_line_that_is_being_typed_never_fails(firm: Firm, crm: Crm, line: str) -> None:
    assert isinstance(understand(crm, line), Understood)
    try:
        quick_add.add(crm, line)
    except CrmError as refused:
        assert refused.exit_code in (2, 4, 5)
