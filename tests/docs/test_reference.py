"""The reference of the commands is that of the program as it is, and every command is in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/commands.md", "docs/commandes.md")


def test_the_pages_and_the_man_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_command_option_and_kind_of_event_is_documented(page: str) -> None:
    from petitcrm.cli import reference
    from petitcrm.kinds import KINDS

    text = (ROOT / page).read_text(encoding="utf-8")
    for entry in reference.whole_program():
        section = text.partition(f"## {entry.path}\n")[2].partition("\n#")[0]
        assert section, entry.path
        for name, told in [*entry.options, *entry.arguments]:
            flag = name.split(" ")[0].rstrip(",")
            assert not name.startswith("-") or flag in section, f"{entry.path} {name}"
            assert told, f"{entry.path} {name} says nothing"
        assert entry.help or entry.path == "petitcrm", entry.path
    assert all(f"`{kind}`" in text for kind in KINDS)


@pytest.mark.parametrize("page", ["docs/man/petitcrm.1", "docs/man/petitcrm.fr.1"])
def test_the_man_page_is_one(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.startswith(".TH PETITCRM 1")
    allowed = (".TH", ".SH", ".SS", ".TP", ".PP")
    assert all(line.startswith(allowed) for line in text.splitlines() if line.startswith("."))
