"""Finding anything by words: names and notes, accents and typing errors forgiven, while one types."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, pushed_apart
from petitcrm.tui.written import Typed

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.sales.search import Hit
    from petitcrm.tui.app import Interface

_PAUSE = 0.05
_MOST = 40
_NOUNS = {"contact": N_("contact"), "company": N_("company"), "deal": N_("deal"), "task": N_("task")}


class SearchScreen(ModalScreen[None]):
    """A line to type, and what answers to it."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("escape", "leave", N_("Leave"), id="search.leave"),
        Binding("down,ctrl+n", "walk(1)", N_("Next one"), id="search.down", show=False, priority=True),
        Binding("up", "walk(-1)", N_("One above"), id="search.up", show=False, priority=True),
        Binding("pagedown", "page(1)", N_("Page down"), id="search.page_down", show=False, priority=True),
        Binding("pageup", "page(-1)", N_("Page up"), id="search.page_up", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        """What the hits on the screen answer to: behind what is typed, for as long as the base is asked."""
        # Held, not looked for: an answer of the base may come when it is no longer mounted.
        self._typed = Typed(id="typed", compact=True)
        self._hits = Lines(id="hits", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(_("Search"))
            yield self._typed
            yield self._hits
            yield Static(
                Content(
                    keyed(_("Names, e-mails, telephones, notes · ↑↓ walk · ⏎ open · {search.leave} leave"))
                ),
                id="hint",
            )

    def on_mount(self) -> None:
        self._typed.cursor_blink = False
        self._typed.focus()
        self._hits.can_focus = False

    def on_input_changed(self, event: Input.Changed) -> None:
        self._look_later(event.value.strip())

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() != self.words:
            await self._look(event.value.strip())
        line = self._hits.line
        if line:
            self._open(line.held)

    def on_lines_opened(self, message: Lines.Opened) -> None:
        self._open(message.line.held)

    def action_walk(self, step: int) -> None:
        self._hits.action_move(step)

    def action_page(self, step: int) -> None:
        self._hits.action_page(step)

    def action_leave(self) -> None:
        self.dismiss(None)

    @work(group="search", exclusive=True)
    async def _look_later(self, words: str) -> None:
        await asyncio.sleep(_PAUSE)
        await self._look(words)

    async def _look(self, words: str) -> None:
        from petitcrm.sales.search import search

        found: list[Hit] = []
        if words:
            try:
                _version, found = await self.app.desk.read(lambda crm: search(crm, words, limit=_MOST))
            except CrmError as problem:
                self.app.complain(str(problem))
        lines = [_line(at, hit) for at, hit in enumerate(found)]
        if words and not lines:
            lines = [Line(lambda width: pushed_apart([(_("  nothing answers to this"), "dim")], [], width))]
        self.words = words
        self._hits.show(lines, choose=("hit", 0))

    def _open(self, hit: Hit) -> None:
        if not self.is_current:  # left while the base was asked
            return
        app: Any = self.app
        self.dismiss(None)
        app.call_later(app.action_open_hit, hit.noun, hit.id)


def _line(at: int, hit: Hit) -> Line:
    def draw(width: int) -> list[Span]:
        right = [(f" {_(_NOUNS.get(hit.noun, hit.noun))} ", "dim")]
        extra = f"  {hit.extra}".replace("\n", " ") if hit.extra else ""
        return pushed_apart([(" ", "text"), (hit.title, "strong"), (extra, "dim")], right, width)

    return Line(draw, ("hit", at), hit)
