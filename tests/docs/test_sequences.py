"""The pages on sequences say what the program reads: their examples are checked, their words are all its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from petitcrm.cli.commands import sequence_file
from petitcrm.errors import UsageProblem
from petitcrm.marketing import flow_check, flow_file, flow_header
from petitcrm.marketing import flow_words as words

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/sequences.md", "docs/sequences.fr.md")


def text(page: str) -> str:
    """Return a page."""
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_the_example_of_a_page_has_nothing_wrong(page: str) -> None:
    (example,) = re.findall(r"```\n(.*?)```", text(page), re.S)
    assert not flow_check.problems(flow_file.read(example))


@pytest.mark.parametrize("page", PAGES)
def test_who_begins_is_written_as_a_page_says(page: str) -> None:
    (example,) = re.findall(r"```\n(.*?)```", text(page), re.S)
    (start,) = re.findall(r"```toml\n(.*?)```", text(page), re.S)
    flow = flow_file.read(re.sub(r"\n\n\[\[", lambda found: f"\n\n{start}{found[0]}", example, count=1))
    assert flow.start.segment
    assert flow.start.again == "90 days"


def test_both_pages_show_the_same_sequence() -> None:
    first, second = (flow_file.read(re.findall(r"```\n(.*?)```", text(page), re.S)[0]) for page in PAGES)
    assert [(one.kind, one.wait) for one in first.steps] == [(one.kind, one.wait) for one in second.steps]


@pytest.mark.parametrize("page", PAGES)
def test_every_key_is_explained(page: str) -> None:
    told = set(re.findall(r"`\[?(\w+)(?:\]| = [^`]*)?`", text(page)))
    french = page.endswith(".fr.md")
    for keys in (flow_header.WHOLE, flow_header.START, flow_header.STEP):
        wanted = set(keys.values()) if french else set(keys)
        assert wanted - told <= {"step", "etape"}, wanted - told


@pytest.mark.parametrize("page", PAGES)
def test_every_condition_of_the_table_can_be_read(page: str) -> None:
    table = (
        text(page)
        .partition("## The questions" if "fr" not in page else "## Les questions")[2]
        .partition("**")[0]
    )
    conditions = [
        one
        for line in table.splitlines()
        if line.startswith("| `")
        for one in re.findall(r"`([^`]+)`", line.split("|")[1])
    ]
    assert len(conditions) == 8
    for one in conditions:
        assert words.read_condition(one)


@pytest.mark.parametrize("page", PAGES)
def test_every_wait_of_the_page_can_be_read(page: str) -> None:
    (line,) = [line for line in text(page).splitlines() if line.startswith(("| `wait`", "| `attendre`"))]
    for one in re.findall(r'`"([^"]+)"`', line):
        words.read_wait(one)


def test_the_help_shows_a_sequence_that_has_nothing_wrong() -> None:
    for shown in (sequence_file.HELP, sequence_file.HELP_FR):
        told = "\n".join(line.removeprefix("    ") for line in shown.splitlines())
        assert not [one for one in flow_check.problems(flow_file.read(told)) if one.is_grave]


def test_what_a_page_does_not_name_is_no_condition() -> None:
    with pytest.raises(UsageProblem):
        words.read_condition("read first")
