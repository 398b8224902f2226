"""A stage of the funnel: a column of cards that draws only those that are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView

from petitcrm.text import safe
from petitcrm.tui.cards import HEIGHT, card_spans, column_total
from petitcrm.tui.spans import COMPONENTS, Inks, fit

if TYPE_CHECKING:
    from datetime import date

    from textual.strip import Strip

    from petitcrm.store.queries.deals import Card
    from petitcrm.store.queries.deals import Column as Stage


class Column(ScrollView, can_focus=False):
    """One stage. It keeps the place of its own cursor; the board says which column the person is in."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = COMPONENTS

    def __init__(self, stage_id: int) -> None:
        super().__init__()
        self.stage_id = stage_id
        self.cards: list[Card] = []
        self.at = 0
        self.here = False
        self.drop_at: int | None = None
        self.dragged: int | None = None
        self.stage_name = ""
        self._today: date | None = None
        self._inks = Inks(self)
        self._drawn: dict[tuple[int, int, int, str], Strip] = {}

    @property
    def room(self) -> Size:
        """The cells to draw in, without the scroll bar."""
        return self.scrollable_content_region.size

    @property
    def card(self) -> Card | None:
        """The card under the cursor of this column."""
        return self.cards[self.at] if 0 <= self.at < len(self.cards) else None

    def show(self, stage: Stage, today: date) -> None:
        """Replace the cards; the cursor keeps its height."""
        self.cards = stage.cards
        self.stage_name = stage.name
        self._today = today
        self.at = max(0, min(self.at, len(self.cards) - 1))
        self._drawn.clear()
        self.border_title = Content.assemble(safe(stage.name), (f" {len(stage.cards)}", "dim"))
        self.border_subtitle = Content(column_total(stage))
        self._measure()
        self.refresh()

    def place(self, at: int) -> None:
        """Put the cursor on the card at a height, and bring it into view."""
        self.at = max(0, min(at, len(self.cards) - 1))
        self.keep_in_view()
        self.refresh()

    def enter(self, here: bool) -> None:
        """Take or give back the cursor of the board."""
        if here != self.here:
            self.here = here
            self.set_class(here, "-at")
            self.refresh()

    def keep_in_view(self) -> None:
        """Scroll until the card under the cursor is seen whole."""
        if self.room.height:
            self.scroll_to_region(Region(0, self.at * HEIGHT, 1, HEIGHT), animate=False, force=True)

    def show_drop(self, at: int | None) -> None:
        """Draw the mark where the dragged card would fall; None takes it away."""
        if at != self.drop_at:
            self.drop_at = at
            self.set_class(at is not None, "-over")
            self._measure()
            self.refresh()

    def place_under(self, y: int) -> int:
        """Return the number of the card at line `y` of what is seen; past the last one, their number."""
        line = max(0, y) + self.scroll_offset.y
        if self.drop_at is not None and line > self.drop_at * HEIGHT:
            line -= 1
        return min(line // HEIGHT, len(self.cards))

    def gap_under(self, y: int) -> int:
        """Return between which cards line `y` is: the upper half of a card is above it, the lower half below."""
        line = max(0, y) + self.scroll_offset.y
        if self.drop_at is not None and line > self.drop_at * HEIGHT:
            line -= 1
        return min((line + HEIGHT // 2) // HEIGHT, len(self.cards))

    def render_line(self, y: int) -> Strip:
        width = self.room.width
        line = y + self.scroll_offset.y
        if self.drop_at is not None:
            mark = self.drop_at * HEIGHT
            if line == mark:
                return self._inks.strip([("━" * width, "mark")], width)
            if line > mark:
                line -= 1
        at, row = divmod(line, HEIGHT)
        if at >= len(self.cards) or self._today is None:
            return self._inks.strip([], width)
        return self._line_of(at, row, width)

    def notify_style_update(self) -> None:
        """Draw again in the colours of the new theme."""
        super().notify_style_update()
        self._inks.forget()
        self._drawn.clear()

    def on_resize(self) -> None:
        self._measure()

    def _line_of(self, at: int, row: int, width: int) -> Strip:
        card = self.cards[at]
        ground = "cursor" if self.here and at == self.at else ""
        if card.id == self.dragged:
            ground = "dragged"
        known = self._drawn.get((card.id, row, width, ground))
        if known is None and self._today is not None:
            spans = card_spans(card, row, width, self._today)
            if ground == "cursor" and row == 0:
                spans = [("▸", "key"), (spans[0][0][1:], spans[0][1]), *spans[1:]]
            if ground == "dragged":
                spans = [(fit("".join(text for text, _role in spans), width), "ghost")]
            known = self._inks.strip(spans, width, "cursor" if ground == "cursor" else "")
            self._drawn[card.id, row, width, ground] = known
        return known or self._inks.strip([], width)

    def _measure(self) -> None:
        lines = len(self.cards) * HEIGHT + (self.drop_at is not None)
        self.virtual_size = Size(self.room.width, lines)
