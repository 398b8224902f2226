"""How the interface ends when nobody pressed q: a signal, a window that was closed, a mistake of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from threading import Timer
from typing import TYPE_CHECKING

from petitcrm.i18n import _

if TYPE_CHECKING:
    from petitcrm.tui.acting import Acting

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
HUNG_UP = 128 + signal.SIGHUP
"""The exit code of who has no terminal any more."""
_PATIENCE = 3.0
"""Seconds after which a terminal that takes nothing any more, as a closed window, is not waited for."""


def heed_signals(app: Acting) -> None:
    """End as with q when asked to by a signal: Textual heeds none, and would leave the terminal as it is."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, _stop, app, number)
    app.app_resume_signal.subscribe(app, lambda _signal: _paint(app))


def _paint(app: Acting) -> None:
    """Paint the whole screen: after ctrl+z Textual only paints what has changed, on a terminal that forgot the rest."""
    for screen in app.screen_stack:
        screen.refresh(layout=True)
    app.screen._compositor_refresh()


def within_reason(app: Acting, code: int) -> None:
    """Have the interface ended with a code in a few seconds, whatever its terminal does."""
    end = Timer(_PATIENCE, _end_at_once, (app, code))
    end.daemon = True
    end.start()
    app._return_code = code


def _stop(app: Acting, number: signal.Signals) -> None:
    code = 128 + number
    within_reason(app, code)
    said = _("Stopped by a signal ({name}). All that was done is kept.", name=number.name)
    app.exit(return_code=code, message=said)


def _end_at_once(app: Acting, code: int) -> None:
    """End without the terminal, once the gestures under way are in the base."""
    app.desk.close()
    os._exit(code)


def mistake_of(app: Acting) -> BaseException:
    """Return the exception that ended the interface, out of what Textual wraps it in."""
    wrapped: BaseException | None = app._exception
    assert wrapped is not None
    return getattr(wrapped, "error", wrapped)
