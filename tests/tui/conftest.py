"""A small firm, and a terminal in which nothing moves by itself."""

from __future__ import annotations

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from tests.tui.firm import make_firm


@pytest.fixture(autouse=True)
def quiet_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out animations, and speak English unless the test says otherwise."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture
def firm(config: Config) -> Config:
    """Return the choices of a founder whose base has eight customers, in English."""
    make_firm(config)
    i18n.use("en")
    return config._replace(lang="en")
