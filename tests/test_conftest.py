"""The fixtures hold what they promise."""

from __future__ import annotations

import os
import time
from pathlib import Path

from petitcrm.store import database


def test_a_base_is_fresh_and_empty(base: str) -> None:
    connection = database.connect(base)
    try:
        assert connection.rows("SELECT count(*) FROM contacts") == [(0,)]
    finally:
        connection.close()


def test_the_environment_is_that_of_an_empty_home_in_paris(home: Path) -> None:
    assert not [name for name in os.environ if name.startswith("PETITCRM_")]
    assert (Path.home(), list(home.iterdir())) == (home, [])
    assert time.strftime("%Z", time.localtime(1795420800)) == "CET"
