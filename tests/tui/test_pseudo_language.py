"""Every screen in a longer language: nothing is cut without saying so, nothing stays in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from petitcrm import dates, i18n
from petitcrm.config import Config
from tests.tui import firm as made
from tests.tui.pseudo import cut_off, messages, not_translated, spoken
from tests.tui.screens import MIDDLE, NARROW, WIDE, opened, text_of, until
from tests.tui.test_named_keys import SCREENS

pytestmark = pytest.mark.engines("sqlite")
DATA = Path(made.__file__).read_text(encoding="utf-8") + Path(dates.__file__).read_text(encoding="utf-8")
OTHERS = (
    "petitcrm mail setup langue language français english linkedin today yesterday tomorrow home base jeanne config "
    "toml hjkl jkgg hjklgg shift enter ctrl"
)
KNOWN = {word.lower() for word in re.findall(r"[^\W\d_]{2,}", DATA + OTHERS)}


@pytest.fixture(scope="module")
def pseudo() -> dict[str, str | tuple[str, str]]:
    return messages()


@pytest.mark.parametrize("size", [NARROW, MIDDLE, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", list(SCREENS))
async def test_nothing_is_cut_off_and_nothing_stays_in_english(
    firm: Config, pseudo: dict[str, str | tuple[str, str]], name: str, size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(i18n, "_catalogue", pseudo)
    ground, action, _wanted = SCREENS[name]
    async with opened(firm, size=size, mode=ground) as (app, pilot):
        if action:
            below = app.screen
            await app.run_action(action, app.screen)
            await until(pilot, lambda: app.screen is not below or "⟦" in text_of(app))
        await until(pilot, lambda: text_of(app).count("⟦") > 3)
        await pilot.pause()
        shown = text_of(app)
        if name == "guide":  # it lies in the middle of a page, which it cuts
            x, y, width, height = app.screen.query_one("#guide").region
            shown = "\n".join(row[x : x + width] for row in shown.splitlines()[y : y + height])
        assert cut_off(shown) == []
        assert not_translated(shown, KNOWN) == set()


def test_a_text_keeps_its_places_and_grows() -> None:
    assert spoken("{n} deals") == "⟦{n} déàls~~⟧"


def test_what_is_cut_without_an_ellipsis_is_found_and_what_is_wrapped_is_not() -> None:
    assert cut_off("⟦whole⟧ ⟦shorte… ⟦cut") == ["⟦whole⟧ ⟦shorte… ⟦cut"]
    assert cut_off("⟦begun here\nand ended⟧") == []
    assert not_translated("⟦Söld~⟧ Dupont Forgotten", {"dupont"}) == {"Forgotten"}
