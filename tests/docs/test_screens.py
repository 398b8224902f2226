"""The pages that show the screens: every screen is on them, in both languages, and they ask nothing of the net."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
from textual.screen import Screen

import petitcrm.tui
from tools.pictures import LANGUAGES, PICTURES, UNSHOWN, local, page

DOCS = Path(__file__).parents[2] / "docs"


def screens() -> set[str]:
    """Return the name of every screen of the interface."""
    found = set()
    for module in pkgutil.walk_packages(petitcrm.tui.__path__, "petitcrm.tui."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if inspect.isclass(one) and issubclass(one, Screen) and one.__module__ == module.name:
                found.add(name)
    return found


def test_every_screen_is_shown_or_said_not_to_be() -> None:
    shown = {name for picture in PICTURES.values() for name in picture.shows}
    assert screens() - shown - set(UNSHOWN) == set(), (
        "add it to PICTURES of tools/pictures.py, then: make docs"
    )
    assert set(UNSHOWN) <= screens()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_fresh_and_its_pictures_are_there(language: str) -> None:
    written = (DOCS / {"en": "screens.md", "fr": "ecrans.md"}[language]).read_text(encoding="utf-8")
    assert written == page(language)
    for picture in re.findall(r"\]\((pictures/[^)]+)\)", written):
        assert (DOCS / picture).exists(), f"{picture}: make docs"


def test_no_picture_asks_anything_of_the_net() -> None:
    for picture in DOCS.rglob("*.svg"):
        text = picture.read_text(encoding="utf-8")
        assert "@import" not in text, picture
        assert "@font-face" not in text, picture
        assert "url(http" not in text, picture


def test_a_font_of_the_net_becomes_one_of_the_reader() -> None:
    face = '@font-face { font-family: "Fira Code"; src: url("https://cdn.example/f.woff2"); }'
    svg = face + " .a { font-family: Fira Code; }"
    assert "https://" not in local(svg)
    assert "monospace" in local(svg)
