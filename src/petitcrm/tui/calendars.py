"""The calendars from within the interface: read again, or written where other programs find them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from petitcrm.i18n import _, ngettext, said_of
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from petitcrm.config import Config
    from petitcrm.exports.folders import Kept
    from petitcrm.sync.calendars import Report
    from petitcrm.tui.app import Interface


def read(app: Interface) -> None:
    """Read the calendars of the configuration, and say what came of it."""
    app.run_worker(app.attempt(_read(app)), group="calendars")


def write(app: Interface) -> None:
    """Ask where to, and write the tasks there."""
    app.run_worker(_write(app), group="calendars")


async def _read(app: Interface) -> None:
    from petitcrm.connectors import calendars
    from petitcrm.sync import calendars as sync

    sources = calendars.calendars(app.config.file)
    if not sources:
        app.complain(_('No calendar is told in {path}: [calendars.pro] path = "…"', path=app.config.file))
        return
    app.say(_("Reading the calendars…"))
    _tell(app, await app.desk.work(lambda config: sync.sync(config, sources)))
    await app.reread()


def _tell(app: Interface, reports: list[Report]) -> None:
    troubles = [trouble for report in reports for trouble in report.troubles]
    if troubles:
        first = troubles[0]
        name = os.path.basename(first.path)
        place = f"{name}:{first.line}" if first.line else name
        more = ngettext(" (and {n} more)", " (and {n} more)", len(troubles) - 1) if len(troubles) > 1 else ""
        app.complain(said_of(place, f"{first.message}{more}"))
        return
    said = [said_of(report.calendar, told) for report in reports if (told := report.kept.in_words())]
    app.say(" — ".join(said) or _("The calendars say nothing new."))


async def _write(app: Interface) -> None:
    from petitcrm.tui.ask import Ask, Question

    done: list[str] = []

    async def submit(typed: str, _turn: str) -> None:
        path = os.path.expanduser(typed.strip())
        kept = await app.desk.work(lambda config: _written(config, path))
        done.append(
            _("{written} written, {same} as they were, {gone} removed", written=kept.written, same=kept.unchanged,
              gone=kept.removed)
        )  # fmt: skip

    hint = keyed(_("A folder for khal and vdirsyncer, or a file ….ics · ⏎ · {ask.leave} leave"))
    question = Question(_("Write the tasks as a calendar"), submit, value="~/.calendars/petitcrm", hint=hint)
    if await app.push_screen_wait(Ask(question)) and done:
        app.say(done[-1])


def _written(config: Config, path: str) -> Kept:
    from petitcrm.crm import read_crm
    from petitcrm.errors import UsageProblem
    from petitcrm.exports import calendar

    if not path:
        raise UsageProblem(_("Where to? A folder, or a file ….ics"))
    with read_crm(config) as crm:
        try:
            return calendar.write(crm, path, calendar.Wanted(crm.user_id))
        except OSError as error:
            raise UsageProblem(
                _("{path} cannot be written: {error}", path=path, error=error.strerror or str(error))
            ) from error
