"""While rows are read: how far it is, for how long, and the key that stops it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from petitcrm.i18n import N_, _, figure, ngettext, percent
from petitcrm.text import safe
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from petitcrm.tui.app import Interface

_EVERY = 0.1
_WIDEST = 60
_PULSE = 8


class RunView(Vertical, can_focus=True):
    """A bar that fills, or that goes to and fro where nobody knows how much there is."""

    app: Interface
    BINDINGS = [
        Binding("escape", "screen.back", N_("stop"), id="import.stop", key_display="esc",
                tooltip=N_("Stop, and leave the base as it was")),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__(id="run")
        self._title = ""
        self._began = 0.0
        self._read = self._of = 0
        self._are_rows = True
        self._waits_for = ""
        self._is_stopping = False
        self._clock: Timer | None = None
        self._words = Static(Content(""), id="progress")

    def compose(self) -> ComposeResult:
        yield self._words

    def on_mount(self) -> None:
        self._clock = self.set_interval(_EVERY, self._draw, pause=True)

    def begin(self, title: str) -> None:
        """Start the bar of something else."""
        self._title, self._began = title, monotonic()
        self._read = self._of = 0
        self._waits_for, self._is_stopping = "", False
        self._draw()
        if self._clock:
            self._clock.resume()

    def take_keys(self) -> None:
        """Have the key that stops it."""
        self.focus()

    def end(self) -> None:
        """Let the bar rest."""
        if self._clock:
            self._clock.pause()

    def tell(self, news: dict[str, Any]) -> None:
        """Take in how far it is."""
        self._waits_for = news.get("waits", "")
        self._are_rows = "steps" not in news
        self._read, self._of = news.get("steps", news.get("read", self._read)), news.get("of", self._of)

    def stopping(self) -> None:
        """Say that it is being stopped."""
        self._is_stopping = True
        self._draw()

    def _draw(self) -> None:
        if not self.is_attached or not self.display:
            return
        seconds = monotonic() - self._began
        wide = max(10, min(_WIDEST, self.app.size.width - 6))
        told = [
            Content.styled(self._title, "bold $primary"),
            Content(""),
            self._bar(wide, seconds),
            Content(self._how_far()),
            Content.styled(_("{n} s", n=int(seconds)), "dim"),
            Content(""),
            self._advice(),
        ]
        self._words.update(Content("\n").join(told))

    def _bar(self, wide: int, seconds: float) -> Content:
        if self._of:
            full = min(wide, wide * self._read // self._of)
            return Content.assemble(("━" * full, "$primary"), ("─" * (wide - full), "$border"))
        place = int(seconds / _EVERY) % (2 * (wide - _PULSE))
        place = min(place, 2 * (wide - _PULSE) - place)
        rest = wide - _PULSE - place
        return Content.assemble(("─" * place, "$border"), ("━" * _PULSE, "$primary"), ("─" * rest, "$border"))

    def _how_far(self) -> str:
        share = 100 * min(self._read, self._of) // self._of if self._of else 0
        if self._of and not self._are_rows:  # a row is seen several times while it is taken back
            return percent(share / 100)
        if self._of:
            read, rows = figure(self._read), figure(self._of)
            return _("{read} of {rows} rows read · {share}", read=read, rows=rows, share=percent(share / 100))
        return ngettext("{n} row read", "{n} rows read", self._read) if self._read else ""

    def _advice(self) -> Content:
        if self._is_stopping:
            return Content.styled(_("Stopping…"), "bold $text-warning")
        if self._waits_for:
            words = _("The base is busy: {holder} is writing. Waiting for it…", holder=self._waits_for)
            return Content.styled(safe(words), "bold $text-warning")
        return Content.styled(
            keyed(
                _(
                    "{import.stop} stops it: the base is then as it was. "
                    "{app.day} and {app.funnel} may be looked at meanwhile."
                )
            ),
            "dim",
        )
