"""The Tab key proposes commands, options and the names of the base."""

from __future__ import annotations

import pytest

from petitcrm.cli import completion
from tests.cli.conftest import Shell

pytestmark = pytest.mark.engines("sqlite")


def _complete(shell: Shell, monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    words = line.split(" ")
    monkeypatch.setenv("_PETITCRM_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    answer = shell()
    assert (answer.code, answer.err) == (0, "")
    return answer.lines


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("petitcrm con", ["contact", "consent", "config"]),
        ("petitcrm contact sh", ["show"]),
        ("petitcrm contact list --li", ["--limit"]),
        ("petitcrm --db x contact sh", ["show"]),
        ("petitcrm contact show c", ["c2", "c1"]),
        ("petitcrm contact show Jea", ["Jeanne\\ Dupont"]),
        ("petitcrm contact show dup", ["dupont\\ Jeanne"]),
        ("petitcrm deal move d1 clo", ["closing"]),
        ("petitcrm deal list --stage pro", ["prospect"]),
        ("petitcrm deal list --status wo", ["won"]),
        ("petitcrm task done t1 --outcome voi", ["voicemail"]),
        ("petitcrm tag add vi", ["vip"]),
        ("petitcrm timeline Chau", ["Chaudière"]),
        ("petitcrm nothing at all", []),
    ],
)
def test_what_is_begun_is_completed(
    lived_in: Shell, monkeypatch: pytest.MonkeyPatch, line: str, proposed: list[str]
) -> None:
    lived_in("contact", "tag", "add", "vip", "c1")
    assert [one for one in _complete(lived_in, monkeypatch, line) if one] == proposed


def test_a_base_that_cannot_be_read_proposes_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETITCRM_DB", "/dev/null/base.db")
    assert not any(_complete(shell, monkeypatch, "petitcrm contact show x"))


def test_a_name_is_never_run_by_a_shell() -> None:
    hostile = "a$(touch x)`y`'z'\"w\";\x1b[6n\nrm *"
    assert "\\$\\(touch" in completion._for_bash([(hostile, "")])
    for_zsh = completion._for_zsh([(hostile, hostile)])
    assert "\n" not in for_zsh
    assert "\x1b" not in for_zsh
    assert "\\$(" in for_zsh
    assert "\\`y\\`" in for_zsh


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_its_script(shell_name: str) -> None:
    assert "_PETITCRM_COMPLETE" in completion.shell_script(shell_name)


def test_zsh_and_fish_hand_over_the_whole_line(lived_in: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "petitcrm deal mo")
    monkeypatch.setenv("_PETITCRM_COMPLETE", "complete_zsh")
    assert '"move"' in lived_in().out
    monkeypatch.setenv("_PETITCRM_COMPLETE", "complete_fish")
    assert lived_in().out.startswith("move\t")
