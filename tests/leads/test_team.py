"""Absences as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from petitcrm.errors import UsageProblem
from petitcrm.leads import team

NOW = datetime.fromisoformat("2026-11-25T09:00:00+01:00")


@pytest.mark.parametrize(
    ("written", "from_on", "to_on", "words"),
    [
        ("Monday Friday", "2026-11-30", "2026-12-04", ""),
        ("lundi vendredi congés d’été", "2026-11-30", "2026-12-04", "congés d’été"),
        ("du 3/12 au 12/12 ski", "2026-12-03", "2026-12-12", "ski"),
        ("from Monday to Friday", "2026-11-30", "2026-12-04", ""),
        ("demain", "2026-11-26", "2026-11-26", ""),
        ("03/12 – 12/12", "2026-12-03", "2026-12-12", ""),
    ],
)
def test_an_absence_is_one_day_or_two_with_words(written: str, from_on: str, to_on: str, words: str) -> None:
    read = team.read_absence(written, now=NOW)
    assert (read.from_on.isoformat(), read.to_on.isoformat(), read.words) == (from_on, to_on, words)


def test_an_absence_without_a_day_is_refused_with_an_example() -> None:
    with pytest.raises(UsageProblem, match="3/12 12/12"):
        team.read_absence("bientôt", now=NOW)
