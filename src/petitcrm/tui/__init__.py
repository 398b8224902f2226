"""The interface: the sales of a small firm on a terminal, by keys and by mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from petitcrm.config import Config


def run(config: Config) -> int:
    """Open the interface on the base of `config`; return the exit code when the person leaves."""
    import gc
    import os

    from petitcrm import i18n

    os.environ.setdefault("TEXTUAL_FPS", "120")  # at 60, a picture that follows another waits 16 ms
    gc.disable()  # until the first page is seen: what start-up makes stays for good
    i18n.use(config.lang)
    from petitcrm.tui import readings
    from petitcrm.tui.desk import Desk

    desk = Desk(config)
    desk.ask_ahead(readings.FIRST[config.screen])
    from petitcrm.tui.app import Interface

    opened: type[Interface] = Interface
    if config.linear == "yes":
        from petitcrm.tui.linear.app import LinearInterface as opened
    app = opened(config, desk, greets=True)
    try:
        app.run()
    except OSError as error:
        return _hung_up(error)
    if app._exception:
        from petitcrm.tui.ending import mistake_of

        raise mistake_of(app)  # the terminal is as it was before: what says it of every command says it
    return app.return_code or 0


def _hung_up(error: OSError) -> int:
    """Return the exit code of who has no terminal any more to be told anything; another error goes on."""
    import errno

    from petitcrm.tui.ending import HUNG_UP

    if error.errno != errno.EIO:
        raise error
    return HUNG_UP
