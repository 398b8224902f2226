"""A list of any length that draws only the lines that are seen, with a cursor on those that can be chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from petitcrm.i18n import N_
from petitcrm.tui.spans import Span
from petitcrm.tui.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual import events
    from textual.strip import Strip

    from petitcrm.tui.app import Interface
    from petitcrm.tui.inks import Inks

Key = tuple[str, int]
"""What a line is about: ("task", 12)."""


class Line(NamedTuple):
    """One line; `draw` gives its spans for a width, and only what has a key can be chosen."""

    draw: Callable[[int], Sequence[Span]]
    key: Key | None = None
    held: Any = None
    """What the page needs to act on the line: the row it shows, until the next reading."""
    said: Callable[[], str] | None = None
    """The line as a sentence, where it is told to a screen reader: else it is made of what is drawn."""


MOVES = [
    Binding("down,j", "move(1)", N_("Move the cursor"), id="list.down", show=False),
    Binding("up,k", "move(-1)", N_("Move the cursor"), id="list.up", show=False),
    Binding("pagedown,ctrl+d", "page(1)", N_("Move the cursor"), id="list.page_down", show=False),
    Binding("pageup,ctrl+b", "page(-1)", N_("Move the cursor"), id="list.page_up", show=False),
    Binding("home,g", "end(0)", N_("Move the cursor"), id="list.home", show=False),
    Binding("end,G", "end(1)", N_("Move the cursor"), id="list.end", show=False),
]
"""The keys that lead the cursor of a list."""


class Lines(ScrollView, can_focus=True):
    """A column of lines. It holds keys; the page reads the base again after a change and gives all lines anew."""

    ALLOW_SELECT = False
    app: Interface
    is_led = False
    """Whether its cursor is led from a line that is typed above it, which has the keys."""
    BINDINGS = [*MOVES, Binding("enter,right,l", "open", N_("Open"), id="list.open", show=False)]

    class Chosen(Message):
        """The cursor stands on another line, or the lines are new."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.lines = lines

    class Opened(Message):
        """A line is opened, by ⏎ or a double click."""

        def __init__(self, lines: Lines, line: Line) -> None:
            super().__init__()
            self.lines = lines
            self.line = line

    class NearEnd(Message):
        """The end of the list comes into view."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.lines = lines

    def __init__(self, *, id: str, ground: str = "") -> None:
        super().__init__(id=id)
        self.lines: list[Line] = []
        self._given: list[Line] = []
        self.at = -1
        self._ground = ground
        self._inks: Inks | None = None
        self._drawn: dict[tuple[int, int, str], Strip] = {}

    def show(self, lines: list[Line], *, choose: Key | None = None) -> None:
        """Replace all lines; the cursor stays on the same key, else on the same height."""
        wanted = choose or self.key
        height = self.at
        self._given = lines
        self.lines = self.app.in_its_way(lines, self.room.width) if self.is_attached else lines
        self._drawn.clear()
        self.at = self._place_of(wanted, height)
        self._measure()
        self._keep_in_view()
        self.refresh()
        self._point()
        self.post_message(self.Chosen(self))

    @property
    def room(self) -> Size:
        """The cells to draw in, without the scroll bar."""
        return self.scrollable_content_region.size

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        return self.lines[self.at] if 0 <= self.at < len(self.lines) else None

    @property
    def key(self) -> Key | None:
        """What the cursor stands on."""
        line = self.line
        return line.key if line else None

    def choose(self, at: int) -> None:
        """Put the cursor on a line, if it can be chosen."""
        if not (0 <= at < len(self.lines)) or self.lines[at].key is None or at == self.at:
            return
        self.at = at
        self._keep_in_view()
        self.refresh()
        self._point()
        self.post_message(self.Chosen(self))

    def turn_part(self, step: int, part_of: Callable[[Line], str]) -> None:
        """Put the cursor on the first line of the next part that can be chosen, or of the one above."""
        firsts: dict[str, int] = {}
        for at, line in enumerate(self.lines):
            if line.key is not None:
                firsts.setdefault(part_of(line), at)
        places = list(firsts.values())
        here = sum(at <= self.at for at in places)
        if places:
            self.choose(places[(here - 1 + step) % len(places)])

    def spots(self) -> Iterator[Spot]:
        """Yield the lines that are seen and can be chosen."""
        top = self.scroll_offset.y
        for at in range(top, min(top + self.room.height, len(self.lines))):
            if self.lines[at].key is not None:
                yield Spot(Region(0, at - top, self.room.width, 1), partial(self._go_to, at))

    def _go_to(self, at: int) -> None:
        if self.can_focus and not self.is_led:
            self.focus()
        self.choose(at)

    def action_move(self, step: int) -> None:
        self._walk(self.at + step, step)

    def action_page(self, step: int) -> None:
        height = max(1, self.room.height - 1)
        self._walk(min(max(self.at + step * height, 0), len(self.lines) - 1), step)

    def action_end(self, last: int) -> None:
        self._walk(len(self.lines) - 1 if last else 0, -1 if last else 1)

    def action_open(self) -> None:
        if self.line and self.line.key:
            self.post_message(self.Opened(self, self.line))

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        width = self.room.width
        inks = self.app.inks
        if inks is not self._inks:  # another theme
            self._inks = inks
            self._drawn.clear()
        if at >= len(self.lines):
            return inks.blank(width, self._ground)
        ground = ("cursor" if self.has_focus or self.is_led else "resting") if at == self.at else self._ground
        known = self._drawn.get((at, width, ground))
        if known is None:
            spans = self.lines[at].draw(width)
            if ground == "cursor" and spans and spans[0][0].startswith(" "):  # seen without colours too
                spans = [("▸", "key"), (spans[0][0][1:], spans[0][1]), *spans[1:]]
            known = self._drawn[at, width, ground] = inks.strip(spans, width, ground)
        return known

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.lines and new_value + self.room.height >= len(self.lines) - 2:
            self.post_message(self.NearEnd(self))

    def on_resize(self) -> None:
        if self.app.is_linear:  # sentences are cut into other lines
            self.show(self._given)
        self._measure()
        self._keep_in_view()

    def on_focus(self) -> None:
        self._point()

    def _point(self) -> None:
        if self.has_focus and self.at >= 0:
            self.app.point_at(self)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.choose(event.y + self.scroll_offset.y)

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2 and event.y + self.scroll_offset.y == self.at:
            self.action_open()

    def _measure(self) -> None:
        wanted = Size(self.room.width, len(self.lines))
        if wanted != self.virtual_size:  # setting it lays the whole screen out again
            self.virtual_size = wanted

    def _walk(self, at: int, step: int) -> None:
        """Go to the first line that can be chosen from `at` on; where there is none, show what is there to read."""
        while 0 <= at < len(self.lines):
            if self.lines[at].key is not None:
                self.choose(at)
                break
            at += step
        else:
            self.scroll_relative(y=step, animate=False)
        if self.at >= len(self.lines) - 3:
            self.post_message(self.NearEnd(self))

    def _place_of(self, wanted: Key | None, height: int) -> int:
        chosen = [at for at, line in enumerate(self.lines) if line.key is not None]
        if not chosen:
            return -1
        for at in chosen:
            if wanted is not None and self.lines[at].key == wanted:
                return at
        return next((at for at in chosen if at >= height), chosen[-1])

    def _keep_in_view(self) -> None:
        if self.at < 0 or not self.room.height:
            return
        first = self.at
        while first > 0 and self.lines[first - 1].key is None and self.at - first < 2:
            first -= 1  # the title of a section comes into view with its first line
        self.scroll_to_region(Region(0, first, 1, self.at - first + 1), animate=False, force=True)
