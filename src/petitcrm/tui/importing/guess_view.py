"""The second step of an import: how the file is read, corrected column by column before anything is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from petitcrm.i18n import N_, _, ngettext
from petitcrm.text import safe
from petitcrm.tui.importing.field_words import noun_words
from petitcrm.tui.importing.guess_lines import column_head, column_line, row_lines
from petitcrm.tui.importing.rows import Choice, ChoicesRow, OneClick, plain
from petitcrm.tui.importing.told import BASE, Choices, ColumnRead, Guess
from petitcrm.tui.lines import Lines
from petitcrm.tui.named_keys import key_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface

EVERYTHING = ("all",)
_OURS = "petitcrm"
_NOBODY = N_(
    "No column says who a row is about: say which one is the name or the e-mail, or rows will be refused."
)
_MISSING = {
    "companies": N_("No column is the name of the company: say which one is, or the rows will be refused."),
    "deals": N_(
        "No column is the title of the deal: say which one is, or the rows will be refused (n: no deals)."
    ),
    "tasks": N_(
        "No column says what there is to do: say which one does, or the rows will be refused (n: no tasks)."
    ),
}
_AROUND = 8
"""Lines that are neither columns nor first rows."""


class _Head(Widget):
    """The heads above the columns."""

    app: Interface

    def render(self) -> Content:
        width = self.size.width
        return Content("").join(Content.styled(text, "bold $primary") for text, _role in column_head(width))


class GuessView(Vertical):
    """One line a column, and below them the first rows as they will become."""

    app: Interface
    BINDINGS = [
        Binding("enter", "correct", N_("correct"), id="import.correct", tooltip=N_("Say what a column is"),
                key_display="⏎", priority=True),
        Binding("r", "screen.rehearse", N_("see what it would do"), id="import.rehearse",
                tooltip=N_("See what the import would do; nothing is written")),
        Binding("n", "screen.noun", N_("Say what the list is of"), id="import.noun", show=False),
        Binding("e", "screen.encoding", N_("Another encoding, where accents are wrong"), id="import.encoding",
                show=False),
        Binding("s", "screen.sheet", N_("Another sheet of the workbook"), id="import.sheet", show=False),
        Binding("o", "overwrite", N_("Let this column win over what is known, or not"), id="import.overwrite",
                show=False),
        Binding("O", "screen.overwrite_all", N_("Let the whole file win over what is known, or not"),
                id="import.overwrite_all", show=False),
        Binding("d", "drop", N_("Leave this column out, or not"), id="import.drop", show=False),
        Binding("tab", "next_doubt", N_("Next column to check"), id="import.doubt", show=False),
        Binding("escape", "screen.back", N_("back"), id="import.back", key_display="esc"),
    ]  # fmt: skip

    class Corrected(Message):
        """A column is to be corrected, or (`asked`) read as the person says."""

        def __init__(self, column: ColumnRead, asked: str = "") -> None:
            super().__init__()
            self.column = column
            self.asked = asked

    class Winning(Message):
        """A column shall win over what is known, or no longer."""

        def __init__(self, column: ColumnRead) -> None:
            super().__init__()
            self.column = column

    def __init__(self) -> None:
        super().__init__(id="guess")
        self.guess: Guess | None = None
        self._choices = Choices()
        self._rows_in_all = 0
        self._about = Static(Content(""), id="about")
        self._turns = ChoicesRow(id="turns-of-import")
        self._head = _Head(id="heads")
        self._columns = OneClick(id="columns")
        self._notes = Static(Content(""), id="notes")
        self._rows = Lines(id="rows")

    def compose(self) -> ComposeResult:
        yield self._about
        yield self._turns
        yield self._head
        yield self._columns
        yield self._notes
        yield self._rows

    def on_mount(self) -> None:
        self._rows.can_focus = False

    def on_resize(self) -> None:
        if self.guess:
            self.show(self.guess, self._choices)

    def show(self, guess: Guess, choices: Choices) -> None:
        """Show how a file is read now; the cursor stays on its column."""
        is_another = self._choices.path != choices.path or self._choices.sheet != choices.sheet
        if is_another:
            self._rows_in_all = 0
        self.guess, self._choices = guess, choices
        self._say_about()
        self._turns.show(self._turnable())
        lines = [
            column_line(place, column, wins=self._wins(column), noun=guess.noun)
            for place, column in enumerate(guess.columns)
        ]
        if guess.noun == BASE:
            lines = [
                plain(""),
                plain(_("Everything in it comes back as it was: there is nothing to correct.")),
            ]
        self._columns.show(lines, choose=("column", 0) if is_another else None)
        self._head.display = guess.noun != BASE
        self._say_notes()
        self._rows.display = guess.noun != BASE
        rows = row_lines(guess, max(self.app.size.width - 1, 20))
        self._rows.styles.height = len(rows)
        self._rows.show(rows)
        self._fit(len(lines), len(rows))

    def count(self, rows: int) -> None:
        """Say how many rows the file has, once they were counted."""
        self._rows_in_all = rows
        self._say_about()

    def take_keys(self) -> None:
        """Let the columns have the keys."""
        self._columns.focus()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        message.stop()
        self.action_correct()

    def action_correct(self) -> None:
        if column := self._column():
            self.post_message(self.Corrected(column))

    def action_drop(self) -> None:
        if column := self._column():
            self.post_message(self.Corrected(column, "custom" if column.field == "ignore" else "ignore"))

    def action_overwrite(self) -> None:
        if column := self._column():
            self.post_message(self.Winning(column))

    def action_next_doubt(self) -> None:
        """Go to the next column that a person should look at, round and round."""
        columns = self.guess.columns if self.guess else ()
        doubtful = [place for place, column in enumerate(columns) if column.is_doubtful]
        below = [place for place in doubtful if place > self._columns.at]
        if doubtful:
            self._columns.choose((below or doubtful)[0])

    def _fit(self, columns: int, rows: int) -> None:
        """Let the first rows follow the columns where there is room for all."""
        around = _AROUND + rows + 2 * self._notes.display
        self._columns.styles.height = columns if columns + around <= self.app.size.height else "1fr"

    def _column(self) -> ColumnRead | None:
        line = self._columns.line
        return line.held if line else None

    def _wins(self, column: ColumnRead) -> bool:
        return self._choices.overwrite == EVERYTHING or column.header in self._choices.overwrite

    def _say_about(self) -> None:
        guess = self.guess
        if guess is None:
            return
        pieces = [guess.vendor if guess.vendor != guess.format else "", guess.format]
        if guess.columns:
            pieces.append(ngettext("{n} column", "{n} columns", len(guess.columns)))
        if self._rows_in_all:
            pieces.append(ngettext("{n} row", "{n} rows", self._rows_in_all))
        doubts = sum(column.is_doubtful for column in guess.columns)
        told = " · ".join(piece for piece in pieces if piece)
        name = safe(os.path.basename(self._choices.path))
        words: list[str | tuple[str, str]] = [" ", (name, "bold $primary"), "  ", (safe(told), "dim")]
        if doubts:
            words += [
                "  ",
                (
                    ngettext(
                        "{n} to check ({key})", "{n} to check ({key})", doubts, key=key_of("import.doubt")
                    ),
                    "bold $text-warning",
                ),
            ]
        self._about.update(Content.assemble(*words))

    def _turnable(self) -> list[Choice]:
        """Return what can be chosen of the whole file, with what is chosen now."""
        guess = self.guess
        if guess is None or guess.noun == BASE:
            return []
        found = [Choice(key_of("import.noun"), _("list of"), noun_words(guess.noun), "screen.noun")]
        if len(guess.sheets) > 1:
            found.append(Choice(key_of("import.sheet"), _("sheet"), guess.sheet, "screen.sheet"))
        if guess.encoding:
            found.append(Choice(key_of("import.encoding"), _("encoding"), guess.encoding, "screen.encoding"))
        wins = self._choices.overwrite
        chosen = _("the file wins") if wins == EVERYTHING else _("fill the blanks")
        if wins and wins != EVERYTHING:
            chosen = ngettext("{n} column wins", "{n} columns win", len(wins))
        return [
            *found,
            Choice(key_of("import.overwrite_all"), _("what is known"), chosen, "screen.overwrite_all"),
        ]

    def _say_notes(self) -> None:
        guess = self.guess
        words, look = "", "dim"
        if guess and not guess.names_somebody:
            words = _(_MISSING.get(guess.noun, _NOBODY))
            look = "bold $text-warning"
        elif guess and guess.vendor == _OURS:
            words = _("A list of petitcrm's own: its columns are known for sure.")
        elif guess and guess.notes:
            words = " · ".join(guess.notes[:2])
        self._notes.update(Content.styled(safe(words), look))
        self._notes.display = bool(words)
