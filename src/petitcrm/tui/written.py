"""What one types in: a line, or a text of several lines that grows with what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input, TextArea
from textual.widgets.input import Selection

from petitcrm.i18n import N_, ngettext
from petitcrm.text import safe

if TYPE_CHECKING:
    from textual import events

LONGEST_LINE = 10_000
LONGEST_TEXT = 100_000
"""Characters that are taken: a book that was pasted by mistake would keep the terminal busy."""
_NEARLY = 0.9
_SEEN = 12
"""Lines of a text that are seen at once."""
_AROUND = 4
"""Lines around it without which it could not be told what it is."""


class Typed(Input):
    """A line whose text can be shown: what is pasted or read from the base acts on nothing."""

    def validate_value(self, value: str) -> str:
        return safe(value[:LONGEST_LINE])

    async def _on_key(self, event: events.Key) -> None:
        if not await _acted_on(self, event):
            await super()._on_key(event)

    @property
    def place(self) -> int:
        """Where in the text the cursor is."""
        return self.cursor_position

    @place.setter
    def place(self, at: int) -> None:
        """Put the cursor somewhere in the text."""
        self.cursor_position = at

    def room_left(self) -> str:
        """Return how many characters there is room for, where there are few."""
        return _room_left(len(self.value), LONGEST_LINE)

    def select_whole(self) -> None:
        """Let what is typed next take the place of all."""
        self.selection = Selection(0, len(self.value))

    def point_at(self, words: str) -> None:
        """Select the one part between commas that a refusal speaks of, ready to be typed anew."""
        parts = [part.strip() for part in self.value.split(",")]
        wrong = [part for part in parts if part and part in words]
        if len(parts) > 1 and len(wrong) == 1:
            start = self.value.index(wrong[0])
            self.selection = Selection(start, start + len(wrong[0]))


class Written(TextArea):
    """A text of several lines: ⏎ has done with it, and the keys that terminals tell apart from ⏎ begin a new line."""

    BINDINGS = [
        Binding("enter", "submit", N_("Keep what is written"), id="text.submit", show=False, priority=True),
        Binding(
            "ctrl+j,shift+enter,alt+enter,ctrl+enter",
            "new_line",
            N_("New line"),
            id="text.new_line",
            show=False,
        ),
        Binding("ctrl+u", "empty", N_("Empty it"), id="text.empty", show=False),
    ]

    class Submitted(Message):
        """The person has done with the text."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False)

    async def _on_key(self, event: events.Key) -> None:
        if not await _acted_on(self, event):
            await super()._on_key(event)

    def on_mount(self) -> None:
        self._grow()

    def on_resize(self) -> None:
        self._grow()

    def on_text_area_changed(self) -> None:
        """Grow with the text."""
        self._grow()

    async def _on_paste(self, event: events.Paste) -> None:
        """Take a paste with its lines, safe to show, and no more of it than there is room for."""
        event.stop()
        event.prevent_default()
        room = LONGEST_TEXT - len(self.text)
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > room:
            self.app.bell()
        if result := self._replace_via_keyboard(safe(text[: max(room, 0)], lines=True), *self.selection):
            self.move_cursor(result.end_location)

    @property
    def value(self) -> str:
        """The text."""
        return self.text

    @value.setter
    def value(self, text: str) -> None:
        """Put another text in the place of it, with the cursor at its end."""
        self.load_text(safe(text[:LONGEST_TEXT], lines=True))
        self.move_cursor(self.document.end)

    @property
    def place(self) -> int:
        """Where in the text the cursor is."""
        return len(self.get_text_range((0, 0), self.cursor_location))

    @place.setter
    def place(self, at: int) -> None:
        """Put the cursor somewhere in the text."""
        before = self.text[:at].split("\n")
        self.move_cursor((len(before) - 1, len(before[-1])))

    def room_left(self) -> str:
        """Return how many characters there is room for, where there are few."""
        return _room_left(len(self.text), LONGEST_TEXT)

    def select_whole(self) -> None:
        """Leave the cursor at the end: a text is gone on with."""

    def point_at(self, words: str) -> None:
        """Leave a text as it is: no part of it is wrong by itself."""

    def action_submit(self) -> None:
        """Say that the person has done with it."""
        self.post_message(self.Submitted())

    def action_new_line(self) -> None:
        """Begin a new line."""
        self.insert("\n")

    def action_empty(self) -> None:
        """Take all of it away."""
        self.clear()

    def _grow(self) -> None:
        """Be as high as the text, up to what is seen at once."""
        room = max(self.app.size.height - _AROUND, 1)
        wanted = min(max(self.wrapped_document.height, 1), _SEEN, room)
        if self.size.height != wanted:
            self.styles.height = wanted


async def _acted_on(line: Typed | Written, event: events.Key) -> bool:
    """Act on a key of the line itself, in the order in which keys are typed; tell whether it was one.

    Textual lets a bound key rise to the application first, and letters typed meanwhile overtake it: ctrl+u would empty
    what was typed after it.
    """
    for binding in line._bindings.key_to_bindings.get(event.key, ()):
        if binding.id not in line.app._keymap and not binding.priority:
            event.stop()
            event.prevent_default()
            await line.run_action(binding.action)
            return True
    return False


def _room_left(taken: int, longest: int) -> str:
    if taken < longest * _NEARLY:
        return ""
    return ngettext("room for {n} character more", "room for {n} characters more", longest - taken)
