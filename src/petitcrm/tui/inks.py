"""The colours of what is drawn line by line: a style for each role, on each ground, from the theme in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from petitcrm.text import safe
from petitcrm.tui.contrast import MARK, TEXT, legible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petitcrm.tui.spans import Span

# role: (variable of the theme, share of it over the ground, attributes)
_ROLES: dict[str, tuple[str, float, str]] = {
    "text": ("foreground", 1, ""),
    "strong": ("foreground", 1, "bold"),
    "dim": ("foreground", 0.62, "dim"),
    "late": ("error", 1, "bold"),
    "missing": ("warning", 1, ""),
    "good": ("success", 1, ""),
    "head": ("foreground", 0.62, "underline"),
    "title": ("primary", 1, "bold"),
    "amount": ("accent", 1, ""),
    "key": ("accent", 1, "bold"),
    "mark": ("success", 1, "bold"),
    "ghost": ("foreground", 0.42, "italic"),
    "label": ("background", 1, "bold"),
    "edge": ("border", 1, "dim"),
    "edge_here": ("primary", 1, ""),
    "edge_over": ("success", 1, ""),
}
# ground: (variable of the theme, share of it over the background, attributes where colours cannot be mixed)
_GROUNDS: dict[str, tuple[str, float, str]] = {
    "": ("background", 1, ""),
    "panel": ("surface", 1, ""),
    "cursor": ("primary", 0.28, "reverse"),
    "resting": ("foreground", 0.1, ""),
    "marked": ("success", 0.14, ""),
    "jump": ("warning", 1, "reverse"),
    "carried": ("primary", 0.55, "reverse"),
}


# role: the contrast that it needs, where it is no text that must be read; an edge only parts what is apart already
_NEEDS = {"edge": 1.0, "edge_here": MARK, "edge_over": MARK, "ghost": MARK}


class Inks:
    """The styles of one theme. Colour is never the only sign: each role also has its words or its mark."""

    def __init__(self, variables: Mapping[str, str], *, ansi: bool) -> None:
        self._colours = variables
        self._ansi = ansi
        self._known: dict[tuple[str, str], Style] = {}
        self._marks: dict[tuple[str, str, str], Strip] = {}

    def of(self, role: str, ground: str = "") -> Style:
        """Return the style of a role on a ground."""
        known = self._known.get((role, ground))
        if known is None:
            known = self._known[role, ground] = self._mixed(role, ground)
        return known

    def strip(self, spans: Sequence[Span], width: int, ground: str = "") -> Strip:
        """Return the line to draw, exactly `width` cells wide. Everything shown goes through `safe` here."""
        segments = [Segment(safe(text), self.of(role, ground)) for text, role in spans if text]
        return Strip(segments).adjust_cell_length(width, self.of("text", ground))

    def blank(self, width: int, ground: str = "") -> Strip:
        """Return an empty line; the same one for all, since Textual keeps with it how it is sent to the terminal."""
        return self.mark(" " * width, "text", ground)

    def mark(self, text: str, role: str, ground: str = "") -> Strip:
        """Return a line made of our own text, kept: edges, rules, empty lines."""
        known = self._marks.get((text, role, ground))
        if known is None:
            known = self._marks[text, role, ground] = Strip([Segment(text, self.of(role, ground))])
        return known

    def _mixed(self, role: str, ground: str) -> Style:
        name, share, look = _ROLES[role]
        under, weight, instead = _GROUNDS[ground]
        if self._ansi:  # the terminal's own sixteen colours cannot be mixed
            if instead:
                return Style.parse(f"{instead} bold")
            attributes = Style.parse(look or "none")
            return (
                attributes
                if share < 1 or name in ("foreground", "border")
                else attributes + self._plain(name)
            )
        back = self._colour("background").blend(self._colour(under), weight)
        front = legible(back.blend(self._colour(name), share), back, _NEEDS.get(role, TEXT))
        attributes = Style.parse(look.replace("dim", "") or "none")
        return Style(color=front.rich_color, bgcolor=back.rich_color) + attributes

    def _plain(self, name: str) -> Style:
        return Style(color=self._colour(name).rich_color)

    def _colour(self, name: str) -> Color:
        return Color.parse(self._colours.get(name, "#808080"))
