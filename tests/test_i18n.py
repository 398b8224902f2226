"""Numbers and shares in texts, as French and English people read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from petitcrm import i18n
from petitcrm.i18n import figure, ngettext, percent


@pytest.fixture
def speak() -> Iterator[Callable[[str], None]]:
    """Return what chooses the language; English is spoken again afterwards."""
    yield i18n.use
    i18n.use("en")


@pytest.mark.parametrize(
    ("number", "digits", "french", "english"),
    [
        (0, 0, "0", "0"), (999, 0, "999", "999"), (1933, 0, "1 933", "1,933"),
        (-1234567, 0, "-1 234 567", "-1,234,567"),
        (0.274, 2, "0,27", "0.27"), (1234.5, 1, "1 234,5", "1,234.5"),
    ],
)  # fmt: skip
def test_a_number_has_its_thousands_apart_and_the_comma_of_its_language(
    speak: Callable[[str], None], number: float, digits: int, french: str, english: str
) -> None:
    speak("fr")
    assert figure(number, digits).replace("\u202f", " ") == french
    speak("en")
    assert figure(number, digits) == english


@pytest.mark.parametrize(
    ("share", "digits", "trimmed", "french", "english"),
    [
        (0.94, 1, False, "94,0 %", "94.0%"), (0.0927835, 1, True, "9,3 %", "9.3%"), (0.4, 1, True, "40 %", "40%"),
        (1, 0, True, "100 %", "100%"), (0, 1, False, "0,0 %", "0.0%"), (0.075, 2, True, "7,5 %", "7.5%"),
        (10, 2, True, "1 000 %", "1,000%"),
    ],
)  # fmt: skip
def test_a_share_is_written_as_its_language_writes_it(
    speak: Callable[[str], None], share: float, digits: int, trimmed: bool, french: str, english: str
) -> None:
    speak("fr")
    told = percent(share, digits, trimmed=trimmed)
    assert told.replace("\u202f", " ") == french
    assert " " not in told, "a line must not break before the sign"
    speak("en")
    assert percent(share, digits, trimmed=trimmed) == english


def test_a_text_that_counts_writes_its_number_like_any_other(speak: Callable[[str], None]) -> None:
    speak("fr")
    assert ngettext("{n} person", "{n} people", 1933) == "1\u202f933 personnes"
    assert ngettext("{n} sent", "{n} sent", 40) == "40 envoyés"
    assert ngettext("{n} sent", "{n} sent", 1) == "1 envoyé"
    speak("en")
    assert ngettext("{n} person", "{n} people", 1000) == "1,000 people"
