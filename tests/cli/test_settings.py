"""The choices of this machine, read and written from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of choices, with one comment in it."""
    path = tmp_path / "config.toml"
    path.write_text("# mine\n")
    monkeypatch.setenv("PETITCRM_CONFIG", str(path))
    return path


def test_what_is_set_is_in_force_from_the_next_command_on(shell: Shell, file: Path) -> None:
    assert shell("config", "set", "screen", "funnel").code == 0
    assert shell("config", "get", "screen").out == "funnel\n"
    assert shell("config", "list", "--json").json["screen"] == "funnel"
    assert file.read_text().startswith("# mine\n")
    assert shell("config", "unset", "screen").code == 0
    assert shell("config", "get", "screen").out == "day\n"


def test_it_is_said_when_the_environment_decides(shell: Shell, file: Path) -> None:
    told = shell("config", "set", "lang", "fr")
    assert told.code == 0
    assert "decides now" in told.err
    assert shell("config", "get", "lang").out == "en\n"


def test_a_key_or_a_value_that_is_not_known_is_refused_with_the_nearest_one(shell: Shell, file: Path) -> None:
    wrong = shell("config", "set", "scren", "day")
    assert (wrong.code, "screen" in wrong.err) == (2, True)
    wrong = shell("config", "set", "theme", "lihgt")
    assert (wrong.code, "light" in wrong.err) == (2, True)
    assert shell("config", "get", "thème").code == 2
    assert file.read_text() == "# mine\n"


def test_a_key_of_the_interface_is_chosen_and_a_wrong_one_refused(shell: Shell, file: Path) -> None:
    assert shell("config", "set", "keys.app.add", "b").code == 0
    assert ["app.add", "b"] in [line.split("\t")[:2] for line in shell("config", "keys").lines]
    assert shell("config", "get", "keys.app.add").out == "b\n"
    wrong = shell("config", "set", "keys.app.ad", "b")
    assert (wrong.code, "app.add?" in wrong.err) == (2, True)
    assert shell("config", "set", "keys.app.add", "ctrl+plop").code == 2
    clash = shell("config", "set", "keys.funnel.win", "b")
    assert (clash.code, "two things" in clash.err) == (0, True)
    told = shell("doctor", "--json").json
    assert told["keys"] == {"app.add": "b", "funnel.win": "b"}
    assert any("two things" in advice for advice in told["advice"])


def test_json_tells_what_was_written(shell: Shell, file: Path) -> None:
    told = shell("config", "set", "theme", "light", "--json").json
    assert told == {"key": "theme", "value": "light", "file": str(file), "changed": True}
    assert not shell("config", "set", "theme", "light", "--json").json["changed"]
    assert shell("config", "get", "theme", "--json").json == {"key": "theme", "value": "light"}
