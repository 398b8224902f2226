"""Who may be written to or called: the whole truth table, told as a table that a lawyer can read."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from petitcrm import i18n
from petitcrm.naming import CHANNELS, PURPOSES
from petitcrm.sales.may_contact import REASONS, SERVICE, Facts, Verdict, may_contact

IN_HOURS = datetime.fromisoformat("2026-11-23T10:30:00+01:00")  # a Monday
ANY = "-"
YES, NO = True, False

# What decides, from the strongest: the first line that fits is the answer. A fact that is not named does not matter.
TABLE: tuple[tuple[dict[str, object], bool, str], ...] = (
    ({"is_erased": YES}, NO, "erased"),
    ({"has_address": NO}, NO, "no-address"),
    ({"has_bounced": YES}, NO, "bounced"),
    ({"purpose": SERVICE}, YES, "service"),
    ({"objected": YES}, NO, "objected"),
    ({"withdrawal": 7}, NO, "withdrawn"),
    ({"consent": 5}, YES, "consent"),
    ({"purpose": "measure"}, NO, "no-consent"),
    ({"purpose": "visits"}, NO, "no-consent"),
    ({"channel": "email", "is_generic": YES}, YES, "generic"),
    ({"is_customer": YES}, YES, "customer"),
    ({"standing": "professional", "informed": 3}, YES, "professional"),
    ({"standing": "professional", "channel": "phone"}, YES, "professional"),
    ({"standing": "professional", "channel": "post"}, YES, "professional"),
    ({"standing": "professional"}, NO, "not-informed"),
    ({"standing": "consumer"}, NO, "no-consent"),
    ({"works_somewhere": YES, "is_free_mail": NO, "informed": 3}, YES, "professional"),
    ({"works_somewhere": YES, "is_free_mail": NO, "channel": "phone"}, YES, "professional"),
    ({"works_somewhere": YES, "is_free_mail": NO, "channel": "post"}, YES, "professional"),
    ({"works_somewhere": YES, "is_free_mail": NO}, NO, "not-informed"),
    ({"works_somewhere": YES, "is_free_mail": YES}, NO, "free-mail"),
    ({}, NO, "unknown"),
)
POSSIBLE: dict[str, tuple[object, ...]] = {
    "is_erased": (NO, YES), "has_address": (YES, NO), "has_bounced": (NO, YES), "objected": (NO, YES),
    "withdrawal": (None, 7), "consent": (None, 5), "informed": (None, 3),
    "standing": ("", "professional", "consumer"), "works_somewhere": (NO, YES), "is_customer": (NO, YES),
    "is_generic": (NO, YES), "is_free_mail": (NO, YES),
}  # fmt: skip


def expected(known: dict[str, object]) -> tuple[bool, str]:
    """Return what the first line of the table that fits says."""
    return next(
        (allowed, reason)
        for facts, allowed, reason in TABLE
        if all(known[name] == value for name, value in facts.items())
    )


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("purpose", [*PURPOSES, SERVICE])
def test_every_combination_of_facts_is_answered_as_the_table_says(channel: str, purpose: str) -> None:
    for values in product(*POSSIBLE.values()):
        facts = dict(zip(POSSIBLE, values, strict=True))
        found = may_contact(Facts(**facts), channel, purpose, IN_HOURS)  # type: ignore[arg-type]
        assert (found.allowed, found.reason) == expected(facts | {"channel": channel, "purpose": purpose}), (
            facts
        )


def test_every_line_of_the_table_decides_somewhere() -> None:
    decided = {
        expected(dict(zip(POSSIBLE, values, strict=True)) | {"channel": channel, "purpose": purpose})
        for values in product(*POSSIBLE.values())
        for channel in CHANNELS
        for purpose in (*PURPOSES, SERVICE)
    }
    assert decided == {(allowed, reason) for _facts, allowed, reason in TABLE}
    assert {reason for _allowed, reason in decided} == set(REASONS) - {"out-of-hours"}


def test_the_proof_is_the_line_of_the_ledger_that_decides() -> None:
    at = IN_HOURS
    assert may_contact(Facts(consent=5), "email", "newsletter", at) == Verdict(True, "consent", 5)
    assert may_contact(Facts(objected=True, objection=9), "email", "newsletter", at).proof == 9
    informed = Facts(standing="professional", informed=3)
    assert may_contact(informed, "email", "prospecting", at) == Verdict(True, "professional", 3)


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("2026-11-23T09:59:59+01:00", NO), ("2026-11-23T10:00:00+01:00", YES), ("2026-11-23T12:59:59+01:00", YES),
        ("2026-11-23T13:00:00+01:00", NO), ("2026-11-23T14:00:00+01:00", YES), ("2026-11-23T20:00:00+01:00", NO),
        ("2026-11-21T11:00:00+01:00", NO), ("2026-11-22T11:00:00+01:00", NO), ("2026-11-11T11:00:00+01:00", NO),
    ],
)  # fmt: skip
def test_a_private_person_is_called_at_the_hours_of_the_decree_only(at: str, may: bool) -> None:
    agreed = Facts(standing="consumer", consent=5)
    found = may_contact(agreed, "phone", "prospecting", datetime.fromisoformat(at))
    assert found == (Verdict(True, "consent", 5) if may else Verdict(False, "out-of-hours", 5))


def test_a_professional_is_called_and_anybody_called_back_at_any_hour() -> None:
    late = datetime.fromisoformat("2026-11-22T21:00:00+01:00")
    assert may_contact(Facts(standing="professional", informed=3), "phone", "prospecting", late).allowed
    assert may_contact(Facts(), "phone", SERVICE, late).allowed


def test_a_holiday_of_the_place_counts() -> None:
    good_friday = datetime.fromisoformat("2026-04-03T11:00:00+02:00")
    agreed = Facts(consent=5)
    assert may_contact(agreed, "phone", "prospecting", good_friday).allowed
    assert not may_contact(agreed, "phone", "prospecting", good_friday, calendar="57").allowed


def test_every_reason_reads_in_french() -> None:
    i18n.use("fr")
    assert all(i18n._(words) != words for words in REASONS.values())
