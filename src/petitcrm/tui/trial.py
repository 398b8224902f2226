"""The made-up firm, looked at from within the interface, on a base that is thrown away when one comes back."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from typing import TYPE_CHECKING

from petitcrm.i18n import _

if TYPE_CHECKING:
    from petitcrm.config import Config
    from petitcrm.tui.app import Interface


class Trial:
    """One stay in the demo: where it is, and the choices to come back to."""

    def __init__(self, own: Config) -> None:
        self.own = own
        self.folder = tempfile.mkdtemp(prefix="petitcrm-demo-")
        self.config = own._replace(db=f"{self.folder}/demo.db", user="")

    def end(self) -> None:
        """Throw the base away."""
        shutil.rmtree(self.folder, ignore_errors=True)


async def enter(app: Interface) -> None:
    """Make the firm of the demo and show it, or come back from it."""
    if app.trial is not None:
        trial, app.trial = app.trial, None
        await app.work_with(trial.own)
        trial.end()
        app.tell(_("Back in your own base."), hint=_("the demo is thrown away"))
        return
    from petitcrm import demo
    from petitcrm.tui.acting import DONE

    trial = Trial(app.config)
    app.said = (_("Making a small firm to try things on…"), DONE)
    try:
        await asyncio.to_thread(demo.seed, trial.config)
    except BaseException:
        trial.end()
        raise
    app.trial = trial
    await app.work_with(trial.config)
    app.tell(_("A made-up firm: try anything."), hint=_("ctrl+p, then “demo”, brings you back"))
