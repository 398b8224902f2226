"""The commands of calendars: `petitcrm calendar …`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.names import completing
from petitcrm.cli.options import Json, Ndjson, TaskRef
from petitcrm.cli.output import Painted, Style
from petitcrm.cli.typed import count, group, verb
from petitcrm.crm import read_crm
from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _, ngettext, said_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.connectors.calendar_writer import Guest
    from petitcrm.crm import Crm
    from petitcrm.exports.folders import Kept
    from petitcrm.sync.calendars import Report

app = group(_("Calendars: your appointments in other programs, and the meetings of other calendars here."))

_TOLD = 20
"""Troubles of a calendar that are told one by one."""
Target = Annotated[
    str, typer.Argument(metavar=_("FOLDER|FILE.ics"), help=_("a folder (vdir), or one .ics file"))
]
For = Annotated[
    str,
    typer.Option("--for", metavar=_("USER"), help=_("the tasks of this person of the firm"), show_default=False,
                 autocompletion=completing("user")),
]  # fmt: skip
Days = Annotated[
    int | None,
    typer.Option(
        "--days", metavar="N", parser=count, help=_("only N days back and ahead"), show_default=False
    ),
]
Alarm = Annotated[
    int | None,
    typer.Option("--alarm", metavar="N", parser=count, help=_("ring N minutes before"), show_default=False),
]
Out = Annotated[
    str, typer.Option("--output", "-o", metavar=_("FILE"), help=_("where to write it"), show_default=False)
]


@verb(app, "write", _("Write the tasks where other programs read them; what is so already is left untouched."),
      examples="""petitcrm calendar write ~/.calendars/petitcrm
    petitcrm calendar write ~/Public/petitcrm.ics --for paul --days 60 --alarm 15""")  # fmt: skip
def _write(
    target: Target, person: For = "", days: Days = None, alarm: Alarm = None, json: Json = False
) -> None:
    from petitcrm.exports import calendar
    from petitcrm.sales.references import resolve

    with read_crm(session.config()) as crm:
        owner_id = resolve(crm, "user", person) if person else None
        wanted = calendar.Wanted(owner_id, days, alarm)
        try:
            kept = calendar.write(crm, os.path.expanduser(target), wanted)
        except OSError as error:
            raise _cannot_write(target, error) from error
    _tell_written(target, kept, json=json)


@verb(app, "invite", _("Write an invitation to a task for its contact, to be sent by mail."),
      examples="""petitcrm calendar invite t12 -o invitation.ics
    petitcrm calendar invite t12 --cancel -o cancelled.ics""")  # fmt: skip
def _invite(
    task: TaskRef,
    out: Out = "",
    cancel: Annotated[bool, typer.Option("--cancel", help=_("call it off, for who was invited"))] = False,
) -> None:
    from petitcrm.exports import calendar

    with read_crm(session.config()) as crm:
        (task_id,) = typed.ids(crm, "task", [task])
        content = calendar.invitation(crm, task_id, _organizer(crm), cancels=cancel)
    if not out:
        output.copy([content])
        return
    try:
        with open(out, "wb") as file:
            file.write(content)
    except OSError as error:
        raise _cannot_write(out, error) from error
    output.say(_("{path} written. Joined to a mail, it is answered with a click.", path=out))


@verb(app, "sync", _("Read the calendars of the configuration: what is to come, in the day; what was held, told."),
      examples="petitcrm calendar sync")  # fmt: skip
def _sync(json: Json = False, ndjson: Ndjson = False) -> None:
    from petitcrm.connectors import calendars
    from petitcrm.sync import calendars as sync

    output.check(Style(json, ndjson))
    config = session.config()
    sources = calendars.calendars(config.file)
    if not sources:
        raise UsageProblem(
            _("No calendar is told in {path}.", path=config.file),
            advice=_('For instance: [calendars.pro] path = "~/.calendars/pro"'),
        )
    progress = output.Progress()
    try:
        reports = sync.sync(config, sources, tell=progress.tell, on_wait=output.waiting)
    finally:
        progress.end()
    _tell_read(reports, json=json, ndjson=ndjson)


# ------------------------------------------------------------------------------------------------------------ telling


def _organizer(crm: Crm) -> Guest:
    """Return who invites: the person of the firm who asks for it, else the first mail account."""
    from petitcrm.connectors import mail_accounts
    from petitcrm.connectors.calendar_writer import Guest
    from petitcrm.store.queries import users

    for one in users.listing(crm):
        if one.id == crm.user_id and one.email:
            return Guest(one.email, one.name)
    for account in mail_accounts.accounts(session.config().file):
        return Guest(account.address, account.sender)
    raise RefusedByRule(
        "invitation-has-an-organizer", _("Who invites? No address of yours is known."),
        advice=_("petitcrm user edit paul --email paul@firm.example, then petitcrm --as paul calendar invite …"),
    )  # fmt: skip


def _cannot_write(path: str, error: OSError) -> UsageProblem:
    return UsageProblem(_("{path} cannot be written: {error}", path=path, error=error.strerror or str(error)))


def _tell_written(target: str, kept: Kept, *, json: bool) -> None:
    if json:
        output.document({
            "path": target, "written": kept.written, "unchanged": kept.unchanged, "removed": kept.removed,
            "left": list(kept.left),
        })  # fmt: skip
        return
    if target.lower().endswith(".ics"):
        output.say(
            _("{path} written.", path=target) if kept.written else _("{path}: nothing new.", path=target)
        )
    else:
        output.say(
            _("{written} written, {same} as they were, {gone} removed", written=kept.written, same=kept.unchanged,
              gone=kept.removed)
        )  # fmt: skip
    for name in kept.left:
        output.say(_("{name} was changed by another program, and left as it is.", name=name))


def _tell_read(reports: list[Report], *, json: bool, ndjson: bool) -> None:
    shapes = [_shape(one) for one in reports]
    if json:
        output.document(shapes)
    elif ndjson:
        output.ndjson(shapes)
    elif output.on_terminal():
        for one in reports:
            output.hanging(Painted(f"{one.calendar}  ", "bold"), text=one.kept.in_words() or _("nothing new"))
    else:
        output.tabbed([one.calendar, one.meetings, *one.kept] for one in reports)
    for one in reports:
        for trouble in one.troubles[:_TOLD]:
            place = f"{trouble.path}:{trouble.line}" if trouble.line else trouble.path
            output.complain(said_of(one.calendar, said_of(place, trouble.message)))
        if len(one.troubles) > _TOLD:
            more = len(one.troubles) - _TOLD
            output.complain(ngettext("… and {n} more", "… and {n} more", more))
    if any(one.troubles for one in reports):
        raise typer.Exit(3)


def _shape(one: Report) -> dict[str, Any]:
    return {
        "calendar": one.calendar, "meetings": one.meetings, "added": one.kept.added, "changed": one.kept.moved,
        "removed": one.kept.removed, "held": one.kept.held,
        "troubles": [{"path": bad.path, "line": bad.line or None, "message": bad.message} for bad in one.troubles],
    }  # fmt: skip
