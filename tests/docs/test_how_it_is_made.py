"""What the README says of the house is true: each module and function that it names is there."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
HOUSE = {
    "cli",
    "tui",
    "imports",
    "exports",
    "connectors",
    "demo",
    "sales",
    "crm",
    "store",
    "text",
    "kinds",
    "agenda",
}
SHORT = {"agenda": "sales.agenda"}


def named() -> list[str]:
    """Return the dotted names of the section that walks through the code."""
    section = PAGE.partition("## How it is made")[2].partition("## Contributing")[0]
    names = re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", section)
    return sorted({name for name in names if name.partition(".")[0] in HOUSE and not name.endswith(".py")})


@pytest.mark.parametrize("name", named())
def test_a_name_of_the_walk_through_the_house_is_there(name: str) -> None:
    first, _dot, rest = name.partition(".")
    words = f"petitcrm.{SHORT.get(first, first)}.{rest}".split(".")
    at = next(n for n in range(len(words), 0, -1) if _is_module(".".join(words[:n])))
    found = importlib.import_module(".".join(words[:at]))
    for word in words[at:]:
        found = getattr(found, word)


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_the_walk_names_a_day_an_import_and_a_move() -> None:
    assert {"sales.agenda.day", "imports.importer.run_source", "sales.deals.move"} <= set(named())
