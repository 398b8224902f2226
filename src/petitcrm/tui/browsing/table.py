"""A list of any length as columns: it knows the ids, holds the rows that are near, and draws those that are seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.widget import Widget

from petitcrm.i18n import _
from petitcrm.tui.browsing.columns import MARGIN, Placed, laid_out, row_spans
from petitcrm.tui.lines import MOVES
from petitcrm.tui.spans import Span, cut, fit, wrap
from petitcrm.tui.spots import Spot, point, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual import events
    from textual.strip import Strip

    from petitcrm.tui.app import Interface
    from petitcrm.tui.inks import Inks
    from petitcrm.tui.lines import Line

_AHEAD = 90
"""Rows above and below what is seen that are read before they are needed."""
_MOST_KEPT = 4000


class Table(ScrollView, can_focus=True):
    """The rows. It holds ids and a few rows; the page reads the base and gives them."""

    ALLOW_SELECT = False
    app: Interface
    BINDINGS = [*MOVES]

    class Opened(Message):
        """The row under the cursor is opened."""

    class Wanted(Message):
        """Rows that are seen, or nearly, were not read yet."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.noun = "contact"
        self.sort = "name"
        self.ids: Sequence[int] = []
        self.number = 0
        self.at = 0
        self.marks: set[int] = set()
        self.range_from: int | None = None
        """Where a range of marks began, while one is being drawn."""
        self.columns: list[Placed] = []
        self.empty: list[Line] = []
        self.without: frozenset[str] = frozenset({"owner"})
        self.on_chosen: Callable[[], object] = lambda: None
        """Called when the cursor stands on another row, or the marks have changed.

        At once, and not by a message: what is said of a row then comes in the same frame as its cursor.
        """
        self.on_columns: Callable[[], object] = lambda: None
        """Called when other columns, or others widths of them, are drawn."""
        self.is_led = False
        """Whether its cursor is led from the line that is typed above it."""
        self.tall = 1
        """Lines of each row: as many as the longest sentence needs, where rows are told in sentences."""
        self._before: set[int] = set()
        self._rows: dict[int, Any] = {}
        self._drawn: dict[tuple[int, str, bool, int], Strip] = {}
        self._inks: Inks | None = None
        self._asked = False

    # ---------------------------------------------------------------------------------------------------- content

    def show(self, ids: Sequence[int], number: int, rows: Iterable[Any], *, follow: int | None) -> None:
        """Replace the list; the cursor follows row `follow` where it is now, else keeps its height."""
        self.ids, self.number = ids, max(number, len(ids))
        self._rows = {row.id: row for row in rows}
        self.at = self._place_of(follow)
        self.forget()
        self._measure()
        self._keep_in_view()
        self._point()
        self.on_chosen()

    def add(self, ids: Iterable[int], rows: Iterable[Any]) -> None:
        """Take rows that were wanted; ids without a row are gone from the base."""
        self._asked = False
        lacked = {row_id for row_id in self._seen() if row_id not in self._rows}
        if len(self._rows) > _MOST_KEPT:
            near = set(self._near())
            self._rows = {row_id: row for row_id, row in self._rows.items() if row_id in near}
            self._drawn.clear()
        self._rows |= dict.fromkeys(ids)
        self._rows |= {row.id: row for row in rows}
        self._stretch()
        if lacked:  # what was only near is drawn when it is seen
            self.refresh()
            self.on_chosen()

    def lacking(self) -> list[int]:
        """Return the ids near what is seen whose rows were not read yet."""
        return [row_id for row_id in self._near() if row_id not in self._rows]

    @property
    def id_here(self) -> int | None:
        """The id under the cursor."""
        return self.ids[self.at] if 0 <= self.at < len(self.ids) else None

    @property
    def row(self) -> Any:
        """The row under the cursor, once it was read."""
        here = self.id_here
        return self._rows.get(here) if here is not None else None

    def row_of(self, row_id: int) -> Any:
        """Return a row that is near, by its id."""
        return self._rows.get(row_id)

    def forget(self) -> None:
        """Draw everything again: the rows, the columns, the colours or the day have changed."""
        self.columns = laid_out(self.noun, self.room.width, self.sort, without=self.without)
        self._drawn.clear()
        self._stretch()
        self.refresh()
        self.on_columns()

    @property
    def room(self) -> Size:
        """The cells to draw in, without the scroll bar."""
        return self.scrollable_content_region.size

    # ----------------------------------------------------------------------------------------------------- cursor

    def choose(self, at: int) -> None:
        """Put the cursor on a row; only what changes is drawn again."""
        at = max(0, min(at, len(self.ids) - 1))
        if at == self.at or not self.ids:
            return
        before, top = self.at, self.scroll_offset.y
        self.at = at
        if self.range_from is not None:
            self._mark_range()
        self._keep_in_view()
        if self.scroll_offset.y == top and self.range_from is None and self.tall == 1:
            self.refresh_line(before)
            self.refresh_line(at)
        else:
            self.refresh()
        self._ask_for_rows()
        self._point()
        self.on_chosen()

    def _point(self) -> None:
        if self.has_focus and self.ids:
            self.app.point_at(self)

    def spots(self) -> Iterator[Spot]:
        """Yield the rows that are seen."""
        for at in range(self._top, min(self._top + self._high, len(self.ids))):
            place = Region(0, at * self.tall - self.scroll_offset.y, self.room.width, self.tall)
            yield Spot(place, partial(self._go_to, at))

    def _go_to(self, at: int) -> None:
        if not self.is_led:
            self.focus()
        self.range_from = None
        self.choose(at)

    def action_move(self, step: int) -> None:
        self.choose(self.at + step)

    def action_page(self, step: int) -> None:
        self.choose(self.at + step * max(1, self._high - 1))

    def action_end(self, last: int) -> None:
        self.choose(len(self.ids) - 1 if last else 0)

    def _keep_in_view(self) -> None:
        height = self.room.height
        if not height:
            return
        tall = self.tall
        top = min(max(self.scroll_offset.y, (self.at + 1) * tall - height), self.at * tall)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def _place_of(self, followed: int | None) -> int:
        if followed is not None:
            try:
                return self.ids.index(followed)
            except ValueError:
                pass
        return max(0, min(self.at, len(self.ids) - 1))

    # ------------------------------------------------------------------------------------------------------ marks

    def toggle(self) -> None:
        """Mark the row under the cursor or take its mark away, and go to the next one."""
        here = self.id_here
        if here is None:
            return
        self.range_from = None
        self.marks ^= {here}
        self.refresh()
        self.choose(self.at + 1)
        self.on_chosen()

    def toggle_all(self) -> None:
        """Mark all of the list, or take the marks of all away where they have them."""
        self.range_from = None
        everybody = set(self.ids)
        self.marks = self.marks - everybody if everybody <= self.marks else self.marks | everybody
        self._marks_changed()

    def unmark(self) -> None:
        """Take all marks away."""
        self.range_from = None
        self.marks = set()
        self._marks_changed()

    def begin_range(self) -> None:
        """Mark from here to wherever the cursor goes, until it is ended in the same way."""
        if self.range_from is not None or not self.ids:
            self.range_from = None
            self._marks_changed()
            return
        self.range_from, self._before = self.at, set(self.marks)
        self._mark_range()
        self._marks_changed()

    def extend(self, step: int) -> None:
        """Mark the row under the cursor and the next one."""
        if self.range_from is None:
            self.range_from, self._before = self.at, set(self.marks)
            self._mark_range()
        self.choose(self.at + step)
        self._marks_changed()

    def extend_to(self, at: int) -> None:
        """Mark from the cursor, or from where a range began, to a row."""
        if self.range_from is None:
            self.range_from, self._before = self.at, set(self.marks)
        self.choose(at)
        self._mark_range()
        self._marks_changed()

    def _mark_range(self) -> None:
        anchor = self.range_from if self.range_from is not None else self.at
        first, last = sorted((anchor, self.at))
        self.marks = self._before | set(self.ids[first : last + 1])

    def _marks_changed(self) -> None:
        self.refresh()
        self.on_chosen()

    # ---------------------------------------------------------------------------------------------------- drawing

    def render_line(self, y: int) -> Strip:
        width, inks = self.room.width, self.app.inks
        if inks is not self._inks:  # another theme
            self._inks = inks
            self._drawn.clear()
        at, piece = divmod(y + self.scroll_offset.y, self.tall)
        if not self.ids and not self.number:
            return inks.strip(self.empty[y].draw(width), width) if y < len(self.empty) else inks.blank(width)
        if at >= len(self.ids):
            return inks.blank(width)
        row_id = self.ids[at]
        marked = row_id in self.marks
        ground = "marked" if marked else ""
        if at == self.at:
            ground = "cursor" if self.has_focus or self.is_led else "resting"
        known = self._drawn.get((row_id, ground, marked, piece))
        return known if known is not None else self._draw(row_id, ground, piece, inks)

    def _draw(self, row_id: int, ground: str, piece: int, inks: Inks) -> Strip:
        row, width, marked = self._rows.get(row_id), self.room.width, row_id in self.marks
        if row is None:
            if row_id in self._rows:  # gone since the list was read
                return inks.strip([("  –", "ghost")], width, ground)
            self._ask_for_rows()
            return inks.strip([("  …", "dim")], width, ground)
        spans = row_spans(row, self.columns, self.app.now, marked=marked)
        if self.app.is_linear:
            said = self._in_words(row, marked=marked)
            spans = [(said[piece] if piece < len(said) else "", "text")]
        elif ground == "cursor":
            spans[0] = ("▸", "key")
        strip = self._drawn[row_id, ground, marked, piece] = inks.strip(spans, width, ground)
        return strip

    def _stretch(self) -> None:
        """Give each row the lines that the longest of them needs: nothing that is told is cut."""
        if not self.app.is_linear:
            return
        tall = max((len(self._in_words(row, marked=True)) for row in self._rows.values() if row), default=1)
        if tall != self.tall:
            self.tall = tall
            self._measure()
            self._keep_in_view()
            self._point()

    def _in_words(self, row: Any, *, marked: bool) -> list[str]:
        """Return a row as sentences, with all that the widest screen would show of it, line by line."""
        from petitcrm.tui.linear.words import BROAD, sentence

        columns = laid_out(self.noun, BROAD, self.sort, without=self.without)
        columns = [one._replace(width=BROAD) for one in columns]  # none of them is cut
        said = sentence(row_spans(row, columns, self.app.now, marked=False))
        return wrap(f"{_('Marked.')} {said}" if marked else said, max(self.room.width - 1, 10))

    @property
    def _top(self) -> int:
        """The first row that is seen."""
        return int(self.scroll_offset.y) // self.tall

    @property
    def _high(self) -> int:
        """How many rows are seen."""
        return max(1, self.room.height // self.tall)

    def _seen(self) -> Sequence[int]:
        top = self._top
        return self.ids[top : top + max(self.size.height, 1)]

    def _near(self) -> Sequence[int]:
        top = self._top
        return self.ids[max(0, top - _AHEAD) : top + max(self.size.height, 1) + _AHEAD]

    def _ask_for_rows(self) -> None:
        """Ask for rows before they are seen, once at a time."""
        if self._asked:
            return
        top, height = self._top, max(self.size.height, 1)
        edges = self.ids[max(0, top - height) : top + 2 * height]
        if any(row_id not in self._rows for row_id in edges):
            self._asked = True
            self.post_message(self.Wanted())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._ask_for_rows()

    def on_resize(self) -> None:
        self._measure()
        self.forget()
        self._keep_in_view()

    def on_focus(self) -> None:
        self.refresh()
        self._point()

    def on_blur(self) -> None:
        self.refresh()

    def _measure(self) -> None:
        wanted = Size(self.room.width, self.number * self.tall)
        if wanted != self.virtual_size:  # setting it lays the whole screen out again
            self.virtual_size = wanted

    # ------------------------------------------------------------------------------------------------------ mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        at = (event.y + self.scroll_offset.y) // self.tall
        if event.button != 1 or at >= len(self.ids):
            return
        if event.shift:
            self.extend_to(at)
            return
        self.range_from = None
        self.choose(at)
        if event.ctrl or event.x < MARGIN:
            self.marks ^= {self.ids[at]}
            self._marks_changed()

    def on_click(self, event: events.Click) -> None:
        at = (event.y + self.scroll_offset.y) // self.tall
        if event.chain == 2 and at == self.at and event.x >= MARGIN and not (event.shift or event.ctrl):
            self.post_message(self.Opened())


class Headings(Widget):
    """The titles of the columns; a click on one sorts by it, and an arrow says in which direction."""

    ALLOW_SELECT = False
    app: Interface

    class Sorted(Message):
        """A title was clicked."""

        def __init__(self, sort: str) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self, table: Table, *, id: str) -> None:
        super().__init__(id=id)
        self._table = table
        self.descending = False
        table.on_columns = self.refresh

    def render_line(self, y: int) -> Strip:
        spans: list[Span] = [(" " * MARGIN, "text")]
        for column, width, _start in self._table.columns if not y else ():
            here = bool(column.sort) and column.sort == self._table.sort
            arrow = (" ▼" if self.descending else " ▲") if here else ""
            title = fit(_(column.title), max(0, min(width - len(arrow), len(_(column.title)))))
            said: list[Span] = [(title + arrow, "title" if here else "head")]
            if column.is_right:
                said = [(" " * (width - cell_len(title + arrow)), "text"), *said]
            spans += [*cut(said, width), (" ", "text")]
        return self.app.inks.strip(spans, self.size.width)

    def spots(self) -> Iterator[Spot]:
        """Yield the titles that sort."""
        for column, width, start in self._table.columns:
            if column.sort:
                act = partial(self.post_message, self.Sorted(column.sort))
                yield from side_by_side([(start, width + 1, act)])

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)
