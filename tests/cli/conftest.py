"""The command line as a person or a script meets it: words in, an exit code and two texts out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from petitcrm.cli.main import main
from tests.conftest import NOW


class Answer(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines on stdout."""
        return self.out.splitlines()


Shell = Callable[..., Answer]


@pytest.fixture
def shell(base: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return what runs `petitcrm` with these words in this process, in English, its output in a pipe."""
    monkeypatch.setenv("PETITCRM_DB", base)
    monkeypatch.setenv("PETITCRM_NOW", NOW)
    monkeypatch.setenv("PETITCRM_LANG", "en")

    def run(*words: str, stdin: str = "") -> Answer:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        code = main(list(words))
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return run


@pytest.fixture
def lived_in(shell: Shell) -> Shell:
    """Return a shell on a base with two contacts (c1 Jeanne Dupont at Acme, c2 Paul Martin) and one deal (d1)."""
    made = shell(
        "contact", "add", "--first", "Jeanne", "--last", "Dupont", "--email", "jeanne@dupont.example",
        "--company", "Acme", "--phone", "06 12 34 56 78",
    )  # fmt: skip
    assert made.code == 0, made.err
    shell("contact", "add", "--first", "Paul", "--last", "Martin", "--email", "paul@martin.example")
    shell("deal", "add", "Chaudière", "--contact", "c1", "--amount", "1200,50")
    return shell
