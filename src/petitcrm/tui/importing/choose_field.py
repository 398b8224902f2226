"""What a column is, chosen among all that a list may hold: typing filters, in the words of the person or by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.importing.field_words import answers, choices_of, words_of
from petitcrm.tui.importing.rows import OneClick, plain
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, fit, pushed_apart
from petitcrm.tui.written import Typed

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from petitcrm.tui.importing.told import ColumnRead

_LONGEST_TITLE = 60


class ChooseField(ModalScreen[str | None]):
    """The fields that a column may be given; gives the one chosen, with its label, or None."""

    CSS_PATH = "importing.tcss"
    BINDINGS = [
        Binding("escape", "leave", N_("Leave"), id="field.leave"),
        Binding("down,ctrl+n", "walk(1)", N_("Next one"), id="field.down", show=False, priority=True),
        Binding("up,ctrl+p", "walk(-1)", N_("One above"), id="field.up", show=False, priority=True),
        Binding("pagedown", "page(1)", N_("Page down"), id="field.page_down", show=False, priority=True),
        Binding("pageup", "page(-1)", N_("Page up"), id="field.page_up", show=False, priority=True),
    ]

    def __init__(self, column: ColumnRead, fields: tuple[str, ...], noun: str) -> None:
        super().__init__()
        self.column = column
        self.noun = noun
        self._choices = choices_of(fields)
        self._typed = Typed(id="typed", compact=True, placeholder=_("type to filter: phone, siret…"))
        self._lines = OneClick(id="fields", ground="panel")

    def compose(self) -> ComposeResult:
        title = fit(self.column.header, min(_LONGEST_TITLE, len(self.column.header) + 1)).rstrip()
        values = " | ".join(self.column.values) or _("empty in the first rows")
        with Vertical(id="panel") as panel:
            panel.border_title = Content(_("What is “{column}”?", column=title))
            yield Static(Content.styled(safe(values), "dim"), id="values")
            yield self._typed
            yield self._lines
            yield Static(Content(keyed(_("↑↓ walk · ⏎ read it so · {field.leave} leave"))), id="hint")

    def on_mount(self) -> None:
        self._typed.cursor_blink = False
        self._typed.focus()
        self._lines.can_focus, self._lines.is_led = False, True
        self._lines.styles.height = max(4, min(len(self._choices), self.app.size.height - 9, 16))
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._lines.line:
            self.dismiss(self._lines.line.held)

    def on_lines_opened(self, message: Lines.Opened) -> None:
        message.stop()
        self.dismiss(message.line.held)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss(None)

    def action_walk(self, step: int) -> None:
        self._lines.action_move(step)

    def action_page(self, step: int) -> None:
        self._lines.action_page(step)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _show(self, typed: str) -> None:
        found = [
            (at, field, label)
            for at, (field, label) in enumerate(self._choices)
            if answers(typed, field, label, self.noun)
        ]
        lines = [self._line(at, field, label) for at, field, label in found]
        now = (self.column.field, self.column.label)
        known = self._choices.index(now) if now in self._choices and not typed else -1
        choose = ("field", known if known >= 0 else found[0][0]) if found else None
        self._lines.show(lines or [plain(_("no field is called so"), "dim")], choose=choose)

    def _line(self, at: int, field: str, label: str) -> Line:
        wanted = f"{field}:{label}" if label else field
        is_now = (field, label) == (self.column.field, self.column.label)

        def draw(width: int) -> list[Span]:
            mark = "•" if is_now else " "
            words = words_of(field, label, noun=self.noun)
            return pushed_apart(
                [(" ", "text"), (f"{mark} ", "mark"), (words, "text")], [(f" {wanted} ", "dim")], width
            )

        return Line(draw, ("field", at), wanted)
