"""The colours of the interface: one dark and one light, calm, with red and amber kept for what is wrong."""

from __future__ import annotations

from textual.theme import Theme

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
