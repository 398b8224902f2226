"""Jump mode: letters over everything that can be pointed at; typing them goes there, without moving anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.binding import Binding
from textual.errors import NoWidget
from textual.screen import ModalScreen
from textual.strip import Strip

from petitcrm.i18n import N_, _
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import fit
from petitcrm.tui.spots import Spot, do

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.widget import Widget

    from petitcrm.tui.app import Interface

LETTERS = "sdfghjkmqaerztuypwxcvbn"
"""The home row first, on French and English keyboards alike; no i, l, o, which are read as 1 and 0."""


class JumpScreen(ModalScreen["Spot | None"]):
    """The screen below with its labels; gives the spot whose label is typed, or None."""

    app: Interface
    CSS_PATH = "questions.tcss"

    BINDINGS = [Binding("escape", "leave", N_("Leave"), id="jump.leave", priority=True)]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self._below = below
        self._typed = ""
        self._wrong = ""
        self.labels: dict[str, Spot] = {}
        """The spots by the letters over them."""
        self._rows: dict[int, list[tuple[int, str]]] = {}

    def on_mount(self) -> None:
        self._below.screen_layout_refresh_signal.subscribe(self, lambda _screen: self._look())
        self._look()

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "backspace":
            self._typed, self._wrong = self._typed[:-1], ""
        elif event.character and event.character.isprintable():
            self._take(event.character.lower())
        self.refresh()

    def on_click(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if y == self._line_of_words:
            strip = self._with_words(strip)
        for x, label in self._rows.get(y, ()):
            if label.startswith(self._typed):
                strip = _pasted(strip, x, self.app.inks.mark(label[len(self._typed) :], "label", "jump"))
        return strip

    def _take(self, letter: str) -> None:
        typed = self._typed + letter
        spot = self.labels.get(typed)
        if spot:
            self.dismiss(spot)
        elif any(label.startswith(typed) for label in self.labels):
            self._typed, self._wrong = typed, ""
        else:
            self._typed, self._wrong = "", typed

    def _look(self) -> None:
        """Give each spot its label: those of the list that has the keys come first, with one letter."""
        spots = list(spots_of(self._below))
        self.labels = dict(zip(labels(len(spots)), spots, strict=True))
        self._rows = {}
        for label, spot in self.labels.items():
            self._rows.setdefault(spot.region.y, []).append((spot.region.x, label))
        self.refresh()

    @property
    def _line_of_words(self) -> int:
        """The status line, where it is seen: nothing can be pointed at there."""
        for status in self._below.query("StatusLine"):
            return status.region.y
        return 0

    def _with_words(self, strip: Strip) -> Strip:
        words = keyed(_("Type the letters of the place to go to · {jump.leave} leaves"))
        look = "text"
        if self._wrong:
            words, look = (
                _("! No place has the letters {letters}.", letters=self._wrong) + " · " + words,
                "late",
            )
        start, room = 0, strip.cell_length
        if self._line_of_words == 0:  # beside the screens that the digits open, whose labels are needed
            start = max((x + 14 for x, _label in self._rows.get(0, ())), default=0)
            room = min(room - start, cell_len(words) + 2)
        if room < 4:
            return strip
        shown = fit(f" {words} ", room)
        return _pasted(strip, start, self.app.inks.mark(shown, look, "panel"))


def spots_of(screen: Screen[Any]) -> Iterator[Spot]:
    """Yield what can be pointed at on a screen, in cells of the screen; what has the keys first."""
    focused = screen.focused
    widgets = sorted(screen.query("*").results(), key=lambda widget: widget is not focused)
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        seen = _seen(screen, widget)
        if seen is None:
            continue
        for spot in _spots_in(widget):
            region = spot.region.translate(widget.region.offset)
            if seen.contains(region.x, region.y) and (region.x, region.y) not in taken:
                taken.add((region.x, region.y))
                yield Spot(region, spot.act)


def _seen(screen: Screen[Any], widget: Widget) -> Region | None:
    """Return the part of a widget that is seen, if any is."""
    if not widget.display:
        return None
    try:
        region = screen.find_widget(widget).visible_region
    except NoWidget:
        return None
    return region if region.area else None


def _spots_in(widget: Any) -> Iterator[Spot]:
    """Yield the spots of a widget; one that only takes the keys is one."""
    if hasattr(widget, "spots"):
        yield from widget.spots()
    elif widget.can_focus and not widget.disabled:
        yield Spot(widget.size.region, widget.focus)


def labels(number: int) -> list[str]:
    """Return as many labels: one letter each as long as there are enough, none of which begins another."""
    size = len(LETTERS)
    begun = max(0, -(-(number - size) // (size - 1)))
    singles = [*LETTERS[: max(0, size - begun)]]
    doubles = [first + second for first in LETTERS[size - begun :] for second in LETTERS]
    return (singles + doubles)[:number] if begun else singles[:number]


def _pasted(strip: Strip, x: int, over: Strip) -> Strip:
    """Return a line with another laid over it."""
    wide = strip.cell_length
    end = min(x + over.cell_length, wide)
    return Strip.join([strip.crop(0, x), over.crop(0, end - x), strip.crop(end, wide)])


async def jump(app: Interface) -> None:
    """Show the labels, and go where the person says."""
    below = app.screen
    if isinstance(below, JumpScreen):  # its key pressed again: it works everywhere, here too
        below.dismiss(None)
        return
    if not any(True for _spot in spots_of(below)):
        app.complain(_("There is nothing to jump to here."))
        return
    spot = await app.push_screen_wait(JumpScreen(below))
    if spot is not None:
        await do(spot)
