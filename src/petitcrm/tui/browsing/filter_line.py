"""The line above a list that narrows it while one types, and how many rows are left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.spans import fit
from petitcrm.tui.spots import Spot, point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events
    from textual.widgets import Input

    from petitcrm.tui.app import Interface


class FilterLine(Widget):
    """Shows the filter; `/` makes it a line to type in, which is built when it is first typed in."""

    ALLOW_SELECT = False
    app: Interface
    BINDINGS = [
        Binding("enter", "keep", N_("to the list"), id="filter.keep", tooltip=N_("Keep the filter, go to the list"),
                priority=True),
        Binding("escape", "clear", N_("all"), id="filter.clear", tooltip=N_("Clear the filter"), key_display="esc"),
        Binding("tab", "complete", N_("complete"), id="filter.complete", tooltip=N_("Complete a tag, an owner…")),
        Binding("down", "walk(1)", N_("Walk the list"), id="filter.down", show=False, priority=True),
        Binding("up", "walk(-1)", N_("Walk the list"), id="filter.up", show=False, priority=True),
        Binding("pagedown", "page(1)", N_("Walk the list"), id="filter.page_down", show=False, priority=True),
        Binding("pageup", "page(-1)", N_("Walk the list"), id="filter.page_up", show=False, priority=True),
    ]  # fmt: skip

    class Typed(Message):
        """The filter is another one."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The keys go back to the list."""

    class Walked(Message):
        """The cursor of the list is moved from here."""

        def __init__(self, step: int, *, by_page: bool) -> None:
            super().__init__()
            self.step = step
            self.by_page = by_page

    class Entered(Message):
        """A click asks to type."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.text = ""
        self.count = ""
        self.noun = "contact"
        self.complete: Callable[[str], str] = lambda _typed: ""
        self._input: Input | None = None
        self._is_shown = False

    @property
    def is_typed_in(self) -> bool:
        """Whether the keys come here."""
        return self._input is not None and self._input.has_focus

    def show(self, noun: str, text: str, count: str) -> None:
        """Show the filter of a list and what it leaves; what is being typed is ahead of both, and stays."""
        if self._input is not None and self.is_typed_in and noun == self.noun:
            text = self._input.value
        if (noun, text, count) == (self.noun, self.text, self.count) and self._is_shown:
            return
        self.noun = noun
        self._is_shown = True
        self.count = count
        self.text = text
        if self._input is not None and self._input.value != text:
            with self._input.prevent(self._input.Changed):
                self._input.value = text
        self.refresh()

    def type_in(self) -> None:
        """Give the keys to the line, at once: what a quick hand types next must not reach the list as commands."""
        if self._input is None:
            from petitcrm.tui.written import Typed

            self._input = Typed(self.text, id="filter_typed", compact=True, select_on_focus=False)
            self._input.cursor_blink = False
            self.mount(self._input)
        self._input.display = True
        self.screen.set_focus(self._input)

    def render(self) -> Content:
        count = f" {self.count} "
        room = max(0, self.size.width - 3 - cell_len(count))
        words = fit(self.text, room) if self.text else fit(_hint(self.noun, room), room)
        look = "bold" if self.text else "dim"
        return Content.assemble(
            " ", ("/ ", "bold $accent"), (words, look), (count, "$accent" if self.text else "dim")
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.text = event.value
        self.post_message(self.Typed(event.value))

    def spots(self) -> Iterator[Spot]:
        """Yield the line itself: pointing at it asks to type."""
        yield Spot(Region(0, 0, self.size.width, 1), partial(self.post_message, self.Entered()))

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        if self._input is not None:
            self._input.display = False
            self.refresh()

    def action_keep(self) -> None:
        self.post_message(self.Left())

    def action_clear(self) -> None:
        if self._input is not None and self._input.value:
            self._input.value = ""
        else:
            self.post_message(self.Left())

    def action_complete(self) -> None:
        whole = self.complete(self.text)
        if self._input is not None and whole:
            self._input.value = whole
            self._input.cursor_position = len(whole)
        elif self._input is not None:
            self.post_message(self.Left())

    def action_walk(self, step: int) -> None:
        self.post_message(self.Walked(step, by_page=False))

    def action_page(self, step: int) -> None:
        self.post_message(self.Walked(step, by_page=True))


def _hint(noun: str, room: int) -> str:
    """Return what may be typed, as far as there is room for it."""
    hints: dict[str, tuple[str, ...]] = {
        "deal": (
            _("a title, a name, #tag, @owner, ? no next step, ~ silent, stage:…, status:…, expected:…"),
            _("a title, a name, #tag, ?, ~, stage:…"),
        ),
        "task": (
            _("words, a name, #tag, @owner, due:late, due:week, kind:call, status:done"),
            _("words, a name, due:…, kind:…"),
        ),
    }
    hints["lead"] = (_("a name, a company, what they said, a source, @owner"), _("a name, words, @owner"))
    people = (
        _("a name, a town, an e-mail, #tag, @owner, no next step, silent for 30 days"),
        _("a name, a town, #tag, @owner…"),
    )
    condition = _("a name, a town, an e-mail, #tag, @owner, no next step, silent for 30 days, won deals > 0")
    hints["contact"] = (condition, *people)
    told = hints.get(noun, people)
    return next((one for one in told if cell_len(one) <= room), told[-1])


class Shelves(Widget):
    """Which lists there are, how many rows they hold, the view in force and the marks."""

    ALLOW_SELECT = False
    app: Interface

    class Wanted(Message):
        """A list, or the views, were clicked."""

        def __init__(self, noun: str) -> None:
            super().__init__()
            self.noun = noun

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._tabs: list[tuple[str, str, str]] = []
        self._right = ""
        self._marks = ""

    def show(self, tabs: list[tuple[str, str, str]], *, view: str, marks: str) -> None:
        """Show the lists (noun, words, look), the name of the view in force and what is marked."""
        if (tabs, view, marks) != (self._tabs, self._right, self._marks):
            self._tabs, self._right, self._marks = tabs, view, marks
            self.refresh()

    def render(self) -> Content:
        pieces: list[str | tuple[str, str]] = [" "]
        for _noun, words, look in self._tabs:
            pieces += [(f" {words} ", look), " "]
        left = Content.assemble(*pieces)
        right = f" {safe(self._right)} " if self._right else ""
        room = self.size.width - left.cell_length
        marks = fit(self._marks, max(0, min(cell_len(self._marks), room - 1)))
        shown = fit(right, max(0, min(cell_len(right), room - cell_len(marks) - 2)))
        space = " " * max(0, room - cell_len(marks) - cell_len(shown))
        return Content.assemble(left, (marks, "bold $success"), space, (shown, "$primary"))

    def spots(self) -> Iterator[Spot]:
        """Yield the lists, then what is right of them: the views."""
        at = 1
        for noun, words, _look in self._tabs:
            wide = cell_len(words) + 2
            yield Spot(Region(at, 0, wide, 1), partial(self.post_message, self.Wanted(noun)))
            at += wide + 1
        rest = max(0, self.size.width - at - 1)
        yield Spot(Region(at + 1, 0, rest, 1), partial(self.post_message, self.Wanted("views")))

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)
