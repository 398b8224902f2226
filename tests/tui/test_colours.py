"""Colours: read by weak eyes, told apart by eyes that see fewer of them, and never needed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from textual.color import Color

from petitcrm.config import Config
from petitcrm.tui.contrast import MARK, TEXT, contrast, legible
from petitcrm.tui.inks import _GROUNDS, _ROLES, Inks
from petitcrm.tui.themes import DARK, LIGHT, has_no_colours, name_of
from tests.tui.screens import opened, strips_of, text_of, until

pytestmark = pytest.mark.engines("sqlite")
THEMES = (DARK, LIGHT)
NO_TEXT = {"edge": 1.0, "edge_here": MARK, "edge_over": MARK, "ghost": MARK}

# Machado, Oliveira & Fernandes, “A Physiologically-based Model for Simulation of Color Vision Deficiency” (IEEE TVCG,
# 2009), severity 1.0, on linear RGB.
EYES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


APART = 9
"""Distance in CIELAB (CIE76) from which two colours are told apart at a glance; 2.3 is what can be seen at all."""


def inks(theme: Any) -> Inks:
    """Return the inks of one of petitcrm's own themes."""
    return Inks(theme.to_color_system().generate(), ansi=False)


def colours(style: Any) -> tuple[Color, Color]:
    """Return the colours of a style: in front, behind."""
    return Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", [ground for ground in _GROUNDS if ground != "jump"])
@pytest.mark.parametrize("role", [role for role in _ROLES if role != "label"])
def test_every_ink_can_be_read_on_every_ground(theme: Any, ground: str, role: str) -> None:
    front, back = colours(inks(theme).of(role, ground))
    assert contrast(front, back) >= NO_TEXT.get(role, TEXT) - 0.01


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_letters_of_jump_mode_can_be_read(theme: Any) -> None:
    assert contrast(*colours(inks(theme).of("label", "jump"))) >= TEXT


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    "name", ["text-success", "text-error", "text-warning", "accent", "primary", "foreground"]
)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_the_words_of_bars_and_questions_can_be_read(theme: Any, name: str, ground: str) -> None:
    known = theme.to_color_system().generate()
    assert contrast(Color.parse(known[name]), Color.parse(known[ground])) >= TEXT


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["background", "surface", "panel"])
def test_what_is_dimmed_can_be_read(theme: Any, ground: str) -> None:
    from petitcrm.tui.acting import _DIM

    known = theme.to_color_system().generate()
    back = Color.parse(known[ground])
    assert contrast(back.blend(Color.parse(known["foreground"]), _DIM), back) >= TEXT


def seen(colour: Color, matrix: Any) -> tuple[float, float, float]:
    """Return a colour, in CIELAB, as an eye sees it that lacks one kind of cones."""
    linear = [
        (part / 255) / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour.rgb
    ]
    red, green, blue = (
        min(max(sum(m * one for m, one in zip(row, linear, strict=True)), 0), 1) for row in matrix
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("eyes", list(EYES))
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_roles_that_mean_different_things_look_different_to_eyes_that_lack_a_colour(
    theme: Any, eyes: str
) -> None:
    for one, other in itertools.combinations(("late", "missing", "good", "amount"), 2):
        first, second = (seen(colours(inks(theme).of(role))[0], EYES[eyes]) for role in (one, other))
        apart = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5
        assert apart >= APART, (one, other, apart)


async def test_what_is_late_or_lacking_has_a_sign_too(firm: Config) -> None:
    async with opened(firm) as (app, _pilot):
        shown = text_of(app)
        assert " !  " in shown and " ?  " in shown


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    white, black = Color.parse("#ffffff"), Color.parse("#000000")
    assert legible(white, black, TEXT) == white
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(legible(Color.parse("#101010"), black, TEXT), black) >= TEXT


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"COLORFGBG": "0;15"}, LIGHT.name), ({"COLORFGBG": "15;0"}, DARK.name), ({}, DARK.name),
        ({"COLORFGBG": "0;default;15"}, LIGHT.name), ({"COLORFGBG": "rubbish"}, DARK.name),
        ({"COLORFGBG": "0;15", "NO_COLOR": "1"}, "ansi-dark"), ({"TERM": "dumb"}, "ansi-dark"),
        ({"TERM": "vt100"}, "ansi-dark"),
    ],
)  # fmt: skip
def test_auto_follows_what_the_terminal_says_of_itself(told: dict[str, str], wanted: str) -> None:
    assert name_of("auto", told) == wanted


def test_an_empty_no_color_is_none() -> None:
    assert not has_no_colours({"NO_COLOR": "", "TERM": "xterm-256color"})


@pytest.mark.parametrize("variable", [("NO_COLOR", "1"), ("TERM", "vt100"), ("TERM", "dumb")])
async def test_without_colours_the_cursor_is_reversed_and_has_a_sign(
    firm: Config, variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*variable)
    async with opened(firm) as (app, pilot):
        await until(pilot, lambda: "▸" in text_of(app))
        row = next(y for y, line in enumerate(text_of(app).splitlines()) if "▸" in line)
        strip = strips_of(app)[row]
        styles = [segment.style for segment in strip if segment.text.strip()]
        assert all(style and style.reverse for style in styles)


async def test_without_colours_none_is_sent(firm: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(firm, mode="funnel") as (app, _pilot):
        for strip in strips_of(app):
            for segment in strip.apply_filter(_no_colour(app), app.background_colors[0]):
                style = segment.style
                assert style is None or (_is_plain(style.color) and _is_plain(style.bgcolor)), segment


def _no_colour(app: Any) -> Any:
    return next(one for one in app.get_line_filters() if type(one).__name__ == "NoColor")


def _is_plain(colour: Any) -> bool:
    return colour is None or colour.is_default


async def test_in_the_sixteen_colours_of_the_terminal_no_other_is_used(firm: Config) -> None:
    async with opened(firm._replace(theme="terminal"), mode="funnel") as (app, _pilot):
        for strip in strips_of(app):
            for segment in strip:
                for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    assert colour is None or colour.is_system_defined, segment
