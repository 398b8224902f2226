"""The third and the last step of an import: what it would do, then what it did, row by row where rows were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from petitcrm.i18n import N_, _, figure, ngettext, percent
from petitcrm.text import safe
from petitcrm.tui.importing.rows import in_columns, plain
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.spans import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface
    from petitcrm.tui.importing.told import Likeness, Outcome, Trouble


_WIDEST = 28
"""Cells of the longest column or value beside its sentence; the line at the foot has them whole."""


class OutcomeView(Vertical):
    """The counts, then what a person may want to look at; the line under the cursor is told in full at the foot."""

    app: Interface
    BINDINGS = [
        Binding("enter", "screen.forward", N_("import"), id="import.go", tooltip=N_("Import"), key_display="⏎",
                priority=True),
        Binding("f", "screen.rejects", N_("refused rows to a file"), id="import.rejects",
                tooltip=N_("Write the refused rows to a file, each with its reason")),
        Binding("e", "screen.add_stages", N_("add the stages"), id="import.stages",
                tooltip=N_("Add the stages and pipelines that the firm does not have yet")),
        Binding("escape", "screen.back", N_("back"), id="import.again", key_display="esc"),
    ]  # fmt: skip

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.outcome: Outcome | None = None
        self._title = Static(Content(""), id="title")
        self._lines = Lines(id="outcome")
        self._whole = Static(Content(""), id="whole")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._lines
        yield self._whole

    def show(self, title: str, outcome: Outcome, *, after: str = "") -> None:
        """Show what an import did or would do; `after` is the sentence below the counts."""
        self.outcome = outcome
        self._title.update(Content.styled(safe(title), "bold $primary"))
        lines = [
            *_counts(outcome, is_done=self.id == "result"),
            *([plain(""), plain(after, "strong")] if after else []),
        ]
        lines += _troubles(outcome.troubles) + _likenesses(outcome.likenesses) + _notes(outcome.notes)
        self._lines.show(lines)
        self._lines.scroll_to(y=0, animate=False)
        self.refresh_bindings()

    def say(self, title: str, outcome: Outcome, words: Sequence[str]) -> None:
        """Show sentences in the place of the counts: the rows that an undo kept."""
        self.outcome = outcome
        self._title.update(Content.styled(safe(title), "bold $primary"))
        kept = [Line(plain(one).draw, ("kept", at), one) for at, one in enumerate(words)]
        titled = _titled(_("Kept, with the reason"), len(kept)) if kept else []
        told = plain(_("The base is as it was before the import.") if not kept else "", "strong")
        self._lines.show([plain(""), told, *titled, *kept])
        self.refresh_bindings()

    def take_keys(self) -> None:
        """Let the list have the keys."""
        self._lines.focus()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        message.stop()
        line = self._lines.line
        words = line.held if line else ""
        self._whole.update(Content(safe(words)))
        self._whole.display = bool(words)


class ResultView(OutcomeView):
    """What an import did; it can be taken back at once."""

    BINDINGS = [
        Binding("enter", "screen.forward", N_("done"), id="import.done", tooltip=N_("Back to where you were"),
                key_display="⏎", priority=True),
        Binding("u", "screen.take_back", N_("undo"), id="import.undo", tooltip=N_("Take the whole import back")),
        Binding("i", "screen.another", N_("import another file"), id="import.another"),
    ]  # fmt: skip


def _counts(outcome: Outcome, *, is_done: bool) -> list[Line]:
    """Return the counts, one a line, in the tense of what is told."""
    made, changed, same, refused = outcome.created, outcome.updated, outcome.unchanged, outcome.rejected
    counts = [
        (outcome.read, ngettext("row read", "rows read", outcome.read), "text"),
        (made, _made(made, is_done=is_done), "good"),
        (changed, _changed(changed, is_done=is_done), "amount"),
        (same, ngettext("unchanged: known already", "unchanged: known already", same), "text"),
        (refused, ngettext("row refused", "rows refused", refused), "late"),
    ]
    counts = [(count, words, role if count else "dim") for count, words, role in counts]
    wide = max(len(figure(count)) for count, _words, _role in counts)
    return [
        plain(""),
        *(plain(f"  {figure(count):>{wide}}  {words}", role) for count, words, role in counts),
    ]


def _made(count: int, *, is_done: bool) -> str:
    if is_done:
        return ngettext("created", "created", count)
    return ngettext("would be created", "would be created", count)


def _changed(count: int, *, is_done: bool) -> str:
    if is_done:
        return ngettext("updated", "updated", count)
    return ngettext("would be updated", "would be updated", count)


def _troubles(troubles: tuple[Trouble, ...]) -> list[Line]:
    if not troubles:
        return []
    widths = (
        min(_WIDEST, max(cell_len(safe(one.column)) for one in troubles)),
        min(_WIDEST, max(cell_len(safe(one.value)) for one in troubles)),
    )
    lines = [_trouble_line(at, one, widths) for at, one in enumerate(troubles)]
    return [*_titled(_("Refused, or not understood"), len(troubles)), *lines]


def _trouble_line(at: int, trouble: Trouble, widths: tuple[int, int]) -> Line:
    where = _("line {n}", n=trouble.line) if trouble.line else ""

    def draw(width: int) -> list[Span]:
        column, value = (min(wide, width // 5) for wide in widths)
        cells = [
            (where, "dim"),
            (trouble.column, "title"),
            (trouble.value, "strong"),
            (trouble.message, "text"),
        ]
        return in_columns(cells, [11, column, value, max(8, width - column - value - 16)], width)

    told = " · ".join(part for part in (where, trouble.column, trouble.value, trouble.message) if part)
    return Line(draw, ("trouble", at), told)


def _likenesses(likenesses: tuple[Likeness, ...]) -> list[Line]:
    if not likenesses:
        return []
    return [
        *_titled(_("Perhaps known already"), len(likenesses)),
        *map(_likeness_line, range(len(likenesses)), likenesses),
    ]


def _likeness_line(at: int, one: Likeness) -> Line:
    where = _("line {n}", n=one.line)
    reasons = ", ".join(one.reasons)

    def draw(width: int) -> list[Span]:
        name = max(10, min(30, width // 4))
        cells = [(where, "dim"), (one.name, "strong"), (f"≈ {one.other}", "text"),
                 (percent(one.score / 100), "missing"), (reasons, "dim")]  # fmt: skip
        return in_columns(cells, [11, name, name, 5, max(8, width - 2 * name - 22)], width)

    return Line(
        draw, ("likeness", at), f"{where} · {one.name} ≈ {one.other} · {percent(one.score / 100)} · {reasons}"
    )


def _notes(notes: tuple[str, ...]) -> list[Line]:
    if not notes:
        return []
    lines = [Line(plain(note).draw, ("note", at), note) for at, note in enumerate(notes)]
    return [*_titled(_("Good to know"), len(notes)), *lines]


def _titled(words: str, number: int) -> list[Line]:
    def draw(width: int) -> list[Span]:
        return in_columns([(words, "title"), (figure(number), "dim")], [len(words), 9], width)

    return [plain(""), Line(draw)]
