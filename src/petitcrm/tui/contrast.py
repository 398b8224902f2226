"""How well two colours are told apart, as WCAG 2.2 measures it, and a colour brought to be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.color import BLACK, WHITE

if TYPE_CHECKING:
    from textual.color import Color

TEXT, MARK = 4.5, 3.0
"""The least contrast of text and of what is larger (WCAG 2.2, success criteria 1.4.3 and 1.4.11)."""
_STEP = 0.06


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def legible(front: Color, back: Color, least: float) -> Color:
    """Return `front`, brought nearer to white or to black until it can be read on `back`."""
    end = WHITE if contrast(WHITE, back) > contrast(BLACK, back) else BLACK
    share = 0.0
    found = front
    while contrast(found, back) < least and share < 1:
        share += _STEP
        found = front.blend(end, min(share, 1))
    return found


def _luminance(colour: Color) -> float:
    red, green, blue = (_linear(part / 255) for part in (colour.r, colour.g, colour.b))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
