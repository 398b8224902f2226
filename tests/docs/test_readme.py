"""The tours of the READMEs are run as they are printed, one command after the other, in an empty home."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.fr.md")


def console_lines(page: str) -> list[str]:
    """Return the commands of a page's ```console blocks, in order, without their prompt."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def environment(home: Path) -> dict[str, str]:
    """Return an environment with nothing of this machine's but its programs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    programs = str(Path(sys.executable).parent)
    return {
        **kept,
        "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}",
        "HOME": str(home),
        "LANG": "fr_FR.UTF-8",
    }


@pytest.mark.parametrize("page", READMES)
def test_every_command_of_the_tour_does_what_it_says(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    told = environment(tmp_path)
    lines = console_lines(page)
    assert len(lines) > 20
    for line in lines:
        words = shlex.split(line)
        if words[0] == "export":
            told.update(word.split("=", 1) for word in words[1:])
            continue
        assert words[0] == "petitcrm", line
        done = subprocess.run(words, cwd=tmp_path, env=told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def test_both_tours_have_the_same_commands() -> None:
    english, french = ([shlex.split(line)[:2] for line in console_lines(page)] for page in READMES)
    assert [words for words in english if words[0] == "petitcrm"] == [
        words for words in french if words[0] == "petitcrm"
    ]


def test_the_import_of_the_tour_accounts_for_every_row_and_creates_nothing_twice(tmp_path: Path) -> None:
    import json

    told = environment(tmp_path) | {"PETITCRM_DB": str(tmp_path / "tour.db")}
    command = ["petitcrm", "import", str(ROOT / "examples" / "clients.csv"), "--json"]
    reports = [
        json.loads(subprocess.run(command, env=told, capture_output=True, text=True, check=True).stdout)
        for _time in range(2)
    ]
    for report in reports:
        assert (
            report["read"] == report["created"] + report["updated"] + report["unchanged"] + report["rejected"]
        )
    assert reports[0]["created"] > 0 and reports[0]["rejected"] == 0
    assert reports[1]["created"] == 0
