"""The keys of a screen on one page, made from its bindings so that it never lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed, show_key
from petitcrm.tui.spans import Span, cut, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.screen import Screen

    from petitcrm.tui.app import Interface

Keys = list[tuple[str, str]]
_COLUMN = 38
_KEYS = 11
_ORDER = "123456hjklgGHJKL⏎←↓↑→"


class HelpScreen(ModalScreen[None]):
    """Every key that works on the screen below."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [Binding("escape,q,question_mark", "leave", N_("Leave"), id="help.leave")]

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.keys = keys
        # Held, not looked for: it may be left before it is mounted.
        self._lines = Lines(id="help", ground="panel")

    @classmethod
    def of(cls, screen: Screen[Any]) -> HelpScreen:
        """Return the help of a screen as it is now: what is focused, what applies."""
        return cls(keys_of(screen))

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(_("Keys"))
            panel.border_subtitle = Content(
                keyed(_("{help.leave} closes · shift+drag selects text in most terminals"))
            )
            yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def action_leave(self) -> None:
        self.dismiss(None)

    def _show(self) -> None:
        lines = self._lines
        columns = 1 if self.app.is_linear else max(1, (self.size.width - 4) // _COLUMN)
        height = -(-len(self.keys) // columns)
        lines.styles.height = min(height, max(3, self.size.height - 4))
        rows = [self.keys[row::height] for row in range(height)]
        parts = [self.keys[place : place + height] for place in range(0, len(self.keys), height or 1)]
        widths = [min(_KEYS, max(cell_len(keys) for keys, _words in part)) for part in parts]
        lines.show([_line(row, widths, columns) for row in rows])


def keys_of(screen: Screen[Any]) -> Keys:
    """Return the keys that work on a screen with what they do: those in the footer first, then the others."""
    found: dict[str, tuple[list[str], str, bool]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if not binding.description or binding.system or not (binding.id or ""):
            continue
        words = binding.tooltip or binding.description
        keys, _words, _shown = found.setdefault(words, ([], words, binding.show))
        shown = show_key(binding)
        if shown not in keys:
            keys.append(shown)
    ordered = sorted(found.values(), key=lambda one: not one[2])
    return [(_together(keys), _(words)) for keys, words, _shown in ordered]


def _together(keys: list[str]) -> str:
    """Return the keys of one command in few cells: letters stuck together, and no rarer ones than the arrows."""
    if len(keys) < 4:
        return " ".join(keys)
    shown = "".join(sorted((key for key in keys if key in _ORDER), key=_ORDER.index))
    return shown or " ".join(keys)


def _line(row: Keys, widths: Sequence[int], columns: int) -> Line:
    """Return a line of the page: keys in the cells that they need, so that the words have the others."""

    def draw(width: int) -> list[Span]:
        each = width // columns
        spans: list[Span] = []
        for (keys, words), wide in zip(row, widths, strict=False):
            room = each - wide - 3
            spans += [(f" {fit(keys, wide, right=True)} ", "key"), (f"{fit(words, room)} ", "text")]
        return cut(spans, width)

    return Line(draw)
