"""Each command on a terminal and in a pipe: a hostile name never acts, colours are only where they are wanted."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.sales import companies, contacts, deals, pipelines, stages, tasks, timeline, users
from petitcrm.sales import tags as tags_of
from petitcrm.text import width
from tests.conftest import NOW
from tests.support.terminal import START, on_terminal

pytestmark = pytest.mark.engines("sqlite")

ACTING = (
    "\x1b]52;c;QUFB\x07", "\x1b[6n", "\x1b[2J", "\x1bP+q544e\x1b\\", "\x9b31m", "\x9d0;title\x9c", "\x08\x08\x7f",
    "\u202eabc", "\u200b", "\u2066", "\r\n", "\t", "[/foo]", "[red]x", "%s{0}{name}",
)  # fmt: skip
HOSTILE = "zed " + " ".join(ACTING)
OURS = re.compile(r"\x1b\[(?:0|1|2|31|32|33|36|1;31)m")
COMMANDS = [
    "today", "contact list", "contact show c1", "contact query zed",
    "contact duplicates", "company list", "company show f1", "deal list",
    "deal list --status all", "deal show d1", "task list", "task list --status all", "task show t1", "pipeline list",
    "pipeline show", "stage list", "tag list", "user list", "timeline c1", "timeline d1", "search zed", "history",
    "contact show zed", "check", "doctor", "config list", "sql SELECT~*~FROM~v_contacts",
    "sql SELECT~*~FROM~v_timeline",
    "export", "export contacts", "export tasks --format ics",
    "contact edit c1 --city zed", "undo", "redo", "task done t1", "log call c1 zed",
]  # fmt: skip


@pytest.fixture
def environment(base: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the environment of a base whose every text is hostile."""
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "COLUMNS", "PETITCRM_LANG"):
        monkeypatch.delenv(name, raising=False)
    with open_crm(Config(db=base, user="", lang="fr", file="", now=NOW)) as crm:
        users.add(crm, "zed", name=HOSTILE)
        company_id = companies.add(crm, {"name": HOSTILE, "city": HOSTILE, "website": "", "source": HOSTILE})
        told = {"first_name": HOSTILE, "last_name": HOSTILE, "job_title": HOSTILE, "company_id": company_id,
                "street": HOSTILE, "city": HOSTILE, "source": HOSTILE, "owner_id": 1}  # fmt: skip
        contact_id = contacts.add(crm, told, phones=[HOSTILE], tags=[HOSTILE])
        contacts.add(crm, told)
        deal_id = deals.add(
            crm, HOSTILE, contact_id, amount_cents=100, fields={"source": HOSTILE, "owner_id": 1}
        )
        deals.lose(crm, deals.add(crm, HOSTILE, contact_id), "other", HOSTILE)
        tasks.add(
            crm,
            HOSTILE,
            contact_id,
            kind="visit",
            due=crm.now.date(),
            fields={"deal_id": deal_id, "place": HOSTILE},
        )
        timeline.log(crm, "note", contact_id, HOSTILE)
        timeline.log(crm, HOSTILE, contact_id, HOSTILE)
        tags_of.put(crm, "deal", deal_id, HOSTILE)
        stages.add(crm, pipelines.add(crm, HOSTILE), HOSTILE)
    return {"PETITCRM_DB": base, "PETITCRM_NOW": NOW}


def _words(command: str) -> list[str]:
    return [word.replace("~", " ") for word in command.split()]


def _acts(written: str) -> list[str]:
    """Return the characters of a text that a terminal would obey, once our own colours are taken away."""
    left = OURS.sub("", written).replace("\r\n", "\n")
    return [
        c for c in left if c in "\x1b\x07\x08\x7f\r" or 0x80 <= ord(c) < 0xA0 or c in "\u202e\u200b\u2066"
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_of_a_name_acts_on_a_terminal(command: str, environment: dict[str, str]) -> None:
    screen = on_terminal(_words(command), environment)
    assert screen.code in (0, 4, 5), screen.written
    assert "trompé" not in screen.written
    assert not _acts(screen.written)


@pytest.mark.parametrize("style", ["", "--json", "--csv", "--ndjson"])
@pytest.mark.parametrize(
    "command",
    ["contact list", "deal list", "task list", "timeline c1", "search zed", "sql SELECT~*~FROM~v_contacts"],
)
def test_nothing_of_a_name_acts_through_a_pipe(command: str, style: str, environment: dict[str, str]) -> None:
    words = [*_words(command), *([style] if style else [])]
    done = subprocess.run(
        [*START, *words], env={**os.environ, **environment}, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not _acts(done.stdout.decode().replace("\t", ""))
    if not style:
        assert len({line.count("\t") for line in done.stdout.decode().splitlines()}) == 1


@pytest.mark.parametrize("columns", [40, 80, 160])
@pytest.mark.parametrize(
    "command", ["today", "contact list", "deal list", "pipeline show", "task list", "timeline c1"]
)
def test_every_line_fits_the_terminal(command: str, columns: int, environment: dict[str, str]) -> None:
    screen = on_terminal(_words(command), environment, columns=columns)
    longest_word = 60  # a word that is wider than the terminal is not cut
    lines = OURS.sub("", screen.written).replace("\r\n", "\n").split("\n")
    assert all(width(line) <= max(columns, longest_word) for line in lines), max(lines, key=width)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_are_left_out_where_they_are_not_wanted(
    name: str, value: str, environment: dict[str, str]
) -> None:
    assert "\x1b" not in on_terminal(["contact", "list"], {**environment, name: value}).written
    assert "\x1b[" in on_terminal(["contact", "list"], environment).written


def test_a_gesture_says_how_to_take_it_back_only_to_a_person(environment: dict[str, str]) -> None:
    assert "petitcrm undo" in on_terminal(["contact", "edit", "c1", "--city", "Angers"], environment).written
    done = subprocess.run(
        [*START, "contact", "edit", "c1", "--city", "Nantes"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_alone_in_a_pipe_it_is_the_day(environment: dict[str, str]) -> None:
    told = {**os.environ, **environment}
    alone, day = (
        subprocess.run([*START, *words], env=told, capture_output=True, text=True, check=False, timeout=60)
        for words in ([], ["today"])
    )
    assert (alone.returncode, alone.stdout) == (day.returncode, day.stdout)


def test_a_workbook_is_refused_to_a_terminal_which_is_told_what_to_do(environment: dict[str, str]) -> None:
    screen = on_terminal(["export", "--format", "xlsx"], environment)
    assert (screen.code, "-o FICHIER" in screen.written, "PK" in screen.written) == (2, True, False)
