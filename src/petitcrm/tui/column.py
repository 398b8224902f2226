"""A stage of the funnel as it stands on the board: its cards, which are seen, and where its cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.strip import Strip

from petitcrm.i18n import percent
from petitcrm.text import safe
from petitcrm.tui.cards import HEIGHT, card_spans, column_sums, count_in_short
from petitcrm.tui.spans import Span, fit, length

if TYPE_CHECKING:
    from datetime import date

    from petitcrm.store.queries.deals import Card
    from petitcrm.store.queries.deals import Column as Stage
    from petitcrm.tui.inks import Inks

_AHEAD = 12
"""Cards below the last one seen from which the next ones are asked for."""


class Column:
    """One stage, drawn by the board. It keeps its own cursor and how far it is scrolled."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cards = stage.cards
        self.at = 0
        self.top = 0
        self.height = 1
        self.drop_at: int | None = None
        self.dragged: int | None = None
        self.share = 0.0
        """How much of the worth of the pipeline is in this stage, from 0 to 1."""
        self.has_sums_above = False
        self._drawn: dict[tuple[int, int, int, str], Strip] = {}
        self._lines: dict[int, Strip] = {}
        self._state: tuple[object, ...] = ()

    @property
    def card(self) -> Card | None:
        """The card under the cursor of this column."""
        return self.cards[self.at] if 0 <= self.at < len(self.cards) else None

    @property
    def wants_more(self) -> bool:
        """Whether cards that were not read yet come near."""
        seen = (self.top + self.height) // HEIGHT
        return len(self.cards) < self.stage.number and max(seen, self.at) + _AHEAD >= len(self.cards)

    def show(self, stage: Stage, share: float = 0) -> None:
        """Replace the cards, which have a `share` of the worth of the pipeline; the cursor keeps its height."""
        self.stage, self.share = stage, share
        self.cards = stage.cards
        self.at = max(0, min(self.at, len(self.cards) - 1))
        self.forget()
        self._bound()

    def place(self, at: int) -> None:
        """Put the cursor on the card at a height, and bring it into view."""
        self.at = max(0, min(at, len(self.cards) - 1))
        self.keep_in_view()

    def keep_in_view(self) -> None:
        """Scroll until the card under the cursor is seen whole."""
        line = self.at * HEIGHT
        self.top = min(max(self.top, line + HEIGHT - self.height), line)
        self._bound()

    def scroll(self, lines: int) -> None:
        """Scroll, the cursor staying on its card."""
        self.top += lines
        self._bound()

    def place_under(self, y: int) -> int:
        """Return the number of the card at line `y` of what is seen; past the last one, their number."""
        return min(self._line_under(y) // HEIGHT, len(self.cards))

    def gap_under(self, y: int) -> int:
        """Return between which cards line `y` is: the upper half of a card is above it, the lower half below."""
        return min((self._line_under(y) + HEIGHT // 2) // HEIGHT, len(self.cards))

    def line(self, y: int, width: int, inks: Inks, today: date, *, here: bool) -> Strip:
        """Return line `y` of the column with its edges; drawn again only after something of it has changed."""
        state = (width, self.height, self.top, self.at, here, self.drop_at, self.dragged, self.has_sums_above)
        if state != self._state:
            self._state = state
            self._lines.clear()
        known = self._lines.get(y)
        if known is None:
            known = self._lines[y] = self._line(y, width, inks, today, here=here)
        return known

    def strip_line(self, y: int, width: int, inks: Inks) -> Strip:
        """Return line `y` of the column where it is folded: its number of deals, and its name from top to foot."""
        state = ("folded", width, self.height, self.drop_at is not None)
        if state != self._state:
            self._state = state
            self._lines.clear()
        known = self._lines.get(y)
        if known is None:
            known = self._lines[y] = self._strip_line(y, width, inks)
        return known

    def has_room_above(self, width: int) -> bool:
        """Tell whether the heading has room for the whole name, the number and the sums in `width` cells."""
        sums = column_sums(self.stage, 99)
        return cell_len(safe(self.stage.name)) + len(str(self.stage.number)) + cell_len(sums) + 10 <= width

    def forget(self) -> None:
        """Draw again: the cards, the colours or the day have changed."""
        self._drawn.clear()
        self._lines.clear()

    def _line(self, y: int, width: int, inks: Inks, today: date, *, here: bool) -> Strip:
        edge = "edge_over" if self.drop_at is not None else "edge_here" if here else "edge"
        if y == 0:
            return inks.strip(self._head(width, edge), width)
        if y > self.height:
            return inks.strip(self._foot(width, edge), width)
        right = inks.mark("┃", "dim") if self._is_thumb(y - 1) else inks.mark("│", edge)
        body = self._body(y - 1, width - 2, inks, today, here=here)
        return Strip.join([inks.mark("│", edge), body, right])

    def _head(self, width: int, edge: str) -> list[Span]:
        number = f" {self.stage.number} "
        sums = f" {column_sums(self.stage, width)} " if self.has_sums_above else ""
        room = max(1, width - cell_len(number) - 4)
        name = fit(self.stage.name, min(cell_len(safe(self.stage.name)), room))
        title: list[Span] = [(f" {name}", "strong"), (number, "dim")]
        fill = "─" * max(0, width - 3 - length(title) - cell_len(sums) - bool(sums))
        return [("╭─", edge), *title, (fill, edge), (sums, "amount"), ("─╮" if sums else "╮", edge)]

    def _foot(self, width: int, edge: str) -> list[Span]:
        """Return the lower edge: thick for the stage's share of the pipeline, which is also said in figures."""
        room = width - 8
        sums = "" if self.has_sums_above else column_sums(self.stage, room)
        part = percent(self.share) if self.share else ""
        said = " · ".join(filter(None, (sums, part)))
        if cell_len(said) > room:
            said = sums
        rule = width - (cell_len(said) + 5 if said else 2)
        thick = max(round(self.share * rule), self.share > 0)
        words: list[Span] = [(f" {said} ", "amount"), ("─", edge)] if said else []
        return [("╰", edge), ("━" * thick, "amount"), ("─" * (rule - thick), edge), *words, ("╯", edge)]

    def _strip_line(self, y: int, width: int, inks: Inks) -> Strip:
        is_over = self.drop_at is not None
        edge = "edge_over" if is_over else "edge"
        if y in (0, self.height + 1):
            return inks.strip([("╰" if y else "╭", edge), ("─" * (width - 1), edge)], width)
        letters = _letters(self.stage.name, self.height - 2)
        if y == 1:
            said, role = f"{count_in_short(self.stage.number):>{width - 1}}", "dim"
        elif is_over and y == self.height:
            said, role = "━" * (width - 1), "mark"
        else:
            said, role = f" {letters[y - 3] if 3 <= y < 3 + len(letters) else ''}", "strong"
        return inks.strip([("│", edge), (said, role)], width)

    def _body(self, y: int, width: int, inks: Inks, today: date, *, here: bool) -> Strip:
        line = y + self.top
        if self.drop_at is not None:
            mark = self.drop_at * HEIGHT
            if line == mark:
                return inks.mark("━" * width, "mark")
            if line > mark:
                line -= 1
        at, row = divmod(line, HEIGHT)
        if at >= len(self.cards):
            return inks.blank(width)
        ground = "cursor" if here and at == self.at else ""
        card = self.cards[at]
        key = (card.id, row, width, "ghost" if card.id == self.dragged else ground)
        if key not in self._drawn:
            spans = self._spans(card, row, width, today)
            if ground and row == 0:
                spans = [("▸", "key"), (spans[0][0][1:], spans[0][1]), *spans[1:]]
            self._drawn[key] = inks.strip(spans, width, ground)
        return self._drawn[key]

    def _is_thumb(self, y: int) -> bool:
        """Tell whether the scroll mark stands at line `y` of the edge."""
        total = self.stage.number * HEIGHT
        if total <= self.height:
            return False
        long = max(1, self.height * self.height // total)
        first = round(self.top * (self.height - long) / max(1, total - self.height))
        return first <= y < first + long

    def _spans(self, card: Card, row: int, width: int, today: date) -> list[Span]:
        spans = card_spans(card, row, width, today)
        if card.id != self.dragged:
            return spans
        return [(fit("".join(text for text, _role in spans), width), "ghost")]

    def _line_under(self, y: int) -> int:
        line = max(0, min(y, self.height - 1)) + self.top
        if self.drop_at is not None and line > self.drop_at * HEIGHT:
            line -= 1
        return line

    def _bound(self) -> None:
        lines = len(self.cards) * HEIGHT + (self.drop_at is not None)
        self.top = max(0, min(self.top, lines - self.height))


def _letters(name: str, room: int) -> list[str]:
    """Return the characters of a name as they stand one below the other; marks and joined signs stay with theirs."""
    letters: list[str] = []
    for character in safe(name):
        if letters and (not cell_len(character) or letters[-1].endswith("\u200d")):
            letters[-1] += character
        else:
            letters.append(character)
    return letters if len(letters) <= room else [*letters[: max(0, room - 1)], "⋮"]
