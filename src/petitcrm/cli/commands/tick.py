"""The commands that run by themselves: `petitcrm tick`, and `petitcrm cron`, which has it run every minute."""

from __future__ import annotations

from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli.options import Json
from petitcrm.cli.typed import group, verb
from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _

app = group("")
ClockIsRight = Annotated[
    bool, typer.Option("--clock-is-right", help=_("the clock was wrong at the last run, not now"))
]


@verb(app, "tick", _("Do everything that is due: read mail, decide, send. Safe at any time, as often as one likes."),
      examples="""petitcrm tick
    petitcrm cron install""")  # fmt: skip
def _tick(clock_is_right: ClockIsRight = False, json: Json = False) -> None:
    from petitcrm.cli import ticked
    from petitcrm.sync import ticking

    if clock_is_right:
        ticking.believe_clock(session.config())
    progress = output.Progress()
    try:
        parts = ticking.tick(session.config(), tell=progress.tell)
    except BaseUnavailable as busy:
        if not isinstance(busy, ticking.Busy):
            raise
        progress.end()
        _busy(busy, json=json)
        return
    finally:
        progress.end()
    if json:
        output.document({part.name: {**part.counts, "problems": list(part.problems)} for part in parts})
    else:
        ticked.tell(parts)
    if code := ticking.exit_code(parts):
        raise typer.Exit(code)


def _busy(busy: BaseUnavailable, *, json: bool) -> None:
    if json:
        output.document({"busy": busy.message})
    else:
        output.say(busy.message)
