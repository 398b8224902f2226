"""What the screens look like, as plain text; run with PETITCRM_SNAPSHOTS=write to store them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from petitcrm import i18n
from petitcrm.config import Config
from tests.tui.firm import make_firm
from tests.tui.screens import MIDDLE, NARROW, WIDE, opened, text_of, until

pytestmark = pytest.mark.engines("sqlite")
SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = os.environ.get("PETITCRM_SNAPSHOTS") == "write"

# name: the mode it begins in, the keys, what must be on the screen before it is compared
SCREENS: dict[str, tuple[str, list[str], str]] = {
    "day": ("day", [], "14:30"),
    "funnel": ("funnel", [], "Vitrine|Boulangerie"),
    "sheet": ("day", ["down", "down", "down", "enter"], "jeanne@dupont.example"),
    "contacts": ("contacts", [], "Companies 8|Sociétés 8"),
    "companies": ("contacts", ["tab"], "Toutes les|All companies"),
    "views": ("contacts", ["f"], "built in|d’origine"),
    "help": ("funnel", ["question_mark"], "hjkl"),
    "log": ("day", ["c"], "LinkedIn"),
}


OF_MIDDLE_SIZE = ("contacts", "companies", "views")
"""Those whose columns are others at 120 cells."""
SIZED = [
    (name, size)
    for name in SCREENS
    for size in (NARROW, MIDDLE, WIDE)
    if size != MIDDLE or name in OF_MIDDLE_SIZE
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("name", "size"), SIZED, ids=[f"{name}-{wide}x{high}" for name, (wide, high) in SIZED]
)
async def test_a_screen_looks_as_it_did(
    config: Config, name: str, size: tuple[int, int], language: str
) -> None:
    i18n.use("en")
    make_firm(config)
    i18n.use(language)
    mode, keys, landmark = SCREENS[name]
    async with opened(config, size=size, mode=mode) as (app, pilot):
        if mode == "contacts":
            await until(pilot, lambda: any(mark in text_of(app) for mark in ("Companies 8", "Sociétés 8")))
        for key in keys:
            await pilot.press(key)
        await until(pilot, lambda: any(mark in text_of(app) for mark in landmark.split("|")))
        if size == WIDE and name in ("day", "funnel"):
            await until(pilot, lambda: app.screen.query_one("#peek").lines)  # type: ignore[attr-defined]
        await pilot.pause()
        shown = text_of(app) + "\n"
    stored = SNAPSHOTS / f"{name}-{size[0]}x{size[1]}-{language}.txt"
    if RENEW:
        stored.write_text(shown, encoding="utf-8")
    assert shown == stored.read_text(encoding="utf-8"), f"{stored.name} is no longer what is shown:\n{shown}"
