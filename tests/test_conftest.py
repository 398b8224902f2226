"""The fixtures hold what they promise."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.store import database


@pytest.fixture(scope="module")
def a_session_in_french() -> None:
    """Speak French before the first fixture of a test does anything, as what lasts longer than a test may."""
    i18n.use("fr")


def test_a_base_is_fresh_and_empty(base: str) -> None:
    connection = database.connect(base)
    try:
        assert connection.rows("SELECT count(*) FROM contacts") == [(0,)]
    finally:
        connection.close()


def test_it_is_monday_morning_in_paris_and_nobody_is_named(crm: Crm) -> None:
    assert (crm.now.isoformat(), crm.user_id) == ("2026-11-23T09:00:00+01:00", None)
    assert i18n.language() == "fr"


def test_a_test_that_asks_for_nothing_begins_in_the_language_of_the_code(
    a_session_in_french: None,
) -> None:
    assert i18n.language() == "en"


def test_a_test_may_have_several_gestures(config: Config) -> None:
    with open_crm(config) as first:
        now = first.now
    with open_crm(config) as second:
        assert second.now == now
    with read_crm(config) as reader:
        assert reader.journal is None


def test_the_environment_is_that_of_an_empty_home_in_paris(home: Path) -> None:
    assert not [name for name in os.environ if name.startswith("PETITCRM_")]
    assert (Path.home(), list(home.iterdir())) == (home, [])
    assert time.strftime("%Z", time.localtime(1795420800)) == "CET"
