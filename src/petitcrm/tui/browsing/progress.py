"""How far a long gesture has come, with a key that stops it and leaves everything as it was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from petitcrm.i18n import N_, _, figure, percent
from petitcrm.text import safe
from petitcrm.tui.named_keys import keyed
from petitcrm.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface

Result = TypeVar("Result")
_SHOWN_AFTER = 0.25
"""Seconds after which a gesture is a long one."""
_LOOKED_AT_EVERY = 0.1
_BAR = 30


class Progress(ModalScreen[None]):
    """A bar, a number and the way out."""

    app: Interface
    CSS_PATH = "../questions.tcss"
    BINDINGS = [Binding("escape", "stop", N_("Stop"), id="progress.stop", key_display="esc")]

    def __init__(self, title: str, watch: Watch, *, counted: bool) -> None:
        """`counted`: what is counted are rows of the list, which mean something to a person."""
        super().__init__()
        self.is_over = False
        self._counted = counted
        self.question = title
        self.progress = watch
        self._shown = Static(Content(""), id="echo")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(safe(self.question))
            yield self._shown
            yield Static(
                Content(keyed(_("{progress.stop} stops it and leaves everything as it was"))), id="hint"
            )

    def on_mount(self) -> None:
        self._look()
        self.set_interval(_LOOKED_AT_EVERY, self._look)

    def action_stop(self) -> None:
        self.progress.stop()
        self._look()

    def on_screen_resume(self) -> None:
        if self.is_over:  # while something lay over it
            self.dismiss(None)

    def _look(self) -> None:
        done, total = self.progress.done, self.progress.total
        full = min(_BAR, done * _BAR // total) if total else 0
        words = percent(min(100, done * 100 // total) / 100) if total else "…"
        if total and self._counted:
            words = f"{words}   {figure(done)} / {figure(total)}"
        if self.progress.is_stopped:
            words = _("Stopping…")
        self._shown.update(Content(f"{'█' * full}{'░' * (_BAR - full)}  {words}"))


async def watched(
    app: Interface, title: str, watch: Watch, work: Awaitable[Result], *, counted: bool = True
) -> Result:
    """Await a gesture; show how far it has come where it takes long."""
    task = asyncio.ensure_future(work)
    done, _pending = await asyncio.wait({task}, timeout=_SHOWN_AFTER)
    if done:
        return task.result()
    screen = Progress(title, watch, counted=counted)
    await app.push_screen(screen)
    try:
        return await task
    finally:
        screen.is_over = True
        if screen.is_current:
            screen.dismiss(None)
