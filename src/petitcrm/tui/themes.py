"""The colours of the interface: one dark and one light, calm, with red and amber kept for what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK = Theme(
    name="petitcrm-dark",
    dark=True,
    background="#15181c",
    surface="#1b1f24",
    panel="#262c33",
    foreground="#d5dae0",
    primary="#6fb1e0",
    secondary="#8aa4bd",
    accent="#8fc7ef",
    success="#7fc79a",
    warning="#e2b45c",
    error="#ee7f7a",
    variables={"border": "#3a434d", "block-cursor-text-style": "none"},
)

LIGHT = Theme(
    name="petitcrm-light",
    dark=False,
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e6e3db",
    foreground="#23282d",
    primary="#1c6399",
    secondary="#4a6279",
    accent="#17588a",
    success="#21703f",
    warning="#8a5a00",
    error="#b3302b",
    variables={"border": "#c3beb2", "block-cursor-text-style": "none"},
)

NAMES = {"dark": DARK.name, "light": LIGHT.name, "terminal": "ansi-dark"}
"""What Textual calls the colours that the file of choices may name."""

_WITHOUT_COLOURS = ("dumb", "vt100", "vt102", "vt220", "vt320")
"""Terminals that have attributes at the most."""
_LIGHT = ("7", "9", "10", "11", "12", "13", "14", "15")


def name_of(theme: str, environment: Mapping[str, str]) -> str:
    """Return what Textual calls the colours of a choice, on the terminal of an environment.

    `auto` goes by COLORFGBG, which terminals set that tell their background. They could be asked too (OSC 11), but an
    answer that comes late would be taken for keys.
    """
    if has_no_colours(environment):
        return NAMES["terminal"]  # its cursor is reversed, not coloured
    if theme == "auto":
        return NAMES["light" if environment.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT else "dark"]
    return NAMES[theme]


def has_no_colours(environment: Mapping[str, str]) -> bool:
    """Tell whether nothing may be told by a colour: NO_COLOR (no-color.org), or a terminal that has none."""
    return bool(environment.get("NO_COLOR")) or environment.get("TERM", "") in _WITHOUT_COLOURS
