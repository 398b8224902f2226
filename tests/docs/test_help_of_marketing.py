"""What the help of marketing shows to begin with is run as it stands, in both languages, in an empty home."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from petitcrm.cli import campaign_files
from petitcrm.marketing import campaign_check, campaign_file
from tests.docs.test_readme import environment

PROGRAM = str(Path(sys.executable).parent / "petitcrm")
FIRST = """\
setup --firm Acmé --address "12 rue des Lilas, 75002 Paris"
contact add --first Zoé --last Dupont --email dupont@bois.example --city Rennes --tag salon
contact add --first Ève --last "Le Gall" --email eve@bois.example --city Rennes --tag fair
consent standing professional dupont
consent inform dupont --how salon
list add "{name}" --wording "…" --key {key}
"""
CRONTAB = """\
#!/bin/sh
test "$1" = -l && exec cat "$HOME/table"
exec cat > "$HOME/table"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with an account that sends, a table of cron of its own, and nothing else."""
    mail = '[mail.accounts.shop]\naddress = "contact@firme.example"\nsmtp = "smtp://127.0.0.1:9"\n'
    (tmp_path / "config.toml").write_text(mail)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "crontab").write_text(CRONTAB)
    (tmp_path / "bin" / "crontab").chmod(0o755)
    (tmp_path / "table").write_text("")
    return tmp_path


def run(home: Path, language: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `petitcrm` there, in a language."""
    told = environment(home) | {
        "PETITCRM_CONFIG": str(home / "config.toml"), "PETITCRM_LANG": language,
        "PETITCRM_DB": str(home / "base.db"),
    }  # fmt: skip
    told["PATH"] = f"{home / 'bin'}{os.pathsep}{told['PATH']}"
    return subprocess.run(
        [PROGRAM, *words], cwd=home, env=told, capture_output=True, text=True, check=False, timeout=120
    )


def examples(home: Path, language: str, *words: str) -> list[str]:
    """Return what the help of a command shows to begin with."""
    page = run(home, language, [*words, "--help"]).stdout
    return [line.strip() for line in re.split(r"Exemples|Examples", page)[1].splitlines()[1:] if line.strip()]


def file_of(language: str) -> str:
    """Return the file of a campaign that the help shows."""
    text = campaign_files.HELP_FR if language == "fr" else campaign_files.HELP
    return "\n".join(line.removeprefix("    ") for line in text.split("\n    petitcrm")[0].split("\n")) + "\n"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("noun", ["list", "segment", "campaign", "sequence", "cron", "tick"])
def test_the_examples_of_a_noun_run_one_after_the_other(home: Path, noun: str, language: str) -> None:
    key, name, file = (
        ("lettre", "La lettre", "rentree") if language == "fr" else ("letter", "The letter", "boilers")
    )
    for line in FIRST.format(key=key, name=name).splitlines()[: None if noun == "campaign" else -1]:
        done = run(home, language, shlex.split(line))
        assert done.returncode == 0, done.stderr
    if noun == "campaign":
        (home / f"{file}.md").write_text(file_of(language), encoding="utf-8")
        assert run(home, language, ["list", "subscribe", key, "dupont", "--how", "salon"]).returncode == 0
    for line in examples(home, language, noun):
        words = shlex.split(line)
        assert words[0] == "petitcrm", line
        done = run(home, language, words[1:])
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_file_that_the_help_shows_has_nothing_wrong(language: str) -> None:
    told = campaign_check.alone(campaign_file.parsed(file_of(language), name="x.md"))
    assert told.problems == []
