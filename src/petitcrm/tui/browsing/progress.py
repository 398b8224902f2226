"""How far a long gesture has come, with a key that stops it and leaves everything as it was."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from petitcrm.i18n import N_, _
from petitcrm.sales.together import Watch
from petitcrm.text import safe
from petitcrm.tui.named_keys import keyed

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

    def __init__(self, title: str, watch: Watch) -> None:
        super().__init__()
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

    def _look(self) -> None:
        done, total = self.progress.done, max(self.progress.total, 1)
        full = min(_BAR, done * _BAR // total)
        words = _("Stopping…") if self.progress.is_stopped else f"{done} / {total}"
        self._shown.update(Content(f"{'█' * full}{'░' * (_BAR - full)}  {words}"))


async def watched(app: Interface, title: str, watch: Watch, work: Awaitable[Result]) -> Result:
    """Await a gesture; show how far it has come where it takes long."""
    task = asyncio.ensure_future(work)
    done, _pending = await asyncio.wait({task}, timeout=_SHOWN_AFTER)
    if done:
        return task.result()
    screen = Progress(title, watch)
    await app.push_screen(screen)
    try:
        return await task
    finally:
        if screen.is_current:
            screen.dismiss(None)
